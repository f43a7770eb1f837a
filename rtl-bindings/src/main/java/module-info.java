/** The core's SystemVerilog, and its verilated cycle model bound to Java. */
module dev.zhulong.rtl {
  requires transitive dev.zhulong.firmware;
  requires com.dylibso.chicory.compiler;
  requires com.dylibso.chicory.runtime;
  requires com.dylibso.chicory.wasm;
  requires java.compiler;
  requires java.xml;

  exports dev.zhulong.rtl;
  exports dev.zhulong.rtl.bench;
  exports dev.zhulong.rtl.bench.axi;
  exports dev.zhulong.rtl.tool;
}
