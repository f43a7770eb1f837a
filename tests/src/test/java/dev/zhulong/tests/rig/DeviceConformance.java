package dev.zhulong.tests.rig;

import dev.zhulong.firmware.asm.Assembler;
import dev.zhulong.firmware.isa.FaultCause;
import dev.zhulong.hal.Buffer;
import dev.zhulong.hal.DeviceFaultException;
import dev.zhulong.hal.DeviceInfo;
import dev.zhulong.hal.Fault;
import dev.zhulong.hal.Fence;
import dev.zhulong.hal.Gpu;
import dev.zhulong.hal.Kernel;
import dev.zhulong.hal.Launch;
import dev.zhulong.hal.LaunchLimits;
import dev.zhulong.hal.RawResult;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What every device has to do, whatever it is behind: simulator, cycle model, PCI function, or
 * another machine. Needs nothing but the driver, so that it runs in a guest as on the host.
 */
final class DeviceConformance {
  private static final LaunchLimits SHORT = new LaunchLimits(200_000, Duration.ofSeconds(60));
  private static final int LAUNCHES = 150;
  private static final int THREADS = 4;
  private static final int LARGE = 1_300_037;

  private final ConformancePrograms programs;

  /** One property of a device. */
  interface Check {
    /** Throws whatever is not as it should be. */
    void on(String address) throws InterruptedException;
  }

  /** One property of a device that has just been opened. */
  private interface Opened {
    void on(Gpu gpu) throws InterruptedException;
  }

  private DeviceConformance(ConformancePrograms programs) {
    this.programs = programs;
  }

  /** All checks, by name. */
  static Map<String, Check> checks(ConformancePrograms programs) {
    DeviceConformance all = new DeviceConformance(programs);
    Map<String, Check> checks = new LinkedHashMap<>();
    checks.put("identity", opened(DeviceConformance::identity));
    checks.put("opened again", DeviceConformance::openedAgain);
    checks.put("copies of odd sizes", opened(DeviceConformance::oddCopies));
    checks.put("a large copy", opened(DeviceConformance::largeCopy));
    checks.put("buffers apart", opened(DeviceConformance::buffersApart));
    checks.put("bare program", opened(DeviceConformance::bareProgram));
    checks.put("queue of launches", opened(all::queueOfLaunches));
    checks.put("fences", opened(all::fences));
    checks.put("threads", opened(all::threads));
    checks.put("fault of an access", opened(all::accessFault));
    checks.put("fault of an instruction", opened(DeviceConformance::instructionFaults));
    checks.put("hang", opened(all::hang));
    checks.put("failures among launches", opened(all::failuresAmongLaunches));
    checks.put("misuse", opened(all::misuse));
    for (GuestCase example : programs.examples()) {
      checks.put(
          example.name(),
          opened(
              gpu -> {
                int mistake = example.firstMistake(gpu);
                require(mistake < 0, "element " + mistake + " is wrong");
              }));
    }
    return checks;
  }

  private static Check opened(Opened check) {
    return address -> {
      try (Gpu gpu = Gpu.open(address)) {
        check.on(gpu);
      }
    };
  }

  private static void require(boolean condition, String otherwise) {
    if (!condition) {
      throw new IllegalStateException(otherwise);
    }
  }

  private static <T> void same(T expected, T actual, String what) {
    require(expected.equals(actual), what + ": " + actual + ", must be " + expected);
  }

  private Kernel load(Gpu gpu, String kernel) {
    return gpu.load(programs.kernels().get(kernel), kernel);
  }

  private static Launch launch(Kernel kernel, Buffer data, int step) {
    return kernel.launch(2).bind("Data", data).push("step", step);
  }

  private static Fault faultOf(Runnable action) {
    try {
      action.run();
    } catch (DeviceFaultException e) {
      return e.fault();
    }
    throw new IllegalStateException("there was no fault");
  }

  private static void refused(Class<? extends RuntimeException> by, Runnable action, String what) {
    try {
      action.run();
    } catch (RuntimeException e) {
      require(by.isInstance(e), what + " gave " + e);
      return;
    }
    throw new IllegalStateException(what + " was not refused");
  }

  private static byte[] random(int bytes, long seed) {
    byte[] data = new byte[bytes];
    new Random(seed).nextBytes(data);
    return data;
  }

  private static void identity(Gpu gpu) {
    DeviceInfo info = gpu.info();
    require(!info.description().isEmpty(), "the device has no description");
    same(4, info.shape().warps(), "warps");
    same(4, info.shape().lanes(), "lanes");
    require(info.memoryBytes() > 16 << 20, info.memoryBytes() + " bytes of memory");
  }

  private static void openedAgain(String address) {
    for (int i = 0; i < 5; i++) {
      try (Gpu gpu = Gpu.open(address);
          Buffer buffer = gpu.allocate(4)) {
        buffer.write(i);
        same(i, buffer.readInts()[0], "a word");
      }
    }
  }

