package dev.zhulong.simulator.lockstep;

import static dev.zhulong.firmware.isa.Instruction.*;

import dev.zhulong.firmware.isa.CoreShape;
import dev.zhulong.firmware.isa.Csr;
import dev.zhulong.firmware.isa.HostRegister;
import dev.zhulong.firmware.isa.Instruction;
import dev.zhulong.firmware.isa.InstructionEncoder;
import dev.zhulong.firmware.isa.MemoryMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntSupplier;
import java.util.random.RandomGenerator;

/**
 * Makes one random program. Registers have fixed parts, so that addresses stay inside the areas
 * that belong to the warp and branches without a SPLIT agree:
 *
 * <ul>
 *   <li>x1, x30: scratch, valid for a few instructions
 *   <li>x2 middle of the warp's area, x3 the lane's word there, x4 read-only pool, x5 local memory
 *       of the warp
 *   <li>x6 to x8 counters of loops, x9 lane mask around TMC, by depth: x26 to x29 SPLIT levels and
 *       restore masks, x23 to x25 counts of PRED loops
 *   <li>x10 to x12 same in all lanes, written only where no lanes are off
 *   <li>x13, x14 word to exchange with another hart of the core: own and other
 *   <li>x15 to x22 and all float registers: anything
 * </ul>
 */
final class LaunchGenerator {
  private static final int AREA_BYTES = 4096;
  private static final int AREA_MIDDLE = 1024;

  /** Where in its area a warp writes code for itself, from the middle on. */
  private static final int PATCH = 2048;

  private static final int EXCHANGE_BYTES = 4096;

  /** Lines in which neighbouring words belong to different cores. */
  private static final int SHARED_BYTES = 4096;

  private static final int POOL_WORDS = 1024;
  private static final int COMBINED_LINES = 8;
  private static final int LATE_DIVISIONS = 16;
  private static final int SHARED_ACCESSES = 6;
  private static final int SPREAD_BYTES = 256;
  private static final int CONSOLE = (int) MemoryMap.CONSOLE;
  private static final int CONSOLE_BYTES = 0x40;
  private static final int SCRATCH = 1;
  private static final int SCRATCH_2 = 30;
  private static final int AREA = 2;
  private static final int OWN = 3;
  private static final int POOL = 4;
  private static final int LOCAL = 5;
  private static final int COUNTER = 6;
  private static final int MASK = 9;
  private static final int UNIFORM = 10;
  private static final int UNIFORMS = 3;
  private static final int EXCHANGE_OWN = 13;
  private static final int EXCHANGE_OTHER = 14;
  private static final int VALUE = 15;
  private static final int VALUES = 8;
  private static final int PRED_COUNT = 23;
  private static final int LEVEL = 26;
  private static final int DEPTHS = 3;

  private static final Csr[] READABLE = {
    Csr.FFLAGS,
    Csr.FRM,
    Csr.FCSR,
    Csr.MSCRATCH,
    Csr.LANE_ID,
    Csr.WARP_ID,
    Csr.CORE_ID,
    Csr.ACTIVE_LANES,
    Csr.LANES,
    Csr.WARPS,
    Csr.CORES,
    Csr.LOCAL_BASE,
    Csr.BARRIERS,
    Csr.MHARTID,
    Csr.GROUP_WARP_RANK,
    Csr.GROUP_WARPS,
    Csr.LOCAL_ID_X,
    Csr.LOCAL_ID_Y,
    Csr.LOCAL_ID_Z,
    Csr.GROUP_ID_X,
    Csr.GROUP_ID_Y,
    Csr.GROUP_ID_Z,
    Csr.GROUP_SIZE_X,
    Csr.GROUP_SIZE_Y,
    Csr.GROUP_SIZE_Z,
    Csr.GRID_SIZE_X,
    Csr.GRID_SIZE_Y,
    Csr.GRID_SIZE_Z
  };

  private static final Instruction[] INTEGER = integer();
  private static final Instruction[] FLOAT = {
    FADD_S, FSUB_S, FMUL_S, FMADD_S, FMSUB_S, FNMSUB_S, FNMADD_S, FADD_S, FMUL_S, FMADD_S, FDIV_S,
    FSQRT_S, FSGNJ_S, FSGNJN_S, FSGNJX_S, FMIN_S, FMAX_S, FCVT_S_W, FCVT_S_WU, FMV_W_X, FEQ_S,
    FLT_S, FLE_S, FCLASS_S, FCVT_W_S, FCVT_WU_S, FMV_X_W
  };

  /** Without SC.W: the core may let one fail where the simulator does not. */
  private static final Instruction[] ATOMIC = {
    AMOSWAP_W, AMOADD_W, AMOXOR_W, AMOAND_W, AMOOR_W, AMOMIN_W, AMOMAX_W, AMOMINU_W, AMOMAXU_W, LR_W
  };

  private static final Instruction[] BRANCHES = {BEQ, BNE, BLT, BGE, BLTU, BGEU};
  private static final Instruction[] VOTES = {VOTE_ALL, VOTE_ANY, VOTE_UNI, VOTE_BALLOT};
  private static final Instruction[] SHUFFLES = {SHFL_UP, SHFL_DOWN, SHFL_BFLY, SHFL_IDX};
  private static final Instruction[] TEXTURE = {
    TEX_COORD, TEX_COORD, TEX_COORD, TEX_MIXLO, TEX_MIXHI, TEX_COLORLO, TEX_COLORHI
  };
  private static final Instruction[] PACKS = {
    MERGE_PACK8LO, MERGE_PACK8HI, MERGE_PACK10LO, MERGE_PACK10HI, MERGE_PACK565LO, MERGE_PACK565HI
  };
  private static final Instruction[] UNPACKS = {
    MERGE_UNPACK8, MERGE_UNPACK10, MERGE_UNPACK5, MERGE_UNPACK6, MERGE_UNPACK2
  };
  private static final int[] FIELD_WIDTHS = {2, 5, 6, 8, 10};
  private static final Instruction[] LOADS = {LW, LH, LHU, LB, LBU, FLW};
  private static final Instruction[] STORES = {SW, SH, SB, FSW};

