package dev.zhulong.simulator.lockstep;

import static dev.zhulong.firmware.isa.Instruction.*;

import dev.zhulong.firmware.isa.CoreShape;
import dev.zhulong.firmware.isa.Csr;
import dev.zhulong.firmware.isa.HostRegister;
import dev.zhulong.firmware.isa.Instruction;
import dev.zhulong.firmware.isa.MemoryMap;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Makes a grid of many workgroups of a random size. Each invocation mixes what the dispatcher has
 * told it into its values, exchanges them with others of its workgroup through local memory between
 * barriers, counts in shared words by atomic operations whose order does not matter, and stores.
 *
 * <p>Registers: x1 to x3 scratch, x4 number in the workgroup, x5 invocations of one, x6 own output,
 * x7 local memory, x8 shared counters, x9 lanes at the start, x10 to x15 values.
 */
final class WorkgroupGenerator {
  private static final int OUTPUT = RandomLaunch.DATA + 0x1000;
  private static final int COUNTERS = 9;
  private static final int COUNTER_BYTES = 64;
  private static final int VALUE = 10;
  private static final int VALUES = 6;

  private static final Csr[] PLACE = {
    Csr.LOCAL_ID_X,
    Csr.LOCAL_ID_Y,
    Csr.LOCAL_ID_Z,
    Csr.GROUP_ID_X,
    Csr.GROUP_ID_Y,
    Csr.GROUP_ID_Z,
    Csr.GROUP_SIZE_X,
    Csr.GROUP_SIZE_Y,
    Csr.GROUP_SIZE_Z,
    Csr.GRID_SIZE_X,
    Csr.GRID_SIZE_Y,
    Csr.GRID_SIZE_Z,
    Csr.GROUP_WARP_RANK,
    Csr.GROUP_WARPS,
    Csr.GROUP_LOCAL_BASE,
    Csr.SLOT_ID,
    Csr.MSCRATCH,
    Csr.ACTIVE_LANES
  };

  private static final Instruction[] MIX = {ADD, SUB, XOR, SH1ADD, SH3ADD, ROL, MUL, MULHU, MAXU};

  /** Each has a counter of its own. */
  private static final Instruction[] COMMUTATIVE = {
    AMOADD_W, AMOXOR_W, AMOAND_W, AMOOR_W, AMOMIN_W, AMOMAX_W, AMOMINU_W, AMOMAXU_W
  };

  private final long seed;
  private final CoreShape shape;
  private final boolean atomics;
  private final RandomGenerator random;
  private final CodeBuffer code = new CodeBuffer();
  private final boolean independent;
  private final int[] group;
  private final int[] grid;
  private final int invocations;

  WorkgroupGenerator(long seed, CoreShape shape, boolean atomics) {
    this.seed = seed;
    this.shape = shape;
    this.atomics = atomics;
    this.random = new SplittableRandom(seed);
    this.independent = random.nextInt(4) == 0;
    int most = shape.warps() * shape.lanes() * (independent ? 3 : 1);
    // Small groups share a core, so their slots and barriers are in use at the same time.
    int x = 1 + random.nextInt(Math.max(1, most >> random.nextInt(3)));
    int y = 1 + random.nextInt(Math.min(3, most / x));
    int z = 1 + random.nextInt(Math.min(2, most / (x * y)));
    group = new int[] {x, y, z};
    grid = new int[] {1 + random.nextInt(4), 1 + random.nextInt(3), 1 + random.nextInt(2)};
    invocations = x * y * z;
  }

  RandomLaunch generate() {
    // Bits of a register that nobody has written since the start: zero.
    code.registers(OR, VALUE, 16 + random.nextInt(16), 16 + random.nextInt(16));
    code.registers(FMV_X_W, VALUE + 1, random.nextInt(32), 0);
    number();
    addresses();
    for (int i = 2; i < VALUES; i++) {
      code.read(VALUE + i, any(PLACE));
    }
    int rounds = 1 + random.nextInt(4);
    for (int i = 0; i < rounds; i++) {
      mix();
      if (atomics) {
        count();
      }
      if (!independent) {
        exchange();
      }
    }
    mix();
    for (int i = 0; i < VALUES; i++) {
      code.store(SW, VALUE + i, 6, 4 * i);
    }
    code.registers(TMC, 0, 0, 0);
    int total = grid[0] * grid[1] * grid[2] * invocations;
    int[] data =
        random.ints((OUTPUT - RandomLaunch.DATA + COUNTER_BYTES) / 4 + 8 * total).toArray();
    return new RandomLaunch(seed, shape, code.words(), data, List.of(), launch(), false);
  }

