package dev.zhulong.graphics;

import dev.zhulong.firmware.isa.Extension;
import dev.zhulong.firmware.texel.TexelFormat;
import java.util.Set;

/** The kernel that makes one texel of a pixel's four samples: their average, or the first one. */
final class ResolveProgram {
  static final int SOURCE = 0;
  static final int TARGET = 1;

  private ResolveProgram() {}

  /**
   * For samples that lie plane behind plane.
   *
   * @param average whether the samples are averaged; else the first is taken
   */
  static String text(
      TexelFormat format, boolean average, int samples, int lanes, Set<Extension> units) {
    TexelCode code = new TexelCode(format, units.contains(Extension.MERGE));
    int words = code.words();
    Glsl g = new Glsl();
    g.add("#version 460");
    g.add("#extension GL_EXT_shader_explicit_arithmetic_types : require");
    g.add("#extension GL_EXT_shader_8bit_storage : require");
    g.add("#extension GL_EXT_shader_16bit_storage : require");
    g.add("layout(local_size_x = %d) in;", lanes);
    g.add(
        "layout(set = %d, binding = %d, std430) readonly buffer From { %s zl_from[]; };",
        DrawState.SET, SOURCE, code.unit());
    g.add(
        "layout(set = %d, binding = %d, std430) buffer To { %s zl_to[]; };",
        DrawState.SET, TARGET, code.unit());
    g.add("layout(push_constant) uniform Push { uint source; uint target; uint count; };");
    g.add(TexelCode.CURVES);
    if (units.contains(Extension.MERGE)) {
      MergeFields.declare(g);
    }
    g.add("void main() {");
    g.add("uint n = gl_GlobalInvocationID.x; if (n >= count) return;");
    String[] values = new String[4];
    String packed = null;
    if (average) {
      g.add("vec4 sum = vec4(0.0);");
      g.add("for (uint s = 0u; s < %du; s++) {", samples);
      g.add("uint at = (source + s * count + n) * %du;", words);
      for (int w = 0; w < words; w++) {
        g.add("uint o%d = uint(zl_from[at + %du]);", w, w);
      }
      code.fractions(g, "o", "u");
      g.add(
          "sum += vec4(%s, %s, %s, %s); }",
          code.unpack(0, "o", "u"),
          code.unpack(1, "o", "u"),
          code.unpack(2, "o", "u"),
          code.unpack(3, "o", "u"));
      g.add("sum *= %s;", String.valueOf(1.0 / samples));
      for (int c = 0; c < 4; c++) {
        values[c] = "floatBitsToUint(sum[" + c + "])";
      }
      packed = code.packed(values, 15);
      for (int c = 0; packed == null && c < 4; c++) {
        if (code.hasComponent(c)) {
          g.add("uint f%d = %s;", c, code.pack(c, values[c]));
        }
      }
    }
    for (int w = 0; w < words; w++) {
      String value =
          average
              ? code.unit() + "(" + (packed == null ? code.assemble(w, "f", 15) : packed) + ")"
              : "zl_from[(source + n) * " + words + "u + " + w + "u]";
      g.add("zl_to[(target + n) * %du + %du] = %s;", words, w, value);
    }
    g.add("}");
    return g.toString();
  }
}
