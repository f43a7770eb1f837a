package dev.zhulong.simulator.lockstep;

import dev.zhulong.firmware.isa.Csr;
import dev.zhulong.firmware.isa.Extension;
import dev.zhulong.firmware.isa.Instruction;
import dev.zhulong.firmware.isa.InstructionEncoder;
import dev.zhulong.firmware.isa.MemoryMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Makes random bare programs that use every instruction of some extensions, on all warps and lanes
 * of every core, and end by themselves. One seed is one program.
 *
 * <p>Every hart has memory of its own, so that no result depends on the order of warps. Registers
 * with a job: x1 count and x2 mask of a PRED loop, x3 and x4 the same in all lanes, x5 to x7
 * divergence levels, x8 the hart's memory, x9 its part of local memory; the rest is data.
 */
public final class RandomProgram {
  /** First address of the harts' memory; {@link #HART_BYTES} each. */
  public static final long DATA = 0x0010_0000L;

  /** Bytes of memory of a hart. */
  public static final int HART_BYTES = 256;

  private static final int LOCAL_HART_SHIFT = 5;

  private static final int COUNT = 1;
  private static final int MASK = 2;
  private static final int UNIFORM = 3;
  private static final int LOOP = 4;
  private static final int LEVELS = 5;
  private static final int MEMORY = 8;
  private static final int LOCAL = 9;
  private static final int FIRST_DATA = 10;
  private static final int PREDICATE = 31;
  private static final int SCRATCH = 30;

  private static final int[] INTEGERS = {
    0, 1, -1, 2, 31, 32, 0x7fff_ffff, 0x8000_0000, 0x8000_0001, 0xffff, 0x1_0000, 0x5555_5555
  };
  private static final int[] FLOATS = {
    0x0000_0000, 0x8000_0000, 0x3f80_0000, 0xbf80_0000, 0x0000_0001, 0x8000_0001, 0x007f_ffff,
    0x0080_0000, 0x7f7f_ffff, 0xff7f_ffff, 0x7f80_0000, 0xff80_0000, 0x7fc0_0000, 0x7f80_0001,
    0xffc0_0000, 0x4f00_0000, 0xcf00_0000, 0x4f80_0000, 0x3f00_0000, 0x4b80_0000, 0x3f80_0001
  };

  /** CSRs whose values do not depend on time. */
  private static final Csr[] STEADY = {
    Csr.LANE_ID, Csr.WARP_ID, Csr.CORE_ID, Csr.ACTIVE_LANES, Csr.MHARTID, Csr.LANES, Csr.WARPS,
    Csr.CORES, Csr.LOCAL_BASE, Csr.BARRIERS, Csr.MSCRATCH, Csr.FFLAGS, Csr.FRM, Csr.FCSR,
    Csr.SLOT_ID, Csr.GROUP_WARPS, Csr.LOCAL_ID_X, Csr.GROUP_ID_Y, Csr.GRID_SIZE_Z
  };

  private final RandomGenerator random;
  private final Set<Extension> extensions;
  private final List<Integer> words = new ArrayList<>();
  private final List<Instruction> computing = new ArrayList<>();
  private int depth;
  private boolean inUniformLoop;
  private boolean inPredLoop;

  private RandomProgram(long seed, Set<Extension> extensions) {
    this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    this.extensions = extensions;
    for (Instruction i : Instruction.values()) {
      boolean register = i.writesInteger() || i.writesFloat();
      boolean plain =
          !i.has('a') && !i.has('p') && !i.has('o') && !i.has('0') && !i.has('E') && !i.has('u');
      boolean control = i == Instruction.SPLIT || i == Instruction.SPLIT_N;
      if (register && plain && !control && extensions.contains(i.extension())) {
        computing.add(i);
      }
    }
  }

  /**
   * Makes a program.
   *
   * @param seed the same seed makes the same program
   * @param extensions what its instructions may come from; I and WARP are needed
   * @param traps whether one warp ends in a fault
   * @return its words, to be loaded and entered at {@link MemoryMap#PROGRAM}
   */
  public static int[] generate(long seed, Set<Extension> extensions, boolean traps) {
    RandomProgram program = new RandomProgram(seed, extensions);
    program.start();
    program.registers();
    int blocks = 10 + program.random.nextInt(20);
    for (int i = 0; i < blocks; i++) {
      program.block();
      if (program.random.nextInt(6) == 0) {
        program.barrier();
      }
    }
    if (traps) {
      program.barrier();
      program.trap();
    }
    program.emit(Instruction.FENCE, 0, 0, 0, 0, 0, 0);
    program.emit(Instruction.TMC, 0, 0, 0, 0, 0, 0);
    return program.words.stream().mapToInt(Integer::intValue).toArray();
  }

