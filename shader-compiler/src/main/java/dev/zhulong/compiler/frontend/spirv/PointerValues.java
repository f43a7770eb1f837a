package dev.zhulong.compiler.frontend.spirv;

import static dev.zhulong.compiler.ir.Opcode.*;

import dev.zhulong.compiler.frontend.spirv.Pointer.Resource;
import dev.zhulong.compiler.ir.Builder;
import dev.zhulong.compiler.ir.Constant;
import dev.zhulong.compiler.ir.Location;
import dev.zhulong.compiler.ir.Space;
import dev.zhulong.compiler.ir.Value;
import dev.zhulong.firmware.link.KernelInfo;

/**
 * Pointers that are values: chosen at run time, kept in variables, or made from integers. Such a
 * pointer is an address, and may lead to any variable of its storage class. Those into buffers by
 * physical address have a high word, which is always zero: the machine's addresses have 32 bits.
 */
final class PointerValues {
  private final SpirvModule module;
  private final Builder b;
  private final boolean sharedBlocks;
  private final boolean kernels;
  private final boolean flat;
  private final PointerBounds bounds;

  /** For a module's code. */
  PointerValues(SpirvModule module, Ids ids, Builder builder, PointerBounds bounds) {
    this.module = module;
    this.b = builder;
    this.bounds = bounds;
    this.kernels = module.kernels();
    this.sharedBlocks = kernels || SharedVariables.blocks(module, ids);
    this.flat = kernels && module.hasGenericValues();
  }

  /**
   * Whether pointers lead to memory of a kind that is not known before run time, so that accesses
   * of different kinds may meet.
   */
  boolean flat() {
    return flat;
  }

  /** The same place as another type sees it. */
  Pointer.Memory cast(Pointer.Memory p, SpirvType type) {
    return new Pointer.Memory(
        type,
        p.memory(),
        p.base(),
        p.dynamic(),
        p.constant(),
        null,
        MemoryTranslator.stride(type, p.memory().explicitLayout()),
        null);
  }

  private Space space(StorageClass storage) {
    return switch (storage) {
      case WORKGROUP -> flat ? Space.GLOBAL : Space.SHARED;
      case STACK -> flat ? Space.GLOBAL : Space.PRIVATE;
      default -> Space.GLOBAL;
    };
  }

  /** Whether a type is an array of buffers, a pointer to which is the address of descriptors. */
  private boolean isDescriptors(SpirvType type) {
    if (!(type instanceof SpirvType.Array)) {
      return false;
    }
    SpirvType element = type;
    while (element instanceof SpirvType.Array array) {
      element = array.element();
    }
    return element instanceof SpirvType.Struct block
        && module.decoration(block.id(), Decoration.BLOCK) != null;
  }

  /** The words of a pointer. */
  Value[] words(Pointer pointer, SpirvType.Pointer type, Location location) {
    if (pointer instanceof Pointer.Descriptors d && isDescriptors(d.type())) {
      d.resource().usage().read();
      d.resource().usage().write();
      return new Value[] {b.op(ADD, d.base(), Constant.i32(d.offset()))};
    }
    if (!(pointer instanceof Pointer.Memory p) || type.scalars() == 0) {
      throw SpirvErrors.at(
          location,
          "a pointer to a %s variable is used as a value; only those to storage buffers and shared"
              + " variables can be",
          type.storage().name().toLowerCase(java.util.Locale.ROOT));
    }
    if (p.type() instanceof SpirvType.Vector
        && p.componentStride() != MemoryTranslator.stride(p.type(), p.memory().explicitLayout())) {
      throw SpirvErrors.at(
          location,
          "a pointer to a column of a row-major matrix is used as a value; copy the column");
    }
    if (p.memory().usage() != null) {
      p.memory().usage().read();
      p.memory().usage().write();
    }
    Value address = address(p);
    return type.scalars() == 1 ? new Value[] {address} : new Value[] {address, Constant.i32(0)};
  }

  private Value address(Pointer.Memory p) {
    Value start = p.dynamic() == null ? p.base() : b.op(ADD, p.base(), p.dynamic());
    return p.constant() == 0 ? start : b.op(ADD, start, Constant.i32(p.constant()));
  }

  /** The pointer that the words of an id stand for. */
  Pointer pointer(int id, SpirvType.Pointer type, Value[] words) {
    boolean shared = type.storage() == StorageClass.WORKGROUP;
    boolean explicit = !shared || sharedBlocks;
    Resource any = new Resource(space(type.storage()), -1, explicit, false, false, null, null);
    if (any.space() == Space.GLOBAL) {
      bounds.value(id, type.storage(), any);
    }
    if (type.storage() == StorageClass.STORAGE_BUFFER && isDescriptors(type.pointee())) {
      // Nobody asks such a pointer for its use, which was noted where it became a value.
      Resource chosen =
          new Resource(Space.GLOBAL, -1, true, false, false, new Pointer.Usage(), null);
      return new Pointer.Descriptors(
          type.pointee(), words[0], 0, KernelInfo.Kind.BUFFER.words(), chosen);
    }
    int stride = MemoryTranslator.stride(type.pointee(), explicit);
    return new Pointer.Memory(type.pointee(), any, words[0], null, 0, null, stride, null);
  }

  /** The pointer to the element so many elements after the one that a pointer points to. */
  Pointer.Memory element(Pointer pointer, SpirvType.Pointer type, Value index, Location location) {
    if (!(pointer instanceof Pointer.Memory p)) {
      throw SpirvErrors.at(location, "a pointer to a local variable is moved");
    }
    Value offset = b.op(MUL, index, Constant.i32(stride(p, type, location)));
    Value dynamic = p.dynamic() == null ? offset : b.op(ADD, p.dynamic(), offset);
    return new Pointer.Memory(
        p.type(),
        p.memory(),
        p.base(),
        dynamic,
        p.constant(),
        p.matrix(),
        p.componentStride(),
        p.inside());
  }

  /** Bytes between elements; the decoration counts only where the layout is explicit. */
  private int stride(Pointer.Memory p, SpirvType.Pointer type, Location location) {
    if (!p.memory().explicitLayout()) {
      return Math.toIntExact(4 * p.type().scalars());
    }
    if (kernels) {
      return Math.toIntExact(KernelLayout.bytes(p.type()));
    }
    if (type.stride() > 0) {
      return type.stride();
    }
    return Math.toIntExact(Layout.fixedBytes(p.type(), p.matrix(), location));
  }

  /** Whether two pointers are the same, word by word. */
  Value same(Value[] x, Value[] y) {
    return b.op(EQ, x[0], y[0]);
  }

  /** Elements between two pointers. */
  Value difference(Pointer x, Pointer y, SpirvType.Pointer type, Location location) {
    if (!(x instanceof Pointer.Memory p) || !(y instanceof Pointer.Memory q)) {
      throw SpirvErrors.at(location, "pointers to local variables are compared");
    }
    Value bytes = b.op(SUB, address(p), address(q));
    return b.op(DIV_S, bytes, Constant.i32(stride(p, type, location)));
  }
}
