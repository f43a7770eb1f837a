package dev.zhulong.compiler.frontend.spirv;

import dev.zhulong.compiler.frontend.spirv.Pointer.Usage;
import dev.zhulong.compiler.ir.Access;
import dev.zhulong.compiler.ir.Builder;
import dev.zhulong.compiler.ir.Constant;
import dev.zhulong.compiler.ir.Opcode;
import dev.zhulong.compiler.ir.Result;
import dev.zhulong.compiler.ir.Space;
import dev.zhulong.compiler.ir.Type;
import dev.zhulong.compiler.ir.Value;
import dev.zhulong.firmware.texel.DescriptorLayout;
import java.util.Arrays;

/** An image, a sampler, or both: what a descriptor in the argument block describes. */
sealed interface ResourceHandle {
  /**
   * Words of the argument block.
   *
   * @param base address that the offset counts from
   * @param offset byte offset of the first word
   * @param known its words, null for those that are not known; or null
   */
  record Descriptor(Value base, int offset, Integer[] known) {
    Descriptor(Value base, int offset) {
      this(base, offset, null);
    }

    /** The words from one on. */
    Descriptor from(int index) {
      Integer[] rest = known == null ? null : Arrays.copyOfRange(known, index, known.length);
      return new Descriptor(base, offset + 4 * index, rest);
    }

    private Integer knownWord(int index) {
      return known == null || index >= known.length ? null : known[index];
    }

    /** Whether it is always in the same place of the argument block. */
    boolean isFixed() {
      return base instanceof Result r && r.instruction().opcode() == Opcode.READ_CSR;
    }

    /** A word of it. */
    Value word(Builder b, int index) {
      Integer word = knownWord(index);
      return word == null ? load(b, Type.I32, index) : Constant.i32(word);
    }

    /** A word of it that is a float. */
    Value real(Builder b, int index) {
      Integer word = knownWord(index);
      return word == null ? load(b, Type.F32, index) : Constant.f32(Float.intBitsToFloat(word));
    }

    private Value load(Builder b, Type type, int index) {
      Access access = new Access(Space.ARGUMENTS, 4, false, offset + 4 * index, 0, true);
      return b.make(Opcode.LOAD, type, access, base);
    }
  }

  /**
   * An image.
   *
   * @param type its type
   * @param descriptor its words
   * @param resource identity for alias analysis, −1 for one that may alias
   * @param readOnly whether nothing writes it during a launch
   * @param usage notes reads and writes
   */
  record Image(
      SpirvType.Image type, Descriptor descriptor, int resource, boolean readOnly, Usage usage)
      implements ResourceHandle {}

  /** A sampler. */
  record Sampler(Descriptor descriptor) implements ResourceHandle {}

  /** An image with the sampler that it is read by. */
  record Sampled(Image image, Sampler sampler) implements ResourceHandle {}

  /** The handle of a loaded descriptor. */
  static ResourceHandle of(
      SpirvType type, Descriptor descriptor, int resource, boolean readOnly, Usage usage) {
    return switch (type) {
      case SpirvType.Image image -> new Image(image, descriptor, resource, readOnly, usage);
      case SpirvType.Sampler _ -> new Sampler(descriptor);
      case SpirvType.SampledImage s ->
          new Sampled(
              new Image(s.image(), descriptor, resource, readOnly, usage),
              new Sampler(descriptor.from(DescriptorLayout.IMAGE_WORDS)));
      default -> throw new IllegalArgumentException("no descriptor describes " + type);
    };
  }
}
