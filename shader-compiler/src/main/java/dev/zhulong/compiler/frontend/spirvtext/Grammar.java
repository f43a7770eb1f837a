package dev.zhulong.compiler.frontend.spirvtext;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The instructions and enumerations of SPIR-V by name, read once from {@code grammar.txt}. */
final class Grammar {
  /**
   * An operand.
   *
   * @param kind an enumeration's name, or type, result, id, int, string, number, ext, op, or a pair
   *     of these with a hyphen
   * @param quantifier '1' exactly one, '?' at most one, '*' any number
   */
  record Operand(String kind, char quantifier) {}

  /** An instruction, or a value of an enumeration with its parameters. */
  record Entry(int number, List<Operand> operands) {}

  /** An enumeration; in a mask each value is a bit, or zero. */
  record Enumeration(boolean mask, Map<String, Entry> values) {}

  private static final String REFLECTION = "NonSemantic.ClspvReflection";

  private static final class Shared {
    private static final Grammar INSTANCE = read();
  }

  private final Map<String, Entry> instructions = new HashMap<>();
  private final Map<String, Enumeration> enumerations = new HashMap<>();
  private final Map<String, Map<String, Entry>> sets = new HashMap<>();

  private Grammar() {}

  static Grammar get() {
    return Shared.INSTANCE;
  }

  /** The instruction of that name, with its Op; null for none. */
  Entry instruction(String name) {
    return instructions.get(name);
  }

  /** All instructions. */
  Collection<Entry> instructions() {
    return instructions.values();
  }

  /** The enumeration of that name; null for none. */
  Enumeration enumeration(String name) {
    return enumerations.get(name);
  }

  /** The extended instruction set of that name; null for one that is not known. */
  Map<String, Entry> set(String name) {
    // Its versions differ by what later ones add.
    return sets.get(name.startsWith(REFLECTION) ? REFLECTION : name);
  }

  private static Grammar read() {
    Grammar grammar = new Grammar();
    try (InputStream stream = Grammar.class.getResourceAsStream("grammar.txt");
        BufferedReader reader =
            new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      Map<String, Entry> values = Map.of();
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        String[] words = line.split(" ");
        switch (words[0]) {
          case "#" -> {}
          case "op" -> grammar.instructions.put(words[1], entry(words, 2));
          case "mask", "enum" -> {
            values = new HashMap<>();
            grammar.enumerations.put(words[1], new Enumeration(words[0].equals("mask"), values));
          }
          case "set" -> {
            values = new HashMap<>();
            grammar.sets.put(words[1], values);
          }
          default -> values.put(words[0], entry(words, 1));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return grammar;
  }

  private static Entry entry(String[] words, int at) {
    List<Operand> operands = new ArrayList<>();
    for (int i = at + 1; i < words.length; i++) {
      String word = words[i];
      char last = word.charAt(word.length() - 1);
      boolean one = last != '?' && last != '*';
      operands.add(
          new Operand(one ? word : word.substring(0, word.length() - 1), one ? '1' : last));
    }
    return new Entry(Integer.parseUnsignedInt(words[at]), List.copyOf(operands));
  }
}
