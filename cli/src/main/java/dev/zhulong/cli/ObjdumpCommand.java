package dev.zhulong.cli;

import dev.zhulong.firmware.asm.Disassembler;
import dev.zhulong.firmware.asm.SourceLines;
import dev.zhulong.firmware.link.ElfFile;
import dev.zhulong.firmware.link.LineTable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code zl objdump}: disassembles an ELF file as GNU objdump -d does. */
@Command(
    name = "objdump",
    mixinStandardHelpOptions = true,
    description = "Disassemble an ELF file, as GNU objdump -d, with the warp instructions by name.",
    footer = {"", "Example:", "  zl objdump -S saxpy.elf"})
final class ObjdumpCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "ELF executable or object.")
  private Path file;

  @Option(
      names = {"-S", "--source"},
      description = "Show the source lines, read where the shader was or beside FILE.")
  private boolean source;

  @Override
  public Integer call() throws IOException {
    ElfFile elf = ElfFile.read(Files.readAllBytes(file), file.toString());
    SourceLines lines =
        source ? new SourceLines(lineTable(elf), this::sourceText) : SourceLines.NONE;
    spec.commandLine().getOut().print(Disassembler.listing(elf, lines));
    return 0;
  }

  private LineTable lineTable(ElfFile elf) {
    return elf.section(".debug_line")
        .map(section -> LineTable.parse(section.bytes()))
        .filter(table -> !table.rows().isEmpty())
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    file + " has no line table; list it without -S, or compile it from a source"));
  }

  /** The lines of a source file; none where it is gone or is no text, as a SPIR-V binary. */
  private List<String> sourceText(String name) {
    try {
      Path path = Path.of(name);
      Path found = Files.isRegularFile(path) ? path : file.resolveSibling(path.getFileName());
      return Files.readAllLines(found, StandardCharsets.UTF_8);
    } catch (IOException | InvalidPathException _) {
      return List.of();
    }
  }
}
