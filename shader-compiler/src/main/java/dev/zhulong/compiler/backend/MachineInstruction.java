package dev.zhulong.compiler.backend;

import dev.zhulong.compiler.ir.Access;
import dev.zhulong.compiler.ir.ConstantTable;
import dev.zhulong.compiler.ir.Location;
import dev.zhulong.firmware.isa.Csr;
import dev.zhulong.firmware.isa.Extension;
import dev.zhulong.firmware.isa.Instruction;

/**
 * One machine instruction over virtual or real registers, or the one pseudo-instruction: {@code
 * operation == null} loads the 32-bit {@code immediate}, or the address of {@code table}, into
 * {@code rd}, in one or two words.
 */
final class MachineInstruction {
  /** Rounding-mode field: the mode of the frm register, which starts as nearest-even. */
  static final int DYNAMIC = 7;

  final Instruction operation;
  int rd = Register.NONE;
  int rs1 = Register.NONE;
  int rs2 = Register.NONE;
  int rs3 = Register.NONE;

  /** Immediate, offset, shift amount, or CSR address, as the operation takes. */
  int immediate;

  int rounding = DYNAMIC;

  /** Where a branch or jump goes. */
  MachineBlock target;

  /** What a memory operation accesses; null for the allocator's own. */
  Access access;

  /** Whether this moves the constant {@code immediate} to a float register. */
  boolean floatConstant;

  /** Whether the address is a constant distance from the start of the argument block. */
  boolean argumentBlock;

  /** In place of a constant, the table whose address this makes, in two words. */
  ConstantTable table;

  Location location;

  private MachineInstruction(Instruction operation) {
    this.operation = operation;
  }

  static MachineInstruction constant(int rd, int value) {
    MachineInstruction i = new MachineInstruction(null);
    i.rd = rd;
    i.immediate = value;
    return i;
  }

  static MachineInstruction tableAddress(int rd, ConstantTable table) {
    MachineInstruction i = new MachineInstruction(null);
    i.rd = rd;
    i.table = table;
    return i;
  }

  static MachineInstruction of(Instruction operation, int rd, int rs1, int rs2) {
    MachineInstruction i = new MachineInstruction(operation);
    i.rd = rd;
    i.rs1 = rs1;
    i.rs2 = rs2;
    return i;
  }

  static MachineInstruction immediate(Instruction operation, int rd, int rs1, int value) {
    MachineInstruction i = of(operation, rd, rs1, Register.NONE);
    i.immediate = value;
    return i;
  }

  static MachineInstruction copy(boolean isFloat, int rd, int rs) {
    return isFloat ? of(Instruction.FSGNJ_S, rd, rs, rs) : immediate(Instruction.ADDI, rd, rs, 0);
  }

  static MachineInstruction load(boolean isFloat, int rd, int base, int offset) {
    return immediate(isFloat ? Instruction.FLW : Instruction.LW, rd, base, offset);
  }

  static MachineInstruction store(boolean isFloat, int value, int base, int offset) {
    MachineInstruction i =
        of(isFloat ? Instruction.FSW : Instruction.SW, Register.NONE, base, value);
    i.immediate = offset;
    return i;
  }

  static MachineInstruction readCsr(int rd, Csr csr) {
    return immediate(Instruction.CSRRS, rd, Register.ZERO, csr.address());
  }

  static MachineInstruction branch(Instruction operation, int rs1, int rs2, MachineBlock target) {
    MachineInstruction i = of(operation, Register.NONE, rs1, rs2);
    i.target = target;
    return i;
  }

  static MachineInstruction jump(MachineBlock target) {
    MachineInstruction i = of(Instruction.JAL, Register.ZERO, Register.NONE, Register.NONE);
    i.target = target;
    return i;
  }

  MachineInstruction at(Location place) {
    location = place;
    return this;
  }

  boolean isConstant() {
    return operation == null && table == null;
  }

  boolean isJump() {
    return operation == Instruction.JAL;
  }

  boolean isConditionalBranch() {
    return target != null && operation != Instruction.JAL;
  }

  /** Whether control never goes on to the next instruction. */
  boolean endsFlow() {
    return isJump() || operation == Instruction.TMC && rs1 == Register.ZERO;
  }

  /** The source register of a plain copy, else {@link Register#NONE}. */
  int copySource() {
    if (operation == Instruction.ADDI && immediate == 0 && Register.virtual(rs1)
        || operation == Instruction.FSGNJ_S && rs1 == rs2) {
      return rs1;
    }
    return Register.NONE;
  }

  boolean isLoad() {
    return switch (operation) {
      case LB, LBU, LH, LHU, LW, FLW -> true;
      case null, default -> false;
    };
  }

  boolean isStore() {
    return switch (operation) {
      case SB, SH, SW, FSW -> true;
      case null, default -> false;
    };
  }

  boolean isAtomic() {
    return operation != null && operation.extension() == Extension.A;
  }

  /** Whether it may go when nothing reads its result. */
  boolean removable() {
    if (rd == Register.NONE) {
      return false;
    }
    return switch (operation) {
      case null -> true;
      case JAL, JALR, SPLIT, SPLIT_N -> false;
      default -> !isAtomic();
    };
  }

  /** Whether its result depends on when it runs. */
  boolean readsCounter() {
    return operation == Instruction.CSRRS && Csr.counter(immediate);
  }

  /** Whether nothing may be moved across it: it changes control, the lane mask, or waits. */
  boolean isBarrier() {
    return target != null
        || readsCounter()
        || switch (operation) {
          case TMC, SPLIT, SPLIT_N, JOIN, PRED, PRED_N, BAR, FENCE, LR_W, SC_W -> true;
          case null, default -> false;
        };
  }
}
