package dev.zhulong.rtl;

import com.dylibso.chicory.runtime.WasmFunctionHandle;
import dev.zhulong.firmware.isa.CoreShape;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** The core that travels with these classes, compiled to the JVM's code when they were. */
public final class BundledCore {
  /** What it is: the usual core, fast, without assertions. */
  public static final ModelConfiguration CONFIGURATION =
      ModelConfiguration.fast(CoreShape.parse("c1w4t4"));

  private BundledCore() {}

  /** A hash of what it must be built from. */
  static String sourceHash() {
    ModelSources sources = ModelSources.bundled();
    MessageDigest digest = ModelCache.sha256();
    NativeBuild.add(digest, CONFIGURATION.toString());
    NativeBuild.add(digest, BuildTarget.WASM.verilating().toString());
    for (Map<String, String> texts : List.of(sources.systemVerilog(), sources.cpp())) {
      texts.forEach(
          (name, text) -> {
            NativeBuild.add(digest, name);
            NativeBuild.add(digest, text);
          });
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  static WasmProgram start(Map<String, WasmFunctionHandle> imports) {
    return WasmProgram.start(
        new WasmProgram.Compiled(CoreModule.load(), CoreModule::create), imports);
  }
}
