package dev.zhulong.fuzz.interpreter;

import dev.zhulong.fuzz.spirv.Op;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One invocation: its calls, each with values and a place in the code. */
final class Invocation {
  private static final int FUNCTION = 7;

  /** A function being run. */
  private static final class Frame {
    final Function function;
    final Object[] values;
    int block;
    int index;

    Frame(Function function, int bound) {
      this.function = function;
      values = new Object[bound];
    }
  }

  final int lane;
  boolean waiting;
  private final Module module;
  private final Map<Integer, Place> globals;
  private final List<Frame> frames = new ArrayList<>();

  Invocation(Module module, Map<Integer, Place> globals, int lane) {
    this.module = module;
    this.globals = globals;
    this.lane = lane;
    enter(module.entry);
  }

  boolean ended() {
    return frames.isEmpty();
  }

  private Frame top() {
    return frames.getLast();
  }

  private void enter(Function function) {
    frames.add(new Frame(function, module.bound));
    declare();
  }

  /** Variables are made once a call. */
  private void declare() {
    Frame frame = top();
    for (Instruction i : frame.function.order.getFirst().body()) {
      if (i.opcode() == Op.VARIABLE && i.operand(0) == FUNCTION) {
        frame.values[i.result()] = variable(module, i);
      }
    }
  }

  static Place variable(Module module, Instruction i) {
    Type type = module.types[((Type.Pointer) module.types[i.type()]).pointee()];
    Place place = Place.of(Place.Memory.of(new byte[type.size()], false), type);
    if (i.operands().length > 1) {
      place.store(module.constants[i.operand(1)]);
    }
    return place;
  }

