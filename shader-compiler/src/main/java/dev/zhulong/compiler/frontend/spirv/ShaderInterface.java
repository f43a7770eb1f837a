package dev.zhulong.compiler.frontend.spirv;

import static dev.zhulong.compiler.ir.Opcode.*;

import dev.zhulong.compiler.frontend.spirv.Pointer.Resource;
import dev.zhulong.compiler.frontend.spirv.Pointer.Usage;
import dev.zhulong.compiler.ir.Builder;
import dev.zhulong.compiler.ir.Constant;
import dev.zhulong.compiler.ir.Space;
import dev.zhulong.compiler.ir.Type;
import dev.zhulong.compiler.ir.Value;
import dev.zhulong.firmware.isa.Csr;
import dev.zhulong.firmware.link.KernelInfo;
import dev.zhulong.firmware.texel.TexelFormat;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;

/**
 * What a kernel shares with the outside: its buffers, push constants, shared variables and built-in
 * inputs, bound to pointers at the kernel's start.
 */
final class ShaderInterface {
  private static final int MAXIMUM_PUSH_CONSTANTS = 1024;
  private static final int MAXIMUM_DESCRIPTORS = 256;

  /** Descriptors that an array without a size has room for. */
  private static final int OPEN_DESCRIPTORS = 64;

  private final SpirvModule module;
  private final Ids ids;
  private final PointerAnalysis analysis;
  private final List<Integer> group;
  private final Builder b;
  private final List<Slot> slots = new ArrayList<>();
  private final List<KernelInfo.PushConstant> pushConstants = new ArrayList<>();
  private final Assumptions assumed;
  private boolean squareQuads;
  private int sharedBytes;
  private int argumentBytes;

  /** A resource with its descriptors in the argument block. */
  private record Slot(
      SpirvInstruction variable,
      SpirvType type,
      KernelInfo.Kind kind,
      int count,
      int set,
      int binding,
      boolean open,
      boolean uniform,
      Usage usage) {
    int words() {
      return kind.words() * count;
    }

    /** The struct of a buffer, the type of an image or sampler. */
    SpirvType element() {
      SpirvType element = type;
      while (element instanceof SpirvType.Array array) {
        element = array.element();
      }
      return element;
    }

    boolean sharesPlace(Slot other) {
      return set == other.set && binding == other.binding;
    }
  }

  ShaderInterface(
      SpirvModule module,
      Ids ids,
      PointerAnalysis analysis,
      List<Integer> group,
      Builder builder,
      Assumptions assumed) {
    this.assumed = assumed;
    this.module = module;
    this.ids = ids;
    this.analysis = analysis;
    this.group = group;
    this.b = builder;
  }

  /** Bytes of local memory that shared variables take. */
  int sharedBytes() {
    return sharedBytes;
  }

  /** Size of the argument block. */
  int argumentBytes() {
    return argumentBytes;
  }

  /** Push-constant scalars, in offset order. */
  List<KernelInfo.PushConstant> pushConstants() {
    return pushConstants;
  }

  /** The resources, as the translated code uses them. */
  List<KernelInfo.Binding> bindings() {
    List<KernelInfo.Binding> made = new ArrayList<>();
    int offset = 0;
    for (Slot slot : slots) {
      boolean again =
          !made.isEmpty()
              && made.getLast().set() == slot.set
              && made.getLast().binding() == slot.binding;
      int stride = 0;
      long bytes = 0;
      if (slot.element() instanceof SpirvType.Struct block) {
        if (!block.members().isEmpty()
            && block.members().getLast() instanceof SpirvType.RuntimeArray array) {
          stride = array.stride();
        }
        bytes = Layout.fixedBytes(block, null, module.place());
      }
      String element = elementType(slot.element());
      String name = bindingName(slot);
      if (again) {
        KernelInfo.Binding other = made.removeLast();
        offset = other.argumentOffset();
        name = other.name();
        // A buffer that suits all views; what its elements are only one view could say.
        bytes = Math.max(bytes, other.minimumBytes());
        stride = stride == other.strideBytes() ? stride : 0;
        element = element.equals(other.element()) ? element : "mixed";
      }
      made.add(
          new KernelInfo.Binding(
              slot.set,
              slot.binding,
              name,
              offset,
              (int) Math.min(bytes, Integer.MAX_VALUE),
              stride,
              element,
              slot.usage.isRead(),
              slot.usage.isWritten(),
              slot.kind,
              slot.count,
              slot.open));
      offset += 4 * slot.words();
    }
    return made;
  }

