package dev.zhulong.fuzz.generator;

import dev.zhulong.fuzz.generator.Kind.Base;
import dev.zhulong.fuzz.generator.Scope.Variable;
import dev.zhulong.fuzz.spirv.Op;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A random program: functions of statements, with structured control flow of all kinds. */
public final class Program {
  private static final int[] CAPABILITIES = {
    1, 9, 11, 22, 39, 61, 62, 63, 64, 65, 66, 67, 4433, 4441, 4448
  };
  private static final int[][] SIZES = {
    {8, 1, 1}, {4, 1, 1}, {16, 1, 1}, {6, 1, 1}, {2, 2, 2}, {4, 3, 1}
  };
  private static final int[] CELL_OPERATIONS = {
    Op.ATOMIC_I_ADD, Op.ATOMIC_XOR, Op.ATOMIC_OR, Op.ATOMIC_AND, Op.ATOMIC_U_MAX,
    Op.ATOMIC_U_MIN, Op.ATOMIC_S_MAX, Op.ATOMIC_S_MIN
  };
  private static final int BUILT_IN = 11;

  /** Where a construct can be left for, with the values that are taken there. */
  private static final class Exit {
    final int label;
    final Kind kind;
    final List<int[]> arrivals = new ArrayList<>();

    Exit(int label, Kind kind) {
      this.label = label;
      this.kind = kind;
    }
  }

  /** A construct that can be left early, by exits that are null where that must not be. */
  private record Leavable(boolean loop, Exit next, Exit out) {}

  private final Choices choices;
  private final ModuleBuilder builder = new ModuleBuilder();
  private final Expressions expressions;
  private final Deque<Leavable> leavable = new ArrayDeque<>();
  private final int u32;
  private int block;
  private int left;
  private int selections;
  private boolean leaves;
  private int evenLoops;
  private int loops;
  private boolean strays;
  private Kind returned;
  private int hash;
  private int outputs;
  private int cells;
  private int records;
  private int invocation;
  private int localIndex;
  private int exchange;
  private int localCells;

  private Program(Choices choices) {
    this.choices = choices;
    expressions = new Expressions(choices, builder);
    u32 = builder.type(Kind.U32);
  }

  /** The module that some choices make. */
  public static byte[] make(Choices choices) {
    return new Program(choices).module();
  }

  private int word(int value) {
    return builder.constant(Base.U32, value);
  }

  private int buffer(int binding, int element, int stride) {
    int array = builder.fresh(Op.TYPE_RUNTIME_ARRAY, element);
    builder.decorate(array, 6, stride);
    int struct = builder.fresh(Op.TYPE_STRUCT, array);
    builder.decorateMember(struct, 0, 35, 0);
    builder.decorate(struct, 2);
    int variable = builder.variable(ModuleBuilder.STORAGE_BUFFER, struct);
    builder.decorate(variable, 34, 0);
    builder.decorate(variable, 33, binding);
    return variable;
  }

  private int input(int builtIn, Kind kind) {
    int variable = builder.variable(ModuleBuilder.INPUT, builder.type(kind));
    builder.decorate(variable, BUILT_IN, builtIn);
    return variable;
  }

  private byte[] module() {
    int[] size = SIZES[choices.next(SIZES.length)];
    strays = choices.once(4);
    expressions.strays = strays;
    expressions.inputs = buffer(0, u32, 4);
    outputs = buffer(1, u32, 4);
    cells = buffer(2, u32, 4);
    records = buffer(3, RecordLayout.declare(builder), Interface.RECORD);
    exchange =
        builder.variable(
            ModuleBuilder.WORKGROUP, builder.array(u32, Interface.INVOCATIONS));
    localCells =
        builder.variable(
            ModuleBuilder.WORKGROUP, builder.array(u32, Interface.INVOCATIONS));
    List<Variable> globals = new ArrayList<>();
    for (int n = choices.next(3); n > 0; n--) {
      Kind kind = expressions.anyKind();
      int length = choices.pick(0, 2, 4, 16);
      int type = length == 0 ? builder.type(kind) : builder.array(builder.type(kind), length);
      int variable = builder.variable(ModuleBuilder.PRIVATE, type, builder.zero(type));
      globals.add(new Variable(variable, ModuleBuilder.PRIVATE, kind, length));
    }
    for (int n = choices.next(3); n > 0; n--) {
      function(globals);
    }
    main(globals, size);
    return builder.finish(CAPABILITIES, size);
  }

