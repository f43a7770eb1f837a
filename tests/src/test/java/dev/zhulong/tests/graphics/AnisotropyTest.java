package dev.zhulong.tests.graphics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zhulong.compiler.CompileException;
import dev.zhulong.compiler.CompileOptions;
import dev.zhulong.compiler.ShaderCompiler;
import dev.zhulong.compiler.ShaderSource;
import dev.zhulong.compiler.frontend.stages.ShaderStage;
import dev.zhulong.firmware.texel.TexelFormat;
import dev.zhulong.graphics.BindGroup;
import dev.zhulong.graphics.PipelineDescriptor;
import dev.zhulong.hal.Buffer;
import dev.zhulong.hal.Gpu;
import dev.zhulong.hal.Kernel;
import dev.zhulong.hal.Sampler;
import dev.zhulong.hal.Sampler.Address;
import dev.zhulong.hal.Texture;
import dev.zhulong.hal.TextureShape;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Anisotropic samples against the specification's formula, and in a picture. */
class AnisotropyTest {
  private static final long SEED = 41;
  private static final int SAMPLES = 512;
  private static final int LEVELS = 6;
  private static final TextureShape SHAPE =
      new TextureShape(TexelFormat.of("R32_SFLOAT"), 64, 32, 1, LEVELS, false);

  private static final String SHADER =
      """
      #version 460
      layout(local_size_x = 32) in;
      layout(binding = 0) uniform sampler2D image;
      layout(binding = 1) buffer In { float v[]; };
      layout(binding = 2) buffer Out { float result[]; };
      void main() {
        uint i = gl_GlobalInvocationID.x;
        result[i] =
            textureGrad(
                image,
                vec2(v[6 * i], v[6 * i + 1]),
                vec2(v[6 * i + 2], v[6 * i + 3]),
                vec2(v[6 * i + 4], v[6 * i + 5])).x;
      }
      """;

  /** A level's texels by number, row after row. */
  private static double bilinear(float[] level, int n, double u, double v) {
    int width = SHAPE.width(n);
    int height = SHAPE.height(n);
    double x = u * width - 0.5;
    double y = v * height - 0.5;
    double sum = 0;
    for (int corner = 0; corner < 4; corner++) {
      int column = (int) Math.floor(x) + corner % 2;
      int row = (int) Math.floor(y) + corner / 2;
      double share = (1 - Math.abs(x - column)) * (1 - Math.abs(y - row));
      sum += share * level[Math.floorMod(row, height) * width + Math.floorMod(column, width)];
    }
    return sum;
  }

  private static double length(float u, float v) {
    return Math.hypot(u * SHAPE.width(), v * SHAPE.height());
  }

  private static double reference(float[][] levels, float[] v, int at, int most) {
    double x = length(v[at + 2], v[at + 3]);
    double y = length(v[at + 4], v[at + 5]);
    double eta = Math.min(Math.max(x, y) / Math.min(x, y), most);
    double lod = Math.clamp(Math.log(Math.max(x, y) / eta) / Math.log(2), 0, LEVELS - 1);
    int places = (int) Math.ceil(eta);
    int gradient = x > y ? 2 : 4;
    double sum = 0;
    for (int n = 1; n <= places; n++) {
      double along = n / (places + 1.0) - 0.5;
      double u = v[at] + v[at + gradient] * along;
      double w = v[at + 1] + v[at + gradient + 1] * along;
      int lower = (int) lod;
      int upper = Math.min(lower + 1, LEVELS - 1);
      double part = lod - lower;
      sum +=
          (1 - part) * bilinear(levels[lower], lower, u, w)
              + part * bilinear(levels[upper], upper, u, w);
    }
    return sum / places;
  }

