package dev.zhulong.compiler.frontend.spirv;

import java.util.Set;

/**
 * Which accesses of buffers are checked. Checks are numbered in the order of translation, which is
 * the same each time, so that those known to hold can be left out of another translation.
 *
 * @param wanted whether there are any
 * @param proven numbers of those to leave out
 * @param assumed what is known of the buffers
 */
public record BoundsChecks(boolean wanted, Set<Integer> proven, Assumptions assumed) {
  /** Checks with other numbers to leave out. */
  public BoundsChecks without(Set<Integer> newProven) {
    return new BoundsChecks(wanted, newProven, assumed);
  }

  /** No checks. */
  public static final BoundsChecks NONE = new BoundsChecks(false, Set.of(), Assumptions.NONE);

  /** All checks. */
  public static final BoundsChecks ALL = new BoundsChecks(true, Set.of(), Assumptions.NONE);
}
