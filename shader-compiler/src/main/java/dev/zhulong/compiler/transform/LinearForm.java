package dev.zhulong.compiler.transform;

import dev.zhulong.compiler.ir.Builder;
import dev.zhulong.compiler.ir.Constant;
import dev.zhulong.compiler.ir.Opcode;
import dev.zhulong.compiler.ir.Value;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * A sum of products of at most two values, with integer coefficients, modulo 2^32: {@code 4·i·n +
 * 4·x + 12}. Equal sums are equal records, so addresses can be compared and subtracted.
 *
 * @param terms coefficients by product; none is zero
 */
record LinearForm(Map<Product, Integer> terms) {

  /** A value with the number that orders it. */
  record Atom(int number, Value value) {}

  /**
   * A product of no, one or two values.
   *
   * @param factors ordered by number
   */
  record Product(List<Atom> factors) implements Comparable<Product> {
    static final Product ONE = new Product(List.of());

    @Override
    public int compareTo(Product other) {
      int bySize = Integer.compare(factors.size(), other.factors.size());
      for (int n = 0; bySize == 0 && n < factors.size(); n++) {
        int byNumber =
            Integer.compare(factors.get(n).number(), other.factors.get(n).number());
        if (byNumber != 0) {
          return byNumber;
        }
      }
      return bySize;
    }

    boolean has(Value value) {
      return factors.stream().anyMatch(atom -> atom.value() == value);
    }

    Product times(Product other) {
      List<Atom> all = new ArrayList<>(factors);
      all.addAll(other.factors);
      all.sort(Comparator.comparingInt(Atom::number));
      return new Product(List.copyOf(all));
    }

    /** The product without one occurrence of a value. */
    Product without(Value value) {
      List<Atom> rest = new ArrayList<>(factors);
      for (int n = 0; n < rest.size(); n++) {
        if (rest.get(n).value() == value) {
          rest.remove(n);
          return new Product(List.copyOf(rest));
        }
      }
      return this;
    }
  }

  static final LinearForm ZERO = new LinearForm(Map.of());

  static LinearForm constant(int value) {
    return of(Product.ONE, value);
  }

  static LinearForm of(Product product, int coefficient) {
    return coefficient == 0 ? ZERO : new LinearForm(Map.of(product, coefficient));
  }

  LinearForm plus(LinearForm other) {
    return plus(other, 1);
  }

  LinearForm minus(LinearForm other) {
    return plus(other, -1);
  }

  private LinearForm plus(LinearForm other, int sign) {
    Map<Product, Integer> sum = new TreeMap<>(terms);
    other.terms.forEach(
        (product, coefficient) -> sum.merge(product, sign * coefficient, Integer::sum));
    sum.values().removeIf(coefficient -> coefficient == 0);
    return new LinearForm(sum);
  }

  /** The product, or null if it is not of this form. */
  LinearForm times(LinearForm other) {
    LinearForm sum = ZERO;
    for (var a : terms.entrySet()) {
      for (var b : other.terms.entrySet()) {
        Product product = a.getKey().times(b.getKey());
        if (product.factors().size() > 2) {
          return null;
        }
        sum = sum.plus(of(product, a.getValue() * b.getValue()));
      }
    }
    return sum;
  }

  int constantTerm() {
    return terms.getOrDefault(Product.ONE, 0);
  }

  boolean isConstant() {
    return terms.isEmpty() || terms.size() == 1 && terms.containsKey(Product.ONE);
  }

  LinearForm withoutConstant() {
    return minus(constant(constantTerm()));
  }

  /** Writes the code that computes it, with values replaced as told. */
  Value build(Builder builder, UnaryOperator<Value> rename) {
    Value sum = null;
    for (var term : new TreeMap<>(terms).descendingMap().entrySet()) {
      Value product = null;
      for (Atom atom : term.getKey().factors()) {
        Value factor = rename.apply(atom.value());
        product = product == null ? factor : builder.op(Opcode.MUL, product, factor);
      }
      int coefficient = term.getValue();
      if (product == null) {
        product = Constant.i32(coefficient);
      } else if (Integer.bitCount(coefficient) == 1) {
        int amount = Integer.numberOfTrailingZeros(coefficient);
        product =
            amount == 0 ? product : builder.op(Opcode.SHL, product, Constant.i32(amount));
      } else if (coefficient == -1 && sum != null) {
        sum = builder.op(Opcode.SUB, sum, product);
        continue;
      } else {
        product = builder.op(Opcode.MUL, product, Constant.i32(coefficient));
      }
      sum = sum == null ? product : builder.op(Opcode.ADD, sum, product);
    }
    return sum == null ? Constant.i32(0) : sum;
  }
}
