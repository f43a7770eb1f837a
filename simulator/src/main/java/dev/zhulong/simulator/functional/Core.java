package dev.zhulong.simulator.functional;

import dev.zhulong.firmware.isa.CoreShape;
import dev.zhulong.firmware.isa.FaultCause;
import dev.zhulong.firmware.isa.Instruction;
import dev.zhulong.firmware.isa.InstructionDecoder;
import dev.zhulong.firmware.isa.MemoryMap;
import dev.zhulong.firmware.texel.CoverageUnit;
import dev.zhulong.firmware.texel.MergeUnit;
import dev.zhulong.firmware.texel.TextureUnit;
import java.util.Arrays;

/** Executes the warps of one core. */
final class Core {
  private static final int LOCAL_START = (int) MemoryMap.LOCAL;

  final int id;
  final Warp[] warps;

  /** Warp-instructions and lane-instructions since launch. */
  long instructions;

  long laneInstructions;

  private final FunctionalDevice device;
  private final AddressSpace memory;
  private final CodeCache code;
  private final int lanes;
  private final int fullMask;
  private final int[] local;

  /** Results of instructions that do not write all lanes in place. */
  private final int[] scratch;

  private final int[] storeAddresses;
  private final int[] storeData;
  private final int[] barrierArrived;
  private final ControlStatus controlStatus;

  Core(int id, FunctionalDevice device, AddressSpace memory, CodeCache code) {
    CoreShape shape = device.shape();
    this.id = id;
    this.device = device;
    this.memory = memory;
    this.code = code;
    this.lanes = shape.lanes();
    this.fullMask = lanes == 32 ? -1 : (1 << lanes) - 1;
    this.local = new int[device.localBytes() / 4];
    this.scratch = new int[lanes];
    this.storeAddresses = new int[lanes];
    this.storeData = new int[lanes];
    this.barrierArrived = new int[device.barriers()];
    this.warps = new Warp[shape.warps()];
    for (int i = 0; i < warps.length; i++) {
      warps[i] = new Warp(i, lanes);
    }
    this.controlStatus = new ControlStatus(this, device);
  }

  void reset() {
    for (Warp warp : warps) {
      warp.state = Warp.State.ENDED;
    }
    Arrays.fill(barrierArrived, 0);
    instructions = 0;
    laneInstructions = 0;
  }

  ControlStatus controlStatus() {
    return controlStatus;
  }

  int activeWarps() {
    int mask = 0;
    for (Warp warp : warps) {
      if (warp.state != Warp.State.ENDED) {
        mask |= 1 << warp.id;
      }
    }
    return mask;
  }

  /**
   * Runs a warp until it waits, ends, or has executed so many instructions.
   *
   * @throws FaultSignal if an instruction faults; the warp's pc is that instruction's
   */
  void run(Warp warp, int budget) {
    RetireSink sink = device.sink();
    CodeCache.Page page = null;
    int pageNumber = -1;
    int executed = 0;
    try {
      while (executed < budget && warp.state == Warp.State.READY) {
        int pc = warp.pc;
        if ((pc >>> CodeCache.PAGE_SHIFT) != pageNumber) {
          page = code.page(pc);
          pageNumber = pc >>> CodeCache.PAGE_SHIFT;
        }
        int slot = (pc & (1 << CodeCache.PAGE_SHIFT) - 1) >>> 2;
        Instruction instruction = page.instruction[slot];
        if (instruction == null) {
          instruction = code.decode(page, slot, pc);
        }
        int mask = warp.lanes;
        execute(warp, instruction, page, slot);
        if (warp.state == Warp.State.ALONE) {
          // WSPAWN has not happened yet; it is tried again when the core has changed.
          break;
        }
        executed++;
        laneInstructions += Integer.bitCount(mask);
        if (sink != null) {
          trace(sink, warp, pc, page.word[slot], instruction, page.rd[slot], mask);
        }
      }
    } finally {
      instructions += executed;
    }
  }

