package dev.zhulong.compiler.frontend.wgsl;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The objects that naga holds references to. A reference is a number: −1 is null, the first ones
 * are fixed, the others live until {@link #keepOnly}.
 */
final class HostObjects {
  static final int NULL = -1;
  static final int UNDEFINED = 0;
  private static final int FALSE = 1;
  private static final int TRUE = 2;

  private final List<Object> objects = new ArrayList<>();
  private final Deque<Integer> free = new ArrayDeque<>();

  HostObjects() {
    objects.add("undefined");
    objects.add(false);
    objects.add(true);
  }

  static int of(boolean value) {
    return value ? TRUE : FALSE;
  }

  /** A reference to a string, a map of strings to objects, or an error. */
  int add(Object object) {
    if (object instanceof Boolean value) {
      return of(value);
    }
    Integer reused = free.poll();
    if (reused != null) {
      objects.set(reused, object);
      return reused;
    }
    objects.add(object);
    return objects.size() - 1;
  }

  /** The object; null for the reference null, and for undefined. */
  Object get(long reference) {
    int index = (int) reference;
    return index == NULL || index == UNDEFINED ? null : objects.get(index);
  }

  /** The member of an object; undefined when there is none. */
  int member(Object object, Object key) {
    Object member = object instanceof Map<?, ?> map ? map.get(key) : null;
    return member == null ? UNDEFINED : add(member);
  }

  /** Forgets every object but the fixed and the given ones. */
  void keepOnly(Set<Integer> references) {
    for (int i = TRUE + 1; i < objects.size(); i++) {
      if (!references.contains(i) && objects.get(i) != null) {
        objects.set(i, null);
        free.add(i);
      }
    }
  }
}
