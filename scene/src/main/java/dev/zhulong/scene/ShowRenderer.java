package dev.zhulong.scene;

import dev.zhulong.compiler.CompileException;
import dev.zhulong.compiler.CompileOptions;
import dev.zhulong.compiler.ShaderSource;
import dev.zhulong.compiler.StageShader;
import dev.zhulong.compiler.frontend.stages.ShaderStage;
import dev.zhulong.firmware.texel.TexelFormat;
import dev.zhulong.graphics.Attachment;
import dev.zhulong.graphics.BindGroup;
import dev.zhulong.graphics.ColorTarget;
import dev.zhulong.graphics.CommandEncoder;
import dev.zhulong.graphics.GraphicsDevice;
import dev.zhulong.graphics.PipelineDescriptor;
import dev.zhulong.graphics.RenderPipeline;
import dev.zhulong.graphics.RenderStatistics;
import dev.zhulong.graphics.RenderTargets;
import dev.zhulong.hal.Buffer;
import dev.zhulong.hal.Gpu;
import dev.zhulong.hal.LaunchLimits;
import dev.zhulong.hal.Texture;
import dev.zhulong.hal.TextureShape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Draws with one fragment shader over the whole picture. Its text has {@code void mainImage(out
 * vec4 color, in vec2 place)}, places count pixels from the lower left, and there are {@code
 * iTime}, {@code iResolution}, {@code iMouse} and {@code iFrame}.
 */
public final class ShowRenderer implements AutoCloseable {
  private static final TexelFormat COLORS = TexelFormat.of("R8G8B8A8_UNORM");

  private static final Map<String, String> NAMES =
      Map.of(
          "iMouse", "(zl_show.mouse)",
          "iResolution", "(zl_show.resolution.xyz)",
          "iTime", "(zl_show.time)",
          "iFrame", "(int(zl_show.frame))");

  /** In one line, so that the lines behind it keep their numbers. */
  private static final String BEFORE =
      "layout(std140, set = 0, binding = 0) uniform Show "
          + "{ vec4 mouse; vec4 resolution; float time; float frame; } zl_show; "
          + "layout(location = 0) out vec4 zl_pixel; ";

  private static final String BEHIND =
      """

      void main() {
        vec4 color = vec4(0.0, 0.0, 0.0, 1.0);
        mainImage(color, vec2(gl_FragCoord.x, iResolution.y - gl_FragCoord.y));
        zl_pixel = vec4(color.rgb, 1.0);
      }
      """;

  private final GraphicsDevice device;
  private final RenderPipeline pipeline;
  private final Texture picture;
  private final Buffer uniforms;
  private int frames;

  /**
   * A renderer on a device, which stays open when this is closed.
   *
   * @throws CompileException if the shader is not right
   */
  public ShowRenderer(Gpu gpu, Path file, int width, int height) throws IOException {
    RenderSettings size = RenderSettings.of(width, height);
    String text = Files.readString(file);
    if (!text.contains("mainImage")) {
      throw new IllegalArgumentException(
          file + " has no \"void mainImage(out vec4 color, in vec2 place)\"");
    }
    StageShader fragment =
        StageShader.of(
            new ShaderSource(
                file.toString(),
                ShaderSource.Language.GLSL,
                whole(text).getBytes(StandardCharsets.UTF_8)),
            ShaderStage.FRAGMENT,
            new CompileOptions(null, NAMES, CompileOptions.defaults().optimizationLevel()));
    device = GraphicsDevice.on(gpu);
    pipeline =
        device.pipeline(
            PipelineDescriptor.of(Shaders.of("screen.vert", Map.of()))
                .label(file.toString())
                .fragment(fragment)
                .target(ColorTarget.of(COLORS)));
    picture = gpu.texture(TextureShape.of(COLORS, size.width(), size.height()));
    uniforms = gpu.allocate(48);
  }

  /** The version takes the place of a first line that is empty or a comment. */
  private static String whole(String text) {
    String first = text.lines().findFirst().orElse("").strip();
    boolean free = (first.isEmpty() || first.startsWith("//")) && text.indexOf('\n') >= 0;
    return "#version 450\n"
        + BEFORE
        + (free ? text.substring(text.indexOf('\n') + 1) : text)
        + BEHIND;
  }

  /** Limits the time of each launch. */
  public ShowRenderer limits(LaunchLimits limits) {
    device.limits(limits);
    return this;
  }

  /**
   * Draws a frame.
   *
   * @param seconds time since the show began
   * @param mouse place of the mouse while its button is down, and of the last click: four numbers
   */
  public Frame render(float seconds, float[] mouse) {
    TextureShape shape = picture.shape();
    uniforms.write(
        new Words()
            .add(mouse)
            .add(shape.width(), shape.height(), 1, 0)
            .add(seconds, frames++, 0, 0)
            .array());
    CommandEncoder encoder = device.encoder();
    encoder
        .begin(RenderTargets.of(Attachment.of(picture), null))
        .pipeline(pipeline)
        .resources(new BindGroup().buffer(0, 0, uniforms))
        .draw(3, 1, 0, 0)
        .end();
    RenderStatistics drawn = device.submit(encoder);
    return new Frame(
        shape.width(),
        shape.height(),
        picture.read(0),
        RenderStatistics.NONE,
        drawn,
        RenderStatistics.NONE);
  }

  @Override
  public void close() {
    uniforms.close();
    picture.close();
    pipeline.close();
    device.close();
  }
}
