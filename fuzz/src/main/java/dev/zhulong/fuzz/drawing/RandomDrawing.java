package dev.zhulong.fuzz.drawing;

import dev.zhulong.compiler.CompileOptions;
import dev.zhulong.compiler.ShaderSource;
import dev.zhulong.compiler.StageShader;
import dev.zhulong.compiler.frontend.stages.ShaderStage;
import dev.zhulong.firmware.texel.TexelFormat;
import dev.zhulong.graphics.Attachment;
import dev.zhulong.graphics.BlendState;
import dev.zhulong.graphics.ColorTarget;
import dev.zhulong.graphics.CommandEncoder;
import dev.zhulong.graphics.CullMode;
import dev.zhulong.graphics.DepthFormat;
import dev.zhulong.graphics.GraphicsDevice;
import dev.zhulong.graphics.IndexFormat;
import dev.zhulong.graphics.Multisampling;
import dev.zhulong.graphics.PipelineDescriptor;
import dev.zhulong.graphics.PolygonMode;
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
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/**
 * One random draw after the other on a device. Even seeds take any state and strange numbers, and
 * must neither fail nor change what is outside of the scissor; odd ones take triangles of which the
 * reference says what they cover.
 */
final class RandomDrawing implements AutoCloseable {
  private static final int SIZE = 40;
  private static final TexelFormat COUNTED = TexelFormat.of("R8G8B8A8_UNORM");

  /** Where samples lie from the centre in 1/256 pixel: one, and four. */
  private static final int[][][] PLACES = {
    {{0, 0}}, {{-32, -96}, {96, -32}, {-96, 32}, {32, 96}},
  };

  private static final String PLAIN =
      """
      #version 450
      layout(location = 0) in vec4 position;
      void main() { gl_Position = position; }
      """;

  private static final String STEP =
      """
      #version 450
      layout(location = 0) out vec4 colour;
      void main() { colour = vec4(1.0 / 255.0, 0.0, 0.0, 0.0); }
      """;

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

  private final Gpu gpu;
  private final GraphicsDevice device;
  private final StageShader vertex = shader(ShaderStage.VERTEX, VERTEX);
  private final StageShader fragment = shader(ShaderStage.FRAGMENT, FRAGMENT);
  private final RenderPipeline[] counting = new RenderPipeline[2];

  RandomDrawing(Gpu gpu) {
    this.gpu = gpu;
    this.device = GraphicsDevice.on(gpu);
  }

  private static StageShader shader(ShaderStage stage, String text) {
    return StageShader.of(
        new ShaderSource(
            stage + ".glsl", ShaderSource.Language.GLSL, text.getBytes(StandardCharsets.UTF_8)),
        stage,
        CompileOptions.defaults());
  }

  /** What is wrong with a seed's draw, or null. */
  String check(long seed) {
    Random random = new Random(seed * 0x9e3779b97f4a7c15L);
    try {
      return (seed & 1) == 0 ? strange(StateFamily.of(seed), random) : counted(random);
    } catch (RuntimeException e) {
      return e.toString();
    }
  }

  private static Attachment attachment(Texture texture, int samples) {
    return new Attachment(texture, 0, 0, samples);
  }

  static <E extends Enum<E>> E any(Random random, Class<E> type) {
    E[] all = type.getEnumConstants();
    return all[random.nextInt(all.length)];
  }

