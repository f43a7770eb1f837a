package dev.zhulong.graphics;

import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Format of a vertex attribute: Vulkan's name without {@code VK_FORMAT_}.
 *
 * @param name the name
 * @param kind UNORM, SNORM, USCALED, SSCALED, UINT, SINT or SFLOAT
 * @param bytes size of an element
 * @param positions lowest bit of red, green, blue, alpha
 * @param bits bits of each; 0 for one that the format lacks
 */
public record VertexFormat(String name, String kind, int bytes, int[] positions, int[] bits) {
  private static final Pattern NAME =
      Pattern.compile(
          "((?:[RGBA]\\d{1,2}){1,4})_(UNORM|SNORM|USCALED|SSCALED|UINT|SINT|SFLOAT)"
              + "(?:_PACK(8|16|32))?");
  private static final Pattern COMPONENT = Pattern.compile("([RGBA])(\\d+)");

  /** The format of a name, or null if vertices cannot have it. */
  public static VertexFormat of(String name) {
    Matcher m = NAME.matcher(name.toUpperCase(Locale.ROOT));
    if (!m.matches()) {
      return null;
    }
    int[] positions = new int[4];
    int[] bits = new int[4];
    int total = 0;
    Matcher component = COMPONENT.matcher(m.group(1));
    while (component.find()) {
      total += Integer.parseInt(component.group(2));
    }
    boolean packed = m.group(3) != null;
    int at = packed ? total : 0;
    component.reset();
    while (component.find()) {
      int width = Integer.parseInt(component.group(2));
      at -= packed ? width : 0;
      int index = "RGBA".indexOf(component.group(1));
      positions[index] = at;
      bits[index] = width;
      at += packed ? 0 : width;
    }
    boolean wide =
        Arrays.stream(bits).anyMatch(width -> width > 32)
            && (packed || Arrays.stream(bits).anyMatch(width -> width != 0 && width != 64));
    boolean fraction = bits[0] == 64 && !m.group(2).endsWith("INT");
    boolean small =
        m.group(2).equals("SFLOAT")
            && Arrays.stream(bits).anyMatch(w -> w != 0 && w != 16 && w != 32);
    return wide || fraction || small || total % 8 != 0
        ? null
        : new VertexFormat(name.toUpperCase(Locale.ROOT), m.group(2), total / 8, positions, bits);
  }

  /** Whether shaders see integers. */
  boolean integer() {
    return kind.equals("UINT") || kind.equals("SINT");
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof VertexFormat format && format.name.equals(name);
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
