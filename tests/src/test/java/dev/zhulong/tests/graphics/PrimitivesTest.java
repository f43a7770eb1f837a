package dev.zhulong.tests.graphics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zhulong.compiler.frontend.stages.ShaderStage;
import dev.zhulong.graphics.Attachment;
import dev.zhulong.graphics.ColorTarget;
import dev.zhulong.graphics.CommandEncoder;
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
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** How vertices become primitives, and which of them flat inputs come from. */
class PrimitivesTest {
  private static final int SIZE = 16;
  private static Canvas canvas;

  /** The vertex's own number in a flat output. */
  private static final String NUMBERED =
      """
      #version 450
      layout(location = 0) in vec4 position;
      layout(location = 0) flat out uint vertex;
      void main() { gl_Position = position; gl_PointSize = 1.0; vertex = uint(gl_VertexIndex); }
      """;

  /** The provoking vertex in red, the primitive's number in green. */
  private static final String SHOW =
      """
      #version 450
      layout(location = 0) flat in uint vertex;
      layout(location = 0) out vec4 colour;
      void main() { colour = vec4(float(vertex + 1u), float(gl_PrimitiveID + 1), 0.0, 255.0) / 255.0; }
      """;

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

  /** The centre of a pixel as a vertex. */
  private static float[] at(double x, double y) {
    return new float[] {(float) (x * 2 / SIZE - 1), (float) (y * 2 / SIZE - 1), 0.5f, 1};
  }

  private static float[] all(float[]... vertices) {
    float[] made = new float[4 * vertices.length];
    for (int n = 0; n < vertices.length; n++) {
      System.arraycopy(vertices[n], 0, made, 4 * n, 4);
    }
    return made;
  }

  private static byte[] draw(
      PipelineDescriptor descriptor, float[] positions, int[] numbers, Consumer<RenderPass> draw) {
    try (RenderPipeline pipeline = canvas.device.pipeline(descriptor);
        Buffer vertices = canvas.gpu.allocate(4L * positions.length);
        Buffer indices = canvas.gpu.allocate(4L * Math.max(1, numbers.length))) {
      vertices.write(positions);
      indices.write(numbers);
      CommandEncoder encoder = canvas.device.encoder();
      RenderPass pass = encoder.begin(RenderTargets.of(Attachment.of(canvas.picture), null));
      pass.clearColor(0, 0, 0, 0, 0).pipeline(pipeline).vertexBuffer(0, vertices, 0);
      pass.indexBuffer(indices, 0, IndexFormat.UINT32);
      draw.accept(pass);
      pass.end();
      canvas.device.submit(encoder);
      return canvas.picture.read(0);
    }
  }

  private static int red(byte[] picture, int x, int y) {
    return picture[4 * (y * SIZE + x)] & 255;
  }

  private static int green(byte[] picture, int x, int y) {
    return picture[4 * (y * SIZE + x) + 1] & 255;
  }

  private static List<Integer> colours(byte[] picture, boolean green) {
    List<Integer> found = new ArrayList<>();
    for (int n = 0; n < SIZE * SIZE; n++) {
      int value = picture[4 * n + (green ? 1 : 0)] & 255;
      if (value != 0 && !found.contains(value)) {
        found.add(value);
      }
    }
    return found.stream().sorted().toList();
  }

  @Test
  void anIndexRestartsLists() {
    // Two corners of a triangle, a restart, then two whole triangles: the first two are lost.
    float[] positions =
        all(at(0, 0), at(8, 0), at(0, 8), at(8, 0), at(16, 0), at(8, 8), at(0, 8), at(8, 8));
    int[] numbers = {0, 1, -1, 0, 1, 2, 3, 4, 5, 6, -1, 6, 7, 2};
    byte[] picture =
        draw(
            descriptor(NUMBERED, SHOW).topology(Topology.TRIANGLE_LIST, true),
            positions,
            numbers,
            pass -> pass.drawIndexed(numbers.length, 1, 0, 0, 0));
    assertEquals(1, red(picture, 1, 1));
    assertEquals(1, green(picture, 1, 1));
    assertEquals(4, red(picture, 9, 1));
    assertEquals(2, green(picture, 9, 1));
    assertEquals(List.of(1, 4), colours(picture, false));
    // Points and lines, too.
    byte[] points =
        draw(
            descriptor(NUMBERED, SHOW).topology(Topology.POINT_LIST, true),
            all(at(1.5, 1.5), at(2.5, 1.5), at(3.5, 1.5)),
            new int[] {2, -1, 0},
            pass -> pass.drawIndexed(3, 1, 0, 0, 0));
    assertEquals(List.of(1, 3), colours(points, false));
    assertEquals(1, green(points, 3, 1));
    assertEquals(2, green(points, 1, 1));
    byte[] lines =
        draw(
            descriptor(NUMBERED, SHOW).topology(Topology.LINE_LIST, true),
            all(at(0, 1.5), at(8, 1.5), at(0, 3.5), at(8, 3.5)),
            new int[] {0, -1, 2, 3, 1, -1},
            pass -> pass.drawIndexed(6, 1, 0, 0, 0));
    assertEquals(List.of(3), colours(lines, false));
    assertEquals(List.of(1), colours(lines, true));
  }

