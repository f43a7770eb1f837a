package dev.zhulong.rtl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zhulong.firmware.isa.CoreShape;
import dev.zhulong.rtl.unit.Dispatcher;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random launches against the walk computed with divisions. The bench plays the cores: it takes
 * starts after random delays and ends warps after random times. Every invocation is started exactly
 * once with the right ids, no warp or slot is given twice, and the launch ends when all work has.
 */
class DispatcherTest {
  private static final int LOCAL = 0xffff0000;
  private static final int LOCAL_BYTES = 16384;
  private static final int ENTRY = 0x80000000;
  private static final int ARGUMENT = 0x12340000;

  private record Launch(
      boolean grid, boolean independent, int[] size, int[] group, int localBytes) {
    long invocations() {
      return product(group);
    }

    private static long product(int[] axes) {
      return Arrays.stream(axes).asLongStream().reduce(1, (a, b) -> a * b);
    }

    @Override
    public String toString() {
      return "launch: grid %b independent %b size %s group %s local %d"
          .formatted(grid, independent, Arrays.toString(size), Arrays.toString(group), localBytes);
    }
  }

  private static final class Warp {
    boolean active;
    long end;
    long group;
    int slot;
  }

  @BeforeAll
  static void needTools() {
    Tools.assumeInstalled("verilator", "clang++-19");
  }

  private CoreShape shape;
  private Random random;
  private Dispatcher dut;
  private Warp[] warps;
  private Launch launch;
  private int groupWarps;
  private int groupCore;
  private int groupSlot;
  private long cycle;

  @ParameterizedTest
  @ValueSource(strings = {"c1w4t4", "c3w8t8"})
  void everyInvocationExactlyOnce(String config) {
    shape = CoreShape.parse(config);
    random = Units.random("dispatcher " + config);
    warps = new Warp[shape.cores() * shape.warps()];
    Arrays.setAll(warps, i -> new Warp());
    VerilatedDesign design =
        Units.design("zl_dispatcher")
            .parameter("CORES", shape.cores())
            .parameter("WARPS", shape.warps())
            .parameter("LANES", shape.lanes());
    try (Dispatcher made = new Dispatcher(design)) {
      dut = made;
      dut.reset(4);
      int lanes = shape.warps() * shape.lanes();
      run(new Launch(false, false, axes(9, 9, 9), axes(9, 9, 9), 0), 50);
      run(new Launch(true, false, axes(3, 2, 2), axes(0, 4, 1), 0), 5);
      run(new Launch(true, false, axes(3, 0, 2), axes(1, 4, 1), 0), 5);
      run(new Launch(true, false, axes(1, 1, 1), axes(lanes + 1, 1, 1), 0), 5);
      run(new Launch(true, true, axes(2, 1, 1), axes(3 * lanes + 1, 1, 1), 0), 5);
      run(new Launch(true, false, axes(1, 1, 1), axes(0x10000, 0x10000, 1), 0), 5);
      run(new Launch(true, true, axes(1, 1, 1), axes(0x10000, 0x10000, 0x10000), 0), 5);
      run(new Launch(true, false, axes(1, 1, 1), axes(1, 1, 1), LOCAL_BYTES + 1), 5);
      run(new Launch(true, false, axes(9, 1, 1), axes(1, 1, 1), LOCAL_BYTES), 5);
      for (int i = 0; i < 300; i++) {
        run(randomLaunch(lanes), 1 + random.nextInt(60));
      }
    }
  }

  private static int[] axes(int x, int y, int z) {
    return new int[] {x, y, z};
  }

  private Launch randomLaunch(int lanes) {
    int[] size = axes(1 + random.nextInt(6), 1 + random.nextInt(6), 1 + random.nextInt(6));
    int[] group = new int[3];
    do {
      Arrays.setAll(group, i -> 1 + random.nextInt(random.nextBoolean() ? 4 : lanes));
    } while (Launch.product(group) > 2L * lanes);
    int local = random.nextBoolean() ? 0 : random.nextInt(LOCAL_BYTES / (1 + random.nextInt(8)));
    return new Launch(random.nextInt(10) != 0, random.nextInt(3) == 0, size, group, local);
  }

  private void run(Launch next, int meanLife) {
    launch = next;
    dut.grid_i.set(launch.grid());
    dut.independent_i.set(launch.independent());
    dut.entry_i.set(ENTRY);
    dut.argument_i.set(ARGUMENT);
    for (int i = 0; i < 3; i++) {
      dut.grid_size_i.setWord(i, launch.size()[i]);
      dut.group_size_i.setWord(i, launch.group()[i]);
    }
    dut.local_bytes_i.set(launch.localBytes());
    dut.plan_i.set(1);
    step();
    dut.plan_i.set(0);
    assertTrue(dut.model.stepUntil(dut.plan_valid_o.is(1), 100), "no plan within 100 cycles");
    long groups = Launch.product(launch.size());
    boolean empty = launch.grid() && (launch.invocations() == 0 || groups == 0);
    boolean refused =
        launch.grid()
            && !empty
            && (launch.localBytes() > LOCAL_BYTES
                || launch.invocations() >>> 32 != 0
                || !launch.independent()
                    && launch.invocations() > (long) shape.warps() * shape.lanes());
    assertEquals(empty, dut.plan_empty_o.isHigh(), launch::toString);
    assertEquals(refused, dut.plan_refused_o.isHigh(), launch::toString);
    if (empty || refused) {
      return;
    }
    dut.launch_i.set(1);
    step();
    dut.launch_i.set(0);
    groupWarps = (int) ((launch.invocations() + shape.lanes() - 1) / shape.lanes());
    work(launch.grid() ? groups * groupWarps : shape.cores(), meanLife);
    dut.start_ready_i.set((1L << shape.cores()) - 1);
    for (int i = 0; i < 6; i++) {
      step();
      assertEquals(0, dut.start_valid_o.get(), "a start after the end");
    }
    assertEquals(0, dut.working_o.get(), "work after the end");
  }

