package dev.zhulong.tests.graphics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zhulong.compiler.CompileOptions;
import dev.zhulong.compiler.ShaderSource;
import dev.zhulong.compiler.StageShader;
import dev.zhulong.compiler.frontend.stages.ShaderStage;
import dev.zhulong.graphics.Attachment;
import dev.zhulong.graphics.BlendFactor;
import dev.zhulong.graphics.BlendOp;
import dev.zhulong.graphics.BlendState;
import dev.zhulong.graphics.ColorTarget;
import dev.zhulong.graphics.CommandEncoder;
import dev.zhulong.graphics.CompareOp;
import dev.zhulong.graphics.DepthFormat;
import dev.zhulong.graphics.DepthState;
import dev.zhulong.graphics.IndexFormat;
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
import dev.zhulong.tests.NativeTools;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What pixels become: interpolation, depth, blending, languages, devices. */
class ShadingTest {
  private static final String DEVICE = "sim:?config=c1w8t8";
  private static final int SIZE = 32;

  private static final String PLACE =
      """
      #version 450
      layout(location = 0) in vec4 position;
      layout(location = 0) smooth out vec2 a;
      layout(location = 1) noperspective out vec2 b;
      layout(location = 2) flat out float c;
      void main() {
        gl_Position = position;
        a = position.xy;
        b = position.xy;
        c = float(gl_VertexIndex + 1) / 8.0;
      }
      """;

  private static final String SHOW =
      """
      #version 450
      layout(location = 0) smooth in vec2 a;
      layout(location = 1) noperspective in vec2 b;
      layout(location = 2) flat in float c;
      layout(location = 0) out vec4 colour;
      void main() { colour = vec4(a.x, b.x, c, gl_FragCoord.w); }
      """;

  private static PipelineDescriptor plain(String vertex, String fragment) {
    return PipelineDescriptor.of(Canvas.shader(ShaderStage.VERTEX, vertex))
        .fragment(Canvas.shader(ShaderStage.FRAGMENT, fragment))
        .layout(
            new VertexLayout(
                16,
                false,
                List.of(new VertexAttribute(0, VertexFormat.of("R32G32B32A32_SFLOAT"), 0))))
        .target(ColorTarget.of(Canvas.FORMAT));
  }

  private static void near(double expected, byte actual, String what) {
    double difference = Math.abs(expected * 255 - (actual & 255));
    assertTrue(difference < 1, () -> what + ": " + expected * 255 + " and " + (actual & 255));
  }

