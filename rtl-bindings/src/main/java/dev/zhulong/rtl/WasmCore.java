package dev.zhulong.rtl;

import com.dylibso.chicory.runtime.ExportFunction;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.WasmFunctionHandle;
import dev.zhulong.rtl.ffi.zl_model_h;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The core in WebAssembly. The device memory stays outside: the model asks for a line at a time.
 */
final class WasmCore implements CoreFunctions {
  private static final int LINE_BYTES = 64;
  private static final int NOT_BUILT = -1;
  // Time and stop are looked at between calls.
  private static final long CYCLES_OF_A_CALL = 4096;

  private final WasmProgram program;
  private final ExportFunction run;
  private final ExportFunction cycles;
  private final long model;
  private final NavigableMap<Long, MemorySegment> host = new TreeMap<>(Long::compareUnsigned);
  private volatile boolean stop;

  /**
   * A core of its own.
   *
   * @param start makes an instance with the functions that the core calls
   */
  WasmCore(Function<Map<String, WasmFunctionHandle>, WasmProgram> start, MemorySegment memory) {
    program =
        start.apply(
            Map.of(
                "read_line",
                (caller, a) -> readLine(memory, caller, a),
                "write_line",
                (caller, a) -> writeLine(memory, caller, a),
                "read_host_line",
                this::readHostLine,
                "write_host_line",
                this::writeHostLine));
    FfmCore.requireVersion((int) call("abi_version"));
    run = function("run");
    cycles = function("cycles");
    model = call("create", 0, memory.byteSize());
    FfmCore.requireMemory(model);
  }

  private static long[] readLine(MemorySegment memory, Instance caller, long[] a) {
    ((WasmMemory) caller.memory()).copyIn(memory, a[0], (int) a[1], LINE_BYTES);
    return WasmProgram.nothing();
  }

  private static long[] writeLine(MemorySegment memory, Instance caller, long[] a) {
    WasmMemory own = (WasmMemory) caller.memory();
    long strobe = a[2];
    if (strobe == -1) {
      own.copyOut((int) a[1], memory, a[0], LINE_BYTES);
      return WasmProgram.nothing();
    }
    for (long left = strobe; left != 0; left &= left - 1) {
      int at = Long.numberOfTrailingZeros(left);
      memory.set(ValueLayout.JAVA_BYTE, a[0] + at, own.read((int) a[1] + at));
    }
    return WasmProgram.nothing();
  }

  /** From the line on, or null where the host has mapped nothing. */
  private MemorySegment hostLine(long address) {
    Map.Entry<Long, MemorySegment> window = host.floorEntry(address);
    if (window == null) {
      return null;
    }
    long at = address - window.getKey();
    long size = window.getValue().byteSize();
    return at >= 0 && at <= size - LINE_BYTES ? window.getValue().asSlice(at, LINE_BYTES) : null;
  }

  private long[] readHostLine(Instance caller, long... a) {
    MemorySegment line = hostLine(a[0]);
    if (line != null) {
      readLine(line, caller, new long[] {0, a[1]});
    }
    return new long[] {line == null ? 0 : 1};
  }

  private long[] writeHostLine(Instance caller, long... a) {
    MemorySegment line = hostLine(a[0]);
    if (line != null) {
      writeLine(line, caller, new long[] {0, a[1], a[2]});
    }
    return new long[] {line == null ? 0 : 1};
  }

  private ExportFunction function(String name) {
    return program.function("zl_model_" + name);
  }

  private long call(String name, long... arguments) {
    return WasmProgram.first(function(name).apply(arguments));
  }

  @Override
  public int read32(int offset) {
    return (int) call("read32", model, offset);
  }

  @Override
  public void write32(int offset, int value) {
    call("write32", model, offset, value);
  }

  @Override
  public void setMemory(MemoryTiming timing) {
    call(
        "set_memory",
        model,
        timing.latency(),
        timing.cyclesPerLine(),
        timing.jitter(),
        timing.seed());
  }

  @Override
  public void mapHost(long address, MemorySegment bytes) {
    host.put(address, bytes);
  }

  @Override
  public void unmapHost(long address) {
    host.remove(address);
  }

  @Override
  public void holdMemory(boolean held) {
    call("hold_memory", model, held ? 1 : 0);
  }

  @Override
  public int run(long maxCycles, long maxNanoseconds) {
    final long start = System.nanoTime();
    long left = maxCycles;
    while (true) {
      long most = Math.min(left, CYCLES_OF_A_CALL);
      int reason = (int) run.apply(model, most, 0)[0];
      left -= most;
      if (reason != zl_model_h.ZL_MODEL_CYCLES || left == 0) {
        return reason;
      }
      if (stop) {
        stop = false;
        return zl_model_h.ZL_MODEL_STOPPED;
      }
      if (System.nanoTime() - start >= maxNanoseconds) {
        return zl_model_h.ZL_MODEL_DEADLINE;
      }
    }
  }

  @Override
  public void stop() {
    stop = true;
  }

  @Override
  public long cycles() {
    return cycles.apply(model)[0];
  }

  @Override
  public boolean interrupt() {
    return call("interrupt", model) != 0;
  }

  @Override
  public String failure() {
    return program.string(call("failure", model));
  }

  @Override
  public boolean checked() {
    return call("checked") != 0;
  }

  @Override
  public int lanes() {
    return (int) call("lanes");
  }

  @Override
  public int traceWords() {
    return (int) call("trace_words");
  }

  @Override
  public int trace(MemorySegment records, long capacity) {
    return NOT_BUILT;
  }

  @Override
  public long traceCount() {
    return 0;
  }

  @Override
  public int openWave(String path, WaveWindow window) {
    return NOT_BUILT;
  }

  @Override
  public int selectMutant(int number) {
    return (int) call("select_mutant", model, number);
  }

  @Override
  public int writeCoverage(String path) {
    return NOT_BUILT;
  }

  @Override
  public void close() {
    call("destroy", model);
  }
}
