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
  PHYSICAL_STORAGE_BUFFER,
  /** Buffers of a kernel. */
  CROSS_WORKGROUP,
  /** Constant memory of a kernel. */
  CONSTANT_MEMORY,
  /** Variables of an invocation of a kernel, which have addresses. */
  STACK,
  /** Any memory of a kernel. */
  GENERIC;

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

  /** The class that a number stands for in a kernel; others are refused. */
  static StorageClass ofKernel(int number, Location location) {
    return switch (number) {
      case 0 -> CONSTANT_MEMORY;
      case 5 -> CROSS_WORKGROUP;
      case 7 -> STACK;
      case 8 -> GENERIC;
      default -> of(number, location);
    };
  }

  /** Whether types in it carry explicit offsets and strides. */
  boolean explicitLayout() {
    return switch (this) {
      case UNIFORM,
          PUSH_CONSTANT,
          STORAGE_BUFFER,
          PHYSICAL_STORAGE_BUFFER,
          CROSS_WORKGROUP,
          CONSTANT_MEMORY,
          STACK,
          GENERIC ->
          true;
      default -> false;
    };
  }

  /** Words of a pointer into it that is a value; 0 where pointers are never values. */
  int pointerWords() {
    return switch (this) {
      case WORKGROUP, STORAGE_BUFFER, CROSS_WORKGROUP, CONSTANT_MEMORY, STACK, GENERIC -> 1;
      case PHYSICAL_STORAGE_BUFFER -> 2;
      default -> 0;
    };
  }
}