  private void open(List<Variable> globals) {
    expressions.scope = new Scope();
    expressions.scope.variables.addAll(globals);
    hash = builder.local(u32, word(17));
    block = 0;
    selections = 0;
    for (int n = choices.next(4); n > 0; n--) {
      Kind kind = expressions.anyKind();
      int length = choices.pick(0, 0, 2, 4, 8, 32);
      int type = length == 0 ? builder.type(kind) : builder.array(builder.type(kind), length);
      int variable = builder.local(type, builder.zero(type));
      expressions.scope.variables.add(
          new Variable(variable, ModuleBuilder.FUNCTION, kind, length));
    }
    // The first block's label is the builder's; one of our own follows it.
    int label = builder.id();
    builder.emit(Op.BRANCH, label);
    start(label);
  }

  private void function(List<Variable> globals) {
    returned = expressions.anyKind();
    List<Kind> kinds = new ArrayList<>();
    for (int n = choices.next(3); n > 0; n--) {
      kinds.add(expressions.anyKind());
    }
    open(globals);
    Kind pointee = choices.once(2) ? expressions.anyKind() : null;
    int count = kinds.size() + (pointee == null ? 0 : 1);
    int[] types = new int[count];
    int[] parameters = new int[count];
    for (int n = 0; n < count; n++) {
      parameters[n] = builder.id();
      if (n < kinds.size()) {
        types[n] = builder.type(kinds.get(n));
        expressions.scope.add(parameters[n], kinds.get(n));
      } else {
        types[n] = builder.pointer(ModuleBuilder.FUNCTION, builder.type(pointee));
        expressions.scope.variables.add(
            new Variable(parameters[n], ModuleBuilder.FUNCTION, pointee, 0));
      }
    }
    left = 2 + choices.next(6);
    expressions.subgroups = false;
    if (statements(2, false)) {
      builder.emit(Op.RETURN_VALUE, expressions.make(returned, 2));
    }
    int id = builder.id();
    int result = builder.type(returned);
    int[] words = new int[types.length + 1];
    words[0] = result;
    System.arraycopy(types, 0, words, 1, types.length);
    builder.endFunction(id, result, builder.global(Op.TYPE_FUNCTION, words), types, parameters);
    expressions.callees.add(new Expressions.Callee(id, returned, kinds, pointee));
  }

  private void main(List<Variable> globals, int[] size) {
    returned = null;
    leaves = false;
    open(globals);
    localIndex = builder.value(Op.LOAD, u32, input(29, Kind.U32));
    Kind triple = new Kind(Base.U32, 3);
    int group = builder.value(Op.LOAD, builder.type(triple), input(26, triple));
    int groupX = builder.value(Op.COMPOSITE_EXTRACT, u32, group, 0);
    int count = size[0] * size[1] * size[2];
    invocation =
        builder.value(
            Op.I_ADD,
            u32,
            builder.value(Op.I_MUL, u32, groupX, word(count)),
            localIndex);
    expressions.scope.add(localIndex, Kind.U32);
    int lane = builder.value(Op.LOAD, u32, input(41, Kind.U32));
    expressions.scope.lane = lane;
    expressions.scope.add(lane, Kind.U32);
    expressions.scope.add(invocation, Kind.U32);
    expressions.scope.add(pushConstant(), Kind.U32);
    expressions.scope.add(expressions.input(invocation), Kind.U32);
    expressions.scope.add(expressions.input(word(choices.next(Interface.INPUTS))), Kind.U32);
    builder.emit(Op.STORE, cell(ModuleBuilder.WORKGROUP, localCells, localIndex), invocation);
    barrier();
    left = 6 + choices.next(40);
    expressions.subgroups = true;
    boolean alive = true;
    while (alive && left > 0) {
      alive = statements(5, true);
    }
    if (alive) {
      if (!leaves) {
        barrier();
        int value =
            builder.value(
                Op.LOAD, u32, cell(ModuleBuilder.WORKGROUP, localCells, localIndex));
        mix(value);
      }
      finishMain();
    }
    builder.endMain();
  }

