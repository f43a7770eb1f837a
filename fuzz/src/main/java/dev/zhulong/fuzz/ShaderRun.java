package dev.zhulong.fuzz;

import dev.zhulong.compiler.CompileException;
import dev.zhulong.compiler.CompileOptions;
import dev.zhulong.compiler.ShaderCompiler;
import dev.zhulong.compiler.ShaderSource;
import dev.zhulong.compiler.ShaderSource.Language;
import dev.zhulong.fuzz.generator.Choices;
import dev.zhulong.fuzz.generator.GlslProgram;
import dev.zhulong.fuzz.generator.Interface;
import dev.zhulong.fuzz.generator.Program;
import dev.zhulong.fuzz.interpreter.Interpreter;
import dev.zhulong.fuzz.interpreter.InterpreterException;
import dev.zhulong.hal.Buffer;
import dev.zhulong.hal.Gpu;
import dev.zhulong.hal.Kernel;
import dev.zhulong.hal.LaunchLimits;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Compiles random shaders at all optimisation levels, runs them on a device, and compares every
 * word of their buffers with what an interpreter of SPIR-V makes of them.
 */
public final class ShaderRun implements AutoCloseable {
  private static final long MOST_STEPS = 2_000_000;
  private static final LaunchLimits LIMITS =
      new LaunchLimits(20_000_000, Duration.ofSeconds(60));

  private static final List<CompileOptions> CHECKED = options(true);

  private static final List<CompileOptions> UNCHECKED = options(false);

  private final Gpu gpu;
  private final List<Buffer> buffers = new ArrayList<>();

  /**
   * A difference.
   *
   * @param seed of the program
   * @param what differs, at which level
   * @param module the program, shrunk
   */
  public record Mistake(long seed, String what, byte[] module) {}

  private static List<CompileOptions> options(boolean robust) {
    return IntStream.rangeClosed(0, 2)
        .mapToObj(level -> new CompileOptions(null, Map.of(), level, Map.of(), robust))
        .toList();
  }

  private ShaderRun(Gpu gpu) {
    this.gpu = gpu;
    for (byte[] content : Interface.buffers()) {
      buffers.add(gpu.allocate(content.length));
    }
  }

  /** Runs shaders on a device, which is closed with this. */
  public static ShaderRun on(Gpu gpu) {
    return new ShaderRun(gpu);
  }

  /** The module of a seed. One in eight comes from GLSL. */
  public static byte[] module(long seed) {
    return module(seed, Choices.random(seed));
  }

  private static byte[] module(long seed, Choices choices) {
    if (seed % 8 != 7) {
      return Program.make(choices);
    }
    String text = GlslProgram.make(choices);
    try {
      ShaderSource source =
          new ShaderSource(
              "random.comp", Language.GLSL, text.getBytes(StandardCharsets.UTF_8));
      return ShaderCompiler.compile(source, CHECKED.getFirst()).spirv();
    } catch (CompileException e) {
      throw new IllegalStateException("seed " + seed + ": " + e.getMessage() + "\n" + text, e);
    }
  }

  /** Runs the program of a seed; a mistake is shrunk, null if there is none. */
  public Mistake run(long seed) {
    Choices choices = Choices.random(seed);
    byte[] module = module(seed, choices);
    String what = check(module);
    if (what == null) {
      return null;
    }
    int[] script =
        Shrinker.shrink(
            choices.made(), shorter -> sameKind(what, check(module(seed, Choices.again(shorter)))));
    byte[] small = module(seed, Choices.again(script));
    String still = check(small);
    return new Mistake(seed, still == null ? what : still, still == null ? module : small);
  }

  /** Shrinking must not turn a wrong result into another matter. */
  private static boolean sameKind(String first, String now) {
    return now != null && first.charAt(0) == now.charAt(0);
  }

  /** Runs a module with the interface of the random ones; what is wrong, or null. */
  public String check(byte[] module) {
    return check(module, module);
  }

  /**
   * Runs a module; what is wrong, or null.
   *
   * @param meant the module that the interpreter runs
   * @param module the module that is compiled
   */
  public String check(byte[] meant, byte[] module) {
    List<byte[]> expected = Interface.buffers();
    boolean inside;
    try {
      inside =
          Interpreter.run(
          meant,
          expected,
          Interface.push(),
          Interface.GROUPS,
          gpu.info().shape().lanes(),
          MOST_STEPS);
    } catch (InterpreterException e) {
      return "interpreter: " + e.getMessage();
    }
    // Half of those that stay inside do without bounds checks.
    boolean checked = !inside || Arrays.hashCode(module) % 2 == 0;
    for (CompileOptions options : checked ? CHECKED : UNCHECKED) {
      String what = difference(module, options, expected);
      if (what != null) {
        return what;
      }
    }
    return null;
  }

  private String difference(byte[] module, CompileOptions options, List<byte[]> expected) {
    String level =
        " at -O " + options.optimizationLevel() + (options.robust() ? "" : " --no-robust");
    byte[] elf;
    try {
      ShaderSource source = new ShaderSource("random.spv", Language.SPIRV, module);
      elf = ShaderCompiler.compile(source, options).elf();
    } catch (CompileException e) {
      return "refused" + level + ": " + e.getMessage();
    } catch (RuntimeException | StackOverflowError e) {
      StackTraceElement[] trace = e.getStackTrace();
      return "compiler" + level + ": " + e + (trace.length > 0 ? " at " + trace[0] : "");
    }
    List<byte[]> found = new ArrayList<>();
    try (Kernel kernel = gpu.load(elf, "random")) {
      List<byte[]> contents = Interface.buffers();
      var launch = kernel.launch(Interface.GROUPS).limits(LIMITS);
      for (int n = 0; n < contents.size(); n++) {
        buffers.get(n).write(0, MemorySegment.ofArray(contents.get(n)));
        int binding = n;
        if (kernel.info().bindings().stream().anyMatch(used -> used.binding() == binding)) {
          launch.bind(n, buffers.get(n));
        }
      }
      if (!kernel.info().pushConstants().isEmpty()) {
        launch.push(Interface.push());
      }
      launch.submit().await();
      for (Buffer buffer : buffers) {
        found.add(buffer.readBytes());
      }
    } catch (RuntimeException e) {
      return "launch" + level + ": " + e.getMessage();
    }
    for (int n = 0; n < found.size(); n++) {
      String what = compare(n, expected.get(n), found.get(n));
      if (what != null) {
        return "words" + level + ": " + what;
      }
    }
    return null;
  }

  private static String compare(int binding, byte[] expected, byte[] found) {
    ByteBuffer wanted = ByteBuffer.wrap(expected).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer got = ByteBuffer.wrap(found).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at < expected.length; at += 4) {
      if (wanted.getInt(at) != got.getInt(at)) {
        return "binding %d, byte %d is 0x%08x, must be 0x%08x"
            .formatted(binding, at, got.getInt(at), wanted.getInt(at));
      }
    }
    return null;
  }

  /** Writes a mistake's module to a folder and tells how to see it again. */
  static String save(Mistake mistake, Path folder) {
    Path file = folder.resolve("shader-" + mistake.seed + ".spv");
    String where = "zl verify --shader " + file;
    try {
      Files.write(file, mistake.module);
    } catch (IOException e) {
      where = file + " cannot be written; zl verify --shaders 1 --seed " + mistake.seed;
    }
    return "seed " + mistake.seed + ": " + mistake.what + "\nagain: " + where;
  }

  @Override
  public void close() {
    buffers.forEach(Buffer::close);
    gpu.close();
  }
}
