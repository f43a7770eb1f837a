package dev.zhulong.hal;

import dev.zhulong.firmware.isa.Csr;
import dev.zhulong.firmware.isa.FaultCause;
import dev.zhulong.firmware.isa.HostRegister;
import dev.zhulong.firmware.isa.QueueCommand;
import dev.zhulong.hal.transport.Transport;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs launches: start, wait, collect, recover. Either one at a time by the host registers, or
 * several in a row by the device's command queue.
 */
final class Engine {
  /** How long a stopped device may take to say so. */
  private static final Duration STOP_GRACE = Duration.ofSeconds(5);

  /** Most time for a piece of a copy, and between two looks at it. */
  private static final Duration COPY_TIME = Duration.ofSeconds(10);

  private static final Duration COPY_POLL = Duration.ofMillis(100);

  private static final long STOP_GRACE_CYCLES = 1_000_000;

  /** Cycles in which a launch that follows another one has a cycle counter of its own. */
  private static final long CHANGE_CYCLES = 10_000;

  /** Ticket of a launch by the host registers. */
  static final int DIRECT = 0;

  private final Transport transport;
  private final DeviceInfo info;
  private final Console console;

  /** The program whose segments are in device memory, or null. */
  private Image resident;

  private Work running;
  private long startNanos;

  /** The device's command queue, or null. */
  private CommandRing ring;

  Engine(Transport transport, DeviceInfo info, Console console) {
    this.transport = transport;
    this.info = info;
    this.console = console;
  }

  void reset() {
    write(HostRegister.CONTROL, HostRegister.CONTROL_RESET);
    write(
        HostRegister.IRQ_ENABLE,
        HostRegister.IRQ_DONE
            | HostRegister.IRQ_FAULT
            | HostRegister.IRQ_CONSOLE
            | HostRegister.IRQ_REFUSED
            | HostRegister.IRQ_HALTED
            | HostRegister.IRQ_QUEUE);
    if (ring != null) {
      ring.forget();
      // A program that was to be loaded by a command may not have been.
      resident = null;
    }
  }

  /** Launches go through this queue from now on, or with null by the registers. */
  void use(CommandRing newRing) {
    if (ring != null) {
      ring.disable();
    }
    ring = newRing;
  }

  /** Whether there is a command queue to launch by. */
  boolean queued() {
    return ring != null;
  }

  /** Whether the queue knows of what it has been handed. */
  boolean takesCommands() {
    return ring != null && ring.enabled();
  }

  /**
   * Hands work to the device's queue.
   *
   * @return its ticket, or {@link #DIRECT} where the queue cannot take it, or not now
   */
  int enqueue(Work work) {
    if (ring == null || running != null || !CommandRing.takes(work)) {
      return DIRECT;
    }
    boolean load = resident != work.image();
    if (!ring.room() || load && work.image().staged() == null) {
      return DIRECT;
    }
    if (ring.empty()) {
      startNanos = System.nanoTime();
    }
    if (load) {
      ring.load(work.image().staged());
      resident = work.image();
    }
    return ring.launch(work, info.regions());
  }

  boolean idle() {
    return running == null;
  }

  /**
   * Hands a copy to the device's queue, while no work is running.
   *
   * @return its ticket
   */
  int copy(int[] command) {
    return ring.copy(command);
  }

  /**
   * Waits for a copy.
   *
   * @throws DeviceLostException if it does not end; the device has been reset
   */
  void awaitCopy(int ticket) {
    long deadline = System.nanoTime() + COPY_TIME.toNanos();
    while (!ring.reached(ticket)) {
      int error = ring.error();
      boolean late = System.nanoTime() - deadline >= 0;
      if (error != 0 || late) {
        String state = snapshot();
        reset();
        if (late) {
          throw new DeviceLostException(
              info.description() + ": a copy did not end within " + COPY_TIME + "; " + state);
        }
        throw new IllegalStateException(
            info.description()
                + ": a copy ended with queue error "
                + error
                + "; "
                + state
                + "; open it with copy=direct to go on without copies by the device");
      }
      transport.awaitInterrupt(Long.MAX_VALUE, COPY_POLL);
      if (pending() != 0) {
        write(HostRegister.IRQ_STATUS, HostRegister.IRQ_QUEUE);
      }
    }
  }

