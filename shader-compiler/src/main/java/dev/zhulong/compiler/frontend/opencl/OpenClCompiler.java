package dev.zhulong.compiler.frontend.opencl;

import dev.zhulong.compiler.ir.Location;
import dev.zhulong.compiler.ir.Problem;
import dev.zhulong.compiler.ir.Rejection;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Compiles OpenCL C to SPIR-V for 32-bit addresses, in processes of their own. */
public final class OpenClCompiler {
  /** What to install, for messages. */
  public static final String PACKAGES = "clang-15 and llvm-spirv-15";

  /** What the machine has and lacks beside the language's core. */
  private static final String EXTENSIONS =
      "-cl-ext=-cl_khr_fp64,-__opencl_c_fp64,+cl_khr_fp16,+cl_khr_subgroups,"
          + "+__opencl_c_subgroups";

  /** How llvm-spirv begins when an integer has neither 8, 16, 32 nor 64 bits. */
  private static final String ODD_WIDTH = "InvalidBitWidth";

  private static final int TIMEOUT_SECONDS = 60;
  private static final int MAXIMUM_MESSAGES = 20;
  private static final Pattern MESSAGE =
      Pattern.compile("(.*?):(\\d+):(\\d+): (?:fatal )?error: (.*)");

  /** An instruction of LLVM's text: the type, the value, and what follows. */
  private static final Pattern FREEZE =
      Pattern.compile("= freeze (.+) ([%@]?[^ ,]+)(,.*)?$", Pattern.MULTILINE);

  private OpenClCompiler() {}

  /** Whether the programs that it needs are there. */
  public static boolean isInstalled() {
    return OpenClTools.find().isPresent();
  }

