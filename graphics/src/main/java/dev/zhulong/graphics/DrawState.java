package dev.zhulong.graphics;

import dev.zhulong.compiler.frontend.stages.StageLinker;

/**
 * Words of the buffer by which the driver tells the kernels of a draw what changes between draws.
 */
final class DrawState {
  /** Vertices or indices of an instance. */
  static final int COUNT = 0;

  /** Vertices of all instances. */
  static final int TOTAL = 1;

  static final int FIRST = 2;
  static final int BASE_VERTEX = 3;
  static final int FIRST_INSTANCE = 4;

  /** First byte of the indices. */
  static final int INDEX_START = 5;

  /** First bytes of 16 vertex buffers. */
  static final int VERTEX_STARTS = 8;

  static final int FIRST_PRIMITIVE = 24;
  static final int PRIMITIVES = 25;
  static final int PRIMITIVES_PER_INSTANCE = 26;
  static final int FLAGS = 27;

  /** Pixels that may be drawn: left, top, right, bottom, the last two beyond. */
  static final int SCISSOR = 28;

  /** The same within the viewport. */
  static final int VIEW = 32;

  /** Centre and half size of the viewport, its nearest depth and depth range. */
  static final int VIEWPORT = 36;

  static final int BIAS = 42;
  static final int SLOPE_BIAS = 43;
  static final int BIAS_CLAMP = 44;
  static final int LINE_WIDTH = 45;
  static final int TILES_X = 46;

  /** Words of a tile's mask of primitives. */
  static final int MASK_WORDS = 47;

  static final int BLEND_CONSTANT = 48;

  /** Reference, compare mask and write mask, front and back. */
  static final int STENCIL = 52;

  static final int TILE_X = 58;
  static final int TILE_Y = 59;
  static final int WIDTH = 60;
  static final int HEIGHT = 61;
  static final int DEPTH_LEAST = 62;
  static final int DEPTH_MOST = 63;
  static final int BOUNDS_LEAST = 64;
  static final int BOUNDS_MOST = 65;

  /** First texels of eight colour attachments and the depth attachment. */
  static final int ATTACHMENTS = 66;

  /** Attachments whose tiles begin with a value instead of what they hold: bits 0 to 8. */
  static final int CLEARED = 76;

  /** Those values, four words each. */
  static final int CLEAR_VALUES = 77;

  static final int TILES_Y = 113;
  static final int LAYERS = 114;

  /** Words of a draw by one viewport. */
  static final int SINGLE = 116;

  /** Viewports that a vertex shader may choose from. */
  static final int VIEWPORTS = 16;

  /** Words from scissor to depth range of each of them, the same as those of the first. */
  static final int VIEWPORT_WORDS = 16;

  /** Nearest and farthest depth of the first of them. */
  static final int VIEWPORT_DEPTHS = SINGLE + 14;

  static final int WORDS = SINGLE + VIEWPORTS * VIEWPORT_WORDS;

  static final int FLAG_CULL_FRONT = 1;
  static final int FLAG_CULL_BACK = 2;
  static final int FLAG_CLOCKWISE = 4;
  static final int FLAG_NO_DEPTH_CLIP = 8;

  /** Descriptor set of the buffers that are the driver's own. */
  static final int SET = StageLinker.DRIVER_SET;

  /** Descriptor set of vertices and indices, which are read with checks. */
  static final int CHECKED_SET = StageLinker.CHECKED_SET;

  static final int STATE = 0;
  static final int TRIANGLES = 1;
  static final int BINS = 2;
  static final int VARYINGS = 3;
  static final int INDICES = 4;
  static final int VERTICES = 8;
  static final int COLORS = 24;
  static final int DEPTH = 32;

  private DrawState() {}

  /** Declaration of a buffer in GLSL. */
  static String buffer(int binding, String access, String type, String name, String size) {
    return "layout(set = "
        + (binding >= INDICES && binding < COLORS ? CHECKED_SET : SET)
        + ", binding = "
        + binding
        + ", std430) "
        + access
        + " buffer ZlBuffer"
        + binding
        + " { "
        + type
        + " "
        + name
        + "["
        + size
        + "]; };";
  }

  /** Declaration of the buffer with these words. */
  static String declaration() {
    return buffer(STATE, "readonly", "uint", "zl_s", String.valueOf(WORDS));
  }

  static String word(int index) {
    return "zl_s[" + index + "]";
  }

  static String integer(int index) {
    return "int(zl_s[" + index + "])";
  }

  static String real(int index) {
    return "uintBitsToFloat(zl_s[" + index + "])";
  }

  /** A function {@code zl_index(n)} that reads an index; 0xffffffff is a restart. */
  static String indexFunction(IndexFormat format, boolean restart) {
    if (format == null) {
      return "uint zl_index(uint n) { return n; }";
    }
    String mask = format == IndexFormat.UINT8 ? "255u" : "65535u";
    String load =
        format == IndexFormat.UINT32 ? "zl_x[a >> 2]" : "(zl_x[a >> 2] >> (a & 3u) * 8u) & " + mask;
    String end =
        restart && format != IndexFormat.UINT32
            ? " return v == " + mask + " ? 0xffffffffu : v; }"
            : " return v; }";
    return buffer(INDICES, "readonly", "uint", "zl_x", "")
        + "\nuint zl_index(uint n) { uint a = "
        + word(INDEX_START)
        + " + n * "
        + format.bytes()
        + "u; uint v = "
        + load
        + ";"
        + end;
  }
}
