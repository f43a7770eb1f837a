package dev.zhulong.simulator.lockstep;

import dev.zhulong.firmware.asm.Assembler;
import dev.zhulong.firmware.isa.CoreShape;
import dev.zhulong.firmware.isa.HostRegister;
import dev.zhulong.firmware.isa.MemoryMap;
import dev.zhulong.firmware.isa.QueueCommand;
import dev.zhulong.firmware.link.ElfFile;
import dev.zhulong.hal.transport.DeviceAddress;
import dev.zhulong.hal.transport.HostMemory;
import dev.zhulong.hal.transport.Transport;
import dev.zhulong.rtl.Instrumentation;
import dev.zhulong.rtl.MemoryTiming;
import dev.zhulong.rtl.ModelBuilder;
import dev.zhulong.rtl.ModelConfiguration;
import dev.zhulong.simulator.SimTransportProvider;
import dev.zhulong.simulator.cycle.CycleDevice;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Random rings of commands on two devices, which must leave the same memory, timeline and errors:
 * copies in all directions, launches good and bad, operations that there are none of, addresses
 * where there is no memory, and soft resets at any time.
 */
public final class QueueRun implements AutoCloseable {
  private static final long RING = 0x10_0000;
  private static final long REGIONS = 0x11_0000;
  private static final long AREA = 0x20_0000;
  private static final int LINE = 64;
  private static final int RINGS_OF_A_MODEL = 100;
  private static final int AREA_LINES = 128;
  private static final int AREA_BYTES = AREA_LINES * LINE;
  private static final int MOST_COMMANDS = 32;
  private static final long RUN_CYCLES = 10_000_000;
  private static final Duration RUN_TIME = Duration.ofSeconds(20);
  private static final int INTERRUPTS = HostRegister.IRQ_QUEUE | HostRegister.IRQ_FAULT;

  /** Changes a word of memory on core 0, and fails where it must not. */
  private static final String PROGRAM =
      """
      _start:
        csrr t0, 0xcc2
        bnez t0, end
        csrr t0, mscratch
        lw   t1, 0(t0)
        lw   t2, 4(t0)
        mul  t1, t1, t2
        addi t1, t1, 1
        sw   t1, 0(t0)
      end:
        tmc  x0
      """;

  private static final List<HostRegister> OUTCOME =
      List.of(
          HostRegister.QUEUE_HEAD,
          HostRegister.QUEUE_TAIL,
          HostRegister.QUEUE_STATUS,
          HostRegister.QUEUE_CONTROL,
          HostRegister.QUEUE_BASE,
          HostRegister.QUEUE_SIZE,
          HostRegister.QUEUE_TIMELINE,
          HostRegister.STATUS,
          HostRegister.IRQ_STATUS,
          HostRegister.FAULT_CAUSE,
          HostRegister.FAULT_PC,
          HostRegister.FAULT_ADDRESS,
          HostRegister.LAUNCH_ARGUMENT,
          HostRegister.LAUNCH_MODE,
          HostRegister.REGION_FLAGS);

  private final List<Transport> devices;
  private final List<HostMemory> host;
  private long commands;

  /**
   * What has been done.
   *
   * @param commands that both devices have done
   * @param rings they were in
   */
  public record Summary(long commands, long rings) {}

  /**
   * Rings on the checked cycle model and the functional simulator of one shape, each run of 100
   * with another memory timing.
   *
   * @param seed of the first ring; the others follow
   * @param commands at least so many
   * @throws LockStepException if the devices differ, with the seed and what differs
   */
  public static Summary of(CoreShape shape, long seed, long commands) {
    return of(shape, seed, commands, null);
  }

