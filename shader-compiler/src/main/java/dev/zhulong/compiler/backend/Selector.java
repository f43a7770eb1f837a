package dev.zhulong.compiler.backend;

import static dev.zhulong.firmware.isa.Instruction.ADD;
import static dev.zhulong.firmware.isa.Instruction.ADDI;
import static dev.zhulong.firmware.isa.Instruction.AMOADD_W;
import static dev.zhulong.firmware.isa.Instruction.AMOAND_W;
import static dev.zhulong.firmware.isa.Instruction.AMOMAXU_W;
import static dev.zhulong.firmware.isa.Instruction.AMOMAX_W;
import static dev.zhulong.firmware.isa.Instruction.AMOMINU_W;
import static dev.zhulong.firmware.isa.Instruction.AMOMIN_W;
import static dev.zhulong.firmware.isa.Instruction.AMOOR_W;
import static dev.zhulong.firmware.isa.Instruction.AMOSWAP_W;
import static dev.zhulong.firmware.isa.Instruction.AMOXOR_W;
import static dev.zhulong.firmware.isa.Instruction.AND;
import static dev.zhulong.firmware.isa.Instruction.ANDI;
import static dev.zhulong.firmware.isa.Instruction.ANDN;
import static dev.zhulong.firmware.isa.Instruction.BAR;
import static dev.zhulong.firmware.isa.Instruction.BEQ;
import static dev.zhulong.firmware.isa.Instruction.BGE;
import static dev.zhulong.firmware.isa.Instruction.BGEU;
import static dev.zhulong.firmware.isa.Instruction.BLT;
import static dev.zhulong.firmware.isa.Instruction.BLTU;
import static dev.zhulong.firmware.isa.Instruction.BNE;
import static dev.zhulong.firmware.isa.Instruction.CLZ;
import static dev.zhulong.firmware.isa.Instruction.CPOP;
import static dev.zhulong.firmware.isa.Instruction.CTZ;
import static dev.zhulong.firmware.isa.Instruction.CZERO_EQZ;
import static dev.zhulong.firmware.isa.Instruction.CZERO_NEZ;
import static dev.zhulong.firmware.isa.Instruction.DIV;
import static dev.zhulong.firmware.isa.Instruction.DIVU;
import static dev.zhulong.firmware.isa.Instruction.FADD_S;
import static dev.zhulong.firmware.isa.Instruction.FCLASS_S;
import static dev.zhulong.firmware.isa.Instruction.FCVT_S_W;
import static dev.zhulong.firmware.isa.Instruction.FCVT_S_WU;
import static dev.zhulong.firmware.isa.Instruction.FCVT_WU_S;
import static dev.zhulong.firmware.isa.Instruction.FCVT_W_S;
import static dev.zhulong.firmware.isa.Instruction.FDIV_S;
import static dev.zhulong.firmware.isa.Instruction.FENCE;
import static dev.zhulong.firmware.isa.Instruction.FEQ_S;
import static dev.zhulong.firmware.isa.Instruction.FLE_S;
import static dev.zhulong.firmware.isa.Instruction.FLT_S;
import static dev.zhulong.firmware.isa.Instruction.FLW;
import static dev.zhulong.firmware.isa.Instruction.FMADD_S;
import static dev.zhulong.firmware.isa.Instruction.FMAX_S;
import static dev.zhulong.firmware.isa.Instruction.FMIN_S;
import static dev.zhulong.firmware.isa.Instruction.FMSUB_S;
import static dev.zhulong.firmware.isa.Instruction.FMUL_S;
import static dev.zhulong.firmware.isa.Instruction.FMV_W_X;
import static dev.zhulong.firmware.isa.Instruction.FMV_X_W;
import static dev.zhulong.firmware.isa.Instruction.FNMADD_S;
import static dev.zhulong.firmware.isa.Instruction.FNMSUB_S;
import static dev.zhulong.firmware.isa.Instruction.FSGNJN_S;
import static dev.zhulong.firmware.isa.Instruction.FSGNJX_S;
import static dev.zhulong.firmware.isa.Instruction.FSGNJ_S;
import static dev.zhulong.firmware.isa.Instruction.FSQRT_S;
import static dev.zhulong.firmware.isa.Instruction.FSUB_S;
import static dev.zhulong.firmware.isa.Instruction.FSW;
import static dev.zhulong.firmware.isa.Instruction.JOIN;
import static dev.zhulong.firmware.isa.Instruction.LB;
import static dev.zhulong.firmware.isa.Instruction.LBU;
import static dev.zhulong.firmware.isa.Instruction.LH;
import static dev.zhulong.firmware.isa.Instruction.LHU;
import static dev.zhulong.firmware.isa.Instruction.LR_W;
import static dev.zhulong.firmware.isa.Instruction.LW;
import static dev.zhulong.firmware.isa.Instruction.MAX;
import static dev.zhulong.firmware.isa.Instruction.MAXU;
import static dev.zhulong.firmware.isa.Instruction.MERGE_PACK10HI;
import static dev.zhulong.firmware.isa.Instruction.MERGE_PACK10LO;
import static dev.zhulong.firmware.isa.Instruction.MERGE_PACK565HI;
import static dev.zhulong.firmware.isa.Instruction.MERGE_PACK565LO;
import static dev.zhulong.firmware.isa.Instruction.MERGE_PACK8HI;
import static dev.zhulong.firmware.isa.Instruction.MERGE_PACK8LO;
import static dev.zhulong.firmware.isa.Instruction.MIN;
import static dev.zhulong.firmware.isa.Instruction.MINU;
import static dev.zhulong.firmware.isa.Instruction.MUL;
import static dev.zhulong.firmware.isa.Instruction.MULH;
import static dev.zhulong.firmware.isa.Instruction.MULHU;
import static dev.zhulong.firmware.isa.Instruction.OR;
import static dev.zhulong.firmware.isa.Instruction.ORI;
import static dev.zhulong.firmware.isa.Instruction.ORN;
import static dev.zhulong.firmware.isa.Instruction.PRED;
import static dev.zhulong.firmware.isa.Instruction.PRED_N;
import static dev.zhulong.firmware.isa.Instruction.REM;
import static dev.zhulong.firmware.isa.Instruction.REMU;
import static dev.zhulong.firmware.isa.Instruction.REV8;
import static dev.zhulong.firmware.isa.Instruction.ROL;
import static dev.zhulong.firmware.isa.Instruction.RORI;
import static dev.zhulong.firmware.isa.Instruction.SB;
import static dev.zhulong.firmware.isa.Instruction.SC_W;
import static dev.zhulong.firmware.isa.Instruction.SEXT_B;
import static dev.zhulong.firmware.isa.Instruction.SEXT_H;
import static dev.zhulong.firmware.isa.Instruction.SH;
import static dev.zhulong.firmware.isa.Instruction.SH1ADD;
import static dev.zhulong.firmware.isa.Instruction.SH2ADD;
import static dev.zhulong.firmware.isa.Instruction.SH3ADD;
import static dev.zhulong.firmware.isa.Instruction.SHFL_BFLY;
import static dev.zhulong.firmware.isa.Instruction.SHFL_DOWN;
import static dev.zhulong.firmware.isa.Instruction.SHFL_IDX;
import static dev.zhulong.firmware.isa.Instruction.SHFL_UP;
import static dev.zhulong.firmware.isa.Instruction.SLL;
import static dev.zhulong.firmware.isa.Instruction.SLLI;
import static dev.zhulong.firmware.isa.Instruction.SLT;
import static dev.zhulong.firmware.isa.Instruction.SLTI;
import static dev.zhulong.firmware.isa.Instruction.SLTIU;
import static dev.zhulong.firmware.isa.Instruction.SLTU;
import static dev.zhulong.firmware.isa.Instruction.SPLIT;
import static dev.zhulong.firmware.isa.Instruction.SRA;
import static dev.zhulong.firmware.isa.Instruction.SRAI;
import static dev.zhulong.firmware.isa.Instruction.SRL;
import static dev.zhulong.firmware.isa.Instruction.SRLI;
import static dev.zhulong.firmware.isa.Instruction.SUB;
import static dev.zhulong.firmware.isa.Instruction.SW;
import static dev.zhulong.firmware.isa.Instruction.TEX_COLORHI;
import static dev.zhulong.firmware.isa.Instruction.TEX_COLORLO;
import static dev.zhulong.firmware.isa.Instruction.TEX_COORD;
import static dev.zhulong.firmware.isa.Instruction.TEX_MIXHI;
import static dev.zhulong.firmware.isa.Instruction.TEX_MIXLO;
import static dev.zhulong.firmware.isa.Instruction.TMC;
import static dev.zhulong.firmware.isa.Instruction.VOTE_ALL;
import static dev.zhulong.firmware.isa.Instruction.VOTE_ANY;
import static dev.zhulong.firmware.isa.Instruction.VOTE_BALLOT;
import static dev.zhulong.firmware.isa.Instruction.VOTE_UNI;
import static dev.zhulong.firmware.isa.Instruction.XNOR;
import static dev.zhulong.firmware.isa.Instruction.XOR;
import static dev.zhulong.firmware.isa.Instruction.XORI;
import static dev.zhulong.firmware.isa.Instruction.ZEXT_H;

