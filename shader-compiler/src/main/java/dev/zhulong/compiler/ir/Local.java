package dev.zhulong.compiler.ir;

/**
 * A local variable before SSA form; compared by identity.
 *
 * <p>Its value before the first {@code LOCAL_SET} is undefined.
 */
public final class Local {
  private final String name;
  private final Type type;

  /** A new variable; the name is for dumps only. */
  public Local(String name, Type type) {
    this.name = name;
    this.type = type;
  }

  /** The name for dumps. */
  public String name() {
    return name;
  }

  /** The type of its value. */
  public Type type() {
    return type;
  }
}