  /** Float words round which rounding, overflow and underflow change. */
  private static final int[] SPECIAL = {
    0x0000_0000,
    0x8000_0000,
    0x3f80_0000,
    0xbf80_0000,
    0x7f80_0000,
    0xff80_0000,
    0x7fc0_0000,
    0x7f80_0001,
    0xffa0_0000,
    0xffc0_0001,
    0x0000_0001,
    0x8000_0001,
    0x007f_ffff,
    0x0080_0000,
    0x8080_0000,
    0x0080_0001,
    0x7f7f_ffff,
    0xff7f_ffff,
    0x3f7f_ffff,
    0x3f80_0001,
    0x4b00_0000,
    0x4b80_0000,
    0x4f00_0000,
    0xcf00_0000,
    0x4f80_0000,
    0x4eff_ffff,
    0x3f00_0000,
    0x3eff_ffff,
    0x3fc0_0000,
    0x1f80_0000,
    0x2000_0000,
    0x5f7f_ffff,
    0x0100_0000,
    0x3300_0000,
    0x3380_0000,
    0x7f00_0000
  };

  /** Integer words that carries, signs and comparisons depend on. */
  private static final int[] EDGES = {
    0, 1, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, 2, 31, 32, 0xffff, 0x8000, 0x5555_5555
  };

  /** The first of the edges, each of which is a class of its own. */
  private static final int EDGE_CLASSES = 5;

  private static final int EDGE_OPERATIONS = 8;

  private final long seed;
  private final CoreShape shape;
  private final RandomLaunch.Limits limits;
  private final RandomGenerator random;
  private final CodeBuffer code = new CodeBuffer();
  private final boolean grid;
  private final boolean isProtected;
  private int left;

  /** Enclosing constructs of each kind, for the registers that belong to a depth. */
  private int loops;

  private int divergence;

  LaunchGenerator(long seed, CoreShape shape, RandomLaunch.Limits limits) {
    this.seed = seed;
    this.shape = shape;
    this.limits = limits;
    this.random = new SplittableRandom(seed);
    this.grid = !limits.traps() && random.nextInt(3) == 0;
    this.isProtected = random.nextBoolean();
    this.left = limits.instructions();
  }

  private static Instruction[] integer() {
    List<Instruction> list = new ArrayList<>();
    for (Instruction i : Instruction.values()) {
      boolean plain =
          switch (i.extension()) {
            case M, ZICOND, ZBA, ZBB -> true;
            case I -> i.has('d') && !i.has('o') && !i.has('a');
            default -> false;
          };
      if (plain) {
        list.add(i);
      }
    }
    return list.toArray(Instruction[]::new);
  }

  RandomLaunch generate() {
    int warps = shape.warps();
    if (!grid) {
      // The first warp starts all others; they begin here as well.
      code.read(SCRATCH, Csr.WARP_ID);
      int other = code.forward(BNE, SCRATCH, 0);
      code.load(SCRATCH, warps);
      code.immediate(AUIPC, SCRATCH_2, 0, 0);
      code.immediate(ADDI, SCRATCH_2, SCRATCH_2, 12);
      code.registers(WSPAWN, 0, SCRATCH, SCRATCH_2);
      code.bind(other);
      code.immediate(ADDI, SCRATCH, 0, -1);
      code.registers(TMC, 0, SCRATCH, 0);
    }
    prologue();
    while (left > 0) {
      top();
    }
    boolean faults = epilogue();
    int[] words = code.words();
    return new RandomLaunch(seed, shape, words, data(), regions(words), launch(), faults);
  }

  /** Code, read-only pool and areas, each cut into pieces, in any order. */
  private List<RandomLaunch.Region> regions(int[] words) {
    if (!isProtected) {
      return List.of();
    }
    List<RandomLaunch.Region> list = new ArrayList<>();
    int all = HostRegister.ALLOW_READ | HostRegister.ALLOW_WRITE | HostRegister.ALLOW_EXECUTE;
    int code = (int) MemoryMap.PROGRAM;
    cut(list, code, code + 4 * words.length + 64 & -64, HostRegister.ALLOW_EXECUTE, 64);
    cut(list, RandomLaunch.DATA, areas(), HostRegister.ALLOW_READ, 4);
    cut(list, areas(), end(), all, 4);
    while (list.size() < HostRegister.REGIONS - 2) {
      // A region that allows too little for whatever is in it must not be in the way.
      list.add(new RandomLaunch.Region(areas(), 4 * random.nextInt(256), random.nextInt(2)));
    }
    Collections.shuffle(list, random);
    return list;
  }

  private void cut(List<RandomLaunch.Region> list, int from, int to, int flags, int unit) {
    int start = from;
    for (int i = random.nextInt(3); i > 0 && to - start > 2 * unit; i--) {
      int middle = start + unit * (1 + random.nextInt((to - start) / unit - 1));
      list.add(new RandomLaunch.Region(start, middle - start, flags));
      start = middle;
    }
    list.add(new RandomLaunch.Region(start, to - start, flags));
  }

  /** First address of the areas. */
  private static int areas() {
    return RandomLaunch.DATA + 4 * POOL_WORDS;
  }

  private static int areas(CoreShape shape) {
    return SHARED_BYTES + exchange(shape) + shape.cores() * EXCHANGE_BYTES;
  }

  /** Bytes from the first area to the words that are exchanged. */
  private static int exchange(CoreShape shape) {
    return shape.cores() * shape.warps() * AREA_BYTES;
  }

  /** First address behind the areas. */
  private int end() {
    return areas() + areas(shape);
  }