  private PipelineDescriptor descriptor(StateFamily family, Random random) {
    PipelineDescriptor made =
        PipelineDescriptor.of(vertex)
            .fragment(fragment)
            .layout(
                new VertexLayout(
                    16,
                    false,
                    List.of(new VertexAttribute(0, VertexFormat.of("R32G32B32A32_SFLOAT"), 0))))
            .target(new ColorTarget(family.format(), family.blend(), family.writeMask()))
            .topology(any(random, Topology.class), random.nextBoolean())
            .polygonMode(random.nextInt(3) > 0 ? PolygonMode.FILL : any(random, PolygonMode.class))
            .cull(
                random.nextInt(4) > 0 ? CullMode.NONE : any(random, CullMode.class),
                random.nextBoolean())
            .lineWidth(random.nextInt(3) + 0.7f)
            .depthClamp(random.nextBoolean())
            .depthClip(random.nextInt(3) > 0)
            .provokingVertexLast(random.nextBoolean())
            .multisampling(family.multisampling());
    if (family.logic() != null) {
      made.logic(family.logic());
    }
    if (family.depth() != null) {
      made.depth(family.depthState(random));
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

  private String strange(StateFamily family, Random random) {
    TexelFormat format = family.format();
    DepthFormat depth = family.depth();
    int samples = family.multisampling().samples();
    float[] positions = vertices(random);
    TexelFormat storage = depth == null ? format : depth.storage();
    try (RenderPipeline pipeline = device.pipeline(descriptor(family, random));
        Texture color = gpu.texture(Attachment.shape(format, SIZE, SIZE, samples));
        Texture deep = gpu.texture(Attachment.shape(storage, SIZE, SIZE, samples));
        Buffer indices = gpu.allocate(4 * 64);
        Buffer buffer = gpu.allocate(4L * positions.length)) {
      buffer.write(positions);
      int[] numbers = random.ints(64, 0, positions.length / 4 + 9).toArray();
      numbers[random.nextInt(64)] = -1;
      indices.write(numbers);
      byte[] before = new byte[(int) color.shape().bytes()];
      random.nextBytes(before);
      color.write(0, before);
      int x = random.nextInt(SIZE);
      int y = random.nextInt(SIZE);
      int width = random.nextInt(SIZE);
      int height = random.nextInt(SIZE);
      CommandEncoder encoder = device.encoder();
      RenderPass pass =
          encoder.begin(
              RenderTargets.of(
                  attachment(color, samples), depth == null ? null : attachment(deep, samples)));
      if (depth != null) {
        pass.clearDepth(
            depth,
            depth.hasDepth() ? random.nextFloat() : null,
            depth.hasStencil() ? random.nextInt(256) : null);
      }
      pass.pipeline(pipeline)
          .vertexBuffer(0, buffer, 0)
          .scissor(x, y, width, height)
          .viewport(random.nextInt(9) - 4, random.nextInt(9) - 4, SIZE, SIZE + 5, 0, 1);
      if (random.nextBoolean()) {
        pass.draw(positions.length / 4, 1, 0, 0);
      } else {
        pass.indexBuffer(indices, 0, IndexFormat.UINT32).drawIndexed(64, 1, 0, 0, 0);
      }
      pass.end();
      device.submit(encoder);
      byte[] after = color.read(0);
      for (int n = 0; n < after.length; n++) {
        int px = n / format.bytes() % SIZE;
        int py = n / format.bytes() / SIZE % SIZE;
        boolean inside = px >= x && px < x + width && py >= y && py < y + height;
        if (!inside && before[n] != after[n]) {
          return "pixel " + px + "," + py + " outside of the scissor has changed";
        }
      }
      return null;
    }
  }

  private RenderPipeline counting(int samples) {
    int n = samples == 1 ? 0 : 1;
    if (counting[n] == null) {
      counting[n] =
          device.pipeline(
              PipelineDescriptor.of(shader(ShaderStage.VERTEX, PLAIN))
                  .fragment(shader(ShaderStage.FRAGMENT, STEP))
                  .multisampling(Multisampling.of(samples))
                  .layout(
                      new VertexLayout(
                          16,
                          false,
                          List.of(
                              new VertexAttribute(0, VertexFormat.of("R32G32B32A32_SFLOAT"), 0))))
                  .target(new ColorTarget(COUNTED, BlendState.ADD, 15)));
    }
    return counting[n];
  }

  /** A coordinate: anywhere, on a tile's border, on a pixel's centre, or far outside. */
  private static float coordinate(Random random) {
    float pixel =
        switch (random.nextInt(6)) {
          case 0 -> 8 * random.nextInt(SIZE / 8 + 1);
          case 1 -> random.nextInt(SIZE) + 0.5f;
          case 2 -> random.nextInt(8 * SIZE) / 8f;
          case 3 -> random.nextFloat(-3 * SIZE, 4 * SIZE);
          default -> random.nextFloat() * SIZE;
        };
    return pixel / (SIZE / 2f) - 1;
  }

  private String counted(Random random) {
    int samples = random.nextBoolean() ? 4 : 1;
    int triangles = 1 + random.nextInt(60);
    float[] positions = new float[12 * triangles];
    for (int n = 0; n < positions.length; n += 4) {
      boolean again = n >= 4 && random.nextInt(12) == 0;
      positions[n] = again ? positions[n - 4] : coordinate(random);
      positions[n + 1] = again ? positions[n - 3] : coordinate(random);
      positions[n + 2] = 0.5f;
      positions[n + 3] = 1;
    }
    int dropped = random.nextInt(4) == 0 ? random.nextInt(triangles) : -1;
    if (dropped >= 0) {
      positions[12 * dropped] = Float.NaN;
    }
    int x = random.nextBoolean() ? 0 : random.nextInt(SIZE);
    int y = random.nextBoolean() ? 0 : random.nextInt(SIZE);
    int width = x == 0 ? SIZE : random.nextInt(SIZE);
    int height = y == 0 ? SIZE : random.nextInt(SIZE);
    byte[] got;
    try (Texture color = gpu.texture(Attachment.shape(COUNTED, SIZE, SIZE, samples));
        Buffer buffer = gpu.allocate(4L * positions.length)) {
      buffer.write(positions);
      CommandEncoder encoder = device.encoder();
      encoder
          .begin(RenderTargets.of(attachment(color, samples), null))
          .clearColor(0, 0, 0, 0, 0)
          .pipeline(counting(samples))
          .vertexBuffer(0, buffer, 0)
          .scissor(x, y, width, height)
          .draw(3 * triangles, 1, 0, 0)
          .end();
      device.submit(encoder);
      got = color.read(0);
    }
    for (int s = 0; s < samples; s++) {
      int[] counts = covered(positions, dropped, PLACES[samples == 1 ? 0 : 1][s]);
      for (int n = 0; n < SIZE * SIZE; n++) {
        int px = n % SIZE;
        int py = n / SIZE;
        boolean inside = px >= x && px < x + width && py >= y && py < y + height;
        int expected = inside ? counts[n] : 0;
        int found = got[4 * (s * SIZE * SIZE + n)] & 255;
        if (found != expected) {
          return "pixel "
              + px
              + ","
              + py
              + ", sample "
              + s
              + " of "
              + samples
              + ": covered "
              + found
              + " times instead of "
              + expected;
        }
      }
    }
    return null;
  }

  private static int[] covered(float[] positions, int dropped, int[] place) {
    int[] counts = new int[SIZE * SIZE];
    for (int t = 0; t < positions.length / 12; t++) {
      long[] corners = new long[6];
      for (int n = 0; n < 3; n++) {
        int at = 12 * t + 4 * n;
        corners[2 * n] = ReferenceRasterizer.snapped(positions[at], SIZE);
        corners[2 * n + 1] = ReferenceRasterizer.snapped(positions[at + 1], SIZE);
      }
      if (t != dropped) {
        ReferenceRasterizer.cover(corners, counts, SIZE, place[0], place[1]);
      }
    }
    return counts;
  }

  @Override
  public void close() {
    for (RenderPipeline pipeline : counting) {
      if (pipeline != null) {
        pipeline.close();
      }
    }
    device.close();
    gpu.close();
  }
}
