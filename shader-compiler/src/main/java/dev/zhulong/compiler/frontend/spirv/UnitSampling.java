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
import dev.zhulong.firmware.texel.TextureUnit;

/**
 * Samples by the texture instructions where the descriptors are known and the unit can: images of
 * two dimensions, also in arrays, with up to four components of 8 bits from 0 to 1, that repeat or
 * end at their edges. Filters mix whole 256ths; the indices that the unit gives are within the
 * image.
 */
final class UnitSampling {
  private static final Constant ZERO = Constant.i32(0);
  private static final Constant ONE = Constant.i32(1);
  private static final Constant F_ZERO = Constant.f32(0);
  private static final Constant F_ONE = Constant.f32(1);
  private static final float SHARE = 1 / 255f;

  /** What the share's rounding has lost: with it, all bytes give the float nearest to n / 255. */
  private static final float REST = (float) (1 / 255.0 - SHARE);

  private final Builder b;
  private final ResourceHandle.Image image;
  private final Sampling sampling;
  private final ImageAddress place;
  private final int bytes;
  private final int levels;
  private final int flags;

  private UnitSampling(
      Builder builder, ResourceHandle.Image image, Sampling sampling, int levels, int flags) {
    this.b = builder;
    this.image = image;
    this.sampling = sampling;
    this.bytes = image.descriptor().knownWord(DescriptorLayout.FORMAT) >> 8;
    this.place = new ImageAddress(builder, image, i(bytes));
    this.levels = levels;
    this.flags = flags;
  }

  /** What samples at a place like this, or null if the unit cannot or too little is known. */
  static UnitSampling of(
      Builder b, ResourceHandle.Sampled sampled, Sampling sampling, Sampling.Sample where) {
    ResourceHandle.Image image = sampled.image();
    ResourceHandle.Descriptor words = image.descriptor();
    Integer flags = sampled.sampler().descriptor().knownWord(DescriptorLayout.SAMPLER_FLAGS);
    Integer levels = words.knownWord(DescriptorLayout.LEVELS);
    boolean plane = image.type().dimension() == 1 && image.type().sampled().type() == Type.F32;
    boolean plain = where.offsets() == null && where.reference() == null;
    if (!plane || !plain || flags == null || levels == null || !takes(words)) {
      return null;
    }
    boolean wraps = wrap(flags, 0) >= 0 && wrap(flags, 1) >= 0;
    return wraps && (flags & DescriptorLayout.UNNORMALIZED) == 0
        ? new UnitSampling(b, image, sampling, levels, flags)
        : null;
  }

  private static boolean takes(ResourceHandle.Descriptor words) {
    Integer format = words.knownWord(DescriptorLayout.FORMAT);
    Integer width = words.knownWord(DescriptorLayout.WIDTH);
    Integer height = words.knownWord(DescriptorLayout.HEIGHT);
    if (format == null || width == null || height == null) {
      return false;
    }
    for (int c = 0; c < 4; c++) {
      Integer channel = words.knownWord(DescriptorLayout.CHANNELS + c);
      int bits = channel == null ? -1 : channel >> 8;
      if (bits != 0 && (bits != 8 || (channel & 7) != 0)) {
        return false;
      }
    }
    return (format & 0xff) == TexelFormat.Kind.UNORM.ordinal()
        && format >> 8 <= 4
        && width <= TextureUnit.MAXIMUM_SIZE
        && height <= TextureUnit.MAXIMUM_SIZE;
  }

  /** The unit's wrap mode for a sampler's address mode, or -1. */
  private static int wrap(int flags, int dimension) {
    return switch (flags >> DescriptorLayout.ADDRESS_MODES + 3 * dimension & 7) {
      case ResourceHandle.REPEAT -> TextureUnit.REPEAT;
      case ResourceHandle.MIRRORED_REPEAT -> TextureUnit.MIRRORED_REPEAT;
      case ResourceHandle.CLAMP_TO_EDGE -> TextureUnit.CLAMP_TO_EDGE;
      default -> -1;
    };
  }

  private static Constant i(int value) {
    return Constant.i32(value);
  }

  private boolean flag(int mask) {
    return (flags & mask) != 0;
  }

  /** The components at a level of detail. */
  Value[] sample(Sampling.Sample s, Value lod) {
    boolean same =
        flag(DescriptorLayout.LINEAR_MAGNIFICATION) == flag(DescriptorLayout.LINEAR_MINIFICATION);
    if (levels == 1 && same) {
      return filter(s, ZERO, flag(DescriptorLayout.LINEAR_MAGNIFICATION));
    }
    Value limited = sampling.limited(lod);
    if (levels == 1) {
      return filter(s, ZERO, limited);
    }
    Value last = i(levels - 1);
    Value inside = b.op(F_MIN, b.op(F_MAX, limited, F_ZERO), Constant.f32(levels - 1));
    if (!flag(DescriptorLayout.LINEAR_LEVELS)) {
      return filter(s, Sampling.nearestLevel(b, inside, last), limited);
    }
    Value lower = b.op(F_TO_S_DOWN, inside);
    Value fraction = b.op(F_SUB, inside, b.op(S_TO_F, lower));
    Value[] first = filter(s, lower, limited);
    return Structured.choose(
        b,
        b.op(F_LT, F_ZERO, fraction),
        () -> {
          boolean linear = flag(DescriptorLayout.LINEAR_MINIFICATION);
          Value[] second = filter(s, b.op(ADD, lower, ONE), linear);
          Value[] mixed = new Value[4];
          for (int c = 0; c < 4; c++) {
            mixed[c] = b.op(F_MA, fraction, b.op(F_SUB, second[c], first[c]), first[c]);
          }
          return mixed;
        },
        () -> first);
  }

