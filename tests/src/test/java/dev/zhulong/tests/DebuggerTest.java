package dev.zhulong.tests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zhulong.firmware.asm.Assembler;
import dev.zhulong.firmware.isa.Csr;
import dev.zhulong.firmware.isa.MemoryMap;
import dev.zhulong.hal.DebugException;
import dev.zhulong.hal.DebugState;
import dev.zhulong.hal.Debugger;
import dev.zhulong.hal.DeviceFaultException;
import dev.zhulong.hal.Gpu;
import dev.zhulong.hal.Hart;
import dev.zhulong.hal.HartRegister;
import dev.zhulong.hal.LaunchLimits;
import dev.zhulong.hal.RawRun;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The debug block by the driver's debugger, the same on every device that has one. */
class DebuggerTest {
  private static final long START = MemoryMap.PROGRAM;
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Hart FIRST = new Hart(0, 0, 0);

  /** Counts to 100 in a0, in every lane of the warp, and leaves lane 0's in the result block. */
  private static final String COUNTER =
      """
      _start:
        li   t0, -1
        tmc t0
        li   a0, 0
        li   a1, 100
      loop:
        addi a0, a0, 1
        bne  a0, a1, loop
        li   t0, 0x88
        sw   a0, 0(t0)
        tmc x0
      """;

  private static final long LOOP = START + 16;
  private static final String SPIN = "_start: addi a0, a0, 1\n j _start\n";

  private static void assume(String device) {
    if (device.startsWith("rtl:")) {
      NativeTools.assumeVerilator();
    }
  }

  private static RawRun start(Gpu gpu, String source) {
    byte[] elf = Assembler.assemble(source, "program").toBytes();
    return gpu.start(elf, "program", 0, LaunchLimits.DEFAULT);
  }

  private static DebugState.Halted halted(Debugger debugger) {
    return assertInstanceOf(DebugState.Halted.class, debugger.await(LONG));
  }