  /** As above, counting lines into files of a folder, or null. */
  static Summary of(CoreShape shape, long seed, long commands, Path lineData) {
    ModelConfiguration checked = ModelConfiguration.fast(shape).withChecks();
    Instrumentation instrumentation =
        lineData == null ? Instrumentation.NONE : Instrumentation.lineCoverage();
    long done = 0;
    long rings = 0;
    while (done < commands) {
      long first = seed + rings;
      RandomGenerator random = new SplittableRandom(first);
      MemoryTiming timing =
          new MemoryTiming(
              random.nextInt(1, 60),
              random.nextInt(1, 4),
              random.nextBoolean() ? 0 : random.nextInt(60),
              first);
      try (CycleDevice model =
              CycleDevice.open(ModelBuilder.standard(), checked, instrumentation, timing);
          Transport simulator =
              new SimTransportProvider().open(DeviceAddress.parse("sim:?config=" + shape));
          QueueRun run = new QueueRun(model, simulator)) {
        for (int i = 0; i < RINGS_OF_A_MODEL && done + run.commands() < commands; i++) {
          run.run(seed + rings++);
        }
        done += run.commands();
        if (lineData != null) {
          model.model().writeCoverage(lineData.resolve(shape + "-queue-" + rings + ".dat"));
        }
      } catch (LockStepException e) {
        throw new LockStepException(
            shape
                + ", "
                + timing
                + ", "
                + e.getMessage()
                + "\nagain: zl verify --commands "
                + (commands - done)
                + " --config "
                + shape
                + " --seed "
                + first);
      }
    }
    return new Summary(done, rings);
  }

  /**
   * Two devices of one shape, each with host memory; they stay the caller's.
   *
   * @throws IllegalArgumentException if one cannot reach host memory
   */
  public QueueRun(Transport first, Transport second) {
    devices = List.of(first, second);
    host =
        devices.stream()
            .map(
                device ->
                    device
                        .hostMemory(AREA_BYTES)
                        .orElseThrow(
                            () ->
                                new IllegalArgumentException(
                                    device.description() + " cannot reach host memory")))
            .toList();
  }

  /** Commands that both devices have done. */
  public long commands() {
    return commands;
  }

  /**
   * One ring.
   *
   * @throws LockStepException if the devices differ, with the seed and what differs
   */
  public void run(long seed) {
    RandomGenerator random = new SplittableRandom(seed);
    try {
      prepare(random);
      int size = 1 << random.nextInt(2, 6);
      int count = random.nextInt(1, MOST_COMMANDS + 1);
      int[][] list = new int[count][];
      for (int i = 0; i < count; i++) {
        list[i] = command(random, i, count);
      }
      if (random.nextInt(8) == 0) {
        interrupted(random, list, size);
      } else {
        complete(list, size);
      }
    } catch (LockStepException e) {
      throw new LockStepException("seed " + seed + ": " + e.getMessage());
    }
  }

  private void prepare(RandomGenerator random) {
    byte[] bytes = new byte[AREA_BYTES];
    byte[] hostBytes = new byte[AREA_BYTES];
    random.nextBytes(bytes);
    random.nextBytes(hostBytes);
    int[] regions = new int[HostRegister.REGIONS * HostRegister.REGION_STRIDE / 4];
    int all = HostRegister.ALLOW_READ | HostRegister.ALLOW_WRITE;
    region(regions, 0, MemoryMap.PROGRAM, 4096, HostRegister.ALLOW_EXECUTE);
    region(regions, 1, AREA, AREA_BYTES / 2, all);
    for (int i = 2; i < HostRegister.REGIONS; i++) {
      region(regions, i, AREA + (long) i * LINE, LINE, random.nextInt(8));
    }
    byte[] program =
        ElfFile.read(Assembler.assemble(PROGRAM, "queue").toBytes(), "queue")
            .segments()
            .getFirst()
            .bytes();
    for (int i = 0; i < devices.size(); i++) {
      Transport device = devices.get(i);
      write(device, HostRegister.CONTROL, HostRegister.CONTROL_RESET);
      write(device, HostRegister.IRQ_ENABLE, INTERRUPTS);
      // How far an interrupted ring came is a matter of time.
      write(device, HostRegister.LAUNCH_MODE, 0);
      write(device, HostRegister.LAUNCH_ARGUMENT, 0);
      write(device, HostRegister.REGION_FLAGS, 0);
      device.copyIn(AREA, MemorySegment.ofArray(bytes));
      device.copyIn(REGIONS, MemorySegment.ofArray(regions));
      device.copyIn(MemoryMap.PROGRAM, MemorySegment.ofArray(program));
      host.get(i).segment().copyFrom(MemorySegment.ofArray(hostBytes));
    }
  }

  private static void region(int[] words, int index, long base, long size, int flags) {
    words[4 * index] = (int) base;
    words[4 * index + 1] = (int) size;
    words[4 * index + 2] = flags;
  }

