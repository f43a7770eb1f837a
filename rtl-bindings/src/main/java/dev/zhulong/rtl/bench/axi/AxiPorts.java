package dev.zhulong.rtl.bench.axi;

import dev.zhulong.rtl.VerilatedModel;
import java.util.List;

/** The five channels of an AXI4 or AXI4-Lite interface. */
final class AxiPorts {
  // In the order of AxiBurst.fields.
  private static final List<String> ADDRESS = List.of("addr");
  private static final List<String> BURST = List.of("id", "len", "size", "burst");

  final Channel aw;
  final Channel w;
  final Channel b;
  final Channel ar;
  final Channel r;

  /** By the prefix of the names, as {@code s_axi_}. */
  AxiPorts(VerilatedModel model, String prefix) {
    aw = new Channel(model, prefix + "aw", ADDRESS, BURST, false, false);
    w = new Channel(model, prefix + "w", List.of(), List.of("last"), true, true);
    b = new Channel(model, prefix + "b", List.of("resp"), List.of("id"), false, false);
    ar = new Channel(model, prefix + "ar", ADDRESS, BURST, false, false);
    r = new Channel(model, prefix + "r", List.of("resp"), List.of("id", "last"), true, false);
  }

  /** Bytes of the data bus. */
  int width() {
    return w.bytes();
  }
}