  private Map<HostRegister, Integer> launch() {
    Map<HostRegister, Integer> block = new EnumMap<>(HostRegister.class);
    block.put(HostRegister.LAUNCH_MODE, grid ? HostRegister.MODE_GRID : 0);
    block.put(HostRegister.LAUNCH_ENTRY, (int) MemoryMap.PROGRAM);
    block.put(HostRegister.LAUNCH_ARGUMENT, random.nextInt());
    block.put(HostRegister.LAUNCH_LOCAL_BYTES, 0);
    // One workgroup a core, of all its warps: where it is placed does not depend on timing.
    int invocations = shape.warps() * shape.lanes();
    int y = 1 << random.nextInt(3);
    boolean whole = random.nextBoolean();
    int x = whole ? invocations / y : Math.max(1, invocations / y - random.nextInt(shape.lanes()));
    x = Math.max(x, ((shape.warps() - 1) * shape.lanes()) / y + 1);
    block.put(HostRegister.LAUNCH_GROUP_X, x);
    block.put(HostRegister.LAUNCH_GROUP_Y, Math.min(y, invocations / x));
    block.put(HostRegister.LAUNCH_GROUP_Z, 1);
    block.put(HostRegister.LAUNCH_GRID_X, shape.cores());
    block.put(HostRegister.LAUNCH_GRID_Y, 1);
    block.put(HostRegister.LAUNCH_GRID_Z, 1);
    return block;
  }

  private int[] data() {
    int[] data = new int[POOL_WORDS + areas(shape) / 4];
    Arrays.setAll(data, i -> dataWord());
    return data;
  }

  private int dataWord() {
    return switch (random.nextInt(5)) {
      case 0 -> SPECIAL[random.nextInt(SPECIAL.length)];
      case 3 -> EDGES[random.nextInt(EDGES.length)];
      case 1 -> Float.floatToRawIntBits((random.nextInt(4001) - 2000) / 8f);
      case 2 -> random.nextInt() & 0x807f_ffff | 100 + random.nextInt(56) << 23;
      default -> random.nextInt();
    };
  }

  // ------------------------------------------------------------- start and end

  private void prologue() {
    // What nobody has written since the start is zero.
    code.registers(OR, VALUE, VALUE + 1, PRED_COUNT);
    code.registers(FMV_X_W, VALUE + 1, random.nextInt(32), 0);
    code.load(POOL, RandomLaunch.DATA);
    // Area of the warp: its number in the device times the size.
    code.read(SCRATCH, Csr.CORE_ID);
    code.load(SCRATCH_2, shape.warps());
    code.registers(MUL, SCRATCH, SCRATCH, SCRATCH_2);
    code.read(SCRATCH_2, Csr.WARP_ID);
    code.registers(ADD, SCRATCH, SCRATCH, SCRATCH_2);
    code.immediate(SLLI, SCRATCH, SCRATCH, Integer.numberOfTrailingZeros(AREA_BYTES));
    code.load(AREA, areas() + AREA_MIDDLE);
    code.registers(ADD, AREA, AREA, SCRATCH);
    code.read(SCRATCH, Csr.LANE_ID);
    code.registers(SH2ADD, OWN, SCRATCH, AREA);
    // Local memory, shared out among the warps.
    code.load(LOCAL, (limits.localKib() << 10) / shape.warps());
    code.registers(MUL, LOCAL, LOCAL, SCRATCH_2);
    code.read(SCRATCH, Csr.LOCAL_BASE);
    code.registers(ADD, LOCAL, LOCAL, SCRATCH);
    exchangeAddresses(areas() + exchange(shape));
    for (int i = 0; i < UNIFORMS; i++) {
      code.load(UNIFORM + i, dataWord());
    }
    for (int i = 0; i < VALUES; i++) {
      code.immediate(LW, VALUE + i, OWN, 4 * random.nextInt(256));
    }
    for (int i = 0; i < 32; i++) {
      code.immediate(FLW, i, OWN, 4 * random.nextInt(256));
    }
  }

  /** Neighbouring warps exchange words between barriers: hart h reads what h + LANES wrote. */
  private void exchangeAddresses(int exchange) {
    int harts = shape.warps() * shape.lanes();
    code.read(SCRATCH, Csr.CORE_ID);
    code.load(SCRATCH_2, EXCHANGE_BYTES);
    code.registers(MUL, SCRATCH, SCRATCH, SCRATCH_2);
    code.load(SCRATCH_2, exchange);
    code.registers(ADD, SCRATCH_2, SCRATCH_2, SCRATCH);
    code.read(SCRATCH, Csr.MHARTID);
    code.load(EXCHANGE_OTHER, harts - 1);
    code.registers(AND, SCRATCH, SCRATCH, EXCHANGE_OTHER);
    code.registers(SH2ADD, EXCHANGE_OWN, SCRATCH, SCRATCH_2);
    code.immediate(ADDI, SCRATCH, SCRATCH, shape.lanes());
    code.registers(AND, SCRATCH, SCRATCH, EXCHANGE_OTHER);
    code.registers(SH2ADD, EXCHANGE_OTHER, SCRATCH, SCRATCH_2);
  }

  /** Ends the program; returns whether in a fault. */
  private boolean epilogue() {
    firstWarpOnly(this::print);
    boolean faults = limits.traps();
    if (faults) {
      // The first warp outlives the others, and ends in a fault that only it can have.
      firstWarpOnly(
          () -> {
            code.immediate(ADDI, SCRATCH, 0, 1);
            code.registers(WSPAWN, 0, SCRATCH, 0);
            trap();
          });
    } else if (!grid && shape.cores() > 1 && random.nextBoolean()) {
      code.read(SCRATCH, Csr.WARP_ID);
      int end = code.forward(BNE, SCRATCH, 0);
      code.immediate(LUI, SCRATCH, 0, 0x80000);
      code.load(SCRATCH_2, shape.cores());
      code.registers(BAR, 0, SCRATCH, SCRATCH_2);
      code.bind(end);
    }
    code.registers(TMC, 0, 0, 0);
    return faults;
  }

