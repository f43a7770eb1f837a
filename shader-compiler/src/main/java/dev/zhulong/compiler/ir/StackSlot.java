package dev.zhulong.compiler.ir;

/** A piece of an invocation's private memory; compared by identity. The back end lays slots out. */
public final class StackSlot {
  private final String name;
  private final int bytes;

  /** A new slot, aligned to 4 bytes; the name is for dumps only. */
  public StackSlot(String name, int bytes) {
    this.name = name;
    this.bytes = bytes;
  }

  /** The name for dumps. */
  public String name() {
    return name;
  }

  /** Its size. */
  public int bytes() {
    return bytes;
  }
}
