package dev.zhulong.compiler.frontend.spirv;

import static dev.zhulong.compiler.ir.Opcode.*;

import dev.zhulong.compiler.ir.Builder;
import dev.zhulong.compiler.ir.Constant;
import dev.zhulong.compiler.ir.Value;
import dev.zhulong.firmware.texel.DescriptorLayout;
import dev.zhulong.firmware.texel.TexelFormat.Kind;

/**
 * What a kernel learns of an image's format: the numbers of SPIR-V's Image Channel Data Type and
 * Image Channel Order, from the descriptor. Kinds and orders that OpenCL has no number for give the
 * one that is most like it.
 */
final class ChannelQueries {
  private static final Constant ZERO = Constant.i32(0);
  private static final int SNORM_8 = 0;
  private static final int UNORM_8 = 2;
  private static final int UNORM_565 = 4;
  private static final int UNORM_555 = 5;
  private static final int SIGNED_8 = 7;
  private static final int UNSIGNED_8 = 10;
  private static final int HALF = 13;
  private static final int FLOAT = 14;
  private static final int UNORM_101010_2 = 16;
  private static final int ORDER_R = 0;
  private static final int ORDER_A = 1;
  private static final int ORDER_RG = 2;
  private static final int ORDER_RGB = 4;
  private static final int ORDER_RGBA = 5;
  private static final int ORDER_BGRA = 6;
  private static final int ORDER_ABGR = 19;

  /** From an order of plain components to that of the same on the sRGB curve. */
  private static final int SRGB = 15 - ORDER_RGB;

  private static final int SRGBA = 17 - ORDER_RGBA;
  private static final int SBGRA = 18 - ORDER_BGRA;

  private final Builder b;
  private final Value kind;
  private final Value[] positions = new Value[4];
  private final Value[] bits = new Value[4];

  ChannelQueries(Builder builder, ResourceHandle.Descriptor image) {
    this.b = builder;
    this.kind = b.op(AND, image.word(b, DescriptorLayout.FORMAT), i(0xff));
    for (int c = 0; c < 4; c++) {
      Value channel = image.word(b, DescriptorLayout.CHANNELS + c);
      positions[c] = b.op(AND, channel, i(0xff));
      bits[c] = b.op(SHR_U, channel, i(8));
    }
  }

  private static Constant i(int value) {
    return Constant.i32(value);
  }

  private Value is(Value x, int value) {
    return b.op(EQ, x, i(value));
  }

  private Value isKind(Kind wanted) {
    return is(kind, wanted.ordinal());
  }

  private Value choose(Value condition, Value yes, Value no) {
    return b.op(SELECT, condition, yes, no);
  }

  /** The number of the data type. */
  Value dataType() {
    // The first component that there is; 8, 16 and 32 bits follow each other in most kinds.
    Value width = choose(is(bits[0], 0), bits[3], bits[0]);
    Value step = choose(is(width, 8), ZERO, choose(is(width, 16), i(1), i(2)));
    Value packed =
        choose(
            is(width, 10),
            i(UNORM_101010_2),
            choose(
                is(width, 5),
                choose(is(bits[1], 6), i(UNORM_565), i(UNORM_555)),
                b.op(ADD, step, i(UNORM_8))));
    Value real = choose(is(width, 32), i(FLOAT), i(HALF));
    Value made = packed;
    made = choose(isKind(Kind.SNORM), b.op(ADD, step, i(SNORM_8)), made);
    made = choose(isKind(Kind.SINT), b.op(ADD, step, i(SIGNED_8)), made);
    made = choose(isKind(Kind.UINT), b.op(ADD, step, i(UNSIGNED_8)), made);
    return choose(isKind(Kind.FLOAT), real, made);
  }

  /** The number of the order. */
  Value order() {
    Value swapped = b.op(LT_U, positions[2], positions[0]);
    Value alphaFirst = b.op(B_AND, swapped, is(positions[3], 0));
    Value whole = choose(alphaFirst, i(ORDER_ABGR), choose(swapped, i(ORDER_BGRA), i(ORDER_RGBA)));
    Value made = whole;
    made = choose(is(bits[3], 0), i(ORDER_RGB), made);
    made = choose(b.op(B_AND, is(bits[2], 0), is(bits[3], 0)), i(ORDER_RG), made);
    made = choose(b.op(B_AND, is(bits[1], 0), is(bits[3], 0)), i(ORDER_R), made);
    made = choose(is(bits[0], 0), i(ORDER_A), made);
    Value curved =
        choose(
            is(made, ORDER_BGRA),
            i(SBGRA),
            choose(is(made, ORDER_RGBA), i(SRGBA), choose(is(made, ORDER_RGB), i(SRGB), ZERO)));
    return b.op(ADD, made, choose(isKind(Kind.SRGB), curved, ZERO));
  }
}