import dev.zhulong.compiler.analysis.Uniformity;
import dev.zhulong.compiler.ir.Access;
import dev.zhulong.compiler.ir.Argument;
import dev.zhulong.compiler.ir.Constant;
import dev.zhulong.compiler.ir.ConstantTable;
import dev.zhulong.compiler.ir.Instruction;
import dev.zhulong.compiler.ir.Kernel;
import dev.zhulong.compiler.ir.Location;
import dev.zhulong.compiler.ir.Opcode;
import dev.zhulong.compiler.ir.Region;
import dev.zhulong.compiler.ir.Result;
import dev.zhulong.compiler.ir.StackSlot;
import dev.zhulong.compiler.ir.Type;
import dev.zhulong.compiler.ir.Value;
import dev.zhulong.firmware.isa.Csr;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Instruction selection: from regions to machine blocks over virtual registers.
 *
 * <p>Regions are walked backward. A value gets its register when a user asks for it, so what nobody
 * asked for by the time its definition is reached (unused, or folded into all its users) is not
 * selected at all. Each IR instruction's code is written forward into a short sequence, which is
 * then put in front of what has been selected.
 *
 * <p>A constant that no immediate field takes is made where it is used, or, for uses inside loops,
 * once before the outermost of them.
 *
 * <p>Code for control: see the machine contract, SPLIT, JOIN and PRED. A divergent IF is
 *
 * <pre>
 *   split t, c          loop with lanes that leave one by one:
 *   beqz  c, else          csrr  m, active_lanes
 *   ...                 loop:
 *   j     join             ...
 * else:                    pred  c, m
 *   ...                    bnez  c, loop
 * join:
 *   join  t
 * </pre>
 *
 * <p>A divergent IF at the kernel's very end has nothing to rejoin for: the lanes that would skip
 * it are switched off ({@code vote.ballot m, c; tmc m}).
 */
final class Selector {
  private static final int HARTS_PER_CONSOLE_MASK = 63;
  private static final int CONSOLE = 0x40;
  private static final int ROUND_TO_NEAREST = 0;
  private static final int ROUND_TO_ZERO = 1;
  private static final int ROUND_DOWN = 2;
  private static final int ROUND_UP = 3;

  private final MachineFunction function = new MachineFunction();
  private final Uniformity uniformity;
  private final Map<Value, Integer> registers = new IdentityHashMap<>();

  /** The code so far, last instruction first; an item is a label or an instruction. */
  private final List<Object> reversed = new ArrayList<>();

  /** The code of the IR instruction at hand, in order. */
  private final List<MachineInstruction> sequence = new ArrayList<>();

  /** Constants that wait for the start of the outermost loop. */
  private final Map<Constant, Integer> hoisted = new LinkedHashMap<>();

  private final Set<Instruction> exits = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Deque<Boolean> loops = new ArrayDeque<>();
  private Location location;

  private record Label(MachineBlock block) {}

  private record Depth(int loops) {}

  private Selector(Uniformity uniformity) {
    this.uniformity = uniformity;
  }

  static MachineFunction select(Kernel kernel) {
    Selector selector = new Selector(Uniformity.of(kernel));
    selector.layOutStack(kernel.body());
    selector.findExits(kernel.body());
    selector.emit(MachineInstruction.of(TMC, Register.NONE, Register.ZERO, Register.NONE));
    selector.flush();
    selector.region(kernel.body());
    selector.buildBlocks();
    return selector.function;
  }

  /**
   * Finds the conditionals after which nothing is left to do, for the lanes that do not run them.
   */
  private void findExits(Region region) {
    int last = region.instructions().size() - 2;
    if (last < 0 || region.instructions().get(last).opcode() != Opcode.IF) {
      return;
    }
    Instruction i = region.instructions().get(last);
    boolean uniform = uniformity.uniform(i.operand(0));
    if (!uniform && i.regions().stream().noneMatch(r -> r.instructions().size() == 1)) {
      return;
    }
    if (!uniform) {
      exits.add(i);
    }
    i.regions().forEach(this::findExits);
  }