  private int here() {
    return words.size();
  }

  private void emit(Instruction i, int rd, int rs1, int rs2, int rs3, int immediate, int rm) {
    words.add(InstructionEncoder.encode(i, rd, rs1, rs2, rs3, immediate, rm));
  }

  private void immediate(Instruction i, int rd, int rs1, int value) {
    emit(i, rd, rs1, 0, 0, value, 0);
  }

  private void register(Instruction i, int rd, int rs1, int rs2) {
    emit(i, rd, rs1, rs2, 0, 0, 0);
  }

  private void load(int rd, int value) {
    int low = value << 20 >> 20;
    emit(Instruction.LUI, rd, 0, 0, 0, (value - low) >>> 12, 0);
    immediate(Instruction.ADDI, rd, rd, low);
  }

  private void csr(int rd, Csr csr) {
    emit(Instruction.CSRRS, rd, 0, 0, 0, csr.address(), 0);
  }

  /** Points the branch or jump at a place to here. */
  private void patch(int at, Instruction i, int rd, int rs1, int rs2) {
    words.set(at, InstructionEncoder.encode(i, rd, rs1, rs2, 0, 4 * (here() - at), 0));
  }

  /** All warps start, then all lanes. */
  private void start() {
    csr(FIRST_DATA, Csr.WARPS);
    emit(Instruction.AUIPC, FIRST_DATA + 1, 0, 0, 0, 0, 0);
    immediate(Instruction.ADDI, FIRST_DATA + 1, FIRST_DATA + 1, 12);
    register(Instruction.WSPAWN, 0, FIRST_DATA, FIRST_DATA + 1);
    immediate(Instruction.ADDI, FIRST_DATA, 0, -1);
    register(Instruction.TMC, 0, FIRST_DATA, 0);
  }

  private void registers() {
    csr(MEMORY, Csr.MHARTID);
    immediate(Instruction.SLLI, MEMORY, MEMORY, Integer.numberOfTrailingZeros(HART_BYTES));
    load(SCRATCH, (int) DATA);
    register(Instruction.ADD, MEMORY, MEMORY, SCRATCH);
    csr(LOCAL, Csr.WARP_ID);
    csr(SCRATCH, Csr.LANES);
    register(Instruction.MUL, LOCAL, LOCAL, SCRATCH);
    csr(SCRATCH, Csr.LANE_ID);
    register(Instruction.ADD, LOCAL, LOCAL, SCRATCH);
    immediate(Instruction.SLLI, LOCAL, LOCAL, LOCAL_HART_SHIFT);
    load(SCRATCH, (int) MemoryMap.LOCAL);
    register(Instruction.ADD, LOCAL, LOCAL, SCRATCH);
    for (int offset = 0; offset < 1 << LOCAL_HART_SHIFT; offset += 4) {
      emit(Instruction.SW, 0, LOCAL, MEMORY, 0, offset, 0);
    }
    csr(SCRATCH, Csr.MHARTID);
    for (int r = FIRST_DATA; r < SCRATCH; r++) {
      load(r, random.nextInt(3) == 0 ? pick(INTEGERS) : random.nextInt());
      if (random.nextBoolean()) {
        load(PREDICATE, random.nextInt());
        register(Instruction.MUL, PREDICATE, PREDICATE, SCRATCH);
        register(Instruction.XOR, r, r, PREDICATE);
      }
    }
    if (extensions.contains(Extension.F)) {
      for (int r = 0; r < 32; r++) {
        if (random.nextInt(3) == 0) {
          emit(Instruction.FMV_W_X, r, FIRST_DATA + random.nextInt(20), 0, 0, 0, 0);
        } else {
          load(
              PREDICATE,
              random.nextInt(2) == 0 ? pick(FLOATS) : 0x3f00_0000 + random.nextInt(0x0180_0000));
          emit(Instruction.FMV_W_X, r, PREDICATE, 0, 0, 0, 0);
        }
      }
    }
    load(UNIFORM, random.nextInt());
  }

  private int pick(int[] values) {
    return values[random.nextInt(values.length)];
  }

  private int data() {
    return FIRST_DATA + random.nextInt(SCRATCH - FIRST_DATA);
  }

  private int source() {
    return random.nextInt(12) == 0 ? 0 : random.nextInt(10) == 0 ? UNIFORM : data();
  }

