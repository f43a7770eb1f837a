package dev.zhulong.rtl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.zhulong.firmware.isa.CoreShape;
import dev.zhulong.firmware.isa.Csr;
import dev.zhulong.firmware.isa.FaultCause;
import dev.zhulong.firmware.isa.HostRegister;
import dev.zhulong.firmware.isa.Instruction;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The whole device behind its host registers; assertions on. Skipped where Verilator is missing.
 */
class CycleModelTest {
  private static final CoreShape SHAPE = CoreShape.parse("c1w4t2");
  private static final int ENTRY = 0x1000;
  private static final int ARGUMENT = 0x10000;
  private static final int MEMORY_BYTES = 1 << 20;
  private static final int CYCLES = 1_000_000;
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static Path library;

  private Arena arena;
  private MemorySegment memory;
  private CycleModel model;

  @BeforeAll
  static void build() {
    try {
      library = ModelBuilder.standard().build(ModelConfiguration.fast(SHAPE).withChecks());
    } catch (ModelUnavailableException e) {
      if (e.getMessage().contains("apt-get install")) {
        abort("skipped: " + e.getMessage());
      }
      throw e;
    }
  }

  @BeforeEach
  void open() {
    arena = Arena.ofConfined();
    memory = arena.allocate(MEMORY_BYTES, 64);
    model = CycleModel.open(library, memory);
  }

  @AfterEach
  void close() {
    assertEquals(Optional.empty(), model.failure());
    model.close();
    arena.close();
  }

  private int read(HostRegister register) {
    return model.read32(register.offset());
  }

  private void write(HostRegister register, int value) {
    model.write32(register.offset(), value);
  }

  private void load(Program program) {
    MemorySegment.copy(
        program.words(), 0, memory, ValueLayout.JAVA_INT, ENTRY, program.words().length);
  }

  private void configure(int mode, int[] grid, int[] group, int localBytes) {
    write(HostRegister.LAUNCH_MODE, mode);
    write(HostRegister.LAUNCH_ENTRY, ENTRY);
    write(HostRegister.LAUNCH_ARGUMENT, ARGUMENT);
    write(HostRegister.LAUNCH_GRID_X, grid[0]);
    write(HostRegister.LAUNCH_GRID_Y, grid[1]);
    write(HostRegister.LAUNCH_GRID_Z, grid[2]);
    write(HostRegister.LAUNCH_GROUP_X, group[0]);
    write(HostRegister.LAUNCH_GROUP_Y, group[1]);
    write(HostRegister.LAUNCH_GROUP_Z, group[2]);
    write(HostRegister.LAUNCH_LOCAL_BYTES, localBytes);
    write(
        HostRegister.IRQ_ENABLE,
        HostRegister.IRQ_DONE | HostRegister.IRQ_FAULT | HostRegister.IRQ_REFUSED);
  }

  private void launchRaw(Program program) {
    load(program);
    configure(0, new int[3], new int[3], 0);
    write(HostRegister.CONTROL, HostRegister.CONTROL_LAUNCH);
  }

  private void expectDone() {
    assertEquals(StopReason.INTERRUPT, model.run(CYCLES, TIMEOUT));
    assertEquals(HostRegister.STATUS_DONE, read(HostRegister.STATUS));
    assertEquals(HostRegister.IRQ_DONE, read(HostRegister.IRQ_STATUS));
    write(HostRegister.IRQ_STATUS, HostRegister.IRQ_DONE);
    assertEquals(0, read(HostRegister.IRQ_STATUS));
    assertFalse(model.interrupt());
  }