  /** Starts work by the host registers, while nothing else is running. */
  void start(Work work) {
    if (ring != null) {
      ring.disable();
    }
    if (resident != work.image()) {
      for (Image.Segment segment : work.image().segments()) {
        load(segment);
      }
      // Data segments are changed by raw programs, so that only kernels stay resident.
      resident = work.mode() == 0 ? null : work.image();
    }
    if (work.argumentBlock().length > 0) {
      transport.copyIn(work.argument(), MemorySegment.ofArray(work.argumentBlock()));
    }
    if (work.prints() != null) {
      work.prints().clear(transport);
    }
    program(work);
    startNanos = System.nanoTime();
    write(HostRegister.CONTROL, HostRegister.CONTROL_LAUNCH);
    running = work;
  }

  private void load(Image.Segment segment) {
    transport.copyIn(segment.address(), MemorySegment.ofArray(segment.bytes()));
    long zeros = segment.memoryBytes() - segment.bytes().length;
    if (zeros > 0) {
      try (Arena arena = Arena.ofConfined()) {
        transport.copyIn(segment.address() + segment.bytes().length, arena.allocate(zeros));
      }
    }
  }

  private void program(Work work) {
    write(HostRegister.LAUNCH_MODE, work.mode());
    write(HostRegister.LAUNCH_ENTRY, (int) work.image().entry());
    write(HostRegister.LAUNCH_ARGUMENT, (int) work.argument());
    for (int i = 0; i < 6; i++) {
      transport.write32(HostRegister.LAUNCH_GRID_X.offset() + 4 * i, work.shape()[i]);
    }
    write(HostRegister.LAUNCH_LOCAL_BYTES, work.localBytes());
    List<Regions.Region> regions = Regions.fit(work.regions(), info.regions());
    for (int i = 0; i < info.regions(); i++) {
      int at = HostRegister.REGION_BASE.offset() + i * HostRegister.REGION_STRIDE;
      boolean used = i < regions.size();
      transport.write32(at, used ? (int) regions.get(i).base() : 0);
      transport.write32(at + 4, used ? (int) regions.get(i).size() : 0);
      transport.write32(at + 8, used ? regions.get(i).flags() : 0);
    }
  }

  /**
   * Waits for a launch, the oldest one that is not known to have ended.
   *
   * @param ticket as {@link #enqueue} gave it
   * @return what it cost
   * @throws DeviceFaultException after the device has been reset
   * @throws HaltedException if a debugger has halted it; the launch goes on running
   */
  LaunchStatistics finish(Work work, int ticket) {
    running = work;
    try {
      LaunchStatistics statistics = await(work, ticket);
      running = null;
      return statistics;
    } catch (HaltedException e) {
      throw e;
    } catch (RuntimeException e) {
      running = null;
      throw e;
    }
  }

  /** What a launch by the queue has cost, if it has ended. */
  private Optional<LaunchStatistics> ended(int ticket) {
    if (ticket == DIRECT || !ring.reached(ticket)) {
      return Optional.empty();
    }
    takeConsole();
    console.flush();
    long now = System.nanoTime();
    LaunchStatistics statistics = ring.statistics(ticket, now - startNanos);
    startNanos = now;
    return Optional.of(statistics);
  }

  /** Ends the running launch, if any, and forgets it. */
  void abandon() {
    reset();
    takeConsole();
    console.flush();
    running = null;
    resident = null;
  }

  /** Whether a debugger has halted the device. */
  boolean halted() {
    if (!info.debuggable()) {
      return false;
    }
    int status = read(HostRegister.DEBUG_STATUS);
    if (status == -1) {
      throw gone();
    }
    return (status & HostRegister.DEBUG_HALTED) != 0;
  }

  /** The interrupts that wait, other than the console's. */
  int pending() {
    int pending = read(HostRegister.IRQ_STATUS);
    if (pending == -1) {
      throw gone();
    }
    return pending & ~HostRegister.IRQ_CONSOLE;
  }

  /**
   * Lets the device work until there is something for the debugger.
   *
   * @return the interrupts that wait, other than the console's; none when the time is over
   */
  int watch(Duration timeout) {
    long deadline = System.nanoTime() + saturatedNanos(timeout);
    while (!idle()) {
      takeConsole();
      int pending = pending();
      long nanos = deadline - System.nanoTime();
      if (pending != 0 || nanos <= 0 || halted()) {
        return pending;
      }
      transport.awaitInterrupt(Long.MAX_VALUE, Duration.ofNanos(nanos));
    }
    return 0;
  }

  void takeConsole() {
    if ((read(HostRegister.IRQ_STATUS) & HostRegister.IRQ_CONSOLE) != 0) {
      drainConsole();
    }
  }