  @Test
  void interpolationFollowsPerspective() {
    // Two corners at w = 1, two at w = 4; both attributes go from 0 to 4 as x in clip space does.
    float[] quad = {0, 0, 0, 1, 4, 0, 0, 4, 0, 1, 0, 1, 0, 1, 0, 1, 4, 0, 0, 4, 4, 4, 0, 4};
    String scaled = SHOW.replace("a.x, b.x", "a.x / 4.0, b.x / 4.0");
    try (Canvas canvas = new Canvas(DEVICE, SIZE)) {
      byte[] picture = canvas.draw(plain(PLACE, scaled), quad);
      for (int y = SIZE / 2 + 1; y < SIZE; y++) {
        for (int x = SIZE / 2 + 1; x < SIZE; x++) {
          double s = (x + 0.5 - SIZE / 2) / (SIZE / 2);
          int at = 4 * (y * SIZE + x);
          String where = "pixel " + x + "," + y;
          double w = 1 / (s / 4 + (1 - s));
          near(s / 4 * w, picture[at], where + " smooth");
          near(s, picture[at + 1], where + " noperspective");
          near(1 / w, picture[at + 3], where + " w");
          boolean first = (picture[at + 2] & 255) == 32;
          assertTrue(first || (picture[at + 2] & 255) == 128, where + " flat");
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = DepthFormat.class,
      names = {
        "D16_UNORM",
        "X8_D24_UNORM_PACK32",
        "D24_UNORM_S8_UINT",
        "D32_SFLOAT",
        "D32_SFLOAT_S8_UINT"
      })
  void nearestStays(DepthFormat format) {
    Random random = new Random(3);
    float[] triangles = new float[20 * 12];
    for (int n = 0; n < triangles.length / 4; n++) {
      triangles[4 * n] = random.nextFloat() * 3 - 1.5f;
      triangles[4 * n + 1] = random.nextFloat() * 3 - 1.5f;
      triangles[4 * n + 2] = random.nextInt(20) / 20f;
      triangles[4 * n + 3] = 1;
    }
    String show =
        """
        #version 450
        layout(location = 0) out vec4 colour;
        void main() { colour = vec4(gl_FragCoord.z); }
        """;
    try (Canvas canvas = new Canvas(DEVICE, SIZE);
        Texture depth = canvas.gpu.texture(TextureShape.of(format.storage(), SIZE, SIZE));
        Buffer vertices = canvas.gpu.allocate(4L * triangles.length)) {
      vertices.write(triangles);
      PipelineDescriptor least =
          plain(Canvas.PLAIN, show).depth(DepthState.of(format, CompareOp.LESS));
      BlendState minimum =
          new BlendState(
              BlendFactor.ONE,
              BlendFactor.ONE,
              BlendOp.MIN,
              BlendFactor.ONE,
              BlendFactor.ONE,
              BlendOp.MIN);
      PipelineDescriptor smallest =
          PipelineDescriptor.of(Canvas.shader(ShaderStage.VERTEX, Canvas.PLAIN))
              .fragment(Canvas.shader(ShaderStage.FRAGMENT, show))
              .layout(
                  new VertexLayout(
                      16,
                      false,
                      List.of(new VertexAttribute(0, VertexFormat.of("R32G32B32A32_SFLOAT"), 0))))
              .target(new ColorTarget(Canvas.FORMAT, minimum, 15));
      byte[] tested = render(canvas, least, Attachment.of(depth), format, vertices);
      byte[] blended = render(canvas, smallest, null, format, vertices);
      assertArrayEquals(blended, tested);
    }
  }

  private static byte[] render(
      Canvas canvas,
      PipelineDescriptor descriptor,
      Attachment depth,
      DepthFormat format,
      Buffer vertices) {
    try (RenderPipeline pipeline = canvas.device.pipeline(descriptor)) {
      CommandEncoder encoder = canvas.device.encoder();
      RenderPass pass = encoder.begin(RenderTargets.of(Attachment.of(canvas.picture), depth));
      pass.clearColor(0, 1, 1, 1, 1);
      if (depth != null) {
        pass.clearDepth(format, 1f, format.hasStencil() ? 0 : null);
      }
      pass.pipeline(pipeline).vertexBuffer(0, vertices, 0);
      pass.draw((int) (vertices.size() / 16), 1, 0, 0).end();
      canvas.device.submit(encoder);
      return canvas.picture.read(0);
    }
  }

  @Test
  void webGpuShadersDraw() {
    String module =
        """
        struct Between { @builtin(position) position: vec4f, @location(0) @interpolate(flat) n: u32 }
        @vertex fn place(@location(0) p: vec4f, @builtin(vertex_index) n: u32) -> Between {
          var made: Between;
          made.position = p;
          made.n = n;
          return made;
        }
        @fragment fn paint(between: Between) -> @location(0) vec4f {
          if (between.position.x < 4.0) { discard; }
          return vec4f(f32(between.n + 1u) / 255.0, between.position.y / 255.0, 0.0, 1.0);
        }
        """;
    ShaderSource source =
        new ShaderSource(
            "both.wgsl", ShaderSource.Language.WGSL, module.getBytes(StandardCharsets.UTF_8));
    PipelineDescriptor descriptor =
        PipelineDescriptor.of(StageShader.of(source, ShaderStage.VERTEX, CompileOptions.defaults()))
            .fragment(
                StageShader.of(
                    source, ShaderStage.FRAGMENT, new CompileOptions("paint", Map.of(), 2)))
            .layout(
                new VertexLayout(
                    16,
                    false,
                    List.of(new VertexAttribute(0, VertexFormat.of("R32G32B32A32_SFLOAT"), 0))))
            .target(ColorTarget.of(Canvas.FORMAT));
    try (Canvas canvas = new Canvas(DEVICE, SIZE)) {
      byte[] picture = canvas.draw(descriptor, -1, -1, 0, 1, 3, -1, 0, 1, -1, 3, 0, 1);
      for (int n = 0; n < SIZE * SIZE; n++) {
        boolean kept = n % SIZE >= 4;
        assertEquals(kept ? 1 : 0, picture[4 * n], "pixel " + n);
        assertEquals(kept ? Math.rint(n / SIZE + 0.5 + 1e-6) : 0, picture[4 * n + 1], "pixel " + n);
      }
    }
  }

  @Test
  void restartsBeginNewStrips() {
    float[] corners = new float[8 * 4];
    for (int n = 0; n < 8; n++) {
      float[] corner = {-0.9f + (n % 4 / 2) * 0.7f + (n / 4) * 1f, n % 2 == 0 ? -0.9f : 0.9f, 0, 1};
      System.arraycopy(corner, 0, corners, 4 * n, 4);
    }
    try (Canvas canvas = new Canvas(DEVICE, SIZE);
        RenderPipeline pipeline =
            canvas.device.pipeline(Canvas.counting().topology(Topology.TRIANGLE_STRIP, true));
        Buffer vertices = canvas.gpu.allocate(4L * corners.length);
        Buffer indices = canvas.gpu.allocate(20)) {
      vertices.write(corners);
      // 0 1 2 3, restart, 4 5 6 7, in two bytes each.
      indices.write(0x00010000, 0x00030002, 0x0004ffff, 0x00060005, 0xffff0007);
      CommandEncoder encoder = canvas.device.encoder();
      encoder
          .begin(RenderTargets.of(Attachment.of(canvas.picture), null))
          .clearColor(0, 0, 0, 0, 0)
          .pipeline(pipeline)
          .vertexBuffer(0, vertices, 0)
          .indexBuffer(indices, 0, IndexFormat.UINT16)
          .drawIndexed(9, 1, 0, 0, 0)
          .end();
      canvas.device.submit(encoder);
      byte[] picture = canvas.picture.read(0);
      int middle = SIZE / 2 * SIZE;
      for (int x = 0; x < SIZE; x++) {
        double place = (x + 0.5) / (SIZE / 2) - 1;
        boolean drawn = place > -0.9 && place < -0.2 || place > 0.1 && place < 0.8;
        assertEquals(drawn ? 1 : 0, picture[4 * (middle + x)], "column " + x);
      }
    }
  }

  @Test
  void coreGivesTheSimulatorsPixels() {
    NativeTools.assumeVerilator();
    float[] triangles = new float[8 * 12];
    Random random = new Random(5);
    for (int n = 0; n < triangles.length; n++) {
      triangles[n] =
          n % 4 == 3 ? 1 + random.nextFloat() : random.nextFloat() * 2 - (n % 4 == 2 ? 0.2f : 1);
    }
    String scaled = SHOW.replace("a.x, b.x", "abs(a.x), fract(b.x * 7.0 + dFdx(a.y))");
    byte[] expected;
    try (Canvas canvas = new Canvas("sim:?config=c1w4t4", SIZE)) {
      expected = canvas.draw(plain(PLACE, scaled), triangles);
    }
    try (Canvas canvas = new Canvas("rtl:?config=c1w4t4", SIZE)) {
      assertArrayEquals(expected, canvas.draw(plain(PLACE, scaled), triangles));
    }
  }

  @Test
  void whatDoesNotFitIsRefused() {
    try (Canvas canvas = new Canvas(DEVICE, SIZE)) {
      String message =
          assertThrows(
                  IllegalArgumentException.class,
                  () ->
                      canvas.device.pipeline(
                          PipelineDescriptor.of(Canvas.shader(ShaderStage.VERTEX, Canvas.PLAIN))
                              .label("lonely")))
              .getMessage();
      assertTrue(message.contains("location 0, which no vertex buffer"), message);
      try (RenderPipeline pipeline = canvas.device.pipeline(Canvas.counting().label("counter"))) {
        RenderPass pass =
            canvas.device.encoder().begin(RenderTargets.of(Attachment.of(canvas.picture), null));
        pass.pipeline(pipeline);
        message =
            assertThrows(IllegalArgumentException.class, () -> pass.draw(3, 1, 0, 0)).getMessage();
        assertEquals("counter: draws without vertex buffer 0", message);
      }
    }
  }
}
