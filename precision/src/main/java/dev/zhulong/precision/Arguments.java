package dev.zhulong.precision;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.SplittableRandom;

/** The arguments that a function is measured at, one after the other. */
final class Arguments implements Iterator<double[]> {
  private static final int MOST_COMBINED = 20_000;
  private static final int BOUNDARY_ONE_IN = 8;

  private final MeasuredFunction function;
  private final double[][] boundaries;
  private final SplittableRandom source;
  private final boolean combined;
  private final int directed;
  private long drawn;
  private int left;
  private double[] next;

  Arguments(MeasuredFunction function, int random) {
    this.function = function;
    boundaries = new double[function.ranges().size()][];
    long combinations = 1;
    for (int n = 0; n < boundaries.length; n++) {
      boundaries[n] = function.ranges().get(n).boundaries();
      combinations = Math.min(combinations * boundaries[n].length, Integer.MAX_VALUE);
    }
    source = new SplittableRandom((function.name() + function.domain()).hashCode());
    combined = combinations <= MOST_COMBINED;
    directed = (int) Math.min(combinations, MOST_COMBINED);
    left = random;
    advance();
  }

  @Override
  public boolean hasNext() {
    return next != null;
  }

  @Override
  public double[] next() {
    if (next == null) {
      throw new NoSuchElementException();
    }
    double[] now = next;
    advance();
    return now;
  }

  private void advance() {
    next = null;
    while (next == null && (drawn < directed || left > 0)) {
      double[] candidate = drawn < directed ? directed() : random();
      boolean counts = drawn >= directed;
      drawn++;
      if (function.accepted().test(candidate)) {
        next = candidate;
        left -= counts ? 1 : 0;
      }
    }
  }

  private double[] directed() {
    double[] made = new double[boundaries.length];
    long rest = drawn;
    for (int k = 0; k < made.length; k++) {
      int count = boundaries[k].length;
      made[k] = boundaries[k][combined ? (int) (rest % count) : source.nextInt(count)];
      rest /= count;
    }
    return made;
  }

  private double[] random() {
    double[] made = new double[boundaries.length];
    for (int k = 0; k < made.length; k++) {
      boolean boundary = source.nextInt(BOUNDARY_ONE_IN) == 0;
      made[k] =
          boundary
              ? boundaries[k][source.nextInt(boundaries[k].length)]
              : function.ranges().get(k).next(source);
    }
    return made;
  }
}
