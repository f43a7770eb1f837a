package dev.zhulong.compiler.frontend.spirv;

import dev.zhulong.compiler.frontend.spirv.SpirvType.MatrixLayout;
import dev.zhulong.compiler.ir.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntUnaryOperator;

/** The types of a module by id, checked against what the machine has. */
final class TypeTable {
  private static final int MAXIMUM_DEPTH = 64;
  private static final int PHYSICAL_STORAGE_BUFFER = 5349;
  private static final long SATURATED = 1L << 40;

  private final SpirvModule module;
  private final IntUnaryOperator arrayLength;
  private final Map<Integer, SpirvType> types = new HashMap<>();
  private int depth;

  /**
   * An empty table.
   *
   * @param arrayLength value of the constant with an id
   */
  TypeTable(SpirvModule module, IntUnaryOperator arrayLength) {
    this.module = module;
    this.arrayLength = arrayLength;
  }

  /** The type with an id. */
  SpirvType type(int id) {
    SpirvType known = types.get(id);
    if (known != null) {
      return known;
    }
    if (++depth > MAXIMUM_DEPTH) {
      throw SpirvErrors.at(module.place(), "types are nested more than %d deep", MAXIMUM_DEPTH);
    }
    SpirvType made = make(module.definition(id));
    depth--;
    types.put(id, made);
    return made;
  }

  private SpirvType make(SpirvInstruction i) {
    return switch (i.op()) {
      case TYPE_VOID -> new SpirvType.Void();
      case TYPE_BOOL -> new SpirvType.Scalar(Type.BOOL, 1, false);
      case TYPE_INT -> {
        requireWidth(i, "integers", Set.of(8, 16, 32, 64));
        yield new SpirvType.Scalar(Type.I32, i.operand(0), i.operand(1) != 0);
      }
      case TYPE_FLOAT -> {
        requireWidth(i, "floats", Set.of(16, 32));
        yield new SpirvType.Scalar(Type.F32, i.operand(0), true);
      }
      case TYPE_VECTOR -> {
        if (!(type(i.operand(0)) instanceof SpirvType.Scalar component)) {
          throw malformed(i);
        }
        yield new SpirvType.Vector(component, count(i));
      }
      case TYPE_MATRIX -> {
        if (!(type(i.operand(0)) instanceof SpirvType.Vector column)) {
          throw malformed(i);
        }
        yield new SpirvType.Matrix(column, count(i));
      }
      case TYPE_ARRAY -> {
        SpirvType element = data(i, 0);
        long length = arrayLength.applyAsInt(i.operand(1)) & 0xffffffffL;
        if (length == 0) {
          throw malformed(i);
        }
        int stride = module.kernels() ? (int) KernelLayout.bytes(element) : stride(i);
        yield new SpirvType.Array(
            element, length, stride, Math.min(length * element.scalars(), SATURATED));
      }
      case TYPE_RUNTIME_ARRAY -> new SpirvType.RuntimeArray(data(i, 0), stride(i));
      case TYPE_STRUCT -> struct(i);
      case TYPE_POINTER -> {
        int target = i.operand(1);
        if (i.operand(0) != PHYSICAL_STORAGE_BUFFER && !module.kernels()) {
          // What it points to first: an image is a clearer reason than its storage class.
          type(target);
        }
        StorageClass storage =
            module.kernels()
                ? StorageClass.ofKernel(i.operand(0), module.place())
                : StorageClass.of(i.operand(0), module.place());
        yield new SpirvType.Pointer(storage, () -> type(target), stride(i));
      }
      // An event is a value that nothing but its wait asks for.
      case TYPE_EVENT -> new SpirvType.Scalar(Type.I32, 32, false);
      case TYPE_IMAGE -> image(i);
      case TYPE_SAMPLER -> new SpirvType.Sampler();
      case TYPE_SAMPLED_IMAGE -> {
        if (!(type(i.operand(0)) instanceof SpirvType.Image image)) {
          throw malformed(i);
        }
        yield new SpirvType.SampledImage(image);
      }
      case TYPE_FUNCTION -> new SpirvType.Function();
      default ->
          throw SpirvErrors.at(
              module.firstUse(t -> t.id() == i.id()),
              "%s (%s) is not a type that this compiler supports; use scalars, vectors, matrices,"
                  + " arrays and structs of 32-bit components",
              i.op(),
              describe(i));
    };
  }

