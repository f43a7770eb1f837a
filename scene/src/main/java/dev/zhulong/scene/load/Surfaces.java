package dev.zhulong.scene.load;

import dev.zhulong.scene.model.Matrix;
import dev.zhulong.scene.model.Primitive;

/** What files may leave out of triangles: normals and tangents. */
final class Surfaces {
  private Surfaces() {}

  /** Vertices in the order of the indices, so that triangles share none. */
  static float[] apart(float[] vertices, int words, int[] indices) {
    float[] made = new float[words * indices.length];
    for (int n = 0; n < indices.length; n++) {
      System.arraycopy(vertices, words * indices[n], made, words * n, words);
    }
    return made;
  }

  private static float[] three(float[] vertices, int at) {
    return new float[] {vertices[at], vertices[at + 1], vertices[at + 2]};
  }

  /** Gives each triangle of a list without indices its normal. */
  static void flatNormals(float[] vertices, int words) {
    for (int t = 0; t + 3 * words <= vertices.length; t += 3 * words) {
      float[] a = three(vertices, t);
      float[] b = three(vertices, t + words);
      float[] c = three(vertices, t + 2 * words);
      float[] normal = Matrix.normalized(Matrix.cross(Matrix.minus(b, a), Matrix.minus(c, a)));
      for (int v = 0; v < 3; v++) {
        System.arraycopy(normal, 0, vertices, t + v * words + Primitive.NORMAL, 3);
      }
    }
  }

  /**
   * Sets tangents along the growing first texture coordinate: each vertex the sum of its triangles.
   *
   * @param texture word of the texture coordinates
   */
  static void tangents(float[] vertices, int words, int[] indices, int texture) {
    int count = vertices.length / words;
    float[][] along = new float[count][3];
    float[][] across = new float[count][3];
    int corners = indices == null ? count : indices.length;
    for (int t = 0; t + 3 <= corners; t += 3) {
      int[] v = new int[3];
      for (int n = 0; n < 3; n++) {
        v[n] = indices == null ? t + n : indices[t + n];
      }
      float[] e1 = Matrix.minus(three(vertices, v[1] * words), three(vertices, v[0] * words));
      float[] e2 = Matrix.minus(three(vertices, v[2] * words), three(vertices, v[0] * words));
      float u1 = vertices[v[1] * words + texture] - vertices[v[0] * words + texture];
      float u2 = vertices[v[2] * words + texture] - vertices[v[0] * words + texture];
      float w1 = vertices[v[1] * words + texture + 1] - vertices[v[0] * words + texture + 1];
      float w2 = vertices[v[2] * words + texture + 1] - vertices[v[0] * words + texture + 1];
      float area = u1 * w2 - u2 * w1;
      if (area == 0) {
        continue;
      }
      float sign = Math.signum(area);
      for (int n : v) {
        for (int k = 0; k < 3; k++) {
          along[n][k] += sign * (e1[k] * w2 - e2[k] * w1);
          across[n][k] += sign * (e2[k] * u1 - e1[k] * u2);
        }
      }
    }
    for (int v = 0; v < count; v++) {
      float[] normal = three(vertices, v * words + Primitive.NORMAL);
      float[] flat = Matrix.plus(along[v], normal, -Matrix.dot(normal, along[v]));
      float[] tangent =
          Matrix.length(flat) > 0
              ? Matrix.normalized(flat)
              : Matrix.normalized(
                  Matrix.cross(
                      normal,
                      Math.abs(normal[0]) < 0.5f ? new float[] {1, 0, 0} : new float[] {0, 1, 0}));
      int at = v * words + Primitive.TANGENT;
      System.arraycopy(tangent, 0, vertices, at, 3);
      // Texture coordinates grow downwards in pictures; the sign says which way that is here.
      vertices[at + 3] = Matrix.dot(Matrix.cross(normal, tangent), across[v]) < 0 ? 1 : -1;
    }
  }
}
