package dev.zhulong.rtl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.zhulong.firmware.asm.Assembler;
import dev.zhulong.firmware.isa.CoreShape;
import dev.zhulong.firmware.isa.FaultCause;
import dev.zhulong.firmware.isa.HostRegister;
import dev.zhulong.firmware.link.ElfFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a debugger does between two cycles of a program leaves no mark on its results: a kernel with
 * loops, divergence, barriers, floats and atomics is halted, stepped and looked at anywhere.
 * Skipped where Verilator is missing.
 */
class DebugBlockTest {
  private static final int ENTRY = 0x1000;
  private static final int ARGUMENT = 0x10000;
  private static final int GROUPS = 12;
  private static final int WARPS_A_GROUP = 2;
  private static final int ROUNDS = 5;
  private static final int MEMORY_BYTES = 1 << 17;
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private static final String KERNEL =
      """
      _start:
        csrr s0, mscratch
        csrr t0, group_id_x
        csrr t1, group_size_x
        mul  t0, t0, t1
        csrr t2, local_id_x
        add  t0, t0, t2
        slli t1, t0, 2
        add  s1, s0, t1
        lw   a0, 0(s1)
        fcvt.s.w fa0, a0
        csrr s3, group_local_base
        sh2add s4, t2, s3
        xori t2, t2, 1
        sh2add s5, t2, s3
        csrr s6, slot_id
        csrr s7, group_warps
        li   s2, 5
      loop:
        fmadd.s fa1, fa0, fa0, fa1
        andi t2, a0, 1
        split t3, t2
        beqz t2, even
        addi a2, a2, 3
        j    both
      even:
        xori a2, a2, 5
        fdiv.s fa1, fa1, fa0
      both:
        join t3
        rori a0, a0, 1
        sw   a2, 0(s4)
        bar  s6, s7
        lw   a3, 0(s5)
        add  a2, a2, a3
        bar  s6, s7
        addi s2, s2, -1
        bnez s2, loop
        li   t4, 0x1000
        add  s1, s1, t4
        sw   a2, 0(s1)
        add  s1, s1, t4
        fsw  fa1, 0(s1)
        li   t4, 0x3000
        add  s0, s0, t4
        amoadd.w x0, a2, (s0)
        tmc  x0
      """;

  private static final int LOOP = ENTRY + 17 * 4;

  private Arena arena;
  private MemorySegment memory;
  private CycleModel model;
  private CoreShape shape;
  private byte[] expected;

  private void open(String config) {
    shape = CoreShape.parse(config);
    arena = Arena.ofConfined();
    memory = arena.allocate(MEMORY_BYTES, 64);
    try {
      model =
          CycleModel.open(
              ModelBuilder.standard().build(ModelConfiguration.fast(shape).withChecks()), memory);
    } catch (ModelUnavailableException e) {
      if (e.getMessage().contains("apt-get install")) {
        abort("skipped: " + e.getMessage());
      }
      throw e;
    }
    launch();
    finish();
    expected = contents();
    assertNotEquals(0, memory.get(ValueLayout.JAVA_INT, ARGUMENT + 0x3000));
  }

  @AfterEach
  void close() {
    if (model != null) {
      assertEquals(Optional.empty(), model.failure());
      model.close();
    }
    arena.close();
  }

  private int read(HostRegister register) {
    return model.read32(register.offset());
  }

  private void write(HostRegister register, int value) {
    model.write32(register.offset(), value);
  }

  private byte[] contents() {
    return memory.toArray(ValueLayout.JAVA_BYTE);
  }

  private void launch() {
    memory.fill((byte) 0);
    ElfFile program = Assembler.assemble(KERNEL, "kernel.s");
    byte[] code = program.segments().getFirst().bytes();
    MemorySegment.copy(code, 0, memory, ValueLayout.JAVA_BYTE, ENTRY, code.length);
    for (int i = 0; i < GROUPS * WARPS_A_GROUP * shape.lanes(); i++) {
      memory.set(ValueLayout.JAVA_INT, ARGUMENT + 4L * i, 0x1357_9bdf * (i + 3));
    }
    write(HostRegister.LAUNCH_MODE, HostRegister.MODE_GRID);
    write(HostRegister.LAUNCH_ENTRY, ENTRY);
    write(HostRegister.LAUNCH_ARGUMENT, ARGUMENT);
    write(HostRegister.LAUNCH_GRID_X, GROUPS);
    write(HostRegister.LAUNCH_GRID_Y, 1);
    write(HostRegister.LAUNCH_GRID_Z, 1);
    write(HostRegister.LAUNCH_GROUP_X, WARPS_A_GROUP * shape.lanes());
    write(HostRegister.LAUNCH_GROUP_Y, 1);
    write(HostRegister.LAUNCH_GROUP_Z, 1);
    write(HostRegister.LAUNCH_LOCAL_BYTES, 256);
    write(
        HostRegister.IRQ_ENABLE,
        HostRegister.IRQ_DONE | HostRegister.IRQ_FAULT | HostRegister.IRQ_HALTED);
    write(HostRegister.CONTROL, HostRegister.CONTROL_LAUNCH);
  }