  private void work(long starts, int meanLife) {
    long started = 0;
    int idle = 0;
    while (started < starts || Arrays.stream(warps).anyMatch(warp -> warp.active)) {
      assertTrue(dut.working_o.isHigh(), () -> "working_o is low before the end: " + launch);
      long offered = dut.start_valid_o.get();
      dut.start_ready_i.set(random.nextLong() & ((1L << shape.cores()) - 1));
      boolean taken = (offered & dut.start_ready_i.get()) != 0;
      if (taken) {
        assertTrue(started < starts, () -> "more starts than work: " + launch);
        takeStart(Long.numberOfTrailingZeros(offered), started, meanLife);
        started++;
      }
      long done = 0;
      for (int w = 0; w < warps.length; w++) {
        if (warps[w].active && warps[w].end <= cycle) {
          warps[w].active = false;
          done |= 1L << w;
        }
      }
      dut.warp_done_i.set(done);
      step();
      long active = 0;
      for (int w = 0; w < warps.length; w++) {
        active |= warps[w].active ? 1L << w : 0;
      }
      dut.warp_active_i.set(active);
      dut.warp_done_i.set(0);
      dut.eval();
      idle = taken ? 0 : idle + 1;
      assertTrue(idle < 20000, () -> "nothing was started for 20000 cycles: " + launch);
    }
  }

  private void takeStart(int core, long number, int meanLife) {
    int index = dut.start_warp_o.asInt();
    assertTrue(index < shape.warps(), "no such warp");
    Warp warp = warps[core * shape.warps() + index];
    assertTrue(!warp.active, () -> "start of an active warp: " + launch);
    assertEquals(ENTRY, dut.start_pc_o.asInt());
    assertEquals(ARGUMENT, dut.start_mscratch_o.asInt());
    if (launch.grid()) {
      checkGridStart(warp, core, number);
    } else {
      assertEquals(number, core, "raw starts go to every core in turn");
      assertEquals(0, index);
      assertEquals(1, dut.start_mask_o.get());
      assertEquals(0, dut.start_rank_o.get() | dut.start_group_warps_o.get());
      assertEquals(LOCAL, dut.start_local_base_o.asInt());
    }
    warp.active = true;
    warp.end = cycle + 1 + random.nextInt(2 * meanLife);
  }

  private void checkGridStart(Warp warp, int core, long number) {
    int[] size = launch.size();
    int[] shapeOfGroup = launch.group();
    int group = (int) (number / groupWarps);
    int rank = (int) (number % groupWarps);
    assertEquals(rank, dut.start_rank_o.get());
    assertEquals(groupWarps, dut.start_group_warps_o.get());
    assertEquals(group % size[0], dut.start_group_id_o.word(0));
    assertEquals(group / size[0] % size[1], dut.start_group_id_o.word(1));
    assertEquals(group / size[0] / size[1], dut.start_group_id_o.word(2));
    for (int l = 0; l < shape.lanes(); l++) {
      int linear = rank * shape.lanes() + l;
      boolean valid = linear < launch.invocations();
      assertEquals(valid ? 1 : 0, dut.start_mask_o.bits(l, 1), launch::toString);
      if (valid) {
        assertEquals(linear % shapeOfGroup[0], dut.start_local_id_x_o.word(l));
        assertEquals(linear / shapeOfGroup[0] % shapeOfGroup[1], dut.start_local_id_y_o.word(l));
        assertEquals(linear / shapeOfGroup[0] / shapeOfGroup[1], dut.start_local_id_z_o.word(l));
      }
    }
    int base = dut.start_local_base_o.asInt() - LOCAL;
    if (launch.independent()) {
      assertEquals(0, base);
    } else {
      int slot = dut.start_slot_o.asInt();
      int slice = (launch.localBytes() + 63) / 64 * 64;
      assertEquals(slot * slice, base);
      assertTrue(slot < shape.warps() && base + slice <= LOCAL_BYTES, launch::toString);
      for (int w = 0; w < shape.warps(); w++) {
        Warp other = warps[core * shape.warps() + w];
        assertTrue(
            !other.active || other.slot != slot || other.group == group,
            () -> "two groups share a slot: " + launch);
      }
      assertTrue(
          rank == 0 || core == groupCore && slot == groupSlot,
          () -> "a group is spread over cores or slots: " + launch);
      groupCore = core;
      groupSlot = slot;
      warp.slot = slot;
    }
    warp.group = group;
  }

  private void step() {
    dut.step(1);
    cycle++;
  }
}