  /** What only the device's first warp does. */
  private void firstWarpOnly(Runnable what) {
    code.read(SCRATCH, Csr.MHARTID);
    code.load(SCRATCH_2, shape.lanes());
    code.registers(SLTU, SCRATCH, SCRATCH, SCRATCH_2);
    int end = code.forward(BEQ, SCRATCH, 0);
    what.run();
    code.bind(end);
  }

  /** A byte a lane to the console, to a channel for all or to one each. */
  private void print() {
    if (random.nextBoolean()) {
      code.store(SB, value(), 0, CONSOLE + random.nextInt(CONSOLE_BYTES));
    } else {
      code.read(SCRATCH, Csr.LANE_ID);
      code.store(SB, value(), SCRATCH, CONSOLE + random.nextInt(CONSOLE_BYTES / 2));
    }
    code.immediate(LW, value(), 0, CONSOLE);
  }

  /** A fault that protection alone causes. */
  private void violation() {
    switch (random.nextInt(6)) {
      case 0 -> {
        code.load(SCRATCH, end());
        code.immediate(LB, VALUE, SCRATCH, random.nextInt(3));
      }
      case 1 -> {
        code.load(SCRATCH, end());
        code.read(SCRATCH_2, Csr.LANE_ID);
        code.registers(SH2ADD, SCRATCH, SCRATCH_2, SCRATCH);
        code.store(SW, VALUE, SCRATCH, -4);
      }
      case 2, 4 -> code.store(SW, VALUE, POOL, 4 * random.nextInt(256));
      case 3 -> code.immediate(JALR, 0, POOL, 4 * random.nextInt(256));
      default -> {
        code.load(SCRATCH, RandomLaunch.DATA - 4);
        code.immediate(LW, VALUE, SCRATCH, 0);
      }
    }
  }

  /** Each turn splits one lane off and then has all of them on again. */
  private void stackOverflow() {
    code.immediate(ADDI, COUNTER, 0, shape.lanes());
    int start = code.place();
    code.immediate(ADDI, SCRATCH, 0, -1);
    code.registers(TMC, 0, SCRATCH, 0);
    code.read(SCRATCH_2, Csr.LANE_ID);
    code.immediate(SLTIU, SCRATCH_2, SCRATCH_2, 1);
    code.registers(SPLIT, LEVEL, SCRATCH_2, 0);
    code.immediate(ADDI, COUNTER, COUNTER, -1);
    code.registers(TMC, 0, SCRATCH, 0);
    code.jump(BNE, 0, SCRATCH, start);
  }

  private void trap() {
    if (isProtected && random.nextInt(3) != 0) {
      violation();
      return;
    }
    switch (random.nextInt(17)) {
      case 14 -> code.word(InstructionEncoder.encode(JAL, 0, 0, 0, 0, 6, 0));
      case 15 -> code.word(InstructionEncoder.encode(BEQ, 0, 0, 0, 0, 6, 0));
      case 16 -> stackOverflow();
      case 9 -> code.csr(CSRRW, 0, Csr.MHARTID, VALUE);
      case 10 -> {
        code.load(SCRATCH, (int) MemoryMap.LOCAL + (limits.localKib() << 10));
        code.store(SB, VALUE, SCRATCH, random.nextInt(64));
      }
      case 11 -> {
        code.csr(CSRRWI, 0, Csr.FRM, 5 + random.nextInt(3));
        code.floating(FADD_S, 1, 2, 3, 0, 7);
      }
      case 12 -> {
        code.immediate(ADDI, SCRATCH, 0, shape.warps());
        code.registers(BAR, 0, SCRATCH, SCRATCH);
      }
      case 13 -> {
        code.read(SCRATCH, Csr.LANE_ID);
        code.registers(SH2ADD, SCRATCH, SCRATCH, SCRATCH);
        code.registers(SH3ADD, SCRATCH, SCRATCH, AREA);
        code.immediate(JALR, 0, SCRATCH, 0);
      }
      case 0 -> code.word(EBREAK.match());
      case 1 -> code.word(ECALL.match());
      case 2 -> code.word(0);
      case 3 -> code.immediate(LW, VALUE, OWN, 2);
      case 4 -> code.store(SH, VALUE, OWN, 1);
      case 5 -> code.immediate(LW, VALUE, 0, 0x20);
      case 6 -> {
        code.read(SCRATCH, Csr.LANE_ID);
        code.jump(BEQ, SCRATCH, 0, code.place() + 2);
      }
      case 7 -> {
        code.immediate(ADDI, SCRATCH, 0, -1);
        code.registers(JOIN, 0, SCRATCH, 0);
      }
      default -> code.immediate(JALR, 0, AREA, 2);
    }
  }

  // ---------------------------------------------------------------- structure

  /** One piece of the outermost level, where no lanes are off. */
  private void top() {
    switch (random.nextInt(18)) {
      case 6, 7 -> writeAndReadBack();
      case 4, 5 -> nest();
      case 0 -> exchange();
      case 1 -> fewerLanes();
      case 2 -> {
        patch();
        patch();
      }
      case 3 -> {
        if (shape.cores() > 1) {
          exchangeAcrossCores();
        }
      }
      default -> piece();
    }
  }

  private void block(int pieces) {
    for (int i = 0; i < pieces && left > 0; i++) {
      piece();
    }
  }

  private void piece() {
    switch (random.nextInt(30)) {
      case 0 -> skip();
      case 1 -> loop();
      case 2, 3 -> split();
      case 4 -> predicated();
      default -> {
        int run = 1 + random.nextInt(8);
        for (int i = 0; i < run; i++) {
          left--;
          single();
        }
      }
    }
  }

  private void exchange() {
    int id = random.nextInt(shape.warps());
    code.store(SW, value(), EXCHANGE_OWN, 0);
    barrier(id);
    code.immediate(LW, value(), EXCHANGE_OTHER, 0);
    barrier(id);
    left -= 6;
  }

