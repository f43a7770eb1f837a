// Generated from the ports of module zl_merge; not to be edited.
package dev.zhulong.rtl.unit;

import dev.zhulong.rtl.NarrowPort;
import dev.zhulong.rtl.VerilatedDesign;
import dev.zhulong.rtl.VerilatedModel;
import dev.zhulong.rtl.WidePort;

/** Module {@code zl_merge}; fields are its ports. */
public final class Merge implements AutoCloseable {
  /** The model, for whatever is not a port. */
  public final VerilatedModel model;

  /** Input. */
  public final NarrowPort clk_i;

  /** Input. */
  public final NarrowPort rst_ni;

  /** Input. */
  public final NarrowPort valid_i;

  /** Input. */
  public final NarrowPort op_i;

  /** Input. */
  public final NarrowPort mask_i;

  /** Input. */
  public final WidePort a_i;

  /** Input. */
  public final WidePort b_i;

  /** Input. */
  public final WidePort c_i;

  /** Input, with fields warp, rd, seq. */
  public final NarrowPort tag_i;

  /** Output. */
  public final NarrowPort valid_o;

  /** Output, with fields warp, rd, seq. */
  public final NarrowPort tag_o;

  /** Output. */
  public final NarrowPort mask_o;

  /** Output. */
  public final WidePort result_o;

  /**
   * Builds or finds the model, and makes an instance.
   *
   * @throws IllegalArgumentException if the design's top module has other ports
   */
  public Merge(VerilatedDesign design) {
    model = design.build();
    try {
      clk_i = model.narrow("clk_i");
      rst_ni = model.narrow("rst_ni");
      valid_i = model.narrow("valid_i");
      op_i = model.narrow("op_i");
      mask_i = model.narrow("mask_i");
      a_i = model.wide("a_i");
      b_i = model.wide("b_i");
      c_i = model.wide("c_i");
      tag_i = model.narrow("tag_i");
      valid_o = model.narrow("valid_o");
      tag_o = model.narrow("tag_o");
      mask_o = model.narrow("mask_o");
      result_o = model.wide("result_o");
    } catch (IllegalArgumentException e) {
      model.close();
      throw e;
    }
  }

  /** {@link VerilatedModel#eval}. */
  public void eval() {
    model.eval();
  }

  /** {@link VerilatedModel#step(long)}. */
  public void step(long cycles) {
    model.step(cycles);
  }

  /** {@link VerilatedModel#reset}. */
  public void reset(long cycles) {
    model.reset(cycles);
  }

  @Override
  public void close() {
    model.close();
  }

  /** Enumeration {@code unit_t}. */
  public static final class UnitT {
    private UnitT() {}

    /** {@code UNIT_ALU}. */
    public static final long UNIT_ALU = 0;

    /** {@code UNIT_SHUFFLE}. */
    public static final long UNIT_SHUFFLE = 1;

    /** {@code UNIT_CSR}. */
    public static final long UNIT_CSR = 2;

    /** {@code UNIT_CONTROL}. */
    public static final long UNIT_CONTROL = 3;

    /** {@code UNIT_MISC}. */
    public static final long UNIT_MISC = 4;

    /** {@code UNIT_MUL}. */
    public static final long UNIT_MUL = 5;

    /** {@code UNIT_TEXTURE}. */
    public static final long UNIT_TEXTURE = 6;

    /** {@code UNIT_MERGE}. */
    public static final long UNIT_MERGE = 7;

    /** {@code UNIT_COVERAGE}. */
    public static final long UNIT_COVERAGE = 8;

    /** {@code UNIT_FMA}. */
    public static final long UNIT_FMA = 9;

    /** {@code UNIT_DIV}. */
    public static final long UNIT_DIV = 10;

    /** {@code UNIT_FDIV}. */
    public static final long UNIT_FDIV = 11;

    /** {@code UNIT_LSU}. */
    public static final long UNIT_LSU = 12;
  }

  /** Enumeration {@code alu_op_t}. */
  public static final class AluOpT {
    private AluOpT() {}

    /** {@code ALU_ADD}. */
    public static final long ALU_ADD = 0;

    /** {@code ALU_SUB}. */
    public static final long ALU_SUB = 1;

