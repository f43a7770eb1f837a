package dev.zhulong.graphics;

import static dev.zhulong.graphics.DrawState.word;

import dev.zhulong.compiler.frontend.stages.StageModule;
import dev.zhulong.compiler.frontend.stages.StageVariable;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The frame of a vertex shader: an invocation reads an index and the attributes of a vertex, runs
 * the shader and stores what it gives out.
 */
final class VertexFrame {
  private static final int POSITION = 0;
  private static final int CLIP = 3;
  private static final int CULL = 4;

  /** Built-in inputs by their numbers in SPIR-V. */
  private static final Map<Integer, String> BUILT_INS =
      Map.of(
          42, "zl_vertex",
          43, "zl_instance",
          4424, word(DrawState.BASE_VERTEX),
          4425, word(DrawState.FIRST_INSTANCE),
          4426, "0u",
          4440, "0u",
          36, "gl_SubgroupSize",
          41, "gl_SubgroupInvocationID");

  private final StageModule module;
  private final List<VertexLayout> layouts;
  private final boolean missingInputs;
  private final Interface outside;
  private final IndexFormat indices;
  private final boolean restart;
  private final int lanes;
  private final Glsl glsl = new Glsl();

  VertexFrame(
      StageModule module,
      List<VertexLayout> layouts,
      boolean missingInputs,
      Interface outside,
      IndexFormat indices,
      boolean restart,
      int lanes) {
    this.module = module;
    this.layouts = layouts;
    this.missingInputs = missingInputs;
    this.outside = outside;
    this.indices = indices;
    this.restart = restart;
    this.lanes = lanes;
  }

  String text() {
    glsl.add("#version 460");
    glsl.add("#extension GL_KHR_shader_subgroup_basic : require");
    glsl.add("layout(local_size_x = %d) in;", lanes);
    glsl.add(DrawState.declaration());
    glsl.add(DrawState.buffer(DrawState.VARYINGS, "writeonly", "uint", "zl_v", ""));
    glsl.add(DrawState.indexFunction(indices, restart));
    glsl.add("void zl_enter() {}\nvoid zl_shade() {}\nvoid zl_leave() {}");
    declare();
    glsl.add("void main() {");
    glsl.add("uint zl_n = gl_GlobalInvocationID.x;");
    glsl.add("if (zl_n >= %s) return;", word(DrawState.TOTAL));
    glsl.add("uint zl_turn = zl_n / %s;", word(DrawState.COUNT));
    glsl.add(
        "uint zl_vertex = zl_index(zl_n - zl_turn * %s + %s)%s;",
        word(DrawState.COUNT),
        word(DrawState.FIRST),
        indices == null ? "" : " + " + word(DrawState.BASE_VERTEX));
    glsl.add("uint zl_instance = zl_turn + %s;", word(DrawState.FIRST_INSTANCE));
    inputs();
    glsl.add("zl_enter(); zl_shade(); zl_leave();");
    outputs();
    glsl.add("}");
    return glsl.toString();
  }

  private void declare() {
    for (int k = 0; k < layouts.size(); k++) {
      if (!layouts.get(k).attributes().isEmpty()) {
        glsl.add(
            DrawState.buffer(DrawState.VERTICES + k, "readonly", "uint", "zl_vertices" + k, ""));
        glsl.add(
            "uint zl_unaligned%d(uint a) { uint s = (a & 3u) * 8u; uint l = zl_vertices%d[a >> 2];"
                + " return s == 0u ? l : l >> s | zl_vertices%d[(a >> 2) + 1u] << 32u - s; }",
            k, k, k);
      }
    }
    Set<String> declared = new HashSet<>();
    for (StageVariable v : module.inputs()) {
      for (int n = 0; n < v.components(); n++) {
        declared.add("zl_i_" + v.location() + "_" + (v.component() + n));
      }
    }
    module
        .builtInInputs()
        .forEach(
            (number, _) -> {
              if (!BUILT_INS.containsKey(number)) {
                throw new IllegalArgumentException(
                    "vertex shader "
                        + module.name()
                        + " takes in built-in variable number "
                        + number
                        + " of SPIR-V, which this pipeline does not have");
              }
              declared.add("zl_bi_" + number + "_0");
            });
    for (int n = 0; n < 4; n++) {
      declared.add("zl_bo_" + POSITION + "_" + n);
    }
    if (outside.pointSize()) {
      declared.add("zl_bo_1_0");
    }
    if (outside.layer()) {
      declared.add("zl_bo_9_0");
    }
    if (outside.viewport()) {
      declared.add("zl_bo_10_0");
    }
    int clips = outside.clipDistances() - outside.cullDistances();
    for (int n = 0; n < outside.clipDistances(); n++) {
      declared.add(n < clips ? "zl_bo_" + CLIP + "_" + n : "zl_bo_" + CULL + "_" + (n - clips));
    }
    for (int scalar : outside.scalars()) {
      declared.add("zl_o_" + scalar / 4 + "_" + scalar % 4);
    }
    declared.stream().sorted().forEach(name -> glsl.add("uint %s = 0u;", name));
  }