  /** Harts read what those of the same number in the next core have written. */
  private void exchangeAcrossCores() {
    oneCoreLate();
    code.store(SW, value(), EXCHANGE_OWN, 0);
    everyCore();
    // The next core's words lie behind the own ones; those of the last core before all others.
    int cores = shape.cores();
    code.read(SCRATCH, Csr.CORE_ID);
    code.immediate(SLTIU, SCRATCH, SCRATCH, cores - 1);
    code.load(SCRATCH_2, cores);
    code.registers(MUL, SCRATCH, SCRATCH, SCRATCH_2);
    code.immediate(ADDI, SCRATCH, SCRATCH, 1 - cores);
    code.immediate(SLLI, SCRATCH, SCRATCH, Integer.numberOfTrailingZeros(EXCHANGE_BYTES));
    code.registers(ADD, SCRATCH, SCRATCH, EXCHANGE_OWN);
    code.immediate(LW, value(), SCRATCH, 0);
    everyCore();
    left -= 12;
  }

  /** Divisions that wait for each other, in one of the cores. */
  private void oneCoreLate() {
    code.read(SCRATCH, Csr.CORE_ID);
    code.immediate(ADDI, SCRATCH, SCRATCH, -random.nextInt(shape.cores()));
    int others = code.forward(BNE, SCRATCH, 0);
    for (int i = random.nextInt(LATE_DIVISIONS); i >= 0; i--) {
      code.registers(DIVU, SCRATCH, SCRATCH, AREA);
    }
    code.bind(others);
  }

  /** Waits for all warps of all cores, and makes their stores visible. */
  private void everyCore() {
    int id = random.nextInt(shape.warps());
    code.immediate(FENCE, 0, 0, 0);
    barrier(id);
    code.read(SCRATCH, Csr.WARP_ID);
    int others = code.forward(BNE, SCRATCH, 0);
    code.load(SCRATCH, 0x8000_0000 | random.nextInt(shape.warps()));
    code.load(SCRATCH_2, shape.cores());
    code.registers(BAR, 0, SCRATCH, SCRATCH_2);
    code.bind(others);
    barrier(id);
    code.immediate(FENCE, 0, 0, 0);
  }

  /** More lines than combine in the cache, then loads that have to fetch them again. */
  private void writeAndReadBack() {
    int first = -AREA_MIDDLE + 4 * random.nextInt(16);
    code.immediate(FENCE, 0, 0, 0);
    for (int line = 0; line < COMBINED_LINES; line++) {
      code.store(any(STORES), value(), OWN, first + line * MemoryMap.LINE_BYTES);
    }
    int wait = random.nextInt(24);
    for (int i = 0; i < wait; i++) {
      code.registers(XOR, VALUE, VALUE, VALUE + 1);
    }
    for (int line = 0; line < COMBINED_LINES; line++) {
      code.immediate(LW, value(), OWN, first + line * MemoryMap.LINE_BYTES);
    }
    left -= 2 * COMBINED_LINES;
  }

  /** The warp writes two instructions, the second a return, and calls them. */
  private void patch() {
    CodeBuffer written = new CodeBuffer();
    written.immediate(any(ADDI, XORI, ORI), value(), value(), random.nextInt(2048));
    written.immediate(JALR, 0, SCRATCH, 0);
    int[] words = written.words();
    code.immediate(ADDI, SCRATCH_2, AREA, PATCH - 32);
    for (int i = 0; i < words.length; i++) {
      code.load(SCRATCH, words[i]);
      code.store(SW, SCRATCH, SCRATCH_2, 32 + 4 * i);
    }
    code.word(FENCE_I.match());
    code.immediate(JALR, SCRATCH, SCRATCH_2, 32);
    left -= 12;
  }

  private void barrier(int id) {
    code.load(SCRATCH, id);
    code.load(SCRATCH_2, shape.warps());
    code.registers(BAR, 0, SCRATCH, SCRATCH_2);
  }

  /** Some of the active lanes go on alone, then all of them again. */
  private void fewerLanes() {
    code.read(MASK, Csr.ACTIVE_LANES);
    code.registers(SUB, SCRATCH, 0, MASK);
    code.registers(AND, SCRATCH, SCRATCH, MASK);
    code.load(SCRATCH_2, random.nextInt());
    code.registers(OR, SCRATCH, SCRATCH, SCRATCH_2);
    code.registers(AND, SCRATCH, SCRATCH, MASK);
    // Only the leader's word counts.
    code.registers(CLZ, SCRATCH_2, MASK, 0);
    code.immediate(XORI, SCRATCH_2, SCRATCH_2, 31);
    code.read(UNIFORM, Csr.LANE_ID);
    code.registers(XOR, SCRATCH_2, SCRATCH_2, UNIFORM);
    code.registers(ADD, SCRATCH, SCRATCH, SCRATCH_2);
    code.load(UNIFORM, random.nextInt());
    code.registers(TMC, 0, SCRATCH, 0);
    divergence++;
    block(2);
    divergence--;
    code.registers(TMC, 0, MASK, 0);
    left -= 6;
  }

  /** Three SPLITs in one another, each of which takes one more lane away where there are many. */
  private void nest() {
    for (int depth = 0; depth < DEPTHS; depth++) {
      code.read(SCRATCH_2, Csr.LANE_ID);
      code.immediate(SLTIU, SCRATCH_2, SCRATCH_2, depth + 1);
      code.registers(SPLIT_N, LEVEL + depth, SCRATCH_2, 0);
    }
    // Both halves of each come by here: the other one goes on behind its SPLIT.
    divergence += DEPTHS;
    block(4);
    predicated(MASK, LEVEL + DEPTHS);
    block(3);
    divergence -= DEPTHS;
    for (int depth = DEPTHS - 1; depth >= 0; depth--) {
      code.registers(JOIN, 0, LEVEL + depth, 0);
    }
    left -= 12;
  }