    /** {@code ALU_SLL}. */
    public static final long ALU_SLL = 2;

    /** {@code ALU_SLT}. */
    public static final long ALU_SLT = 3;

    /** {@code ALU_SLTU}. */
    public static final long ALU_SLTU = 4;

    /** {@code ALU_XOR}. */
    public static final long ALU_XOR = 5;

    /** {@code ALU_SRL}. */
    public static final long ALU_SRL = 6;

    /** {@code ALU_SRA}. */
    public static final long ALU_SRA = 7;

    /** {@code ALU_OR}. */
    public static final long ALU_OR = 8;

    /** {@code ALU_AND}. */
    public static final long ALU_AND = 9;

    /** {@code ALU_SH1ADD}. */
    public static final long ALU_SH1ADD = 10;

    /** {@code ALU_SH2ADD}. */
    public static final long ALU_SH2ADD = 11;

    /** {@code ALU_SH3ADD}. */
    public static final long ALU_SH3ADD = 12;

    /** {@code ALU_ANDN}. */
    public static final long ALU_ANDN = 13;

    /** {@code ALU_ORN}. */
    public static final long ALU_ORN = 14;

    /** {@code ALU_XNOR}. */
    public static final long ALU_XNOR = 15;

    /** {@code ALU_CLZ}. */
    public static final long ALU_CLZ = 16;

    /** {@code ALU_CTZ}. */
    public static final long ALU_CTZ = 17;

    /** {@code ALU_CPOP}. */
    public static final long ALU_CPOP = 18;

    /** {@code ALU_SEXT_B}. */
    public static final long ALU_SEXT_B = 19;

    /** {@code ALU_SEXT_H}. */
    public static final long ALU_SEXT_H = 20;

    /** {@code ALU_ZEXT_H}. */
    public static final long ALU_ZEXT_H = 21;

    /** {@code ALU_MIN}. */
    public static final long ALU_MIN = 22;

    /** {@code ALU_MINU}. */
    public static final long ALU_MINU = 23;

    /** {@code ALU_MAX}. */
    public static final long ALU_MAX = 24;

    /** {@code ALU_MAXU}. */
    public static final long ALU_MAXU = 25;

    /** {@code ALU_ROL}. */
    public static final long ALU_ROL = 26;

    /** {@code ALU_ROR}. */
    public static final long ALU_ROR = 27;

    /** {@code ALU_ORC_B}. */
    public static final long ALU_ORC_B = 28;

    /** {@code ALU_REV8}. */
    public static final long ALU_REV8 = 29;

    /** {@code ALU_CZERO_EQZ}. */
    public static final long ALU_CZERO_EQZ = 30;

    /** {@code ALU_CZERO_NEZ}. */
    public static final long ALU_CZERO_NEZ = 31;
  }

  /** Enumeration {@code control_op_t}. */
  public static final class ControlOpT {
    private ControlOpT() {}

    /** {@code CONTROL_BEQ}. */
    public static final long CONTROL_BEQ = 0;

    /** {@code CONTROL_BNE}. */
    public static final long CONTROL_BNE = 1;

    /** {@code CONTROL_BLT}. */
    public static final long CONTROL_BLT = 2;

    /** {@code CONTROL_BGE}. */
    public static final long CONTROL_BGE = 3;

    /** {@code CONTROL_BLTU}. */
    public static final long CONTROL_BLTU = 4;

    /** {@code CONTROL_BGEU}. */
    public static final long CONTROL_BGEU = 5;

    /** {@code CONTROL_JAL_MISALIGNED}. */
    public static final long CONTROL_JAL_MISALIGNED = 6;

    /** {@code CONTROL_JALR}. */
    public static final long CONTROL_JALR = 7;

    /** {@code CONTROL_TMC}. */
    public static final long CONTROL_TMC = 8;

    /** {@code CONTROL_WSPAWN}. */
    public static final long CONTROL_WSPAWN = 9;

    /** {@code CONTROL_SPLIT}. */
    public static final long CONTROL_SPLIT = 10;

    /** {@code CONTROL_SPLIT_N}. */
    public static final long CONTROL_SPLIT_N = 11;

    /** {@code CONTROL_JOIN}. */
    public static final long CONTROL_JOIN = 12;

