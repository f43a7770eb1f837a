package dev.zhulong.precision;

/** A type of arguments and results. */
enum ValueKind {
  /** A float. */
  FLOAT("%float", 1, 1),
  /** Two floats. */
  VEC2("%vec2", 2, 1),
  /** Three floats. */
  VEC3("%vec3", 3, 1),
  /** Four floats. */
  VEC4("%vec4", 4, 1),
  /** Two columns of two floats. */
  MAT2("%mat2", 2, 2),
  /** Three columns of three floats. */
  MAT3("%mat3", 3, 3),
  /** Four columns of four floats. */
  MAT4("%mat4", 4, 4),
  /** A signed integer. */
  INT("%int", 1, 1),
  /** An unsigned integer. */
  UINT("%uint", 1, 1);

  private final String id;
  private final int rows;
  private final int columns;

  ValueKind(String id, int rows, int columns) {
    this.id = id;
    this.rows = rows;
    this.columns = columns;
  }

  /** The type's id in the shader. */
  String id() {
    return id;
  }

  int rows() {
    return rows;
  }

  int columns() {
    return columns;
  }

  int words() {
    return rows * columns;
  }

  boolean isInteger() {
    return this == INT || this == UINT;
  }

  /** The vector of so many floats, or the float. */
  static ValueKind vector(int size) {
    return values()[FLOAT.ordinal() + size - 1];
  }

  /** The bits of a component. */
  int encode(double value) {
    return isInteger() ? (int) (long) value : Float.floatToRawIntBits((float) value);
  }

  /** The number that bits stand for. */
  double decode(int bits) {
    return switch (this) {
      case INT -> bits;
      case UINT -> bits & 0xffffffffL;
      default -> Float.intBitsToFloat(bits);
    };
  }
}
