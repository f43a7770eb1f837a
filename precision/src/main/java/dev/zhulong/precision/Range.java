package dev.zhulong.precision;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Where the arguments of a function come from, a component each. */
interface Range {
  /** A random one. */
  double next(SplittableRandom random);

  /** Those that must not be missed. */
  double[] boundaries();

  /** Every float, subnormals, infinities and NaN among them; half of them of a common size. */
  static Range all() {
    return new Range() {
      @Override
      public double next(SplittableRandom random) {
        if (random.nextBoolean()) {
          return Float.intBitsToFloat(random.nextInt());
        }
        float significand = Float.intBitsToFloat(random.nextInt() & 0x807fffff | 0x3f800000);
        return Math.scalb(significand, random.nextInt(-12, 12));
      }

      @Override
      public double[] boundaries() {
        return Boundaries.ALL.clone();
      }
    };
  }

  /** Floats from one to another; half of them even over the bit patterns, half over the numbers. */
  static Range between(double low, double high) {
    float least = up(low);
    float most = -up(-high);
    int from = ordered(least);
    int to = ordered(most);
    double[] boundaries =
        Arrays.stream(Boundaries.ALL).filter(x -> x >= least && x <= most).toArray();
    double[] whole = Arrays.copyOf(boundaries, boundaries.length + 2);
    whole[boundaries.length] = least;
    whole[boundaries.length + 1] = most;
    return new Range() {
      @Override
      public double next(SplittableRandom random) {
        if (random.nextBoolean()) {
          return number((int) random.nextLong(from, to + 1L));
        }
        double first = Math.max(least, -Float.MAX_VALUE);
        double last = Math.min(most, Float.MAX_VALUE);
        float x = (float) (first + (last - first) * random.nextDouble());
        return Math.min(Math.max(x, least), most);
      }

      @Override
      public double[] boundaries() {
        return whole.clone();
      }
    };
  }

  /** The sum of a number and a float between two; for what is sensitive there. */
  static Range near(double centre, double distance) {
    return new Range() {
      @Override
      public double next(SplittableRandom random) {
        double off = Math.scalb(distance, -random.nextInt(24)) * random.nextDouble();
        return (float) (random.nextBoolean() ? centre + off : centre - off);
      }

      @Override
      public double[] boundaries() {
        return new double[] {(float) centre};
      }
    };
  }

  /** One of several ranges, as often each. */
  static Range oneOf(Range... ranges) {
    return new Range() {
      @Override
      public double next(SplittableRandom random) {
        return ranges[random.nextInt(ranges.length)].next(random);
      }

      @Override
      public double[] boundaries() {
        return Arrays.stream(ranges).flatMapToDouble(r -> Arrays.stream(r.boundaries())).toArray();
      }
    };
  }

  /** Integers from one to another; half of them within 64 of zero where it lies between. */
  static Range integers(long low, long high) {
    return new Range() {
      @Override
      public double next(SplittableRandom random) {
        if (random.nextBoolean()) {
          return random.nextLong(Math.max(low, -64), Math.min(high, 64) + 1);
        }
        return random.nextLong(low, high + 1);
      }

      @Override
      public double[] boundaries() {
        List<Double> made = new ArrayList<>();
        for (long n : new long[] {low, -2, -1, 0, 1, 2, 3, high - 1, high}) {
          if (n >= low && n <= high) {
            made.add((double) n);
          }
        }
        return made.stream().mapToDouble(x -> x).toArray();
      }
    };
  }

  /** The least float that is not below a number. */
  private static float up(double x) {
    float nearest = (float) x;
    return nearest < x ? Math.nextUp(nearest) : nearest;
  }

  /** Floats as integers in the same order. */
  private static int ordered(float x) {
    int bits = Float.floatToRawIntBits(x);
    return bits < 0 ? Integer.MIN_VALUE - bits : bits;
  }

  private static float number(int ordered) {
    return Float.intBitsToFloat(ordered < 0 ? Integer.MIN_VALUE - ordered : ordered);
  }
}