  /** Order in the code: whoever is behind runs first, so that others can be met. */
  static int compare(Invocation a, Invocation b) {
    int depth = Math.min(a.frames.size(), b.frames.size());
    for (int n = 0; n < depth; n++) {
      Frame x = a.frames.get(n);
      Frame y = b.frames.get(n);
      int order = Integer.compare(x.block, y.block);
      order = order != 0 ? order : Integer.compare(x.index, y.index);
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(b.frames.size(), a.frames.size());
  }

  Instruction next() {
    Frame frame = top();
    return frame.function.order.get(frame.block).body().get(frame.index);
  }

  void advance() {
    top().index++;
  }

  Object value(int id) {
    Object value = frames.isEmpty() ? null : top().values[id];
    if (value == null) {
      value = module.constants[id];
    }
    if (value == null) {
      value = globals.get(id);
    }
    if (value == null) {
      throw new InterpreterException("%" + id + " has no value here");
    }
    return value;
  }

  long number(int id) {
    return (Long) value(id);
  }

  Place place(int id) {
    return (Place) value(id);
  }

  void set(int id, Object value) {
    top().values[id] = value;
  }

  /** Goes to a block of the same function; its phis take their values all at once. */
  private void jump(int label) {
    Frame frame = top();
    int from = frame.function.order.get(frame.block).label();
    frame.block = frame.function.position.get(label);
    frame.index = 0;
    Map<Integer, Object> made = new HashMap<>();
    for (Instruction i : frame.function.order.get(frame.block).body()) {
      if (i.opcode() != Op.PHI) {
        break;
      }
      int n = 0;
      while (i.operand(n + 1) != from) {
        n += 2;
      }
      made.put(i.result(), value(i.operand(n)));
      frame.index++;
    }
    made.forEach(this::set);
  }

  private void leave(Object result) {
    frames.removeLast();
    if (!frames.isEmpty()) {
      Instruction call = next();
      advance();
      if (result != null) {
        set(call.result(), result);
      }
    }
  }

  private long literal(Instruction choice, int n) {
    int width = module.types[module.resultTypes[choice.operand(0)]].size() * 8;
    return Scalars.cut(choice.operand(n) & 0xffff_ffffL, width);
  }

  /** Runs an instruction that ends a block or enters a function; false for all others. */
  boolean control(Instruction i) {
    switch (i.opcode()) {
      case Op.BRANCH -> jump(i.operand(0));
      case Op.BRANCH_CONDITIONAL -> jump(i.operand(number(i.operand(0)) != 0 ? 1 : 2));
      case Op.SWITCH -> {
        int target = i.operand(1);
        for (int n = 2; n < i.operands().length; n += 2) {
          if (literal(i, n) == number(i.operand(0))) {
            target = i.operand(n + 1);
          }
        }
        jump(target);
      }
      case Op.RETURN -> leave(null);
      case Op.RETURN_VALUE -> leave(value(i.operand(0)));
      case Op.UNREACHABLE -> throw new InterpreterException("OpUnreachable is reached");
      case Op.FUNCTION_CALL -> {
        Function callee = module.functions.get(i.operand(0));
        Object[] arguments = new Object[callee.parameters.size()];
        for (int n = 0; n < arguments.length; n++) {
          arguments[n] = value(i.operand(n + 1));
        }
        enter(callee);
        for (int n = 0; n < arguments.length; n++) {
          set(callee.parameters.get(n), arguments[n]);
        }
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  /** Runs an instruction that concerns no other invocation. */
  void execute(Instruction i) {
    switch (i.opcode()) {
      case Op.VARIABLE, Op.SELECTION_MERGE, Op.LOOP_MERGE, Op.MEMORY_BARRIER -> {}
      case Op.LOAD -> set(i.result(), place(i.operand(0)).load());
      case Op.STORE -> place(i.operand(0)).store(value(i.operand(1)));
      case Op.ACCESS_CHAIN, Op.IN_BOUNDS_ACCESS_CHAIN -> {
        Place place = place(i.operand(0));
        for (int n = 1; n < i.operands().length; n++) {
          int id = i.operand(n);
          int width = module.types[module.resultTypes[id]].size() * 8;
          place = place.part(Scalars.sign(number(id), width));
        }
        set(i.result(), place);
      }
      case Op.ARRAY_LENGTH ->
          set(i.result(), (long) place(i.operand(0)).part(i.operand(1)).length());
      default -> {
        if (i.opcode() >= Op.ATOMIC_LOAD && i.opcode() <= Op.ATOMIC_XOR) {
          atomic(i);
        } else {
          set(i.result(), Evaluator.evaluate(module, i, this::value));
        }
      }
    }
  }

  private void atomic(Instruction i) {
    Place place = place(i.operand(0));
    if (i.opcode() == Op.ATOMIC_STORE) {
      place.store(value(i.operand(3)));
      return;
    }
    long old = (Long) place.load();
    if (i.opcode() == Op.ATOMIC_COMPARE_EXCHANGE) {
      if (old == number(i.operand(5))) {
        place.store(value(i.operand(4)));
      }
    } else if (i.opcode() != Op.ATOMIC_LOAD) {
      long operand = i.operands().length > 3 ? number(i.operand(3)) : 1;
      place.store(combined(i.opcode(), old, operand));
    }
    set(i.result(), old);
  }

  private static long combined(int opcode, long old, long operand) {
    long x = Scalars.sign(old, 32);
    long y = Scalars.sign(operand, 32);
    long made =
        switch (opcode) {
          case Op.ATOMIC_EXCHANGE -> operand;
          case Op.ATOMIC_I_INCREMENT, Op.ATOMIC_I_ADD -> old + operand;
          case Op.ATOMIC_I_DECREMENT, Op.ATOMIC_I_SUB -> old - operand;
          case Op.ATOMIC_S_MIN -> Math.min(x, y);
          case Op.ATOMIC_S_MAX -> Math.max(x, y);
          case Op.ATOMIC_U_MIN -> Math.min(old, operand);
          case Op.ATOMIC_U_MAX -> Math.max(old, operand);
          case Op.ATOMIC_AND -> old & operand;
          case Op.ATOMIC_OR -> old | operand;
          case Op.ATOMIC_XOR -> old ^ operand;
          default -> throw new InterpreterException("atomic operation " + opcode);
        };
    return Scalars.cut(made, 32);
  }
}
