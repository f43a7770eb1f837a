package dev.zhulong.hal.bringup;

import dev.zhulong.firmware.asm.Assembler;
import dev.zhulong.firmware.isa.HostRegister;
import dev.zhulong.firmware.isa.MemoryMap;
import dev.zhulong.firmware.link.ElfFile;
import dev.zhulong.hal.Buffer;
import dev.zhulong.hal.DeviceFaultException;
import dev.zhulong.hal.DeviceLostException;
import dev.zhulong.hal.Gpu;
import dev.zhulong.hal.LaunchLimits;
import dev.zhulong.hal.RawResult;
import dev.zhulong.hal.transport.HostMemory;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A new board, step by step: does it answer, do its registers and its memory hold what is written,
 * do interrupts arrive, does its copy engine reach the host, do programs run, and does each unit
 * of the core compute what is known. What was in memory is lost. A step that makes no sense
 * without an earlier one is left out when that fails.
 */
public final class BringUp {
  private static final List<HostRegister> FULL_WORDS =
      List.of(
          HostRegister.LAUNCH_ENTRY,
          HostRegister.LAUNCH_ARGUMENT,
          HostRegister.LAUNCH_GRID_X,
          HostRegister.LAUNCH_GRID_Y,
          HostRegister.LAUNCH_GRID_Z);
  private static final LaunchLimits LIMITS = new LaunchLimits(10_000_000, Duration.ofSeconds(30));
  private static final int COPY_BYTES = 64 << 10;
  private static final int LEFT = 42;

  /** In {@link HostRegister#CAPS_QUEUE}. */
  private static final int QUEUE_COPIES = 2;

  private static final String NOTHING =
      "_start: li t0, 0x88; li t1, 42; sw t1, 0(t0); fence; tmc x0\n";
  private static final String SKIPPED = "skipped: ";

  private final Probe probe;
  private final int marchBytes;
  private final Consumer<Stage> listener;
  private final List<Stage> stages = new ArrayList<>();
  private Gpu gpu;
  private boolean copiesByItself;
  private boolean stopped;

  /** How a stage ended. */
  public enum Outcome {
    PASS,
    FAIL,
    SKIP
  }

  /**
   * A stage.
   *
   * @param name of it
   * @param outcome how it ended
   * @param detail what was seen, or why
   * @param nanoseconds it took
   */
  public record Stage(String name, Outcome outcome, String detail, long nanoseconds) {}

  private BringUp(Probe probe, int marchBytes, Consumer<Stage> listener) {
    this.probe = probe;
    this.marchBytes = marchBytes;
    this.listener = listener;
  }

  /**
   * Goes through all stages and closes the device.
   *
   * @param marchBytes of memory that are marched over, a multiple of 4
   * @param listener is told each stage as it ends
   * @return all stages
   */
  public static List<Stage> run(Probe probe, int marchBytes, Consumer<Stage> listener) {
    if (marchBytes < 4 || marchBytes % 4 != 0) {
      throw new IllegalArgumentException(
          marchBytes + " bytes to march over must be a positive multiple of 4");
    }
    BringUp bringUp = new BringUp(probe, marchBytes, listener);
    try {
      bringUp.all();
    } finally {
      if (bringUp.gpu != null) {
        bringUp.gpu.close();
      } else {
        probe.close();
      }
    }
    return List.copyOf(bringUp.stages);
  }

  private void all() {
    stage("identity", true, this::identity);
    stage("registers", true, this::registers);
    stage("memory", false, this::memory);
    stage("launch and interrupt", true, this::interrupt);
    stage("driver", true, this::driver);
    stage("copy engine", false, this::copies);
    if (stopped) {
      return;
    }
    for (SelfTest test : SelfTest.of(gpu.info().shape())) {
      stage(test.unit(), false, () -> unit(test));
    }
  }

  /** Runs a stage, unless an earlier one makes it senseless. */
  private void stage(String name, boolean needed, Supplier<Optional<String>> work) {
    if (stopped) {
      return;
    }
    long start = System.nanoTime();
    Outcome outcome;
    String detail;
    try {
      Optional<String> seen = work.get();
      outcome = seen.isPresent() && seen.get().startsWith(SKIPPED) ? Outcome.SKIP : Outcome.PASS;
      detail = seen.orElse("").replace(SKIPPED, "");
    } catch (StageFailure
        | DeviceFaultException
        | DeviceLostException
        | IllegalStateException
        | IllegalArgumentException e) {
      outcome = Outcome.FAIL;
      detail = e.getMessage();
      stopped = needed || e instanceof DeviceLostException;
    }
    Stage stage = new Stage(name, outcome, detail, System.nanoTime() - start);
    stages.add(stage);
    listener.accept(stage);
  }

