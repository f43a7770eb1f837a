package dev.zhulong.firmware.texel;

import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How the components of a texel lie in its bytes, which are a little-endian number. Names are
 * Vulkan's without {@code VK_FORMAT_}. Vulkan specification, chapter Formats.
 *
 * @param name the format's name
 * @param kind what a component's bits stand for
 * @param bytes bytes of a texel: 1, 2, 4, 8 or 16
 * @param positions lowest bit of red, green, blue, alpha
 * @param bits bits of red, green, blue, alpha; 0 for a component that the format lacks
 */
public record TexelFormat(String name, Kind kind, int bytes, int[] positions, int[] bits) {
  /** What a component's bits stand for. The order is that of the format word of a descriptor. */
  public enum Kind {
    /** 0 to 1. */
    UNORM,
    /** −1 to 1. */
    SNORM,
    /** An unsigned integer. */
    UINT,
    /** A signed integer. */
    SINT,
    /** A float of 32, 16, 11 or 10 bits; those below 16 have no sign. */
    FLOAT,
    /** 0 to 1 on the sRGB curve; alpha is linear. */
    SRGB,
    /** Three 9-bit fractions with a common exponent in the highest 5 bits. */
    SHARED_EXPONENT;

    /** Whether shaders see integers. */
    public boolean integer() {
      return this == UINT || this == SINT;
    }
  }

  private static final Pattern NAME =
      Pattern.compile("((?:[RGBADSXE]\\d+)+)_(U|S)(NORM|INT|FLOAT|RGB)(?:_PACK(8|16|32))?");
  private static final Pattern COMPONENT = Pattern.compile("([RGBADSXE])(\\d+)");

  /**
   * The format of a name.
   *
   * @return the format, or null if images cannot have it
   */
  public static TexelFormat of(String name) {
    Matcher m = NAME.matcher(name.toUpperCase(Locale.ROOT));
    if (!m.matches()) {
      return null;
    }
    boolean unsigned = m.group(2).equals("U");
    boolean shared = m.group(1).startsWith("E5B9");
    Kind kind =
        switch (m.group(3)) {
          case "NORM" -> unsigned ? Kind.UNORM : Kind.SNORM;
          case "INT" -> unsigned ? Kind.UINT : Kind.SINT;
          case "RGB" -> Kind.SRGB;
          default -> shared ? Kind.SHARED_EXPONENT : Kind.FLOAT;
        };
    int[] positions = new int[4];
    int[] bits = new int[4];
    int total = 0;
    Matcher component = COMPONENT.matcher(m.group(1));
    while (component.find()) {
      total += Integer.parseInt(component.group(2));
    }
    // The letters of a packed format go from the highest bit down, those of others upward.
    boolean packed = m.group(4) != null;
    int at = packed ? total : 0;
    component.reset();
    while (component.find()) {
      int width = Integer.parseInt(component.group(2));
      at -= packed ? width : 0;
      int index = "RGBA".indexOf(component.group(1).replaceAll("[DS]", "R"));
      if (index >= 0) {
        positions[index] = at;
        bits[index] = width;
      }
      at += packed ? 0 : width;
    }
    boolean whole = total == 8 || total == 16 || total == 32 || total == 64 || total == 128;
    return whole ? new TexelFormat(name, kind, total / 8, positions, bits) : null;
  }

  /** The word of a descriptor that says what kind it is and how many bytes a texel has. */
  public int word() {
    return kind.ordinal() | bytes << 8;
  }

  /** The word of a descriptor that says where a component lies. */
  public int channelWord(int component) {
    return positions[component] | bits[component] << 8;
  }

  /**
   * The components of a texel as a shader sees them: missing ones are 0, alpha 1. Integers are
   * given as their values.
   */
  public double[] decode(byte[] texels, int offset) {
    double[] made = {0, 0, 0, 1};
    for (int c = 0; c < 4; c++) {
      if (bits[c] > 0) {
        made[c] = component(c, field(texels, offset, positions[c], bits[c]), texels, offset);
      }
    }
    return made;
  }