  /** Whether the launch has ended, and not by a fault. */
  private boolean done() {
    assertEquals(0, read(HostRegister.STATUS) & HostRegister.STATUS_FAULTED);
    return (read(HostRegister.STATUS) & HostRegister.STATUS_DONE) != 0;
  }

  private void finish() {
    assertEquals(StopReason.INTERRUPT, model.run(1_000_000, TIMEOUT));
    assertTrue(done());
    write(HostRegister.IRQ_STATUS, HostRegister.IRQ_DONE);
  }

  private int debugStatus() {
    return read(HostRegister.DEBUG_STATUS);
  }

  /** Lets the clock run until the debug block has reached a state. */
  private void settle(int mask, int value) {
    for (int i = 0; (debugStatus() & mask) != value; i++) {
      assertTrue(i < 1_000, "the debug block does not settle");
      model.run(20, TIMEOUT);
    }
  }

  private void control(int bits) {
    write(HostRegister.DEBUG_CONTROL, bits);
  }

  private void halt() {
    control(HostRegister.DEBUG_HALT);
    settle(HostRegister.DEBUG_HALTED, HostRegister.DEBUG_HALTED);
    write(HostRegister.IRQ_STATUS, HostRegister.IRQ_HALTED);
  }

  private void step(int core, int warp) {
    select(core, warp, 0);
    control(HostRegister.DEBUG_STEP);
    settle(HostRegister.DEBUG_BUSY | HostRegister.DEBUG_HALTED, HostRegister.DEBUG_HALTED);
    write(HostRegister.IRQ_STATUS, HostRegister.IRQ_HALTED);
    assertEquals(0, debugStatus() & HostRegister.DEBUG_FAILED);
  }

  private void select(int core, int warp, int lane) {
    write(HostRegister.DEBUG_SELECT, core << 16 | warp << 8 | lane);
  }

  private int command(int what) {
    write(HostRegister.DEBUG_COMMAND, what);
    settle(HostRegister.DEBUG_BUSY, 0);
    assertEquals(0, debugStatus() & HostRegister.DEBUG_FAILED, "command " + what);
    return read(HostRegister.DEBUG_DATA);
  }

  private int activeWarps(int core) {
    select(core, 0, 0);
    return read(HostRegister.DEBUG_WARPS);
  }

  /** A register written and put back, memory read, and a warp sent to where it stands. */
  private void lookAround(Random random) {
    int core = random.nextInt(shape.cores());
    int active = activeWarps(core);
    int warp = random.nextInt(shape.warps());
    select(core, warp, random.nextInt(shape.lanes()));
    int register = HostRegister.DEBUG_INTEGER + random.nextInt(64);
    int value = command(register);
    int pc = command(HostRegister.DEBUG_PC);
    if ((active >> warp & 1) != 0) {
      write(HostRegister.DEBUG_DATA, ~value);
      command(register | HostRegister.DEBUG_WRITE);
      assertEquals(register == HostRegister.DEBUG_INTEGER ? 0 : ~value, command(register));
      write(HostRegister.DEBUG_DATA, value);
      command(register | HostRegister.DEBUG_WRITE);
      write(HostRegister.DEBUG_DATA, pc);
      command(HostRegister.DEBUG_PC | HostRegister.DEBUG_WRITE);
      assertEquals(pc, command(HostRegister.DEBUG_PC));
    }
    int input = random.nextInt(GROUPS * WARPS_A_GROUP * shape.lanes());
    write(HostRegister.DEBUG_ADDRESS, ARGUMENT + 4 * input);
    assertEquals(0x1357_9bdf * (input + 3), command(HostRegister.DEBUG_MEMORY + 2));
    // The same instruction again: what was fetched before is dropped.
    write(HostRegister.DEBUG_ADDRESS, LOOP);
    write(HostRegister.DEBUG_DATA, command(HostRegister.DEBUG_MEMORY + 2));
    command(HostRegister.DEBUG_MEMORY + 2 | HostRegister.DEBUG_WRITE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"c1w4t2", "c3w2t2"})
  void haltedAnywhereTheResultsAreTheSame(String config) {
    open(config);
    long seed = Long.getLong("seed", System.nanoTime());
    Random random = new Random(seed);
    int halts = 0;
    for (int run = 0; run < 100; run++) {
      launch();
      while (true) {
        if (model.run(1 + random.nextInt(600), TIMEOUT) == StopReason.INTERRUPT || done()) {
          break;
        }
        halt();
        halts++;
        int actions = random.nextInt(4);
        for (int i = 0; i < actions; i++) {
          if (random.nextBoolean()) {
            lookAround(random);
          } else {
            int core = random.nextInt(shape.cores());
            int warp = random.nextInt(shape.warps());
            if ((activeWarps(core) >> warp & 1) != 0) {
              step(core, warp);
            }
          }
        }
        control(HostRegister.DEBUG_RESUME);
      }
      finish();
      assertEquals(-1, Arrays.mismatch(expected, contents()), "seed " + seed);
    }
    assertTrue(halts > 100, halts + " halts");
  }

