package dev.zhulong.graphics;

import dev.zhulong.hal.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Draws to a set of attachments. State stays until it is changed; it starts with the whole of the
 * attachments as viewport and scissor, depth from 0 to 1, and no resources.
 */
public final class RenderPass {
  private final CommandEncoder encoder;
  private final RenderTargets targets;
  private final List<Draw.Slice> vertices = new ArrayList<>();
  private final List<Consumer<Executor>> resolves = new ArrayList<>();
  private RenderPipeline pipeline;
  private Draw.Indices indices;
  private Resources resources = Resources.NONE;
  private float[] viewport;
  private int[] scissor;
  private float[] blendConstant = new float[4];
  private int[] references;
  private boolean over;

  RenderPass(CommandEncoder encoder, RenderTargets targets) {
    this.encoder = encoder;
    this.targets = targets;
    viewport = new float[] {0, 0, targets.width(), targets.height(), 0, 1};
    scissor = new int[] {0, 0, targets.width(), targets.height()};
  }

  private void require(boolean holds, String rule) {
    if (over) {
      throw new IllegalStateException("the render pass has ended");
    }
    if (!holds) {
      String name = pipeline == null ? "render pass" : pipeline.descriptor().label;
      throw new IllegalArgumentException(name + ": " + rule);
    }
  }

  /** Fills a colour attachment; of an integer format the components are whole numbers. */
  public RenderPass clearColor(
      int attachment, double red, double green, double blue, double alpha) {
    require(
        attachment >= 0 && attachment < targets.colors().size(),
        "clears colour attachment " + attachment + " of " + targets.colors().size());
    double[] colour = {red, green, blue, alpha};
    Attachment target = targets.colors().get(attachment);
    encoder.add(executor -> executor.clearColor(target, colour));
    return this;
  }

  /** Fills depth, stencil or both. */
  public RenderPass clearDepth(DepthFormat format, Float depth, Integer stencil) {
    require(targets.depth() != null, "clears depth or stencil without such an attachment");
    encoder.add(executor -> executor.clearDepth(targets.depth(), format, depth, stencil));
    return this;
  }

  /** Sets the pipeline, whose attachments must be those of the pass. */
  public RenderPass pipeline(RenderPipeline newPipeline) {
    pipeline = newPipeline;
    PipelineDescriptor d = newPipeline.descriptor();
    require(
        d.targets.size() <= targets.colors().size(),
        d.targets.size() + " colour attachments, the pass has " + targets.colors().size());
    for (int n = 0; n < d.targets.size(); n++) {
      var own = d.targets.get(n).format();
      var given = targets.colors().get(n).texture().shape().format();
      require(
          own.equals(given),
          "colour attachment " + n + " is " + own + ", that of the pass " + given);
    }
    require(
        targets.samples() == 0 || targets.samples() == d.multisampling.samples(),
        d.multisampling.samples() + " samples a pixel, the pass has " + targets.samples());
    if (d.depth != null) {
      require(targets.depth() != null, "a depth attachment, the pass has none");
      int own = d.depth.format().storage().bytes();
      int given = targets.depth().texture().shape().format().bytes();
      require(
          own == given,
          "depth of " + d.depth.format() + " in texels of " + given + " bytes instead of " + own);
    }
    return this;
  }

  /** Sets a vertex buffer, from a byte on. */
  public RenderPass vertexBuffer(int number, Buffer buffer, int start) {
    require(number >= 0 && number < 16, "vertex buffer " + number + "; 0 to 15 exist");
    require(start >= 0 && start < buffer.size(), "vertex buffer " + number + " begins outside");
    while (vertices.size() <= number) {
      vertices.add(null);
    }
    vertices.set(number, new Draw.Slice(buffer, start));
    return this;
  }

  /** Sets the index buffer, from a byte on. */
  public RenderPass indexBuffer(Buffer buffer, int start, IndexFormat format) {
    require(start % format.bytes() == 0, "indices begin at byte " + start + " within an index");
    indices = new Draw.Indices(buffer, start, format);
    return this;
  }

  /** Sets what the shaders read and write. */
  public RenderPass resources(Resources group) {
    resources = group;
    return this;
  }