  private double component(int c, long field, byte[] texels, int offset) {
    long most = (1L << bits[c]) - 1;
    long signed = field << (64 - bits[c]) >> (64 - bits[c]);
    return switch (kind) {
      case UNORM -> (double) field / most;
      case SNORM -> Math.max(-1, (double) signed / (most >> 1));
      case UINT -> field;
      case SINT -> signed;
      case FLOAT -> small(field, bits[c]);
      case SRGB -> c == 3 ? (double) field / most : linear((double) field / most);
      case SHARED_EXPONENT -> field * Math.pow(2, field(texels, offset, 27, 5) - 15.0 - 9.0);
    };
  }

  private static double linear(double x) {
    return x <= 0.04045 ? x / 12.92 : Math.pow((x + 0.055) / 1.055, 2.4);
  }

  private static float small(long field, int bits) {
    return switch (bits) {
      case 32 -> Float.intBitsToFloat((int) field);
      case 16 -> Float.float16ToFloat((short) field);
      default -> Float.float16ToFloat((short) (field << (15 - bits)));
    };
  }

  private static long field(byte[] texels, int offset, int position, int bits) {
    long made = 0;
    for (int n = 0; n < bits; n += 8) {
      made |= byteAt(texels, offset, position + n) << n;
    }
    return bits == 64 ? made : made & ((1L << bits) - 1);
  }

  private static long byteAt(byte[] texels, int offset, int position) {
    int index = offset + position / 8;
    int low = texels[index] & 0xff;
    int high = position % 8 != 0 && index + 1 < texels.length ? texels[index + 1] & 0xff : 0;
    return ((long) high << 8 | low) >> position % 8 & 0xff;
  }

  /** Writes the nearest texel to some components; integers are cut to their bits. */
  public void encode(double[] components, byte[] texels, int offset) {
    long[] words = new long[2];
    for (int c = 0; c < 4; c++) {
      if (bits[c] > 0) {
        long field = encoded(c, components[c], components) & (1L << bits[c]) - 1;
        words[positions[c] / 64] |= field << positions[c] % 64;
      }
    }
    if (kind == Kind.SHARED_EXPONENT) {
      words[0] |= (long) sharedExponent(components) << 27;
    }
    ByteBuffer out = ByteBuffer.allocate(16).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    out.putLong(words[0]).putLong(words[1]);
    System.arraycopy(out.array(), 0, texels, offset, bytes);
  }

  private long encoded(int c, double x, double[] all) {
    long most = (1L << bits[c]) - 1;
    return switch (kind) {
      case UNORM -> Math.round(Math.clamp(x, 0, 1) * most);
      case SNORM -> Math.round(Math.clamp(x, -1, 1) * (most >> 1));
      case UINT, SINT -> (long) x;
      case SRGB -> Math.round((c == 3 ? Math.clamp(x, 0, 1) : curved(Math.clamp(x, 0, 1))) * most);
      case SHARED_EXPONENT ->
          Math.round(Math.clamp(x, 0, 65408) / Math.pow(2, sharedExponent(all) - 15.0 - 9.0));
      case FLOAT ->
          switch (bits[c]) {
            case 32 -> Float.floatToRawIntBits((float) x) & 0xffffffffL;
            case 16 -> Float.floatToFloat16((float) x) & 0xffffL;
            default -> Math.max(0, Float.floatToFloat16((float) Math.max(x, 0))) >> 15 - bits[c];
          };
    };
  }

  private static double curved(double x) {
    return x <= 0.0031308 ? x * 12.92 : 1.055 * Math.pow(x, 1 / 2.4) - 0.055;
  }

  private static int sharedExponent(double[] c) {
    double largest = Math.max(Math.max(c[0], c[1]), Math.max(c[2], 0));
    int exponent = Math.max(-16, Math.getExponent(Math.min(largest, 65408))) + 1 + 15;
    boolean carries = Math.round(Math.min(largest, 65408) / Math.pow(2, exponent - 24.0)) == 512;
    return Math.min(31, carries ? exponent + 1 : exponent);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TexelFormat format && format.name.equals(name);
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

  @Override
  public String toString() {
    return name;
  }
}
