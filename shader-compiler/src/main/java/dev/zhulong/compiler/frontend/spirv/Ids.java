package dev.zhulong.compiler.frontend.spirv;

import dev.zhulong.compiler.ir.Builder;
import dev.zhulong.compiler.ir.Constant;
import dev.zhulong.compiler.ir.Region;
import dev.zhulong.compiler.ir.Type;
import dev.zhulong.compiler.ir.Value;
import java.util.ArrayList;
import java.util.List;

/** What the ids of a module stand for: constants, and what the translation has made so far. */
final class Ids {
  /** More scalars than this in one value would make code beyond any use. */
  private static final int MAXIMUM_SCALARS = 4096;

  private static final int MAXIMUM_CONSTANT_DEPTH = 64;

  private final SpirvModule module;
  private final Specialization specialization;
  private final TypeTable types;
  private final Object[] bound;
  private int constantDepth;
  private PointerValues pointers;

  /** For a module with the values of specialization constants, by their numbers. */
  Ids(SpirvModule module, ConstantValues specialization) {
    this.module = module;
    this.specialization = new Specialization(module, specialization);
    this.bound = new Object[module.bound()];
    this.types = new TypeTable(module, this::constantInt);
  }

  /** The module whose ids these are. */
  SpirvModule module() {
    return module;
  }

  /** The values that replace defaults. */
  Specialization specialization() {
    return specialization;
  }

  /** Sets what turns pointers into values and back. */
  void pointers(PointerValues translator) {
    pointers = translator;
  }

  /** The type with an id. */
  SpirvType type(int id) {
    return types.type(id);
  }

  /** The type of the value with an id. */
  SpirvType typeOf(int id) {
    return types.type(module.definition(id).type());
  }

  /** Gives an id its scalars. */
  void set(int id, Value... scalars) {
    bound[id] = scalars;
  }

  /** Gives an id its pointer. */
  void set(int id, Pointer pointer) {
    bound[id] = pointer;
  }

  /** Gives an id its image or sampler. */
  void set(int id, ResourceHandle handle) {
    bound[id] = handle;
  }

  /** The image or sampler with an id. */
  ResourceHandle handle(int id) {
    SpirvInstruction definition = module.definition(id);
    if (bound[id] instanceof ResourceHandle handle) {
      return handle;
    }
    if (definition.op() == SpirvOp.CONSTANT_SAMPLER) {
      return literalSampler(definition);
    }
    throw SpirvErrors.at(
        definition.location(), "%s %d is no image or sampler known here", definition.op(), id);
  }

  /** Whether an id stands for an image or sampler. */
  boolean isHandle(int id) {
    return bound[id] instanceof ResourceHandle
        || module.definition(id).op() == SpirvOp.CONSTANT_SAMPLER;
  }

  private static ResourceHandle literalSampler(SpirvInstruction i) {
    try {
      return ResourceHandle.literal(i.operand(0), i.operand(1) != 0, i.operand(2) != 0);
    } catch (IllegalArgumentException e) {
      throw SpirvErrors.at(i.location(), "a sampler with %s; 0 to 4 exist", e.getMessage());
    }
  }

  /** The scalars of the value with an id. */
  Value[] value(int id) {
    SpirvInstruction definition = module.definition(id);
    if (bound[id] instanceof Value[] scalars) {
      return scalars;
    }
    if (bound[id] instanceof Pointer pointer) {
      return pointers.words(pointer, (SpirvType.Pointer) typeOf(id), definition.location());
    }
    if (bound[id] instanceof ResourceHandle) {
      throw SpirvErrors.at(definition.location(), "image or sampler %d is used as a value", id);
    }
    Value[] constant = constant(definition);
    bound[id] = constant;
    return constant;
  }

  /** An integer of any width that counts or selects something: its low word. */
  Value index(int id) {
    Value[] words = value(id);
    SpirvType.Scalar type = component(typeOf(id));
    return words.length == 2 && type != null && type.bits() == 64 ? words[0] : scalar(id);
  }

  /** The only scalar of the value with an id. */
  Value scalar(int id) {
    Value[] scalars = value(id);
    if (scalars.length != 1) {
      throw SpirvErrors.at(
          module.definition(id).location(),
          "value %d has %d components where a scalar is needed",
          id,
          scalars.length);
    }
    return scalars[0];
  }