    /** {@code CONTROL_BAR}. */
    public static final long CONTROL_BAR = 13;

    /** {@code CONTROL_PRED}. */
    public static final long CONTROL_PRED = 14;

    /** {@code CONTROL_PRED_N}. */
    public static final long CONTROL_PRED_N = 15;

    /** {@code CONTROL_WSYNC}. */
    public static final long CONTROL_WSYNC = 16;

    /** {@code CONTROL_ECALL}. */
    public static final long CONTROL_ECALL = 17;

    /** {@code CONTROL_EBREAK}. */
    public static final long CONTROL_EBREAK = 18;

    /** {@code CONTROL_ILLEGAL}. */
    public static final long CONTROL_ILLEGAL = 19;

    /** {@code CONTROL_FETCH_FAULT}. */
    public static final long CONTROL_FETCH_FAULT = 20;
  }

  /** Enumeration {@code shuffle_op_t}. */
  public static final class ShuffleOpT {
    private ShuffleOpT() {}

    /** {@code SHUFFLE_ALL}. */
    public static final long SHUFFLE_ALL = 0;

    /** {@code SHUFFLE_ANY}. */
    public static final long SHUFFLE_ANY = 1;

    /** {@code SHUFFLE_UNI}. */
    public static final long SHUFFLE_UNI = 2;

    /** {@code SHUFFLE_BALLOT}. */
    public static final long SHUFFLE_BALLOT = 3;

    /** {@code SHUFFLE_UP}. */
    public static final long SHUFFLE_UP = 4;

    /** {@code SHUFFLE_DOWN}. */
    public static final long SHUFFLE_DOWN = 5;

    /** {@code SHUFFLE_BFLY}. */
    public static final long SHUFFLE_BFLY = 6;

    /** {@code SHUFFLE_IDX}. */
    public static final long SHUFFLE_IDX = 7;
  }

  /** Enumeration {@code texture_op_t}. */
  public static final class TextureOpT {
    private TextureOpT() {}

    /** {@code TEXTURE_COORD}. */
    public static final long TEXTURE_COORD = 0;

    /** {@code TEXTURE_MIXLO}. */
    public static final long TEXTURE_MIXLO = 1;

    /** {@code TEXTURE_MIXHI}. */
    public static final long TEXTURE_MIXHI = 2;

    /** {@code TEXTURE_COLORLO}. */
    public static final long TEXTURE_COLORLO = 3;

    /** {@code TEXTURE_COLORHI}. */
    public static final long TEXTURE_COLORHI = 4;
  }

  /** Enumeration {@code merge_op_t}. */
  public static final class MergeOpT {
    private MergeOpT() {}

    /** {@code MERGE_PACK8LO}. */
    public static final long MERGE_PACK8LO = 0;

    /** {@code MERGE_PACK8HI}. */
    public static final long MERGE_PACK8HI = 1;

    /** {@code MERGE_PACK10LO}. */
    public static final long MERGE_PACK10LO = 2;

    /** {@code MERGE_PACK10HI}. */
    public static final long MERGE_PACK10HI = 3;

    /** {@code MERGE_PACK565LO}. */
    public static final long MERGE_PACK565LO = 4;

    /** {@code MERGE_PACK565HI}. */
    public static final long MERGE_PACK565HI = 5;

    /** {@code MERGE_UNPACK8}. */
    public static final long MERGE_UNPACK8 = 6;

    /** {@code MERGE_UNPACK10}. */
    public static final long MERGE_UNPACK10 = 7;

    /** {@code MERGE_UNPACK5}. */
    public static final long MERGE_UNPACK5 = 8;

    /** {@code MERGE_UNPACK6}. */
    public static final long MERGE_UNPACK6 = 9;

    /** {@code MERGE_UNPACK2}. */
    public static final long MERGE_UNPACK2 = 10;
  }

  /** Enumeration {@code coverage_op_t}. */
  public static final class CoverageOpT {
    private CoverageOpT() {}

    /** {@code COVERAGE_ROW}. */
    public static final long COVERAGE_ROW = 0;

    /** {@code COVERAGE_ANY}. */
    public static final long COVERAGE_ANY = 1;
  }
}
