package dev.zhulong.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/**
 * {@code zl test}: known here for the help only. The launcher script runs Maven for it, because the
 * tests build what this class is part of.
 */
@Command(
    name = "test",
    mixinStandardHelpOptions = true,
    description = {
      "Build everything and run every test.",
      "Missing tools (Verilator, clang-19, binutils, …) are installed by apt when root, else named;",
      "tests that need them are skipped visibly."
    },
    footer = {"", "Example:", "  zl test"})
final class TestCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    throw new IllegalStateException("\"test\" is run by the script ./zl at the project's root");
  }
}
