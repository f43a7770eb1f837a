package dev.zhulong.rtl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zhulong.firmware.isa.FaultCause;
import dev.zhulong.rtl.unit.GlobalBarrier;
import dev.zhulong.rtl.unit.WarpControl;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Barriers: warps arrive at random times, and whom an arrival lets go is compared with a count kept
 * here. Across cores several instances of warp control run side by side, with the unit that joins
 * them.
 */
class BarrierTest {
  private static final int WARPS = 8;
  private static final int LANES = 4;
  private static final int CORES = 3;
  private static final int ACROSS_CORES = 0x80000000;
  private static final int NEVER = -1;

  private Random random;
  private final List<WarpControl> cores = new ArrayList<>();

  @BeforeEach
  void make() {
    Tools.assumeInstalled("verilator", "clang++-19");
    random = Units.random("barriers");
  }

  @AfterEach
  void close() {
    cores.forEach(WarpControl::close);
  }

  private WarpControl startedCore() {
    WarpControl dut =
        new WarpControl(
            Units.design("zl_warp_control").parameter("WARPS", WARPS).parameter("LANES", LANES));
    cores.add(dut);
    dut.reset(2);
    for (int w = 0; w < WARPS; w++) {
      dut.start_valid_i.set(1);
      dut.start_warp_i.set(w);
      dut.start_mask_i.set((1 << LANES) - 1);
      dut.eval();
      assertTrue(dut.start_ready_o.isHigh());
      dut.step(1);
    }
    dut.start_valid_i.set(0);
    dut.eval();
    assertEquals((1 << WARPS) - 1, dut.active_o.get());
    return dut;
  }

  // The highest active lane's operands count; the others hold something else.
  private void driveBarrier(WarpControl dut, int warp, int id, int count) {
    int mask = 1 + random.nextInt((1 << LANES) - 1);
    int leader = 31 - Integer.numberOfLeadingZeros(mask);
    dut.valid_i.set(1);
    dut.op_i.set(WarpControl.ControlOpT.CONTROL_BAR);
    dut.warp_i.set(warp);
    dut.mask_i.set(mask);
    for (int l = 0; l < LANES; l++) {
      dut.a_i.setWord(l, l == leader ? id : random.nextInt());
      dut.b_i.setWord(l, l == leader ? count : random.nextInt());
    }
  }

  @Test
  void theLastArrivalReleasesAllOfItsBarrierAndNoOther() {
    WarpControl dut = startedCore();
    // Even and odd warps meet at barriers of their own, a random one each time.
    int[] barrier = {0, 1};
    int[] waiting = new int[2];
    int meetings = 0;
    for (int cycle = 0; cycle < 20000; cycle++) {
      int warp = random.nextInt(WARPS);
      int group = warp % 2;
      boolean arrives = (waiting[group] >> warp & 1) == 0 && random.nextInt(3) != 0;
      int released = 0;
      dut.valid_i.set(0);
      if (arrives) {
        int count = random.nextInt(20) == 0 ? random.nextInt(2) : WARPS / 2;
        driveBarrier(dut, warp, barrier[group], count);
        if (count <= 1) {
          released = 1 << warp;
        } else {
          waiting[group] |= 1 << warp;
          if (Integer.bitCount(waiting[group]) == count) {
            released = waiting[group];
            waiting[group] = 0;
            barrier[group] = 2 * random.nextInt(WARPS / 2) + group;
            meetings++;
          }
        }
      }
      dut.step(1);
      assertEquals(released, dut.unblock_o.asInt(), "released warps");
      assertEquals(waiting[0] | waiting[1], dut.sync_wait_o.asInt(), "waiting warps");
      assertEquals(0, dut.fault_valid_o.get());
    }
    assertTrue(meetings > 1000, meetings + " meetings");
  }

  @Test
  void barrierThatIsNoneFaults() {
    WarpControl dut = startedCore();
    driveBarrier(dut, 3, WARPS, 2);
    dut.pc_i.set(0x80001230L);
    dut.step(1);
    assertTrue(dut.fault_valid_o.isHigh());
    assertEquals(FaultCause.ILLEGAL_INSTRUCTION.code(), dut.fault_cause_o.get());
    assertEquals(3, dut.fault_warp_o.get());
    assertEquals(0x80001230L, dut.fault_pc_o.get());
    assertEquals(0, dut.unblock_o.get() | dut.sync_wait_o.get());
  }

  @Test
  void coresMeetAtGlobalBarriers() {
    for (int c = 0; c < CORES; c++) {
      startedCore();
    }
    try (GlobalBarrier barrier =
        new GlobalBarrier(Units.design("zl_global_barrier").parameter("CORES", CORES))) {
      barrier.reset(2);
      int[] arrival = new int[CORES]; // when the core arrives at its next barrier
      int[] warp = new int[CORES];
      int[] passed = new int[CORES];
      boolean[] waits = new boolean[CORES];
      int met = 0;
      int metAt = NEVER;
      for (int cycle = 0; met < 500; cycle++) {
        assertTrue(cycle < 60000, "only " + met + " meetings in " + cycle + " cycles");
        for (int c = 0; c < CORES; c++) {
          cores.get(c).valid_i.set(0);
          if (!waits[c] && passed[c] == met && cycle >= arrival[c]) {
            warp[c] = random.nextInt(WARPS);
            driveBarrier(cores.get(c), warp[c], ACROSS_CORES | met % WARPS, CORES);
            waits[c] = true;
          }
        }
        stepTogether(barrier);
        boolean all = waits[0] && waits[1] && waits[2];
        if (all && metAt == NEVER) {
          metAt = cycle;
        }
        for (int c = 0; c < CORES; c++) {
          WarpControl core = cores.get(c);
          int unblocked = core.unblock_o.asInt();
          if (unblocked != 0) {
            assertTrue(metAt != NEVER, "a core passes before all have arrived");
            assertTrue(waits[c], "a core passes twice");
            assertEquals(1 << warp[c], unblocked);
            waits[c] = false;
            passed[c]++;
            arrival[c] = cycle + 1 + random.nextInt(10);
          }
          assertEquals(waits[c] ? 1 << warp[c] : 0, core.sync_wait_o.asInt());
        }
        assertTrue(metAt == NEVER || cycle - metAt <= 5, "cores that have met do not go on");
        if (passed[0] > met && passed[1] > met && passed[2] > met) {
          met++;
          metAt = NEVER;
        }
      }
    }
  }

  private void stepTogether(GlobalBarrier barrier) {
    for (int c = 0; c < CORES; c++) {
      WarpControl core = cores.get(c);
      core.global_barrier_release_i.set(barrier.release_o.bits(c, 1));
      barrier.valid_i.setBits(c, 1, core.global_barrier_valid_o.get());
      barrier.id_i.setBits(31 * c, 31, core.global_barrier_id_o.get());
      barrier.count_i.setBits(32 * c, 32, core.global_barrier_count_o.get());
    }
    barrier.step(1);
    cores.forEach(core -> core.step(1));
  }
}
