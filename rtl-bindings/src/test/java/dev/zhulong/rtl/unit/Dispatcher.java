// Generated from the ports of module zl_dispatcher; not to be edited.
package dev.zhulong.rtl.unit;

import dev.zhulong.rtl.NarrowPort;
import dev.zhulong.rtl.VerilatedDesign;
import dev.zhulong.rtl.VerilatedModel;
import dev.zhulong.rtl.WidePort;

/** Module {@code zl_dispatcher}; fields are its ports. */
public final class Dispatcher implements AutoCloseable {
  /** The model, for whatever is not a port. */
  public final VerilatedModel model;

  /** Input. */
  public final NarrowPort clk_i;

  /** Input. */
  public final NarrowPort rst_ni;

  /** Input. */
  public final NarrowPort plan_i;

  /** Input. */
  public final NarrowPort launch_i;

  /** Input. */
  public final NarrowPort halt_i;

  /** Input. */
  public final NarrowPort grid_i;

  /** Input. */
  public final NarrowPort independent_i;

  /** Input. */
  public final NarrowPort entry_i;

  /** Input. */
  public final NarrowPort argument_i;

  /** Input. */
  public final WidePort grid_size_i;

  /** Input. */
  public final WidePort group_size_i;

  /** Input. */
  public final NarrowPort local_bytes_i;

  /** Output. */
  public final NarrowPort plan_valid_o;

  /** Output. */
  public final NarrowPort plan_refused_o;

  /** Output. */
  public final NarrowPort plan_empty_o;

  /** Output. */
  public final NarrowPort working_o;

  /** Output. */
  public final NarrowPort start_valid_o;

  /** Input. */
  public final NarrowPort start_ready_i;

  /** Output. */
  public final NarrowPort start_warp_o;

  /** Output. */
  public final NarrowPort start_pc_o;

  /** Output. */
  public final NarrowPort start_mask_o;

  /** Output. */
  public final NarrowPort start_mscratch_o;

  /** Output. */
  public final NarrowPort start_slot_o;

  /** Output. */
  public final NarrowPort start_rank_o;

  /** Output. */
  public final NarrowPort start_group_warps_o;

  /** Output. */
  public final WidePort start_group_id_o;

  /** Output. */
  public final WidePort start_local_id_x_o;

  /** Output. */
  public final WidePort start_local_id_y_o;

  /** Output. */
  public final WidePort start_local_id_z_o;

  /** Output. */
  public final NarrowPort start_local_base_o;

  /** Input. */
  public final NarrowPort warp_active_i;

  /** Input. */
  public final NarrowPort warp_done_i;

  /**
   * Builds or finds the model, and makes an instance.
   *
   * @throws IllegalArgumentException if the design's top module has other ports
   */
  public Dispatcher(VerilatedDesign design) {
    model = design.build();
    try {
      clk_i = model.narrow("clk_i");
      rst_ni = model.narrow("rst_ni");
      plan_i = model.narrow("plan_i");
      launch_i = model.narrow("launch_i");
      halt_i = model.narrow("halt_i");
      grid_i = model.narrow("grid_i");
      independent_i = model.narrow("independent_i");
      entry_i = model.narrow("entry_i");
      argument_i = model.narrow("argument_i");
      grid_size_i = model.wide("grid_size_i");
      group_size_i = model.wide("group_size_i");
      local_bytes_i = model.narrow("local_bytes_i");
      plan_valid_o = model.narrow("plan_valid_o");
      plan_refused_o = model.narrow("plan_refused_o");
      plan_empty_o = model.narrow("plan_empty_o");
      working_o = model.narrow("working_o");
      start_valid_o = model.narrow("start_valid_o");
      start_ready_i = model.narrow("start_ready_i");
      start_warp_o = model.narrow("start_warp_o");
      start_pc_o = model.narrow("start_pc_o");
      start_mask_o = model.narrow("start_mask_o");
      start_mscratch_o = model.narrow("start_mscratch_o");
      start_slot_o = model.narrow("start_slot_o");
      start_rank_o = model.narrow("start_rank_o");
      start_group_warps_o = model.narrow("start_group_warps_o");
      start_group_id_o = model.wide("start_group_id_o");
      start_local_id_x_o = model.wide("start_local_id_x_o");
      start_local_id_y_o = model.wide("start_local_id_y_o");
      start_local_id_z_o = model.wide("start_local_id_z_o");
      start_local_base_o = model.narrow("start_local_base_o");
      warp_active_i = model.narrow("warp_active_i");
      warp_done_i = model.narrow("warp_done_i");
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
