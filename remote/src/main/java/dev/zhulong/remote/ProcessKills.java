package dev.zhulong.remote;

import dev.zhulong.hal.Buffer;
import dev.zhulong.hal.DeviceLostException;
import dev.zhulong.hal.Gpu;
import dev.zhulong.hal.transport.DeviceAddress;
import dev.zhulong.hal.transport.DeviceUnavailableException;
import dev.zhulong.hal.transport.Transport;
import dev.zhulong.hal.transport.TransportProvider;
import dev.zhulong.remote.vfiouser.DeafTransport;
import dev.zhulong.remote.vfiouser.VfioUserServer;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * Kills processes in the middle of copies and launches, and takes devices and their interrupts
 * away: clients of a server, servers, and PCI functions are processes that are killed; interrupts
 * get lost; devices answer all-ones. Whoever is left must learn of it, go on, and keep nothing.
 */
public final class ProcessKills {
  private static final int AHEAD = 3;
  private static final int MOST_PAUSE_MILLISECONDS = 250;
  private static final int MOST_ACCESSES = 400;
  private static final long PATIENCE_NANOSECONDS = 60_000_000_000L;
  private static final long HEAP_ALLOWED = 16 << 20;
  private static final int MAPPINGS_ALLOWED = 64;

  private final String device;
  private final int times;
  private final SplittableRandom random;
  private final Consumer<Summary> sink;

  /**
   * One kind of accident.
   *
   * @param what happened
   * @param times how often
   * @param rounds of work that were done before and beside it
   * @param kept by this process since the first quarter of them
   */
  public record Summary(String what, int times, long rounds, Kept kept) {}

  /** One accident; gives the rounds that were done. */
  private interface Accident {
    long happen(int number) throws IOException, InterruptedException;
  }

  /** Starts a process that is to be killed. */
  private interface Start {
    PeerProcess peer(int number) throws IOException;
  }

  private ProcessKills(String device, int times, long seed, Consumer<Summary> sink) {
    this.device = device;
    this.times = times;
    this.random = new SplittableRandom(seed);
    this.sink = sink;
  }

  /**
   * Has every kind of accident happen so many times.
   *
   * @param device the address of a device to serve
   * @param sink is told of each kind when it is over
   * @throws IllegalStateException if anything was not as it should be
   * @throws IOException if there is no network, or a process cannot be started
   */
  public static void run(String device, int times, long seed, Consumer<Summary> sink)
      throws IOException, InterruptedException {
    ProcessKills run = new ProcessKills(device, times, seed, sink);
    run.clients();
    run.servers();
    run.functions();
    run.interrupts();
    run.allOnes();
  }

  private void each(String what, Accident accident) throws IOException, InterruptedException {
    long rounds = 0;
    Kept before = null;
    for (int i = 1; i <= times; i++) {
      if (before == null && i > (times + 3) / 4) {
        before = Kept.now();
      }
      try {
        rounds += accident.happen(i);
      } catch (RuntimeException e) {
        throw new IllegalStateException(what + " " + i + ": " + e.getMessage(), e);
      }
    }
    Kept kept = before == null ? new Kept(0, 0, 0) : Kept.now().since(before);
    KillRounds.require(
        kept.descriptors() <= 0
            && kept.mappings() <= MAPPINGS_ALLOWED
            && kept.heapBytes() < HEAP_ALLOWED,
        what + ": something is kept, " + kept);
    sink.accept(new Summary(what, times, rounds, kept));
  }

  /** Each process is started while those before it are being killed. */
  private void killed(String what, Start start, PeerAccident accident)
      throws IOException, InterruptedException {
    Deque<PeerProcess> ahead = new ArrayDeque<>();
    int[] started = new int[1];
    try {
      each(
          what,
          number -> {
            while (ahead.size() < AHEAD) {
              ahead.add(start.peer(++started[0]));
            }
            try (PeerProcess peer = ahead.remove()) {
              long rounds = accident.happen(number, peer);
              // So that what this process holds is the same each time.
              while (ahead.size() < AHEAD) {
                ahead.add(start.peer(++started[0]));
              }
              return rounds;
            }
          });
    } finally {
      for (PeerProcess peer : ahead) {
        peer.close();
      }
    }
  }

  private interface PeerAccident {
    long happen(int number, PeerProcess peer) throws IOException, InterruptedException;
  }

  private static Transport open(String text) {
    DeviceAddress address = DeviceAddress.parse(text);
    return TransportProvider.find(address).open(address);
  }

  private void pause() throws InterruptedException {
    Thread.sleep(random.nextInt(MOST_PAUSE_MILLISECONDS));
  }