  /** The type that all scalars of a block have, or {@code mixed}. */
  static String elementType(SpirvType type) {
    return switch (type) {
      case SpirvType.Scalar s -> scalarName(s);
      case SpirvType.Vector v -> scalarName(v.component());
      case SpirvType.Matrix m -> scalarName(m.column().component());
      case SpirvType.Array a -> elementType(a.element());
      case SpirvType.RuntimeArray a -> elementType(a.element());
      case SpirvType.Image i -> {
        TexelFormat format = Texels.format(i.format());
        yield format == null ? scalarName(i.sampled()) : format.name();
      }
      case SpirvType.SampledImage i -> scalarName(i.image().sampled());
      case SpirvType.Struct s -> {
        List<String> all = s.members().stream().map(ShaderInterface::elementType).toList();
        yield all.stream().distinct().count() == 1 ? all.getFirst() : "mixed";
      }
      default -> "mixed";
    };
  }

  private static String scalarName(SpirvType.Scalar scalar) {
    if (scalar.type() == Type.F32) {
      return "f" + scalar.bits();
    }
    int bits = scalar.type() == Type.BOOL ? 32 : scalar.bits();
    return (scalar.signed() ? "i" : "u") + bits;
  }

  /** Binds all module-scope variables that the kernel uses, at the builder's place. */
  void bind(MemoryTranslator memory) {
    List<SpirvInstruction> used = module.globals().stream().filter(v -> isUsed(v.id())).toList();
    used.forEach(this::collect);
    slots.sort(Comparator.comparingInt(Slot::set).thenComparingInt(Slot::binding));
    Value arguments = b.make(READ_CSR, Type.I32, Csr.MSCRATCH);
    int first = 0;
    for (int n = 0; n < slots.size(); n++) {
      Slot slot = slots.get(n);
      if (n == 0 || !slot.sharesPlace(slots.get(first))) {
        first = n;
        argumentBytes += 4 * slot.words();
      }
      bindResource(slot, first, arguments, argumentBytes - 4 * slot.words(), memory);
    }
    SharedVariables shared = new SharedVariables(module, ids, b);
    for (SpirvInstruction variable : used) {
      SpirvType.Pointer pointer = pointerType(variable);
      switch (pointer.storage()) {
        case PUSH_CONSTANT -> bindPushConstants(variable, pointer.pointee(), arguments, memory);
        case WORKGROUP -> shared.bind(variable, pointer.pointee());
        case INPUT -> bindInput(variable, pointer.pointee());
        case PRIVATE -> memory.variable(variable);
        case CONSTANT_MEMORY -> memory.table(variable, pointer.pointee());
        case UNIFORM, STORAGE_BUFFER, UNIFORM_CONSTANT -> {}
        case CROSS_WORKGROUP, STACK, GENERIC ->
            throw SpirvErrors.at(
                module.place(),
                "variable \"%s\" of the whole program is in global memory; pass a buffer to the"
                    + " kernel instead",
                module.name(variable.id()));
        case PHYSICAL_STORAGE_BUFFER ->
            throw SpirvErrors.at(
                module.place(), "variable %d is in memory without a binding", variable.id());
        case FUNCTION ->
            throw SpirvErrors.at(
                module.place(), "variable %d stands outside its function", variable.id());
      }
    }
    sharedBytes = shared.bytes();
    if (shared.zeroed()) {
      shared.zero(localIndex(), group.get(0) * group.get(1) * group.get(2));
    }
  }

  private boolean isUsed(int variable) {
    return analysis.referenced(variable) || module.kernels() && analysis.mentioned(variable);
  }