  private void expectFault(FaultCause cause, int pc, int address, int access) {
    assertEquals(StopReason.INTERRUPT, model.run(CYCLES, TIMEOUT));
    assertEquals(HostRegister.STATUS_FAULTED, read(HostRegister.STATUS));
    assertEquals(HostRegister.IRQ_FAULT, read(HostRegister.IRQ_STATUS));
    assertEquals(cause, FaultCause.of(read(HostRegister.FAULT_CAUSE)));
    assertEquals(pc, read(HostRegister.FAULT_PC));
    assertEquals(0, read(HostRegister.FAULT_CORE));
    assertEquals(0, read(HostRegister.FAULT_WARP));
    assertEquals(1, read(HostRegister.FAULT_LANES));
    assertEquals(address, read(HostRegister.FAULT_ADDRESS));
    assertEquals(access, read(HostRegister.FAULT_ACCESS));
  }

  /** Stores the word 42 at the argument address plus 4. */
  private static Program storeProgram() {
    return new Program()
        .csr(5, Csr.MSCRATCH)
        .immediate(Instruction.ADDI, 6, 0, 42)
        .store(Instruction.SW, 6, 4, 5)
        .end();
  }

  @Test
  void identityAndCapabilities() {
    assertEquals(HostRegister.ID_VALUE, read(HostRegister.ID));
    assertEquals(HostRegister.VERSION_VALUE, read(HostRegister.VERSION));
    assertEquals(
        SHAPE.cores() | SHAPE.warps() << 8 | SHAPE.lanes() << 16 | HostRegister.REGIONS << 24,
        read(HostRegister.CAPS_SHAPE));
    assertEquals(16 | 16 << 8 | 16 << 16 | SHAPE.warps() << 24, read(HostRegister.CAPS_CACHE));
    assertEquals(0, read(HostRegister.CAPS_L2));
    assertEquals(4096, read(HostRegister.MEMORY_SIZE));
    assertEquals(SHAPE.lanes(), model.lanes());
    assertTrue(model.checked());
  }

  @Test
  void registersKeepTheirBitsAndNoOthers() {
    Random random = new Random(1);
    List<int[]> expected = new ArrayList<>();
    for (HostRegister register : HostRegister.values()) {
      if (register.access().equals("RW") && register.offset() < HostRegister.REGION_BASE.offset()) {
        int mask =
            switch (register) {
              case IRQ_ENABLE -> 0x3f;
              case LAUNCH_MODE -> 3;
              default -> -1;
            };
        int value = random.nextInt();
        model.write32(register.offset(), value);
        expected.add(new int[] {register.offset(), value & mask});
      }
    }
    for (int region = 0; region < HostRegister.REGIONS; region++) {
      for (int word = 0; word < 4; word++) {
        int offset =
            HostRegister.REGION_BASE.offset() + region * HostRegister.REGION_STRIDE + 4 * word;
        int value = random.nextInt();
        model.write32(offset, value);
        expected.add(new int[] {offset, word == 3 ? 0 : word == 2 ? value & 7 : value});
      }
    }
    // A soft reset keeps them all.
    write(HostRegister.CONTROL, HostRegister.CONTROL_RESET);
    for (int[] register : expected) {
      assertEquals(register[1], model.read32(register[0]), "offset " + register[0]);
    }
  }

  @Test
  void readOnlyAndUnknownRegisters() {
    for (HostRegister register :
        List.of(HostRegister.ID, HostRegister.CAPS_SHAPE, HostRegister.FAULT_PC)) {
      int before = read(register);
      write(register, ~before);
      assertEquals(before, read(register));
    }
    for (int offset : new int[] {0x01c, 0x03c, 0x0a0, 0x204, 0x318, 0x1000, 0xfffc}) {
      model.write32(offset, -1);
      assertEquals(0, model.read32(offset), "offset " + offset);
    }
    assertEquals(0, read(HostRegister.STATUS));
  }

  @Test
  void emptyGridIsDoneAtOnce() {
    for (int zero = 0; zero < 6; zero++) {
      int[] grid = {2, 2, 2};
      int[] group = {2, 2, 2};
      (zero < 3 ? grid : group)[zero % 3] = 0;
      configure(HostRegister.MODE_GRID, grid, group, 0);
      write(HostRegister.CONTROL, HostRegister.CONTROL_LAUNCH);
      expectDone();
    }
  }

