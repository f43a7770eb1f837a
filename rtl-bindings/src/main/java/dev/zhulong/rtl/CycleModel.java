package dev.zhulong.rtl;

import dev.zhulong.rtl.ffi.zl_model_h;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.NoSuchElementException;
import java.util.Optional;

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

  private final Arena library;
  private final zl_model_h functions;
  private final MemorySegment model;
  private boolean closed;

  private CycleModel(Arena library, zl_model_h functions, MemorySegment model) {
    this.library = library;
    this.functions = functions;
    this.model = model;
  }

  /**
   * Loads a library made by {@link ModelBuilder} and resets the device in it.
   *
   * @param memory native segment of device memory from address 0 on, a multiple of 64 bytes, at
   *     most 4 GiB; must outlive the model
   * @throws ModelUnavailableException if the library cannot be loaded
   */
  public static CycleModel open(Path library, MemorySegment memory) {
    if (!memory.isNative() || memory.byteSize() % 64 != 0 || memory.byteSize() > 1L << 32) {
      throw new IllegalArgumentException(
          "device memory of "
              + memory.byteSize()
              + " bytes must be native, a multiple of 64 bytes, and at most 4 GiB");
    }
    Arena arena = Arena.ofShared();
    try {
      zl_model_h functions = new zl_model_h(SymbolLookup.libraryLookup(library, arena));
      int version = functions.zl_model_abi_version();
      if (version != zl_model_h.ZL_MODEL_ABI_VERSION) {
        throw new ModelUnavailableException(
            library
                + " has interface version "
                + version
                + ", must be "
                + zl_model_h.ZL_MODEL_ABI_VERSION
                + "; delete it to have it built again");
      }
      MemorySegment model = functions.zl_model_create(memory, memory.byteSize());
      if (model.equals(MemorySegment.NULL)) {
        throw new ModelUnavailableException("the host has no memory left for a cycle model");
      }
      return new CycleModel(arena, functions, model);
    } catch (IllegalArgumentException | NoSuchElementException e) {
      arena.close();
      throw new ModelUnavailableException(
          "the cycle model "
              + library
              + " cannot be loaded: "
              + e.getMessage()
              + "; delete it to have it built again",
          e);
    } catch (RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  /** One AXI4-Lite read of a host register; all-ones when the device does not answer. */
  public int read32(int offset) {
    return functions.zl_model_read32(model(), offset);
  }

  /** One AXI4-Lite write of a host register. */
  public void write32(int offset, int value) {
    functions.zl_model_write32(model(), offset, value);
  }

  /** Sets the timing of the memory, from the next request on. */
  public void setMemoryTiming(MemoryTiming timing) {
    functions.zl_model_set_memory(
        model(), timing.latency(), timing.cyclesPerLine(), timing.jitter(), timing.seed());
  }

  /**
   * Lets the memory neither accept nor answer anything until it is released; for test benches. What
   * was in flight is answered late, not lost.
   */
  public void holdMemory(boolean held) {
    functions.zl_model_hold_memory(model(), held ? 1 : 0);
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
    int reason = functions.zl_model_run(model(), maxCycles, nanoseconds);
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
    functions.zl_model_stop(model());
  }

  /** Clock cycles since the model was opened. */
  public long cycles() {
    return functions.zl_model_cycles(model());
  }

  /** Whether the interrupt line is high. */
  public boolean interrupt() {
    return functions.zl_model_interrupt(model()) != 0;
  }

  /** What broke inside of the model, if anything has. */
  public Optional<String> failure() {
    String text =
        functions.zl_model_failure(model()).reinterpret(Long.MAX_VALUE).getString(0).strip();
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  /** Whether assertions are on and the retire trace is there. */
  public boolean checked() {
    return functions.zl_model_checked() != 0;
  }

  /** Lanes of a warp. */
  public int lanes() {
    return functions.zl_model_lanes();
  }

  /** 32-bit words of a trace record; {@code zl_model.h} lays them out. */
  public int traceWords() {
    return functions.zl_model_trace_words();
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
    if (functions.zl_model_trace(model(), records, capacity) != 0) {
      throw new IllegalStateException(
          "this model has no retire trace; build it with ModelConfiguration.withChecks()");
    }
  }

  /** Turns the retire trace off. */
  public void stopTrace() {
    functions.zl_model_trace(model(), MemorySegment.NULL, 0);
  }

  /** Records that the last {@link #run} wrote. */
  public long traceCount() {
    return functions.zl_model_trace_count(model());
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
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment path = arena.allocateFrom(file.toString());
      int status = functions.zl_model_open_wave(model(), path, window.from(), window.to());
      if (status < 0) {
        throw new IllegalStateException(
            "this model cannot write waveforms; build it with Instrumentation.waveforms()");
      }
      if (status > 0) {
        throw new IllegalStateException("the waveform file " + file + " cannot be written");
      }
    }
  }

  /**
   * Makes one of a mutated build's deliberate bugs take effect; for test benches of test benches.
   *
   * @param number of the mutation in the list that the model was built with, from 1; 0 for none
   * @throws IllegalStateException if the model was built without mutations
   */
  public void selectMutant(int number) {
    if (functions.zl_model_select_mutant(model(), number) != 0) {
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
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment path = arena.allocateFrom(data.toString());
      if (functions.zl_model_write_coverage(model(), path) != 0) {
        throw new IllegalStateException(
            "this model counts no lines; build it with Instrumentation.lineCoverage()");
      }
    }
  }

  private MemorySegment model() {
    if (closed) {
      throw new IllegalStateException("the cycle model is closed");
    }
    return model;
  }

  /** Frees the model and unloads the library. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      functions.zl_model_destroy(model);
      library.close();
    }
  }
}
