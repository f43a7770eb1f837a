package dev.zhulong.simulator.bringdown;

import dev.zhulong.firmware.isa.FaultCause;
import dev.zhulong.firmware.isa.MemoryMap;
import dev.zhulong.firmware.link.ElfFile;
import dev.zhulong.hal.Buffer;
import dev.zhulong.hal.DeviceFaultException;
import dev.zhulong.hal.Fault;
import dev.zhulong.hal.Gpu;
import dev.zhulong.hal.Kernel;
import dev.zhulong.hal.LaunchLimits;
import dev.zhulong.hal.transport.DeviceAddress;
import dev.zhulong.hal.transport.Transport;
import dev.zhulong.simulator.cycle.CycleDevice;
import dev.zhulong.simulator.cycle.CycleTransportProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.zip.CRC32;

/**
 * Brings one device down again and again through the driver, at random over all scenarios. After
 * each time the fault must be the right one, the next launch must compute the right words, and the
 * buffers that were not the victim's must be as they were.
 */
public final class BringDown implements AutoCloseable {
  private static final int WITNESSES = 3;
  private static final int WITNESS_BYTES = 4096;
  private static final LaunchLimits HANGING = new LaunchLimits(8_000, Duration.ofSeconds(60));
  private static final LaunchLimits HEALTHY = new LaunchLimits(1_000_000, Duration.ofSeconds(60));

  /** The memory dies at the latest when a victim's caches are warm. */
  private static final int LATEST_DEATH = 4_000;

  private static final int LATEST_REVIVAL = 3_000;

  /** A scenario with its loaded kernel. */
  private record Victim(Scenario scenario, ElfFile program, Kernel kernel) {}

  private final RandomGenerator random;
  private final long seed;
  private final MortalMemory memory;
  private final Gpu gpu;
  private final List<Victim> victims = new ArrayList<>();
  private final List<Buffer> witnesses = new ArrayList<>();
  private final List<Long> checksums = new ArrayList<>();
  private final Kernel check;
  private final Buffer victim;
  private final Buffer output;
  private final int[] input;

  private BringDown(Gpu gpu, MortalMemory memory, long seed) {
    this.gpu = gpu;
    this.memory = memory;
    this.seed = seed;
    this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    int lanes = gpu.info().shape().lanes();
    // Witnesses lie before and behind the victim's buffer.
    witness();
    victim = gpu.allocate(Programs.VICTIM_BYTES);
    while (witnesses.size() < WITNESSES) {
      witness();
    }
    int words = Programs.GROUPS * 2 * lanes;
    input = witnesses.getFirst().readInts();
    output = gpu.allocate(words * 4L);
    check = gpu.load(Programs.check(lanes), "check");
    for (Scenario scenario : Scenario.all()) {
      if (!scenario.memoryDies() || memory != null) {
        ElfFile program = Programs.victim(scenario, lanes);
        victims.add(
            new Victim(scenario, program, gpu.load(program.toBytes(), Programs.name(scenario))));
      }
    }
  }

  /**
   * Opens a device.
   *
   * @param address of any device; only that of a cycle model has a memory that can die
   * @param seed of the order of scenarios and of their moments
   */
  public static BringDown open(String address, long seed) {
    DeviceAddress parsed = DeviceAddress.parse(address);
    if (new CycleTransportProvider().schemes().contains(parsed.scheme())) {
      Transport transport = new CycleTransportProvider().open(parsed);
      MortalMemory memory = new MortalMemory((CycleDevice) transport);
      return new BringDown(Gpu.over(memory), memory, seed);
    }
    return new BringDown(Gpu.open(address), null, seed);
  }

  private void witness() {
    Buffer buffer = gpu.allocate(WITNESS_BYTES);
    buffer.write(random.ints(WITNESS_BYTES / 4).toArray());
    witnesses.add(buffer);
    checksums.add(checksum(buffer));
  }

  private static long checksum(Buffer buffer) {
    CRC32 crc = new CRC32();
    crc.update(buffer.readBytes());
    return crc.getValue();
  }

