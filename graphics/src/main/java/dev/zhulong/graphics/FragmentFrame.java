package dev.zhulong.graphics;

import static dev.zhulong.graphics.DrawState.integer;
import static dev.zhulong.graphics.DrawState.real;
import static dev.zhulong.graphics.DrawState.word;

import dev.zhulong.compiler.frontend.stages.StageModule;
import dev.zhulong.compiler.frontend.stages.StageVariable;
import dev.zhulong.firmware.isa.Extension;
import dev.zhulong.firmware.texel.TexelFormat.Kind;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * The frame of a fragment shader: a warp takes a tile, brings its pixels into local memory, works
 * through the primitives in its bin in order, and writes the pixels back. Four lanes are a quad.
 *
 * @param module the fragment shader, or null for none
 * @param outside what a vertex has
 * @param targets colour attachments, null for those that the pipeline leaves out
 * @param depth depth and stencil, or null
 * @param logic what takes the place of blending, or null
 * @param multi samples of a pixel
 * @param tileShift logarithm of the tile's size
 * @param lanes lanes of a warp
 * @param units of the device
 */
record FragmentFrame(
    StageModule module,
    Interface outside,
    List<ColorTarget> targets,
    DepthState depth,
    LogicOp logic,
    Multisampling multi,
    int tileShift,
    int lanes,
    Set<Extension> units) {
  private static final int CLIP_DISTANCE = 3;
  private static final int CULL_DISTANCE = 4;
  private static final int FRAG_DEPTH = 22;
  private static final int SAMPLE_ID = 18;
  private static final int SAMPLE_POSITION = 19;
  private static final int SAMPLE_MASK = 20;
  private static final int STENCIL_REFERENCE = 5014;
  private static final int PRIMITIVE_ID = 7;
  private static final int LAYER = 9;
  private static final int VIEWPORT_INDEX = 10;
  private static final String PRIMITIVE = "zl_t[r + " + SetupProgram.PRIMITIVE + "u]";

  /** Inputs that are held in registers for all pixels of a primitive, three floats each. */
  private static final int MAXIMUM_HELD = 6;

  /** Built-in inputs by their numbers in SPIR-V and scalars. */
  private static final Map<Integer, List<String>> BUILT_INS =
      Map.ofEntries(
          Map.entry(
              15,
              List.of(
                  "floatBitsToUint(float(x) + 0.5)",
                  "floatBitsToUint(float(y) + 0.5)",
                  "floatBitsToUint(free_z)",
                  "floatBitsToUint(q)")),
          Map.entry(16, List.of("floatBitsToUint(l1)", "floatBitsToUint(l2)")),
          Map.entry(17, List.of("facing")),
          Map.entry(SAMPLE_ID, List.of("0u")),
          Map.entry(SAMPLE_POSITION, List.of("floatBitsToUint(0.5)", "floatBitsToUint(0.5)")),
          Map.entry(SAMPLE_MASK, List.of("live ? 1u : 0u")),
          Map.entry(PRIMITIVE_ID, List.of(PRIMITIVE)),
          Map.entry(LAYER, List.of("0u")),
          Map.entry(VIEWPORT_INDEX, List.of("0u")),
          Map.entry(23, List.of("live ? 0u : 1u")),
          Map.entry(4440, List.of("0u")),
          Map.entry(36, List.of("gl_SubgroupSize")),
          Map.entry(41, List.of("lane")));

  /** What some of them are with several samples a pixel. */
  private static final Map<Integer, List<String>> SAMPLED_BUILT_INS =
      Map.of(SAMPLE_MASK, List.of("covered"));

  /** And in a shader that runs for each sample. */
  private static final Map<Integer, List<String>> SAMPLE_BUILT_INS =
      Map.of(
          15,
          List.of(
              "floatBitsToUint(float(x) + 0.5 + away.x)",
              "floatBitsToUint(float(y) + 0.5 + away.y)",
              "floatBitsToUint(free_z)",
              "floatBitsToUint(q)"),
          SAMPLE_ID,
          List.of("own_sample"),
          SAMPLE_POSITION,
          List.of("floatBitsToUint(0.5 + away.x)", "floatBitsToUint(0.5 + away.y)"),
          SAMPLE_MASK,
          List.of("covered"));

  private List<String> builtIn(int number) {
    Map<Integer, List<String>> special =
        perSample() ? SAMPLE_BUILT_INS : multi.many() ? SAMPLED_BUILT_INS : Map.of();
    return switch (number) {
      case PRIMITIVE_ID -> List.of(PRIMITIVE + (outside.viewport() ? " & 0xffffffu" : ""));
      case LAYER -> List.of(outside.layer() ? "gl_WorkGroupID.z" : "0u");
      case VIEWPORT_INDEX -> List.of(outside.viewport() ? PRIMITIVE + " >> 24" : "0u");
      default -> special.getOrDefault(number, BUILT_INS.get(number));
    };
  }

  /** Whether the shader runs for each sample. */
  private boolean perSample() {
    return multi.many()
        && module != null
        && (multi.sampleShading()
            || module.builtInInputs().containsKey(SAMPLE_ID)
            || module.builtInInputs().containsKey(SAMPLE_POSITION)
            || module.inputs().stream().anyMatch(v -> v.place() == StageVariable.Place.SAMPLE));
  }

  private int size() {
    return 1 << tileShift;
  }

  private int blockWidth() {
    return lanes == 4 ? 2 : lanes <= 16 ? 4 : 8;
  }

  private int blockHeight() {
    return lanes / blockWidth();
  }

  /** Words of a pixel in local memory. */
  static int words(List<ColorTarget> targets, DepthState depth) {
    int words =
        targets.stream()
            .filter(Objects::nonNull)
            .mapToInt(t -> new TexelCode(t.format(), false).words())
            .sum();
    return words + (depth == null ? 0 : 2);
  }

  /** Numbers of the colour attachments that there are. */
  private List<Integer> attachments() {
    return IntStream.range(0, targets.size()).filter(a -> targets.get(a) != null).boxed().toList();
  }

  private TexelCode code(int attachment) {
    return new TexelCode(targets.get(attachment).format(), units.contains(Extension.MERGE));
  }

  private boolean earlyTests() {
    return module == null
        || module.testsEarly()
        || !module.discards()
            && !module.writesMemory()
            && !writesDepth()
            && !writesMask()
            && !multi.alphaToCoverage();
  }

  private boolean writesDepth() {
    return module != null
        && (module.builtInOutputs().containsKey(FRAG_DEPTH)
            || module.builtInOutputs().containsKey(STENCIL_REFERENCE));
  }

  private boolean writesMask() {
    return module != null && module.builtInOutputs().containsKey(SAMPLE_MASK);
  }

  String text() {
    Glsl g = new Glsl();
    g.add("#version 460");
    g.add("#extension GL_NV_compute_shader_derivatives : require");
    g.add("#extension GL_KHR_shader_subgroup_vote : require");
    g.add("#extension GL_EXT_shader_explicit_arithmetic_types : require");
    g.add("#extension GL_EXT_shader_8bit_storage : require");
    g.add("#extension GL_EXT_shader_16bit_storage : require");
    g.add("layout(local_size_x = %d) in;", lanes);
    g.add("layout(derivative_group_linearNV) in;");
    g.add(DrawState.declaration());
    g.add(DrawState.buffer(DrawState.TRIANGLES, "readonly", "uint", "zl_t", ""));
    g.add(DrawState.buffer(DrawState.BINS, "", "uint", "zl_b", ""));
    g.add(DrawState.buffer(DrawState.VARYINGS, "readonly", "uint", "zl_v", ""));
    int pixels = size() * size() * multi.samples();
    for (int a : attachments()) {
      TexelCode code = code(a);
      g.add(DrawState.buffer(DrawState.COLORS + a, "", code.unit(), "zl_c" + a, ""));
      for (int w = 0; w < code.words(); w++) {
        g.add("shared uint zl_c%d_%d[%d];", a, w, pixels);
      }
    }
    if (depth != null) {
      int bytes = depth.format().storage().bytes();
      g.add(DrawState.buffer(DrawState.DEPTH, "", TexelCode.unit(bytes), "zl_d", ""));
      g.add("shared uint zl_depth[%d];", pixels);
      if (depth.format().hasStencil()) {
        g.add("shared uint zl_stencil[%d];", pixels);
      }
    }
    g.add("void zl_enter() {}\nvoid zl_shade() {}\nvoid zl_leave() {}");
    g.add("uint zl_discard; uint zl_helper;");
    if (units.contains(Extension.MERGE)) {
      MergeFields.declare(g);
    }
    coverage().declare(g);
    g.add(TexelCode.CURVES);
    if (multi.many()) {
      places(g);
      if (interpolates()) {
        offsets(g);
      }
    }
    declare(g);
    tests(g);
    process(g);
    main(g);
    return g.toString();
  }

  private void declare(Glsl g) {
    Set<String> declared = new TreeSet<>();
    if (module != null) {
      for (StageVariable v : module.inputs()) {
        for (int n = 0; n < v.components(); n++) {
          declared.add("zl_i_" + v.location() + "_" + (v.component() + n));
        }
      }
      for (StageVariable v : module.outputs()) {
        for (int n = 0; n < v.components(); n++) {
          declared.add(output(v.location(), v.component() + n, v.index()));
        }
      }
      module
          .builtInInputs()
          .forEach(
              (number, count) -> {
                boolean distance = number == CLIP_DISTANCE || number == CULL_DISTANCE;
                if (!distance && !BUILT_INS.containsKey(number)) {
                  throw new IllegalArgumentException(
                      "fragment shader "
                          + module.name()
                          + " takes in built-in variable number "
                          + number
                          + " of SPIR-V, which this pipeline does not have");
                }
                int words = distance ? count : Math.min(count, BUILT_INS.get(number).size());
                for (int n = 0; n < words; n++) {
                  declared.add("zl_bi_" + number + "_" + n);
                }
              });
      for (int number : List.of(FRAG_DEPTH, SAMPLE_MASK, STENCIL_REFERENCE)) {
        if (module.builtInOutputs().containsKey(number)) {
          declared.add("zl_bo_" + number + "_0");
        }
      }
    }
    declared.forEach(name -> g.add("uint %s = 0u;", name));
  }

  private static String output(int location, int component, int index) {
    return (index == 0 ? "zl_o_" : "zl_p_") + location + "_" + component;
  }

  private boolean hasOutput(int location, int component, int index) {
    return module != null
        && module.outputs().stream()
            .anyMatch(
                v ->
                    v.location() == location
                        && v.index() == index
                        && component >= v.component()
                        && component < v.component() + v.components());
  }

  /** Whether depth or stencil can stop a fragment or change. */
  private boolean tested() {
    return depth != null && (depth.test() || depth.stencil() || depth.bounds());
  }

  /** Whether a pixel's depth alone decides, and there is one a pixel. */
  private boolean plainDepth() {
    return !multi.many()
        && depth.test()
        && depth.format().hasDepth()
        && !depth.bounds()
        && !(depth.stencil() && depth.format().hasStencil());
  }

  /** A function that tests a pixel and updates its depth and stencil. */
  private void tests(Glsl g) {
    if (!tested()) {
      return;
    }
    DepthFormat format = depth.format();
    String fresh =
        switch (format.depthBits()) {
          case 16 -> "uint(roundEven(z * 65535.0))";
          case 24 -> "uint(roundEven(z * 16777215.0))";
          default -> "floatBitsToUint(z)";
        };
    if (plainDepth()) {
      // Lanes that are not live read their pixels, too: that is cheaper than a branch.
      g.add("bool zl_test(uint n, float z, bool live) { uint d = %s;", fresh);
      g.add("bool pass = live && %s;", depth.compare().glsl("d", "zl_depth[n]"));
      g.add(depth.write() ? "if (pass) zl_depth[n] = d; return pass; }" : "return pass; }");
      return;
    }
    g.add("bool zl_test(uint n, float z, bool front, uint exported) {");
    g.add("uint d = %s; uint old = zl_depth[n];", fresh);
    g.add("bool pass = true;");
    if (depth.bounds() && format.hasDepth()) {
      String value =
          switch (format.depthBits()) {
            case 16 -> "float(old) / 65535.0";
            case 24 -> "float(old) / 16777215.0";
            default -> "uintBitsToFloat(old)";
          };
      g.add("float stored = %s;", value);
      g.add(
          "if (stored < %s || stored > %s) return false;",
          real(DrawState.BOUNDS_LEAST), real(DrawState.BOUNDS_MOST));
    }
    boolean stencil = depth.stencil() && format.hasStencil();
    if (stencil) {
      g.add("uint s = zl_stencil[n]; uint face = front ? 0u : 3u;");
      g.add("uint r = exported; if (r > 255u) r = zl_s[%du + face];", DrawState.STENCIL);
      g.add("uint mask = zl_s[%du + face + 1u];", DrawState.STENCIL);
      g.add("uint change = zl_s[%du + face + 2u]; bool held; uint next;", DrawState.STENCIL);
      String a = "(r & mask)";
      String b = "(s & mask)";
      g.add(
          "if (front) held = %s; else held = %s;",
          depth.front().compare().glsl(a, b), depth.back().compare().glsl(a, b));
    }
    if (depth.test() && format.hasDepth()) {
      g.add("pass = %s;", depth.compare().glsl("d", "old"));
    }
    if (stencil) {
      g.add(
          "if (!held) next = front ? %s : %s;",
          depth.front().fail().glsl(), depth.back().fail().glsl());
      g.add(
          "else if (!pass) next = front ? %s : %s;",
          depth.front().depthFail().glsl(), depth.back().depthFail().glsl());
      g.add(
          "else next = front ? %s : %s;", depth.front().pass().glsl(), depth.back().pass().glsl());
      g.add("zl_stencil[n] = s & ~change | next & change; pass = pass && held;");
    }
    if (depth.test() && depth.write() && format.hasDepth()) {
      g.add("if (pass) zl_depth[n] = d;");
    }
    g.add("return pass; }");
  }

  /** A function that says how far a sample is from the centre. */
  private static void places(Glsl g) {
    g.add("vec2 zl_place(uint s) { return vec2(");
    for (boolean x : new boolean[] {true, false}) {
      for (int s = 0; s < 4; s++) {
        float place = (x ? Multisampling.placeX(s) : Multisampling.placeY(s)) / 256f;
        g.add(s < 3 ? "s == %du ? %s : " : "%2$s", s, String.valueOf(place));
      }
      g.add(x ? ", " : "); }");
    }
  }

  private boolean interpolates() {
    return multi.many() && module != null && module.interpolates();
  }

  /** A function that says how far the place that the shader names is from that of its inputs. */
  private static void offsets(Glsl g) {
    g.add("uint zl_which; uint zl_covered; vec2 zl_away; uint zl_offset_0; uint zl_offset_1;");
    g.add("void zl_offset() { uint s = zl_which;");
    g.add("if (s == 4u && zl_covered != 0u && zl_covered != 15u) s = uint(findLSB(zl_covered));");
    g.add("vec2 o = (s < 4u ? zl_place(s) : vec2(0.0)) - zl_away;");
    g.add("zl_offset_0 = floatBitsToUint(o.x); zl_offset_1 = floatBitsToUint(o.y); }");
  }

  /** Pixels of a tile, and the distance of a sample from the next. */
  private int pixels() {
    return size() * size();
  }

  /** Takes away the samples that fail depth and stencil. */
  private void testSamples(Glsl g, String exported) {
    String z =
        writesDepth() && module.builtInOutputs().containsKey(FRAG_DEPTH) && !module.testsEarly()
            ? "z"
            : "clamp(zs.x + zs.y * (mid.x + zl_place(k).x) + zs.z * (mid.y + zl_place(k).y),"
                + " least_z, most_z)";
    g.add("for (uint k = 0u; k < %du; k++) if ((covered >> k & 1u) != 0u) {", multi.samples());
    g.add(
        "if (!zl_test(k * %du + n, %s, facing != 0u, %s)) covered &= ~(1u << k); }",
        pixels(), z, exported);
    g.add("live = covered != 0u;");
  }

  /** A limit of the depths of the primitive's viewport. */
  private String depthLimit(int word) {
    int place = DrawState.VIEWPORT_DEPTHS + word - DrawState.DEPTH_LEAST;
    return outside.viewport()
        ? "uintBitsToFloat(zl_s[(%s >> 24) * %du + %du])"
            .formatted(PRIMITIVE, DrawState.VIEWPORT_WORDS, place)
        : real(word);
  }

  /** The function that draws a record's pixels of a tile. */
  private void process(Glsl g) {
    int mask = size() - 1;
    g.add("void zl_draw(uint r, ivec2 tile, uint lane, ivec2 own) {");
    g.add(
        "uint lowest = zl_t[r + %du]; uint highest = zl_t[r + %du];",
        SetupProgram.LOW, SetupProgram.HIGH);
    g.add("ivec2 low = max(ivec2(lowest & 65535u, lowest >> 16) - tile, ivec2(0));");
    g.add("ivec2 high = min(ivec2(highest & 65535u, highest >> 16) - tile, ivec2(%d));", mask);
    g.add("if (low.x > high.x || low.y > high.y) return;");
    g.add("ivec3 e; ivec3 ea; ivec3 eb;");
    if (multi.many()) {
      g.add(
          "ivec3 e0; ivec3 e1; ivec3 e2; ivec3 e3; uint rest = zl_t[r + %du];", SetupProgram.REST);
    }
    for (int n = 0; n < 3; n++) {
      int at = SetupProgram.EDGES + 4 * n;
      g.add("{ int a = int(zl_t[r + %du]); int b = int(zl_t[r + %du]);", at, at + 1);
      g.add(
          "int64_t k = int64_t(int(zl_t[r + %du])) << 32 | int64_t(zl_t[r + %du]);",
          at + 3, at + 2);
      g.add("k += int64_t(a) * int64_t(tile.x) + int64_t(b) * int64_t(tile.y);");
      g.add("int up = int(k >> 32); int v = int(k);");
      g.add("v = up == v >> 31 ? clamp(v, -1073741824, 1073741823)");
      g.add(": up < 0 ? -1073741824 : 1073741823;");
      if (multi.many()) {
        g.add("int part = int(rest >> %du & 255u);", 8 * n);
        for (int s = 0; s < 4; s++) {
          g.add(
              "e%d[%d] = part + a * %d + b * %d >> 8;",
              s, n, Multisampling.placeX(s), Multisampling.placeY(s));
        }
        g.add("v += max(max(e0[%d], e1[%d]), max(e2[%d], e3[%d]));", n, n, n, n);
      }
      g.add("if (v + max(a * low.x, a * high.x) + max(b * low.y, b * high.y) < 0) return;");
      g.add("e[%d] = v; ea[%d] = a; eb[%d] = b; }", n, n, n);
    }
    if (multi.many()) {
      g.add("ivec3 most = max(max(e0, e1), max(e2, e3));");
      g.add("e0 -= most; e1 -= most; e2 -= most; e3 -= most;");
    }
    g.add("e += ea * own.x + eb * own.y;");
    vector(g, "weights", SetupProgram.WEIGHTS, 4);
    vector(g, "origin", SetupProgram.ORIGIN, 2);
    vector(g, "zs", SetupProgram.Z, 3);
    vector(g, "qs", SetupProgram.Q, 3);
    vector(g, "us", SetupProgram.SHARES, 3);
    vector(g, "vs", SetupProgram.SHARES + 3, 3);
    g.add("vec2 middle = 0.5 - origin;");
    g.add(
        "float least_z = %s; float most_z = %s;",
        depthLimit(DrawState.DEPTH_LEAST), depthLimit(DrawState.DEPTH_MOST));
    vector(g, "ua", SetupProgram.CORNERS, 2);
    vector(g, "ub", SetupProgram.CORNERS + 2, 2);
    vector(g, "uc", SetupProgram.CORNERS + 4, 2);
    g.add("uint facing = zl_t[r + %du];", SetupProgram.FRONT);
    for (int n = 0; n < 3; n++) {
      g.add("uint v%d = zl_t[r + %du] * %du;", n, SetupProgram.VERTICES + n, outside.words());
    }
    corners(g);
    TileCoverage coverage = coverage();
    coverage.begin(g);
    String centre = "vec2(float(x), float(y)) + middle;";
    if (perSample()) {
      g.add("vec2 mid = %s uint every = covered;", centre);
      g.add("for (uint own_sample = 0u; own_sample < %du; own_sample++) {", multi.samples());
      g.add("covered = every & 1u << own_sample; live = covered != 0u;");
      g.add("if (!subgroupAny(live)) continue;");
      g.add("vec2 away = zl_place(own_sample); vec2 at = mid + away;");
    } else {
      g.add("vec2 at = %s%s", centre, multi.many() ? " vec2 mid = at;" : "");
    }
    g.add("float l1 = weights.x * at.x + weights.y * at.y;");
    g.add("float l2 = weights.z * at.x + weights.w * at.y; float l0 = 1.0 - l1 - l2;");
    g.add("float free_z = %s; float z = clamp(free_z, least_z, most_z);", plane("zs", "at"));
    boolean early = earlyTests();
    if (early && tested()) {
      if (multi.many()) {
        testSamples(g, "256u");
      } else {
        g.add(
            plainDepth()
                ? "live = zl_test(n, z, live);"
                : "if (live) live = zl_test(n, z, facing != 0u, 256u);");
      }
      g.add("if (!subgroupAny(live)) continue;");
    }
    if (module != null) {
      shade(g);
    }
    if (!early && tested()) {
      String exported =
          module.builtInOutputs().containsKey(STENCIL_REFERENCE)
              ? "zl_bo_" + STENCIL_REFERENCE + "_0 & 255u"
              : "256u";
      if (multi.many()) {
        testSamples(g, exported);
      } else {
        g.add(
            plainDepth()
                ? "live = zl_test(n, z, live);"
                : "if (live) live = zl_test(n, z, facing != 0u, %s);",
            exported);
      }
    }
    if (!targets.isEmpty() && module != null) {
      if (perSample()) {
        g.add("if (live) { uint at_sample = own_sample * %du + n;", pixels());
      } else if (multi.many()) {
        g.add("for (uint k = 0u; k < %du; k++) if ((covered >> k & 1u) != 0u) {", multi.samples());
        g.add("uint at_sample = k * %du + n;", pixels());
      } else {
        g.add("if (live) {");
      }
      for (int a : attachments()) {
        write(g, a);
      }
      g.add("}");
    }
    g.add(perSample() ? "}" : "");
    coverage.end(g);
    g.add("}");
  }

  private TileCoverage coverage() {
    return new TileCoverage(
        size(), blockWidth(), blockHeight(), multi, units.contains(Extension.COVERAGE));
  }

  /** A plane's value; what is the same along a row comes first. */
  private static String plane(String plane, String at) {
    return "%1$s.x + %1$s.z * %2$s.y + %1$s.y * %2$s.x".formatted(plane, at);
  }

  private static void vector(Glsl g, String name, int word, int count) {
    StringBuilder text = new StringBuilder("vec" + count + " " + name + " = vec" + count + "(");
    for (int n = 0; n < count; n++) {
      text.append(n == 0 ? "" : ", ").append("uintBitsToFloat(zl_t[r + " + (word + n) + "u])");
    }
    g.add("%s);", text);
  }

  /** Sets the inputs, runs the shader. */
  private void shade(Glsl g) {
    g.add("float q = %s; float w = 1.0 / q;", plane("qs", "at"));
    g.add("vec2 smoothly = vec2(%s, %s) * w;", plane("us", "at"), plane("vs", "at"));
    g.add("vec2 linearly = l0 * ua + l1 * ub + l2 * uc;");
    if (multi.many() && atCentroid()) {
      centroid(g);
    }
    Set<Integer> done = new HashSet<>();
    for (StageVariable v : module.inputs()) {
      for (int n = 0; n < v.components(); n++) {
        int component = v.component() + n;
        if (done.add(v.location() * 4 + component)) {
          input(g, v, component);
        }
      }
    }
    module
        .builtInInputs()
        .forEach(
            (number, count) -> {
              if (number == CLIP_DISTANCE || number == CULL_DISTANCE) {
                distances(g, number, count);
                return;
              }
              List<String> values = builtIn(number);
              for (int n = 0; n < Math.min(count, values.size()); n++) {
                g.add("zl_bi_%d_%d = %s;", number, n, values.get(n));
              }
            });
    if (writesMask()) {
      g.add("zl_bo_%d_0 = %du;", SAMPLE_MASK, (1 << multi.samples()) - 1);
    }
    g.add("zl_discard = 0u; zl_helper = live ? 0u : 1u;");
    if (interpolates()) {
      // Called once here, because functions that nothing calls are left out.
      g.add("zl_covered = covered; zl_away = %s;", perSample() ? "away" : "vec2(0.0)");
      g.add("zl_which = 5u; zl_offset();");
    }
    g.add("zl_enter(); zl_shade(); zl_leave();");
    if (module.discards()) {
      g.add("live = live && zl_discard == 0u;");
    }
    if (writesMask()) {
      g.add(
          multi.many()
              ? "covered &= zl_bo_%d_0; live = live && covered != 0u;"
              : "live = live && (zl_bo_%d_0 & 1u) != 0u;",
          SAMPLE_MASK);
    }
    if (multi.alphaToCoverage() && hasOutput(0, 3, 0)) {
      g.add(
          "uint opaque = uint(clamp(uintBitsToFloat(%s), 0.0, 1.0) * %d.0 + 0.5);",
          output(0, 3, 0), multi.samples());
      g.add(
          multi.many()
              ? "covered &= (1u << min(opaque, 4u)) - 1u; live = live && covered != 0u;"
              : "live = live && opaque != 0u;");
    }
    if (multi.many()) {
      g.add("if (!live) covered = 0u;");
    }
    if (module.builtInOutputs().containsKey(FRAG_DEPTH) && !module.testsEarly()) {
      g.add("z = clamp(uintBitsToFloat(zl_bo_%d_0), least_z, most_z);", FRAG_DEPTH);
    }
  }

  private boolean atCentroid() {
    return !perSample()
        && module.inputs().stream().anyMatch(v -> v.place() == StageVariable.Place.CENTROID);
  }

  /** Weights at the centre of pixels that are covered whole, and else at a covered sample. */
  private static void centroid(Glsl g) {
    g.add("vec2 centroid_smoothly; vec2 centroid_linearly; {");
    g.add("vec2 to = at; if (covered != 0u && covered != 15u) to += zl_place(findLSB(covered));");
    g.add("float l1 = weights.x * to.x + weights.y * to.y;");
    g.add("float l2 = weights.z * to.x + weights.w * to.y; float l0 = 1.0 - l1 - l2;");
    g.add("float w = 1.0 / (%s);", plane("qs", "to"));
    g.add("centroid_linearly = l0 * ua + l1 * ub + l2 * uc;");
    g.add("centroid_smoothly = vec2(%s, %s) * w; }", plane("us", "to"), plane("vs", "to"));
  }

  private static boolean flat(StageVariable v) {
    return v.interpolation() == StageVariable.Interpolation.FLAT
        || v.kind() != StageVariable.Kind.FLOAT;
  }

  /** Loads what the corners have of an input: the first one's value, and how others differ. */
  private void corners(Glsl g, StageVariable v, int component) {
    int word = outside.word(v.location(), component);
    String name = v.location() + "_" + component;
    if (flat(v)) {
      g.add("uint a_%s = zl_v[v0 + %du];", name, word);
      return;
    }
    g.add("float a_%s = uintBitsToFloat(zl_v[v0 + %du]);", name, word);
    g.add("float b_%1$s = uintBitsToFloat(zl_v[v1 + %2$du]) - a_%1$s;", name, word);
    g.add("float c_%1$s = uintBitsToFloat(zl_v[v2 + %2$du]) - a_%1$s;", name, word);
  }

  /** Whether all inputs at the corners find room in registers. */
  private boolean cornersFit() {
    return outside.scalars().size() <= MAXIMUM_HELD;
  }

  /** Loads the inputs at the corners for all of a primitive's pixels in the tile. */
  private void corners(Glsl g) {
    if (module == null || !cornersFit()) {
      return;
    }
    Set<Integer> done = new HashSet<>();
    for (StageVariable v : module.inputs()) {
      for (int n = 0; n < v.components(); n++) {
        int component = v.component() + n;
        if (done.add(v.location() * 4 + component)) {
          corners(g, v, component);
        }
      }
    }
  }

  private void input(Glsl g, StageVariable v, int component) {
    String name = v.location() + "_" + component;
    if (!cornersFit()) {
      corners(g, v, component);
    }
    if (flat(v)) {
      g.add("zl_i_%1$s = a_%1$s;", name);
      return;
    }
    String weights =
        v.interpolation() == StageVariable.Interpolation.LINEAR ? "linearly" : "smoothly";
    if (multi.many() && !perSample() && v.place() == StageVariable.Place.CENTROID) {
      weights = "centroid_" + weights;
    }
    g.add(
        "zl_i_%1$s = floatBitsToUint(a_%1$s + %2$s.x * b_%1$s + %2$s.y * c_%1$s);", name, weights);
  }

  private static void interpolate(Glsl g, String name, int word, String weights) {
    g.add("{ float a = uintBitsToFloat(zl_v[v0 + %du]);", word);
    g.add("float b = uintBitsToFloat(zl_v[v1 + %du]) - a;", word);
    g.add("float c = uintBitsToFloat(zl_v[v2 + %du]) - a;", word);
    g.add("%s = floatBitsToUint(a + %s.x * b + %s.y * c); }", name, weights, weights);
  }

  /** Clip or cull distances as the fragment shader sees them; 0 where the vertices have none. */
  private void distances(Glsl g, int number, int count) {
    int clips = outside.clipDistances() - outside.cullDistances();
    int first = number == CLIP_DISTANCE ? 0 : clips;
    int known = number == CLIP_DISTANCE ? clips : outside.cullDistances();
    for (int n = 0; n < Math.min(count, known); n++) {
      String name = "zl_bi_" + number + "_" + n;
      interpolate(g, name, Interface.CLIP_DISTANCES + first + n, "smoothly");
    }
  }

  /** Blends a fragment's colour into an attachment. */
  private void write(Glsl g, int a) {
    ColorTarget target = targets.get(a);
    TexelCode code = code(a);
    boolean present = false;
    for (int c = 0; c < 4; c++) {
      present |= hasOutput(a, c, 0);
    }
    if (!present || target.writeMask() == 0) {
      return;
    }
    g.add("{");
    String place = multi.many() ? "at_sample" : "n";
    for (int w = 0; w < code.words(); w++) {
      g.add("uint o%d = zl_c%d_%d[%s];", w, a, w, place);
    }
    boolean integer = target.format().kind().integer();
    String[] values = new String[4];
    for (int c = 0; c < 4; c++) {
      values[c] =
          hasOutput(a, c, 0)
              ? output(a, c, 0)
              : c < 3 ? "0u" : integer ? "1u" : "floatBitsToUint(1.0)";
    }
    if (multi.alphaToOne() && !integer) {
      values[3] = "floatBitsToUint(1.0)";
    }
    boolean bits = logic != null && (integer || target.format().kind() == Kind.UNORM);
    if (target.blend() != null && !integer && logic == null) {
      blend(g, target, code, values);
    }
    String packed = code.packed(values, target.writeMask());
    for (int c = 0; packed == null && c < 4; c++) {
      if (code.hasComponent(c)) {
        g.add("uint f%d = %s;", c, code.pack(c, values[c]));
      }
    }
    for (int w = 0; w < code.words(); w++) {
      int mask = code.mask(w, target.writeMask());
      if (mask == 0) {
        continue;
      }
      String fresh = packed != null ? packed : code.assemble(w, "f", target.writeMask());
      if (bits) {
        g.add(
            "uint n%d; { uint s = %s; uint d = o%d; n%d = (%s) & %du; }",
            w, fresh, w, w, logic.glsl(), mask & 0xffffffffL);
        fresh = "n" + w;
      }
      boolean whole = mask == code.mask(w, 15);
      g.add(
          "zl_c%d_%d[%s] = %s;",
          a, w, place, whole ? fresh : "o" + w + " & " + (~mask & 0xffffffffL) + "u | " + fresh);
    }
    g.add("}");
  }

  private void blend(Glsl g, ColorTarget target, TexelCode code, String[] values) {
    BlendState blend = target.blend();
    code.fractions(g, "o", "u");
    StringBuilder source = new StringBuilder("vec4 s = vec4(");
    StringBuilder second = new StringBuilder("vec4 t = vec4(");
    StringBuilder stored = new StringBuilder("vec4 d = vec4(");
    for (int c = 0; c < 4; c++) {
      String comma = c == 0 ? "" : ", ";
      source.append(comma).append("uintBitsToFloat(").append(values[c]).append(")");
      second.append(comma);
      second.append(
          hasOutput(0, c, 1) && !(c == 3 && multi.alphaToOne())
              ? "uintBitsToFloat(" + output(0, c, 1) + ")"
              : c < 3 ? "0.0" : "1.0");
      stored.append(comma).append(code.unpack(c, "o", "u"));
    }
    g.add("%s);", source);
    g.add("%s);", stored);
    if (blend.usesSecondSource()) {
      g.add("%s);", second);
    }
    Kind kind = target.format().kind();
    if (kind != Kind.FLOAT) {
      String least = kind == Kind.SNORM ? "-1.0" : "0.0";
      g.add("s = clamp(s, %s, 1.0);", least);
      if (blend.usesSecondSource()) {
        g.add("t = clamp(t, %s, 1.0);", least);
      }
    }
    g.add(
        "vec4 k = vec4(%s, %s, %s, %s);",
        real(DrawState.BLEND_CONSTANT),
        real(DrawState.BLEND_CONSTANT + 1),
        real(DrawState.BLEND_CONSTANT + 2),
        real(DrawState.BLEND_CONSTANT + 3));
    if (kind != Kind.FLOAT) {
      g.add("k = clamp(k, %s, 1.0);", kind == Kind.SNORM ? "-1.0" : "0.0");
    }
    g.add(
        "vec4 m = vec4((%s).rgb, (%s).a);",
        blend.colorOp().glsl(blend.sourceColor(), blend.destinationColor()),
        blend.alphaOp().glsl(blend.sourceAlpha(), blend.destinationAlpha()));
    for (int c = 0; c < 4; c++) {
      values[c] = "floatBitsToUint(m[" + c + "])";
    }
  }

  private void main(Glsl g) {
    g.add("void main() {");
    g.add(
        "uint tx = gl_WorkGroupID.x + %s; uint ty = gl_WorkGroupID.y + %s;",
        word(DrawState.TILE_X), word(DrawState.TILE_Y));
    g.add(
        "uint words = %s; uint bin = (%s * %s + tx) * words;",
        word(DrawState.MASK_WORDS),
        outside.layer() ? "(gl_WorkGroupID.z * " + word(DrawState.TILES_Y) + " + ty)" : "ty",
        word(DrawState.TILES_X));
    g.add("uint any = 0u; for (uint w = 0u; w < words; w++) any |= zl_b[bin + w];");
    g.add("uint cleared = %s; if ((any | cleared) == 0u) return;", word(DrawState.CLEARED));
    g.add("uint lane = gl_LocalInvocationIndex; uint quad = lane >> 2;");
    g.add(
        "ivec2 own = ivec2(quad %% %du * 2u + (lane & 1u), quad / %du * 2u + (lane >> 1 & 1u));",
        blockWidth() / 2, blockWidth() / 2);
    g.add("ivec2 tile = ivec2(tx, ty) << %d;", tileShift);
    g.add("if (any == 0u) {");
    transfer(g, Move.CLEAR);
    g.add("return; }");
    load(g);
    g.add("for (uint w = 0u; w < words; w++) { uint mask = zl_b[bin + w];");
    g.add("if (mask != 0u) zl_b[bin + w] = 0u;");
    g.add("while (mask != 0u) {");
    g.add("uint slot = w * 32u + uint(findLSB(mask)); mask &= mask - 1u; uint next;");
    g.add("do { zl_draw(slot * %du, tile, lane, own);", SetupProgram.RECORD);
    g.add(
        "next = zl_t[slot * %du]; slot = next - 1u; } while (next != 0u); } }",
        SetupProgram.RECORD);
    transfer(g, Move.STORE);
    g.add("}");
  }

  /**
   * Brings a tile's pixels into local memory; where all begin with clears, without looking where.
   */
  private void load(Glsl g) {
    int all = depth == null ? 0 : 1 << 8;
    for (int a : attachments()) {
      all |= 1 << a;
    }
    g.add("if (cleared == %du) {", all);
    for (int a : attachments()) {
      values(g, a, code(a).words());
    }
    if (depth != null) {
      values(g, 8, 2);
    }
    g.add("for (uint n = lane; n < %du; n += %du) {", pixels() * multi.samples(), lanes);
    for (int a : attachments()) {
      for (int w = 0; w < code(a).words(); w++) {
        g.add("zl_c%1$d_%2$d[n] = value%1$d_%2$d;", a, w);
      }
    }
    if (depth != null) {
      g.add("uint d = value8_0; uint s = value8_1; %s", depthHeld());
    }
    g.add("} } else {");
    transfer(g, Move.LOAD);
    g.add("}");
  }

  /** What is done with a tile's pixels. */
  private enum Move {
    /** From memory into local memory. */
    LOAD,
    /** Back. */
    STORE,
    /** The values of a clear into memory. */
    CLEAR
  }

  /** Moves a tile's pixels, with all that is the same for them outside of the loops. */
  private void transfer(Glsl g, Move move) {
    int bw = blockWidth();
    int bh = blockHeight();
    g.add(
        "{ int width = %s; int height = %s;", integer(DrawState.WIDTH), integer(DrawState.HEIGHT));
    for (int a : attachments()) {
      g.add("uint first%d = %s;", a, firstTexel(a));
      if (move != Move.STORE) {
        values(g, a, code(a).words());
      }
    }
    if (depth != null) {
      g.add("uint first8 = %s;", firstTexel(8));
      if (move != Move.STORE) {
        values(g, 8, 2);
      }
    }
    g.add("uint row_n = lane;");
    g.add("for (int y = tile.y + own.y; y < tile.y + %d; y += %d) {", size(), bh);
    g.add("int x = tile.x + own.x; uint row_m = uint(y * width + x);");
    g.add("for (int bx = 0; bx < %d; bx += %d) {", size(), bw);
    g.add("if (x < width && y < height) { uint n = row_n; uint m = row_m;");
    if (multi.many()) {
      g.add("uint plane = uint(width * height);");
      g.add("for (uint k = 0u; k < %du; k++) {", multi.samples());
    }
    for (int a : attachments()) {
      TexelCode code = code(a);
      for (int w = 0; w < code.words(); w++) {
        String memory = "zl_c%d[(m + first%d) * %du + %du]".formatted(a, a, code.words(), w);
        String local = "zl_c" + a + "_" + w + "[n]";
        g.add(
            switch (move) {
              case LOAD -> loaded(local, a, w, memory);
              case STORE -> memory + " = " + code.unit() + "(" + local + ");";
              case CLEAR -> cleared(a, w, memory, code.unit());
            });
      }
    }
    if (depth != null) {
      if (move == Move.CLEAR) {
        boolean two = depth.format() == DepthFormat.D32_SFLOAT_S8_UINT;
        String unit = TexelCode.unit(depth.format().storage().bytes());
        for (int w = 0; w < (two ? 2 : 1); w++) {
          g.add(
              cleared(
                  8, w, two ? "zl_d[(m + first8) * 2u + " + w + "u]" : "zl_d[m + first8]", unit));
        }
      } else {
        depthTransfer(g, move == Move.STORE);
      }
    }
    if (multi.many()) {
      g.add("n += %du; m += plane; }", pixels());
    }
    g.add("} x += %d; row_m += %du; row_n += %du; } } }", bw, bw, lanes);
  }

  private String firstTexel(int attachment) {
    String first = word(DrawState.ATTACHMENTS + attachment);
    return outside.layer()
        ? first + " + gl_WorkGroupID.z * uint(width * height) * " + multi.samples() + "u"
        : first;
  }

  private static void values(Glsl g, int attachment, int words) {
    for (int w = 0; w < words; w++) {
      g.add(
          "uint value%d_%d = %s;",
          attachment, w, word(DrawState.CLEAR_VALUES + 4 * attachment + w));
    }
  }

  private static String cleared(int attachment, int word, String memory, String unit) {
    return "if ((cleared & %du) != 0u) %s = %s(value%d_%d);"
        .formatted(1 << attachment, memory, unit, attachment, word);
  }

  private void depthTransfer(Glsl g, boolean back) {
    if (back && !depth.changes()) {
      return;
    }
    String at = "m + first8";
    if (!back) {
      depthLoad(g, at);
      return;
    }
    switch (depth.format()) {
      case D16_UNORM -> g.add("zl_d[%s] = uint16_t(zl_depth[n]);", at);
      case X8_D24_UNORM_PACK32, D32_SFLOAT -> g.add("zl_d[%s] = zl_depth[n];", at);
      case D24_UNORM_S8_UINT -> g.add("zl_d[%s] = zl_depth[n] | zl_stencil[n] << 24;", at);
      case D32_SFLOAT_S8_UINT -> {
        g.add("{ uint i = (%s) * 2u;", at);
        g.add("zl_d[i] = zl_depth[n]; zl_d[i + 1u] = zl_stencil[n]; }");
      }
      case S8_UINT -> g.add("zl_d[%s] = uint8_t(zl_stencil[n]);", at);
    }
  }

  /** Sets a place in local memory from memory, or from the value of a clear. */
  private static String loaded(String local, int attachment, int word, String memory) {
    return "if ((cleared & %1$du) != 0u) %2$s = value%3$d_%4$d; else %2$s = uint(%5$s);"
        .formatted(1 << attachment, local, attachment, word, memory);
  }

  private void depthLoad(Glsl g, String at) {
    boolean two = depth.format() == DepthFormat.D32_SFLOAT_S8_UINT;
    g.add("{ uint d; %s", loaded("d", 8, 0, two ? "zl_d[(" + at + ") * 2u]" : "zl_d[" + at + "]"));
    if (two) {
      g.add("uint s; %s", loaded("s", 8, 1, "zl_d[(" + at + ") * 2u + 1u]"));
    }
    g.add(depthHeld());
    g.add("}");
  }

  /** Puts depth and stencil, as memory has them in {@code d} and {@code s}, into local memory. */
  private String depthHeld() {
    return switch (depth.format()) {
      case D16_UNORM, X8_D24_UNORM_PACK32, D32_SFLOAT -> "zl_depth[n] = d;";
      case D24_UNORM_S8_UINT -> "zl_depth[n] = d & 16777215u; zl_stencil[n] = d >> 24;";
      case D32_SFLOAT_S8_UINT -> "zl_depth[n] = d; zl_stencil[n] = s & 255u;";
      case S8_UINT -> "zl_stencil[n] = d; zl_depth[n] = 0u;";
    };
  }
}