  /** Each copy is compared with what a copy in this process's memory gives. */
  private static void oddCopies(Gpu gpu) {
    int size = 5000;
    try (Buffer buffer = gpu.allocate(size);
        Arena arena = Arena.ofConfined()) {
      MemorySegment model = arena.allocate(size);
      buffer.write(0, model);
      Random random = new Random(5);
      for (int i = 0; i < 120; i++) {
        int bytes = i < 70 ? i : random.nextInt(size);
        int offset = random.nextInt(size - bytes + 1);
        MemorySegment data = arena.allocate(bytes + 7L).asSlice(i % 8, bytes);
        MemorySegment.copy(random(bytes, i), 0, data, ValueLayout.JAVA_BYTE, 0, bytes);
        buffer.write(offset, data);
        MemorySegment.copy(data, 0, model, offset, bytes);
        int from = random.nextInt(size);
        MemorySegment back = arena.allocate(size - from);
        buffer.read(from, back);
        long mistake = back.mismatch(model.asSlice(from));
        require(mistake < 0, "after " + bytes + " bytes at " + offset + ": byte " + mistake);
      }
    }
  }

  private static void largeCopy(Gpu gpu) {
    byte[] data = random(LARGE, 6);
    try (Buffer buffer = gpu.allocate(LARGE + 200)) {
      buffer.write(77, MemorySegment.ofArray(data));
      byte[] back = new byte[LARGE - 20];
      buffer.read(90, MemorySegment.ofArray(back));
      int mistake = Arrays.mismatch(back, Arrays.copyOfRange(data, 13, LARGE - 7));
      require(mistake < 0, "byte " + mistake);
    }
  }

  private static void buffersApart(Gpu gpu) {
    List<Buffer> buffers = new ArrayList<>();
    try {
      for (int i = 0; i < 40; i++) {
        buffers.add(gpu.allocate(1 + 97L * i));
        buffers.get(i).write(0, MemorySegment.ofArray(random(1 + 97 * i, i)));
      }
      for (int i = 0; i < 40; i++) {
        require(Arrays.equals(random(1 + 97 * i, i), buffers.get(i).readBytes()), "buffer " + i);
      }
    } finally {
      buffers.forEach(Buffer::close);
    }
  }

  private static byte[] assemble(String text) {
    return Assembler.assemble(text, "conformance.s").toBytes();
  }

  private static void bareProgram(Gpu gpu) {
    StringBuilder console = new StringBuilder();
    gpu.onConsole(console::append);
    try (Buffer word = gpu.allocate(4)) {
      word.write(41);
      RawResult result =
          gpu.execute(
              assemble(
                  """
                  _start:
                    csrr t0, mscratch
                    lw t1, 0(t0)
                    addi t1, t1, 1
                    sw t1, 0(t0)
                    li t2, 0x40
                    li t3, 'o'
                    sb t3, 0(t2)
                    li t3, 'k'
                    sb t3, 0(t2)
                    li t3, 10
                    sb t3, 0(t2)
                    li t2, 0x88
                    li t3, 7
                    sw t3, 0(t2)
                    tmc zero
                  """),
              "bare",
              (int) word.address(),
              SHORT);
      same(7, result.exitCode(), "the exit code");
      same(42, word.readInts()[0], "the word");
      same("ok", console.toString().strip(), "the console");
    }
  }

  /** Two programs in turn, more launches than a ring has places. */
  private void queueOfLaunches(Gpu gpu) {
    try (Kernel add = load(gpu, "add");
        Kernel xor = load(gpu, "xor");
        Buffer data = gpu.allocate(64)) {
      int[] expected = new int[16];
      data.write(expected);
      List<Fence> queue = new ArrayList<>();
      for (int i = 0; i < LAUNCHES; i++) {
        boolean first = i % 5 < 3;
        queue.add(launch(first ? add : xor, data, i).submit());
        for (int k = 0; k < expected.length; k++) {
          expected[k] = first ? expected[k] * 3 + i : expected[k] ^ i * 40503 + k;
        }
      }
      queue.getLast().await();
      for (Fence fence : queue) {
        require(fence.await().cycles() > 0, "a launch took no cycles");
      }
      require(Arrays.equals(expected, data.readInts()), "the launches' result");
    }
  }

  private void fences(Gpu gpu) {
    try (Kernel add = load(gpu, "add");
        Buffer data = gpu.allocate(64)) {
      data.write(new int[16]);
      Fence first = launch(add, data, 1).submit();
      Fence last = launch(add, data, 2).submit();
      last.await();
      require(first.statistics().isPresent(), "an earlier launch is not done when a later one is");
      same(first.await(), first.await(), "the statistics");
      same(5, data.readInts()[15], "the result");
    }
  }

