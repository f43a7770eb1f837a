package dev.zhulong.compiler.transform;

import dev.zhulong.compiler.ir.Access;
import dev.zhulong.compiler.ir.Constant;
import dev.zhulong.compiler.ir.Instruction;
import dev.zhulong.compiler.ir.Opcode;
import dev.zhulong.compiler.ir.Value;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** The linear forms of a body's integers, noted in program order. */
final class LinearForms {
  /** A longer sum is a value like any other, so that the work stays in proportion. */
  private static final int MAXIMUM_TERMS = 16;

  private final Map<Value, Integer> numbers = new IdentityHashMap<>();
  private final Map<Value, LinearForm> forms = new IdentityHashMap<>();

  /** Whether an instruction accesses memory, by the address in its first operand. */
  static boolean accesses(Instruction i) {
    return i.attribute() instanceof Access;
  }

  LinearForm of(Value value) {
    if (value instanceof Constant constant) {
      return LinearForm.constant(constant.bits());
    }
    return forms.computeIfAbsent(value, this::atom);
  }

  private LinearForm atom(Value value) {
    int number = numbers.computeIfAbsent(value, key -> numbers.size());
    return LinearForm.of(new LinearForm.Product(List.of(new LinearForm.Atom(number, value))), 1);
  }

  /** Notes the form of an instruction's result. */
  void note(Instruction i) {
    LinearForm form =
        switch (i.opcode()) {
          case ADD -> of(i.operand(0)).plus(of(i.operand(1)));
          case SUB -> of(i.operand(0)).minus(of(i.operand(1)));
          case MUL -> product(i);
          case SHL ->
              i.operand(1) instanceof Constant c
                  ? of(i.operand(0)).times(LinearForm.constant(1 << (c.bits() & 31)))
                  : null;
          default -> null;
        };
    if (form != null && form.terms().size() <= MAXIMUM_TERMS) {
      forms.put(i.result(), form);
    }
  }

  /** Notes a form that is known otherwise. */
  void note(Value value, LinearForm form) {
    forms.put(value, form);
  }

  private LinearForm product(Instruction i) {
    LinearForm a = of(i.operand(0));
    LinearForm b = of(i.operand(1));
    return a.terms().size() * b.terms().size() <= MAXIMUM_TERMS ? a.times(b) : null;
  }

  /** The terms but the constant one. */
  static List<Map.Entry<LinearForm.Product, Integer>> variables(LinearForm form) {
    return new ArrayList<>(form.withoutConstant().terms().entrySet());
  }

  /** How far a term is shifted that one instruction adds to another value, or −1. */
  static int shiftOf(Map.Entry<LinearForm.Product, Integer> term) {
    int coefficient = term.getValue();
    boolean added = coefficient > 0 && coefficient <= 8 && Integer.bitCount(coefficient) == 1;
    return added && term.getKey().factors().size() == 1
        ? Integer.numberOfTrailingZeros(coefficient)
        : -1;
  }

  /** A value plus what {@link #shiftOf} accepted, plus a constant; appended to a list. */
  static Value sum(
      Value base,
      Map.Entry<LinearForm.Product, Integer> term,
      int constant,
      Instruction place,
      List<Instruction> out) {
    Value value = base;
    if (term != null) {
      Value scaled = term.getKey().factors().getFirst().value();
      if (shiftOf(term) > 0) {
        scaled = add(Opcode.SHL, scaled, Constant.i32(shiftOf(term)), place, out);
      }
      value = add(Opcode.ADD, value, scaled, place, out);
    }
    return constant == 0 ? value : add(Opcode.ADD, value, Constant.i32(constant), place, out);
  }

  private static Value add(
      Opcode opcode, Value a, Value b, Instruction place, List<Instruction> out) {
    Instruction made =
        new Instruction(opcode, List.of(a, b), List.of(a.type()), null, place.location());
    out.add(made);
    return made.result();
  }
}
