package dev.zhulong.compiler.transform;

import dev.zhulong.compiler.ir.Access;
import dev.zhulong.compiler.ir.Instruction;
import dev.zhulong.compiler.ir.Region;
import dev.zhulong.compiler.ir.Space;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/** Numbers the states of memory, so that equal loads in equal states have equal values. */
final class MemoryState {
  private record Place(Space space, int resource) {}

  private final Map<Place, Integer> written = new HashMap<>();
  private final Map<Space, Integer> writtenUnknown = new EnumMap<>(Space.class);
  private final Map<Space, Integer> writtenAny = new EnumMap<>(Space.class);
  private int clock;

  /** The state that a load by an access sees. */
  int seen(Access access) {
    if (access.readOnly()) {
      return 0;
    }
    if (access.resource() < 0) {
      return writtenAny.getOrDefault(access.space(), 0);
    }
    Place place = new Place(access.space(), access.resource());
    return Math.max(written.getOrDefault(place, 0), writtenUnknown.getOrDefault(access.space(), 0));
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
          write(i.access());
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

  private void write(Access access) {
    clock++;
    writtenAny.put(access.space(), clock);
    if (access.resource() < 0) {
      writtenUnknown.put(access.space(), clock);
    } else {
      written.put(new Place(access.space(), access.resource()), clock);
    }
  }
}