  private void trace(
      RetireSink sink, Warp warp, int pc, int word, Instruction instruction, int rd, int mask) {
    int result =
        instruction.writesFloat()
            ? 32 + rd
            : instruction.writesInteger() && rd != 0 ? rd : RetireSink.NO_RESULT;
    boolean store = instruction.has('q');
    sink.retired(
        id,
        warp.id,
        pc,
        word,
        mask,
        result,
        warp.registers,
        store ? storeAddresses : null,
        store ? storeData : null);
  }

  private void execute(Warp w, Instruction instruction, CodeCache.Page page, int slot) {
    int rd = page.rd[slot];
    int a = page.rs1[slot] * lanes;
    int b = page.rs2[slot] * lanes;
    int immediate = page.immediate[slot];
    int[] r = w.registers;
    // Straight into the registers when every lane is written, else through the scratch array.
    boolean direct = w.lanes == fullMask && (rd != 0 || instruction.writesFloat());
    int[] o = direct ? r : scratch;
    int d = direct ? rd * lanes : 0;
    switch (instruction) {
      case ADDI, SLLI, SRLI, SRAI, ANDI, ORI, XORI, SLTI, SLTIU, RORI -> {
        LaneMath.immediate(instruction, lanes, o, d, r, a, immediate);
        finish(w, direct, rd);
      }
      case ADD,
          SUB,
          SLL,
          SRL,
          SRA,
          SLT,
          SLTU,
          XOR,
          OR,
          AND,
          SH1ADD,
          SH2ADD,
          SH3ADD,
          CZERO_EQZ,
          CZERO_NEZ,
          MIN,
          MAX,
          MINU,
          MAXU,
          ANDN,
          ORN,
          XNOR,
          ROL,
          ROR -> {
        LaneMath.base(instruction, lanes, o, d, r, a, b);
        finish(w, direct, rd);
      }
      case LUI, AUIPC -> {
        int value = instruction == Instruction.LUI ? immediate : w.pc + immediate;
        for (int i = 0; i < lanes; i++) {
          o[d + i] = value;
        }
        finish(w, direct, rd);
      }
      case LW -> {
        loadWords(w, o, d, r, a, immediate);
        finish(w, direct, rd);
      }
      case FLW -> {
        loadWords(w, o, d + (direct ? 32 * lanes : 0), r, a, immediate);
        finishFloat(w, direct, rd);
      }
      case LB, LBU, LH, LHU -> {
        loadNarrow(w, instruction, r, a, immediate);
        finish(w, false, rd);
      }
      case SW -> {
        store(w, 4, r, a, b, immediate);
        w.pc += 4;
      }
      case FSW -> {
        store(w, 4, r, a, b + 32 * lanes, immediate);
        w.pc += 4;
      }
      case SB, SH -> {
        store(w, instruction == Instruction.SB ? 1 : 2, r, a, b, immediate);
        w.pc += 4;
      }
      case BEQ, BNE, BLT, BGE, BLTU, BGEU -> branch(w, instruction, r, a, b, immediate);
      case JAL -> {
        jump(w, w.pc + immediate, direct, o, d, rd);
      }
      case JALR -> jumpRegister(w, r, a, immediate, direct, o, d, rd);
      case MUL, MULH, MULHSU, MULHU, DIV, DIVU, REM, REMU -> {
        LaneMath.multiply(instruction, lanes, o, d, r, a, b);
        finish(w, direct, rd);
      }
      case CLZ, CTZ, CPOP, SEXT_B, SEXT_H, ZEXT_H, REV8, ORC_B -> {
        LaneMath.unary(instruction, lanes, o, d, r, a);
        finish(w, direct, rd);
      }
      case FMADD_S, FMSUB_S, FNMSUB_S, FNMADD_S, FADD_S, FSUB_S, FMUL_S, FDIV_S, FSQRT_S -> {
        arithmetic(w, instruction, page.word[slot], o, d + (direct ? 32 * lanes : 0), r, a, b);
        finishFloat(w, direct, rd);
      }
      case FSGNJ_S, FSGNJN_S, FSGNJX_S, FMIN_S, FMAX_S, FCVT_S_W, FCVT_S_WU, FMV_W_X -> {
        floatResult(w, instruction, immediate, r, a, b);
        finishFloat(w, false, rd);
      }
      case FEQ_S, FLT_S, FLE_S, FCLASS_S, FCVT_W_S, FCVT_WU_S, FMV_X_W -> {
        integerResult(w, instruction, immediate, r, a, b);
        finish(w, false, rd);
      }
      case CSRRW, CSRRS, CSRRC, CSRRWI, CSRRSI, CSRRCI -> {
        int source = instruction.has('Z') ? page.rs1[slot] : r[a + Math.max(w.leader(), 0)];
        boolean writes =
            instruction == Instruction.CSRRW
                || instruction == Instruction.CSRRWI
                || page.rs1[slot] != 0;
        controlStatus.access(w, instruction, immediate, source, writes, scratch);
        finish(w, false, rd);
      }
      case TEX_COORD, TEX_MIXLO, TEX_MIXHI -> {
        texture(instruction, o, d, r, a, b, (page.word[slot] >>> 27) * lanes);
        finish(w, direct, rd);
      }
      case TEX_COLORLO, TEX_COLORHI -> {
        int third = (page.word[slot] >>> 27) * lanes;
        texture(instruction, o, d + (direct ? 32 * lanes : 0), r, a, b, third);
        finishFloat(w, direct, rd);
      }
      case MERGE_PACK8LO,
          MERGE_PACK8HI,
          MERGE_PACK10LO,
          MERGE_PACK10HI,
          MERGE_PACK565LO,
          MERGE_PACK565HI -> {
        pack(instruction, o, d, r, a, b, (page.word[slot] >>> 27) * lanes);
        finish(w, direct, rd);
      }
      case MERGE_UNPACK8, MERGE_UNPACK10, MERGE_UNPACK5, MERGE_UNPACK6, MERGE_UNPACK2 -> {
        int to = d + (direct ? 32 * lanes : 0);
        int shift = InstructionDecoder.rs2(page.word[slot]);
        for (int i = 0; i < lanes; i++) {
          o[to + i] = MergeUnit.unpack(r[a + i], shift, width(instruction));
        }
        finishFloat(w, direct, rd);
      }
      case COVER_ROW -> {
        int third = (page.word[slot] >>> 27) * lanes;
        for (int i = 0; i < lanes; i++) {
          o[d + i] = CoverageUnit.row(r[a + i], r[b + i], r[third + i]);
        }
        finish(w, direct, rd);
      }
      case COVER_ANY -> {
        int any = 0;
        for (int i = 0; i < lanes; i++) {
          any |= (w.lanes >> i & 1) != 0 ? r[a + i] : 0;
        }
        Arrays.fill(o, d, d + lanes, any);
        finish(w, direct, rd);
      }
      case FENCE -> w.pc += 4;
      case FENCE_I -> {
        code.invalidate();
        w.pc += 4;
      }
      case ECALL -> throw new FaultSignal(FaultCause.ECALL);
      case EBREAK -> throw new FaultSignal(FaultCause.BREAKPOINT);
      case LR_W,
          SC_W,
          AMOSWAP_W,
          AMOADD_W,
          AMOXOR_W,
          AMOAND_W,
          AMOOR_W,
          AMOMIN_W,
          AMOMAX_W,
          AMOMINU_W,
          AMOMAXU_W -> {
        atomic(w, instruction, r, a, b);
        finish(w, false, rd);
      }
      case VOTE_ALL, VOTE_ANY, VOTE_UNI, VOTE_BALLOT -> {
        vote(w, instruction, r, a);
        finish(w, false, rd);
      }
      case SHFL_UP, SHFL_DOWN, SHFL_BFLY, SHFL_IDX -> {
        for (int i = 0; i < lanes; i++) {
          scratch[i] = r[a + LaneMath.shuffleSource(instruction, i, r[b + i], lanes)];
        }
        finish(w, false, rd);
      }
      case TMC -> threadMask(w, r[a + w.leader()]);
      case WSPAWN -> spawn(w, r[a + w.leader()], r[b + w.leader()]);
      case SPLIT, SPLIT_N -> split(w, predicate(w, r, a, instruction == Instruction.SPLIT_N), rd);
      case JOIN -> join(w, r[a + w.leader()]);
      case BAR -> barrier(w, r[a + w.leader()], r[b + w.leader()]);
      case PRED, PRED_N -> {
        int active = predicate(w, r, a, instruction == Instruction.PRED_N);
        int restored = active != 0 ? active : r[b + w.leader()] & fullMask;
        if (restored == 0) {
          throw new FaultSignal(FaultCause.STACK);
        }
        w.lanes = restored;
        w.pc += 4;
      }
      case WSYNC -> w.pc += 4;
    }
  }

