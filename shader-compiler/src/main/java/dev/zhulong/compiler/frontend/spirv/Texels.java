package dev.zhulong.compiler.frontend.spirv;

import static dev.zhulong.compiler.ir.Opcode.*;

import dev.zhulong.compiler.ir.Access;
import dev.zhulong.compiler.ir.Builder;
import dev.zhulong.compiler.ir.Constant;
import dev.zhulong.compiler.ir.Space;
import dev.zhulong.compiler.ir.Type;
import dev.zhulong.compiler.ir.Value;
import dev.zhulong.firmware.texel.DescriptorLayout;
import dev.zhulong.firmware.texel.TexelFormat;
import dev.zhulong.firmware.texel.TexelFormat.Kind;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Reads and writes texels of a format that the shader declares, or that the descriptor says at run
 * time. The code is the same: what is constant is folded.
 */
final class Texels {
  private static final Constant ZERO = Constant.i32(0);

  /** Names of SPIR-V's image formats by their numbers. SPIR-V specification, Image Format. */
  private static final String[] FORMATS = {
    null,
    "R32G32B32A32_SFLOAT",
    "R16G16B16A16_SFLOAT",
    "R32_SFLOAT",
    "R8G8B8A8_UNORM",
    "R8G8B8A8_SNORM",
    "R32G32_SFLOAT",
    "R16G16_SFLOAT",
    "B10G11R11_UFLOAT_PACK32",
    "R16_SFLOAT",
    "R16G16B16A16_UNORM",
    "A2B10G10R10_UNORM_PACK32",
    "R16G16_UNORM",
    "R8G8_UNORM",
    "R16_UNORM",
    "R8_UNORM",
    "R16G16B16A16_SNORM",
    "R16G16_SNORM",
    "R8G8_SNORM",
    "R16_SNORM",
    "R8_SNORM",
    "R32G32B32A32_SINT",
    "R16G16B16A16_SINT",
    "R8G8B8A8_SINT",
    "R32_SINT",
    "R32G32_SINT",
    "R16G16_SINT",
    "R8G8_SINT",
    "R16_SINT",
    "R8_SINT",
    "R32G32B32A32_UINT",
    "R16G16B16A16_UINT",
    "R8G8B8A8_UINT",
    "R32_UINT",
    "A2B10G10R10_UINT_PACK32",
    "R32G32_UINT",
    "R16G16_UINT",
    "R8G8_UINT",
    "R16_UINT",
    "R8_UINT"
  };

  /**
   * Coefficients of x to the power 2.4 between 0.09 and 1, from the constant up: the polynomial
   * through the eight Chebyshev nodes, the last one such that 1 stays 1.
   */
  private static final float[] POWER = {
    0.00036382086f,
    -0.013625319f,
    0.39664244f,
    1.1003196f,
    -0.94177443f,
    0.73554768f,
    -0.35116219f,
    0.073688395f
  };

  private final Builder b;
  private final ResourceHandle.Image image;
  private final Value kind;
  private final Value bytes;
  private final Value[] positions = new Value[4];
  private final Value[] bits = new Value[4];

  Texels(Builder builder, ResourceHandle.Image image) {
    this.b = builder;
    this.image = image;
    TexelFormat format = format(image.type().format());
    Value word =
        format != null
            ? Constant.i32(format.word())
            : image.descriptor().word(b, DescriptorLayout.FORMAT);
    kind = b.op(AND, word, Constant.i32(0xff));
    bytes = b.op(SHR_U, word, Constant.i32(8));
    for (int c = 0; c < 4; c++) {
      Value channel =
          format != null
              ? Constant.i32(format.channelWord(c))
              : image.descriptor().word(b, DescriptorLayout.CHANNELS + c);
      positions[c] = b.op(AND, channel, Constant.i32(0xff));
      bits[c] = b.op(SHR_U, channel, Constant.i32(8));
    }
  }

