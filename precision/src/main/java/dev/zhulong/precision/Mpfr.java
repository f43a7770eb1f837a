package dev.zhulong.precision;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;

/**
 * GNU MPFR through the FFM API: the double nearest to a function's exact value, at arguments that
 * are floats. Special values are those of ISO C. Not for several threads at once.
 */
final class Mpfr implements AutoCloseable {
  static final String LIBRARY = "libmpfr.so.6";
  private static final int DOUBLE_BITS = 53;
  private static final int TO_NEAREST = 0;

  /** {@code mpfr_t}: precision, sign, exponent, significand. */
  private static final MemoryLayout NUMBER =
      MemoryLayout.structLayout(
          ValueLayout.JAVA_LONG.withName("precision"),
          ValueLayout.JAVA_INT.withName("sign"),
          MemoryLayout.paddingLayout(4),
          ValueLayout.JAVA_LONG.withName("exponent"),
          ValueLayout.ADDRESS.withName("limbs"));

  private final Linker linker = Linker.nativeLinker();
  private final Arena arena = Arena.ofConfined();
  private final SymbolLookup library;
  private final MethodHandle set;
  private final MethodHandle get;
  private final MemorySegment result;
  private final MemorySegment first;
  private final MemorySegment second;
  private final MemorySegment word;

  private Mpfr() throws OracleUnavailableException {
    try {
      library = SymbolLookup.libraryLookup(LIBRARY, arena);
    } catch (IllegalArgumentException e) {
      arena.close();
      throw new OracleUnavailableException(
          LIBRARY + " is not installed; apt-get install libmpfr6", e);
    }
    set =
        handle(
            "mpfr_set_d",
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_DOUBLE,
                ValueLayout.JAVA_INT));
    get =
        handle(
            "mpfr_get_d",
            FunctionDescriptor.of(
                ValueLayout.JAVA_DOUBLE, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
    MethodHandle initialize =
        handle("mpfr_init2", FunctionDescriptor.ofVoid(ValueLayout.ADDRESS, ValueLayout.JAVA_LONG));
    result = number(initialize);
    first = number(initialize);
    second = number(initialize);
    word = arena.allocate(ValueLayout.JAVA_LONG);
  }

  /**
   * Loads the library.
   *
   * @throws OracleUnavailableException if it is not installed
   */
  static Mpfr open() throws OracleUnavailableException {
    return new Mpfr();
  }

  private MethodHandle handle(String name, FunctionDescriptor type) {
    MemorySegment symbol =
        library
            .find(name)
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        LIBRARY + " has no " + name + "; version 4.2 or newer is needed"));
    return linker.downcallHandle(symbol, type);
  }

  private MemorySegment number(MethodHandle initialize) {
    MemorySegment made = arena.allocate(NUMBER);
    try {
      initialize.invokeExact(made, (long) DOUBLE_BITS);
    } catch (Throwable e) {
      throw failure(e);
    }
    return made;
  }

  private static IllegalStateException failure(Throwable e) {
    return new IllegalStateException("a call of " + LIBRARY + " failed", e);
  }

  /** A function of one number. */
  DoubleUnaryOperator unary(String name) {
    MethodHandle function =
        handle(
            name,
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT));
    return x -> {
      try {
        int _ = (int) set.invokeExact(first, x, TO_NEAREST);
        int _ = (int) function.invokeExact(result, first, TO_NEAREST);
        return (double) get.invokeExact(result, TO_NEAREST);
      } catch (Throwable e) {
        throw failure(e);
      }
    };
  }

  /** A function of two numbers. */
  DoubleBinaryOperator binary(String name) {
    MethodHandle function =
        handle(
            name,
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT));
    return (x, y) -> {
      try {
        int _ = (int) set.invokeExact(first, x, TO_NEAREST);
        int _ = (int) set.invokeExact(second, y, TO_NEAREST);
        int _ = (int) function.invokeExact(result, first, second, TO_NEAREST);
        return (double) get.invokeExact(result, TO_NEAREST);
      } catch (Throwable e) {
        throw failure(e);
      }
    };
  }

  /** A function of a number and an integer. */
  DoubleBinaryOperator withInteger(String name) {
    MethodHandle function =
        handle(
            name,
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT));
    return (x, n) -> {
      try {
        int _ = (int) set.invokeExact(first, x, TO_NEAREST);
        int _ = (int) function.invokeExact(result, first, (long) n, TO_NEAREST);
        return (double) get.invokeExact(result, TO_NEAREST);
      } catch (Throwable e) {
        throw failure(e);
      }
    };
  }

  /** The logarithm of the gamma function's magnitude, and its sign. */
  Exact logGamma() {
    MethodHandle function =
        handle(
            "mpfr_lgamma",
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT));
    return (arguments, results) -> {
      try {
        int _ = (int) set.invokeExact(first, arguments[0], TO_NEAREST);
        int _ = (int) function.invokeExact(result, word, first, TO_NEAREST);
        results[0] = (double) get.invokeExact(result, TO_NEAREST);
        if (results.length > 1) {
          results[1] = word.get(ValueLayout.JAVA_INT, 0);
        }
      } catch (Throwable e) {
        throw failure(e);
      }
    };
  }

  /** The remainder by the nearest quotient, and the quotient's sign and low seven bits. */
  Exact remainderWithQuotient() {
    MethodHandle function =
        handle(
            "mpfr_remquo",
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT));
    return (arguments, results) -> {
      try {
        int _ = (int) set.invokeExact(first, arguments[0], TO_NEAREST);
        int _ = (int) set.invokeExact(second, arguments[1], TO_NEAREST);
        int _ = (int) function.invokeExact(result, word, first, second, TO_NEAREST);
        results[0] = (double) get.invokeExact(result, TO_NEAREST);
        long quotient = Double.isFinite(results[0]) ? word.get(ValueLayout.JAVA_LONG, 0) : 0;
        results[1] = Long.signum(quotient) * (Math.abs(quotient) & 0x7f);
      } catch (Throwable e) {
        throw failure(e);
      }
    };
  }

  @Override
  public void close() {
    MethodHandle clear = handle("mpfr_clear", FunctionDescriptor.ofVoid(ValueLayout.ADDRESS));
    try {
      clear.invokeExact(result);
      clear.invokeExact(first);
      clear.invokeExact(second);
    } catch (Throwable e) {
      throw failure(e);
    } finally {
      arena.close();
    }
  }
}