  /** Ends an instruction with an integer result: moves it from the scratch array if it is there. */
  private void finish(Warp w, boolean direct, int rd) {
    if (!direct && rd != 0) {
      merge(w, rd * lanes);
    }
    w.pc += 4;
  }

  private void finishFloat(Warp w, boolean direct, int rd) {
    if (!direct) {
      merge(w, (32 + rd) * lanes);
    }
    w.pc += 4;
  }

  private void merge(Warp w, int at) {
    int[] r = w.registers;
    int mask = w.lanes;
    if (mask == fullMask) {
      System.arraycopy(scratch, 0, r, at, lanes);
      return;
    }
    for (int i = 0; i < lanes; i++) {
      if ((mask >>> i & 1) != 0) {
        r[at + i] = scratch[i];
      }
    }
  }

  // ------------------------------------------------------------------ memory

  private boolean inLocal(int address) {
    return address >>> 16 == LOCAL_START >>> 16;
  }

  private int localIndex(int address, int access) {
    int index = address - LOCAL_START >>> 2;
    if (index >= local.length) {
      throw new FaultSignal(FaultCause.ACCESS, address, access);
    }
    return index;
  }

  private static boolean inConsole(int address) {
    return address >= MemoryMap.CONSOLE && address < MemoryMap.RESULT;
  }

