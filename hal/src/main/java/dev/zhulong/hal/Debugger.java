package dev.zhulong.hal;

import dev.zhulong.firmware.isa.CoreShape;
import dev.zhulong.firmware.isa.Csr;
import dev.zhulong.firmware.isa.HostRegister;
import dev.zhulong.hal.transport.Transport;
import java.time.Duration;
import java.util.Arrays;

/**
 * Halts, steps and inspects a device through its debug block. Had from {@link Gpu#debugger}, and
 * used by the thread whose turn it is, as the device itself. Machine contract, host interface.
 *
 * <pre>{@code
 * Debugger debugger = gpu.debugger();
 * debugger.setBreakpoint(0, 0x8000_0040L);
 * Fence fence = kernel.launch(16).submit();
 * if (debugger.await(Duration.ofSeconds(1)) instanceof DebugState.Halted at) {
 *   int a0 = debugger.read(new Hart(at.core(), at.warp(), 0), HartRegister.integer(10));
 *   debugger.resume();
 * }
 * }</pre>
 *
 * <p>Registers and memory can be reached while the device is halted. What the device cannot do ends
 * in a {@link DebugException} and has no effect.
 */
public final class Debugger {
  /** How long the device may take for a halt, a step or an access. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final Duration SLICE = Duration.ofMillis(10);
  private static final long SLICE_CYCLES = 1_000;

  private final Gpu gpu;
  private final Engine engine;
  private final Transport transport;
  private final CoreShape shape;

  Debugger(Gpu gpu, Engine engine, Transport transport) {
    this.gpu = gpu;
    this.engine = engine;
    this.transport = transport;
    this.shape = gpu.info().shape();
    if (!gpu.info().debuggable()) {
      throw new IllegalStateException(
          gpu.info().description()
              + ": no debug block (interface version "
              + (gpu.info().version() >>> 16)
              + ".0, needs 1.1); debug on sim: or rtl:");
    }
  }

  // ------------------------------------------------------------------ running

  /** Whether each launch halts before its first instruction. */
  public void haltOnLaunch(boolean wanted) {
    gpu.exclusively(
        () -> write(HostRegister.DEBUG_MODE, wanted ? HostRegister.DEBUG_HALT_ON_LAUNCH : 0));
  }

  /**
   * Halts the device; at once if no work is running.
   *
   * @throws DeviceLostException if it does not
   */
  public void halt() {
    gpu.exclusively(this::haltNow);
  }

  private void haltNow() {
    write(HostRegister.DEBUG_CONTROL, HostRegister.DEBUG_HALT);
    settle(HostRegister.DEBUG_HALTED, HostRegister.DEBUG_HALTED, "halt");
    acknowledge();
  }

  /** Lets the work of a halted device go on; on a running device it has no effect. */
  public void resume() {
    gpu.exclusively(
        () -> {
          acknowledge();
          write(HostRegister.DEBUG_CONTROL, HostRegister.DEBUG_RESUME);
        });
  }

  /**
   * Executes one instruction of one warp, all of its active lanes; every other warp stands. A warp
   * that waits for others stays where it is.
   *
   * @throws DebugException if the device is not halted or the warp is not active
   */
  public void step(int core, int warp) {
    gpu.exclusively(
        () -> {
          select(new Hart(core, warp, 0));
          acknowledge();
          write(HostRegister.DEBUG_CONTROL, HostRegister.DEBUG_STEP);
          int status = settle(HostRegister.DEBUG_BUSY, 0, "step");
          boolean halted = (status & HostRegister.DEBUG_HALTED) != 0;
          if (halted && (status & HostRegister.DEBUG_FAILED) == 0) {
            engine.takeConsole();
            acknowledge();
            return;
          }
          throw new DebugException(
              "core "
                  + core
                  + " warp "
                  + warp
                  + " cannot be stepped: "
                  + (halted ? "it is not active" : "the device is not halted"));
        });
  }

  /** What the device is doing. */
  public DebugState state() {
    return gpu.exclusively(() -> stateNow(engine.pending()));
  }

  /**
   * Lets the device work until it halts or the work ends.
   *
   * @return its state then, or {@link DebugState.Running} when the time is over
   */
  public DebugState await(Duration timeout) {
    return gpu.exclusively(
        () -> {
          gpu.startNext();
          return stateNow(engine.watch(timeout));
        });
  }

