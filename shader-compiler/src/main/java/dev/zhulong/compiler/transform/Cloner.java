package dev.zhulong.compiler.transform;

import dev.zhulong.compiler.ir.Argument;
import dev.zhulong.compiler.ir.Instruction;
import dev.zhulong.compiler.ir.Region;
import dev.zhulong.compiler.ir.Value;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** Copies instructions; values defined among them are renamed, others stay unless mapped. */
final class Cloner {
  private final Map<Value, Value> map = new IdentityHashMap<>();

  /** Makes copies use a value in place of another. */
  void map(Value from, Value to) {
    map.put(from, to);
  }

  /** What copies use for a value. */
  Value value(Value original) {
    return map.getOrDefault(original, original);
  }

  /** What copies use for some values. */
  List<Value> values(List<? extends Value> originals) {
    return originals.stream().map(this::value).toList();
  }

  /** A copy of an instruction with its regions. */
  Instruction copy(Instruction original) {
    Instruction made =
        new Instruction(
            original.opcode(),
            values(original.operands()),
            original.results().stream().map(Value::type).toList(),
            original.attribute(),
            original.location());
    for (int n = 0; n < original.results().size(); n++) {
      map.put(original.results().get(n), made.results().get(n));
    }
    original.regions().forEach(r -> made.regions().add(copy(r)));
    return made;
  }

  private Region copy(Region original) {
    Region made = new Region();
    for (Argument argument : original.arguments()) {
      Argument renamed = new Argument(argument.type());
      made.arguments().add(renamed);
      map.put(argument, renamed);
    }
    original.instructions().forEach(i -> made.instructions().add(copy(i)));
    return made;
  }
}
