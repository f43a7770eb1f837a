package dev.zhulong.rtl.ffi;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/**
 * The functions of {@code zl_dut.h}, in the shape that jextract gives a header, but bound to one
 * library an instance: every design is a library with the same names in it. The header says what
 * the functions do.
 */
public final class zl_dut_h {
  /** {@code ZL_DUT_ABI_VERSION}. */
  public static final int ZL_DUT_ABI_VERSION = 2;

  /** {@code ZL_DUT_RUNNING}. */
  public static final int ZL_DUT_RUNNING = 0;

  /** {@code ZL_DUT_MET}. */
  public static final int ZL_DUT_MET = 1;

  /** {@code ZL_DUT_FINISHED}. */
  public static final int ZL_DUT_FINISHED = 2;

  /** {@code ZL_DUT_FAILED}. */
  public static final int ZL_DUT_FAILED = 3;

  // The first parameter of each handle is the function's address in a library.
  private static final MethodHandle INT_OF_NOTHING = handle(FunctionDescriptor.of(JAVA_INT));
  private static final MethodHandle ADDRESS_OF_NOTHING = handle(FunctionDescriptor.of(ADDRESS));
  private static final MethodHandle CREATE = handle(FunctionDescriptor.of(ADDRESS, JAVA_INT));
  private static final MethodHandle PORT =
      handle(FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_INT));
  private static final MethodHandle INT_OF_DUT = handle(FunctionDescriptor.of(JAVA_INT, ADDRESS));
  private static final MethodHandle LONG_OF_DUT = handle(FunctionDescriptor.of(JAVA_LONG, ADDRESS));
  private static final MethodHandle ADDRESS_OF_DUT =
      handle(FunctionDescriptor.of(ADDRESS, ADDRESS));
  private static final MethodHandle VOID_OF_DUT = handle(FunctionDescriptor.ofVoid(ADDRESS));
  private static final MethodHandle STEP =
      handle(FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_LONG));
  // Without the JVM's transition of the thread, whose fence waits for all that the model has
  // stored.
  private static final MethodHandle SHORT_EVAL =
      shortHandle(FunctionDescriptor.of(JAVA_INT, ADDRESS));
  private static final MethodHandle SHORT_STEP =
      shortHandle(FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_LONG));
  private static final MethodHandle STEP_UNTIL =
      handle(
          FunctionDescriptor.of(
              JAVA_INT, ADDRESS, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT));
  private static final MethodHandle ADVANCE = handle(FunctionDescriptor.ofVoid(ADDRESS, JAVA_LONG));
  private static final MethodHandle INT_OF_DUT_AND_TEXT =
      handle(FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
  private static final MethodHandle BUFFER =
      handle(FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_LONG));
  private static final MethodHandle RESTORE =
      handle(FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG));

  private final MemorySegment abiVersion;
  private final MemorySegment description;
  private final MemorySegment create;
  private final MemorySegment destroy;
  private final MemorySegment port;
  private final MemorySegment eval;
  private final MemorySegment step;
  private final MemorySegment stepUntil;
  private final MemorySegment advance;
  private final MemorySegment time;
  private final MemorySegment text;
  private final MemorySegment forgetText;
  private final MemorySegment stopFile;
  private final MemorySegment stopLine;
  private final MemorySegment startTrace;
  private final MemorySegment stopTrace;
  private final MemorySegment buffer;
  private final MemorySegment save;
  private final MemorySegment restore;
  private final MemorySegment signal;
  private final MemorySegment writeCoverage;

  /**
   * Binds a library.
   *
   * @throws java.util.NoSuchElementException if it lacks one of the functions
   */
  public zl_dut_h(SymbolLookup library) {
    abiVersion = function(library, "zl_dut_abi_version");
    description = function(library, "zl_dut_description");
    create = function(library, "zl_dut_create");
    destroy = function(library, "zl_dut_destroy");
    port = function(library, "zl_dut_port");
    eval = function(library, "zl_dut_eval");
    step = function(library, "zl_dut_step");
    stepUntil = function(library, "zl_dut_step_until");
    advance = function(library, "zl_dut_advance");
    time = function(library, "zl_dut_time");
    text = function(library, "zl_dut_text");
    forgetText = function(library, "zl_dut_forget_text");
    stopFile = function(library, "zl_dut_stop_file");
    stopLine = function(library, "zl_dut_stop_line");
    startTrace = function(library, "zl_dut_start_trace");
    stopTrace = function(library, "zl_dut_stop_trace");
    buffer = function(library, "zl_dut_buffer");
    save = function(library, "zl_dut_save");
    restore = function(library, "zl_dut_restore");
    signal = function(library, "zl_dut_signal");
    writeCoverage = function(library, "zl_dut_write_coverage");
  }

  // A call holds on to the arena of every segment that it is given, at the price of two atomic
  // operations. An address of its own has none, and whoever has this object has the library open.
  private static MemorySegment function(SymbolLookup library, String name) {
    return MemorySegment.ofAddress(library.findOrThrow(name).address());
  }

  private static MethodHandle handle(FunctionDescriptor descriptor) {
    return Linker.nativeLinker().downcallHandle(descriptor);
  }

  private static MethodHandle shortHandle(FunctionDescriptor descriptor) {
    return Linker.nativeLinker().downcallHandle(descriptor, Linker.Option.critical(false));
  }

  /** {@code uint32_t zl_dut_abi_version(void)}. */
  public int zl_dut_abi_version() {
    try {
      return (int) INT_OF_NOTHING.invokeExact(abiVersion);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  /** {@code const char *zl_dut_description(void)}. */
  public MemorySegment zl_dut_description() {
    try {
      return (MemorySegment) ADDRESS_OF_NOTHING.invokeExact(description);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  /** {@code zl_dut *zl_dut_create(uint32_t seed)}. */
  public MemorySegment zl_dut_create(int seed) {
    try {
      return (MemorySegment) CREATE.invokeExact(create, seed);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  /** {@code void zl_dut_destroy(zl_dut *dut)}. */
  public void zl_dut_destroy(MemorySegment dut) {
    voidOfDut(destroy, dut);
  }

  /** {@code void *zl_dut_port(zl_dut *dut, uint32_t port)}. */
  public MemorySegment zl_dut_port(MemorySegment dut, int number) {
    try {
      return (MemorySegment) PORT.invokeExact(port, dut, number);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  /** {@code int32_t zl_dut_eval(zl_dut *dut)}. */
  public int zl_dut_eval(MemorySegment dut) {
    return intOfDut(eval, dut);
  }

  /** {@code int32_t zl_dut_step(zl_dut *dut, uint32_t clock, uint64_t cycles)}. */
  public int zl_dut_step(MemorySegment dut, int clock, long cycles) {
    try {
      return (int) STEP.invokeExact(step, dut, clock, cycles);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  /** {@link #zl_dut_eval} that holds up the garbage collector: microseconds, and no files. */
  public int shortEval(MemorySegment dut) {
    try {
      return (int) SHORT_EVAL.invokeExact(eval, dut);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  /** Where {@code zl_dut_step} is, for {@link #shortStep}. */
  public long stepAddress() {
    return step.address();
  }

  /**
   * {@link #zl_dut_step} that holds up the garbage collector: microseconds, and no files. Numbers
   * in the place of objects, which after a cycle of a large model are no longer in a near cache.
   *
   * @param function of {@link #stepAddress}
   */
  public static int shortStep(long function, long dut, int clock, long cycles) {
    try {
      return (int) SHORT_STEP.invokeExact(MemorySegment.ofAddress(function), dut, clock, cycles);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  /**
   * {@code int32_t zl_dut_step_until(zl_dut *dut, uint32_t clock, uint64_t cycles, uint32_t port,
   * uint64_t value, int32_t equal)}.
   */
  public int zl_dut_step_until(
      MemorySegment dut, int clock, long cycles, int watched, long value, int equal) {
    try {
      return (int) STEP_UNTIL.invokeExact(stepUntil, dut, clock, cycles, watched, value, equal);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  /** {@code void zl_dut_advance(zl_dut *dut, uint64_t units)}. */
  public void zl_dut_advance(MemorySegment dut, long units) {
    try {
      ADVANCE.invokeExact(advance, dut, units);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  /** {@code uint64_t zl_dut_time(const zl_dut *dut)}. */
  public long zl_dut_time(MemorySegment dut) {
    try {
      return (long) LONG_OF_DUT.invokeExact(time, dut);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  /** {@code const char *zl_dut_text(const zl_dut *dut)}. */
  public MemorySegment zl_dut_text(MemorySegment dut) {
    return addressOfDut(text, dut);
  }

  /** {@code void zl_dut_forget_text(zl_dut *dut)}. */
  public void zl_dut_forget_text(MemorySegment dut) {
    voidOfDut(forgetText, dut);
  }

  /** {@code const char *zl_dut_stop_file(const zl_dut *dut)}. */
  public MemorySegment zl_dut_stop_file(MemorySegment dut) {
    return addressOfDut(stopFile, dut);
  }

  /** {@code int32_t zl_dut_stop_line(const zl_dut *dut)}. */
  public int zl_dut_stop_line(MemorySegment dut) {
    return intOfDut(stopLine, dut);
  }

  /** {@code int32_t zl_dut_start_trace(zl_dut *dut, const char *path)}. */
  public int zl_dut_start_trace(MemorySegment dut, MemorySegment path) {
    try {
      return (int) INT_OF_DUT_AND_TEXT.invokeExact(startTrace, dut, path);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  /** {@code void zl_dut_stop_trace(zl_dut *dut)}. */
  public void zl_dut_stop_trace(MemorySegment dut) {
    voidOfDut(stopTrace, dut);
  }

  /** {@code void *zl_dut_buffer(zl_dut *dut, uint64_t bytes)}. */
  public MemorySegment zl_dut_buffer(MemorySegment dut, long bytes) {
    try {
      return (MemorySegment) BUFFER.invokeExact(buffer, dut, bytes);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  /** {@code int64_t zl_dut_save(zl_dut *dut)}. */
  public long zl_dut_save(MemorySegment dut) {
    try {
      return (long) LONG_OF_DUT.invokeExact(save, dut);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  /** {@code int32_t zl_dut_restore(zl_dut *dut, uint64_t bytes)}. */
  public int zl_dut_restore(MemorySegment dut, long bytes) {
    try {
      return (int) RESTORE.invokeExact(restore, dut, bytes);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  /** {@code void *zl_dut_signal(zl_dut *dut)}. */
  public MemorySegment zl_dut_signal(MemorySegment dut) {
    return addressOfDut(signal, dut);
  }

  /** {@code int32_t zl_dut_write_coverage(zl_dut *dut, const char *path)}. */
  public int zl_dut_write_coverage(MemorySegment dut, MemorySegment path) {
    try {
      return (int) INT_OF_DUT_AND_TEXT.invokeExact(writeCoverage, dut, path);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  private static int intOfDut(MemorySegment function, MemorySegment dut) {
    try {
      return (int) INT_OF_DUT.invokeExact(function, dut);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  private static MemorySegment addressOfDut(MemorySegment function, MemorySegment dut) {
    try {
      return (MemorySegment) ADDRESS_OF_DUT.invokeExact(function, dut);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  private static void voidOfDut(MemorySegment function, MemorySegment dut) {
    try {
      VOID_OF_DUT.invokeExact(function, dut);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  private static AssertionError unexpected(Throwable t) {
    return new AssertionError("a C function does not throw", t);
  }
}