  private void loadWords(Warp w, int[] o, int d, int[] r, int a, int offset) {
    int mask = w.lanes;
    for (int i = 0; i < lanes; i++) {
      if ((mask >>> i & 1) != 0) {
        o[d + i] = loadWord(r[a + i] + offset);
      }
    }
  }

  private int loadWord(int address) {
    if ((address & 3) != 0) {
      throw new FaultSignal(FaultCause.MISALIGNED, address, AddressSpace.READ);
    }
    if (inLocal(address)) {
      return local[localIndex(address, AddressSpace.READ)];
    }
    if (inConsole(address)) {
      return 0;
    }
    memory.check(address, 4, AddressSpace.READ);
    return memory.word(address);
  }

  private void loadNarrow(Warp w, Instruction instruction, int[] r, int a, int offset) {
    boolean octet = instruction == Instruction.LB || instruction == Instruction.LBU;
    int bytes = octet ? 1 : 2;
    for (int i = 0; i < lanes; i++) {
      if ((w.lanes >>> i & 1) != 0) {
        int address = r[a + i] + offset;
        if ((address & bytes - 1) != 0) {
          throw new FaultSignal(FaultCause.MISALIGNED, address, AddressSpace.READ);
        }
        int raw = narrow(address, octet);
        scratch[i] =
            switch (instruction) {
              case LB -> (byte) raw;
              case LBU -> raw & 0xff;
              case LH -> (short) raw;
              default -> raw & 0xffff;
            };
      }
    }
  }

  private int narrow(int address, boolean octet) {
    if (inLocal(address)) {
      return local[localIndex(address, AddressSpace.READ)] >>> 8 * (address & 3);
    }
    if (inConsole(address)) {
      return 0;
    }
    memory.check(address, octet ? 1 : 2, AddressSpace.READ);
    return octet ? memory.octet(address) : memory.half(address);
  }

