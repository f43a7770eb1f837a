package dev.zhulong.graphics;

import dev.zhulong.hal.Buffer;
import java.util.List;

/**
 * A draw with all state that it happens in.
 *
 * @param pipeline the pipeline
 * @param targets what is drawn to
 * @param vertices vertex buffers by number
 * @param indices index buffer, or null
 * @param resources of both shaders
 * @param viewport x, y, width, height, nearest and farthest depth
 * @param scissor x, y, width, height
 * @param blendConstant four components
 * @param references stencil references of front and back, or null for the pipeline's
 * @param count vertices or indices
 * @param instances how many times
 * @param first first vertex or index
 * @param baseVertex added to indices
 * @param firstInstance number of the first instance
 */
record Draw(
    RenderPipeline pipeline,
    RenderTargets targets,
    List<Slice> vertices,
    Indices indices,
    Resources resources,
    float[] viewport,
    int[] scissor,
    float[] blendConstant,
    int[] references,
    int count,
    int instances,
    int first,
    int baseVertex,
    int firstInstance) {
  /** A buffer from a byte on. */
  record Slice(Buffer buffer, int start) {}

  /** Indices in a buffer from a byte on. */
  record Indices(Buffer buffer, int start, IndexFormat format) {}
}
