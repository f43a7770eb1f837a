package dev.zhulong.rtl;

import java.util.List;

/**
 * What a model has in it for an observer's sake. A model without any is the core as written.
 *
 * @param waves whether it can write its signals to a waveform file; several times slower
 */
public record Instrumentation(boolean waves) {
  /** The core as written. */
  public static final Instrumentation NONE = new Instrumentation(false);

  /** A model that can write a waveform file. */
  public static Instrumentation waveforms() {
    return new Instrumentation(true);
  }

  /** End of a cache key. */
  String suffix() {
    return waves ? "-waves" : "";
  }

  List<String> verilatorOptions() {
    // The width takes in the rows of the register file and the lines of the caches' ports.
    return waves
        ? List.of("--trace-fst", "--trace-structs", "--trace-max-width", "1024")
        : List.of();
  }

  List<String> compilerOptions() {
    return List.of("-DVM_TRACE=" + (waves ? 1 : 0), "-DVM_TRACE_FST=1", "-DVM_TRACE_VCD=0");
  }
}
