package dev.zhulong.tests.graphics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zhulong.compiler.frontend.stages.ShaderStage;
import dev.zhulong.firmware.texel.TexelFormat;
import dev.zhulong.fuzz.drawing.ReferenceRasterizer;
import dev.zhulong.graphics.Attachment;
import dev.zhulong.graphics.BlendState;
import dev.zhulong.graphics.ColorTarget;
import dev.zhulong.graphics.CompareOp;
import dev.zhulong.graphics.DepthFormat;
import dev.zhulong.graphics.DepthState;
import dev.zhulong.graphics.Multisampling;
import dev.zhulong.graphics.PipelineDescriptor;
import dev.zhulong.graphics.RenderPass;
import dev.zhulong.graphics.RenderPipeline;
import dev.zhulong.graphics.RenderTargets;
import dev.zhulong.graphics.Topology;
import dev.zhulong.graphics.VertexAttribute;
import dev.zhulong.graphics.VertexFormat;
import dev.zhulong.graphics.VertexLayout;
import dev.zhulong.hal.Buffer;
import dev.zhulong.hal.Texture;
import dev.zhulong.hal.TextureShape;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Four samples a pixel: coverage, tests, shading and resolve. */
class MultisamplingTest {
  private static final int SIZE = 24;
  private static final int PIXELS = SIZE * SIZE;

  /** Vulkan's standard places, from the centre in 1/256 pixel. */
  private static final int[][] PLACES = {{-32, -96}, {96, -32}, {-96, 32}, {32, 96}};

  private Canvas canvas;

  @BeforeEach
  void open() {
    canvas = new Canvas("sim:?config=c1w8t8", SIZE);
  }

  @AfterEach
  void close() {
    canvas.close();
  }

  /** Bytes of the samples, one after the other, and of the resolved picture. */
  private record Pictures(byte[] samples, byte[] resolved) {
    int sample(int sample, int pixel, int channel) {
      return samples[4 * (sample * PIXELS + pixel) + channel] & 255;
    }

    int resolved(int pixel, int channel) {
      return resolved[4 * pixel + channel] & 255;
    }
  }

  private static PipelineDescriptor pipeline(
      String fragment, Multisampling multisampling, BlendState blend) {
    return shaders(Canvas.PLAIN, fragment, multisampling, blend, Canvas.FORMAT);
  }

  private static PipelineDescriptor shaders(
      String vertex,
      String fragment,
      Multisampling multisampling,
      BlendState blend,
      TexelFormat format) {
    return PipelineDescriptor.of(Canvas.shader(ShaderStage.VERTEX, vertex))
        .fragment(Canvas.shader(ShaderStage.FRAGMENT, fragment))
        .layout(
            new VertexLayout(
                16,
                false,
                List.of(new VertexAttribute(0, VertexFormat.of("R32G32B32A32_SFLOAT"), 0))))
        .multisampling(multisampling)
        .target(new ColorTarget(format, blend, 15));
  }

  private Pictures draw(PipelineDescriptor descriptor, float... positions) {
    return draw(descriptor, Canvas.FORMAT, null, positions);
  }

  private Pictures draw(
      PipelineDescriptor descriptor, TexelFormat format, DepthFormat depth, float... positions) {
    TexelFormat deep = depth == null ? format : depth.storage();
    try (RenderPipeline pipeline = canvas.device.pipeline(descriptor);
        Texture samples = canvas.gpu.texture(Attachment.shape(format, SIZE, SIZE, 4));
        Texture depths = canvas.gpu.texture(Attachment.shape(deep, SIZE, SIZE, 4));
        Texture resolved = canvas.gpu.texture(TextureShape.of(format, SIZE, SIZE));
        Buffer vertices = canvas.gpu.allocate(4L * positions.length)) {
      vertices.write(positions);
      var encoder = canvas.device.encoder();
      RenderPass pass =
          encoder.begin(
              RenderTargets.of(
                  Attachment.multisampled(samples),
                  depth == null ? null : Attachment.multisampled(depths)));
      pass.clearColor(0, 0, 0, 0, 0);
      if (depth != null) {
        pass.clearDepth(depth, 1f, depth.hasStencil() ? 0 : null);
      }
      pass.pipeline(pipeline)
          .vertexBuffer(0, vertices, 0)
          .resolveColor(0, Attachment.of(resolved))
          .draw(positions.length / 4, 1, 0, 0)
          .end();
      canvas.device.submit(encoder);
      return new Pictures(samples.read(0), resolved.read(0));
    }
  }

