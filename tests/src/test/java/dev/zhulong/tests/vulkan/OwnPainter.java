package dev.zhulong.tests.vulkan;

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
import dev.zhulong.graphics.IndexFormat;
import dev.zhulong.graphics.PipelineDescriptor;
import dev.zhulong.graphics.RenderPass;
import dev.zhulong.graphics.RenderPipeline;
import dev.zhulong.graphics.RenderTargets;
import dev.zhulong.graphics.VertexAttribute;
import dev.zhulong.graphics.VertexFormat;
import dev.zhulong.graphics.VertexLayout;
import dev.zhulong.hal.Buffer;
import dev.zhulong.hal.Gpu;
import dev.zhulong.hal.Texture;
import dev.zhulong.hal.TextureShape;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Draws with this project. */
final class OwnPainter implements AutoCloseable {
  private final Gpu gpu;
  private final GraphicsDevice device;

  OwnPainter(String address) {
    gpu = Gpu.open(address);
    device = GraphicsDevice.on(gpu);
  }

  private static StageShader shader(ShaderStage stage, String text) {
    return StageShader.of(
        new ShaderSource(
            stage + ".glsl", ShaderSource.Language.GLSL, text.getBytes(StandardCharsets.UTF_8)),
        stage,
        CompileOptions.defaults());
  }

  private static PipelineDescriptor describe(Drawing d) {
    PipelineDescriptor p =
        PipelineDescriptor.of(shader(ShaderStage.VERTEX, d.vertex))
            .label(d.name)
            .fragment(shader(ShaderStage.FRAGMENT, d.fragment))
            .topology(d.topology, d.restart)
            .polygonMode(d.polygon)
            .cull(d.cull, d.clockwise)
            .lineWidth(d.lineWidth);
    for (Drawing.Vertices vertices : d.vertices) {
      List<VertexAttribute> attributes = new ArrayList<>();
      int at = 0;
      for (int n = 0; n < vertices.widths().length; n++) {
        attributes.add(
            new VertexAttribute(
                vertices.firstLocation() + n, VertexFormat.of(format(vertices.widths()[n])), at));
        at += 4 * vertices.widths()[n];
      }
      p.layout(new VertexLayout(vertices.stride(), vertices.perInstance(), attributes));
    }
    for (String target : d.targets) {
      p.target(new ColorTarget(TexelFormat.of(target), d.blend, d.writeMask));
    }
    if (d.depth != null) {
      p.depth(d.depth);
    }
    if (d.logic != null) {
      p.logic(d.logic);
    }
    return d.depthClamp ? p.depthClamp(true) : p;
  }

  /** Vulkan's name of so many floats. */
  static String format(int width) {
    return new String[] {"R32_SFLOAT", "R32G32_SFLOAT", "R32G32B32_SFLOAT", "R32G32B32A32_SFLOAT"}
        [width - 1];
  }

  /** The texels of the attachments. */
  List<byte[]> draw(Drawing d) {
    List<AutoCloseable> all = new ArrayList<>();
    try (RenderPipeline pipeline = device.pipeline(describe(d))) {
      List<Texture> targets = new ArrayList<>();
      List<Attachment> colors = new ArrayList<>();
      for (String format : d.targets) {
        Texture target =
            gpu.texture(TextureShape.of(TexelFormat.of(format), Drawing.SIZE, Drawing.SIZE));
        all.add(target);
        targets.add(target);
        colors.add(Attachment.of(target));
      }
      Attachment depth = null;
      if (d.depth != null) {
        Texture texture =
            gpu.texture(TextureShape.of(d.depth.format().storage(), Drawing.SIZE, Drawing.SIZE));
        all.add(texture);
        depth = Attachment.of(texture);
      }
      BindGroup group = new BindGroup();
      if (d.uniforms != null) {
        Buffer uniforms = gpu.allocate(4L * d.uniforms.length);
        all.add(uniforms);
        uniforms.write(d.uniforms);
        group.buffer(0, 0, uniforms);
      }
      for (Drawing.Texels t : d.textures) {
        Texture texture =
            gpu.texture(
                new TextureShape(
                    t.texelFormat(),
                    t.width(),
                    t.height(),
                    t.depth(),
                    t.levels(),
                    t.view() == Drawing.View.D3));
        all.add(texture);
        for (int level = 0; level < t.levels(); level++) {
          texture.write(level, t.level(level));
        }
        group.texture(0, t.binding(), texture, t.sampler());
      }
      CommandEncoder encoder = device.encoder();
      RenderPass pass = encoder.begin(new RenderTargets(colors, depth, Drawing.SIZE, Drawing.SIZE));
      for (int n = 0; n < targets.size(); n++) {
        pass.clearColor(n, d.clear[0], d.clear[1], d.clear[2], d.clear[3]);
      }
      if (d.depth != null) {
        pass.clearDepth(
            d.depth.format(),
            d.depth.format().hasDepth() ? d.clearDepth : null,
            d.depth.format().hasStencil() ? d.clearStencil : null);
      }
      float[] v = d.viewport;
      pass.pipeline(pipeline)
          .resources(group)
          .viewport(v[0], v[1], v[2], v[3], v[4], v[5])
          .scissor(d.scissor[0], d.scissor[1], d.scissor[2], d.scissor[3])
          .blendConstant(d.constant[0], d.constant[1], d.constant[2], d.constant[3]);
      for (int n = 0; n < d.vertices.size(); n++) {
        Buffer buffer = gpu.allocate(4L * d.vertices.get(n).values().length);
        all.add(buffer);
        buffer.write(d.vertices.get(n).values());
        pass.vertexBuffer(n, buffer, 0);
      }
      if (d.indices == null) {
        pass.draw(d.count, d.instances, d.first, d.firstInstance);
      } else {
        int[] words = packed(d);
        Buffer buffer = gpu.allocate(4L * words.length);
        all.add(buffer);
        buffer.write(words);
        pass.indexBuffer(buffer, 0, d.shortIndices ? IndexFormat.UINT16 : IndexFormat.UINT32)
            .drawIndexed(d.count, d.instances, d.first, d.baseVertex, d.firstInstance);
      }
      pass.end();
      device.submit(encoder);
      List<byte[]> made = new ArrayList<>();
      targets.forEach(target -> made.add(target.read(0)));
      return made;
    } finally {
      for (AutoCloseable one : all) {
        close(one);
      }
    }
  }

  private static void close(AutoCloseable one) {
    switch (one) {
      case Texture texture -> texture.close();
      case Buffer buffer -> buffer.close();
      default -> throw new IllegalStateException("" + one);
    }
  }

  /** The indices as words, two in each where they are short. */
  static int[] packed(Drawing d) {
    if (!d.shortIndices) {
      return d.indices;
    }
    int[] words = new int[(d.indices.length + 1) / 2];
    for (int n = 0; n < d.indices.length; n++) {
      words[n / 2] |= (d.indices[n] & 0xffff) << 16 * (n % 2);
    }
    return words;
  }

  @Override
  public void close() {
    device.close();
    gpu.close();
  }
}