  @Test
  void impossibleGroupIsRefused() {
    int lanes = SHAPE.warps() * SHAPE.lanes();
    int[][] groups = {{lanes + 1, 1, 1}, {1, lanes + 1, 1}, {0x10000, 0x10000, 1}};
    for (int[] group : groups) {
      configure(HostRegister.MODE_GRID, new int[] {1, 1, 1}, group, 0);
      expectRefusal(0);
    }
    configure(HostRegister.MODE_GRID, new int[] {1, 1, 1}, new int[] {1, 1, 1}, 16 * 1024 + 1);
    expectRefusal(0);
    launchRaw(storeProgram());
    expectDone();
    assertEquals(42, memory.get(ValueLayout.JAVA_INT, ARGUMENT + 4));
  }

  private void expectRefusal(int status) {
    write(HostRegister.CONTROL, HostRegister.CONTROL_LAUNCH);
    assertEquals(status | HostRegister.STATUS_REFUSED, read(HostRegister.STATUS));
    assertEquals(HostRegister.IRQ_REFUSED, read(HostRegister.IRQ_STATUS) & ~HostRegister.IRQ_FAULT);
    assertTrue(model.interrupt());
    write(HostRegister.IRQ_STATUS, HostRegister.IRQ_REFUSED);
  }

  @Test
  void launchWhileBusyIsRefusedAndTheWorkGoesOn() {
    launchRaw(
        new Program()
            .immediate(Instruction.ADDI, 5, 0, 200)
            .immediate(Instruction.ADDI, 5, 5, -1)
            .branch(Instruction.BNE, 5, 0, -4)
            .end());
    expectRefusal(HostRegister.STATUS_BUSY);
    // What the launch was made from cannot be changed under it.
    write(HostRegister.LAUNCH_ENTRY, 0);
    assertEquals(ENTRY, read(HostRegister.LAUNCH_ENTRY));
    assertEquals(StopReason.INTERRUPT, model.run(CYCLES, TIMEOUT));
    assertEquals(HostRegister.STATUS_DONE | HostRegister.STATUS_REFUSED, read(HostRegister.STATUS));
    assertEquals(1 + 400 + 1, read(HostRegister.LANE_INSTRUCTIONS));
    assertEquals(1 + 400 + 1, read(HostRegister.PERF));
  }

  @Test
  void endlessLoopIsStoppedAndResetMakesTheDeviceUsable() {
    for (int round = 0; round < 3; round++) {
      launchRaw(new Program().immediate(Instruction.ADDI, 5, 5, 1).jump(-4));
      assertEquals(StopReason.CYCLES, model.run(1000, TIMEOUT));
      assertEquals(HostRegister.STATUS_BUSY, read(HostRegister.STATUS));
      write(HostRegister.CONTROL, HostRegister.CONTROL_STOP);
      assertEquals(StopReason.INTERRUPT, model.run(1000, TIMEOUT));
      assertEquals(HostRegister.STATUS_FAULTED, read(HostRegister.STATUS));
      assertEquals(FaultCause.TIMEOUT.code(), read(HostRegister.FAULT_CAUSE));
      assertEquals(ENTRY, read(HostRegister.FAULT_PC) & ~4);
      assertEquals(1, read(HostRegister.FAULT_LANES));
      expectRefusal(HostRegister.STATUS_FAULTED);
      write(HostRegister.CONTROL, HostRegister.CONTROL_RESET);
      assertEquals(0, read(HostRegister.STATUS));
      assertEquals(0, read(HostRegister.IRQ_STATUS));
      assertEquals(0, read(HostRegister.FAULT_CAUSE));
      assertEquals(0, read(HostRegister.CYCLES));
      memory.set(ValueLayout.JAVA_INT, ARGUMENT + 4, 0);
      launchRaw(storeProgram());
      expectDone();
      assertEquals(42, memory.get(ValueLayout.JAVA_INT, ARGUMENT + 4));
    }
  }

