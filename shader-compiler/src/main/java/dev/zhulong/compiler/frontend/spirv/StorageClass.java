package dev.zhulong.compiler.frontend.spirv;

import dev.zhulong.compiler.ir.Location;

/** Storage classes that compute shaders use. SPIR-V specification, Storage Class. */
enum StorageClass {
  INPUT,
  UNIFORM,
  WORKGROUP,
  PRIVATE,
  FUNCTION,
  PUSH_CONSTANT,
  STORAGE_BUFFER;

  /** The class with a number; others are refused. */
  static StorageClass of(int number, Location location) {
    return switch (number) {
      case 1 -> INPUT;
      case 2 -> UNIFORM;
      case 4 -> WORKGROUP;
      case 6 -> PRIVATE;
      case 7 -> FUNCTION;
      case 9 -> PUSH_CONSTANT;
      case 12 -> STORAGE_BUFFER;
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
    return this == UNIFORM || this == PUSH_CONSTANT || this == STORAGE_BUFFER;
  }
}
