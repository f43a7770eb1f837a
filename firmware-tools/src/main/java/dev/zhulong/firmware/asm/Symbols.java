package dev.zhulong.firmware.asm;

import dev.zhulong.firmware.link.ElfFile;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** Labels and named expressions of a source. */
final class Symbols {
  private record Label(SectionBuffer section, int offset) {}

  private final Map<String, Label> labels = new LinkedHashMap<>();
  private final Map<String, Expression> named = new LinkedHashMap<>();
  private final Set<String> globals = new LinkedHashSet<>();
  private final Map<String, Integer> types = new LinkedHashMap<>();
  private final Map<String, Expression> sizes = new LinkedHashMap<>();
  private int count;

  /** A label of the assembler's own. */
  String fresh(SectionBuffer section, int offset) {
    String name = ".Lplace" + count++;
    labels.put(name, new Label(section, offset));
    return name;
  }

  void label(String name, SectionBuffer section, int offset, int column) {
    if (labels.containsKey(name) || named.containsKey(name)) {
      throw new SyntaxException(column, "\"" + name + "\" is defined twice; rename one");
    }
    labels.put(name, new Label(section, offset));
  }

  void define(String name, Expression value, int column) {
    if (labels.containsKey(name)) {
      throw new SyntaxException(column, "\"" + name + "\" is defined twice; rename one");
    }
    named.put(name, value);
  }

  void global(String name) {
    globals.add(name);
  }

  void type(String name, int type) {
    types.put(name, type);
  }

  void size(String name, Expression size) {
    sizes.put(name, size);
  }

  /** The section of a label, or null if it has none. */
  SectionBuffer section(String name) {
    Label label = labels.get(name);
    return label == null ? null : label.section;
  }

  int offset(String name) {
    return labels.get(name).offset;
  }

  /** The value of an expression with the symbols known so far. */
  Expression.Value evaluate(Expression expression) {
    return evaluate(expression, new HashSet<>());
  }

  long constant(Expression expression, int column) {
    Expression.Value value = evaluate(expression);
    if (!value.absolute()) {
      throw new SyntaxException(
          column, "must be a constant; \"" + value.symbol() + "\" is an address or not defined yet");
    }
    return value.constant();
  }

  private Expression.Value evaluate(Expression expression, Set<String> open) {
    return switch (expression) {
      case Expression.Number n -> new Expression.Value(null, n.value());
      case Expression.Name n -> {
        Expression value = named.get(n.name());
        if (value == null) {
          yield new Expression.Value(n.name(), 0);
        }
        if (!open.add(n.name())) {
          throw new SyntaxException(n.column(), "\"" + n.name() + "\" is defined by itself");
        }
        Expression.Value result = evaluate(value, open);
        open.remove(n.name());
        yield result;
      }
      case Expression.Unary u -> {
        Expression.Value v = evaluate(u.operand(), open);
        if (!v.absolute()) {
          throw new SyntaxException(
              u.column(), "'" + u.operator() + "' of the address \"" + v.symbol() + "\"");
        }
        long c = v.constant();
        yield new Expression.Value(
            null, u.operator() == '-' ? -c : u.operator() == '~' ? ~c : c == 0 ? 1 : 0);
      }
      case Expression.Binary b -> binary(b, evaluate(b.left(), open), evaluate(b.right(), open));
    };
  }

  private Expression.Value binary(
      Expression.Binary b, Expression.Value left, Expression.Value right) {
    long x = left.constant();
    long y = right.constant();
    if (b.operator().equals("+") && (left.absolute() || right.absolute())) {
      return new Expression.Value(left.absolute() ? right.symbol() : left.symbol(), x + y);
    }
    if (b.operator().equals("-") && right.absolute()) {
      return new Expression.Value(left.symbol(), x - y);
    }
    if (b.operator().equals("-") && !left.absolute()) {
      SectionBuffer section = section(left.symbol());
      if (left.symbol().equals(right.symbol())) {
        return new Expression.Value(null, x - y);
      }
      if (section != null && section == section(right.symbol())) {
        return new Expression.Value(null, offset(left.symbol()) + x - offset(right.symbol()) - y);
      }
    }
    if (!left.absolute() || !right.absolute()) {
      String symbol = left.absolute() ? right.symbol() : left.symbol();
      throw new SyntaxException(
          b.column(),
          "'" + b.operator() + "' of \"" + symbol
              + "\"; addresses allow a constant added, or a difference in one section");
    }
    if (y == 0 && "/%".contains(b.operator())) {
      throw new SyntaxException(b.column(), "division by zero");
    }
    return new Expression.Value(
        null,
        switch (b.operator()) {
          case "+" -> x + y;
          case "-" -> x - y;
          case "*" -> x * y;
          case "/" -> x / y;
          case "%" -> x % y;
          case "&" -> x & y;
          case "|" -> x | y;
          case "^" -> x ^ y;
          case "<<" -> x << y;
          default -> x >>> y;
        });
  }

  /** The symbols of the object file; undefined ones are those that a relocation names. */
  Map<String, ElfFile.Symbol> toSymbols(Set<String> referenced) {
    Map<String, ElfFile.Symbol> out = new LinkedHashMap<>();
    labels.forEach(
        (name, label) -> {
          if (!name.startsWith(".L") || referenced.contains(name)) {
            out.put(name, symbol(name, label.offset, label.section.name()));
          }
        });
    named.forEach(
        (name, expression) -> {
          Expression.Value value = evaluate(expression);
          if (value.absolute()) {
            out.put(name, symbol(name, value.constant(), ""));
          } else if (section(value.symbol()) != null) {
            SectionBuffer section = section(value.symbol());
            out.put(name, symbol(name, offset(value.symbol()) + value.constant(), section.name()));
          }
        });
    for (String name : referenced) {
      out.computeIfAbsent(name, n -> new ElfFile.Symbol(n, 0, 0, 0, true, null));
    }
    return out;
  }

  private ElfFile.Symbol symbol(String name, long value, String section) {
    long size = sizes.containsKey(name) ? constant(sizes.get(name), 1) : 0;
    return new ElfFile.Symbol(
        name, value, size, types.getOrDefault(name, 0), globals.contains(name), section);
  }
}