  /** A level's components by the filter for magnification or that for minification. */
  private Value[] filter(Sampling.Sample s, Value level, Value limited) {
    boolean magnifying = flag(DescriptorLayout.LINEAR_MAGNIFICATION);
    boolean minifying = flag(DescriptorLayout.LINEAR_MINIFICATION);
    if (magnifying == minifying) {
      return filter(s, level, magnifying);
    }
    return Structured.choose(
        b,
        b.op(F_LE, limited, F_ZERO),
        () -> filter(s, level, magnifying),
        () -> filter(s, level, minifying));
  }

  private Value[] filter(Sampling.Sample s, Value level, boolean linear) {
    ImageAddress.Level size = place.level(level);
    Value x = coordinate(s.coordinates()[0], size.width(), 0, linear);
    Value y = coordinate(s.coordinates()[1], size.height(), 1, linear);
    Value slice = s.layer() == null ? ZERO : b.op(MUL, s.layer(), size.height());
    Value left = column(b.op(SHR_U, x, i(20)));
    Value top = row(size, slice, b.op(SHR_U, y, i(20)));
    if (!linear) {
      return components(texel(top, left));
    }
    Value right = column(b.op(SHR_U, b.op(SHL, x, i(12)), i(20)));
    Value bottom = row(size, slice, b.op(SHR_U, b.op(SHL, y, i(12)), i(20)));
    Value[] texels = {
      texel(top, left), texel(top, right), texel(bottom, left), texel(bottom, right)
    };
    Value[] upper = mixed(texels[0], texels[1], x);
    Value[] lower = mixed(texels[2], texels[3], x);
    Value[] made = new Value[4];
    for (int c = 0; c < 4; c++) {
      int at = position(c);
      made[c] = missing(c);
      if (at >= 0) {
        var operation = (at & 1) == 0 ? TEX_COLOR_LOW : TEX_COLOR_HIGH;
        Value color = b.op(operation, upper[at >> 1], lower[at >> 1], y);
        made[c] = b.op(F_MUL, color, Constant.f32(SHARE));
      }
    }
    return made;
  }

  /** Both texels along an axis, and the weight of the second. */
  private Value coordinate(Value coordinate, Value size, int dimension, boolean linear) {
    int mode = wrap(flags, dimension) << TextureUnit.WRAP | (linear ? 0 : TextureUnit.NEAREST);
    Value axis = b.op(OR, b.op(SUB, size, ONE), i(mode));
    return b.op(TEX_COORDINATE, coordinate, axis);
  }

  private Value column(Value x) {
    return b.op(MUL, x, i(bytes));
  }

  private Value row(ImageAddress.Level size, Value slice, Value y) {
    Value pitch = b.op(MUL, size.width(), i(bytes));
    return b.op(ADD, size.start(), b.op(MUL, b.op(ADD, slice, y), pitch));
  }

  private Value texel(Value row, Value column) {
    Access access = new Access(Space.GLOBAL, bytes, false, 0, image.resource(), image.readOnly());
    return b.make(LOAD, Type.I32, access, b.op(ADD, row, column));
  }

  /** Pairs of bytes of two texels, mixed by a coordinate's weight. */
  private Value[] mixed(Value first, Value second, Value coordinate) {
    return new Value[] {
      b.op(TEX_MIX_LOW, first, second, coordinate),
      bytes > 2 ? b.op(TEX_MIX_HIGH, first, second, coordinate) : ZERO
    };
  }

  private Value[] components(Value texel) {
    Value[] made = new Value[4];
    for (int c = 0; c < 4; c++) {
      int at = position(c);
      made[c] = missing(c);
      if (at >= 0) {
        Value shifted = at == 0 ? texel : b.op(SHR_U, texel, i(8 * at));
        Value number = b.op(U_TO_F, at + 1 < bytes ? b.op(AND, shifted, i(255)) : shifted);
        Value rest = b.op(F_MUL, number, Constant.f32(REST));
        made[c] = b.op(F_MA, number, Constant.f32(SHARE), rest);
      }
    }
    return made;
  }

  /** The byte of a component, or -1 if the format lacks it. */
  private int position(int c) {
    int channel = image.descriptor().knownWord(DescriptorLayout.CHANNELS + c);
    return channel >> 8 == 0 ? -1 : (channel & 0xff) / 8;
  }

  private static Value missing(int c) {
    return c == 3 ? F_ONE : F_ZERO;
  }
}
