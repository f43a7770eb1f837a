package dev.zhulong.rtl;

/** The suite through foreign functions. */
class VerilatedModelTest extends VerilatedModelSuite {
  VerilatedModelTest() {
    super(Backend.FFM);
  }
}
