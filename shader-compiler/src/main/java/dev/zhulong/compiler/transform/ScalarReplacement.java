package dev.zhulong.compiler.transform;

import dev.zhulong.compiler.ir.Access;
import dev.zhulong.compiler.ir.Instruction;
import dev.zhulong.compiler.ir.Local;
import dev.zhulong.compiler.ir.Opcode;
import dev.zhulong.compiler.ir.Region;
import dev.zhulong.compiler.ir.StackSlot;
import dev.zhulong.compiler.ir.Type;
import dev.zhulong.compiler.ir.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Takes arrays on the stack apart that are accessed at constant places alone, as they are after
 * unrolling: each word becomes a value.
 */
public final class ScalarReplacement {
  private record Word(StackSlot slot, int offset) {}

  private final Map<Value, StackSlot> addresses = new IdentityHashMap<>();
  private final Set<StackSlot> kept = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Set<Word> integers = new HashSet<>();
  private final Map<Word, Local> locals = new HashMap<>();
  private final Map<Value, Value> replaced = new IdentityHashMap<>();

  private ScalarReplacement() {}

  /** Runs the pass. */
  public static void run(Region body) {
    ScalarReplacement pass = new ScalarReplacement();
    pass.find(body);
    pass.addresses.values().removeAll(pass.kept);
    if (!pass.addresses.isEmpty()) {
      pass.replace(body);
      Ssa.run(body);
      DeadCode.run(body);
    }
  }

  /** Finds the slots' addresses and what else is done with them than access at a constant place. */
  private void find(Region region) {
    for (Instruction i : region.instructions()) {
      if (i.opcode() == Opcode.STACK_ADDRESS) {
        addresses.put(i.result(), (StackSlot) i.attribute());
      }
      for (int n = 0; n < i.operands().size(); n++) {
        StackSlot slot = addresses.get(i.operand(n));
        if (slot != null && !(n == 0 && isWord(i, slot))) {
          kept.add(slot);
        } else if (slot != null && type(i) == Type.I32) {
          integers.add(new Word(slot, i.access().offset()));
        }
      }
      i.regions().forEach(this::find);
    }
  }

  private static boolean isWord(Instruction i, StackSlot slot) {
    if (i.opcode() != Opcode.LOAD && i.opcode() != Opcode.STORE) {
      return false;
    }
    Access access = i.access();
    return access.bytes() == 4
        && access.offset() % 4 == 0
        && access.offset() >= 0
        && access.offset() + 4 <= slot.bytes();
  }

  /** The type that a load makes or a store takes. */
  private static Type type(Instruction i) {
    return i.opcode() == Opcode.LOAD ? i.result().type() : i.operand(1).type();
  }

  private void replace(Region region) {
    List<Instruction> made = new ArrayList<>(region.instructions().size());
    for (Instruction i : region.instructions()) {
      i.operands().replaceAll(v -> replaced.getOrDefault(v, v));
      i.regions().forEach(this::replace);
      boolean accesses = i.opcode() == Opcode.LOAD || i.opcode() == Opcode.STORE;
      StackSlot slot = accesses ? addresses.get(i.operand(0)) : null;
      if (slot == null) {
        made.add(i);
      } else {
        access(i, local(new Word(slot, i.access().offset())), made);
      }
    }
    region.instructions().clear();
    region.instructions().addAll(made);
  }

  /** A word that holds an integer at any time is one, and floats pass through it as bits. */
  private Local local(Word word) {
    return locals.computeIfAbsent(
        word,
        w ->
            new Local(
                w.slot().name() + "+" + w.offset(), integers.contains(w) ? Type.I32 : Type.F32));
  }

  private void access(Instruction i, Local local, List<Instruction> out) {
    boolean casts = local.type() != type(i);
    if (i.opcode() == Opcode.STORE) {
      Value value = i.operand(1);
      if (casts) {
        value = add(out, i, Opcode.F_TO_BITS, List.of(value), Type.I32, null);
      }
      out.add(new Instruction(Opcode.LOCAL_SET, List.of(value), List.of(), local, i.location()));
      return;
    }
    Value value = add(out, i, Opcode.LOCAL_GET, List.of(), local.type(), local);
    if (casts) {
      value = add(out, i, Opcode.BITS_TO_F, List.of(value), Type.F32, null);
    }
    replaced.put(i.result(), value);
  }

  private static Value add(
      List<Instruction> out,
      Instruction place,
      Opcode opcode,
      List<Value> operands,
      Type type,
      Object attribute) {
    Instruction made =
        new Instruction(opcode, operands, List.of(type), attribute, place.location());
    out.add(made);
    return made.result();
  }
}
