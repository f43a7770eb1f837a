package dev.zhulong.compiler.frontend.spirv;

import dev.zhulong.compiler.frontend.spirv.SpirvType.MatrixLayout;
import dev.zhulong.compiler.ir.Local;
import dev.zhulong.compiler.ir.Space;
import dev.zhulong.compiler.ir.Value;

/** What a SPIR-V pointer points to. */
sealed interface Pointer {
  /** The type of what it points to. */
  SpirvType type();

  /**
   * Part of a variable that is kept as one local a scalar.
   *
   * @param locals the whole variable's scalars
   * @param first scalar that the pointer starts at, when the selector is 0
   * @param selector scalars to add at run time, or null
   * @param choices the values the selector may take, ascending; {0} without a selector
   */
  record Locals(SpirvType type, Local[] locals, int first, Value selector, int[] choices)
      implements Pointer {}

  /** Values that are never written: an input. */
  record Values(SpirvType type, Value[] values, int first, Value selector, int[] choices)
      implements Pointer {}

  /**
   * A place in memory: base + dynamic + constant.
   *
   * @param memory what kind of memory, and what the variable promises
   * @param base address of the variable
   * @param dynamic byte offset known at run time, or null
   * @param constant byte offset
   * @param matrix layout that matrices at this place have, or null
   * @param componentStride bytes between the components of a vector at this place
   * @param inside whether all indices on the way are within their arrays, or null where that is
   *     known
   */
  record Memory(
      SpirvType type,
      Resource memory,
      Value base,
      Value dynamic,
      int constant,
      MatrixLayout matrix,
      int componentStride,
      Value inside)
      implements Pointer {}

  /**
   * A descriptor, or an array of them.
   *
   * @param base address that the offset counts from
   * @param offset byte offset of the first descriptor
   * @param words words of a descriptor
   * @param resource the buffer that it describes, as far as it is alike for all; of images, what
   *     they have of it
   */
  record Descriptors(SpirvType type, Value base, int offset, int words, Resource resource)
      implements Pointer {}

  /**
   * A variable in memory.
   *
   * @param space kind of memory
   * @param index identity for alias analysis, −1 for one that may alias
   * @param explicitLayout whether its types carry offsets and strides
   * @param readOnly whether nothing writes it during a launch
   * @param isVolatile whether each load must happen
   * @param usage notes reads and writes, or null where nobody asks
   * @param size word of the argument block that holds its size in bytes, or null
   */
  record Resource(
      Space space,
      int index,
      boolean explicitLayout,
      boolean readOnly,
      boolean isVolatile,
      Usage usage,
      ResourceHandle.Descriptor size) {}

  /** How the translated code uses a buffer. */
  final class Usage {
    private boolean read;
    private boolean written;
    private boolean trusted;
    private Integer[] known;

    /** Accesses need no checks. */
    void trust() {
      trusted = true;
    }

    /** Notes words of the descriptor that are known, or null. */
    void known(Integer[] words) {
      known = words;
    }

    Integer[] known() {
      return known;
    }

    boolean isTrusted() {
      return trusted;
    }

    void read() {
      read = true;
    }

    void write() {
      written = true;
    }

    boolean isRead() {
      return read;
    }

    boolean isWritten() {
      return written;
    }
  }
}
