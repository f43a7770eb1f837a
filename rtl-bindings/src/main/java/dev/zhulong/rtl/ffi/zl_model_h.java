package dev.zhulong.rtl.ffi;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * The functions of {@code zl_model.h}, in the shape that jextract gives a header, but bound to one
 * library an instance: several models, which are libraries with the same names in them, are open at
 * the same time. The header says what the functions do.
 */
public final class zl_model_h {
  /** {@code ZL_MODEL_ABI_VERSION}. */
  public static final int ZL_MODEL_ABI_VERSION = 5;

  /** {@code ZL_MODEL_INTERRUPT}. */
  public static final int ZL_MODEL_INTERRUPT = 0;

  /** {@code ZL_MODEL_CYCLES}. */
  public static final int ZL_MODEL_CYCLES = 1;

  /** {@code ZL_MODEL_DEADLINE}. */
  public static final int ZL_MODEL_DEADLINE = 2;

  /** {@code ZL_MODEL_STOPPED}. */
  public static final int ZL_MODEL_STOPPED = 3;

  /** {@code ZL_MODEL_IDLE}. */
  public static final int ZL_MODEL_IDLE = 4;

  /** {@code ZL_MODEL_TRACE_FULL}. */
  public static final int ZL_MODEL_TRACE_FULL = 5;

  /** {@code ZL_MODEL_FAILED}. */
  public static final int ZL_MODEL_FAILED = 6;

  private static final ValueLayout.OfInt C_INT = JAVA_INT;
  private static final ValueLayout.OfLong C_LONG_LONG = JAVA_LONG;

  // The first parameter of each handle is the function's address in a library.
  private static final MethodHandle INT_OF_NOTHING = handle(FunctionDescriptor.of(C_INT));
  private static final MethodHandle INT_OF_MODEL = handle(FunctionDescriptor.of(C_INT, ADDRESS));
  private static final MethodHandle LONG_OF_MODEL =
      handle(FunctionDescriptor.of(C_LONG_LONG, ADDRESS));
  private static final MethodHandle ADDRESS_OF_MODEL =
      handle(FunctionDescriptor.of(ADDRESS, ADDRESS));
  private static final MethodHandle VOID_OF_MODEL = handle(FunctionDescriptor.ofVoid(ADDRESS));
  private static final MethodHandle CREATE =
      handle(FunctionDescriptor.of(ADDRESS, ADDRESS, C_LONG_LONG));
  private static final MethodHandle READ32 = handle(FunctionDescriptor.of(C_INT, ADDRESS, C_INT));
  private static final MethodHandle WRITE32 =
      handle(FunctionDescriptor.ofVoid(ADDRESS, C_INT, C_INT));
  private static final MethodHandle SET_MEMORY =
      handle(FunctionDescriptor.ofVoid(ADDRESS, C_INT, C_INT, C_INT, C_LONG_LONG));
  private static final MethodHandle MAP_HOST =
      handle(FunctionDescriptor.ofVoid(ADDRESS, C_LONG_LONG, ADDRESS, C_LONG_LONG));
  private static final MethodHandle UNMAP_HOST =
      handle(FunctionDescriptor.of(C_INT, ADDRESS, C_LONG_LONG));
  private static final MethodHandle HOLD_MEMORY = handle(FunctionDescriptor.ofVoid(ADDRESS, C_INT));
  private static final MethodHandle SELECT_MUTANT =
      handle(FunctionDescriptor.of(C_INT, ADDRESS, C_INT));
  private static final MethodHandle WRITE_COVERAGE =
      handle(FunctionDescriptor.of(C_INT, ADDRESS, ADDRESS));
  private static final MethodHandle RUN =
      handle(FunctionDescriptor.of(C_INT, ADDRESS, C_LONG_LONG, C_LONG_LONG));
  private static final MethodHandle TRACE =
      handle(FunctionDescriptor.of(C_INT, ADDRESS, ADDRESS, C_LONG_LONG));

  private static final MethodHandle OPEN_WAVE =
      handle(FunctionDescriptor.of(C_INT, ADDRESS, ADDRESS, C_LONG_LONG, C_LONG_LONG));

