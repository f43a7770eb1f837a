package dev.zhulong.tests;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code zl objdump -S} shows the source line before the instructions that it became. */
class SourceListingTest {
  private static final String PRODUCT = "  o[gl_LocalInvocationIndex] *= 3.5;";
  private static final String SHADER =
      "#version 460\nlayout(local_size_x = 4) in;\nlayout(binding = 0) buffer O { float o[]; };\n"
          + "void main() {\n"
          + PRODUCT
          + "\n}\n";

  @TempDir private Path folder;
  private Path shader;
  private Path image;

  @BeforeEach
  void compile() throws IOException {
    shader = folder.resolve("s.comp");
    image = folder.resolve("s.elf");
    Files.writeString(shader, SHADER);
    Zl.run("compile", shader.toString(), "-o", image.toString()).succeeds();
  }

  @Test
  void lineStandsBeforeItsInstructions() {
    String listing = Zl.run("objdump", "-S", image.toString()).succeeds().out();
    int line = listing.indexOf(shader + ":5\n" + PRODUCT + "\n");
    assertTrue(line >= 0, listing);
    assertTrue(listing.indexOf("fmul.s") > line, listing);
    String plain = Zl.run("objdump", image.toString()).succeeds().out();
    assertFalse(plain.contains("s.comp"), plain);
    String code = listing.lines().filter(l -> l.startsWith("80")).toList().toString();
    assertTrue(code.equals(plain.lines().filter(l -> l.startsWith("80")).toList().toString()));
  }

  @Test
  void sourceBesideTheImageIsFound() throws IOException {
    Path other = Files.createDirectory(folder.resolve("other"));
    Files.move(image, other.resolve("s.elf"));
    Files.move(shader, other.resolve("s.comp"));
    String moved = other.resolve("s.elf").toString();
    String listing = Zl.run("objdump", "-S", moved).succeeds().out();
    assertTrue(listing.contains(PRODUCT), listing);
  }

  @Test
  void lostSourceLeavesThePlace() throws IOException {
    Files.delete(shader);
    String listing = Zl.run("objdump", "-S", image.toString()).succeeds().out();
    assertTrue(listing.contains(shader + ":5\n"), listing);
    assertFalse(listing.contains(PRODUCT), listing);
  }

  @Test
  void imageWithoutLinesIsRefused() throws IOException {
    Path wgslFile = folder.resolve("s.wgsl");
    String wgsl =
        "@group(0) @binding(0) var<storage, read_write> o: array<u32>;\n"
            + "@compute @workgroup_size(1) fn main() { o[0] = 1u; }\n";
    Files.writeString(wgslFile, wgsl);
    Zl.run("compile", wgslFile.toString(), "-o", image.toString()).succeeds();
    Zl.run("objdump", "-S", image.toString()).refuses("no line table", "without -S");
  }
}
