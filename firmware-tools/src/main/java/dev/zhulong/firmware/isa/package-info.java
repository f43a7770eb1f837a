/**
 * The machine, written down once: instructions, CSRs, host registers, memory map and fault causes.
 *
 * <p>The SystemVerilog package that the core imports, the decoders of the simulators, the
 * compiler's encoder and the tables of the documentation are all made from these enums. Nothing
 * outside this package writes an opcode or a register offset as a number.
 */
package dev.zhulong.firmware.isa;