  private static float[] triangles(Random random, int count) {
    float[] positions = new float[count * 12];
    for (int n = 0; n < positions.length; n += 4) {
      positions[n] = random.nextFloat() * 2.6f - 1.3f;
      positions[n + 1] = random.nextFloat() * 2.6f - 1.3f;
      positions[n + 2] = 0.5f;
      positions[n + 3] = 1;
      if (random.nextInt(3) == 0) {
        // On samples' rows and columns, where the rule for edges decides.
        positions[n] = Math.round(positions[n] * SIZE * 4) / (SIZE * 4f);
        positions[n + 1] = Math.round(positions[n + 1] * SIZE * 4) / (SIZE * 4f);
      }
    }
    return positions;
  }

  private static int[] expected(float[] positions, int sample) {
    int[] counts = new int[PIXELS];
    for (int t = 0; t < positions.length; t += 12) {
      long[] corners = new long[6];
      for (int n = 0; n < 3; n++) {
        corners[2 * n] = ReferenceRasterizer.snapped(positions[t + 4 * n], SIZE);
        corners[2 * n + 1] = ReferenceRasterizer.snapped(positions[t + 4 * n + 1], SIZE);
      }
      ReferenceRasterizer.cover(corners, counts, SIZE, PLACES[sample][0], PLACES[sample][1]);
    }
    return counts;
  }

  @Test
  void samplesAreCoveredAsTheRulesSay() {
    for (int seed = 0; seed < 3; seed++) {
      float[] positions = triangles(new Random(seed), 30);
      Pictures got = draw(pipeline(Canvas.STEP, Multisampling.of(4), BlendState.ADD), positions);
      int[] sums = new int[PIXELS];
      for (int s = 0; s < 4; s++) {
        int[] counts = expected(positions, s);
        for (int n = 0; n < PIXELS; n++) {
          String place = "seed " + seed + ", sample " + s + " of " + n % SIZE + "," + n / SIZE;
          assertEquals(counts[n], got.sample(s, n, 0), place);
          sums[n] += counts[n];
        }
      }
      for (int n = 0; n < PIXELS; n++) {
        assertTrue(Math.abs(sums[n] / 4.0 - got.resolved(n, 0)) <= 0.51, "resolved " + n);
      }
    }
  }

  @Test
  void pointsCoverTheSamplesOfTheirSquare() {
    String vertex =
        """
        #version 450
        layout(location = 0) in vec4 position;
        void main() { gl_Position = vec4(position.xyz, 1.0); gl_PointSize = position.w; }
        """;
    String fragment =
        """
        #version 450
        layout(location = 0) out vec4 colour;
        void main() { colour = vec4(gl_PointCoord, 0.0, 1.0); }
        """;
    float[] positions = {-0.29f, 0.13f, 0, 5.25f, 0.61f, -0.7f, 0, 3.5f};
    Pictures got =
        draw(
            shaders(vertex, fragment, Multisampling.of(4), null, Canvas.FORMAT)
                .topology(Topology.POINT_LIST, false),
            positions);
    for (int s = 0; s < 4; s++) {
      for (int n = 0; n < PIXELS; n++) {
        boolean inside = false;
        double across = 0;
        for (int p = 0; p < positions.length; p += 4) {
          double left = SIZE / 2.0 * (1 + positions[p]) - positions[p + 3] / 2;
          double top = SIZE / 2.0 * (1 + positions[p + 1]) - positions[p + 3] / 2;
          double x = n % SIZE + 0.5 + PLACES[s][0] / 256.0 - left;
          double y = n / SIZE + 0.5 + PLACES[s][1] / 256.0 - top;
          boolean in = x >= 0 && y >= 0 && x < positions[p + 3] && y < positions[p + 3];
          inside |= in;
          across = in ? (n % SIZE + 0.5 - left) / positions[p + 3] : across;
        }
        String place = "sample " + s + " of " + n % SIZE + "," + n / SIZE;
        assertEquals(inside ? 255 : 0, got.sample(s, n, 3), place);
        if (inside) {
          assertEquals(Math.clamp(across, 0, 1) * 255, got.sample(s, n, 0), 1.1, place);
        }
      }
    }
  }