  private DebugState stateNow(int pending) {
    if ((pending & HostRegister.IRQ_FAULT) != 0) {
      // The fault has ended the work; registers are to be seen only on a halted device.
      haltNow();
      return new DebugState.Faulted(engine.faultRecord());
    }
    if (engine.idle() || (pending & (HostRegister.IRQ_DONE | HostRegister.IRQ_REFUSED)) != 0) {
      return new DebugState.Ended();
    }
    int status = read(HostRegister.DEBUG_STATUS);
    if ((status & HostRegister.DEBUG_HALTED) == 0) {
      return new DebugState.Running();
    }
    acknowledge();
    DebugState.Cause cause =
        switch (status >> 4 & 15) {
          case HostRegister.DEBUG_CAUSE_BREAKPOINT -> DebugState.Cause.BREAKPOINT;
          case HostRegister.DEBUG_CAUSE_STEP -> DebugState.Cause.STEP;
          case HostRegister.DEBUG_CAUSE_LAUNCH -> DebugState.Cause.LAUNCH;
          default -> DebugState.Cause.REQUEST;
        };
    return new DebugState.Halted(cause, status >> 16 & 0xff, status >> 8 & 0xff);
  }

  /** Ends all submitted work without waiting for it; the fences fail. The device is reset. */
  public void kill() {
    gpu.exclusively(gpu::abandon);
  }

  /** Takes the debugger's hands off: no breakpoints, no halt on launch, and the work goes on. */
  public void detach() {
    haltOnLaunch(false);
    for (int i = 0; i < HostRegister.BREAKPOINTS; i++) {
      clearBreakpoint(i);
    }
    resume();
  }

  // -------------------------------------------------------------- breakpoints

  /**
   * Arms a breakpoint: a warp halts the device before it executes the instruction there.
   *
   * @param index which, below {@link HostRegister#BREAKPOINTS}
   * @param address the instruction's, a multiple of 4
   */
  public void setBreakpoint(int index, long address) {
    if (address % 4 != 0 || address < 0 || address > 0xffff_ffffL) {
      throw new IllegalArgumentException(
          String.format("breakpoint address 0x%x is no multiple of 4 of 32 bits", address));
    }
    int offset = breakpoint(index);
    gpu.exclusively(
        () -> {
          transport.write32(offset, (int) address);
          transport.write32(offset + 4, 1);
        });
  }

  /** Disarms a breakpoint. */
  public void clearBreakpoint(int index) {
    int offset = breakpoint(index);
    gpu.exclusively(() -> transport.write32(offset + 4, 0));
  }

  private static int breakpoint(int index) {
    if (index < 0 || index >= HostRegister.BREAKPOINTS) {
      throw new IllegalArgumentException(
          "breakpoint " + index + ", the device has 0 to " + (HostRegister.BREAKPOINTS - 1));
    }
    return HostRegister.DEBUG_BREAKPOINT.offset() + index * HostRegister.BREAKPOINT_STRIDE;
  }

  // ------------------------------------------------------ registers and memory

  /** Cores, warps and lanes of the device. */
  public CoreShape shape() {
    return shape;
  }

  /** Mask of a core's active warps. */
  public int activeWarps(int core) {
    return gpu.exclusively(
        () -> {
          select(new Hart(core, 0, 0));
          return read(HostRegister.DEBUG_WARPS);
        });
  }

  /** Reads a register; one of a warp that is not active holds what it held last. */
  public int read(Hart hart, HartRegister register) {
    return gpu.exclusively(
        () -> {
          select(hart);
          if (!command(register.number())) {
            throw new DebugException(hart + ": " + register + " cannot be read");
          }
          return read(HostRegister.DEBUG_DATA);
        });
  }

  /** Reads a CSR. */
  public int read(Hart hart, Csr csr) {
    return read(hart, HartRegister.csr(csr));
  }

  /** Writes a register of an active warp; the PC and CSRs are those of all its lanes. */
  public void write(Hart hart, HartRegister register, int value) {
    gpu.exclusively(
        () -> {
          select(hart);
          write(HostRegister.DEBUG_DATA, value);
          if (!command(register.number() | HostRegister.DEBUG_WRITE)) {
            throw new DebugException(
                String.format("%s: %s cannot be set to 0x%x", hart, register, value));
          }
        });
  }

