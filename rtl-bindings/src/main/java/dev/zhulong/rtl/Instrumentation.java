package dev.zhulong.rtl;

import java.util.ArrayList;
import java.util.List;

/**
 * What a model has in it for an observer's sake. A model without any is the core as written.
 *
 * @param waves whether it can write its signals to a waveform file; several times slower
 * @param mutants deliberate bugs, one of which can be chosen while the model runs
 * @param countsLines whether it counts how often each line of the SystemVerilog runs
 */
public record Instrumentation(boolean waves, List<Mutation> mutants, boolean countsLines) {
  /** The core as written. */
  public static final Instrumentation NONE = new Instrumentation(false, List.of(), false);

  /** Keeps a copy of the list. */
  public Instrumentation {
    mutants = List.copyOf(mutants);
    if (countsLines && !mutants.isEmpty()) {
      throw new IllegalArgumentException("lines of a core with deliberate bugs mean nothing");
    }
  }

  /** A model that can write a waveform file. */
  public static Instrumentation waveforms() {
    return new Instrumentation(true, List.of(), false);
  }

  /** A model with deliberate bugs. */
  public static Instrumentation mutations(List<Mutation> mutants) {
    return new Instrumentation(false, mutants, false);
  }

  /** A model that counts how often each line runs. */
  public static Instrumentation lineCoverage() {
    return new Instrumentation(false, List.of(), true);
  }

  /** End of a cache key; mutations are in the hash of the sources already. */
  String suffix() {
    return (waves ? "-waves" : "") + (countsLines ? "-counted" : "");
  }

  ModelSources applied(ModelSources sources) {
    return countsLines ? sources.countingReturns() : sources.mutated(mutants);
  }

  List<String> verilatorOptions() {
    List<String> options = new ArrayList<>();
    if (waves) {
      // The width takes in the rows of the register file and the lines of the caches' ports.
      options.addAll(List.of("--trace-fst", "--trace-structs", "--trace-max-width", "1024"));
    }
    if (countsLines) {
      // Verilator must not part a branch's counter from the branch: its condition changes
      // meanwhile.
      options.addAll(List.of("--coverage-line", "--coverage-user", "-fno-split", "-fno-reorder"));
    }
    return options;
  }

  List<String> compilerOptions() {
    List<String> options = new ArrayList<>();
    options.add("-DVM_TRACE=" + (waves ? 1 : 0));
    if (waves) {
      options.addAll(List.of("-DVM_TRACE_FST=1", "-DVM_TRACE_VCD=0"));
    }
    options.add("-DVM_COVERAGE=" + (countsLines ? 1 : 0));
    if (!mutants.isEmpty()) {
      options.add("-DZL_MUTATED");
    }
    return options;
  }

  /** Files of Verilator's runtime that the model needs besides those of every model. */
  List<String> runtime() {
    List<String> files = new ArrayList<>();
    if (waves) {
      files.add("verilated_fst_c.cpp");
    }
    if (countsLines) {
      files.add("verilated_cov.cpp");
    }
    return files;
  }

  /** Options of the linker. */
  List<String> libraries() {
    return waves ? List.of("-lpthread", "-lz") : List.of("-lpthread");
  }
}