  private void layOutStack(Region region) {
    for (Instruction i : region.instructions()) {
      if (i.attribute() instanceof StackSlot slot) {
        function.frame.add(slot);
      }
      i.regions().forEach(this::layOutStack);
    }
  }

  private void buildBlocks() {
    MachineBlock block = new MachineBlock();
    function.blocks.add(block);
    int depth = 0;
    for (Object item : reversed.reversed()) {
      switch (item) {
        case Depth change -> depth += change.loops();
        case Label label -> {
          block = label.block();
          block.loopDepth = depth;
          function.blocks.add(block);
        }
        case MachineInstruction i -> {
          MachineInstruction last =
              block.instructions.isEmpty() ? null : block.instructions.getLast();
          if (last != null && last.target != null && !(i.isJump() && !last.isJump())) {
            block = new MachineBlock();
            function.blocks.add(block);
          }
          block.loopDepth = depth;
          block.instructions.add(i);
        }
        default -> throw new IllegalStateException("no item of code: " + item);
      }
    }
    for (int n = 0; n < function.blocks.size(); n++) {
      function.blocks.get(n).index = n;
    }
  }

  // Sequences.

  private MachineInstruction emit(MachineInstruction i) {
    sequence.add(i.at(location));
    return i;
  }

  /** Puts the sequence in front of the code. */
  private void flush() {
    reversed.addAll(sequence.reversed());
    sequence.clear();
  }

  private void label(MachineBlock block) {
    reversed.add(new Label(block));
  }

  private int integer() {
    return function.newRegister(false);
  }

  private int op(dev.zhulong.firmware.isa.Instruction operation, int rs1, int rs2) {
    int rd = function.newRegister(operation.writesFloat());
    emit(MachineInstruction.of(operation, rd, rs1, rs2));
    return rd;
  }

  private int opImmediate(dev.zhulong.firmware.isa.Instruction operation, int rs1, int value) {
    int rd = integer();
    emit(MachineInstruction.immediate(operation, rd, rs1, value));
    return rd;
  }

  // Values.

  /** The register of a value that is not a constant. */
  private int register(Value value) {
    Integer known = registers.get(value);
    if (known == null) {
      known = function.newRegister(value.type() == Type.F32);
      registers.put(value, known);
    }
    return known;
  }

  /** A register that holds the value here. */
  private int use(Value value) {
    if (!(value instanceof Constant constant)) {
      return register(value);
    }
    if (constant.type() != Type.F32 && constant.bits() == 0) {
      return Register.ZERO;
    }
    if (loops.isEmpty()) {
      return makeConstant(constant);
    }
    Integer known = hoisted.get(constant);
    if (known == null) {
      known = function.newRegister(constant.type() == Type.F32);
      hoisted.put(constant, known);
    }
    return known;
  }

  private int makeConstant(Constant constant) {
    int rd = function.newRegister(constant.type() == Type.F32);
    makeConstant(constant, rd);
    return rd;
  }

  private void makeConstant(Constant constant, int rd) {
    if (constant.type() != Type.F32) {
      emit(MachineInstruction.constant(rd, constant.bits()));
      return;
    }
    int bits = Register.ZERO;
    if (constant.bits() != 0) {
      bits = integer();
      emit(MachineInstruction.constant(bits, constant.bits()));
    }
    MachineInstruction made = MachineInstruction.of(FMV_W_X, rd, bits, Register.NONE);
    made.floatConstant = true;
    made.immediate = constant.bits();
    emit(made);
  }

  /** An integer register with the value's bits. */
  private int useBits(Value value) {
    if (value instanceof Constant constant) {
      return use(Constant.i32(constant.bits()));
    }
    if (value.type() != Type.F32) {
      return use(value);
    }
    if (defined(value, Opcode.BITS_TO_F) instanceof Instruction i) {
      return use(i.operand(0));
    }
    return op(FMV_X_W, use(value), Register.NONE);
  }

  private static Instruction defined(Value value, Opcode opcode) {
    return value instanceof Result r && r.instruction().opcode() == opcode ? r.instruction() : null;
  }

  private static boolean isConstant(Value value) {
    return value instanceof Constant;
  }

  private static boolean fits12(int value) {
    return value >= -2048 && value < 2048;
  }

  /** Whether the value is a constant that an I-type immediate holds. */
  private static boolean immediate(Value value) {
    return value instanceof Constant c && fits12(c.bits());
  }

  private static int bits(Value value) {
    return ((Constant) value).bits();
  }

  // Regions.

  private void region(Region region) {
    for (Instruction i : region.instructions().reversed()) {
      if (i.location() != null) {
        location = i.location();
      }
      switch (i.opcode()) {
        case IF -> conditional(i);
        case LOOP -> loop(i);
        case YIELD, NEXT, END -> {}
        default -> {
          boolean needed = i.results().isEmpty() || registers.containsKey(i.result());
          if (needed || !i.opcode().pure() && i.opcode() != Opcode.LOAD) {
            instruction(i);
            flush();
          }
        }
      }
    }
  }

  private void conditional(Instruction i) {
    Region whenTrue = i.regions().get(0);
    Region whenFalse = i.regions().get(1);
    boolean swapped = whenTrue.instructions().size() == 1 && whenFalse.instructions().size() > 1;
    Region first = swapped ? whenFalse : whenTrue;
    Region second = swapped ? whenTrue : whenFalse;
    boolean hasSecond = second.instructions().size() > 1;
    if (exits.contains(i)) {
      exit(i, swapped, first);
      return;
    }
    boolean diverges = !uniformity.uniform(i.operand(0));
    Location place = i.location();
    MachineBlock join = new MachineBlock();
    MachineBlock other = join;
    int level = integer();

    if (diverges) {
      emit(MachineInstruction.of(JOIN, Register.NONE, level, Register.NONE));
      flush();
    }
    label(join);
    if (hasSecond) {
      other = new MachineBlock();
      yields(i, second);
      flush();
      region(second);
      label(other);
      emit(MachineInstruction.jump(join));
      flush();
    }
    yields(i, first);
    flush();
    region(first);
    location = place;
    if (!hasSecond) {
      yields(i, second);
    }
    if (diverges) {
      Test test = test(i.operand(0));
      emit(MachineInstruction.of(SPLIT, level, test.register(), Register.NONE));
      emit(
          MachineInstruction.branch(
              swapped == test.inverted() ? BEQ : BNE, test.register(), Register.ZERO, other));
    } else {
      branch(i.operand(0), swapped, other);
    }
    flush();
  }

