/**
 * The core as plain Verilog-2005, for synthesis tools that do not read our SystemVerilog.
 *
 * <p>Verilator elaborates the sources (parameters, packages, types, generate blocks) and prints the
 * result as XML; this package prints that tree as Verilog: one module for each specialisation, all
 * vectors from bit 0, structs as vectors, the functions of packages inside the modules that call
 * them, variables of blocks at the top of the module. Statements keep their order and always blocks
 * stay what they were, so registers, memories and what would be a latch are those of the source.
 */
package dev.zhulong.rtl.synthesis;
