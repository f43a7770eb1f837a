package dev.zhulong.hal;

import dev.zhulong.firmware.isa.MemoryMap;
import dev.zhulong.hal.transport.DeviceAddress;
import dev.zhulong.hal.transport.Transport;
import dev.zhulong.hal.transport.TransportProvider;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.ServiceLoader;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * An open device: memory, kernels, and launches, which run in the order of submission.
 *
 * <pre>{@code
 * try (Gpu gpu = Gpu.open("sim:");
 *     Kernel kernel = gpu.load(elf, "saxpy");
 *     Buffer x = gpu.allocate(4096)) {
 *   x.write(values);
 *   kernel.launch(16).bind(0, x).push("a", 2f).submit().await();
 * }
 * }</pre>
 *
 * <p>Threads take turns: a call that meets another thread's call on the same device fails with an
 * {@link IllegalStateException}, as does any call after {@link #close}.
 */
public final class Gpu implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Gpu.class.getName());

  private record Submission(Work work, Fence fence) {}

  private final Transport transport;
  private final DeviceInfo info;
  private final BufferAllocator allocator;
  private final Console console;
  private final Engine engine;
  private final ExclusiveUse use = new ExclusiveUse();

  /** Submitted and not ended, oldest first; the first one is running. */
  private final Deque<Submission> queue = new ArrayDeque<>();

  private Gpu(Transport transport) {
    this.transport = transport;
    this.info = DeviceInfo.read(transport);
    this.allocator = new BufferAllocator(info.memoryBytes());
    this.console = new Console(line -> LOG.log(System.Logger.Level.INFO, line));
    this.engine = new Engine(transport, info, console);
    engine.reset();
  }

  /**
   * Opens a device by its address, for example {@code sim:} or {@code rtl:?config=c1w4t4}.
   *
   * @throws IllegalArgumentException if the address or a parameter of it is not understood
   * @throws dev.zhulong.hal.transport.DeviceUnavailableException if it cannot be had on this
   *     machine
   */
  public static Gpu open(String address) {
    DeviceAddress parsed = DeviceAddress.parse(address);
    List<String> known = new ArrayList<>();
    for (TransportProvider provider : ServiceLoader.load(TransportProvider.class)) {
      if (provider.schemes().contains(parsed.scheme())) {
        return over(provider.open(parsed));
      }
      provider.schemes().forEach(scheme -> known.add(scheme + ":"));
    }
    throw new IllegalArgumentException(
        "device address \""
            + address
            + "\": unknown scheme "
            + parsed.scheme()
            + ":; known: "
            + String.join(", ", known));
  }

  /** Drives a device through a transport of the caller's; closing the device closes it. */
  public static Gpu over(Transport transport) {
    try {
      return new Gpu(transport);
    } catch (RuntimeException e) {
      transport.close();
      throw e;
    }
  }

  /** One line a scheme: the addresses that can be opened here, for people. */
  public static List<String> addresses() {
    List<String> lines = new ArrayList<>();
    for (TransportProvider provider : ServiceLoader.load(TransportProvider.class)) {
      lines.addAll(provider.help());
    }
    return lines;
  }

  /** What the device is. */
  public DeviceInfo info() {
    return info;
  }

  /** Where console lines of programs go; by default they are logged. */
  public void onConsole(Consumer<String> sink) {
    exclusively(() -> console.sink(sink));
  }

  /**
   * Allocates a texture; its texels are unspecified.
   *
   * @throws IllegalStateException if not enough memory is left
   */
  public Texture texture(TextureShape shape) {
    return Texture.in(allocate(shape.bytes()), shape);
  }

  /**
   * Allocates device memory; its contents are unspecified.
   *
   * @throws IllegalStateException if not enough is left
   */
  public Buffer allocate(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("buffer size is " + bytes + ", must not be negative");
    }
    use.enter();
    try {
      return new Buffer(this, allocator.allocate(bytes), bytes);
    } finally {
      use.leave();
    }
  }

  /**
   * Loads a kernel image.
   *
   * @param elf the ELF file's bytes
   * @param name what messages call the file
   * @throws dev.zhulong.firmware.link.ElfException if it is not a sound kernel image
   */
  public Kernel load(byte[] elf, String name) {
    Image image = Image.kernel(elf, name);
    return new Kernel(this, image, allocate(image.kernel().argumentBytes()));
  }

  /**
   * Runs a bare program: lane 0 of warp 0 of every core starts at its entry.
   *
   * @param elf the ELF file's bytes
   * @param name what messages call the file
   * @param argument initial {@code mscratch}
   * @return its exit code and what it cost
   */
  public RawResult execute(byte[] elf, String name, int argument, LaunchLimits limits) {
    return start(elf, name, argument, limits).await();
  }

  /** Starts a bare program, as {@link #execute}, without waiting for its end. */
  public RawRun start(byte[] elf, String name, int argument, LaunchLimits limits) {
    Image image = Image.program(elf, name);
    exclusively(
        () ->
            transport.copyIn(
                MemoryMap.RESULT,
                MemorySegment.ofArray(
                    new byte[(int) (MemoryMap.EXIT_CODE + 4 - MemoryMap.RESULT)])));
    return new RawRun(this, submit(Work.raw(image, argument & 0xffff_ffffL, limits)));
  }

  int exitCode() {
    return exclusively(() -> engine.word(MemoryMap.EXIT_CODE));
  }

  /**
   * The device's debugger.
   *
   * @throws IllegalStateException if the device has no debug block
   */
  public Debugger debugger() {
    return new Debugger(this, engine, transport);
  }

  Fence submit(Work work) {
    use.enter();
    try {
      Fence fence = new Fence(this);
      queue.add(new Submission(work, fence));
      startNext();
      return fence;
    } finally {
      use.leave();
    }
  }

  /** Waits until the fence's launch, and so every one before it, has ended. */
  void finish(Fence fence) {
    if (!fence.pending()) {
      return;
    }
    exclusively(
        () -> {
          while (fence.pending()) {
            runFirst();
          }
        });
  }

  /** Waits for all submitted work; failures stay with their fences. */
  private void drain() {
    while (!queue.isEmpty()) {
      runFirst();
    }
  }

  void startNext() {
    if (engine.idle() && !queue.isEmpty()) {
      engine.start(queue.getFirst().work());
    }
  }

  private void runFirst() {
    Submission first = queue.getFirst();
    try {
      startNext();
      first.fence().succeed(engine.finish());
    } catch (HaltedException e) {
      // Not the launch's end: it is still the first of the queue.
      throw e;
    } catch (RuntimeException e) {
      first.fence().fail(e);
    }
    queue.removeFirst();
    startNext();
  }

  /** Ends all submitted work; its fences fail. */
  void abandon() {
    engine.abandon();
    for (Submission each : queue) {
      each.fence()
          .fail(new IllegalStateException(each.work().name() + " was ended by the debugger"));
    }
    queue.clear();
  }

  void copyIn(long address, MemorySegment source) {
    exclusively(
        () -> {
          drain();
          transport.copyIn(address, source);
        });
  }

  void copyOut(long address, MemorySegment target) {
    exclusively(
        () -> {
          drain();
          transport.copyOut(address, target);
        });
  }

  void release(Buffer buffer) {
    if (use.closed()) {
      return;
    }
    exclusively(
        () -> {
          drain();
          allocator.release(buffer.address(), buffer.size());
        });
  }

  void exclusively(Runnable action) {
    use.enter();
    try {
      action.run();
    } finally {
      use.leave();
    }
  }

  <T> T exclusively(Supplier<T> action) {
    use.enter();
    try {
      return action.get();
    } finally {
      use.leave();
    }
  }

  /**
   * Waits for submitted work and gives the device back; work that a debugger has halted is ended.
   * Closing twice is harmless.
   */
  @Override
  public void close() {
    if (use.closed()) {
      return;
    }
    exclusively(
        () -> {
          try {
            drain();
          } catch (HaltedException e) {
            abandon();
          } finally {
            use.close();
            transport.close();
          }
        });
  }
}
