package dev.zhulong.remote.vfiouser;

import dev.zhulong.hal.transport.HostBus;
import dev.zhulong.hal.transport.Transport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * A simulated device as a PCIe function for a virtual machine, by the vfio-user protocol on a Unix
 * socket. One client at a time; the next one waits, and finds the device reset.
 */
public final class VfioUserServer implements AutoCloseable {
  private static final int POLL_MILLISECONDS = 200;
  private static final int BACKLOG = 8;

  private final Path path;
  private final int socket;
  private final Transport device;
  private final HostBus bus;
  private final OptionalInt memoryFile;
  private volatile boolean stopped;

  private VfioUserServer(Path path, int socket, Transport device, HostBus bus) {
    this.path = path;
    this.socket = socket;
    this.device = device;
    this.bus = bus;
    this.memoryFile = device.shareMemory();
  }

  /**
   * Makes a socket that only this user can reach.
   *
   * @param device stays the caller's, and is used by {@link #serve} only until this is closed
   * @throws IOException if the socket cannot be made; the message says why
   * @throws IllegalArgumentException if the device is no simulated one
   */
  public static VfioUserServer listen(Path path, Transport device) throws IOException {
    HostBus bus =
        device
            .hostBus()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        device.description()
                            + " cannot be a PCI function of a virtual machine; serve a simulated"
                            + " one, as sim: or rtl:"));
    String name = path.toString();
    if (!SystemCalls.fits(name)) {
      throw new IOException("socket path " + name + " is longer than 107 bytes; use a shorter one");
    }
    int socket = SystemCalls.socket();
    require(socket, "no socket can be made");
    int bound = SystemCalls.bind(socket, name);
    if (bound == -Errno.EADDRINUSE && stale(path)) {
      Files.delete(path);
      bound = SystemCalls.bind(socket, name);
    }
    if (bound < 0) {
      SystemCalls.close(socket);
      throw new IOException(
          bound == -Errno.EADDRINUSE
              ? "socket " + name + " exists and is in use; choose another path"
              : "socket " + name + " cannot be made, error " + -bound + "; is its folder there?");
    }
    try {
      // Nobody can connect before the socket listens.
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
      require(SystemCalls.listen(socket, BACKLOG), "the socket does not listen");
      return new VfioUserServer(path, socket, device, bus);
    } catch (IOException | RuntimeException e) {
      SystemCalls.close(socket);
      Files.deleteIfExists(path);
      throw e;
    }
  }

  /** Whether a path is a socket that nobody listens on. */
  private static boolean stale(Path path) throws IOException {
    Object type = Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
    boolean isSocket = ((int) type & 0170000) == 0140000;
    if (!isSocket) {
      return false;
    }
    int probe = SystemCalls.socket();
    require(probe, "no socket can be made");
    int connected = SystemCalls.connect(probe, path.toString());
    SystemCalls.close(probe);
    return connected < 0;
  }

  private static void require(int result, String otherwise) throws IOException {
    if (result < 0) {
      throw new IOException(otherwise + ", error " + -result);
    }
  }

  /**
   * Serves clients until {@link #stop}.
   *
   * @param log is told when a client comes and goes
   */
  public void serve(Consumer<String> log) {
    while (!stopped) {
      if (SystemCalls.poll(socket, SystemCalls.POLLIN, POLL_MILLISECONDS) <= 0) {
        continue;
      }
      int client = SystemCalls.accept(socket);
      if (client >= 0) {
        log.accept("client connected");
        String end = serve(client, device, bus, memoryFile, () -> stopped);
        log.accept("client left: " + end);
      }
    }
  }

  /** Serves one client over a socket that it takes over. */
  static String serve(
      int client,
      Transport device,
      HostBus bus,
      OptionalInt memoryFile,
      java.util.function.BooleanSupplier stopped) {
    try (PciDevice function = new PciDevice(device, bus, memoryFile);
        Wire wire = new Wire(client)) {
      return new Session(wire, function).serve(stopped);
    }
  }

  /** Lets {@link #serve} return soon. Any thread. */
  public void stop() {
    stopped = true;
  }

  /** Takes the socket away, after {@link #serve} has returned. */
  @Override
  public void close() {
    stop();
    SystemCalls.close(socket);
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      System.getLogger(VfioUserServer.class.getName())
          .log(System.Logger.Level.WARNING, "socket " + path + " stays: " + e.getMessage());
    }
  }
}
