package dev.zhulong.cli;

import dev.zhulong.hal.transport.DeviceAddress;
import dev.zhulong.hal.transport.Transport;
import dev.zhulong.hal.transport.TransportProvider;
import dev.zhulong.remote.DeviceServer;
import dev.zhulong.remote.ServerOptions;
import dev.zhulong.remote.ServerSecurity;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code zl serve}: a device for others. */
@Command(
    name = "serve",
    mixinStandardHelpOptions = true,
    description = "Serve a device to others until interrupted.",
    footer = {
      "",
      "Examples:",
      "  zl serve --listen localhost:7341 --device rtl:?config=c1w4t4",
      "  zl serve --listen unix:/tmp/zl.sock",
      "  zl serve --vfio-user /tmp/zl.sock --device rtl:?config=c1w4t4",
      "  zl run examples/saxpy.comp --device tcp://localhost:7341 --grid 16 ..."
    })
final class ServeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--device",
      paramLabel = "URI",
      defaultValue = "sim:",
      description = "Device address; see \"zl devices\". Default: ${DEFAULT-VALUE}")
  private String address;

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT|unix:PATH",
      description = "Lend the device to clients, each with memory of its own; port 0 is any.")
  private String listen;

  @Mixin private ListenOptions listening;

  @Option(
      names = "--vfio-user",
      paramLabel = "SOCKET",
      description = "Be a PCIe function for a virtual machine, on a Unix socket that is made.")
  private Path vfioUser;

  @Override
  public Integer call() throws IOException {
    if (listening.madeKeys(spec.commandLine().getOut())) {
      return 0;
    }
    if ((listen == null) == (vfioUser == null)) {
      throw new ParameterException(
          spec.commandLine(), "give one of --listen and --vfio-user, whom to serve");
    }
    if (vfioUser != null) {
      VfioUserServing.serve(open(), vfioUser, this::say);
      return 0;
    }
    return listen();
  }

  private int listen() throws IOException {
    ServerOptions options = listening.limits(address);
    ServerSecurity security = listening.security();
    Transport device = open();
    DeviceServer server;
    try {
      server = DeviceServer.open(device, listen, options, security);
    } catch (IOException | RuntimeException e) {
      device.close();
      throw e;
    }
    CountDownLatch end = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  end.countDown();
                  awaitUninterruptibly(ended);
                }));
    try {
      say(device.description() + " is at " + server.address());
      while (end.getCount() > 0 && server.lost() == null) {
        pause(end);
      }
      if (server.lost() != null) {
        throw new IOException(server.lost());
      }
    } finally {
      server.close();
      ended.countDown();
    }
    return 0;
  }

  private Transport open() {
    DeviceAddress parsed = DeviceAddress.parse(address);
    return TransportProvider.find(parsed).open(parsed);
  }

  private static void pause(CountDownLatch end) {
    try {
      end.await(100, java.util.concurrent.TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      end.countDown();
    }
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void say(String line) {
    PrintWriter out = spec.commandLine().getOut();
    out.println("zl: " + line);
    out.flush();
  }
}
