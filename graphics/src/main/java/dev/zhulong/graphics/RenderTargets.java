package dev.zhulong.graphics;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * What a pass draws to; all of one size.
 *
 * @param colors colour attachments; null where a number has none
 * @param depth depth and stencil, or null
 * @param width pixels of a row
 * @param height rows
 * @param layers layers or slices from each attachment's on, which vertex shaders choose from
 */
public record RenderTargets(
    List<Attachment> colors, Attachment depth, int width, int height, int layers) {
  /** Attachments of one layer. */
  public RenderTargets(List<Attachment> colors, Attachment depth, int width, int height) {
    this(colors, depth, width, height, 1);
  }

  /** Copies the list and checks the sizes. */
  public RenderTargets {
    colors = Collections.unmodifiableList(new ArrayList<>(colors));
    for (int n = 0; n < colors.size(); n++) {
      if (colors.get(n) != null) {
        require("colour attachment " + n, colors.get(n), width, height, layers);
      }
    }
    if (depth != null) {
      require("depth attachment", depth, width, height, layers);
    }
    if (all(colors, depth).mapToInt(Attachment::samples).distinct().count() > 1) {
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
    return all(colors, depth).mapToInt(Attachment::samples).findFirst().orElse(0);
  }

  /** Attachments that there are. */
  private static Stream<Attachment> all(List<Attachment> colors, Attachment depth) {
    return Stream.concat(colors.stream(), Stream.ofNullable(depth)).filter(Objects::nonNull);
  }

  private static void require(
      String name, Attachment attachment, int width, int height, int layers) {
    if (layers < 1 || layers > attachment.layers()) {
      throw new IllegalArgumentException(
          name
              + " has "
              + attachment.layers()
              + " layers from its first one on, the pass "
              + layers);
    }
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
