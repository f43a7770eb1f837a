package dev.zhulong.rtl;

/** A field of up to 64 bits of a port that is a packed struct. */
public final class PortField {
  private final Port port;
  private final String name;
  private final int low;
  private final int width;

  PortField(Port port, String name, int low, int width) {
    this.port = port;
    this.name = name;
    this.low = low;
    this.width = width;
  }

  static PortField of(Port port, PortShape shape, String name) {
    PortShape.Field field = shape.fields().get(name);
    if (field == null) {
      throw new IllegalArgumentException(
          "port "
              + port.name()
              + " has no field "
              + name
              + (shape.fields().isEmpty()
                  ? "; it is not a packed struct"
                  : ", only " + String.join(", ", shape.fields().keySet())));
    }
    return new PortField(port, name, field.low(), field.width());
  }

  /** Its value, zero-extended. */
  public long get() {
    return port.bits(low, width);
  }

  /** Changes the field; the rest of the port stays. */
  public void set(long value) {
    port.setBits(low, width, value);
  }

  /** Bits. */
  public int width() {
    return width;
  }

  /** Port, field and value. */
  @Override
  public String toString() {
    return port.name() + "." + name + " = " + Long.toUnsignedString(get());
  }
}
