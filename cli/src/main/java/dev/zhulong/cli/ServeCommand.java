package dev.zhulong.cli;

import dev.zhulong.hal.transport.DeviceAddress;
import dev.zhulong.hal.transport.Transport;
import dev.zhulong.hal.transport.TransportProvider;
import dev.zhulong.remote.vfiouser.VfioUserServer;
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
  private static final long STOP_MILLISECONDS = 2000;

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
    PrintWriter err = spec.commandLine().getErr();
    DeviceAddress parsed = DeviceAddress.parse(address);
    try (Transport device = TransportProvider.find(parsed).open(parsed);
        VfioUserServer server = VfioUserServer.listen(vfioUser, device)) {
      Thread serving = Thread.currentThread();
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    server.stop();
                    try {
                      serving.join(STOP_MILLISECONDS);
                    } catch (InterruptedException e) {
                      Thread.currentThread().interrupt();
                    }
                  }));
      say(err, device.description() + " is a PCIe function at " + vfioUser);
      server.serve(line -> say(err, line));
    }
    return 0;
  }

  private static void say(PrintWriter err, String line) {
    err.println("zl: " + line);
    err.flush();
  }
}
