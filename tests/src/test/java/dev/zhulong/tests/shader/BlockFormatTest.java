package dev.zhulong.tests.shader;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zhulong.firmware.texel.BlockFormat;
import dev.zhulong.firmware.texel.TexelFormat;
import dev.zhulong.hal.Gpu;
import dev.zhulong.hal.Texture;
import dev.zhulong.hal.TextureFile;
import dev.zhulong.hal.TextureShape;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Blocks of random bits against what another driver makes of them: the resources hold 64 blocks and
 * the 32 by 32 texels that Mesa's llvmpipe, 22.3.6, reads from them, in the bits of our texels.
 */
class BlockFormatTest {
  private static final int EDGE = 32;
  private static final int BLOCKS = 64;

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = BlockFormatTest.class.getResourceAsStream("/blocks/" + name + ".bin")) {
      return in.readAllBytes();
    }
  }

  /**
   * The last column is how many steps of the components' bits the other driver may be away: it
   * works on the formats with ends in 8 bits and by approximation; the others are defined to the
   * bit.
   */
  @ParameterizedTest
  @CsvSource({
    "BC1_RGB_UNORM_BLOCK, 1",
    "BC1_RGBA_UNORM_BLOCK, 1",
    "BC2_UNORM_BLOCK, 1",
    "BC3_UNORM_BLOCK, 1",
    "BC4_UNORM_BLOCK, 514",
    "BC4_SNORM_BLOCK, 516",
    "BC5_UNORM_BLOCK, 514",
    "BC5_SNORM_BLOCK, 516",
    "EAC_R11_UNORM_BLOCK, 16",
    "EAC_R11_SNORM_BLOCK, 16",
    "EAC_R11G11_UNORM_BLOCK, 16",
    "EAC_R11G11_SNORM_BLOCK, 16",
    "ETC2_R8G8B8_UNORM_BLOCK, 0",
    "ETC2_R8G8B8A1_UNORM_BLOCK, 0",
    "ETC2_R8G8B8A8_UNORM_BLOCK, 0"
  })
  void anotherDriverReadsTheSame(String name, int steps) throws IOException {
    BlockFormat format = BlockFormat.of(name);
    byte[] both = resource(name);
    byte[] blocks = Arrays.copyOf(both, BLOCKS * format.bytes());
    byte[] want = Arrays.copyOfRange(both, blocks.length, both.length);
    byte[] got = format.decode(blocks, EDGE, EDGE, 1);
    assertEquals(want.length, got.length);
    int size = format.texels().bits()[0] / 8;
    boolean signed = format.texels().kind() == TexelFormat.Kind.SNORM;
    int furthest = 0;
    long sum = 0;
    for (int at = 0; at < got.length; at += size) {
      int away = Math.abs(field(got, at, size, signed) - field(want, at, size, signed));
      furthest = Math.max(furthest, away);
      sum += away;
    }
    long count = got.length / size;
    assertTrue(3 * sum <= count * steps, name + " is " + sum + " steps away in " + count);
    assertTrue(furthest <= steps, name + " is " + furthest + " steps away");
  }

  private static int field(byte[] bytes, int at, int size, boolean signed) {
    if (size == 1) {
      return bytes[at] & 0xff;
    }
    short made = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getShort(at);
    return signed ? made : made & 0xffff;
  }

  /** Images whose edges are not those of blocks show the upper left part of the last ones. */
  @Test
  void edgesCutBlocks() throws IOException {
    BlockFormat format = BlockFormat.of("ETC2_R8G8B8_UNORM_BLOCK");
    byte[] blocks = Arrays.copyOf(resource(format.name()), BLOCKS * format.bytes());
    byte[] whole = format.decode(blocks, EDGE, EDGE, 1);
    byte[] part = format.decode(blocks, EDGE - 1, EDGE - 3, 1);
    for (int y = 0; y < EDGE - 3; y++) {
      int row = 4 * (EDGE - 1);
      assertArrayEquals(
          Arrays.copyOfRange(whole, 4 * EDGE * y, 4 * EDGE * y + row),
          Arrays.copyOfRange(part, row * y, row * (y + 1)));
    }
    byte[] layers = format.decode(blocks, EDGE, EDGE / 2, 2);
    assertArrayEquals(whole, layers);
  }

  @Test
  void texturesTakeBlocks() throws IOException {
    BlockFormat format = BlockFormat.of("BC3_SRGB_BLOCK");
    byte[] blocks = Arrays.copyOf(resource("BC3_UNORM_BLOCK"), BLOCKS * format.bytes());
    assertEquals("R8G8B8A8_SRGB", format.texels().name());
    try (Gpu gpu = Gpu.open("sim:");
        Texture texture = gpu.texture(TextureShape.of(format.texels(), EDGE, EDGE));
        Texture plain =
            gpu.texture(TextureShape.of(TexelFormat.of("R8G8B8A8_UNORM"), EDGE, EDGE))) {
      texture.write(0, format, blocks);
      assertArrayEquals(format.decode(blocks, EDGE, EDGE, 1), texture.read(0));
      assertThrows(IllegalArgumentException.class, () -> plain.write(0, format, blocks));
      assertThrows(IllegalArgumentException.class, () -> texture.write(0, format, new byte[16]));
    }
  }

  private static byte[] file(int format, int layers, int faces, byte[]... levels) {
    int size = 80 + 24 * levels.length + Arrays.stream(levels).mapToInt(l -> l.length).sum();
    ByteBuffer out = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    out.put(new byte[] {(byte) 0xab, 'K', 'T', 'X', ' ', '2', '0', (byte) 0xbb, 13, 10, 26, 10});
    out.putInt(format).putInt(1).putInt(EDGE).putInt(EDGE).putInt(0).putInt(layers).putInt(faces);
    out.putInt(levels.length).putInt(0);
    // The smallest level lies first.
    int at = size;
    for (int n = 0; n < levels.length; n++) {
      at -= levels[n].length;
      int entry = 80 + 24 * n;
      out.putLong(entry, at).putLong(entry + 8, levels[n].length);
      out.put(at, levels[n]);
    }
    return out.array();
  }

  @Test
  void filesHaveLevels() throws IOException {
    BlockFormat format = BlockFormat.of("ETC2_R8G8B8A8_UNORM_BLOCK");
    byte[] blocks = Arrays.copyOf(resource(format.name()), BLOCKS * format.bytes());
    byte[] half = Arrays.copyOf(blocks, blocks.length / 4);
    TextureFile texture = TextureFile.of(file(151, 0, 1, blocks, half), "two.ktx2");
    TextureShape shape = texture.shape();
    assertEquals(new TextureShape(format.texels(), EDGE, EDGE, 1, 2, false), shape);
    assertArrayEquals(
        format.decode(blocks, EDGE, EDGE, 1),
        Arrays.copyOf(texture.texels(), (int) shape.offset(1)));
    assertArrayEquals(
        format.decode(half, EDGE / 2, EDGE / 2, 1),
        Arrays.copyOfRange(texture.texels(), (int) shape.offset(1), (int) shape.bytes()));
  }

  @Test
  void badFilesAreRefused() {
    byte[] good = file(37, 0, 1, new byte[4 * EDGE * EDGE]);
    assertEquals(EDGE, TextureFile.of(good, "good.ktx2").shape().width());
    int[][] changes = {
      {0, 0},
      {12, 1000},
      {20, 0},
      {20, -1},
      {32, -1},
      {36, 0},
      {40, 9},
      {44, 2},
      {80, -8},
      {80, 1 << 30},
      {84, -1},
      {88, 5}
    };
    for (int[] change : changes) {
      byte[] bad = good.clone();
      ByteBuffer.wrap(bad).order(ByteOrder.LITTLE_ENDIAN).putInt(change[0], change[1]);
      assertThrows(
          IllegalArgumentException.class,
          () -> TextureFile.of(bad, "bad.ktx2"),
          () -> "word at " + change[0] + " is " + change[1]);
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> TextureFile.of(Arrays.copyOf(good, good.length - 1), "short.ktx2"));
    assertThrows(
        IllegalArgumentException.class, () -> TextureFile.of(Arrays.copyOf(good, 90), "cut.ktx2"));
  }
}
