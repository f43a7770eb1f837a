package dev.zhulong.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Waveform files of {@code zl run}: their format, their window, and that they change nothing. */
class WaveTest {
  private static final int HEADER = 0;
  private static final int GEOMETRY = 3;
  private static final int PACKED_HIERARCHY = 6;
  private static final int CHANGES = 8;

  @TempDir private Path folder;

  /** A block of an FST file: its kind and what follows its length. */
  private record Block(int kind, ByteBuffer contents) {}

  private static Zl run(String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "run",
                Modules.ROOT.resolve("examples/saxpy.comp").toString(),
                "--grid",
                "1",
                "--bind",
                "0=iota:f32:64",
                "--bind",
                "1=zeros:f32:64",
                "--push",
                "f32:2,u32:64",
                "--print",
                "1",
                "--stats",
                "--json",
                "--device",
                "rtl:?config=c1w2t2"));
    arguments.addAll(List.of(more));
    return Zl.run(arguments.toArray(String[]::new));
  }

  private static String withoutTimes(String json) {
    return json.replaceAll("\"(wallSeconds|kiloCycles\\w+|laneInstructionsPer\\w+)\": [^,]*", "");
  }

  private static List<Block> blocks(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
    List<Block> blocks = new ArrayList<>();
    while (bytes.hasRemaining()) {
      int kind = bytes.get();
      int length = Math.toIntExact(bytes.getLong() - 8);
      blocks.add(new Block(kind, bytes.slice(bytes.position(), length)));
      bytes.position(bytes.position() + length);
    }
    return blocks;
  }

  private static Block only(List<Block> blocks, int kind) {
    List<Block> found = blocks.stream().filter(b -> b.kind() == kind).toList();
    assertEquals(1, found.size(), () -> "blocks of kind " + kind + " of " + blocks);
    return found.getFirst();
  }

  @Test
  void fstHoldsTheSignalsOfTheWindowAndChangesNothing() throws IOException {
    NativeTools.assumeVerilator();
    NativeTools.assumeZlib();
    String plain = run().succeeds().out();
    Path file = folder.resolve("part.fst");
    String waved =
        run("--wave", file.toString(), "--wave-from", "100", "--wave-to", "250").succeeds().out();
    assertEquals(withoutTimes(plain), withoutTimes(waved));

    List<Block> blocks = blocks(file);
    Block header = only(blocks, HEADER);
    assertEquals(1000, header.contents().getLong(0), "first nanosecond");
    assertEquals(2495, header.contents().getLong(8), "last nanosecond");
    assertEquals(-9, header.contents().get(64), "exponent of the time unit");
    only(blocks, GEOMETRY);
    assertTrue(blocks.stream().anyMatch(b -> b.kind() == CHANGES), blocks::toString);
    only(blocks, PACKED_HIERARCHY);
  }

  @Test
  void vcdShowsTheClockAndThePcFromTheLaunchOn() throws IOException {
    NativeTools.assumeVerilator();
    NativeTools.assumeZlib();
    Path file = folder.resolve("all.vcd");
    run("--wave", file.toString()).succeeds();
    List<String> lines = Files.readAllLines(file);
    String clock = code(lines, "clk_i ");
    String pc = code(lines, "fetch_pc ");
    List<String> edges = new ArrayList<>();
    TreeSet<Long> addresses = new TreeSet<>();
    String time = "";
    for (String line : lines.subList(lines.indexOf("$enddefinitions $end"), lines.size())) {
      if (line.startsWith("#")) {
        time = line;
      } else if (line.equals("1" + clock)) {
        edges.add(time);
      } else if (line.startsWith("b") && line.endsWith(" " + pc)) {
        addresses.add(Long.parseLong(line.substring(1, line.indexOf(' ')), 2));
      }
    }
    assertEquals(List.of("#5", "#15", "#25"), edges.subList(0, 3));
    assertTrue(edges.size() > 200, () -> edges.size() + " rising edges");
    assertTrue(addresses.contains(0x8000_0000L), () -> "fetched " + addresses);
    assertEquals(false, Files.exists(folder.resolve("all.vcd.fst")));
  }

  @Test
  void bareProgramsAreShownToo() throws IOException {
    NativeTools.assumeVerilator();
    NativeTools.assumeZlib();
    Path source = folder.resolve("bare.s");
    Files.writeString(source, "_start:\n  li t0, 3\n1: addi t0, t0, -1\n  bnez t0, 1b\n  tmc x0\n");
    Path program = folder.resolve("bare.elf");
    Zl.run("asm", source.toString(), "-o", program.toString()).succeeds();
    Path file = folder.resolve("bare.fst");
    Zl.run("exec", program.toString(), "--device", "rtl:?config=c1w2t2", "--wave", file.toString())
        .succeeds();
    assertEquals(0, only(blocks(file), HEADER).contents().getLong(0), "first nanosecond");
  }

  private static String code(List<String> lines, String name) {
    Pattern declaration = Pattern.compile("\\$var \\w+ \\d+ (\\S+) " + name + ".*");
    for (String line : lines) {
      Matcher matcher = declaration.matcher(line.strip());
      if (matcher.matches()) {
        return matcher.group(1);
      }
    }
    throw new AssertionError("no signal " + name);
  }

  @ParameterizedTest
  @CsvSource({
    "rtl:, --wave, picture.png, must end in .fst",
    "rtl:, --wave, no/such/folder.fst, there is no folder",
    "rtl:, --wave-from, 3, need wave=FILE.fst",
    "rtl:?wave=x.fst&wave-from=9, --wave-to, 9, must be above wave-from",
    "rtl:?wave=x.fst, --wave-from, -1, must be a cycle number",
    "rtl:, --wave, a&b.fst, contain &",
    "sim:, --wave, x.fst, add --device rtl:",
    "rtl:?config=c1w2t2, --wave, /proc/self/x.fst, cannot be written",
  })
  void badRequestsAreRefused(String device, String option, String value, String part) {
    NativeTools.assumeVerilator();
    Zl.run(
            "run",
            Modules.ROOT.resolve("examples/saxpy.comp").toString(),
            "--grid",
            "1",
            "--device",
            device,
            option + "=" + value)
        .refuses(part);
  }
}