  /** Checks all lanes before the first one stores: an instruction that faults has no effect. */
  private void store(Warp w, int bytes, int[] r, int a, int b, int offset) {
    int mask = w.lanes;
    for (int i = 0; i < lanes; i++) {
      if ((mask >>> i & 1) != 0) {
        int address = r[a + i] + offset;
        if ((address & bytes - 1) != 0) {
          throw new FaultSignal(FaultCause.MISALIGNED, address, AddressSpace.WRITE);
        }
        if (inLocal(address)) {
          localIndex(address, AddressSpace.WRITE);
        } else if (!inConsole(address)) {
          memory.check(address, bytes, AddressSpace.WRITE);
        }
        storeAddresses[i] = address;
        storeData[i] = r[b + i];
      }
    }
    for (int i = 0; i < lanes; i++) {
      if ((mask >>> i & 1) != 0) {
        storeOne(storeAddresses[i], storeData[i], bytes);
      }
    }
  }

  /** What a reservation is on: a core's local memory has the same addresses as another's. */
  private long word(int address) {
    long unsigned = address & 0xffff_fffcL;
    return inLocal(address) ? (long) id + 1 << 32 | unsigned : unsigned;
  }

  private void storeOne(int address, int value, int bytes) {
    if (device.reservations()) {
      device.breakReservations(word(address));
    }
    if (inLocal(address)) {
      int index = address - LOCAL_START >>> 2;
      int shift = 8 * (address & 3);
      int field = bytes == 4 ? -1 : (1 << 8 * bytes) - 1 << shift;
      local[index] = local[index] & ~field | value << shift & field;
    } else if (inConsole(address)) {
      device.console(address - (int) MemoryMap.CONSOLE, value & 0xff);
    } else {
      switch (bytes) {
        case 1 -> memory.octet(address, value);
        case 2 -> memory.half(address, value);
        default -> memory.word(address, value);
      }
    }
  }

  /** Whether a debugger finds memory at an address; the console is none. */
  boolean reaches(int address) {
    return inLocal(address)
        ? address - LOCAL_START >>> 2 < local.length
        : Integer.compareUnsigned(address, (int) MemoryMap.RESULT) >= 0;
  }

  /** Reads memory for a debugger, past the protection regions; the rest of the word is zero. */
  int peek(int address, int bytes) {
    if (inLocal(address)) {
      int word = local[address - LOCAL_START >>> 2] >>> 8 * (address & 3);
      return bytes == 4 ? word : word & (1 << 8 * bytes) - 1;
    }
    return switch (bytes) {
      case 1 -> memory.octet(address) & 0xff;
      case 2 -> memory.half(address) & 0xffff;
      default -> memory.word(address);
    };
  }

  /** Writes memory for a debugger, past the protection regions. */
  void poke(int address, int value, int bytes) {
    storeOne(address, value, bytes);
  }

  private void atomic(Warp w, Instruction instruction, int[] r, int a, int b) {
    boolean load = instruction == Instruction.LR_W;
    int access = load ? AddressSpace.READ : AddressSpace.WRITE;
    for (int i = 0; i < lanes; i++) {
      if ((w.lanes >>> i & 1) != 0) {
        int address = r[a + i];
        if ((address & 3) != 0) {
          throw new FaultSignal(FaultCause.MISALIGNED, address, access);
        }
        if (inLocal(address)) {
          localIndex(address, access);
        } else if (inConsole(address)) {
          throw new FaultSignal(FaultCause.ACCESS, address, access);
        } else {
          memory.check(address, 4, load ? AddressSpace.READ : AddressSpace.ATOMIC);
        }
      }
    }
    for (int i = 0; i < lanes; i++) {
      if ((w.lanes >>> i & 1) != 0) {
        scratch[i] = atomicOne(w, i, instruction, r[a + i], r[b + i]);
      }
    }
  }

  private int atomicOne(Warp w, int lane, Instruction instruction, int address, int operand) {
    int hart = (id * warps.length + w.id) * lanes + lane;
    int old = loadWord(address);
    if (instruction == Instruction.LR_W) {
      device.reserve(hart, word(address));
      return old;
    }
    if (instruction == Instruction.SC_W) {
      if (!device.reserved(hart, word(address))) {
        return 1;
      }
      storeOne(address, operand, 4);
      return 0;
    }
    storeOne(
        address,
        switch (instruction) {
          case AMOSWAP_W -> operand;
          case AMOADD_W -> old + operand;
          case AMOXOR_W -> old ^ operand;
          case AMOAND_W -> old & operand;
          case AMOOR_W -> old | operand;
          case AMOMIN_W -> Math.min(old, operand);
          case AMOMAX_W -> Math.max(old, operand);
          case AMOMINU_W -> Integer.compareUnsigned(old, operand) < 0 ? old : operand;
          case AMOMAXU_W -> Integer.compareUnsigned(old, operand) > 0 ? old : operand;
          default -> throw new AssertionError(instruction);
        },
        4);
    return old;
  }

