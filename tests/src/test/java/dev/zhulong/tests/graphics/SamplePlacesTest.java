package dev.zhulong.tests.graphics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zhulong.compiler.frontend.stages.ShaderStage;
import dev.zhulong.firmware.texel.TexelFormat;
import dev.zhulong.graphics.Attachment;
import dev.zhulong.graphics.BindGroup;
import dev.zhulong.graphics.ColorTarget;
import dev.zhulong.graphics.CommandEncoder;
import dev.zhulong.graphics.Multisampling;
import dev.zhulong.graphics.PipelineDescriptor;
import dev.zhulong.graphics.RenderPass;
import dev.zhulong.graphics.RenderPipeline;
import dev.zhulong.graphics.RenderTargets;
import dev.zhulong.graphics.VertexAttribute;
import dev.zhulong.graphics.VertexFormat;
import dev.zhulong.graphics.VertexLayout;
import dev.zhulong.hal.Buffer;
import dev.zhulong.hal.Sampler;
import dev.zhulong.hal.Texture;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Random;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Samples that shaders name: of images, and as places of inputs. */
class SamplePlacesTest {
  private static final int SIZE = 16;
  private static final int PIXELS = SIZE * SIZE;

  /** Corners move by up to 1/512 pixel onto their grid, their values do not. */
  private static final float TOLERANCE = 0.005f;

  private static final TexelFormat FLOATS = TexelFormat.of("R32G32B32A32_SFLOAT");

  /** Vulkan's standard places, from the centre in pixels. */
  private static final float[][] PLACES = {
    {-0.125f, -0.375f}, {0.375f, -0.125f}, {-0.375f, 0.125f}, {0.125f, 0.375f}
  };

  private static final String VERTEX =
      """
      #version 450
      layout(location = 0) in vec4 position;
      layout(location = 0) out vec2 pixel;
      void main() { gl_Position = position; pixel = (position.xy + 1.0) * 8.0; }
      """;

  private static final String FRAGMENT =
      """
      #version 450
      layout(location = 0) in vec2 pixel;
      layout(location = 0) out vec4 colour;
      void main() {
        vec2 centre = floor(gl_FragCoord.xy) + 0.5;
        vec2 other = interpolateAtOffset(pixel, vec2(0.25, -0.5)) - interpolateAtSample(pixel, 2);
        bool right = distance(other, vec2(0.625, -0.625)) < 2e-3;
        colour = vec4(interpolateAtCentroid(pixel) - centre, pixel.x - centre.x, right ? 1.0 : 2.0);
      }
      """;

  private static Canvas canvas;

  @BeforeAll
  static void open() {
    canvas = new Canvas("sim:?config=c1w8t8", SIZE);
  }

  @AfterAll
  static void close() {
    canvas.close();
  }

  private static PipelineDescriptor descriptor(String vertex, String fragment, TexelFormat format) {
    return PipelineDescriptor.of(Canvas.shader(ShaderStage.VERTEX, vertex))
        .fragment(Canvas.shader(ShaderStage.FRAGMENT, fragment))
        .layout(
            new VertexLayout(
                16,
                false,
                List.of(new VertexAttribute(0, VertexFormat.of("R32G32B32A32_SFLOAT"), 0))))
        .target(ColorTarget.of(format));
  }

  @Test
  void imagesOfSeveralSamplesAreRead() {
    String fragment =
        """
        #version 450
        layout(binding = 0) uniform sampler2DMS image;
        layout(location = 0) out vec4 colour;
        void main() {
          ivec2 p = ivec2(gl_FragCoord.xy);
          bool sized = textureSize(image) == ivec2(16) && textureSamples(image) == 4;
          colour = vec4(
              texelFetch(image, p, 0).r, texelFetch(image, p, p.x & 3).g,
              texelFetch(image, p, 3).b, sized ? 1.0 : 0.0);
        }
        """;
    byte[] samples = new byte[16 * PIXELS];
    new Random(5).nextBytes(samples);
    try (Texture image = canvas.gpu.texture(Attachment.shape(Canvas.FORMAT, SIZE, SIZE, 4))) {
      image.write(0, samples);
      byte[] picture =
          canvas.draw(
              descriptor(Canvas.PLAIN, fragment, Canvas.FORMAT),
              pass -> pass.resources(new BindGroup().texture(0, 0, image, Sampler.NEAREST)),
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
        String where = "pixel " + n % SIZE + "," + n / SIZE;
        assertEquals(samples[4 * n], picture[4 * n], where);
        assertEquals(samples[4 * ((n & 3) * PIXELS + n) + 1], picture[4 * n + 1], where);
        assertEquals(samples[4 * (3 * PIXELS + n) + 2], picture[4 * n + 2], where);
        assertEquals(-1, picture[4 * n + 3], where);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void inputsAreTakenAtThePlacesThatTheShaderNames(boolean perSample) {
    float[] positions = {-0.93f, -0.81f, 0, 1, 0.97f, -0.52f, 0, 1, 0.13f, 0.91f, 0, 1};
    PipelineDescriptor d = descriptor(VERTEX, FRAGMENT, FLOATS);
    d.multisampling(new Multisampling(4, perSample, false, false, -1));
    float[] got = new float[16 * PIXELS];
    try (RenderPipeline pipeline = canvas.device.pipeline(d);
        Texture samples = canvas.gpu.texture(Attachment.shape(FLOATS, SIZE, SIZE, 4));
        Buffer vertices = canvas.gpu.allocate(4L * positions.length)) {
      vertices.write(positions);
      CommandEncoder encoder = canvas.device.encoder();
      RenderPass pass = encoder.begin(RenderTargets.of(Attachment.multisampled(samples), null));
      pass.clearColor(0, 0, 0, 0, 0).pipeline(pipeline).vertexBuffer(0, vertices, 0);
      pass.draw(3, 1, 0, 0).end();
      canvas.device.submit(encoder);
      FloatBuffer floats =
          ByteBuffer.wrap(samples.read(0)).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
      floats.get(got);
    }
    int partly = 0;
    for (int n = 0; n < PIXELS; n++) {
      int covered = 0;
      for (int s = 0; s < 4; s++) {
        covered |= got[4 * (s * PIXELS + n) + 3] != 0 ? 1 << s : 0;
      }
      partly += covered != 0 && covered != 15 ? 1 : 0;
      for (int s = 0; s < 4; s++) {
        if ((covered >> s & 1) != 0) {
          int at = 4 * (s * PIXELS + n);
          String where = "pixel " + n % SIZE + "," + n / SIZE + ", sample " + s;
          int place = perSample ? s : Integer.numberOfTrailingZeros(covered);
          boolean centre = !perSample && covered == 15;
          assertEquals(centre ? 0 : PLACES[place][0], got[at], TOLERANCE, where + ", centroid");
          assertEquals(centre ? 0 : PLACES[place][1], got[at + 1], TOLERANCE, where + ", centroid");
          assertEquals(perSample ? PLACES[s][0] : 0, got[at + 2], TOLERANCE, where + ", input");
          assertEquals(1, got[at + 3], where + ", offset and sample");
        }
      }
    }
    assertTrue(partly > 10, partly + " pixels are covered in part");
  }
}
