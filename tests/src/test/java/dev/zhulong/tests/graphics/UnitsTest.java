package dev.zhulong.tests.graphics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zhulong.compiler.frontend.stages.ShaderStage;
import dev.zhulong.firmware.texel.TexelFormat;
import dev.zhulong.graphics.Attachment;
import dev.zhulong.graphics.BlendState;
import dev.zhulong.graphics.ColorTarget;
import dev.zhulong.graphics.CommandEncoder;
import dev.zhulong.graphics.GraphicsDevice;
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
import dev.zhulong.hal.Gpu;
import dev.zhulong.hal.Texture;
import dev.zhulong.tests.NativeTools;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pictures by the merge and coverage units and without them: they are the same to the bit. */
class UnitsTest {
  private static final int SIZE = 41;
  private static final int COUNT = 90;

  /** Colours that reach beyond what formats hold, and no numbers. */
  private static final String COLORS =
      """
      #version 450
      layout(location = 0) out vec4 colour;
      void main() {
        vec2 at = gl_FragCoord.xy * 0.03137 - 0.1;
        float odd = mod(gl_FragCoord.x + gl_FragCoord.y, 17.0) < 1.0 ? 0.0 : 1.0;
        colour = vec4(at, at.x * at.y / odd, 0.2 + 0.7 * at.y);
      }
      """;

  private static float[] triangles() {
    Random random = new Random(5);
    float[] positions = new float[4 * COUNT];
    for (int n = 0; n < COUNT; n++) {
      positions[4 * n] = random.nextFloat() * 3 - 1.5f;
      positions[4 * n + 1] = random.nextFloat() * 3 - 1.5f;
      positions[4 * n + 2] = random.nextFloat();
      positions[4 * n + 3] = 1;
    }
    return positions;
  }

  private static byte[] draw(
      String address, ColorTarget target, Topology topology, Multisampling multi, boolean cut) {
    PipelineDescriptor descriptor =
        PipelineDescriptor.of(Canvas.shader(ShaderStage.VERTEX, Canvas.PLAIN))
            .fragment(Canvas.shader(ShaderStage.FRAGMENT, COLORS))
            .layout(
                new VertexLayout(
                    16,
                    false,
                    List.of(new VertexAttribute(0, VertexFormat.of("R32G32B32A32_SFLOAT"), 0))))
            .topology(topology, false)
            .lineWidth(3)
            .multisampling(multi)
            .target(target);
    float[] positions = triangles();
    try (Gpu gpu = Gpu.open(address);
        GraphicsDevice device = GraphicsDevice.on(gpu);
        RenderPipeline pipeline = device.pipeline(descriptor);
        Texture drawn =
            gpu.texture(Attachment.shape(target.format(), SIZE, SIZE, multi.samples()));
        Texture resolved = gpu.texture(Attachment.shape(target.format(), SIZE, SIZE, 1));
        Buffer vertices = gpu.allocate(4L * positions.length)) {
      vertices.write(positions);
      CommandEncoder encoder = device.encoder();
      Attachment color =
          multi.samples() > 1 ? Attachment.multisampled(drawn) : Attachment.of(drawn);
      RenderPass pass = encoder.begin(RenderTargets.of(color, null));
      pass.clearColor(0, 0.3, 0.6, 0.1, 0.8).pipeline(pipeline).vertexBuffer(0, vertices, 0);
      if (cut) {
        pass.scissor(3, 7, 30, 21);
      }
      pass.draw(COUNT, 1, 0, 0);
      if (multi.samples() > 1) {
        pass.resolveColor(0, Attachment.of(resolved));
      }
      pass.end();
      assertTrue(device.submit(encoder).fragment() > 0);
      return (multi.samples() > 1 ? resolved : drawn).read(0);
    }
  }

  private static void compare(
      String device, String format, BlendState blend, Topology topology, int samples, boolean cut) {
    ColorTarget target = new ColorTarget(TexelFormat.of(format), blend, 15);
    Multisampling multi = Multisampling.of(samples);
    assertArrayEquals(
        draw(device + "&merge=0&coverage=0", target, topology, multi, cut),
        draw(device, target, topology, multi, cut));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "R8_UNORM",
        "R8G8_UNORM",
        "R8G8B8A8_UNORM",
        "B8G8R8A8_UNORM",
        "R8G8B8A8_SRGB",
        "A8B8G8R8_UNORM_PACK32",
        "A2B10G10R10_UNORM_PACK32",
        "A2R10G10B10_UNORM_PACK32",
        "R5G6B5_UNORM_PACK16",
        "B5G6R5_UNORM_PACK16",
        "A1R5G5B5_UNORM_PACK16",
        "R16G16_UNORM",
        "R8G8B8A8_SNORM",
        "R16G16B16A16_SFLOAT"
      })
  void formatsAreTheSame(String format) {
    compare("sim:?config=c1w8t8", format, BlendState.ADD, Topology.TRIANGLE_LIST, 1, true);
    compare("sim:?config=c1w8t8", format, null, Topology.TRIANGLE_LIST, 4, false);
  }

  @ParameterizedTest
  @CsvSource({
    "4, TRIANGLE_LIST, 1, true",
    "4, TRIANGLE_LIST, 4, false",
    "8, LINE_LIST, 1, true",
    "8, POINT_LIST, 1, false",
    "8, POINT_LIST, 4, true",
    "8, TRIANGLE_STRIP, 4, true",
    "16, TRIANGLE_LIST, 1, true",
    "16, LINE_STRIP, 4, true",
    "32, TRIANGLE_LIST, 1, true"
  })
  void shapesAreTheSame(int lanes, Topology topology, int samples, boolean cut) {
    String device = "sim:?config=c1w4t" + lanes;
    compare(device, "R8G8B8A8_UNORM", BlendState.OVER, topology, samples, cut);
  }

  @ParameterizedTest
  @CsvSource({"R8G8B8A8_UNORM, 1", "B5G6R5_UNORM_PACK16, 4"})
  void theCoreDrawsTheSame(String format, int samples) {
    NativeTools.assumeVerilator();
    ColorTarget target = new ColorTarget(TexelFormat.of(format), BlendState.OVER, 15);
    Multisampling multi = Multisampling.of(samples);
    byte[] expected =
        draw("sim:?config=c1w4t4&merge=0&coverage=0", target, Topology.TRIANGLE_LIST, multi, true);
    for (String units : List.of("", "&merge=0&coverage=0")) {
      assertArrayEquals(
          expected,
          draw("rtl:?config=c1w4t4" + units, target, Topology.TRIANGLE_LIST, multi, true));
    }
  }
}
