package dev.zhulong.compiler.frontend.spirv;

import dev.zhulong.compiler.ir.Argument;
import dev.zhulong.compiler.ir.Builder;
import dev.zhulong.compiler.ir.Constant;
import dev.zhulong.compiler.ir.Instruction;
import dev.zhulong.compiler.ir.Opcode;
import dev.zhulong.compiler.ir.Region;
import dev.zhulong.compiler.ir.Type;
import dev.zhulong.compiler.ir.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/** Conditions and loops that carry values. */
final class Structured {
  private Structured() {}

  /** What one iteration leaves: whether there is another one, and what is carried on. */
  record Iteration(Value again, List<Value> carried) {}

  /** The values of one of two arms; both make as many, of the same types. */
  static Value[] choose(
      Builder b, Value condition, Supplier<Value[]> then, Supplier<Value[]> otherwise) {
    if (condition instanceof Constant c) {
      return (c.bits() != 0 ? then : otherwise).get();
    }
    Region before = b.region();
    Region first = new Region();
    Region second = new Region();
    b.region(first);
    Value[] x = then.get();
    b.append(Opcode.YIELD, List.of(x), List.of(), null);
    b.region(second);
    Value[] y = otherwise.get();
    b.append(Opcode.YIELD, List.of(y), List.of(), null);
    b.region(before);
    List<Type> types = List.of(x).stream().map(Value::type).toList();
    Instruction made = b.append(Opcode.IF, List.of(condition), types, null);
    made.regions().add(first);
    made.regions().add(second);
    return made.results().toArray(Value[]::new);
  }

  /** What happens only under a condition. */
  static void when(Builder b, Value condition, Runnable then) {
    choose(
        b,
        condition,
        () -> {
          then.run();
          return new Value[0];
        },
        () -> new Value[0]);
  }

  /** The values that the last iteration carries on; the first one always runs. */
  static Value[] loop(Builder b, List<Value> initial, Function<List<Value>, Iteration> body) {
    List<Type> types = initial.stream().map(Value::type).toList();
    Instruction loop = b.append(Opcode.LOOP, initial, types, null);
    Region before = b.region();
    Region region = new Region();
    loop.regions().add(region);
    types.forEach(type -> region.arguments().add(new Argument(type)));
    b.region(region);
    Iteration iteration = body.apply(List.copyOf(region.arguments()));
    List<Value> next = new ArrayList<>(List.of(iteration.again));
    next.addAll(iteration.carried);
    b.append(Opcode.NEXT, next, List.of(), null);
    b.region(before);
    return loop.results().toArray(Value[]::new);
  }
}
