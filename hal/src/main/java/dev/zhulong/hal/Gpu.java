package dev.zhulong.hal;

import dev.zhulong.firmware.isa.Extension;
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

  /**
   * A launch that has been submitted.
   *
   * @param ticket in the device's queue, or {@link Engine#DIRECT}
   */
  private record Submission(Work work, Fence fence, int ticket) {}

  private final Transport transport;
  private final DeviceInfo info;
  private final BufferAllocator allocator;
  private final Console console;
  private final Engine engine;
  private final CopyEngine copies;
  private final ExclusiveUse use = new ExclusiveUse();

  /** Handed to the device and not known to have ended, oldest first. */
  private final Deque<Submission> flying = new ArrayDeque<>();

  /** Submitted after those and not handed to the device. */
  private final Deque<Submission> waiting = new ArrayDeque<>();

  private Gpu(Transport transport, boolean queued, CopyEngine.Mode mode) {
    this.transport = transport;
    this.info = DeviceInfo.read(transport);
    this.allocator = new BufferAllocator(transport.bufferBase(), info.memoryBytes());
    this.console = new Console(line -> LOG.log(System.Logger.Level.INFO, line));
    this.engine = new Engine(transport, info, console);
    engine.reset();
    if (queued && info.queue()) {
      engine.use(new CommandRing(transport, allocator.allocate(CommandRing.BYTES)));
    }
    this.copies = CopyEngine.of(transport, engine, info, mode);
  }

  /**
   * Opens a device by its address, for example {@code sim:} or {@code rtl:?config=c1w4t4}. With the
   * parameter {@code launch=registers} a device that has a command queue is launched by its
   * registers all the same, as in bring-up; {@code copy=dma} and {@code copy=direct} have large
   * copies done by the device, or by the transport, without a measurement of which is faster.
   *
   * @throws IllegalArgumentException if the address or a parameter of it is not understood
   * @throws dev.zhulong.hal.transport.DeviceUnavailableException if it cannot be had on this
   *     machine
   */
  public static Gpu open(String address) {
    DeviceAddress given = DeviceAddress.parse(address);
    boolean queued = given.choice("launch", List.of("queue", "registers")).equals("queue");
    CopyEngine.Mode copies =
        switch (given.choice("copy", List.of("auto", "direct", "dma"))) {
          case "direct" -> CopyEngine.Mode.DIRECT;
          case "dma" -> CopyEngine.Mode.DMA;
          default -> CopyEngine.Mode.AUTO;
        };
    DeviceAddress parsed = given.without("launch").without("copy");
    return over(TransportProvider.find(parsed).open(parsed), queued, copies);
  }

  /** Drives a device through a transport of the caller's; closing the device closes it. */
  public static Gpu over(Transport transport) {
    return over(transport, true, CopyEngine.Mode.AUTO);
  }

  /**
   * As {@link #over(Transport)}, with every copy of whole lines done by the device.
   *
   * @throws IllegalArgumentException if it cannot copy, or does not reach the host's memory
   */
  public static Gpu overCopyingByItself(Transport transport) {
    return over(transport, true, CopyEngine.Mode.DMA);
  }

  private static Gpu over(Transport transport, boolean queued, CopyEngine.Mode copies) {
    try {
      return new Gpu(transport, queued, copies);
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

  private void requireExtensions(Image image) {
    for (Extension extension : image.kernel().extensions()) {
      if (!info.extensions().contains(extension)) {
        throw new IllegalArgumentException(
            image.name()
                + " uses the instructions of "
                + extension
                + ", which "
                + info.description()
                + " lacks; compile it for this device");
      }
    }
  }

  /**
   * Loads a kernel image.
   *
   * @param elf the ELF file's bytes
   * @param name what messages call the file
   * @throws dev.zhulong.firmware.link.ElfException if it is not a sound kernel image
   * @throws IllegalArgumentException if it needs instructions that the device lacks
   */
  public Kernel load(byte[] elf, String name) {
    Image image = Image.kernel(elf, name);
    requireExtensions(image);
    Buffer arguments = allocate(image.kernel().argumentBytes());
    boolean prints = !image.kernel().formats().isEmpty();
    Buffer staged = null;
    if (engine.queued()) {
      byte[] lines = image.lines();
      staged = allocate(lines.length);
      staged.write(0, MemorySegment.ofArray(lines));
      image.stagedAt(staged.address(), lines.length);
    }
    return new Kernel(this, image, arguments, prints ? allocate(PrintBuffer.BYTES) : null, staged);
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
    // A debugger looks at one launch at a time.
    exclusively(
        () -> {
          if (engine.takesCommands()) {
            drain();
          }
          engine.use(null);
        });
    return new Debugger(this, engine, transport);
  }

  Fence submit(Work work) {
    use.enter();
    try {
      Fence fence = new Fence(this);
      waiting.add(new Submission(work, fence, Engine.DIRECT));
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
    while (!flying.isEmpty() || !waiting.isEmpty()) {
      runFirst();
    }
  }

  /** Hands as much of what waits to the device as it takes. */
  void startNext() {
    while (!waiting.isEmpty()) {
      Submission next = waiting.getFirst();
      int ticket = engine.enqueue(next.work());
      if (ticket == Engine.DIRECT) {
        if (!flying.isEmpty()) {
          return;
        }
        engine.start(next.work());
      }
      waiting.removeFirst();
      flying.add(new Submission(next.work(), next.fence(), ticket));
    }
  }

  private void runFirst() {
    Submission first = null;
    try {
      startNext();
      first = flying.getFirst();
      first.fence().succeed(engine.finish(first.work(), first.ticket()));
    } catch (HaltedException e) {
      // Not the launch's end: it is still the first.
      throw e;
    } catch (RuntimeException e) {
      (first == null ? waiting.removeFirst() : first).fence().fail(e);
    }
    if (first != null) {
      flying.removeFirst();
    }
    if (!engine.takesCommands()) {
      // The device has forgotten what it was handed after the first one.
      while (!flying.isEmpty()) {
        waiting.addFirst(flying.removeLast());
      }
    }
    startNext();
  }

  /** Ends all submitted work; its fences fail. */
  void abandon() {
    engine.abandon();
    for (Deque<Submission> each : List.of(flying, waiting)) {
      each.forEach(
          s ->
              s.fence()
                  .fail(new IllegalStateException(s.work().name() + " was ended by the debugger")));
      each.clear();
    }
  }

  void copyIn(long address, MemorySegment source) {
    exclusively(
        () -> {
          drain();
          copies.in(address, source);
        });
  }

  void copyOut(long address, MemorySegment target) {
    exclusively(
        () -> {
          drain();
          copies.out(address, target);
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
            copies.close();
            transport.close();
          }
        });
  }
}
