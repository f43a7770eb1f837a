package dev.zhulong.rtl;

import dev.zhulong.rtl.ffi.zl_model_h;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The verilated core with a clock and an AXI4 memory. Time passes only inside {@link #run} and the
 * register accesses; one native call runs many cycles.
 *
 * <p>A model is used by one thread at a time; only {@link #stop} may come from another one, and not
 * at the same time as {@link #close}.
 */
public final class CycleModel implements AutoCloseable {
  private static final StopReason[] REASONS = {
    StopReason.INTERRUPT,
    StopReason.CYCLES,
    StopReason.DEADLINE,
    StopReason.STOPPED,
    StopReason.IDLE,
    StopReason.TRACE_FULL
  };

  private final CoreFunctions functions;

  /** Parts of host memory that are mapped: address to size. */
  private final NavigableMap<Long, Long> host = new TreeMap<>();

  private boolean closed;

  private CycleModel(CoreFunctions functions) {
    this.functions = functions;
  }

  /**
   * Loads a library made by {@link ModelBuilder} and resets the device in it.
   *
   * @param memory native segment of device memory from address 0 on, a multiple of 64 bytes, at
   *     most 4 GiB; must outlive the model
   * @throws ModelUnavailableException if the library cannot be loaded
   */
  public static CycleModel open(Path library, MemorySegment memory) {
    return open(library, Backend.FFM, memory);
  }

  /**
   * As {@link #open(Path, MemorySegment)}, by a back end.
   *
   * @param library made by {@link ModelBuilder} for the same back end
   */
  public static CycleModel open(Path library, Backend backend, MemorySegment memory) {
    requireMemory(memory);
    try {
      return new CycleModel(
          switch (backend) {
            case FFM -> new FfmCore(library, memory);
            case JNI -> new JniCore(ModelBuilder.standard().jniBridge(), library, memory);
            case WASM -> new WasmCore(imports -> WasmProgram.load(library, imports), memory);
          });
    } catch (IllegalArgumentException | NoSuchElementException e) {
      throw new ModelUnavailableException(
          "the cycle model "
              + library
              + " cannot be loaded: "
              + e.getMessage()
              + "; delete it to have it built again",
          e);
    }
  }

  /**
   * The core of {@link BundledCore#CONFIGURATION} that travels with these classes: it needs neither
   * Verilator nor a C++ compiler.
   *
   * @param memory as for {@link #open(Path, MemorySegment)}
   */
  public static CycleModel bundled(MemorySegment memory) {
    requireMemory(memory);
    return new CycleModel(new WasmCore(BundledCore::start, memory));
  }

  private static void requireMemory(MemorySegment memory) {
    if (!memory.isNative() || memory.byteSize() % 64 != 0 || memory.byteSize() > 1L << 32) {
      throw new IllegalArgumentException(
          "device memory of "
              + memory.byteSize()
              + " bytes must be native, a multiple of 64 bytes, and at most 4 GiB");
    }
  }

  /** One AXI4-Lite read of a host register; all-ones when the device does not answer. */
  public int read32(int offset) {
    return functions().read32(offset);
  }

  /** One AXI4-Lite write of a host register. */
  public void write32(int offset, int value) {
    functions().write32(offset, value);
  }

  /** Sets the timing of the memory, from the next request on. */
  public void setMemoryTiming(MemoryTiming timing) {
    functions().setMemory(timing);
  }

  /**
   * Lets the device's copies reach a part of the host's memory; elsewhere they end in an error.
   *
   * @param address what the device calls it, a multiple of 64
   * @param memory native, a multiple of 64 bytes; must outlive the mapping
   * @throws IllegalArgumentException if it meets another part that is mapped
   */
  public void mapHost(long address, MemorySegment memory) {
    long size = memory.byteSize();
    if (!memory.isNative() || (address | size) % 64 != 0 || size == 0 || address + size - 1 < 0) {
      throw new IllegalArgumentException(
          "host memory of "
              + size
              + " bytes at 0x"
              + Long.toHexString(address)
              + " must be native, of whole lines of 64 bytes, and end by 2^63");
    }
    Map.Entry<Long, Long> before = host.lowerEntry(address + size);
    if (before != null && before.getKey() + before.getValue() > address) {
      throw new IllegalArgumentException(
          "host memory is mapped already at 0x" + Long.toHexString(before.getKey()));
    }
    functions().mapHost(address, memory);
    host.put(address, size);
  }

  /**
   * Takes a part of the host's memory back, when no copy uses it.
   *
   * @param address at which it was mapped
   */
  public void unmapHost(long address) {
    if (host.remove(address) == null) {
      throw new IllegalArgumentException(
          "no host memory is mapped at 0x" + Long.toHexString(address));
    }
    functions().unmapHost(address);
  }

  /**
   * Lets the memory neither accept nor answer anything until it is released; for test benches. What
   * was in flight is answered late, not lost.
   */
  public void holdMemory(boolean held) {
    functions().holdMemory(held);
  }

  /**
   * Runs until an event.
   *
   * @param maxCycles most cycles, 0 or more
   * @param timeout most wall-clock time; zero is no time at all
   * @throws IllegalStateException if the model itself breaks: a failed assertion of the RTL
   */
  public StopReason run(long maxCycles, Duration timeout) {
    if (maxCycles < 0 || timeout.isNegative()) {
      throw new IllegalArgumentException(
          "cycles " + maxCycles + " and timeout " + timeout + " must not be negative");
    }
    // To the C function zero means no limit.
    long nanoseconds = Math.max(1, saturatedNanoseconds(timeout));
    int reason = functions().run(maxCycles, nanoseconds);
    if (reason == zl_model_h.ZL_MODEL_FAILED) {
      throw new IllegalStateException("the cycle model broke: " + failure().orElse("no reason"));
    }
    return REASONS[reason];
  }

  private static long saturatedNanoseconds(Duration timeout) {
    // Far enough below 2^63 that adding the clock's present value cannot wrap.
    long most = Long.MAX_VALUE / 4;
    return timeout.compareTo(Duration.ofNanos(most)) > 0 ? most : timeout.toNanos();
  }

  /** Makes a running {@link #run} return soon, or the next one at once. Any thread. */
  public void stop() {
    functions().stop();
  }

  /** Clock cycles since the model was opened. */
  public long cycles() {
    return functions().cycles();
  }

  /** Whether the interrupt line is high. */
  public boolean interrupt() {
    return functions().interrupt();
  }

  /** What broke inside of the model, if anything has. */
  public Optional<String> failure() {
    String text = functions().failure().strip();
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  /** Whether assertions are on and the retire trace is there. */
  public boolean checked() {
    return functions.checked();
  }

  /** Lanes of a warp. */
  public int lanes() {
    return functions.lanes();
  }

  /** 32-bit words of a trace record; {@code zl_model.h} lays them out. */
  public int traceWords() {
    return functions.traceWords();
  }

  /**
   * Turns the retire trace on: every {@link #run} from now on writes its records from the start of
   * the buffer on, and returns {@link StopReason#TRACE_FULL} when it has no room for the next one.
   *
   * @param records native buffer, used until tracing is turned off or the model is closed
   * @throws IllegalStateException if the model is not a checked one
   */
  public void startTrace(MemorySegment records) {
    long capacity = records.byteSize() / (traceWords() * ValueLayout.JAVA_INT.byteSize());
    if (!records.isNative() || capacity == 0) {
      throw new IllegalArgumentException(
          "a trace buffer of "
              + records.byteSize()
              + " bytes must be native and hold a record of "
              + traceWords()
              + " words");
    }
    if (functions().trace(records, capacity) != 0) {
      throw new IllegalStateException(
          "this model has no retire trace; build it with ModelConfiguration.withChecks()");
    }
  }

  /** Turns the retire trace off. */
  public void stopTrace() {
    functions().trace(MemorySegment.NULL, 0);
  }

  /** Records that the last {@link #run} wrote. */
  public long traceCount() {
    return functions().traceCount();
  }

  /**
   * Writes the signals of the device to a file until the model is closed.
   *
   * @param file in GTKWave's FST format, or as VCD where its name ends in {@code .vcd}
   * @param window cycles that are written
   * @throws IllegalStateException if the model was built without {@link
   *     Instrumentation#waveforms()}, or the file cannot be written
   */
  public void openWave(Path file, WaveWindow window) {
    int status = functions().openWave(file.toString(), window);
    if (status < 0) {
      throw new IllegalStateException(
          "this model cannot write waveforms; build it with Instrumentation.waveforms()");
    }
    if (status > 0) {
      throw new IllegalStateException("the waveform file " + file + " cannot be written");
    }
  }

  /**
   * Makes one of a mutated build's deliberate bugs take effect; for test benches of test benches.
   *
   * @param number of the mutation in the list that the model was built with, from 1; 0 for none
   * @throws IllegalStateException if the model was built without mutations
   */
  public void selectMutant(int number) {
    if (functions().selectMutant(number) != 0) {
      throw new IllegalStateException(
          "this model has no mutations; build it with Instrumentation.mutations()");
    }
  }

  /**
   * Writes how often each line of the SystemVerilog has run since the model was opened.
   *
   * @param data file in Verilator's format, which {@link LineCoverage} reads
   * @throws IllegalStateException if the model was built without line coverage
   */
  public void writeCoverage(Path data) {
    if (functions().writeCoverage(data.toString()) != 0) {
      throw new IllegalStateException(
          "this model counts no lines; build it with Instrumentation.lineCoverage()");
    }
  }

  private CoreFunctions functions() {
    if (closed) {
      throw new IllegalStateException("the cycle model is closed");
    }
    return functions;
  }

  /** Frees the model and unloads the library. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      functions.close();
    }
  }
}
