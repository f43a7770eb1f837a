package dev.zhulong.remote;

import dev.zhulong.hal.Gpu;
import dev.zhulong.hal.transport.DeviceAddress;
import dev.zhulong.hal.transport.Transport;
import dev.zhulong.hal.transport.TransportProvider;
import dev.zhulong.remote.vfiouser.VfioUserServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.SplittableRandom;

/**
 * A process that is there to be killed: a client, a server, or a PCI function. It begins when it
 * reads a line, and ends by itself only when its parent has.
 */
public final class KillPeer {
  private KillPeer() {}

  /** Takes {@code copy ADDRESS SEED}, {@code serve DEVICE}, or {@code function DEVICE SOCKET}. */
  public static void main(String[] arguments) throws IOException {
    System.out.println("there");
    if (System.in.read() < 0) {
      return;
    }
    Thread.ofPlatform().daemon().start(KillPeer::endWithParent);
    switch (arguments[0]) {
      case "copy" -> {
        try (Gpu gpu = Gpu.open(arguments[1])) {
          SplittableRandom values = new SplittableRandom(Long.parseLong(arguments[2]));
          System.out.println("ready");
          KillRounds.work(gpu, values, () -> true, () -> {});
        }
      }
      case "serve" -> {
        try (DeviceServer server =
            DeviceServer.open(
                open(arguments[1]),
                "localhost:0",
                ServerOptions.DEFAULT.withClients(4),
                ServerSecurity.NONE)) {
          System.out.println("ready " + server.address());
          forever();
        }
      }
      case "function" -> {
        try (VfioUserServer server =
            VfioUserServer.listen(Path.of(arguments[2]), open(arguments[1]))) {
          System.out.println("ready");
          server.serve(line -> {});
        }
      }
      default -> throw new IllegalArgumentException(arguments[0] + " is nothing a peer can be");
    }
  }

  private static Transport open(String text) {
    DeviceAddress address = DeviceAddress.parse(text);
    return TransportProvider.find(address).open(address);
  }

  private static void forever() {
    try {
      Thread.sleep(Long.MAX_VALUE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void endWithParent() {
    try {
      while (System.in.read() >= 0) {}
    } catch (IOException e) {
      // As good as an end.
    }
    Runtime.getRuntime().halt(1);
  }
}
