// Generated from the ports of module zl_issue; not to be edited.
package dev.zhulong.rtl.unit;

import dev.zhulong.rtl.NarrowPort;
import dev.zhulong.rtl.VerilatedDesign;
import dev.zhulong.rtl.VerilatedModel;
import dev.zhulong.rtl.WidePort;
import java.util.List;

/** Module {@code zl_issue}; fields are its ports. */
public final class Issue implements AutoCloseable {
  /** The model, for whatever is not a port. */
  public final VerilatedModel model;

  /** Input. */
  public final NarrowPort clk_i;

  /** Input. */
  public final NarrowPort rst_ni;

  /** Input. */
  public final NarrowPort halt_i;

  /** Input. */
  public final NarrowPort hold_i;

  /** Input. */
  public final NarrowPort pass_i;

  /** Output. */
  public final NarrowPort breaks_o;

  /** Output. */
  public final NarrowPort blocked_o;

  /** Output. */
  public final NarrowPort busy_o;

  /** Input. */
  public final NarrowPort de_valid_i;

  /**
   * Input, with fields unit, use1, rs1, use2, rs2, use3, rs3, writes, rd, breakpoint, blocks,
   * drains.
   */
  public final List<NarrowPort> de_key_i;

  /** Output. */
  public final NarrowPort issue_valid_o;

  /** Output. */
  public final NarrowPort issue_warp_o;

  /** Input, with fields op, a_is_pc, b_is_imm, uses_rm, predicted_taken, imm, pc, instr. */
  public final WidePort de_payload_i;

  /** Input. */
  public final NarrowPort active_i;

  /** Input. */
  public final NarrowPort unblock_i;

  /** Input. */
  public final NarrowPort flush_i;

  /** Input. */
  public final NarrowPort start_warps_i;

  /** Input. */
  public final NarrowPort start_pc_i;

  /** Input. */
  public final NarrowPort sync_wait_i;

  /** Input. */
  public final NarrowPort int_wait_i;

  /** Input. */
  public final NarrowPort float_wait_i;

  /** Input. */
  public final NarrowPort int_release_i;

  /** Input. */
  public final NarrowPort int_warp_i;

  /** Input. */
  public final NarrowPort int_rd_i;

  /** Input. */
  public final NarrowPort float_release_i;

  /** Input. */
  public final NarrowPort float_warp_i;

  /** Input. */
  public final NarrowPort float_rd_i;

  /** Input. */
  public final NarrowPort lsu_release_i;

  /** Input. */
  public final NarrowPort div_release_i;

  /** Input. */
  public final NarrowPort fdiv_release_i;

  /** Output. */
  public final NarrowPort int_reserved_o;

  /** Output. */
  public final NarrowPort float_reserved_o;

  /** Output. */
  public final NarrowPort is_valid_o;

  /** Output. */
  public final NarrowPort is_warp_o;

  /** Output. */
  public final NarrowPort is_seq_o;

  /**
   * Output, with fields unit, use1, rs1, use2, rs2, use3, rs3, writes, rd, breakpoint, blocks,
   * drains.
   */
  public final NarrowPort is_key_o;

  /** Output, with fields op, a_is_pc, b_is_imm, uses_rm, predicted_taken, imm, pc, instr. */
  public final WidePort is_payload_o;

  /** Output. */
  public final List<NarrowPort> pc_o;

  /** Output. */
  public final NarrowPort perf_issue_o;

  /** Output. */
  public final NarrowPort perf_fetch_o;

  /** Output. */
  public final NarrowPort perf_operand_o;

  /** Output. */
  public final NarrowPort perf_lsu_o;

  /** Output. */
  public final NarrowPort perf_unit_o;

  /** Output. */
  public final NarrowPort perf_sync_o;

  /** Output. */
  public final NarrowPort perf_idle_o;

  /**
   * Builds or finds the model, and makes an instance.
   *
   * @throws IllegalArgumentException if the design's top module has other ports
   */
  public Issue(VerilatedDesign design) {
    model = design.build();
    try {
      clk_i = model.narrow("clk_i");
      rst_ni = model.narrow("rst_ni");
      halt_i = model.narrow("halt_i");
      hold_i = model.narrow("hold_i");
      pass_i = model.narrow("pass_i");
      breaks_o = model.narrow("breaks_o");
      blocked_o = model.narrow("blocked_o");
      busy_o = model.narrow("busy_o");
      de_valid_i = model.narrow("de_valid_i");
      de_key_i = model.narrowArray("de_key_i");
      issue_valid_o = model.narrow("issue_valid_o");
      issue_warp_o = model.narrow("issue_warp_o");
      de_payload_i = model.wide("de_payload_i");
      active_i = model.narrow("active_i");
      unblock_i = model.narrow("unblock_i");
      flush_i = model.narrow("flush_i");
      start_warps_i = model.narrow("start_warps_i");
      start_pc_i = model.narrow("start_pc_i");
      sync_wait_i = model.narrow("sync_wait_i");
      int_wait_i = model.narrow("int_wait_i");
      float_wait_i = model.narrow("float_wait_i");
      int_release_i = model.narrow("int_release_i");
      int_warp_i = model.narrow("int_warp_i");
      int_rd_i = model.narrow("int_rd_i");
      float_release_i = model.narrow("float_release_i");
      float_warp_i = model.narrow("float_warp_i");
      float_rd_i = model.narrow("float_rd_i");
      lsu_release_i = model.narrow("lsu_release_i");
      div_release_i = model.narrow("div_release_i");
      fdiv_release_i = model.narrow("fdiv_release_i");
      int_reserved_o = model.narrow("int_reserved_o");
      float_reserved_o = model.narrow("float_reserved_o");
      is_valid_o = model.narrow("is_valid_o");
      is_warp_o = model.narrow("is_warp_o");
      is_seq_o = model.narrow("is_seq_o");
      is_key_o = model.narrow("is_key_o");
      is_payload_o = model.wide("is_payload_o");
      pc_o = model.narrowArray("pc_o");
      perf_issue_o = model.narrow("perf_issue_o");
      perf_fetch_o = model.narrow("perf_fetch_o");
      perf_operand_o = model.narrow("perf_operand_o");
      perf_lsu_o = model.narrow("perf_lsu_o");
      perf_unit_o = model.narrow("perf_unit_o");
      perf_sync_o = model.narrow("perf_sync_o");
      perf_idle_o = model.narrow("perf_idle_o");
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
