package dev.zhulong.firmware.asm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zhulong.firmware.isa.Extension;
import dev.zhulong.firmware.isa.Instruction;
import dev.zhulong.firmware.isa.InstructionDecoder;
import dev.zhulong.firmware.link.ElfFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the assembler makes, against GNU as and ld. */
class AssemblerTest {
  /** The assembler's own layout, for GNU ld. */
  private static final String LAYOUT =
      """
      ENTRY(_start)
      SECTIONS {
        .text 0x80000000 : { *(.text) }
        .rodata ALIGN(64) : { *(.rodata) }
        .data ALIGN(64) : { *(.data) }
        .bss ALIGN(64) : { *(.bss) }
      }
      """;

  @TempDir private Path folder;

  private static Random seeded(String test) {
    long seed = Long.getLong("zl.seed", System.nanoTime());
    System.out.println("AssemblerTest." + test + " seed " + seed + " (-Dzl.seed=" + seed + ")");
    return new Random(seed);
  }

  private void gnuObject(String source) throws IOException, InterruptedException {
    Files.writeString(folder.resolve("gnu.s"), ".option norelax\n" + source);
    Gnu.run(folder, "as", "-march=" + Gnu.ARCH, "-mabi=ilp32f", "-o", "gnu.o", "gnu.s");
  }

  private ElfFile gnuLink(String object, String linked) throws IOException, InterruptedException {
    Files.writeString(folder.resolve("layout.ld"), LAYOUT);
    Gnu.run(
        folder,
        "ld",
        "-melf32lriscv",
        "--no-relax",
        "--no-warnings",
        "-T",
        "layout.ld",
        "-o",
        linked,
        object);
    return ElfFile.read(Files.readAllBytes(folder.resolve(linked)), linked);
  }

  private static byte[] contents(ElfFile file, String section) {
    return file.section(section).map(ElfFile.Section::bytes).orElse(new byte[0]);
  }

  private static int[] words(ElfFile file) {
    ByteBuffer code = ByteBuffer.wrap(contents(file, ".text")).order(ByteOrder.LITTLE_ENDIAN);
    int[] words = new int[code.limit() / 4];
    code.asIntBuffer().get(words);
    return words;
  }

  /** Compares our program, our object linked by ld, and as + ld. */
  private void compare(String source) throws IOException, InterruptedException {
    gnuObject(source);
    ElfFile expected = gnuLink("gnu.o", "gnu.elf");
    ElfFile ours = Assembler.assemble(source, "ours.s");
    Files.write(folder.resolve("ours.o"), Assembler.assembleObject(source, "ours.s").toBytes());
    ElfFile linked = gnuLink("ours.o", "linked.elf");
    for (String section : List.of(".text", ".rodata", ".data")) {
      assertEquals(hex(expected, section), hex(ours, section), section);
      assertEquals(hex(expected, section), hex(linked, section), section + " of our object");
    }
    assertEquals(expected.entry(), ours.entry());
    Files.write(folder.resolve("ours.elf"), ours.toBytes());
    for (String file : List.of("ours.o", "ours.elf")) {
      String report = Gnu.run(folder, "readelf", "-a", "-W", file);
      assertTrue(!report.contains("arning") && !report.contains("rror:"), report);
    }
  }

