package dev.zhulong.compiler.math;

import static dev.zhulong.compiler.ir.Opcode.*;
import static dev.zhulong.compiler.math.FloatCode.*;

import dev.zhulong.compiler.ir.Value;

/** Area functions beyond the arguments that GLSL's are made for. */
final class Hyperbolic {
  private static final float LN_2 = 0x1.62e43p-1f;

  /** From here on the area functions are the logarithm of twice the argument. */
  private static final float LARGE = 0x1p30f;

  private final FloatCode c;

  Hyperbolic(FloatCode code) {
    c = code;
  }

  Value asinh(Value x) {
    Value magnitude = c.abs(x);
    Value large = c.op(F_LE, f(LARGE), magnitude);
    Value near = c.op(F_ASINH, c.choose(large, ZERO, x));
    return c.choose(large, c.withSign(logarithmOfTwice(magnitude), x), near);
  }

  Value acosh(Value x) {
    Value large = c.op(F_LE, f(LARGE), x);
    Value near = c.op(F_ACOSH, c.choose(large, ONE, x));
    return c.choose(c.less(x, ONE), NAN, c.choose(large, logarithmOfTwice(x), near));
  }

  private Value logarithmOfTwice(Value x) {
    return c.add(c.op(F_LOG, x), f(LN_2));
  }

  Value atanh(Value x) {
    Value magnitude = c.abs(x);
    Value beyond = c.choose(c.equal(magnitude, ONE), c.withSign(INFINITY, x), NAN);
    return c.choose(c.less(magnitude, ONE), c.op(F_ATANH, x), beyond);
  }
}