  private SpirvType.Pointer pointerType(SpirvInstruction variable) {
    if (ids.type(variable.type()) instanceof SpirvType.Pointer pointer) {
      return pointer;
    }
    throw SpirvErrors.at(module.place(), "variable %d has no pointer type", variable.id());
  }

  // Buffers.

  private void collect(SpirvInstruction variable) {
    SpirvType.Pointer pointer = pointerType(variable);
    if (pointer.storage() != StorageClass.UNIFORM
        && pointer.storage() != StorageClass.STORAGE_BUFFER
        && pointer.storage() != StorageClass.UNIFORM_CONSTANT) {
      return;
    }
    String name = module.name(variable.id());
    SpirvType element = pointer.pointee();
    long count = 1;
    SpirvType whole = element;
    boolean open = element instanceof SpirvType.RuntimeArray;
    if (element instanceof SpirvType.RuntimeArray array) {
      whole = new SpirvType.Array(array.element(), OPEN_DESCRIPTORS, 0, OPEN_DESCRIPTORS);
      element = whole;
    }
    while (element instanceof SpirvType.Array array) {
      element = array.element();
      count = Math.min(count * array.length(), Integer.MAX_VALUE);
    }
    KernelInfo.Kind kind =
        switch (element) {
          case SpirvType.Struct _ -> KernelInfo.Kind.BUFFER;
          case SpirvType.Image _ -> KernelInfo.Kind.IMAGE;
          case SpirvType.Sampler _ -> KernelInfo.Kind.SAMPLER;
          case SpirvType.SampledImage _ -> KernelInfo.Kind.SAMPLED_IMAGE;
          default ->
              throw SpirvErrors.at(
                  module.place(),
                  "resource \"%s\" is no buffer, image or sampler, nor an array of such",
                  name);
        };
    if (count > MAXIMUM_DESCRIPTORS) {
      throw SpirvErrors.at(
          module.place(),
          "resource \"%s\" has %d descriptors; at most %d are supported",
          name,
          count,
          MAXIMUM_DESCRIPTORS);
    }
    var binding = module.decoration(variable.id(), Decoration.BINDING);
    var set = module.decoration(variable.id(), Decoration.DESCRIPTOR_SET);
    if (binding == null) {
      throw SpirvErrors.at(
          module.place(), "resource \"%s\" has no binding; add layout(binding = …)", name);
    }
    boolean uniform =
        pointer.storage() == StorageClass.UNIFORM
            && element instanceof SpirvType.Struct block
            && module.decoration(block.id(), Decoration.BUFFER_BLOCK) == null;
    Slot slot =
        new Slot(
            variable,
            whole,
            kind,
            (int) count,
            set == null ? 0 : set.literal(),
            binding.literal(),
            open,
            uniform,
            usage(kind, (int) count, set == null ? 0 : set.literal(), binding.literal()));
    slots.add(slot);
  }

  /** Variables at one binding are views of one resource, so that they share the note of its use. */
  private Usage usage(KernelInfo.Kind kind, int count, int set, int binding) {
    Usage made = new Usage();
    if (set == assumed.trustedSet()) {
      made.trust();
    }
    if (count == 1) {
      made.known(assumed.descriptors().get(Assumptions.key(set, binding)));
    }
    for (Slot other : slots) {
      if (other.set == set && other.binding == binding) {
        if (other.kind != kind || other.count != count) {
          throw SpirvErrors.at(
              module.place(),
              "two resources of different kinds have set %d, binding %d; give each its own",
              set,
              binding);
        }
        return other.usage;
      }
    }
    return made;
  }

  private String bindingName(Slot slot) {
    String name = module.name(slot.variable.id());
    if (name.isBlank() && slot.element() instanceof SpirvType.Struct block) {
      name = module.name(block.id());
    }
    return name.isBlank()
        ? "set" + slot.set + ".binding" + slot.binding
        : name.replaceAll("\\s", "_");
  }