  /** Sets the viewport. */
  public RenderPass viewport(
      float x, float y, float width, float height, float nearest, float farthest) {
    require(width > 0 && height != 0, "a viewport of " + width + " by " + height);
    require(
        Math.max(width, Math.abs(height)) <= 4096 && Math.max(Math.abs(x), Math.abs(y)) <= 8192,
        "a viewport beyond 4096 pixels");
    viewport = new float[] {x, y, width, height, nearest, farthest};
    return this;
  }

  /** Sets the rectangle outside of which nothing is drawn. */
  public RenderPass scissor(int x, int y, int width, int height) {
    require(x >= 0 && y >= 0 && width >= 0 && height >= 0, "a scissor of negative place or size");
    scissor = new int[] {x, y, width, height};
    return this;
  }

  /** Sets the constant colour of blending. */
  public RenderPass blendConstant(float red, float green, float blue, float alpha) {
    blendConstant = new float[] {red, green, blue, alpha};
    return this;
  }

  /** Sets the stencil references of front and back faces, in place of the pipeline's. */
  public RenderPass stencilReference(int front, int back) {
    references = new int[] {front, back};
    return this;
  }

  /** Draws vertices. */
  public RenderPass draw(int count, int instances, int first, int firstInstance) {
    return add(null, count, instances, first, 0, firstInstance);
  }

  /** Draws by indices. */
  public RenderPass drawIndexed(
      int count, int instances, int first, int baseVertex, int firstInstance) {
    require(indices != null, "draws by indices without an index buffer");
    return add(indices, count, instances, first, baseVertex, firstInstance);
  }

  private RenderPass add(
      Draw.Indices by, int count, int instances, int first, int baseVertex, int firstInstance) {
    require(pipeline != null, "draws without a pipeline");
    require(
        count >= 0 && instances >= 0 && first >= 0 && firstInstance >= 0,
        "a draw of negative counts");
    require((long) count * instances <= 1 << 24, "a draw of more than 2^24 vertices");
    for (int n = 0; n < pipeline.descriptor().layouts.size(); n++) {
      boolean used = !pipeline.descriptor().layouts.get(n).attributes().isEmpty();
      boolean set = n < vertices.size() && vertices.get(n) != null;
      require(!used || set, "draws without vertex buffer " + n);
      boolean whole =
          !used
              || pipeline.descriptor().layouts.get(n).stride() % 4 != 0
              || vertices.get(n).start() % 4 == 0;
      require(whole, "vertex buffer " + n + " does not begin at a multiple of 4 bytes");
    }
    Draw draw =
        new Draw(
            pipeline,
            targets,
            new ArrayList<>(vertices),
            by,
            resources,
            viewport,
            scissor,
            blendConstant,
            references,
            count,
            instances,
            first,
            baseVertex,
            firstInstance);
    encoder.add(executor -> executor.draw(draw));
    return this;
  }

  /**
   * At the pass's end, makes one texel of each pixel's samples: their average, of integers the
   * first.
   */
  public RenderPass resolveColor(int attachment, Attachment target) {
    require(
        attachment >= 0 && attachment < targets.colors().size(),
        "resolves colour attachment " + attachment + " of " + targets.colors().size());
    resolve(targets.colors().get(attachment), target, "colour attachment " + attachment, true);
    return this;
  }

  /** At the pass's end, takes depth and stencil of each pixel's first sample. */
  public RenderPass resolveDepth(Attachment target) {
    require(targets.depth() != null, "resolves depth without such an attachment");
    resolve(targets.depth(), target, "depth", false);
    return this;
  }

  private void resolve(Attachment from, Attachment to, String name, boolean color) {
    require(from.samples() > 1, "resolves " + name + ", which has one sample");
    require(to.samples() == 1, "resolves " + name + " to several samples");
    require(
        from.texture().shape().format().equals(to.texture().shape().format())
            && from.width() == to.width()
            && from.height() == to.height(),
        "resolves " + name + " to a texture of another format or size");
    boolean average = color && !from.texture().shape().format().kind().integer();
    resolves.add(executor -> executor.resolve(from, to, average));
  }

  /** Ends the pass. */
  public void end() {
    require(true, "");
    over = true;
    resolves.forEach(encoder::add);
    encoder.ended();
  }
}
