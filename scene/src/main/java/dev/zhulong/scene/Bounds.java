package dev.zhulong.scene;

import dev.zhulong.scene.model.Matrix;
import dev.zhulong.scene.model.Node;
import dev.zhulong.scene.model.Pose;
import dev.zhulong.scene.model.Primitive;
import dev.zhulong.scene.model.Scene;
import java.util.Arrays;

/**
 * A sphere around what is seen of a scene.
 *
 * @param center its centre
 * @param radius its radius, above 0
 * @param height half of what is seen, from bottom to top
 * @param around what is seen within this distance of the vertical line through the centre
 */
public record Bounds(float[] center, float radius, float height, float around) {
  /** Of a scene at a time; of a scene without vertices the unit sphere. */
  public static Bounds of(Scene scene, Pose pose) {
    float[] least = {Float.MAX_VALUE, Float.MAX_VALUE, Float.MAX_VALUE};
    float[] most = {-Float.MAX_VALUE, -Float.MAX_VALUE, -Float.MAX_VALUE};
    for (int n = 0; n < scene.nodes().size(); n++) {
      Node node = scene.nodes().get(n);
      if (node.mesh() < 0 || !node.present()) {
        continue;
      }
      float[][] joints = node.skin() < 0 ? null : pose.joints(scene.skins().get(node.skin()));
      for (Primitive primitive : scene.meshes().get(node.mesh()).primitives()) {
        float[] vertices = primitive.morphed(pose.weights().get(n));
        for (int at = 0; at < vertices.length; at += primitive.words()) {
          float[] matrix = pose.matrices().get(n);
          if (joints != null && primitive.skinned()) {
            matrix = blended(joints, vertices, at);
          }
          float[] place = Matrix.point(matrix, vertices[at], vertices[at + 1], vertices[at + 2]);
          for (int k = 0; k < 3; k++) {
            least[k] = Math.min(least[k], place[k]);
            most[k] = Math.max(most[k], place[k]);
          }
        }
      }
    }
    if (!(least[0] <= most[0])) {
      return new Bounds(new float[3], 1, 0.7f, 0.7f);
    }
    float[] half = Matrix.plus(new float[3], Matrix.minus(most, least), 0.5f);
    float radius = Matrix.length(half);
    boolean fits = radius > 1e-6f && radius < 1e9f;
    return new Bounds(
        Matrix.plus(least, half, 1),
        fits ? radius : 1,
        fits ? half[1] : 1,
        fits ? (float) Math.hypot(half[0], half[2]) : 1);
  }

  private static float[] blended(float[][] joints, float[] vertices, int at) {
    float[] matrix = new float[16];
    for (int n = 0; n < 4; n++) {
      float[] joint = joints[(int) vertices[at + Primitive.JOINTS + n]];
      for (int k = 0; k < 16; k++) {
        matrix[k] += joint[k] * vertices[at + Primitive.WEIGHTS + n];
      }
    }
    return matrix;
  }

  @Override
  public String toString() {
    return "radius " + radius + " around " + Arrays.toString(center);
  }
}
