package dev.zhulong.amber;

import dev.zhulong.compiler.ShaderSource;
import dev.zhulong.graphics.BlendFactor;
import dev.zhulong.graphics.BlendOp;
import dev.zhulong.graphics.BlendState;
import dev.zhulong.graphics.CompareOp;
import dev.zhulong.graphics.CullMode;
import dev.zhulong.graphics.LogicOp;
import dev.zhulong.graphics.PolygonMode;
import dev.zhulong.graphics.StencilFace;
import dev.zhulong.graphics.StencilOp;
import dev.zhulong.graphics.VertexFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a graphics pipeline of a script has besides its bindings; filled while it is read. */
final class Drawing {
  /** Size of a framebuffer for which the script gives none. */
  static final int DEFAULT_SIZE = 250;

  /**
   * A shader.
   *
   * @param source its source
   * @param name the script's name of it
   * @param entryPoint the function to start at
   * @param constants values of specialization constants by their number
   */
  record Stage(
      ShaderSource source, String name, String entryPoint, Map<Integer, String> constants) {}

  /** A colour attachment: an image and the mip level that is drawn to. */
  record Color(BufferSpec buffer, int level) {}

  /**
   * A vertex attribute, from a buffer of its own.
   *
   * @param location of the vertex shader's input
   * @param buffer where it is
   * @param perInstance whether it goes on with instances
   * @param format its format
   * @param offset first byte
   * @param stride bytes from one to the next
   */
  record VertexData(
      int location,
      BufferSpec buffer,
      boolean perInstance,
      VertexFormat format,
      int offset,
      int stride) {}

  /** A stencil face while it is read. */
  static final class Face {
    StencilOp fail = StencilOp.KEEP;
    StencilOp pass = StencilOp.KEEP;
    StencilOp depthFail = StencilOp.KEEP;
    CompareOp compare = CompareOp.ALWAYS;
    int compareMask = 255;
    int writeMask = 255;
    int reference;

    StencilFace made() {
      return new StencilFace(fail, pass, depthFail, compare, compareMask, writeMask, reference);
    }

    private Face copy() {
      Face copy = new Face();
      copy.fail = fail;
      copy.pass = pass;
      copy.depthFail = depthFail;
      copy.compare = compare;
      copy.compareMask = compareMask;
      copy.writeMask = writeMask;
      copy.reference = reference;
      return copy;
    }
  }

  Stage vertex;
  Stage fragment;
  int width = DEFAULT_SIZE;
  int height = DEFAULT_SIZE;

  /** x, y, width, height, nearest and farthest depth, or null for the whole framebuffer. */
  float[] viewport;

  Map<Integer, Color> colors = new TreeMap<>();
  BufferSpec depthBuffer;

  /** Targets of the colour attachments of several samples, in their order. */
  List<BufferSpec> resolved = new ArrayList<>();

  List<VertexData> vertices = new ArrayList<>();
  BufferSpec indices;
  PolygonMode polygonMode = PolygonMode.FILL;
  CullMode cull = CullMode.NONE;
  boolean clockwise;
  boolean restart;
  boolean discardAll;
  float lineWidth = 1;
  boolean depthTest;
  boolean depthWrite;
  boolean depthClamp;
  boolean depthBounds;

  /** Whether depth outside of the viewport's range is brought into 0 to 1. */
  boolean depthZeroOne;

  /** Whether depth of a float format may be outside of 0 to 1. */
  boolean depthUnrestricted;

  boolean biased;
  CompareOp depthCompare = CompareOp.LESS;
  float least;
  float most = 1;
  float bias;
  float slopeBias;
  float biasClamp;
  boolean stencilTest;
  Face front = new Face();
  Face back = new Face();
  boolean blends;
  BlendFactor sourceColor = BlendFactor.ZERO;
  BlendFactor destinationColor = BlendFactor.ZERO;
  BlendFactor sourceAlpha = BlendFactor.ZERO;
  BlendFactor destinationAlpha = BlendFactor.ZERO;
  BlendOp colorOp = BlendOp.ADD;
  BlendOp alphaOp = BlendOp.ADD;
  boolean logical;
  LogicOp logicOp = LogicOp.CLEAR;
  int writeMask = 15;

  /** A copy that can be changed without this one. */
  Drawing copy() {
    Drawing d = new Drawing();
    d.vertex = vertex;
    d.fragment = fragment;
    d.width = width;
    d.height = height;
    d.viewport = viewport;
    d.colors = new TreeMap<>(colors);
    d.depthBuffer = depthBuffer;
    d.resolved = new ArrayList<>(resolved);
    d.vertices = new ArrayList<>(vertices);
    d.indices = indices;
    d.polygonMode = polygonMode;
    d.cull = cull;
    d.clockwise = clockwise;
    d.restart = restart;
    d.discardAll = discardAll;
    d.lineWidth = lineWidth;
    d.depthTest = depthTest;
    d.depthWrite = depthWrite;
    d.depthClamp = depthClamp;
    d.depthBounds = depthBounds;
    d.depthZeroOne = depthZeroOne;
    d.depthUnrestricted = depthUnrestricted;
    d.biased = biased;
    d.depthCompare = depthCompare;
    d.least = least;
    d.most = most;
    d.bias = bias;
    d.slopeBias = slopeBias;
    d.biasClamp = biasClamp;
    d.stencilTest = stencilTest;
    d.front = front.copy();
    d.back = back.copy();
    d.blends = blends;
    d.sourceColor = sourceColor;
    d.destinationColor = destinationColor;
    d.sourceAlpha = sourceAlpha;
    d.destinationAlpha = destinationAlpha;
    d.colorOp = colorOp;
    d.alphaOp = alphaOp;
    d.logical = logical;
    d.logicOp = logicOp;
    d.writeMask = writeMask;
    return d;
  }

  /** How colours are blended, or null. */
  BlendState blend() {
    return blends
        ? new BlendState(
            sourceColor, destinationColor, colorOp, sourceAlpha, destinationAlpha, alphaOp)
        : null;
  }

  /** Samples of a pixel. */
  int samples() {
    return colors.values().stream().mapToInt(c -> c.buffer().samples()).max().orElse(1);
  }

  /** Whether the pipeline looks at depth or stencil. */
  boolean usesDepth() {
    return depthTest || depthBounds || stencilTest;
  }
}
