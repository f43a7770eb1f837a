package dev.zhulong.compiler.frontend.stages;

import java.util.Locale;

/** A programmable stage of a render pipeline. */
public enum ShaderStage {
  /** Once a vertex and instance. */
  VERTEX(0),
  /** Once a pixel that a primitive covers. */
  FRAGMENT(4);

  private final int model;

  ShaderStage(int model) {
    this.model = model;
  }

  /** The number of the execution model in SPIR-V. */
  int model() {
    return model;
  }

  /** Its name in messages. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
