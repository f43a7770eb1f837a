package dev.zhulong.rtl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zhulong.rtl.unit.Icache;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Random fetches of many warps against a memory of random latency: the words, the fault flag and
 * the warp of every answer are checked. An invalidation must show what memory holds then.
 */
class IcacheTest {
  private static final int WARPS = 8;
  private static final int CODE = 0x80000000;
  private static final int CODE_LINE = CODE >>> 6;
  private static final int NO_LINE = -1;

  private Random random;
  private LineMemory memory;
  private Icache dut;
  private final Integer[] open = new Integer[WARPS];
  private long cycle;
  private int answers;
  private int hits;
  private int regionBase;
  private int regionSize;
  private int errorLine = NO_LINE;
  private boolean checksData = true;

  @BeforeEach
  void make() {
    Tools.assumeInstalled("verilator", "clang++-19");
    random = Units.random("instruction cache");
    memory = new LineMemory(random);
    dut = new Icache(Units.design("zl_icache"));
    for (int l = 0; l < 0x1000; l++) {
      fill(CODE_LINE + l, 0);
    }
    reset();
  }

  @AfterEach
  void close() {
    if (dut != null) {
      dut.close();
    }
  }

  // Every word tells where it is, and when it was written.
  private void fill(int line, int version) {
    Arrays.setAll(memory.line(line), w -> (line << 6 | w << 2) ^ version * 0x9E3779B9);
  }

  private void reset() {
    memory.reset();
    Arrays.fill(open, null);
    dut.req_valid_i.set(0);
    dut.mem_rsp_valid_i.set(0);
    dut.reset(2);
    invalidate();
  }

  private void invalidate() {
    dut.invalidate_i.set(1);
    step(-1, 0);
    dut.invalidate_i.set(0);
  }

  private void setRegion(int base, int size) {
    regionBase = base;
    regionSize = size;
    dut.region_base_i.setWord(3, base);
    dut.region_size_i.setWord(3, size);
    dut.region_flags_i.set(size == 0 ? 0 : 5L << 9);
  }

  private boolean allowed(int pc) {
    if (Integer.compareUnsigned(pc, 0x40) < 0 || Integer.compareUnsigned(pc, 0xFFFF0000) >= 0) {
      return false;
    }
    long block = Integer.toUnsignedLong(pc & ~15);
    long base = Integer.toUnsignedLong(regionBase);
    return regionSize == 0 || block + 16 > base && block < base + regionSize;
  }

  /** One cycle, with a request unless the warp is negative; whether it was accepted. */
  private boolean step(int warp, int pc) {
    dut.req_valid_i.set(warp >= 0);
    if (warp >= 0) {
      dut.req_warp_i.set(warp);
      dut.req_pc_i.set(pc);
    }
    dut.mem_req_ready_i.set(memory.ready());
    LineMemory.Operation answer = memory.respond(cycle);
    dut.mem_rsp_valid_i.set(answer != null);
    if (answer != null) {
      dut.mem_rsp_tag_i.set(answer.tag);
      dut.mem_rsp_error_i.set(answer.line == errorLine);
      LineMemory.drive(dut.mem_rsp_data_i, answer.data());
    }
    dut.eval();
    if (dut.rsp_valid_o.isHigh()) {
      checkAnswer();
    }
    hits += dut.perf_hit_o.asInt();
    boolean accepted = warp >= 0 && dut.req_ready_o.isHigh();
    if (accepted) {
      open[warp] = pc;
    }
    if (dut.mem_req_valid_o.isHigh() && dut.mem_req_ready_i.isHigh()) {
      memory.acceptRead(cycle, dut.mem_req_line_o.asInt(), dut.mem_req_tag_o.asInt());
    }
    if (answer != null && dut.mem_rsp_ready_o.isHigh()) {
      memory.answered(answer);
    }
    dut.step(1);
    cycle++;
    return accepted;
  }

  private void checkAnswer() {
    int warp = dut.rsp_warp_o.asInt();
    Integer asked = open[warp];
    assertNotNull(asked, "answer that no warp waits for");
    assertEquals(asked, dut.rsp_pc_o.asInt());
    boolean fault = !allowed(asked) || asked >>> 6 == errorLine;
    assertEquals(fault, dut.rsp_fault_o.isHigh(), () -> "at " + Integer.toHexString(asked));
    for (int w = 0; w < 4 && !fault && checksData; w++) {
      int expected = memory.line(asked >>> 6)[(asked & 48) / 4 + w];
      assertEquals(expected, dut.rsp_data_o.word(w), () -> "at " + Integer.toHexString(asked));
    }
    open[warp] = null;
    answers++;
  }

  private void fetch(int warp, int pc) {
    for (int i = 0; !step(warp, pc); i++) {
      assertTrue(i < 10000, "a request is never accepted");
    }
  }

  private void drain() {
    for (int i = 0; dut.pending_o.isHigh() || Arrays.stream(open).anyMatch(p -> p != null); i++) {
      assertTrue(i < 10000, "the cache does not come to rest");
      step(-1, 0);
    }
  }

  private int randomPc() {
    return switch (random.nextInt(8)) {
      case 0 -> (random.nextBoolean() ? 0x3c : 0xFFFF0000) + 4 * random.nextInt(4);
      case 1 -> CODE + 4 * random.nextInt(0x8000);
      default -> CODE + 4 * random.nextInt(0x200);
    };
  }

  private void randomFetches(int cycles) {
    reset();
    for (int i = 0; i < cycles; i++) {
      int warp = random.nextInt(WARPS);
      boolean idle = open[warp] != null || random.nextInt(4) == 0;
      step(idle ? -1 : warp, randomPc());
    }
    drain();
  }

  @ParameterizedTest
  @CsvSource({"1, 0, 0", "3, 60, 30", "30, 0, 0", "1, 3, 80"})
  void randomFetchesAreAnsweredRight(int latency, int jitter, int stallPercent) {
    memory.setTiming(new LineMemory.Timing(latency, jitter, stallPercent));
    randomFetches(30000);
    setRegion(CODE + 0x100, 0x534);
    randomFetches(10000);
    setRegion(0, 0);
    errorLine = CODE_LINE + 3;
    randomFetches(10000);
    assertTrue(answers > 3000 && hits > 500, answers + " answers, " + hits + " hits");
  }

  @Test
  void newCodeIsSeenAfterAnInvalidation() {
    memory.setTiming(new LineMemory.Timing(20, 0, 0));
    for (int version = 1; version < 50; version++) {
      checksData = false;
      for (int w = 0; w < 8; w++) {
        fetch(w, CODE + 64 * w + (w < 4 ? 0 : 0x1000));
      }
      for (int i = random.nextInt(40); i > 0; i--) {
        step(-1, 0);
      }
      for (int l = 0; l < 0x100; l++) {
        fill(CODE_LINE + l, version);
      }
      invalidate();
      for (int i = random.nextInt(30); i > 0; i--) {
        step(-1, 0);
      }
      drain();
      checksData = true;
      for (int w = 0; w < 4; w++) {
        fetch(w, CODE + 64 * w);
      }
      drain();
    }
    assertTrue(answers >= 49 * 12, answers + " answers");
  }

  @Test
  void hitsOfSeveralWarpsTakeACycleEach() {
    for (int i = 0; i < 64; i++) {
      fetch(i % WARPS, CODE + 16 * i);
      drain();
    }
    long start = cycle;
    for (int i = 0; i < 4000; i++) {
      fetch(i % WARPS, CODE + 16 * (i % 64));
    }
    assertEquals(4000, cycle - start);
  }
}
