package dev.zhulong.firmware.isa;

/**
 * Every instruction of the core: {@code (word & mask) == match} identifies it.
 *
 * <p>The operand string lists the assembler's operands in order. Registers: {@code d s t} are the
 * integer registers rd, rs1, rs2, {@code r} rs3, and {@code D S T R} the float registers rd, rs1,
 * rs2, rs3. Immediates: {@code j} signed 12-bit, {@code u} upper 20-bit, {@code >} shift amount,
 * {@code Z} 5-bit CSR immediate, {@code E} CSR, {@code m} rounding mode, {@code P Q} fence sets.
 * Addresses: {@code o(s)} I-type offset and base, {@code q(s)} S-type offset and base, {@code 0(s)}
 * base only, {@code p} branch target, {@code a} jump target.
 *
 * <p>Sources: the RISC-V unprivileged specification; the warp, texture, merge and coverage
 * instructions follow the machine contract ({@code docs/machine.md}).
 */
public enum Instruction {
  // RV32I.
  LUI("lui", 0x0000007f, 0x00000037, Extension.I, "d,u"),
  AUIPC("auipc", 0x0000007f, 0x00000017, Extension.I, "d,u"),
  JAL("jal", 0x0000007f, 0x0000006f, Extension.I, "d,a"),
  JALR("jalr", 0x0000707f, 0x00000067, Extension.I, "d,o(s)"),
  BEQ("beq", 0x0000707f, 0x00000063, Extension.I, "s,t,p"),
  BNE("bne", 0x0000707f, 0x00001063, Extension.I, "s,t,p"),
  BLT("blt", 0x0000707f, 0x00004063, Extension.I, "s,t,p"),
  BGE("bge", 0x0000707f, 0x00005063, Extension.I, "s,t,p"),
  BLTU("bltu", 0x0000707f, 0x00006063, Extension.I, "s,t,p"),
  BGEU("bgeu", 0x0000707f, 0x00007063, Extension.I, "s,t,p"),
  LB("lb", 0x0000707f, 0x00000003, Extension.I, "d,o(s)"),
  LH("lh", 0x0000707f, 0x00001003, Extension.I, "d,o(s)"),
  LW("lw", 0x0000707f, 0x00002003, Extension.I, "d,o(s)"),
  LBU("lbu", 0x0000707f, 0x00004003, Extension.I, "d,o(s)"),
  LHU("lhu", 0x0000707f, 0x00005003, Extension.I, "d,o(s)"),
  SB("sb", 0x0000707f, 0x00000023, Extension.I, "t,q(s)"),
  SH("sh", 0x0000707f, 0x00001023, Extension.I, "t,q(s)"),
  SW("sw", 0x0000707f, 0x00002023, Extension.I, "t,q(s)"),
  ADDI("addi", 0x0000707f, 0x00000013, Extension.I, "d,s,j"),
  SLTI("slti", 0x0000707f, 0x00002013, Extension.I, "d,s,j"),
  SLTIU("sltiu", 0x0000707f, 0x00003013, Extension.I, "d,s,j"),
  XORI("xori", 0x0000707f, 0x00004013, Extension.I, "d,s,j"),
  ORI("ori", 0x0000707f, 0x00006013, Extension.I, "d,s,j"),
  ANDI("andi", 0x0000707f, 0x00007013, Extension.I, "d,s,j"),
  SLLI("slli", 0xfe00707f, 0x00001013, Extension.I, "d,s,>"),
  SRLI("srli", 0xfe00707f, 0x00005013, Extension.I, "d,s,>"),
  SRAI("srai", 0xfe00707f, 0x40005013, Extension.I, "d,s,>"),
  ADD("add", 0xfe00707f, 0x00000033, Extension.I, "d,s,t"),
  SUB("sub", 0xfe00707f, 0x40000033, Extension.I, "d,s,t"),
  SLL("sll", 0xfe00707f, 0x00001033, Extension.I, "d,s,t"),
  SLT("slt", 0xfe00707f, 0x00002033, Extension.I, "d,s,t"),
  SLTU("sltu", 0xfe00707f, 0x00003033, Extension.I, "d,s,t"),
  XOR("xor", 0xfe00707f, 0x00004033, Extension.I, "d,s,t"),
  SRL("srl", 0xfe00707f, 0x00005033, Extension.I, "d,s,t"),
  SRA("sra", 0xfe00707f, 0x40005033, Extension.I, "d,s,t"),
  OR("or", 0xfe00707f, 0x00006033, Extension.I, "d,s,t"),
  AND("and", 0xfe00707f, 0x00007033, Extension.I, "d,s,t"),
  FENCE("fence", 0x0000707f, 0x0000000f, Extension.I, "P,Q"),
  ECALL("ecall", 0xffffffff, 0x00000073, Extension.I, ""),
  EBREAK("ebreak", 0xffffffff, 0x00100073, Extension.I, ""),
  // Zifencei.
  FENCE_I("fence.i", 0x0000707f, 0x0000100f, Extension.ZIFENCEI, ""),
  // Zicsr.
  CSRRW("csrrw", 0x0000707f, 0x00001073, Extension.ZICSR, "d,E,s"),
  CSRRS("csrrs", 0x0000707f, 0x00002073, Extension.ZICSR, "d,E,s"),
  CSRRC("csrrc", 0x0000707f, 0x00003073, Extension.ZICSR, "d,E,s"),
  CSRRWI("csrrwi", 0x0000707f, 0x00005073, Extension.ZICSR, "d,E,Z"),
  CSRRSI("csrrsi", 0x0000707f, 0x00006073, Extension.ZICSR, "d,E,Z"),
  CSRRCI("csrrci", 0x0000707f, 0x00007073, Extension.ZICSR, "d,E,Z"),
  // M.
  MUL("mul", 0xfe00707f, 0x02000033, Extension.M, "d,s,t"),
  MULH("mulh", 0xfe00707f, 0x02001033, Extension.M, "d,s,t"),
  MULHSU("mulhsu", 0xfe00707f, 0x02002033, Extension.M, "d,s,t"),
  MULHU("mulhu", 0xfe00707f, 0x02003033, Extension.M, "d,s,t"),
  DIV("div", 0xfe00707f, 0x02004033, Extension.M, "d,s,t"),
  DIVU("divu", 0xfe00707f, 0x02005033, Extension.M, "d,s,t"),
  REM("rem", 0xfe00707f, 0x02006033, Extension.M, "d,s,t"),
  REMU("remu", 0xfe00707f, 0x02007033, Extension.M, "d,s,t"),
  // A.
  LR_W("lr.w", 0xf9f0707f, 0x1000202f, Extension.A, "d,0(s)"),
  SC_W("sc.w", 0xf800707f, 0x1800202f, Extension.A, "d,t,0(s)"),
  AMOSWAP_W("amoswap.w", 0xf800707f, 0x0800202f, Extension.A, "d,t,0(s)"),
  AMOADD_W("amoadd.w", 0xf800707f, 0x0000202f, Extension.A, "d,t,0(s)"),
  AMOXOR_W("amoxor.w", 0xf800707f, 0x2000202f, Extension.A, "d,t,0(s)"),
  AMOAND_W("amoand.w", 0xf800707f, 0x6000202f, Extension.A, "d,t,0(s)"),
  AMOOR_W("amoor.w", 0xf800707f, 0x4000202f, Extension.A, "d,t,0(s)"),
  AMOMIN_W("amomin.w", 0xf800707f, 0x8000202f, Extension.A, "d,t,0(s)"),
  AMOMAX_W("amomax.w", 0xf800707f, 0xa000202f, Extension.A, "d,t,0(s)"),
  AMOMINU_W("amominu.w", 0xf800707f, 0xc000202f, Extension.A, "d,t,0(s)"),
  AMOMAXU_W("amomaxu.w", 0xf800707f, 0xe000202f, Extension.A, "d,t,0(s)"),
  // F.
  FLW("flw", 0x0000707f, 0x00002007, Extension.F, "D,o(s)"),
  FSW("fsw", 0x0000707f, 0x00002027, Extension.F, "T,q(s)"),
  FMADD_S("fmadd.s", 0x0600007f, 0x00000043, Extension.F, "D,S,T,R,m"),
  FMSUB_S("fmsub.s", 0x0600007f, 0x00000047, Extension.F, "D,S,T,R,m"),
  FNMSUB_S("fnmsub.s", 0x0600007f, 0x0000004b, Extension.F, "D,S,T,R,m"),
  FNMADD_S("fnmadd.s", 0x0600007f, 0x0000004f, Extension.F, "D,S,T,R,m"),
  FADD_S("fadd.s", 0xfe00007f, 0x00000053, Extension.F, "D,S,T,m"),
  FSUB_S("fsub.s", 0xfe00007f, 0x08000053, Extension.F, "D,S,T,m"),
  FMUL_S("fmul.s", 0xfe00007f, 0x10000053, Extension.F, "D,S,T,m"),
  FDIV_S("fdiv.s", 0xfe00007f, 0x18000053, Extension.F, "D,S,T,m"),
  FSQRT_S("fsqrt.s", 0xfff0007f, 0x58000053, Extension.F, "D,S,m"),
  FSGNJ_S("fsgnj.s", 0xfe00707f, 0x20000053, Extension.F, "D,S,T"),
  FSGNJN_S("fsgnjn.s", 0xfe00707f, 0x20001053, Extension.F, "D,S,T"),
  FSGNJX_S("fsgnjx.s", 0xfe00707f, 0x20002053, Extension.F, "D,S,T"),
  FMIN_S("fmin.s", 0xfe00707f, 0x28000053, Extension.F, "D,S,T"),
  FMAX_S("fmax.s", 0xfe00707f, 0x28001053, Extension.F, "D,S,T"),
  FEQ_S("feq.s", 0xfe00707f, 0xa0002053, Extension.F, "d,S,T"),
  FLT_S("flt.s", 0xfe00707f, 0xa0001053, Extension.F, "d,S,T"),
  FLE_S("fle.s", 0xfe00707f, 0xa0000053, Extension.F, "d,S,T"),
  FCLASS_S("fclass.s", 0xfff0707f, 0xe0001053, Extension.F, "d,S"),
  FCVT_W_S("fcvt.w.s", 0xfff0007f, 0xc0000053, Extension.F, "d,S,m"),
  FCVT_WU_S("fcvt.wu.s", 0xfff0007f, 0xc0100053, Extension.F, "d,S,m"),
  FCVT_S_W("fcvt.s.w", 0xfff0007f, 0xd0000053, Extension.F, "D,s,m"),
  FCVT_S_WU("fcvt.s.wu", 0xfff0007f, 0xd0100053, Extension.F, "D,s,m"),
  FMV_X_W("fmv.x.w", 0xfff0707f, 0xe0000053, Extension.F, "d,S"),
  FMV_W_X("fmv.w.x", 0xfff0707f, 0xf0000053, Extension.F, "D,s"),
  // Zicond.
  CZERO_EQZ("czero.eqz", 0xfe00707f, 0x0e005033, Extension.ZICOND, "d,s,t"),
  CZERO_NEZ("czero.nez", 0xfe00707f, 0x0e007033, Extension.ZICOND, "d,s,t"),
  // Zba.
  SH1ADD("sh1add", 0xfe00707f, 0x20002033, Extension.ZBA, "d,s,t"),
  SH2ADD("sh2add", 0xfe00707f, 0x20004033, Extension.ZBA, "d,s,t"),
  SH3ADD("sh3add", 0xfe00707f, 0x20006033, Extension.ZBA, "d,s,t"),
  // Zbb.
  ANDN("andn", 0xfe00707f, 0x40007033, Extension.ZBB, "d,s,t"),
  ORN("orn", 0xfe00707f, 0x40006033, Extension.ZBB, "d,s,t"),
  XNOR("xnor", 0xfe00707f, 0x40004033, Extension.ZBB, "d,s,t"),
  CLZ("clz", 0xfff0707f, 0x60001013, Extension.ZBB, "d,s"),
  CTZ("ctz", 0xfff0707f, 0x60101013, Extension.ZBB, "d,s"),
  CPOP("cpop", 0xfff0707f, 0x60201013, Extension.ZBB, "d,s"),
  SEXT_B("sext.b", 0xfff0707f, 0x60401013, Extension.ZBB, "d,s"),
  SEXT_H("sext.h", 0xfff0707f, 0x60501013, Extension.ZBB, "d,s"),
  ZEXT_H("zext.h", 0xfff0707f, 0x08004033, Extension.ZBB, "d,s"),
  MIN("min", 0xfe00707f, 0x0a004033, Extension.ZBB, "d,s,t"),
  MINU("minu", 0xfe00707f, 0x0a005033, Extension.ZBB, "d,s,t"),
  MAX("max", 0xfe00707f, 0x0a006033, Extension.ZBB, "d,s,t"),
  MAXU("maxu", 0xfe00707f, 0x0a007033, Extension.ZBB, "d,s,t"),
  ROL("rol", 0xfe00707f, 0x60001033, Extension.ZBB, "d,s,t"),
  ROR("ror", 0xfe00707f, 0x60005033, Extension.ZBB, "d,s,t"),
  RORI("rori", 0xfe00707f, 0x60005013, Extension.ZBB, "d,s,>"),
  ORC_B("orc.b", 0xfff0707f, 0x28705013, Extension.ZBB, "d,s"),
  REV8("rev8", 0xfff0707f, 0x69805013, Extension.ZBB, "d,s"),
  // Warp instructions (custom-0); machine contract, instruction set.
  TMC("tmc", 0xfff07fff, 0x0000000b, Extension.WARP, "s"),
  WSPAWN("wspawn", 0xfe007fff, 0x0000100b, Extension.WARP, "s,t"),
  SPLIT("split", 0xfff0707f, 0x0000200b, Extension.WARP, "d,s"),
  SPLIT_N("split.n", 0xfff0707f, 0x0010200b, Extension.WARP, "d,s"),
  JOIN("join", 0xfff07fff, 0x0000300b, Extension.WARP, "s"),
  BAR("bar", 0xfe007fff, 0x0000400b, Extension.WARP, "s,t"),
  PRED("pred", 0xfe007fff, 0x0000500b, Extension.WARP, "s,t"),
  PRED_N("pred.n", 0xfe007fff, 0x0000508b, Extension.WARP, "s,t"),
  WSYNC("wsync", 0xffffffff, 0x0000700b, Extension.WARP, ""),
  VOTE_ALL("vote.all", 0xfff0707f, 0x0200000b, Extension.WARP, "d,s"),
  VOTE_ANY("vote.any", 0xfff0707f, 0x0200100b, Extension.WARP, "d,s"),
  VOTE_UNI("vote.uni", 0xfff0707f, 0x0200200b, Extension.WARP, "d,s"),
  VOTE_BALLOT("vote.ballot", 0xfff0707f, 0x0200300b, Extension.WARP, "d,s"),
  SHFL_UP("shfl.up", 0xfe00707f, 0x0200400b, Extension.WARP, "d,s,t"),
  SHFL_DOWN("shfl.down", 0xfe00707f, 0x0200500b, Extension.WARP, "d,s,t"),
  SHFL_BFLY("shfl.bfly", 0xfe00707f, 0x0200600b, Extension.WARP, "d,s,t"),
  SHFL_IDX("shfl.idx", 0xfe00707f, 0x0200700b, Extension.WARP, "d,s,t"),
  // Texture instructions (custom-1); machine contract, texture unit.
  TEX_COORD("tex.coord", 0xfe00707f, 0x0000002b, Extension.TEXTURE, "d,S,t"),
  TEX_MIXLO("tex.mixlo", 0x0600707f, 0x0000102b, Extension.TEXTURE, "d,s,t,r"),
  TEX_MIXHI("tex.mixhi", 0x0600707f, 0x0200102b, Extension.TEXTURE, "d,s,t,r"),
  TEX_COLORLO("tex.colorlo", 0x0600707f, 0x0400102b, Extension.TEXTURE, "D,s,t,r"),
  TEX_COLORHI("tex.colorhi", 0x0600707f, 0x0600102b, Extension.TEXTURE, "D,s,t,r"),
  // Merge instructions (custom-1); machine contract, merge unit.
  MERGE_PACK8LO("merge.pack8lo", 0x0600707f, 0x0000202b, Extension.MERGE, "d,S,T,r"),
  MERGE_PACK8HI("merge.pack8hi", 0x0600707f, 0x0200202b, Extension.MERGE, "d,S,T,r"),
  MERGE_PACK10LO("merge.pack10lo", 0x0600707f, 0x0400202b, Extension.MERGE, "d,S,T,r"),
  MERGE_PACK10HI("merge.pack10hi", 0x0600707f, 0x0600202b, Extension.MERGE, "d,S,T,r"),
  MERGE_PACK565LO("merge.pack565lo", 0x0600707f, 0x0000302b, Extension.MERGE, "d,S,T,r"),
  MERGE_PACK565HI("merge.pack565hi", 0x0600707f, 0x0200302b, Extension.MERGE, "d,S,T,r"),
  MERGE_UNPACK8("merge.unpack8", 0xfe00707f, 0x0000402b, Extension.MERGE, "D,s,>"),
  MERGE_UNPACK10("merge.unpack10", 0xfe00707f, 0x0200402b, Extension.MERGE, "D,s,>"),
  MERGE_UNPACK5("merge.unpack5", 0xfe00707f, 0x0400402b, Extension.MERGE, "D,s,>"),
  MERGE_UNPACK6("merge.unpack6", 0xfe00707f, 0x0600402b, Extension.MERGE, "D,s,>"),
  MERGE_UNPACK2("merge.unpack2", 0xfe00707f, 0x0800402b, Extension.MERGE, "D,s,>"),
  // Coverage instructions (custom-1); machine contract, coverage unit.
  COVER_ROW("cover.row", 0x0600707f, 0x0000502b, Extension.COVERAGE, "d,s,t,r"),
  COVER_ANY("cover.any", 0xfff0707f, 0x0000602b, Extension.COVERAGE, "d,s");

