package dev.zhulong.cli;

import dev.zhulong.compiler.CompileException;
import dev.zhulong.compiler.CompileOptions;
import dev.zhulong.compiler.CompiledKernel;
import dev.zhulong.compiler.ShaderCompiler;
import dev.zhulong.compiler.ShaderSource;
import dev.zhulong.hal.Buffer;
import dev.zhulong.hal.Gpu;
import dev.zhulong.hal.Kernel;
import dev.zhulong.hal.Launch;
import dev.zhulong.hal.LaunchStatistics;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * An example shader with inputs and with the output that Java computes for them: what the
 * benchmarks time and the tests check.
 *
 * @param name for people
 * @param shader file name among the examples
 * @param defines macros for its preprocessor
 * @param grid workgroups, three numbers
 * @param buffers first contents by binding
 * @param pushes push constants by member
 * @param output binding that is compared
 * @param expected its contents after the launch
 * @param comparison how they are compared
 */
public record Workload(
    String name,
    String shader,
    Map<String, String> defines,
    int[] grid,
    List<int[]> buffers,
    Map<String, Number> pushes,
    int output,
    int[] expected,
    Comparison comparison) {

  /** How close an output must be. */
  public enum Comparison {
    /** Every word the same. */
    EXACT,
    /** Floats within a small relative difference: Java rounds products where the core fuses. */
    FLOATS,
    /**
     * Pixels of four bytes, each within a few steps, but for one in fifty: at the edge of a fractal
     * the last bit of a product decides.
     */
    PIXELS
  }

  private static final float FLOAT_TOLERANCE = 2e-5f;
  private static final int PIXEL_TOLERANCE = 4;

  /** The shader's source, from the examples that this program carries. */
  public ShaderSource source() {
    try (InputStream in = Workload.class.getResourceAsStream("examples/" + shader)) {
      if (in == null) {
        throw new IllegalStateException("example " + shader + " is not part of this build");
      }
      return new ShaderSource("examples/" + shader, ShaderSource.Language.GLSL, in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Compiles the shader. */
  public CompiledKernel compile() throws CompileException {
    CompileOptions standard = CompileOptions.defaults();
    return ShaderCompiler.compile(
        source(), new CompileOptions(standard.entryPoint(), defines, standard.optimizationLevel()));
  }

  /**
   * What a run left and what it cost.
   *
   * @param output the compared buffer's contents
   * @param statistics the cost
   */
  public record Outcome(int[] output, LaunchStatistics statistics) {}

  /** Runs it once. */
  public Outcome run(Gpu gpu, byte[] elf) {
    List<Buffer> bound = new ArrayList<>();
    try (Kernel kernel = gpu.load(elf, name)) {
      Launch launch = kernel.launch(grid[0], grid[1], grid[2]);
      for (int i = 0; i < buffers.size(); i++) {
        Buffer buffer = gpu.allocate(buffers.get(i).length * 4L);
        bound.add(buffer);
        buffer.write(buffers.get(i));
        launch.bind(i, buffer);
      }
      pushes.forEach(
          (member, value) -> {
            if (value instanceof Float f) {
              launch.push(member, f);
            } else {
              launch.push(member, value.intValue());
            }
          });
      LaunchStatistics statistics = launch.submit().await();
      return new Outcome(bound.get(output).readInts(), statistics);
    } finally {
      bound.forEach(Buffer::close);
    }
  }

  /**
   * Checks a run's output.
   *
   * @throws IllegalStateException naming the first element that is not as expected
   */
  public void check(int[] actual) {
    int allowed = comparison == Comparison.PIXELS ? expected.length / 50 : 0;
    for (int i = 0; i < expected.length; i++) {
      if (!close(actual[i], expected[i]) && --allowed < 0) {
        throw new IllegalStateException(
            name + ": element " + i + " is " + show(actual[i]) + ", expected " + show(expected[i]));
      }
    }
  }

  private boolean close(int actual, int wanted) {
    return switch (comparison) {
      case EXACT -> actual == wanted;
      case FLOATS -> {
        float want = Float.intBitsToFloat(wanted);
        float difference = Math.abs(Float.intBitsToFloat(actual) - want);
        yield difference <= FLOAT_TOLERANCE * Math.max(1, Math.abs(want));
      }
      case PIXELS -> {
        boolean right = true;
        for (int shift = 0; shift < 32; shift += 8) {
          int difference = (actual >> shift & 0xff) - (wanted >> shift & 0xff);
          right &= Math.abs(difference) <= PIXEL_TOLERANCE;
        }
        yield right;
      }
    };
  }

  private String show(int word) {
    return comparison == Comparison.FLOATS
        ? Float.toString(Float.intBitsToFloat(word))
        : Integer.toString(word);
  }
}
