package dev.zhulong.amber;

import dev.zhulong.amber.Script.Pipeline;
import dev.zhulong.compiler.CompileOptions;
import dev.zhulong.compiler.ShaderSource;
import dev.zhulong.compiler.StageShader;
import dev.zhulong.compiler.frontend.stages.ShaderStage;
import dev.zhulong.firmware.texel.TexelFormat;
import dev.zhulong.graphics.Attachment;
import dev.zhulong.graphics.ColorTarget;
import dev.zhulong.graphics.CommandEncoder;
import dev.zhulong.graphics.DepthFormat;
import dev.zhulong.graphics.DepthState;
import dev.zhulong.graphics.GraphicsDevice;
import dev.zhulong.graphics.IndexFormat;
import dev.zhulong.graphics.Multisampling;
import dev.zhulong.graphics.PipelineDescriptor;
import dev.zhulong.graphics.RenderPass;
import dev.zhulong.graphics.RenderPipeline;
import dev.zhulong.graphics.RenderStatistics;
import dev.zhulong.graphics.RenderTargets;
import dev.zhulong.graphics.Resources;
import dev.zhulong.graphics.Topology;
import dev.zhulong.graphics.VertexAttribute;
import dev.zhulong.graphics.VertexFormat;
import dev.zhulong.graphics.VertexLayout;
import dev.zhulong.hal.Buffer;
import dev.zhulong.hal.Gpu;
import dev.zhulong.hal.LaunchLimits;
import dev.zhulong.hal.Texture;
import dev.zhulong.hal.TextureShape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Carries out a script's draws and clears. */
final class DrawRunner implements AutoCloseable {
  private static final TexelFormat DEFAULT_FORMAT = TexelFormat.of("B8G8R8A8_UNORM");
  private static final VertexFormat CORNER = VertexFormat.of("R32G32_SFLOAT");

  private final Gpu gpu;
  private final GraphicsDevice device;
  private final Map<BufferSpec, Buffer> buffers;
  private final Map<Key, RenderPipeline> pipelines = new HashMap<>();
  private final Map<Pipeline, ClearValues> clearValues = new HashMap<>();
  private final Map<Pipeline, Buffer> ownColors = new HashMap<>();
  private final Map<Pipeline, Buffer> ownDepths = new HashMap<>();
  private final Map<BufferSpec, Buffer> sampledDepths = new HashMap<>();

  private CommandEncoder recorded;
  private RenderStatistics statistics = RenderStatistics.NONE;

  private record Key(Pipeline pipeline, Topology topology, boolean corners) {}

  /** What a pipeline clears with. */
  private static final class ClearValues {
    private double[] color = new double[4];
    private float depth = 1;
    private int stencil;
  }

  DrawRunner(Gpu gpu, LaunchLimits limits, Map<BufferSpec, Buffer> buffers) {
    this.gpu = gpu;
    this.device = GraphicsDevice.on(gpu).limits(limits);
    this.buffers = buffers;
  }

  private ClearValues clears(Pipeline pipeline) {
    return clearValues.computeIfAbsent(pipeline, _ -> new ClearValues());
  }

  /** Sets what a later clear fills with. */
  void set(Script.ClearValue value) {
    ClearValues values = clears(value.pipeline());
    switch (value.numbers().size()) {
      case 4 -> values.color = value.numbers().stream().mapToDouble(Double::doubleValue).toArray();
      default -> {
        if (value.stencil()) {
          values.stencil = value.numbers().getFirst().intValue();
        } else {
          values.depth = value.numbers().getFirst().floatValue();
        }
      }
    }
  }

  /** Fills all attachments of a pipeline. */
  void clear(Pipeline pipeline) {
    ClearValues values = clears(pipeline);
    RenderTargets targets = targets(pipeline);
    RenderPass pass = encoder().begin(targets);
    for (int n = 0; n < targets.colors().size(); n++) {
      if (targets.colors().get(n) == null) {
        continue;
      }
      boolean whole = targets.colors().get(n).texture().shape().format().kind().integer();
      double[] c = values.color.clone();
      for (int k = 0; whole && k < 4; k++) {
        c[k] = Math.rint(c[k] * 255);
      }
      pass.clearColor(n, c[0], c[1], c[2], c[3]);
    }
    if (targets.depth() != null) {
      DepthFormat format = depthFormat(pipeline);
      pass.clearDepth(
          format,
          format.hasDepth() ? values.depth : null,
          format.hasStencil() ? values.stencil : null);
    }
    resolve(pass, pipeline.drawing());
    pass.end();
  }

