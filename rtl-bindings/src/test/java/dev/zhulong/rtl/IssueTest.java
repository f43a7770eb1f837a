package dev.zhulong.rtl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zhulong.rtl.unit.Issue;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The scheduler under random instructions. The bench plays decode, the units and write-back, and
 * keeps its own score: nothing issues before its operands and its unit are ready, no two results
 * meet at a write port, every instruction issues in the end and no warp is forgotten.
 */
class IssueTest {
  private static final int WARPS = 4;
  private static final int LSU_QUEUE = 4;
  private static final int FLOAT = 32;
  private static final int NO_WARP = -1;
  private static final long UNTIL_RELEASED = Long.MAX_VALUE;

  private static final int ALU = (int) Issue.UnitT.UNIT_ALU;
  private static final int CONTROL = (int) Issue.UnitT.UNIT_CONTROL;
  private static final int MISC = (int) Issue.UnitT.UNIT_MISC;
  private static final int MUL = (int) Issue.UnitT.UNIT_MUL;
  private static final int TEXTURE = (int) Issue.UnitT.UNIT_TEXTURE;
  private static final int MERGE = (int) Issue.UnitT.UNIT_MERGE;
  private static final int COVERAGE = (int) Issue.UnitT.UNIT_COVERAGE;
  private static final int FMA = (int) Issue.UnitT.UNIT_FMA;
  private static final int DIV = (int) Issue.UnitT.UNIT_DIV;
  private static final int FDIV = (int) Issue.UnitT.UNIT_FDIV;
  private static final int LSU = (int) Issue.UnitT.UNIT_LSU;
  private static final int LOAD = 0;
  private static final int STORE = 1;

  /** An instruction; a source of −1 is not used. */
  private record Head(
      int unit,
      List<Integer> sources,
      int rd,
      boolean writes,
      boolean blocks,
      boolean drains,
      int op) {
    boolean fixed() {
      return unit <= FMA;
    }

    int latency() {
      return unit == MISC ? 2 : unit >= MUL && unit <= COVERAGE ? 3 : unit == FMA ? 4 : 1;
    }

    boolean tracked() {
      return unit > CONTROL && !(unit == LSU && op == STORE);
    }
  }

  /** A result of no fixed latency, and when its unit has it. */
  private record Result(long ready, int warp, Head head) {}

  private Random random;
  private Issue dut;
  private long cycle;
  private final Head[] heads = new Head[WARPS];
  private final boolean[] valid = new boolean[WARPS];
  private final long[][] readyAt = new long[WARPS][64]; // when a dependent instruction may issue
  private final long[] lastIssue = new long[WARPS];
  private final boolean[] blocked = new boolean[WARPS];
  private final long[] unblockAt = new long[WARPS];
  private final List<Result> results = new ArrayList<>();
  private final Deque<Long> lsuTakes = new ArrayDeque<>();
  private final boolean[][] reserved = new boolean[2][16]; // by cycle modulo 16
  private final int[] waited = new int[2];
  private int lsuUsed;
  private boolean divBusy;
  private boolean fdivBusy;

  @BeforeEach
  void make() {
    Tools.assumeInstalled("verilator", "clang++-19");
    random = Units.random("issue");
    dut =
        new Issue(
            Units.design("zl_issue").parameter("WARPS", WARPS).parameter("LSU_QUEUE", LSU_QUEUE));
    dut.reset(2);
    dut.active_i.set((1 << WARPS) - 1);
    Arrays.fill(lastIssue, -10);
  }

  @AfterEach
  void close() {
    if (dut != null) {
      dut.close();
    }
  }

  private void offer(int warp, Head head) {
    heads[warp] = head;
    NarrowPort key = dut.de_key_i.get(warp);
    key.field("unit").set(head.unit);
    for (int s = 0; s < 3; s++) {
      int source = head.sources.get(s);
      boolean used = source >= 0;
      key.field("use" + (s + 1)).set(used ? 1 : 0);
      key.field("rs" + (s + 1)).set(used ? source : random.nextInt(64));
    }
    key.field("rd").set(head.rd);
    key.field("writes").set(head.writes ? 1 : 0);
    key.field("blocks").set(head.blocks ? 1 : 0);
    key.field("drains").set(head.drains ? 1 : 0);
  }

  private static Head plain(int unit, int rd, int source) {
    boolean writes = rd != 0;
    return new Head(unit, List.of(source, -1, -1), rd, writes, false, false, LOAD);
  }