  private void skip() {
    left--;
    if (divergence == 0 && random.nextBoolean()) {
      code.load(UNIFORM + random.nextInt(UNIFORMS), EDGES[random.nextInt(EDGES.length)]);
    }
    int jump;
    switch (random.nextInt(4)) {
      case 0 -> jump = code.forward(JAL, 0, 0);
      case 1 -> {
        code.immediate(AUIPC, SCRATCH, 0, 0);
        code.immediate(JALR, value(), SCRATCH, 12);
        // Exactly one word is jumped over.
        integerOperation(target(), this::source);
        return;
      }
      default -> jump = code.forward(any(BRANCHES), uniformSource(), uniformSource());
    }
    block(2);
    code.bind(jump);
  }

  private void loop() {
    if (loops == DEPTHS) {
      return;
    }
    int counter = COUNTER + loops++;
    code.immediate(ADDI, counter, 0, 1 + random.nextInt(4));
    int start = code.place();
    block(2);
    code.immediate(ADDI, counter, counter, -1);
    code.jump(BNE, counter, 0, start);
    loops--;
    left -= 3;
  }

  private void split() {
    if (divergence > DEPTHS) {
      return;
    }
    int level = LEVEL + divergence++;
    int bit = random.nextInt(32);
    code.immediate(SRLI, SCRATCH_2, value(), bit);
    code.immediate(ANDI, SCRATCH_2, SCRATCH_2, 1);
    code.registers(random.nextBoolean() ? SPLIT : SPLIT_N, level, SCRATCH_2, 0);
    int otherwise = code.forward(BEQ, SCRATCH_2, 0);
    block(2);
    // A result that is under way when the JOIN gives the lanes back that it does not have.
    int late = random.nextInt(32);
    code.floating(any(FMADD_S, FMUL_S, FADD_S), late, random.nextInt(32), late, late, 0);
    if (random.nextBoolean()) {
      int end = code.forward(JAL, 0, 0);
      code.bind(otherwise);
      block(2);
      code.bind(end);
    } else {
      code.bind(otherwise);
    }
    code.registers(JOIN, 0, level, 0);
    code.floating(FSGNJ_S, random.nextInt(32), late, late, 0, 0);
    divergence--;
    left -= 7;
  }

  /** A loop that each lane leaves after a count of its own. */
  private void predicated() {
    if (divergence < DEPTHS) {
      predicated(PRED_COUNT + divergence, LEVEL + divergence);
    }
  }

  private void predicated(int count, int restore) {
    divergence++;
    code.read(restore, Csr.ACTIVE_LANES);
    code.immediate(ANDI, count, value(), 3);
    int start = code.place();
    block(2);
    code.immediate(ADDI, count, count, -1);
    boolean negated = random.nextBoolean();
    if (negated) {
      code.immediate(SLTI, SCRATCH_2, count, 1);
      code.registers(PRED_N, 0, SCRATCH_2, restore);
      code.jump(BEQ, SCRATCH_2, 0, start);
    } else {
      code.registers(SLT, SCRATCH_2, 0, count);
      code.registers(PRED, 0, SCRATCH_2, restore);
      code.jump(BNE, SCRATCH_2, 0, start);
    }
    divergence--;
    left -= 6;
  }

  // ------------------------------------------------------------- instructions

  private void single() {
    switch (random.nextInt(48)) {
      case 36, 37 -> branchOnEdges();
      case 31, 32 -> integerEdges();
      case 42, 43 -> texture();
      case 44, 45 -> merge();
      case 46, 47 -> coverage();
      case 38, 40, 41 -> floatEdges();
      case 39 -> shuffle();
      case 33 -> atomic(source());
      case 34 -> flags();
      case 35 -> code.immediate(LUI, target(), 0, random.nextInt(1 << 20));
      case 0, 1, 2, 3, 4, 5, 6, 7, 8 -> integerOperation(target(), this::source);
      case 9, 10, 11, 12, 13, 14, 15, 16 -> floatOperation();
      case 17, 18, 19, 20, 21 -> load();
      case 22, 23, 24 -> store();
      case 25 -> sharedLine();
      case 26 -> code.registers(any(VOTES), target(), source(), 0);
      case 27 -> shuffle();
      case 28 -> csr();
      case 29 -> uniformWrite();
      case 30 -> rare();
      default -> atomic(source());
    }
  }

  private void integerOperation(int rd, IntSupplier from) {
    Instruction instruction = any(INTEGER);
    int immediate =
        instruction.has('u')
            ? random.nextInt(1 << 20)
            : instruction.has('>') ? random.nextInt(32) : random.nextInt(4096) - 2048;
    code.word(
        InstructionEncoder.encode(
            instruction, rd, from.getAsInt(), from.getAsInt(), 0, immediate, 0));
  }

  private void floatOperation() {
    floatOperation(() -> random.nextInt(32));
  }

  private void floatOperation(IntSupplier from) {
    Instruction instruction = any(FLOAT);
    int rm = random.nextInt(3) == 0 ? random.nextInt(5) : random.nextInt(3) == 0 ? 0 : 7;
    int rd = instruction.has('D') ? random.nextInt(32) : target();
    int rs1 = instruction.has('S') ? from.getAsInt() : source();
    code.floating(instruction, rd, rs1, from.getAsInt(), from.getAsInt(), rm);
  }

  private void texture() {
    Instruction instruction = any(TEXTURE);
    int rd = instruction.has('D') ? random.nextInt(32) : target();
    if (instruction != TEX_COORD) {
      code.floating(instruction, rd, source(), source(), source(), 0);
      return;
    }
    int coordinate = random.nextInt(32);
    if (random.nextInt(3) == 0) {
      // About an image and its neighbours, which few random words are.
      float u = random.nextInt(3) == 0 ? random.nextInt(9) / 4f - 1 : random.nextFloat() * 6 - 3;
      code.load(SCRATCH, Float.floatToRawIntBits(u));
      code.registers(FMV_W_X, coordinate, SCRATCH, 0);
    }
    int descriptor = source();
    if (random.nextBoolean()) {
      int size = random.nextBoolean() ? random.nextInt(4096) : (1 << random.nextInt(13)) - 1;
      code.load(SCRATCH, size | random.nextInt(8) << 12);
      descriptor = SCRATCH;
    }
    code.floating(instruction, rd, coordinate, descriptor, 0, 0);
  }

