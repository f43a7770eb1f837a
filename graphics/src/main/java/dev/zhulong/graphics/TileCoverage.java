package dev.zhulong.graphics;

import java.util.stream.IntStream;

/**
 * GLSL that finds the pixels of a tile that a record covers, and goes through the blocks that have
 * some.
 *
 * <p>A block is as many pixels as a warp has lanes. A lane has a mask of the blocks whose pixel of
 * its own is covered, one for each sample: bit n stands for block n of the rows that are looked at.
 * It is made of the signs of the edge functions, by the coverage unit or by software, which give the
 * same.
 *
 * @param size of a tile in pixels each way
 * @param blockWidth in pixels
 * @param blockHeight in pixels
 * @param multi samples of a pixel
 * @param unit whether the device has the coverage unit
 */
record TileCoverage(
    int size, int blockWidth, int blockHeight, Multisampling multi, boolean unit) {
  private static final int PLACES = 4;

  private int columns() {
    return size / blockWidth;
  }

  private int rows() {
    return size / blockHeight;
  }

  /** Rows of blocks whose bits have room in a word. */
  private int band() {
    return Math.min(rows(), 32 / columns());
  }

  private int columnShift() {
    return Integer.numberOfTrailingZeros(columns());
  }

  private static int shift(int size) {
    return Integer.numberOfTrailingZeros(size);
  }

  /** Samples that may be covered. */
  private int[] samples() {
    return IntStream.range(0, multi.samples())
        .filter(s -> (multi.allowed() >> s & 1) != 0)
        .toArray();
  }

  /** Whether an instruction's places fill a row, or several do. */
  private boolean rowsByUnit() {
    return unit && columns() % PLACES == 0;
  }

  /** Declares the unit's instructions. */
  void declare(Glsl g) {
    if (unit) {
      g.add("#extension GL_EXT_spirv_intrinsics : require");
      g.add(MergeFields.declaration(12, "uint", "zl_cover_row(int value, int step, uint before)"));
      g.add(MergeFields.declaration(13, "uint", "zl_cover_any(uint mask)"));
    } else {
      g.add("#extension GL_KHR_shader_subgroup_arithmetic : require");
    }
  }

  /**
   * Begins the loop through the blocks. Before it are {@code tile, own, lane}, the box {@code low}
   * to {@code high} in the tile, edges {@code e, ea, eb} at the lane's pixel of the first block, and
   * with several samples {@code e0} to {@code e3} of the places of these. In it are the pixel {@code
   * x, y}, its number {@code n} in local memory, {@code live}, and with several samples {@code
   * covered}.
   */
  void find(Glsl g) {
    g.add("ivec3 right = ea * %d; ivec3 down = eb * %d;", blockWidth, blockHeight);
    g.add("bool boxed = zl_t[r + %du] != 0u;", SetupProgram.BOXED);
    g.add("ivec2 start = tile + own;");
    g.add("int top = low.y >> %d; int last = high.y >> %d;", shift(blockHeight), shift(blockHeight));
    if (rows() > band()) {
      g.add("for (; top <= last; top += %d) {", band());
      g.add("int bottom = min(last, top + %d);", band() - 1);
    } else {
      g.add("int bottom = last;");
    }
    g.add("ivec3 v = e + down * bottom;");
    if (rowsByUnit()) {
      byUnit(g);
    } else {
      bySoftware(g);
    }
    box(g);
    StringBuilder all = new StringBuilder();
    for (int s : samples()) {
      all.append(all.isEmpty() ? "" : " | ").append("m").append(s);
    }
    g.add("uint blocks = %s(%s);", unit ? "zl_cover_any" : "subgroupOr", all.isEmpty() ? "0u" : all);
    g.add("while (blocks != 0u) {");
    g.add("int k = findLSB(blocks); blocks &= blocks - 1u;");
    if (multi.many()) {
      StringBuilder bits = new StringBuilder();
      for (int s : samples()) {
        bits.append(bits.isEmpty() ? "" : " | ").append("(m%d >> k & 1u) << %d".formatted(s, s));
      }
      g.add("uint covered = %s; bool live = covered != 0u;", bits.isEmpty() ? "0u" : bits);
    } else {
      g.add("bool live = %s;", all.isEmpty() ? "false" : "(m0 >> k & 1u) != 0u");
    }
    g.add("k += top << %d;", columnShift());
    g.add("uint n = uint(k * %d) + lane;", blockWidth * blockHeight);
    g.add("int x = start.x + (k & %d) * %d;", columns() - 1, blockWidth);
    g.add("int y = start.y + (k >> %d) * %d;", columnShift(), blockHeight);
  }

  /** Ends the loop. */
  void end(Glsl g) {
    g.add(rows() > band() ? "} }" : "}");
  }

  private void byUnit(Glsl g) {
    for (int s : samples()) {
      g.add("uint m%d; uint a%d = 0u; uint b%d = 0u; uint c%d = 0u;", s, s, s, s);
    }
    g.add("for (int row = bottom; row >= top; row--) {");
    for (int s : samples()) {
      for (int edge = 0; edge < 3; edge++) {
        char mask = (char) ('a' + edge);
        String value = multi.many() ? "v[%d] + e%d[%d]".formatted(edge, s, edge) : "v[" + edge + "]";
        for (int c = columns() - PLACES; c >= 0; c -= PLACES) {
          g.add(
              "%c%d = zl_cover_row(%s%s, right[%d], %c%d);",
              mask, s, value, c == 0 ? "" : " + right[%d] * %d".formatted(edge, c), edge, mask, s);
        }
      }
    }
    g.add("v -= down; }");
    for (int s : samples()) {
      g.add("m%d = a%d & b%d & c%d;", s, s, s, s);
    }
  }

  private void bySoftware(Glsl g) {
    for (int s : samples()) {
      g.add("uint m%d = 0xffffffffu;", s);
    }
    g.add("for (int row = bottom; row >= top; row--) {");
    // Bits of what is outside come in from below.
    for (int c = columns() - 1; c >= 0; c--) {
      String at = c == 0 ? "v" : "(v + right * %d)".formatted(c);
      for (int s : samples()) {
        g.add(
            "{ ivec3 w = %s; m%d = (m%d << 1) + (uint(w.x | w.y | w.z) >> 31); }",
            multi.many() ? at + " + e" + s : at, s, s);
      }
    }
    g.add("v -= down; }");
    for (int s : samples()) {
      g.add("m%d = ~m%d;", s, s);
    }
  }

  /** Takes away what is outside of the box, where that is not the smallest about the edges. */
  private void box(Glsl g) {
    int shift = shift(blockWidth);
    g.add("if (boxed) {");
    g.add("int c0 = low.x - own.x + %d >> %d; int c1 = high.x - own.x >> %d;",
        blockWidth - 1, shift, shift);
    int repeated = 0;
    for (int row = 0; row < band(); row++) {
      repeated |= 1 << row * columns();
    }
    g.add("uint box = ((1u << c1 + 1) - 1u & ~((1u << c0) - 1u)) * %du;", repeated & 0xffffffffL);
    shift = shift(blockHeight);
    g.add("int r0 = max((low.y - own.y + %d >> %d) - top, 0);", blockHeight - 1, shift);
    g.add("int r1 = (high.y - own.y >> %d) - top;", shift);
    // A row that is not there at either end; more are not in the masks.
    g.add("if (r0 > 0) box &= ~%du;", (1L << columns()) - 1);
    g.add("if (r1 < bottom - top) box &= ~(%du << (bottom - top) * %d);", (1L << columns()) - 1, columns());
    for (int s : samples()) {
      g.add("m%d &= box;", s);
    }
    g.add("}");
  }
}
