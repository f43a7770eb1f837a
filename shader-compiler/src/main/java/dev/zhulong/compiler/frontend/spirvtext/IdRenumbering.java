package dev.zhulong.compiler.frontend.spirvtext;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Adds a number to all ids of a module's instructions, one after the other in the module's order.
 */
public final class IdRenumbering {
  private static final int TYPE_INT = 21;
  private static final int SWITCH = 251;
  private static final Set<String> IDS = Set.of("id", "type", "result");

  private final Map<Integer, Grammar.Entry> instructions = new HashMap<>();
  private final Map<String, Map<Integer, Grammar.Entry>> enumerations = new HashMap<>();
  private final Grammar grammar = Grammar.get();
  private final int offset;

  /** Types of 64-bit integers, and values that have them, by their ids before. */
  private final Map<Integer, Boolean> wide = new HashMap<>();

  private int[] words;
  private int at;

  /** Ids become larger by an offset. */
  public IdRenumbering(int offset) {
    this.offset = offset;
    grammar.instructions().forEach(entry -> instructions.put(entry.number(), entry));
  }

  /**
   * The instruction with its ids renumbered.
   *
   * @return null for an instruction that the grammar does not have
   */
  public int[] apply(int[] instruction) {
    Grammar.Entry entry = instructions.get(instruction[0] & 0xffff);
    if (entry == null) {
      return null;
    }
    words = instruction.clone();
    at = 1;
    note(entry, instruction);
    operands(entry.operands());
    return words;
  }

  private void note(Grammar.Entry entry, int[] instruction) {
    if (entry.number() == TYPE_INT) {
      wide.put(instruction[1], instruction[2] == 64);
    } else if (entry.operands().size() > 1
        && entry.operands().get(0).kind().equals("type")
        && wide.getOrDefault(instruction[1], false)) {
      wide.put(instruction[2], true);
    }
  }

  private void operands(List<Grammar.Operand> operands) {
    for (Grammar.Operand operand : operands) {
      switch (operand.quantifier()) {
        case '1' -> operand(operand.kind());
        case '?' -> {
          if (at < words.length) {
            operand(operand.kind());
          }
        }
        default -> {
          while (at < words.length) {
            operand(operand.kind());
          }
        }
      }
    }
  }

  private void operand(String kind) {
    int pair = kind.indexOf('-');
    if (pair > 0) {
      operand(kind.substring(0, pair));
      operand(kind.substring(pair + 1));
      return;
    }
    if (at >= words.length) {
      return;
    }
    if (IDS.contains(kind)) {
      words[at++] += offset;
      return;
    }
    switch (kind) {
      case "int", "ext" -> at++;
      case "string" -> string();
      case "number" -> {
        boolean cases = (words[0] & 0xffff) == SWITCH;
        int selector = words[1] - offset;
        at = !cases ? words.length : at + (wide.getOrDefault(selector, false) ? 2 : 1);
      }
      case "op" -> {
        Grammar.Entry nested = instructions.get(words[at++]);
        if (nested != null) {
          operands(
              nested.operands().stream()
                  .filter(o -> !o.kind().equals("type") && !o.kind().equals("result"))
                  .toList());
        }
      }
      default -> enumerated(kind);
    }
  }

  private void string() {
    boolean more = true;
    while (more && at < words.length) {
      int w = words[at++];
      more = (w & 0xff) != 0 && (w & 0xff00) != 0 && (w & 0xff0000) != 0 && w >>> 24 != 0;
    }
  }

  private void enumerated(String kind) {
    Grammar.Enumeration enumeration = grammar.enumeration(kind);
    Map<Integer, Grammar.Entry> values =
        enumerations.computeIfAbsent(
            kind,
            _ -> {
              Map<Integer, Grammar.Entry> made = new TreeMap<>(Integer::compareUnsigned);
              enumeration.values().values().forEach(e -> made.putIfAbsent(e.number(), e));
              return made;
            });
    int value = words[at++];
    if (!enumeration.mask()) {
      Grammar.Entry entry = values.get(value);
      if (entry != null) {
        operands(entry.operands());
      }
      return;
    }
    for (Grammar.Entry entry : values.values()) {
      if ((entry.number() & value) != 0) {
        operands(entry.operands());
      }
    }
  }
}
