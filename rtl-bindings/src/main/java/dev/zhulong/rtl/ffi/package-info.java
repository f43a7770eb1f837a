/** The C interface of the cycle model as Java methods; nothing but the crossing. */
package dev.zhulong.rtl.ffi;