  private int pushConstant() {
    int struct = builder.fresh(Op.TYPE_STRUCT, u32, u32, u32, u32);
    builder.decorate(struct, 2);
    for (int m = 0; m < 4; m++) {
      builder.decorateMember(struct, m, 35, m * 4);
    }
    int variable = builder.variable(ModuleBuilder.PUSH_CONSTANT, struct);
    int pointer =
        builder.value(
            Op.ACCESS_CHAIN,
            builder.pointer(ModuleBuilder.PUSH_CONSTANT, u32),
            variable,
            word(choices.next(4)));
    return builder.value(Op.LOAD, u32, pointer);
  }

  private void barrier() {
    builder.emit(Op.CONTROL_BARRIER, word(2), word(2), word(0x108));
  }

  private int cell(int storage, int array, int index) {
    return builder.value(
        Op.ACCESS_CHAIN, builder.pointer(storage, u32), array, index);
  }

  private int element(int buffer, int index) {
    int type = builder.pointer(ModuleBuilder.STORAGE_BUFFER, u32);
    return builder.value(Op.ACCESS_CHAIN, type, buffer, word(0), index);
  }

  private int output(int which) {
    int first = builder.value(Op.I_MUL, u32, invocation, word(Interface.OUTPUTS));
    return element(outputs, builder.value(Op.I_ADD, u32, first, which));
  }

  private void finishMain() {
    builder.emit(Op.STORE, output(word(0)), builder.value(Op.LOAD, u32, hash));
    builder.emit(Op.RETURN);
  }

  private void mix(int value) {
    int old = builder.value(Op.LOAD, u32, hash);
    int mixed = builder.value(Op.BITWISE_XOR, u32, old, value);
    builder.emit(
        Op.STORE, hash, builder.value(Op.I_MUL, u32, mixed, word(0x01000193)));
  }

  private void start(int label) {
    builder.emit(Op.LABEL, label);
    block = label;
  }

  /** Writes statements; false if no way leads out of them. */
  private boolean statements(int depth, boolean uniform) {
    for (int n = 1 + choices.next(5); n > 0 && left > 0; n--) {
      left--;
      if (!statement(depth, uniform)) {
        return false;
      }
    }
    return true;
  }

  private boolean statement(int depth, boolean uniform) {
    switch (choices.next(24)) {
      case 0, 1 -> {
        Kind kind = expressions.anyKind();
        mix(expressions.word(expressions.make(kind, 3), kind));
      }
      case 2, 3, 4 -> {
        Kind kind = expressions.anyKind();
        expressions.scope.add(expressions.make(kind, 3), kind);
      }
      case 5, 6 -> store();
      case 7 -> put();
      case 8 -> atomic();
      case 9 -> record();
      case 10 -> composite();
      case 11 -> chosenPointer();
      case 12, 13, 14, 15 -> {
        if (depth > 0) {
          return choice(depth);
        }
      }
      case 16, 17 -> {
        if (depth > 0) {
          return several(depth);
        }
      }
      case 18, 19 -> {
        if (depth > 0) {
          return loop(depth, uniform);
        }
      }
      case 20, 21, 22 -> {
        if (selections > 0) {
          return leave();
        }
      }
      default -> {
        if (uniform && !leaves && returned == null) {
          exchange();
        }
      }
    }
    return true;
  }

