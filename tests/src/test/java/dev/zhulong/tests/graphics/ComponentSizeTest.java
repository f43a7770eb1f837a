package dev.zhulong.tests.graphics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zhulong.compiler.frontend.stages.ShaderStage;
import dev.zhulong.graphics.Attachment;
import dev.zhulong.graphics.ColorTarget;
import dev.zhulong.graphics.CommandEncoder;
import dev.zhulong.graphics.PipelineDescriptor;
import dev.zhulong.graphics.RenderPass;
import dev.zhulong.graphics.RenderPipeline;
import dev.zhulong.graphics.RenderTargets;
import dev.zhulong.graphics.VertexAttribute;
import dev.zhulong.graphics.VertexFormat;
import dev.zhulong.graphics.VertexLayout;
import dev.zhulong.hal.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Inputs and outputs of shaders whose components are not of 32 bits. */
class ComponentSizeTest {
  private static final int SIZE = 16;

  private static final String VERTEX =
      """
      #version 460
      #extension GL_EXT_shader_explicit_arithmetic_types : require
      #extension GL_EXT_shader_16bit_storage : require
      layout(location = 0) in vec4 position;
      layout(location = 1) in f16vec2 half2;
      layout(location = 2) in i16vec3 short3;
      layout(location = 3) in u64vec3 wide;
      layout(location = 0) out f16vec2 h;
      layout(location = 1) flat out i16vec3 s;
      layout(location = 2) flat out i64vec3 w;
      layout(location = 4) flat out uint after;
      void main() {
        gl_Position = position;
        h = half2 * float16_t(2.0);
        s = short3 - int16_t(1);
        w = i64vec3(wide) - i64vec3(1);
        after = 77u;
      }
      """;

  /** Each component is a check. */
  private static final String FRAGMENT =
      """
      #version 460
      #extension GL_EXT_shader_explicit_arithmetic_types : require
      #extension GL_EXT_shader_16bit_storage : require
      layout(location = 0) in f16vec2 h;
      layout(location = 1) flat in i16vec3 s;
      layout(location = 2) flat in i64vec3 w;
      layout(location = 4) flat in uint after;
      layout(location = 0) out f16vec4 colour;
      void main() {
        float x = gl_FragCoord.x / 16.0;
        bool interpolated = abs(float(h.x) - x) < 0.001 && abs(float(h.y) - 1.5) < 0.001;
        bool shorts = s == i16vec3(-32768, 32766, -2);
        bool longs = w == i64vec3(0xfffffffful, 0x123456789abcdefl, -2l) && after == 77u;
        colour = f16vec4(interpolated, shorts, longs, 0.25);
      }
      """;

  @Test
  void valuesOf16And64BitsPassThroughAllStages() {
    VertexLayout layout =
        new VertexLayout(
            52,
            false,
            List.of(
                new VertexAttribute(0, VertexFormat.of("R32G32B32A32_SFLOAT"), 0),
                new VertexAttribute(1, VertexFormat.of("R16G16_SFLOAT"), 16),
                new VertexAttribute(2, VertexFormat.of("R16G16B16_SINT"), 20),
                new VertexAttribute(3, VertexFormat.of("R64G64B64_UINT"), 28)));
    PipelineDescriptor descriptor =
        PipelineDescriptor.of(Canvas.shader(ShaderStage.VERTEX, VERTEX))
            .fragment(Canvas.shader(ShaderStage.FRAGMENT, FRAGMENT))
            .layout(layout)
            .target(ColorTarget.of(Canvas.FORMAT));
    ByteBuffer data = ByteBuffer.allocate(3 * 52).order(ByteOrder.LITTLE_ENDIAN);
    for (int n = 0; n < 3; n++) {
      data.putFloat(n == 1 ? 3 : -1).putFloat(n == 2 ? 3 : -1).putFloat(0).putFloat(1);
      data.putShort(Float.floatToFloat16(n == 1 ? 1 : 0)).putShort(Float.floatToFloat16(0.75f));
      data.putShort((short) -32767)
          .putShort((short) 32767)
          .putShort((short) -1)
          .putShort((short) 0);
      data.putLong(0x100000000L).putLong(0x123456789abcdf0L).putLong(-1);
    }
    int[] words = new int[data.capacity() / 4];
    data.flip().order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(words);
    try (Canvas canvas = new Canvas("sim:?config=c1w8t8", SIZE);
        RenderPipeline pipeline = canvas.device.pipeline(descriptor);
        Buffer vertices = canvas.gpu.allocate(4L * words.length)) {
      vertices.write(words);
      CommandEncoder encoder = canvas.device.encoder();
      RenderPass pass = encoder.begin(RenderTargets.of(Attachment.of(canvas.picture), null));
      pass.pipeline(pipeline).vertexBuffer(0, vertices, 0).draw(3, 1, 0, 0).end();
      canvas.device.submit(encoder);
      byte[] picture = canvas.picture.read(0);
      for (int n = 0; n < SIZE * SIZE; n++) {
        String where = "pixel " + n % SIZE + "," + n / SIZE + ": ";
        assertEquals(-1, picture[4 * n], where + "halves");
        assertEquals(-1, picture[4 * n + 1], where + "shorts");
        assertEquals(-1, picture[4 * n + 2], where + "longs");
        assertTrue(Math.abs((picture[4 * n + 3] & 255) - 64) < 2, where + "output");
      }
    }
  }
}
