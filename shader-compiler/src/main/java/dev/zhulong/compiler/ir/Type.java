package dev.zhulong.compiler.ir;

/** The type of a value. */
public enum Type {
  /** 32 bits, signed or unsigned as the instruction says; also an address. */
  I32,
  /** IEEE 754 binary32. */
  F32,
  /** A truth value, 0 or 1. */
  BOOL
}
