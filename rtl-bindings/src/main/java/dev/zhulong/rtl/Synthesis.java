package dev.zhulong.rtl;

import dev.zhulong.rtl.synthesis.UnsupportedConstructException;
import dev.zhulong.rtl.synthesis.VerilogView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads the core with yosys: Verilator elaborates the sources, the result is printed as Verilog,
 * and yosys turns that into registers, memories and operators and looks for what hardware must not
 * have: latches, loops of combinational logic, wires with no driver or several.
 */
public final class Synthesis {
  /** The whole device. */
  public static final String DEVICE = "zl_gpu";

  private static final String REMEDY =
      "; install the package yosys (apt-get install yosys); \"zl doctor\" lists the tools";

  /** The check knows no path through a memory; this one leads from the address to what is read. */
  private static final String MEMORY_READ =
      """
      (* techmap_celltype = "$memrd" *)
      module zl_memory_read (CLK, EN, ADDR, DATA);
        parameter MEMID = "";
        parameter ABITS = 1;
        parameter WIDTH = 1;
        parameter CLK_ENABLE = 0;
        parameter CLK_POLARITY = 0;
        parameter TRANSPARENT = 0;
        input CLK, EN;
        input [ABITS-1:0] ADDR;
        output [WIDTH-1:0] DATA;
        assign DATA = {WIDTH{^ADDR}};
      endmodule
      """;

  private static final Pattern ERROR = Pattern.compile("(?i)error");
  private static final int MESSAGE_LINES = 12;

  private final String searchPath;

  private Synthesis(String searchPath) {
    this.searchPath = searchPath;
  }

  /** With the tools from {@code PATH}. */
  public static Synthesis standard() {
    String path = System.getenv("PATH");
    return withTools(path == null ? "" : path);
  }

  /** With the tools from a search path in the form of {@code PATH}. */
  static Synthesis withTools(String searchPath) {
    return new Synthesis(searchPath);
  }

  /**
   * The core as one text of plain Verilog-2005.
   *
   * @throws SynthesisException if Verilator is missing or the core has no such form
   */
  public String view(ModelConfiguration configuration) throws IOException {
    return inFolder(
        folder ->
            elaborate(ModelSources.bundled(), DEVICE, configuration.parameters(), folder).text());
  }

  /**
   * Synthesises the device or one of its units.
   *
   * @param top a module's name in the source
   * @throws SynthesisException if a tool is missing or fails, there is no such unit, or the core
   *     has latches, loops or other faults
   */
  public SynthesisReport run(ModelConfiguration configuration, String top) throws IOException {
    return run(ModelSources.bundled(), DEVICE, configuration.parameters(), top);
  }

  /** Synthesises a unit of any design. */
  SynthesisReport run(ModelSources sources, String design, List<String> parameters, String top)
      throws IOException {
    Path yosys =
        Toolchain.locate("yosys", searchPath)
            .orElseThrow(
                () ->
                    new SynthesisException("synthesis needs yosys, which is not in PATH" + REMEDY));
    return inFolder(
        folder -> {
          VerilogView view = elaborate(sources, design, parameters, folder);
          return synthesise(yosys, view, top, folder);
        });
  }

  private VerilogView elaborate(
      ModelSources sources, String design, List<String> parameters, Path folder)
      throws IOException {
    for (Map.Entry<String, String> file : sources.systemVerilog().entrySet()) {
      Files.writeString(folder.resolve(file.getKey()), file.getValue());
    }
    Toolchain tools = Toolchain.find(searchPath);
    tools.requireVersion();
    List<String> command = new ArrayList<>();
    // Verilator's own rewriting of combinational logic would stand between source and view.
    command.addAll(
        List.of(
            tools.verilator().toString(),
            "--xml-only",
            "-fno-dfg",
            "-Wno-fatal",
            "-Wno-lint",
            "-Wno-style",
            "-DSYNTHESIS",
            "--top-module",
            design,
            "--Mdir",
            "xml"));
    command.addAll(parameters);
    command.addAll(sources.compileOrder());
    succeed(tools.run(command, folder), "elaborating " + design + " with Verilator");
    try {
      return VerilogView.of(folder.resolve("xml").resolve("V" + design + ".xml"));
    } catch (UnsupportedConstructException e) {
      throw new SynthesisException(e.getMessage());
    }
  }

  private SynthesisReport synthesise(Path yosys, VerilogView view, String top, Path folder)
      throws IOException {
    String module =
        view.units().entrySet().stream()
            .filter(unit -> unit.getValue().equals(top))
            .map(Map.Entry::getKey)
            .findFirst()
            .orElseThrow(
                () ->
                    new SynthesisException(
                        "there is no unit \""
                            + top
                            + "\"; the units of this configuration are "
                            + String.join(
                                ", ",
                                view.units().values().stream().distinct().sorted().toList())));
    Files.writeString(folder.resolve("view.v"), view.text());
    Files.writeString(folder.resolve("memory_read.v"), MEMORY_READ);
    Files.writeString(
        folder.resolve("synthesis.ys"),
        String.join(
            "\n",
            "read_verilog view.v",
            "hierarchy -check -top " + module,
            "proc",
            "opt_clean",
            "tee -q -o statistics.txt stat -width",
            "tee -q -o latches.txt select -list t:$dlatch t:$adlatch t:$dlatchsr t:$sr",
            // A loop may lead through several modules.
            "flatten",
            "opt_clean",
            "techmap -map memory_read.v",
            "tee -q -o check.txt check",
            ""));
    Toolchain tools = Toolchain.find(searchPath);
    String version = tools.run(List.of(yosys.toString(), "-V"), folder).text().strip();
    succeed(
        tools.run(List.of(yosys.toString(), "-q", "synthesis.ys"), folder),
        "reading the core with yosys");
    List<String> faults = new ArrayList<>();
    Files.readString(folder.resolve("latches.txt"))
        .lines()
        .forEach(latch -> faults.add("latch: " + latch));
    Files.readString(folder.resolve("check.txt"))
        .lines()
        .filter(line -> line.startsWith("Warning: "))
        .forEach(line -> faults.add(line.substring("Warning: ".length())));
    if (!faults.isEmpty()) {
      throw new SynthesisException(
          "yosys finds in "
              + top
              + " what hardware must not have:\n"
              + String.join("\n", faults.subList(0, Math.min(MESSAGE_LINES, faults.size())))
              + "\nsee the always blocks that drive these signals");
    }
    List<SynthesisReport.Unit> units =
        YosysStatistics.parse(Files.readString(folder.resolve("statistics.txt")), module);
    return new SynthesisReport(version.replaceAll(" \\(.*", ""), top, units);
  }

  private static void succeed(Toolchain.Output output, String what) {
    if (output.status() != 0) {
      List<String> errors =
          output.text().lines().filter(line -> ERROR.matcher(line).find()).toList();
      List<String> lines = errors.isEmpty() ? output.text().lines().toList() : errors;
      throw new SynthesisException(
          what
              + " failed with exit code "
              + output.status()
              + ":\n"
              + String.join("\n", lines.subList(0, Math.min(MESSAGE_LINES, lines.size()))));
    }
  }

  private interface FolderTask<T> {
    T run(Path folder) throws IOException;
  }

  private static <T> T inFolder(FolderTask<T> task) throws IOException {
    Path folder = Files.createTempDirectory("zl-synthesis");
    try {
      return task.run(folder);
    } finally {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
