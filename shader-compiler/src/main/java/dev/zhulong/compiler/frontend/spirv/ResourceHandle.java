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
  /** Address modes of a sampler's descriptor. */
  int REPEAT = 0;

  int MIRRORED_REPEAT = 1;
  int CLAMP_TO_EDGE = 2;
  int CLAMP_TO_BORDER = 3;

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

    /** A word, or null if it is not known. */
    Integer knownWord(int index) {
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
      implements ResourceHandle {
    /** The same as accesses to components of a type see it. */
    Image as(SpirvType.Scalar component) {
      return new Image(type.as(component), descriptor, resource, readOnly, usage);
    }
  }

  /**
   * A sampler.
   *
   * @param literal whether the source says all of it; its border is then opaque in formats without
   *     an alpha, and elsewhere 0
   */
  record Sampler(Descriptor descriptor, boolean literal) implements ResourceHandle {
    /** A sampler that the launch gives. */
    Sampler(Descriptor descriptor) {
      this(descriptor, false);
    }
  }

  /** An image with the sampler that it is read by. */
  record Sampled(Image image, Sampler sampler) implements ResourceHandle {}

  /**
   * A sampler that the source says.
   *
   * @param mode number of its addressing mode. SPIR-V specification, Sampler Addressing Mode
   * @param normalized whether coordinates go from 0 to 1
   * @param linear whether it filters
   * @throws IllegalArgumentException if there is no such mode
   */
  static Sampler literal(int mode, boolean normalized, boolean linear) {
    int address =
        switch (mode) {
          case 0, 1 -> CLAMP_TO_EDGE;
          case 2 -> CLAMP_TO_BORDER;
          case 3 -> REPEAT;
          case 4 -> MIRRORED_REPEAT;
          default -> throw new IllegalArgumentException("addressing mode " + mode);
        };
    int flags = normalized ? 0 : DescriptorLayout.UNNORMALIZED;
    if (linear) {
      flags |= DescriptorLayout.LINEAR_MAGNIFICATION | DescriptorLayout.LINEAR_MINIFICATION;
    }
    flags |= (address | address << 3 | address << 6) << DescriptorLayout.ADDRESS_MODES;
    Integer[] words = new Integer[DescriptorLayout.SAMPLER_WORDS];
    Arrays.fill(words, 0);
    words[DescriptorLayout.SAMPLER_FLAGS] = flags;
    words[DescriptorLayout.MAXIMUM_LOD] = Float.floatToRawIntBits(DescriptorLayout.MAXIMUM_LEVELS);
    return new Sampler(new Descriptor(Constant.i32(0), 0, words), true);
  }

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