  private final MemorySegment abiVersion;
  private final MemorySegment create;
  private final MemorySegment destroy;
  private final MemorySegment read32;
  private final MemorySegment write32;
  private final MemorySegment setMemory;
  private final MemorySegment mapHost;
  private final MemorySegment unmapHost;
  private final MemorySegment holdMemory;
  private final MemorySegment run;
  private final MemorySegment stop;
  private final MemorySegment cycles;
  private final MemorySegment interrupt;
  private final MemorySegment failure;
  private final MemorySegment checked;
  private final MemorySegment trace;
  private final MemorySegment traceCount;
  private final MemorySegment traceWords;
  private final MemorySegment lanes;
  private final MemorySegment openWave;
  private final MemorySegment closeWave;
  private final MemorySegment selectMutant;
  private final MemorySegment writeCoverage;

  /**
   * Binds a library.
   *
   * @throws java.util.NoSuchElementException if it lacks one of the functions
   */
  public zl_model_h(SymbolLookup library) {
    abiVersion = library.findOrThrow("zl_model_abi_version");
    create = library.findOrThrow("zl_model_create");
    destroy = library.findOrThrow("zl_model_destroy");
    read32 = library.findOrThrow("zl_model_read32");
    write32 = library.findOrThrow("zl_model_write32");
    setMemory = library.findOrThrow("zl_model_set_memory");
    mapHost = library.findOrThrow("zl_model_map_host");
    unmapHost = library.findOrThrow("zl_model_unmap_host");
    holdMemory = library.findOrThrow("zl_model_hold_memory");
    run = library.findOrThrow("zl_model_run");
    stop = library.findOrThrow("zl_model_stop");
    cycles = library.findOrThrow("zl_model_cycles");
    interrupt = library.findOrThrow("zl_model_interrupt");
    failure = library.findOrThrow("zl_model_failure");
    checked = library.findOrThrow("zl_model_checked");
    trace = library.findOrThrow("zl_model_trace");
    traceCount = library.findOrThrow("zl_model_trace_count");
    traceWords = library.findOrThrow("zl_model_trace_words");
    lanes = library.findOrThrow("zl_model_lanes");
    openWave = library.findOrThrow("zl_model_open_wave");
    closeWave = library.findOrThrow("zl_model_close_wave");
    selectMutant = library.findOrThrow("zl_model_select_mutant");
    writeCoverage = library.findOrThrow("zl_model_write_coverage");
  }

  private static MethodHandle handle(FunctionDescriptor descriptor) {
    return Linker.nativeLinker().downcallHandle(descriptor);
  }

  /** {@code uint32_t zl_model_abi_version(void)}. */
  public int zl_model_abi_version() {
    return intOfNothing(abiVersion);
  }

