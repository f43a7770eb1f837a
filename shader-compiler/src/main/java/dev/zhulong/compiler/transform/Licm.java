package dev.zhulong.compiler.transform;

import dev.zhulong.compiler.ir.Instruction;
import dev.zhulong.compiler.ir.Opcode;
import dev.zhulong.compiler.ir.Region;
import java.util.ArrayList;
import java.util.List;

/**
 * Moves what a loop computes alike in every iteration in front of it.
 *
 * <p>Pure instructions move even out of conditionals, as none traps. A load moves when nothing in
 * the loop writes what it reads and it runs in the first iteration whatever happens: loops run
 * their body at least once, so nothing is read that would not have been.
 */
public final class Licm {
  /** What moves in one run from one loop; most of it wants a register throughout the loop. */
  private static final int MAXIMUM_MOVED = 128;

  private final Definitions definitions;
  private final LoopWrites writes;
  private final List<Instruction> before;
  private int moved;

  private Licm(Region inside, List<Instruction> before) {
    this.definitions = Definitions.in(inside);
    this.writes = LoopWrites.in(inside);
    this.before = before;
  }

  /** Runs the pass on all loops, inner ones first. */
  public static void run(Region body) {
    List<Instruction> made = new ArrayList<>(body.instructions().size());
    for (Instruction i : body.instructions()) {
      i.regions().forEach(Licm::run);
      if (i.opcode() == Opcode.LOOP) {
        Region inside = i.regions().getFirst();
        new Licm(inside, made).hoist(inside, true);
      }
      made.add(i);
    }
    body.instructions().clear();
    body.instructions().addAll(made);
  }

  private void hoist(Region region, boolean always) {
    List<Instruction> stay = new ArrayList<>(region.instructions().size());
    for (Instruction i : region.instructions()) {
      if (moved < MAXIMUM_MOVED && movable(i, always) && definitions.invariantOperands(i)) {
        before.add(i);
        definitions.moveOut(i);
        moved++;
        continue;
      }
      if (i.opcode() == Opcode.IF) {
        i.regions().forEach(r -> hoist(r, false));
      }
      stay.add(i);
    }
    region.instructions().clear();
    region.instructions().addAll(stay);
  }

  private boolean movable(Instruction i, boolean always) {
    return i.regions().isEmpty()
        && (i.opcode().pure() || always && i.opcode() == Opcode.LOAD && writes.spare(i.access()));
  }
}