  private SpirvType.Image image(SpirvInstruction i) {
    SpirvType.Scalar sampled = null;
    if (module.kernels() && type(i.operand(0)) instanceof SpirvType.Void) {
      sampled = SpirvType.Image.ANY_FLOAT;
    } else if (type(i.operand(0)) instanceof SpirvType.Scalar scalar && scalar.bits() == 32) {
      sampled = scalar;
    }
    if (sampled == null) {
      throw SpirvErrors.at(
          module.firstUse(t -> t.id() == i.id()), "images have components of 32 bits here");
    }
    int dimension = i.operand(1);
    boolean multisampled = i.operand(4) != 0;
    if (dimension != SpirvType.Image.BUFFER && (dimension < 0 || dimension > 3)) {
      throw SpirvErrors.at(
          module.firstUse(t -> t.id() == i.id()),
          "images are 1D, 2D, 3D, cubes and buffers; this is dimension %d",
          dimension);
    }
    if (multisampled && dimension != 1) {
      throw SpirvErrors.at(module.firstUse(t -> t.id() == i.id()), "multisampled images are 2D");
    }
    return new SpirvType.Image(
        sampled,
        dimension,
        i.operand(2) == 1,
        i.operand(3) != 0,
        multisampled,
        i.operand(5) == 2,
        i.operand(6));
  }

  private String describe(SpirvInstruction i) {
    String name = module.name(i.id());
    return name.isEmpty() ? "id " + i.id() : name;
  }

  private void requireWidth(SpirvInstruction i, String what, Set<Integer> widths) {
    boolean otherEncoding = i.op() == SpirvOp.TYPE_FLOAT && i.operands().length > 1;
    if (otherEncoding || !widths.contains(i.operand(0))) {
      throw SpirvErrors.at(
          module.firstUse(t -> t.id() == i.id()),
          "%d-bit %s%s are not supported; use 32 bits",
          i.operand(0),
          what,
          otherEncoding ? " of another encoding than IEEE 754" : "");
    }
  }

  private SpirvType data(SpirvInstruction i, int operand) {
    SpirvType type = type(i.operand(operand));
    if (type instanceof SpirvType.Void || type instanceof SpirvType.Function) {
      throw malformed(i);
    }
    return type;
  }

  private int count(SpirvInstruction i) {
    int count = i.operand(1);
    boolean longer = module.kernels() && (count == 8 || count == 16);
    if (count < 2 || count > 4 && !longer) {
      throw SpirvErrors.at(module.place(), "%s with %d components; 2 to 4 exist", i.op(), count);
    }
    return count;
  }

  private int stride(SpirvInstruction i) {
    var stride = module.decoration(i.id(), Decoration.ARRAY_STRIDE);
    return stride == null ? 0 : stride.literal();
  }

  private SpirvType struct(SpirvInstruction i) {
    List<SpirvType> members = new ArrayList<>();
    int count = i.operands().length;
    int[] offsets = new int[count];
    MatrixLayout[] matrices = new MatrixLayout[count];
    long scalars = 0;
    for (int m = 0; m < count; m++) {
      SpirvType member = data(i, m);
      members.add(member);
      scalars = Math.min(scalars + member.scalars(), SATURATED);
      var offset = module.decoration(i.id(), m, Decoration.OFFSET);
      offsets[m] = offset == null ? -1 : offset.literal();
      var stride = module.decoration(i.id(), m, Decoration.MATRIX_STRIDE);
      if (stride != null) {
        boolean rowMajor = module.decoration(i.id(), m, Decoration.ROW_MAJOR) != null;
        matrices[m] = new MatrixLayout(stride.literal(), rowMajor);
      }
    }
    int alignment = 1;
    if (module.kernels()) {
      boolean packed = module.decoration(i.id(), Decoration.C_PACKED) != null;
      alignment = KernelLayout.place(members, packed, offsets);
    }
    return new SpirvType.Struct(
        i.id(), List.copyOf(members), offsets, matrices, scalars, alignment);
  }

  private RuntimeException malformed(SpirvInstruction i) {
    return SpirvErrors.at(module.place(), "%s (%s) is malformed", i.op(), describe(i));
  }
}
