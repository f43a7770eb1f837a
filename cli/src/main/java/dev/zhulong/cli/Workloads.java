package dev.zhulong.cli;

import static dev.zhulong.cli.Workload.Comparison.EXACT;
import static dev.zhulong.cli.Workload.Comparison.FLOATS;
import static dev.zhulong.cli.Workload.Comparison.PIXELS;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** The examples as workloads, with their results computed in Java. */
public final class Workloads {
  private static final long SEED = 20_260_101;

  private Workloads() {}

  /** Every example at a size that the cycle model runs in seconds. */
  public static List<Workload> all() {
    return List.of(
        saxpy(1000),
        vecadd(1000),
        sgemm(24),
        sgemmTiled(24),
        conv3x3(20),
        stencil(7),
        ranksort(128),
        reduce(3000),
        bitonic(2),
        nbody(96),
        mandelbrot(48, 32),
        sha256(70));
  }

  /**
   * The eight whose code is compared with a C compiler's.
   *
   * @param small the least sizes that still show whether the results are right
   */
  public static List<Workload> codeCompared(boolean small) {
    return List.of(
        vecadd(small ? 128 : 20_000),
        sgemm(small ? 16 : 64),
        conv3x3(small ? 16 : 96),
        stencil(small ? 8 : 16),
        ranksort(small ? 64 : 512),
        nbody(small ? 64 : 256),
        mandelbrot(small ? 16 : 128, small ? 16 : 96),
        sha256(small ? 64 : 512));
  }

  /** The five plain shaders of the cycle comparison, sized for a core of 4 or of 8 lanes. */
  public static List<Workload> compared(boolean small) {
    return List.of(
        vecadd(20_000),
        sgemm(small ? 40 : 56),
        conv3x3(small ? 72 : 96),
        stencil(small ? 12 : 16),
        ranksort(small ? 256 : 1024));
  }

