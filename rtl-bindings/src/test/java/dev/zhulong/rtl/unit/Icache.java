// Generated from the ports of module zl_icache; not to be edited.
package dev.zhulong.rtl.unit;

import dev.zhulong.rtl.NarrowPort;
import dev.zhulong.rtl.VerilatedDesign;
import dev.zhulong.rtl.VerilatedModel;
import dev.zhulong.rtl.WidePort;

/** Module {@code zl_icache}; fields are its ports. */
public final class Icache implements AutoCloseable {
  /** The model, for whatever is not a port. */
  public final VerilatedModel model;

  /** Input. */
  public final NarrowPort clk_i;

  /** Input. */
  public final NarrowPort rst_ni;

  /** Input. */
  public final NarrowPort invalidate_i;

  /** Input. */
  public final WidePort region_base_i;

  /** Input. */
  public final WidePort region_size_i;

  /** Input. */
  public final NarrowPort region_flags_i;

  /** Input. */
  public final NarrowPort req_valid_i;

  /** Output. */
  public final NarrowPort req_ready_o;

  /** Input. */
  public final NarrowPort req_warp_i;

  /** Input. */
  public final NarrowPort req_pc_i;

  /** Output. */
  public final NarrowPort rsp_valid_o;

  /** Output. */
  public final NarrowPort rsp_warp_o;

  /** Output. */
  public final NarrowPort rsp_pc_o;

  /** Output. */
  public final WidePort rsp_data_o;

  /** Output. */
  public final NarrowPort rsp_fault_o;

  /** Output. */
  public final NarrowPort pending_o;

  /** Output. */
  public final NarrowPort perf_hit_o;

  /** Output. */
  public final NarrowPort perf_miss_o;

  /** Output. */
  public final NarrowPort mem_req_valid_o;

  /** Input. */
  public final NarrowPort mem_req_ready_i;

  /** Output. */
  public final NarrowPort mem_req_line_o;

  /** Output. */
  public final NarrowPort mem_req_tag_o;

  /** Input. */
  public final NarrowPort mem_rsp_valid_i;

  /** Output. */
  public final NarrowPort mem_rsp_ready_o;

  /** Input. */
  public final NarrowPort mem_rsp_tag_i;

  /** Input. */
  public final WidePort mem_rsp_data_i;

  /** Input. */
  public final NarrowPort mem_rsp_error_i;

  /**
   * Builds or finds the model, and makes an instance.
   *
   * @throws IllegalArgumentException if the design's top module has other ports
   */
  public Icache(VerilatedDesign design) {
    model = design.build();
    try {
      clk_i = model.narrow("clk_i");
      rst_ni = model.narrow("rst_ni");
      invalidate_i = model.narrow("invalidate_i");
      region_base_i = model.wide("region_base_i");
      region_size_i = model.wide("region_size_i");
      region_flags_i = model.narrow("region_flags_i");
      req_valid_i = model.narrow("req_valid_i");
      req_ready_o = model.narrow("req_ready_o");
      req_warp_i = model.narrow("req_warp_i");
      req_pc_i = model.narrow("req_pc_i");
      rsp_valid_o = model.narrow("rsp_valid_o");
      rsp_warp_o = model.narrow("rsp_warp_o");
      rsp_pc_o = model.narrow("rsp_pc_o");
      rsp_data_o = model.wide("rsp_data_o");
      rsp_fault_o = model.narrow("rsp_fault_o");
      pending_o = model.narrow("pending_o");
      perf_hit_o = model.narrow("perf_hit_o");
      perf_miss_o = model.narrow("perf_miss_o");
      mem_req_valid_o = model.narrow("mem_req_valid_o");
      mem_req_ready_i = model.narrow("mem_req_ready_i");
      mem_req_line_o = model.narrow("mem_req_line_o");
      mem_req_tag_o = model.narrow("mem_req_tag_o");
      mem_rsp_valid_i = model.narrow("mem_rsp_valid_i");
      mem_rsp_ready_o = model.narrow("mem_rsp_ready_o");
      mem_rsp_tag_i = model.narrow("mem_rsp_tag_i");
      mem_rsp_data_i = model.wide("mem_rsp_data_i");
      mem_rsp_error_i = model.narrow("mem_rsp_error_i");
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
}
