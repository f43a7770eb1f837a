package dev.zhulong.compiler.frontend.spirv;

import static dev.zhulong.compiler.ir.Opcode.*;

import dev.zhulong.compiler.ir.Builder;
import dev.zhulong.compiler.ir.Constant;
import dev.zhulong.compiler.ir.Type;
import dev.zhulong.compiler.ir.Value;
import dev.zhulong.firmware.texel.DescriptorLayout;
import dev.zhulong.firmware.texel.TexelFormat;
import java.util.ArrayList;
import java.util.List;

/**
 * Samples an image: levels of detail, filters, address modes, comparison. One texel is read at a
 * time, in a loop over the corners of the footprint inside a loop over the levels, so that the code
 * stays small whatever the sampler asks for. Vulkan specification, Image Operations.
 */
final class Sampling {
  private static final Constant ZERO = Constant.i32(0);
  private static final Constant ONE = Constant.i32(1);
  private static final Constant F_ZERO = Constant.f32(0);
  private static final Constant F_ONE = Constant.f32(1);

  private final Builder b;
  private final ResourceHandle.Image image;
  private final ResourceHandle.Descriptor sampler;
  private final boolean literal;
  private final ImageAddress place;
  private final Texels texels;
  private final Value flags;
  private final int dimensions;
  private final boolean cube;

  /**
   * What is sampled.
   *
   * @param coordinates one for each dimension, a cube's within the face
   * @param layer slice of the layer or face, or null
   * @param offsets texels to add to each coordinate, or null
   * @param reference what texels are compared with, or null
   */
  record Sample(Value[] coordinates, Value layer, Value[] offsets, Value reference) {}

  Sampling(Builder builder, ResourceHandle.Sampled sampled) {
    this.b = builder;
    this.image = sampled.image();
    this.sampler = sampled.sampler().descriptor();
    this.literal = sampled.sampler().literal();
    this.texels = new Texels(builder, image);
    this.place = new ImageAddress(builder, image, texels.bytes());
    this.flags = sampler.word(b, DescriptorLayout.SAMPLER_FLAGS);
    this.cube = image.type().dimension() == SpirvType.Image.CUBE;
    this.dimensions = cube ? 2 : image.type().coordinates();
  }

  private static Constant i(int value) {
    return Constant.i32(value);
  }

  private Value flag(int mask) {
    return b.op(NE, b.op(AND, flags, i(mask)), ZERO);
  }

  /** The level that would be read, and the level of detail before it is fitted to the image. */
  Value[] levels(Value lod) {
    Value last = b.op(SUB, image.descriptor().word(b, DescriptorLayout.LEVELS), ONE);
    Value inside = b.op(F_MIN, b.op(F_MAX, limited(lod), F_ZERO), b.op(S_TO_F, last));
    Value nearest = b.op(S_TO_F, nearestLevel(b, inside, last));
    Value level = b.op(SELECT, flag(DescriptorLayout.LINEAR_LEVELS), inside, nearest);
    return new Value[] {level, lod};
  }

  /** The level of detail with the sampler's bias, within its limits. */
  Value limited(Value lod) {
    Value biased = b.op(F_ADD, lod, sampler.real(b, DescriptorLayout.LOD_BIAS));
    Value above = b.op(F_MAX, biased, sampler.real(b, DescriptorLayout.MINIMUM_LOD));
    return b.op(F_MIN, above, sampler.real(b, DescriptorLayout.MAXIMUM_LOD));
  }

