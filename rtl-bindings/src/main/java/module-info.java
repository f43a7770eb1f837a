/** The core's SystemVerilog, and its verilated cycle model bound to Java. */
module dev.zhulong.rtl {
  requires dev.zhulong.firmware;

}
