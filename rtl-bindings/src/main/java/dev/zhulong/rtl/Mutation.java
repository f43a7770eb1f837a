package dev.zhulong.rtl;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A deliberate bug: a piece of the core's SystemVerilog and what stands there instead. Both are in
 * the model; {@link CycleModel#selectMutant} chooses.
 *
 * @param name short, unique in a list
 * @param file the source file, for example {@code zl_alu.sv}
 * @param original text that is in the file exactly once, but for its white space: an expression, or
 *     statements that end with a semicolon or an {@code end}
 * @param mutant what takes its place, of the same kind; statements may be empty
 * @param imitates the bug of real life, in a few words
 */
public record Mutation(String name, String file, String original, String mutant, String imitates) {
  /** Holds the number of the mutant that takes effect. */
  static final String SELECTION_PACKAGE =
      """

      package zl_mutation_pkg;
        int unsigned active;
      endpackage
      """;

  private static final String CLOCK = "input logic clk_i,";

  /**
   * The file's text with this mutation in it.
   *
   * @param number by which it is chosen
   * @throws IllegalArgumentException if the original is not there exactly once
   */
  String applied(int number, String text) {
    Matcher place = pattern().matcher(text);
    boolean found = place.find();
    int from = found ? place.start() : 0;
    int to = found ? place.end() : 0;
    if (!found || place.find(from + 1)) {
      throw new IllegalArgumentException(
          "mutation \"%s\": \"%s\" is %s in %s, must be there once; the source has changed, so adapt"
                  .formatted(name, original, found ? "more than once" : "not", file)
              + " the mutation to it");
    }
    String chosen = "zl_mutation_pkg::active == 32'd" + number;
    boolean statements = original.endsWith(";") || original.endsWith("end");
    String both =
        statements
            ? "if (" + chosen + ") begin " + mutant + " end else begin " + original + " end"
            : "(" + chosen + " ? (" + mutant + ") : (" + original + "))";
    return text.substring(0, from) + both + text.substring(to);
  }

  /** White space may differ, so that a change of the layout is no change of the source. */
  private Pattern pattern() {
    return Pattern.compile(
        Stream.of(original.split("\\s+")).map(Pattern::quote).collect(Collectors.joining("\\s+")));
  }

  /** The top module's text with an input that chooses the mutant. */
  static String selectable(String top) {
    int port = top.indexOf(CLOCK);
    int end = top.lastIndexOf("endmodule");
    return top.substring(0, port)
        + "input logic [31:0] mutant_i,\n    "
        + top.substring(port, end)
        + "  always_ff @(posedge clk_i) zl_mutation_pkg::active <= mutant_i;\nendmodule\n";
  }
}