  @Test
  void depthIsTestedAtEachSample() {
    String fragment =
        """
        #version 450
        layout(location = 0) out vec4 colour;
        void main() { colour = vec4(gl_PrimitiveID == 0 ? 1.0 : 0.5); }
        """;
    for (DepthFormat format : List.of(DepthFormat.D32_SFLOAT, DepthFormat.D24_UNORM_S8_UINT)) {
      Pictures got =
          draw(
              pipeline(fragment, Multisampling.of(4), null)
                  .depth(DepthState.of(format, CompareOp.LESS)),
              Canvas.FORMAT,
              format,
              // Depth rises from left to right, and then half everywhere.
              -1,
              -1,
              0,
              1,
              3,
              -1,
              2,
              1,
              -1,
              3,
              0,
              1,
              -1,
              -1,
              0.5f,
              1,
              3,
              -1,
              0.5f,
              1,
              -1,
              3,
              0.5f,
              1);
      for (int s = 0; s < 4; s++) {
        for (int n = 0; n < PIXELS; n++) {
          double depth = (n % SIZE + 0.5 + PLACES[s][0] / 256.0) / SIZE;
          assertEquals(depth <= 0.5 ? 255 : 128, got.sample(s, n, 0), format + ", " + s + " " + n);
        }
      }
    }
  }

  @Test
  void shaderRunsForSamplesThatItAsksFor() {
    String fragment =
        """
        #version 450
        layout(location = 0) out vec4 colour;
        void main() {
          colour = vec4(float(gl_SampleID) / 255.0, gl_SamplePosition,
              fract(gl_FragCoord.x) + float(gl_SampleMaskIn[0]) / 255.0);
        }
        """;
    Pictures got =
        draw(pipeline(fragment, Multisampling.of(4), null), -1, -1, 0, 1, 3, -1, 0, 1, -1, 3, 0, 1);
    for (int s = 0; s < 4; s++) {
      for (int n = 0; n < PIXELS; n++) {
        double x = 0.5 + PLACES[s][0] / 256.0;
        assertEquals(s, got.sample(s, n, 0));
        assertEquals(x * 255, got.sample(s, n, 1), 0.51);
        assertEquals((0.5 + PLACES[s][1] / 256.0) * 255, got.sample(s, n, 2), 0.51);
        assertEquals(Math.min(255, x * 255 + (1 << s)), got.sample(s, n, 3), 0.6);
      }
    }
  }

  @Test
  void maskAndAlphaTakeSamplesAway() {
    String masked =
        """
        #version 450
        layout(location = 0) out vec4 colour;
        void main() {
          gl_SampleMask[0] = int(gl_FragCoord.x) & 15;
          colour = vec4(float(gl_SampleMaskIn[0]) / 255.0, 0.0, 0.0, float(int(gl_FragCoord.y) % 5) / 4.0);
        }
        """;
    float[] all = {-1, -1, 0, 1, 3, -1, 0, 1, -1, 3, 0, 1};
    Pictures mask = draw(pipeline(masked, new Multisampling(4, false, false, false, 7), null), all);
    Pictures alpha =
        draw(
            pipeline(
                masked.replace("gl_SampleMask[0] = int(gl_FragCoord.x) & 15;", ""),
                new Multisampling(4, false, true, true, -1),
                null),
            all);
    for (int n = 0; n < PIXELS; n++) {
      int opaque = 0;
      for (int s = 0; s < 4; s++) {
        boolean kept = (n % SIZE & 7 & 1 << s) != 0;
        assertEquals(kept ? 7 : 0, mask.sample(s, n, 0), s + " of " + n);
        opaque += alpha.sample(s, n, 3) == 255 ? 1 : 0;
      }
      assertEquals(n / SIZE % 5, opaque, "alpha at " + n);
    }
  }

