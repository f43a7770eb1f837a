package dev.zhulong.scene;

import dev.zhulong.scene.model.Lens;
import dev.zhulong.scene.model.Matrix;
import dev.zhulong.scene.model.Node;
import dev.zhulong.scene.model.Pose;
import dev.zhulong.scene.model.Scene;

/**
 * Where a picture is taken from.
 *
 * @param view from the scene to the camera, which looks along −z with y up
 * @param lens what it sees
 */
public record Viewpoint(float[] view, Lens lens) {
  /** From a place to another. */
  public static Viewpoint between(float[] from, float[] at, float degrees) {
    return new Viewpoint(Matrix.view(from, at), new Lens((float) Math.toRadians(degrees), 0));
  }

  /** From slightly above, so far away that a picture of that aspect shows all. */
  public static Viewpoint around(Bounds bounds, float degrees, float aspect) {
    float half = (float) Math.toRadians(degrees) / 2;
    double tall = Math.tan(half);
    float[] back = Matrix.normalized(new float[] {0.5f, 0.35f, 1});
    float[] right = Matrix.normalized(Matrix.cross(new float[] {0, 1, 0}, back));
    float[] up = Matrix.cross(back, right);
    // The rims of a cylinder, so that it is seen whole from all sides.
    double farthest = 0;
    for (int n = 0; n < 64; n++) {
      float[] rim = {
        (float) Math.cos(n * Math.PI / 16) * bounds.around(),
        n < 32 ? bounds.height() : -bounds.height(),
        (float) Math.sin(n * Math.PI / 16) * bounds.around()
      };
      double aside = Math.abs(Matrix.dot(rim, right)) / (tall * aspect);
      double above = Math.abs(Matrix.dot(rim, up)) / tall;
      farthest = Math.max(farthest, Matrix.dot(rim, back) + Math.max(aside, above));
    }
    float distance = (float) (1.06 * farthest);
    return between(Matrix.plus(bounds.center(), back, distance), bounds.center(), degrees);
  }

  /** The scene's first camera, or null if it has none. */
  public static Viewpoint own(Scene scene, Pose pose) {
    for (int n = 0; n < scene.nodes().size(); n++) {
      Node node = scene.nodes().get(n);
      if (node.camera() >= 0 && node.present()) {
        float[] m = pose.matrices().get(n);
        float[] from = {m[12], m[13], m[14]};
        float[] straight = new float[16];
        // A camera's scale is not the scene's.
        for (int column = 0; column < 3; column++) {
          float[] axis =
              Matrix.normalized(new float[] {m[4 * column], m[4 * column + 1], m[4 * column + 2]});
          System.arraycopy(axis, 0, straight, 4 * column, 3);
        }
        System.arraycopy(from, 0, straight, 12, 3);
        straight[15] = 1;
        return new Viewpoint(Matrix.inverse(straight), scene.lenses().get(node.camera()));
      }
    }
    return null;
  }

  /** The same after the scene has turned around the vertical line through a place. */
  public Viewpoint turned(float[] around, double radians) {
    float half = (float) radians / 2;
    float[] turn = {0, (float) Math.sin(half), 0, (float) Math.cos(half)};
    float[] one = {1, 1, 1};
    float[] still = {0, 0, 0, 1};
    float[] there = Matrix.of(Matrix.plus(new float[3], around, -1), still, one);
    float[] moved = Matrix.times(Matrix.of(around, turn, one), there);
    return new Viewpoint(Matrix.times(view, moved), lens);
  }

  /** Where it is. */
  float[] eye() {
    float[] inverse = Matrix.inverse(view);
    return new float[] {inverse[12], inverse[13], inverse[14]};
  }

  /** From the scene to a viewport, so that a sphere lies within near and far. */
  float[] clip(Bounds bounds, float aspect) {
    float distance = Matrix.length(Matrix.minus(bounds.center(), eye()));
    float far = (distance + bounds.radius()) * 1.01f;
    float near = Math.max((distance - bounds.radius()) * 0.99f, far / 2000);
    float[] projection =
        lens.height() > 0
            ? Matrix.perspective((float) Math.tan(lens.height() / 2), aspect, near, far)
            : Matrix.orthographic(lens.halfHeight() * aspect, lens.halfHeight(), near, far);
    return Matrix.times(projection, view);
  }
}
