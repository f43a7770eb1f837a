package dev.zhulong.firmware.texel;

/**
 * Unpacks blocks of BC1 to BC5, in which texels lie on a line between two ends. What is between
 * them is rounded to the nearest number of the bits that hold it. Khronos Data Format
 * Specification, S3TC and RGTC.
 */
final class BcBlock {
  private static final int TEXELS = 16;

  private BcBlock() {}

  /** The little-endian number in some bytes. */
  private static long bits(byte[] block, int at, int count) {
    long made = 0;
    for (int n = 0; n < count; n++) {
      made |= (block[at + n] & 0xffL) << 8 * n;
    }
    return made;
  }

  private static int nearest(int numerator, int denominator) {
    return Math.floorDiv(2 * numerator + denominator, 2 * denominator);
  }

  /** A component of an end; its highest bits fill the lower ones of eight. */
  private static int end(int colour, int component) {
    return switch (component) {
      case 0 -> (colour >> 8 & 0xf8) | colour >> 13;
      case 1 -> (colour >> 3 & 0xfc) | (colour >> 9 & 3);
      default -> (colour << 3 & 0xf8) | (colour >> 2 & 7);
    };
  }

  /**
   * Red, green, blue and alpha of each texel.
   *
   * @param ordered whether the order of the ends says if there is a third colour, black
   * @param blackAlpha the black's alpha
   */
  static void colours(byte[] block, int at, int[] fields, boolean ordered, int blackAlpha) {
    int first = (int) bits(block, at, 2);
    int second = (int) bits(block, at + 2, 2);
    boolean thirds = !ordered || first > second;
    long indices = bits(block, at + 4, 4);
    for (int n = 0; n < TEXELS; n++) {
      int index = (int) (indices >> 2 * n) & 3;
      // Shares of the first end and of both together.
      int share =
          switch (index) {
            case 0 -> 6;
            case 1 -> 0;
            case 2 -> thirds ? 4 : 3;
            default -> 2;
          };
      boolean black = !thirds && index == 3;
      for (int c = 0; c < 3; c++) {
        int mixed = share * end(first, c) + (6 - share) * end(second, c);
        fields[4 * n + c] = black ? 0 : nearest(mixed, 6);
      }
      fields[4 * n + 3] = black ? blackAlpha : 255;
    }
  }

  /** Alpha of four bits a texel. */
  static void explicitAlpha(byte[] block, int at, int[] fields) {
    long alphas = bits(block, at, 8);
    for (int n = 0; n < TEXELS; n++) {
      fields[4 * n + 3] = (int) (alphas >> 4 * n & 15) * 17;
    }
  }

  /**
   * One component of each texel.
   *
   * @param component which one
   * @param signed whether the ends go from −127 to 127; else from 0 to 255
   * @param most what an end's greatest value becomes
   */
  static void component(
      byte[] block, int at, int[] fields, int component, boolean signed, int most) {
    int greatest = signed ? 127 : 255;
    int first = signed ? Math.max(block[at], -127) : block[at] & 0xff;
    int second = signed ? Math.max(block[at + 1], -127) : block[at + 1] & 0xff;
    int steps = first > second ? 7 : 5;
    long indices = bits(block, at + 2, 6);
    for (int n = 0; n < TEXELS; n++) {
      int index = (int) (indices >> 3 * n) & 7;
      int mixed =
          switch (index) {
            case 0 -> steps * first;
            case 1 -> steps * second;
            default -> {
              if (index > steps) {
                yield steps * (index == 7 ? greatest : signed ? -greatest : 0);
              }
              yield (steps + 1 - index) * first + (index - 1) * second;
            }
          };
      fields[4 * n + component] = nearest(most * mixed, steps * greatest);
    }
  }
}
