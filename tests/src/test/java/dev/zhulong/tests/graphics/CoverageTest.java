package dev.zhulong.tests.graphics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zhulong.fuzz.drawing.ReferenceRasterizer;
import dev.zhulong.graphics.CullMode;
import dev.zhulong.graphics.Topology;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which pixels primitives cover. */
class CoverageTest {
  private static final String DEVICE = "sim:?config=c1w8t8";
  private static final int SIZE = 48;

  private static float[] vertex(float x, float y) {
    return new float[] {x, y, 0.5f, 1};
  }

  private static void put(float[] to, int at, float[]... vertices) {
    for (int n = 0; n < vertices.length; n++) {
      System.arraycopy(vertices[n], 0, to, 4 * (at + n), 4);
    }
  }

  /** A grid of moved corners that reaches beyond the picture, two triangles a cell. */
  private static float[] mesh(Random random, int cells) {
    float[][][] corners = new float[cells + 1][cells + 1][];
    for (int y = 0; y <= cells; y++) {
      for (int x = 0; x <= cells; x++) {
        boolean edge = x == 0 || y == 0 || x == cells || y == cells;
        float jitter = edge ? 0 : 0.9f / cells;
        corners[y][x] =
            vertex(
                2.2f * x / cells - 1.1f + jitter * (random.nextFloat() - 0.5f),
                2.2f * y / cells - 1.1f + jitter * (random.nextFloat() - 0.5f));
        if (random.nextInt(4) == 0 && !edge) {
          // On a pixel's centre, where the rule for edges decides.
          corners[y][x] =
              vertex(
                  (2 * (int) ((corners[y][x][0] + 1) * SIZE / 2) + 1f) / SIZE - 1,
                  (2 * (int) ((corners[y][x][1] + 1) * SIZE / 2) + 1f) / SIZE - 1);
        }
      }
    }
    float[] made = new float[cells * cells * 24];
    int at = 0;
    for (int y = 0; y < cells; y++) {
      for (int x = 0; x < cells; x++) {
        float[] a = corners[y][x];
        float[] b = corners[y][x + 1];
        float[] c = corners[y + 1][x];
        float[] d = corners[y + 1][x + 1];
        if (random.nextBoolean()) {
          put(made, at, a, b, c, c, b, d);
        } else {
          put(made, at, d, a, c, a, d, b);
        }
        at += 6;
      }
    }
    return made;
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 8, 20})
  void meshCoversEachPixelOnce(int cells) {
    try (Canvas canvas = new Canvas(DEVICE, SIZE)) {
      for (int seed = 0; seed < 3; seed++) {
        byte[] picture =
            canvas.draw(Canvas.counting(), mesh(new Random(seed * 100L + cells), cells));
        for (int n = 0; n < SIZE * SIZE; n++) {
          assertEquals(1, picture[4 * n], "seed " + seed + ", pixel " + n % SIZE + "," + n / SIZE);
        }
      }
    }
  }

  @Test
  void trianglesCoverWhatTheRulesSay() {
    Random random = new Random(7);
    try (Canvas canvas = new Canvas(DEVICE, SIZE)) {
      for (int round = 0; round < 6; round++) {
        int triangles = 40;
        float[] positions = new float[triangles * 12];
        int[] expected = new int[SIZE * SIZE];
        float reach = round < 4 ? 1.4f : 40f;
        for (int t = 0; t < triangles; t++) {
          long[] corners = new long[6];
          for (int n = 0; n < 3; n++) {
            float x = (random.nextFloat() * 2 - 1) * reach;
            float y = (random.nextFloat() * 2 - 1) * reach;
            boolean rough = random.nextInt(3) == 0;
            x = rough ? Math.round(x * 24) / 24f : x;
            y = rough ? Math.round(y * 24) / 24f : y;
            put(positions, 3 * t + n, vertex(x, y));
            corners[2 * n] = ReferenceRasterizer.snapped(x, SIZE);
            corners[2 * n + 1] = ReferenceRasterizer.snapped(y, SIZE);
          }
          ReferenceRasterizer.cover(corners, expected, SIZE);
        }
        byte[] picture = canvas.draw(Canvas.counting(), positions);
        int different = 0;
        for (int n = 0; n < SIZE * SIZE; n++) {
          different += expected[n] == (picture[4 * n] & 255) ? 0 : 1;
        }
        // Those of the last rounds are clipped: an edge through a new corner may miss by a step.
        assertTrue(different <= (round < 4 ? 0 : SIZE), different + " pixels in round " + round);
      }
    }
  }

  @Test
  void nothingLeavesTheScissor() {
    Random random = new Random(11);
    float[] strange = {
      Float.NaN, Float.POSITIVE_INFINITY, -1e30f, 1e30f, 0, -0f, 1e-30f, 3.4e38f, -3
    };
    try (Canvas canvas = new Canvas(DEVICE, SIZE)) {
      float[] positions = new float[300 * 12];
      for (int n = 0; n < positions.length; n++) {
        positions[n] =
            random.nextInt(6) == 0
                ? strange[random.nextInt(strange.length)]
                : random.nextFloat() * 4 - 2;
      }
      byte[] picture =
          canvas.draw(Canvas.counting(), pass -> pass.scissor(5, 9, 17, 23), positions);
      int inside = 0;
      for (int n = 0; n < SIZE * SIZE; n++) {
        boolean allowed = n % SIZE >= 5 && n % SIZE < 22 && n / SIZE >= 9 && n / SIZE < 32;
        inside += picture[4 * n] != 0 ? 1 : 0;
        assertTrue(allowed || picture[4 * n] == 0, "pixel " + n % SIZE + "," + n / SIZE);
      }
      assertTrue(inside > 100, inside + " pixels drawn");
    }
  }

  @Test
  void nearPlaneCutsWhereDepthIsZero() {
    try (Canvas canvas = new Canvas(DEVICE, SIZE)) {
      // Depth grows from −1 at the left to 1 at the right: the right half is in the view.
      float[] quad = {
        -1, -1, -1, 1, 1, -1, 1, 1, -1, 1, -1, 1, -1, 1, -1, 1, 1, -1, 1, 1, 1, 1, 1, 1
      };
      byte[] picture = canvas.draw(Canvas.counting(), quad);
      for (int n = 0; n < SIZE * SIZE; n++) {
        assertEquals(n % SIZE >= SIZE / 2 ? 1 : 0, picture[4 * n], "pixel " + n);
      }
    }
  }

  @Test
  void facesAreTold() {
    float[] clockwise = {-1, -1, 0, 1, 3, -1, 0, 1, -1, 3, 0, 1};
    try (Canvas canvas = new Canvas(DEVICE, SIZE)) {
      assertEquals(0, canvas.draw(Canvas.counting().cull(CullMode.BACK, false), clockwise)[0]);
      assertEquals(1, canvas.draw(Canvas.counting().cull(CullMode.BACK, true), clockwise)[0]);
      assertEquals(1, canvas.draw(Canvas.counting().cull(CullMode.FRONT, false), clockwise)[0]);
    }
  }

  @Test
  void pointsAndLinesCoverTheirPixels() {
    try (Canvas canvas = new Canvas(DEVICE, SIZE)) {
      float step = 2f / SIZE;
      float[] points = {-1 + 3.5f * step, -1 + 4.5f * step, 0, 1, 0.99f, 0.99f, 0, 1};
      byte[] picture = canvas.draw(Canvas.counting().topology(Topology.POINT_LIST, false), points);
      for (int n = 0; n < SIZE * SIZE; n++) {
        boolean drawn = n == 4 * SIZE + 3 || n == SIZE * SIZE - 1;
        assertEquals(drawn ? 1 : 0, picture[4 * n], "pixel " + n % SIZE + "," + n / SIZE);
      }
      float[] line = {
        -1 + 2.5f * step, -1 + 6.5f * step, 0, 1, -1 + 12.5f * step, -1 + 6.5f * step, 0, 1
      };
      picture = canvas.draw(Canvas.counting().topology(Topology.LINE_LIST, false), line);
      int drawn = 0;
      for (int n = 0; n < SIZE * SIZE; n++) {
        drawn += picture[4 * n];
        assertTrue(picture[4 * n] == 0 || n / SIZE == 6, "pixel " + n % SIZE + "," + n / SIZE);
      }
      assertEquals(10, drawn);
    }
  }

  @Test
  void stripsAndFansAreTheirTriangles() {
    float[] around = {
      0, 0, 0, 1, -0.9f, -0.8f, 0, 1, 0.8f, -0.9f, 0, 1, 0.9f, 0.7f, 0, 1, -0.6f, 0.9f, 0, 1
    };
    int[][] fan = {{1, 2, 0}, {2, 3, 0}, {3, 4, 0}};
    int[][] strip = {{0, 1, 2}, {1, 3, 2}, {2, 3, 4}};
    try (Canvas canvas = new Canvas(DEVICE, SIZE)) {
      byte[] asFan = canvas.draw(Canvas.counting().topology(Topology.TRIANGLE_FAN, false), around);
      assertCovered(around, fan, asFan);
      byte[] asStrip =
          canvas.draw(Canvas.counting().topology(Topology.TRIANGLE_STRIP, false), around);
      assertCovered(around, strip, asStrip);
    }
  }

  private static void assertCovered(float[] positions, int[][] triangles, byte[] picture) {
    int[] expected = new int[SIZE * SIZE];
    for (int[] triangle : triangles) {
      long[] corners = new long[6];
      for (int n = 0; n < 3; n++) {
        corners[2 * n] = ReferenceRasterizer.snapped(positions[4 * triangle[n]], SIZE);
        corners[2 * n + 1] = ReferenceRasterizer.snapped(positions[4 * triangle[n] + 1], SIZE);
      }
      ReferenceRasterizer.cover(corners, expected, SIZE);
    }
    for (int n = 0; n < SIZE * SIZE; n++) {
      assertEquals(expected[n], picture[4 * n], "pixel " + n % SIZE + "," + n / SIZE);
    }
  }
}
