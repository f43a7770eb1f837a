package dev.zhulong.cli;

import dev.zhulong.compiler.CompileException;
import dev.zhulong.firmware.isa.HostRegister;
import dev.zhulong.hal.Buffer;
import dev.zhulong.hal.Gpu;
import dev.zhulong.hal.Kernel;
import dev.zhulong.hal.Launch;
import dev.zhulong.hal.transport.DeviceAddress;
import dev.zhulong.hal.transport.Transport;
import dev.zhulong.hal.transport.TransportProvider;
import dev.zhulong.remote.DeviceServer;
import dev.zhulong.remote.KeyMaker;
import dev.zhulong.remote.ServerOptions;
import dev.zhulong.remote.ServerSecurity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * {@code zl bench serve}: what the way to a served device costs, beside the same device in process,
 * and what many clients at once get of it.
 */
final class ServeBench {
  private static final int READS = 1000;
  private static final long COPY_BYTES = 16 << 20;
  private static final int COPIES = 4;
  private static final int ELEMENTS = 1024;

  /** Longest measurement of one client alone, which is steady after a second. */
  private static final double ALONE_SECONDS = 5;

  private final Consumer<Map<String, Object>> rows;
  private final String device;
  private final int clients;
  private final double seconds;

  ServeBench(Consumer<Map<String, Object>> rows, String device, int clients, double seconds) {
    this.rows = rows;
    this.device = device;
    this.clients = clients;
    this.seconds = seconds;
  }

  void run() throws CompileException {
    byte[] elf = workload(0).compile().elf();
    Path folder = null;
    try {
      folder = Files.createTempDirectory("zl-bench");
      String registers = device + (device.contains("?") ? "&" : "?") + "launch=registers";
      way("in process", device, registers, elf);
      way("unix", "unix:" + folder.resolve("socket"), ServerSecurity.NONE, elf, 1);
      way("tcp", "localhost:0", ServerSecurity.NONE, elf, 1);
      way("tcp, TLS", "localhost:0", KeyMaker.make(folder.resolve("key")).security(), elf, 1);
      way("unix", "unix:" + folder.resolve("socket"), ServerSecurity.NONE, elf, clients);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      remove(folder);
    }
  }

  private static void remove(Path folder) {
    if (folder == null) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Each client has other data, so that one's results are not another's. */
  private static Workload workload(int client) {
    return Workloads.saxpy(ELEMENTS + 64 * client);
  }

  private static Transport transport(String address) {
    DeviceAddress parsed = DeviceAddress.parse(address);
    return TransportProvider.find(parsed).open(parsed);
  }

  private void way(String name, String where, ServerSecurity security, byte[] elf, int number)
      throws IOException {
    ServerOptions options = ServerOptions.DEFAULT.withClients(number + 1);
    try (DeviceServer server = DeviceServer.open(transport(device), where, options, security)) {
      String address = server.address();
      if (security.tokenFile() != null) {
        address += (address.contains("?") ? "&" : "?") + "token-file=" + security.tokenFile();
      }
      if (number == 1) {
        way(name, address, address, elf);
      } else {
        Map<String, Object> row = row(name, number);
        work(row, address, elf, number);
        rows.accept(row);
      }
    }
  }

  private static Map<String, Object> row(String name, int number) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("way", name);
    row.put("clients", number);
    return row;
  }

  private void way(String name, String address, String launching, byte[] elf) {
    Map<String, Object> row = row(name, 1);
    try (Transport transport = transport(address)) {
      row.put("roundTripMicroseconds", roundTrip(transport));
      copies(row, transport);
    }
    work(row, launching, elf, 1);
    rows.accept(row);
  }

  /** A register whose value no side can know before. */
  private static double roundTrip(Transport transport) {
    int offset = HostRegister.LAUNCH_ENTRY.offset();
    double best = Double.MAX_VALUE;
    for (int round = 0; round < 5; round++) {
      long start = System.nanoTime();
      for (int i = 0; i < READS; i++) {
        if (transport.read32(offset) != 0) {
          throw new IllegalStateException("a register that nobody has written is not zero");
        }
      }
      best = Math.min(best, (System.nanoTime() - start) / 1e3 / READS);
    }
    return best;
  }

  private static void copies(Map<String, Object> row, Transport transport) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(COPY_BYTES);
      bytes.fill((byte) 0x5a);
      MemorySegment back = arena.allocate(COPY_BYTES);
      long base = transport.bufferBase();
      double in = 0;
      double out = 0;
      for (int i = 0; i < COPIES; i++) {
        long start = System.nanoTime();
        transport.copyIn(base, bytes);
        // The copy has arrived when its last bytes can be read.
        transport.copyOut(base + COPY_BYTES - 4, back.asSlice(0, 4));
        long middle = System.nanoTime();
        transport.copyOut(base, back);
        long end = System.nanoTime();
        in = Math.max(in, COPY_BYTES * 1e3 / (middle - start));
        out = Math.max(out, COPY_BYTES * 1e3 / (end - middle));
      }
      if (bytes.mismatch(back) >= 0) {
        throw new IllegalStateException("a copy is not what was copied");
      }
      row.put("toDeviceMegabytesPerSecond", in);
      row.put("fromDeviceMegabytesPerSecond", out);
    }
  }

  /** Clients at once write, launch, read and check, for the time given. */
  private void work(Map<String, Object> row, String address, byte[] elf, int number) {
    double length = number == 1 ? Math.min(seconds, ALONE_SECONDS) : seconds;
    long start = System.nanoTime();
    long end = start + (long) (length * 1e9);
    List<Long> rounds = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(number)) {
      List<Future<Long>> working = new ArrayList<>();
      for (int i = 0; i < number; i++) {
        Workload workload = workload(i);
        working.add(threads.submit(() -> client(address, workload, elf, end)));
      }
      for (Future<Long> each : working) {
        rounds.add(each.get());
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException r
          ? r
          : new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
    double time = (System.nanoTime() - start) / 1e9;
    long sum = rounds.stream().mapToLong(Long::longValue).sum();
    row.put("launches", sum);
    row.put("launchesPerSecond", sum / time);
    if (number > 1) {
      row.put("fewestOfAClient", rounds.stream().mapToLong(Long::longValue).min().orElse(0));
      row.put("mostOfAClient", rounds.stream().mapToLong(Long::longValue).max().orElse(0));
    }
  }

  private static long client(String address, Workload workload, byte[] elf, long end) {
    long rounds = 0;
    List<Buffer> buffers = new ArrayList<>();
    try (Gpu gpu = Gpu.open(address);
        Kernel kernel = gpu.load(elf, workload.name())) {
      for (int[] values : workload.buffers()) {
        buffers.add(gpu.allocate(values.length * 4L));
      }
      do {
        int[] grid = workload.grid();
        Launch launch = kernel.launch(grid[0], grid[1], grid[2]);
        for (int i = 0; i < buffers.size(); i++) {
          buffers.get(i).write(workload.buffers().get(i));
          launch.bind(i, buffers.get(i));
        }
        workload
            .pushes()
            .forEach(
                (member, value) -> {
                  if (value instanceof Float f) {
                    launch.push(member, f);
                  } else {
                    launch.push(member, value.intValue());
                  }
                });
        launch.submit().await();
        workload.check(buffers.get(workload.output()).readInts());
        rounds++;
      } while (System.nanoTime() - end < 0);
    }
    return rounds;
  }
}
