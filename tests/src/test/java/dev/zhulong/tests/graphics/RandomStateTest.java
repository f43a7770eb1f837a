package dev.zhulong.tests.graphics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.zhulong.compiler.frontend.stages.ShaderStage;
import dev.zhulong.firmware.texel.TexelFormat;
import dev.zhulong.graphics.Attachment;
import dev.zhulong.graphics.BlendFactor;
import dev.zhulong.graphics.BlendOp;
import dev.zhulong.graphics.BlendState;
import dev.zhulong.graphics.ColorTarget;
import dev.zhulong.graphics.CommandEncoder;
import dev.zhulong.graphics.CompareOp;
import dev.zhulong.graphics.CullMode;
import dev.zhulong.graphics.DepthFormat;
import dev.zhulong.graphics.DepthState;
import dev.zhulong.graphics.LogicOp;
import dev.zhulong.graphics.PipelineDescriptor;
import dev.zhulong.graphics.PolygonMode;
import dev.zhulong.graphics.RenderPass;
import dev.zhulong.graphics.RenderPipeline;
import dev.zhulong.graphics.RenderTargets;
import dev.zhulong.graphics.StencilFace;
import dev.zhulong.graphics.StencilOp;
import dev.zhulong.graphics.Topology;
import dev.zhulong.graphics.VertexAttribute;
import dev.zhulong.graphics.VertexFormat;
import dev.zhulong.graphics.VertexLayout;
import dev.zhulong.hal.Buffer;
import dev.zhulong.hal.Texture;
import dev.zhulong.hal.TextureShape;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Random states and primitives, strange ones among them: nothing fails, and no pixel outside of the
 * scissor changes. {@code -Dzl.graphics.states=N} tries more.
 */
class RandomStateTest {
  private static final int SIZE = 40;
  private static final int STATES = Integer.getInteger("zl.graphics.states", 24);

  private static final String VERTEX =
      """
      #version 450
      layout(location = 0) in vec4 position;
      layout(location = 0) out vec4 value;
      layout(location = 1) flat out uint number;
      out gl_PerVertex { vec4 gl_Position; float gl_PointSize; float gl_ClipDistance[1]; };
      void main() {
        gl_Position = position;
        gl_PointSize = abs(position.x) * 20.0;
        gl_ClipDistance[0] = position.y + 0.7;
        value = position;
        number = uint(gl_VertexIndex);
      }
      """;

  private static final String FRAGMENT =
      """
      #version 450
      layout(location = 0) in vec4 value;
      layout(location = 1) flat in uint number;
      layout(location = 0) out vec4 colour;
      void main() {
        if (number % 13u == 5u && value.x > 0.2) discard;
        colour = value + vec4(dFdx(value.y), fwidth(value.z), gl_FragCoord.z, 1.0);
      }
      """;

  private static final List<String> FORMATS =
      List.of(
          "R8G8B8A8_UNORM",
          "B8G8R8A8_SRGB",
          "R16G16B16A16_SFLOAT",
          "R32G32B32A32_SFLOAT",
          "R5G6B5_UNORM_PACK16",
          "R8_UNORM",
          "R16G16_SNORM",
          "B10G11R11_UFLOAT_PACK32");

  private static <E extends Enum<E>> E any(Random random, Class<E> type) {
    E[] all = type.getEnumConstants();
    return all[random.nextInt(all.length)];
  }

  private static StencilFace face(Random random) {
    return new StencilFace(
        any(random, StencilOp.class),
        any(random, StencilOp.class),
        any(random, StencilOp.class),
        any(random, CompareOp.class),
        random.nextInt(256),
        random.nextInt(256),
        random.nextInt(256));
  }

  private static BlendState blend(Random random) {
    BlendFactor[] factors = new BlendFactor[4];
    for (int n = 0; n < 4; n++) {
      factors[n] = BlendFactor.values()[random.nextInt(BlendFactor.SRC1_COLOR.ordinal())];
    }
    return new BlendState(
        factors[0],
        factors[1],
        any(random, BlendOp.class),
        factors[2],
        factors[3],
        any(random, BlendOp.class));
  }

