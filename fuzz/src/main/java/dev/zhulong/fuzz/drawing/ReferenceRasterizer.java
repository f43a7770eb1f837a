package dev.zhulong.fuzz.drawing;

/**
 * Coverage by the rules alone, pixel by pixel: corners on a grid of 1/256 pixel, a pixel's centre
 * inside of all three edges, or on one that is a top or a left edge.
 */
public final class ReferenceRasterizer {
  private ReferenceRasterizer() {}

  /**
   * A coordinate of −1 to 1 in 1/256 pixel, as the viewport's formula gives it in floats. Product
   * and sum are rounded once, as the device fuses them.
   */
  public static long snapped(float coordinate, int size) {
    float pixels = Math.fma(coordinate, size / 2f, size / 2f);
    return (long) Math.floor(pixels * 256f + 0.5f);
  }

  /** Adds 1 to each pixel that a triangle of x, y pairs in 1/256 pixel covers. */
  public static void cover(long[] corners, int[] counts, int size) {
    cover(corners, counts, size, 0, 0);
  }

  /** The same for a sample so far from the centre, in 1/256 pixel. */
  public static void cover(long[] corners, int[] counts, int size, int right, int down) {
    long[] c = corners;
    long area = (c[2] - c[0]) * (c[5] - c[1]) - (c[3] - c[1]) * (c[4] - c[0]);
    if (area == 0) {
      return;
    }
    if (area < 0) {
      c = new long[] {c[0], c[1], c[4], c[5], c[2], c[3]};
    }
    // No pixel beyond the corners' box, widened by one, can be inside.
    int left = pixel(Math.min(c[0], Math.min(c[2], c[4])), -1, size);
    int top = pixel(Math.min(c[1], Math.min(c[3], c[5])), -1, size);
    int end = pixel(Math.max(c[0], Math.max(c[2], c[4])), 2, size);
    int bottom = pixel(Math.max(c[1], Math.max(c[3], c[5])), 2, size);
    for (int y = top; y < bottom; y++) {
      for (int x = left; x < end; x++) {
        if (inside(c, 256L * x + 128 + right, 256L * y + 128 + down)) {
          counts[y * size + x]++;
        }
      }
    }
  }

  private static int pixel(long corner, int more, int size) {
    return (int) Math.clamp((corner >> 8) + more, 0L, size);
  }

  private static boolean inside(long[] c, long px, long py) {
    for (int n = 0; n < 3; n++) {
      long ax = c[2 * n];
      long ay = c[2 * n + 1];
      long bx = c[(2 * n + 2) % 6];
      long by = c[(2 * n + 3) % 6];
      long side = (bx - ax) * (py - ay) - (by - ay) * (px - ax);
      boolean top = ay == by && bx > ax;
      boolean left = by < ay;
      if (side < 0 || side == 0 && !top && !left) {
        return false;
      }
    }
    return true;
  }
}
