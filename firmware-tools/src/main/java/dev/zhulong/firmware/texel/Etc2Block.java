package dev.zhulong.firmware.texel;

/**
 * Unpacks blocks of ETC2 and EAC, which are big-endian numbers; texels go down the columns. Khronos
 * Data Format Specification, ETC2 Compressed Texture Image Formats.
 */
final class Etc2Block {
  private static final int[][] MODIFIERS = {
    {2, 8}, {5, 17}, {9, 29}, {13, 42}, {18, 60}, {24, 80}, {33, 106}, {47, 183}
  };
  private static final int[] DISTANCES = {3, 6, 11, 16, 23, 32, 41, 64};

  /** The negative half; the positive one is each of them less one, with the other sign. */
  private static final int[][] COMPONENT_MODIFIERS = {
    {3, 6, 9, 15},
    {3, 7, 10, 13},
    {2, 5, 8, 13},
    {2, 4, 6, 13},
    {3, 6, 8, 12},
    {3, 7, 9, 11},
    {4, 7, 8, 11},
    {3, 5, 8, 11},
    {2, 6, 8, 10},
    {2, 5, 8, 10},
    {2, 4, 8, 10},
    {2, 5, 7, 10},
    {3, 4, 7, 10},
    {1, 2, 3, 10},
    {4, 6, 8, 9},
    {3, 5, 7, 9}
  };

  private final long block;
  private final int[] fields;
  private final boolean cuts;

  private Etc2Block(long block, int[] fields, boolean cuts) {
    this.block = block;
    this.fields = fields;
    this.cuts = cuts;
  }

  private static long number(byte[] bytes, int at) {
    long made = 0;
    for (int n = 0; n < 8; n++) {
      made = made << 8 | bytes[at + n] & 0xff;
    }
    return made;
  }

  /**
   * Red, green, blue and alpha of each texel.
   *
   * @param transparency whether the bit that tells the modes apart says instead that there are no
   *     transparent texels
   */
  static void colours(byte[] bytes, int at, int[] fields, boolean transparency) {
    long block = number(bytes, at);
    boolean flag = (block >> 33 & 1) != 0;
    Etc2Block made = new Etc2Block(block, fields, transparency && !flag);
    if (!transparency && !flag) {
      made.individual();
    } else if (made.overflows(59)) {
      made.oneAndThree();
    } else if (made.overflows(51)) {
      made.twoAndTwo();
    } else if (made.overflows(43)) {
      made.planar();
    } else {
      made.differential();
    }
  }

  /** The bits from one down to another. */
  private int bits(int high, int low) {
    return (int) (block >> low & (1 << high - low + 1) - 1);
  }

  private int difference(int low) {
    return bits(low - 1, low - 3) << 29 >> 29;
  }

  /** Whether a five-bit base and its difference leave the range: that says another mode. */
  private boolean overflows(int low) {
    int sum = bits(low + 4, low) + difference(low);
    return sum < 0 || sum > 31;
  }

  private static int wide(int value, int bits) {
    return value << 8 - bits | value >> 2 * bits - 8;
  }

  /** The two-bit index of a texel. */
  private int index(int x, int y) {
    int n = 4 * x + y;
    return bits(16 + n, 16 + n) << 1 | bits(n, n);
  }

  private void put(int x, int y, int[] colour, int added) {
    int at = 4 * (4 * y + x);
    for (int c = 0; c < 3; c++) {
      fields[at + c] = Math.clamp(colour[c] + added, 0, 255);
    }
    fields[at + 3] = 255;
  }

  private void clear(int x, int y) {
    java.util.Arrays.fill(fields, 4 * (4 * y + x), 4 * (4 * y + x) + 4, 0);
  }

  private void individual() {
    int[][] bases = new int[2][3];
    for (int c = 0; c < 3; c++) {
      bases[0][c] = wide(bits(63 - 8 * c, 60 - 8 * c), 4);
      bases[1][c] = wide(bits(59 - 8 * c, 56 - 8 * c), 4);
    }
    halves(bases);
  }

  private void differential() {
    int[][] bases = new int[2][3];
    for (int c = 0; c < 3; c++) {
      int base = bits(63 - 8 * c, 59 - 8 * c);
      bases[0][c] = wide(base, 5);
      bases[1][c] = wide(base + difference(59 - 8 * c), 5);
    }
    halves(bases);
  }