  private void inputs() {
    module
        .builtInInputs()
        .forEach((number, _) -> glsl.add("zl_bi_%d_0 = %s;", number, BUILT_INS.get(number)));
    Map<Integer, Integer> buffers = new HashMap<>();
    Map<Integer, VertexAttribute> attributes = new HashMap<>();
    for (int k = 0; k < layouts.size(); k++) {
      for (VertexAttribute attribute : layouts.get(k).attributes()) {
        attributes.put(attribute.location(), attribute);
        buffers.put(attribute.location(), k);
      }
    }
    Set<Integer> read = new HashSet<>();
    for (StageVariable v : module.inputs()) {
      VertexAttribute before = attributes.get(v.location() - 1);
      boolean second = before != null && before.format().bytes() > 16;
      VertexAttribute attribute = second ? before : attributes.get(v.location());
      if (attribute == null && missingInputs) {
        continue;
      }
      if (attribute == null) {
        throw new IllegalArgumentException(
            "vertex shader "
                + module.name()
                + " takes in location "
                + v.location()
                + ", which no vertex buffer of the pipeline has");
      }
      int k = buffers.get(attribute.location());
      if (read.add(attribute.location())) {
        fetch(attribute, k);
      }
      for (int n = 0; n < v.components(); n++) {
        int component = v.component() + n;
        String value = component(attribute, second ? component + 4 : component);
        glsl.add("zl_i_%d_%d = %s;", v.location(), component, value);
      }
    }
  }

  /** Reads the words of an attribute. */
  private void fetch(VertexAttribute attribute, int k) {
    VertexLayout layout = layouts.get(k);
    int l = attribute.location();
    glsl.add(
        "uint zl_a%d = %s + %s * %du + %du;",
        l,
        word(DrawState.VERTEX_STARTS + k),
        layout.perInstance() ? "zl_instance" : "zl_vertex",
        layout.stride(),
        attribute.offset());
    boolean aligned = layout.stride() % 4 == 0 && attribute.offset() % 4 == 0;
    for (int w = 0; w < (attribute.format().bytes() + 3) / 4; w++) {
      glsl.add(
          aligned
              ? "uint zl_w%d_%d = zl_vertices%d[(zl_a%d >> 2) + %du];"
              : "uint zl_w%d_%d = zl_unaligned%d(zl_a%d + %du);",
          l,
          w,
          k,
          l,
          aligned ? w : 4 * w);
    }
  }

  /** The bits of a component. */
  private static String component(VertexAttribute attribute, int c) {
    VertexFormat format = attribute.format();
    if (format.bits()[0] == 64) {
      return 4 * c < format.bytes() ? "zl_w" + attribute.location() + "_" + c : "0u";
    }
    int bits = format.bits()[c];
    if (bits == 0) {
      return c < 3 ? "0u" : format.integer() ? "1u" : "floatBitsToUint(1.0)";
    }
    int position = format.positions()[c];
    String all = "zl_w" + attribute.location() + "_" + position / 32;
    String part = "(" + all + ", " + position % 32 + ", " + bits + ")";
    String unsigned = bits == 32 ? all : "bitfieldExtract" + part;
    String signed =
        bits == 32
            ? "int(" + all + ")"
            : "bitfieldExtract(int(" + all + ")" + part.substring(1 + all.length());
    double most = Math.pow(2, bits) - 1;
    double half = Math.pow(2, bits - 1) - 1;
    return switch (format.kind()) {
      case "UINT" -> unsigned;
      case "SINT" -> "uint(" + signed + ")";
      case "UNORM" -> "floatBitsToUint(float(" + unsigned + ") / " + most + ")";
      case "SNORM" -> "floatBitsToUint(max(float(" + signed + ") / " + half + ", -1.0))";
      case "USCALED" -> "floatBitsToUint(float(" + unsigned + "))";
      case "SSCALED" -> "floatBitsToUint(float(" + signed + "))";
      default -> bits == 32 ? all : "floatBitsToUint(unpackHalf2x16(" + unsigned + ").x)";
    };
  }

  private void outputs() {
    glsl.add("uint zl_to = zl_n * %du;", outside.words());
    for (int n = 0; n < 4; n++) {
      glsl.add("zl_v[zl_to + %du] = zl_bo_0_%d;", n, n);
    }
    glsl.add(
        "zl_v[zl_to + %du] = %s;",
        Interface.POINT_SIZE, outside.pointSize() ? "zl_bo_1_0" : "floatBitsToUint(1.0)");
    int clips = outside.clipDistances() - outside.cullDistances();
    for (int n = 0; n < outside.clipDistances(); n++) {
      glsl.add(
          "zl_v[zl_to + %du] = zl_bo_%d_%d;",
          Interface.CLIP_DISTANCES + n, n < clips ? CLIP : CULL, n < clips ? n : n - clips);
    }
    if (outside.layer()) {
      glsl.add("zl_v[zl_to + %du] = zl_bo_9_0;", outside.layerWord());
    }
    if (outside.viewport()) {
      glsl.add("zl_v[zl_to + %du] = zl_bo_10_0;", outside.viewportWord());
    }
    for (int scalar : outside.scalars()) {
      glsl.add(
          "zl_v[zl_to + %du] = zl_o_%d_%d;",
          outside.word(scalar / 4, scalar % 4), scalar / 4, scalar % 4);
    }
  }
}
