package dev.zhulong.compiler.frontend.spirv;

import static dev.zhulong.compiler.ir.Opcode.*;

import dev.zhulong.compiler.frontend.spirv.SpirvType.MatrixLayout;
import dev.zhulong.compiler.ir.Access;
import dev.zhulong.compiler.ir.Argument;
import dev.zhulong.compiler.ir.Builder;
import dev.zhulong.compiler.ir.Constant;
import dev.zhulong.compiler.ir.IndexBound;
import dev.zhulong.compiler.ir.Instruction;
import dev.zhulong.compiler.ir.Local;
import dev.zhulong.compiler.ir.Location;
import dev.zhulong.compiler.ir.Opcode;
import dev.zhulong.compiler.ir.Region;
import dev.zhulong.compiler.ir.Space;
import dev.zhulong.compiler.ir.StackSlot;
import dev.zhulong.compiler.ir.Type;
import dev.zhulong.compiler.ir.Value;
import dev.zhulong.firmware.isa.MemoryMap;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Translates variables, pointers and accesses through them. */
final class MemoryTranslator {
  /** A variable with more run-time choices than this is kept in memory instead of locals. */
  private static final int MAXIMUM_CHOICES = 8;

  /** A variable with more scalars than this is kept in memory instead of locals. */
  private static final int MAXIMUM_LOCALS = 256;

  /** Memory operands Volatile and MakePointerVisible. */
  private static final int VOLATILE_OR_VISIBLE = 0x1 | 0x10;

  /** Bytes of a variable on the stack, which has as many at most. */
  private static final int MAXIMUM_STACK = 1 << MemoryMap.LARGEST_STACK_SHIFT;

  private static final int ORDERING_SEMANTICS = 0x2 | 0x4 | 0x8 | 0x10;

  private final SpirvModule module;
  private final Ids ids;
  private final Builder b;
  private final PointerAnalysis analysis;
  private final Map<Local, Value> known = new HashMap<>();
  private final PointerValues pointers;
  private final BoundsChecks checks;
  private final PointerBounds bounds;

  /** The variable that says whether the invocation is a helper, or 0. */
  private final int helper;

  private int checkCount;
  private int stackSlots;

  MemoryTranslator(
      SpirvModule module,
      SpirvFunction entry,
      Ids ids,
      Builder builder,
      PointerAnalysis analysis,
      BoundsChecks checks) {
    this.checks = checks;
    this.bounds = new PointerBounds(module, entry, ids, builder, checks);
    this.module = module;
    this.ids = ids;
    this.b = builder;
    this.analysis = analysis;
    this.helper = module.helperVariable();
    this.pointers = new PointerValues(module, ids, builder, bounds);
    ids.pointers(pointers);
  }

  /** What knows the buffers of pointers without indices. */
  PointerBounds bounds() {
    return bounds;
  }

  /** What turns pointers into values and back. */
  PointerValues pointers() {
    return pointers;
  }

  /** Forgets what locals hold, when code is reached from elsewhere. */
  void forget() {
    known.clear();
  }