  // ----------------------------------------------------------------- control

  private void branch(Warp w, Instruction instruction, int[] r, int a, int b, int offset) {
    int leader = w.leader();
    boolean taken = taken(instruction, r[a + leader], r[b + leader]);
    int mask = w.lanes;
    for (int i = 0; i < leader; i++) {
      if ((mask >>> i & 1) != 0 && taken(instruction, r[a + i], r[b + i]) != taken) {
        throw new FaultSignal(FaultCause.DIVERGENT_BRANCH);
      }
    }
    if (taken) {
      checkTarget(w.pc + offset);
      w.pc += offset;
    } else {
      w.pc += 4;
    }
  }

  private static boolean taken(Instruction instruction, int x, int y) {
    return switch (instruction) {
      case BEQ -> x == y;
      case BNE -> x != y;
      case BLT -> x < y;
      case BGE -> x >= y;
      case BLTU -> x + Integer.MIN_VALUE < y + Integer.MIN_VALUE;
      default -> x + Integer.MIN_VALUE >= y + Integer.MIN_VALUE;
    };
  }

  private static void checkTarget(int target) {
    if ((target & 3) != 0) {
      throw new FaultSignal(FaultCause.MISALIGNED, target, AddressSpace.EXECUTE);
    }
  }

  private void jumpRegister(
      Warp w, int[] r, int a, int offset, boolean direct, int[] o, int d, int rd) {
    int target = r[a + w.leader()] + offset & ~1;
    for (int i = 0; i < lanes; i++) {
      if ((w.lanes >>> i & 1) != 0 && (r[a + i] + offset & ~1) != target) {
        throw new FaultSignal(FaultCause.DIVERGENT_BRANCH);
      }
    }
    jump(w, target, direct, o, d, rd);
  }

  private void jump(Warp w, int target, boolean direct, int[] o, int d, int rd) {
    checkTarget(target);
    for (int i = 0; i < lanes; i++) {
      o[d + i] = w.pc + 4;
    }
    finish(w, direct, rd);
    w.pc = target;
  }

  private int predicate(Warp w, int[] r, int a, boolean negated) {
    int set = 0;
    for (int i = 0; i < lanes; i++) {
      set |= (r[a + i] & 1) << i;
    }
    return (negated ? ~set : set) & w.lanes;
  }

  private void vote(Warp w, Instruction instruction, int[] r, int a) {
    int set = predicate(w, r, a, false);
    int result =
        switch (instruction) {
          case VOTE_ALL -> set == w.lanes ? 1 : 0;
          case VOTE_ANY -> set != 0 ? 1 : 0;
          case VOTE_UNI -> set == w.lanes || set == 0 ? 1 : 0;
          default -> set;
        };
    Arrays.fill(scratch, result);
  }

  private void threadMask(Warp w, int mask) {
    w.lanes = mask & fullMask;
    w.pc += 4;
    if (w.lanes == 0) {
      w.state = Warp.State.ENDED;
      device.warpEnded(this, w);
    }
  }

  private void split(Warp w, int taken, int rd) {
    int level = w.level;
    int other = w.lanes & ~taken;
    if (taken != 0 && other != 0) {
      if (level == lanes - 1) {
        throw new FaultSignal(FaultCause.STACK);
      }
      boolean takenFirst = Integer.bitCount(taken) >= Integer.bitCount(other);
      w.stackWhole[level] = w.lanes;
      w.stackOther[level] = takenFirst ? other : taken;
      w.stackPc[level] = w.pc + 4;
      w.stackSecond[level] = false;
      w.level = level + 1;
      writeLevel(w, rd, level);
      w.lanes = takenFirst ? taken : other;
    } else {
      writeLevel(w, rd, level);
    }
    w.pc += 4;
  }

