package dev.zhulong.cli;

import dev.zhulong.hal.bringup.Probe;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code zl peek}: a register, or words of device memory. */
@Command(
    name = "peek",
    mixinStandardHelpOptions = true,
    description = "Read a register by name or offset, or words of device memory.",
    footer = {
      "", "Examples:", "  zl peek STATUS --device pci:0000:01:00.0", "  zl peek --memory 0x10000:8"
    })
final class PeekCommand implements Callable<Integer> {
  private static final int WORDS_OF_A_LINE = 4;

  @Spec private CommandSpec spec;

  @Option(
      names = {"--device", "-d"},
      paramLabel = "URI",
      defaultValue = "sim:",
      description = "Device address; see \"zl devices\". Default: ${DEFAULT-VALUE}")
  private String address;

  @Option(
      names = "--memory",
      description = "Read device memory: the place is ADDRESS or ADDRESS:WORDS.")
  private boolean memory;

  @Parameters(paramLabel = "PLACE", description = "A register's name or offset, or an address.")
  private String place;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    try (Probe probe = Probe.open(address)) {
      if (!memory) {
        out.printf(Locale.ROOT, "0x%08x%n", probe.read32(place));
        return 0;
      }
      int colon = place.indexOf(':');
      long first = number(colon < 0 ? place : place.substring(0, colon));
      int count = colon < 0 ? 1 : Math.toIntExact(number(place.substring(colon + 1)));
      int[] words = probe.peek(first, count);
      for (int i = 0; i < words.length; i++) {
        out.printf(
            Locale.ROOT,
            i % WORDS_OF_A_LINE == 0 ? "0x%08x: %08x" : "%s %08x",
            i % WORDS_OF_A_LINE == 0 ? (Object) (first + 4L * i) : "",
            words[i]);
        if (i % WORDS_OF_A_LINE == WORDS_OF_A_LINE - 1 || i == words.length - 1) {
          out.println();
        }
      }
    }
    return 0;
  }

  /** A decimal or hexadecimal number of up to 32 bits, unsigned. */
  static long number(String text) {
    try {
      long value = Long.decode(text);
      if (value >= Integer.MIN_VALUE && value <= 0xffff_ffffL) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Told below.
    }
    throw new IllegalArgumentException(
        "\"" + text + "\" is no number of 32 bits; write for example 0x10000 or 65536");
  }
}
