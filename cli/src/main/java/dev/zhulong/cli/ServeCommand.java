package dev.zhulong.cli;

import dev.zhulong.hal.transport.DeviceAddress;
import dev.zhulong.hal.transport.Transport;
import dev.zhulong.hal.transport.TransportProvider;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code zl serve}: a device for others. */
@Command(
    name = "serve",
    mixinStandardHelpOptions = true,
    description = "Serve a device to others until interrupted.",
    footer = {"", "Example:", "  zl serve --vfio-user /tmp/zl.sock --device rtl:?config=c1w4t4"})
final class ServeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--device",
      paramLabel = "URI",
      defaultValue = "sim:",
      description = "Device address; see \"zl devices\". Default: ${DEFAULT-VALUE}")
  private String address;

  @Option(
      names = "--vfio-user",
      paramLabel = "SOCKET",
      required = true,
      description = "Be a PCIe function for a virtual machine, on a Unix socket that is made.")
  private Path vfioUser;

  @Override
  public Integer call() throws IOException {
    VfioUserServing.serve(open(), vfioUser, this::say);
    return 0;
  }

  private Transport open() {
    DeviceAddress parsed = DeviceAddress.parse(address);
    return TransportProvider.find(parsed).open(parsed);
  }

  private void say(String line) {
    PrintWriter out = spec.commandLine().getOut();
    out.println("zl: " + line);
    out.flush();
  }
}