  @Test
  void resetWhileBusyEndsTheWork() {
    launchRaw(
        new Program()
            .csr(5, Csr.MSCRATCH)
            .load(Instruction.LW, 6, 0, 5)
            .store(Instruction.SW, 6, 0, 5)
            .immediate(Instruction.ADDI, 5, 5, 64)
            .jump(-12));
    for (int cycles = 60; cycles < 90; cycles++) {
      write(HostRegister.CONTROL, HostRegister.CONTROL_LAUNCH);
      write(HostRegister.IRQ_STATUS, HostRegister.IRQ_REFUSED);
      model.run(cycles, TIMEOUT);
      write(HostRegister.CONTROL, HostRegister.CONTROL_RESET);
      assertEquals(0, read(HostRegister.STATUS));
    }
    launchRaw(storeProgram());
    expectDone();
  }

  @Test
  void memoryThatStopsAnsweringIsSurvived() {
    Program program =
        new Program()
            .csr(5, Csr.MSCRATCH)
            .load(Instruction.LW, 6, 0, 5)
            .store(Instruction.SW, 6, 0, 5)
            .immediate(Instruction.ADDI, 5, 5, 64)
            .jump(-12);
    for (int round = 0; round < 10; round++) {
      launchRaw(program);
      assertEquals(StopReason.CYCLES, model.run(70 + 7 * round, TIMEOUT));
      model.holdMemory(true);
      assertEquals(StopReason.CYCLES, model.run(5_000, TIMEOUT));
      write(HostRegister.CONTROL, HostRegister.CONTROL_STOP);
      assertEquals(StopReason.INTERRUPT, model.run(CYCLES, TIMEOUT));
      assertEquals(FaultCause.TIMEOUT.code(), read(HostRegister.FAULT_CAUSE));
      write(HostRegister.CONTROL, HostRegister.CONTROL_RESET);
      assertEquals(0, read(HostRegister.STATUS));
      memory.set(ValueLayout.JAVA_INT, ARGUMENT + 4, 0);
      // Answers to the old requests come while the next launch runs.
      launchRaw(storeProgram());
      assertEquals(StopReason.CYCLES, model.run(100, TIMEOUT));
      model.holdMemory(false);
      expectDone();
      assertEquals(42, memory.get(ValueLayout.JAVA_INT, ARGUMENT + 4));
    }
  }

  @Test
  void stopWithoutWorkDoesNothing() {
    write(HostRegister.CONTROL, HostRegister.CONTROL_STOP);
    assertEquals(0, read(HostRegister.STATUS));
    assertEquals(StopReason.IDLE, model.run(CYCLES, TIMEOUT));
    assertTrue(model.cycles() < CYCLES);
  }

  @Test
  void faultRecordOfAnIllegalInstruction() {
    launchRaw(new Program().immediate(Instruction.ADDI, 5, 0, 1).add(0));
    expectFault(FaultCause.ILLEGAL_INSTRUCTION, ENTRY + 4, 0, 0);
  }

  @Test
  void faultRecordOfAMisalignedLoad() {
    launchRaw(
        new Program()
            .csr(5, Csr.MSCRATCH)
            .load(Instruction.LW, 6, 2, 5)
            .store(Instruction.SW, 6, 0, 5)
            .end());
    expectFault(FaultCause.MISALIGNED, ENTRY + 4, ARGUMENT + 2, 1);
  }

