package dev.zhulong.compiler.ir;

/** A carried value of a loop, as its region sees it. Compared by identity. */
public final class Argument implements Value {
  private final Type type;

  /** A new argument; the region that lists it gives it its meaning. */
  public Argument(Type type) {
    this.type = type;
  }

  @Override
  public Type type() {
    return type;
  }
}
