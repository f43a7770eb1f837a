package dev.zhulong.simulator.lockstep;

import dev.zhulong.firmware.isa.CoreShape;
import dev.zhulong.firmware.isa.Extension;
import dev.zhulong.firmware.isa.HostRegister;
import dev.zhulong.firmware.isa.MemoryMap;
import dev.zhulong.hal.transport.Transport;
import java.lang.foreign.MemorySegment;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A program made at random from a seed, with its data and its launch. Whatever the order in which
 * warps run, each warp executes the same instructions with the same results, so that two executions
 * can be compared.
 *
 * @param seed what it was made from
 * @param shape of the device that it is for
 * @param words its code, at {@link MemoryMap#PROGRAM}
 * @param data random words at {@link #DATA}: a pool that is read only, and the areas of the warps
 * @param regions protection of its memory; none allows everything
 * @param launch the launch block
 * @param faults whether it ends in a fault
 */
record RandomLaunch(
    long seed,
    CoreShape shape,
    int[] words,
    int[] data,
    List<Region> regions,
    Map<HostRegister, Integer> launch,
    boolean faults) {
  /** Address of the data. */
  static final int DATA = 0x0010_0000;

  /**
   * What a program may contain.
   *
   * @param instructions about how many instructions its body has, not counting repetition
   * @param atomics whether it uses extension A
   * @param localKib local memory of a core in KiB
   * @param traps whether it ends in a fault
   */
  record Limits(int instructions, boolean atomics, int localKib, boolean traps) {}

  private static final int INSTRUCTIONS = 200;
  private static final int INSTRUCTIONS_TO_TRAP = 30;
  private static final int LOCAL_KIB = 16;

  /** Consecutive seeds make programs of all kinds; two of these are the short ones that trap. */
  private static final long KINDS = 5;

  /** The registers of a protection region; flags are those of {@link HostRegister}. */
  record Region(int base, int size, int flags) {}

  /** The program of a seed; which generator makes it is a matter of the seed, too. */
  static RandomLaunch of(long seed, CoreShape shape, Set<Extension> extensions) {
    boolean atomics = extensions.contains(Extension.A);
    return switch ((int) Math.floorMod(seed, KINDS)) {
      case 0 -> bare(seed, shape, extensions);
      case 1 ->
          new LaunchGenerator(seed, shape, new Limits(INSTRUCTIONS, atomics, LOCAL_KIB, false))
              .generate();
      case 2, 3 ->
          new LaunchGenerator(
                  seed, shape, new Limits(INSTRUCTIONS_TO_TRAP, atomics, LOCAL_KIB, true))
              .generate();
      default -> new WorkgroupGenerator(seed, shape, atomics).generate();
    };
  }

  private static RandomLaunch bare(long seed, CoreShape shape, Set<Extension> extensions) {
    boolean traps = (seed / KINDS & 1) != 0;
    Map<HostRegister, Integer> launch = new EnumMap<>(HostRegister.class);
    launch.put(HostRegister.LAUNCH_MODE, 0);
    launch.put(HostRegister.LAUNCH_ENTRY, (int) MemoryMap.PROGRAM);
    launch.put(HostRegister.LAUNCH_ARGUMENT, (int) seed);
    int[] words = RandomProgram.generate(seed, extensions, traps);
    return new RandomLaunch(seed, shape, words, new int[0], List.of(), launch, traps);
  }

  /** Puts code and data into device memory, and the launch block into its registers. */
  void load(Transport device) {
    device.copyIn(MemoryMap.PROGRAM, MemorySegment.ofArray(words));
    device.copyIn(DATA, MemorySegment.ofArray(data));
    for (int i = 0; i < HostRegister.REGIONS; i++) {
      Region region = i < regions.size() ? regions.get(i) : new Region(0, 0, 0);
      int at = i * HostRegister.REGION_STRIDE;
      device.write32(HostRegister.REGION_BASE.offset() + at, region.base());
      device.write32(HostRegister.REGION_SIZE.offset() + at, region.size());
      device.write32(HostRegister.REGION_FLAGS.offset() + at, region.flags());
    }
    launch.forEach((register, value) -> device.write32(register.offset(), value));
  }
}