  /**
   * Compiles a source.
   *
   * @param name its name in messages and debug information; files beside it can be included
   * @param source its text in UTF-8
   * @param defines macros to define before the first line
   * @param options further options of clang, such as {@code -cl-std=CL1.2}
   * @return a SPIR-V binary
   * @throws Rejection with the compiler's messages, or with what to install
   */
  public static byte[] compile(
      String name, byte[] source, Map<String, String> defines, List<String> options) {
    Location whole = new Location(name, 0, 0);
    OpenClTools tools =
        OpenClTools.find()
            .orElseThrow(
                () ->
                    new Rejection(
                        whole,
                        "OpenCL C needs clang and llvm-spirv of one version on the path; apt-get"
                            + " install "
                            + PACKAGES));
    try {
      Path folder = Files.createTempDirectory("zl-opencl");
      try {
        return compile(tools, folder, name, source, defines, options);
      } finally {
        for (String file : List.of(BITCODE, TEXT, BINARY, MESSAGES)) {
          Files.deleteIfExists(folder.resolve(file));
        }
        Files.delete(folder);
      }
    } catch (IOException e) {
      throw new Rejection(whole, "OpenCL C cannot be compiled: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Rejection(whole, "interrupted while compiling");
    }
  }

  private static final String BITCODE = "kernel.bc";
  private static final String TEXT = "kernel.ll";
  private static final String BINARY = "kernel.spv";
  private static final String MESSAGES = "messages";

  private static byte[] compile(
      OpenClTools tools,
      Path folder,
      String name,
      byte[] source,
      Map<String, String> defines,
      List<String> options)
      throws IOException, InterruptedException {
    Path bitcode = folder.resolve(BITCODE);
    Path binary = folder.resolve(BINARY);
    List<String> command = new ArrayList<>(List.of(tools.clang().toString()));
    // Argument types and names are for those who launch; the machine has no double precision.
    command.addAll(
        List.of(
            "-x",
            "cl",
            "-target",
            "spir-unknown-unknown",
            "-cl-std=CL3.0",
            "-O1",
            "-emit-llvm",
            "-c",
            "-gline-tables-only",
            "-fno-discard-value-names",
            "-cl-kernel-arg-info",
            "-fno-color-diagnostics",
            "-fno-caret-diagnostics",
            "-Xclang",
            "-finclude-default-header",
            "-Xclang",
            EXTENSIONS));
    new TreeMap<>(defines).forEach((macro, value) -> command.add("-D" + macro + "=" + value));
    command.addAll(options);
    Path beside = Path.of(name).toAbsolutePath().getParent();
    if (beside != null) {
      command.addAll(List.of("-I", beside.toString()));
    }
    command.addAll(List.of("-o", bitcode.toString(), "-"));
    String quoted = name.replace("\\", "\\\\").replace("\"", "\\\"");
    byte[] marker = ("#line 1 \"" + quoted + "\"\n").getBytes(StandardCharsets.UTF_8);
    run(folder, name, command, marker, source);
    List<String> translation =
        List.of(
            tools.translator().toString(),
            "--preserve-ocl-kernel-arg-type-metadata-through-string",
            bitcode.toString(),
            "-o",
            binary.toString());
    String failure = failure(folder, name, translation);
    if (failure != null && failure.startsWith(ODD_WIDTH)) {
      // clang narrows what a switch selects by to the bits in use, which SPIR-V has no integer for.
      command.addAll(List.of("-Xclang", "-disable-llvm-passes"));
      run(folder, name, command, marker, source);
      failure = failure(folder, name, translation);
    }
    if (failure != null && failure.contains(" = freeze ")) {
      withoutFreezing(tools, folder, name);
      failure = failure(folder, name, translation);
    }
    if (failure != null) {
      throw new Rejection(problems(name, translation.getFirst(), failure));
    }
    return Files.readAllBytes(binary);
  }

  /**
   * Takes instructions away that the translator does not know: clang makes them where a quotient
   * and a remainder share a division. SPIR-V has no values that they would make a difference to.
   */
  private static void withoutFreezing(OpenClTools tools, Path folder, String name)
      throws IOException, InterruptedException {
    Path bitcode = folder.resolve(BITCODE);
    Path text = folder.resolve(TEXT);
    List<String> same =
        List.of(
            tools.clang().toString(),
            "-x",
            "ir",
            "-target",
            "spir-unknown-unknown",
            "-Xclang",
            "-disable-llvm-passes");
    List<String> toText = new ArrayList<>(same);
    toText.addAll(List.of("-S", "-emit-llvm", bitcode.toString(), "-o", text.toString()));
    run(folder, name, toText);
    String frozen = Files.readString(text);
    Files.writeString(text, FREEZE.matcher(frozen).replaceAll("= bitcast $1 $2 to $1$3"));
    List<String> toBitcode = new ArrayList<>(same);
    toBitcode.addAll(List.of("-c", "-emit-llvm", text.toString(), "-o", bitcode.toString()));
    run(folder, name, toBitcode);
  }

  private static void run(Path folder, String name, List<String> command, byte[]... input)
      throws IOException, InterruptedException {
    String failure = failure(folder, name, command, input);
    if (failure != null) {
      throw new Rejection(problems(name, command.getFirst(), failure));
    }
  }

  /** Runs a program; gives what it says when it fails, else null. */
  private static String failure(Path folder, String name, List<String> command, byte[]... input)
      throws IOException, InterruptedException {
    Path messages = folder.resolve(MESSAGES);
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(messages.toFile())
            .start();
    try (OutputStream out = process.getOutputStream()) {
      for (byte[] part : input) {
        out.write(part);
      }
    } catch (IOException e) {
      // It ended before it had read all; its messages say why.
    }
    if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
      throw new Rejection(
          new Location(name, 0, 0),
          command.getFirst() + " did not end within " + TIMEOUT_SECONDS + " s");
    }
    return process.exitValue() == 0 ? null : Files.readString(messages);
  }

  private static List<Problem> problems(String name, String program, String messages) {
    List<Problem> made = new ArrayList<>();
    for (String line : messages.split("\\R")) {
      Matcher m = MESSAGE.matcher(line);
      if (m.matches() && made.size() < MAXIMUM_MESSAGES) {
        Location place =
            new Location(m.group(1), Integer.parseInt(m.group(2)), Integer.parseInt(m.group(3)));
        made.add(new Problem(place, m.group(4)));
      }
    }
    if (made.isEmpty()) {
      String text = messages.isBlank() ? "it says nothing" : messages.strip().split("\\R")[0];
      made.add(new Problem(new Location(name, 0, 0), program + " failed: " + text));
    }
    return made;
  }
}