  private void bindResource(
      Slot slot, int index, Value arguments, int offset, MemoryTranslator memory) {
    int id = slot.variable.id();
    boolean aliased = module.decoration(id, Decoration.ALIASED) != null;
    boolean readOnly =
        !aliased
            && (slot.uniform
                || slots.stream()
                    .noneMatch(s -> s.sharesPlace(slot) && analysis.written(s.variable.id())));
    boolean isVolatile = module.decoration(id, Decoration.VOLATILE) != null;
    if (slot.element() instanceof SpirvType.Struct block) {
      isVolatile |=
          !block.members().isEmpty()
              && module.decoration(block.id(), 0, Decoration.VOLATILE) != null;
    }
    Resource resource =
        new Resource(
            Space.GLOBAL,
            aliased ? -1 : index,
            true,
            readOnly && !isVolatile,
            isVolatile,
            slot.usage,
            null);
    ids.set(
        id,
        memory.descriptor(
            new Pointer.Descriptors(slot.type, arguments, offset, slot.kind.words(), resource)));
  }

  // Push constants.

  private void bindPushConstants(
      SpirvInstruction variable, SpirvType type, Value arguments, MemoryTranslator memory) {
    long bytes = Layout.fixedBytes(type, null, module.place());
    if (bytes > MAXIMUM_PUSH_CONSTANTS || !(type instanceof SpirvType.Struct struct)) {
      throw SpirvErrors.at(
          module.place(),
          "push constants take %d bytes; at most %d are supported",
          bytes,
          MAXIMUM_PUSH_CONSTANTS);
    }
    if (!pushConstants.isEmpty()) {
      throw SpirvErrors.at(module.place(), "the shader has two push-constant blocks");
    }
    int start = argumentBytes;
    List<Layout.Word> words = new ArrayList<>();
    Layout.words(struct, 0, null, true, module.place(), words);
    ids.set(variable.id(), pushConstantPointer(variable, type, words, arguments, memory));
    Iterator<Integer> offsets = scalarOffsets(words, 0);
    List<KernelInfo.PushConstant> named = new ArrayList<>();
    name(module, struct, "", offsets, start, named);
    named.sort(Comparator.comparingInt(KernelInfo.PushConstant::offset));
    pushConstants.addAll(named);
    argumentBytes += (int) (bytes + 3) & ~3;
  }

  /**
   * Push constants are loaded once at the start, where loads cannot stand in the way of other
   * passes; only those that are indexed at run time stay in memory.
   */
  private Pointer pushConstantPointer(
      SpirvInstruction variable,
      SpirvType type,
      List<Layout.Word> words,
      Value arguments,
      MemoryTranslator memory) {
    Resource resource = new Resource(Space.ARGUMENTS, 0, true, true, false, null, null);
    if (analysis.ways(variable.id()) > 1) {
      return new Pointer.Memory(type, resource, arguments, null, argumentBytes, null, 4, null);
    }
    Value[] values = new Value[words.size()];
    for (int n = 0; n < values.length; n++) {
      Layout.Word word = words.get(n);
      Layout.Word placed = new Layout.Word(word.scalar(), argumentBytes + word.offset());
      values[n] = memory.loadWord(resource, placed, arguments);
    }
    return new Pointer.Values(type, values, 0, null, new int[] {0});
  }

  /** The offsets of scalars, where those of 64 bits have two words. */
  static Iterator<Integer> scalarOffsets(List<Layout.Word> words, int start) {
    List<Integer> made = new ArrayList<>();
    for (int n = 0; n < words.size(); n += words.get(n).scalar().words()) {
      made.add(start + words.get(n).offset());
    }
    return made.iterator();
  }

