package dev.zhulong.remote;

import dev.zhulong.hal.Buffer;
import dev.zhulong.hal.DeviceLostException;
import dev.zhulong.hal.Gpu;
import dev.zhulong.hal.transport.DeviceUnavailableException;
import dev.zhulong.hal.transport.Transport;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Cuts connections and ends clients and servers in the middle of copies and launches. Nobody may
 * hang; what is read must be what was written; a client beside them must not notice; and nothing of
 * a client that has gone may stay.
 */
public final class KillRun {
  private static final int LARGE_CUT = 8 << 20;
  private static final int SMALL_CUT = 4 << 10;
  private static final long PATIENCE_MILLISECONDS = 60_000;
  private static final int MOST_PAUSE = 150;
  private final Supplier<Transport> devices;
  private final SplittableRandom random;

  /**
   * What was done.
   *
   * @param cuts connections reset at a random byte
   * @param clients clients that vanished
   * @param servers servers that ended
   * @param rounds rounds of work that clients did before that
   */
  public record Summary(int cuts, int clients, int servers, long rounds) {}

  private KillRun(Supplier<Transport> devices, long seed) {
    this.devices = devices;
    this.random = new SplittableRandom(seed);
  }

  /**
   * Does each of the three so many times.
   *
   * @param devices opens a device for a server
   * @throws IllegalStateException if anything was not as it should be
   * @throws IOException if there is no network
   */
  public static Summary run(Supplier<Transport> devices, int times, long seed)
      throws IOException, InterruptedException {
    KillRun run = new KillRun(devices, seed);
    AtomicLong rounds = new AtomicLong();
    run.clientsEnd(times, true, rounds);
    run.clientsEnd(times, false, rounds);
    run.serversEnd(times, rounds);
    return new Summary(times, times, times, rounds.get());
  }

  /** Connections are reset, or clients close them, while one client goes on. */
  private void clientsEnd(int times, boolean cut, AtomicLong rounds)
      throws IOException, InterruptedException {
    try (DeviceServer server = serve();
        Gpu witness = Gpu.open(server.address());
        Buffer kept = witness.allocate(KillRounds.DATA_BYTES);
        Buffer counter = witness.allocate(4)) {
      byte[] data = new byte[KillRounds.DATA_BYTES];
      random.nextBytes(data);
      kept.write(0, java.lang.foreign.MemorySegment.ofArray(data));
      counter.write(new int[1]);
      for (int i = 1; i <= times; i++) {
        String what = (cut ? "cut " : "client ") + i;
        if (cut) {
          long limit = random.nextInt(random.nextBoolean() ? SMALL_CUT : LARGE_CUT);
          try (Relay relay = new Relay(server.address(), limit)) {
            Worker worker = new Worker(relay.address(), random.nextLong(), rounds);
            worker.finish(what);
          }
        } else {
          Worker worker = new Worker(server.address(), random.nextLong(), rounds);
          Thread.sleep(random.nextInt(MOST_PAUSE));
          worker.vanish();
          worker.finish(what);
        }
        KillRounds.count(witness, counter);
        KillRounds.require(
            counter.readInts()[0] == i * KillRounds.COUNTED,
            what + ": another client's work is wrong");
        await(server, 1, what);
      }
      byte[] back = new byte[KillRounds.DATA_BYTES];
      kept.read(0, java.lang.foreign.MemorySegment.ofArray(back));
      KillRounds.require(Arrays.equals(data, back), "another client's memory has changed");
    }
  }

  private void serversEnd(int times, AtomicLong rounds) throws IOException, InterruptedException {
    for (int i = 1; i <= times; i++) {
      Worker[] workers = new Worker[2];
      try (DeviceServer server = serve()) {
        for (int k = 0; k < workers.length; k++) {
          workers[k] = new Worker(server.address(), random.nextLong(), rounds);
        }
        Thread.sleep(random.nextInt(MOST_PAUSE));
      }
      for (Worker worker : workers) {
        worker.finish("server " + i);
      }
    }
  }

  private DeviceServer serve() throws IOException {
    return DeviceServer.open(
        devices.get(), "localhost:0", ServerOptions.DEFAULT.withClients(4), ServerSecurity.NONE);
  }

  private static void await(DeviceServer server, int clients, String what)
      throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE_MILLISECONDS * 1_000_000;
    while (server.clients() > clients) {
      KillRounds.require(
          System.nanoTime() - deadline < 0, what + ": the server keeps a client that is gone");
      Thread.sleep(1);
    }
  }

  /** A client that copies, launches and compares until its connection ends. */
  private static final class Worker {
    private final Thread thread;
    private volatile RemoteTransport transport;
    private volatile boolean vanished;
    private volatile Throwable failure;

    Worker(String address, long seed, AtomicLong rounds) {
      thread = Thread.ofPlatform().daemon().start(() -> work(address, seed, rounds));
    }

    private void work(String address, long seed, AtomicLong rounds) {
      SplittableRandom values = new SplittableRandom(seed);
      try {
        transport =
            RemoteTransport.connect(
                address, ListenAddress.parse(address.substring("tcp://".length())), null, "");
        try (Gpu gpu = Gpu.over(transport)) {
          KillRounds.work(gpu, values, () -> !vanished, rounds::incrementAndGet);
        }
      } catch (DeviceLostException | DeviceUnavailableException e) {
        // As it should be.
      } catch (Throwable e) {
        failure = e;
      }
    }

    /** The process is gone: its connection ends wherever it is. */
    void vanish() {
      vanished = true;
      RemoteTransport now = transport;
      if (now != null) {
        now.cut();
      }
    }

    void finish(String what) throws InterruptedException {
      thread.join(PATIENCE_MILLISECONDS);
      if (thread.isAlive()) {
        IllegalStateException hang = new IllegalStateException(what + ": the client hangs");
        hang.setStackTrace(thread.getStackTrace());
        throw hang;
      }
      if (failure != null) {
        throw new IllegalStateException(what + ": " + failure, failure);
      }
    }
  }

  /** Passes a number of bytes on, either way, then resets both connections. */
  private static final class Relay implements AutoCloseable {
    private final ServerSocket listener;
    private final AtomicLong left;
    private final int target;
    private volatile Socket client;
    private volatile Socket server;

    Relay(String address, long bytes) throws IOException {
      this.left = new AtomicLong(bytes);
      this.target = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
      this.listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
      Thread.ofVirtual().start(this::accept);
    }

    String address() {
      return "tcp://localhost:" + listener.getLocalPort();
    }

    private void accept() {
      try {
        client = listener.accept();
        server = new Socket(InetAddress.getLoopbackAddress(), target);
        Thread.ofVirtual().start(() -> pump(client, server));
        pump(server, client);
      } catch (IOException e) {
        reset();
      }
    }

    private void pump(Socket from, Socket to) {
      byte[] bytes = new byte[1 << 14];
      try {
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        int count = in.read(bytes);
        while (count >= 0) {
          long after = left.addAndGet(-count);
          if (after <= 0) {
            out.write(bytes, 0, (int) Math.max(0, count + after));
            break;
          }
          out.write(bytes, 0, count);
          count = in.read(bytes);
        }
      } catch (IOException e) {
        // Either side has ended it.
      }
      reset();
    }

    private void reset() {
      for (Socket socket : new Socket[] {client, server}) {
        if (socket != null) {
          try {
            socket.setSoLinger(true, 0);
            socket.close();
          } catch (SocketException e) {
            // Closed already.
          } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        }
      }
    }

    @Override
    public void close() throws IOException {
      listener.close();
      reset();
    }
  }
}