  private void halves(int[][] bases) {
    boolean rows = bits(32, 32) != 0;
    int[][] modifiers = {MODIFIERS[bits(39, 37)], MODIFIERS[bits(36, 34)]};
    for (int x = 0; x < 4; x++) {
      for (int y = 0; y < 4; y++) {
        int half = (rows ? y : x) >> 1;
        int index = index(x, y);
        boolean small = (index & 1) == 0;
        if (cuts && index == 2) {
          clear(x, y);
        } else {
          int size = cuts && small ? 0 : modifiers[half][index & 1];
          put(x, y, bases[half], index < 2 ? size : -size);
        }
      }
    }
  }

  private void oneAndThree() {
    int[] one = {
      wide(bits(60, 59) << 2 | bits(57, 56), 4), wide(bits(55, 52), 4), wide(bits(51, 48), 4)
    };
    int[] three = {wide(bits(47, 44), 4), wide(bits(43, 40), 4), wide(bits(39, 36), 4)};
    int distance = DISTANCES[bits(35, 34) << 1 | bits(32, 32)];
    paint(new int[][] {one, three, three, three}, new int[] {0, distance, 0, -distance});
  }

  private void twoAndTwo() {
    int[] first = {
      bits(62, 59), bits(58, 56) << 1 | bits(52, 52), bits(51, 51) << 3 | bits(49, 47)
    };
    int[] second = {bits(46, 43), bits(42, 39), bits(38, 35)};
    int a = first[0] << 8 | first[1] << 4 | first[2];
    int b = second[0] << 8 | second[1] << 4 | second[2];
    // The order of the two colours is one bit more.
    int distance = DISTANCES[bits(34, 34) << 2 | bits(32, 32) << 1 | (a >= b ? 1 : 0)];
    for (int c = 0; c < 3; c++) {
      first[c] = wide(first[c], 4);
      second[c] = wide(second[c], 4);
    }
    paint(
        new int[][] {first, first, second, second},
        new int[] {distance, -distance, distance, -distance});
  }

  private void paint(int[][] colours, int[] added) {
    for (int x = 0; x < 4; x++) {
      for (int y = 0; y < 4; y++) {
        int index = index(x, y);
        if (cuts && index == 2) {
          clear(x, y);
        } else {
          put(x, y, colours[index], added[index]);
        }
      }
    }
  }

  /** A plane through the colours of the upper left corner and the next ones across and down. */
  private void planar() {
    int[] origin = {
      wide(bits(62, 57), 6),
      wide(bits(56, 56) << 6 | bits(54, 49), 7),
      wide(bits(48, 48) << 5 | bits(44, 43) << 3 | bits(41, 39), 6)
    };
    int[] across = {
      wide(bits(38, 34) << 1 | bits(32, 32), 6), wide(bits(31, 25), 7), wide(bits(24, 19), 6)
    };
    int[] down = {wide(bits(18, 13), 6), wide(bits(12, 6), 7), wide(bits(5, 0), 6)};
    int[] colour = new int[3];
    for (int x = 0; x < 4; x++) {
      for (int y = 0; y < 4; y++) {
        for (int c = 0; c < 3; c++) {
          int sum = x * (across[c] - origin[c]) + y * (down[c] - origin[c]) + 4 * origin[c];
          colour[c] = sum + 2 >> 2;
        }
        put(x, y, colour, 0);
      }
    }
  }

  /** The modifier of a texel in a block of one component. */
  private int modifier(int x, int y) {
    int low = 45 - 3 * (4 * x + y);
    int index = bits(low + 2, low);
    int size = COMPONENT_MODIFIERS[bits(51, 48)][index & 3];
    return index < 4 ? -size : size - 1;
  }

  /** Alpha of 8 bits. */
  static void alpha(byte[] bytes, int at, int[] fields) {
    Etc2Block made = new Etc2Block(number(bytes, at), fields, false);
    for (int n = 0; n < 16; n++) {
      int value = made.bits(63, 56) + made.modifier(n % 4, n / 4) * made.bits(55, 52);
      fields[4 * n + 3] = Math.clamp(value, 0, 255);
    }
  }

  /** One component of 11 bits, as the nearest of 16. */
  static void component(byte[] bytes, int at, int[] fields, int component, boolean signed) {
    Etc2Block made = new Etc2Block(number(bytes, at), fields, false);
    int scale = Math.max(1, 8 * made.bits(55, 52));
    int base = signed ? 8 * Math.max(bytes[at], -127) : 8 * made.bits(63, 56) + 4;
    for (int n = 0; n < 16; n++) {
      int value = base + made.modifier(n % 4, n / 4) * scale;
      fields[4 * n + component] =
          signed
              ? Math.round(Math.clamp(value, -1023, 1023) * 32767f / 1023)
              : Math.round(Math.clamp(value, 0, 2047) * 65535f / 2047);
    }
  }
}
