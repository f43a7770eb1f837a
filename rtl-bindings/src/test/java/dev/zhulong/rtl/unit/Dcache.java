// Generated from the ports of module zl_dcache; not to be edited.
package dev.zhulong.rtl.unit;

import dev.zhulong.rtl.NarrowPort;
import dev.zhulong.rtl.VerilatedDesign;
import dev.zhulong.rtl.VerilatedModel;
import dev.zhulong.rtl.WidePort;

/** Module {@code zl_dcache}; fields are its ports. */
public final class Dcache implements AutoCloseable {
  /** The model, for whatever is not a port. */
  public final VerilatedModel model;

  /** Input. */
  public final NarrowPort clk_i;

  /** Input. */
  public final NarrowPort rst_ni;

  /** Input. */
  public final NarrowPort invalidate_i;

  /** Input. */
  public final NarrowPort flush_i;

  /** Input. */
  public final NarrowPort acc_valid_i;

  /** Input. */
  public final NarrowPort acc_write_i;

  /** Input. */
  public final NarrowPort acc_atomic_i;

  /** Input. */
  public final NarrowPort acc_release_i;

  /** Input. */
  public final NarrowPort acc_line_i;

  /** Output. */
  public final NarrowPort acc_ready_o;

  /** Output. */
  public final NarrowPort acc_hit_o;

  /** Output. */
  public final NarrowPort acc_mshr_o;

  /** Input. */
  public final NarrowPort acc_go_i;

  /** Input. */
  public final NarrowPort acc_target_i;

  /** Output. */
  public final WidePort row_o;

  /** Input. */
  public final NarrowPort store_strb_i;

  /** Input. */
  public final WidePort store_data_i;

  /** Output. */
  public final NarrowPort fill_valid_o;

  /** Output. */
  public final NarrowPort fill_mshr_o;

  /** Output. */
  public final NarrowPort fill_target_o;

  /** Output. */
  public final NarrowPort fill_line_o;

  /** Output. */
  public final WidePort fill_data_o;

  /** Output. */
  public final NarrowPort fill_error_o;

  /** Input. */
  public final NarrowPort fill_served_i;

  /** Output. */
  public final NarrowPort write_error_o;

  /** Output. */
  public final NarrowPort write_error_line_o;

  /** Output. */
  public final NarrowPort drained_o;

  /** Output. */
  public final NarrowPort mem_req_valid_o;

  /** Input. */
  public final NarrowPort mem_req_ready_i;

  /** Output. */
  public final NarrowPort mem_req_write_o;

  /** Output. */
  public final NarrowPort mem_req_atomic_o;

  /** Output. */
  public final NarrowPort mem_req_line_o;

  /** Output. */
  public final NarrowPort mem_req_tag_o;

  /** Output. */
  public final WidePort mem_req_data_o;

  /** Output. */
  public final NarrowPort mem_req_strb_o;

  /** Input. */
  public final NarrowPort mem_rsp_valid_i;

  /** Output. */
  public final NarrowPort mem_rsp_ready_o;

  /** Input. */
  public final NarrowPort mem_rsp_write_i;

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
  public Dcache(VerilatedDesign design) {
    model = design.build();
    try {
      clk_i = model.narrow("clk_i");
      rst_ni = model.narrow("rst_ni");
      invalidate_i = model.narrow("invalidate_i");
      flush_i = model.narrow("flush_i");
      acc_valid_i = model.narrow("acc_valid_i");
      acc_write_i = model.narrow("acc_write_i");
      acc_atomic_i = model.narrow("acc_atomic_i");
      acc_release_i = model.narrow("acc_release_i");
      acc_line_i = model.narrow("acc_line_i");
      acc_ready_o = model.narrow("acc_ready_o");
      acc_hit_o = model.narrow("acc_hit_o");
      acc_mshr_o = model.narrow("acc_mshr_o");
      acc_go_i = model.narrow("acc_go_i");
      acc_target_i = model.narrow("acc_target_i");
      row_o = model.wide("row_o");
      store_strb_i = model.narrow("store_strb_i");
      store_data_i = model.wide("store_data_i");
      fill_valid_o = model.narrow("fill_valid_o");
      fill_mshr_o = model.narrow("fill_mshr_o");
      fill_target_o = model.narrow("fill_target_o");
      fill_line_o = model.narrow("fill_line_o");
      fill_data_o = model.wide("fill_data_o");
      fill_error_o = model.narrow("fill_error_o");
      fill_served_i = model.narrow("fill_served_i");
      write_error_o = model.narrow("write_error_o");
      write_error_line_o = model.narrow("write_error_line_o");
      drained_o = model.narrow("drained_o");
      mem_req_valid_o = model.narrow("mem_req_valid_o");
      mem_req_ready_i = model.narrow("mem_req_ready_i");
      mem_req_write_o = model.narrow("mem_req_write_o");
      mem_req_atomic_o = model.narrow("mem_req_atomic_o");
      mem_req_line_o = model.narrow("mem_req_line_o");
      mem_req_tag_o = model.narrow("mem_req_tag_o");
      mem_req_data_o = model.wide("mem_req_data_o");
      mem_req_strb_o = model.narrow("mem_req_strb_o");
      mem_rsp_valid_i = model.narrow("mem_rsp_valid_i");
      mem_rsp_ready_o = model.narrow("mem_rsp_ready_o");
      mem_rsp_write_i = model.narrow("mem_rsp_write_i");
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
