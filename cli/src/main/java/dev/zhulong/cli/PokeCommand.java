package dev.zhulong.cli;

import dev.zhulong.hal.bringup.Probe;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code zl poke}: writes a register, or words of device memory. */
@Command(
    name = "poke",
    mixinStandardHelpOptions = true,
    description = "Write a register by name or offset, or words of device memory.",
    footer = {
      "",
      "Examples:",
      "  zl poke IRQ_STATUS 0xffffffff --device pci:0000:01:00.0",
      "  zl poke --memory 0x10000 1 2 3 --device pci:0000:01:00.0"
    })
final class PokeCommand implements Callable<Integer> {
  @Option(
      names = {"--device", "-d"},
      paramLabel = "URI",
      defaultValue = "sim:",
      description = "Device address; see \"zl devices\". Default: ${DEFAULT-VALUE}")
  private String address;

  @Option(names = "--memory", description = "Write device memory from an address on.")
  private boolean memory;

  @Parameters(index = "0", paramLabel = "PLACE", description = "A register, or an address.")
  private String place;

  @Parameters(index = "1..*", arity = "1..*", paramLabel = "WORD", description = "What to write.")
  private List<String> words;

  @Override
  public Integer call() {
    int[] values = words.stream().mapToInt(word -> (int) PeekCommand.number(word)).toArray();
    if (!memory && values.length > 1) {
      throw new IllegalArgumentException(
          values.length + " words do not fit register " + place + "; --memory writes memory");
    }
    try (Probe probe = Probe.open(address)) {
      if (memory) {
        probe.poke(PeekCommand.number(place), values);
      } else {
        probe.write32(place, values[0]);
      }
    }
    return 0;
  }
}
