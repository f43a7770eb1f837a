package dev.zhulong.graphics;

import java.util.ArrayList;
import java.util.List;

/**
 * What a pass draws to; all of one size.
 *
 * @param colors colour attachments
 * @param depth depth and stencil, or null
 * @param width pixels of a row
 * @param height rows
 */
public record RenderTargets(List<Attachment> colors, Attachment depth, int width, int height) {
  /** Copies the list and checks the sizes. */
  public RenderTargets {
    colors = List.copyOf(colors);
    for (int n = 0; n < colors.size(); n++) {
      require("colour attachment " + n, colors.get(n), width, height);
    }
    if (depth != null) {
      require("depth attachment", depth, width, height);
    }
    List<Attachment> all = new ArrayList<>(colors);
    if (depth != null) {
      all.add(depth);
    }
    if (all.stream().mapToInt(Attachment::samples).distinct().count() > 1) {
      throw new IllegalArgumentException(
          "attachments of 1 and of 4 samples in a pass; all must have as many");
    }
    if (width < 1 || height < 1 || width > 4096 || height > 4096) {
      throw new IllegalArgumentException(
          "a pass draws to " + width + " by " + height + " pixels; 1 to 4096 each are possible");
    }
  }

  /** Samples of a pixel, or 0 without attachments. */
  int samples() {
    return !colors.isEmpty() ? colors.get(0).samples() : depth == null ? 0 : depth.samples();
  }

  private static void require(String name, Attachment attachment, int width, int height) {
    if (attachment.width() != width || attachment.height() != height) {
      throw new IllegalArgumentException(
          name
              + " is "
              + attachment.width()
              + " by "
              + attachment.height()
              + " texels, the pass "
              + width
              + " by "
              + height);
    }
  }

  /** One colour attachment, and a depth attachment or null. */
  public static RenderTargets of(Attachment color, Attachment depth) {
    return new RenderTargets(List.of(color), depth, color.width(), color.height());
  }
}
