package dev.zhulong.compiler.verify;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Damages SPIR-V modules: words, whole instructions, and the file itself. */
final class ModuleMutations {
  private static final int HEADER_WORDS = 5;
  private static final int[] NUMBERS = {
    0, 1, 2, 3, 4, 8, 31, 32, 33, 64, 255, 256, 4095, 4096, 65535, 65536, 0x7fffffff, 0x80000000, -1
  };

  private final List<byte[]> corpus;

  ModuleMutations(List<byte[]> corpus) {
    this.corpus = List.copyOf(corpus);
  }

  /** The module of a seed. */
  byte[] make(long seed) {
    Random random = new Random(seed);
    int[] words = words(pick(random));
    int changes = 1 + random.nextInt(4);
    for (int n = 0; n < changes && words.length > HEADER_WORDS + 1; n++) {
      words = change(words, random);
    }
    byte[] made = bytes(words);
    if (random.nextInt(50) == 0) {
      made = Arrays.copyOf(made, random.nextInt(made.length + 1));
    }
    return made;
  }

  private byte[] pick(Random random) {
    return corpus.get(random.nextInt(corpus.size()));
  }

  private static int[] words(byte[] module) {
    int[] words = new int[module.length / 4];
    ByteBuffer.wrap(module).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(words);
    return words;
  }

  private static byte[] bytes(int[] words) {
    ByteBuffer made = ByteBuffer.allocate(4 * words.length).order(ByteOrder.LITTLE_ENDIAN);
    made.asIntBuffer().put(words);
    return made.array();
  }

  private int[] change(int[] words, Random random) {
    int at = HEADER_WORDS + random.nextInt(words.length - HEADER_WORDS);
    int[] made = words.clone();
    switch (random.nextInt(12)) {
      case 0 -> made[at] = random.nextInt();
      case 1 -> made[at] = random.nextInt(Math.max(1, words[3]));
      case 2 -> made[at] ^= 1 << random.nextInt(32);
      case 3 -> made[at] = words[HEADER_WORDS + random.nextInt(words.length - HEADER_WORDS)];
      case 4 -> made[at] = NUMBERS[random.nextInt(NUMBERS.length)];
      case 5 -> made[at] += random.nextInt(7) - 3;
      case 6 -> {
        int start = instruction(words, at);
        made[start] = made[start] & 0xffff0000 | random.nextInt(420);
      }
      case 7 -> made[random.nextInt(HEADER_WORDS)] = NUMBERS[random.nextInt(NUMBERS.length)];
      case 8 -> {
        int start = instruction(words, at);
        int end = Math.min(words.length, start + Math.max(1, words[start] >>> 16));
        return joined(words, 0, start, words, end, words.length);
      }
      case 9 -> {
        int start = instruction(words, at);
        int end = Math.min(words.length, start + Math.max(1, words[start] >>> 16));
        int[] copied = joined(words, 0, end, words, start, end);
        return joined(copied, 0, copied.length, words, end, words.length);
      }
      case 10 -> {
        int[] other = words(pick(random));
        int from = instruction(other, HEADER_WORDS + random.nextInt(other.length - HEADER_WORDS));
        int to = Math.min(other.length, from + Math.max(1, other[from] >>> 16));
        int start = instruction(words, at);
        int[] spliced = joined(words, 0, start, other, from, to);
        return joined(spliced, 0, spliced.length, words, start, words.length);
      }
      default -> {
        int first = instruction(words, at);
        int second = instruction(words, HEADER_WORDS + random.nextInt(words.length - HEADER_WORDS));
        made[first] = words[second];
      }
    }
    return made;
  }

  /** The first word of the instruction that a word belongs to, as far as the counts are right. */
  private static int instruction(int[] words, int at) {
    int start = HEADER_WORDS;
    while (start < words.length) {
      int next = start + Math.max(1, words[start] >>> 16);
      if (next > at) {
        return start;
      }
      start = next;
    }
    return at;
  }

  private static int[] joined(int[] x, int fromX, int toX, int[] y, int fromY, int toY) {
    int[] made = new int[toX - fromX + toY - fromY];
    System.arraycopy(x, fromX, made, 0, toX - fromX);
    System.arraycopy(y, fromY, made, toX - fromX, toY - fromY);
    return made;
  }
}
