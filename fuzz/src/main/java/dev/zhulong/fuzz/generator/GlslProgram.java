package dev.zhulong.fuzz.generator;

/**
 * A random program in GLSL, whose SPIR-V is that of a front end: control flow as people write it,
 * integers, shared memory and functions.
 */
public final class GlslProgram {
  private static final String HEAD =
      """
      #version 460
      #extension GL_KHR_shader_subgroup_vote : require
      #extension GL_KHR_shader_subgroup_ballot : require
      #extension GL_KHR_shader_subgroup_arithmetic : require
      layout(local_size_x = 8) in;
      layout(std430, binding = 0) readonly buffer In { uint v[]; } data;
      layout(std430, binding = 1) buffer Out { uint v[]; } result;
      layout(std430, binding = 2) buffer Cells { uint v[]; } cells;
      layout(push_constant) uniform Push { uint v[4]; } push;
      shared uint exchange[16];
      """;

  private final Choices choices;
  private final StringBuilder out = new StringBuilder(HEAD);
  private int variables;
  private int loops;
  private int switches;
  private int functions;
  private int left;
  private boolean inMain;

  private GlslProgram(Choices choices) {
    this.choices = choices;
  }

  /** The text that some choices make. */
  public static String make(Choices choices) {
    return new GlslProgram(choices).text();
  }

  private String text() {
    for (int n = choices.next(3); n > 0; n--) {
      variables = 0;
      left = 4;
      String name = "f" + functions;
      out.append("uint ").append(name).append("(uint x, inout uint h) {\nuint t[4];\n");
      out.append("for (int n = 0; n < 4; n++) t[n] = x * uint(n + 1);\n");
      block(2);
      out.append("return ").append(expression(2)).append(";\n}\n");
      functions++;
    }
    variables = 0;
    inMain = true;
    left = 8 + choices.next(16);
    out.append(
        """
        void main() {
        uint x = gl_GlobalInvocationID.x, h = 17u;
        uint t[4];
        for (int n = 0; n < 4; n++) t[n] = data.v[x + n];
        exchange[gl_LocalInvocationIndex] = data.v[x * 3u & 63u];
        barrier();
        """);
    block(4);
    out.append("result.v[x * 8u] = h;\n}\n");
    return out.toString();
  }

  private String pick(String... from) {
    return from[choices.next(from.length)];
  }

  private String expression(int depth) {
    if (depth == 0) {
      String known = variables > 0 ? "v" + choices.next(variables) : "x";
      return pick(
          "x", known, "h", "t[x & 3u]", "exchange[h & 7u]", "data.v[h & 63u]", "push.v[h & 3u]",
          choices.next(9) + "u", "0x80000000u", "0xffffffffu");
    }
    String a = expression(depth - 1);
    String b = expression(choices.next(depth));
    return switch (choices.next(16)) {
      case 0 -> "(" + a + pick(" + ", " - ", " * ", " ^ ", " & ", " | ") + b + ")";
      case 1 -> "(" + a + pick(" << ", " >> ") + "(" + b + " & 31u))";
      case 2 -> "(" + a + pick(" / ", " % ") + "(" + b + " | 1u))";
      case 3 -> "uint(int(" + a + ") >> int(" + b + " & 31u))";
      case 4 -> pick("min", "max") + "(" + a + ", " + b + ")";
      case 5 -> "uint(" + pick("min", "max") + "(int(" + a + "), int(" + b + ")))";
      case 6 -> "(" + condition(depth - 1) + " ? " + a + " : " + b + ")";
      case 7 -> "uint(" + pick("bitCount", "findLSB", "findMSB") + "(" + a + "))";
      case 8 -> "t[" + a + " & 3u]";
      case 9 -> "uvec4(" + a + ", " + b + ", x, h)[" + expression(0) + " & 3u]";
      case 10 -> "bitfieldReverse(" + a + ")";
      case 11 -> "bitfieldExtract(" + a + ", 3, 7)";
      case 12 ->
          inMain && switches == 0
              ? pick("subgroupAdd", "subgroupMin", "subgroupXor", "subgroupBroadcastFirst")
                  + "(" + a + ")"
              : "(~" + a + ")";
      case 13 -> "uint(h < " + a + ")";
      case 14 -> functions > 0 ? "f" + choices.next(functions) + "(" + a + ", t[1])" : a;
      default -> "(-" + a + ")";
    };
  }

