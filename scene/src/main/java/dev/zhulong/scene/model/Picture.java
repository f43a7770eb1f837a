package dev.zhulong.scene.model;

/**
 * A picture that a texture is made of.
 *
 * @param name what messages call it
 * @param width texels of a row
 * @param height rows, the top one first
 * @param texels red, green, blue, alpha, a byte each
 */
public record Picture(String name, int width, int height, byte[] texels) {}