  private void clients() throws IOException, InterruptedException {
    try (DeviceServer server =
            DeviceServer.open(
                open(device),
                "localhost:0",
                ServerOptions.DEFAULT.withClients(4),
                ServerSecurity.NONE);
        Gpu witness = Gpu.open(server.address());
        Buffer kept = witness.allocate(KillRounds.DATA_BYTES);
        Buffer counter = witness.allocate(4)) {
      byte[] data = new byte[KillRounds.DATA_BYTES];
      random.nextBytes(data);
      kept.write(0, MemorySegment.ofArray(data));
      counter.write(new int[1]);
      killed(
          "client killed",
          number -> PeerProcess.start("copy", server.address(), Long.toString(random.nextLong())),
          (number, peer) -> {
            peer.begin();
            pause();
            peer.kill();
            KillRounds.count(witness, counter);
            KillRounds.require(
                counter.readInts()[0] == number * KillRounds.COUNTED,
                "another client's work is wrong");
            long deadline = System.nanoTime() + PATIENCE_NANOSECONDS;
            while (server.clients() > 1) {
              KillRounds.require(
                  System.nanoTime() - deadline < 0, "the server keeps a client that is gone");
              Thread.sleep(1);
            }
            return 1;
          });
      KillRounds.require(
          Arrays.equals(data, kept.readBytes()), "another client's memory has changed");
    }
  }

  /** Works on a device until it is lost, as it has to be. */
  private static long worked(String address, long seed) {
    AtomicLong rounds = new AtomicLong();
    try (Gpu gpu = Gpu.open(address)) {
      KillRounds.work(gpu, new SplittableRandom(seed), () -> true, rounds::incrementAndGet);
    } catch (DeviceLostException | DeviceUnavailableException e) {
      // As it should be.
    }
    return rounds.get();
  }

  /** A thread of this process works on what the peer serves, which is killed. */
  private long outlived(PeerProcess peer, String address) throws IOException, InterruptedException {
    long seed = random.nextLong();
    AtomicLong rounds = new AtomicLong();
    AtomicReference<RuntimeException> failure = new AtomicReference<>();
    Thread thread =
        Thread.ofPlatform()
            .daemon()
            .start(
                () -> {
                  try {
                    rounds.set(worked(address, seed));
                  } catch (RuntimeException e) {
                    failure.set(e);
                  }
                });
    pause();
    peer.kill();
    thread.join(PATIENCE_NANOSECONDS / 1_000_000);
    KillRounds.require(!thread.isAlive(), "the client hangs");
    if (failure.get() != null) {
      throw failure.get();
    }
    return rounds.get();
  }

  private void servers() throws IOException, InterruptedException {
    killed(
        "server killed",
        number -> PeerProcess.start("serve", device),
        (number, peer) -> outlived(peer, peer.begin()));
  }

  private void functions() throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("zl-kill");
    try {
      killed(
          "PCI function removed",
          number -> PeerProcess.start("function", device, folder.resolve("s" + number).toString()),
          (number, peer) -> {
            peer.begin();
            Path socket = folder.resolve("s" + number);
            String copies = number % 2 == 0 ? "?copy=dma" : "?copy=direct";
            try {
              return outlived(peer, "vfio-user:" + socket + copies);
            } finally {
              Files.deleteIfExists(socket);
            }
          });
    } finally {
      Files.delete(folder);
    }
  }

  private void interrupts() throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("zl-kill");
    Path socket = folder.resolve("s");
    try (VfioUserServer server = VfioUserServer.listen(socket, open(device))) {
      Thread serving = Thread.ofPlatform().start(() -> server.serve(line -> {}));
      DeafTransport wires = DeafTransport.open(socket.toString());
      try (Gpu gpu = Gpu.over(wires);
          Buffer counter = gpu.allocate(4)) {
        each(
            "interrupt lost",
            number -> {
              counter.write(new int[1]);
              wires.lose(true);
              KillRounds.count(gpu, counter);
              KillRounds.require(wires.lost(), "no interrupt was sent");
              KillRounds.require(
                  counter.readInts()[0] == KillRounds.COUNTED, "the program has not run");
              wires.lose(false);
              KillRounds.count(gpu, counter);
              KillRounds.require(
                  counter.readInts()[0] == 2 * KillRounds.COUNTED, "the next program has not run");
              return 2;
            });
      }
      server.stop();
      serving.join();
    }
    Files.deleteIfExists(socket);
    Files.delete(folder);
  }

  private void allOnes() throws IOException, InterruptedException {
    try (Transport there = open(device)) {
      each(
          "all-ones read",
          number -> {
            byte[] data = new byte[KillRounds.DATA_BYTES];
            random.nextBytes(data);
            long address;
            try (Gpu gpu = Gpu.over(new AllOnesDevice(there, Long.MAX_VALUE));
                Buffer kept = gpu.allocate(data.length)) {
              kept.write(0, MemorySegment.ofArray(data));
              address = kept.address();
            }
            AtomicLong rounds = new AtomicLong();
            boolean lost = false;
            try (Gpu gpu = Gpu.over(new AllOnesDevice(there, 1 + random.nextInt(MOST_ACCESSES)));
                Buffer kept = gpu.allocate(data.length)) {
              KillRounds.require(kept.address() == address, "a buffer lies elsewhere");
              KillRounds.work(
                  gpu, new SplittableRandom(number), () -> true, rounds::incrementAndGet);
            } catch (DeviceLostException e) {
              lost = true;
            }
            KillRounds.require(lost, "the device was not lost");
            byte[] back = new byte[data.length];
            there.copyOut(address, MemorySegment.ofArray(back));
            KillRounds.require(Arrays.equals(data, back), "device memory has changed");
            return rounds.get();
          });
    }
  }
}
