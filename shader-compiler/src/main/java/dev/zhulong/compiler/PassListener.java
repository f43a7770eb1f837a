package dev.zhulong.compiler;

import java.util.function.Supplier;

/** Is told of each pass of the optimiser. */
@FunctionalInterface
public interface PassListener {
  /**
   * A pass has run.
   *
   * @param pass its name
   * @param ir makes the text of the intermediate representation as it is now
   */
  void after(String pass, Supplier<String> ir);
}