  /** Ends the lanes for which the region is not run, and runs it. */
  private void exit(Instruction i, boolean swapped, Region region) {
    Location place = i.location();
    region(region);
    location = place;
    Test test = test(i.operand(0));
    int stays = test.register();
    if (swapped != test.inverted()) {
      stays = opImmediate(XORI, stays, 1);
    }
    int lanes = op(VOTE_BALLOT, stays, Register.NONE);
    emit(MachineInstruction.of(TMC, Register.NONE, lanes, Register.NONE));
    flush();
  }

  /** Copies a region's values into the results that are used. */
  private void yields(Instruction i, Region region) {
    for (int n = 0; n < i.results().size(); n++) {
      Integer result = registers.get(i.results().get(n));
      if (result != null) {
        copy(result, region.terminator().operand(n));
      }
    }
  }

  private void copy(int rd, Value value) {
    if (value instanceof Constant constant && (loops.isEmpty() || value.type() != Type.F32)) {
      makeConstant(constant, rd);
    } else {
      emit(MachineInstruction.copy(value.type() == Type.F32, rd, use(value)));
    }
  }

  private void loop(Instruction i) {
    final Region body = i.regions().getFirst();
    final Instruction next = body.terminator();
    final Value condition = next.operand(0);
    final boolean once = condition.equals(Constant.FALSE);
    final boolean leavesApart = !uniformity.uniform(condition);
    for (int n = 0; n < i.results().size(); n++) {
      Integer result = registers.get(i.results().get(n));
      if (result != null) {
        registers.put(body.arguments().get(n), result);
      }
    }
    final MachineBlock head = new MachineBlock();
    final int mask = integer();
    loops.push(true);
    reversed.add(new Depth(-1));
    if (next.location() != null) {
      location = next.location();
    }
    Map<Value, Integer> current = carry(next, body);
    Map<Value, Integer> before = new IdentityHashMap<>();
    current.forEach((value, copy) -> before.put(value, registers.put(value, copy)));
    if (leavesApart) {
      Test test = test(condition);
      emit(
          MachineInstruction.of(
              test.inverted() ? PRED_N : PRED, Register.NONE, test.register(), mask));
      emit(
          MachineInstruction.branch(
              test.inverted() ? BEQ : BNE, test.register(), Register.ZERO, head));
    } else if (!once) {
      branch(condition, true, head);
    }
    before.forEach(
        (value, register) -> {
          if (register == null) {
            registers.remove(value);
          } else {
            registers.put(value, register);
          }
        });
    flush();
    region(body);
    label(head);
    reversed.add(new Depth(1));
    loops.pop();
    if (i.location() != null) {
      location = i.location();
    }
    if (loops.isEmpty()) {
      hoisted.forEach((constant, rd) -> makeConstant(constant, rd));
      hoisted.clear();
    }
    if (leavesApart) {
      emit(MachineInstruction.readCsr(mask, Csr.ACTIVE_LANES));
    }
    for (int n = 0; n < i.operands().size(); n++) {
      copy(register(body.arguments().get(n)), i.operand(n));
    }
    flush();
  }

  /**
   * Copies a loop's next values into its carried registers.
   *
   * @return where the values that the loop's condition reads are after that: a carried value as it
   *     was in the iteration that ends has been saved in a copy, a next value is in the carried
   *     register that has just received it
   */
  private Map<Value, Integer> carry(Instruction next, Region body) {
    Map<Value, Integer> saved = new IdentityHashMap<>();
    Map<Value, Integer> received = new IdentityHashMap<>();
    List<Argument> arguments = body.arguments();
    List<Value> reads = new ArrayList<>();
    reads.add(next.operand(0));
    if (next.operand(0) instanceof Result r) {
      reads.addAll(comparedBy(r.instruction()));
    }
    for (int n = 0; n < arguments.size(); n++) {
      if (next.operand(n + 1) != arguments.get(n)) {
        reads.add(next.operand(n + 1));
      }
    }
    for (Value value : reads) {
      if (value instanceof Argument && arguments.contains(value) && !saved.containsKey(value)) {
        boolean isFloat = value.type() == Type.F32;
        int copy = function.newRegister(isFloat);
        emit(MachineInstruction.copy(isFloat, copy, register(value)));
        saved.put(value, copy);
      }
    }
    for (int n = 0; n < arguments.size(); n++) {
      Value value = next.operand(n + 1);
      if (value != arguments.get(n)) {
        int rd = register(arguments.get(n));
        Integer copy = saved.get(value);
        if (copy != null) {
          emit(MachineInstruction.copy(value.type() == Type.F32, rd, copy));
        } else {
          copy(rd, value);
        }
        if (definedIn(body, value)) {
          received.put(value, rd);
        }
      }
    }
    received.putAll(saved);
    return received;
  }

  /** Whether the value is made anew in each iteration, by an instruction of the region itself. */
  private static boolean definedIn(Region region, Value value) {
    return value instanceof Result r && region.instructions().contains(r.instruction());
  }

  /** The operands that a branch on the comparison would read in its place. */
  private static List<Value> comparedBy(Instruction i) {
    return switch (i.opcode()) {
      case EQ, NE, LT_S, LT_U, GE_S, GE_U -> i.operands();
      case B_NOT -> i.operand(0) instanceof Result r ? comparedBy(r.instruction()) : i.operands();
      default -> List.of();
    };
  }

  /** A register that holds 0 or 1: the condition, or its opposite. */
  private record Test(int register, boolean inverted) {}

  private Test test(Value condition) {
    if (condition instanceof Result r && !registers.containsKey(condition)) {
      Instruction i = r.instruction();
      switch (i.opcode()) {
        case B_NOT -> {
          Test inner = test(i.operand(0));
          return new Test(inner.register(), !inner.inverted());
        }
        case GE_S -> {
          return new Test(lessThan(integer(), i, SLT, SLTI), true);
        }
        case GE_U -> {
          return new Test(lessThan(integer(), i, SLTU, SLTIU), true);
        }
        default -> {}
      }
    }
    return new Test(use(condition), false);
  }

  /** Branches to the target when the condition is as {@code when} says. */
  private void branch(Value condition, boolean when, MachineBlock target) {
    if (condition instanceof Result r) {
      Instruction i = r.instruction();
      var operation =
          switch (i.opcode()) {
            case EQ -> when ? BEQ : BNE;
            case NE -> when ? BNE : BEQ;
            case LT_S -> when ? BLT : BGE;
            case LT_U -> when ? BLTU : BGEU;
            case GE_S -> when ? BGE : BLT;
            case GE_U -> when ? BGEU : BLTU;
            default -> null;
          };
      if (operation != null) {
        int a = use(i.operand(0));
        int b = use(i.operand(1));
        emit(MachineInstruction.branch(operation, a, b, target));
        return;
      }
      if (i.opcode() == Opcode.B_NOT) {
        branch(i.operand(0), !when, target);
        return;
      }
    }
    emit(MachineInstruction.branch(when ? BNE : BEQ, use(condition), Register.ZERO, target));
  }

