package dev.zhulong.compiler.ir;

/**
 * Constant data that lies behind a kernel's code; compared by identity.
 *
 * <p>Bytes of a word are in little-endian order.
 */
public final class ConstantTable {
  private final String name;
  private final int[] words;

  /** A new table; the name is for dumps only. */
  public ConstantTable(String name, int[] words) {
    this.name = name;
    this.words = words.clone();
  }

  /** The name for dumps. */
  public String name() {
    return name;
  }

  /** Its size in words. */
  public int length() {
    return words.length;
  }

  /** A word of it. */
  public int word(int index) {
    return words[index];
  }
}