  /** The pointer with an id. */
  Pointer pointer(int id) {
    SpirvInstruction definition = module.definition(id);
    if (bound[id] instanceof Pointer pointer) {
      return pointer;
    }
    if (definition.type() != 0
        && typeOf(id) instanceof SpirvType.Pointer type
        && type.scalars() > 0) {
      return pointers.pointer(id, type, value(id));
    }
    throw SpirvErrors.at(
        definition.location(), "%s %d is not a pointer known here", definition.op(), id);
  }

  /** Whether an id stands for a pointer. */
  boolean isPointer(int id) {
    module.definition(id);
    return bound[id] instanceof Pointer;
  }

  /** The value of a constant integer. */
  int constantInt(int id) {
    if (scalar(id) instanceof Constant c) {
      return c.bits();
    }
    throw SpirvErrors.at(
        module.definition(id).location(), "id %d must be a constant but is computed", id);
  }

  private Value[] constant(SpirvInstruction i) {
    if (i.type() == 0) {
      throw SpirvErrors.at(i.location(), "%s %d is not a value", i.op(), i.id());
    }
    if (++constantDepth > MAXIMUM_CONSTANT_DEPTH) {
      throw SpirvErrors.at(
          i.location(), "constants are nested more than %d deep", MAXIMUM_CONSTANT_DEPTH);
    }
    SpirvType type = type(i.type());
    Value[] made =
        switch (i.op()) {
          case CONSTANT_TRUE -> new Value[] {Constant.TRUE};
          case CONSTANT_FALSE -> new Value[] {Constant.FALSE};
          case CONSTANT -> literal(scalarOf(type), i.operand(0), high(i));
          case SPEC_CONSTANT_TRUE -> specializable(i, scalarOf(type), 1);
          case SPEC_CONSTANT_FALSE -> specializable(i, scalarOf(type), 0);
          case SPEC_CONSTANT -> specializable(i, scalarOf(type), i.operand(0));
          case CONSTANT_NULL, UNDEF -> zeros(type);
          case CONSTANT_COMPOSITE, SPEC_CONSTANT_COMPOSITE -> composite(i.operands());
          case CONSTANT_COMPOSITE_REPLICATE, SPEC_CONSTANT_COMPOSITE_REPLICATE ->
              replicated(i, type);
          case SPEC_CONSTANT_OP -> specialized(i);
          default ->
              throw SpirvErrors.at(
                  i.location(), "id %d (%s) is used before its definition", i.id(), i.op());
        };
    requireCount(i, type, made.length);
    constantDepth--;
    return made;
  }

  private static int high(SpirvInstruction constant) {
    return constant.operands().length > 1 ? constant.operand(1) : 0;
  }

  private Value[] specializable(SpirvInstruction i, SpirvType.Scalar type, int low) {
    long standard = (long) high(i) << 32 | low & 0xffffffffL;
    long bits = specialization.bits(i, type, standard);
    return literal(type, (int) bits, (int) (bits >>> 32));
  }

  /** The words of a constant scalar, from those of a literal, whose unused bits may be anything. */
  static Value[] literal(SpirvType.Scalar type, int low, int high) {
    if (type.bits() == 64) {
      return new Value[] {Constant.i32(low), Constant.i32(high)};
    }
    if (type.half()) {
      return new Value[] {Constant.f32(Float.float16ToFloat((short) low))};
    }
    return new Value[] {new Constant(type.type(), extended(type, low))};
  }

  /** A word with what lies above a narrow integer as its type's sign says. */
  static int extended(SpirvType.Scalar type, int word) {
    if (!type.narrow()) {
      return word;
    }
    int unused = 32 - type.bits();
    return type.signed() ? word << unused >> unused : word << unused >>> unused;
  }

  private Value[] composite(int[] parts) {
    List<Value> scalars = new ArrayList<>();
    for (int part : parts) {
      scalars.addAll(List.of(value(part)));
      if (scalars.size() > MAXIMUM_SCALARS) {
        throw tooLarge();
      }
    }
    return scalars.toArray(Value[]::new);
  }