  /** A few statements, or a construct round a few. */
  private void block() {
    int kind = random.nextInt(10);
    if (kind == 0 && depth < 3) {
      divergentIf();
    } else if (kind == 1 && depth < 3) {
      uniformSkip();
    } else if (kind == 2 && !inUniformLoop) {
      uniformLoop();
    } else if (kind == 3 && !inPredLoop) {
      divergentLoop();
    } else if (kind == 4) {
      jump();
    } else {
      int count = 1 + random.nextInt(8);
      for (int i = 0; i < count; i++) {
        statement();
      }
    }
  }

  private void blocks() {
    depth++;
    int count = random.nextInt(4);
    for (int i = 0; i < count; i++) {
      block();
    }
    depth--;
  }

  private void statement() {
    switch (random.nextInt(14)) {
      case 0, 1 -> memory(true);
      case 2, 3 -> memory(false);
      case 4 -> steadyCsr();
      case 5 -> floatControl();
      case 6 -> atomic();
      default -> compute();
    }
  }

  private void compute() {
    Instruction i = computing.get(random.nextInt(computing.size()));
    boolean floating = i.writesFloat();
    int rd = floating ? random.nextInt(32) : random.nextInt(16) == 0 ? 0 : data();
    int rs1 = i.has('S') ? random.nextInt(32) : source();
    int rs2 = i.has('T') ? random.nextInt(32) : source();
    int value = i.has('>') ? random.nextInt(32) : random.nextInt(4096) - 2048;
    int rm = random.nextInt(3) == 0 ? random.nextInt(5) : InstructionEncoder.RM_DYNAMIC;
    emit(i, rd, rs1, rs2, random.nextInt(32), value, rm);
  }

  private void memory(boolean store) {
    boolean local = random.nextInt(3) == 0;
    int base = local ? LOCAL : MEMORY;
    int limit = local ? 1 << LOCAL_HART_SHIFT : HART_BYTES;
    boolean floats = extensions.contains(Extension.F);
    Instruction i =
        store
            ? switch (random.nextInt(floats ? 4 : 3)) {
              case 0 -> Instruction.SB;
              case 1 -> Instruction.SH;
              case 2 -> Instruction.SW;
              default -> Instruction.FSW;
            }
            : switch (random.nextInt(floats ? 6 : 5)) {
              case 0 -> Instruction.LB;
              case 1 -> Instruction.LBU;
              case 2 -> Instruction.LH;
              case 3 -> Instruction.LHU;
              case 4 -> Instruction.LW;
              default -> Instruction.FLW;
            };
    int size =
        switch (i) {
          case SB, LB, LBU -> 1;
          case SH, LH, LHU -> 2;
          default -> 4;
        };
    int offset = random.nextInt(limit / size) * size;
    boolean floating = i == Instruction.FLW || i == Instruction.FSW;
    emit(
        i,
        floating ? random.nextInt(32) : data(),
        base,
        floating ? random.nextInt(32) : source(),
        0,
        offset,
        0);
  }

  private void steadyCsr() {
    Csr csr = STEADY[random.nextInt(STEADY.length)];
    csr(data(), csr);
    if (random.nextInt(8) == 0) {
      emit(Instruction.CSRRW, data(), source(), 0, 0, Csr.MSCRATCH.address(), 0);
    }
  }

  private void floatControl() {
    if (!extensions.contains(Extension.F)) {
      return;
    }
    switch (random.nextInt(3)) {
      case 0 -> emit(Instruction.CSRRWI, data(), 0, 0, 0, Csr.FRM.address(), random.nextInt(5));
      case 1 -> emit(Instruction.CSRRCI, data(), 0, 0, 0, Csr.FFLAGS.address(), random.nextInt(32));
      default -> emit(Instruction.CSRRSI, 0, 0, 0, 0, Csr.FFLAGS.address(), random.nextInt(32));
    }
  }

  private void atomic() {
    if (!extensions.contains(Extension.A)) {
      compute();
      return;
    }
    Instruction[] all = Instruction.values();
    Instruction i = Instruction.LR_W;
    while (i == Instruction.LR_W || i == Instruction.SC_W || i.extension() != Extension.A) {
      i = all[random.nextInt(all.length)];
    }
    immediate(Instruction.ADDI, SCRATCH, MEMORY, random.nextInt(HART_BYTES / 4) * 4);
    emit(i, data(), SCRATCH, source(), 0, 0, 0);
  }

  private void divergentIf() {
    int level = LEVELS + depth;
    boolean negated = random.nextBoolean();
    immediate(Instruction.ANDI, PREDICATE, data(), 1);
    register(negated ? Instruction.SPLIT_N : Instruction.SPLIT, level, PREDICATE, 0);
    int branch = here();
    Instruction skip = negated ? Instruction.BNE : Instruction.BEQ;
    register(Instruction.ADDI, 0, 0, 0);
    blocks();
    int jump = here();
    register(Instruction.ADDI, 0, 0, 0);
    patch(branch, skip, 0, PREDICATE, 0);
    blocks();
    patch(jump, Instruction.JAL, 0, 0, 0);
    register(Instruction.JOIN, 0, level, 0);
  }