  /** Translates an instruction on memory; false if it is not one. */
  boolean translate(SpirvInstruction i) {
    switch (i.op()) {
      case VARIABLE -> variable(i);
      case ACCESS_CHAIN, IN_BOUNDS_ACCESS_CHAIN ->
          ids.set(i.id(), chain(ids.pointer(i.operand(0)), i, 1));
      case PTR_ACCESS_CHAIN, IN_BOUNDS_PTR_ACCESS_CHAIN -> {
        Pointer.Memory first =
            pointers.element(
                ids.pointer(i.operand(0)),
                pointerType(i.operand(0)),
                ids.index(i.operand(1)),
                i.location());
        ids.set(i.id(), chain(bounds.byAddress(first), i, 2));
      }
      case PTR_EQUAL -> ids.set(i.id(), samePointers(i));
      case PTR_NOT_EQUAL -> ids.set(i.id(), b.op(B_NOT, samePointers(i)));
      case PTR_DIFF -> {
        Value elements =
            pointers.difference(
                ids.pointer(i.operand(0)),
                ids.pointer(i.operand(1)),
                pointerType(i.operand(0)),
                i.location());
        boolean wide = ids.type(i.type()).scalars() == 2;
        Value high = b.op(SHR_S, elements, Constant.i32(31));
        ids.set(i.id(), wide ? new Value[] {elements, high} : new Value[] {elements});
      }
      case CONVERT_U_TO_PTR -> {
        Value[] words = ids.value(i.operand(0));
        ids.set(i.id(), words[0], words.length > 1 ? words[1] : Constant.i32(0));
      }
      case CONVERT_PTR_TO_U -> {
        Value[] words = ids.value(i.operand(0));
        ids.set(i.id(), ids.type(i.type()).scalars() == 1 ? new Value[] {words[0]} : words);
      }
      case COPY_OBJECT -> {
        if (!ids.isPointer(i.operand(0))) {
          return false;
        }
        ids.set(i.id(), ids.pointer(i.operand(0)));
      }
      case LOAD -> {
        // A load that makes others' writes visible must not find an old line in the cache.
        orderIf(i.operands().length > 1 && (i.operand(1) & VOLATILE_OR_VISIBLE) != 0);
        if (ids.pointer(i.operand(0)) instanceof Pointer.Descriptors d) {
          ids.set(i.id(), handle(d, i.location()));
          return true;
        }
        Value[] loaded = load(ids.pointer(i.operand(0)), i.location());
        ids.requireCount(i, ids.type(i.type()), loaded.length);
        ids.set(i.id(), loaded);
      }
      case STORE -> store(ids.pointer(i.operand(0)), ids.value(i.operand(1)), i.location());
      case COPY_MEMORY -> {
        Value[] copied = load(ids.pointer(i.operand(1)), i.location());
        store(ids.pointer(i.operand(0)), copied, i.location());
      }
      case ARRAY_LENGTH -> ids.set(i.id(), arrayLength(i));
      default -> {
        return atomic(i);
      }
    }
    return true;
  }

  /** Makes a variable of the invocation: locals, or a slot on the stack. */
  void variable(SpirvInstruction i) {
    if (!(ids.type(i.type()) instanceof SpirvType.Pointer pointer)) {
      throw SpirvErrors.at(i.location(), "variable %d has no pointer type", i.id());
    }
    SpirvType type = pointer.pointee();
    String name = module.name(i.id()).isEmpty() ? "v" + i.id() : module.name(i.id());
    if (module.kernels()) {
      Value[] initial = i.operands().length > 1 ? ids.value(i.operand(1)) : new Value[0];
      stackVariable(i.id(), name, type, initial);
      return;
    }
    Pointer made;
    if (analysis.ways(i.id()) > MAXIMUM_CHOICES || type.scalars() > MAXIMUM_LOCALS) {
      long bytes = type.scalars() * 4;
      if (bytes > MAXIMUM_STACK) {
        throw SpirvErrors.at(
            i.location(), "variable %s takes %d bytes; keep it in a buffer", name, bytes);
      }
      StackSlot slot = new StackSlot(name, (int) bytes);
      Value base = b.make(STACK_ADDRESS, Type.I32, slot);
      var resource =
          new Pointer.Resource(Space.PRIVATE, stackSlots++, false, false, false, null, null);
      made = new Pointer.Memory(type, resource, base, null, 0, null, stride(type, false), null);
    } else {
      Type[] scalars = ids.scalarTypes(type);
      Local[] locals = new Local[scalars.length];
      for (int n = 0; n < locals.length; n++) {
        locals[n] = new Local(locals.length == 1 ? name : name + "." + n, scalars[n]);
      }
      made = new Pointer.Locals(type, locals, 0, null, new int[] {0});
    }
    ids.set(i.id(), made);
    if (i.operands().length > 1) {
      store(made, ids.value(i.operand(1)), i.location());
    }
  }

  /** Makes a variable that has an address: a slot on the stack, with initial scalars if any. */
  void stackVariable(int id, String name, SpirvType type, Value[] initial) {
    Space space = pointers.flat() ? Space.GLOBAL : Space.PRIVATE;
    ids.set(id, slot(name, type, space, initial));
  }