  private LaunchStatistics await(Work work, int ticket) {
    LaunchLimits limits = work.limits();
    long deadline = System.nanoTime() + saturatedNanos(limits.timeout());
    boolean stopped = false;
    boolean overdue = ticket == DIRECT;
    while (true) {
      Optional<LaunchStatistics> ended = ended(ticket);
      if (ended.isPresent()) {
        return ended.get();
      }
      if (halted() && pending() == 0) {
        throw new HaltedException(work.name());
      }
      long spent = read64(HostRegister.CYCLES);
      if (spent == -1) {
        throw gone();
      }
      long cycles = limits.maxCycles() - spent;
      long nanos = deadline - System.nanoTime();
      if (cycles <= 0 || nanos <= 0) {
        if (stopped) {
          reset();
          throw new DeviceLostException(
              work.name() + " could not be stopped; " + snapshot() + "; reset the device");
        }
        if (!overdue) {
          // The counter may still be that of the launch before.
          overdue = true;
          transport.awaitInterrupt(CHANGE_CYCLES, STOP_GRACE);
          continue;
        }
        if (ticket != DIRECT) {
          // Else a launch behind this one may be the one that is stopped.
          ring.disable();
          resident = null;
          if (ring.reached(ticket)) {
            continue;
          }
          if ((read(HostRegister.STATUS) & HostRegister.STATUS_BUSY) == 0) {
            throw notBegun(work);
          }
        }
        stopped = true;
        write(HostRegister.CONTROL, HostRegister.CONTROL_STOP);
        deadline = System.nanoTime() + STOP_GRACE.toNanos();
        limits =
            new LaunchLimits(
                Math.min(spent, Long.MAX_VALUE - STOP_GRACE_CYCLES) + STOP_GRACE_CYCLES,
                STOP_GRACE);
        continue;
      }
      if (!transport.awaitInterrupt(cycles, Duration.ofNanos(nanos))) {
        continue;
      }
      int pending = read(HostRegister.IRQ_STATUS);
      if (pending == -1) {
        throw gone();
      }
      if ((pending & HostRegister.IRQ_CONSOLE) != 0) {
        drainConsole();
      }
      if ((pending & HostRegister.IRQ_QUEUE) != 0) {
        write(HostRegister.IRQ_STATUS, HostRegister.IRQ_QUEUE);
      }
      if (ticket != DIRECT) {
        ended = ended(ticket);
        if (ended.isPresent()) {
          return ended.get();
        }
        requireCommands(work);
      }
      if ((pending & HostRegister.IRQ_REFUSED) != 0) {
        write(HostRegister.IRQ_STATUS, HostRegister.IRQ_REFUSED);
        throw refusal(work);
      }
      if ((pending & HostRegister.IRQ_FAULT) != 0) {
        throw fault(work);
      }
      if ((pending & HostRegister.IRQ_DONE) == 0 && halted()) {
        throw new HaltedException(work.name());
      }
      if ((pending & HostRegister.IRQ_DONE) != 0) {
        LaunchStatistics statistics = statistics();
        drainConsole();
        console.flush();
        deliverPrints(work);
        write(HostRegister.IRQ_STATUS, HostRegister.IRQ_DONE);
        return statistics;
      }
    }
  }

  /**
   * The queue has not come to the launch: memory does not give it the command, or what is in it.
   */
  private DeviceFaultException notBegun(Work work) {
    reset();
    long entry = work.image().entry();
    Fault fault = new Fault(FaultCause.TIMEOUT, entry, 0, 0, 0, 0, 0, work.image().sourceOf(entry));
    return new DeviceFaultException(
        work.name(),
        fault,
        "it had not begun, because the device did not get its command from memory; raise the limit"
            + " if memory is that slow");
  }

  /** Whatever stopped the queue but a fault, which the fault record tells. */
  private void requireCommands(Work work) {
    int error = ring.error();
    if (error == QueueCommand.ERROR_REFUSED) {
      RuntimeException refusal = refusal(work);
      reset();
      throw refusal;
    }
    if (error != 0 && error != QueueCommand.ERROR_FAULT) {
      String state = snapshot();
      reset();
      throw new IllegalStateException(
          "device stopped its command queue at "
              + work.name()
              + " with error "
              + error
              + "; "
              + state
              + "; open it with launch=registers to go on without the queue");
    }
  }

  /** After a copy from the device: whether what it gave is its memory. */
  void requireThere() {
    if (transport.readsOnesWhenGone() && read(HostRegister.ID) == -1) {
      throw gone();
    }
  }

  DeviceLostException gone() {
    return new DeviceLostException(info.description() + ": every register reads all-ones");
  }

  private static long saturatedNanos(Duration duration) {
    return duration.compareTo(Duration.ofDays(365)) > 0
        ? Duration.ofDays(365).toNanos()
        : duration.toNanos();
  }

