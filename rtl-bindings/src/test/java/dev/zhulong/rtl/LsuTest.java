package dev.zhulong.rtl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zhulong.firmware.isa.FaultCause;
import dev.zhulong.rtl.unit.Lsu;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Random loads, stores and fences of several warps against a golden memory that executes them in
 * the order of acceptance, over a memory that reorders. Atomic operations, which need the unit in
 * front of memory, have the bench in C++.
 */
class LsuTest {
  private static final int LANES = 4;
  private static final int WARPS = 4;
  private static final int LINES = 64;
  private static final int FIRST_LINE = 0x2000000;
  private static final int FIRST = FIRST_LINE << 6;
  private static final int BYTES = LINES * 64;
  private static final int LOCAL = 0xffff_0000;
  private static final int LOCAL_BYTES = 16 << 10;
  private static final int CONSOLE = 0x40;
  private static final int LOAD = 0;
  private static final int STORE = 1;
  private static final int FENCE = 2;

  private record Request(
      int op,
      int size,
      boolean zeroExtends,
      int warp,
      int seq,
      int mask,
      int[] address,
      int[] data) {
    int tag() {
      return warp << 22 | (seq & 0x3f) << 16 | seq;
    }

    boolean has(int lane) {
      return (mask >> lane & 1) != 0;
    }
  }

  /** A load under way. */
  private record Expected(int tag, int mask, int[] data) {}

  private Random random;
  private LineMemory memory;
  private Lsu dut;
  private final byte[] golden = new byte[BYTES];
  private final byte[] local = new byte[LOCAL_BYTES];
  private final Map<Integer, Expected> loads = new HashMap<>();
  private final Queue<Integer> console = new ArrayDeque<>();
  private final Queue<Integer> fences = new ArrayDeque<>();
  private int sequence;
  private long cycle;
  private int results;
  private int fencesDone;

  @BeforeEach
  void make() {
    Tools.assumeInstalled("verilator", "clang++-19");
    random = Units.random("load-store unit");
    memory = new LineMemory(random);
    dut = new Lsu(Units.design("zl_lsu", "zl_dcache", "zl_local_memory").parameter("DCACHE_KB", 4));
    random.nextBytes(golden);
    for (int l = 0; l < LINES; l++) {
      int line = l;
      Arrays.setAll(memory.line(FIRST_LINE + l), w -> word(line * 64 + 4 * w));
    }
    reset();
    for (int at = 0; at < LOCAL_BYTES; at += 4 * LANES) {
      int[] address = new int[LANES];
      int start = LOCAL + at;
      Arrays.setAll(address, l -> start + 4 * l);
      run(request(STORE, 2, 15, address));
    }
  }

  @AfterEach
  void close() {
    if (dut != null) {
      dut.close();
    }
  }

  private void reset() {
    dut.reset(2);
    dut.invalidate_i.set(1);
    cycle(null);
    dut.invalidate_i.set(0);
  }

  private int word(int at) {
    return (golden[at] & 0xff)
        | (golden[at + 1] & 0xff) << 8
        | (golden[at + 2] & 0xff) << 16
        | golden[at + 3] << 24;
  }

  // ------------------------------------------------------------------ requests

  private Request request(int op, int size, int mask, int[] address) {
    int[] data = random.ints(LANES).toArray();
    sequence = sequence + 1 & 0xffff;
    return new Request(
        op, size, random.nextBoolean(), random.nextInt(WARPS), sequence, mask, address, data);
  }

  private Request access() {
    int size = random.nextInt(3);
    int bytes = 1 << size;
    int base = FIRST + random.nextInt(BYTES - 256) / bytes * bytes;
    int inLocal = LOCAL + random.nextInt(LOCAL_BYTES - 64) / bytes * bytes;
    int[] address = new int[LANES];
    int pattern = random.nextInt(8);
    for (int l = 0; l < LANES; l++) {
      int lane = l;
      address[l] =
          switch (pattern) {
            case 0 -> base;
            case 1 -> FIRST + random.nextInt(BYTES / bytes) * bytes;
            case 2 -> base + 64 * lane;
            case 3 -> inLocal + bytes * lane;
            case 4 -> LOCAL + random.nextInt(LOCAL_BYTES / bytes) * bytes;
            case 5 -> random.nextBoolean() ? base + bytes * lane : inLocal;
            default -> base + bytes * lane;
          };
    }
    int op = random.nextInt(5) < 3 ? LOAD : STORE;
    return request(op, size, 1 + random.nextInt(15), address);
  }

  private Request any() {
    int kind = random.nextInt(60);
    if (kind == 0) {
      return request(FENCE, 0, 15, new int[LANES]);
    }
    if (kind == 1) {
      int[] address = new int[LANES];
      Arrays.setAll(address, l -> CONSOLE + random.nextInt(64));
      return request(STORE, 0, 1 + random.nextInt(15), address);
    }
    return access();
  }

