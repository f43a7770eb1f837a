package dev.zhulong.rtl;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a port of a top module is.
 *
 * @param name as in the source
 * @param member its name in Verilator's C++
 * @param direction which side drives it
 * @param width bits of an element
 * @param signed whether its value is a two's complement number
 * @param dimensions of an unpacked array, the leftmost first; none for a plain port
 * @param fields of a packed struct by name, those of nested structs as {@code outer.inner}
 * @param location file and line of the declaration, as {@code fifo.sv:12}
 */
public record PortShape(
    String name,
    String member,
    PortDirection direction,
    int width,
    boolean signed,
    List<Dimension> dimensions,
    Map<String, Field> fields,
    String location) {

  /**
   * An unpacked dimension.
   *
   * @param lowest index
   * @param size elements
   */
  public record Dimension(int lowest, int size) {}

  /**
   * Bits of a packed struct.
   *
   * @param low its lowest bit
   * @param width its bits
   */
  public record Field(int low, int width) {}

  /** Elements of the array, 1 for a plain port. */
  public int elements() {
    return dimensions.stream().mapToInt(Dimension::size).reduce(1, Math::multiplyExact);
  }

  /** Whether a value fits into a Java {@code long}. */
  public boolean narrow() {
    return width <= Long.SIZE;
  }

  /** Bytes of an element in Verilator's C++. */
  int bytes() {
    return bytes(width);
  }

  /** Bytes of so many bits in Verilator's C++. */
  static int bytes(int width) {
    if (width <= 8) {
      return 1;
    }
    if (width <= 16) {
      return 2;
    }
    if (width <= 32) {
      return 4;
    }
    return width <= Long.SIZE ? 8 : (width + 31) / 32 * 4;
  }

  /** The name of an element by its position in memory, as {@code name[1][2]}. */
  String elementName(int element) {
    StringBuilder suffix = new StringBuilder();
    int rest = element;
    for (Dimension dimension : dimensions.reversed()) {
      suffix.insert(0, "[" + (dimension.lowest() + rest % dimension.size()) + "]");
      rest /= dimension.size();
    }
    return name + suffix;
  }

  /** In a line for people: {@code output signed 16 bits level_o[0:3] fields: low, high}. */
  public String text() {
    StringBuilder text = new StringBuilder();
    text.append(direction.toString().toLowerCase(Locale.ROOT));
    text.append(signed ? " signed " : " ").append(width).append(width == 1 ? " bit  " : " bits  ");
    text.append(name);
    for (Dimension dimension : dimensions) {
      int last = dimension.lowest() + dimension.size() - 1;
      text.append('[').append(dimension.lowest()).append(':').append(last).append(']');
    }
    if (!fields.isEmpty()) {
      text.append("  fields: ").append(String.join(", ", fields.keySet()));
    }
    return text.toString();
  }
}