  @Test
  void regionsBarWhatTheyDoNotAllow() {
    write(HostRegister.REGION_BASE, ENTRY);
    write(HostRegister.REGION_SIZE, 0x100);
    write(HostRegister.REGION_FLAGS, HostRegister.ALLOW_EXECUTE);
    int second = HostRegister.REGION_BASE.offset() + HostRegister.REGION_STRIDE;
    model.write32(second, ARGUMENT);
    model.write32(second + 4, 4);
    model.write32(second + 8, HostRegister.ALLOW_READ | HostRegister.ALLOW_WRITE);
    launchRaw(storeProgram());
    expectFault(FaultCause.ACCESS, ENTRY + 8, ARGUMENT + 4, 2);
    assertEquals(0, memory.get(ValueLayout.JAVA_INT, ARGUMENT + 4));
    write(HostRegister.CONTROL, HostRegister.CONTROL_RESET);
    model.write32(second + 4, 8);
    launchRaw(storeProgram());
    expectDone();
    assertEquals(42, memory.get(ValueLayout.JAVA_INT, ARGUMENT + 4));
  }

  @Test
  void storesBeforeAFaultReachMemory() {
    launchRaw(
        new Program()
            .csr(5, Csr.MSCRATCH)
            .immediate(Instruction.ADDI, 6, 0, 7)
            .store(Instruction.SW, 6, 0, 5)
            .store(Instruction.SW, 6, 256, 5)
            .immediate(Instruction.EBREAK, 0, 0, 0));
    expectFault(FaultCause.BREAKPOINT, ENTRY + 16, 0, 0);
    assertEquals(7, memory.get(ValueLayout.JAVA_INT, ARGUMENT));
    assertEquals(7, memory.get(ValueLayout.JAVA_INT, ARGUMENT + 256));
  }

  @Test
  void consoleKeepsEveryByteInOrder() {
    int bytes = 300;
    launchRaw(
        new Program()
            .immediate(Instruction.ADDI, 5, 0, 0)
            .immediate(Instruction.ADDI, 6, 0, bytes)
            .store(Instruction.SB, 5, 0x43, 0)
            .immediate(Instruction.ADDI, 5, 5, 1)
            .branch(Instruction.BNE, 5, 6, -8)
            .end());
    write(HostRegister.IRQ_ENABLE, HostRegister.IRQ_DONE | HostRegister.IRQ_CONSOLE);
    for (int i = 0; i < bytes; i++) {
      assertEquals(StopReason.INTERRUPT, model.run(CYCLES, TIMEOUT), "byte " + i);
      assertEquals(HostRegister.CONSOLE_VALID | 3 << 8 | i & 0xff, read(HostRegister.CONSOLE));
      if (i == 100) {
        // A full console holds the program up, and loses nothing.
        write(HostRegister.IRQ_ENABLE, HostRegister.IRQ_DONE);
        assertEquals(StopReason.CYCLES, model.run(2000, TIMEOUT));
        write(HostRegister.IRQ_ENABLE, HostRegister.IRQ_DONE | HostRegister.IRQ_CONSOLE);
      }
    }
    expectDone();
    assertEquals(0, read(HostRegister.CONSOLE));
  }

  @Test
  void gridsReachEveryInvocationWithItsIds() {
    model.setMemoryTiming(new MemoryTiming(20, 2, 30, 5));
    int all = SHAPE.warps() * SHAPE.lanes();
    int[][] shapes = {
      {1, 1, 1, 1, 1, 1},
      {5, 1, 1, 2, 1, 1},
      {3, 2, 2, 3, 1, 1},
      {2, 3, 1, 2, 2, 2},
      {7, 1, 1, all, 1, 1},
      {1, 2, 3, 1, 3, 1},
      {2, 2, 2, 1, 1, 5}
    };
    for (int[] s : shapes) {
      for (int mode : new int[] {1, 3}) {
        for (int localBytes : new int[] {0, 6000}) {
          runGrid(new int[] {s[0], s[1], s[2]}, new int[] {s[3], s[4], s[5]}, mode, localBytes);
        }
      }
    }
    // Independent warps may be more than the core has.
    runGrid(new int[] {2, 1, 1}, new int[] {3 * all + 1, 1, 1}, 3, 0);
  }