  @Test
  void restartsOfStripsMakeNoPrimitive() {
    float[] positions =
        all(at(0, 0), at(0, 8), at(4, 0), at(4, 8), at(8, 0), at(8, 8), at(12, 0), at(12, 8));
    byte[] picture =
        draw(
            descriptor(NUMBERED, SHOW).topology(Topology.TRIANGLE_STRIP, true),
            positions,
            new int[] {0, 1, 2, 3, -1, 4, 5, 6, 7},
            pass -> pass.drawIndexed(9, 1, 0, 0, 0));
    assertEquals(List.of(1, 2, 3, 4), colours(picture, true));
    assertEquals(3, green(picture, 8, 1));
    assertEquals(0, green(picture, 6, 4));
  }

  @Test
  void flatInputsComeFromTheFirstOrTheLastVertex() {
    float[] strip = all(at(0, 0), at(0, 16), at(8, 0), at(8, 16), at(16, 0));
    float[] fan = all(at(0, 0), at(16, 0), at(16, 16), at(0, 16));
    float[] line = all(at(0, 1.5), at(16, 1.5));
    for (boolean last : new boolean[] {false, true}) {
      PipelineDescriptor d = descriptor(NUMBERED, SHOW).provokingVertexLast(last);
      d.topology(Topology.TRIANGLE_STRIP, false);
      byte[] one = draw(d, strip, new int[1], pass -> pass.draw(5, 1, 0, 0));
      assertEquals(last ? List.of(3, 4, 5) : List.of(1, 2, 3), colours(one, false));
      d.topology(Topology.TRIANGLE_FAN, false);
      byte[] two = draw(d, fan, new int[1], pass -> pass.draw(4, 1, 0, 0));
      assertEquals(last ? List.of(3, 4) : List.of(2, 3), colours(two, false));
      d.topology(Topology.LINE_LIST, false);
      byte[] three = draw(d, line, new int[1], pass -> pass.draw(2, 1, 0, 0));
      assertEquals(last ? List.of(2) : List.of(1), colours(three, false));
    }
  }

  @Test
  void depthIsClippedOrNotApartFromItsClamp() {
    float[] deep = {-1, -1, 2, 1, 3, -1, 2, 1, -1, 3, 2, 1};
    PipelineDescriptor d = descriptor(NUMBERED, SHOW);
    Consumer<RenderPass> draw = pass -> pass.draw(3, 1, 0, 0);
    assertEquals(List.of(), colours(draw(d, deep, new int[1], draw), false));
    assertEquals(List.of(1), colours(draw(d.depthClamp(true), deep, new int[1], draw), false));
    assertEquals(List.of(), colours(draw(d.depthClip(true), deep, new int[1], draw), false));
    d.depthClamp(false).depthClip(false);
    assertEquals(List.of(1), colours(draw(d, deep, new int[1], draw), false));
  }

  @Test
  void buffersSayWhatIsDrawn() {
    float[] positions =
        all(at(0, 0), at(8, 0), at(0, 8), at(8, 0), at(16, 0), at(8, 8), at(0, 8), at(8, 8));
    try (Buffer parameters = canvas.gpu.allocate(64)) {
      parameters.write(3, 1, 0, 0, 0, 0, 3, 1, 3, 0);
      byte[] picture =
          draw(
              descriptor(NUMBERED, SHOW),
              positions,
              new int[1],
              pass -> pass.drawIndirect(parameters, 0, 2, 24));
      assertEquals(List.of(1, 4), colours(picture, false));
      parameters.write(0, 3, 1, 1, 2, 0);
      byte[] indexed =
          draw(
              descriptor(NUMBERED, SHOW),
              positions,
              new int[] {9, 1, 2, 3},
              pass -> pass.drawIndexedIndirect(parameters, 4, 1, 0));
      assertEquals(List.of(4), colours(indexed, false));
      Exception e =
          assertThrows(
              IllegalArgumentException.class,
              () ->
                  draw(
                      descriptor(NUMBERED, SHOW),
                      positions,
                      new int[1],
                      pass -> pass.drawIndirect(parameters, 44, 2, 16)));
      assertTrue(e.getMessage().contains("in a buffer of"), e.getMessage());
    }
  }

  @Test
  void attachmentsMayLeaveNumbersOut() {
    String two =
        """
        #version 450
        layout(location = 0) out vec4 a;
        layout(location = 1) out vec4 b;
        layout(location = 2) out vec4 c;
        void main() { a = vec4(0.2); b = vec4(0.4); c = vec4(0.6); }
        """;
    float[] everywhere = {-1, -1, 0, 1, 3, -1, 0, 1, -1, 3, 0, 1};
    PipelineDescriptor d =
        descriptor(NUMBERED, two).target(null).target(ColorTarget.of(Canvas.FORMAT));
    try (Texture other = canvas.gpu.texture(TextureShape.of(Canvas.FORMAT, SIZE, SIZE));
        RenderPipeline pipeline = canvas.device.pipeline(d);
        Buffer vertices = canvas.gpu.allocate(4L * everywhere.length)) {
      vertices.write(everywhere);
      List<Attachment> colors = new ArrayList<>();
      colors.add(Attachment.of(canvas.picture));
      colors.add(null);
      colors.add(Attachment.of(other));
      CommandEncoder encoder = canvas.device.encoder();
      RenderPass pass = encoder.begin(new RenderTargets(colors, null, SIZE, SIZE));
      assertThrows(IllegalArgumentException.class, () -> pass.clearColor(1, 0, 0, 0, 0));
      pass.clearColor(2, 0, 0, 0, 0).pipeline(pipeline).vertexBuffer(0, vertices, 0);
      pass.draw(3, 1, 0, 0).end();
      canvas.device.submit(encoder);
      assertEquals(51, red(canvas.picture.read(0), 5, 5));
      assertEquals(153, red(other.read(0), 5, 5));
    }
  }
}
