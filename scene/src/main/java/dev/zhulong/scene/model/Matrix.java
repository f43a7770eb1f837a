package dev.zhulong.scene.model;

/** Matrices of four rows and columns, column by column, and vectors of three numbers. */
public final class Matrix {
  private Matrix() {}

  /** What changes nothing. */
  public static float[] identity() {
    return new float[] {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1};
  }

  /** First {@code b}, then {@code a}. */
  public static float[] times(float[] a, float[] b) {
    float[] product = new float[16];
    for (int column = 0; column < 4; column++) {
      for (int row = 0; row < 4; row++) {
        float sum = 0;
        for (int k = 0; k < 4; k++) {
          sum += a[4 * k + row] * b[4 * column + k];
        }
        product[4 * column + row] = sum;
      }
    }
    return product;
  }

  /** Scales, turns by a quaternion (x, y, z, w), moves. */
  public static float[] of(float[] move, float[] turn, float[] scale) {
    float x = turn[0];
    float y = turn[1];
    float z = turn[2];
    float w = turn[3];
    return new float[] {
      (1 - 2 * (y * y + z * z)) * scale[0],
      2 * (x * y + z * w) * scale[0],
      2 * (x * z - y * w) * scale[0],
      0,
      2 * (x * y - z * w) * scale[1],
      (1 - 2 * (x * x + z * z)) * scale[1],
      2 * (y * z + x * w) * scale[1],
      0,
      2 * (x * z + y * w) * scale[2],
      2 * (y * z - x * w) * scale[2],
      (1 - 2 * (x * x + y * y)) * scale[2],
      0,
      move[0],
      move[1],
      move[2],
      1
    };
  }

  /** The place that a point goes to. */
  public static float[] point(float[] m, float x, float y, float z) {
    float[] moved = new float[3];
    for (int row = 0; row < 3; row++) {
      moved[row] = m[row] * x + m[4 + row] * y + m[8 + row] * z + m[12 + row];
    }
    return moved;
  }

  /** The inverse, or zeros if there is none. */
  public static float[] inverse(float[] m) {
    double[][] rows = new double[4][8];
    for (int row = 0; row < 4; row++) {
      for (int column = 0; column < 4; column++) {
        rows[row][column] = m[4 * column + row];
      }
      rows[row][4 + row] = 1;
    }
    for (int step = 0; step < 4; step++) {
      int best = step;
      for (int row = step + 1; row < 4; row++) {
        if (Math.abs(rows[row][step]) > Math.abs(rows[best][step])) {
          best = row;
        }
      }
      double pivot = rows[best][step];
      if (!(Math.abs(pivot) > 1e-30)) {
        return new float[16];
      }
      double[] taken = rows[best];
      rows[best] = rows[step];
      rows[step] = taken;
      for (int k = 0; k < 8; k++) {
        taken[k] /= pivot;
      }
      for (int row = 0; row < 4; row++) {
        double factor = rows[row][step];
        for (int k = 0; k < 8 && row != step; k++) {
          rows[row][k] -= factor * taken[k];
        }
      }
    }
    float[] inverse = new float[16];
    for (int n = 0; n < 16; n++) {
      inverse[n] = (float) rows[n % 4][4 + n / 4];
    }
    return inverse;
  }

  /** What brings normals where the matrix brings surfaces: the inverse of its turn, transposed. */
  public static float[] normals(float[] m) {
    float[] turn = m.clone();
    turn[12] = 0;
    turn[13] = 0;
    turn[14] = 0;
    float[] inverse = inverse(turn);
    if (inverse[15] == 0) {
      return turn;
    }
    float[] transposed = new float[16];
    for (int n = 0; n < 16; n++) {
      transposed[n] = inverse[n % 4 * 4 + n / 4];
    }
    return transposed;
  }

  /** Whether it makes a left hand of a right one. */
  public static boolean mirrors(float[] m) {
    float[] x = {m[0], m[1], m[2]};
    float[] y = {m[4], m[5], m[6]};
    float[] z = {m[8], m[9], m[10]};
    return dot(cross(x, y), z) < 0;
  }

  /** What sees from a place to another: looks along −z with y up. */
  public static float[] view(float[] from, float[] at) {
    float[] back = normalized(minus(from, at));
    float[] up = Math.abs(back[1]) > 0.999f ? new float[] {0, 0, -1} : new float[] {0, 1, 0};
    float[] right = normalized(cross(up, back));
    float[] above = cross(back, right);
    return new float[] {
      right[0],
      above[0],
      back[0],
      0,
      right[1],
      above[1],
      back[1],
      0,
      right[2],
      above[2],
      back[2],
      0,
      -dot(right, from),
      -dot(above, from),
      -dot(back, from),
      1
    };
  }

  /** To a viewport whose y goes down, depth from 0 near to 1 far; by the tangent of half a view. */
  public static float[] perspective(float tangent, float aspect, float near, float far) {
    float[] m = new float[16];
    m[0] = 1 / (tangent * aspect);
    m[5] = -1 / tangent;
    m[10] = -far / (far - near);
    m[11] = -1;
    m[14] = -far * near / (far - near);
    return m;
  }

  /** The same without perspective, of half a width and half a height. */
  public static float[] orthographic(float halfWidth, float halfHeight, float near, float far) {
    float[] m = identity();
    m[0] = 1 / halfWidth;
    m[5] = -1 / halfHeight;
    m[10] = -1 / (far - near);
    m[14] = -near / (far - near);
    return m;
  }

  /** The difference of two vectors. */
  public static float[] minus(float[] a, float[] b) {
    return new float[] {a[0] - b[0], a[1] - b[1], a[2] - b[2]};
  }

  /** The sum of a vector and a part of another. */
  public static float[] plus(float[] a, float[] b, float factor) {
    return new float[] {a[0] + b[0] * factor, a[1] + b[1] * factor, a[2] + b[2] * factor};
  }

  /** The scalar product. */
  public static float dot(float[] a, float[] b) {
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
  }

  /** The vector product. */
  public static float[] cross(float[] a, float[] b) {
    return new float[] {
      a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]
    };
  }

  /** The length. */
  public static float length(float[] a) {
    return (float) Math.sqrt(dot(a, a));
  }

  /** The direction; upwards for a vector without one. */
  public static float[] normalized(float[] a) {
    float length = length(a);
    return length > 0 && length < Float.POSITIVE_INFINITY
        ? new float[] {a[0] / length, a[1] / length, a[2] / length}
        : new float[] {0, 1, 0};
  }
}
