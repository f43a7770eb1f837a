package dev.zhulong.simulator.lockstep;

import dev.zhulong.firmware.isa.CoreShape;
import dev.zhulong.firmware.isa.HostRegister;
import dev.zhulong.firmware.isa.MemoryMap;
import dev.zhulong.hal.transport.Transport;
import java.lang.foreign.MemorySegment;
import java.util.Map;

/**
 * A program made at random from a seed, with its data and its launch. Whatever the order in which
 * warps run, each warp executes the same instructions with the same results, so that two executions
 * can be compared.
 *
 * @param seed what it was made from
 * @param shape of the device that it is for
 * @param words its code, at {@link MemoryMap#PROGRAM}
 * @param data random words at {@link #DATA}: a pool that is read only, and the areas of the warps
 * @param launch the launch block
 * @param faults whether it ends in a fault
 */
public record RandomLaunch(
    long seed,
    CoreShape shape,
    int[] words,
    int[] data,
    Map<HostRegister, Integer> launch,
    boolean faults) {
  /** Address of the data. */
  public static final int DATA = 0x0010_0000;

  /**
   * What a program may contain.
   *
   * @param instructions about how many instructions its body has, not counting repetition
   * @param atomics whether it uses extension A
   * @param localKib local memory of a core in KiB
   */
  public record Limits(int instructions, boolean atomics, int localKib) {
    /** Checks that there is something to make. */
    public Limits {
      if (instructions < 1 || instructions > 100_000) {
        throw new IllegalArgumentException(
            "a random program of " + instructions + " instructions, must be 1 to 100000");
      }
    }

    /** 400 instructions without extension A, 16 KiB of local memory. */
    public static final Limits DEFAULT = new Limits(400, false, 16);
  }

  /** The program of a seed. */
  public static RandomLaunch of(long seed, CoreShape shape, Limits limits) {
    return new LaunchGenerator(seed, shape, limits).generate();
  }

  /** Puts code and data into device memory, and the launch block into its registers. */
  void load(Transport device) {
    device.copyIn(MemoryMap.PROGRAM, MemorySegment.ofArray(words));
    device.copyIn(DATA, MemorySegment.ofArray(data));
    launch.forEach((register, value) -> device.write32(register.offset(), value));
  }
}
