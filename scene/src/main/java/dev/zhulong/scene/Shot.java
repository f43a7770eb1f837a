package dev.zhulong.scene;

import dev.zhulong.scene.model.Pose;
import dev.zhulong.scene.model.Scene;

/**
 * Where pictures are taken from, as a user says it.
 *
 * @param places from and at, six numbers, or null
 * @param own whether a scene's own camera counts
 * @param degrees angle from bottom to top, but of a scene's own camera
 */
public record Shot(float[] places, boolean own, float degrees) {
  /**
   * From text.
   *
   * @param camera six numbers with commas, {@code auto}, or null for the scene's own
   * @throws IllegalArgumentException if it is none of them
   */
  public static Shot of(String camera, float degrees) {
    if (!(degrees >= 1 && degrees <= 170)) {
      throw new IllegalArgumentException(
          "an angle of " + degrees + " degrees; 1 to 170 are possible");
    }
    if (camera == null || camera.equals("auto")) {
      return new Shot(null, camera == null, degrees);
    }
    String[] parts = camera.split(",", -1);
    float[] places = new float[6];
    try {
      for (int n = 0; n < 6 && parts.length == 6; n++) {
        places[n] = Float.parseFloat(parts[n].strip());
      }
    } catch (NumberFormatException e) {
      parts = new String[0];
    }
    float apart = 0;
    boolean finite = true;
    for (int n = 0; n < 3; n++) {
      apart += Math.abs(places[n] - places[n + 3]);
      finite &= Float.isFinite(places[n]) && Float.isFinite(places[n + 3]);
    }
    if (parts.length != 6 || !finite || apart == 0) {
      throw new IllegalArgumentException(
          "camera \"" + camera + "\" must be two places as 3,2,4,0,0,0, or auto");
    }
    return new Shot(places, false, degrees);
  }

  /** For a scene at a time. */
  Viewpoint viewpoint(Scene scene, Pose pose, Bounds bounds, float aspect) {
    if (places != null) {
      return Viewpoint.between(
          new float[] {places[0], places[1], places[2]},
          new float[] {places[3], places[4], places[5]},
          degrees);
    }
    Viewpoint found = own ? Viewpoint.own(scene, pose) : null;
    return found == null ? Viewpoint.around(bounds, degrees, aspect) : found;
  }
}
