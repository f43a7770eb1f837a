package dev.zhulong.amber;

import dev.zhulong.graphics.DepthFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The types that scripts can name. */
final class TypeNames {
  private static final Pattern ARRAY = Pattern.compile("(.+)\\[(\\d{0,7})]");
  private static final Pattern VECTOR = Pattern.compile("vec([234])<(\\w+)>");
  private static final Pattern MATRIX = Pattern.compile("mat([234])x([234])<(\\w+)>");
  private static final Pattern SHADER_VECTOR =
      Pattern.compile("(|d|i|u|i8|u8|i16|u16|i64|u64|f16)vec([234]?)");
  private static final Pattern SHADER_MATRIX = Pattern.compile("(|d)mat([234])(?:x([234]))?");
  private static final Pattern FORMAT =
      Pattern.compile("((?:[RGBADSXE]\\d+)+)_(\\w+?)(?:_PACK(\\d+))?");
  private static final Pattern COMPONENT = Pattern.compile("([RGBADSXE])(\\d+)");

  private static final Map<String, ScalarType> SHADER_SCALARS =
      Map.ofEntries(
          Map.entry("int", ScalarType.INT32),
          Map.entry("uint", ScalarType.UINT32),
          Map.entry("float", ScalarType.FLOAT),
          Map.entry("double", ScalarType.DOUBLE),
          Map.entry("float16_t", ScalarType.FLOAT16),
          Map.entry("int8_t", ScalarType.INT8),
          Map.entry("uint8_t", ScalarType.UINT8),
          Map.entry("int16_t", ScalarType.INT16),
          Map.entry("uint16_t", ScalarType.UINT16),
          Map.entry("int64_t", ScalarType.INT64),
          Map.entry("uint64_t", ScalarType.UINT64));

  private static final Map<String, ScalarType> SHADER_PREFIXES =
      Map.ofEntries(
          Map.entry("", ScalarType.FLOAT),
          Map.entry("d", ScalarType.DOUBLE),
          Map.entry("f16", ScalarType.FLOAT16),
          Map.entry("i", ScalarType.INT32),
          Map.entry("u", ScalarType.UINT32),
          Map.entry("i8", ScalarType.INT8),
          Map.entry("u8", ScalarType.UINT8),
          Map.entry("i16", ScalarType.INT16),
          Map.entry("u16", ScalarType.UINT16),
          Map.entry("i64", ScalarType.INT64),
          Map.entry("u64", ScalarType.UINT64));

  private TypeNames() {}

  /** A type as AmberScript names it, or null. */
  static DataType amber(String name, Map<String, DataType.Struct> structs) {
    Matcher array = ARRAY.matcher(name);
    if (array.matches()) {
      DataType element = amber(array.group(1), structs);
      int count = array.group(2).isEmpty() ? 0 : Integer.parseInt(array.group(2));
      return element == null ? null : new DataType.Array(element, count, 0);
    }
    ScalarType scalar = scalar(name);
    if (scalar != null) {
      return new DataType.Scalar(scalar);
    }
    Matcher vector = VECTOR.matcher(name);
    if (vector.matches() && scalar(vector.group(2)) != null) {
      return new DataType.Vector(scalar(vector.group(2)), Integer.parseInt(vector.group(1)));
    }
    Matcher matrix = MATRIX.matcher(name);
    if (matrix.matches() && scalar(matrix.group(3)) != null) {
      return new DataType.Matrix(
          scalar(matrix.group(3)),
          Integer.parseInt(matrix.group(1)),
          Integer.parseInt(matrix.group(2)),
          false,
          0);
    }
    DataType.Struct struct = structs.get(name);
    return struct != null ? struct : format(name);
  }

  /** A number's type as AmberScript names it, or null. */
  static ScalarType scalar(String name) {
    for (ScalarType type : ScalarType.values()) {
      if (type.text().equals(name)) {
        return type;
      }
    }
    return null;
  }