  private static float[] randomFloats(int count, int stream) {
    Random random = new Random(SEED + stream);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = random.nextFloat() - 0.25f;
    }
    return values;
  }

  private static int[] bits(float... values) {
    int[] words = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      words[i] = Float.floatToRawIntBits(values[i]);
    }
    return words;
  }

  private static int groups(int items, int size) {
    return (items + size - 1) / size;
  }

  private static Workload floats(
      String name,
      int[] grid,
      List<int[]> buffers,
      Map<String, Number> pushes,
      int output,
      float[] expected) {
    return new Workload(
        name, name + ".comp", Map.of(), grid, buffers, pushes, output, bits(expected), FLOATS);
  }

  private static Workload words(
      String name,
      int[] grid,
      List<int[]> buffers,
      Map<String, Number> pushes,
      int output,
      int[] expected) {
    return new Workload(
        name, name + ".comp", Map.of(), grid, buffers, pushes, output, expected, EXACT);
  }

  static Workload saxpy(int n) {
    float[] x = randomFloats(n, 1);
    float[] y = randomFloats(n, 2);
    float[] expected = new float[n];
    for (int i = 0; i < n; i++) {
      expected[i] = 2.5f * x[i] + y[i];
    }
    return floats(
        "saxpy",
        new int[] {groups(n, 64), 1, 1},
        List.of(bits(x), bits(y)),
        Map.of("a", 2.5f, "n", n),
        1,
        expected);
  }

  static Workload vecadd(int n) {
    float[] a = randomFloats(n, 1);
    float[] b = randomFloats(n, 2);
    float[] expected = new float[n];
    for (int i = 0; i < n; i++) {
      expected[i] = a[i] + b[i];
    }
    return floats(
        "vecadd",
        new int[] {groups(n, 64), 1, 1},
        List.of(bits(a), bits(b), new int[n]),
        Map.of("n", n),
        2,
        expected);
  }

  private static float[] product(float[] a, float[] b, int n) {
    float[] c = new float[n * n];
    for (int row = 0; row < n; row++) {
      for (int column = 0; column < n; column++) {
        float sum = 0;
        for (int k = 0; k < n; k++) {
          sum = Math.fma(a[row * n + k], b[k * n + column], sum);
        }
        c[row * n + column] = sum;
      }
    }
    return c;
  }

  static Workload sgemm(int n) {
    float[] a = randomFloats(n * n, 1);
    float[] b = randomFloats(n * n, 2);
    return floats(
        "sgemm",
        new int[] {groups(n, 8), groups(n, 8), 1},
        List.of(bits(a), bits(b), new int[n * n]),
        Map.of("n", n),
        2,
        product(a, b, n));
  }

  static Workload sgemmTiled(int n) {
    float[] a = randomFloats(n * n, 1);
    float[] b = randomFloats(n * n, 2);
    return floats(
        "sgemm_tiled",
        new int[] {n / 4, n / 4, 1},
        List.of(bits(a), bits(b), new int[n * n]),
        Map.of("n", n),
        2,
        product(a, b, n));
  }

  static Workload conv3x3(int n) {
    int width = n + 2;
    float[] source = new float[width * width];
    float[] inner = randomFloats(n * n, 1);
    for (int y = 0; y < n; y++) {
      System.arraycopy(inner, y * n, source, (y + 1) * width + 1, n);
    }
    float[] weights = randomFloats(9, 2);
    float[] expected = new float[n * n];
    for (int y = 0; y < n; y++) {
      for (int x = 0; x < n; x++) {
        float sum = 0;
        for (int tap = 0; tap < 9; tap++) {
          sum += weights[tap] * source[(y + tap / 3) * width + x + tap % 3];
        }
        expected[y * n + x] = sum;
      }
    }
    return floats(
        "conv3x3",
        new int[] {groups(n, 8), groups(n, 8), 1},
        List.of(bits(source), bits(weights), new int[n * n]),
        Map.of("n", n),
        2,
        expected);
  }

  static Workload stencil(int n) {
    float[] source = randomFloats(n * n * n, 1);
    float[] expected = new float[n * n * n];
    for (int i = 0; i < expected.length; i++) {
      int x = i % n;
      int y = i / n % n;
      int z = i / (n * n);
      float sum = 0;
      for (int tap = 0; tap < 27; tap++) {
        int qx = Math.clamp(x + tap % 3 - 1, 0, n - 1);
        int qy = Math.clamp(y + tap / 3 % 3 - 1, 0, n - 1);
        int qz = Math.clamp(z + tap / 9 - 1, 0, n - 1);
        sum += source[(qz * n + qy) * n + qx];
      }
      expected[i] = sum / 27;
    }
    return floats(
        "stencil3d",
        new int[] {groups(n, 4), groups(n, 4), groups(n, 4)},
        List.of(bits(source), new int[n * n * n]),
        Map.of("n", n),
        1,
        expected);
  }

  static Workload ranksort(int n) {
    int[] source = new Random(SEED).ints(n, -1000, 1000).toArray();
    int[] expected = source.clone();
    Arrays.sort(expected);
    return words(
        "ranksort",
        new int[] {groups(n, 64), 1, 1},
        List.of(source, new int[n]),
        Map.of("n", n),
        1,
        expected);
  }

  static Workload reduce(int n) {
    int groups = 5;
    int stride = groups * 16;
    int[] source = new Random(SEED).ints(n).toArray();
    int[] expected = new int[groups];
    for (int i = 0; i < n; i++) {
      expected[i % stride / 16] += source[i];
    }
    return words(
        "reduce",
        new int[] {groups, 1, 1},
        List.of(source, new int[groups]),
        Map.of("n", n),
        1,
        expected);
  }

  static Workload bitonic(int groups) {
    int[] data = new Random(SEED).ints(groups * 256).toArray();
    int[] expected = new int[data.length];
    for (int g = 0; g < groups; g++) {
      // Flipping the top bit turns the unsigned order into the signed one that Java sorts by.
      int[] part = new int[256];
      for (int i = 0; i < 256; i++) {
        part[i] = data[g * 256 + i] ^ Integer.MIN_VALUE;
      }
      Arrays.sort(part);
      for (int i = 0; i < 256; i++) {
        expected[g * 256 + i] = part[i] ^ Integer.MIN_VALUE;
      }
    }
    return words("bitonic", new int[] {groups, 1, 1}, List.of(data), Map.of(), 0, expected);
  }

  static Workload nbody(int n) {
    float[] bodies = randomFloats(n * 4, 1);
    float[] velocities = randomFloats(n * 4, 2);
    float[] expected = velocities.clone();
    for (int i = 0; i < n; i++) {
      double[] acceleration = new double[3];
      for (int j = 0; j < n; j++) {
        double r2 = 0.01f;
        for (int axis = 0; axis < 3; axis++) {
          double d = bodies[4 * j + axis] - bodies[4 * i + axis];
          r2 += d * d;
        }
        for (int axis = 0; axis < 3; axis++) {
          double d = bodies[4 * j + axis] - bodies[4 * i + axis];
          acceleration[axis] += d * bodies[4 * j + 3] / (r2 * Math.sqrt(r2));
        }
      }
      for (int axis = 0; axis < 3; axis++) {
        expected[4 * i + axis] += (float) (acceleration[axis] * 0.001f);
      }
    }
    return floats(
        "nbody",
        new int[] {groups(n, 64), 1, 1},
        List.of(bits(bodies), bits(velocities)),
        Map.of("n", n, "dt", 0.001f),
        1,
        expected);
  }

  static Workload mandelbrot(int width, int height) {
    int[] expected = new int[width * height];
    float scale = 2.4f / height;
    for (int i = 0; i < expected.length; i++) {
      float cx = (i % width - width * 0.68f) * scale;
      float cy = (i / width - height * 0.5f) * scale;
      float x = 0;
      float y = 0;
      int count = 0;
      while (count < 96 && Math.fma(x, x, y * y) < 16) {
        float next = x * x - y * y + cx;
        y = 2 * x * y + cy;
        x = next;
        count++;
      }
      expected[i] = count == 96 ? 0xff00_0000 : colour(count + 1 - log2(0.5 * log2(x * x + y * y)));
    }
    return new Workload(
        "mandelbrot",
        "mandelbrot.comp",
        Map.of(),
        new int[] {groups(width, 8), groups(height, 8), 1},
        List.of(new int[width * height]),
        Map.of("width", width, "height", height),
        0,
        expected,
        PIXELS);
  }

  /** One block of SHA-256 an invocation: a message of 32 bytes with its padding. */
  static Workload sha256(int n) {
    Random random = new Random(SEED);
    ByteBuffer blocks = ByteBuffer.allocate(64 * n);
    ByteBuffer digests = ByteBuffer.allocate(32 * n);
    byte[] message = new byte[32];
    for (int i = 0; i < n; i++) {
      random.nextBytes(message);
      digests.put(digest(message));
      blocks.position(64 * i).put(message).put((byte) 0x80);
      blocks.putLong(64 * i + 56, 8L * message.length);
    }
    return words(
        "sha256",
        new int[] {groups(n, 64), 1, 1},
        List.of(bigEndian(blocks), new int[8 * n]),
        Map.of("n", n),
        1,
        bigEndian(digests));
  }

  private static byte[] digest(byte[] message) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(message);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static int[] bigEndian(ByteBuffer bytes) {
    int[] words = new int[bytes.capacity() / 4];
    bytes.rewind().asIntBuffer().get(words);
    return words;
  }

  private static double log2(double x) {
    return Math.log(x) / Math.log(2);
  }

  private static int colour(double smoothCount) {
    double[] phase = {0, 0.6, 1};
    int pixel = 0xff00_0000;
    for (int channel = 0; channel < 3; channel++) {
      double value = 0.5 + 0.5 * Math.cos(phase[channel] + 3 + smoothCount * 0.15);
      pixel |= (int) Math.rint(value * 255) << 8 * channel;
    }
    return pixel;
  }
}
