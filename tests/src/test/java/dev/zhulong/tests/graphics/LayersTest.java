package dev.zhulong.tests.graphics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zhulong.compiler.frontend.stages.ShaderStage;
import dev.zhulong.graphics.Attachment;
import dev.zhulong.graphics.ColorTarget;
import dev.zhulong.graphics.CommandEncoder;
import dev.zhulong.graphics.CompareOp;
import dev.zhulong.graphics.DepthFormat;
import dev.zhulong.graphics.DepthState;
import dev.zhulong.graphics.Multisampling;
import dev.zhulong.graphics.PipelineDescriptor;
import dev.zhulong.graphics.RenderPass;
import dev.zhulong.graphics.RenderPipeline;
import dev.zhulong.graphics.RenderTargets;
import dev.zhulong.graphics.VertexAttribute;
import dev.zhulong.graphics.VertexFormat;
import dev.zhulong.graphics.VertexLayout;
import dev.zhulong.hal.Buffer;
import dev.zhulong.hal.Texture;
import dev.zhulong.hal.TextureShape;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Passes of several layers and draws by several viewports. */
class LayersTest {
  private static final int SIZE = 24;
  private static final int LAYERS = 3;

  /** Covers everything at half depth. */
  private static final float[] EVERYWHERE = {-1, -1, 0.5f, 1, 3, -1, 0.5f, 1, -1, 3, 0.5f, 1};

  private static final String TO_LAYERS =
      """
      #version 450
      #extension GL_ARB_shader_viewport_layer_array : require
      layout(location = 0) in vec4 position;
      void main() { gl_Position = position; gl_Layer = gl_InstanceIndex; }
      """;

  private static final String SHOW_LAYER =
      """
      #version 450
      layout(location = 0) out vec4 colour;
      void main() { colour = vec4(float(gl_Layer * 10 + 5), gl_PrimitiveID, 0.0, 0.0) / 255.0; }
      """;

  private static final String TO_VIEWPORTS =
      """
      #version 450
      #extension GL_ARB_shader_viewport_layer_array : require
      layout(location = 0) in vec4 position;
      void main() { gl_Position = position; gl_ViewportIndex = gl_InstanceIndex; }
      """;

