package dev.zhulong.graphics;

import dev.zhulong.compiler.frontend.stages.StageModule;
import dev.zhulong.compiler.frontend.stages.StageVariable;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * What goes from vertices to fragments, and where it lies in a vertex's words: position, point
 * size, clip distances, and then the scalars that the fragment shader takes in.
 *
 * @param clipDistances clip distances, those of culling behind those of clipping
 * @param cullDistances how many of them cull
 * @param scalars location × 4 + component of each scalar, in order
 * @param pointSize whether the vertex shader says how large points are
 * @param layer whether it says which layer is drawn to, in a word behind the scalars
 * @param viewport whether it says by which viewport, in a word behind that
 */
record Interface(
    int clipDistances,
    int cullDistances,
    List<Integer> scalars,
    boolean pointSize,
    boolean layer,
    boolean viewport) {
  static final int POINT_SIZE = 4;
  static final int CLIP_DISTANCES = 5;

  private static final int BUILT_IN_POINT_SIZE = 1;
  private static final int BUILT_IN_CLIP_DISTANCE = 3;
  private static final int BUILT_IN_CULL_DISTANCE = 4;
  private static final int BUILT_IN_LAYER = 9;
  private static final int BUILT_IN_VIEWPORT = 10;

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
        vertex.builtInOutputs().containsKey(BUILT_IN_POINT_SIZE),
        vertex.builtInOutputs().containsKey(BUILT_IN_LAYER),
        vertex.builtInOutputs().containsKey(BUILT_IN_VIEWPORT));
  }

  /** Word of a vertex at which a scalar lies. */
  int word(int location, int component) {
    return CLIP_DISTANCES + clipDistances + scalars.indexOf(location * 4 + component);
  }

  int layerWord() {
    return CLIP_DISTANCES + clipDistances + scalars.size();
  }

  int viewportWord() {
    return layerWord() + (layer ? 1 : 0);
  }

  /** Words of a vertex. */
  int words() {
    return viewportWord() + (viewport ? 1 : 0);
  }
}