  private void runGrid(int[] grid, int[] group, int mode, int localBytes) {
    Csr[] own = {
      Csr.GROUP_ID_X,
      Csr.GROUP_ID_Y,
      Csr.GROUP_ID_Z,
      Csr.LOCAL_ID_X,
      Csr.LOCAL_ID_Y,
      Csr.LOCAL_ID_Z,
      Csr.GROUP_WARP_RANK,
      Csr.GROUP_WARPS
    };
    Program program = new Program();
    int first = 10;
    for (int i = 0; i < own.length; i++) {
      program.csr(first + i, own[i]);
    }
    // Linear number of the invocation: ((gz Gy + gy) Gx + gx) Sx Sy Sz + (lz Sy + ly) Sx + lx.
    int sum = 5;
    int part = 6;
    program.registers(Instruction.ADD, sum, first + 2, 0);
    program.csr(part, Csr.GRID_SIZE_Y).registers(Instruction.MUL, sum, sum, part);
    program.registers(Instruction.ADD, sum, sum, first + 1);
    program.csr(part, Csr.GRID_SIZE_X).registers(Instruction.MUL, sum, sum, part);
    program.registers(Instruction.ADD, sum, sum, first);
    program.csr(part, Csr.GROUP_SIZE_Z).registers(Instruction.MUL, sum, sum, part);
    program.registers(Instruction.ADD, sum, sum, first + 5);
    program.csr(part, Csr.GROUP_SIZE_Y).registers(Instruction.MUL, sum, sum, part);
    program.registers(Instruction.ADD, sum, sum, first + 4);
    program.csr(part, Csr.GROUP_SIZE_X).registers(Instruction.MUL, sum, sum, part);
    program.registers(Instruction.ADD, sum, sum, first + 3);
    program.immediate(Instruction.SLLI, sum, sum, 5);
    program.csr(part, Csr.MSCRATCH).registers(Instruction.ADD, sum, sum, part);
    for (int i = 0; i < own.length; i++) {
      program.store(Instruction.SW, first + i, 4 * i, sum);
    }
    load(program.end());
    memory.asSlice(ARGUMENT).fill((byte) 0xee);
    configure(mode, grid, group, localBytes);
    write(HostRegister.CONTROL, HostRegister.CONTROL_LAUNCH);
    expectDone();

    int invocations = group[0] * group[1] * group[2];
    int warps = (invocations + SHAPE.lanes() - 1) / SHAPE.lanes();
    int number = 0;
    for (int g = 0; g < grid[0] * grid[1] * grid[2]; g++) {
      for (int i = 0; i < invocations; i++, number++) {
        int[] expected = {
          g % grid[0],
          g / grid[0] % grid[1],
          g / grid[0] / grid[1],
          i % group[0],
          i / group[0] % group[1],
          i / group[0] / group[1],
          i / SHAPE.lanes(),
          warps
        };
        for (int word = 0; word < expected.length; word++) {
          assertEquals(
              expected[word],
              memory.get(ValueLayout.JAVA_INT, ARGUMENT + 32L * number + 4 * word),
              "invocation " + number + ", " + own[word]);
        }
      }
    }
    assertEquals(0xeeeeeeee, memory.get(ValueLayout.JAVA_INT, ARGUMENT + 32L * number));
  }

