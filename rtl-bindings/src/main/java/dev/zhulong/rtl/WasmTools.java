package dev.zhulong.rtl;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a build of WebAssembly needs besides the tools of a native one. */
final class WasmTools {
  private static final List<String> STAND_INS = List.of("mutex", "thread", "condition_variable");
  private static final String REMEDY =
      "; install the packages clang-19, lld-19, wasi-libc, libc++-19-dev-wasm32,"
          + " libc++abi-19-dev-wasm32 and libclang-rt-19-dev-wasm32, or use Backend.FFM";

  private WasmTools() {}

  /**
   * Puts the headers that stand in for threads into a folder of a build, and sees that the compiler
   * has a C++ library for WebAssembly and a linker.
   *
   * @throws ModelUnavailableException with the remedy if not
   */
  static void prepare(Toolchain tools, Path folder) throws IOException {
    if (!tools.clang()) {
      throw new ModelUnavailableException(
          "a model in WebAssembly needs clang, and there is only " + tools.compiler() + REMEDY);
    }
    Path target = Files.createDirectories(folder.resolve("wasm"));
    for (String header : STAND_INS) {
      try (InputStream in = WasmTools.class.getResourceAsStream("cpp/wasm/" + header)) {
        Files.write(target.resolve(header), in.readAllBytes());
      }
    }
    Path probe =
        Files.writeString(
            folder.resolve("probe.cc"), "#include <string>\nstd::string zl(1, ' ');\n");
    List<String> command = new ArrayList<>(List.of(tools.compiler().toString()));
    command.addAll(BuildTarget.WASM.common());
    command.addAll(BuildTarget.WASM.libraryKind());
    command.addAll(List.of("-o", folder.resolve("probe.wasm").toString(), probe.toString()));
    Toolchain.Output output = tools.run(command, folder);
    if (output.status() != 0) {
      throw new ModelUnavailableException(
          "the compiler makes no WebAssembly: "
              + output.text().lines().findFirst().orElse("no message")
              + REMEDY);
    }
  }
}