  @ParameterizedTest
  @ValueSource(strings = {"c1w4t2", "c3w2t2"})
  void everyWarpHaltsAtABreakpointEachTimeItComesThere(String config) {
    open(config);
    write(HostRegister.DEBUG_BREAKPOINT, LOOP);
    write(HostRegister.DEBUG_BREAKPOINT_CONTROL, 1);
    launch();
    int hits = 0;
    while (!done()) {
      assertEquals(StopReason.INTERRUPT, model.run(1_000_000, TIMEOUT));
      if ((read(HostRegister.IRQ_STATUS) & HostRegister.IRQ_HALTED) != 0) {
        hits++;
        int status = debugStatus();
        assertEquals(HostRegister.DEBUG_CAUSE_BREAKPOINT, status >> 4 & 15);
        select(status >> 16 & 0xff, status >> 8 & 0xff, 0);
        assertEquals(LOOP, command(HostRegister.DEBUG_PC));
        write(HostRegister.IRQ_STATUS, HostRegister.IRQ_HALTED);
        control(HostRegister.DEBUG_RESUME);
      }
    }
    assertEquals(GROUPS * WARPS_A_GROUP * ROUNDS, hits);
    assertEquals(-1, Arrays.mismatch(expected, contents()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"c1w4t2", "c3w2t2"})
  void kernelCanBeSteppedFromItsFirstInstructionToItsLast(String config) {
    open(config);
    write(HostRegister.DEBUG_BREAKPOINT, ENTRY);
    write(HostRegister.DEBUG_BREAKPOINT_CONTROL, 1);
    launch();
    int steps = 0;
    while (!done()) {
      assertEquals(StopReason.INTERRUPT, model.run(1_000_000, TIMEOUT));
      write(HostRegister.IRQ_STATUS, HostRegister.IRQ_HALTED);
      // Until all wait for warps of their workgroup that have not been started yet.
      boolean progress = !done();
      while (progress) {
        progress = false;
        for (int core = 0; core < shape.cores(); core++) {
          for (int warp = 0; warp < shape.warps(); warp++) {
            if ((activeWarps(core) >> warp & 1) != 0) {
              select(core, warp, 0);
              int before = command(HostRegister.DEBUG_PC);
              step(core, warp);
              progress |= command(HostRegister.DEBUG_PC) != before;
              steps++;
            }
          }
        }
      }
      control(HostRegister.DEBUG_RESUME);
    }
    assertEquals(-1, Arrays.mismatch(expected, contents()));
    assertTrue(steps > GROUPS * WARPS_A_GROUP * ROUNDS * 10, steps + " steps");
  }

  @ParameterizedTest
  @ValueSource(strings = {"c1w4t2", "c3w2t2"})
  void stopAndSoftResetWorkOnAHaltedDevice(String config) {
    open(config);
    write(HostRegister.DEBUG_MODE, HostRegister.DEBUG_HALT_ON_LAUNCH);
    launch();
    settle(HostRegister.DEBUG_HALTED, HostRegister.DEBUG_HALTED);
    assertEquals(HostRegister.DEBUG_CAUSE_LAUNCH, debugStatus() >> 4 & 15);
    assertEquals(0, activeWarps(0));
    write(HostRegister.DEBUG_MODE, 0);
    write(HostRegister.IRQ_STATUS, HostRegister.IRQ_HALTED);
    control(HostRegister.DEBUG_RESUME);
    model.run(300, TIMEOUT);
    halt();
    assertNotEquals(0, activeWarps(0));
    write(HostRegister.CONTROL, HostRegister.CONTROL_STOP);
    assertEquals(StopReason.INTERRUPT, model.run(100_000, TIMEOUT));
    assertEquals(FaultCause.TIMEOUT, FaultCause.of(read(HostRegister.FAULT_CAUSE)));
    // It can still be looked at: the kernel is in memory, and warps stand somewhere in it.
    select(0, 0, 0);
    int pc = command(HostRegister.DEBUG_PC);
    assertTrue(pc >= ENTRY && pc < ENTRY + 0x100, "pc " + pc);
    write(HostRegister.DEBUG_ADDRESS, ENTRY);
    assertEquals(memory.get(ValueLayout.JAVA_INT, ENTRY), command(HostRegister.DEBUG_MEMORY + 2));
    write(HostRegister.DEBUG_BREAKPOINT_CONTROL, 1);
    write(HostRegister.CONTROL, HostRegister.CONTROL_RESET);
    assertEquals(0, debugStatus());
    assertEquals(0, read(HostRegister.DEBUG_BREAKPOINT_CONTROL));
    launch();
    finish();
    assertEquals(-1, Arrays.mismatch(expected, contents()));
  }
}
