package dev.zhulong.scene.model;

import dev.zhulong.hal.Sampler;

/**
 * A picture as a material wears it.
 *
 * @param picture the picture
 * @param sampler filters and what is beyond the edges
 * @param set which of the two texture coordinates
 * @param transform what is done to them: u = t0·x + t1·y + t2, v = t3·x + t4·y + t5
 */
public record TextureUse(Picture picture, Sampler sampler, int set, float[] transform) {
  /** Coordinates as they are. */
  public static float[] plain() {
    return new float[] {1, 0, 0, 0, 1, 0};
  }
}