  // Instructions.

  private void instruction(Instruction i) {
    switch (i.opcode()) {
      case ADD -> add(i);
      case SUB -> sub(i);
      case MUL -> multiply(i);
      case MULH_S -> binary(i, MULH);
      case MULH_U -> binary(i, MULHU);
      case DIV_S -> binary(i, DIV);
      case DIV_U -> binary(i, DIVU);
      case REM_S -> binary(i, REM);
      case REM_U -> binary(i, REMU);
      case AND -> and(i);
      case OR -> logic(i, OR, ORI, ORN);
      case XOR -> logic(i, XOR, XORI, XNOR);
      case SHL -> shift(i, SLL, SLLI);
      case SHR_S -> shift(i, SRA, SRAI);
      case SHR_U -> shift(i, SRL, SRLI);
      case ROTL -> rotate(i);
      case MIN_S -> binary(i, MIN);
      case MAX_S -> binary(i, MAX);
      case MIN_U -> binary(i, MINU);
      case MAX_U -> binary(i, MAXU);
      case CLZ -> unary(i, CLZ);
      case CTZ -> unary(i, CTZ);
      case POPCOUNT -> unary(i, CPOP);
      case BYTE_SWAP -> unary(i, REV8);
      case EXTEND_S8 -> unary(i, SEXT_B);
      case EXTEND_S16 -> unary(i, SEXT_H);
      case EXTEND_U16 -> unary(i, ZEXT_H);
      case EQ -> equal(i, true);
      case NE -> equal(i, false);
      case LT_S -> less(i, SLT, SLTI, false);
      case LT_U -> less(i, SLTU, SLTIU, false);
      case GE_S -> less(i, SLT, SLTI, true);
      case GE_U -> less(i, SLTU, SLTIU, true);
      case B_AND -> truthAnd(i);
      case B_OR -> binary(i, OR);
      case B_XOR -> binary(i, XOR);
      case B_NOT -> emit(MachineInstruction.immediate(XORI, rd(i), use(i.operand(0)), 1));
      case BOOL_TO_INT -> copy(rd(i), i.operand(0));
      case SELECT -> select(i);
      case F_ADD -> binary(i, FADD_S);
      case F_SUB -> binary(i, FSUB_S);
      case F_MUL -> binary(i, FMUL_S);
      case F_DIV -> binary(i, FDIV_S);
      case F_MIN -> binary(i, FMIN_S);
      case F_MAX -> binary(i, FMAX_S);
      case F_COPYSIGN -> copySign(i);
      case F_MA -> multiplyAdd(i);
      case F_SQRT -> unary(i, FSQRT_S);
      case F_NEG -> sign(i, FSGNJN_S);
      case F_ABS -> sign(i, FSGNJX_S);
      case F_EQ -> binary(i, FEQ_S);
      case F_LT -> binary(i, FLT_S);
      case F_LE -> binary(i, FLE_S);
      case F_CLASS -> unary(i, FCLASS_S);
      case F_TO_S -> convert(i, FCVT_W_S, ROUND_TO_ZERO);
      case F_TO_U -> convert(i, FCVT_WU_S, ROUND_TO_ZERO);
      case F_TO_S_NEAREST -> convert(i, FCVT_W_S, ROUND_TO_NEAREST);
      case F_TO_S_DOWN -> convert(i, FCVT_W_S, ROUND_DOWN);
      case F_TO_S_UP -> convert(i, FCVT_W_S, ROUND_UP);
      case S_TO_F -> unary(i, FCVT_S_W);
      case U_TO_F -> unary(i, FCVT_S_WU);
      case BITS_TO_F -> unary(i, FMV_W_X);
      case F_TO_BITS -> unary(i, FMV_X_W);
      case TEX_COORDINATE -> binary(i, TEX_COORD);
      case TEX_MIX_LOW -> ternary(i, TEX_MIXLO);
      case TEX_MIX_HIGH -> ternary(i, TEX_MIXHI);
      case TEX_COLOR_LOW -> ternary(i, TEX_COLORLO);
      case TEX_COLOR_HIGH -> ternary(i, TEX_COLORHI);
      case MERGE_PACK8_LOW -> ternary(i, MERGE_PACK8LO);
      case MERGE_PACK8_HIGH -> ternary(i, MERGE_PACK8HI);
      case MERGE_PACK10_LOW -> ternary(i, MERGE_PACK10LO);
      case MERGE_PACK10_HIGH -> ternary(i, MERGE_PACK10HI);
      case MERGE_PACK565_LOW -> ternary(i, MERGE_PACK565LO);
      case MERGE_PACK565_HIGH -> ternary(i, MERGE_PACK565HI);
      case MERGE_UNPACK8 -> unpack(i, dev.zhulong.firmware.isa.Instruction.MERGE_UNPACK8);
      case MERGE_UNPACK10 -> unpack(i, dev.zhulong.firmware.isa.Instruction.MERGE_UNPACK10);
      case MERGE_UNPACK5 -> unpack(i, dev.zhulong.firmware.isa.Instruction.MERGE_UNPACK5);
      case MERGE_UNPACK6 -> unpack(i, dev.zhulong.firmware.isa.Instruction.MERGE_UNPACK6);
      case MERGE_UNPACK2 -> unpack(i, dev.zhulong.firmware.isa.Instruction.MERGE_UNPACK2);
      case COVER_ROW -> ternary(i, dev.zhulong.firmware.isa.Instruction.COVER_ROW);
      case COVER_ANY -> unary(i, dev.zhulong.firmware.isa.Instruction.COVER_ANY);
      case READ_CSR, READ_COUNTER -> emit(MachineInstruction.readCsr(rd(i), (Csr) i.attribute()));
      case LOAD -> load(i);
      case STORE -> store(i);
      case STACK_ADDRESS -> stackAddress(i);
      case TABLE_ADDRESS ->
          emit(MachineInstruction.tableAddress(rd(i), (ConstantTable) i.attribute()));
      case ATOMIC_ADD -> atomic(i, AMOADD_W);
      case ATOMIC_MIN_S -> atomic(i, AMOMIN_W);
      case ATOMIC_MIN_U -> atomic(i, AMOMINU_W);
      case ATOMIC_MAX_S -> atomic(i, AMOMAX_W);
      case ATOMIC_MAX_U -> atomic(i, AMOMAXU_W);
      case ATOMIC_AND -> atomic(i, AMOAND_W);
      case ATOMIC_OR -> atomic(i, AMOOR_W);
      case ATOMIC_XOR -> atomic(i, AMOXOR_W);
      case ATOMIC_EXCHANGE -> atomic(i, AMOSWAP_W);
      case ATOMIC_COMPARE_EXCHANGE -> compareExchange(i);
      case BARRIER -> barrier();
      case MEMORY_FENCE -> fence();
      case VOTE_ALL -> unary(i, VOTE_ALL);
      case VOTE_ANY -> unary(i, VOTE_ANY);
      case VOTE_EQUAL -> unary(i, VOTE_UNI);
      case BALLOT -> unary(i, VOTE_BALLOT);
      case SHUFFLE_UP -> shuffle(i, SHFL_UP);
      case SHUFFLE_DOWN -> shuffle(i, SHFL_DOWN);
      case SHUFFLE_XOR -> shuffle(i, SHFL_BFLY);
      case SHUFFLE_INDEX -> shuffle(i, SHFL_IDX);
      case CONSOLE_WRITE -> consoleWrite(i);
      default ->
          throw new IllegalStateException(
              i.opcode().dumpName() + " is not lowered; run the passes before code generation");
    }
  }

