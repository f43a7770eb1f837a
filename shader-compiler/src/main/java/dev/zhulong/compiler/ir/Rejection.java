package dev.zhulong.compiler.ir;

import java.util.List;

/** Thrown by a stage of the compiler that cannot go on with the user's program. */
public final class Rejection extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<Problem> problems;

  /** A rejection for one reason. */
  public Rejection(Location location, String message) {
    this(List.of(new Problem(location, message)));
  }

  /** A rejection for several reasons; at least one. */
  public Rejection(List<Problem> problems) {
    super(problems.getFirst().message());
    this.problems = List.copyOf(problems);
  }

  /** Why; at least one reason. */
  public List<Problem> problems() {
    return problems;
  }
}
