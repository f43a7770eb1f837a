package dev.zhulong.tests.remote;

import dev.zhulong.hal.Gpu;
import dev.zhulong.hal.transport.DeviceAddress;
import dev.zhulong.hal.transport.Transport;
import dev.zhulong.hal.transport.TransportProvider;
import dev.zhulong.remote.DeviceServer;
import dev.zhulong.remote.ServerOptions;
import dev.zhulong.remote.ServerSecurity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A device served in this process, and its clients. */
final class Served implements AutoCloseable {
  private final Path folder;
  private final DeviceServer server;

  private Served(Path folder, DeviceServer server) {
    this.folder = folder;
    this.server = server;
  }

  static Transport transport(String device) {
    DeviceAddress address = DeviceAddress.parse(device);
    return TransportProvider.find(address).open(address);
  }

  /**
   * Serves a device.
   *
   * @param way {@code unix} or {@code tcp}
   */
  static Served by(String way, String device, ServerOptions options) throws IOException {
    return by(way, transport(device), options);
  }

  static Served by(String way, Transport device, ServerOptions options) throws IOException {
    Path folder = Files.createTempDirectory("zl-served");
    String where = way.equals("unix") ? "unix:" + folder.resolve("s") : "localhost:0";
    return new Served(folder, DeviceServer.open(device, where, options, ServerSecurity.NONE));
  }

  DeviceServer server() {
    return server;
  }

  Gpu client() {
    return Gpu.open(server.address());
  }

  /** Waits until so many clients are left. */
  void awaitClients(int number) throws InterruptedException {
    long deadline = System.nanoTime() + 20_000_000_000L;
    while (server.clients() != number) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError(server.clients() + " clients, expected " + number);
      }
      Thread.sleep(1);
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    Files.deleteIfExists(folder.resolve("s"));
    Files.delete(folder);
  }
}
