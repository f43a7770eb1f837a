package dev.zhulong.compiler.ir;

/** A scalar that instructions use. */
public sealed interface Value permits Constant, Result, Argument {
  /** Its type. */
  Type type();
}