  /**
   * Brings the device down so many times.
   *
   * @return how often in which way
   * @throws BringDownException at the first time that something was not as it should be
   */
  public Map<String, Integer> run(int times) {
    if (times < 1) {
      throw new IllegalArgumentException(
          "the number of bring-downs is " + times + ", must be at least 1");
    }
    Map<String, Integer> counts = new TreeMap<>();
    requireHealth("before the first bring-down");
    for (int i = 0; i < times; i++) {
      Victim next = victims.get(random.nextInt(victims.size()));
      String what = "bring-down " + i + " of seed " + seed + ", " + next.scenario().name();
      bringDown(next, what);
      requireHealth(what);
      counts.merge(next.scenario().name(), 1, Integer::sum);
    }
    return counts;
  }

  private void bringDown(Victim next, String what) {
    Scenario scenario = next.scenario();
    if (scenario.memoryDies()) {
      memory.schedule(true, random.nextInt(LATEST_DEATH));
    }
    try {
      next.kernel()
          .launch(Programs.GROUPS)
          .bind("Victim", victim)
          .push("forbidden", (int) witnesses.getLast().address())
          .limits(HANGING)
          .submit()
          .await();
    } catch (DeviceFaultException e) {
      compare(next, e, what);
      if (scenario.memoryDies()) {
        if (!memory.dead()) {
          throw new BringDownException(what + ": the memory was alive when the launch was stopped");
        }
        // Before the next launch, or only when that one is waiting for it already.
        memory.schedule(false, random.nextBoolean() ? 0 : random.nextInt(LATEST_REVIVAL));
      }
      return;
    }
    throw new BringDownException(what + ": the launch ended well");
  }

  private void compare(Victim next, DeviceFaultException e, String what) {
    Scenario scenario = next.scenario();
    Fault fault = e.fault();
    String text = e.getMessage();
    boolean right =
        fault.cause() == scenario.cause()
            && fault.access() == scenario.access()
            && placed(next, fault)
            && text.startsWith("kernel " + Programs.name(scenario) + " stopped: " + fault.cause())
            && (fault.cause() != FaultCause.TIMEOUT || text.contains("raise the limit"))
            && (fault.cause() != FaultCause.ACCESS || text.contains("outside every buffer"));
    if (!right) {
      throw new BringDownException(what + ": the driver says \"" + text + "\"");
    }
  }

  private boolean placed(Victim next, Fault fault) {
    return switch (next.scenario().place()) {
      case Scenario.Place.AtLabel() -> at(next, fault, 0);
      case Scenario.Place.Absolute(long address) -> at(next, fault, address);
      case Scenario.Place.InVictim(int offset) -> at(next, fault, victim.address() + offset);
      case Scenario.Place.Forbidden() -> at(next, fault, witnesses.getLast().address());
      case Scenario.Place.FetchFromVictim() ->
          fault.pc() == victim.address() && fault.address() == victim.address();
      case Scenario.Place.Anywhere() ->
          fault.pc() >= MemoryMap.PROGRAM
              && fault.pc()
                  < MemoryMap.PROGRAM + next.program().segments().getFirst().memoryBytes();
    };
  }

  private static boolean at(Victim next, Fault fault, long address) {
    return fault.pc() == Programs.label(next.program(), "fault") && fault.address() == address;
  }

  /** The next launch is right, and all buffers are as they were but the victim's. */
  private void requireHealth(String what) {
    output.write(new int[(int) (output.size() / 4)]);
    try {
      check
          .launch(Programs.GROUPS)
          .bind("In", witnesses.getFirst())
          .bind("Out", output)
          .limits(HEALTHY)
          .submit()
          .await();
    } catch (RuntimeException e) {
      throw new BringDownException(what + ": the next launch fails: " + e.getMessage());
    }
    int[] words = output.readInts();
    for (int i = 0; i < words.length; i++) {
      int expected = Programs.checked(input[i ^ 1]);
      if (words[i] != expected) {
        throw new BringDownException(
            String.format(
                "%s: word %d of the next launch is 0x%08x, expected 0x%08x",
                what, i, words[i], expected));
      }
    }
    for (int i = 0; i < witnesses.size(); i++) {
      if (checksum(witnesses.get(i)) != checksums.get(i)) {
        throw new BringDownException(
            what
                + ": the buffer at 0x"
                + Long.toHexString(witnesses.get(i).address())
                + " was changed");
      }
    }
  }

  @Override
  public void close() {
    gpu.close();
  }
}