  /** A struct with an array in it: put together, kept in a variable, changed, taken apart. */
  private void composite() {
    Kind one = expressions.anyKind();
    Kind many = expressions.anyKind();
    int length = 2 + choices.next(3);
    int array = builder.array(builder.type(many), length);
    int struct = builder.global(Op.TYPE_STRUCT, builder.type(one), array);
    int[] elements = new int[length];
    for (int n = 0; n < length; n++) {
      elements[n] = expressions.make(many, 1);
    }
    int list = builder.value(Op.COMPOSITE_CONSTRUCT, array, elements);
    int whole =
        builder.value(Op.COMPOSITE_CONSTRUCT, struct, expressions.make(one, 1), list);
    if (choices.once(2)) {
      int[] path = {expressions.make(many, 1), whole, 1, choices.next(length)};
      whole = builder.value(Op.COMPOSITE_INSERT, struct, path);
    }
    if (choices.once(2)) {
      int[] path = {whole, 1, choices.next(length)};
      int part = builder.value(Op.COMPOSITE_EXTRACT, builder.type(many), path);
      expressions.scope.add(part, many);
      return;
    }
    int variable = builder.local(struct, builder.zero(struct));
    builder.emit(Op.STORE, variable, whole);
    int index =
        builder.value(Op.U_MOD, u32, expressions.make(Kind.U32, 2), word(length));
    int type = builder.pointer(ModuleBuilder.FUNCTION, builder.type(many));
    int place = builder.value(Op.IN_BOUNDS_ACCESS_CHAIN, type, variable, word(1), index);
    if (choices.once(2)) {
      builder.emit(Op.STORE, place, expressions.make(many, 2));
      int again = builder.value(Op.LOAD, struct, variable);
      int[] path = {again, 1, choices.next(length)};
      int part = builder.value(Op.COMPOSITE_EXTRACT, builder.type(many), path);
      expressions.scope.add(part, many);
      expressions.scope.add(
          builder.value(Op.COMPOSITE_EXTRACT, builder.type(one), again, 0), one);
    } else {
      expressions.scope.add(builder.value(Op.LOAD, builder.type(many), place), many);
    }
  }

  /** A word through a pointer that is only known at run time. */
  private void chosenPointer() {
    if (returned != null) {
      return;
    }
    int type = builder.pointer(ModuleBuilder.STORAGE_BUFFER, u32);
    int few =
        builder.value(
            Op.BITWISE_AND, u32, expressions.make(Kind.U32, 1), word(Interface.INPUTS - 1));
    int first = element(expressions.inputs, few);
    int second = output(word(choices.next(Interface.OUTPUTS)));
    int condition = expressions.make(Kind.BOOL, 2);
    int chosen = builder.value(Op.SELECT, type, condition, first, second);
    expressions.scope.add(builder.value(Op.LOAD, u32, chosen), Kind.U32);
    if (choices.once(2)) {
      int third = output(word(choices.next(Interface.OUTPUTS)));
      int place = builder.value(Op.SELECT, type, condition, third, second);
      builder.emit(Op.STORE, place, expressions.make(Kind.U32, 1));
    }
  }

  private void store() {
    List<Variable> variables = expressions.scope.variables;
    if (!variables.isEmpty()) {
      Variable variable = variables.get(choices.next(variables.size()));
      int value = expressions.make(variable.kind(), 2);
      builder.emit(Op.STORE, expressions.pointer(variable), value);
    }
  }

  /** A word into the invocation's own part of the output. */
  private void put() {
    if (returned == null) {
      Kind kind = expressions.anyKind();
      int value = expressions.word(expressions.make(kind, 3), kind);
      int where =
          choices.once(2)
              ? word(1 + choices.next(Interface.OUTPUTS - 1))
              : builder.value(
                  Op.BITWISE_AND, u32, expressions.make(Kind.U32, 1), word(Interface.OUTPUTS - 1));
      builder.emit(Op.STORE, output(strayed(where)), value);
    }
  }

  /** In some programs an index that is far beyond all buffers, always or sometimes. */
  private int strayed(int index) {
    if (!strays || !choices.once(2)) {
      return index;
    }
    int far =
        builder.value(
            Op.BITWISE_OR, u32, index, word(choices.pick(0x10000, 0x40000000, 0x80000000)));
    int condition = expressions.make(Kind.BOOL, 1);
    return builder.value(Op.SELECT, u32, condition, index, far);
  }