  /** Whether rounding may take the ratio across a whole number. */
  private static boolean close(float[] v, int at) {
    double ratio = length(v[at + 2], v[at + 3]) / length(v[at + 4], v[at + 5]);
    double greater = Math.max(ratio, 1 / ratio);
    return Math.abs(greater - Math.round(greater)) < 1e-4;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void gradientsFollowTheFormula(int most) throws CompileException {
    Random random = new Random(SEED + most);
    float[][] levels = new float[LEVELS][];
    float[] v = new float[6 * SAMPLES];
    for (int n = 0; n < v.length; n++) {
      boolean place = n % 6 < 2;
      double size = Math.pow(2, -7 * random.nextDouble()) * (random.nextBoolean() ? 1 : -1);
      v[n] = place ? random.nextFloat() * 3 - 1 : (float) size;
    }
    ShaderSource source =
        new ShaderSource(
            "gradients.comp", ShaderSource.Language.GLSL, SHADER.getBytes(StandardCharsets.UTF_8));
    byte[] elf = ShaderCompiler.compile(source, new CompileOptions(null, Map.of(), 2)).elf();
    try (Gpu gpu = Gpu.open("sim:");
        Kernel kernel = gpu.load(elf, "gradients");
        Texture texture = gpu.texture(SHAPE);
        Buffer in = gpu.allocate(4L * v.length);
        Buffer out = gpu.allocate(4L * SAMPLES)) {
      for (int n = 0; n < LEVELS; n++) {
        byte[] texels = new byte[(int) SHAPE.bytes(n)];
        levels[n] = new float[texels.length / 4];
        for (int i = 0; i < levels[n].length; i++) {
          levels[n][i] = random.nextFloat();
          SHAPE.format().encode(new double[] {levels[n][i], 0, 0, 1}, texels, 4 * i);
        }
        texture.write(n, texels);
      }
      in.write(v);
      kernel
          .launch(SAMPLES / 32, 1, 1)
          .bind(0, texture, Sampler.LINEAR.withAnisotropy(most))
          .bind(1, in)
          .bind(2, out)
          .submit()
          .await();
      float[] got = out.readFloats();
      for (int n = 0; n < SAMPLES; n++) {
        if (!close(v, 6 * n)) {
          assertEquals(reference(levels, v, 6 * n, most), got[n], 5e-5, "sample " + n);
        }
      }
    }
  }

  /**
   * Rows of black and white, four texels of width to a pixel but one of height: a square footprint
   * makes them grey, an oblong one leaves them.
   */
  @Test
  void rowsStayApartInAPicture() {
    int size = 16;
    String fragment =
        """
        #version 450
        layout(binding = 0) uniform sampler2D image;
        layout(location = 0) out vec4 colour;
        void main() {
          colour = vec4(texture(image, gl_FragCoord.xy * vec2(1.0 / 16.0, 1.0 / 64.0)).xxx, 1.0);
        }
        """;
    TextureShape shape =
        new TextureShape(TexelFormat.of("R8_UNORM"), 4 * size, 4 * size, 1, 7, false);
    PipelineDescriptor descriptor =
        Canvas.counting().fragment(Canvas.shader(ShaderStage.FRAGMENT, fragment));
    try (Canvas canvas = new Canvas("sim:", size);
        Texture texture = canvas.gpu.texture(shape)) {
      for (int level = 0; level < shape.levels(); level++) {
        byte[] texels = new byte[(int) shape.bytes(level)];
        for (int n = 0; n < texels.length; n++) {
          boolean white = n / shape.width(level) % 2 == 0;
          texels[n] = (byte) (level > 0 ? 128 : white ? 255 : 0);
        }
        texture.write(level, texels);
      }
      for (int most : new int[] {1, 4}) {
        Sampler sampler = Sampler.LINEAR.with(Address.REPEAT).withAnisotropy(most);
        byte[] picture =
            canvas.draw(
                descriptor,
                pass -> pass.resources(new BindGroup().texture(0, 0, texture, sampler)),
                -1,
                -1,
                0,
                1,
                3,
                -1,
                0,
                1,
                -1,
                3,
                0,
                1);
        for (int y = 0; y < size; y++) {
          int got = picture[4 * (y * size + size / 2)] & 0xff;
          assertEquals(most == 1 ? 128 : y % 2 == 0 ? 255 : 0, got, "row " + y + " of " + most);
        }
      }
    }
  }

  @Test
  void greaterOnesAreRefused() {
    String message =
        assertThrows(IllegalArgumentException.class, () -> Sampler.LINEAR.withAnisotropy(5))
            .getMessage();
    assertTrue(message.contains("1 to 4"), message);
  }
}