  private String condition(int depth) {
    String a = expression(Math.max(0, depth));
    String b = expression(0);
    return switch (choices.next(6)) {
      case 0 -> a + pick(" < ", " <= ", " == ", " != ") + b;
      case 1 -> "int(" + a + ") < int(" + b + ")";
      case 2 -> "(" + a + " & " + (1 << choices.next(4)) + "u) != 0u";
      case 3 -> "(" + a + " < " + b + " && (h & 1u) == 0u)";
      case 4 -> "(" + a + " < " + b + " || t[0] > " + b + ")";
      default ->
          inMain && switches == 0
              ? pick("subgroupAny", "subgroupAll") + "(" + a + " < " + b + ")"
              : "!(" + a + " < " + b + ")";
    };
  }

  private void block(int depth) {
    int mark = variables;
    for (int n = 1 + choices.next(4); n > 0 && left > 0; n--) {
      left--;
      statement(depth);
    }
    variables = mark;
  }

  private void statement(int depth) {
    switch (choices.next(depth == 0 ? 8 : 14)) {
      case 0 -> out.append("h = h * 31u + ").append(expression(3)).append(";\n");
      case 1 -> {
        String value = expression(3);
        out.append("uint v").append(variables++).append(" = ").append(value).append(";\n");
      }
      case 2 -> out.append("t[" + expression(1) + " & 3u] = " + expression(2) + ";\n");
      case 3 ->
          out.append(
              inMain
                  ? "result.v[x * 8u + (" + expression(1) + " & 7u)] = " + expression(2) + ";\n"
                  : "h ^= x;\n");
      case 4 -> out.append("atomicAdd(cells.v[" + expression(1) + " & 15u], h & 255u);\n");
      case 5 -> leave("break;", loops > 0 || switches > 0);
      case 6 -> leave("continue;", loops > 0);
      case 7 ->
          leave(
              inMain ? "{ result.v[x * 8u + 1u] = h; return; }" : "return h;",
              true);
      case 8, 9 -> {
        out.append("if (" + condition(2) + ") {\n");
        block(depth - 1);
        if (choices.once(2)) {
          out.append("} else {\n");
          block(depth - 1);
        }
        out.append("}\n");
      }
      case 10 -> choice(depth);
      default -> loop(depth);
    }
  }

  private void leave(String how, boolean may) {
    if (may) {
      out.append("if (" + condition(1) + ") " + how + "\n");
    }
  }

  private void choice(int depth) {
    out.append("switch (" + expression(2) + " & 7u) {\n");
    switches++;
    for (int n = 0; n < 8; n += 1 + choices.next(3)) {
      out.append("case " + n + "u:\n{\n");
      block(depth - 1);
      out.append(choices.once(3) ? "}\n" : "}\nbreak;\n");
    }
    out.append("default:\n{\nh ^= 1u;\n");
    block(depth - 1);
    out.append("}\n}\n");
    switches--;
  }

  private void loop(int depth) {
    String counter = "n" + depth;
    String bound = "(" + expression(1) + " & " + pick("1", "3", "7") + "u)";
    int kind = choices.next(3);
    switch (kind) {
      case 0 ->
          out.append("for (uint N = 0u; N < B; N++) {\n".replace("N", counter).replace("B", bound));
      case 1 ->
          out.append(
              "{ uint N = B;\nwhile (N-- > 0u) {\n".replace("B", bound).replace("N", counter));
      default -> out.append("{ uint N = B;\ndo {\n".replace("B", bound).replace("N", counter));
    }
    loops++;
    int before = switches;
    block(depth - 1);
    switches = before;
    loops--;
    out.append(kind == 0 ? "}\n" : kind == 1 ? "} }\n" : "} while (" + counter + "-- > 0u); }\n");
  }
}
