package dev.zhulong.graphics;

import dev.zhulong.hal.Buffer;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A draw with all state that it happens in.
 *
 * @param pipeline the pipeline
 * @param targets what is drawn to
 * @param vertices vertex buffers by number
 * @param indices index buffer, or null
 * @param resources of both shaders
 * @param viewports of each x, y, width, height, nearest and farthest depth
 * @param scissors of each x, y, width, height
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
    float[][] viewports,
    int[][] scissors,
    float[] blendConstant,
    int[] references,
    int count,
    int instances,
    int first,
    int baseVertex,
    int firstInstance) {
  /** The same draw of other vertices. */
  Draw of(int newCount, int newInstances, int newFirst, int newBaseVertex, int newFirstInstance) {
    String label = pipeline.descriptor().label;
    if (newCount < 0 || newInstances < 0 || newFirst < 0 || newFirstInstance < 0) {
      throw new IllegalArgumentException(label + ": a draw of negative counts");
    }
    if ((long) newCount * newInstances > 1 << 24) {
      throw new IllegalArgumentException(label + ": a draw of more than 2^24 vertices");
    }
    return new Draw(
        pipeline,
        targets,
        vertices,
        indices,
        resources,
        viewports,
        scissors,
        blendConstant,
        references,
        newCount,
        newInstances,
        newFirst,
        newBaseVertex,
        newFirstInstance);
  }

  /** The same draw of the vertices that a buffer says. */
  Draw read(Buffer buffer, long start) {
    int[] words = new int[indices == null ? 4 : 5];
    buffer.read(start, MemorySegment.ofArray(words));
    return indices == null
        ? of(words[0], words[1], words[2], 0, words[3])
        : of(words[0], words[1], words[2], words[3], words[4]);
  }

  /** A buffer from a byte on. */
  record Slice(Buffer buffer, int start) {}

  /** Indices in a buffer from a byte on. */
  record Indices(Buffer buffer, int start, IndexFormat format) {}
}
