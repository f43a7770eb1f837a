package dev.zhulong.tests.graphics;

import dev.zhulong.compiler.CompileOptions;
import dev.zhulong.compiler.ShaderSource;
import dev.zhulong.compiler.StageShader;
import dev.zhulong.compiler.frontend.stages.ShaderStage;
import dev.zhulong.firmware.texel.TexelFormat;
import dev.zhulong.graphics.Attachment;
import dev.zhulong.graphics.BlendState;
import dev.zhulong.graphics.ColorTarget;
import dev.zhulong.graphics.CommandEncoder;
import dev.zhulong.graphics.GraphicsDevice;
import dev.zhulong.graphics.PipelineDescriptor;
import dev.zhulong.graphics.RenderPass;
import dev.zhulong.graphics.RenderPipeline;
import dev.zhulong.graphics.RenderStatistics;
import dev.zhulong.graphics.RenderTargets;
import dev.zhulong.graphics.VertexAttribute;
import dev.zhulong.graphics.VertexFormat;
import dev.zhulong.graphics.VertexLayout;
import dev.zhulong.hal.Buffer;
import dev.zhulong.hal.Gpu;
import dev.zhulong.hal.Texture;
import dev.zhulong.hal.TextureShape;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;

/** A device with a square picture to draw on. */
final class Canvas implements AutoCloseable {
  static final TexelFormat FORMAT = TexelFormat.of("R8G8B8A8_UNORM");

  /** Gives out its four numbers as the position. */
  static final String PLAIN =
      """
      #version 450
      layout(location = 0) in vec4 position;
      void main() { gl_Position = position; }
      """;

  /** One step of red. */
  static final String STEP =
      """
      #version 450
      layout(location = 0) out vec4 colour;
      void main() { colour = vec4(1.0 / 255.0, 0.0, 0.0, 0.0); }
      """;

  final Gpu gpu;
  final GraphicsDevice device;
  final Texture picture;
  final int size;

  Canvas(String address, int size) {
    this.gpu = Gpu.open(address);
    this.device = GraphicsDevice.on(gpu);
    this.size = size;
    this.picture = gpu.texture(TextureShape.of(FORMAT, size, size));
  }

  static StageShader shader(ShaderStage stage, String text) {
    return StageShader.of(
        new ShaderSource(
            stage + ".glsl", ShaderSource.Language.GLSL, text.getBytes(StandardCharsets.UTF_8)),
        stage,
        CompileOptions.defaults());
  }

  /** A pipeline of positions of four floats that counts in red. */
  static PipelineDescriptor counting() {
    return PipelineDescriptor.of(shader(ShaderStage.VERTEX, PLAIN))
        .fragment(shader(ShaderStage.FRAGMENT, STEP))
        .layout(
            new VertexLayout(
                16,
                false,
                List.of(new VertexAttribute(0, VertexFormat.of("R32G32B32A32_SFLOAT"), 0))))
        .target(new ColorTarget(FORMAT, BlendState.ADD, 15));
  }

  /** Clears, draws vertices of four floats, and gives the picture. */
  byte[] draw(PipelineDescriptor descriptor, float... positions) {
    return draw(descriptor, pass -> {}, positions);
  }

  /** The same with settings of the pass. */
  byte[] draw(PipelineDescriptor descriptor, Consumer<RenderPass> settings, float... positions) {
    try (RenderPipeline pipeline = device.pipeline(descriptor);
        Buffer vertices = gpu.allocate(4L * positions.length)) {
      vertices.write(positions);
      CommandEncoder encoder = device.encoder();
      RenderPass pass = encoder.begin(RenderTargets.of(Attachment.of(picture), null));
      pass.clearColor(0, 0, 0, 0, 0).pipeline(pipeline).vertexBuffer(0, vertices, 0);
      settings.accept(pass);
      pass.draw(positions.length / 4, 1, 0, 0).end();
      RenderStatistics statistics = device.submit(encoder);
      if (statistics.fragment() == 0) {
        throw new AssertionError("nothing was drawn: " + statistics);
      }
      return picture.read(0);
    }
  }

  @Override
  public void close() {
    picture.close();
    device.close();
    gpu.close();
  }
}