  /** The register of the instruction's result; a fresh one when only its effect counts. */
  private int rd(Instruction i) {
    return register(i.result());
  }

  private void unary(Instruction i, dev.zhulong.firmware.isa.Instruction operation) {
    emit(MachineInstruction.of(operation, rd(i), use(i.operand(0)), Register.NONE));
  }

  private void binary(Instruction i, dev.zhulong.firmware.isa.Instruction operation) {
    int a = use(i.operand(0));
    int b = use(i.operand(1));
    emit(MachineInstruction.of(operation, rd(i), a, b));
  }

  private void ternary(Instruction i, dev.zhulong.firmware.isa.Instruction operation) {
    int a = use(i.operand(0));
    int b = use(i.operand(1));
    int c = use(i.operand(2));
    emit(MachineInstruction.of(operation, rd(i), a, b)).rs3 = c;
  }

  private void unpack(Instruction i, dev.zhulong.firmware.isa.Instruction operation) {
    if (i.operand(1) instanceof Constant shift) {
      int word = use(i.operand(0));
      emit(MachineInstruction.immediate(operation, rd(i), word, shift.bits() & 31));
    } else {
      int word = use(i.operand(0));
      int shifted = op(SRL, word, use(i.operand(1)));
      emit(MachineInstruction.immediate(operation, rd(i), shifted, 0));
    }
  }

  private void convert(
      Instruction i, dev.zhulong.firmware.isa.Instruction operation, int rounding) {
    MachineInstruction made =
        MachineInstruction.of(operation, rd(i), use(i.operand(0)), Register.NONE);
    made.rounding = rounding;
    emit(made);
  }

  private void add(Instruction i) {
    Value a = i.operand(0);
    Value b = i.operand(1);
    if (immediate(a) && !isConstant(b)) {
      Value swap = a;
      a = b;
      b = swap;
    }
    if (immediate(b)) {
      emit(MachineInstruction.immediate(ADDI, rd(i), use(a), bits(b)));
    } else if (!shiftAdd(i, a, b) && !shiftAdd(i, b, a)) {
      int x = use(a);
      int y = use(b);
      emit(MachineInstruction.of(ADD, rd(i), x, y));
    }
  }

  private boolean shiftAdd(Instruction i, Value shifted, Value other) {
    Instruction shift = defined(shifted, Opcode.SHL);
    if (shift == null || !isConstant(shift.operand(1))) {
      return false;
    }
    var operation =
        switch (bits(shift.operand(1)) & 31) {
          case 1 -> SH1ADD;
          case 2 -> SH2ADD;
          case 3 -> SH3ADD;
          default -> null;
        };
    if (operation == null) {
      return false;
    }
    int x = use(shift.operand(0));
    int y = use(other);
    emit(MachineInstruction.of(operation, rd(i), x, y));
    return true;
  }

  private void sub(Instruction i) {
    if (i.operand(1) instanceof Constant c && fits12(-c.bits())) {
      emit(MachineInstruction.immediate(ADDI, rd(i), use(i.operand(0)), -c.bits()));
    } else {
      binary(i, SUB);
    }
  }

  private void multiply(Instruction i) {
    Value a = i.operand(0);
    Value b = i.operand(1);
    if (isConstant(a)) {
      Value swap = a;
      a = b;
      b = swap;
    }
    if (b instanceof Constant c) {
      if (Integer.bitCount(c.bits()) == 1) {
        int amount = Integer.numberOfTrailingZeros(c.bits());
        emit(MachineInstruction.immediate(SLLI, rd(i), use(a), amount));
        return;
      }
      var operation =
          switch (c.bits()) {
            case 3 -> SH1ADD;
            case 5 -> SH2ADD;
            case 9 -> SH3ADD;
            default -> null;
          };
      if (operation != null) {
        int x = use(a);
        emit(MachineInstruction.of(operation, rd(i), x, x));
        return;
      }
    }
    binary(i, MUL);
  }

  private void and(Instruction i) {
    for (int n = 0; n < 2; n++) {
      if (i.operand(n) instanceof Constant c && c.bits() == 0xffff) {
        emit(MachineInstruction.of(ZEXT_H, rd(i), use(i.operand(1 - n)), Register.NONE));
        return;
      }
    }
    logic(i, AND, ANDI, ANDN);
  }

  private void logic(
      Instruction i,
      dev.zhulong.firmware.isa.Instruction operation,
      dev.zhulong.firmware.isa.Instruction withImmediate,
      dev.zhulong.firmware.isa.Instruction withInverse) {
    for (int n = 0; n < 2; n++) {
      if (immediate(i.operand(n))) {
        int x = use(i.operand(1 - n));
        emit(MachineInstruction.immediate(withImmediate, rd(i), x, bits(i.operand(n))));
        return;
      }
    }
    for (int n = 0; n < 2; n++) {
      Value plain = inverted(i.operand(n));
      if (plain != null) {
        int x = use(i.operand(1 - n));
        int y = use(plain);
        emit(MachineInstruction.of(withInverse, rd(i), x, y));
        return;
      }
    }
    binary(i, operation);
  }

  /** The value whose bitwise complement this is, or null. */
  private static Value inverted(Value value) {
    if (defined(value, Opcode.XOR) instanceof Instruction i) {
      for (int n = 0; n < 2; n++) {
        if (i.operand(n) instanceof Constant c && c.bits() == -1) {
          return i.operand(1 - n);
        }
      }
    }
    return null;
  }

