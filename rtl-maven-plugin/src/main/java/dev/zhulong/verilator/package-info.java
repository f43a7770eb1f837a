/**
 * A plugin for Maven: Java classes for the top modules of SystemVerilog designs, and their models in
 * the cache before the tests ask for them.
 */
package dev.zhulong.verilator;
