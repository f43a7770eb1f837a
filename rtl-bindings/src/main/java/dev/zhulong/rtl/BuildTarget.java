package dev.zhulong.rtl;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a model is compiled for. */
enum BuildTarget {
  /** This machine's processor. */
  NATIVE {
    @Override
    List<String> common() {
      return List.of();
    }

    @Override
    List<String> compiling(Path folder, boolean once) {
      return List.of(
          once ? "-O0" : "-O3",
          "-march=native",
          "-fPIC",
          "-fvisibility-inlines-hidden",
          "-fno-semantic-interposition");
    }

    @Override
    List<String> libraryKind() {
      return List.of("-shared");
    }
  },

  /** WebAssembly with the system interface, as a module that is called into. */
  WASM {
    @Override
    List<String> common() {
      return List.of("--target=wasm32-wasi", "-fno-exceptions");
    }

    @Override
    List<String> compiling(Path folder, boolean once) {
      return List.of(
          // The JVM compiles no long methods, so that short code is fast code.
          once ? "-O1" : "-Os",
          "-fno-unroll-loops",
          // A header of Verilator takes it from the one that knows the processor.
          "-include",
          "stdint.h",
          "-DVL_IGNORE_UNKNOWN_ARCH",
          "-Dthread_local=",
          "-I" + folder.resolve("wasm"));
    }

    @Override
    List<String> libraryKind() {
      return List.of("-mexec-model=reactor", "-Wl,--gc-sections", "-Wl,--strip-all");
    }
  };

  /** Statements of a generated C++ function, so that its bytecode stays below the JVM's limit. */
  private static final int SPLIT = 50;

  private static final Pattern FUNCTION = Pattern.compile("\\b(zl_(?:dut|model)_\\w+)\\(");

  /** Options of the compiler and the linker. */
  abstract List<String> common();

  /** Options of the compiler; files that run once a model are not worth an optimiser's time. */
  abstract List<String> compiling(Path folder, boolean once);

  /** Options of the linker for a library. */
  abstract List<String> libraryKind();

  static BuildTarget of(Backend backend) {
    return backend == Backend.WASM ? WASM : NATIVE;
  }

  /** Options of Verilator. */
  List<String> verilating() {
    return this == WASM
        ? List.of("--output-split", "15000", "--output-split-cfuncs", Integer.toString(SPLIT))
        : List.of("--output-split", "15000");
  }

  /** Options of the linker: libraries of the system, or the functions that stay. */
  List<String> linking(String header, List<String> libraries) {
    if (this == NATIVE) {
      return libraries;
    }
    return Stream.concat(
            libraries.stream().filter(library -> !library.startsWith("-l")),
            FUNCTION
                .matcher(header)
                .results()
                .map(found -> "-Wl,--export-if-defined=" + found.group(1)))
        .distinct()
        .toList();
  }
}
