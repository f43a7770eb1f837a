// Generated from the ports of module zl_global_barrier; not to be edited.
package dev.zhulong.rtl.unit;

import dev.zhulong.rtl.NarrowPort;
import dev.zhulong.rtl.VerilatedDesign;
import dev.zhulong.rtl.VerilatedModel;
import dev.zhulong.rtl.WidePort;

/** Module {@code zl_global_barrier}; fields are its ports. */
public final class GlobalBarrier implements AutoCloseable {
  /** The model, for whatever is not a port. */
  public final VerilatedModel model;

  /** Input. */
  public final NarrowPort clk_i;

  /** Input. */
  public final NarrowPort rst_ni;

  /** Input. */
  public final NarrowPort valid_i;

  /** Input. */
  public final WidePort id_i;

  /** Input. */
  public final WidePort count_i;

  /** Output. */
  public final NarrowPort release_o;

  /**
   * Builds or finds the model, and makes an instance.
   *
   * @throws IllegalArgumentException if the design's top module has other ports
   */
  public GlobalBarrier(VerilatedDesign design) {
    model = design.build();
    try {
      clk_i = model.narrow("clk_i");
      rst_ni = model.narrow("rst_ni");
      valid_i = model.narrow("valid_i");
      id_i = model.wide("id_i");
      count_i = model.wide("count_i");
      release_o = model.narrow("release_o");
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
