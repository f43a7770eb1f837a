package dev.zhulong.rtl;

/** How Java reaches a verilated model. All have the same classes and the same results. */
public enum Backend {
  /** A native library through foreign functions; the fastest. */
  FFM,
  /** The same native library through the Java Native Interface, for a Java without the former. */
  JNI,
  /**
   * WebAssembly that is compiled to the JVM's own code: no native library, several times slower,
   * and nothing that needs files.
   */
  WASM
}
