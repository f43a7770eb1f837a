package dev.zhulong.remote.vfiouser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zhulong.hal.transport.DeviceAddress;
import dev.zhulong.hal.transport.Transport;
import dev.zhulong.hal.transport.TransportProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/** A server in this process, and what it says of its clients. */
final class Served implements AutoCloseable {
  private static final long END_MILLISECONDS = 10_000;

  private final Path folder;
  private final Transport device;
  private final VfioUserServer server;
  private final Thread thread;
  private final List<String> log = Collections.synchronizedList(new ArrayList<>());

  private Served(Path folder, Transport device) throws IOException {
    this.folder = folder;
    this.device = device;
    this.server = VfioUserServer.listen(folder.resolve("socket"), device);
    this.thread = new Thread(() -> server.serve(log::add), "served");
    thread.setDaemon(true);
    thread.start();
  }

  static Served by(String address) throws IOException {
    DeviceAddress parsed = DeviceAddress.parse(address);
    return over(TransportProvider.find(parsed).open(parsed));
  }

  /** Closes the device at the end. */
  static Served over(Transport device) throws IOException {
    return new Served(Files.createTempDirectory("zl"), device);
  }

  String path() {
    return folder.resolve("socket").toString();
  }

  VfioUserClient connect() {
    return VfioUserClient.connect(path());
  }

  List<String> log() {
    return List.copyOf(log);
  }

  /** Waits until so many clients have left. */
  void awaitLeft(int clients) throws InterruptedException {
    long deadline = System.nanoTime() + END_MILLISECONDS * 1_000_000;
    while (log().stream().filter(line -> line.startsWith("client left")).count() < clients) {
      assertTrue(System.nanoTime() < deadline, () -> "clients do not leave: " + log());
      Thread.sleep(1);
    }
  }

  /** Lets the server hang up. */
  void stop() {
    server.stop();
  }

  static long descriptors() {
    try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
      return all.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    server.stop();
    try {
      thread.join(END_MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    assertEquals(Thread.State.TERMINATED, thread.getState(), "the server does not stop");
    server.close();
    device.close();
    Files.delete(folder);
  }
}