  private static PipelineDescriptor descriptor(
      Random random, TexelFormat format, DepthFormat depth) {
    PipelineDescriptor made =
        PipelineDescriptor.of(Canvas.shader(ShaderStage.VERTEX, VERTEX))
            .fragment(Canvas.shader(ShaderStage.FRAGMENT, FRAGMENT))
            .layout(
                new VertexLayout(
                    16,
                    false,
                    List.of(new VertexAttribute(0, VertexFormat.of("R32G32B32A32_SFLOAT"), 0))))
            .target(
                new ColorTarget(
                    format, random.nextBoolean() ? blend(random) : null, random.nextInt(16)))
            .topology(any(random, Topology.class), random.nextBoolean())
            .polygonMode(random.nextInt(3) > 0 ? PolygonMode.FILL : any(random, PolygonMode.class))
            .cull(random.nextInt(4) > 0 ? CullMode.NONE : any(random, CullMode.class), true)
            .lineWidth(random.nextInt(3) + 0.7f);
    if (random.nextInt(4) == 0) {
      made.logic(any(random, LogicOp.class));
    }
    if (depth != null) {
      made.depth(
          new DepthState(
              depth,
              random.nextBoolean(),
              random.nextBoolean(),
              any(random, CompareOp.class),
              random.nextBoolean(),
              random.nextInt(3),
              random.nextInt(2),
              random.nextFloat() - 0.5f,
              random.nextInt(4) == 0,
              0.1f,
              0.9f,
              random.nextBoolean(),
              face(random),
              face(random)));
    }
    return made;
  }

  private static float[] vertices(Random random) {
    float[] strange = {
      Float.NaN, Float.NEGATIVE_INFINITY, 1e30f, -1e30f, 0, -0f, 1e-30f, 3.4e38f, 1, -1
    };
    float[] made = new float[4 * 60];
    for (int n = 0; n < made.length; n++) {
      made[n] =
          random.nextInt(12) == 0
              ? strange[random.nextInt(strange.length)]
              : n % 4 == 3 ? random.nextFloat() * 2 - 0.3f : random.nextFloat() * 3 - 1.5f;
    }
    return made;
  }

  @Test
  void nothingFailsAndNothingLeavesTheScissor() {
    try (Canvas canvas = new Canvas("sim:?config=c1w8t8", SIZE)) {
      for (int seed = 0; seed < STATES; seed++) {
        Random random = new Random(seed);
        TexelFormat format = TexelFormat.of(FORMATS.get(random.nextInt(FORMATS.size())));
        DepthFormat depth = random.nextInt(3) == 0 ? null : any(random, DepthFormat.class);
        run(canvas, random, format, depth, "seed " + seed);
      }
    }
  }

  private static void run(
      Canvas canvas, Random random, TexelFormat format, DepthFormat depth, String name) {
    float[] positions = vertices(random);
    TexelFormat storage = depth == null ? format : depth.storage();
    try (RenderPipeline pipeline =
            canvas.device.pipeline(descriptor(random, format, depth).label(name));
        Texture color = canvas.gpu.texture(TextureShape.of(format, SIZE, SIZE));
        Texture deep = canvas.gpu.texture(TextureShape.of(storage, SIZE, SIZE));
        Buffer buffer = canvas.gpu.allocate(4L * positions.length)) {
      buffer.write(positions);
      byte[] before = new byte[SIZE * SIZE * format.bytes()];
      random.nextBytes(before);
      color.write(0, before);
      int x = random.nextInt(SIZE);
      int y = random.nextInt(SIZE);
      int width = random.nextInt(SIZE);
      int height = random.nextInt(SIZE);
      CommandEncoder encoder = canvas.device.encoder();
      RenderPass pass =
          encoder.begin(
              RenderTargets.of(Attachment.of(color), depth == null ? null : Attachment.of(deep)));
      if (depth != null) {
        pass.clearDepth(
            depth,
            depth.hasDepth() ? random.nextFloat() : null,
            depth.hasStencil() ? random.nextInt(256) : null);
      }
      pass.pipeline(pipeline)
          .vertexBuffer(0, buffer, 0)
          .scissor(x, y, width, height)
          .viewport(random.nextInt(9) - 4, random.nextInt(9) - 4, SIZE, SIZE + 5, 0, 1)
          .draw(positions.length / 4, 1, 0, 0)
          .end();
      canvas.device.submit(encoder);
      byte[] after = color.read(0);
      for (int n = 0; n < after.length; n++) {
        int px = n / format.bytes() % SIZE;
        int py = n / format.bytes() / SIZE;
        boolean inside = px >= x && px < x + width && py >= y && py < y + height;
        if (!inside) {
          assertEquals(before[n], after[n], name + ", pixel " + px + "," + py);
        }
      }
    }
  }
}
