package dev.zhulong.graphics;

import static dev.zhulong.graphics.DrawState.real;
import static dev.zhulong.graphics.DrawState.word;

/**
 * The kernel between vertices and pixels: an invocation assembles a primitive, clips it, culls it,
 * computes its edge functions and planes, and enters it in the bins of the tiles that it touches.
 *
 * <p>Corners lie on a grid of 1/256 pixel. A primitive's records hang together by their first
 * words; a record beyond the first has its place behind those of the batch's primitives.
 *
 * @param topology of the vertices
 * @param mode what is drawn of polygons
 * @param outside what a vertex has
 * @param indices format of indices that may restart primitives, or null
 * @param last whether the last vertex of a primitive is the one for flat inputs
 * @param numbered whether the fragment shader reads the primitive's number
 * @param depthBits of the depth attachment: 16, 24, 32, or 0
 * @param samples of a pixel, 1 or 4
 * @param tileShift logarithm of a tile's size
 * @param lanes lanes of a warp
 */
record SetupProgram(
    Topology topology,
    PolygonMode mode,
    Interface outside,
    IndexFormat indices,
    boolean last,
    boolean numbered,
    int depthBits,
    int samples,
    int tileShift,
    int lanes) {
  /** Words of a record. */
  static final int RECORD = 47;

  /** Primitives of a batch at most. */
  static final int BATCH = 4096;

  /** Record words: the next record's number plus 1, and whether the front is seen. */
  static final int NEXT = 0;

  static final int FRONT = 1;

  /** First and last pixel, x below y. */
  static final int LOW = 2;

  static final int HIGH = 3;

  /** Three times: change to the right, change downward, and the value at 0, 0 in two words. */
  static final int EDGES = 4;

  /**
   * Weights of corners 2 and 3: change to the right and downward; and the place where they are 0.
   */
  static final int WEIGHTS = 16;

  static final int ORIGIN = 20;

  /** Depth at the origin and its changes. */
  static final int Z = 22;

  /** 1/w at the origin and its changes. */
  static final int Q = 25;

  /** Where the corners lie in the primitive: weights of its vertices 2 and 3. */
  static final int CORNERS = 28;

  static final int VERTICES = 34;
  static final int PRIMITIVE = 37;

  /** With several samples: what the three edges have at a pixel's centre in 1/256, a byte each. */
  static final int REST = 38;

  /** Weights of the primitive's vertices 2 and 3, each divided by w: at the origin, and changes. */
  static final int SHARES = 40;

  /** Whether the box leaves out pixels that the edges let in. */
  static final int BOXED = 46;

  /** Records of a primitive at most. */
  int records() {
    boolean area = topology.corners() == 3 && mode == PolygonMode.FILL;
    int points = topology.corners() == 1 || mode == PolygonMode.POINT ? topology.corners() : 0;
    return area ? 8 + outside.clipDistances() : points > 0 ? points * (samples > 1 ? 2 : 1) : 2 * 3;
  }

  private int planes() {
    return outside.clipDistances() - outside.cullDistances();
  }

  String text() {
    Glsl g = new Glsl();
    g.add("#version 460");
    g.add("#extension GL_EXT_shader_explicit_arithmetic_types_int64 : require");
    g.add("layout(local_size_x = %d) in;", lanes);
    g.add(DrawState.declaration());
    g.add(DrawState.buffer(DrawState.TRIANGLES, "", "uint", "zl_t", ""));
    g.add(DrawState.buffer(DrawState.BINS, "", "uint", "zl_b", ""));
    g.add(DrawState.buffer(DrawState.VARYINGS, "readonly", "uint", "zl_v", ""));
    g.add(DrawState.indexFunction(indices, true));
    g.add("const uint STRIDE = %du;", outside.words());
    g.add("const float TINY = 1e-20;\nconst float GUARD = 8.0;");
    g.add("uint local; uint records; uint last; uint v0, v1, v2; uint facing; uint primitive;");
    g.add("uint boxed = 1u;");
    g.add("uint layer = 0u; uint view_at = 0u;");
    g.add("vec4 position(uint v) { uint a = v * STRIDE; return vec4(");
    g.add("uintBitsToFloat(zl_v[a]), uintBitsToFloat(zl_v[a + 1u]),");
    g.add("uintBitsToFloat(zl_v[a + 2u]), uintBitsToFloat(zl_v[a + 3u])); }");
    g.add("float distanceOf(uint v, uint n) {");
    g.add("return uintBitsToFloat(zl_v[v * STRIDE + %du + n]); }", Interface.CLIP_DISTANCES);
    g.add("bool finite(vec4 p) { vec4 a = abs(p);");
    g.add("return max(max(a.x, a.y), max(a.z, a.w)) <= 3.0e38 && !isnan(p.x + p.y + p.z + p.w); }");
    outcode(g);
    g.add("vec4 screen(vec4 p) { float r = 1.0 / p.w; return vec4(");
    g.add("%s + p.x * r * %s,", viewport(0), viewport(2));
    g.add("%s + p.y * r * %s,", viewport(1), viewport(3));
    g.add("%s + p.z * r * %s, r); }", viewport(4), viewport(5));
    record(g);
    switch (kind()) {
      case 1 -> {
        if (samples > 1) {
          edge(g);
        }
        points(g);
      }
      case 2 -> {
        triangle(g);
        line(g);
      }
      default -> triangle(g);
    }
    g.add("void main() {");
    g.add("local = gl_GlobalInvocationID.x;");
    g.add("if (local >= %s) return;", word(DrawState.PRIMITIVES));
    g.add("uint serial = local + %s;", word(DrawState.FIRST_PRIMITIVE));
    g.add("uint turn = serial / %s;", word(DrawState.PRIMITIVES_PER_INSTANCE));
    g.add("uint q = serial - turn * %s;", word(DrawState.PRIMITIVES_PER_INSTANCE));
    g.add("uint base = turn * %s;", word(DrawState.COUNT));
    g.add("primitive = q; records = 0u; facing = 1u;");
    assemble(g);
    choose(g);
    switch (topology.corners()) {
      case 1 -> onePoint(g);
      case 2 -> oneLine(g);
      default -> onePolygon(g);
    }
    g.add("}");
    return g.toString();
  }

  /** The layer and the viewport that the provoking vertex names. */
  private void choose(Glsl g) {
    if (outside.layer()) {
      g.add(
          "layer = %s > 1u ? zl_v[v0 * STRIDE + %du] : 0u;",
          word(DrawState.LAYERS), outside.layerWord());
      g.add(
          "if (layer >= %s) return; layer *= %s;", word(DrawState.LAYERS), word(DrawState.TILES_Y));
    }
    if (outside.viewport()) {
      g.add("uint number = zl_v[v0 * STRIDE + %du];", outside.viewportWord());
      g.add("if (number >= %du) return; primitive |= number << 24;", DrawState.VIEWPORTS);
      g.add(
          "view_at = number * %du + %du;",
          DrawState.VIEWPORT_WORDS, DrawState.SINGLE - DrawState.SCISSOR);
    }
  }

  /** A word from scissor to depth range of the primitive's viewport. */
  private String view(String word) {
    return outside.viewport() ? "zl_s[uint(" + word + ") + view_at]" : "zl_s[" + word + "]";
  }

  private String viewport(int n) {
    return "uintBitsToFloat(" + view(String.valueOf(DrawState.VIEWPORT + n)) + ")";
  }

  /** Corners of what is drawn: points, lines or areas. */
  private int kind() {
    if (topology.corners() < 3) {
      return topology.corners();
    }
    return switch (mode) {
      case FILL -> 3;
      case LINE -> 2;
      case POINT -> 1;
    };
  }

  /** Bits of the planes that a vertex is beyond: what clips, the view, and guard bands. */
  private void outcode(Glsl g) {
    g.add("uint outcode(vec4 p, uint v) { uint o = p.w < TINY ? 1u : 0u;");
    g.add("if ((%s & %du) == 0u) {", word(DrawState.FLAGS), DrawState.FLAG_NO_DEPTH_CLIP);
    g.add("o |= p.z < 0.0 ? 2u : 0u; o |= p.z > p.w ? 4u : 0u; }");
    g.add("o |= p.x > p.w ? 8u : 0u; o |= p.x < -p.w ? 16u : 0u;");
    g.add("o |= p.y > p.w ? 32u : 0u; o |= p.y < -p.w ? 64u : 0u;");
    g.add("float e = p.w * GUARD;");
    g.add("o |= p.x > e ? 128u : 0u; o |= p.x < -e ? 256u : 0u;");
    g.add("o |= p.y > e ? 512u : 0u; o |= p.y < -e ? 1024u : 0u;");
    for (int n = 0; n < planes(); n++) {
      g.add("o |= distanceOf(v, %du) >= 0.0 ? 0u : %du;", n, 2048 << n);
    }
    g.add("return o; }");
    int distances = (2048 << planes()) - 2048;
    g.add("const uint REJECT = %du; const uint CLIP = %du;", 127 | distances, 7 | 1920 | distances);
    g.add("bool culledBy(uint a, uint b, uint c) { bool all = false;");
    for (int n = planes(); n < outside.clipDistances(); n++) {
      g.add("all = all || distanceOf(a, %du) < 0.0 && distanceOf(b, %du) < 0.0", n, n);
      g.add("&& distanceOf(c, %du) < 0.0;", n);
    }
    g.add("return all; }");
    g.add("float beyond(uint plane, vec4 p, vec2 u) {");
    g.add("switch (plane) { case 0u: return p.w - TINY; case 1u: return p.z;");
    g.add("case 2u: return p.w - p.z; case 7u: return p.w * GUARD - p.x;");
    g.add("case 8u: return p.w * GUARD + p.x; case 9u: return p.w * GUARD - p.y;");
    g.add("case 10u: return p.w * GUARD + p.y;");
    g.add("default: uint n = plane - 11u; float d = distanceOf(v0, n);");
    g.add("return d + u.x * (distanceOf(v1, n) - d) + u.y * (distanceOf(v2, n) - d); } }");
  }

  private void assemble(Glsl g) {
    if (indices != null) {
      g.add("for (uint n = 0u; n < %du; n++) {", topology.corners());
      g.add("if (zl_index(%s + q + n) == 0xffffffffu) return; }", word(DrawState.FIRST));
      g.add("uint start = q; while (start > 0u");
      g.add("&& zl_index(%s + start - 1u) != 0xffffffffu) start--;", word(DrawState.FIRST));
      if (!topology.isStrip() && topology.corners() > 1) {
        g.add("if ((q - start) %% %du != 0u) return;", topology.corners());
      }
      if (numbered) {
        number(g);
      }
    } else {
      g.add("uint start = 0u;");
    }
    // With restarts a primitive is numbered by its first index.
    String listed = indices == null ? "q * " + topology.corners() + "u" : "q";
    switch (topology) {
      case POINT_LIST -> g.add("v0 = base + q; v1 = v0; v2 = v0;");
      case LINE_LIST -> g.add("v0 = base + %s; v1 = v0 + 1u; v2 = v0;", listed);
      case LINE_STRIP -> g.add("v0 = base + q; v1 = v0 + 1u; v2 = v0;");
      case TRIANGLE_LIST -> g.add("v0 = base + %s; v1 = v0 + 1u; v2 = v0 + 2u;", listed);
      case TRIANGLE_STRIP -> {
        g.add("uint odd = q - start & 1u;");
        g.add("v0 = base + q; v1 = v0 + 1u + odd; v2 = v0 + 2u - odd;");
      }
      case TRIANGLE_FAN -> g.add("v0 = base + q + 1u; v1 = v0 + 1u; v2 = base + start;");
    }
    if (last) {
      provokeLast(g);
    }
  }

  /** Turns the vertices so that the first one is that which flat inputs come from. */
  private void provokeLast(Glsl g) {
    String turn = "uint v = v0; v0 = v2; v2 = v1; v1 = v;";
    String back = "uint v = v0; v0 = v1; v1 = v2; v2 = v;";
    switch (topology) {
      case POINT_LIST -> {}
      case LINE_LIST, LINE_STRIP -> g.add("v0 = v1; v1 = v2; v2 = v0;");
      case TRIANGLE_LIST -> g.add("{ %s }", turn);
      case TRIANGLE_STRIP -> g.add("if (odd != 0u) { %s } else { %s }", back, turn);
      case TRIANGLE_FAN -> g.add("{ %s }", back);
    }
  }

  /** Counts the primitives that end before this one does; restarts make no primitive. */
  private void number(Glsl g) {
    int corners = topology.corners();
    g.add("primitive = 0u; uint run = 0u;");
    g.add("for (uint n = 0u; n < q + %du; n++) {", corners - 1);
    g.add("if (zl_index(%s + n) == 0xffffffffu) run = 0u; else { run++;", word(DrawState.FIRST));
    g.add(
        topology.isStrip()
            ? "if (run >= %du) primitive++; } }"
            : "if (run %% %du == 0u) primitive++; } }",
        corners);
  }

  private static void store(Glsl g, int word, String value) {
    g.add("zl_t[r + %du] = %s;", word, value);
  }

  /** A function that writes a record and enters it in the bins. */
  private void record(Glsl g) {
    g.add("vec3 plane(vec3 c, vec4 weights) { vec2 d = c.yz - c.x; return vec3(c.x,");
    g.add("d.x * weights.x + d.y * weights.z, d.x * weights.y + d.y * weights.w); }");
    g.add("void record(ivec2 low, ivec2 high, vec4 weights, vec2 origin, vec3 z, vec3 w,");
    g.add("vec2 ua, vec2 ub, vec2 uc) {");
    g.add("uint slot = records == 0u ? local");
    g.add(": %du + local * %du + records - 1u;", BATCH, records() - 1);
    g.add("if (records != 0u) zl_t[last * %du] = slot + 1u;", RECORD);
    g.add("last = slot; records++; uint r = slot * %du;", RECORD);
    store(g, NEXT, "0u");
    store(g, FRONT, "facing");
    store(g, BOXED, "boxed");
    store(g, LOW, "uint(low.x) | uint(low.y) << 16");
    store(g, HIGH, "uint(high.x) | uint(high.y) << 16");
    for (int n = 0; n < 4; n++) {
      store(g, WEIGHTS + n, "floatBitsToUint(weights[" + n + "])");
    }
    for (int n = 0; n < 2; n++) {
      store(g, ORIGIN + n, "floatBitsToUint(origin[" + n + "])");
      store(g, CORNERS + n, "floatBitsToUint(ua[" + n + "])");
      store(g, CORNERS + 2 + n, "floatBitsToUint(ub[" + n + "])");
      store(g, CORNERS + 4 + n, "floatBitsToUint(uc[" + n + "])");
    }
    g.add("vec3 q = plane(w, weights);");
    g.add("vec3 share1 = plane(w * vec3(ua.x, ub.x, uc.x), weights);");
    g.add("vec3 share2 = plane(w * vec3(ua.y, ub.y, uc.y), weights);");
    for (int n = 0; n < 3; n++) {
      store(g, Z + n, "floatBitsToUint(z[" + n + "])");
      store(g, Q + n, "floatBitsToUint(q[" + n + "])");
      store(g, SHARES + n, "floatBitsToUint(share1[" + n + "])");
      store(g, SHARES + 3 + n, "floatBitsToUint(share2[" + n + "])");
      store(g, VERTICES + n, "v" + n);
    }
    store(g, PRIMITIVE, "primitive");
    g.add("ivec2 from = low >> %d; ivec2 to = high >> %d;", tileShift, tileShift);
    g.add("for (int y = from.y; y <= to.y; y++) for (int x = from.x; x <= to.x; x++)");
    String row = outside.layer() ? "(layer + uint(y))" : "uint(y)";
    g.add("atomicOr(zl_b[(%s * %s + uint(x))", row, word(DrawState.TILES_X));
    g.add("* %s + (local >> 5)], 1u << (local & 31u)); }", word(DrawState.MASK_WORDS));
  }

  /** A triangle of corners on the screen: x, y, depth, 1/w. */
  private void triangle(Glsl g) {
    edge(g);
    filled(g);
  }

  /** A function that writes an edge of the last record. */
  private void edge(Glsl g) {
    g.add("void edge(uint n, ivec2 from, ivec2 to) {");
    g.add("uint slot = records == 1u ? local");
    g.add(": %du + local * %du + records - 2u;", BATCH, records() - 1);
    g.add("uint r = slot * %du + %du + n * 4u;", RECORD, EDGES);
    g.add("int a = from.y - to.y; int b = to.x - from.x;");
    g.add("bool inside = a > 0 || a == 0 && b > 0;");
    g.add("int64_t c = -(int64_t(a) * int64_t(from.x) + int64_t(b) * int64_t(from.y));");
    g.add("c += int64_t(128) * (int64_t(a) + int64_t(b)) - int64_t(inside ? 0 : 1);");
    if (samples > 1) {
      g.add("uint rest = slot * %du + %du; uint part = uint(c) & 255u;", RECORD, REST);
      g.add("zl_t[rest] = n == 0u ? part : zl_t[rest] | part << 8u * n;");
    }
    g.add("c = c >> 8; uvec2 k = uvec2(uint(c), uint(c >> 32));");
    g.add("zl_t[r] = uint(a); zl_t[r + 1u] = uint(b); zl_t[r + 2u] = k.x; zl_t[r + 3u] = k.y; }");
  }

  /** First and last pixel of a box in 1/256 pixel, by centres or by the outermost samples. */
  private void box(Glsl g, String least, String most) {
    int early = samples > 1 ? 31 : 127;
    int late = samples > 1 ? 32 : 128;
    g.add("ivec2 low = %s + %d >> 8; ivec2 high = %s - %d >> 8;", least, early, most, late);
  }

  private void filled(Glsl g) {
    g.add("void triangle(vec4 a, vec4 b, vec4 c, vec2 ua, vec2 ub, vec2 uc, bool polygon) {");
    g.add(
        "ivec2 fa = ivec2(floor(a.xy * 256.0 + 0.5)); ivec2 fb = ivec2(floor(b.xy * 256.0 + 0.5));");
    g.add("ivec2 fc = ivec2(floor(c.xy * 256.0 + 0.5));");
    g.add("ivec2 ab = fb - fa; ivec2 ac = fc - fa;");
    g.add("int64_t area = int64_t(ab.x) * int64_t(ac.y) - int64_t(ab.y) * int64_t(ac.x);");
    g.add("if (area == int64_t(0)) return;");
    g.add("bool turned = area < int64_t(0);");
    g.add("if (polygon) { facing = turned != ((%s & 4u) != 0u) ? 1u : 0u;", word(DrawState.FLAGS));
    g.add("if ((%s & (facing != 0u ? 1u : 2u)) != 0u) return; }", word(DrawState.FLAGS));
    g.add("if (turned) { ivec2 f = fb; fb = fc; fc = f; vec4 v = b; b = c; c = v;");
    g.add("vec2 u = ub; ub = uc; uc = u; area = -area; ab = fb - fa; ac = fc - fa; }");
    String rectangle = "(polygon ? " + DrawState.VIEW + " : " + DrawState.SCISSOR + ")";
    box(g, "min(fa, min(fb, fc))", "max(fa, max(fb, fc))");
    g.add("ivec2 all_low = low; ivec2 all_high = high;");
    g.add("low = max(low, ivec2(%s, %s));", view(rectangle), view(rectangle + " + 1"));
    g.add(
        "high = min(high, ivec2(%s, %s) - 1);", view(rectangle + " + 2"), view(rectangle + " + 3"));
    g.add("if (low.x > high.x || low.y > high.y) return;");
    g.add("boxed = low != all_low || high != all_high ? 1u : 0u;");
    g.add("float scale = 256.0 / float(area);");
    g.add("vec4 weights = vec4(float(ac.y), float(-ac.x), float(-ab.y), float(ab.x)) * scale;");
    g.add("vec3 z = vec3(a.z, (b.z - a.z) * weights.x + (c.z - a.z) * weights.z,");
    g.add("(b.z - a.z) * weights.y + (c.z - a.z) * weights.w);");
    if (depthBits > 0) {
      g.add("if (polygon && (%s | %s) != 0u) {", word(DrawState.BIAS), word(DrawState.SLOPE_BIAS));
      if (depthBits == 32) {
        g.add("uint e = floatBitsToUint(max(abs(a.z), max(abs(b.z), abs(c.z)))) >> 23;");
        g.add("float unit = e > 23u ? uintBitsToFloat(e - 23u << 23) : 1.4e-45;");
      } else {
        g.add("float unit = %s;", 1.0 / (1 << depthBits));
      }
      g.add("float bias = %s * unit", real(DrawState.BIAS));
      g.add("+ %s * max(abs(z.y), abs(z.z));", real(DrawState.SLOPE_BIAS));
      g.add("float limit = %s;", real(DrawState.BIAS_CLAMP));
      g.add("bias = limit > 0.0 ? min(bias, limit) : limit < 0.0 ? max(bias, limit) : bias;");
      g.add("z.x += bias; }");
    }
    g.add("record(low, high, weights, vec2(fa) / 256.0, z, vec3(a.w, b.w, c.w), ua, ub, uc);");
    g.add("for (uint n = 0u; n < 3u; n++) {");
    g.add("ivec2 from = n == 0u ? fa : n == 1u ? fb : fc;");
    g.add("edge(n, from, n == 0u ? fb : n == 1u ? fc : fa); } }");
  }

  private void points(Glsl g) {
    g.add("void point(vec4 p, vec2 u, float size) {");
    g.add("vec4 s = screen(p); vec2 start = s.xy - size * 0.5;");
    g.add("ivec2 fa = ivec2(floor(start * 256.0 + 0.5));");
    g.add("ivec2 fb = ivec2(floor((start + size) * 256.0 + 0.5));");
    box(g, "fa", "(fb - 1)");
    String rectangle = String.valueOf(DrawState.SCISSOR);
    g.add("low = max(low, ivec2(%s, %s));", view(rectangle), view(rectangle + " + 1"));
    g.add(
        "high = min(high, ivec2(%s, %s) - 1);", view(rectangle + " + 2"), view(rectangle + " + 3"));
    g.add("if (low.x > high.x || low.y > high.y) return;");
    String record =
        "record(low, high, vec4(1.0 / size, 0.0, 0.0, 1.0 / size), start,"
            + " vec3(s.z, 0.0, 0.0), vec3(s.w), u, u, u);";
    if (samples > 1) {
      // Two triangles of the same weights: samples are within or not, each by itself.
      g.add("ivec2 ft = ivec2(fb.x, fa.y); ivec2 fl = ivec2(fa.x, fb.y);");
      g.add("for (uint n = 0u; n < 2u; n++) { %s", record);
      g.add("ivec2 fc = n == 0u ? fa : ft; ivec2 fd = n == 0u ? ft : fb;");
      g.add("edge(0u, fc, fd); edge(1u, fd, fl); edge(2u, fl, fc); } }");
      return;
    }
    g.add(record);
    g.add("uint slot = records == 1u ? local");
    g.add(": %du + local * %du + records - 2u;", BATCH, records() - 1);
    g.add("for (uint n = 0u; n < 12u; n++) zl_t[slot * %du + %du + n] = 0u; }", RECORD, EDGES);
  }

  private static void onePoint(Glsl g) {
    g.add("vec4 p = position(v0);");
    g.add("if (!finite(p) || (outcode(p, v0) & REJECT) != 0u || culledBy(v0, v0, v0)) return;");
    g.add("float size = uintBitsToFloat(zl_v[v0 * STRIDE + %du]);", Interface.POINT_SIZE);
    g.add("point(p, vec2(0.0), clamp(size, 1.0, 256.0));");
  }

  /** A line between two places of a primitive, clipped; two triangles. */
  private void line(Glsl g) {
    g.add("void line(vec4 a, vec4 b, vec2 ua, vec2 ub, uint crossed) {");
    g.add("float t0 = 0.0; float t1 = 1.0;");
    g.add("while (crossed != 0u) { uint plane = uint(findLSB(crossed)); crossed &= crossed - 1u;");
    g.add("float da = beyond(plane, a, ua); float db = beyond(plane, b, ub);");
    g.add("if (da < 0.0 && db < 0.0) return;");
    g.add("if (da < 0.0) t0 = max(t0, da / (da - db));");
    g.add("if (db < 0.0) t1 = min(t1, da / (da - db)); }");
    g.add("if (t0 >= t1) return;");
    g.add("vec4 sa = screen(t0 == 0.0 ? a : mix(a, b, t0));");
    g.add("vec4 sb = screen(t1 == 1.0 ? b : mix(a, b, t1));");
    g.add("vec2 la = mix(ua, ub, t0); vec2 lb = mix(ua, ub, t1);");
    g.add("vec2 d = abs(sb.xy - sa.xy); float h = 0.5 * %s;", real(DrawState.LINE_WIDTH));
    g.add("vec4 o = d.x >= d.y ? vec4(0.0, h, 0.0, 0.0) : vec4(h, 0.0, 0.0, 0.0);");
    g.add("for (uint n = 0u; n < 2u; n++)");
    g.add("triangle(sa - o, n == 0u ? sb - o : sb + o, n == 0u ? sb + o : sa + o,");
    g.add("la, lb, n == 0u ? lb : la, false); }");
  }

  private static void oneLine(Glsl g) {
    g.add("vec4 a = position(v0); vec4 b = position(v1);");
    g.add("if (!finite(a) || !finite(b) || culledBy(v0, v1, v1)) return;");
    g.add("uint oa = outcode(a, v0); uint ob = outcode(b, v1);");
    g.add("if ((oa & ob & REJECT) != 0u) return;");
    g.add("line(a, b, vec2(0.0), vec2(1.0, 0.0), (oa | ob) & CLIP);");
  }

  private void onePolygon(Glsl g) {
    g.add("vec4 a = position(v0); vec4 b = position(v1); vec4 c = position(v2);");
    g.add("if (!finite(a) || !finite(b) || !finite(c) || culledBy(v0, v1, v2)) return;");
    g.add("uint oa = outcode(a, v0); uint ob = outcode(b, v1); uint oc = outcode(c, v2);");
    g.add("if ((oa & ob & oc & REJECT) != 0u) return;");
    g.add("uint crossed = (oa | ob | oc) & CLIP;");
    if (mode == PolygonMode.FILL) {
      area(g);
      return;
    }
    g.add("float turn3 = dot(a.xyw, cross(b.xyw, c.xyw));");
    g.add("facing = turn3 < 0.0 != ((%s & 4u) != 0u) ? 1u : 0u;", word(DrawState.FLAGS));
    g.add("if ((%s & (facing != 0u ? 1u : 2u)) != 0u) return;", word(DrawState.FLAGS));
    g.add("for (uint n = 0u; n < 3u; n++) {");
    g.add("vec4 p = n == 0u ? a : n == 1u ? b : c;");
    g.add("vec2 u = n == 0u ? vec2(0.0) : n == 1u ? vec2(1.0, 0.0) : vec2(0.0, 1.0);");
    if (mode == PolygonMode.POINT) {
      g.add("uint v = n == 0u ? v0 : n == 1u ? v1 : v2;");
      g.add("float size = uintBitsToFloat(zl_v[v * STRIDE + %du]);", Interface.POINT_SIZE);
      g.add("if ((outcode(p, v) & REJECT) == 0u) point(p, u, clamp(size, 1.0, 256.0)); }");
    } else {
      g.add("vec4 r = n == 0u ? b : n == 1u ? c : a;");
      g.add("vec2 w = n == 0u ? vec2(1.0, 0.0) : n == 1u ? vec2(0.0, 1.0) : vec2(0.0);");
      g.add("line(p, r, u, w, crossed); }");
    }
  }

  private void area(Glsl g) {
    int most = 3 + 7 + planes();
    g.add(
        "vec4 ps[%d]; vec2 us[%d]; vec4 pt[%d]; vec2 ut[%d]; uint count = 3u;",
        most, most, most, most);
    g.add("bool clipped = crossed != 0u;");
    g.add("if (clipped) { ps[0] = a; ps[1] = b; ps[2] = c;");
    g.add("us[0] = vec2(0.0); us[1] = vec2(1.0, 0.0); us[2] = vec2(0.0, 1.0);");
    g.add("while (crossed != 0u) { uint plane = uint(findLSB(crossed)); crossed &= crossed - 1u;");
    g.add("uint made = 0u; if (count == 0u) break;");
    g.add("vec4 p = ps[count - 1u]; vec2 u = us[count - 1u]; float dp = beyond(plane, p, u);");
    g.add("for (uint n = 0u; n < count; n++) {");
    g.add("vec4 q = ps[n]; vec2 w = us[n]; float dq = beyond(plane, q, w);");
    g.add("if (dp >= 0.0 != dq >= 0.0) {");
    // From the inner to the outer vertex, so that neighbours find the same place.
    g.add("bool inner = dp >= 0.0; vec4 pi = inner ? p : q; vec4 po = inner ? q : p;");
    g.add("vec2 ui = inner ? u : w; vec2 uo = inner ? w : u;");
    g.add("float di = inner ? dp : dq; float d = inner ? dq : dp; float t = di / (di - d);");
    g.add("vec4 cut = pi + (po - pi) * t;");
    g.add("if (plane == 0u) cut.w = TINY; if (plane == 1u) cut.z = 0.0;");
    g.add("if (plane == 2u) cut.z = cut.w;");
    g.add("if (made < %du) { pt[made] = cut; ut[made] = ui + (uo - ui) * t; made++; } }", most);
    g.add("if (dq >= 0.0 && made < %du) { pt[made] = q; ut[made] = w; made++; }", most);
    g.add("p = q; u = w; dp = dq; }");
    g.add("for (uint n = 0u; n < made; n++) { ps[n] = pt[n]; us[n] = ut[n]; }");
    g.add("count = made; } }");
    g.add("for (uint n = 1u; n + 1u < count; n++) {");
    g.add("vec4 pa = a; vec4 pb = b; vec4 pc = c;");
    g.add("vec2 ua = vec2(0.0); vec2 ub = vec2(1.0, 0.0); vec2 uc = vec2(0.0, 1.0);");
    g.add("if (clipped) { pa = ps[0]; pb = ps[n]; pc = ps[n + 1u];");
    g.add("ua = us[0]; ub = us[n]; uc = us[n + 1u];");
    g.add("if (pa.w <= 0.0 || pb.w <= 0.0 || pc.w <= 0.0) continue; }");
    g.add("triangle(screen(pa), screen(pb), screen(pc), ua, ub, uc, true); }");
  }
}
