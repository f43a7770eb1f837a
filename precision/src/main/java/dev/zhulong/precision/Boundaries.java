package dev.zhulong.precision;

import java.util.LinkedHashSet;
import java.util.Set;

/** Arguments at which functions change their course. */
final class Boundaries {
  /** With both signs. */
  static final double[] ALL = all();

  private Boundaries() {}

  private static double[] all() {
    Set<Float> made = new LinkedHashSet<>();
    float[] special = {
      0,
      Float.MIN_VALUE,
      0x1.fffffcp-127f,
      Float.MIN_NORMAL,
      Float.MAX_VALUE,
      Float.POSITIVE_INFINITY,
      Float.NaN,
      // Where e^x, 2^x, 10^x and sinh overflow, and where they vanish.
      88.722839f,
      89.415985f,
      103.972084f,
      87.336544f,
      128,
      126,
      149,
      150,
      38.53184f,
      37.92978f,
      45.1545f,
      // Where erfc and the gamma function do.
      10.0546f,
      9.194f,
      35.0401f,
      41.0f,
      0x1p22f,
      0x1p23f,
      0x1p24f,
      0x1p31f,
      0x1p32f,
      105414.35f,
      2.7182817f,
      1.4142135f,
      0.70710677f
    };
    for (float x : special) {
      around(made, x);
    }
    for (int n = 1; n <= 16; n++) {
      around(made, n / 2f);
      around(made, (float) (n * Math.PI / 2));
    }
    for (int n = -120; n <= 120; n += 12) {
      made.add(Math.scalb(1f, n));
    }
    double[] both = new double[2 * made.size()];
    int n = 0;
    for (float x : made) {
      both[n++] = x;
      both[n++] = -x;
    }
    return both;
  }

  private static void around(Set<Float> made, float x) {
    made.add(x);
    if (x > 0 && x < Float.POSITIVE_INFINITY) {
      made.add(Math.nextUp(x));
      made.add(Math.nextDown(x));
    }
  }
}