  /** Presents a request until it is accepted. */
  private void run(Request request) {
    for (int i = 0; !cycle(request); i++) {
      assertTrue(i < 10_000, "a request is not accepted");
    }
  }

  /** One cycle, with a request or null; whether it was accepted, and so has to be executed. */
  private boolean cycle(Request request) {
    boolean accepted = present(request);
    if (accepted) {
      execute(request);
    }
    return accepted;
  }

  /** As {@link #cycle}, for a request that must have no effect. */
  private boolean present(Request request) {
    drive(request);
    dut.wb_ready_i.set(random.nextInt(4) != 0);
    dut.console_ready_i.set(random.nextInt(3) == 0);
    dut.mem_req_ready_i.set(memory.ready());
    LineMemory.Operation answer = memory.respond(cycle);
    dut.mem_rsp_valid_i.set(answer != null);
    if (answer != null) {
      dut.mem_rsp_write_i.set(answer.write);
      dut.mem_rsp_tag_i.set(answer.tag);
      LineMemory.drive(dut.mem_rsp_data_i, answer.data());
    }
    dut.eval();
    final boolean accepted = request != null && dut.req_ready_o.isHigh();
    if (dut.wb_valid_o.isHigh() && dut.wb_ready_i.isHigh()) {
      result();
    }
    if (dut.console_valid_o.isHigh() && dut.console_ready_i.isHigh()) {
      assertEquals(console.poll(), dut.console_data_o.asInt());
    }
    if (dut.fence_done_o.isHigh()) {
      assertEquals(fences.poll(), dut.fence_warp_o.asInt());
      assertMemory();
      fencesDone++;
    }
    if (dut.mem_req_valid_o.isHigh() && dut.mem_req_ready_i.isHigh()) {
      takeRequest();
    }
    if (answer != null && dut.mem_rsp_ready_o.isHigh()) {
      memory.answered(answer);
    }
    dut.step(1);
    cycle++;
    return accepted;
  }

  private void drive(Request request) {
    dut.req_valid_i.set(request != null);
    if (request == null) {
      return;
    }
    int imm = random.nextInt(4096) - 2048;
    dut.req_op_i.set(request.op());
    dut.req_size_i.set(request.size());
    dut.req_unsigned_i.set(request.zeroExtends());
    dut.req_tag_i.set(request.tag());
    dut.req_pc_i.set(pc(request) & 0xffff_ffffL);
    dut.req_mask_i.set(request.mask());
    dut.req_imm_i.set(imm & 0xffff_ffffL);
    for (int l = 0; l < LANES; l++) {
      dut.req_base_i.setWord(l, request.address()[l] - imm);
      dut.req_data_i.setWord(l, request.data()[l]);
    }
  }

  private static int pc(Request request) {
    return 0x8000_0000 + 4 * request.seq();
  }

  private void takeRequest() {
    int line = dut.mem_req_line_o.asInt();
    int tag = dut.mem_req_tag_o.asInt();
    if (dut.mem_req_write_o.isHigh()) {
      memory.acceptWrite(cycle, line, tag, dut.mem_req_data_o, dut.mem_req_strb_o.get());
    } else {
      memory.acceptRead(cycle, line, tag);
    }
  }

  // -------------------------------------------------------------- golden memory

  private byte[] area(int address) {
    return address >>> 16 == 0xffff ? local : golden;
  }

  private static int index(int address) {
    return address >>> 16 == 0xffff ? address & 0xffff : address - FIRST;
  }

  private void execute(Request r) {
    if (r.op() == FENCE) {
      fences.add(r.warp());
      return;
    }
    int[] data = new int[LANES];
    for (int l = 0; l < LANES; l++) {
      if (!r.has(l)) {
        continue;
      }
      int address = r.address()[l];
      if (address >= 0 && address < 0x80) {
        console.add((address & 63) << 8 | r.data()[l] & 0xff);
        continue;
      }
      int at = index(address);
      byte[] area = area(address);
      for (int b = 0; b < 1 << r.size(); b++) {
        if (r.op() == STORE) {
          area[at + b] = (byte) (r.data()[l] >>> 8 * b);
        } else {
          data[l] |= (area[at + b] & 0xff) << 8 * b;
        }
      }
      int unused = 32 - (8 << r.size());
      data[l] = r.zeroExtends() ? data[l] : data[l] << unused >> unused;
    }
    if (r.op() == LOAD) {
      loads.put(r.tag(), new Expected(r.tag(), r.mask(), data));
    }
  }

  private void result() {
    Expected load = loads.remove(dut.wb_tag_o.asInt());
    assertNotNull(load, "a result that nobody waits for");
    assertEquals(load.mask(), dut.wb_mask_o.asInt());
    for (int l = 0; l < LANES; l++) {
      if ((load.mask() >> l & 1) != 0) {
        assertEquals(load.data()[l], dut.wb_data_o.word(l), "lane " + l + ", cycle " + cycle);
      }
    }
    results++;
  }

