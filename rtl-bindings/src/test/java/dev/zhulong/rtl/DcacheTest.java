package dev.zhulong.rtl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zhulong.rtl.unit.Dcache;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Random loads and stores against a golden memory that executes them in the order of acceptance,
 * over a memory that reorders: every row, hit or miss, is the golden line of the moment in which
 * its load was accepted, and memory ends up equal to the golden one.
 */
class DcacheTest {
  private static final int TARGETS = 16;
  private static final int LINES = 96;
  private static final int FIRST = 0x2000000;
  private static final int NO_LINE = -1;

  /** A load that misses. */
  private record Waiting(int line, int[] expected) {}

  private Random random;
  private LineMemory memory;
  private Dcache dut;
  private final Map<Integer, int[]> golden = new HashMap<>();
  private final Waiting[] waiting = new Waiting[TARGETS];
  private int[] rowExpected;
  private long cycle;
  private int hits;
  private int misses;
  private int stores;
  private int errors;
  private int errorLine = NO_LINE;

  @BeforeEach
  void make() {
    Tools.assumeInstalled("verilator", "clang++-19");
    random = Units.random("data cache");
    memory = new LineMemory(random);
    // A small one replaces more lines.
    dut = new Dcache(Units.design("zl_dcache").parameter("DCACHE_KB", 4));
    for (int l = FIRST; l < FIRST + LINES; l++) {
      Arrays.setAll(memory.line(l), w -> random.nextInt());
      golden.put(l, memory.line(l).clone());
    }
    dut.reset(2);
    dut.invalidate_i.set(1);
    step(false, NO_LINE, 0);
    dut.invalidate_i.set(0);
  }

  @AfterEach
  void close() {
    if (dut != null) {
      dut.close();
    }
  }

  private int freeTarget() {
    int start = random.nextInt(TARGETS);
    for (int i = 0; i < TARGETS; i++) {
      int target = (start + i) % TARGETS;
      if (waiting[target] == null) {
        return target;
      }
    }
    return -1;
  }

  /** One cycle, with an access unless the line is {@link #NO_LINE}; whether it took place. */
  private boolean step(boolean write, int line, int target) {
    boolean asks = line != NO_LINE;
    dut.acc_valid_i.set(asks);
    dut.acc_write_i.set(write);
    dut.acc_line_i.set(asks ? line : 0);
    dut.acc_target_i.set(target);
    dut.acc_go_i.set(0);
    dut.fill_served_i.set(0);
    dut.mem_req_ready_i.set(memory.ready());
    LineMemory.Operation answer = memory.respond(cycle);
    dut.mem_rsp_valid_i.set(answer != null);
    if (answer != null) {
      dut.mem_rsp_write_i.set(answer.write);
      dut.mem_rsp_tag_i.set(answer.tag);
      dut.mem_rsp_error_i.set(answer.line == errorLine);
      LineMemory.drive(dut.mem_rsp_data_i, answer.data());
    }
    dut.eval();
    if (rowExpected != null) {
      checkRow(dut.row_o, rowExpected);
      rowExpected = null;
    }
    boolean goes = asks && dut.acc_ready_o.isHigh();
    boolean hit = dut.acc_hit_o.isHigh();
    dut.acc_go_i.set(goes);
    boolean serves = dut.fill_valid_o.isHigh() && random.nextInt(3) != 0;
    dut.fill_served_i.set(serves);
    dut.eval();
    if (serves) {
      checkFill();
    }
    if (dut.mem_req_valid_o.isHigh() && dut.mem_req_ready_i.isHigh()) {
      takeRequest();
    }
    if (answer != null && dut.mem_rsp_ready_o.isHigh()) {
      memory.answered(answer);
    }
    dut.step(1);
    cycle++;
    if (goes && write) {
      store(line);
    } else if (goes) {
      load(line, target, hit);
    }
    return goes;
  }

  private void takeRequest() {
    int line = dut.mem_req_line_o.asInt();
    int tag = dut.mem_req_tag_o.asInt();
    assertEquals(dut.mem_req_write_o.get(), tag >>> 4, "bit 4 of the tag repeats write");
    if (dut.mem_req_write_o.isHigh()) {
      memory.acceptWrite(cycle, line, tag, dut.mem_req_data_o, dut.mem_req_strb_o.get());
    } else {
      memory.acceptRead(cycle, line, tag);
    }
  }

