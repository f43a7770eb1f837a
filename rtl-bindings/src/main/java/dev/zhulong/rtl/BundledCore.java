package dev.zhulong.rtl;

import com.dylibso.chicory.runtime.WasmFunctionHandle;
import dev.zhulong.firmware.isa.CoreShape;
import java.util.Map;

/** The core that travels with these classes, compiled to the JVM's code when they were. */
public final class BundledCore {
  /** What it is: the usual core, fast, without assertions. */
  public static final ModelConfiguration CONFIGURATION =
      ModelConfiguration.fast(CoreShape.parse("c1w4t4"));

  private BundledCore() {}

  static WasmProgram start(Map<String, WasmFunctionHandle> imports) {
    return WasmProgram.start(
        new WasmProgram.Compiled(CoreModule.load(), CoreModule::create), imports);
  }
}