  /** Makes a table in constant memory, which a kernel's buffers are in too. */
  void table(SpirvInstruction i, SpirvType type) {
    Value[] initial = i.operands().length > 1 ? ids.value(i.operand(1)) : ids.zeros(type);
    ids.set(i.id(), slot(module.name(i.id()), type, Space.GLOBAL, initial));
  }

  private Pointer slot(String name, SpirvType type, Space space, Value[] initial) {
    long bytes = KernelLayout.bytes(type) + 3 & ~3L;
    if (bytes > MAXIMUM_STACK) {
      throw SpirvErrors.at(
          b.location() == null ? module.place() : b.location(),
          "variable %s takes %d bytes; at most %d are possible, keep it in a buffer",
          name,
          bytes,
          MAXIMUM_STACK);
    }
    Value base = b.make(STACK_ADDRESS, Type.I32, new StackSlot(name, (int) Math.max(bytes, 4)));
    int index = space == Space.PRIVATE ? stackSlots++ : -1;
    var resource = new Pointer.Resource(space, index, true, false, false, null, null);
    Pointer made =
        new Pointer.Memory(type, resource, base, null, 0, null, stride(type, true), null);
    if (initial.length > 0) {
      store(made, initial, b.location());
    }
    return made;
  }

  // Access chains.

  private SpirvType.Pointer pointerType(int id) {
    if (ids.typeOf(id) instanceof SpirvType.Pointer type) {
      return type;
    }
    throw SpirvErrors.at(module.definition(id).location(), "id %d is not a pointer", id);
  }

  private Value samePointers(SpirvInstruction i) {
    return pointers.same(ids.value(i.operand(0)), ids.value(i.operand(1)));
  }

  private Pointer chain(Pointer start, SpirvInstruction i, int from) {
    Pointer pointer = start;
    for (int n = from; n < i.operands().length; n++) {
      pointer = step(pointer, ids.index(i.operand(n)), i.location());
    }
    return pointer;
  }

  private Pointer step(Pointer pointer, Value index, Location location) {
    SpirvType whole = pointer.type();
    if (index instanceof Constant c) {
      long n = c.bits() & 0xffffffffL;
      SpirvType part = Composites.member(whole, n, location);
      return switch (pointer) {
        case Pointer.Locals p ->
            new Pointer.Locals(
                part,
                p.locals(),
                p.first() + (int) Composites.firstScalar(whole, n, location),
                p.selector(),
                p.choices());
        case Pointer.Values p ->
            new Pointer.Values(
                part,
                p.values(),
                p.first() + (int) Composites.firstScalar(whole, n, location),
                p.selector(),
                p.choices());
        case Pointer.Memory p -> memoryStep(p, index, c.bits(), location);
        case Pointer.Descriptors p -> element(p, index, part);
      };
    }
    if (whole instanceof SpirvType.Struct) {
      throw SpirvErrors.at(location, "a struct member is selected by a computed index");
    }
    SpirvType part = Composites.element(whole, location);
    return switch (pointer) {
      case Pointer.Locals p ->
          new Pointer.Locals(
              part,
              p.locals(),
              p.first(),
              selector(p.selector(), index, part),
              choices(p.choices(), whole, part, location));
      case Pointer.Values p ->
          new Pointer.Values(
              part,
              p.values(),
              p.first(),
              selector(p.selector(), index, part),
              choices(p.choices(), whole, part, location));
      case Pointer.Memory p -> memoryStep(p, index, 0, location);
      case Pointer.Descriptors p -> element(p, index, part);
    };
  }

  /** An element of an array of descriptors; an index beyond the end takes the last one. */
  private Pointer element(Pointer.Descriptors p, Value index, SpirvType part) {
    int bytes = 4 * p.words();
    for (SpirvType t = part; t instanceof SpirvType.Array array; t = array.element()) {
      bytes *= (int) array.length();
    }
    Value base = p.base();
    int offset = p.offset();
    if (index instanceof Constant c) {
      offset += c.bits() * bytes;
    } else {
      long count = ((SpirvType.Array) p.type()).length();
      Value inside = b.op(MIN_U, index, Constant.i32((int) (count - 1)));
      base = b.op(ADD, base, b.op(MUL, inside, Constant.i32(bytes)));
    }
    return descriptor(new Pointer.Descriptors(part, base, offset, p.words(), p.resource()));
  }