  /** The format with a number in SPIR-V, or null where the descriptor says. */
  static TexelFormat format(int number) {
    return number > 0 && number < FORMATS.length ? TexelFormat.of(FORMATS[number]) : null;
  }

  /** Bytes of a texel. */
  Value bytes() {
    return bytes;
  }

  private boolean integer() {
    return image.type().sampled().type() == Type.I32;
  }

  private static Constant i(int value) {
    return Constant.i32(value);
  }

  /** Four components that are all zero. */
  Value[] zeros() {
    Value zero = new Constant(image.type().sampled().type(), 0);
    return new Value[] {zero, zero, zero, zero};
  }

  // Reading.

  /** The four components of the texel at an address. */
  Value[] load(Value address) {
    Value[] words = new Value[4];
    words[0] = first(address);
    words[1] = further(address, 8, 1)[0];
    Value[] rest = further(address, 16, 2);
    words[2] = rest[0];
    words[3] = rest[1];
    Value[] fields = new Value[4];
    for (int c = 0; c < 4; c++) {
      fields[c] = field(words, c);
    }
    return decode(fields, words[0]);
  }

  private Access access(int size, int offset) {
    return new Access(Space.GLOBAL, size, false, offset, image.resource(), image.readOnly());
  }

  private Value first(Value address) {
    return Structured.choose(
        b,
        b.op(GE_U, bytes, i(4)),
        () -> new Value[] {b.make(LOAD, Type.I32, access(4, 0), address)},
        () ->
            Structured.choose(
                b,
                b.op(EQ, bytes, i(2)),
                () -> new Value[] {b.make(LOAD, Type.I32, access(2, 0), address)},
                () -> new Value[] {b.make(LOAD, Type.I32, access(1, 0), address)}))[0];
  }

  private Value[] further(Value address, int from, int count) {
    return Structured.choose(
        b,
        b.op(GE_U, bytes, i(from)),
        () -> {
          Value[] made = new Value[count];
          for (int n = 0; n < count; n++) {
            made[n] = b.make(LOAD, Type.I32, access(4, from / 2 + 4 * n), address);
          }
          return made;
        },
        () -> count == 1 ? new Value[] {ZERO} : new Value[] {ZERO, ZERO});
  }

  /** A component's bits at the top of a word, and from there down with its sign or without. */
  private Value field(Value[] words, int c) {
    Value word = words[3];
    Value index = b.op(SHR_U, positions[c], i(5));
    for (int n = 2; n >= 0; n--) {
      word = b.op(SELECT, b.op(EQ, index, i(n)), words[n], word);
    }
    // Shifts take the low five bits of their amounts, so that 64 stands for 0.
    Value top = b.op(SHL, word, b.op(SUB, i(64), b.op(ADD, positions[c], bits[c])));
    Value unused = b.op(SUB, i(32), bits[c]);
    if (integer() && image.type().ofKernel()) {
      return b.op(SELECT, signed(), b.op(SHR_S, top, unused), b.op(SHR_U, top, unused));
    }
    boolean signed = integer() && image.type().sampled().signed();
    return b.op(signed ? SHR_S : SHR_U, top, unused);
  }

  private Value[] decode(Value[] fields, Value word) {
    Value[] made = integer() ? fields : decodeFloats(fields, word);
    Value one = integer() ? i(1) : Constant.f32(1);
    Value[] present = new Value[4];
    for (int c = 0; c < 4; c++) {
      Value missing = b.op(EQ, bits[c], ZERO);
      Value standard = c == 3 ? one : zeros()[0];
      present[c] = b.op(SELECT, missing, standard, made[c]);
    }
    return present;
  }

