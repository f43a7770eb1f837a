package dev.zhulong.compiler.frontend.spirv;

import static dev.zhulong.compiler.ir.Opcode.*;

import dev.zhulong.compiler.ir.Builder;
import dev.zhulong.compiler.ir.Constant;
import dev.zhulong.compiler.ir.Type;
import dev.zhulong.compiler.ir.Value;
import dev.zhulong.firmware.texel.DescriptorLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * What a pixel covers of an image: its gradients across and down, from which the level of detail
 * follows. Where the sampler is anisotropic, a sample of a two-dimensional image is the mean of up
 * to four along the longer gradient, at the level that fits the shorter one. Vulkan specification,
 * Scale Factor Operation and Texel Anisotropic Filtering.
 *
 * @param squared squares of the lengths of both gradients in texels; null for a point
 * @param gradients both gradients in coordinates
 * @param most the greatest number of places as a word, or null if there is only one
 */
record Footprint(Value[] squared, Value[][] gradients, Value most) {
  /** A place without derivatives. */
  static final Footprint POINT = new Footprint(null, null, null);

  private static final Constant ONE = Constant.i32(1);
  private static final Constant F_ZERO = Constant.f32(0);

  static Footprint of(Builder b, ResourceHandle.Sampled sampled, Value[] dx, Value[] dy) {
    ResourceHandle.Image image = sampled.image();
    Value[] squared = {squared(b, image, dx), squared(b, image, dy)};
    Value[][] gradients = {dx, dy};
    boolean plane = image.type().dimension() == 1 && image.type().sampled().type() == Type.F32;
    if (!plane) {
      return new Footprint(squared, gradients, null);
    }
    Value flags = sampled.sampler().descriptor().word(b, DescriptorLayout.SAMPLER_FLAGS);
    Value field = b.op(AND, b.op(SHR_U, flags, i(DescriptorLayout.ANISOTROPY)), i(7));
    if (flags instanceof Constant c && (c.bits() >> DescriptorLayout.ANISOTROPY & 7) <= 1) {
      return new Footprint(squared, gradients, null);
    }
    return new Footprint(squared, gradients, b.op(MAX_S, field, ONE));
  }

  private static Constant i(int value) {
    return Constant.i32(value);
  }

  private static Value squared(Builder b, ResourceHandle.Image image, Value[] gradient) {
    int[] sizes = {DescriptorLayout.WIDTH, DescriptorLayout.HEIGHT, DescriptorLayout.DEPTH};
    boolean cube = image.type().dimension() == SpirvType.Image.CUBE;
    Value sum = F_ZERO;
    for (int n = 0; n < gradient.length; n++) {
      int word = cube ? DescriptorLayout.WIDTH : sizes[n];
      Value size = b.op(S_TO_F, image.descriptor().word(b, word));
      // A cube's coordinates go from −1 to 1 where others go from 0 to 1.
      Value scale = cube ? b.op(F_MUL, size, Constant.f32(0.5f)) : size;
      Value texels = b.op(F_MUL, gradient[n], scale);
      sum = b.op(F_MA, texels, texels, sum);
    }
    return sum;
  }

  private Value longer(Builder b) {
    return b.op(F_MAX, squared[0], squared[1]);
  }

  private Value shorter(Builder b) {
    return b.op(F_MIN, squared[0], squared[1]);
  }

  /**
   * The level of detail: of the longer gradient, or of its share by as many places as there may be,
   * which is not shorter than the other one.
   */
  Value lod(Builder b) {
    if (squared == null) {
      return F_ZERO;
    }
    Value longest = longer(b);
    if (most != null) {
      Value places = b.op(S_TO_F, most);
      longest = b.op(F_MAX, b.op(F_DIV, longest, b.op(F_MUL, places, places)), shorter(b));
    }
    return b.op(F_MUL, Constant.f32(0.5f), b.op(F_LOG2, longest));
  }

  /** The mean of the samples of all places. */
  Value[] mean(Builder b, Sampling.Sample where, Function<Sampling.Sample, Value[]> sample) {
    if (most == null) {
      return sample.apply(where);
    }
    // How many times as long one gradient is as the other, rounded up, by comparing squares.
    Value ratio = ONE;
    for (int n = 1; n < 4; n++) {
      Value multiple = b.op(F_MUL, shorter(b), Constant.f32(n * n));
      ratio = b.op(ADD, ratio, b.op(BOOL_TO_INT, b.op(F_LT, multiple, longer(b))));
    }
    Value count = b.op(MIN_S, ratio, most);
    Value across = b.op(F_LT, squared[1], squared[0]);
    Value step = b.op(F_DIV, Constant.f32(1), b.op(S_TO_F, b.op(ADD, count, ONE)));
    Value[] along = new Value[where.coordinates().length];
    for (int d = 0; d < along.length; d++) {
      along[d] = b.op(SELECT, across, gradients[0][d], gradients[1][d]);
    }
    Value[] made =
        Structured.loop(
            b,
            List.of(ONE, F_ZERO, F_ZERO, F_ZERO, F_ZERO),
            carried -> {
              Value number = b.op(S_TO_F, carried.get(0));
              Value moved = b.op(F_MA, number, step, Constant.f32(-0.5f));
              Value[] place = where.coordinates().clone();
              for (int d = 0; d < place.length; d++) {
                place[d] = b.op(F_MA, along[d], moved, place[d]);
              }
              Value[] one =
                  sample.apply(
                      new Sampling.Sample(
                          place, where.layer(), where.offsets(), where.reference()));
              List<Value> next = new ArrayList<>(List.of(b.op(ADD, carried.get(0), ONE)));
              for (int c = 0; c < 4; c++) {
                next.add(b.op(F_ADD, carried.get(1 + c), one[c]));
              }
              return new Structured.Iteration(b.op(LT_S, carried.get(0), count), next);
            });
    Value share = b.op(F_DIV, Constant.f32(1), b.op(S_TO_F, count));
    Value[] components = new Value[4];
    for (int c = 0; c < 4; c++) {
      components[c] = b.op(F_MUL, made[1 + c], share);
    }
    return components;
  }
}
