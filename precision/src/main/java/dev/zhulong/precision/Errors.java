package dev.zhulong.precision;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Collects the errors of one function. */
final class Errors {
  /** From here on the nearest float is infinity. */
  private static final double OVERFLOW = 0x1.ffffffp127;

  private static final double LEAST = 0x1p-125;

  private final MeasuredFunction function;
  private final List<ValueKind> argumentTypes;
  private final List<ValueKind> resultTypes;
  private final double[] exact;
  private final double[] flushed;
  private double error;
  private double share;
  private double[] worst;
  private double worstFailure;
  private String failure;

  Errors(MeasuredFunction function) {
    this.function = function;
    argumentTypes = MeasuredFunction.components(function.parameters());
    resultTypes = MeasuredFunction.components(function.results());
    exact = new double[resultTypes.size()];
    flushed = new double[resultTypes.size()];
  }

  /** Compares the results for some arguments. */
  void add(double[] arguments, int[] results, int at) {
    function.exact().compute(arguments, exact);
    double[] zeroed = null;
    for (int n = 0; n < exact.length; n++) {
      Limit limit = function.limits().get(function.resultOf(n));
      double got = resultTypes.get(n).decode(results[at + n]);
      double granted = granted(limit, arguments, exact, n);
      double distance = distance(got, exact[n]);
      if (distance > granted && function.set() != FunctionSet.OPENCL) {
        // Vulkan lets arguments and results that are subnormal count as zeros.
        zeroed = zeroed == null ? zeroed(arguments) : zeroed;
        function.exact().compute(zeroed, flushed);
        double instead = distance(got, flushed[n]);
        if (instead <= granted(limit, zeroed, flushed, n)
            || got == 0 && Math.abs(exact[n]) < Float.MIN_NORMAL) {
          continue;
        }
      }
      note(limit, arguments, n, got, distance, granted);
    }
  }

  private void note(
      Limit limit, double[] arguments, int n, double got, double distance, double granted) {
    // What is next to subnormal may become zero, which is no measure of a function.
    if (got == 0 && Math.abs(exact[n]) < LEAST && distance <= granted) {
      return;
    }
    double part = distance == 0 || Double.isInfinite(granted) ? 0 : distance / granted;
    share = Math.max(share, part);
    double measured =
        switch (limit.unit()) {
          case ULP -> distance / (Double.isFinite(exact[n]) ? Ulp.of(exact[n]) : 1);
          case ABSOLUTE -> distance;
          case SHARE -> part;
        };
    boolean bounded = granted < Double.POSITIVE_INFINITY || limit.text().startsWith("none");
    if (measured > error && bounded) {
      error = measured;
      worst = arguments.clone();
    }
    if (distance > granted && !(part <= worstFailure)) {
      worstFailure = part;
      failure =
          String.format(
              Locale.ROOT,
              "%s(%s) = %s; exactly %s, error %.4g, limit %.4g",
              function.name(),
              PrecisionRun.text(argumentTypes, arguments),
              resultTypes.get(n).isInteger() ? "" + got : Float.toHexString((float) got),
              resultTypes.get(n).isInteger() ? "" + exact[n] : Double.toHexString(exact[n]),
              distance / Ulp.of(exact[n]),
              granted / Ulp.of(exact[n]));
    }
  }

  private static double[] zeroed(double[] arguments) {
    double[] made = arguments.clone();
    for (int n = 0; n < made.length; n++) {
      if (Math.abs(made[n]) < Float.MIN_NORMAL) {
        made[n] = Math.copySign(0, made[n]);
      }
    }
    return made;
  }

  private double granted(Limit limit, double[] arguments, double[] values, int n) {
    if (Double.isNaN(values[n]) || Double.isInfinite(values[n])) {
      double open = limit.allowed().error(arguments, 1, part(n));
      return Double.isInfinite(open) && !limit.text().startsWith("none") ? open : 0;
    }
    return limit.allowed().error(arguments, values[n], part(n));
  }

  /** The component of the result that a component of all results is. */
  private int part(int n) {
    return function.resultOf(n) == 0 ? n : n - function.results().getFirst().words();
  }

  /** Infinite where a special value is missed; infinity counts as 2^128 beside a number. */
  private static double distance(double got, double exact) {
    if (Double.isNaN(exact) || Double.isNaN(got)) {
      return Double.isNaN(exact) && Double.isNaN(got) ? 0 : Double.POSITIVE_INFINITY;
    }
    if (got == exact || Double.isInfinite(got) && Math.abs(exact) >= OVERFLOW && got * exact > 0) {
      return 0;
    }
    if (Double.isInfinite(exact)) {
      return Double.POSITIVE_INFINITY;
    }
    double value = Double.isInfinite(got) ? Math.copySign(0x1p128, got) : got;
    return Math.abs(value - exact);
  }

  Measurement measurement(int arguments, double instructions) {
    List<Double> at = new ArrayList<>();
    if (worst != null) {
      for (double x : worst) {
        at.add(x);
      }
    }
    Limit first = function.limits().getFirst();
    return new Measurement(
        function.set(),
        function.name(),
        function.domain(),
        arguments,
        instructions,
        error,
        first.unit().name(),
        at,
        worst == null ? "" : PrecisionRun.text(argumentTypes, worst),
        first.text(),
        share,
        failure);
  }
}