  /** One whose order does not matter: a cell knows one operation, and nobody sees what was. */
  private void atomic() {
    int which = choices.next(CELL_OPERATIONS.length);
    int value = expressions.make(Kind.U32, 2);
    int storage =
        choices.once(2) ? ModuleBuilder.WORKGROUP : ModuleBuilder.STORAGE_BUFFER;
    int index = word(which + (choices.once(2) ? 8 : 0));
    if (choices.once(2)) {
      int other =
          builder.value(Op.BITWISE_AND, u32, expressions.make(Kind.U32, 1), word(8));
      index = builder.value(Op.BITWISE_OR, u32, other, word(which));
    }
    int pointer =
        storage == ModuleBuilder.WORKGROUP
            ? cell(storage, localCells, index)
            : element(cells, strayed(index));
    builder.value(CELL_OPERATIONS[which], u32, pointer, word(1), word(0), value);
  }

  private void record() {
    if (returned != null) {
      return;
    }
    RecordLayout.Access access = RecordLayout.access(choices);
    int[] path = new int[access.path().length + 3];
    path[0] = records;
    path[1] = word(0);
    path[2] = invocation;
    for (int n = 3; n < path.length; n++) {
      path[n] = word(access.path()[n - 3]);
    }
    if (access.indexed() > 0) {
      path[path.length - 1] =
          builder.value(
              Op.U_MOD, u32, expressions.make(Kind.U32, 1), word(access.indexed()));
    }
    int type = builder.type(access.kind());
    int pointer =
        builder.value(
            Op.ACCESS_CHAIN, builder.pointer(ModuleBuilder.STORAGE_BUFFER, type), path);
    if (choices.once(2)) {
      int value = expressions.make(access.kind(), 2);
      if (access.kind().base().isFloat()) {
        value = plain(value, access.kind());
      }
      builder.emit(Op.STORE, pointer, value);
    } else {
      expressions.scope.add(builder.value(Op.LOAD, type, pointer), access.kind());
    }
  }

  /** Zero in place of a NaN, whose bits nobody knows. */
  private int plain(int value, Kind kind) {
    int nan = builder.value(Op.IS_NAN, builder.type(kind.of(Base.BOOL)), value);
    return builder.value(
        Op.SELECT, builder.type(kind), nan, builder.constant(kind, 0), value);
  }

  /** All give a word, and take another's. */
  private void exchange() {
    barrier();
    int value = expressions.make(Kind.U32, 2);
    builder.emit(Op.STORE, cell(ModuleBuilder.WORKGROUP, exchange, localIndex), value);
    barrier();
    int from =
        builder.value(
            Op.BITWISE_AND, u32, expressions.make(Kind.U32, 1), word(3));
    int got =
        builder.value(Op.LOAD, u32, cell(ModuleBuilder.WORKGROUP, exchange, from));
    expressions.scope.add(got, Kind.U32);
  }

  private void arrive(Exit exit) {
    int value = exit.kind == null ? 0 : expressions.make(exit.kind, 1);
    exit.arrivals.add(new int[] {value, block});
    builder.emit(Op.BRANCH, exit.label);
  }

  /** Starts the block where a construct ends; false if nothing leads there. */
  private boolean end(Exit exit) {
    start(exit.label);
    if (exit.arrivals.isEmpty()) {
      builder.emit(Op.UNREACHABLE);
      return false;
    }
    if (exit.kind != null) {
      expressions.scope.add(
          builder.value(Op.PHI, builder.type(exit.kind), arrivals(exit)), exit.kind);
    }
    return true;
  }

  private static int[] arrivals(Exit exit) {
    int[] words = new int[exit.arrivals.size() * 2];
    for (int n = 0; n < words.length; n += 2) {
      words[n] = exit.arrivals.get(n / 2)[0];
      words[n + 1] = exit.arrivals.get(n / 2)[1];
    }
    return words;
  }

