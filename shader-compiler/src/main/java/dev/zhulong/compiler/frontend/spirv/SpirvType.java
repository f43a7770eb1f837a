package dev.zhulong.compiler.frontend.spirv;

import dev.zhulong.compiler.ir.Type;
import java.util.List;
import java.util.function.Supplier;

/**
 * A SPIR-V type. A value of any type is handled as the list of its scalars, in the order of
 * declaration, matrices column by column. A 64-bit integer counts as two scalars, its low word and
 * its high word.
 */
sealed interface SpirvType {
  /** Scalars in a value; 0 for what has no value. Saturates far above any accepted size. */
  long scalars();

  /** No value. */
  record Void() implements SpirvType {
    @Override
    public long scalars() {
      return 0;
    }
  }

  /**
   * One scalar. An integer of 8 or 16 bits is held in a word, extended as its type's sign says; a
   * 16-bit float is held as the 32-bit float of the same value.
   *
   * @param type the type of its word, or of its two words
   * @param bits 8, 16, 32 or 64; 1 for a truth value
   * @param signed whether its type is signed
   */
  record Scalar(Type type, int bits, boolean signed) implements SpirvType {
    @Override
    public long scalars() {
      return words();
    }

    /** Words that it is held in. */
    int words() {
      return bits == 64 ? 2 : 1;
    }

    /** Bytes in memory with explicit layout. */
    int bytes() {
      return bits == 1 ? 4 : bits / 8;
    }

    /** Whether it is an integer of 8 or 16 bits. */
    boolean narrow() {
      return type == Type.I32 && (bits == 8 || bits == 16);
    }

    /** Whether it is a 16-bit float. */
    boolean half() {
      return type == Type.F32 && bits == 16;
    }
  }

  /** Two to four scalars of one type. */
  record Vector(Scalar component, int count) implements SpirvType {
    @Override
    public long scalars() {
      return (long) count * component.words();
    }
  }

  /** Two to four columns. */
  record Matrix(Vector column, int count) implements SpirvType {
    @Override
    public long scalars() {
      return count * column.scalars();
    }
  }

  /** A sized array; the stride is 0 where it has no explicit layout. */
  record Array(SpirvType element, long length, int stride, long scalars) implements SpirvType {}

  /** An array whose length the buffer's size gives. */
  record RuntimeArray(SpirvType element, int stride) implements SpirvType {
    @Override
    public long scalars() {
      return 0;
    }
  }

  /**
   * A struct.
   *
   * @param id its id, for decorations and names
   * @param members types of its members
   * @param offsets explicit byte offsets, or −1
   * @param matrices explicit matrix layouts of members, null entries where there are none
   * @param scalars scalars in a value
   * @param alignment what the address is a multiple of in a kernel's memory
   */
  record Struct(
      int id,
      List<SpirvType> members,
      int[] offsets,
      MatrixLayout[] matrices,
      long scalars,
      int alignment)
      implements SpirvType {}

  /**
   * Where a variable lives and what it holds. A physical pointer may point to a type that holds
   * such pointers itself, so what it points to is looked up when asked for.
   *
   * @param target what it points to
   * @param stride bytes between what it points to and its neighbours, or 0 without the decoration
   */
  record Pointer(StorageClass storage, Supplier<SpirvType> target, int stride)
      implements SpirvType {
    SpirvType pointee() {
      return target.get();
    }

    @Override
    public long scalars() {
      return storage.pointerWords();
    }
  }

  /**
   * An image, which is only ever a handle.
   *
   * @param sampled what components are when read: of 32 bits; of 0 bits where each access says, as
   *     in kernels
   * @param dimension 0 to 2 dimensions less one, 3 a cube, 5 a texel buffer
   * @param depth whether it holds depths
   * @param arrayed whether it has layers
   * @param multisampled whether its texels have several samples, which lie like layers
   * @param storage whether it is read and written without a sampler
   * @param format number of its format, or 0 where the descriptor says
   */
  record Image(
      Scalar sampled,
      int dimension,
      boolean depth,
      boolean arrayed,
      boolean multisampled,
      boolean storage,
      int format)
      implements SpirvType {
    static final int CUBE = 3;
    static final int BUFFER = 5;

    /** Samples of a texel of an array; of other images the descriptor says how many there are. */
    static final int SAMPLES = 4;

    /** Components of a kernel's image that are read or written as floats, or are not yet. */
    static final Scalar ANY_FLOAT = new Scalar(Type.F32, 0, true);

    /** Components of a kernel's image that are read or written as integers. */
    static final Scalar ANY_INTEGER = new Scalar(Type.I32, 0, false);

    /** Whether it is a kernel's, whose components are what the format and each access say. */
    boolean ofKernel() {
      return sampled.bits() == 0;
    }

    /** The same as accesses to components of a type see it. */
    Image as(Scalar component) {
      Scalar seen = component.type() == Type.F32 ? ANY_FLOAT : ANY_INTEGER;
      return ofKernel()
          ? new Image(seen, dimension, depth, arrayed, multisampled, storage, format)
          : this;
    }

    @Override
    public long scalars() {
      return 0;
    }

    /** Coordinates of a texel, without the layer: a cube has three, of a direction. */
    int coordinates() {
      return dimension == BUFFER ? 1 : dimension == CUBE ? 3 : dimension + 1;
    }
  }

  /** A sampler. */
  record Sampler() implements SpirvType {
    @Override
    public long scalars() {
      return 0;
    }
  }

  /** An image with its sampler. */
  record SampledImage(Image image) implements SpirvType {
    @Override
    public long scalars() {
      return 0;
    }
  }

  /** A function's signature; only its presence matters. */
  record Function() implements SpirvType {
    @Override
    public long scalars() {
      return 0;
    }
  }

  /**
   * How a matrix lies in memory.
   *
   * @param stride bytes between columns, or between rows when row-major
   * @param rowMajor whether rows are contiguous
   */
  record MatrixLayout(int stride, boolean rowMajor) {}
}