  private void truthAnd(Instruction i) {
    Test a = test(i.operand(0));
    Test b = test(i.operand(1));
    if (a.inverted() && b.inverted()) {
      a = new Test(opImmediate(XORI, a.register(), 1), false);
    }
    if (a.inverted() || b.inverted()) {
      int plain = a.inverted() ? b.register() : a.register();
      int inverse = a.inverted() ? a.register() : b.register();
      emit(MachineInstruction.of(ANDN, rd(i), plain, inverse));
    } else {
      emit(MachineInstruction.of(AND, rd(i), a.register(), b.register()));
    }
  }

  private void shift(
      Instruction i,
      dev.zhulong.firmware.isa.Instruction operation,
      dev.zhulong.firmware.isa.Instruction withImmediate) {
    if (i.operand(1) instanceof Constant c) {
      emit(MachineInstruction.immediate(withImmediate, rd(i), use(i.operand(0)), c.bits() & 31));
    } else {
      binary(i, operation);
    }
  }

  private void rotate(Instruction i) {
    if (i.operand(1) instanceof Constant c) {
      emit(MachineInstruction.immediate(RORI, rd(i), use(i.operand(0)), -c.bits() & 31));
    } else {
      binary(i, ROL);
    }
  }

  private void equal(Instruction i, boolean equal) {
    Value a = i.operand(0);
    Value b = i.operand(1);
    if (isConstant(a)) {
      Value swap = a;
      a = b;
      b = swap;
    }
    int difference = difference(a, b);
    if (equal) {
      emit(MachineInstruction.immediate(SLTIU, rd(i), difference, 1));
    } else {
      emit(MachineInstruction.of(SLTU, rd(i), Register.ZERO, difference));
    }
  }

  /** A register that is zero exactly when the two are equal. */
  private int difference(Value a, Value b) {
    if (b instanceof Constant c) {
      if (c.bits() == 0) {
        return use(a);
      }
      if (fits12(-c.bits())) {
        return opImmediate(ADDI, use(a), -c.bits());
      }
    }
    int x = use(a);
    return op(XOR, x, use(b));
  }

  private void less(
      Instruction i,
      dev.zhulong.firmware.isa.Instruction operation,
      dev.zhulong.firmware.isa.Instruction withImmediate,
      boolean inverted) {
    int rd = lessThan(inverted ? integer() : rd(i), i, operation, withImmediate);
    if (inverted) {
      emit(MachineInstruction.immediate(XORI, rd(i), rd, 1));
    }
  }

  private int lessThan(
      int rd,
      Instruction i,
      dev.zhulong.firmware.isa.Instruction operation,
      dev.zhulong.firmware.isa.Instruction withImmediate) {
    int a = use(i.operand(0));
    if (immediate(i.operand(1))) {
      emit(MachineInstruction.immediate(withImmediate, rd, a, bits(i.operand(1))));
    } else {
      emit(MachineInstruction.of(operation, rd, a, use(i.operand(1))));
    }
    return rd;
  }

  private void select(Instruction i) {
    Value condition = i.operand(0);
    Value a = i.operand(1);
    Value b = i.operand(2);
    while (defined(condition, Opcode.B_NOT) instanceof Instruction not) {
      condition = not.operand(0);
      Value swap = a;
      a = b;
      b = swap;
    }
    int test;
    if (defined(condition, Opcode.EQ) instanceof Instruction equal) {
      test = difference(equal.operand(0), equal.operand(1));
      Value swap = a;
      a = b;
      b = swap;
    } else if (defined(condition, Opcode.NE) instanceof Instruction differ) {
      test = difference(differ.operand(0), differ.operand(1));
    } else {
      test = use(condition);
    }
    boolean isFloat = i.result().type() == Type.F32;
    int rd = isFloat ? integer() : rd(i);
    int whenTrue = useBits(a);
    int whenFalse = useBits(b);
    if (whenFalse == Register.ZERO) {
      emit(MachineInstruction.of(CZERO_EQZ, rd, whenTrue, test));
    } else if (whenTrue == Register.ZERO) {
      emit(MachineInstruction.of(CZERO_NEZ, rd, whenFalse, test));
    } else {
      int x = op(CZERO_EQZ, whenTrue, test);
      int y = op(CZERO_NEZ, whenFalse, test);
      emit(MachineInstruction.of(OR, rd, x, y));
    }
    if (isFloat) {
      emit(MachineInstruction.of(FMV_W_X, rd(i), rd, Register.NONE));
    }
  }

  private void copySign(Instruction i) {
    Instruction negated = defined(i.operand(1), Opcode.F_NEG);
    int a = use(i.operand(0));
    int b = use(negated != null ? negated.operand(0) : i.operand(1));
    emit(MachineInstruction.of(negated != null ? FSGNJN_S : FSGNJ_S, rd(i), a, b));
  }

  private void sign(Instruction i, dev.zhulong.firmware.isa.Instruction operation) {
    int x = use(i.operand(0));
    emit(MachineInstruction.of(operation, rd(i), x, x));
  }

  private void multiplyAdd(Instruction i) {
    Value a = i.operand(0);
    Value b = i.operand(1);
    Value c = i.operand(2);
    boolean minusProduct = false;
    boolean minusSum = false;
    if (defined(a, Opcode.F_NEG) instanceof Instruction n) {
      a = n.operand(0);
      minusProduct = true;
    }
    if (defined(b, Opcode.F_NEG) instanceof Instruction n) {
      b = n.operand(0);
      minusProduct = !minusProduct;
    }
    if (defined(c, Opcode.F_NEG) instanceof Instruction n) {
      c = n.operand(0);
      minusSum = true;
    }
    var operation = minusProduct ? minusSum ? FNMADD_S : FNMSUB_S : minusSum ? FMSUB_S : FMADD_S;
    int x = use(a);
    int y = use(b);
    MachineInstruction made = MachineInstruction.of(operation, rd(i), x, y);
    made.rs3 = use(c);
    emit(made);
  }

  // Memory.

  private record Address(int base, int offset) {}

