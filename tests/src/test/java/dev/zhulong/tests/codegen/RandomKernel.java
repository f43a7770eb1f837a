package dev.zhulong.tests.codegen;

import dev.zhulong.compiler.ir.Access;
import dev.zhulong.compiler.ir.Argument;
import dev.zhulong.compiler.ir.Constant;
import dev.zhulong.compiler.ir.Instruction;
import dev.zhulong.compiler.ir.Kernel;
import dev.zhulong.compiler.ir.Opcode;
import dev.zhulong.compiler.ir.Region;
import dev.zhulong.compiler.ir.Space;
import dev.zhulong.compiler.ir.StackSlot;
import dev.zhulong.compiler.ir.Type;
import dev.zhulong.compiler.ir.Value;
import dev.zhulong.firmware.isa.Csr;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Random kernels: every pure opcode, memory of each kind, and nested control on uniform and divergent
 * conditions. All end; each invocation writes only its own {@link #WORDS} words.
 *
 * <p>The argument block holds the addresses of an input and an output buffer and a number.
 */
final class RandomKernel {
  static final int WORDS = 16;
  static final int GROUP = 12;
  private static final int SLOT_BYTES = 32;

  private static final List<Opcode> PURE =
      java.util.Arrays.stream(Opcode.values())
          .filter(o -> o.pure() && !o.expanded() && !o.signature().startsWith(":"))
          .toList();

  private final Random random;
  private final StackSlot slot = new StackSlot("array", SLOT_BYTES);
  private List<Value> scope = new ArrayList<>();

  /** Counters of the loops around, each below {@code WORDS / 2}. */
  private final List<Value> counters = new ArrayList<>();

  private Region region;
  private Value input;
  private Value output;
  private int budget;

  private RandomKernel(long seed) {
    this.random = new Random(seed);
  }

  static Kernel generate(long seed) {
    return new RandomKernel(seed).kernel();
  }

  private Kernel kernel() {
    Region body = new Region();
    region = body;
    budget = 20 + random.nextInt(120);
    final Value arguments = make(Opcode.READ_CSR, Type.I32, Csr.MSCRATCH);
    final Value x = make(Opcode.READ_CSR, Type.I32, Csr.LOCAL_ID_X);
    final Value g = make(Opcode.READ_CSR, Type.I32, Csr.GROUP_ID_X);
    final Value id =
        make(
            Opcode.ADD,
            Type.I32,
            null,
            x,
            make(Opcode.MUL, Type.I32, null, g, Constant.i32(GROUP)));
    input = offset(make(Opcode.LOAD, Type.I32, argument(0), arguments), id);
    output = offset(make(Opcode.LOAD, Type.I32, argument(4), arguments), id);
    scope.add(make(Opcode.LOAD, Type.I32, argument(8), arguments));
    scope.add(g);
    scope.add(id);
    for (int n = 0; n < 6; n++) {
      load();
    }
    statements(3);
    for (int n = 0; n < WORDS; n++) {
      Value value = pick(random.nextBoolean() ? Type.I32 : Type.F32);
      effect(Opcode.STORE, global(4, 4 * n), output, value);
    }
    effect(Opcode.END, null);
    return new Kernel("random", List.of(GROUP, 1, 1), 0, 12, List.of(), List.of(), body);
  }

  private Value offset(Value base, Value id) {
    return make(
        Opcode.ADD, Type.I32, null, base, make(Opcode.SHL, Type.I32, null, id, Constant.i32(6)));
  }

  private static Access argument(int offset) {
    return new Access(Space.ARGUMENTS, 4, false, offset, -1, true);
  }

  private static Access global(int bytes, int offset) {
    return new Access(Space.GLOBAL, bytes, false, offset, -1, false);
  }

  private Value make(Opcode opcode, Type type, Object attribute, Value... operands) {
    Instruction i = new Instruction(opcode, List.of(operands), List.of(type), attribute, null);
    region.instructions().add(i);
    return i.result();
  }

  private void effect(Opcode opcode, Object attribute, Value... operands) {
    region
        .instructions()
        .add(new Instruction(opcode, List.of(operands), List.of(), attribute, null));
  }

  private Value pick(Type type) {
    if (random.nextInt(5) == 0) {
      return constant(type);
    }
    List<Value> fitting = scope.stream().filter(v -> v.type() == type).toList();
    if (fitting.isEmpty()) {
      return constant(type);
    }
    int newest = Math.max(0, fitting.size() - 24);
    int from = random.nextInt(3) == 0 ? 0 : newest;
    return fitting.get(from + random.nextInt(fitting.size() - from));
  }

  private Constant constant(Type type) {
    return switch (type) {
      case BOOL -> Constant.bool(random.nextBoolean());
      case F32 ->
          switch (random.nextInt(4)) {
            case 0 -> Constant.f32(0);
            case 1 -> new Constant(Type.F32, random.nextInt());
            default -> Constant.f32(random.nextInt(64) / 8f - 4);
          };
      case I32 ->
          switch (random.nextInt(6)) {
            case 0 -> Constant.i32(0);
            case 1 -> Constant.i32(-1);
            case 2 -> Constant.i32(random.nextInt());
            case 3 -> Constant.i32(1 << random.nextInt(32));
            default -> Constant.i32(random.nextInt(64));
          };
    };
  }

  private void statements(int depth) {
    int count = 2 + random.nextInt(10);
    for (int n = 0; n < count && budget > 0; n++) {
      budget--;
      switch (random.nextInt(depth > 0 ? 14 : 11)) {
        case 0 -> load();
        case 1 -> store();
        case 2 -> privateMemory();
        case 11, 12 -> conditional(depth - 1);
        case 13 -> loop(depth - 1);
        default -> pure();
      }
    }
  }

  private void pure() {
    Opcode opcode = PURE.get(random.nextInt(PURE.size()));
    String signature = opcode.signature();
    Type any = Type.values()[random.nextInt(3)];
    int colon = signature.indexOf(':');
    Value[] operands = new Value[colon];
    for (int n = 0; n < colon; n++) {
      operands[n] = pick(type(signature.charAt(n), any));
    }
    switch (opcode) {
      // Passes may keep a NaN's payload where they drop an operation by 0, by 1 or on equal operands.
      case F_ADD, F_SUB, F_MUL, F_DIV, F_MIN, F_MAX, F_MA ->
          operands[1] = Constant.f32(random.nextInt(64) / 7f + 0.03f);
      default -> {}
    }
    scope.add(make(opcode, type(signature.charAt(colon + 1), any), null, operands));
  }

  private static Type type(char letter, Type any) {
    return switch (letter) {
      case 'i' -> Type.I32;
      case 'f' -> Type.F32;
      case 'b' -> Type.BOOL;
      default -> any;
    };
  }

  /** An address in the invocation's part of a buffer, partly known and partly computed. */
  private Value address(Value base, int bytes) {
    if (random.nextBoolean()) {
      return make(
          Opcode.ADD, Type.I32, null, base, Constant.i32(random.nextInt(WORDS / 2) * 4));
    }
    if (!counters.isEmpty() && random.nextBoolean()) {
      Value counter = counters.get(random.nextInt(counters.size()));
      Value scaled = make(Opcode.SHL, Type.I32, null, counter, Constant.i32(2));
      return make(Opcode.ADD, Type.I32, null, base, scaled);
    }
    Value index =
        make(Opcode.AND, Type.I32, null, pick(Type.I32), Constant.i32(WORDS / 2 * 4 - bytes));
    return make(Opcode.ADD, Type.I32, null, index, base);
  }

  private void load() {
    int bytes = 1 << random.nextInt(3);
    Type type = bytes == 4 && random.nextBoolean() ? Type.F32 : Type.I32;
    boolean own = random.nextInt(3) == 0;
    Access access =
        new Access(
            Space.GLOBAL,
            bytes,
            random.nextBoolean(),
            random.nextInt(WORDS / 2) * 4,
            own ? 1 : 0,
            !own);
    scope.add(make(Opcode.LOAD, type, access, address(own ? output : input, bytes)));
  }

  private void store() {
    int bytes = 1 << random.nextInt(3);
    Value value = pick(bytes == 4 && random.nextBoolean() ? Type.F32 : Type.I32);
    Access access =
        new Access(Space.GLOBAL, bytes, false, random.nextInt(WORDS / 2) * 4, 1, false);
    effect(Opcode.STORE, access, address(output, bytes), value);
  }

  private void privateMemory() {
    Access access = new Access(Space.PRIVATE, 4, false, 0, -1, false);
    Value base = make(Opcode.STACK_ADDRESS, Type.I32, slot);
    Value index =
        make(Opcode.AND, Type.I32, null, pick(Type.I32), Constant.i32(SLOT_BYTES - 4));
    Value at = make(Opcode.ADD, Type.I32, null, base, index);
    effect(Opcode.STORE, access, at, pick(Type.I32));
    effect(Opcode.STORE, access, base, pick(Type.I32));
    scope.add(make(Opcode.LOAD, Type.I32, access, at));
  }

  private void conditional(int depth) {
    Value condition = pick(Type.BOOL);
    final Instruction made =
        new Instruction(Opcode.IF, List.of(condition), List.of(), null, null);
    List<Type> types = new ArrayList<>();
    for (int n = random.nextInt(4); n > 0; n--) {
      types.add(Type.values()[random.nextInt(3)]);
    }
    types.forEach(made::addResult);
    Region outer = region;
    for (int side = 0; side < 2; side++) {
      region = new Region();
      made.regions().add(region);
      List<Value> before = scope;
      scope = new ArrayList<>(before);
      if (random.nextInt(3) != 0) {
        statements(depth);
      }
      effect(Opcode.YIELD, null, types.stream().map(this::pick).toArray(Value[]::new));
      scope = before;
    }
    region = outer;
    region.instructions().add(made);
    scope.addAll(made.results());
  }

  private void loop(int depth) {
    boolean small = random.nextInt(3) != 0;
    Value limit =
        random.nextInt(3) == 0
            ? Constant.i32(random.nextInt(small ? 8 : 24))
            : make(
                Opcode.AND, Type.I32, null, pick(Type.I32), Constant.i32(small ? 7 : 31));
    List<Value> starts = new ArrayList<>();
    starts.add(Constant.i32(0));
    for (int n = random.nextInt(4); n > 0; n--) {
      starts.add(pick(Type.values()[random.nextInt(3)]));
    }
    List<Type> types = starts.stream().map(Value::type).toList();
    final Instruction made = new Instruction(Opcode.LOOP, starts, types, null, null);
    Region outer = region;
    region = new Region();
    made.regions().add(region);
    for (Type type : types) {
      region.arguments().add(new Argument(type));
    }
    List<Value> before = scope;
    scope = new ArrayList<>(before);
    scope.addAll(region.arguments());
    Value counter = region.arguments().getFirst();
    if (small) {
      counters.add(counter);
    }
    statements(depth);
    counters.remove(counter);
    List<Value> ends = new ArrayList<>();
    int step = random.nextInt(3) == 0 ? 1 + random.nextInt(3) : 1;
    Value next = make(Opcode.ADD, Type.I32, null, counter, Constant.i32(step));
    Opcode less = random.nextBoolean() ? Opcode.LT_U : Opcode.LT_S;
    Value compared = step == 1 && random.nextInt(3) == 0 ? counter : next;
    if (compared == next && random.nextInt(4) == 0) {
      Value last = make(Opcode.SUB, Type.I32, null, limit, Constant.i32(1));
      Opcode notLess = less == Opcode.LT_U && limit instanceof Constant c && c.bits() > 0
          ? Opcode.GE_U
          : Opcode.GE_S;
      Value bound = limit instanceof Constant c ? Constant.i32(c.bits() - 1) : last;
      ends.add(make(notLess, Type.BOOL, null, bound, compared));
    } else {
      ends.add(make(less, Type.BOOL, null, compared, limit));
    }
    ends.add(next);
    types.subList(1, types.size()).forEach(type -> ends.add(pick(type)));
    effect(Opcode.NEXT, null, ends.toArray(Value[]::new));
    region = outer;
    region.instructions().add(made);
    scope = before;
    scope.addAll(made.results());
  }
}
