package dev.zhulong.compiler.ir;

/**
 * A place in the shader's source.
 *
 * @param file the source's name
 * @param line from 1
 * @param column from 1, or 0 where unknown
 */
public record Location(String file, int line, int column) {}
