package dev.zhulong.compiler.frontend.spirv;

import static dev.zhulong.compiler.ir.Opcode.*;

import dev.zhulong.compiler.ir.Builder;
import dev.zhulong.compiler.ir.Constant;
import dev.zhulong.compiler.ir.Value;

/** Where directions meet a cube. Vulkan specification, Cube Map Face Selection. */
final class CubeFaces {
  private static final Constant ZERO = Constant.i32(0);
  private static final Constant F_ZERO = Constant.f32(0);
  private static final Constant F_ONE = Constant.f32(1);

  private final Builder b;

  CubeFaces(Builder builder) {
    this.b = builder;
  }

  /** The face of a direction (0 to 5), and the coordinates within it from 0 to 1. */
  Value[] face(Value x, Value y, Value z) {
    Value ax = b.op(F_ABS, x);
    Value ay = b.op(F_ABS, y);
    Value az = b.op(F_ABS, z);
    Value isZ = b.op(B_AND, b.op(F_LE, ax, az), b.op(F_LE, ay, az));
    Value isY = b.op(B_AND, b.op(B_NOT, isZ), b.op(F_LE, ax, ay));
    Value major = b.op(SELECT, isZ, z, b.op(SELECT, isY, y, x));
    Value negative = b.op(F_LT, major, F_ZERO);
    Value axis = b.op(SELECT, isZ, Constant.i32(4), b.op(SELECT, isY, Constant.i32(2), ZERO));
    Value face = b.op(ADD, axis, b.op(BOOL_TO_INT, negative));
    Value flipX = b.op(SELECT, negative, b.op(F_NEG, x), x);
    Value flipZ = b.op(SELECT, negative, z, b.op(F_NEG, z));
    Value s = b.op(SELECT, isZ, flipX, b.op(SELECT, isY, x, flipZ));
    Value flipped = b.op(SELECT, negative, b.op(F_NEG, z), z);
    Value t = b.op(SELECT, isY, flipped, b.op(F_NEG, y));
    Value magnitude = b.op(F_ABS, major);
    return new Value[] {face, unit(s, magnitude), unit(t, magnitude)};
  }

  private Value unit(Value part, Value major) {
    Value half = Constant.f32(0.5f);
    return b.op(F_MA, b.op(F_DIV, part, major), half, half);
  }

  /** The direction of a place on a face, whose coordinates go from −1 to 1. */
  private Value[] direction(Value face, Value s, Value t) {
    Value odd = b.op(NE, b.op(AND, face, Constant.i32(1)), ZERO);
    Value sign = b.op(SELECT, odd, Constant.f32(-1), F_ONE);
    Value isX = b.op(LT_U, face, Constant.i32(2));
    Value isZ = b.op(GE_U, face, Constant.i32(4));
    Value signedS = b.op(F_MUL, sign, s);
    Value x = b.op(SELECT, isX, sign, b.op(SELECT, isZ, signedS, s));
    Value isY = b.op(B_NOT, b.op(B_OR, isX, isZ));
    Value y = b.op(SELECT, isY, sign, b.op(F_NEG, t));
    Value signedT = b.op(F_MUL, sign, t);
    Value z = b.op(SELECT, isX, b.op(F_NEG, signedS), b.op(SELECT, isZ, sign, signedT));
    return new Value[] {x, y, z};
  }

  /**
   * A texel that may lie one beyond a face's edge, moved to the face that is there: column, row and
   * slice.
   *
   * @param slice six times the cube's number, plus the face
   * @param size texels of an edge
   */
  Value[] across(Value column, Value row, Value slice, Value size) {
    Value outside = b.op(B_OR, b.op(GE_U, column, size), b.op(GE_U, row, size));
    return Structured.choose(
        b,
        outside,
        () -> {
          Value face = b.op(REM_U, slice, Constant.i32(6));
          Value[] d = direction(face, centre(column, size), centre(row, size));
          Value[] other = face(d[0], d[1], d[2]);
          Value first = b.op(SUB, slice, face);
          return new Value[] {
            texel(other[1], size), texel(other[2], size), b.op(ADD, first, other[0])
          };
        },
        () -> new Value[] {column, row, slice});
  }

  /** The centre of a texel, from −1 to 1 on the face. */
  private Value centre(Value index, Value size) {
    Value place = b.op(F_ADD, b.op(S_TO_F, index), Constant.f32(0.5f));
    Value twice = b.op(F_MUL, b.op(F_DIV, place, b.op(S_TO_F, size)), Constant.f32(2));
    return b.op(F_SUB, twice, F_ONE);
  }

  private Value texel(Value coordinate, Value size) {
    Value index = b.op(F_TO_S_DOWN, b.op(F_MUL, coordinate, b.op(S_TO_F, size)));
    Value last = b.op(SUB, size, Constant.i32(1));
    return b.op(MIN_S, b.op(MAX_S, index, ZERO), last);
  }
}
