package dev.zhulong.firmware.asm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.zhulong.firmware.isa.Extension;
import dev.zhulong.firmware.isa.Instruction;
import dev.zhulong.firmware.link.ElfFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AssemblerTest {
  private static final List<String> SECTIONS = List.of(".text", ".rodata", ".data");

  @TempDir Path folder;

  private static String program() throws IOException {
    try (var in = AssemblerTest.class.getResourceAsStream("program.s")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static byte[] bytes(ElfFile file, String section) {
    return file.section(section).orElseThrow().bytes();
  }

  /** Links an object with GNU ld, its sections where ours are. */
  private ElfFile gnuLink(String object, ElfFile ours) throws Exception {
    StringBuilder script = new StringBuilder("ENTRY(_start)\nSECTIONS {\n");
    for (ElfFile.Section s : ours.sections()) {
      if ((s.flags() & ElfFile.ALLOCATE) != 0) {
        script.append(String.format("%s 0x%x : {*(%s)}%n", s.name(), s.address(), s.name()));
      }
    }
    Files.writeString(folder.resolve("link.ld"), script + "}\n");
    Gnu.run(
        folder, "ld", "-melf32lriscv", "--no-relax", "-T", "link.ld", "-o", "gnu.elf", object);
    return ElfFile.read(Files.readAllBytes(folder.resolve("gnu.elf")), "gnu.elf");
  }

  @Test
  void programIsThatOfGnuAsAndLd() throws Exception {
    Gnu.assumeInstalled();
    ElfFile ours = Assembler.assemble(program(), "program.s");
    Files.writeString(folder.resolve("program.s"), program());
    Gnu.run(folder, "as", "-march=" + Gnu.ARCH, "-mabi=ilp32f", "-o", "gnu.o", "program.s");
    ElfFile gnu = gnuLink("gnu.o", ours);
    assertEquals(gnu.entry(), ours.entry());
    for (String section : SECTIONS) {
      assertArrayEquals(bytes(gnu, section), bytes(ours, section), section);
    }
  }

  @Test
  void gnuLdLinksOurObject() throws Exception {
    Gnu.assumeInstalled();
    ElfFile ours = Assembler.assemble(program(), "program.s");
    ElfFile object = Assembler.assembleObject(program(), "program.s");
    Files.write(folder.resolve("ours.o"), object.toBytes());
    ElfFile gnu = gnuLink("ours.o", ours);
    for (String section : SECTIONS) {
      assertArrayEquals(bytes(gnu, section), bytes(ours, section), section);
    }
  }

  @Test
  void addr2lineFindsTheLines() throws Exception {
    Gnu.assumeInstalled();
    ElfFile ours = Assembler.assemble("nop\nadd a0,a1,a2\n\nret\n", "lines.s");
    Files.write(folder.resolve("lines.elf"), ours.toBytes());
    String lines =
        Gnu.run(folder, "addr2line", "-e", "lines.elf", "0x80000000", "0x80000004", "0x80000008");
    assertEquals("lines.s:1\nlines.s:2\nlines.s:4\n", lines.replaceAll("(?m)^.*/", ""));
  }

  /** Text of an instruction whose operands are chosen by a variant number. */
  private static String text(Instruction instruction, int variant) {
    int r = variant * 7;
    String form = instruction.operands();
    StringBuilder out = new StringBuilder(instruction.mnemonic()).append(' ');
    for (int i = 0; i < form.length(); i++) {
      char c = form.charAt(i);
      out.append(
          switch (c) {
            case 'd' -> "x" + r % 32;
            case 's' -> "x" + (r + 3) % 32;
            case 't' -> "x" + (r + 5) % 32;
            case 'D' -> "f" + r % 32;
            case 'S' -> "f" + (r + 3) % 32;
            case 'T' -> "f" + (r + 5) % 32;
            case 'R' -> "f" + (r + 9) % 32;
            case 'j', 'o', 'q' -> "" + new int[] {0, 1, -1, 2047, -2048}[variant % 5];
            case 'u' -> "" + new int[] {0, 1, 0xfffff, 0x80000, 0x12345}[variant % 5];
            case '>', 'Z' -> "" + new int[] {0, 1, 31, 16, 15}[variant % 5];
            case 'E' -> new String[] {"fcsr", "mhartid", "0xcc0", "4095", "frm"}[variant % 5];
            case 'm' -> Names.ROUNDING.get(new int[] {0, 1, 2, 3, 4, 7}[variant % 6]);
            case 'p', 'a' -> variant % 2 == 0 ? "1b" : "2f";
            case 'P', 'Q' -> new String[] {"iorw", "rw", "w", "i"}[variant % 4];
            default -> "" + c;
          });
    }
    return out.toString();
  }

  @Test
  void everyStandardInstructionIsEncodedAsGnuAsDoes() throws Exception {
    Gnu.assumeInstalled();
    StringBuilder source = new StringBuilder(".option norelax\n");
    for (Instruction i : Instruction.values()) {
      if (i.extension() == Extension.WARP || i.extension() == Extension.ZICOND) {
        continue;
      }
      for (int variant = 0; variant < 30; variant++) {
        source.append("1: ").append(text(i, variant)).append("\n2: nop\n");
      }
    }
    Files.writeString(folder.resolve("all.s"), source);
    Gnu.run(folder, "as", "-march=" + Gnu.ARCH, "-mabi=ilp32f", "-o", "all.o", "all.s");
    ElfFile gnu = ElfFile.read(Files.readAllBytes(folder.resolve("all.o")), "all.o");
    ElfFile ours = Assembler.assembleObject(source.toString(), "all.s");
    assertArrayEquals(bytes(gnu, ".text"), bytes(ours, ".text"));
  }

  @Test
  void warpInstructionsHaveTheContractsEncodings() {
    ElfFile file =
        Assembler.assemble("tmc zero\nsplit.n a0, a1\nshfl.idx a0, a1, a2\nwsync\n", "w.s");
    assertArrayEquals(
        new byte[] {
          0x0b, 0, 0, 0, 0x0b, (byte) 0xa5, 0x15, 0, 0x0b, (byte) 0xf5, (byte) 0xc5, 2, 0x0b, 0x70,
          0, 0
        },
        bytes(file, ".text"));
  }

  @Test
  void allErrorsAreReportedWithTheirPlaces() {
    AssemblyException e =
        assertThrows(
            AssemblyException.class,
            () -> Assembler.assemble(" addq a0\n addi a0, a1, 5000\n lw a0, 4(q0)\n", "b.s"));
    assertEquals(List.of(1, 2, 3), e.diagnostics().stream().map(Diagnostic::line).toList());
    assertEquals(List.of(2, 15, 11), e.diagnostics().stream().map(Diagnostic::column).toList());
  }

  @Test
  void undefinedSymbolNamesItsLine() {
    AssemblyException e =
        assertThrows(AssemblyException.class, () -> Assembler.assemble("nop\n j gone\n", "u.s"));
    assertEquals(2, e.diagnostics().getFirst().line());
    assertEquals(
        "\"gone\" is not defined; define it or correct the name",
        e.diagnostics().getFirst().message());
  }
}