  private void uniformSkip() {
    Instruction[] kinds = {
      Instruction.BEQ,
      Instruction.BNE,
      Instruction.BLT,
      Instruction.BGE,
      Instruction.BLTU,
      Instruction.BGEU
    };
    Instruction kind = kinds[random.nextInt(kinds.length)];
    int other = random.nextInt(3) == 0 ? UNIFORM : 0;
    int branch = here();
    register(Instruction.ADDI, 0, 0, 0);
    blocks();
    patch(branch, kind, 0, UNIFORM, other);
  }

  private void uniformLoop() {
    inUniformLoop = true;
    immediate(Instruction.ADDI, LOOP, 0, 1 + random.nextInt(4));
    int top = here();
    blocks();
    statement();
    immediate(Instruction.ADDI, LOOP, LOOP, -1);
    emit(Instruction.BNE, 0, LOOP, 0, 0, 4 * (top - here()), 0);
    inUniformLoop = false;
  }

  private void divergentLoop() {
    inPredLoop = true;
    immediate(Instruction.ANDI, COUNT, data(), 3);
    csr(MASK, Csr.ACTIVE_LANES);
    int top = here();
    blocks();
    statement();
    immediate(Instruction.ADDI, COUNT, COUNT, -1);
    boolean negated = random.nextBoolean();
    // The loop's own condition must outlive the statements: lanes that have left keep it.
    register(Instruction.SLT, PREDICATE, 0, COUNT);
    if (negated) {
      immediate(Instruction.XORI, PREDICATE, PREDICATE, 1);
    }
    register(negated ? Instruction.PRED_N : Instruction.PRED, 0, PREDICATE, MASK);
    emit(negated ? Instruction.BEQ : Instruction.BNE, 0, PREDICATE, 0, 0, 4 * (top - here()), 0);
    inPredLoop = false;
  }

  private void jump() {
    if (random.nextBoolean()) {
      int jump = here();
      register(Instruction.ADDI, 0, 0, 0);
      statement();
      patch(jump, Instruction.JAL, random.nextBoolean() ? data() : 0, 0, 0);
    } else {
      emit(Instruction.AUIPC, SCRATCH, 0, 0, 0, 0, 0);
      int link = random.nextBoolean() ? data() : 0;
      immediate(Instruction.JALR, link, SCRATCH, 8 + random.nextInt(2));
    }
  }

  private void barrier() {
    load(SCRATCH, random.nextInt(2));
    csr(PREDICATE, Csr.WARPS);
    register(Instruction.BAR, 0, SCRATCH, PREDICATE);
  }

  /** Core 0's warp 1 faults in one of many ways. */
  private void trap() {
    csr(SCRATCH, Csr.WARP_ID);
    csr(PREDICATE, Csr.CORE_ID);
    immediate(Instruction.SLLI, PREDICATE, PREDICATE, 5);
    register(Instruction.OR, SCRATCH, SCRATCH, PREDICATE);
    immediate(Instruction.ADDI, SCRATCH, SCRATCH, -1);
    int branch = here();
    register(Instruction.ADDI, 0, 0, 0);
    switch (random.nextInt(10)) {
      case 0 -> register(Instruction.ECALL, 0, 0, 0);
      case 1 -> register(Instruction.EBREAK, 0, 0, 0);
      case 2 -> words.add(random.nextBoolean() ? 0 : -1);
      case 3 -> emit(Instruction.LW, data(), MEMORY, 0, 0, 1 + random.nextInt(3), 0);
      case 4 -> emit(Instruction.SH, 0, MEMORY, data(), 0, 1, 0);
      case 5 -> emit(Instruction.LW, data(), 0, 0, 0, 0x20, 0);
      case 6 -> {
        csr(SCRATCH, Csr.LANE_ID);
        emit(Instruction.BNE, 0, SCRATCH, 0, 0, 8, 0);
      }
      case 7 -> {
        immediate(Instruction.ADDI, SCRATCH, 0, 9);
        register(Instruction.JOIN, 0, SCRATCH, 0);
      }
      case 8 -> emit(Instruction.CSRRW, 0, data(), 0, 0, Csr.MHARTID.address(), 0);
      default -> {
        load(SCRATCH, (int) MemoryMap.LOCAL + 0xfffc);
        emit(Instruction.SW, 0, SCRATCH, data(), 0, 0, 0);
      }
    }
    patch(branch, Instruction.BNE, 0, SCRATCH, 0);
  }
}