  /** A draw can begin with the clears before it, so they wait. */
  private CommandEncoder encoder() {
    if (recorded == null) {
      recorded = device.encoder();
    }
    return recorded;
  }

  /** Carries out the clears that still wait. */
  void finish() {
    if (recorded != null) {
      CommandEncoder last = recorded;
      recorded = null;
      statistics = statistics.plus(device.submit(last));
    }
  }

  private static DepthFormat depthFormat(Pipeline pipeline) {
    BufferSpec buffer = pipeline.drawing().depthBuffer;
    if (buffer == null) {
      return DepthFormat.D32_SFLOAT_S8_UINT;
    }
    return buffer.depthFormat();
  }

  private RenderTargets targets(Pipeline pipeline) {
    Drawing d = pipeline.drawing();
    List<Attachment> colors = new ArrayList<>();
    if (d.colors.isEmpty()) {
      TextureShape shape = TextureShape.of(DEFAULT_FORMAT, d.width, d.height);
      colors.add(Attachment.of(Texture.in(own(ownColors, pipeline, shape), shape)));
    } else {
      int last = d.colors.keySet().stream().mapToInt(n -> n).max().orElseThrow();
      for (int n = 0; n <= last; n++) {
        Drawing.Color color = d.colors.get(n);
        colors.add(
            color == null
                ? null
                : color.buffer().samples() > 1
                    ? Attachment.multisampled(
                        Texture.in(buffers.get(color.buffer()), color.buffer().shape()))
                    : new Attachment(
                        Texture.in(buffers.get(color.buffer()), color.buffer().image()),
                        color.level(),
                        0));
      }
    }
    Attachment depth = null;
    if (d.samples() > 1 && (d.depthBuffer != null || d.usesDepth())) {
      BufferSpec key =
          d.depthBuffer == null ? d.colors.values().iterator().next().buffer() : d.depthBuffer;
      depth = sampled(key, d, depthFormat(pipeline).storage());
    } else if (d.depthBuffer != null) {
      BufferSpec spec = d.depthBuffer;
      TextureShape shape =
          TextureShape.of(spec.depthFormat().storage(), spec.width(), spec.height());
      depth = Attachment.of(Texture.in(buffers.get(spec), shape));
    } else if (d.usesDepth() || ownDepths.containsKey(pipeline)) {
      TextureShape shape =
          TextureShape.of(DepthFormat.D32_SFLOAT_S8_UINT.storage(), d.width, d.height);
      depth = Attachment.of(Texture.in(own(ownDepths, pipeline, shape), shape));
    }
    return new RenderTargets(colors, depth, d.width, d.height);
  }

  /** Memory for the samples of a depth attachment. */
  private Attachment sampled(BufferSpec key, Drawing d, TexelFormat format) {
    TextureShape shape = Attachment.shape(format, d.width, d.height, d.samples());
    Buffer memory = sampledDepths.computeIfAbsent(key, _ -> cleared(shape));
    return Attachment.multisampled(Texture.in(memory, shape));
  }

  private Buffer own(Map<Pipeline, Buffer> all, Pipeline pipeline, TextureShape shape) {
    return all.computeIfAbsent(pipeline, _ -> cleared(shape));
  }

  private Buffer cleared(TextureShape shape) {
    Buffer made = gpu.allocate(shape.bytes());
    made.write(new int[(int) (made.size() / 4)]);
    return made;
  }

  /** What all of it has cost so far. */
  RenderStatistics statistics() {
    return statistics;
  }

  /** Draws. */
  void draw(Script.Draw draw, Function<Pipeline, Resources> resources) {
    Pipeline pipeline = draw.pipeline();
    Drawing d = pipeline.drawing();
    if (d.discardAll) {
      return;
    }
    boolean corners = draw.corners() != null;
    RenderPipeline made =
        pipelines.computeIfAbsent(new Key(pipeline, draw.topology(), corners), this::build);
    Buffer own = null;
    try {
      RenderPass pass = encoder().begin(targets(pipeline));
      pass.pipeline(made).resources(resources.apply(pipeline));
      if (d.viewport != null) {
        float[] v = d.viewport;
        pass.viewport(v[0], v[1], v[2], v[3], v[4], v[5]);
      }
      int count = draw.count();
      if (corners) {
        own = gpu.allocate(4L * draw.corners().length);
        own.write(draw.corners());
        pass.vertexBuffer(0, own, 0);
        count = draw.corners().length / 2;
      } else {
        for (int n = 0; n < d.vertices.size(); n++) {
          pass.vertexBuffer(n, buffers.get(d.vertices.get(n).buffer()), 0);
        }
      }
      if (draw.indexed()) {
        pass.indexBuffer(buffers.get(d.indices), 0, indexFormat(d.indices));
        // As in Amber itself all draws begin with the first index.
        pass.drawIndexed(count, draw.instances(), 0, draw.start(), draw.firstInstance());
      } else {
        pass.draw(count, draw.instances(), draw.start(), draw.firstInstance());
      }
      resolve(pass, d);
      pass.end();
      finish();
    } finally {
      if (own != null) {
        own.close();
      }
    }
  }

