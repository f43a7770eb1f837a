package dev.zhulong.precision;

import static dev.zhulong.precision.ValueKind.*;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;

/** The integer functions of GLSL.std.450, which have no error. */
final class IntegerFunctions {
  private static final Range SIGNED = Range.integers(Integer.MIN_VALUE, Integer.MAX_VALUE);
  private static final Range UNSIGNED = Range.integers(0, 0xffffffffL);

  private IntegerFunctions() {}

  static List<MeasuredFunction> all() {
    List<MeasuredFunction> made = new ArrayList<>();
    made.add(one("SAbs", INT, x -> Math.abs((int) x)));
    made.add(one("SSign", INT, Math::signum));
    made.add(one("FindILsb", INT, x -> x == 0 ? -1 : Integer.numberOfTrailingZeros((int) x)));
    made.add(one("FindSMsb", INT, x -> highestBit((int) x < 0 ? ~(int) x : (int) x)));
    made.add(unsigned("FindUMsb", x -> highestBit((int) (long) x)));
    made.add(two("SMin", INT, Math::min));
    made.add(two("SMax", INT, Math::max));
    made.add(two("UMin", UINT, Math::min));
    made.add(two("UMax", UINT, Math::max));
    made.add(clamp("SClamp", INT));
    made.add(clamp("UClamp", UINT));
    return made;
  }

  private static double highestBit(int x) {
    return 31 - Integer.numberOfLeadingZeros(x);
  }

  private static Range range(ValueKind type) {
    return type == INT ? SIGNED : UNSIGNED;
  }

  private static MeasuredFunction one(String name, ValueKind type, DoubleUnaryOperator exact) {
    return Entry.of(FunctionSet.GLSL, name)
        .over("all", range(type))
        .takes(type)
        .gives(type)
        .exact(exact)
        .limit(Limit.exact());
  }

  private static MeasuredFunction unsigned(String name, DoubleUnaryOperator exact) {
    return Entry.of(FunctionSet.GLSL, name)
        .over("all", UNSIGNED)
        .takes(UINT)
        .gives(INT)
        .exact(exact)
        .limit(Limit.exact());
  }

  private static MeasuredFunction two(String name, ValueKind type, DoubleBinaryOperator exact) {
    return Entry.of(FunctionSet.GLSL, name)
        .over("all", range(type), range(type))
        .takes(type, type)
        .gives(type)
        .exact(exact)
        .limit(Limit.exact());
  }

  private static MeasuredFunction clamp(String name, ValueKind type) {
    return Entry.of(FunctionSet.GLSL, name)
        .over("y ≤ z", range(type), range(type), range(type))
        .takes(type, type, type)
        .gives(type)
        .where(x -> x[1] <= x[2])
        .computes((x, to) -> to[0] = Math.min(Math.max(x[0], x[1]), x[2]))
        .limit(Limit.exact());
  }
}
