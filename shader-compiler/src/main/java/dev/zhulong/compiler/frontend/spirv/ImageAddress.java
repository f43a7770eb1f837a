package dev.zhulong.compiler.frontend.spirv;

import static dev.zhulong.compiler.ir.Opcode.*;

import dev.zhulong.compiler.ir.Builder;
import dev.zhulong.compiler.ir.Constant;
import dev.zhulong.compiler.ir.Value;
import dev.zhulong.firmware.texel.DescriptorLayout;

/** Where the texels of an image are. */
final class ImageAddress {
  private static final Constant ONE = Constant.i32(1);

  private final Builder b;
  private final ResourceHandle.Image image;
  private final Value bytes;

  /**
   * For an image.
   *
   * @param bytes bytes of a texel
   */
  ImageAddress(Builder builder, ResourceHandle.Image image, Value bytes) {
    this.b = builder;
    this.image = image;
    this.bytes = bytes;
  }

  /**
   * A mip level.
   *
   * @param start address of its first texel
   * @param width texels of a row
   * @param height rows of a slice
   * @param depth slices, layers, or faces
   */
  record Level(Value start, Value width, Value height, Value depth) {}

  /** A level; its number must be one that the image has. */
  Level level(Value level) {
    ResourceHandle.Descriptor words = image.descriptor();
    Value width = words.word(b, DescriptorLayout.WIDTH);
    Value height = words.word(b, DescriptorLayout.HEIGHT);
    Value depth = words.word(b, DescriptorLayout.DEPTH);
    Value start = words.word(b, DescriptorLayout.ADDRESS);
    if (level instanceof Constant c && c.bits() == 0) {
      return new Level(start, width, height, depth);
    }
    Value chosen = b.op(ADD, words.base(), b.op(SHL, level, Constant.i32(2)));
    Value offset =
        new ResourceHandle.Descriptor(chosen, words.offset())
            .word(b, DescriptorLayout.LEVEL_OFFSETS);
    boolean volume = image.type().dimension() == 2;
    return new Level(
        b.op(ADD, start, offset),
        smaller(width, level),
        smaller(height, level),
        volume ? smaller(depth, level) : depth);
  }

  private Value smaller(Value size, Value level) {
    return b.op(MAX_S, b.op(SHR_U, size, level), ONE);
  }

  /** The address of a texel. */
  Value texel(Level level, Value x, Value y, Value z) {
    Value row = b.op(ADD, b.op(MUL, z, level.height), y);
    Value index = b.op(ADD, b.op(MUL, row, level.width), x);
    return b.op(ADD, level.start, b.op(MUL, index, bytes));
  }

  /** Whether a texel is one of a level's. */
  Value inside(Level level, Value x, Value y, Value z) {
    Value within = b.op(LT_U, x, level.width);
    if (!(y instanceof Constant)) {
      within = b.op(B_AND, within, b.op(LT_U, y, level.height));
    }
    if (!(z instanceof Constant)) {
      within = b.op(B_AND, within, b.op(LT_U, z, level.depth));
    }
    return within;
  }
}