  private int[] command(RandomGenerator random, int index, int count) {
    int[] words =
        switch (random.nextInt(8)) {
          case 0, 1, 2, 3 -> copy(random);
          case 4, 5, 6 -> launch(random);
          default -> new int[QueueCommand.WORDS];
        };
    if (random.nextInt(60) == 0) {
      words[0] = random.nextInt(256);
    }
    if (random.nextBoolean()) {
      QueueCommand.signal(words, random.nextLong());
    }
    if (index == count - 1 || random.nextInt(4) == 0) {
      words[0] |= QueueCommand.INTERRUPT;
    }
    return words;
  }

  private int[] copy(RandomGenerator random) {
    int lines = random.nextInt(AREA_LINES / 2);
    int low = random.nextInt(AREA_LINES / 2 - lines + 1);
    int high = AREA_LINES / 2 + random.nextInt(AREA_LINES / 2 - lines + 1);
    boolean up = random.nextBoolean();
    int direction = random.nextInt(3);
    // The devices call host memory the same, since each has been given it first.
    long from = direction == QueueCommand.TO_DEVICE ? host.getFirst().address() : AREA;
    long to = direction == QueueCommand.TO_HOST ? host.getFirst().address() : AREA;
    int[] words =
        QueueCommand.copy(
            direction,
            from + (long) (up ? low : high) * LINE,
            to + (long) (up ? high : low) * LINE,
            (long) lines * LINE);
    switch (random.nextInt(40)) {
      case 0 -> words[1] = 3;
      case 1 -> words[2 + 2 * random.nextInt(3)] |= 1 << random.nextInt(6);
      case 2 -> words[3 + 2 * random.nextInt(2)] ^= 1 << random.nextInt(31);
      default -> {
        // As it is.
      }
    }
    return words;
  }

  private static int[] launch(RandomGenerator random) {
    int[] words = new int[QueueCommand.WORDS];
    int regions = random.nextInt(HostRegister.REGIONS + 1);
    words[0] = QueueCommand.LAUNCH | regions << QueueCommand.REGIONS_SHIFT;
    words[2] = (int) MemoryMap.PROGRAM;
    // Where no region allows it, a fault; the region that allows a line may not allow both.
    int lines = regions == 0 || random.nextInt(8) == 0 ? AREA_LINES : AREA_LINES / 2;
    words[3] = (int) AREA + random.nextInt(lines) * LINE;
    if (regions == 1) {
      words[0] &= ~(31 << QueueCommand.REGIONS_SHIFT);
    }
    words[QueueCommand.REGIONS] = (int) REGIONS;
    switch (random.nextInt(12)) {
      case 0 -> {
        words[1] = HostRegister.MODE_GRID;
        Arrays.fill(words, 4, 10, 1);
        words[4] = random.nextInt(2);
        words[10] = random.nextBoolean() ? -64 : 0;
      }
      case 1 -> words[3] |= random.nextInt(4);
      default -> {
        // A good one.
      }
    }
    return words;
  }

  private static void write(Transport device, HostRegister register, int value) {
    device.write32(register.offset(), value);
  }

  private static int read(Transport device, HostRegister register) {
    return device.read32(register.offset());
  }

  /** In as many batches as the ring's size asks for. */
  private void complete(int[][] list, int size) {
    devices.forEach(device -> enable(device, size));
    for (int done = 0; done < list.length; ) {
      int end = Math.min(done + size, list.length);
      // Without an interrupt of its last command a batch's end would not be seen.
      list[end - 1][0] |= QueueCommand.INTERRUPT;
      for (Transport device : devices) {
        push(device, list, done, end, size);
        await(device, end);
        // A fault's interrupt comes before that of the queue it stops, which may be up by now.
        write(device, HostRegister.IRQ_STATUS, HostRegister.IRQ_QUEUE);
      }
      requireSame();
      if ((read(devices.getFirst(), HostRegister.QUEUE_STATUS) & HostRegister.QUEUE_STOPPED) != 0) {
        commands += read(devices.getFirst(), HostRegister.QUEUE_HEAD);
        return;
      }
      done = end;
    }
    commands += list.length;
  }

