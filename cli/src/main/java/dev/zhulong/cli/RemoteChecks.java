package dev.zhulong.cli;

import dev.zhulong.hal.transport.DeviceAddress;
import dev.zhulong.hal.transport.Transport;
import dev.zhulong.hal.transport.TransportProvider;
import dev.zhulong.remote.KillRun;
import dev.zhulong.remote.ProcessKills;
import dev.zhulong.remote.ProtocolFuzz;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;

/**
 * {@code zl verify --protocol} and {@code --kills}: served devices under attack and in accidents.
 */
final class RemoteChecks {
  private static final String DEVICE = "sim:?config=c1w2t2";

  private RemoteChecks() {}

  private static Transport device() {
    DeviceAddress address = DeviceAddress.parse(DEVICE);
    return TransportProvider.find(address).open(address);
  }

  static int protocol(PrintWriter out, long messages, long seed) {
    long start = System.nanoTime();
    try (Transport device = device()) {
      ProtocolFuzz.Summary done = ProtocolFuzz.run(device, messages, seed);
      out.printf(
          Locale.ROOT,
          "%,d messages in %,d sessions from seed %d: %,d answers, %,d refusals;"
              + " buffers %+d bytes, heap %+d KiB; %.1f s%n",
          done.messages(),
          done.sessions(),
          seed,
          done.answers(),
          done.refusals(),
          done.bufferBytes(),
          done.heapBytes() >> 10,
          (System.nanoTime() - start) / 1e9);
    }
    return 0;
  }

  static int processKills(PrintWriter out, int times, long seed) throws IOException {
    try {
      ProcessKills.run(
          DEVICE,
          times,
          seed,
          done -> {
            out.printf(
                Locale.ROOT,
                "%s: %d times beside %,d rounds, nothing lost; descriptors %+d, mappings %+d, heap"
                    + " %+d KiB%n",
                done.what(),
                done.times(),
                done.rounds(),
                done.kept().descriptors(),
                done.kept().mappings(),
                done.kept().heapBytes() >> 10);
            out.flush();
          });
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Main.FAILED;
    }
    return 0;
  }

  static int kills(PrintWriter out, int times, long seed) throws IOException {
    long start = System.nanoTime();
    try {
      KillRun.Summary done = KillRun.run(RemoteChecks::device, times, seed);
      out.printf(
          Locale.ROOT,
          "from seed %d: %d connections cut, %d clients and %d servers ended in the middle of %,d"
              + " rounds; nothing lost, nothing left; %.1f s%n",
          seed,
          done.cuts(),
          done.clients(),
          done.servers(),
          done.rounds(),
          (System.nanoTime() - start) / 1e9);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Main.FAILED;
    }
    return 0;
  }
}
