package dev.zhulong.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zhulong.compiler.CompileOptions;
import dev.zhulong.compiler.ShaderCompiler;
import dev.zhulong.compiler.ShaderSource;
import dev.zhulong.fuzz.ShaderRun;
import dev.zhulong.fuzz.ShaderRuns;
import dev.zhulong.hal.Gpu;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sample of what {@code zl verify --shaders} does for as long as asked. */
class RandomShaderTest {
  private static final long SEED = Long.getLong("zl.seed", System.nanoTime() >>> 24);
  private static final String DEVICE = "sim:?cores=1&warps=4&threads=4";
  private static final long NANOSECONDS = 40_000_000_000L;
  private static final int I_ADD = 128;
  private static final int I_SUB = 130;

  @TempDir private Path folder;

  @Test
  void randomShadersAreWhatTheInterpreterSays() throws InterruptedException {
    System.out.println("shaders: seed " + SEED + " (repeat with -Dzl.seed=" + SEED + ")");
    ShaderRuns.Summary found =
        ShaderRuns.on(() -> Gpu.open(DEVICE), folder, 2).run(SEED, 2000, NANOSECONDS, _ -> {});
    System.out.println("shaders: " + found.programs());
    assertEquals(List.of(), found.mistakes());
    assertTrue(found.programs() > 10, found.toString());
  }

  /** A branch whose condition became known only as its opposite kept the compiler for ever. */
  @Test
  void aConditionKnownByItsOppositeIsSettled() {
    assertTimeoutPreemptively(
        Duration.ofSeconds(60),
        () -> {
          byte[] module = ShaderRun.module(62_988);
          ShaderSource source = new ShaderSource("random.spv", ShaderSource.Language.SPIRV, module);
          assertTrue(ShaderCompiler.compile(source, CompileOptions.defaults()).elf().length > 0);
        });
  }

  @Test
  void randomShadersRunOnTheCore() throws InterruptedException {
    NativeTools.assumeVerilator();
    ShaderRuns.Summary found =
        ShaderRuns.on(() -> Gpu.open("rtl:?config=c1w4t4"), folder, 1)
            .run(SEED, 10, NANOSECONDS, _ -> {});
    assertEquals(List.of(), found.mistakes());
    assertTrue(found.programs() > 0, found.toString());
  }

  @Test
  void randomShadersAreValid() throws IOException, InterruptedException {
    NativeTools.assumeSpirvTools();
    Path file = folder.resolve("random.spv");
    for (long seed = SEED; seed < SEED + 60; seed++) {
      Files.write(file, ShaderRun.module(seed));
      Process validator =
          new ProcessBuilder("spirv-val", "--target-env", "vulkan1.3", file.toString())
              .redirectErrorStream(true)
              .start();
      String said = new String(validator.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertEquals(0, validator.waitFor(), "seed " + seed + ": " + said);
    }
  }

  /** A program in which one addition is a subtraction must be told from what was meant. */
  @Test
  void aWrongOperationIsSeen() {
    int seen = 0;
    try (ShaderRun run = ShaderRun.on(Gpu.open(DEVICE))) {
      for (long seed = 0; seed < 12; seed++) {
        byte[] meant = ShaderRun.module(seed);
        assertNull(run.check(meant), "seed " + seed);
        byte[] wrong = changed(meant);
        if (wrong != null && run.check(meant, wrong) != null) {
          seen++;
        }
      }
    }
    assertTrue(seen >= 3, seen + " of 12 seen");
  }

  /** The module with its last additions turned into subtractions. */
  private static byte[] changed(byte[] module) {
    ByteBuffer words = ByteBuffer.wrap(module.clone()).order(ByteOrder.LITTLE_ENDIAN);
    boolean any = false;
    for (int at = 20; at < module.length; at += 4 * (words.getInt(at) >>> 16)) {
      if ((words.getInt(at) & 0xffff) == I_ADD) {
        words.putInt(at, words.getInt(at) & 0xffff0000 | I_SUB);
        any = true;
      }
    }
    return any ? words.array() : null;
  }
}
