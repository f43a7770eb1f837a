package dev.zhulong.cli;

import dev.zhulong.firmware.asm.Assembler;
import dev.zhulong.firmware.link.ElfFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code zl asm}: assembles a source to an executable or an object file. */
@Command(
    name = "asm",
    mixinStandardHelpOptions = true,
    description = {
      "Assemble GNU syntax, with the warp instructions by name (tmc, split, join, pred, bar, …).",
      "The executable starts at _start, or at the start of .text, at 0x80000000."
    },
    footer = {"", "Example:", "  zl asm program.s -o program.elf && zl exec program.elf"})
final class AsmCommand implements Callable<Integer> {
  @Parameters(paramLabel = "SOURCE", description = "Assembly source.")
  private Path source;

  @Option(names = "-o", paramLabel = "FILE", required = true, description = "Where to write.")
  private Path output;

  @Option(names = "-c", description = "Make an object file for a linker, not an executable.")
  private boolean object;

  @Override
  public Integer call() throws IOException {
    String text = Files.readString(source);
    ElfFile file =
        object
            ? Assembler.assembleObject(text, source.toString())
            : Assembler.assemble(text, source.toString());
    Files.write(output, file.toBytes());
    return 0;
  }
}