  /** The components at a level of detail. */
  Value[] sample(Sample s, Value lod) {
    Value limited = limited(lod);
    Value magnified = b.op(F_LE, limited, F_ZERO);
    Value last = b.op(SUB, image.descriptor().word(b, DescriptorLayout.LEVELS), ONE);
    Value inside = b.op(F_MIN, b.op(F_MAX, limited, F_ZERO), b.op(S_TO_F, last));
    if (image.type().sampled().type() == Type.I32) {
      return corner(s, nearestLevel(b, inside, last), Constant.FALSE, ZERO).components;
    }
    Value linear =
        b.op(
            SELECT,
            magnified,
            flag(DescriptorLayout.LINEAR_MAGNIFICATION),
            flag(DescriptorLayout.LINEAR_MINIFICATION));
    Value blended = flag(DescriptorLayout.LINEAR_LEVELS);
    Value lower = b.op(F_TO_S_DOWN, inside);
    Value fraction = b.op(SELECT, blended, b.op(F_SUB, inside, b.op(S_TO_F, lower)), F_ZERO);
    Value first = b.op(SELECT, blended, lower, nearestLevel(b, inside, last));
    Value second = b.op(F_LT, F_ZERO, fraction);
    List<Value> start = new ArrayList<>(List.of(first, b.op(F_SUB, F_ONE, fraction), second));
    start.addAll(List.of(F_ZERO, F_ZERO, F_ZERO, F_ZERO));
    Value[] made =
        Structured.loop(
            b,
            start,
            carried -> {
              Value[] filtered = filter(s, carried.get(0), linear);
              List<Value> next =
                  new ArrayList<>(
                      List.of(b.op(ADD, carried.get(0), ONE), fraction, Constant.FALSE));
              for (int c = 0; c < 4; c++) {
                next.add(b.op(F_MA, carried.get(1), filtered[c], carried.get(3 + c)));
              }
              return new Structured.Iteration(carried.get(2), next);
            });
    return new Value[] {made[3], made[4], made[5], made[6]};
  }

  /** The level nearest to a level of detail: a half goes to the finer one. */
  static Value nearestLevel(Builder b, Value lod, Value last) {
    Value up = b.op(F_TO_S_UP, b.op(F_ADD, lod, Constant.f32(0.5f)));
    return b.op(MIN_S, b.op(MAX_S, b.op(SUB, up, ONE), ZERO), last);
  }

  /** The components of a level: of one texel, or of all corners by their weights. */
  private Value[] filter(Sample s, Value level, Value linear) {
    Value corners = b.op(SELECT, linear, i(1 << dimensions), ONE);
    Value[] made =
        Structured.loop(
            b,
            List.of(ZERO, F_ZERO, F_ZERO, F_ZERO, F_ZERO),
            carried -> {
              Corner corner = corner(s, level, linear, carried.get(0));
              Value next = b.op(ADD, carried.get(0), ONE);
              List<Value> sums = new ArrayList<>(List.of(next));
              for (int c = 0; c < 4; c++) {
                sums.add(b.op(F_MA, corner.weight, corner.components[c], carried.get(1 + c)));
              }
              return new Structured.Iteration(b.op(LT_U, next, corners), sums);
            });
    return new Value[] {made[1], made[2], made[3], made[4]};
  }

  private record Corner(Value weight, Value[] components) {}

  /** One texel of the footprint; bit n of the number says which of the two in dimension n. */
  private Corner corner(Sample s, Value level, Value linear, Value number) {
    ImageAddress.Level size = place.level(level);
    Value[] sizes = {size.width(), size.height(), size.depth()};
    Value weight = F_ONE;
    Value[] texel = new Value[3];
    Value inside = Constant.TRUE;
    for (int d = 0; d < dimensions; d++) {
      Value scaled = scaled(s.coordinates[d], sizes[d]);
      Value centred = b.op(F_SUB, scaled, b.op(SELECT, linear, Constant.f32(0.5f), F_ZERO));
      Value low = b.op(F_TO_S_DOWN, centred);
      Value part = b.op(F_SUB, centred, b.op(F_FLOOR, centred));
      Value upper = b.op(AND, b.op(SHR_U, number, i(d)), ONE);
      Value isUpper = b.op(NE, upper, ZERO);
      Value share = b.op(SELECT, isUpper, part, b.op(F_SUB, F_ONE, part));
      weight = b.op(F_MUL, weight, b.op(SELECT, linear, share, F_ONE));
      Value index = b.op(ADD, low, upper);
      texel[d] = s.offsets == null ? index : b.op(ADD, index, s.offsets[d]);
    }
    Value layer = s.layer;
    if (cube) {
      Value[] moved = new CubeFaces(b).across(texel[0], texel[1], layer, size.width());
      texel[0] = moved[0];
      texel[1] = moved[1];
      layer = moved[2];
    } else {
      for (int d = 0; d < dimensions; d++) {
        Value[] wrapped = wrap(texel[d], sizes[d], d);
        texel[d] = wrapped[0];
        inside = b.op(B_AND, inside, wrapped[1]);
      }
    }
    Value address =
        place.texel(
            size,
            texel[0],
            dimensions > 1 ? texel[1] : ZERO,
            layer != null ? layer : dimensions > 2 ? texel[2] : ZERO);
    Value[] components = Structured.choose(b, inside, () -> texels.load(address), this::border);
    return new Corner(weight, s.reference == null ? components : compared(s.reference, components));
  }

