/**
 * Assembler and disassembler in GNU syntax: standard instructions as GNU binutils write and read
 * them, the warp instructions by the names of {@link dev.zhulong.firmware.isa.Instruction}.
 */
package dev.zhulong.firmware.asm;
