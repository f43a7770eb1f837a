package dev.zhulong.rtl;

/**
 * A port of a model, or one element of a port that is an unpacked array: a view of the memory in
 * which the model keeps it. Reading shows what the last evaluation left; writing takes effect with
 * the next one.
 */
public sealed interface Port permits NarrowPort, WidePort {
  /** As in the source, with the index for an element of an array: {@code data_i[2]}. */
  String name();

  /** Bits. */
  int width();

  /** Which side drives it. */
  PortDirection direction();

  /**
   * Some bits, zero-extended.
   *
   * @param low the lowest bit
   * @param count 1 to 64
   * @throws IndexOutOfBoundsException if the port has no such bits
   */
  long bits(int low, int count);

  /**
   * Changes some bits of an input.
   *
   * @param low the lowest bit
   * @param count 1 to 64
   * @param value bits above {@code count} must be zero
   */
  void setBits(int low, int count, long value);

  /**
   * A field of a port that is a packed struct.
   *
   * @param field its name; a field of a nested struct is {@code outer.inner}
   * @throws IllegalArgumentException if there is no such field
   */
  PortField field(String field);
}
