package dev.zhulong.compiler.backend;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Makes a constant once where uses follow each other closely in a block.
 *
 * <p>Selection makes constants outside loops at each use; farther apart than {@link #REACH}, making
 * one again is cheaper than a register that is held meanwhile.
 */
final class ConstantSharing {
  private static final int REACH = 40;

  /** A float constant takes up to three instructions, and float registers are rarely short. */
  private static final int FLOAT_REACH = 240;

  private static final int NOWHERE = -1;
  private static final int SEVERAL = -2;

  private record Made(int register, int at) {}

  /** The only block that mentions a register, or how many there are instead. */
  private final int[] home;

  private final int[] definitions;

  private ConstantSharing(MachineFunction function) {
    home = new int[function.registerCount()];
    definitions = new int[function.registerCount()];
    Arrays.fill(home, NOWHERE);
    for (MachineBlock block : function.blocks) {
      for (MachineInstruction i : block.instructions) {
        Liveness.forEachUse(i, register -> mention(register, block));
        if (Register.virtual(i.rd)) {
          mention(i.rd, block);
          definitions[i.rd]++;
        }
      }
    }
  }

  static void run(MachineFunction function) {
    ConstantSharing sharing = new ConstantSharing(function);
    function.blocks.forEach(sharing::share);
  }

  private void mention(int register, MachineBlock block) {
    home[register] =
        home[register] == NOWHERE || home[register] == block.index ? block.index : SEVERAL;
  }

  private void share(MachineBlock block) {
    Map<Long, Made> known = new HashMap<>();
    Map<Integer, Integer> replaced = new HashMap<>();
    for (int n = 0; n < block.instructions.size(); n++) {
      MachineInstruction i = block.instructions.get(n);
      i.rs1 = replaced.getOrDefault(i.rs1, i.rs1);
      i.rs2 = replaced.getOrDefault(i.rs2, i.rs2);
      i.rs3 = replaced.getOrDefault(i.rs3, i.rs3);
      if (!i.isConstant() && !i.floatConstant || definitions[i.rd] != 1) {
        continue;
      }
      long key = (i.isConstant() ? 0L : 1L << 32) | Integer.toUnsignedLong(i.immediate);
      Made earlier = known.get(key);
      int reach = i.isConstant() ? REACH : FLOAT_REACH;
      if (earlier != null && n - earlier.at() <= reach && home[i.rd] == block.index) {
        replaced.put(i.rd, earlier.register());
        known.put(key, new Made(earlier.register(), n));
      } else {
        known.put(key, new Made(i.rd, n));
      }
    }
  }
}
