package dev.zhulong.scene.model;

/**
 * What a camera sees, along −z of its node.
 *
 * @param height radians from bottom to top, or 0 for a view without perspective
 * @param halfHeight half the height of a view without perspective
 */
public record Lens(float height, float halfHeight) {}