  /** The buffer that a descriptor leads to; others stay descriptors. */
  Pointer descriptor(Pointer.Descriptors p) {
    if (!(p.type() instanceof SpirvType.Struct block)) {
      return p;
    }
    var words = new ResourceHandle.Descriptor(p.base(), p.offset());
    var size = new ResourceHandle.Descriptor(p.base(), p.offset() + 4);
    Pointer.Resource r = p.resource();
    Pointer.Resource one =
        new Pointer.Resource(
            r.space(),
            r.index(),
            true,
            r.readOnly(),
            r.isVolatile(),
            r.usage(),
            r.usage() != null && r.usage().isTrusted() ? null : size);
    return new Pointer.Memory(block, one, words.word(b, 0), null, 0, null, 4, null);
  }

  private ResourceHandle handle(Pointer.Descriptors p, Location location) {
    if (p.type() instanceof SpirvType.Array) {
      throw SpirvErrors.at(location, "an array of images or samplers is loaded as a whole");
    }
    Pointer.Resource r = p.resource();
    return ResourceHandle.of(
        p.type(),
        new ResourceHandle.Descriptor(
            p.base(), p.offset(), r.usage() == null ? null : r.usage().known()),
        r.index(),
        r.readOnly(),
        r.usage());
  }

  private Value selector(Value before, Value index, SpirvType part) {
    Value scalars = scaled(index, (int) part.scalars());
    return before == null ? scalars : b.op(ADD, before, scalars);
  }

  private static int[] choices(int[] before, SpirvType whole, SpirvType part, Location location) {
    int count = (int) Composites.count(whole, location);
    int[] made = new int[before.length * count];
    for (int n = 0; n < made.length; n++) {
      made[n] = before[n / count] + n % count * (int) part.scalars();
    }
    return made;
  }

  private Value scaled(Value index, int stride) {
    if (stride > 0 && Integer.bitCount(stride) == 1) {
      int shift = Integer.numberOfTrailingZeros(stride);
      return shift == 0 ? index : b.op(SHL, index, Constant.i32(shift));
    }
    return b.op(MUL, index, Constant.i32(stride));
  }

  private Pointer memoryStep(Pointer.Memory p, Value index, int constantIndex, Location location) {
    boolean explicit = p.memory().explicitLayout();
    MatrixLayout matrix = p.matrix();
    int componentStride = p.componentStride();
    SpirvType part;
    int stride;
    switch (p.type()) {
      case SpirvType.Struct s -> {
        part = s.members().get(constantIndex);
        int offset = Layout.memberOffset(s, constantIndex, explicit, location);
        return new Pointer.Memory(
            part,
            p.memory(),
            p.base(),
            p.dynamic(),
            p.constant() + offset,
            s.matrices()[constantIndex],
            stride(part, explicit),
            p.inside());
      }
      case SpirvType.Matrix m -> {
        part = m.column();
        stride = Layout.columnStride(m, matrix, explicit, location);
        componentStride = Layout.componentStride(m.column().component(), matrix, explicit);
      }
      case SpirvType.Vector v -> {
        part = v.component();
        stride = p.componentStride();
      }
      default -> {
        part = Composites.element(p.type(), location);
        stride = Layout.elementStride(p.type(), explicit, location);
        componentStride = stride(part, explicit);
      }
    }
    Value inside = checked(p, index, stride, location);
    Value dynamic = p.dynamic();
    int constant = p.constant();
    if (index instanceof Constant) {
      constant += constantIndex * stride;
    } else {
      Value offset = scaled(index, stride);
      dynamic = dynamic == null ? offset : b.op(ADD, dynamic, offset);
    }
    return new Pointer.Memory(
        part, p.memory(), p.base(), dynamic, constant, matrix, componentStride, inside);
  }