  /** Leaves a construct or the function; only from within a selection, so that some stay. */
  private boolean leave() {
    Leavable inner = leavable.peek();
    Leavable loop = leavable.stream().filter(Leavable::loop).findFirst().orElse(null);
    switch (choices.next(3)) {
      case 0 -> {
        if (inner != null && inner.out != null) {
          arrive(inner.out);
          return false;
        }
      }
      case 1 -> {
        if (loop != null && loop.next != null) {
          arrive(loop.next);
          return false;
        }
      }
      default -> {
        if (evenLoops == 0) {
          if (returned == null) {
            leaves = true;
            finishMain();
          } else {
            builder.emit(Op.RETURN_VALUE, expressions.make(returned, 1));
          }
          return false;
        }
      }
    }
    return true;
  }

  private Kind mergedKind() {
    return choices.once(2) ? expressions.anyKind() : null;
  }

  private boolean choice(int depth) {
    int condition = expressions.make(Kind.BOOL, 2);
    boolean both = choices.once(2);
    Exit merge = new Exit(builder.id(), mergedKind());
    int yes = builder.id();
    int no = both ? builder.id() : merge.label;
    if (!both) {
      int value = merge.kind == null ? 0 : expressions.make(merge.kind, 1);
      merge.arrivals.add(new int[] {value, block});
    }
    builder.emit(Op.SELECTION_MERGE, merge.label, 0);
    builder.emit(Op.BRANCH_CONDITIONAL, condition, yes, no);
    int mark = expressions.scope.mark();
    selections++;
    for (int label : both ? new int[] {yes, no} : new int[] {yes}) {
      start(label);
      if (statements(depth - 1, false)) {
        arrive(merge);
      }
      expressions.scope.back(mark);
    }
    selections--;
    return end(merge);
  }

  private boolean several(int depth) {
    Base[] bases = {Base.U32, Base.S32, Base.U8, Base.U16, Base.S16};
    Kind kind = new Kind(bases[choices.next(bases.length)], 1);
    int selector = expressions.make(kind, 2);
    if (!choices.once(4)) {
      selector =
          builder.value(
              Op.BITWISE_AND, builder.type(kind), selector, builder.constant(kind, 7));
    }
    Set<Integer> literals = new LinkedHashSet<>();
    for (int n = 1 + choices.next(4); n > 0; n--) {
      int most = kind.base() == Base.U8 ? 255 : 0x7fff;
      literals.add(choices.once(8) ? most : choices.next(8));
    }
    Exit merge = new Exit(builder.id(), mergedKind());
    boolean hasDefault = choices.once(2);
    int otherwise = hasDefault ? builder.id() : merge.label;
    if (!hasDefault) {
      int value = merge.kind == null ? 0 : expressions.make(merge.kind, 1);
      merge.arrivals.add(new int[] {value, block});
    }
    List<Integer> words = new ArrayList<>(List.of(selector, otherwise));
    List<Integer> labels = new ArrayList<>();
    for (int literal : literals) {
      // Sometimes two literals are one case.
      boolean same = !labels.isEmpty() && choices.once(4);
      int label = same ? labels.getLast() : builder.id();
      if (!same) {
        labels.add(label);
      }
      words.add(literal);
      words.add(label);
    }
    builder.emit(Op.SELECTION_MERGE, merge.label, 0);
    builder.emit(Op.SWITCH, words.stream().mapToInt(Integer::intValue).toArray());
    int head = block;
    boolean falls = choices.once(3);
    boolean before = expressions.subgroups;
    expressions.subgroups &= !falls;
    int mark = expressions.scope.mark();
    if (hasDefault) {
      labels.add(otherwise);
    }
    selections++;
    leavable.push(new Leavable(false, null, merge));
    int[] fallen = null;
    for (int n = 0; n < labels.size(); n++) {
      start(labels.get(n));
      if (fallen != null) {
        int[] path = {word(n), head, fallen[0], fallen[1]};
        expressions.scope.add(builder.value(Op.PHI, u32, path), Kind.U32);
      }
      fallen = null;
      if (statements(depth - 1, false)) {
        int next = n + 1 < labels.size() ? labels.get(n + 1) : otherwise;
        if (falls && next != otherwise && choices.once(2)) {
          fallen = new int[] {expressions.make(Kind.U32, 1), block};
          builder.emit(Op.BRANCH, next);
        } else {
          arrive(merge);
        }
      }
      expressions.scope.back(mark);
    }
    leavable.pop();
    selections--;
    expressions.subgroups = before;
    return end(merge);
  }

