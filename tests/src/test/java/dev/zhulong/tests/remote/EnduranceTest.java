package dev.zhulong.tests.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zhulong.hal.Buffer;
import dev.zhulong.hal.DeviceLostException;
import dev.zhulong.hal.Gpu;
import dev.zhulong.hal.LaunchLimits;
import dev.zhulong.hal.transport.Transport;
import dev.zhulong.remote.KillRun;
import dev.zhulong.remote.ProcessKills;
import dev.zhulong.remote.ProtocolFuzz;
import dev.zhulong.tests.Zl;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Many messages, many accidents, many clients; a little of each, the rest is for the command. */
class EnduranceTest {
  private static final String SIM = "sim:?config=c1w2t2";

  @TempDir private Path folder;

  private static long seed() {
    long seed = Long.getLong("zl.seed", System.nanoTime() >>> 20);
    System.out.println("seed " + seed);
    return seed;
  }

  @Test
  @Timeout(180)
  void badMessagesDoNoHarm() {
    try (Transport device = Served.transport(SIM)) {
      ProtocolFuzz.Summary done = ProtocolFuzz.run(device, 50_000, seed());
      assertEquals(0, done.bufferBytes(), done.toString());
      assertTrue(done.heapBytes() < 32 << 20, done.toString());
      assertTrue(done.answers() > 5000 && done.refusals() > 1000, done.toString());
    }
  }

  @Test
  @Timeout(180)
  void accidentsLeaveNothing() throws Exception {
    KillRun.Summary done = KillRun.run(() -> Served.transport(SIM), 12, seed());
    assertEquals(12, done.cuts());
  }

  @Test
  @Timeout(180)
  void killedProcessesLeaveNothing() throws Exception {
    List<String> kinds = new ArrayList<>();
    ProcessKills.run(
        SIM,
        6,
        seed(),
        done -> {
          kinds.add(done.what());
          System.out.println(done);
        });
    assertEquals(5, kinds.size(), kinds.toString());
  }

  @Test
  @Timeout(180)
  void manyClientsAtOnceGetTheirOwnResults() {
    Zl bench =
        Zl.run("bench", "serve", "--clients", "64", "--seconds", "2", "--device", SIM).succeeds();
    String last = bench.out().lines().reduce((first, second) -> second).orElseThrow();
    assertTrue(last.startsWith("way unix  clients 64"), bench.out());
    // Nobody starves.
    assertTrue(!last.contains("fewestOfAClient 0"), bench.out());
  }

  /** The command in a process of its own. */
  private Process serve(Path socket) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add("dev.zhulong.cli.Main");
    command.addAll(List.of("serve", "--listen", "unix:" + socket, "--device", SIM));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    StringBuilder said = new StringBuilder();
    String line = out.readLine();
    while (line != null && !line.endsWith("is at unix:" + socket)) {
      said.append(line).append('\n');
      line = out.readLine();
    }
    assertTrue(line != null, said.toString());
    return process;
  }

  @Test
  @Timeout(120)
  void theCommandEndsCleanlyAndItsKillIsALostDevice() throws Exception {
    Path socket = folder.resolve("s");
    LaunchLimits limits = new LaunchLimits(Long.MAX_VALUE, Duration.ofMinutes(1));
    Process process = serve(socket);
    try (Gpu gpu = Gpu.open("unix:" + socket);
        Buffer counter = gpu.allocate(4)) {
      counter.write(new int[1]);
      gpu.execute(RecoveryTest.COUNT, "count", (int) counter.address(), limits);
      assertEquals(1000, counter.readInts()[0]);
      Thread killer =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      Thread.sleep(300);
                    } catch (InterruptedException e) {
                      Thread.currentThread().interrupt();
                    }
                    process.destroyForcibly();
                  });
      assertThrows(
          DeviceLostException.class, () -> gpu.execute(RecoveryTest.HANG, "hang", 0, limits));
      killer.join();
    }
    // What a killed server has left at the path does not keep the next one away.
    assertTrue(Files.exists(socket));
    Process next = serve(socket);
    try (Gpu gpu = Gpu.open("unix:" + socket)) {
      assertEquals(2, gpu.info().shape().lanes());
      next.destroy();
      assertTrue(next.waitFor(20, TimeUnit.SECONDS));
    }
    assertTrue(Files.notExists(socket));
  }
}