  private static void enable(Transport device, int size) {
    write(device, HostRegister.QUEUE_BASE, (int) RING);
    write(device, HostRegister.QUEUE_SIZE, size);
    write(device, HostRegister.QUEUE_CONTROL, HostRegister.QUEUE_ENABLE);
  }

  private static void push(Transport device, int[][] list, int from, int to, int size) {
    for (int i = from; i < to; i++) {
      device.copyIn(
          RING + (long) (i & size - 1) * QueueCommand.BYTES, MemorySegment.ofArray(list[i]));
    }
    write(device, HostRegister.QUEUE_TAIL, to);
  }

  private static void await(Transport device, int head) {
    long deadline = System.nanoTime() + RUN_TIME.toNanos();
    while (true) {
      boolean interrupt = device.awaitInterrupt(RUN_CYCLES, RUN_TIME);
      // Before the look at what is done: else the last interrupt might be the one that is cleared.
      write(device, HostRegister.IRQ_STATUS, HostRegister.IRQ_QUEUE);
      boolean stopped = (read(device, HostRegister.QUEUE_STATUS) & HostRegister.QUEUE_STOPPED) != 0;
      if (interrupt && (stopped || read(device, HostRegister.QUEUE_HEAD) == head)) {
        return;
      }
      if (!interrupt || System.nanoTime() > deadline) {
        throw new LockStepException(
            String.format(
                "%s does not come to an end: head %d of %d, queue status 0x%x",
                device.description(),
                read(device, HostRegister.QUEUE_HEAD),
                head,
                read(device, HostRegister.QUEUE_STATUS)));
      }
    }
  }

  /** The first device is reset somewhere on the way, and has to be as after any reset. */
  private void interrupted(RandomGenerator random, int[][] list, int size) {
    Transport device = devices.getFirst();
    enable(device, size);
    push(device, list, 0, Math.min(size, list.length), size);
    device.awaitInterrupt(random.nextInt(3000), RUN_TIME);
    write(device, HostRegister.CONTROL, HostRegister.CONTROL_RESET);
    for (HostRegister register :
        List.of(HostRegister.STATUS, HostRegister.IRQ_STATUS, HostRegister.QUEUE_STATUS)) {
      if (read(device, register) != 0) {
        throw new LockStepException(
            String.format("%s is 0x%x after a reset", register, read(device, register)));
      }
    }
    int[][] again = {new int[QueueCommand.WORDS]};
    again[0][0] = QueueCommand.INTERRUPT;
    QueueCommand.signal(again[0], random.nextLong());
    // What it did before the reset is a matter of time, so that only this is compared.
    devices.forEach(each -> enable(each, size));
    for (Transport each : devices) {
      push(each, again, 0, 1, size);
      await(each, 1);
    }
    requireSame(HostRegister.QUEUE_HEAD);
    requireSame(HostRegister.QUEUE_STATUS);
    requireSame(HostRegister.QUEUE_TIMELINE);
    commands++;
  }

  private void requireSame(HostRegister register) {
    int first = read(devices.getFirst(), register);
    int second = read(devices.getLast(), register);
    if (first != second) {
      throw new LockStepException(
          String.format("%s is 0x%x, the other device has 0x%x", register, first, second));
    }
  }

  private void requireSame() {
    OUTCOME.forEach(this::requireSame);
    MemorySegment first = MemorySegment.ofArray(new byte[AREA_BYTES]);
    MemorySegment second = MemorySegment.ofArray(new byte[AREA_BYTES]);
    devices.getFirst().copyOut(AREA, first);
    devices.getLast().copyOut(AREA, second);
    requireSame("device memory", AREA, first, second);
    requireSame(
        "host memory",
        host.getFirst().address(),
        host.getFirst().segment(),
        host.getLast().segment());
  }

  private static void requireSame(
      String what, long address, MemorySegment first, MemorySegment second) {
    long at = first.mismatch(second);
    if (at >= 0) {
      throw new LockStepException(
          String.format(
              "%s at 0x%x is 0x%02x, the other device has 0x%02x",
              what,
              address + at,
              first.get(ValueLayout.JAVA_BYTE, at),
              second.get(ValueLayout.JAVA_BYTE, at)));
    }
  }

  /** Gives the devices' host memory back. */
  @Override
  public void close() {
    host.forEach(HostMemory::close);
  }
}
