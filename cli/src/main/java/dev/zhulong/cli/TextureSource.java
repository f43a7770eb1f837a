package dev.zhulong.cli;

import dev.zhulong.firmware.link.KernelInfo;
import dev.zhulong.firmware.texel.TexelFormat;
import dev.zhulong.hal.Sampler;
import dev.zhulong.hal.Sampler.Address;
import dev.zhulong.hal.TextureFile;
import dev.zhulong.hal.TextureShape;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;

/** Makes a texture's first contents, or a sampler, from its text on the command line. */
final class TextureSource {
  static final String FORMS =
      "FILE.png, FILE.ktx2, zeros:FORMAT:WxH, zeros:FORMAT:WxHxD (FORMAT as R32_SFLOAT)";
  static final String SAMPLER_FORMS =
      "linear, nearest or anisotropic, then :ADDRESS as linear:repeat";

  private static final Pattern ZEROS =
      Pattern.compile("zeros:(\\w+):(\\d{1,5})x(\\d{1,5})(?:x(\\d{1,5}))?");

  private TextureSource() {}

  /**
   * A texture as the host has it.
   *
   * @param texels the texels of all levels
   */
  record Contents(TextureShape shape, byte[] texels) {
    /** The type for prints and dumps: that of a component, or words for packed formats. */
    ElementType type() {
      TexelFormat format = shape.format();
      String letter =
          switch (format.kind()) {
            case FLOAT -> "f";
            case SINT, SNORM -> "i";
            default -> "u";
          };
      int bits = format.bits()[0];
      boolean whole = bits == 8 || bits == 16 || bits == 32;
      return ElementType.of(whole ? letter + bits : "u32");
    }
  }

  /**
   * The contents of a specification.
   *
   * @param binding what they are for; a format that it declares is the picture's
   * @throws IllegalArgumentException if it is not one of the forms
   */
  static Contents contents(String spec, KernelInfo.Binding binding) throws IOException {
    Matcher zeros = ZEROS.matcher(spec);
    if (zeros.matches()) {
      TexelFormat format = TexelFormat.of(zeros.group(1));
      if (format == null) {
        throw new IllegalArgumentException(
            "\"" + spec + "\": there is no format " + zeros.group(1) + "; R8G8B8A8_UNORM is one");
      }
      int depth = zeros.group(4) == null ? 1 : Integer.parseInt(zeros.group(4));
      TextureShape shape =
          new TextureShape(
              format,
              Integer.parseInt(zeros.group(2)),
              Integer.parseInt(zeros.group(3)),
              depth,
              1,
              depth > 1);
      return new Contents(shape, new byte[Math.toIntExact(shape.bytes(0))]);
    }
    if (spec.endsWith(".ktx2")) {
      TextureFile file = TextureFile.of(Files.readAllBytes(Path.of(spec)), spec);
      return new Contents(file.shape(), file.texels());
    }
    if (!spec.endsWith(".png")) {
      throw new IllegalArgumentException("\"" + spec + "\" is none of " + FORMS);
    }
    BufferedImage picture = ImageIO.read(Files.newInputStream(Path.of(spec)));
    if (picture == null) {
      throw new IllegalArgumentException(spec + " is not a PNG picture");
    }
    TexelFormat declared = TexelFormat.of(binding.element());
    TexelFormat format = declared == null ? TexelFormat.of("R8G8B8A8_UNORM") : declared;
    TextureShape shape = TextureShape.of(format, picture.getWidth(), picture.getHeight());
    byte[] texels = new byte[Math.toIntExact(shape.bytes(0))];
    for (int i = 0; i < shape.width() * shape.height(); i++) {
      int argb = picture.getRGB(i % shape.width(), i / shape.width());
      double[] c = {argb >> 16 & 0xff, argb >> 8 & 0xff, argb & 0xff, argb >>> 24};
      for (int n = 0; n < 4 && !format.kind().integer(); n++) {
        c[n] /= 255;
      }
      format.encode(c, texels, i * format.bytes());
    }
    return new Contents(shape, texels);
  }

  /**
   * The sampler of a specification.
   *
   * @throws IllegalArgumentException if it is not of the form
   */
  static Sampler sampler(String spec) {
    String[] parts = spec.split(":", 2);
    try {
      Sampler sampler =
          switch (parts[0].toLowerCase(Locale.ROOT)) {
            case "linear" -> Sampler.LINEAR;
            case "nearest" -> Sampler.NEAREST;
            case "anisotropic" -> Sampler.LINEAR.withAnisotropy(Sampler.MAXIMUM_ANISOTROPY);
            default -> throw new IllegalArgumentException(parts[0]);
          };
      return sampler.with(
          parts.length == 1
              ? Address.CLAMP_TO_EDGE
              : Address.valueOf(parts[1].toUpperCase(Locale.ROOT)));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("\"" + spec + "\" is not " + SAMPLER_FORMS, e);
    }
  }
}