  private Optional<String> identity() {
    int id = probe.read32(HostRegister.ID.offset());
    if (id == -1) {
      throw new StageFailure(
          "the identity register reads all-ones: nothing answers; look at the link, the power, and"
              + " whether memory accesses are switched on in configuration space");
    }
    if (id != HostRegister.ID_VALUE) {
      throw new StageFailure(
          "the identity register reads 0x%08x, must be 0x%08x"
              .formatted(id, HostRegister.ID_VALUE));
    }
    int shape = probe.read32(HostRegister.CAPS_SHAPE.offset());
    return Optional.of(
        "%s: version %d.%d, %d cores, %d warps, %d lanes, %d MiB"
            .formatted(
                probe.description(),
                probe.read32(HostRegister.VERSION.offset()) >>> 16,
                probe.read32(HostRegister.VERSION.offset()) & 0xffff,
                shape & 0xff,
                shape >> 8 & 0xff,
                shape >> 16 & 0xff,
                probe.read32(HostRegister.MEMORY_SIZE.offset())));
  }

  private Optional<String> registers() {
    for (HostRegister register : FULL_WORDS) {
      int before = probe.read32(register.offset());
      for (int bit = 0; bit < Integer.SIZE; bit++) {
        hold(register, 1 << bit);
        hold(register, ~(1 << bit));
      }
      probe.write32(register.offset(), before);
    }
    // Each another value, so that one that answers for two is seen.
    for (int i = 0; i < FULL_WORDS.size(); i++) {
      probe.write32(FULL_WORDS.get(i).offset(), 0x1234_0000 + i);
    }
    for (int i = 0; i < FULL_WORDS.size(); i++) {
      require(FULL_WORDS.get(i), 0x1234_0000 + i);
    }
    probe.write32(HostRegister.ID.offset(), 0);
    require(HostRegister.ID, HostRegister.ID_VALUE);
    return Optional.of(FULL_WORDS.size() + " registers, walking ones and zeros");
  }

  private void hold(HostRegister register, int value) {
    probe.write32(register.offset(), value);
    require(register, value);
  }

  private void require(HostRegister register, int value) {
    int found = probe.read32(register.offset());
    if (found != value) {
      throw new StageFailure(
          "register %s (0x%03x) reads 0x%08x, must be 0x%08x"
              .formatted(register.name(), register.offset(), found, value));
    }
  }

  private Optional<String> memory() {
    long end = (long) probe.read32(HostRegister.MEMORY_SIZE.offset()) << 20;
    MemoryMarch march = new MemoryMarch(probe);
    // The top is the core's own local memory.
    march.addressLines(MemoryMap.BUFFERS, Math.min(end, MemoryMap.LOCAL));
    long words = Math.min(marchBytes, end - MemoryMap.BUFFERS) / 4;
    march.march(MemoryMap.BUFFERS, (int) words);
    return Optional.of(
        "all address lines of %d MiB; March C- over %d KiB".formatted(end >> 20, words >> 8));
  }