  private void writeLevel(Warp w, int rd, int level) {
    Arrays.fill(scratch, level);
    if (rd != 0) {
      merge(w, rd * lanes);
    }
  }

  private void join(Warp w, int level) {
    if (level == w.level) {
      w.pc += 4;
      return;
    }
    int top = w.level - 1;
    if (top < 0 || level != top) {
      throw new FaultSignal(FaultCause.STACK);
    }
    if (w.stackSecond[top]) {
      w.lanes = w.stackWhole[top];
      w.level = top;
      w.pc += 4;
    } else {
      w.stackSecond[top] = true;
      w.lanes = w.stackOther[top];
      w.pc = w.stackPc[top];
    }
  }

  private void spawn(Warp w, int count, int target) {
    if (activeWarps() != 1 << w.id) {
      w.state = Warp.State.ALONE;
      return;
    }
    int limit = Integer.compareUnsigned(count, warps.length) < 0 ? count : warps.length;
    for (int i = 1; i < limit; i++) {
      if (i != w.id) {
        warps[i].clearGroup((int) MemoryMap.LOCAL);
        warps[i].start(target, 1, device.argument());
      }
    }
    w.pc += 4;
  }

  private void barrier(Warp w, int id, int count) {
    int number = id & Integer.MAX_VALUE;
    if (number >= barrierArrived.length) {
      throw new FaultSignal(FaultCause.ILLEGAL_INSTRUCTION);
    }
    if (id < 0) {
      device.globalBarrier(this, w, number, count);
      return;
    }
    w.pc += 4;
    if (Integer.compareUnsigned(count, 1) <= 0) {
      return;
    }
    int arrived = barrierArrived[id] | 1 << w.id;
    if (Integer.compareUnsigned(Integer.bitCount(arrived), count) < 0) {
      barrierArrived[id] = arrived;
      w.state = Warp.State.BARRIER;
      return;
    }
    barrierArrived[id] = 0;
    for (Warp other : warps) {
      if (other != w && (arrived >>> other.id & 1) != 0) {
        other.state = Warp.State.READY;
      }
    }
  }

  // ------------------------------------------------------------------- float

  private void texture(Instruction instruction, int[] o, int d, int[] r, int a, int b, int c) {
    for (int i = 0; i < lanes; i++) {
      o[d + i] =
          switch (instruction) {
            case TEX_COORD -> TextureUnit.coordinate(r[a + 32 * lanes + i], r[b + i]);
            case TEX_MIXLO -> TextureUnit.mix(r[a + i], r[b + i], r[c + i]);
            case TEX_MIXHI -> TextureUnit.mix(r[a + i] >>> 16, r[b + i] >>> 16, r[c + i]);
            case TEX_COLORLO -> TextureUnit.color(r[a + i], r[b + i], r[c + i]);
            default -> TextureUnit.color(r[a + i] >>> 16, r[b + i] >>> 16, r[c + i]);
          };
    }
  }

  private void pack(Instruction instruction, int[] o, int d, int[] r, int a, int b, int c) {
    int floats = 32 * lanes;
    for (int i = 0; i < lanes; i++) {
      int first = r[a + floats + i];
      int second = r[b + floats + i];
      int word = r[c + i];
      o[d + i] =
          switch (instruction) {
            case MERGE_PACK8LO -> MergeUnit.pack8Low(first, second, word);
            case MERGE_PACK8HI -> MergeUnit.pack8High(first, second, word);
            case MERGE_PACK10LO -> MergeUnit.pack10Low(first, second, word);
            case MERGE_PACK10HI -> MergeUnit.pack10High(first, second, word);
            case MERGE_PACK565LO -> MergeUnit.pack565Low(first, second, word);
            default -> MergeUnit.pack565High(first, word);
          };
    }
  }

  /** Bits of the fields that an instruction unpacks. */
  private static int width(Instruction unpack) {
    return switch (unpack) {
      case MERGE_UNPACK8 -> 8;
      case MERGE_UNPACK10 -> 10;
      case MERGE_UNPACK5 -> 5;
      case MERGE_UNPACK6 -> 6;
      default -> 2;
    };
  }

