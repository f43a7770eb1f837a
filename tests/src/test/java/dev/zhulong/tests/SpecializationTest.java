package dev.zhulong.tests;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --spec} sets specialization constants of all types, and sizes that follow from them. */
class SpecializationTest {
  private static final String SHADER =
      """
      #version 460
      layout(local_size_x_id = 7) in;
      layout(constant_id = 1) const int N = 6;
      layout(constant_id = 2) const bool ON = true;
      layout(constant_id = 3) const float F = 1.5;
      const int M = N * 3 + (ON ? 1 : 0);
      layout(binding = 0) buffer O { float o[]; };
      shared float s[M];
      void main() {
        o[0] = float(M);
        o[1] = F;
        o[2] = float(s.length() + gl_WorkGroupSize.x);
      }
      """;

  @TempDir private Path folder;

  private Zl run(String... options) throws IOException {
    Path shader = folder.resolve("s.comp");
    Files.writeString(shader, SHADER);
    String[] fixed = {
      "run", shader.toString(), "--grid", "1", "--bind", "0=zeros:f32:3", "--print", "0:3"
    };
    String[] all = java.util.Arrays.copyOf(fixed, fixed.length + options.length);
    System.arraycopy(options, 0, all, fixed.length, options.length);
    return Zl.run(all);
  }

  private static void shows(Zl run, String numbers) {
    String out = run.succeeds().out();
    String all = String.join(" ", out.replaceAll("[^0-9.\\-]+", " ").trim().split(" "));
    assertTrue(all.contains(numbers), () -> "\"" + numbers + "\" is not in: " + out);
  }

  @Test
  void defaultsHoldWhereNothingIsGiven() throws IOException {
    shows(run(), "19.0 1.5 20.0");
  }

  @Test
  void valuesReplaceDefaults() throws IOException {
    shows(
        run("--spec", "1=0x8", "--spec", "2=false", "--spec", "3=-0.25", "--spec", "7=4"),
        "24.0 -0.25 28.0");
  }

  @Test
  void unknownNumberIsRefusedWithTheKnownOnes() throws IOException {
    run("--spec", "9=1").refuses("specialization constant 9", "1, 2, 3, 7");
  }

  @Test
  void valueOfAnotherTypeIsRefused() throws IOException {
    run("--spec", "1=1.5").refuses("specialization constant 1", "\"1.5\"", "integer");
    run("--spec", "1=0x100000000").refuses("specialization constant 1", "32-bit integer");
    run("--spec", "2=2").refuses("specialization constant 2", "true or false");
    run("--spec", "x=2").refuses("--spec");
  }

  @Test
  void imageIsNoLongerSpecialized() throws IOException {
    Path shader = folder.resolve("s.comp");
    Files.writeString(shader, SHADER);
    String image = folder.resolve("s.elf").toString();
    Zl.run("compile", shader.toString(), "--spec", "1=2", "-o", image).succeeds();
    Zl.run("run", image, "--grid", "1", "--spec", "1=2").refuses("--spec", "zl compile");
  }
}
