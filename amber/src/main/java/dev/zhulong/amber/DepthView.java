package dev.zhulong.amber;

import dev.zhulong.firmware.texel.TexelFormat;
import dev.zhulong.graphics.DepthFormat;
import dev.zhulong.hal.TextureShape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The depths of a buffer that holds more than them in a texel, as an image of floats that shaders
 * can sample.
 */
final class DepthView {
  private static final TexelFormat FORMAT = TexelFormat.of("R32_SFLOAT");
  private static final double WHOLE = 0xffffff;

  private DepthView() {}

  /** Whether shaders read the buffer by such an image. */
  static boolean isNeeded(BufferSpec spec) {
    DepthFormat format = spec.depthFormat();
    return format != null && format.hasDepth() && (format.hasStencil() || bits24(format));
  }

  private static boolean bits24(DepthFormat format) {
    return format == DepthFormat.X8_D24_UNORM_PACK32 || format == DepthFormat.D24_UNORM_S8_UINT;
  }

  /** Bytes of the image. */
  static long bytes(BufferSpec spec) {
    return Math.max(4, shape(spec).bytes());
  }

  static TextureShape shape(BufferSpec spec) {
    return TextureShape.of(FORMAT, Math.max(1, spec.width()), Math.max(1, spec.height()));
  }

  /** A depth of a buffer, from a byte on. */
  static double depth(BufferSpec spec, byte[] contents, int at) {
    int word = ByteBuffer.wrap(contents).order(ByteOrder.LITTLE_ENDIAN).getInt(at);
    return bits24(spec.depthFormat()) ? (word & 0xffffff) / WHOLE : Float.intBitsToFloat(word);
  }

  /** The image's bytes. */
  static byte[] texels(BufferSpec spec, byte[] contents) {
    int stride = spec.layout().stride();
    ByteBuffer made =
        ByteBuffer.allocate(4 * (contents.length / stride)).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at < contents.length; at += stride) {
      made.putFloat((float) depth(spec, contents, at));
    }
    return made.array();
  }
}
