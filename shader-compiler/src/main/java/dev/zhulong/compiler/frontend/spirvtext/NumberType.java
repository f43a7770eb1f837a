package dev.zhulong.compiler.frontend.spirvtext;

/**
 * The type of a number literal.
 *
 * @param width bits: 8, 16, 32 or 64
 */
record NumberType(int width, boolean signed, boolean floating) {}