  private static int a0(Debugger debugger, int lane) {
    return debugger.read(new Hart(0, 0, lane), HartRegister.integer(10));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sim:?config=c1w4t4", "rtl:?config=c1w4t4"})
  void haltsAtLaunchStepsAndGoesOn(String device) {
    assume(device);
    try (Gpu gpu = Gpu.open(device)) {
      Debugger debugger = gpu.debugger();
      debugger.haltOnLaunch(true);
      final RawRun run = start(gpu, COUNTER);
      assertEquals(DebugState.Cause.LAUNCH, halted(debugger).cause());
      // Until the first warp is there, whenever the device starts it.
      debugger.setBreakpoint(0, START);
      debugger.resume();
      assertEquals(new DebugState.Halted(DebugState.Cause.BREAKPOINT, 0, 0), debugger.await(LONG));
      debugger.clearBreakpoint(0);
      assertEquals(1, debugger.activeWarps(0));
      assertEquals((int) START, debugger.read(FIRST, HartRegister.PC));
      for (int i = 1; i <= 5; i++) {
        debugger.step(0, 0);
        assertEquals((int) START + 4 * i, debugger.read(FIRST, HartRegister.PC));
        assertEquals(new DebugState.Halted(DebugState.Cause.STEP, 0, 0), debugger.state());
      }
      assertEquals(15, debugger.read(FIRST, HartRegister.LANES));
      assertEquals(1, a0(debugger, 3));
      debugger.step(0, 0);
      assertEquals((int) LOOP, debugger.read(FIRST, HartRegister.PC));
      debugger.haltOnLaunch(false);
      debugger.resume();
      assertEquals(new DebugState.Ended(), debugger.await(LONG));
      assertEquals(100, run.await().exitCode());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sim:?config=c1w4t4", "rtl:?config=c1w4t4"})
  void breakpointHitsOnceEachTimeAround(String device) {
    assume(device);
    try (Gpu gpu = Gpu.open(device)) {
      Debugger debugger = gpu.debugger();
      debugger.setBreakpoint(3, LOOP);
      final RawRun run = start(gpu, COUNTER);
      for (int i = 0; i < 5; i++) {
        assertEquals(DebugState.Cause.BREAKPOINT, halted(debugger).cause());
        assertEquals((int) LOOP, debugger.read(FIRST, HartRegister.PC));
        assertEquals(i, a0(debugger, 2));
        debugger.resume();
      }
      halted(debugger);
      // Waiting for the end of halted work is refused, and loses nothing.
      assertThrows(IllegalStateException.class, run::await);
      debugger.write(FIRST, HartRegister.integer(10), 98);
      for (int lane = 1; lane < 4; lane++) {
        debugger.write(new Hart(0, 0, lane), HartRegister.integer(10), 98);
      }
      debugger.detach();
      assertEquals(100, run.await().exitCode());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sim:?config=c1w4t4", "rtl:?config=c1w4t4"})
  void haltStopsAnEndlessLoopWhichCanBeLedOut(String device) {
    assume(device);
    try (Gpu gpu = Gpu.open(device)) {
      Debugger debugger = gpu.debugger();
      final RawRun run = start(gpu, SPIN + "li t0, 0x88\n sw a0, 0(t0)\n tmc x0\n");
      assertEquals(new DebugState.Running(), debugger.await(Duration.ofMillis(50)));
      debugger.halt();
      assertEquals(DebugState.Cause.REQUEST, halted(debugger).cause());
      int count = a0(debugger, 0);
      assertNotEquals(0, count);
      assertEquals(count, a0(debugger, 0));
      // Code may be changed: the jump becomes a no-operation.
      debugger.writeMemory(0, START + 4, new byte[] {0x13, 0, 0, 0});
      debugger.write(FIRST, HartRegister.integer(10), 41);
      debugger.write(FIRST, HartRegister.PC, (int) START);
      debugger.resume();
      assertEquals(new DebugState.Ended(), debugger.await(LONG));
      assertEquals(42, run.await().exitCode());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sim:?config=c1w4t4", "rtl:?config=c1w4t4"})
  void registersOfAllKindsAndMemory(String device) {
    assume(device);
    try (Gpu gpu = Gpu.open(device)) {
      Debugger debugger = gpu.debugger();
      debugger.setBreakpoint(0, LOOP);
      final RawRun run = start(gpu, COUNTER);
      halted(debugger);
      for (int lane = 0; lane < 4; lane++) {
        Hart hart = new Hart(0, 0, lane);
        for (int i = 1; i < 32; i++) {
          if (i != 10 && i != 11) {
            debugger.write(hart, HartRegister.integer(i), lane << 8 | i);
          }
          debugger.write(hart, HartRegister.floating(i), 0x4000_0000 | lane << 8 | i);
        }
      }
      for (int lane = 0; lane < 4; lane++) {
        Hart hart = new Hart(0, 0, lane);
        for (int i = 1; i < 32; i++) {
          int expected = i == 10 ? 0 : i == 11 ? 100 : lane << 8 | i;
          assertEquals(expected, debugger.read(hart, HartRegister.integer(i)), hart + " x" + i);
          assertEquals(0x4000_0000 | lane << 8 | i, debugger.read(hart, HartRegister.floating(i)));
        }
        assertEquals(0, debugger.read(hart, HartRegister.integer(0)));
        assertEquals(lane, debugger.read(hart, Csr.LANE_ID));
        assertEquals(lane, debugger.read(hart, Csr.MHARTID));
      }
      debugger.write(FIRST, HartRegister.csr(Csr.FCSR), 0x61);
      assertEquals(3, debugger.read(FIRST, Csr.FRM));
      assertEquals(1, debugger.read(FIRST, Csr.FFLAGS));
      debugger.write(FIRST, HartRegister.csr(Csr.MSCRATCH), 0x1234);
      assertEquals(0x1234, debugger.read(FIRST, Csr.MSCRATCH));

      byte[] bytes = {1, 2, 3, 4, 5, 6, 7, (byte) 0x88, 9};
      for (long address : new long[] {0x20001, MemoryMap.LOCAL + 3}) {
        debugger.writeMemory(0, address, bytes);
        assertArrayEquals(bytes, debugger.readMemory(0, address, bytes.length));
      }
      int local = gpu.info().localBytes();
      assertEquals(4, debugger.readMemory(0, MemoryMap.LOCAL + local - 4, 16).length);
      assertEquals(0, debugger.readMemory(0, MemoryMap.CONSOLE, 4).length);
      assertEquals(0, debugger.readMemory(0, 0, 4).length);

      // One lane goes on alone.
      debugger.write(FIRST, HartRegister.LANES, 0xff02);
      assertEquals(2, debugger.read(FIRST, HartRegister.LANES));
      debugger.step(0, 0);
      assertEquals(0, a0(debugger, 0));
      assertEquals(1, a0(debugger, 1));
      debugger.detach();
      assertEquals(100, run.await().exitCode());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sim:?config=c1w4t4", "rtl:?config=c1w4t4"})
  void whatCannotBeDoneIsRefusedAndHasNoEffect(String device) {
    assume(device);
    try (Gpu gpu = Gpu.open(device)) {
      Debugger debugger = gpu.debugger();
      debugger.setBreakpoint(0, LOOP);
      final RawRun run = start(gpu, COUNTER);
      halted(debugger);
      final Hart idle = new Hart(0, 2, 1);
      assertThrows(DebugException.class, () -> debugger.step(0, 2));
      assertEquals(0, debugger.read(idle, HartRegister.integer(9)));
      assertThrows(DebugException.class, () -> debugger.write(idle, HartRegister.integer(9), 1));
      assertThrows(DebugException.class, () -> debugger.write(FIRST, HartRegister.PC, 0x80000002));
      assertThrows(DebugException.class, () -> debugger.write(FIRST, HartRegister.LANES, 0x10));
      assertThrows(
          DebugException.class, () -> debugger.write(FIRST, HartRegister.csr(Csr.LANES), 1));
      assertThrows(DebugException.class, () -> debugger.read(FIRST, new HartRegister(0x300)));
      assertThrows(DebugException.class, () -> debugger.read(FIRST, new HartRegister(0x1040)));
      assertThrows(DebugException.class, () -> debugger.writeMemory(0, 0x40, new byte[4]));
      assertThrows(
          IllegalArgumentException.class, () -> debugger.read(new Hart(1, 0, 0), HartRegister.PC));
      assertThrows(IllegalArgumentException.class, () -> debugger.setBreakpoint(4, START));
      assertThrows(IllegalArgumentException.class, () -> debugger.setBreakpoint(0, START + 2));
      debugger.clearBreakpoint(0);
      debugger.resume();
      assertEquals(100, run.await().exitCode());
      assertThrows(DebugException.class, () -> debugger.step(0, 0));
      assertThrows(DebugException.class, () -> debugger.read(FIRST, HartRegister.PC));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sim:?config=c1w4t4", "rtl:?config=c1w4t4"})
  void faultCanBeLookedAtBeforeTheDeviceIsReset(String device) {
    assume(device);
    try (Gpu gpu = Gpu.open(device)) {
      Debugger debugger = gpu.debugger();
      final RawRun run = start(gpu, "_start: li a0, 77\n lw a1, 1(a0)\n lw a1, 0(a0)\n");
      DebugState.Faulted state = assertInstanceOf(DebugState.Faulted.class, debugger.await(LONG));
      assertEquals(START + 4, state.fault().pc());
      assertEquals(77, a0(debugger, 0));
      assertThrows(DeviceFaultException.class, run::await);
      assertEquals(100, start(gpu, COUNTER).await().exitCode());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sim:?config=c1w4t4", "rtl:?config=c1w4t4"})
  void killedAndAbandonedWorkLeavesTheDeviceUsable(String device) {
    assume(device);
    try (Gpu gpu = Gpu.open(device)) {
      final RawRun run = start(gpu, SPIN);
      Debugger debugger = gpu.debugger();
      debugger.await(Duration.ofMillis(10));
      debugger.kill();
      assertTrue(
          assertThrows(IllegalStateException.class, run::await)
              .getMessage()
              .contains("ended by the debugger"));
      assertEquals(100, start(gpu, COUNTER).await().exitCode());
      start(gpu, SPIN);
      debugger.halt();
      // Closing does not wait for what is halted.
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sim:?config=c4w4t4", "rtl:?config=c4w4t4"})
  void everyCoreHaltsAndEachIsSteppedAlone(String device) {
    assume(device);
    try (Gpu gpu = Gpu.open(device)) {
      Debugger debugger = gpu.debugger();
      final long last = LOOP + 16;
      debugger.setBreakpoint(1, last);
      final RawRun run = start(gpu, COUNTER);
      final Set<Integer> cores = new HashSet<>();
      for (int i = 0; i < 4; i++) {
        DebugState.Halted at = halted(debugger);
        assertEquals((int) last, debugger.read(new Hart(at.core(), 0, 0), HartRegister.PC));
        cores.add(at.core());
        if (i == 0) {
          int other = (at.core() + 1) % 4;
          Hart stands = new Hart((at.core() + 2) % 4, 0, 0);
          final int pc = debugger.read(stands, HartRegister.PC);
          debugger.write(new Hart(other, 0, 0), HartRegister.PC, (int) START + 8);
          debugger.step(other, 0);
          assertEquals((int) START + 12, debugger.read(new Hart(other, 0, 0), HartRegister.PC));
          assertEquals(0, debugger.read(new Hart(other, 0, 0), HartRegister.integer(10)));
          assertEquals(pc, debugger.read(stands, HartRegister.PC));
          debugger.step(at.core(), 0);
          assertEquals(0, debugger.activeWarps(at.core()));
        }
        debugger.resume();
      }
      assertEquals(Set.of(0, 1, 2, 3), cores);
      assertEquals(new DebugState.Ended(), debugger.await(LONG));
      assertEquals(100, run.await().exitCode());
    }
  }

  @Test
  void lockStepHasNoDebugBlock() {
    NativeTools.assumeVerilator();
    try (Gpu gpu = Gpu.open("lockstep:?config=c1w4t4")) {
      assertTrue(
          assertThrows(IllegalStateException.class, gpu::debugger)
              .getMessage()
              .contains("no debug block"));
    }
  }
}