  /** A composite whose parts are all the same. */
  Value[] replicated(SpirvInstruction i, SpirvType type) {
    Value[] part = value(i.operand(0));
    Value[] made = new Value[scalarTypes(type).length];
    requireCount(i, type, part.length == 0 ? 0 : made.length / part.length * part.length);
    for (int n = 0; n < made.length; n++) {
      made[n] = part[n % part.length];
    }
    return made;
  }

  private RuntimeException tooLarge() {
    return SpirvErrors.at(
        module.place(),
        "a value has more than %d scalars; keep large arrays in buffers",
        MAXIMUM_SCALARS);
  }

  /** Evaluates OpSpecConstantOp, whose first operand is the operation. */
  private Value[] specialized(SpirvInstruction i) {
    SpirvOp op = SpirvOp.of(i.operand(0));
    if (op == null || op.terminator()) {
      throw SpirvErrors.at(i.location(), "OpSpecConstantOp with operation %d", i.operand(0));
    }
    int[] operands = java.util.Arrays.copyOfRange(i.operands(), 1, i.operands().length);
    SpirvInstruction operation = new SpirvInstruction(op, i.type(), i.id(), operands, i.location());
    Value[] made =
        new ValueTranslator(module, this, new Builder(new Region())).translate(operation);
    for (Value v : made == null ? new Value[] {null} : made) {
      if (!(v instanceof Constant)) {
        throw SpirvErrors.at(i.location(), "OpSpecConstantOp with %s is not constant", op);
      }
    }
    return made;
  }

  /** Refuses a result that does not have its type's number of scalars. */
  void requireCount(SpirvInstruction i, SpirvType type, int count) {
    if (type.scalars() != count) {
      throw SpirvErrors.at(
          i.location(), "%s makes %d scalars; its type has %d", i.op(), count, type.scalars());
    }
  }

  /** The types of a value's scalars. */
  Type[] scalarTypes(SpirvType type) {
    if (type.scalars() > MAXIMUM_SCALARS) {
      throw tooLarge();
    }
    List<Type> list = new ArrayList<>();
    collect(type, list);
    return list.toArray(Type[]::new);
  }

  private static void collect(SpirvType type, List<Type> list) {
    switch (type) {
      case SpirvType.Scalar s -> {
        for (int n = 0; n < s.words(); n++) {
          list.add(s.type());
        }
      }
      case SpirvType.Vector v -> repeat(v.component(), v.count(), list);
      case SpirvType.Matrix m -> repeat(m.column(), m.count(), list);
      case SpirvType.Array a -> repeat(a.element(), a.length(), list);
      case SpirvType.Struct s -> s.members().forEach(m -> collect(m, list));
      case SpirvType.Void _,
          SpirvType.RuntimeArray _,
          SpirvType.Image _,
          SpirvType.Sampler _,
          SpirvType.SampledImage _,
          SpirvType.Function _ -> {}
      case SpirvType.Pointer p -> {
        for (int n = 0; n < p.scalars(); n++) {
          list.add(Type.I32);
        }
      }
    }
  }

  private static void repeat(SpirvType element, long count, List<Type> list) {
    if (element.scalars() > 0) {
      for (long n = 0; n < count; n++) {
        collect(element, list);
      }
    }
  }

  /** All scalars zero. */
  Value[] zeros(SpirvType type) {
    Type[] scalars = scalarTypes(type);
    Value[] zeros = new Value[scalars.length];
    for (int n = 0; n < zeros.length; n++) {
      zeros[n] = new Constant(scalars[n], 0);
    }
    return zeros;
  }

  /** What the components of a scalar, vector or matrix are, or null for any other type. */
  static SpirvType.Scalar component(SpirvType type) {
    return switch (type) {
      case SpirvType.Scalar s -> s;
      case SpirvType.Vector v -> v.component();
      case SpirvType.Matrix m -> m.column().component();
      default -> null;
    };
  }

  private static SpirvType.Scalar scalarOf(SpirvType type) {
    if (type instanceof SpirvType.Scalar scalar) {
      return scalar;
    }
    throw SpirvErrors.at(null, "a constant of a scalar type is needed, not %s", type);
  }

  /** The scalar type of a scalar or vector. */
  static Type scalarType(SpirvType type) {
    SpirvType.Scalar scalar = component(type);
    if (scalar == null) {
      throw SpirvErrors.at(null, "a scalar, vector or matrix is needed, not %s", type);
    }
    return scalar.type();
  }
}
