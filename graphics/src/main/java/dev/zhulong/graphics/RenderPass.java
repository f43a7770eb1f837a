package dev.zhulong.graphics;

import dev.zhulong.hal.Buffer;
import java.util.ArrayList;
import java.util.Arrays;
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
  private float[][] viewports = new float[DrawState.VIEWPORTS][];
  private int[][] scissors = new int[DrawState.VIEWPORTS][];
  private float[] blendConstant = new float[4];
  private int[] references;
  private boolean over;

  RenderPass(CommandEncoder encoder, RenderTargets targets) {
    this.encoder = encoder;
    this.targets = targets;
    Arrays.fill(viewports, new float[] {0, 0, targets.width(), targets.height(), 0, 1});
    Arrays.fill(scissors, new int[] {0, 0, targets.width(), targets.height()});
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

  private boolean has(int attachment) {
    return attachment >= 0
        && attachment < targets.colors().size()
        && targets.colors().get(attachment) != null;
  }

  /** Fills a colour attachment; of an integer format the components are whole numbers. */
  public RenderPass clearColor(
      int attachment, double red, double green, double blue, double alpha) {
    require(
        has(attachment),
        "clears colour attachment " + attachment + " of " + targets.colors().size());
    double[] colour = {red, green, blue, alpha};
    Attachment target = targets.colors().get(attachment);
    for (int n = 0; n < targets.layers(); n++) {
      Attachment layer = target.next(n);
      encoder.add(executor -> executor.clearColor(layer, colour));
    }
    return this;
  }

  /** Fills depth, stencil or both. */
  public RenderPass clearDepth(DepthFormat format, Float depth, Integer stencil) {
    require(targets.depth() != null, "clears depth or stencil without such an attachment");
    for (int n = 0; n < targets.layers(); n++) {
      Attachment layer = targets.depth().next(n);
      encoder.add(executor -> executor.clearDepth(layer, format, depth, stencil));
    }
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
      if (d.targets.get(n) == null) {
        continue;
      }
      require(has(n), "colour attachment " + n + ", which the pass has not");
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

  /** Sets the viewport that primitives go by unless the vertex shader names another. */
  public RenderPass viewport(
      float x, float y, float width, float height, float nearest, float farthest) {
    return viewport(0, x, y, width, height, nearest, farthest);
  }

  /** Sets one of 16 viewports. */
  public RenderPass viewport(
      int number, float x, float y, float width, float height, float nearest, float farthest) {
    requireViewport(number);
    require(width > 0 && height != 0, "a viewport of " + width + " by " + height);
    require(
        Math.max(width, Math.abs(height)) <= 4096 && Math.max(Math.abs(x), Math.abs(y)) <= 8192,
        "a viewport beyond 4096 pixels");
    viewports = viewports.clone();
    viewports[number] = new float[] {x, y, width, height, nearest, farthest};
    return this;
  }

  private void requireViewport(int number) {
    require(
        number >= 0 && number < DrawState.VIEWPORTS,
        "viewport " + number + "; 0 to " + (DrawState.VIEWPORTS - 1) + " exist");
  }

  /** Sets the rectangle outside of which nothing is drawn; it belongs to the first viewport. */
  public RenderPass scissor(int x, int y, int width, int height) {
    return scissor(0, x, y, width, height);
  }

  /** Sets the rectangle of one of 16 viewports. */
  public RenderPass scissor(int number, int x, int y, int width, int height) {
    requireViewport(number);
    require(x >= 0 && y >= 0 && width >= 0 && height >= 0, "a scissor of negative place or size");
    scissors = scissors.clone();
    scissors[number] = new int[] {x, y, width, height};
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
    Draw draw = prepared(by).of(count, instances, first, baseVertex, firstInstance);
    encoder.add(executor -> executor.draw(draw));
    return this;
  }

  /**
   * Draws as often as a buffer says: of each draw the vertices, instances, first vertex and first
   * instance. The driver reads them when the pass is carried out, after what was submitted before
   * it and what its own earlier draws have written.
   *
   * @param start first byte
   * @param draws how many
   * @param stride bytes from one to the next
   */
  public RenderPass drawIndirect(Buffer buffer, int start, int draws, int stride) {
    return indirect(null, buffer, start, draws, stride);
  }

  /**
   * The same by indices: of each draw the indices, instances, first index, base vertex and first
   * instance.
   */
  public RenderPass drawIndexedIndirect(Buffer buffer, int start, int draws, int stride) {
    require(indices != null, "draws by indices without an index buffer");
    return indirect(indices, buffer, start, draws, stride);
  }

  private RenderPass indirect(Draw.Indices by, Buffer buffer, int start, int draws, int stride) {
    int bytes = by == null ? 16 : 20;
    require(
        start >= 0
            && draws >= 0
            && (draws <= 1 || stride >= bytes)
            && (draws == 0 || start + (draws - 1L) * stride + bytes <= buffer.size()),
        draws
            + " indirect draws from byte "
            + start
            + " on, each "
            + stride
            + " bytes, in a buffer of "
            + buffer.size());
    Draw whole = prepared(by);
    encoder.add(
        executor -> {
          for (int n = 0; n < draws; n++) {
            executor.draw(whole.read(buffer, start + (long) n * stride));
          }
        });
    return this;
  }

  /** A draw of nothing with the state of the pass. */
  private Draw prepared(Draw.Indices by) {
    require(pipeline != null, "draws without a pipeline");
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
    return new Draw(
        pipeline,
        targets,
        new ArrayList<>(vertices),
        by,
        resources,
        viewports,
        scissors,
        blendConstant,
        references,
        0,
        0,
        0,
        0,
        0);
  }

  /**
   * At the pass's end, makes one texel of each pixel's samples: their average, of integers the
   * first.
   */
  public RenderPass resolveColor(int attachment, Attachment target) {
    require(
        has(attachment),
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
    require(
        targets.layers() <= to.layers(),
        "resolves " + name + " to " + to.layers() + " layers, the pass has " + targets.layers());
    for (int n = 0; n < targets.layers(); n++) {
      Attachment each = from.next(n);
      Attachment layer = to.next(n);
      resolves.add(executor -> executor.resolve(each, layer, average));
    }
  }

  /** Ends the pass. */
  public void end() {
    require(true, "");
    over = true;
    resolves.forEach(encoder::add);
    encoder.ended();
  }
}
