package dev.zhulong.tests.vulkan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.zhulong.firmware.texel.TexelFormat;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is drawn here is what another implementation of the specification draws. */
class VulkanComparisonTest {
  /** Pixels of all drawings that may differ, where rounding decides about edges. */
  private static final double ALLOWED = 0.001;

  /** The same for one drawing. */
  private static final double ALLOWED_OF_ONE = 0.005;

  /** How far a component may be off: a step of eight bits, or of the format if that is more. */
  private static double step(TexelFormat format, int component, double value) {
    int bits = format.bits()[component];
    return switch (format.kind()) {
      case UINT, SINT -> 0;
      case UNORM, SRGB -> 1.0 / ((1 << Math.clamp(bits, 1, 8)) - 1);
      case SNORM -> 1.0 / ((1 << Math.clamp(bits - 1, 1, 8)) - 1);
      // Floats without a sign have five bits of exponent; the specification leaves the rounding.
      case FLOAT, SHARED_EXPONENT ->
          Math.max(1.0 / 255, bits < 16 ? 1.0 / (1 << Math.max(0, bits - 5)) : 0)
              * Math.max(bits < 16 ? 0 : 1, Math.abs(value));
    };
  }

  /** The components, those of sRGB as they are stored. */
  private static double[] components(TexelFormat format, byte[] texels, int at) {
    double[] made = format.decode(texels, at);
    for (int k = 0; k < 3 && format.kind() == TexelFormat.Kind.SRGB; k++) {
      made[k] = made[k] <= 0.0031308 ? 12.92 * made[k] : 1.055 * Math.pow(made[k], 1 / 2.4) - 0.055;
    }
    return made;
  }

  private static Difference difference(Drawing d, List<byte[]> own, List<byte[]> other) {
    int count = 0;
    String first = "";
    for (int n = 0; n < Drawing.SIZE * Drawing.SIZE; n++) {
      boolean same = true;
      for (int t = 0; t < d.targets.size(); t++) {
        TexelFormat format = TexelFormat.of(d.targets.get(t));
        double[] a = components(format, own.get(t), n * format.bytes());
        double[] b = components(format, other.get(t), n * format.bytes());
        for (int k = 0; k < 4; k++) {
          same &= Math.abs(a[k] - b[k]) <= step(format, k, b[k]) * 1.001 * d.steps + 1e-6;
        }
        if (!same && count < 4) {
          first +=
              " ("
                  + n % Drawing.SIZE
                  + ","
                  + n / Drawing.SIZE
                  + "): "
                  + text(a)
                  + " not "
                  + text(b);
        }
      }
      count += same ? 0 : 1;
    }
    return new Difference(count, first);
  }

  private static String text(double[] color) {
    return String.format("%.3f %.3f %.3f %.3f", color[0], color[1], color[2], color[3]);
  }

  /** Pixels that differ, and the first ones. */
  private record Difference(int count, String first) {}

  @Test
  void drawingsAreTheSame() {
    List<Drawing> all = Drawings.all();
    String only = System.getProperty("zl.drawing");
    List<String> wrong = new ArrayList<>();
    long pixels = 0;
    long differing = 0;
    try (VulkanPainter vulkan = VulkanPainter.open();
        OwnPainter own = new OwnPainter("sim:?config=c1w8t8")) {
      assumeTrue(vulkan != null, "needs mesa-vulkan-drivers and libvulkan1");
      System.out.println("compared with " + vulkan.description());
      for (Drawing d : all) {
        if (only != null && !d.name.matches(only)) {
          continue;
        }
        List<byte[]> expected = vulkan.draw(d);
        List<byte[]> drawn = own.draw(d);
        assertEquals(expected.size(), drawn.size());
        Difference difference = difference(d, drawn, expected);
        int count = difference.count;
        double share = (double) count / (Drawing.SIZE * Drawing.SIZE);
        System.out.printf("%-44s %5d pixels differ, %.2f %%%n", d.name, count, 100 * share);
        if (share > ALLOWED_OF_ONE) {
          wrong.add(d.name + ": " + count);
          System.out.println("   " + difference.first);
        }
        pixels += Drawing.SIZE * Drawing.SIZE;
        differing += count;
      }
    }
    double share = (double) differing / pixels;
    System.out.printf(
        "%d drawings, %d of %d pixels differ, %.3f %%%n",
        pixels / (Drawing.SIZE * Drawing.SIZE), differing, pixels, 100 * share);
    assertEquals(List.of(), wrong, "drawings in which more than edges differ");
    assertTrue(share < ALLOWED, "pixels that differ: " + share);
  }
}
