package dev.zhulong.rtl.bench;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Compares what a design gives with what a reference expects of it, in order: of all values, or of
 * those with the same key (an id, a port). Values are compared by {@code equals}.
 *
 * @param <K> type of the keys
 * @param <V> type of the values
 */
public final class Scoreboard<K, V> {
  private final String name;
  private final Map<K, Deque<V>> expected = new LinkedHashMap<>();
  private long matched;

  /** An empty one; messages call it by its name. */
  public Scoreboard(String name) {
    this.name = name;
  }

  /** Expects a value, behind those of the same key. */
  public void expect(K key, V value) {
    expected.computeIfAbsent(key, k -> new ArrayDeque<>()).add(value);
  }

  /**
   * A value has come.
   *
   * @throws ProtocolException if it is not the next one of its key
   */
  public void actual(K key, V value) {
    Deque<V> queue = expected.get(key);
    if (queue == null || queue.isEmpty()) {
      throw new ProtocolException(
          name
              + ": "
              + value
              + " of "
              + key
              + " came, after "
              + matched
              + " right ones, unexpected");
    }
    V next = queue.remove();
    if (!next.equals(value)) {
      throw new ProtocolException(
          name + ": value " + matched + " of " + key + " is " + value + ", expected " + next);
    }
    matched++;
  }

  /** Values that have come as expected. */
  public long matched() {
    return matched;
  }

  /** Whether nothing is expected any more. */
  public boolean isEmpty() {
    return expected.values().stream().allMatch(Deque::isEmpty);
  }

  /**
   * Ends a test.
   *
   * @throws ProtocolException if something has not come
   */
  public void requireEmpty() {
    expected.forEach(
        (key, queue) -> {
          if (!queue.isEmpty()) {
            throw new ProtocolException(
                name
                    + ": "
                    + queue.size()
                    + " values of "
                    + key
                    + " did not come; the next one is "
                    + queue.peek());
          }
        });
  }
}