  private static final String SHOW_VIEWPORT =
      """
      #version 450
      layout(location = 0) out vec4 colour;
      void main() {
        colour = vec4(float(gl_ViewportIndex + 1), gl_PrimitiveID + 1, gl_FragCoord.z * 255.0, 0.0) / 255.0;
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

  private static PipelineDescriptor descriptor(String vertex, String fragment) {
    return PipelineDescriptor.of(Canvas.shader(ShaderStage.VERTEX, vertex))
        .fragment(Canvas.shader(ShaderStage.FRAGMENT, fragment))
        .layout(
            new VertexLayout(
                16,
                false,
                List.of(new VertexAttribute(0, VertexFormat.of("R32G32B32A32_SFLOAT"), 0))))
        .target(ColorTarget.of(Canvas.FORMAT));
  }

  private static Buffer everywhere() {
    Buffer vertices = canvas.gpu.allocate(4L * EVERYWHERE.length);
    vertices.write(EVERYWHERE);
    return vertices;
  }

  private static int red(byte[] picture, int layer, int x, int y) {
    return picture[4 * ((layer * SIZE + y) * SIZE + x)] & 255;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void instancesGoToLayersOfArraysAndSlicesOfVolumes(boolean volume) {
    PipelineDescriptor d = descriptor(TO_LAYERS, SHOW_LAYER);
    d.depth(DepthState.of(DepthFormat.D16_UNORM, CompareOp.LESS));
    TextureShape shape = new TextureShape(Canvas.FORMAT, SIZE, SIZE, LAYERS + 2, 1, volume);
    TextureShape deep =
        new TextureShape(DepthFormat.D16_UNORM.storage(), SIZE, SIZE, LAYERS, 1, false);
    try (Texture color = canvas.gpu.texture(shape);
        Texture depth = canvas.gpu.texture(deep);
        RenderPipeline pipeline = canvas.device.pipeline(d);
        Buffer vertices = everywhere()) {
      byte[] before = new byte[(int) shape.bytes()];
      Arrays.fill(before, (byte) 99);
      color.write(0, before);
      CommandEncoder encoder = canvas.device.encoder();
      RenderPass pass =
          encoder.begin(
              new RenderTargets(
                  List.of(new Attachment(color, 0, 1)), Attachment.of(depth), SIZE, SIZE, LAYERS));
      pass.clearColor(0, 0.2, 0, 0, 0).clearDepth(DepthFormat.D16_UNORM, 1f, null);
      pass.pipeline(pipeline).vertexBuffer(0, vertices, 0).scissor(0, 0, SIZE / 2, SIZE);
      // Layers 1 to 4, of which the last is outside; then again, and none is nearer.
      pass.draw(3, 3, 0, 1).draw(3, 2, 0, 0).end();
      canvas.device.submit(encoder);
      byte[] picture = color.read(0);
      assertEquals(99, red(picture, 0, 3, 3));
      for (int n = 0; n < LAYERS; n++) {
        assertEquals(10 * n + 5, red(picture, n + 1, 3, 20), "layer " + n);
        assertEquals(51, red(picture, n + 1, SIZE - 2, 20), "layer " + n);
      }
      assertEquals(99, red(picture, LAYERS + 1, 3, 3));
    }
  }

  @Test
  void layersOfSeveralSamplesAreResolvedEach() {
    PipelineDescriptor d = descriptor(TO_LAYERS, SHOW_LAYER).multisampling(Multisampling.of(4));
    try (Texture many =
            canvas.gpu.texture(new TextureShape(Canvas.FORMAT, SIZE, SIZE, 4 * LAYERS, 1, false));
        Texture one =
            canvas.gpu.texture(new TextureShape(Canvas.FORMAT, SIZE, SIZE, LAYERS, 1, false));
        RenderPipeline pipeline = canvas.device.pipeline(d);
        Buffer vertices = everywhere()) {
      CommandEncoder encoder = canvas.device.encoder();
      Attachment target = new Attachment(many, 0, 0, 4);
      RenderPass pass = encoder.begin(new RenderTargets(List.of(target), null, SIZE, SIZE, LAYERS));
      pass.clearColor(0, 0, 0, 0, 0).pipeline(pipeline).vertexBuffer(0, vertices, 0);
      pass.draw(3, 2, 0, 1).resolveColor(0, Attachment.of(one)).end();
      canvas.device.submit(encoder);
      byte[] picture = one.read(0);
      assertEquals(0, red(picture, 0, 5, 5));
      assertEquals(15, red(picture, 1, 5, 5));
      assertEquals(25, red(picture, 2, 20, 20));
    }
  }

  @Test
  void moreLayersThanThereAreAreRefused() {
    Attachment target = Attachment.of(canvas.picture);
    Exception e =
        assertThrows(
            IllegalArgumentException.class,
            () -> new RenderTargets(List.of(target), null, SIZE, SIZE, 2));
    assertTrue(e.getMessage().contains("has 1 layers"), e.getMessage());
  }

  @Test
  void aVertexShaderChoosesViewportAndScissor() {
    int half = SIZE / 2;
    try (RenderPipeline pipeline = canvas.device.pipeline(descriptor(TO_VIEWPORTS, SHOW_VIEWPORT));
        Buffer vertices = everywhere()) {
      CommandEncoder encoder = canvas.device.encoder();
      RenderPass pass = encoder.begin(RenderTargets.of(Attachment.of(canvas.picture), null));
      pass.clearColor(0, 0, 0, 0, 0).pipeline(pipeline).vertexBuffer(0, vertices, 0);
      for (int n = 0; n < 4; n++) {
        int x = n % 2 * half;
        int y = n / 2 * half;
        pass.viewport(n, x, y, half, half, n == 3 ? 0.5f : 0, 1);
        pass.scissor(n, x, y + 1, half, half - 1);
      }
      assertThrows(IllegalArgumentException.class, () -> pass.scissor(16, 0, 0, 1, 1));
      pass.draw(3, 4, 0, 0).end();
      canvas.device.submit(encoder);
      byte[] picture = canvas.picture.read(0);
      for (int y = 0; y < SIZE; y++) {
        for (int x = 0; x < SIZE; x++) {
          int at = 4 * (y * SIZE + x);
          String where = "pixel " + x + "," + y;
          boolean outside = y % half == 0;
          int number = x / half + y / half * 2;
          assertEquals(outside ? 0 : number + 1, picture[at], where);
          assertEquals(outside ? 0 : 1, picture[at + 1], where);
          double depth = outside ? 0 : number == 3 ? 191.25 : 127.5;
          assertTrue(Math.abs(depth - (picture[at + 2] & 255)) <= 0.5, where);
        }
      }
    }
  }
}
