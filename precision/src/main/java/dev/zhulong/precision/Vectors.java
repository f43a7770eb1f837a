package dev.zhulong.precision;

import java.util.Arrays;

/**
 * The geometric functions over components one after the other, in doubles and with the errors that
 * Vulkan allows. Products of two floats are exact in double precision.
 */
final class Vectors {
  private Vectors() {}

  static double[] part(double[] x, int which, int size) {
    return Arrays.copyOfRange(x, which * size, (which + 1) * size);
  }

  static Bounded[] part(Bounded[] x, int which, int size) {
    return Arrays.copyOfRange(x, which * size, (which + 1) * size);
  }

  static double dot(double[] x, double[] y) {
    double sum = 0;
    for (int n = 0; n < x.length; n++) {
      sum += x[n] * y[n];
    }
    return sum;
  }

  static Bounded dot(Bounded[] x, Bounded[] y) {
    Bounded sum = x[0].times(y[0]);
    for (int n = 1; n < x.length; n++) {
      sum = sum.plus(x[n].times(y[n]));
    }
    return sum;
  }

  static double[] minus(double[] x, double[] y) {
    double[] made = new double[x.length];
    Arrays.setAll(made, n -> x[n] - y[n]);
    return made;
  }

  static Bounded[] minus(Bounded[] x, Bounded[] y) {
    Bounded[] made = new Bounded[x.length];
    Arrays.setAll(made, n -> x[n].minus(y[n]));
    return made;
  }

  static double length(double[] x) {
    return Math.sqrt(dot(x, x));
  }

  static Bounded length(Bounded[] x) {
    return dot(x, x).squareRoot();
  }

  static double[] scaled(double[] x, double s) {
    double[] made = new double[x.length];
    Arrays.setAll(made, n -> x[n] * s);
    return made;
  }

  static Bounded[] scaled(Bounded[] x, Bounded s) {
    Bounded[] made = new Bounded[x.length];
    Arrays.setAll(made, n -> x[n].times(s));
    return made;
  }

  static double[] cross(double[] x, double[] y) {
    double[] made = new double[3];
    Arrays.setAll(made, n -> x[(n + 1) % 3] * y[(n + 2) % 3] - y[(n + 1) % 3] * x[(n + 2) % 3]);
    return made;
  }

  static Bounded[] cross(Bounded[] x, Bounded[] y) {
    Bounded[] made = new Bounded[3];
    Arrays.setAll(
        made,
        n -> x[(n + 1) % 3].times(y[(n + 2) % 3]).minus(y[(n + 1) % 3].times(x[(n + 2) % 3])));
    return made;
  }

  static double[] reflect(double[] incident, double[] normal) {
    return minus(incident, scaled(normal, 2 * dot(normal, incident)));
  }

  static Bounded[] reflect(Bounded[] incident, Bounded[] normal) {
    Bounded twice = Bounded.of(2).times(dot(normal, incident));
    return minus(incident, scaled(normal, twice));
  }

  static double[] refract(double[] incident, double[] normal, double eta) {
    double d = dot(normal, incident);
    double k = 1 - eta * eta * (1 - d * d);
    if (k < 0) {
      return new double[incident.length];
    }
    return minus(scaled(incident, eta), scaled(normal, eta * d + Math.sqrt(k)));
  }

  static Bounded[] refract(Bounded[] incident, Bounded[] normal, Bounded eta) {
    Bounded one = Bounded.of(1);
    Bounded d = dot(normal, incident);
    Bounded k = one.minus(eta.times(eta).times(one.minus(d.times(d))));
    if (k.value() < -k.error()) {
      Bounded[] none = new Bounded[incident.length];
      Arrays.fill(none, Bounded.of(0));
      return none;
    }
    return minus(scaled(incident, eta), scaled(normal, eta.times(d).plus(k.squareRoot())));
  }

  /** Of a matrix by columns. */
  static double determinant(double[] m, int size) {
    if (size == 1) {
      return m[0];
    }
    double sum = 0;
    for (int c = 0; c < size; c++) {
      double minor = determinant(without(m, size, c, 0), size - 1);
      sum += (c % 2 == 0 ? 1 : -1) * m[c * size] * minor;
    }
    return sum;
  }

  private static double[] without(double[] m, int size, int column, int row) {
    double[] minor = new double[(size - 1) * (size - 1)];
    int n = 0;
    for (int c = 0; c < size; c++) {
      for (int r = 0; r < size; r++) {
        if (c != column && r != row) {
          minor[n++] = m[c * size + r];
        }
      }
    }
    return minor;
  }

  static double[] inverse(double[] m, int size) {
    double whole = determinant(m, size);
    double[] made = new double[m.length];
    for (int c = 0; c < size; c++) {
      for (int r = 0; r < size; r++) {
        double minor = determinant(without(m, size, r, c), size - 1);
        made[c * size + r] = ((c + r) % 2 == 0 ? minor : -minor) / whole;
      }
    }
    return made;
  }

  static double[] times(double[] matrix, double[] vector) {
    double[] made = new double[vector.length];
    Arrays.setAll(
        made,
        r -> {
          double sum = 0;
          for (int c = 0; c < vector.length; c++) {
            sum += matrix[c * vector.length + r] * vector[c];
          }
          return sum;
        });
    return made;
  }

  static Bounded[] times(Bounded[] matrix, Bounded[] vector) {
    int size = vector.length;
    Bounded[] made = new Bounded[size];
    Arrays.setAll(
        made,
        r -> {
          Bounded[] row = new Bounded[size];
          Arrays.setAll(row, c -> matrix[c * size + r]);
          return dot(row, vector);
        });
    return made;
  }

  static void copy(double[] from, double[] to) {
    System.arraycopy(from, 0, to, 0, to.length);
  }
}