  /**
   * Whether an index into a buffer is within its array, and those before it within theirs. What the
   * driver requires of every buffer, its fixed part, needs no check.
   */
  private Value checked(Pointer.Memory p, Value index, int stride, Location location) {
    ResourceHandle.Descriptor size = p.memory().size();
    boolean runTime = p.type() instanceof SpirvType.RuntimeArray;
    if (!checks.wanted() || size == null || index instanceof Constant && !runTime) {
      return p.inside();
    }
    int id = checkCount++;
    if (checks.proven().contains(id)) {
      return p.inside();
    }
    long count = runTime ? -1 : Composites.count(p.type(), location);
    Value length;
    if (runTime) {
      Value bytes = b.op(SUB, size.word(b, 0), Constant.i32(p.constant()));
      length = b.op(DIV_U, bytes, Constant.i32(stride));
    } else {
      length = Constant.i32((int) count);
    }
    int place = size.isFixed() ? size.offset() : -1;
    IndexBound bound = new IndexBound(id, place, p.constant(), stride, count);
    Value inside = b.make(INSIDE, Type.BOOL, bound, index, length);
    return p.inside() == null ? inside : b.op(B_AND, p.inside(), inside);
  }

  /** Bytes between the components of what is not a column of a matrix. */
  static int stride(SpirvType type, boolean explicit) {
    SpirvType.Scalar component = Ids.component(type);
    return component == null ? 4 : Layout.componentStride(component, null, explicit);
  }

  // Loads and stores.

  /** The scalars that a pointer points to. */
  Value[] load(Pointer pointer, Location location) {
    Type[] types = ids.scalarTypes(pointer.type());
    Value[] made = new Value[types.length];
    switch (pointer) {
      case Pointer.Locals p -> {
        Value[] chosen = tests(p.selector(), p.choices());
        for (int n = 0; n < made.length; n++) {
          Value[] options = new Value[p.choices().length];
          for (int c = 0; c < options.length; c++) {
            options[c] = get(p.locals()[p.first() + p.choices()[c] + n]);
          }
          made[n] = choose(chosen, options);
        }
      }
      case Pointer.Values p -> {
        Value[] chosen = tests(p.selector(), p.choices());
        for (int n = 0; n < made.length; n++) {
          Value[] options = new Value[p.choices().length];
          for (int c = 0; c < options.length; c++) {
            options[c] = p.values()[p.first() + p.choices()[c] + n];
          }
          made[n] = choose(chosen, options);
        }
      }
      case Pointer.Memory p -> {
        if (p.memory().usage() != null) {
          p.memory().usage().read();
        }
        if (p.memory().isVolatile()) {
          b.effect(MEMORY_FENCE, null);
        }
        return Structured.choose(
            b, inside(p, location), () -> loadMemory(p, location), () -> ids.zeros(p.type()));
      }
      case Pointer.Descriptors _ ->
          throw SpirvErrors.at(location, "a descriptor is loaded as a value");
    }
    return made;
  }

  /** Stores scalars to where a pointer points. */
  void store(Pointer pointer, Value[] values, Location location) {
    if (pointer.type().scalars() != values.length) {
      throw SpirvErrors.at(
          location,
          "a value of %d scalars is stored where %d are",
          values.length,
          pointer.type().scalars());
    }
    switch (pointer) {
      case Pointer.Locals p -> {
        Value[] chosen = tests(p.selector(), p.choices());
        for (int c = 0; c < p.choices().length; c++) {
          for (int n = 0; n < values.length; n++) {
            Local local = p.locals()[p.first() + p.choices()[c] + n];
            set(
                local,
                p.selector() == null ? values[n] : b.op(SELECT, chosen[c], values[n], get(local)));
          }
        }
      }
      case Pointer.Values _, Pointer.Descriptors _ ->
          throw SpirvErrors.at(location, "an input is written");
      case Pointer.Memory p -> {
        if (p.memory().space() == Space.ARGUMENTS) {
          throw SpirvErrors.at(location, "a push constant is written");
        }
        if (p.memory().usage() != null) {
          p.memory().usage().write();
        }
        Structured.when(b, written(p, location), () -> storeMemory(p, values, location));
      }
    }
  }