  /**
   * Reads memory as a core sees it, past the protection regions.
   *
   * @param address first address, unsigned 32-bit
   * @return the bytes up to the first one that is not mapped, at most {@code count}
   */
  public byte[] readMemory(int core, long address, int count) {
    byte[] bytes = new byte[count];
    return gpu.exclusively(
        () -> {
          select(new Hart(core, 0, 0));
          int done = 0;
          while (done < count) {
            int size = piece(address + done, count - done);
            if (size == 0 || !memory(address + done, size, 0)) {
              break;
            }
            int value = read(HostRegister.DEBUG_DATA);
            for (int i = 0; i < size; i++) {
              bytes[done++] = (byte) (value >>> 8 * i);
            }
          }
          return Arrays.copyOf(bytes, done);
        });
  }

  /**
   * Writes memory as a core sees it, past the protection regions; what is executed from it
   * afterwards is the new contents.
   *
   * @param address first address, unsigned 32-bit
   * @throws DebugException at the first address that is not mapped; those before have been written
   */
  public void writeMemory(int core, long address, byte[] bytes) {
    gpu.exclusively(
        () -> {
          select(new Hart(core, 0, 0));
          int done = 0;
          while (done < bytes.length) {
            int size = piece(address + done, bytes.length - done);
            int value = 0;
            for (int i = 0; i < size; i++) {
              value |= (bytes[done + i] & 0xff) << 8 * i;
            }
            write(HostRegister.DEBUG_DATA, value);
            if (size == 0 || !memory(address + done, size, HostRegister.DEBUG_WRITE)) {
              throw new DebugException(
                  String.format("address 0x%08x cannot be written", address + done));
            }
            done += size;
          }
        });
  }

  /** The largest naturally aligned access that begins an area; 0 beyond the address space. */
  private static int piece(long address, int count) {
    if (address < 0 || address > 0xffff_ffffL) {
      return 0;
    }
    return address % 4 == 0 && count >= 4 ? 4 : address % 2 == 0 && count >= 2 ? 2 : 1;
  }

  private boolean memory(long address, int size, int write) {
    write(HostRegister.DEBUG_ADDRESS, (int) address);
    return command(HostRegister.DEBUG_MEMORY + size / 2 | write);
  }

  // ---------------------------------------------------------------- registers

  private void select(Hart hart) {
    if (hart.core() < 0
        || hart.core() >= shape.cores()
        || hart.warp() < 0
        || hart.warp() >= shape.warps()
        || hart.lane() < 0
        || hart.lane() >= shape.lanes()) {
      throw new IllegalArgumentException(
          hart
              + " does not exist; the device has "
              + shape.cores()
              + " cores of "
              + shape.warps()
              + " warps of "
              + shape.lanes()
              + " lanes");
    }
    write(HostRegister.DEBUG_SELECT, hart.lane() | hart.warp() << 8 | hart.core() << 16);
  }

  /** Carries out a command; false if the device could not. */
  private boolean command(int command) {
    write(HostRegister.DEBUG_COMMAND, command);
    return (settle(HostRegister.DEBUG_BUSY, 0, "access") & HostRegister.DEBUG_FAILED) == 0;
  }

  /** Waits until the status bits of a mask have a value. */
  private int settle(int mask, int value, String what) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      int status = read(HostRegister.DEBUG_STATUS);
      if (status == -1) {
        throw engine.gone();
      }
      if ((status & mask) == value) {
        return status;
      }
      if (System.nanoTime() - deadline >= 0) {
        throw new DeviceLostException(
            String.format(
                "%s: the debug block has not ended a %s after %s, its status is 0x%x; reset the"
                    + " device",
                gpu.info().description(), what, PATIENCE, status));
      }
      transport.awaitInterrupt(SLICE_CYCLES, SLICE);
      // A store to a full console waits for the host, and the halt for the store.
      engine.takeConsole();
    }
  }

  private void acknowledge() {
    write(HostRegister.IRQ_STATUS, HostRegister.IRQ_HALTED);
  }

  private int read(HostRegister register) {
    return transport.read32(register.offset());
  }

  private void write(HostRegister register, int value) {
    transport.write32(register.offset(), value);
  }
}
