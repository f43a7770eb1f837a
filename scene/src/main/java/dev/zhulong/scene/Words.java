package dev.zhulong.scene;

import java.util.Arrays;

/** Floats in a row, as a block of a shader has them. */
final class Words {
  private float[] words = new float[64];
  private int count;

  Words add(float... more) {
    if (count + more.length > words.length) {
      words = Arrays.copyOf(words, Math.max(2 * words.length, count + more.length));
    }
    System.arraycopy(more, 0, words, count, more.length);
    count += more.length;
    return this;
  }

  /** Three numbers and a fourth. */
  Words add(float[] three, float fourth) {
    return add(three[0], three[1], three[2], fourth);
  }

  float[] array() {
    return Arrays.copyOf(words, count);
  }
}
