// Generated from the ports of module zl_fpu_div_sqrt; not to be edited.
package dev.zhulong.rtl.unit;

import dev.zhulong.rtl.NarrowPort;
import dev.zhulong.rtl.VerilatedDesign;
import dev.zhulong.rtl.VerilatedModel;
import dev.zhulong.rtl.WidePort;

/** Module {@code zl_fpu_div_sqrt}; fields are its ports. */
public final class FpuDivSqrt implements AutoCloseable {
  /** The model, for whatever is not a port. */
  public final VerilatedModel model;

  /** Input. */
  public final NarrowPort clk_i;

  /** Input. */
  public final NarrowPort rst_ni;

  /** Input. */
  public final NarrowPort valid_i;

  /** Output. */
  public final NarrowPort ready_o;

  /** Input. */
  public final NarrowPort op_i;

  /** Input. */
  public final NarrowPort rm_i;

  /** Input. */
  public final NarrowPort mask_i;

  /** Input. */
  public final WidePort a_i;

  /** Input. */
  public final WidePort b_i;

  /** Input. */
  public final NarrowPort tag_i;

  /** Output. */
  public final NarrowPort valid_o;

  /** Input. */
  public final NarrowPort ready_i;

  /** Output. */
  public final NarrowPort tag_o;

  /** Output. */
  public final NarrowPort mask_o;

  /** Output. */
  public final WidePort result_o;

  /** Output, with fields invalid, divide_by_zero, overflow, underflow, inexact. */
  public final NarrowPort flags_o;

  /**
   * Builds or finds the model, and makes an instance.
   *
   * @throws IllegalArgumentException if the design's top module has other ports
   */
  public FpuDivSqrt(VerilatedDesign design) {
    model = design.build();
    try {
      clk_i = model.narrow("clk_i");
      rst_ni = model.narrow("rst_ni");
      valid_i = model.narrow("valid_i");
      ready_o = model.narrow("ready_o");
      op_i = model.narrow("op_i");
      rm_i = model.narrow("rm_i");
      mask_i = model.narrow("mask_i");
      a_i = model.wide("a_i");
      b_i = model.wide("b_i");
      tag_i = model.narrow("tag_i");
      valid_o = model.narrow("valid_o");
      ready_i = model.narrow("ready_i");
      tag_o = model.narrow("tag_o");
      mask_o = model.narrow("mask_o");
      result_o = model.wide("result_o");
      flags_o = model.narrow("flags_o");
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

  /** Enumeration {@code rounding_mode_t}. */
  public static final class RoundingModeT {
    private RoundingModeT() {}

    /** {@code RM_RNE}. */
    public static final long RM_RNE = 0;

    /** {@code RM_RTZ}. */
    public static final long RM_RTZ = 1;

    /** {@code RM_RDN}. */
    public static final long RM_RDN = 2;

    /** {@code RM_RUP}. */
    public static final long RM_RUP = 3;

    /** {@code RM_RMM}. */
    public static final long RM_RMM = 4;
  }

  /** Enumeration {@code fma_op_t}. */
  public static final class FmaOpT {
    private FmaOpT() {}

    /** {@code FMA_ADD}. */
    public static final long FMA_ADD = 0;

    /** {@code FMA_SUB}. */
    public static final long FMA_SUB = 1;

    /** {@code FMA_MUL}. */
    public static final long FMA_MUL = 2;

    /** {@code FMA_MADD}. */
    public static final long FMA_MADD = 3;

    /** {@code FMA_MSUB}. */
    public static final long FMA_MSUB = 4;

    /** {@code FMA_NMSUB}. */
    public static final long FMA_NMSUB = 5;

    /** {@code FMA_NMADD}. */
    public static final long FMA_NMADD = 6;
  }

  /** Enumeration {@code div_sqrt_op_t}. */
  public static final class DivSqrtOpT {
    private DivSqrtOpT() {}

    /** {@code DIV_SQRT_DIV}. */
    public static final long DIV_SQRT_DIV = 0;

    /** {@code DIV_SQRT_SQRT}. */
    public static final long DIV_SQRT_SQRT = 1;
  }

  /** Enumeration {@code misc_op_t}. */
  public static final class MiscOpT {
    private MiscOpT() {}

    /** {@code MISC_SGNJ}. */
    public static final long MISC_SGNJ = 0;

    /** {@code MISC_SGNJN}. */
    public static final long MISC_SGNJN = 1;

    /** {@code MISC_SGNJX}. */
    public static final long MISC_SGNJX = 2;

    /** {@code MISC_MIN}. */
    public static final long MISC_MIN = 3;

    /** {@code MISC_MAX}. */
    public static final long MISC_MAX = 4;

    /** {@code MISC_EQ}. */
    public static final long MISC_EQ = 5;

    /** {@code MISC_LT}. */
    public static final long MISC_LT = 6;

    /** {@code MISC_LE}. */
    public static final long MISC_LE = 7;

    /** {@code MISC_CLASS}. */
    public static final long MISC_CLASS = 8;

    /** {@code MISC_CVT_W_S}. */
    public static final long MISC_CVT_W_S = 9;

    /** {@code MISC_CVT_WU_S}. */
    public static final long MISC_CVT_WU_S = 10;

    /** {@code MISC_CVT_S_W}. */
    public static final long MISC_CVT_S_W = 11;

    /** {@code MISC_CVT_S_WU}. */
    public static final long MISC_CVT_S_WU = 12;

    /** {@code MISC_MV_X_W}. */
    public static final long MISC_MV_X_W = 13;

    /** {@code MISC_MV_W_X}. */
    public static final long MISC_MV_W_X = 14;
  }
}
