package dev.zhulong.graphics;

/** Format of indices. */
public enum IndexFormat {
  /** One byte. */
  UINT8(1),
  /** Two bytes. */
  UINT16(2),
  /** Four bytes. */
  UINT32(4);

  private final int bytes;

  IndexFormat(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of an index. */
  public int bytes() {
    return bytes;
  }
}
