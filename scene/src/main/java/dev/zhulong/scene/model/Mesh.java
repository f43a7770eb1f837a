package dev.zhulong.scene.model;

import java.util.List;

/**
 * Primitives that go together.
 *
 * @param primitives the primitives
 * @param weights of morph targets where neither node nor animation says else
 */
public record Mesh(List<Primitive> primitives, float[] weights) {
  /** Copies the list. */
  public Mesh {
    primitives = List.copyOf(primitives);
  }
}
