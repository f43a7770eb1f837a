package dev.zhulong.scene.model;

import java.util.List;

/**
 * A scene at a time.
 *
 * @param matrices by node: from the node's space to the scene's
 * @param weights by node: morph targets
 */
public record Pose(List<float[]> matrices, List<float[]> weights) {
  static Pose of(Scene scene, float time) {
    int count = scene.nodes().size();
    float[][][] parts = new float[count][][];
    for (int n = 0; n < count; n++) {
      Node node = scene.nodes().get(n);
      float[] weights = node.weights();
      if (weights == null) {
        weights = node.mesh() < 0 ? new float[0] : scene.meshes().get(node.mesh()).weights();
      }
      parts[n] = new float[][] {node.move(), node.turn(), node.scale(), weights, node.matrix()};
    }
    for (Channel channel : scene.channels()) {
      parts[channel.node()][channel.path().ordinal()] = channel.at(time);
      if (channel.path() != Channel.Path.WEIGHTS) {
        parts[channel.node()][4] = null;
      }
    }
    float[][] matrices = new float[count][];
    float[][] weights = new float[count][];
    for (int n = 0; n < count; n++) {
      float[][] p = parts[n];
      float[] own = p[4] == null ? Matrix.of(p[0], p[1], p[2]) : p[4];
      int parent = scene.nodes().get(n).parent();
      matrices[n] = parent < 0 ? own : Matrix.times(matrices[parent], own);
      weights[n] = p[3];
    }
    return new Pose(List.of(matrices), List.of(weights));
  }

  /** What brings vertices of a skin to the scene's space, a matrix a joint. */
  public float[][] joints(Skin skin) {
    float[][] made = new float[skin.joints().length][];
    for (int n = 0; n < made.length; n++) {
      made[n] = Matrix.times(matrices.get(skin.joints()[n]), skin.inverseBind()[n]);
    }
    return made;
  }
}