  /** Whether an access is within its buffer, by its indices or by its address. */
  private Value inside(Pointer.Memory p, Location location) {
    Value byIndex = p.inside() == null ? Constant.TRUE : p.inside();
    if (!bounds.covers(p.memory())) {
      return byIndex;
    }
    int end = p.constant();
    for (Layout.Word word : words(p, location)) {
      end = Math.max(end, word.offset() + Math.min(4, word.scalar().bytes()));
    }
    Value byAddress =
        end == p.constant() ? null : bounds.inside(p, end - p.constant(), () -> checkCount++);
    if (byAddress == null) {
      return byIndex;
    }
    return byIndex == Constant.TRUE ? byAddress : b.op(B_AND, byIndex, byAddress);
  }

  /** Whether a write takes place: within bounds, and not by a helper invocation. */
  private Value written(Pointer.Memory p, Location location) {
    Value inside = inside(p, location);
    boolean trusted = p.memory().usage() != null && p.memory().usage().isTrusted();
    if (p.memory().space() != Space.GLOBAL || trusted || helper == 0) {
      return inside;
    }
    Value live = live();
    return inside == Constant.TRUE ? live : b.op(B_AND, inside, live);
  }

  /** Whether the invocation is none that only helps its neighbours. */
  Value live() {
    return helper == 0
        ? Constant.TRUE
        : b.op(EQ, load(ids.pointer(helper), null)[0], Constant.i32(0));
  }

  private Value[] loadMemory(Pointer.Memory p, Location location) {
    Value address = address(p);
    List<Layout.Word> words = words(p, location);
    Value[] made = new Value[words.size()];
    for (int n = 0; n < made.length; n++) {
      made[n] = loadWord(p.memory(), words.get(n), address);
    }
    return made;
  }

  private void storeMemory(Pointer.Memory p, Value[] values, Location location) {
    Value address = address(p);
    List<Layout.Word> words = words(p, location);
    for (int n = 0; n < values.length; n++) {
      storeWord(p.memory(), words.get(n), address, values[n]);
    }
  }

  /** A word from memory, as the value holds it. */
  Value loadWord(Pointer.Resource memory, Layout.Word word, Value address) {
    SpirvType.Scalar scalar = word.scalar();
    Access access = access(memory, word);
    if (scalar.type() == Type.BOOL) {
      return b.op(NE, b.make(LOAD, Type.I32, access, address), Constant.i32(0));
    }
    if (access.bytes() == 2 && scalar.half()) {
      return new Packing(b).halfToFloat(b.make(LOAD, Type.I32, access, address));
    }
    return b.make(LOAD, scalar.type(), access, address);
  }

  private void storeWord(Pointer.Resource memory, Layout.Word word, Value address, Value value) {
    Access access = access(memory, word);
    Value stored = value;
    if (value.type() == Type.BOOL) {
      stored = b.op(BOOL_TO_INT, value);
    } else if (access.bytes() == 2 && word.scalar().half()) {
      stored = new Packing(b).floatToHalf(value);
    }
    b.effect(STORE, access, address, stored);
  }

  private static Access access(Pointer.Resource memory, Layout.Word word) {
    SpirvType.Scalar scalar = word.scalar();
    int bytes = memory.explicitLayout() ? Math.min(4, scalar.bytes()) : 4;
    boolean signed = bytes < 4 && scalar.narrow() && scalar.signed();
    return new Access(
        memory.space(), bytes, signed, word.offset(), memory.index(), memory.readOnly());
  }

  Value get(Local local) {
    return known.computeIfAbsent(local, l -> b.make(LOCAL_GET, l.type(), l));
  }

  void set(Local local, Value value) {
    b.effect(LOCAL_SET, local, value);
    known.put(local, value);
  }

