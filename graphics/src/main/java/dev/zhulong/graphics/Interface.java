package dev.zhulong.graphics;

import dev.zhulong.compiler.frontend.stages.StageModule;
import dev.zhulong.compiler.frontend.stages.StageVariable;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * What goes from vertices to fragments, and where it lies in a vertex's words: position, point size,
 * clip distances, and then the scalars that the fragment shader takes in.
 *
 * @param clipDistances clip distances, those of culling behind those of clipping
 * @param cullDistances how many of them cull
 * @param scalars location × 4 + component of each scalar, in order
 * @param pointSize whether the vertex shader says how large points are
 */
record Interface(
    int clipDistances, int cullDistances, List<Integer> scalars, boolean pointSize) {
  static final int POINT_SIZE = 4;
  static final int CLIP_DISTANCES = 5;

  private static final int BUILT_IN_POINT_SIZE = 1;
  private static final int BUILT_IN_CLIP_DISTANCE = 3;
  private static final int BUILT_IN_CULL_DISTANCE = 4;

  static Interface of(StageModule vertex, StageModule fragment) {
    TreeSet<Integer> wanted = new TreeSet<>();
    if (fragment != null) {
      for (StageVariable v : fragment.inputs()) {
        for (int n = 0; n < v.components(); n++) {
          wanted.add(v.location() * 4 + v.component() + n);
        }
      }
    }
    int cull = vertex.builtInOutputs().getOrDefault(BUILT_IN_CULL_DISTANCE, 0);
    int clip = vertex.builtInOutputs().getOrDefault(BUILT_IN_CLIP_DISTANCE, 0);
    return new Interface(
        clip + cull,
        cull,
        new ArrayList<>(wanted),
        vertex.builtInOutputs().containsKey(BUILT_IN_POINT_SIZE));
  }

  /** Word of a vertex at which a scalar lies. */
  int word(int location, int component) {
    return CLIP_DISTANCES + clipDistances + scalars.indexOf(location * 4 + component);
  }

  /** Words of a vertex. */
  int words() {
    return CLIP_DISTANCES + clipDistances + scalars.size();
  }
}