  private Head randomHead() {
    int unit = random.nextInt(LSU + 1);
    boolean store = unit == LSU && random.nextInt(3) == 0;
    boolean either = unit == MISC || unit == TEXTURE || unit == MERGE || unit == LSU;
    boolean toFloat = unit == FMA || unit == FDIV || either && random.nextBoolean();
    // Few registers, so that instructions depend on each other.
    int rd = store ? 0 : toFloat ? FLOAT + random.nextInt(6) : random.nextInt(6);
    List<Integer> sources = List.of(randomSource(), randomSource(), randomSource());
    boolean blocks = unit == CONTROL || random.nextInt(30) == 0;
    boolean drains = random.nextInt(20) == 0;
    return new Head(unit, sources, rd, rd != 0, blocks, drains, store ? STORE : LOAD);
  }

  private int randomSource() {
    int register = random.nextInt(1, 6);
    return random.nextBoolean() ? -1 : random.nextBoolean() ? register : FLOAT + register;
  }

  /** Drives what the units do in this cycle. */
  private void driveUnits() {
    dut.int_wait_i.set(0);
    dut.float_wait_i.set(0);
    dut.int_release_i.set(0);
    dut.float_release_i.set(0);
    dut.lsu_release_i.set(0);
    dut.div_release_i.set(0);
    dut.fdiv_release_i.set(0);
    assertEquals(takeReserved(0), dut.int_reserved_o.isHigh(), "the integer port is taken");
    assertEquals(takeReserved(1), dut.float_reserved_o.isHigh(), "the float port is taken");
    if (!lsuTakes.isEmpty() && lsuTakes.peek() <= cycle) {
      lsuTakes.remove();
      dut.lsu_release_i.set(1);
      lsuUsed--;
    }
    release(0, dut.int_reserved_o, dut.int_wait_i, dut.int_release_i, dut.int_warp_i, dut.int_rd_i);
    release(
        1,
        dut.float_reserved_o,
        dut.float_wait_i,
        dut.float_release_i,
        dut.float_warp_i,
        dut.float_rd_i);
    int unblock = 0;
    for (int w = 0; w < WARPS; w++) {
      if (blocked[w] && unblockAt[w] <= cycle) {
        blocked[w] = false;
        unblock |= 1 << w;
      }
    }
    dut.unblock_i.set(unblock);
  }

  private boolean takeReserved(int port) {
    int slot = (int) (cycle % 16);
    boolean was = reserved[port][slot];
    reserved[port][slot] = false;
    return was;
  }

  private void release(
      int port,
      NarrowPort taken,
      NarrowPort wait,
      NarrowPort release,
      NarrowPort warp,
      NarrowPort rd) {
    Result next = null;
    for (Result result : results) {
      if (result.ready <= cycle && (result.head.rd >= FLOAT ? 1 : 0) == port) {
        next = result;
        break;
      }
    }
    if (next == null) {
      return;
    }
    if (taken.isHigh()) {
      wait.set(1);
      waited[port]++;
      assertTrue(waited[port] <= 8, "a result waits for a write port without end");
      return;
    }
    waited[port] = 0;
    results.remove(next);
    release.set(1);
    warp.set(next.warp);
    rd.set(next.head.rd);
    readyAt[next.warp][next.head.rd] = cycle;
    if (next.head.unit == DIV) {
      dut.div_release_i.set(1);
    } else if (next.head.unit == FDIV) {
      dut.fdiv_release_i.set(1);
    }
  }

  /** One cycle with the heads that are valid; the warp that issued or −1. */
  private int step() {
    driveUnits();
    int mask = 0;
    for (int w = 0; w < WARPS; w++) {
      mask |= valid[w] ? 1 << w : 0;
    }
    dut.de_valid_i.set(mask);
    dut.eval();
    int warp = NO_WARP;
    if (dut.issue_valid_o.isHigh()) {
      warp = dut.issue_warp_o.asInt();
      dut.de_payload_i.field("op").set(heads[warp].op);
      dut.eval();
      assertEquals(warp, dut.issue_warp_o.asInt());
      checkIssue(warp, heads[warp]);
      score(warp, heads[warp]);
    }
    boolean divFree = dut.div_release_i.isHigh();
    boolean fdivFree = dut.fdiv_release_i.isHigh();
    dut.step(1);
    divBusy &= !divFree;
    fdivBusy &= !fdivFree;
    assertEquals(warp != NO_WARP, dut.is_valid_o.isHigh());
    if (warp != NO_WARP) {
      assertEquals(warp, dut.is_warp_o.asInt());
      assertEquals(dut.de_key_i.get(warp).get(), dut.is_key_o.get());
    }
    cycle++;
    return warp;
  }

