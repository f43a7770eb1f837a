package dev.zhulong.compiler.backend;

import dev.zhulong.compiler.ir.ConstantTable;
import dev.zhulong.compiler.ir.Location;
import dev.zhulong.firmware.isa.Instruction;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Lays allocated blocks out: expands what takes two words, finds distances, encodes. */
final class Emitter {
  private static final int BRANCH_REACH = 4096;
  private static final String TABLES = ".Ltables";

  private final MachineFunction function;
  private final String name;
  private final int[] offsets;

  /** Conditional branches whose targets are out of reach: they branch over a jump. */
  private final BitSet far = new BitSet();

  private final int[] words;
  private final Map<ConstantTable, Integer> tables = new LinkedHashMap<>();
  private final int[] data;
  private int emitted;
  private final List<MachineProgram.LineEntry> lines = new ArrayList<>();
  private final StringBuilder text = new StringBuilder();
  private Location location;

  private Emitter(MachineFunction function, String name) {
    this.function = function;
    this.name = name;
    this.offsets = new int[function.blocks.size() + 1];
    removeIdleJumps();
    layOut();
    this.words = new int[offsets[offsets.length - 1] / 4];
    this.data = placeTables();
  }

  /** Gives each table a place behind the code; equal ones share it. */
  private int[] placeTables() {
    Map<IntBuffer, Integer> known = new HashMap<>();
    int length = 0;
    for (MachineBlock block : function.blocks) {
      for (MachineInstruction i : block.instructions) {
        if (i.table != null && !tables.containsKey(i.table)) {
          Integer same = known.putIfAbsent(IntBuffer.wrap(content(i.table)), length);
          tables.put(i.table, same == null ? length : same);
          length += same == null ? i.table.length() : 0;
        }
      }
    }
    int[] all = new int[length];
    known.forEach((content, at) -> content.duplicate().get(all, at, content.remaining()));
    return all;
  }

  private static int[] content(ConstantTable table) {
    return IntStream.range(0, table.length()).map(table::word).toArray();
  }

  static MachineProgram emit(MachineFunction function, String name) {
    Emitter emitter = new Emitter(function, name);
    emitter.run();
    return new MachineProgram(
        emitter.words,
        emitter.data,
        List.copyOf(emitter.lines),
        function.frame.bytes(),
        emitter.text.toString());
  }

  private void removeIdleJumps() {
    for (MachineBlock block : function.blocks.reversed()) {
      if (block.instructions.isEmpty()) {
        continue;
      }
      MachineInstruction last = block.instructions.getLast();
      if (last.target != null && reachedByFalling(block, last.target)) {
        block.instructions.removeLast();
      } else if (last.isJump() && onlyEnds(last.target)) {
        block.instructions.removeLast();
        MachineInstruction end = last.target.instructions.getFirst();
        block.instructions.add(
            MachineInstruction.of(end.operation, end.rd, end.rs1, end.rs2).at(last.location));
      }
    }
  }

  /** Whether a block does nothing but end the warp: then a jump there can do so itself. */
  private static boolean onlyEnds(MachineBlock block) {
    return block.instructions.size() == 1
        && block.instructions.getFirst().endsFlow()
        && !block.instructions.getFirst().isJump();
  }

  private boolean reachedByFalling(MachineBlock from, MachineBlock target) {
    if (target.index <= from.index) {
      return false;
    }
    for (int n = from.index + 1; n < target.index; n++) {
      if (!function.blocks.get(n).instructions.isEmpty()) {
        return false;
      }
    }
    return true;
  }

  private void layOut() {
    int farBefore;
    do {
      farBefore = far.cardinality();
      int offset = 0;
      int branches = 0;
      int[] branchOffsets = new int[64];
      List<MachineInstruction> found = new ArrayList<>();
      for (MachineBlock block : function.blocks) {
        offsets[block.index] = offset;
        for (MachineInstruction i : block.instructions) {
          if (i.isConditionalBranch()) {
            if (branches == branchOffsets.length) {
              branchOffsets = Arrays.copyOf(branchOffsets, 2 * branches);
            }
            branchOffsets[branches] = offset;
            found.add(i);
            offset += far.get(branches++) ? 8 : 4;
          } else {
            offset += i.table != null || i.isConstant() && split(i.immediate) ? 8 : 4;
          }
        }
      }
      offsets[function.blocks.size()] = offset;
      for (int n = 0; n < branches; n++) {
        int distance = offsets[found.get(n).target.index] - branchOffsets[n];
        if (distance < -BRANCH_REACH || distance >= BRANCH_REACH) {
          far.set(n);
        }
      }
    } while (far.cardinality() != farBefore);
  }

