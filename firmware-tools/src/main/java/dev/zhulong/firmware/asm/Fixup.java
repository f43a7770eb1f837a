package dev.zhulong.firmware.asm;

/**
 * A place whose bytes depend on an expression.
 *
 * @param section where
 * @param offset where in the section
 * @param line source line, for messages
 * @param column source column, for messages
 */
record Fixup(
    SectionBuffer section, int offset, Relocation type, Expression value, int line, int column) {}
