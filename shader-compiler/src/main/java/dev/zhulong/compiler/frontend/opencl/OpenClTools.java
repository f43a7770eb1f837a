package dev.zhulong.compiler.frontend.opencl;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The two programs that make SPIR-V of OpenCL C. They are of one version, as what the first writes
 * the second must read.
 *
 * @param clang the compiler
 * @param translator llvm-spirv
 */
record OpenClTools(Path clang, Path translator) {
  private static final int NEWEST = 22;
  private static final int OLDEST = 13;

  /** The newest pair on the path. */
  static Optional<OpenClTools> find() {
    for (int version = NEWEST; version >= OLDEST; version--) {
      Optional<OpenClTools> pair = pair("-" + version);
      if (pair.isPresent()) {
        return pair;
      }
    }
    return pair("");
  }

  private static Optional<OpenClTools> pair(String suffix) {
    Path clang = onPath("clang" + suffix);
    Path translator = onPath("llvm-spirv" + suffix);
    return clang == null || translator == null
        ? Optional.empty()
        : Optional.of(new OpenClTools(clang, translator));
  }

  private static Path onPath(String name) {
    String path = System.getenv("PATH");
    for (String folder : path == null ? new String[0] : path.split(File.pathSeparator)) {
      Path candidate = Path.of(folder.isEmpty() ? "." : folder, name);
      if (Files.isExecutable(candidate)) {
        return candidate;
      }
    }
    return null;
  }
}