  private static boolean small(int value) {
    return value >= -2048 && value < 2048;
  }

  private static boolean split(int value) {
    return !small(value) && (value & 0xfff) != 0;
  }

  private void run() {
    BitSet targets = new BitSet();
    for (MachineBlock block : function.blocks) {
      for (MachineInstruction i : block.instructions) {
        if (i.target != null) {
          targets.set(i.target.index);
        }
      }
    }
    // An entry point of SPIR-V may have any name.
    text.append(name.matches("[A-Za-z_][\\w.]*") ? name : "kernel").append(":\n");
    int branches = 0;
    for (MachineBlock block : function.blocks) {
      if (targets.get(block.index)) {
        text.append(label(block)).append(":\n");
      }
      for (MachineInstruction i : block.instructions) {
        note(i.location);
        if (i.table != null) {
          tableAddress(i);
        } else if (i.isConstant()) {
          constant(i);
        } else if (i.isConditionalBranch() && far.get(branches++)) {
          farBranch(i);
        } else {
          put(
              i,
              i.target == null ? 0 : distance(i.target),
              i.target == null ? "" : label(i.target));
        }
      }
    }
    if (data.length > 0) {
      text.append(TABLES).append(":\n");
      for (int word : data) {
        text.append("  .word ").append(word).append('\n');
      }
    }
  }

  private static String label(MachineBlock block) {
    return ".L" + block.index;
  }

  private int distance(MachineBlock target) {
    return offsets[target.index] - 4 * emitted;
  }

  private void note(Location place) {
    if (place != null && !place.equals(location)) {
      location = place;
      lines.add(new MachineProgram.LineEntry(4 * emitted, place));
      text.append("  # ").append(place.file()).append(':').append(place.line()).append('\n');
    }
  }

  private void put(MachineInstruction i, int distance, String label) {
    words[emitted++] = Encoder.encode(i, distance);
    text.append("  ").append(Encoder.text(i, label)).append('\n');
  }

  /** An address relative to the program counter, as code may run anywhere. */
  private void tableAddress(MachineInstruction i) {
    int place = 4 * tables.get(i.table);
    int distance = 4 * (words.length - emitted) + place;
    int upper = distance + 0x800 & 0xfffff000;
    words[emitted++] =
        Encoder.encode(
            MachineInstruction.immediate(Instruction.AUIPC, i.rd, Register.NONE, upper), 0);
    words[emitted++] =
        Encoder.encode(
            MachineInstruction.immediate(Instruction.ADDI, i.rd, i.rd, distance - upper), 0);
    text.append("  lla ").append(Register.name(i.rd)).append(", ").append(TABLES);
    text.append(place == 0 ? "" : "+" + place).append('\n');
  }

  private void constant(MachineInstruction i) {
    int value = i.immediate;
    if (small(value)) {
      put(MachineInstruction.immediate(Instruction.ADDI, i.rd, Register.ZERO, value), 0, "");
      return;
    }
    int upper = value + 0x800 & 0xfffff000;
    put(MachineInstruction.immediate(Instruction.LUI, i.rd, Register.NONE, upper), 0, "");
    if (split(value)) {
      put(MachineInstruction.immediate(Instruction.ADDI, i.rd, i.rd, value - upper), 0, "");
    }
  }

  private void farBranch(MachineInstruction i) {
    Instruction inverse =
        switch (i.operation) {
          case BEQ -> Instruction.BNE;
          case BNE -> Instruction.BEQ;
          case BLT -> Instruction.BGE;
          case BGE -> Instruction.BLT;
          case BLTU -> Instruction.BGEU;
          case BGEU -> Instruction.BLTU;
          default -> throw new IllegalStateException("no branch: " + i.operation);
        };
    String over = ".Lover" + emitted;
    put(MachineInstruction.branch(inverse, i.rs1, i.rs2, i.target), 8, over);
    put(MachineInstruction.jump(i.target), distance(i.target), label(i.target));
    text.append(over).append(":\n");
  }
}
