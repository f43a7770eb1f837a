package dev.zhulong.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images, samplers and arrays of buffers on the command line. */
class ImageBindingTest {
  private static final int SIZE = 16;

  @TempDir private Path folder;

  private static int shade(int x, int y) {
    return (x * 37 + y * 91) % 256;
  }

  private Path picture() throws IOException {
    BufferedImage image = new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_INT_ARGB);
    for (int n = 0; n < SIZE * SIZE; n++) {
      int v = shade(n % SIZE, n / SIZE);
      image.setRGB(n % SIZE, n / SIZE, 0xff000000 | v << 16 | v << 8 | v);
    }
    Path file = folder.resolve("in.png");
    ImageIO.write(image, "png", file.toFile());
    return file;
  }

  /** Half a texel beyond a texel's centre the filter gives the mean of four. */
  private static double mean(int x, int y) {
    int sum = 0;
    for (int n = 0; n < 4; n++) {
      sum += shade(Math.floorMod(x + n % 2, SIZE), Math.floorMod(y + n / 2, SIZE));
    }
    return sum / 4.0;
  }

  /** The same picture as one level of a KTX file. */
  private Path ktx() throws IOException {
    int start = 104;
    ByteBuffer file = ByteBuffer.allocate(start + 4 * SIZE * SIZE).order(ByteOrder.LITTLE_ENDIAN);
    file.put("«KTX 20»\r\n\u001a\n".getBytes(StandardCharsets.ISO_8859_1));
    file.putInt(12, 37).putInt(16, 1).putInt(20, SIZE).putInt(24, SIZE).putInt(36, 1).putInt(40, 1);
    file.putLong(80, start).putLong(88, 4L * SIZE * SIZE);
    for (int n = 0; n < SIZE * SIZE; n++) {
      file.putInt(start + 4 * n, 0xff000000 | 0x010101 * shade(n % SIZE, n / SIZE));
    }
    return Files.write(folder.resolve("in.ktx2"), file.array());
  }

  @Test
  void pictureIsSampledAndDumped() throws IOException {
    embosses(picture(), "linear");
  }

  /** Without gradients an anisotropic sampler is a linear one. */
  @Test
  void textureFileIsSampled() throws IOException {
    embosses(ktx(), "anisotropic");
  }

  private void embosses(Path picture, String filter) throws IOException {
    Path out = folder.resolve("out.png");
    String example = Modules.ROOT.resolve("examples").resolve("emboss.comp").toString();
    Zl.run(
            "run",
            example,
            "--grid",
            "2,2",
            "--bind",
            "picture=" + picture + "+" + filter + ":repeat",
            "--bind",
            "relief=zeros:R8G8B8A8_UNORM:16x16",
            "--dump",
            "relief=" + out + ":16x16")
        .succeeds();
    BufferedImage relief = ImageIO.read(out.toFile());
    for (int n = 0; n < SIZE * SIZE; n++) {
      int x = n % SIZE;
      int y = n / SIZE;
      double height = (mean(x + 1, y + 1) - mean(x - 2, y - 2)) / 255;
      double wanted = Math.clamp(0.5 + height, 0, 1) * 255;
      assertEquals(wanted, relief.getRGB(x, y) & 0xff, 1, "pixel " + x + "," + y);
    }
  }

  @Test
  void elementsOfArraysAreNamed() throws IOException {
    Path shader = folder.resolve("array.comp");
    Files.writeString(
        shader,
        """
        #version 450
        layout(local_size_x = 4) in;
        layout(binding = 3) buffer B { int v[]; } b[2];
        void main() { b[1].v[gl_LocalInvocationIndex] = 10 * b[0].v[gl_LocalInvocationIndex]; }
        """);
    Zl run =
        Zl.run(
                "run",
                shader.toString(),
                "--grid",
                "1",
                "--bind",
                "3[0]=iota:i32:4",
                "--bind",
                "b[1]=zeros:i32:4",
                "--print",
                "b[1]")
            .succeeds();
    assertEquals("b[1]: 0 10 20 30\n", run.out());
  }

  @Test
  void mistakesAreNamed() throws IOException {
    String example = Modules.ROOT.resolve("examples").resolve("emboss.comp").toString();
    Zl format =
        Zl.run(
            "run",
            example,
            "--grid",
            "1",
            "--bind",
            "picture=" + picture(),
            "--bind",
            "relief=zeros:R32G32_SFLOAT:8x8");
    assertTrue(
        format.err().contains("has format R32G32_SFLOAT, the kernel declares R8G8B8A8_UNORM"),
        format.err());
    Zl sampler =
        Zl.run("run", example, "--grid", "1", "--bind", "picture=" + picture() + "+smooth");
    assertTrue(
        sampler.err().contains("\"smooth\" is not linear, nearest or anisotropic"), sampler.err());
  }
}
