package dev.zhulong.fuzz.generator;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * What all programs get and give. Buffers of set 0: words to read; words to write, some for each
 * invocation; cells for atomic operations; a struct for each invocation. Four words of push
 * constants. What is in them is always the same, so that a module is all that a replay needs.
 */
public final class Interface {
  /** Workgroups of a launch. */
  public static final int GROUPS = 2;

  /** Words in the first buffer. */
  public static final int INPUTS = 64;

  /** Words of output of an invocation. */
  public static final int OUTPUTS = 8;

  /** Cells for atomic operations. */
  public static final int CELLS = 16;

  /** Bytes of an invocation's struct. */
  public static final int RECORD = 80;

  /** The most invocations of a workgroup. */
  public static final int INVOCATIONS = 16;

  private static final int[] WORDS = {
    0, 1, 2, 3, -1, -2, 0x7fffffff, 0x80000000, 0x3f800000, 0xbf800000, 0x7f800000, 0xff800000,
    0x7fc00000, 0x00000001, 0x80000001, 0x00800000, 0x3f000000, 0x40490fdb, 0xc2f6e979, 0x4b7fffff,
    0x4f000000, 0x3c003c00, 0x7c00fc00, 0x7e000001, 0xff, 0x80, 0xffff, 0x8000, 0x7f, 0x7fff, 31, 32
  };

  private Interface() {}

  /** The buffers as they are before a launch, by their bindings. */
  public static List<byte[]> buffers() {
    Random random = new Random(1);
    List<byte[]> buffers = new ArrayList<>();
    buffers.add(bytes(INPUTS, random));
    buffers.add(new byte[GROUPS * INVOCATIONS * OUTPUTS * 4]);
    buffers.add(bytes(CELLS, random));
    buffers.add(bytes(GROUPS * INVOCATIONS * RECORD / 4, random));
    return buffers;
  }

  /** The push constants. */
  public static byte[] push() {
    ByteBuffer bytes = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    return bytes.putInt(3).putInt(-7).putInt(0x40a00000).putInt(0x12345678).array();
  }

  private static byte[] bytes(int words, Random random) {
    ByteBuffer bytes = ByteBuffer.allocate(words * 4).order(ByteOrder.LITTLE_ENDIAN);
    for (int n = 0; n < words; n++) {
      bytes.putInt(n < WORDS.length ? WORDS[n] : random.nextInt());
    }
    return bytes.array();
  }
}