  private Value[] tests(Value selector, int[] choices) {
    Value[] made = new Value[choices.length];
    if (selector != null) {
      for (int c = 0; c < made.length; c++) {
        made[c] = b.op(EQ, selector, Constant.i32(choices[c]));
      }
    }
    return made;
  }

  /** The option whose test holds; the last one if none does. */
  private Value choose(Value[] tests, Value[] options) {
    Value made = options[options.length - 1];
    for (int c = options.length - 2; c >= 0; c--) {
      made = b.op(SELECT, tests[c], options[c], made);
    }
    return made;
  }

  private Value address(Pointer.Memory p) {
    return p.dynamic() == null ? p.base() : b.op(ADD, p.base(), p.dynamic());
  }

  private static Access access(Pointer.Resource memory, int offset) {
    return new Access(memory.space(), 4, false, offset, memory.index(), memory.readOnly());
  }

  /** The words of what a pointer points to. */
  private static List<Layout.Word> words(Pointer.Memory p, Location location) {
    List<Layout.Word> made = new ArrayList<>();
    if (p.type() instanceof SpirvType.Vector v) {
      Layout.components(v, p.constant(), p.componentStride(), made);
    } else {
      boolean explicit = p.memory().explicitLayout();
      Layout.words(p.type(), p.constant(), p.matrix(), explicit, location, made);
    }
    return made;
  }

  /** Elements of the run-time array that is a struct's member: (size − offset) / stride. */
  private Value arrayLength(SpirvInstruction i) {
    if (!(ids.pointer(i.operand(0)) instanceof Pointer.Memory p)
        || p.memory().size() == null
        || !(p.type() instanceof SpirvType.Struct s)
        || i.operand(1) < 0
        || i.operand(1) >= s.members().size()
        || !(s.members().get(i.operand(1)) instanceof SpirvType.RuntimeArray array)) {
      throw SpirvErrors.at(i.location(), "OpArrayLength of something not a run-time array");
    }
    Value size = p.memory().size().word(b, 0);
    int offset = Layout.memberOffset(s, i.operand(1), true, i.location());
    int stride = Layout.elementStride(array, true, i.location());
    return b.op(DIV_U, b.op(SUB, size, Constant.i32(offset)), Constant.i32(stride));
  }

  // Atomics.

  private boolean atomic(SpirvInstruction i) {
    Opcode opcode =
        switch (i.op()) {
          case ATOMIC_LOAD -> LOAD;
          case ATOMIC_STORE -> STORE;
          case ATOMIC_EXCHANGE -> Opcode.ATOMIC_EXCHANGE;
          case ATOMIC_COMPARE_EXCHANGE, ATOMIC_COMPARE_EXCHANGE_WEAK ->
              Opcode.ATOMIC_COMPARE_EXCHANGE;
          case ATOMIC_I_INCREMENT, ATOMIC_I_DECREMENT, ATOMIC_I_ADD, ATOMIC_I_SUB -> ATOMIC_ADD;
          case ATOMIC_S_MIN -> ATOMIC_MIN_S;
          case ATOMIC_U_MIN -> ATOMIC_MIN_U;
          case ATOMIC_S_MAX -> ATOMIC_MAX_S;
          case ATOMIC_U_MAX -> ATOMIC_MAX_U;
          case ATOMIC_AND -> Opcode.ATOMIC_AND;
          case ATOMIC_OR -> Opcode.ATOMIC_OR;
          case ATOMIC_XOR -> Opcode.ATOMIC_XOR;
          case ATOMIC_F_MIN -> Opcode.F_MIN;
          case ATOMIC_F_MAX -> Opcode.F_MAX;
          case ATOMIC_F_ADD -> Opcode.F_ADD;
          default -> null;
        };
    if (opcode == null) {
      return false;
    }
    if (!(ids.pointer(i.operand(0)) instanceof Pointer.Memory p)
        || p.memory().space() != Space.GLOBAL && p.memory().space() != Space.SHARED
        || !(p.type() instanceof SpirvType.Scalar scalar)) {
      throw SpirvErrors.at(
          i.location(),
          "%s needs a 32-bit scalar in a storage buffer, storage image or shared memory",
          i.op());
    }
    if (scalar.bits() != 32) {
      throw SpirvErrors.at(
          i.location(),
          "%s of %d bits; the machine's atomics are of 32 bits",
          i.op(),
          scalar.bits());
    }
    if (p.memory().usage() != null) {
      if (i.op() != SpirvOp.ATOMIC_STORE) {
        p.memory().usage().read();
      }
      if (i.op() != SpirvOp.ATOMIC_LOAD) {
        p.memory().usage().write();
      }
    }
    boolean ordered = (ids.constantInt(i.operand(2)) & ORDERING_SEMANTICS) != 0;
    orderIf(ordered);
    boolean stores = opcode == STORE;
    Value[] old =
        Structured.choose(
            b,
            i.op() == SpirvOp.ATOMIC_LOAD ? inside(p, i.location()) : written(p, i.location()),
            () -> atomicInside(i, opcode, p, scalar),
            () -> stores ? new Value[0] : ids.zeros(scalar));
    if (!stores) {
      ids.set(i.id(), old);
    }
    orderIf(ordered);
    return true;
  }