  private int rounding(Warp w, int rm) {
    int mode = rm == 7 ? w.rounding : rm;
    if (mode > FloatUnit.RMM) {
      throw new FaultSignal(FaultCause.ILLEGAL_INSTRUCTION);
    }
    return mode;
  }

  private void arithmetic(
      Warp w, Instruction instruction, int word, int[] o, int d, int[] r, int a, int b) {
    int rm = rounding(w, word >> 12 & 7);
    int x = a + 32 * lanes;
    int y = b + 32 * lanes;
    int z = ((word >>> 27) + 32) * lanes;
    FloatUnit f = w.floats;
    int mask = w.lanes;
    for (int i = 0; i < lanes; i++) {
      // Lanes that are off must not raise flags.
      if ((mask >>> i & 1) != 0) {
        o[d + i] =
            switch (instruction) {
              case FMADD_S -> f.fma(r[x + i], r[y + i], r[z + i], rm);
              case FADD_S -> f.add(r[x + i], r[y + i], rm);
              case FSUB_S -> f.sub(r[x + i], r[y + i], rm);
              case FMUL_S -> f.mul(r[x + i], r[y + i], rm);
              case FMSUB_S -> f.fma(r[x + i], r[y + i], negate(r[z + i]), rm);
              case FNMSUB_S -> f.fma(negate(r[x + i]), r[y + i], r[z + i], rm);
              case FNMADD_S -> f.fma(negate(r[x + i]), r[y + i], negate(r[z + i]), rm);
              case FDIV_S -> f.div(r[x + i], r[y + i], rm);
              default -> f.sqrt(r[x + i], rm);
            };
      }
    }
  }

  private static int negate(int bits) {
    return bits ^ 0x8000_0000;
  }

  private void floatResult(Warp w, Instruction instruction, int rm, int[] r, int a, int b) {
    boolean converts = instruction == Instruction.FCVT_S_W || instruction == Instruction.FCVT_S_WU;
    int mode = converts ? rounding(w, rm) : 0;
    int x = a + 32 * lanes;
    int y = b + 32 * lanes;
    FloatUnit f = w.floats;
    for (int i = 0; i < lanes; i++) {
      if ((w.lanes >>> i & 1) != 0) {
        scratch[i] =
            switch (instruction) {
              case FSGNJ_S -> r[x + i] & 0x7fff_ffff | r[y + i] & 0x8000_0000;
              case FSGNJN_S -> r[x + i] & 0x7fff_ffff | ~r[y + i] & 0x8000_0000;
              case FSGNJX_S -> r[x + i] ^ r[y + i] & 0x8000_0000;
              case FMIN_S -> f.min(r[x + i], r[y + i]);
              case FMAX_S -> f.max(r[x + i], r[y + i]);
              case FCVT_S_W -> f.fromSigned(r[a + i], mode);
              case FCVT_S_WU -> f.fromUnsigned(r[a + i], mode);
              default -> r[a + i];
            };
      }
    }
  }

  private void integerResult(Warp w, Instruction instruction, int rm, int[] r, int a, int b) {
    boolean converts = instruction == Instruction.FCVT_W_S || instruction == Instruction.FCVT_WU_S;
    int mode = converts ? rounding(w, rm) : 0;
    int x = a + 32 * lanes;
    int y = b + 32 * lanes;
    FloatUnit f = w.floats;
    for (int i = 0; i < lanes; i++) {
      if ((w.lanes >>> i & 1) != 0) {
        scratch[i] =
            switch (instruction) {
              case FEQ_S -> f.equal(r[x + i], r[y + i]);
              case FLT_S -> f.less(r[x + i], r[y + i]);
              case FLE_S -> f.lessOrEqual(r[x + i], r[y + i]);
              case FCLASS_S -> FloatUnit.classify(r[x + i]);
              case FCVT_W_S -> f.toSigned(r[x + i], mode);
              case FCVT_WU_S -> f.toUnsigned(r[x + i], mode);
              default -> r[x + i];
            };
      }
    }
  }
}
