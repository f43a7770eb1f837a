package dev.zhulong.rtl;

import org.junit.jupiter.api.BeforeAll;

/** The suite through WebAssembly. */
class VerilatedModelWasmTest extends VerilatedModelSuite {
  VerilatedModelWasmTest() {
    super(Backend.WASM);
  }

  @BeforeAll
  static void needWasmTools() {
    Tools.assumeInstalled("wasm-ld-19");
  }
}
