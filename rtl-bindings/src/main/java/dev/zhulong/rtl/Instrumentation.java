package dev.zhulong.rtl;

import java.util.List;

/**
 * What a model has in it for a test bench's own sake. A model without any is the core as written.
 *
 * @param mutants deliberate bugs, one of which can be chosen while the model runs
 * @param countsLines whether it counts how often each line of the SystemVerilog runs
 */
public record Instrumentation(List<Mutation> mutants, boolean countsLines) {
  /** The core as written. */
  public static final Instrumentation NONE = new Instrumentation(List.of(), false);

  /** Keeps a copy of the list. */
  public Instrumentation {
    mutants = List.copyOf(mutants);
    if (countsLines && !mutants.isEmpty()) {
      throw new IllegalArgumentException("lines of a core with deliberate bugs mean nothing");
    }
  }

  /** A model with deliberate bugs. */
  public static Instrumentation mutations(List<Mutation> mutants) {
    return new Instrumentation(mutants, false);
  }

  /** A model that counts how often each line runs. */
  public static Instrumentation lineCoverage() {
    return new Instrumentation(List.of(), true);
  }

  /** End of a cache key; mutations are in the hash of the sources already. */
  String suffix() {
    return countsLines ? "-counted" : "";
  }

  ModelSources applied(ModelSources sources) {
    return countsLines ? sources.countingReturns() : sources.mutated(mutants);
  }

  /** Verilator must not part a branch's counter from the branch: its condition changes meanwhile. */
  List<String> verilatorOptions() {
    return countsLines
        ? List.of("--coverage-line", "--coverage-user", "-fno-split", "-fno-reorder")
        : List.of();
  }

  List<String> compilerOptions() {
    String coverage = "-DVM_COVERAGE=" + (countsLines ? 1 : 0);
    return mutants.isEmpty() ? List.of(coverage) : List.of(coverage, "-DZL_MUTATED");
  }
}
