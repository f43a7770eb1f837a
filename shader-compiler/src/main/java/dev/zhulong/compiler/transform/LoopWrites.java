package dev.zhulong.compiler.transform;

import dev.zhulong.compiler.ir.Access;
import dev.zhulong.compiler.ir.Instruction;
import dev.zhulong.compiler.ir.Opcode;
import dev.zhulong.compiler.ir.Region;
import dev.zhulong.compiler.ir.Space;
import java.util.HashSet;
import java.util.Set;

/** What the iterations of a loop may write, themselves or by waiting for others. */
final class LoopWrites {
  private record Place(Space space, int resource) {}

  private final Set<Place> stores = new HashSet<>();

  /** Barriers, fences and atomics let the writes of other invocations be seen. */
  private boolean synchronizes;

  private LoopWrites() {}

  static LoopWrites in(Region body) {
    LoopWrites writes = new LoopWrites();
    writes.add(body);
    return writes;
  }

  private void add(Region region) {
    for (Instruction i : region.instructions()) {
      if (i.opcode() == Opcode.STORE) {
        stores.add(new Place(i.access().space(), i.access().resource()));
      } else if (i.opcode() == Opcode.BARRIER || i.opcode() == Opcode.MEMORY_FENCE) {
        synchronizes = true;
      } else if (i.opcode() != Opcode.LOAD && LinearForms.accesses(i)) {
        synchronizes = true;
      }
      i.regions().forEach(this::add);
    }
  }

  /** Whether a load by an access gives the same in all iterations if its address is the same. */
  boolean spare(Access access) {
    return access.readOnly()
        || !synchronizes
            && stores.stream()
                .noneMatch(
                    store ->
                        store.space() == access.space()
                            && (store.resource() < 0
                                || access.resource() < 0
                                || store.resource() == access.resource()));
  }
}