  private boolean loop(int depth, boolean uniform) {
    // In a loop that all run equally often, and that nobody leaves, there may be barriers.
    boolean even = uniform && !leaves && choices.once(3);
    int times = times(even);
    int form = even ? 0 : choices.next(3);
    int step = choices.pick(1, 1, 2, 3);
    Exit merge = new Exit(builder.id(), expressions.anyKind());
    Exit next = new Exit(builder.id(), merge.kind);
    int header = builder.id();
    int body = builder.id();
    int counted = builder.id();
    int carried = builder.id();
    int counterAfter = builder.id();
    int carriedAfter = builder.id();
    int type = builder.type(merge.kind);
    int first = expressions.make(merge.kind, 1);
    int before = block;
    builder.emit(Op.BRANCH, header);
    start(header);
    builder.valueAs(counted, Op.PHI, u32, word(0), before, counterAfter, next.label);
    builder.valueAs(carried, Op.PHI, type, first, before, carriedAfter, next.label);
    if (form == 0) {
      int goesOn = below(counted, times);
      builder.emit(Op.LOOP_MERGE, merge.label, next.label, 0);
      builder.emit(Op.BRANCH_CONDITIONAL, goesOn, body, merge.label);
      merge.arrivals.add(new int[] {carried, header});
    } else if (form == 1) {
      // The test is in a block of its own, as front ends write it.
      int test = builder.id();
      builder.emit(Op.LOOP_MERGE, merge.label, next.label, 0);
      builder.emit(Op.BRANCH, test);
      start(test);
      builder.emit(Op.BRANCH_CONDITIONAL, below(counted, times), body, merge.label);
      merge.arrivals.add(new int[] {carried, test});
    } else {
      builder.emit(Op.LOOP_MERGE, merge.label, next.label, 0);
      builder.emit(Op.BRANCH, body);
    }
    int mark = expressions.scope.mark();
    expressions.scope.add(counted, Kind.U32);
    expressions.scope.add(carried, merge.kind);
    start(body);
    leavable.push(even ? new Leavable(true, null, null) : new Leavable(true, next, merge));
    evenLoops += even ? 1 : 0;
    loops++;
    if (statements(depth - 1, even)) {
      arrive(next);
    }
    loops--;
    evenLoops -= even ? 1 : 0;
    leavable.pop();
    expressions.scope.back(mark);
    start(next.label);
    if (next.arrivals.isEmpty()) {
      builder.valueAs(carriedAfter, Op.COPY_OBJECT, type, builder.zero(type));
    } else {
      builder.valueAs(carriedAfter, Op.PHI, type, arrivals(next));
    }
    builder.valueAs(counterAfter, Op.I_ADD, u32, counted, word(step));
    if (form != 2) {
      builder.emit(Op.BRANCH, header);
    } else {
      merge.arrivals.add(new int[] {carriedAfter, next.label});
      builder.emit(Op.BRANCH_CONDITIONAL, below(counterAfter, times), header, merge.label);
    }
    return end(merge);
  }

  /** How often a loop runs at most: known beforehand, or not; inner loops run less often. */
  private int times(boolean even) {
    if (even) {
      return word(1 + choices.next(3));
    }
    boolean inner = loops > 0;
    if (choices.once(3)) {
      return inner ? word(choices.pick(1, 2, 3, 5)) : word(choices.pick(1, 2, 4, 7, 12, 33));
    }
    int mask = inner ? choices.pick(1, 3) : choices.pick(1, 3, 7, 15);
    return builder.value(Op.BITWISE_AND, u32, expressions.make(Kind.U32, 1), word(mask));
  }

  private int below(int counter, int times) {
    int opcode = choices.pick(Op.U_LESS_THAN, Op.S_LESS_THAN);
    return builder.value(opcode, builder.type(Kind.BOOL), counter, times);
  }
}