  private void checkIssue(int warp, Head head) {
    String what = "warp " + warp + ", " + head + " in cycle " + cycle;
    assertTrue(valid[warp] && !blocked[warp], what);
    assertTrue((dut.active_i.get() >> warp & 1) == 1 && !dut.halt_i.isHigh(), what);
    for (int source : head.sources) {
      assertTrue(source < 0 || readyAt[warp][source] <= cycle, () -> "operand: " + what);
    }
    if (head.writes || head.unit > CONTROL) {
      assertTrue(readyAt[warp][head.rd] <= cycle, () -> "older result: " + what);
    }
    if (head.drains) {
      for (long ready : readyAt[warp]) {
        assertTrue(ready <= cycle, () -> "not drained: " + what);
      }
      assertTrue(lastIssue[warp] < cycle - 1, () -> "not drained: " + what);
    }
    assertFalse(head.unit == DIV && divBusy, () -> "busy divider: " + what);
    assertFalse(head.unit == FDIV && fdivBusy, () -> "busy divider: " + what);
  }

  private void score(int warp, Head head) {
    lastIssue[warp] = cycle;
    if (head.fixed()) {
      boolean hasSlot = head.writes || head.latency() > 1;
      if (hasSlot) {
        int port = head.rd >= FLOAT ? 1 : 0;
        int slot = (int) ((cycle + 2 + head.latency()) % 16);
        assertFalse(reserved[port][slot], () -> "two results in one cycle: " + head);
        reserved[port][slot] = true;
      }
      if (head.tracked()) {
        readyAt[warp][head.rd] = cycle + head.latency();
      }
    } else {
      if (head.unit == LSU) {
        lsuUsed++;
        assertTrue(lsuUsed <= LSU_QUEUE, "more instructions than places in the LSU's queue");
        long earliest = lsuTakes.isEmpty() ? cycle : lsuTakes.peekLast();
        lsuTakes.add(Math.max(earliest, cycle + 3) + random.nextInt(6));
      }
      divBusy |= head.unit == DIV;
      fdivBusy |= head.unit == FDIV;
      if (head.tracked()) {
        readyAt[warp][head.rd] = UNTIL_RELEASED;
        results.add(new Result(cycle + 5 + random.nextInt(40), warp, head));
      }
    }
    if (head.blocks) {
      blocked[warp] = true;
      unblockAt[warp] = cycle + 2 + random.nextInt(8);
    }
  }

  @Test
  void nothingIssuesBeforeItCanAndEverythingDoes() {
    for (int w = 0; w < WARPS; w++) {
      offer(w, randomHead());
    }
    long[] since = new long[WARPS];
    int issued = 0;
    for (int i = 0; i < 60000; i++) {
      for (int w = 0; w < WARPS; w++) {
        valid[w] |= random.nextInt(4) != 0;
      }
      dut.halt_i.set(random.nextInt(50) == 0);
      int active = dut.active_i.asInt();
      dut.active_i.set(random.nextInt(200) == 0 ? active ^ 1 << random.nextInt(WARPS) : active);
      int warp = step();
      if (warp != NO_WARP) {
        issued++;
        offer(warp, randomHead());
        valid[warp] = false;
      }
      for (int w = 0; w < WARPS; w++) {
        boolean waits = valid[w] && w != warp && (dut.active_i.get() >> w & 1) == 1;
        since[w] = waits ? since[w] + 1 : 0;
        assertTrue(since[w] < 1000, "warp " + w + " never issues " + heads[w]);
      }
    }
    assertTrue(issued > 8000, issued + " issued");
  }

  @Test
  void readyWarpsTakeTurns() {
    for (int w = 0; w < WARPS; w++) {
      offer(w, plain(ALU, 1, 2));
      valid[w] = true;
    }
    int first = step();
    for (int i = 1; i < 400; i++) {
      assertEquals((first + i) % WARPS, step());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 5, 1",
    "4, 5, 2",
    "5, 5, 3",
    "6, 5, 3",
    "7, 5, 3",
    "8, 5, 3",
    "4, 37, 2",
    "6, 37, 3",
    "7, 37, 3",
    "9, 37, 4"
  })
  void dependentInstructionsFollowAfterTheLatency(int unit, int rd, int latency) {
    offer(1, plain(unit, rd, rd));
    valid[1] = true;
    assertEquals(1, step());
    for (int i = 0; i < 100; i++) {
      for (int c = 1; c < latency; c++) {
        assertEquals(NO_WARP, step());
      }
      assertEquals(1, step());
    }
  }

  @Test
  void whyNothingIssuesIsSaid() {
    dut.active_i.set(0);
    step();
    assertEquals(1, dut.perf_idle_o.get());
    dut.active_i.set(1);
    step();
    assertEquals(1, dut.perf_fetch_o.get());
    offer(0, plain(DIV, 3, 4));
    valid[0] = true;
    assertEquals(0, step());
    offer(0, plain(DIV, 4, 5));
    step();
    assertEquals(1, dut.perf_unit_o.get());
    offer(0, plain(ALU, 4, 3));
    step();
    assertEquals(1, dut.perf_operand_o.get());
  }
}
