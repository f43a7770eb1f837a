package dev.zhulong.cli;

import dev.zhulong.hal.bringup.Probe;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code zl regs}: the host's registers. */
@Command(
    name = "regs",
    mixinStandardHelpOptions = true,
    description = "Print the device's registers, without a reset or any other change.",
    footer = {"", "Example:", "  zl regs --device pci:0000:01:00.0"})
final class RegsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = {"--device", "-d"},
      paramLabel = "URI",
      defaultValue = "sim:",
      description = "Device address; see \"zl devices\". Default: ${DEFAULT-VALUE}")
  private String address;

  @Override
  public Integer call() {
    try (Probe probe = Probe.open(address)) {
      probe.dump().forEach(spec.commandLine().getOut()::println);
    }
    return 0;
  }
}
