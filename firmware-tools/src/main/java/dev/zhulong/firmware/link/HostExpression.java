package dev.zhulong.firmware.link;

import java.util.Iterator;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * A number that the driver knows when it launches a kernel: made of the grid's size and of words of
 * the argument block. Exact: what does not fit 32 bits without a sign, as the kernel's own
 * arithmetic must, has no value.
 *
 * @param operation what is done
 * @param value the constant, the dimension of the grid, or the byte offset of the argument
 * @param operands what it is done with
 */
public record HostExpression(Operation operation, long value, List<HostExpression> operands) {
  private static final int MAXIMUM_DEPTH = 64;
  private static final long LIMIT = 0xffff_ffffL;

  /** What an expression can be, with its word in texts. */
  public enum Operation {
    /** A number. */
    CONSTANT("n", 0),
    /** Workgroups in a dimension. */
    GRID("g", 0),
    /** A word of the argument block. */
    ARGUMENT("a", 0),
    /** A sum. */
    ADD("+", 2),
    /** A difference that is not negative. */
    SUB("-", 2),
    /** A product. */
    MUL("*", 2),
    /** A quotient, rounded down. */
    DIV("/", 2),
    /** The smaller one. */
    MIN("min", 2),
    /** The larger one. */
    MAX("max", 2),
    /** The number itself, if it is positive with a sign, too. */
    SIGNED("s", 1);

    private final String word;
    private final int operands;

    Operation(String word, int operands) {
      this.word = word;
      this.operands = operands;
    }
  }

  /** Checks the number of operands. */
  public HostExpression {
    operands = List.copyOf(operands);
    if (operands.size() != operation.operands) {
      throw new IllegalArgumentException(operation + " of " + operands.size() + " operands");
    }
  }

  /** A number. */
  public static HostExpression constant(long value) {
    return new HostExpression(Operation.CONSTANT, value, List.of());
  }

  /** Workgroups in dimension 0, 1 or 2. */
  public static HostExpression grid(int dimension) {
    return new HostExpression(Operation.GRID, dimension, List.of());
  }

  /** The word of the argument block at a byte offset. */
  public static HostExpression argument(int offset) {
    return new HostExpression(Operation.ARGUMENT, offset, List.of());
  }

  /** An operation on expressions; constants are folded where the result has a value. */
  public static HostExpression of(Operation operation, HostExpression... operands) {
    HostExpression made = new HostExpression(operation, 0, List.of(operands));
    if (made.operands.stream().allMatch(o -> o.operation == Operation.CONSTANT)) {
      long value = made.evaluate(new int[3], _ -> 0);
      return value < 0 ? made : constant(value);
    }
    return made;
  }

  /** Whether it is a constant. */
  public boolean isConstant() {
    return operation == Operation.CONSTANT;
  }

  /** Nodes of the tree. */
  public int size() {
    return 1 + operands.stream().mapToInt(HostExpression::size).sum();
  }

  /**
   * The value, or −1 if there is none.
   *
   * @param grid workgroups in each dimension
   * @param arguments the argument block's word at a byte offset
   */
  public long evaluate(int[] grid, IntUnaryOperator arguments) {
    long[] v = new long[operands.size()];
    for (int n = 0; n < v.length; n++) {
      v[n] = operands.get(n).evaluate(grid, arguments);
      if (v[n] < 0) {
        return -1;
      }
    }
    long made =
        switch (operation) {
          case CONSTANT -> value;
          case GRID -> grid[(int) value];
          case ARGUMENT -> arguments.applyAsInt((int) value) & LIMIT;
          case ADD -> v[0] + v[1];
          case SUB -> v[0] - v[1];
          case MUL -> v[0] != 0 && v[1] > LIMIT / v[0] ? -1 : v[0] * v[1];
          case DIV -> v[1] == 0 ? -1 : v[0] / v[1];
          case MIN -> Math.min(v[0], v[1]);
          case MAX -> Math.max(v[0], v[1]);
          case SIGNED -> v[0] > Integer.MAX_VALUE ? -1 : v[0];
        };
    return made > LIMIT ? -1 : made;
  }

  /** Words with spaces between them, the operation before its operands. */
  public String toText() {
    StringBuilder out = new StringBuilder(operation.word);
    if (operation.operands == 0) {
      out.append(value);
    }
    operands.forEach(o -> out.append(' ').append(o.toText()));
    return out.toString();
  }

  /**
   * Takes an expression from words.
   *
   * @throws IllegalArgumentException if they are none
   */
  static HostExpression take(Iterator<String> words) {
    return take(words, 0);
  }

  private static HostExpression take(Iterator<String> words, int depth) {
    if (!words.hasNext() || depth > MAXIMUM_DEPTH) {
      throw new IllegalArgumentException("an expression ends early or is nested too deeply");
    }
    String word = words.next();
    for (Operation operation : Operation.values()) {
      if (operation.operands > 0 && operation.word.equals(word)) {
        HostExpression[] operands = new HostExpression[operation.operands];
        for (int n = 0; n < operands.length; n++) {
          operands[n] = take(words, depth + 1);
        }
        return new HostExpression(operation, 0, List.of(operands));
      }
    }
    for (Operation operation : Operation.values()) {
      if (operation.operands == 0 && word.startsWith(operation.word)) {
        long value = Long.parseLong(word.substring(1));
        boolean known =
            value >= 0
                && value <= LIMIT
                && (operation != Operation.GRID || value < 3)
                && (operation != Operation.ARGUMENT || value % 4 == 0);
        if (known) {
          return new HostExpression(operation, value, List.of());
        }
      }
    }
    throw new IllegalArgumentException("\"" + word + "\" is no part of an expression");
  }
}
