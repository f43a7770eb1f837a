package dev.zhulong.graphics;

/**
 * An attribute of vertices.
 *
 * @param location location of the vertex shader's input
 * @param format format in the buffer
 * @param offset bytes from the start of the vertex
 */
public record VertexAttribute(int location, VertexFormat format, int offset) {}
