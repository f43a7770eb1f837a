package dev.zhulong.tests;

import java.nio.file.Path;
import java.util.List;

/** Where the project's own modules are. */
final class Modules {
  /** The project's root; Maven runs tests in the module's folder. */
  static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  /** Lowest floor first. */
  static final List<String> NAMES =
      List.of(
          "firmware-tools",
          "rtl-bindings",
          "hal",
          "shader-compiler",
          "simulator",
          "graphics",
          "amber",
          "scene",
          "precision",
          "fuzz",
          "remote",
          "cli",
          "tests");

  private Modules() {}
}
