/** The cycle model: built from the core's SystemVerilog on demand, run through the FFM API. */
package dev.zhulong.rtl;
