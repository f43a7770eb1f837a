package dev.zhulong.rtl;

/** The suite through the Java Native Interface. */
class VerilatedModelJniTest extends VerilatedModelSuite {
  VerilatedModelJniTest() {
    super(Backend.JNI);
  }
}
