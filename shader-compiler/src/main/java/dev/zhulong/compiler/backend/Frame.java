package dev.zhulong.compiler.backend;

import dev.zhulong.compiler.ir.StackSlot;
import dev.zhulong.firmware.isa.MemoryMap;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * The hart's stack: private variables and spilled registers, from its top down.
 *
 * <p>The stack register points {@link #BIAS} below the top, so that the upper 4 KiB are in reach of
 * a load's offset. Private variables that would not leave room for spills there begin below the
 * upper half of it. Spills that find no place in reach follow below everything else. All offsets
 * are relative to the stack register and known at once.
 */
final class Frame {
  static final int BIAS = 2048;
  private static final int REACH = 2 * BIAS;
  private static final int LIMIT = 1 << MemoryMap.LARGEST_STACK_SHIFT;

  private final Map<StackSlot, Integer> slots = new IdentityHashMap<>();
  private int slotBytes;
  private int slotStart;
  private int spillEnd;

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
    int near = slotStart == 0 ? slotBytes : 0;
    int room = (slotStart == 0 ? REACH - slotBytes : BIAS) / 4;
    int end =
        index < room
            ? near + 4 * (index + 1)
            : Math.max(REACH, slotStart + slotBytes) + 4 * (index - room + 1);
    if (end > LIMIT) {
      throw new CodeGenException(
          index
              + " spilled registers and "
              + slotBytes
              + " bytes of private variables leave the stack, which holds "
              + LIMIT
              + " bytes; split the kernel or shrink its arrays");
    }
    spillEnd = Math.max(spillEnd, end);
    return BIAS - end;
  }

  boolean used() {
    return slotBytes + spillEnd > 0;
  }

  /** Bytes below the top that are used. */
  int bytes() {
    return Math.max(slotBytes == 0 ? 0 : slotStart + slotBytes, spillEnd);
  }
}
