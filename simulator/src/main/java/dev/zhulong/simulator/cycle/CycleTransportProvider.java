package dev.zhulong.simulator.cycle;

import dev.zhulong.firmware.isa.CoreShape;
import dev.zhulong.hal.transport.DeviceAddress;
import dev.zhulong.hal.transport.DeviceUnavailableException;
import dev.zhulong.hal.transport.Transport;
import dev.zhulong.hal.transport.TransportProvider;
import dev.zhulong.rtl.Backend;
import dev.zhulong.rtl.BundledCore;
import dev.zhulong.rtl.Instrumentation;
import dev.zhulong.rtl.MemoryTiming;
import dev.zhulong.rtl.ModelBuilder;
import dev.zhulong.rtl.ModelConfiguration;
import dev.zhulong.rtl.ModelUnavailableException;
import dev.zhulong.simulator.UnitChoice;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Opens {@code rtl:} addresses. */
public final class CycleTransportProvider implements TransportProvider {
  private static final int MOST_CYCLES = 65_535;
  private static final int DEFAULT_KIB = 16;
  private static final int MOST_KIB = 64;
  private static final int MOST_L2_KIB = 4096;

  /** Parameters of all its addresses, but those of units. */
  private static final List<String> PARAMETERS =
      List.of(
          "config",
          "memory-latency",
          "memory-cycles-per-line",
          "icache-kib",
          "dcache-kib",
          "local-kib",
          "l2-kib",
          "checks",
          "wave",
          "wave-from",
          "wave-to");

  /** For the service loader. */
  public CycleTransportProvider() {}

  @Override
  public List<String> schemes() {
    return List.of("rtl");
  }

  @Override
  public List<String> help() {
    return List.of(
        "rtl:[?config=c1w8t8][&memory-latency=30]  cycle model of the RTL; needs Verilator and a"
            + " C++ compiler (also memory-cycles-per-line=, icache-kib=, dcache-kib=, local-kib=,"
            + " l2-kib=, texture=0, merge=0, coverage=0, checks=1; wave=FILE.fst, wave-from=CYCLE, wave-to=CYCLE)",
        "rtl:wasm[?memory-latency=30]  the same core as WebAssembly, several times slower; needs no"
            + " tools (another config= does); rtl:jni is rtl: through the Java Native Interface");
  }

  @Override
  public Transport open(DeviceAddress address) {
    List<String> parameters = new ArrayList<>(PARAMETERS);
    parameters.addAll(UnitChoice.parameters());
    address.allowOnly(parameters);
    Backend backend = backend(address);
    ModelConfiguration configuration = configuration(address, backend);
    MemoryTiming timing =
        new MemoryTiming(
            address.number("memory-latency", MemoryTiming.DEFAULT.latency(), 1, MOST_CYCLES),
            address.number(
                "memory-cycles-per-line", MemoryTiming.DEFAULT.cyclesPerLine(), 1, MOST_CYCLES),
            0,
            0);
    Optional<WaveFile> wave = WaveFile.of(address);
    Instrumentation instrumentation =
        wave.isPresent() ? Instrumentation.waveforms() : Instrumentation.NONE;
    try {
      CycleDevice device =
          CycleDevice.open(
              ModelBuilder.standard(), configuration, instrumentation, timing, backend);
      try {
        wave.ifPresent(w -> device.model().openWave(w.path(), w.window()));
      } catch (RuntimeException e) {
        device.close();
        throw e;
      }
      return device;
    } catch (ModelUnavailableException e) {
      throw new DeviceUnavailableException(e.getMessage(), e);
    }
  }

  private static Backend backend(DeviceAddress address) {
    Backend backend =
        switch (address.path()) {
          case "" -> Backend.FFM;
          case "jni" -> Backend.JNI;
          case "wasm" -> Backend.WASM;
          default ->
              throw new IllegalArgumentException(
                  "device address \""
                      + address.text()
                      + "\": behind rtl: comes nothing, jni or wasm, then parameters after ?");
        };
    for (String parameter : List.of("checks", "wave")) {
      if (backend == Backend.WASM && address.parameters().containsKey(parameter)) {
        throw new IllegalArgumentException(
            "device address \""
                + address.text()
                + "\": rtl:wasm has no "
                + parameter
                + "=; use rtl:?"
                + parameter
                + "=");
      }
    }
    return backend;
  }

  private static ModelConfiguration configuration(DeviceAddress address, Backend backend) {
    int icache = address.number("icache-kib", DEFAULT_KIB, 1, MOST_KIB);
    int dcache = address.number("dcache-kib", DEFAULT_KIB, 1, MOST_KIB);
    int local = address.number("local-kib", DEFAULT_KIB, 1, MOST_KIB);
    boolean checked = address.number("checks", 0, 0, 1) == 1;
    String name = address.parameters().get("config");
    try {
      CoreShape usual =
          backend == Backend.WASM ? BundledCore.CONFIGURATION.shape() : CoreShape.DEFAULT;
      CoreShape shape = name == null ? usual : CoreShape.parse(name);
      int l2 = address.number("l2-kib", shape.standardL2Kib(), 0, MOST_L2_KIB);
      return new ModelConfiguration(
          shape, icache, dcache, local, l2, UnitChoice.of(address), checked);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "device address \"" + address.text() + "\": " + e.getMessage(), e);
    }
  }
}
