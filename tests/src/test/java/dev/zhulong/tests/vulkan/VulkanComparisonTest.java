package dev.zhulong.tests.vulkan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.zhulong.firmware.texel.TexelFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is drawn here is what another implementation of the specification draws. */
class VulkanComparisonTest {
  private static final double STEP = 1.0 / 255;

  /** Pixels of all drawings that may differ, where rounding decides about edges. */
  private static final double ALLOWED = 0.001;

  /** Drawings in which more of them may, and why. */
  private static final Map<String, Double> LOOSE = Map.of();

  private static int differing(Drawing d, List<byte[]> own, List<byte[]> other) {
    int pixels = Drawing.SIZE * Drawing.SIZE;
    int count = 0;
    for (int n = 0; n < pixels; n++) {
      boolean same = true;
      for (int t = 0; t < d.targets.size(); t++) {
        TexelFormat format = TexelFormat.of(d.targets.get(t));
        double[] a = format.decode(own.get(t), n * format.bytes());
        double[] b = format.decode(other.get(t), n * format.bytes());
        for (int k = 0; k < 4; k++) {
          double step = format.kind().integer() ? 0 : STEP * Math.max(1, Math.abs(b[k]));
          // Formats with less than eight bits have larger steps.
          int bits = format.bits()[k];
          if (!format.kind().integer() && bits > 0 && bits < 8) {
            step = 1.0 / ((1 << bits) - 1);
          }
          same &= Math.abs(a[k] - b[k]) <= step * 1.001;
        }
      }
      count += same ? 0 : 1;
    }
    return count;
  }

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
        if (only != null && !d.name.contains(only)) {
          continue;
        }
        List<byte[]> expected = vulkan.draw(d);
        List<byte[]> drawn = own.draw(d);
        assertEquals(expected.size(), drawn.size());
        int count = differing(d, drawn, expected);
        double share = (double) count / (Drawing.SIZE * Drawing.SIZE);
        System.out.printf("%-44s %5d pixels differ, %.2f %%%n", d.name, count, 100 * share);
        if (share > LOOSE.getOrDefault(d.name, 0.005)) {
          wrong.add(d.name + ": " + count);
        }
        pixels += Drawing.SIZE * Drawing.SIZE;
        differing += count;
      }
    }
    double share = (double) differing / pixels;
    System.out.printf(
        "%d drawings, %d of %d pixels differ, %.3f %%%n",
        all.size(), differing, pixels, 100 * share);
    assertEquals(List.of(), wrong, "drawings in which more than edges differ");
    assertTrue(share < ALLOWED, "pixels that differ: " + share);
  }
}