  private void merge() {
    if (random.nextInt(3) == 0) {
      code.immediate(any(UNPACKS), random.nextInt(32), source(), random.nextInt(32));
      return;
    }
    code.floating(any(PACKS), target(), component(), component(), source(), 0);
  }

  /** A register, often of a colour near a place where a field changes. */
  private int component() {
    int register = random.nextInt(32);
    if (random.nextInt(3) > 0) {
      int most = (1 << FIELD_WIDTHS[random.nextInt(FIELD_WIDTHS.length)]) - 1;
      // The least steps are where small colours are dropped.
      int step = random.nextInt(random.nextBoolean() ? 3 : most + 2);
      float v = (step - 0.5f) / most;
      int bits = Float.floatToRawIntBits(v) + random.nextInt(5) - 2;
      code.load(SCRATCH, random.nextInt(4) == 0 ? Float.floatToRawIntBits(1) : bits);
      code.registers(FMV_W_X, register, SCRATCH, 0);
    }
    return register;
  }

  private void coverage() {
    if (random.nextInt(3) == 0) {
      code.registers(COVER_ANY, target(), source(), 0);
      return;
    }
    int value = source();
    int step = source();
    if (random.nextBoolean()) {
      // About zero within the four places, which few random words are.
      code.immediate(ADDI, SCRATCH, 0, random.nextInt(33) - 16);
      step = SCRATCH;
      if (random.nextBoolean()) {
        int small = target();
        code.immediate(ADDI, small, 0, random.nextInt(129) - 64);
        value = small;
      }
    }
    code.floating(COVER_ROW, target(), value, step, source(), 0);
  }

  private void load() {
    Instruction instruction = any(LOADS);
    int size =
        instruction == LW || instruction == FLW
            ? 4
            : instruction == LB || instruction == LBU ? 1 : 2;
    int rd = instruction == FLW ? random.nextInt(32) : target();
    if (random.nextInt(4) == 0) {
      lanesAddress(POOL, 0x7fc);
      code.immediate(instruction, rd, SCRATCH, random.nextInt(0x7fc / size) * size);
    } else {
      int base = base();
      code.immediate(instruction, rd, base, offset(base, size));
    }
  }

  private void store() {
    Instruction instruction = any(STORES);
    int size = instruction == SW || instruction == FSW ? 4 : instruction == SB ? 1 : 2;
    int value = instruction == FSW ? random.nextInt(32) : source();
    int base = base();
    code.store(instruction, value, base, offset(base, size));
  }

  /** Loads and stores of a hart's own word, in a line that others use at the same time. */
  private void sharedLine() {
    int harts = shape.warps() * shape.lanes();
    int row = 4 * harts * shape.cores();
    code.read(SCRATCH, Csr.MHARTID);
    code.load(SCRATCH_2, harts - 1);
    code.registers(AND, SCRATCH, SCRATCH, SCRATCH_2);
    code.load(SCRATCH_2, shape.cores());
    code.registers(MUL, SCRATCH, SCRATCH, SCRATCH_2);
    code.read(SCRATCH_2, Csr.CORE_ID);
    code.registers(ADD, SCRATCH, SCRATCH, SCRATCH_2);
    code.load(SCRATCH_2, end() - SHARED_BYTES + row * random.nextInt(SHARED_BYTES / row));
    code.registers(SH2ADD, SCRATCH, SCRATCH, SCRATCH_2);
    for (int i = 0; i < SHARED_ACCESSES; i++) {
      switch (random.nextInt(4)) {
        case 0 -> code.store(SW, source(), SCRATCH, 0);
        case 1 -> code.store(SB, source(), SCRATCH, random.nextInt(4));
        default -> code.immediate(LW, target(), SCRATCH, 0);
      }
    }
    left -= SHARED_ACCESSES + 8;
  }

  /** A base register into an area of the warp, made for the purpose in some cases. */
  private int base() {
    return switch (random.nextInt(10)) {
      case 7 -> mixedAddress();
      case 8 -> spread();
      case 0 -> AREA;
      case 1 -> LOCAL;
      case 2 -> lanesAddress(AREA, 0x3fc);
      case 3 -> lanesAddress(LOCAL, 0xfc);
      default -> OWN;
    };
  }

  /** Some lanes in local memory, the others in memory. */
  private int mixedAddress() {
    if (random.nextBoolean()) {
      code.read(SCRATCH_2, Csr.LANE_ID);
      code.immediate(ANDI, SCRATCH_2, SCRATCH_2, 1);
    } else {
      code.immediate(ANDI, SCRATCH_2, value(), 1 << random.nextInt(5));
    }
    code.registers(CZERO_EQZ, SCRATCH, LOCAL, SCRATCH_2);
    code.registers(CZERO_NEZ, SCRATCH_2, OWN, SCRATCH_2);
    code.registers(OR, SCRATCH, SCRATCH, SCRATCH_2);
    return SCRATCH;
  }

  /** A word of local memory a lane, one after the other or as many in one bank as there is room. */
  private int spread() {
    int most = Integer.numberOfTrailingZeros(SPREAD_BYTES / shape.lanes());
    int conflict = Math.min(most, 2 + Integer.numberOfTrailingZeros(shape.lanes()));
    code.read(SCRATCH, Csr.LANE_ID);
    code.immediate(SLLI, SCRATCH, SCRATCH, random.nextBoolean() ? 2 : conflict);
    code.registers(ADD, SCRATCH, SCRATCH, LOCAL);
    return SCRATCH;
  }