  /** A type as VkScript names it, or null. */
  static DataType vkScript(String name) {
    ScalarType scalar = SHADER_SCALARS.get(name);
    if (scalar != null) {
      return new DataType.Scalar(scalar);
    }
    Matcher vector = SHADER_VECTOR.matcher(name);
    if (vector.matches()) {
      ScalarType type = SHADER_PREFIXES.get(vector.group(1));
      return vector.group(2).isEmpty()
          ? new DataType.Scalar(type)
          : new DataType.Vector(type, Integer.parseInt(vector.group(2)));
    }
    Matcher matrix = SHADER_MATRIX.matcher(name);
    if (matrix.matches()) {
      int columns = Integer.parseInt(matrix.group(2));
      int rows = matrix.group(3) == null ? columns : Integer.parseInt(matrix.group(3));
      ScalarType type = SHADER_PREFIXES.get(matrix.group(1));
      return new DataType.Matrix(type, columns, rows, false, 0);
    }
    return null;
  }

  /** A depth format by its name, or null; one of 16 bits with stencil is held in 24. */
  static DepthFormat depth(String name) {
    return name.equals("D16_UNORM_S8_UINT")
        ? DepthFormat.D24_UNORM_S8_UINT
        : DepthFormat.named(name);
  }

  /**
   * An image format by its name in Vulkan without {@code VK_FORMAT_}, or null. Components of
   * normalised and scaled formats are written as the integers that they are stored as, texels of
   * packed formats as one integer.
   */
  static DataType.Texel format(String name) {
    DepthFormat depth = depth(name);
    if (depth == DepthFormat.D32_SFLOAT_S8_UINT) {
      return new DataType.Texel(
          new ElementLayout(
              List.of(
                  new ElementLayout.Place(0, ScalarType.FLOAT),
                  new ElementLayout.Place(4, ScalarType.UINT8)),
              depth.storage().bytes()));
    }
    if (depth != null
        && depth != DepthFormat.S8_UINT
        && (depth.hasStencil() || depth == DepthFormat.X8_D24_UNORM_PACK32)) {
      return new DataType.Texel(new ElementLayout(List.of(), depth.storage().bytes()));
    }
    Matcher format = FORMAT.matcher(name);
    if (!format.matches()) {
      return null;
    }
    String numeric = format.group(2).split("_")[0].toUpperCase(Locale.ROOT);
    ScalarType.Kind kind =
        switch (numeric) {
          case "UINT", "UNORM", "USCALED", "SRGB" -> ScalarType.Kind.UNSIGNED;
          case "SINT", "SNORM", "SSCALED" -> ScalarType.Kind.SIGNED;
          default -> ScalarType.Kind.FLOAT;
        };
    List<String> letters = new ArrayList<>();
    List<Integer> widths = new ArrayList<>();
    Matcher component = COMPONENT.matcher(format.group(1));
    int total = 0;
    while (component.find()) {
      int bits = Math.min(Integer.parseInt(component.group(2)), 64);
      letters.add(component.group(1));
      widths.add(bits);
      total += bits;
    }
    int stride = Math.max(1, total / 8);
    if (format.group(3) != null && depth == null) {
      // A packed texel is one number in a script.
      ScalarType whole = ScalarType.of(ScalarType.Kind.UNSIGNED, Integer.parseInt(format.group(3)));
      return whole == null || whole.bytes() != stride
          ? null
          : new DataType.Texel(
              new ElementLayout(List.of(new ElementLayout.Place(0, whole)), stride));
    }
    List<ElementLayout.Place> places = new ArrayList<>();
    int offset = 0;
    for (int n = 0; n < widths.size(); n++) {
      ScalarType type = ScalarType.of(kind, widths.get(n));
      if (type == null || letters.get(n).equals("X")) {
        return new DataType.Texel(new ElementLayout(List.of(), stride));
      }
      places.add(new ElementLayout.Place(offset, type));
      offset += type.bytes();
    }
    return new DataType.Texel(new ElementLayout(places, stride));
  }
}
