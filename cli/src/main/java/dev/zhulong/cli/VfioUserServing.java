package dev.zhulong.cli;

import dev.zhulong.hal.transport.Transport;
import dev.zhulong.remote.vfiouser.VfioUserServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** {@code zl serve --vfio-user}: until the process is told to end, and then without leftovers. */
final class VfioUserServing {
  private static final long STOP_SECONDS = 5;

  private VfioUserServing() {}

  /** Serves a device, which it closes at the end. */
  static void serve(Transport device, Path socket, Consumer<String> log) throws IOException {
    CountDownLatch closed = new CountDownLatch(1);
    try (device;
        VfioUserServer server = VfioUserServer.listen(socket, device)) {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, closed)));
      log.accept(device.description() + " is a PCIe function at " + socket);
      server.serve(log);
    } finally {
      closed.countDown();
    }
  }

  private static void stop(VfioUserServer server, CountDownLatch closed) {
    server.stop();
    try {
      if (!closed.await(STOP_SECONDS, TimeUnit.SECONDS)) {
        System.getLogger(VfioUserServing.class.getName())
            .log(System.Logger.Level.WARNING, "the server does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
