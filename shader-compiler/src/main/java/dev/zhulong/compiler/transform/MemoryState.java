package dev.zhulong.compiler.transform;

import dev.zhulong.compiler.ir.Access;
import dev.zhulong.compiler.ir.Instruction;
import dev.zhulong.compiler.ir.Region;
import dev.zhulong.compiler.ir.Space;
import dev.zhulong.compiler.ir.Value;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/** Numbers the states of memory, so that equal loads in equal states have equal values. */
final class MemoryState {
  private record Place(Space space, int resource) {}

  /**
   * When a place was written. Two accesses at different offsets from one value do not meet; of all
   * but the value that the last writes were based on, only the time of the last write is kept.
   */
  private static final class Written {
    private Value base;
    private int otherwise;
    private int last;

    /** By offset in words, those from the value. */
    private final Map<Integer, Integer> words = new HashMap<>();

    void write(Value address, Access access, int clock) {
      if (!address.equals(base)) {
        base = address;
        otherwise = last;
        words.clear();
      }
      last = clock;
      for (int word = firstWord(access); word <= lastWord(access); word++) {
        words.put(word, clock);
      }
    }

    int seen(Value address, Access access) {
      if (!address.equals(base)) {
        return last;
      }
      int seen = otherwise;
      for (int word = firstWord(access); word <= lastWord(access); word++) {
        seen = Math.max(seen, words.getOrDefault(word, 0));
      }
      return seen;
    }

    private static int firstWord(Access access) {
      return access.offset() >> 2;
    }

    private static int lastWord(Access access) {
      return (int) (((long) access.offset() + access.bytes() - 1) >> 2);
    }
  }

  private final Map<Place, Written> written = new HashMap<>();
  private final Map<Space, Integer> writtenUnknown = new EnumMap<>(Space.class);
  private final Map<Space, Integer> writtenAny = new EnumMap<>(Space.class);
  private int clock;

  /** The state that a load by an access sees, whose offset is added to an address. */
  int seen(Value address, Access access) {
    if (access.readOnly()) {
      return 0;
    }
    if (access.resource() < 0) {
      return writtenAny.getOrDefault(access.space(), 0);
    }
    Written place = written.get(new Place(access.space(), access.resource()));
    int unknown = writtenUnknown.getOrDefault(access.space(), 0);
    return place == null ? unknown : Math.max(place.seen(address, access), unknown);
  }

  /** Notes what an instruction, with all that it contains, may write. */
  void note(Instruction i) {
    switch (i.opcode()) {
      case STORE,
          ATOMIC_ADD,
          ATOMIC_MIN_S,
          ATOMIC_MIN_U,
          ATOMIC_MAX_S,
          ATOMIC_MAX_U,
          ATOMIC_AND,
          ATOMIC_OR,
          ATOMIC_XOR,
          ATOMIC_EXCHANGE,
          ATOMIC_COMPARE_EXCHANGE ->
          write(i.operand(0), i.access());
      case BARRIER, MEMORY_FENCE -> {
        clock++;
        for (Space space : new Space[] {Space.GLOBAL, Space.SHARED}) {
          writtenUnknown.put(space, clock);
          writtenAny.put(space, clock);
        }
      }
      default -> {
        for (Region region : i.regions()) {
          region.instructions().forEach(this::note);
        }
      }
    }
  }

  private void write(Value address, Access access) {
    clock++;
    writtenAny.put(access.space(), clock);
    if (access.resource() < 0) {
      writtenUnknown.put(access.space(), clock);
    } else {
      written
          .computeIfAbsent(new Place(access.space(), access.resource()), key -> new Written())
          .write(address, access, clock);
    }
  }
}
