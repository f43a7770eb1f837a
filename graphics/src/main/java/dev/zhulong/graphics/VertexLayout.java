package dev.zhulong.graphics;

import java.util.List;

/**
 * What a vertex buffer holds.
 *
 * @param stride bytes from one vertex or instance to the next; 0 gives all the same
 * @param perInstance whether it goes on with instances instead of vertices
 * @param attributes what lies in it
 */
public record VertexLayout(int stride, boolean perInstance, List<VertexAttribute> attributes) {
  /** Copies the list. */
  public VertexLayout {
    attributes = List.copyOf(attributes);
  }
}
