package dev.zhulong.scene.model;

/**
 * What moves a node.
 *
 * @param node index of the node
 * @param path what of it moves
 * @param interpolation what lies between two times
 * @param times seconds, ascending
 * @param values numbers for each time; with {@link Interpolation#CUBICSPLINE} in-tangent, value and
 *     out-tangent
 * @param width numbers of a value
 */
public record Channel(
    int node, Path path, Interpolation interpolation, float[] times, float[] values, int width) {
  /** What of a node moves. */
  public enum Path {
    /** Its place. */
    TRANSLATION,
    /** Its rotation. */
    ROTATION,
    /** Its scale. */
    SCALE,
    /** Its morph targets. */
    WEIGHTS
  }

  /** What lies between two times. */
  public enum Interpolation {
    /** The earlier value. */
    STEP,
    /** A line; an arc between rotations. */
    LINEAR,
    /** A spline through the values with their tangents. */
    CUBICSPLINE
  }

  private float[] value(int key) {
    float[] value = new float[width];
    int from = interpolation == Interpolation.CUBICSPLINE ? 3 * key + 1 : key;
    System.arraycopy(values, from * width, value, 0, width);
    return value;
  }

  /** The value at a time. */
  public float[] at(float time) {
    int last = times.length - 1;
    if (time <= times[0]) {
      return value(0);
    }
    if (time >= times[last]) {
      return value(last);
    }
    int key = 0;
    while (times[key + 1] <= time) {
      key++;
    }
    float span = times[key + 1] - times[key];
    float t = (time - times[key]) / span;
    float[] a = value(key);
    float[] b = value(key + 1);
    float[] made =
        switch (interpolation) {
          case STEP -> a;
          case LINEAR -> path == Path.ROTATION ? arc(a, b, t) : line(a, b, 1 - t, t);
          case CUBICSPLINE -> spline(key, a, b, span, t);
        };
    if (path == Path.ROTATION) {
      double square = 0;
      for (float n : made) {
        square += n * n;
      }
      float factor = square > 0 ? (float) (1 / Math.sqrt(square)) : 0;
      return line(made, made, factor, 0);
    }
    return made;
  }

  private static float[] line(float[] a, float[] b, float first, float second) {
    float[] made = new float[a.length];
    for (int n = 0; n < made.length; n++) {
      made[n] = a[n] * first + b[n] * second;
    }
    return made;
  }

  private static float[] arc(float[] a, float[] b, float t) {
    float dot = 0;
    for (int n = 0; n < 4; n++) {
      dot += a[n] * b[n];
    }
    float sign = dot < 0 ? -1 : 1;
    double angle = Math.acos(Math.min(1, Math.abs(dot)));
    if (angle < 1e-3) {
      return line(a, b, 1 - t, sign * t);
    }
    double sine = Math.sin(angle);
    return line(
        a,
        b,
        (float) (Math.sin((1 - t) * angle) / sine),
        (float) (sign * Math.sin(t * angle) / sine));
  }

  /** Hermite's polynomials; glTF 2.0, appendix C. */
  private float[] spline(int key, float[] a, float[] b, float span, float t) {
    float t2 = t * t;
    float t3 = t2 * t;
    float[] made = line(a, b, 2 * t3 - 3 * t2 + 1, 3 * t2 - 2 * t3);
    for (int n = 0; n < width; n++) {
      float out = values[(3 * key + 2) * width + n];
      float in = values[3 * (key + 1) * width + n];
      made[n] += span * ((t3 - 2 * t2 + t) * out + (t3 - t2) * in);
    }
    return made;
  }
}
