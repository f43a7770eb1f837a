// Generated from the ports of module zl_warp_control; not to be edited.
package dev.zhulong.rtl.unit;

import dev.zhulong.rtl.NarrowPort;
import dev.zhulong.rtl.VerilatedDesign;
import dev.zhulong.rtl.VerilatedModel;
import dev.zhulong.rtl.WidePort;
import java.util.List;

/** Module {@code zl_warp_control}; fields are its ports. */
public final class WarpControl implements AutoCloseable {
  /** The model, for whatever is not a port. */
  public final VerilatedModel model;

  /** Input. */
  public final NarrowPort clk_i;

  /** Input. */
  public final NarrowPort rst_ni;

  /** Input. */
  public final NarrowPort valid_i;

  /** Input. */
  public final NarrowPort illegal_i;

  /** Input. */
  public final NarrowPort csr_valid_i;

  /** Input. */
  public final NarrowPort fence_valid_i;

  /** Input. */
  public final NarrowPort fence_is_instruction_i;

  /** Input. */
  public final NarrowPort op_i;

  /** Input. */
  public final NarrowPort warp_i;

  /** Input. */
  public final NarrowPort mask_i;

  /** Input. */
  public final WidePort a_i;

  /** Input. */
  public final WidePort b_i;

  /** Input. */
  public final NarrowPort imm_i;

  /** Input. */
  public final NarrowPort pc_i;

  /** Input. */
  public final NarrowPort predicted_taken_i;

  /** Output. */
  public final NarrowPort result_o;

  /** Input. */
  public final NarrowPort lanes_write_i;

  /** Input. */
  public final NarrowPort lanes_warp_i;

  /** Input. */
  public final NarrowPort lanes_i;

  /** Input. */
  public final NarrowPort fence_done_i;

  /** Input. */
  public final NarrowPort fence_warp_i;

  /** Input. */
  public final NarrowPort start_valid_i;

  /** Output. */
  public final NarrowPort start_ready_o;

  /** Input. */
  public final NarrowPort start_warp_i;

  /** Input. */
  public final NarrowPort start_mask_i;

  /** Input. */
  public final NarrowPort start_pc_i;

  /** Output. */
  public final NarrowPort done_o;

  /** Output. */
  public final NarrowPort start_warps_o;

  /** Output. */
  public final NarrowPort start_is_spawn_o;

  /** Output. */
  public final NarrowPort start_pc_o;

  /** Output. */
  public final NarrowPort active_o;

  /** Output. */
  public final List<NarrowPort> lane_mask_o;

  /** Output. */
  public final NarrowPort redirect_valid_o;

  /** Output. */
  public final NarrowPort redirect_warp_o;

  /** Output. */
  public final NarrowPort redirect_pc_o;

  /** Output. */
  public final NarrowPort flush_o;

  /** Output. */
  public final NarrowPort unblock_o;

  /** Output. */
  public final NarrowPort waits_o;

  /** Output. */
  public final NarrowPort sync_wait_o;

  /** Output. */
  public final NarrowPort icache_invalidate_o;

  /** Output. */
  public final NarrowPort global_barrier_valid_o;

  /** Output. */
  public final NarrowPort global_barrier_id_o;

  /** Output. */
  public final NarrowPort global_barrier_count_o;

  /** Input. */
  public final NarrowPort global_barrier_release_i;

  /** Output. */
  public final NarrowPort fault_valid_o;

  /** Output. */
  public final NarrowPort fault_cause_o;

  /** Output. */
  public final NarrowPort fault_pc_o;

  /** Output. */
  public final NarrowPort fault_warp_o;

  /** Output. */
  public final NarrowPort fault_mask_o;

  /** Output. */
  public final NarrowPort fault_address_o;

  /** Output. */
  public final NarrowPort fault_access_o;

  /** Output. */
  public final NarrowPort perf_branch_o;

  /** Output. */
  public final NarrowPort perf_mispredicted_o;

  /** Output. */
  public final NarrowPort perf_split_o;

  /** Output. */
  public final NarrowPort perf_divergent_o;

  /**
   * Builds or finds the model, and makes an instance.
   *
   * @throws IllegalArgumentException if the design's top module has other ports
   */
  public WarpControl(VerilatedDesign design) {
    model = design.build();
    try {
      clk_i = model.narrow("clk_i");
      rst_ni = model.narrow("rst_ni");
      valid_i = model.narrow("valid_i");
      illegal_i = model.narrow("illegal_i");
      csr_valid_i = model.narrow("csr_valid_i");
      fence_valid_i = model.narrow("fence_valid_i");
      fence_is_instruction_i = model.narrow("fence_is_instruction_i");
      op_i = model.narrow("op_i");
      warp_i = model.narrow("warp_i");
      mask_i = model.narrow("mask_i");
      a_i = model.wide("a_i");
      b_i = model.wide("b_i");
      imm_i = model.narrow("imm_i");
      pc_i = model.narrow("pc_i");
      predicted_taken_i = model.narrow("predicted_taken_i");
      result_o = model.narrow("result_o");
      lanes_write_i = model.narrow("lanes_write_i");
      lanes_warp_i = model.narrow("lanes_warp_i");
      lanes_i = model.narrow("lanes_i");
      fence_done_i = model.narrow("fence_done_i");
      fence_warp_i = model.narrow("fence_warp_i");
      start_valid_i = model.narrow("start_valid_i");
      start_ready_o = model.narrow("start_ready_o");
      start_warp_i = model.narrow("start_warp_i");
      start_mask_i = model.narrow("start_mask_i");
      start_pc_i = model.narrow("start_pc_i");
      done_o = model.narrow("done_o");
      start_warps_o = model.narrow("start_warps_o");
      start_is_spawn_o = model.narrow("start_is_spawn_o");
      start_pc_o = model.narrow("start_pc_o");
      active_o = model.narrow("active_o");
      lane_mask_o = model.narrowArray("lane_mask_o");
      redirect_valid_o = model.narrow("redirect_valid_o");
      redirect_warp_o = model.narrow("redirect_warp_o");
      redirect_pc_o = model.narrow("redirect_pc_o");
      flush_o = model.narrow("flush_o");
      unblock_o = model.narrow("unblock_o");
      waits_o = model.narrow("waits_o");
      sync_wait_o = model.narrow("sync_wait_o");
      icache_invalidate_o = model.narrow("icache_invalidate_o");
      global_barrier_valid_o = model.narrow("global_barrier_valid_o");
      global_barrier_id_o = model.narrow("global_barrier_id_o");
      global_barrier_count_o = model.narrow("global_barrier_count_o");
      global_barrier_release_i = model.narrow("global_barrier_release_i");
      fault_valid_o = model.narrow("fault_valid_o");
      fault_cause_o = model.narrow("fault_cause_o");
      fault_pc_o = model.narrow("fault_pc_o");
      fault_warp_o = model.narrow("fault_warp_o");
      fault_mask_o = model.narrow("fault_mask_o");
      fault_address_o = model.narrow("fault_address_o");
      fault_access_o = model.narrow("fault_access_o");
      perf_branch_o = model.narrow("perf_branch_o");
      perf_mispredicted_o = model.narrow("perf_mispredicted_o");
      perf_split_o = model.narrow("perf_split_o");
      perf_divergent_o = model.narrow("perf_divergent_o");
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
}