  /** Appends the paths of a type's scalars; offsets are those of all scalars in order. */
  static void name(
      SpirvModule module,
      SpirvType type,
      String path,
      Iterator<Integer> offsets,
      int start,
      List<KernelInfo.PushConstant> named) {
    if (type instanceof SpirvType.Scalar scalar) {
      int offset = offsets.next();
      named.add(new KernelInfo.PushConstant(path, scalarName(scalar), offset, start + offset));
      return;
    }
    if (type instanceof SpirvType.Pointer pointer) {
      if (pointer.scalars() != 2) {
        throw SpirvErrors.at(
            module.place(), "push constant \"%s\" is a pointer that cannot be a value", path);
      }
      int offset = offsets.next();
      named.add(new KernelInfo.PushConstant(path, "u64", offset, start + offset));
      return;
    }
    long count = Composites.count(type, module.place());
    for (int n = 0; n < count; n++) {
      String part;
      if (type instanceof SpirvType.Struct struct) {
        String member = module.memberName(struct.id(), n).replaceAll("\\s", "_");
        String text = member.isBlank() ? "member" + n : member;
        part = path.isEmpty() ? text : path + "." + text;
      } else {
        part = path + "[" + n + "]";
      }
      name(module, Composites.member(type, n, module.place()), part, offsets, start, named);
    }
  }

  // Built-in inputs. SPIR-V specification, BuiltIn.

  private void bindInput(SpirvInstruction variable, SpirvType type) {
    var builtIn = module.decoration(variable.id(), Decoration.BUILT_IN);
    if (builtIn == null) {
      throw SpirvErrors.at(
          module.place(),
          "input \"%s\" is not a built-in; compute shaders have no other inputs",
          module.name(variable.id()));
    }
    Value[] values =
        switch (builtIn.literal()) {
          case 24 -> csrs(Csr.GRID_SIZE_X, Csr.GRID_SIZE_Y, Csr.GRID_SIZE_Z);
          case 25 ->
              new Value[] {Constant.i32(size(0)), Constant.i32(size(1)), Constant.i32(size(2))};
          case 26 -> csrs(Csr.GROUP_ID_X, Csr.GROUP_ID_Y, Csr.GROUP_ID_Z);
          case 27 -> localIds();
          case 28 -> globalIds();
          case 30 -> new Value[] {dimensions()};
          case 31 -> {
            Value[] groups = csrs(Csr.GRID_SIZE_X, Csr.GRID_SIZE_Y, Csr.GRID_SIZE_Z);
            for (int n = 0; n < 3; n++) {
              groups[n] = b.op(MUL, groups[n], Constant.i32(size(n)));
            }
            yield groups;
          }
          case 32 ->
              new Value[] {Constant.i32(size(0)), Constant.i32(size(1)), Constant.i32(size(2))};
          case 33 -> new Value[] {Constant.i32(0), Constant.i32(0), Constant.i32(0)};
          case 34 -> new Value[] {globalIndex()};
          case 37 -> csrs(Csr.LANES);
          case 39 -> csrs(Csr.GROUP_WARPS);
          case 29 -> new Value[] {localIndex()};
          case 36 -> csrs(Csr.LANES);
          case 38 -> csrs(Csr.GROUP_WARPS);
          case 4438 -> new Value[] {Constant.i32(0)};
          case 40 -> csrs(Csr.GROUP_WARP_RANK);
          case 41 -> csrs(Csr.LANE_ID);
          case 4416 -> laneMask(b.op(SHL, Constant.i32(1), csr(Csr.LANE_ID)));
          case 4417 -> laneMask(b.op(SHL, Constant.i32(-1), csr(Csr.LANE_ID)));
          case 4418 -> laneMask(b.op(SHL, Constant.i32(-2), csr(Csr.LANE_ID)));
          case 4419 -> laneMask(not(b.op(SHL, Constant.i32(-2), csr(Csr.LANE_ID))));
          case 4420 -> laneMask(not(b.op(SHL, Constant.i32(-1), csr(Csr.LANE_ID))));
          default ->
              throw SpirvErrors.at(
                  module.place(),
                  "built-in number %d is not available in compute shaders",
                  builtIn.literal());
        };
    if (type.scalars() != values.length) {
      throw SpirvErrors.at(
          module.place(), "built-in number %d has the wrong type", builtIn.literal());
    }
    ids.set(variable.id(), new Pointer.Values(type, values, 0, null, new int[] {0}));
  }