  private void assertMemory() {
    for (int l = 0; l < LINES; l++) {
      int[] words = new int[LineMemory.WORDS];
      int line = l;
      Arrays.setAll(words, w -> word(64 * line + 4 * w));
      assertArrayEquals(words, memory.line(FIRST_LINE + l), "line " + l + ", cycle " + cycle);
    }
  }

  private void drain() {
    for (int i = 0; dut.pending_o.isHigh() || !loads.isEmpty() || !console.isEmpty(); i++) {
      assertTrue(i < 20_000, "the unit does not come to rest");
      cycle(null);
    }
  }

  private void work(int requests) {
    for (int i = 0; i < requests; i++) {
      run(any());
      while (random.nextInt(3) == 0) {
        cycle(null);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 0, 0", "3, 60, 30", "30, 0, 0", "1, 3, 80"})
  void everyResultIsTheGoldenOne(int latency, int jitter, int stallPercent) {
    memory.setTiming(new LineMemory.Timing(latency, jitter, stallPercent));
    for (int round = 0; round < 3; round++) {
      work(4000);
      run(request(FENCE, 0, 15, new int[LANES]));
      drain();
      assertMemory();
    }
    assertFalse(dut.fault_valid_o.isHigh());
    assertTrue(results > 4000 && fencesDone > 50, results + " results, " + fencesDone + " fences");
  }

  /** What makes a lane fault, and the cause. */
  private enum Wrong {
    MISALIGNED(FaultCause.MISALIGNED),
    BELOW_MEMORY(FaultCause.ACCESS),
    BEYOND_LOCAL(FaultCause.ACCESS),
    NO_REGION(FaultCause.ACCESS),
    READ_ONLY(FaultCause.ACCESS);

    private final FaultCause cause;

    Wrong(FaultCause cause) {
      this.cause = cause;
    }
  }

  private void region(int number, int base, int size, int flags) {
    dut.region_base_i.setWord(number, base);
    dut.region_size_i.setWord(number, size);
    dut.region_flags_i.setBits(3 * number, 3, flags);
  }

  @Test
  void faultNamesTheLowestLaneAndHasNoEffect() {
    memory.setTiming(new LineMemory.Timing(2, 20, 20));
    int readOnly = FIRST + BYTES;
    region(3, FIRST, BYTES, 3);
    region(9, readOnly, 4096, 1);
    for (int round = 0; round < 150; round++) {
      work(40);
      Wrong wrong = Wrong.values()[round % Wrong.values().length];
      int op = wrong == Wrong.READ_ONLY ? STORE : random.nextInt(2);
      int mask = 1 + random.nextInt(15);
      int[] address = new int[LANES];
      int base = FIRST + random.nextInt(BYTES / 4) * 4;
      Arrays.fill(address, base);
      int lowest = -1;
      for (int l = LANES - 1; l >= 0; l--) {
        boolean only = Integer.lowestOneBit(mask) == 1 << l && lowest < 0;
        if ((mask >> l & 1) != 0 && (only || random.nextBoolean())) {
          lowest = l;
          address[l] =
              switch (wrong) {
                case MISALIGNED -> base + 1 + random.nextInt(3);
                case BELOW_MEMORY -> 4 * random.nextInt(16);
                case BEYOND_LOCAL -> LOCAL + LOCAL_BYTES + 4 * random.nextInt(100);
                case NO_REGION -> readOnly + 4096 + 4 * random.nextInt(100);
                case READ_ONLY -> readOnly + 4 * random.nextInt(100);
              };
        }
      }
      Request faulting = request(op, 2, mask, address);
      expectFault(faulting, wrong.cause, lowest);
      memory.reset();
      loads.clear();
      fences.clear();
      console.clear();
      reset();
      region(3, FIRST, BYTES, 3);
      region(9, readOnly, 4096, 1);
    }
  }

  private void expectFault(Request faulting, FaultCause cause, int lane) {
    // Accepted, but not executed: neither it nor what comes behind it.
    for (int i = 0; !present(faulting); i++) {
      assertTrue(i < 10_000, "a request is not accepted");
    }
    for (int i = 0; i < 3; i++) {
      present(access());
    }
    for (int i = 0; !dut.fault_valid_o.isHigh() || dut.pending_o.isHigh(); i++) {
      assertTrue(i < 20_000, "no fault, or no rest");
      present(null);
    }
    assertEquals(cause, FaultCause.of(dut.fault_cause_o.asInt()));
    assertEquals(pc(faulting), (int) dut.fault_pc_o.get());
    assertEquals(faulting.warp(), dut.fault_warp_o.asInt());
    assertEquals(faulting.mask(), dut.fault_mask_o.asInt());
    assertEquals(faulting.address()[lane], (int) dut.fault_address_o.get());
    assertEquals(faulting.op() == STORE ? 2 : 1, dut.fault_access_o.asInt());
    assertMemory();
  }
}
