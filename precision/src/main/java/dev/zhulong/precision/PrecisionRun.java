package dev.zhulong.precision;

import dev.zhulong.compiler.CompileException;
import dev.zhulong.hal.Buffer;
import dev.zhulong.hal.Gpu;
import dev.zhulong.hal.Kernel;
import dev.zhulong.hal.LaunchStatistics;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Measures functions on a device. */
public final class PrecisionRun implements AutoCloseable {
  /** Random arguments of a full run, besides the boundaries. */
  public static final int FULL = 1 << 20;

  /** The library that knows the exact values. */
  public static final String ORACLE = Mpfr.LIBRARY;

  private static final int BATCH = 1 << 16;

  private final Gpu gpu;
  private final Mpfr oracle;
  private final List<MeasuredFunction> functions;

  private PrecisionRun(Gpu gpu, Mpfr oracle) {
    this.gpu = gpu;
    this.oracle = oracle;
    functions = new ArrayList<>(CoreInstructions.all());
    functions.addAll(GlslTable.all(oracle));
    functions.addAll(OpenClTable.all(oracle));
  }

  /**
   * Prepares to measure.
   *
   * @param gpu stays the caller's
   * @throws OracleUnavailableException if GNU MPFR is not installed
   */
  public static PrecisionRun on(Gpu gpu) throws OracleUnavailableException {
    return new PrecisionRun(gpu, Mpfr.open());
  }

  /** Whether GNU MPFR is installed. */
  public static boolean isAvailable() {
    try (Mpfr _ = Mpfr.open()) {
      return true;
    } catch (OracleUnavailableException e) {
      return false;
    }
  }

  /**
   * Functions that can be measured, by their names; a name may have several domains.
   *
   * @return names, each once
   */
  public List<String> names() {
    return functions.stream().map(MeasuredFunction::name).distinct().toList();
  }

  /**
   * Measures functions one after the other.
   *
   * @param set theirs
   * @param chosen whether one of this name is measured
   * @param random how many random arguments each gets
   * @param report takes what is found of each
   */
  public void measure(
      FunctionSet set, Predicate<String> chosen, int random, Consumer<Measurement> report)
      throws CompileException {
    for (MeasuredFunction f : functions) {
      if (f.set() == set && chosen.test(f.name())) {
        report.accept(measure(f, f.arguments(random)));
      }
    }
  }

  /**
   * Measures a function again where an earlier run found the largest error.
   *
   * @param found what it found
   */
  public Measurement again(Measurement found) throws CompileException {
    double[] worst = found.worst().stream().mapToDouble(x -> x).toArray();
    return measure(function(found), List.of(worst).iterator());
  }

  /**
   * Measures a function at arguments spread over those of a short run.
   *
   * @param like a measurement of the function
   * @param count how many
   */
  public Measurement spread(Measurement like, int count) throws CompileException {
    MeasuredFunction f = function(like);
    List<double[]> some = new ArrayList<>();
    Iterator<double[]> all = f.arguments(count);
    int step = Math.max(1, like.arguments() / count);
    for (int n = 0; all.hasNext() && some.size() < count; n++) {
      double[] arguments = all.next();
      if (n % step == 0) {
        some.add(arguments);
      }
    }
    return measure(f, some.iterator());
  }

  private MeasuredFunction function(Measurement m) {
    return functions.stream()
        .filter(
            f -> f.set() == m.set() && f.name().equals(m.name()) && f.domain().equals(m.domain()))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    m.set().title() + " has no " + m.name() + " of " + m.domain()));
  }

  private Measurement measure(MeasuredFunction f, Iterator<double[]> arguments)
      throws CompileException {
    Errors errors = new Errors(f);
    double laneInstructions = 0;
    int measured = 0;
    List<double[]> batch = new ArrayList<>(BATCH);
    try (Kernel kernel = gpu.load(FunctionShader.compile(f), f.name())) {
      while (arguments.hasNext()) {
        batch.clear();
        while (arguments.hasNext() && batch.size() < BATCH) {
          batch.add(arguments.next());
        }
        laneInstructions += batch(kernel, f, batch, errors);
        measured += batch.size();
      }
    }
    return errors.measurement(measured, laneInstructions / Math.max(1, measured));
  }

  private double batch(Kernel kernel, MeasuredFunction f, List<double[]> batch, Errors errors) {
    int groups = (batch.size() + FunctionShader.GROUP - 1) / FunctionShader.GROUP;
    int invocations = groups * FunctionShader.GROUP;
    int taken = f.argumentWords();
    int given = f.resultWords();
    int[] words = new int[invocations * taken];
    List<ValueKind> types = MeasuredFunction.components(f.parameters());
    for (int n = 0; n < batch.size(); n++) {
      for (int k = 0; k < taken; k++) {
        words[n * taken + k] = types.get(k).encode(batch.get(n)[k]);
      }
    }
    try (Buffer in = gpu.allocate(4L * words.length);
        Buffer out = gpu.allocate(4L * invocations * given)) {
      in.write(words);
      LaunchStatistics statistics = kernel.launch(groups).bind(0, in).bind(1, out).submit().await();
      int[] results = out.readInts();
      for (int n = 0; n < batch.size(); n++) {
        errors.add(batch.get(n), results, n * given);
      }
      return statistics.laneInstructions();
    }
  }

  @Override
  public void close() {
    oracle.close();
  }

  /** Arguments or results for people: floats in hexadecimal, integers in decimal. */
  static String text(List<ValueKind> types, double[] values) {
    StringJoiner joiner = new StringJoiner(", ");
    for (int n = 0; n < values.length; n++) {
      joiner.add(
          types.get(n).isInteger()
              ? String.format(Locale.ROOT, "%.0f", values[n])
              : Float.toHexString((float) values[n]));
    }
    return joiner.toString();
  }
}
