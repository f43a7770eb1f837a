package dev.zhulong.graphics;

import dev.zhulong.compiler.StageShader;
import java.util.ArrayList;
import java.util.List;

/**
 * Everything that is fixed about a render pipeline. The methods change it and return it.
 *
 * <p>Coordinates are Vulkan's: y goes down, depth from 0 to 1.
 */
public final class PipelineDescriptor {
  String label = "pipeline";
  final StageShader vertex;
  StageShader fragment;
  final List<VertexLayout> layouts = new ArrayList<>();
  final List<ColorTarget> targets = new ArrayList<>();
  Topology topology = Topology.TRIANGLE_LIST;
  boolean restart;
  PolygonMode polygonMode = PolygonMode.FILL;
  CullMode cull = CullMode.NONE;
  boolean clockwise;
  DepthState depth;
  boolean depthClamp;
  Boolean depthClip;
  boolean provokingLast;
  LogicOp logic;
  float lineWidth = 1;
  Multisampling multisampling = Multisampling.SINGLE;
  boolean missingInputs;
  float[] depthLimits;

  private PipelineDescriptor(StageShader vertex) {
    this.vertex = vertex;
  }

  /** A pipeline of triangle lists without attachments. */
  public static PipelineDescriptor of(StageShader vertex) {
    return new PipelineDescriptor(vertex);
  }

  /** Names it in messages. */
  public PipelineDescriptor label(String text) {
    label = text;
    return this;
  }

  /** Sets the fragment shader. */
  public PipelineDescriptor fragment(StageShader shader) {
    fragment = shader;
    return this;
  }

  /** Adds a vertex buffer; they are numbered from 0. */
  public PipelineDescriptor layout(VertexLayout layout) {
    layouts.add(layout);
    return this;
  }

  /**
   * Adds a colour attachment, which the fragment output of the next location goes to; null leaves
   * that number out.
   */
  public PipelineDescriptor target(ColorTarget target) {
    targets.add(target);
    return this;
  }

  /** Sets how vertices become primitives. */
  public PipelineDescriptor topology(Topology newTopology, boolean primitiveRestart) {
    topology = newTopology;
    restart = primitiveRestart;
    return this;
  }

  /** Sets what is drawn of polygons. */
  public PipelineDescriptor polygonMode(PolygonMode mode) {
    polygonMode = mode;
    return this;
  }

  /** Sets which polygons are drawn, and whether those that go clockwise are front faces. */
  public PipelineDescriptor cull(CullMode mode, boolean frontIsClockwise) {
    cull = mode;
    clockwise = frontIsClockwise;
    return this;
  }

  /** Sets depth and stencil. */
  public PipelineDescriptor depth(DepthState state) {
    depth = state;
    depthClamp |= state.clamp();
    return this;
  }

  /** Brings depth into the viewport's range instead of clipping at it. */
  public PipelineDescriptor depthClamp(boolean clamp) {
    depthClamp = clamp;
    return this;
  }

  /**
   * Sets whether primitives are clipped at the nearest and farthest depth; if this is not called,
   * they are unless depth is clamped.
   */
  public PipelineDescriptor depthClip(boolean clip) {
    depthClip = clip;
    return this;
  }

  boolean clipsDepth() {
    return depthClip == null ? !depthClamp : depthClip;
  }

  /** Sets whether flat inputs come from a primitive's last vertex instead of its first. */
  public PipelineDescriptor provokingVertexLast(boolean last) {
    provokingLast = last;
    return this;
  }

  /** Sets an operation on bits that takes the place of blending. */
  public PipelineDescriptor logic(LogicOp op) {
    logic = op;
    return this;
  }

  /** Sets how many samples a pixel has; those of the pass's attachments. */
  public PipelineDescriptor multisampling(Multisampling state) {
    multisampling = state;
    return this;
  }

  /**
   * Lets the vertex shader have inputs that no vertex buffer has; they are 0. Otherwise such a
   * pipeline is refused.
   */
  public PipelineDescriptor missingInputs(boolean allowed) {
    missingInputs = allowed;
    return this;
  }

  /**
   * Sets what the depth of fragments is brought into before it is tested, in place of the
   * viewport's range; infinite limits leave it as it is.
   */
  public PipelineDescriptor depthLimits(float least, float most) {
    depthLimits = new float[] {least, most};
    return this;
  }

  /** Sets the width of lines in pixels. */
  public PipelineDescriptor lineWidth(float pixels) {
    lineWidth = pixels;
    return this;
  }
}