  private Value[] decodeFloats(Value[] fields, Value word) {
    return byKind(
        EnumSet.of(Kind.UNORM, Kind.FLOAT, Kind.SNORM, Kind.SRGB, Kind.SHARED_EXPONENT),
        kind ->
            switch (kind) {
              case FLOAT -> each(c -> fromFloat(fields[c], c));
              case SNORM -> each(c -> fromSigned(fields[c], c));
              case SRGB ->
                  each(c -> c < 3 ? linear(fraction(fields[c], c)) : fraction(fields[c], c));
              case SHARED_EXPONENT -> {
                Value exponent = b.op(ADD, b.op(SHR_U, word, i(27)), i(127 - 15 - 9));
                Value scale = b.op(BITS_TO_F, b.op(SHL, exponent, i(23)));
                yield each(c -> b.op(F_MUL, b.op(U_TO_F, fields[c]), scale));
              }
              default -> each(c -> fraction(fields[c], c));
            });
  }

  private interface Channel {
    Value apply(int c);
  }

  private static Value[] each(Channel channel) {
    Value[] made = new Value[4];
    for (int c = 0; c < 4; c++) {
      made[c] = channel.apply(c);
    }
    return made;
  }

  /** The values for the format's kind, the last one of those possible if it is none of them. */
  private Value[] byKind(Set<Kind> possible, Function<Kind, Value[]> values) {
    List<Kind> kinds = List.copyOf(possible);
    return byKind(kinds, 0, values);
  }

  private Value[] byKind(List<Kind> kinds, int from, Function<Kind, Value[]> values) {
    if (from == kinds.size() - 1) {
      return values.apply(kinds.get(from));
    }
    return Structured.choose(
        b,
        b.op(EQ, kind, i(kinds.get(from).ordinal())),
        () -> values.apply(kinds.get(from)),
        () -> byKind(kinds, from + 1, values));
  }

  /** The largest number of a component's bits, less some. */
  private Value most(int c, int less) {
    return b.op(SUB, b.op(SHL, i(1), b.op(SUB, bits[c], i(less))), i(1));
  }

  private Value fraction(Value field, int c) {
    return b.op(F_DIV, b.op(U_TO_F, field), b.op(U_TO_F, most(c, 0)));
  }

  private Value fromSigned(Value field, int c) {
    Value unused = b.op(SUB, i(32), bits[c]);
    Value extended = b.op(SHR_S, b.op(SHL, field, unused), unused);
    Value number = b.op(F_DIV, b.op(S_TO_F, extended), b.op(S_TO_F, most(c, 1)));
    return b.op(F_MAX, number, Constant.f32(-1));
  }

  private Value fromFloat(Value field, int c) {
    Value whole = b.op(EQ, bits[c], i(32));
    Value unsigned = b.op(LT_U, bits[c], i(16));
    Value aligned = b.op(SHL, field, b.op(SUB, i(15), bits[c]));
    Value half = b.op(SELECT, unsigned, aligned, field);
    return Structured.choose(
        b,
        whole,
        () -> new Value[] {b.op(BITS_TO_F, field)},
        () -> new Value[] {new Packing(b).halfToFloat(half)})[0];
  }

  /** The sRGB curve; where it is a power, by a polynomial that is off by less than 3e-6. */
  private Value linear(Value x) {
    Value low = b.op(F_MUL, x, Constant.f32((float) (1 / 12.92)));
    Value base =
        b.op(F_MA, x, Constant.f32((float) (1 / 1.055)), Constant.f32((float) (0.055 / 1.055)));
    Value high = Constant.f32(POWER[POWER.length - 1]);
    for (int n = POWER.length - 2; n >= 0; n--) {
      high = b.op(F_MA, high, base, Constant.f32(POWER[n]));
    }
    return b.op(SELECT, b.op(F_LE, x, Constant.f32(0.04045f)), low, high);
  }

  /** Whether the format's components are integers with a sign. */
  private Value signed() {
    return b.op(EQ, kind, i(Kind.SINT.ordinal()));
  }

  // Writing.