  private Value[] atomicInside(
      SpirvInstruction i, Opcode opcode, Pointer.Memory p, SpirvType.Scalar scalar) {
    // Atomic instructions of the machine have no offset field, so the whole address is computed.
    Value address = b.op(ADD, address(p), Constant.i32(p.constant()));
    Access access = access(p.memory(), 0);
    Value made =
        switch (opcode) {
          case LOAD -> b.make(LOAD, scalar.type(), access, address);
          case STORE -> {
            b.effect(STORE, access, address, ids.scalar(i.operand(3)));
            yield null;
          }
          case F_MIN, F_MAX, F_ADD ->
              atomicFloat(opcode, access, address, ids.scalar(i.operand(3)));
          default -> {
            Value old =
                opcode == Opcode.ATOMIC_COMPARE_EXCHANGE
                    ? b.make(
                        opcode,
                        Type.I32,
                        access,
                        address,
                        ids.scalar(i.operand(5)),
                        ids.scalar(i.operand(4)))
                    : b.make(opcode, Type.I32, access, address, atomicOperand(i));
            yield scalar.type() == Type.F32 ? b.op(BITS_TO_F, old) : old;
          }
        };
    return made == null ? new Value[0] : new Value[] {made};
  }

  /**
   * The machine's atomics are of integers: the new value is computed beside the memory and put
   * there if the old one still stands, else once more. Of the lanes that meet at one address one
   * gets through each time, so the loop ends.
   */
  private Value atomicFloat(Opcode opcode, Access access, Value address, Value operand) {
    Value seen = b.make(LOAD, Type.I32, access, address);
    Instruction loop = b.append(LOOP, List.of(seen), List.of(Type.I32), null);
    Region before = b.region();
    Region body = new Region();
    loop.regions().add(body);
    Argument expected = new Argument(Type.I32);
    body.arguments().add(expected);
    b.region(body);
    Value wanted = b.op(F_TO_BITS, b.op(opcode, b.op(BITS_TO_F, expected), operand));
    Value old = b.make(Opcode.ATOMIC_COMPARE_EXCHANGE, Type.I32, access, address, expected, wanted);
    b.append(NEXT, List.of(b.op(NE, old, expected), old), List.of(), null);
    b.region(before);
    return b.op(BITS_TO_F, loop.results().getFirst());
  }

  private void orderIf(boolean ordered) {
    if (ordered) {
      b.effect(MEMORY_FENCE, null);
    }
  }

  private Value atomicOperand(SpirvInstruction i) {
    return switch (i.op()) {
      case ATOMIC_I_INCREMENT -> Constant.i32(1);
      case ATOMIC_I_DECREMENT -> Constant.i32(-1);
      case ATOMIC_I_SUB -> b.op(SUB, Constant.i32(0), ids.scalar(i.operand(3)));
      default -> {
        Value operand = ids.scalar(i.operand(3));
        yield operand.type() == Type.F32 ? b.op(F_TO_BITS, operand) : operand;
      }
    };
  }
}