  /** Attachments of several samples go to the resolve targets, in their order. */
  private void resolve(RenderPass pass, Drawing d) {
    int target = 0;
    for (Map.Entry<Integer, Drawing.Color> color : d.colors.entrySet()) {
      if (color.getValue().buffer().samples() > 1 && target < d.resolved.size()) {
        BufferSpec to = d.resolved.get(target++);
        pass.resolveColor(color.getKey(), Attachment.of(Texture.in(buffers.get(to), to.image())));
      }
    }
  }

  private static IndexFormat indexFormat(BufferSpec spec) {
    return switch (spec.layout().stride()) {
      case 1 -> IndexFormat.UINT8;
      case 2 -> IndexFormat.UINT16;
      case 4 -> IndexFormat.UINT32;
      default ->
          throw new IllegalArgumentException(
              "buffer " + spec.name() + " is no list of indices of 1, 2 or 4 bytes");
    };
  }

  private RenderPipeline build(Key key) {
    Pipeline pipeline = key.pipeline;
    Drawing d = pipeline.drawing();
    PipelineDescriptor descriptor =
        PipelineDescriptor.of(shader(d.vertex, ShaderStage.VERTEX))
            .label("pipeline " + pipeline.name())
            .topology(key.topology, d.restart)
            .polygonMode(d.polygonMode)
            .cull(d.cull, d.clockwise)
            .depthClamp(d.depthClamp)
            .missingInputs(true)
            .lineWidth(d.lineWidth);
    if (d.fragment != null) {
      descriptor.fragment(shader(d.fragment, ShaderStage.FRAGMENT));
    }
    if (d.logical) {
      descriptor.logic(d.logicOp);
    }
    if (key.corners) {
      descriptor.layout(new VertexLayout(8, false, List.of(new VertexAttribute(0, CORNER, 0))));
    } else {
      for (Drawing.VertexData v : d.vertices) {
        descriptor.layout(
            new VertexLayout(
                v.stride(),
                v.perInstance(),
                List.of(new VertexAttribute(v.location(), v.format(), v.offset()))));
      }
    }
    List<TexelFormat> formats = new ArrayList<>();
    d.colors.forEach(
        (location, color) -> {
          while (formats.size() < location) {
            formats.add(null);
          }
          formats.add(color.buffer().image().format());
        });
    if (formats.isEmpty()) {
      formats.add(DEFAULT_FORMAT);
    }
    for (TexelFormat format : formats) {
      descriptor.target(
          format == null
              ? null
              : new ColorTarget(format, format.kind().integer() ? null : d.blend(), d.writeMask));
    }
    if (d.samples() > 1) {
      descriptor.multisampling(Multisampling.of(d.samples()));
    }
    if (d.usesDepth()) {
      descriptor.depth(depth(pipeline));
    }
    if (d.depthZeroOne && !d.depthClamp) {
      boolean free = d.depthUnrestricted && depthFormat(pipeline).isFloat();
      float most = Float.POSITIVE_INFINITY;
      descriptor.depthLimits(free ? -most : 0, free ? most : 1);
    }
    return device.pipeline(descriptor);
  }

  private static DepthState depth(Pipeline pipeline) {
    Drawing d = pipeline.drawing();
    return new DepthState(
        depthFormat(pipeline),
        d.depthTest,
        d.depthTest && d.depthWrite,
        d.depthCompare,
        d.depthClamp,
        d.biased ? d.bias : 0,
        d.biased ? d.slopeBias : 0,
        d.biased ? d.biasClamp : 0,
        d.depthBounds,
        d.least,
        d.most,
        d.stencilTest,
        d.front.made(),
        d.back.made());
  }

  private static StageShader shader(Drawing.Stage stage, ShaderStage kind) {
    boolean named = stage.source().language() != ShaderSource.Language.GLSL;
    return StageShader.of(
        stage.source(),
        kind,
        new CompileOptions(named ? stage.entryPoint() : null, Map.of(), 2, stage.constants()));
  }

  @Override
  public void close() {
    pipelines.values().forEach(RenderPipeline::close);
    ownColors.values().forEach(Buffer::close);
    ownDepths.values().forEach(Buffer::close);
    sampledDepths.values().forEach(Buffer::close);
    device.close();
  }
}