  /** The last dimension in which the range is longer than one, which is all that can be told. */
  private Value dimensions() {
    Value two = b.op(LT_U, Constant.i32(1), extent(1, Csr.GRID_SIZE_Y));
    Value three = b.op(LT_U, Constant.i32(1), extent(2, Csr.GRID_SIZE_Z));
    Value flat = b.op(SELECT, two, Constant.i32(2), Constant.i32(1));
    return b.op(SELECT, three, Constant.i32(3), flat);
  }

  private Value extent(int dimension, Csr groups) {
    return b.op(MUL, csr(groups), Constant.i32(size(dimension)));
  }

  private Value globalIndex() {
    Value[] at = globalIds();
    Value plane = b.op(ADD, b.op(MUL, at[2], extent(1, Csr.GRID_SIZE_Y)), at[1]);
    return b.op(ADD, b.op(MUL, plane, extent(0, Csr.GRID_SIZE_X)), at[0]);
  }

  private int size(int dimension) {
    return group.get(dimension);
  }

  private Value csr(Csr csr) {
    return b.make(READ_CSR, Type.I32, csr);
  }

  private Value[] csrs(Csr... registers) {
    Value[] made = new Value[registers.length];
    for (int n = 0; n < made.length; n++) {
      made[n] = csr(registers[n]);
    }
    return made;
  }

  private Value not(Value word) {
    return b.op(XOR, word, Constant.i32(-1));
  }

  private static Value[] laneMask(Value word) {
    return new Value[] {word, Constant.i32(0), Constant.i32(0), Constant.i32(0)};
  }

  /** Gives four lanes in a row identifiers that are two by two neighbours. */
  void squareQuads() {
    if (size(0) % 2 != 0 || size(1) % 2 != 0) {
      throw SpirvErrors.at(
          module.place(),
          "a workgroup of %s has no quads of two by two; make its x and y even",
          group);
    }
    squareQuads = true;
  }

  private Value[] localIds() {
    return squareQuads ? squareIds() : linearIds();
  }

  /** Quads from left to right, rows of quads from top to bottom, slices from front to back. */
  private Value[] squareIds() {
    Value lane = index(linearIds());
    Value quad = b.op(SHR_U, lane, Constant.i32(2));
    Constant columns = Constant.i32(size(0) / 2);
    Constant rows = Constant.i32(size(1) / 2);
    Value row = b.op(DIV_U, quad, columns);
    Value[] made = {
      twice(b.op(REM_U, quad, columns), lane),
      twice(b.op(REM_U, row, rows), b.op(SHR_U, lane, Constant.i32(1))),
      b.op(DIV_U, row, rows)
    };
    return made;
  }

  private Value twice(Value pairs, Value lane) {
    return b.op(ADD, b.op(SHL, pairs, Constant.i32(1)), b.op(AND, lane, Constant.i32(1)));
  }

  private Value[] linearIds() {
    Value[] made = csrs(Csr.LOCAL_ID_X, Csr.LOCAL_ID_Y, Csr.LOCAL_ID_Z);
    for (int n = 0; n < 3; n++) {
      made[n] = size(n) == 1 ? Constant.i32(0) : made[n];
    }
    return made;
  }

  private Value[] globalIds() {
    Value[] groups = csrs(Csr.GROUP_ID_X, Csr.GROUP_ID_Y, Csr.GROUP_ID_Z);
    Value[] locals = localIds();
    Value[] made = new Value[3];
    for (int n = 0; n < 3; n++) {
      made[n] =
          size(n) == 1
              ? groups[n]
              : b.op(ADD, b.op(MUL, groups[n], Constant.i32(size(n))), locals[n]);
    }
    return made;
  }

  private Value localIndex() {
    return index(localIds());
  }

  private Value index(Value[] locals) {
    Value index = Constant.i32(0);
    for (int n = 2; n >= 0; n--) {
      if (size(n) > 1) {
        index = b.op(ADD, b.op(MUL, index, Constant.i32(size(n))), locals[n]);
      }
    }
    return index;
  }
}