  /** {@code zl_model *zl_model_create(void *memory, uint64_t bytes)}. */
  public MemorySegment zl_model_create(MemorySegment memory, long bytes) {
    try {
      return (MemorySegment) CREATE.invokeExact(create, memory, bytes);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  /** {@code void zl_model_destroy(zl_model *model)}. */
  public void zl_model_destroy(MemorySegment model) {
    voidOfModel(destroy, model);
  }

  /** {@code uint32_t zl_model_read32(zl_model *model, uint32_t offset)}. */
  public int zl_model_read32(MemorySegment model, int offset) {
    try {
      return (int) READ32.invokeExact(read32, model, offset);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  /** {@code void zl_model_write32(zl_model *model, uint32_t offset, uint32_t value)}. */
  public void zl_model_write32(MemorySegment model, int offset, int value) {
    try {
      WRITE32.invokeExact(write32, model, offset, value);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  /**
   * {@code void zl_model_set_memory(zl_model *model, uint32_t latency, uint32_t cycles_per_line,
   * uint32_t jitter, uint64_t seed)}.
   */
  public void zl_model_set_memory(
      MemorySegment model, int latency, int cyclesPerLine, int jitter, long seed) {
    try {
      SET_MEMORY.invokeExact(setMemory, model, latency, cyclesPerLine, jitter, seed);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  /**
   * {@code void zl_model_map_host(zl_model *model, uint64_t address, void *bytes, uint64_t size)}.
   */
  public void zl_model_map_host(MemorySegment model, long address, MemorySegment bytes, long size) {
    try {
      MAP_HOST.invokeExact(mapHost, model, address, bytes, size);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  /** {@code int32_t zl_model_unmap_host(zl_model *model, uint64_t address)}. */
  public int zl_model_unmap_host(MemorySegment model, long address) {
    try {
      return (int) UNMAP_HOST.invokeExact(unmapHost, model, address);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  /** {@code void zl_model_hold_memory(zl_model *model, int32_t held)}. */
  public void zl_model_hold_memory(MemorySegment model, int held) {
    try {
      HOLD_MEMORY.invokeExact(holdMemory, model, held);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  /** {@code int32_t zl_model_run(zl_model *model, uint64_t cycles, uint64_t nanoseconds)}. */
  public int zl_model_run(MemorySegment model, long maxCycles, long maxNanoseconds) {
    try {
      return (int) RUN.invokeExact(run, model, maxCycles, maxNanoseconds);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  /** {@code void zl_model_stop(zl_model *model)}. */
  public void zl_model_stop(MemorySegment model) {
    voidOfModel(stop, model);
  }

  /** {@code uint64_t zl_model_cycles(const zl_model *model)}. */
  public long zl_model_cycles(MemorySegment model) {
    return longOfModel(cycles, model);
  }

  /** {@code int32_t zl_model_interrupt(const zl_model *model)}. */
  public int zl_model_interrupt(MemorySegment model) {
    try {
      return (int) INT_OF_MODEL.invokeExact(interrupt, model);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  /** {@code const char *zl_model_failure(const zl_model *model)}. */
  public MemorySegment zl_model_failure(MemorySegment model) {
    try {
      return (MemorySegment) ADDRESS_OF_MODEL.invokeExact(failure, model);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  /** {@code int32_t zl_model_checked(void)}. */
  public int zl_model_checked() {
    return intOfNothing(checked);
  }

  /** {@code int32_t zl_model_trace(zl_model *model, uint32_t *records, uint64_t capacity)}. */
  public int zl_model_trace(MemorySegment model, MemorySegment records, long capacity) {
    try {
      return (int) TRACE.invokeExact(trace, model, records, capacity);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  /** {@code uint64_t zl_model_trace_count(const zl_model *model)}. */
  public long zl_model_trace_count(MemorySegment model) {
    return longOfModel(traceCount, model);
  }

  /** {@code uint32_t zl_model_trace_words(void)}. */
  public int zl_model_trace_words() {
    return intOfNothing(traceWords);
  }

  /** {@code uint32_t zl_model_lanes(void)}. */
  public int zl_model_lanes() {
    return intOfNothing(lanes);
  }

  /**
   * {@code int32_t zl_model_open_wave(zl_model *model, const char *path, uint64_t from, uint64_t
   * to)}.
   */
  public int zl_model_open_wave(MemorySegment model, MemorySegment path, long from, long to) {
    try {
      return (int) OPEN_WAVE.invokeExact(openWave, model, path, from, to);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  /** {@code void zl_model_close_wave(zl_model *model)}. */
  public void zl_model_close_wave(MemorySegment model) {
    voidOfModel(closeWave, model);
  }

  /** {@code int32_t zl_model_select_mutant(zl_model *model, uint32_t mutant)}. */
  public int zl_model_select_mutant(MemorySegment model, int mutant) {
    try {
      return (int) SELECT_MUTANT.invokeExact(selectMutant, model, mutant);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  /** {@code int32_t zl_model_write_coverage(zl_model *model, const char *path)}. */
  public int zl_model_write_coverage(MemorySegment model, MemorySegment path) {
    try {
      return (int) WRITE_COVERAGE.invokeExact(writeCoverage, model, path);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  private static int intOfNothing(MemorySegment function) {
    try {
      return (int) INT_OF_NOTHING.invokeExact(function);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  private static long longOfModel(MemorySegment function, MemorySegment model) {
    try {
      return (long) LONG_OF_MODEL.invokeExact(function, model);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  private static void voidOfModel(MemorySegment function, MemorySegment model) {
    try {
      VOID_OF_MODEL.invokeExact(function, model);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  private static AssertionError unexpected(Throwable t) {
    return new AssertionError("a C function does not throw", t);
  }
}