  /** Any thread of a process may use a device, as long as they take turns. */
  private void threads(Gpu gpu) throws InterruptedException {
    AtomicReference<Throwable> failure = new AtomicReference<>();
    List<Thread> threads = new ArrayList<>();
    Lock turn = new ReentrantLock(true);
    try (Kernel add = load(gpu, "add");
        Buffer data = gpu.allocate(64)) {
      data.write(new int[16]);
      for (int thread = 0; thread < THREADS; thread++) {
        threads.add(
            Thread.ofPlatform()
                .start(
                    () -> {
                      for (int i = 0; i < 10; i++) {
                        turn.lock();
                        try {
                          int before = data.readInts()[i];
                          launch(add, data, i).submit().await();
                          same(before * 3 + i, data.readInts()[i], "a word");
                        } catch (RuntimeException e) {
                          failure.set(e);
                        } finally {
                          turn.unlock();
                        }
                      }
                    }));
      }
      for (Thread thread : threads) {
        thread.join();
      }
    }
    require(failure.get() == null, String.valueOf(failure.get()));
  }

  private void accessFault(Gpu gpu) {
    try (Kernel wild = load(gpu, "wild");
        Kernel add = load(gpu, "add");
        Buffer data = gpu.allocate(64);
        Buffer other = gpu.allocate(64)) {
      other.write(new int[16]);
      data.write(new int[16]);
      Fault fault = faultOf(() -> launch(wild, data, 1 << 20).submit().await());
      same(FaultCause.ACCESS, fault.cause(), "the cause");
      same(2, fault.access(), "the access");
      require(fault.address() >= data.address() + (4L << 20), fault.describe());
      require(fault.source().startsWith("kernel.comp:7"), fault.describe());
      launch(add, other, 9).submit().await();
      same(9, other.readInts()[3], "a launch after the fault");
    }
  }

  private static void instructionFaults(Gpu gpu) {
    try (Buffer kept = gpu.allocate(4)) {
      kept.write(0x5eed);
      Map<String, FaultCause> programs =
          Map.of(
              ".word 0", FaultCause.ILLEGAL_INSTRUCTION,
              "li t0, 0x10001\n lw t1, 0(t0)", FaultCause.MISALIGNED,
              "ebreak", FaultCause.BREAKPOINT,
              "ecall", FaultCause.ECALL);
      programs.forEach(
          (text, cause) -> {
            byte[] elf = assemble("_start:\n " + text + "\n tmc zero\n");
            Fault fault = faultOf(() -> gpu.execute(elf, "faulty", 0, SHORT));
            same(cause, fault.cause(), text);
            same(0x5eed, kept.readInts()[0], "a buffer after " + text);
          });
      RawResult after = gpu.execute(assemble("_start:\n tmc zero\n"), "end", 0, SHORT);
      require(after.statistics().cycles() > 0, "a program after the faults");
    }
  }

  private void hang(Gpu gpu) {
    try (Kernel spin = load(gpu, "spin");
        Kernel add = load(gpu, "add");
        Buffer data = gpu.allocate(64);
        Buffer kept = gpu.allocate(LARGE)) {
      byte[] bytes = random(LARGE, 8);
      kept.write(0, MemorySegment.ofArray(bytes));
      for (int i = 0; i < 3; i++) {
        data.write(new int[16]);
        Fault fault = faultOf(() -> launch(spin, data, 1).limits(SHORT).submit().await());
        same(FaultCause.TIMEOUT, fault.cause(), "the cause");
        data.write(new int[16]);
        launch(add, data, 11).submit().await();
        same(11, data.readInts()[7], "a launch after the hang");
      }
      require(Arrays.equals(bytes, kept.readBytes()), "another buffer has changed");
    }
  }

  /** Those before, between and after them are done, in order. */
  private void failuresAmongLaunches(Gpu gpu) {
    try (Kernel add = load(gpu, "add");
        Kernel spin = load(gpu, "spin");
        Kernel wild = load(gpu, "wild");
        Buffer data = gpu.allocate(64);
        Buffer other = gpu.allocate(64)) {
      data.write(new int[16]);
      other.write(new int[16]);
      launch(add, data, 5).submit();
      Fence faulty = launch(wild, other, 1 << 20).submit();
      launch(add, data, 7).submit();
      Fence endless = launch(spin, other, 1).limits(SHORT).submit();
      launch(add, data, 9).submit().await();
      same(FaultCause.ACCESS, faultOf(faulty::await).cause(), "the first failure");
      same(FaultCause.TIMEOUT, faultOf(endless::await).cause(), "the second failure");
      same((5 * 3 + 7) * 3 + 9, data.readInts()[3], "the others' result");
    }
  }

  private void misuse(Gpu gpu) {
    Buffer buffer = gpu.allocate(64);
    try (Kernel add = load(gpu, "add")) {
      refused(
          IndexOutOfBoundsException.class, () -> buffer.write(new int[17]), "a write past the end");
      refused(
          IllegalStateException.class, () -> add.launch(1).submit(), "a launch without its buffer");
      buffer.close();
      refused(IllegalStateException.class, buffer::readInts, "a buffer that is closed");
      refused(IllegalArgumentException.class, () -> gpu.allocate(-1), "less than no memory");
      refused(RuntimeException.class, () -> gpu.allocate(1L << 40), "more memory than there is");
    }
  }
}