  private static String hex(ElfFile file, String section) {
    byte[] bytes = contents(file, section);
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < bytes.length; i++) {
      out.append(i % 4 == 0 ? "\n" + i + ":" : "").append(String.format(" %02x", bytes[i]));
    }
    return out.toString();
  }

  /** Varied operands for an instruction, in the letters of its operand string. */
  private static String operands(Instruction instruction, Random random) {
    StringBuilder out = new StringBuilder();
    for (char c : instruction.operands().toCharArray()) {
      int small = random.nextInt(32);
      String register = random.nextBoolean() ? "x" + small : Names.integer(small);
      String fraction = random.nextBoolean() ? "f" + small : Names.floating(small);
      out.append(
          switch (c) {
            case 'd', 's', 't', 'r' -> register;
            case 'D', 'S', 'T', 'R' -> fraction;
            case 'j', 'o', 'q' -> Integer.toString(random.nextInt(4096) - 2048);
            case 'u' -> "0x" + Integer.toHexString(random.nextInt(1 << 20));
            case '>', 'Z' -> Integer.toString(small);
            case 'E' ->
                random.nextBoolean() ? "mscratch" : "0x" + Integer.toHexString(small + 0x7c0);
            case 'm' -> Names.ROUNDING.get(new int[] {0, 1, 2, 3, 4, 7}[random.nextInt(6)]);
            case 'P', 'Q' -> List.of("i", "o", "r", "w", "rw", "iorw", "io").get(small % 7);
            case 'p' -> ". + " + (random.nextInt(2048) - 1024) * 4;
            case 'a' -> ". - " + random.nextInt(1 << 18) * 4;
            default -> Character.toString(c);
          });
    }
    return out.toString();
  }

  @Test
  void everyInstructionIsAsGnuHasIt() throws IOException, InterruptedException {
    Gnu.assumeInstalled();
    Random random = seeded("everyInstructionIsAsGnuHasIt");
    StringBuilder source = new StringBuilder(".globl _start\n_start:\n");
    int count = 0;
    for (Instruction instruction : Instruction.values()) {
      boolean gnu =
          instruction.extension() != Extension.ZICOND
              && instruction.extension() != Extension.WARP
              && !Extension.UNITS.contains(instruction.extension());
      for (int i = 0; gnu && i < 24; i++) {
        boolean atomic = instruction.operands().endsWith("0(s)");
        String suffix = atomic ? List.of("", ".aq", ".rl", ".aqrl").get(i % 4) : "";
        String operands = operands(instruction, random);
        boolean plain = operands.contains(",") && instruction.has('m') && i % 3 == 0;
        operands = plain ? operands.substring(0, operands.lastIndexOf(',')) : operands;
        source.append(instruction.mnemonic()).append(suffix).append(' ');
        source.append(operands).append('\n');
        count++;
      }
    }
    compare(source.toString());
    System.out.println("AssemblerTest compared " + count + " instructions with GNU as");
  }

  private static String hex(int word) {
    return String.format("%08x", word);
  }

  @Test
  void whatGnuLacksHasTheFieldsOfItsOperands() {
    Random random = seeded("whatGnuLacksHasTheFieldsOfItsOperands");
    for (Instruction instruction : Instruction.values()) {
      for (int i = 0; i < 16; i++) {
        if (instruction.extension() != Extension.ZICOND
            && instruction.extension() != Extension.WARP
            && !Extension.UNITS.contains(instruction.extension())) {
          continue;
        }
        String operands = operands(instruction, random);
        String line = instruction.mnemonic() + " " + operands;
        int word = words(Assembler.assemble(line, "a.s"))[0];
        assertEquals(instruction, InstructionDecoder.decode(word), line);
        String[] parts = operands.split(",");
        String[] letters = instruction.operands().split(",");
        int expected = instruction.match();
        for (int k = 0; k < letters.length && !letters[k].isEmpty(); k++) {
          int shift =
              switch (letters[k].charAt(0)) {
                case 'd', 'D' -> 7;
                case 's', 'S' -> 15;
                case 't', 'T', '>' -> 20;
                default -> 27;
              };
          int number =
              letters[k].equals(">")
                  ? Integer.decode(parts[k])
                  : Character.isUpperCase(letters[k].charAt(0))
                      ? Names.floatNumber(parts[k])
                      : Names.integerNumber(parts[k]);
          expected |= number << shift;
        }
        assertEquals(hex(expected), hex(word), line);
      }
    }
  }

  @Test
  void pseudoInstructionsAndDirectivesAreAsGnuHasThem() throws IOException, InterruptedException {
    Gnu.assumeInstalled();
    compare(Sources.PSEUDO);
    compare(Sources.DIRECTIVES);
    compare(Sources.INSN);
  }

  @Test
  void wholeProgramsAreAsGnuLinksThem() throws IOException, InterruptedException {
    Gnu.assumeInstalled();
    compare(Sources.PROGRAM);
    compare(Sources.FAR_BRANCHES);
  }

  @Test
  void randomConstantsLoadAsGnuLoadsThem() throws IOException, InterruptedException {
    Gnu.assumeInstalled();
    Random random = seeded("randomConstantsLoadAsGnuLoadsThem");
    StringBuilder source = new StringBuilder(".globl _start\n_start:\n");
    for (int i = 0; i < 500; i++) {
      source.append("li a0, ").append(random.nextInt() >> random.nextInt(32)).append('\n');
    }
    compare(source.toString());
  }

  @Test
  void disassembledTextAssemblesToTheSameWords() {
    Random random = seeded("disassembledTextAssemblesToTheSameWords");
    StringBuilder source = new StringBuilder();
    List<Integer> expected = new ArrayList<>();
    for (Instruction instruction : Instruction.values()) {
      for (int i = 0; i < 80; i++) {
        int word = instruction.match() | random.nextInt() & ~instruction.mask();
        boolean reserved =
            instruction == Instruction.FENCE && (word >>> 28 != 0 || (word & 0xf8f80) != 0)
                || instruction == Instruction.FENCE_I && word != instruction.match()
                || instruction.has('m')
                    && (InstructionDecoder.rm(word) == 5 || InstructionDecoder.rm(word) == 6);
        // Jumps with bit 1 of the distance set are encodings too.
        boolean empty =
            instruction == Instruction.FENCE && ((word >> 24 & 15) == 0 || (word >> 20 & 15) == 0);
        if (InstructionDecoder.decode(word) == instruction && !reserved && !empty) {
          long pc = 0x8000_0000L + 4L * expected.size();
          String text = Disassembler.describe(word, pc);
          source.append(text.replaceFirst(" # .*", "")).append('\n');
          expected.add(word);
        }
      }
    }
    int[] words = words(Assembler.assemble(source.toString(), "round.s"));
    List<String> lines = source.toString().lines().toList();
    for (int i = 0; i < Math.min(words.length, expected.size()); i++) {
      int at = i;
      assertEquals(hex(expected.get(i)), hex(words[i]), () -> lines.get(at));
    }
    assertEquals(expected.size(), words.length);
  }

  @Test
  void sectionsFollowEachOtherAtMultiplesOf64() {
    ElfFile file = Assembler.assemble(Sources.PROGRAM, "p.s");
    assertEquals(0x8000_0000L, file.section(".text").orElseThrow().address());
    for (String name : List.of(".rodata", ".data", ".bss")) {
      assertEquals(0, file.section(name).orElseThrow().address() % 64);
    }
    ElfFile again = ElfFile.read(file.toBytes(), "p.elf");
    assertArrayEquals(contents(file, ".data"), contents(again, ".data"));
    assertEquals(file.entry(), again.entry());
  }

  @Test
  void everyKindOfCommentIsSkipped() {
    String source = "nop # one\nnop // two\n/* three\n nop */ nop /* four */\n";
    assertEquals(3, words(Assembler.assemble(source, "c.s")).length);
  }
}
