package dev.zhulong.compiler.ir;

import dev.zhulong.firmware.isa.Csr;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/** Checks a kernel against the rules of the package description and of {@link Stage}. */
public final class Validator {
  private static final int MAXIMUM_DEPTH = 1000;

  private final Stage stage;
  private final List<String> mistakes = new ArrayList<>();
  private final Set<Value> visible = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Set<Instruction> seen = Collections.newSetFromMap(new IdentityHashMap<>());
  private int depth;

  private Validator(Stage stage) {
    this.stage = stage;
  }

  /** The mistakes found, in program order; empty for a valid kernel. */
  public static List<String> check(Kernel kernel, Stage stage) {
    Validator validator = new Validator(stage);
    if (!kernel.body().arguments().isEmpty()) {
      validator.mistakes.add("the body has arguments");
    }
    validator.region(kernel.body(), null);
    return validator.mistakes;
  }

  private void region(Region region, Instruction owner) {
    if (++depth > MAXIMUM_DEPTH) {
      mistakes.add("regions are nested more than " + MAXIMUM_DEPTH + " deep");
      depth--;
      return;
    }
    List<Value> defined = new ArrayList<>(region.arguments());
    visible.addAll(region.arguments());
    int last = region.instructions().size() - 1;
    if (last < 0) {
      mistakes.add("a region is empty");
    }
    for (int n = 0; n <= last; n++) {
      Instruction i = region.instructions().get(n);
      if (!seen.add(i)) {
        mistake(i, "stands in two places");
      }
      if (i.opcode().terminator() != (n == last)) {
        mistake(i, n == last ? "ends a region but is no terminator" : "is not last");
      }
      instruction(i);
      if (i.opcode().terminator()) {
        terminator(i, region, owner);
      }
      visible.addAll(i.results());
      defined.addAll(i.results());
    }
    defined.forEach(visible::remove);
    depth--;
  }

  private void mistake(Instruction i, String what) {
    mistakes.add(
        i.opcode().dumpName()
            + (i.location() == null ? "" : " of line " + i.location().line())
            + " "
            + what);
  }

  private void instruction(Instruction i) {
    for (Value operand : i.operands()) {
      if (operand == null) {
        mistake(i, "has a null operand");
        return;
      }
      if (!(operand instanceof Constant) && !visible.contains(operand)) {
        mistake(i, "uses a value that is not defined before it or not in scope");
      }
    }
    signature(i);
    attribute(i);
    stage(i);
    int regions =
        switch (i.opcode()) {
          case IF -> 2;
          case LOOP -> 1;
          default -> 0;
        };
    if (i.regions().size() != regions) {
      mistake(i, "owns " + i.regions().size() + " regions instead of " + regions);
      return;
    }
    if (i.opcode() == Opcode.LOOP) {
      List<Type> carried = types(i.operands());
      if (!carried.equals(types(i.results()))
          || !carried.equals(types(i.regions().getFirst().arguments()))) {
        mistake(i, "has initial values, arguments and results of different types");
      }
    }
    i.regions().forEach(r -> region(r, i));
  }

  private static List<Type> types(List<? extends Value> values) {
    return values.stream().map(Value::type).toList();
  }

  private void signature(Instruction i) {
    String[] sides = i.opcode().signature().split(":", -1);
    if (!matches(sides[0], types(i.operands())) || !matches(sides[1], types(i.results()))) {
      mistake(
          i,
          "has operands "
              + types(i.operands())
              + " and results "
              + types(i.results())
              + " where the signature is "
              + i.opcode().signature());
      return;
    }
    boolean consistent =
        switch (i.opcode()) {
          case SELECT ->
              i.operand(1).type() == i.operand(2).type()
                  && i.operand(1).type() == i.result().type();
          case SHUFFLE_UP, SHUFFLE_DOWN, SHUFFLE_XOR, SHUFFLE_INDEX ->
              i.operand(0).type() == i.result().type();
          default -> true;
        };
    if (!consistent) {
      mistake(i, "mixes types");
    }
  }

  private static boolean matches(String pattern, List<Type> types) {
    int at = 0;
    for (char c : pattern.toCharArray()) {
      if (c == '*') {
        return true;
      }
      if (at == types.size()
          || c != '.' && types.get(at) != (c == 'i' ? Type.I32 : c == 'f' ? Type.F32 : Type.BOOL)) {
        return false;
      }
      at++;
    }
    return at == types.size();
  }

  private void attribute(Instruction i) {
    boolean right =
        switch (i.opcode()) {
          case LOAD, STORE -> i.attribute() instanceof Access access && fits(i, access);
          case ATOMIC_ADD,
              ATOMIC_MIN_S,
              ATOMIC_MIN_U,
              ATOMIC_MAX_S,
              ATOMIC_MAX_U,
              ATOMIC_AND,
              ATOMIC_OR,
              ATOMIC_XOR,
              ATOMIC_EXCHANGE,
              ATOMIC_COMPARE_EXCHANGE ->
              i.attribute() instanceof Access access && access.bytes() == 4;
          case READ_CSR -> i.attribute() instanceof Csr csr && !csr.counter();
          case READ_COUNTER -> i.attribute() instanceof Csr csr && csr.counter();
          case INSIDE -> i.attribute() instanceof IndexBound;
          case STACK_ADDRESS -> i.attribute() instanceof StackSlot;
          case TABLE_ADDRESS -> i.attribute() instanceof ConstantTable;
          case LOCAL_GET ->
              i.attribute() instanceof Local local && local.type() == i.result().type();
          case LOCAL_SET ->
              i.attribute() instanceof Local local
                  && !i.operands().isEmpty()
                  && local.type() == i.operand(0).type();
          default -> i.attribute() == null;
        };
    if (!right) {
      mistake(i, "has an unfit attribute " + i.attribute());
    }
  }

  private static boolean fits(Instruction i, Access access) {
    Type type =
        i.opcode() == Opcode.LOAD
            ? i.result().type()
            : i.operands().size() == 2 ? i.operand(1).type() : Type.BOOL;
    return type != Type.BOOL
        && (access.bytes() == 4
            || type == Type.I32 && (access.bytes() == 1 || access.bytes() == 2));
  }

  private void stage(Instruction i) {
    boolean allowed =
        switch (i.opcode()) {
          case LOCAL_GET, LOCAL_SET -> stage == Stage.BUILT;
          default -> stage != Stage.LOWERED || !i.opcode().expanded();
        };
    if (!allowed) {
      mistake(i, "is not allowed at stage " + stage);
    }
  }

  private void terminator(Instruction i, Region region, Instruction owner) {
    switch (i.opcode()) {
      case YIELD -> {
        if (owner == null
            || owner.opcode() != Opcode.IF
            || !types(i.operands()).equals(types(owner.results()))) {
          mistake(i, "does not fit the results of an IF around it");
        }
      }
      case NEXT -> {
        if (owner == null
            || owner.opcode() != Opcode.LOOP
            || i.operands().isEmpty()
            || !types(i.operands())
                .subList(1, i.operands().size())
                .equals(types(region.arguments()))) {
          mistake(i, "does not fit the carried values of a LOOP around it");
        }
      }
      case END -> {
        if (owner != null) {
          mistake(i, "stands inside a construct");
        }
      }
      default -> mistake(i, "is no terminator");
    }
  }
}