  private Value scaled(Value coordinate, Value size) {
    Value wide = b.op(F_MUL, coordinate, b.op(S_TO_F, size));
    return b.op(SELECT, flag(DescriptorLayout.UNNORMALIZED), coordinate, wide);
  }

  private Value[] border() {
    Value[] made = new Value[4];
    for (int c = 0; c < 4; c++) {
      made[c] =
          image.type().sampled().type() == Type.F32
              ? sampler.real(b, DescriptorLayout.BORDER + c)
              : sampler.word(b, DescriptorLayout.BORDER + c);
    }
    if (literal) {
      Value bits = b.op(SHR_U, image.descriptor().word(b, DescriptorLayout.CHANNELS + 3), i(8));
      Value one = image.type().sampled().type() == Type.F32 ? F_ONE : ONE;
      made[3] = b.op(SELECT, b.op(EQ, bits, ZERO), one, made[3]);
    }
    return made;
  }

  /** A texel's index within the image, and whether it is the image's at all or the border's. */
  private Value[] wrap(Value index, Value size, int dimension) {
    Value field = b.op(SHR_U, flags, i(DescriptorLayout.ADDRESS_MODES + 3 * dimension));
    Value mode = b.op(AND, field, i(7));
    Value last = b.op(SUB, size, ONE);
    return Structured.choose(
        b,
        b.op(LT_U, mode, i(2)),
        () -> {
          Value mirrored = b.op(NE, mode, ZERO);
          Value period = b.op(SHL, size, b.op(BOOL_TO_INT, mirrored));
          Value rest = b.op(REM_S, index, period);
          Value positive = b.op(SELECT, b.op(LT_S, rest, ZERO), b.op(ADD, rest, period), rest);
          Value back = b.op(SUB, b.op(SUB, period, ONE), positive);
          Value turned = b.op(LT_S, last, positive);
          return new Value[] {b.op(SELECT, turned, back, positive), Constant.TRUE};
        },
        () -> {
          Value mirror = b.op(B_AND, b.op(EQ, mode, i(4)), b.op(LT_S, index, ZERO));
          Value once = b.op(SELECT, mirror, b.op(XOR, index, i(-1)), index);
          Value clamped = b.op(MIN_S, b.op(MAX_S, once, ZERO), last);
          Value outside = b.op(B_AND, b.op(EQ, mode, i(3)), b.op(GE_U, index, size));
          return new Value[] {clamped, b.op(B_NOT, outside)};
        });
  }

  /** 1 where the comparison with the first component holds, else 0. */
  private Value[] compared(Value reference, Value[] components) {
    Value texel = components[0];
    Value unorm =
        b.op(
            EQ,
            b.op(AND, image.descriptor().word(b, DescriptorLayout.FORMAT), i(0xff)),
            i(TexelFormat.Kind.UNORM.ordinal()));
    Value clamped = b.op(F_MIN, b.op(F_MAX, reference, F_ZERO), F_ONE);
    Value x = b.op(SELECT, unorm, clamped, reference);
    Value holds =
        b.op(
            B_OR,
            b.op(
                B_OR,
                b.op(B_AND, flag(1 << DescriptorLayout.COMPARISON), b.op(F_LT, x, texel)),
                b.op(B_AND, flag(2 << DescriptorLayout.COMPARISON), b.op(F_EQ, x, texel))),
            b.op(B_AND, flag(4 << DescriptorLayout.COMPARISON), b.op(F_LT, texel, x)));
    return new Value[] {b.op(SELECT, holds, F_ONE, F_ZERO), F_ZERO, F_ZERO, F_ONE};
  }

  /**
   * One component of each texel of the footprint of a linear filter in the first level.
   *
   * @param offsets texels to add for each of the four, or null
   */
  Value[] gather(Sample s, int component, Value[][] offsets) {
    // Counted from the lower left corner against the clock; bit 0 is the column, bit 1 the row.
    int[] corners = offsets == null ? new int[] {2, 3, 1, 0} : new int[] {0, 0, 0, 0};
    Value[] made = new Value[4];
    for (int n = 0; n < 4; n++) {
      Sample one =
          offsets == null ? s : new Sample(s.coordinates, s.layer, offsets[n], s.reference);
      made[n] = corner(one, ZERO, Constant.TRUE, i(corners[n])).components[component];
    }
    return made;
  }
}