  @Test
  void centroidStaysWithinThePrimitive() {
    String vertex =
        """
        #version 450
        layout(location = 0) in vec4 position;
        layout(location = 0) centroid out float inside;
        layout(location = 1) out float straight;
        void main() {
          gl_Position = position;
          inside = position.x - position.y - 0.0125; straight = inside;
        }
        """;
    String fragment =
        """
        #version 450
        layout(location = 0) centroid in float inside;
        layout(location = 1) in float straight;
        layout(location = 0) out vec4 colour;
        void main() {
          colour = vec4(inside < -1e-4 ? 1.0 : 0.0, straight < -1e-4 ? 1.0 : 0.0, 0.0, 1.0);
        }
        """;
    // The edge x = y, moved by 0.15 pixel: centres on the diagonal are outside.
    float off = 0.0125f;
    Pictures got =
        draw(
            shaders(vertex, fragment, Multisampling.of(4), null, Canvas.FORMAT),
            -1 + off,
            -1,
            0,
            1,
            1,
            -1,
            0,
            1,
            1,
            1 - off,
            0,
            1);
    Pictures each =
        draw(
            shaders(
                vertex.replace("centroid", "sample"),
                fragment.replace("centroid", "sample"),
                Multisampling.of(4),
                null,
                Canvas.FORMAT),
            -1 + off,
            -1,
            0,
            1,
            1,
            -1,
            0,
            1,
            1,
            1 - off,
            0,
            1);
    int drawn = 0;
    for (int n = 0; n < PIXELS; n++) {
      for (int s = 0; s < 4; s++) {
        assertEquals(0, got.sample(s, n, 0), "centroid outside at " + n);
        assertEquals(0, each.sample(s, n, 0), "sample outside at " + n);
        drawn += got.sample(s, n, 1);
      }
    }
    assertTrue(drawn > 0, "no centre is outside, so this shows nothing");
  }

  @Test
  void integersResolveToTheirFirstSample() {
    String fragment =
        """
        #version 450
        layout(location = 0) out uvec4 colour;
        void main() { colour = uvec4(gl_SampleID + 3, gl_SampleID * 50, 0, 0); }
        """;
    TexelFormat format = TexelFormat.of("R8G8B8A8_UINT");
    Pictures got =
        draw(
            shaders(Canvas.PLAIN, fragment, Multisampling.of(4), null, format),
            format,
            null,
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
    for (int n = 0; n < PIXELS; n++) {
      assertEquals(3, got.resolved(n, 0));
      assertEquals(0, got.resolved(n, 1));
      assertEquals(100, got.sample(2, n, 1));
    }
  }

  @Test
  void samplesOfPipelineAndPassMustBeTheSame() {
    try (RenderPipeline one =
            canvas.device.pipeline(pipeline(Canvas.STEP, Multisampling.of(1), null));
        Texture samples = canvas.gpu.texture(Attachment.shape(Canvas.FORMAT, SIZE, SIZE, 4))) {
      RenderPass pass =
          canvas.device.encoder().begin(RenderTargets.of(Attachment.multisampled(samples), null));
      var refused = assertThrows(IllegalArgumentException.class, () -> pass.pipeline(one));
      assertTrue(refused.getMessage().contains("1 samples a pixel, the pass has 4"));
      assertThrows(IllegalArgumentException.class, () -> Attachment.multisampled(canvas.picture));
      assertThrows(IllegalArgumentException.class, () -> Multisampling.of(2));
    }
  }
}
