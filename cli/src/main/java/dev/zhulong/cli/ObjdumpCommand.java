package dev.zhulong.cli;

import dev.zhulong.firmware.asm.Disassembler;
import dev.zhulong.firmware.link.ElfFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code zl objdump}: disassembles an ELF file as GNU objdump -d does. */
@Command(
    name = "objdump",
    mixinStandardHelpOptions = true,
    description = "Disassemble an ELF file, as GNU objdump -d, with the warp instructions by name.",
    footer = {"", "Example:", "  zl objdump saxpy.elf"})
final class ObjdumpCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "ELF executable or object.")
  private Path file;

  @Override
  public Integer call() throws IOException {
    ElfFile elf = ElfFile.read(Files.readAllBytes(file), file.toString());
    spec.commandLine().getOut().print(Disassembler.listing(elf));
    return 0;
  }
}
