package dev.zhulong.simulator.lockstep;

import java.util.Arrays;

/** A growing ring of words that takes and gives whole records, without an object for each. */
final class IntQueue {
  private int[] ring = new int[1 << 10];
  private int head;
  private int size;

  boolean isEmpty() {
    return size == 0;
  }

  void append(int[] record) {
    while (size + record.length > ring.length) {
      grow();
    }
    int at = head + size & ring.length - 1;
    int first = Math.min(record.length, ring.length - at);
    System.arraycopy(record, 0, ring, at, first);
    System.arraycopy(record, first, ring, 0, record.length - first);
    size += record.length;
  }

  void remove(int[] record) {
    int first = Math.min(record.length, ring.length - head);
    System.arraycopy(ring, head, record, 0, first);
    System.arraycopy(ring, 0, record, first, record.length - first);
    head = head + record.length & ring.length - 1;
    size -= record.length;
  }

  private void grow() {
    int[] larger = Arrays.copyOf(ring, 2 * ring.length);
    int wrapped = Math.max(0, head + size - ring.length);
    System.arraycopy(ring, 0, larger, ring.length, wrapped);
    ring = larger;
  }
}