  private void store(int line) {
    long strobes = -1L;
    if (random.nextInt(4) != 0) {
      // A quarter of the bytes.
      strobes = random.nextLong();
      strobes &= random.nextLong();
    }
    int[] data = random.ints(LineMemory.WORDS).toArray();
    dut.store_strb_i.set(strobes);
    LineMemory.drive(dut.store_data_i, data);
    LineMemory.merge(golden.get(line), data, strobes);
    stores++;
  }

  private void load(int line, int target, boolean hit) {
    int[] expected = golden.get(line).clone();
    if (hit) {
      rowExpected = expected;
      hits++;
    } else {
      waiting[target] = new Waiting(line, expected);
      misses++;
    }
  }

  private void checkFill() {
    int target = dut.fill_target_o.asInt();
    Waiting load = waiting[target];
    assertNotNull(load, "a line for a load that does not wait");
    assertEquals(load.line(), dut.fill_line_o.asInt());
    assertEquals(load.line() == errorLine, dut.fill_error_o.isHigh());
    if (load.line() == errorLine) {
      errors++;
    } else {
      checkRow(dut.fill_data_o, load.expected());
    }
    waiting[target] = null;
  }

  private void checkRow(WidePort port, int[] expected) {
    int[] row = new int[LineMemory.WORDS];
    Arrays.setAll(row, port::word);
    assertArrayEquals(expected, row, () -> "cycle " + cycle);
  }

  private void randomAccesses(int cycles, int range) {
    int line = FIRST;
    boolean write = false;
    boolean asks = false;
    for (int i = 0; i < cycles; i++) {
      if (!asks) {
        line = FIRST + random.nextInt(range);
        write = line != errorLine && random.nextInt(5) < 2;
      }
      dut.flush_i.set(random.nextInt(50) == 0);
      int target = freeTarget();
      asks = random.nextInt(8) != 0 && target >= 0;
      // An access that is not accepted stays, as that of an instruction does.
      asks = asks && !step(write, line, target);
      if (!asks) {
        step(false, NO_LINE, 0);
      }
    }
  }

  private void drain() {
    dut.flush_i.set(1);
    for (int i = 0; i == 0 || !dut.drained_o.isHigh(); i++) {
      assertTrue(i < 10000, "the cache does not come to rest");
      step(false, NO_LINE, 0);
    }
    dut.flush_i.set(0);
    assertTrue(Arrays.stream(waiting).allMatch(load -> load == null), "a load was forgotten");
  }

  @ParameterizedTest
  @CsvSource({"1, 0, 0", "3, 60, 30", "30, 0, 0", "1, 3, 80"})
  void everyRowIsTheGoldenOne(int latency, int jitter, int stallPercent) {
    memory.setTiming(new LineMemory.Timing(latency, jitter, stallPercent));
    for (int round = 0; round < 4; round++) {
      randomAccesses(5000, 8);
      randomAccesses(5000, LINES);
      drain();
      golden.forEach(
          (line, words) ->
              assertArrayEquals(words, memory.line(line), () -> "line " + (line - FIRST)));
    }
    assertTrue(
        hits > 1000 && misses > 1000 && stores > 1000,
        hits + " hits, " + misses + " misses, " + stores + " stores");
  }

  @Test
  void refusedLineIsReportedEveryTime() {
    errorLine = FIRST + 5;
    memory.setTiming(new LineMemory.Timing(5, 10, 10));
    randomAccesses(5000, 8);
    drain();
    assertTrue(errors > 20, errors + " errors");
  }

  @Test
  void invalidationShowsWhatMemoryHolds() {
    memory.setTiming(new LineMemory.Timing(2, 4, 0));
    for (int version = 0; version < 20; version++) {
      randomAccesses(300, LINES);
      drain();
      dut.invalidate_i.set(1);
      step(false, NO_LINE, 0);
      dut.invalidate_i.set(0);
      for (Map.Entry<Integer, int[]> line : golden.entrySet()) {
        line.getValue()[version % 16] = random.nextInt();
        memory.line(line.getKey())[version % 16] = line.getValue()[version % 16];
      }
    }
    assertTrue(misses > 500, misses + " misses");
  }
}