  private final String mnemonic;
  private final int mask;
  private final int match;
  private final Extension extension;
  private final String operands;

  Instruction(String mnemonic, int mask, int match, Extension extension, String operands) {
    this.mnemonic = mnemonic;
    this.mask = mask;
    this.match = match;
    this.extension = extension;
    this.operands = operands;
  }

  /** The assembler's name, for example {@code fmadd.s}. */
  public String mnemonic() {
    return mnemonic;
  }

  /** The bits of the word that identify the instruction. */
  public int mask() {
    return mask;
  }

  /** The value of the identifying bits; also the word with every operand field zero. */
  public int match() {
    return match;
  }

  /** The part of the instruction set that defines it. */
  public Extension extension() {
    return extension;
  }

  /** The operands in assembler order, in the letters of the type's description. */
  public String operands() {
    return operands;
  }

  /** Whether the word is this instruction. */
  public boolean matches(int word) {
    return (word & mask) == match;
  }

  /** Whether a result is written to an integer register. */
  public boolean writesInteger() {
    return has('d');
  }

  /** Whether a result is written to a float register. */
  public boolean writesFloat() {
    return has('D');
  }

  /** Whether the operand string contains the letter. */
  public boolean has(char operand) {
    return operands.indexOf(operand) >= 0;
  }
}
