package dev.zhulong.rtl.synthesis;

/** The elaborated design has something that the Verilog view has no form for. */
public final class UnsupportedConstructException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnsupportedConstructException(String place, String construct) {
    super(
        place
            + ": the Verilog view does not support "
            + construct
            + "; write it in another way in the SystemVerilog source, or teach it to"
            + " dev.zhulong.rtl.synthesis");
  }
}
