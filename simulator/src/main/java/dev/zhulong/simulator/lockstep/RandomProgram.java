package dev.zhulong.simulator.lockstep;

import dev.zhulong.firmware.isa.CoreShape;
import dev.zhulong.firmware.isa.HostRegister;
import dev.zhulong.firmware.isa.MemoryMap;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Map;

/**
 * A program made at random from a seed, with its data and its launch. Whatever the order in which
 * warps run, each warp executes the same instructions with the same results, so that two
 * executions can be compared.
 *
 * @param seed what it was made from
 * @param shape of the device that it is for
 * @param words its code, at {@link MemoryMap#PROGRAM}
 * @param data random words at {@link #DATA}: a pool that is read only, and the areas of the warps
 * @param launch the launch block
 */
public record RandomProgram(
    long seed, CoreShape shape, int[] words, int[] data, Map<HostRegister, Integer> launch) {
  /** Address of the data. */
  public static final int DATA = 0x0010_0000;

  private static final ValueLayout.OfInt WORD =
      ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);

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
  public static RandomProgram of(long seed, CoreShape shape, Limits limits) {
    return new ProgramGenerator(seed, shape, limits).generate();
  }

  /** Puts code and data into device memory. */
  public void load(MemorySegment memory) {
    MemorySegment.copy(words, 0, memory, WORD, MemoryMap.PROGRAM, words.length);
    MemorySegment.copy(data, 0, memory, WORD, DATA, data.length);
  }

  /** The part of device memory that it may change. */
  public MemorySegment changes(MemorySegment memory) {
    return memory.asSlice(DATA, 4L * data.length);
  }
}
