package dev.zhulong.compiler.frontend.spirv;

import dev.zhulong.compiler.ir.Location;

/** Storage classes that compute shaders use. SPIR-V specification, Storage Class. */
enum StorageClass {
  UNIFORM_CONSTANT,
  INPUT,
  UNIFORM,
  WORKGROUP,
  PRIVATE,
  FUNCTION,
  PUSH_CONSTANT,
  STORAGE_BUFFER,
  PHYSICAL_STORAGE_BUFFER;

  /** The class with a number; others are refused. */
  static StorageClass of(int number, Location location) {
    return switch (number) {
      case 0 -> UNIFORM_CONSTANT;
      case 1 -> INPUT;
      case 2 -> UNIFORM;
      case 4 -> WORKGROUP;
      case 6 -> PRIVATE;
      case 7 -> FUNCTION;
      case 9 -> PUSH_CONSTANT;
      case 12 -> STORAGE_BUFFER;
      case 5349 -> PHYSICAL_STORAGE_BUFFER;
      default ->
          throw SpirvErrors.at(
              location,
              "storage class %d is not supported; use buffers, push constants, shared and local"
                  + " variables",
              number);
    };
  }

  /** Whether types in it carry explicit offsets and strides. */
  boolean explicitLayout() {
    return switch (this) {
      case UNIFORM, PUSH_CONSTANT, STORAGE_BUFFER, PHYSICAL_STORAGE_BUFFER -> true;
      default -> false;
    };
  }

  /** Words of a pointer into it that is a value; 0 where pointers are never values. */
  int pointerWords() {
    return switch (this) {
      case WORKGROUP, STORAGE_BUFFER -> 1;
      case PHYSICAL_STORAGE_BUFFER -> 2;
      default -> 0;
    };
  }
}