  @Test
  void traceHasEveryInstructionInOrder() {
    int words = model.traceWords();
    assertEquals(8 + 3 * SHAPE.lanes(), words);
    List<int[]> whole = trace(1000);
    assertEquals(6, whole.size());
    int lanes = SHAPE.lanes();
    int[] start = whole.get(0);
    assertEquals(ENTRY, start[2]);
    assertEquals(1, start[4]);
    assertEquals(-1, start[7]);
    int[] load = whole.get(3);
    assertEquals(ENTRY + 8, load[2]);
    assertEquals(1, load[4]);
    assertEquals(7, load[5]);
    assertEquals(0, load[6]);
    assertEquals(0x1234, load[8]);
    int[] store = whole.get(4);
    assertEquals(ENTRY + 12, store[2]);
    assertEquals(-1, store[5]);
    assertEquals(1, store[6]);
    assertEquals(ARGUMENT + 8, store[8 + lanes]);
    assertEquals(0x34, store[8 + 2 * lanes]);
    // The same with a buffer that holds a single record.
    List<int[]> single = trace(1);
    assertEquals(whole.size(), single.size());
    for (int i = 0; i < whole.size(); i++) {
      int[] a = whole.get(i);
      int[] b = single.get(i);
      // The instruction number runs on over launches.
      b[7] = a[7];
      assertArrayEquals(a, b);
    }
  }

  private List<int[]> trace(int capacity) {
    Program program =
        new Program()
            .csr(5, Csr.MSCRATCH)
            .immediate(Instruction.ADDI, 6, 0, 5)
            .load(Instruction.LW, 7, 0, 5)
            .store(Instruction.SB, 7, 8, 5)
            .end();
    memory.set(ValueLayout.JAVA_INT, ARGUMENT, 0x1234);
    int words = model.traceWords();
    MemorySegment records = arena.allocate(4L * words * capacity, 4);
    model.startTrace(records);
    launchRaw(program);
    List<int[]> all = new ArrayList<>();
    StopReason reason;
    do {
      reason = model.run(CYCLES, TIMEOUT);
      assertTrue(model.traceCount() <= capacity);
      for (int i = 0; i < model.traceCount(); i++) {
        all.add(records.asSlice(4L * words * i, 4L * words).toArray(ValueLayout.JAVA_INT));
      }
    } while (reason == StopReason.TRACE_FULL);
    assertEquals(StopReason.INTERRUPT, reason);
    model.stopTrace();
    write(HostRegister.IRQ_STATUS, HostRegister.IRQ_DONE);
    return all;
  }

  @Test
  void memoryTimingShowsInTheCycles() {
    int[] cycles = new int[2];
    int[] latencies = {10, 200};
    for (int i = 0; i < 2; i++) {
      model.setMemoryTiming(new MemoryTiming(latencies[i], 1, 0, 0));
      launchRaw(storeProgram());
      expectDone();
      cycles[i] = read(HostRegister.CYCLES);
    }
    // A cold fetch and the store's acknowledgement, one after the other.
    assertEquals(2 * (latencies[1] - latencies[0]), cycles[1] - cycles[0]);
  }

  @Test
  void runEndsByTimeAndByStop() throws InterruptedException {
    launchRaw(new Program().jump(0));
    assertEquals(StopReason.DEADLINE, model.run(Long.MAX_VALUE, Duration.ofMillis(20)));
    Thread stopper =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    Thread.sleep(50);
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                  model.stop();
                });
    assertEquals(StopReason.STOPPED, model.run(Long.MAX_VALUE, TIMEOUT));
    stopper.join();
    assertEquals(StopReason.CYCLES, model.run(0, TIMEOUT));
    assertEquals(StopReason.CYCLES, model.run(100, TIMEOUT));
  }

  @Test
  void misuseIsAnException() {
    assertThrows(IllegalArgumentException.class, () -> model.run(-1, TIMEOUT));
    assertThrows(IllegalArgumentException.class, () -> model.startTrace(arena.allocate(8)));
    assertThrows(
        IllegalArgumentException.class,
        () -> CycleModel.open(library, MemorySegment.ofArray(new byte[64])));
    assertThrows(
        ModelUnavailableException.class,
        () -> CycleModel.open(Path.of("/nowhere/libzl_model.so"), memory));
    CycleModel other = CycleModel.open(library, memory);
    other.close();
    other.close();
    assertThrows(IllegalStateException.class, () -> other.read32(0));
    assertNotEquals(0, model.cycles());
  }
}