  /** Writes the texel at an address. */
  void store(Value address, Value[] components) {
    Value[] fields = integer() ? encodeIntegers(components) : encodeFloats(components);
    Value[] words = {ZERO, ZERO, ZERO, ZERO};
    for (int c = 0; c < 4; c++) {
      Value mask = b.op(SHR_U, i(-1), b.op(SUB, i(32), bits[c]));
      Value cut = b.op(SELECT, b.op(EQ, bits[c], ZERO), ZERO, b.op(AND, fields[c], mask));
      Value placed = b.op(SHL, cut, positions[c]);
      Value index = b.op(SHR_U, positions[c], i(5));
      for (int n = 0; n < 4; n++) {
        Value here = b.op(SELECT, b.op(EQ, index, i(n)), placed, ZERO);
        words[n] = b.op(OR, words[n], here);
      }
    }
    Structured.choose(
        b,
        b.op(GE_U, bytes, i(4)),
        () -> storeWords(address, words),
        () ->
            Structured.choose(
                b,
                b.op(EQ, bytes, i(2)),
                () -> stored(address, 2, 0, words[0]),
                () -> stored(address, 1, 0, words[0])));
  }

  private Value[] storeWords(Value address, Value[] words) {
    stored(address, 4, 0, words[0]);
    Structured.when(
        b,
        b.op(GE_U, bytes, i(8)),
        () -> {
          stored(address, 4, 4, words[1]);
          Structured.when(
              b,
              b.op(EQ, bytes, i(16)),
              () -> {
                stored(address, 4, 8, words[2]);
                stored(address, 4, 12, words[3]);
              });
        });
    return new Value[0];
  }

  private Value[] stored(Value address, int size, int offset, Value word) {
    b.effect(STORE, access(size, offset), address, word);
    return new Value[0];
  }

  /** Integers that a kernel writes become the nearest that fit. OpenCL C, Write Functions. */
  private Value[] encodeIntegers(Value[] x) {
    if (!image.type().ofKernel()) {
      return x;
    }
    return each(
        c -> {
          Value most = b.op(SHR_U, i(-1), b.op(SUB, i(33), bits[c]));
          Value least = b.op(XOR, most, i(-1));
          Value fitting = b.op(MAX_S, b.op(MIN_S, x[c], most), least);
          Value unsigned = b.op(MIN_U, x[c], b.op(SHR_U, i(-1), b.op(SUB, i(32), bits[c])));
          return b.op(SELECT, signed(), fitting, unsigned);
        });
  }

  private Value[] encodeFloats(Value[] x) {
    return byKind(
        EnumSet.of(Kind.UNORM, Kind.FLOAT, Kind.SNORM),
        kind ->
            switch (kind) {
              case FLOAT -> each(c -> toFloat(x[c], c));
              case SNORM -> each(c -> toInteger(x[c], -1, b.op(S_TO_F, most(c, 1))));
              default -> each(c -> toInteger(x[c], 0, b.op(U_TO_F, most(c, 0))));
            });
  }

  private Value toInteger(Value x, float least, Value scale) {
    Value clamped = b.op(F_MIN, b.op(F_MAX, x, Constant.f32(least)), Constant.f32(1));
    return b.op(F_TO_S_NEAREST, b.op(F_MUL, clamped, scale));
  }

  /** Floats below 16 bits have no sign: what is negative becomes 0. */
  private Value toFloat(Value x, int c) {
    Value whole = b.op(EQ, bits[c], i(32));
    Value unsigned = b.op(LT_U, bits[c], i(16));
    return Structured.choose(
        b,
        whole,
        () -> new Value[] {b.op(F_TO_BITS, x)},
        () -> {
          Value floor = b.op(SELECT, unsigned, b.op(F_MAX, x, Constant.f32(0)), x);
          Value half = new Packing(b).floatToHalf(floor);
          Value cut = b.op(SHR_U, half, b.op(SUB, i(15), bits[c]));
          return new Value[] {b.op(SELECT, unsigned, cut, half)};
        })[0];
  }
}
