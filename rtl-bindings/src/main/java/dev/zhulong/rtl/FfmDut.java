package dev.zhulong.rtl;

import dev.zhulong.rtl.ffi.zl_dut_h;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Path;
import java.util.NoSuchElementException;

/** A design in a native library, through foreign functions. */
final class FfmDut implements DutFunctions {
  /** All memory of this process. */
  static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  private final Arena arena = Arena.ofShared();
  private final zl_dut_h functions;
  private final long stepAddress;
  private MemorySegment dut = MemorySegment.NULL;
  private long dutAddress;

  // Initial blocks, which the first evaluation runs, may read files.
  private boolean evaluated;
  private boolean tracing;

  FfmDut(Path library) {
    try {
      functions = new zl_dut_h(SymbolLookup.libraryLookup(library, arena));
      stepAddress = functions.stepAddress();
      requireVersion(functions.zl_dut_abi_version());
    } catch (RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  static void requireVersion(int version) {
    if (version != zl_dut_h.ZL_DUT_ABI_VERSION) {
      throw new NoSuchElementException(
          "it has interface version " + version + ", must be " + zl_dut_h.ZL_DUT_ABI_VERSION);
    }
  }

  static String string(MemorySegment text) {
    return text.reinterpret(Long.MAX_VALUE).getString(0);
  }

  @Override
  public String description() {
    return string(functions.zl_dut_description());
  }

  @Override
  public boolean create(int seed) {
    dut = functions.zl_dut_create(seed);
    dutAddress = dut.address();
    return !dut.equals(MemorySegment.NULL);
  }

  @Override
  public long port(int number) {
    return functions.zl_dut_port(dut, number).address();
  }

  @Override
  public MemorySegment at(long address, long bytes) {
    return MemorySegment.ofAddress(address).reinterpret(bytes, arena, null);
  }

  @Override
  public MemorySegment memory() {
    return MEMORY;
  }

  @Override
  public int eval() {
    if (evaluated && !tracing) {
      return functions.shortEval(dut);
    }
    evaluated = true;
    return functions.zl_dut_eval(dut);
  }

  @Override
  public int step(int clock, long cycles) {
    if (cycles == 1 && evaluated && !tracing) {
      return zl_dut_h.shortStep(stepAddress, dutAddress, clock, cycles);
    }
    evaluated |= cycles > 0;
    return functions.zl_dut_step(dut, clock, cycles);
  }

  @Override
  public int stepUntil(int clock, long cycles, int port, long value, boolean equal) {
    return functions.zl_dut_step_until(dut, clock, cycles, port, value, equal ? 1 : 0);
  }

  @Override
  public void advance(long units) {
    functions.zl_dut_advance(dut, units);
  }

  @Override
  public long time() {
    return functions.zl_dut_time(dut);
  }

  @Override
  public String text() {
    return string(functions.zl_dut_text(dut));
  }

  @Override
  public void forgetText() {
    functions.zl_dut_forget_text(dut);
  }

  @Override
  public String stopFile() {
    return string(functions.zl_dut_stop_file(dut));
  }

  @Override
  public int stopLine() {
    return functions.zl_dut_stop_line(dut);
  }

  @Override
  public int startTrace(String path) {
    tracing = true;
    try (Arena local = Arena.ofConfined()) {
      return functions.zl_dut_start_trace(dut, local.allocateFrom(path));
    }
  }

  @Override
  public void stopTrace() {
    functions.zl_dut_stop_trace(dut);
    tracing = false;
  }

  @Override
  public long buffer(long bytes) {
    return functions.zl_dut_buffer(dut, bytes).address();
  }

  @Override
  public long save() {
    return functions.zl_dut_save(dut);
  }

  @Override
  public int restore(long bytes) {
    return functions.zl_dut_restore(dut, bytes);
  }

  @Override
  public long signal() {
    return functions.zl_dut_signal(dut).address();
  }

  @Override
  public int writeCoverage(String path) {
    try (Arena local = Arena.ofConfined()) {
      return functions.zl_dut_write_coverage(dut, local.allocateFrom(path));
    }
  }

  @Override
  public void close() {
    functions.zl_dut_destroy(dut);
    arena.close();
  }
}