  /** A launch by the registers alone, whose end the interrupt line tells. */
  private Optional<String> interrupt() {
    ElfFile program = Assembler.assemble(NOTHING, "launch");
    for (ElfFile.Segment segment : program.segments()) {
      probe.transport().copyIn(segment.address(), MemorySegment.ofArray(segment.bytes()));
    }
    probe.write32(HostRegister.CONTROL.offset(), HostRegister.CONTROL_RESET);
    long end = System.nanoTime() + LIMITS.timeout().toNanos();
    while ((probe.read32(HostRegister.STATUS.offset()) & HostRegister.STATUS_BUSY) != 0) {
      if (System.nanoTime() - end > 0) {
        throw new StageFailure("the device stays busy after a reset");
      }
    }
    probe.write32(HostRegister.IRQ_STATUS.offset(), -1);
    int wanted = HostRegister.IRQ_DONE | HostRegister.IRQ_FAULT;
    probe.write32(HostRegister.IRQ_ENABLE.offset(), wanted);
    if (probe.transport().awaitInterrupt(1000, Duration.ofMillis(1))) {
      throw new StageFailure("the interrupt line is high before a launch");
    }
    probe.poke(MemoryMap.EXIT_CODE, 0);
    probe.write32(HostRegister.LAUNCH_ENTRY.offset(), (int) program.entry());
    probe.write32(HostRegister.LAUNCH_MODE.offset(), 0);
    long start = System.nanoTime();
    probe.write32(HostRegister.CONTROL.offset(), HostRegister.CONTROL_LAUNCH);
    if (!probe.awaitInterrupt(LIMITS.maxCycles(), LIMITS.timeout())) {
      throw new StageFailure(
          "no interrupt came; status 0x%08x, interrupt status 0x%08x"
              .formatted(
                  probe.read32(HostRegister.STATUS.offset()),
                  probe.read32(HostRegister.IRQ_STATUS.offset())));
    }
    long time = System.nanoTime() - start;
    int status = probe.read32(HostRegister.IRQ_STATUS.offset());
    if ((status & wanted) != HostRegister.IRQ_DONE) {
      throw new StageFailure(
          "interrupt status 0x%08x, fault cause %d at 0x%08x"
              .formatted(
                  status,
                  probe.read32(HostRegister.FAULT_CAUSE.offset()),
                  probe.read32(HostRegister.FAULT_PC.offset())));
    }
    int left = probe.peek(MemoryMap.EXIT_CODE, 1)[0];
    if (left != LEFT) {
      throw new StageFailure("the program has left " + left + ", must be " + LEFT);
    }
    probe.write32(HostRegister.IRQ_STATUS.offset(), -1);
    return Optional.of("launch to interrupt %.1f microseconds".formatted(time / 1e3));
  }

  private Optional<String> driver() {
    boolean copies =
        (probe.read32(HostRegister.CAPS_QUEUE.offset()) & QUEUE_COPIES) != 0;
    Optional<HostMemory> reachable =
        copies ? probe.transport().hostMemory(MemoryMap.LINE_BYTES) : Optional.empty();
    reachable.ifPresent(HostMemory::close);
    copiesByItself = reachable.isPresent();
    gpu = copiesByItself ? Gpu.overCopyingByItself(probe.transport()) : probe.drive();
    RawResult result = execute(NOTHING, "launch");
    if (result.exitCode() != LEFT) {
      throw new StageFailure(
          "a program that leaves " + LEFT + " has left " + result.exitCode());
    }
    return Optional.of(
        "%d extensions; a program of 5 instructions took %d cycles"
            .formatted(gpu.info().extensions().size(), result.statistics().cycles()));
  }

  private RawResult execute(String text, String name) {
    return gpu.execute(Assembler.assemble(text, name).toBytes(), name, 0, LIMITS);
  }

  /** One way by the copy engine, the other by the transport, and the reverse. */
  private Optional<String> copies() {
    if (!copiesByItself) {
      return Optional.of(
          SKIPPED + "the device has none, or does not reach the host's memory on this way");
    }
    byte[] bytes = new byte[COPY_BYTES];
    new Random(1).nextBytes(bytes);
    byte[] back = new byte[COPY_BYTES];
    try (Buffer buffer = gpu.allocate(COPY_BYTES)) {
      buffer.write(0, MemorySegment.ofArray(bytes));
      probe.transport().copyOut(buffer.address(), MemorySegment.ofArray(back));
      same("to the device", bytes, back);
      new Random(2).nextBytes(bytes);
      probe.transport().copyIn(buffer.address(), MemorySegment.ofArray(bytes));
      buffer.read(0, MemorySegment.ofArray(back));
      same("to the host", bytes, back);
    }
    return Optional.of((COPY_BYTES >> 10) + " KiB there and back");
  }

  private static void same(String direction, byte[] expected, byte[] found) {
    int different = Arrays.mismatch(expected, found);
    if (different >= 0) {
      throw new StageFailure(
          "copy %s: byte %d of %d is 0x%02x, must be 0x%02x"
              .formatted(
                  direction, different, COPY_BYTES, found[different], expected[different]));
    }
  }

  private Optional<String> unit(SelfTest test) {
    int failed = execute(test.text(), test.unit()).exitCode();
    if (failed != 0) {
      throw new StageFailure(
          failed > 0 && failed <= test.checks().size()
              ? "wrong: " + test.checks().get(failed - 1).what()
              : "exit code " + failed);
    }
    return Optional.of(test.checks().size() + " checks");
  }
}