  private int lanesAddress(int area, int mask) {
    code.immediate(ANDI, SCRATCH, value(), mask);
    code.registers(ADD, SCRATCH, SCRATCH, area);
    return SCRATCH;
  }

  private int offset(int base, int size) {
    // A scratch base is up to 0x3fc into its area; local areas are at least 512 bytes.
    if (base == LOCAL || base == SCRATCH) {
      return random.nextInt(0x100 / size) * size;
    }
    return (random.nextInt(0x800 / size) - 0x400 / size) * size;
  }

  private void shuffle() {
    if (random.nextBoolean()) {
      int control = random.nextInt(shape.lanes()) | random.nextInt(64) << 6;
      code.load(SCRATCH, control | (random.nextBoolean() ? 0 : random.nextInt(64) << 12));
      code.registers(any(SHUFFLES), target(), source(), SCRATCH);
    } else {
      code.registers(any(SHUFFLES), target(), source(), value());
    }
  }

  private void csr() {
    switch (random.nextInt(6)) {
      case 0 -> code.csr(CSRRWI, target(), Csr.FRM, random.nextInt(5));
      case 1 -> code.csr(any(CSRRW, CSRRS, CSRRC), target(), Csr.FFLAGS, source());
      case 2 -> code.csr(any(CSRRW, CSRRS, CSRRC), target(), Csr.MSCRATCH, source());
      case 3 -> code.csr(any(CSRRWI, CSRRSI, CSRRCI), target(), Csr.MSCRATCH, random.nextInt(32));
      case 4 -> {
        code.immediate(ANDI, SCRATCH, value(), 0x7f);
        code.csr(CSRRW, target(), Csr.FCSR, SCRATCH);
      }
      default -> code.read(target(), READABLE[random.nextInt(READABLE.length)]);
    }
  }

  /** Changes a register that is the same in all lanes, where all lanes take part. */
  private void uniformWrite() {
    if (divergence == 0) {
      int rd = UNIFORM + random.nextInt(UNIFORMS);
      integerOperation(rd, this::uniformSource);
    }
  }

  private void integerEdges() {
    int a = value();
    int b = value();
    code.load(a, edge());
    code.load(b, edge());
    for (int i = 0; i < EDGE_OPERATIONS; i++) {
      int operand = random.nextBoolean() ? a : b;
      switch (random.nextInt(8)) {
        case 0 -> code.csr(any(CSRRW, CSRRS, CSRRC), target(), Csr.MSCRATCH, operand);
        case 1 -> atomic(operand);
        case 2 -> code.registers(any(SHUFFLES), target(), source(), operand);
        default -> integerOperation(target(), () -> random.nextBoolean() ? a : b);
      }
    }
  }

  private int edge() {
    return EDGES[random.nextInt(random.nextBoolean() ? EDGE_CLASSES : EDGES.length)];
  }

  private void floatEdges() {
    int first = random.nextInt(31);
    for (int i = 0; i < 2; i++) {
      code.load(SCRATCH, SPECIAL[random.nextInt(SPECIAL.length)]);
      code.registers(FMV_W_X, first + i, SCRATCH, 0);
    }
    for (int i = 0; i < EDGE_OPERATIONS; i++) {
      floatOperation(() -> first + random.nextInt(2));
    }
  }

  /** Words that have just been loaded are the same in all active lanes. */
  private void branchOnEdges() {
    code.load(SCRATCH, EDGES[random.nextInt(EDGE_CLASSES + 1)]);
    code.load(SCRATCH_2, EDGES[random.nextInt(EDGE_CLASSES + 1)]);
    int jump = code.forward(any(BRANCHES), SCRATCH, SCRATCH_2);
    integerOperation(target(), this::source);
    code.bind(jump);
  }

  /** What one float instruction alone raises, read while it is under way. */
  private void flags() {
    code.csr(CSRRWI, 0, Csr.FFLAGS, 0);
    floatOperation();
    code.read(value(), Csr.FFLAGS);
  }

  private void rare() {
    switch (random.nextInt(10)) {
      case 8 -> {
        code.read(SCRATCH, Csr.ACTIVE_LANES);
        code.registers(TMC, 0, SCRATCH, 0);
      }
      case 0 -> {
        if (divergence == 0) {
          code.word(FENCE_I.match());
        }
      }
      case 1, 2 -> code.word(WSYNC.match());
      default -> code.immediate(FENCE, 0, 0, 0);
    }
  }

  private void atomic(int operand) {
    if (limits.atomics()) {
      Instruction instruction = any(ATOMIC);
      int base =
          switch (random.nextInt(8)) {
            case 0 -> mixedAddress();
            case 1 -> OWN;
            case 2 -> AREA;
            case 3 -> LOCAL;
            case 4 -> lanesAddress(AREA, 0x0c);
            case 5 -> lanesAddress(AREA, 0xfc);
            case 6 -> lanesAddress(LOCAL, 0x3c);
            default -> spread();
          };
      int acquireRelease = random.nextInt(4) == 0 ? random.nextInt(4) << 25 : 0;
      int rs2 = instruction == LR_W ? 0 : operand;
      code.word(
          InstructionEncoder.encode(instruction, target(), base, rs2, 0, 0, 0) | acquireRelease);
    }
  }

  // ----------------------------------------------------------------- operands

  private int value() {
    return VALUE + random.nextInt(VALUES);
  }

  private int target() {
    return random.nextInt(24) == 0 ? 0 : value();
  }

  private int source() {
    return switch (random.nextInt(12)) {
      case 0 -> 0;
      case 1 -> uniformSource();
      case 2 -> OWN;
      default -> value();
    };
  }

  private int uniformSource() {
    return random.nextInt(6) == 0 ? 0 : UNIFORM + random.nextInt(UNIFORMS);
  }

  private Instruction any(Instruction... choices) {
    return choices[random.nextInt(choices.length)];
  }
}