  /** Splits address plus offset into a register and a 12-bit offset. */
  private Address address(Value value, int offset) {
    int total = offset;
    Value base = value;
    boolean peeled = true;
    while (peeled) {
      peeled = false;
      if (base instanceof Result r) {
        Instruction i = r.instruction();
        for (int n = 0; n < 2 && !peeled; n++) {
          boolean adds = i.opcode() == Opcode.ADD || i.opcode() == Opcode.SUB && n == 1;
          if (adds && i.operand(n) instanceof Constant c) {
            int moved = total + (i.opcode() == Opcode.ADD ? c.bits() : -c.bits());
            if (fits12(moved)) {
              base = i.operand(1 - n);
              total = moved;
              peeled = true;
            }
          }
        }
      }
    }
    if (defined(base, Opcode.STACK_ADDRESS) instanceof Instruction i) {
      int place = function.frame.offset((StackSlot) i.attribute()) + total;
      if (fits12(place)) {
        return new Address(Register.STACK, place);
      }
    }
    if (base instanceof Constant c) {
      return split(Register.ZERO, c.bits() + total);
    }
    return fits12(total) ? new Address(use(base), total) : split(use(base), total);
  }

  private Address split(int base, int offset) {
    if (fits12(offset)) {
      return new Address(base, offset);
    }
    int high = offset + 0x800 & ~0xfff;
    int upper = use(Constant.i32(high));
    int sum = base == Register.ZERO ? upper : op(ADD, base, upper);
    return new Address(sum, offset - high);
  }

  private void load(Instruction i) {
    Access access = i.access();
    Address address = address(i.operand(0), access.offset());
    var operation =
        switch (access.bytes()) {
          case 1 -> access.signed() ? LB : LBU;
          case 2 -> access.signed() ? LH : LHU;
          default -> i.result().type() == Type.F32 ? FLW : LW;
        };
    MachineInstruction made =
        MachineInstruction.immediate(operation, rd(i), address.base(), address.offset());
    made.access = access;
    made.argumentBlock = atArgumentBlock(i.operand(0));
    emit(made);
  }

  private static boolean atArgumentBlock(Value address) {
    return switch (address) {
      case Result r when r.instruction().opcode() == Opcode.READ_CSR ->
          r.instruction().attribute() == Csr.MSCRATCH;
      case Result r when r.instruction().opcode() == Opcode.ADD ->
          isConstant(r.instruction().operand(1)) && atArgumentBlock(r.instruction().operand(0));
      default -> false;
    };
  }

  private void store(Instruction i) {
    Access access = i.access();
    Value value = i.operand(1);
    Address address = address(i.operand(0), access.offset());
    int source;
    boolean isFloat = false;
    if (defined(value, Opcode.BITS_TO_F) instanceof Instruction moved) {
      source = use(moved.operand(0));
    } else if (defined(value, Opcode.F_TO_BITS) instanceof Instruction moved
        && access.bytes() == 4) {
      source = use(moved.operand(0));
      isFloat = true;
    } else if (value instanceof Constant) {
      source = useBits(value);
    } else {
      source = use(value);
      isFloat = value.type() == Type.F32;
    }
    if (source == Register.ZERO) {
      isFloat = false;
    }
    var operation =
        switch (access.bytes()) {
          case 1 -> SB;
          case 2 -> SH;
          default -> isFloat ? FSW : SW;
        };
    MachineInstruction made =
        MachineInstruction.of(operation, Register.NONE, address.base(), source);
    made.immediate = address.offset();
    made.access = access;
    emit(made);
  }

  private void stackAddress(Instruction i) {
    int offset = function.frame.offset((StackSlot) i.attribute());
    if (fits12(offset)) {
      emit(MachineInstruction.immediate(ADDI, rd(i), Register.STACK, offset));
    } else {
      int distance = use(Constant.i32(offset));
      emit(MachineInstruction.of(ADD, rd(i), Register.STACK, distance));
    }
  }

  /** A register that holds the address itself, for instructions without an offset. */
  private int plainAddress(Instruction i) {
    Address address = address(i.operand(0), i.access().offset());
    return address.offset() == 0
        ? address.base()
        : opImmediate(ADDI, address.base(), address.offset());
  }

  private void atomic(Instruction i, dev.zhulong.firmware.isa.Instruction operation) {
    int base = plainAddress(i);
    int value = use(i.operand(1));
    MachineInstruction made = MachineInstruction.of(operation, rd(i), base, value);
    made.access = i.access();
    emit(made);
  }

  /**
   * LR and SC until the warp's lanes have all succeeded. A lane whose comparison fails stores the
   * old value back, so that one SC serves both outcomes and nothing branches on the comparison.
   */
  private void compareExchange(Instruction i) {
    final int base = plainAddress(i);
    final int expected = use(i.operand(1));
    final int replacement = use(i.operand(2));
    final int old = rd(i);
    final int mask = integer();
    final MachineBlock retry = new MachineBlock();
    emit(MachineInstruction.readCsr(mask, Csr.ACTIVE_LANES));
    final List<MachineInstruction> before = List.copyOf(sequence);
    sequence.clear();
    emit(MachineInstruction.of(LR_W, old, base, Register.NONE));
    int differs = op(XOR, old, expected);
    int kept = op(CZERO_EQZ, old, differs);
    int changed = op(CZERO_NEZ, replacement, differs);
    int value = op(OR, kept, changed);
    int failed = integer();
    emit(MachineInstruction.of(SC_W, failed, base, value));
    int again = op(SLTU, Register.ZERO, failed);
    emit(MachineInstruction.of(PRED, Register.NONE, again, mask));
    emit(MachineInstruction.branch(BNE, again, Register.ZERO, retry));
    reversed.add(new Depth(-1));
    flush();
    label(retry);
    reversed.add(new Depth(1));
    sequence.addAll(before);
  }

  // Between invocations.

  private void barrier() {
    int id = integer();
    int warps = integer();
    emit(MachineInstruction.readCsr(id, Csr.SLOT_ID));
    emit(MachineInstruction.readCsr(warps, Csr.GROUP_WARPS));
    emit(MachineInstruction.of(BAR, Register.NONE, id, warps));
  }

  private void fence() {
    emit(MachineInstruction.of(FENCE, Register.NONE, Register.NONE, Register.NONE));
  }

  private void shuffle(Instruction i, dev.zhulong.firmware.isa.Instruction operation) {
    boolean isFloat = i.result().type() == Type.F32;
    int source = useBits(i.operand(0));
    int control = use(i.operand(1));
    int result = isFloat ? integer() : rd(i);
    emit(MachineInstruction.of(operation, result, source, control));
    if (isFloat) {
      emit(MachineInstruction.of(FMV_W_X, rd(i), result, Register.NONE));
    }
  }

  private void consoleWrite(Instruction i) {
    int hart = integer();
    emit(MachineInstruction.readCsr(hart, Csr.MHARTID));
    int channel = opImmediate(ANDI, hart, HARTS_PER_CONSOLE_MASK);
    MachineInstruction made = MachineInstruction.of(SB, Register.NONE, channel, use(i.operand(0)));
    made.immediate = CONSOLE;
    emit(made);
  }
}
