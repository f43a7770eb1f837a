package dev.zhulong.tests.vulkan;

import dev.zhulong.firmware.texel.TexelFormat;
import dev.zhulong.graphics.BlendState;
import dev.zhulong.graphics.CullMode;
import dev.zhulong.graphics.DepthState;
import dev.zhulong.graphics.LogicOp;
import dev.zhulong.graphics.PolygonMode;
import dev.zhulong.graphics.Topology;
import dev.zhulong.hal.Sampler;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** One draw and everything that it depends on. The methods change it and return it. */
final class Drawing {
  static final int SIZE = 64;

  /** Colours by vertex. */
  static final String VERTEX =
      """
      #version 450
      layout(location = 0) in vec4 position;
      layout(location = 1) in vec4 color;
      layout(location = 0) out vec4 v;
      void main() { gl_Position = position; v = color; gl_PointSize = 1.0; }
      """;

  /** The colour as it comes. */
  static final String FRAGMENT =
      """
      #version 450
      layout(location = 0) in vec4 v;
      layout(location = 0) out vec4 c;
      void main() { c = v; }
      """;

  /** What kind of image a shader sees. */
  enum View {
    D1,
    D2,
    D3,
    CUBE,
    D1_ARRAY,
    D2_ARRAY,
    CUBE_ARRAY
  }

  /** A texture with random texels. */
  record Texels(
      int binding,
      View view,
      String format,
      int width,
      int height,
      int depth,
      int levels,
      Sampler sampler,
      boolean compare) {
    TexelFormat texelFormat() {
      return TexelFormat.of(format);
    }

    int width(int level) {
      return Math.max(1, width >> level);
    }

    int height(int level) {
      return Math.max(1, height >> level);
    }

    int depth(int level) {
      return view == View.D3 ? Math.max(1, depth >> level) : depth;
    }

    byte[] level(int level) {
      TexelFormat f = texelFormat();
      Random random = new Random(format.hashCode() * 31L + level);
      byte[] made = new byte[width(level) * height(level) * depth(level) * f.bytes()];
      for (int at = 0; at < made.length; at += f.bytes()) {
        double[] c = new double[4];
        for (int n = 0; n < 4; n++) {
          c[n] = f.kind().integer() ? random.nextInt(100) : random.nextDouble();
          c[n] = f.name().contains("SNORM") ? 2 * c[n] - 1 : c[n];
        }
        f.encode(c, made, at);
      }
      return made;
    }
  }

  /** Vertices of so many floats; those of {@code widths} each location from 0 on. */
  record Vertices(float[] values, boolean perInstance, int firstLocation, int... widths) {
    int stride() {
      int words = 0;
      for (int width : widths) {
        words += width;
      }
      return 4 * words;
    }
  }

  final String name;
  String vertex = VERTEX;
  String fragment = FRAGMENT;
  Topology topology = Topology.TRIANGLE_LIST;
  boolean restart;
  final List<Vertices> vertices = new ArrayList<>();
  int[] indices;
  boolean shortIndices;
  int count;
  int instances = 1;
  int first;
  int baseVertex;
  int firstInstance;
  List<String> targets = List.of("R8G8B8A8_UNORM");
  BlendState blend;
  int writeMask = 15;
  LogicOp logic;
  DepthState depth;
  float clearDepth = 1;
  int clearStencil;
  double[] clear = {0.2, 0.3, 0.4, 0.5};
  float[] constant = new float[4];
  CullMode cull = CullMode.NONE;
  boolean clockwise;
  PolygonMode polygon = PolygonMode.FILL;
  boolean depthClamp;
  float lineWidth = 1;
  float[] viewport = {0, 0, SIZE, SIZE, 0, 1};
  int[] scissor = {0, 0, SIZE, SIZE};
  final List<Texels> textures = new ArrayList<>();
  float[] uniforms;

  /** How many steps of its format a component may be off. */
  int steps = 1;

  private Drawing(String name) {
    this.name = name;
  }

  static Drawing of(String name) {
    return new Drawing(name);
  }

  Drawing shaders(String newVertex, String newFragment) {
    vertex = newVertex == null ? VERTEX : newVertex;
    fragment = newFragment == null ? FRAGMENT : newFragment;
    return this;
  }

  /** Eight floats a vertex: position and colour. */
  Drawing mesh(Topology newTopology, float... values) {
    topology = newTopology;
    vertices.add(new Vertices(values, false, 0, 4, 4));
    count = values.length / 8;
    return this;
  }

  Drawing data(Vertices more, int newCount) {
    vertices.add(more);
    count = newCount;
    return this;
  }

  Drawing indices(boolean restarts, boolean small, int... values) {
    restart = restarts;
    shortIndices = small;
    indices = values;
    count = values.length;
    return this;
  }

  Drawing instances(int number, int from) {
    instances = number;
    firstInstance = from;
    return this;
  }

  Drawing from(int vertex, int base) {
    first = vertex;
    baseVertex = base;
    return this;
  }

  Drawing count(int number) {
    count = number;
    return this;
  }

  Drawing targets(String... formats) {
    targets = List.of(formats);
    return this;
  }

  Drawing clear(double... color) {
    clear = color;
    return this;
  }

  Drawing blend(BlendState state) {
    blend = state;
    return this;
  }

  Drawing constant(float... color) {
    constant = color;
    return this;
  }

  Drawing steps(int number) {
    steps = number;
    return this;
  }

  Drawing mask(int bits) {
    writeMask = bits;
    return this;
  }

  Drawing logic(LogicOp op) {
    logic = op;
    return this;
  }

  Drawing depth(DepthState state, float cleared, int stencil) {
    depth = state;
    clearDepth = cleared;
    clearStencil = stencil;
    return this;
  }

  Drawing cull(CullMode mode, boolean frontIsClockwise) {
    cull = mode;
    clockwise = frontIsClockwise;
    return this;
  }

  Drawing polygon(PolygonMode mode) {
    polygon = mode;
    return this;
  }

  Drawing clamp() {
    depthClamp = true;
    return this;
  }

  Drawing lineWidth(float pixels) {
    lineWidth = pixels;
    return this;
  }

  Drawing viewport(float... values) {
    viewport = values;
    return this;
  }

  Drawing scissor(int... values) {
    scissor = values;
    return this;
  }

  Drawing texture(
      View view,
      String format,
      int width,
      int height,
      int depthOrLayers,
      int levels,
      Sampler sampler) {
    textures.add(
        new Texels(
            1 + textures.size(),
            view,
            format,
            width,
            height,
            depthOrLayers,
            levels,
            sampler,
            sampler.compare() != Sampler.Compare.NEVER));
    return this;
  }

  /** A uniform block at binding 0. */
  Drawing uniforms(float... values) {
    uniforms = values;
    return this;
  }

  @Override
  public String toString() {
    return name;
  }
}
