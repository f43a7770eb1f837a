package dev.zhulong.scene.model;

/**
 * A light, which shines along −z of its node. KHR_lights_punctual.
 *
 * @param kind what shape it has
 * @param color red, green, blue times intensity: lux, or candela of points and spots
 * @param range where its light ends, or 0 for nowhere
 * @param inner cosine of the angle up to which a spot shines fully
 * @param outer cosine of the angle beyond which it does not
 */
public record Light(Kind kind, float[] color, float range, float inner, float outer) {
  /** What shape a light has. */
  public enum Kind {
    /** From far away. */
    DIRECTIONAL,
    /** From a point to all sides. */
    POINT,
    /** From a point, as a cone. */
    SPOT
  }
}
