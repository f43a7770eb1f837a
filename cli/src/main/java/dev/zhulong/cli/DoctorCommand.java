package dev.zhulong.cli;

import dev.zhulong.precision.PrecisionRun;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code zl doctor}: what of the outside tools is there, what each is for, and how to get it. */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    description = "Check the tools that some devices and tests need, and say how to get them.",
    footer = {"", "Example:", "  zl doctor"})
final class DoctorCommand implements Callable<Integer> {
  private record Tool(String program, String debianPackage, String purpose) {}

  private static final List<Tool> TOOLS =
      List.of(
          new Tool("verilator", "verilator", "the cycle model, device rtl:"),
          new Tool("clang++-19", "clang-19", "a fast cycle model"),
          new Tool("g++", "g++", "a slower cycle model where clang-19 is missing"),
          new Tool(
              "wasm-ld-19",
              "lld-19 wasi-libc libc++-19-dev-wasm32 libc++abi-19-dev-wasm32"
                  + " libclang-rt-19-dev-wasm32",
              "building models as WebAssembly"),
          new Tool("riscv64-unknown-elf-as", "binutils-riscv64-unknown-elf", "assembler tests"),
          new Tool("riscv64-unknown-elf-gcc", "gcc-riscv64-unknown-elf", "bare C programs"),
          new Tool("gdb-multiarch", "gdb-multiarch", "debugging with \"zl debug\""),
          new Tool("spirv-val", "spirv-tools", "front-end tests"),
          new Tool("clang-15", "clang-15", "OpenCL C (any version that llvm-spirv has too)"),
          new Tool("llvm-spirv-15", "llvm-spirv-15", "OpenCL C (any version that clang has too)"),
          new Tool("yosys", "yosys", "synthesis, zl synth"),
          new Tool("qemu-system-x86_64", "qemu-system-x86", "tests of the driver in a guest"),
          new Tool("cpio", "cpio", "tests of the driver in a guest"));

  private static final Path ZLIB_HEADER = Path.of("/usr/include/zlib.h");
  private static final Path VULKAN_DRIVERS = Path.of("/usr/share/vulkan/icd.d");

  @Spec private CommandSpec spec;

  @Option(names = "--json", description = "Print as JSON.")
  private boolean json;

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    List<Map<String, Object>> rows = new ArrayList<>();
    rows.add(
        row("java", Runtime.version().toString(), "everything", "a JDK of version 25 or later"));
    for (Tool tool : TOOLS) {
      Path found = onPath(tool.program());
      rows.add(
          row(
              tool.program(),
              found == null ? null : version(found),
              tool.purpose(),
              "apt-get install " + tool.debianPackage()));
    }
    rows.add(
        row(
            "zlib",
            Files.exists(ZLIB_HEADER) ? ZLIB_HEADER.toString() : null,
            "waveforms of the cycle model (--wave)",
            "apt-get install zlib1g-dev"));
    rows.add(
        row(
            "mpfr",
            PrecisionRun.isAvailable() ? PrecisionRun.ORACLE : null,
            "zl bench precision",
            "apt-get install libmpfr6"));
    rows.add(
        row(
            "lavapipe",
            lavapipe(),
            "comparing pictures with another Vulkan driver",
            "apt-get install mesa-vulkan-drivers libvulkan1"));
    if (json) {
      out.println(Json.text(rows));
      return 0;
    }
    for (Map<String, Object> row : rows) {
      boolean present = row.get("version") != null;
      out.printf(
          "%-7s %-24s %s%n",
          present ? "ok" : "missing",
          row.get("tool"),
          present ? row.get("version") : row.get("remedy") + " (for " + row.get("purpose") + ")");
    }
    return 0;
  }

  private static Map<String, Object> row(
      String tool, String version, String purpose, String remedy) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("tool", tool);
    row.put("version", version);
    row.put("purpose", purpose);
    row.put("remedy", remedy);
    return row;
  }

  /** The file that makes Mesa's software driver known, or null. */
  private static String lavapipe() throws IOException {
    if (!Files.isDirectory(VULKAN_DRIVERS)) {
      return null;
    }
    try (DirectoryStream<Path> found = Files.newDirectoryStream(VULKAN_DRIVERS, "lvp_icd.*.json")) {
      for (Path file : found) {
        return file.toString();
      }
    }
    return null;
  }

  private static Path onPath(String program) {
    String path = System.getenv("PATH");
    for (String folder : path == null ? new String[0] : path.split(File.pathSeparator)) {
      Path candidate = Path.of(folder, program);
      if (Files.isExecutable(candidate)) {
        return candidate;
      }
    }
    return null;
  }

  private static String version(Path program) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(program.toString(), "--version").redirectErrorStream(true).start();
    process.getOutputStream().close();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor(10, TimeUnit.SECONDS);
    return text.lines().findFirst().orElse("unknown version");
  }
}
