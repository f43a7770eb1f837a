package dev.zhulong.cli;

import dev.zhulong.hal.bringup.Probe;
import dev.zhulong.hal.bringup.ShellDevice;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import jdk.jshell.Diag;
import jdk.jshell.EvalException;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;
import jdk.jshell.execution.LocalExecutionControlProvider;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code zl jshell}: a device under a Java prompt. */
@Command(
    name = "jshell",
    mixinStandardHelpOptions = true,
    description = {
      "Evaluate Java, line by line, with a device at hand.",
      "There are read32(\"STATUS\"), write32(\"CONTROL\", 2), peek(0x10000, 8), poke(0x10000, 1, 2),",
      "dump(), and the probe itself as device."
    },
    footer = {"", "Example:", "  echo 'read32(\"ID\")' | zl jshell --device pci:0000:01:00.0"})
final class JShellCommand implements Callable<Integer> {
  private static final String[] DEFINITIONS = {
    "import dev.zhulong.hal.*;",
    "import dev.zhulong.hal.bringup.*;",
    "import dev.zhulong.firmware.isa.*;",
    "Probe device = ShellDevice.current();",
    "int read32(String register) { return device.read32(register); }",
    "int read32(int offset) { return device.read32(offset); }",
    "void write32(String register, int value) { device.write32(register, value); }",
    "void write32(int offset, int value) { device.write32(offset, value); }",
    "int[] peek(long address, int words) { return device.peek(address, words); }",
    "void poke(long address, int... words) { device.poke(address, words); }",
    "void dump() { device.dump().forEach(System.out::println); }",
  };

  @Spec private CommandSpec spec;

  @Option(
      names = {"--device", "-d"},
      paramLabel = "URI",
      defaultValue = "sim:",
      description = "Device address; see \"zl devices\". Default: ${DEFAULT-VALUE}")
  private String address;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    return evaluate(address, in, out, true);
  }

  /** Runs a script; its first mistake ends it. */
  static int run(String address, Path script, PrintWriter out) throws IOException {
    try (BufferedReader in = Files.newBufferedReader(script)) {
      return evaluate(address, in, out, false);
    }
  }

  private static int evaluate(
      String address, BufferedReader in, PrintWriter out, boolean interactive) throws IOException {
    boolean prompt = interactive && System.console() != null && System.console().isTerminal();
    try (Probe probe = Probe.open(address);
        JShell shell =
            JShell.builder().executionEngine(new LocalExecutionControlProvider(), null).build()) {
      ShellDevice.use(probe);
      for (String path : System.getProperty("jdk.module.path", "").split(File.pathSeparator)) {
        addJars(shell, path);
      }
      for (String definition : DEFINITIONS) {
        shell.eval(definition).forEach(event -> require(shell, event));
      }
      StringBuilder pending = new StringBuilder();
      while (true) {
        if (prompt) {
          out.print(pending.isEmpty() ? "zl> " : "...> ");
        }
        out.flush();
        String line = in.readLine();
        if (line == null || pending.isEmpty() && line.strip().equals("/exit")) {
          return 0;
        }
        pending.append(line).append('\n');
        CompletionInfo info = shell.sourceCodeAnalysis().analyzeCompletion(pending.toString());
        while (info.completeness().isComplete() && !info.source().isBlank()) {
          if (!show(shell, info.source(), out) && !interactive) {
            return Main.FAILED;
          }
          pending.setLength(0);
          pending.append(info.remaining());
          info = shell.sourceCodeAnalysis().analyzeCompletion(pending.toString());
        }
        if (info.completeness() == SourceCodeAnalysis.Completeness.EMPTY) {
          pending.setLength(0);
        }
      }
    } finally {
      ShellDevice.use(null);
    }
  }

  private static void addJars(JShell shell, String path) throws IOException {
    Path folder = Path.of(path);
    if (!Files.isDirectory(folder)) {
      shell.addToClasspath(path);
      return;
    }
    shell.addToClasspath(path);
    try (var files = Files.list(folder)) {
      files
          .filter(file -> file.toString().endsWith(".jar"))
          .forEach(file -> shell.addToClasspath(file.toString()));
    }
  }

  private static void require(JShell shell, SnippetEvent event) {
    if (event.status() == Snippet.Status.REJECTED || event.exception() != null) {
      throw new IllegalStateException(
          "this runtime cannot evaluate \""
              + event.snippet().source().strip()
              + "\": "
              + shell
                  .diagnostics(event.snippet())
                  .findFirst()
                  .map(diag -> diag.getMessage(Locale.ROOT))
                  .orElse(String.valueOf(event.exception())));
    }
  }

  /** Evaluates a piece; prints its value, or what is wrong. */
  private static boolean show(JShell shell, String source, PrintWriter out) {
    boolean good = true;
    for (SnippetEvent event : shell.eval(source)) {
      if (event.status() == Snippet.Status.REJECTED) {
        good = false;
        for (Diag diag : shell.diagnostics(event.snippet()).toList()) {
          out.println("error: " + diag.getMessage(Locale.ROOT) + ": " + source.strip());
        }
      } else if (event.exception() instanceof EvalException e) {
        good = false;
        out.println(e.getExceptionClassName() + ": " + e.getMessage());
      } else if (event.exception() != null) {
        good = false;
        out.println(event.exception().getMessage());
      } else if (event.value() != null && !event.value().isEmpty()) {
        out.println(event.value());
      }
    }
    out.flush();
    return good;
  }
}