  private void drainConsole() {
    for (int word = read(HostRegister.CONSOLE);
        (word & HostRegister.CONSOLE_VALID) != 0 && word != -1;
        word = read(HostRegister.CONSOLE)) {
      console.accept(word >> 8 & 0x3f, (byte) word);
    }
  }

  private void deliverPrints(Work work) {
    if (work.prints() != null) {
      work.prints().lines(transport).forEach(console::deliver);
    }
  }

  private LaunchStatistics statistics() {
    long wall = System.nanoTime() - startNanos;
    Map<Csr, Long> counters = new EnumMap<>(Csr.class);
    for (Csr csr : Csr.values()) {
      int index = csr.address() - Csr.PERF_WARP_INSTRUCTIONS.address();
      if (csr.name().startsWith("PERF_")) {
        counters.put(csr, read64(HostRegister.PERF.offset() + 8 * index));
      }
    }
    return new LaunchStatistics(
        read64(HostRegister.CYCLES),
        counters.get(Csr.PERF_WARP_INSTRUCTIONS),
        read64(HostRegister.LANE_INSTRUCTIONS),
        wall,
        counters);
  }

  /** The fault record of the running work. */
  Fault faultRecord() {
    long pc = unsigned(HostRegister.FAULT_PC);
    return new Fault(
        FaultCause.of(read(HostRegister.FAULT_CAUSE)),
        pc,
        read(HostRegister.FAULT_CORE),
        read(HostRegister.FAULT_WARP),
        read(HostRegister.FAULT_LANES),
        unsigned(HostRegister.FAULT_ADDRESS),
        read(HostRegister.FAULT_ACCESS),
        running.image().sourceOf(pc));
  }

  private DeviceFaultException fault(Work work) {
    drainConsole();
    console.flush();
    deliverPrints(work);
    Fault fault = faultRecord();
    reset();
    String remedy =
        switch (fault.cause()) {
          case ACCESS ->
              work.regions().isEmpty()
                  ? ""
                  : "the address lies outside every buffer that this launch may access so";
          case TIMEOUT ->
              "it was still running at its limit of "
                  + (work.limits().maxCycles() == Long.MAX_VALUE
                      ? work.limits().timeout()
                      : work.limits().maxCycles() + " cycles or " + work.limits().timeout())
                  + "; raise the limit if it is not an endless loop";
          default -> "";
        };
    return new DeviceFaultException(work.name(), fault, remedy);
  }

  private RuntimeException refusal(Work work) {
    int[] s = work.shape();
    int lanes = info.shape().lanes();
    long size = (long) s[3] * s[4] * s[5];
    long warps = (size + lanes - 1) / lanes;
    boolean together = (work.mode() & HostRegister.MODE_INDEPENDENT) == 0;
    String reason;
    if (work.localBytes() > info.localBytes()) {
      reason =
          "a workgroup takes "
              + work.localBytes()
              + " bytes of shared memory, the device has "
              + info.localBytes();
    } else if (together && warps > info.shape().warps()) {
      reason =
          "a workgroup of "
              + size
              + " invocations that share memory or barriers needs "
              + warps
              + " warps of "
              + lanes
              + " lanes, the device has "
              + info.shape().warps()
              + "; use at most "
              + info.shape().warps() * lanes
              + " invocations";
    } else {
      reason = "it was busy or faulted; " + snapshot();
    }
    return new IllegalStateException("device refused " + work.name() + ": " + reason);
  }

  private String snapshot() {
    return String.format(
        "status 0x%x, interrupts 0x%x, cycles %d",
        read(HostRegister.STATUS), read(HostRegister.IRQ_STATUS), read64(HostRegister.CYCLES));
  }

  private int read(HostRegister register) {
    return transport.read32(register.offset());
  }

  private long unsigned(HostRegister register) {
    return read(register) & 0xffff_ffffL;
  }

  private long read64(HostRegister register) {
    return read64(register.offset());
  }

  /** Reads a register pair whose low word may carry into the high one between the two reads. */
  private long read64(int offset) {
    int high = transport.read32(offset + 4);
    while (true) {
      int low = transport.read32(offset);
      int again = transport.read32(offset + 4);
      if (again == high) {
        return (long) high << 32 | low & 0xffff_ffffL;
      }
      high = again;
    }
  }

  private void write(HostRegister register, int value) {
    transport.write32(register.offset(), value);
  }

  /** Copies a word out of device memory. */
  int word(long address) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment word = arena.allocate(ValueLayout.JAVA_INT);
      transport.copyOut(address, word);
      requireThere();
      return word.get(ValueLayout.JAVA_INT, 0);
    }
  }
}