  private Map<HostRegister, Integer> launch() {
    Map<HostRegister, Integer> block = new EnumMap<>(HostRegister.class);
    block.put(
        HostRegister.LAUNCH_MODE,
        HostRegister.MODE_GRID | (independent ? HostRegister.MODE_INDEPENDENT : 0));
    block.put(HostRegister.LAUNCH_ENTRY, (int) MemoryMap.PROGRAM);
    block.put(HostRegister.LAUNCH_ARGUMENT, random.nextInt());
    block.put(HostRegister.LAUNCH_GRID_X, grid[0]);
    block.put(HostRegister.LAUNCH_GRID_Y, grid[1]);
    block.put(HostRegister.LAUNCH_GRID_Z, grid[2]);
    block.put(HostRegister.LAUNCH_GROUP_X, group[0]);
    block.put(HostRegister.LAUNCH_GROUP_Y, group[1]);
    block.put(HostRegister.LAUNCH_GROUP_Z, group[2]);
    block.put(
        HostRegister.LAUNCH_LOCAL_BYTES, independent ? 0 : 4 * invocations + random.nextInt(300));
    return block;
  }

  /** x4: the invocation's number in its workgroup; x1: the workgroup's number in the grid. */
  private void number() {
    linear(4, Csr.LOCAL_ID_X, Csr.LOCAL_ID_Y, Csr.LOCAL_ID_Z, Csr.GROUP_SIZE_X, Csr.GROUP_SIZE_Y);
    linear(1, Csr.GROUP_ID_X, Csr.GROUP_ID_Y, Csr.GROUP_ID_Z, Csr.GRID_SIZE_X, Csr.GRID_SIZE_Y);
  }

  private void linear(int rd, Csr x, Csr y, Csr z, Csr sizeX, Csr sizeY) {
    code.read(rd, z);
    code.read(2, sizeY);
    code.registers(MUL, rd, rd, 2);
    code.read(2, y);
    code.registers(ADD, rd, rd, 2);
    code.read(2, sizeX);
    code.registers(MUL, rd, rd, 2);
    code.read(2, x);
    code.registers(ADD, rd, rd, 2);
  }

  private void addresses() {
    code.load(5, invocations);
    code.registers(MUL, 1, 1, 5);
    code.registers(ADD, 1, 1, 4);
    code.immediate(SLLI, 1, 1, 5);
    code.load(8, OUTPUT);
    code.registers(ADD, 6, 8, 1);
    code.immediate(ADDI, 6, 6, COUNTER_BYTES);
    code.read(7, Csr.GROUP_LOCAL_BASE);
    code.read(9, Csr.ACTIVE_LANES);
  }

  private void mix() {
    int count = 1 + random.nextInt(12);
    for (int i = 0; i < count; i++) {
      if (random.nextInt(5) == 0) {
        code.read(1, any(PLACE));
        code.registers(any(MIX), value(), value(), 1);
      } else {
        code.registers(any(MIX), value(), value(), value());
      }
    }
  }

  private void count() {
    int which = random.nextInt(COMMUTATIVE.length);
    code.immediate(ADDI, 1, 8, 4 * (which % COUNTERS));
    code.registers(COMMUTATIVE[which], 0, 1, value());
  }

  /** Each invocation reads what another one of its workgroup has written. */
  private void exchange() {
    delay();
    code.registers(SH2ADD, 1, 4, 7);
    code.store(SW, value(), 1, 0);
    barrier();
    code.immediate(ADDI, 2, 4, 1 + random.nextInt(invocations + shape.lanes()));
    code.registers(REMU, 2, 2, 5);
    code.registers(SH2ADD, 1, 2, 7);
    code.immediate(LW, value(), 1, 0);
    barrier();
  }

  /** Lets some warps of a workgroup come late. */
  private void delay() {
    code.read(2, Csr.GROUP_WARP_RANK);
    code.immediate(ADDI, 3, 0, random.nextInt(64));
    code.registers(MUL, 2, 2, 3);
    code.immediate(ANDI, 2, 2, 31);
    int start = code.place();
    code.immediate(ADDI, 2, 2, -1);
    code.jump(BLT, 0, 2, start);
  }

  private void barrier() {
    code.read(2, Csr.SLOT_ID);
    code.read(3, Csr.GROUP_WARPS);
    code.registers(BAR, 0, 2, 3);
  }

  private int value() {
    return VALUE + random.nextInt(VALUES);
  }

  @SafeVarargs
  private <T> T any(T... choices) {
    return choices[random.nextInt(choices.length)];
  }
}
