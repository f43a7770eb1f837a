/**
 * Assembler, linker and disassembler of the core's instructions, in GNU syntax.
 *
 * <p>No instruction is relaxed: an instruction's size is known as soon as it is read, so labels have
 * their offsets at once, and everything that depends on a label is a {@link Fixup} that is resolved
 * in its own section at the end of the source or by the {@link Linker}.
 */
package dev.zhulong.firmware.asm;
