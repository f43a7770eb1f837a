package dev.zhulong.graphics;

import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * GLSL that goes through the blocks of a tile in which a record covers pixels. A block is as many
 * pixels as a warp has lanes.
 *
 * <p>Software walks along the rows of the box and looks at the edges in each block. By the coverage
 * unit, a lane first makes a mask of the blocks whose pixel of its own is covered, one for each
 * sample: bit n stands for block n of the rows that are looked at.
 *
 * @param size of a tile in pixels each way
 * @param blockWidth in pixels
 * @param blockHeight in pixels
 * @param multi samples of a pixel
 * @param unit whether the device has the coverage unit
 */
record TileCoverage(int size, int blockWidth, int blockHeight, Multisampling multi, boolean unit) {
  /** Places that an instruction of the unit looks at. */
  private static final int PLACES = 4;

  private int columns() {
    return size / blockWidth;
  }

  private int rows() {
    return size / blockHeight;
  }

  private int lanes() {
    return blockWidth * blockHeight;
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

  /** Whether masks are made: where the unit's places fill rows. */
  private boolean masks() {
    return unit && columns() % PLACES == 0 && samples().length > 0;
  }

  /** Rows of blocks whose bits have room in a word. */
  private int band() {
    return Math.min(rows(), Integer.SIZE / columns());
  }

  /** Declares the unit's instructions. */
  void declare(Glsl g) {
    if (masks()) {
      g.add("#extension GL_EXT_spirv_intrinsics : require");
      g.add("#extension GL_KHR_shader_subgroup_ballot : require");
      g.add(MergeFields.declaration(12, "uint", "zl_cover_row(int value, int step, uint before)"));
      g.add(MergeFields.declaration(13, "uint", "zl_cover_any(uint mask)"));
    }
  }

  /**
   * Begins the loops through the blocks. Before it are {@code r, tile, own, lane}, the box {@code
   * low} to {@code high} in the tile, edges {@code e, ea, eb} at the lane's pixel of the first
   * block, and with several samples {@code e0} to {@code e3} of their places. In it are the pixel
   * {@code x, y}, its number {@code n} in local memory, {@code live}, and with several samples
   * {@code covered}.
   */
  void begin(Glsl g) {
    if (masks()) {
      find(g);
    } else {
      walk(g);
    }
  }

  /** Ends them. */
  void end(Glsl g) {
    g.add(masks() && rows() == band() ? "}" : "} }");
  }

  private void walk(Glsl g) {
    g.add("ivec3 es = ea * %d;", blockWidth);
    g.add("ivec2 first = low & ivec2(%d, %d);", -blockWidth, -blockHeight);
    g.add("for (int by = first.y; by <= high.y; by += %d) {", blockHeight);
    g.add("ivec3 v = e + ea * first.x + eb * by; int py = own.y + by;");
    g.add(
        "uint n = uint((by >> %d) * %d + (first.x >> %d)) * %du + lane;",
        shift(blockHeight), columns(), shift(blockWidth), lanes());
    // The sign says whether a pixel is outside of the box.
    g.add("int outside_y = py - low.y | high.y - py;");
    g.add(
        "for (int bx = first.x; bx <= high.x; bx += %d, v += es, n += %du) {", blockWidth, lanes());
    g.add("int px = own.x + bx; int outside = outside_y | px - low.x | high.x - px;");
    if (multi.many()) {
      g.add("uint covered = 0u;");
      for (int s : samples()) {
        g.add("{ ivec3 s = v + e%d; if ((s.x | s.y | s.z) >= 0) covered |= %du; }", s, 1 << s);
      }
      g.add("bool live = covered != 0u && outside >= 0;");
    } else {
      g.add(
          "bool live = (v.x | v.y | v.z | outside) >= 0%s;",
          samples().length == 0 ? " && false" : "");
    }
    g.add("if (!subgroupAny(live)) continue;");
    if (multi.many()) {
      g.add("if (!live) covered = 0u;");
    }
    g.add("int x = px + tile.x; int y = py + tile.y;");
  }

  private void find(Glsl g) {
    g.add("ivec3 right = ea * %d; ivec3 down = eb * %d;", blockWidth, blockHeight);
    g.add("ivec2 start = tile + own;");
    g.add("int top = low.y >> %1$d; int last = high.y >> %1$d;", shift(blockHeight));
    if (rows() > band()) {
      g.add("for (; top <= last; top += %d) {", band());
      g.add("int bottom = min(last, top + %d);", band() - 1);
    } else {
      g.add("int bottom = last;");
    }
    edges(g);
    box(g);
    String all = IntStream.of(samples()).mapToObj(s -> "m" + s).collect(Collectors.joining(" | "));
    g.add("uint blocks = zl_cover_any(%s);", all);
    g.add("while (blocks != 0u) {");
    g.add("int k = int(subgroupBallotFindLSB(uvec4(blocks, 0u, 0u, 0u)));");
    g.add("blocks &= blocks - 1u;");
    if (multi.many()) {
      String bits =
          IntStream.of(samples())
              .mapToObj(s -> "(m%1$d >> k & 1u) << %1$d".formatted(s))
              .collect(Collectors.joining(" | "));
      g.add("uint covered = %s; bool live = covered != 0u;", bits);
    } else {
      g.add("bool live = (m0 >> k & 1u) != 0u;");
    }
    g.add("k += top << %d;", shift(columns()));
    g.add("uint n = uint(k * %d) + lane;", lanes());
    g.add("int x = start.x + (k & %d) * %d;", columns() - 1, blockWidth);
    g.add("int y = start.y + (k >> %d) * %d;", shift(columns()), blockHeight);
  }

  /** Makes the masks of samples by rows from below: a mask of each edge, and what all have. */
  private void edges(Glsl g) {
    for (int s : samples()) {
      g.add("uint a%1$d = 0u; uint b%1$d = 0u; uint c%1$d = 0u;", s);
    }
    g.add("ivec3 v = e + down * bottom;");
    g.add("for (int row = bottom; row >= top; row--) {");
    for (int s : samples()) {
      String moved = multi.many() ? "e" + s : null;
      for (int edge = 0; edge < 3; edge++) {
        for (int c = columns() - PLACES; c >= 0; c -= PLACES) {
          g.add(
              "%1$c%2$d = zl_cover_row(v[%3$d]%4$s%5$s, right[%3$d], %1$c%2$d);",
              'a' + edge,
              s,
              edge,
              moved == null ? "" : " + %s[%d]".formatted(moved, edge),
              c == 0 ? "" : " + right[%d] * %d".formatted(edge, c));
        }
      }
    }
    g.add("v -= down; }");
    for (int s : samples()) {
      g.add("uint m%1$d = a%1$d & b%1$d & c%1$d;", s);
    }
  }

  /**
   * Takes away what is outside of the box, where that is not just the smallest about the corners:
   * columns at its sides, and the first or the last row, of which a lane's pixel may be beyond it.
   */
  private void box(Glsl g) {
    int wide = shift(blockWidth);
    int high = shift(blockHeight);
    long row = (1L << columns()) - 1;
    long every = IntStream.range(0, band()).mapToLong(r -> 1L << r * columns()).sum();
    g.add("if (zl_t[r + %du] != 0u) {", SetupProgram.BOXED);
    g.add(
        "int c0 = low.x - own.x + %d >> %d; int c1 = high.x - own.x >> %d;",
        blockWidth - 1, wide, wide);
    g.add("uint box = ((1u << c1 + 1) - 1u & ~((1u << c0) - 1u)) * %du;", every);
    g.add("if ((low.y - own.y + %d >> %d) > top) box &= ~%du;", blockHeight - 1, high, row);
    g.add(
        "if ((high.y - own.y >> %d) < bottom) box &= ~(%du << (bottom - top) * %d);",
        high, row, columns());
    for (int s : samples()) {
      g.add("m%d &= box;", s);
    }
    g.add("}");
  }
}
