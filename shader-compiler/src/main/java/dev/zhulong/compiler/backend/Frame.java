package dev.zhulong.compiler.backend;

import dev.zhulong.compiler.ir.StackSlot;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * The hart's stack: 8 KiB below its top, private variables and spilled registers.
 *
 * <p>The stack register points {@link #BIAS} below the top, so that the upper 4 KiB are in reach of
 * a load's offset. Private variables that would not leave room for spills there begin below the
 * upper half of it. All offsets are relative to the stack register and known at once.
 */
final class Frame {
  static final int BIAS = 2048;
  private static final int LIMIT = 8192;

  private final Map<StackSlot, Integer> slots = new IdentityHashMap<>();
  private int slotBytes;
  private int slotStart;
  private int spillBytes;

  /** Lays out one more variable; all are added before the first is asked for. */
  void add(StackSlot slot) {
    if (slots.containsKey(slot)) {
      return;
    }
    slotBytes += (slot.bytes() + 3) & ~3;
    slots.put(slot, slotBytes);
    if (slotBytes > LIMIT - BIAS) {
      throw new CodeGenException(
          "private variables take "
              + slotBytes
              + " bytes with "
              + slot.name()
              + "; a stack holds "
              + (LIMIT - BIAS)
              + " beside spilled registers; use fewer or smaller local arrays");
    }
    slotStart = slotBytes > BIAS ? BIAS : 0;
  }

  int offset(StackSlot slot) {
    return BIAS - slotStart - slots.get(slot);
  }

  /** The place of spilled register number {@code index}. */
  int spillOffset(int index) {
    int begin = slotStart == 0 ? slotBytes : 0;
    int room = slotStart == 0 ? 2 * BIAS - slotBytes : BIAS;
    if ((index + 1) * 4 > room) {
      throw new CodeGenException(
          "more than "
              + room / 4
              + " registers have to be spilled at once; split the kernel or shrink its arrays");
    }
    spillBytes = Math.max(spillBytes, (index + 1) * 4);
    return BIAS - begin - (index + 1) * 4;
  }

  boolean used() {
    return slotBytes + spillBytes > 0;
  }

  /** Bytes below the top that are used. */
  int bytes() {
    return slotStart == 0 ? slotBytes + spillBytes : Math.max(slotStart + slotBytes, spillBytes);
  }
}
