package dev.zhulong.compiler.transform;

import dev.zhulong.compiler.ir.Instruction;
import dev.zhulong.compiler.ir.Opcode;
import dev.zhulong.compiler.ir.Region;
import java.util.ArrayList;
import java.util.List;

/**
 * Moves what a loop computes alike in every iteration in front of it.
 *
 * <p>Pure instructions move even out of conditionals, as none traps. A load moves when
 * nothing in the loop writes what it reads and it runs in the first iteration whatever happens: loops run their body at
 * least once, so nothing is read that would not have been.
 */
public final class Licm {
  private Licm() {}

  /** Runs the pass on all loops, inner ones first. */
  public static void run(Region body) {
    List<Instruction> made = new ArrayList<>(body.instructions().size());
    for (Instruction i : body.instructions()) {
      i.regions().forEach(Licm::run);
      if (i.opcode() == Opcode.LOOP) {
        Region inside = i.regions().getFirst();
        hoist(inside, Definitions.in(inside), LoopWrites.in(inside), made, true);
      }
      made.add(i);
    }
    body.instructions().clear();
    body.instructions().addAll(made);
  }

  private static void hoist(
      Region region,
      Definitions definitions,
      LoopWrites writes,
      List<Instruction> out,
      boolean always) {
    List<Instruction> stay = new ArrayList<>(region.instructions().size());
    for (Instruction i : region.instructions()) {
      boolean movable =
          i.regions().isEmpty()
              && (i.opcode().pure()
                  || always && i.opcode() == Opcode.LOAD && writes.spare(i.access()));
      if (movable && definitions.invariantOperands(i)) {
        out.add(i);
        definitions.moveOut(i);
        continue;
      }
      if (i.opcode() == Opcode.IF) {
        i.regions().forEach(r -> hoist(r, definitions, writes, out, false));
      }
      stay.add(i);
    }
    region.instructions().clear();
    region.instructions().addAll(stay);
  }
}
