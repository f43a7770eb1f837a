package dev.zhulong.tests.scene;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zhulong.hal.Gpu;
import dev.zhulong.scene.Frame;
import dev.zhulong.scene.RenderSettings;
import dev.zhulong.scene.SceneRenderer;
import dev.zhulong.scene.Shot;
import dev.zhulong.scene.load.SceneLoader;
import dev.zhulong.scene.model.Scene;
import dev.zhulong.tests.NativeTools;
import dev.zhulong.tests.Zl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scenes and their pictures. */
class SceneTest {
  private static final Path EXAMPLES = Path.of("..", "examples", "graphics");
  private static final String DEVICE = "sim:?config=c1w8t8";
  private static final String PAINT =
      "\"pbrMetallicRoughness\":{\"baseColorFactor\":[0.2,0.5,0.05,1],\"metallicFactor\":0}";
  private static final String SUN =
      ",\"extensions\":{\"KHR_lights_punctual\":{\"lights\":["
          + "{\"type\":\"directional\",\"intensity\":2}]}}";
  private static final String NOON =
      ",{\"rotation\":[-0.70710678,0,0,0.70710678],"
          + "\"extensions\":{\"KHR_lights_punctual\":{\"light\":0}}}";

  @TempDir private Path folder;

  private Frame render(String device, String gltf, RenderSettings settings, float time)
      throws IOException {
    Path file = Files.writeString(folder.resolve("scene.gltf"), gltf);
    Scene scene = SceneLoader.load(file);
    try (Gpu gpu = Gpu.open(device);
        SceneRenderer renderer = new SceneRenderer(gpu, scene, settings)) {
      return renderer.render(time, Shot.of(null, 40), 0);
    }
  }

  private static int[] pixel(Frame frame, int x, int y) {
    int at = 4 * (y * frame.width() + x);
    return new int[] {
      frame.pixels()[at] & 0xff, frame.pixels()[at + 1] & 0xff, frame.pixels()[at + 2] & 0xff
    };
  }

  private static int srgb(double linear) {
    double curved =
        linear <= 0.0031308 ? 12.92 * linear : 1.055 * Math.pow(linear, 1 / 2.4) - 0.055;
    return (int) Math.round(255 * curved);
  }

  private static void close(int[] expected, int[] actual, int most) {
    for (int n = 0; n < 3; n++) {
      assertTrue(
          Math.abs(expected[n] - actual[n]) <= most,
          Arrays.toString(expected) + " expected, got " + Arrays.toString(actual));
    }
  }

  @Test
  void unlitColorsAreSeenAsTheyAre() throws IOException {
    String gltf = GltfText.squares(PAINT + ",\"extensions\":{\"KHR_materials_unlit\":{}}", "", "");
    Frame frame = render(DEVICE, gltf, new RenderSettings(32, 32, 1, 0, 0.7f, 0), 0);
    int[] colour = {srgb(0.2), srgb(0.5), srgb(0.05)};
    int[] black = {0, 0, 0};
    for (int y = 0; y < 32; y++) {
      for (int x = 0; x < 32; x++) {
        boolean inside = x >= 8 && x < 24 && y >= 8 && y < 24;
        // The sky is dark, but for the sun overhead, which this camera does not see.
        close(inside ? colour : black, pixel(frame, x, y), 1);
      }
    }
  }

  @Test
  void lightFromAboveIsWhatTheFormulaSays() throws IOException {
    Frame frame =
        render(
            DEVICE, GltfText.squares(PAINT, NOON, SUN), new RenderSettings(32, 32, 1, 0, 1, 0), 0);
    double[] base = {0.2, 0.5, 0.05};
    int[] expected = new int[3];
    for (int n = 0; n < 3; n++) {
      // Light, eye and normal are one direction and the roughness is 1: D = 1/π, V = 1/4, F = 0.04.
      double light = 2 * (base[n] * 0.96 / Math.PI + 0.04 / Math.PI / 4);
      expected[n] = srgb(1 - Math.exp(-1.25 * light));
    }
    // This camera is not infinitely far away: its directions lean a little.
    close(expected, pixel(frame, 16, 16), 2);
  }

  @Test
  void whatHidesTheSunThrowsAShadow() throws IOException {
    String small = ",{\"mesh\":0,\"translation\":[0.2,0.8,0],\"scale\":[0.25,0.25,0.25]}";
    String sun =
        NOON.replace("-0.70710678,0,0,0.70710678", "-0.683013,0.183013,-0.183013,0.683013");
    String gltf = GltfText.squares(PAINT, small + sun, SUN);
    Frame lit = render(DEVICE, gltf, new RenderSettings(64, 64, 1, 0, 1, 0.2f), 0);
    Frame shaded = render(DEVICE, gltf, new RenderSettings(64, 64, 1, 256, 1, 0.2f), 0);
    int darker = 0;
    int same = 0;
    for (int n = 0; n < 64 * 64; n++) {
      int before = lit.pixels()[4 * n + 1] & 0xff;
      int after = shaded.pixels()[4 * n + 1] & 0xff;
      darker += before - after > 30 ? 1 : 0;
      same += Math.abs(before - after) <= 1 ? 1 : 0;
    }
    // A square of 8 by 8 pixels hides as much as itself, part of which it covers.
    assertTrue(darker >= 25 && darker <= 90, darker + " pixels in shadow");
    assertTrue(same >= 64 * 64 - 160, same + " pixels as before");
  }

  @Test
  void animationsMoveNodes() throws IOException {
    String moves =
        ",\"animations\":[{\"channels\":[{\"sampler\":0,\"target\":{\"node\":0,"
            + "\"path\":\"translation\"}}],\"samplers\":[{\"input\":2,\"output\":3}]}]";
    String gltf =
        GltfText.squares(PAINT + ",\"extensions\":{\"KHR_materials_unlit\":{}}", "", moves);
    int[] black = {0, 0, 0};
    RenderSettings settings = new RenderSettings(32, 32, 1, 0, 1, 0);
    Frame frame = render(DEVICE, gltf, settings, 0.5f);
    // Half a second: one to the right, so the left edge is the middle.
    close(black, pixel(frame, 15, 16), 0);
    close(new int[] {srgb(0.2), srgb(0.5), srgb(0.05)}, pixel(frame, 16, 16), 1);
  }

  @Test
  void devicesAgree() throws IOException {
    NativeTools.assumeVerilator();
    String small = ",{\"mesh\":0,\"translation\":[0.2,0.8,0],\"scale\":[0.25,0.25,0.25]}";
    String gltf = GltfText.squares(PAINT, small + NOON, SUN);
    byte[][] pictures = new byte[3][];
    String[] devices = {"sim:?config=c1w4t4", "sim:?config=c1w4t4", "rtl:?config=c1w4t4"};
    for (int n = 0; n < 3; n++) {
      pictures[n] = render(devices[n], gltf, new RenderSettings(16, 12, 1, 16, 1, 1), 0).pixels();
    }
    assertArrayEquals(pictures[0], pictures[1], "drawn twice");
    assertArrayEquals(pictures[0], pictures[2], "on the cycle model");
  }

  @Test
  void examplesRender() throws IOException {
    for (String name : new String[] {"spheres.gltf", "terrain.glb", "reed.gltf"}) {
      Path picture = folder.resolve(name + ".png");
      Zl run =
          Zl.run(
                  "render",
                  EXAMPLES.resolve(name).toString(),
                  "-o",
                  picture.toString(),
                  "--size",
                  "48x32",
                  "--shadow",
                  "64",
                  "--stats",
                  "--device",
                  DEVICE)
              .succeeds();
      assertTrue(run.out().contains("shadow: ") && run.out().contains("scene: "), run.out());
      assertEquals(48, ImageIO.read(picture.toFile()).getWidth());
    }
  }

  @Test
  void showsRender() throws IOException {
    Path picture = folder.resolve("show.png");
    Zl.run(
            "render",
            EXAMPLES.resolve("show.frag").toString(),
            "-o",
            picture.toString(),
            "--size",
            "32x18",
            "--time",
            "2",
            "--device",
            DEVICE)
        .succeeds();
    // The sky above, and a tile below.
    int sky = ImageIO.read(picture.toFile()).getRGB(16, 0);
    assertTrue((sky & 0xff) > 120 && (sky & 0xff) > (sky >> 16 & 0xff), Integer.toHexString(sky));
  }

  @Test
  void lifeIsThatOfTheRules() throws IOException {
    Path picture = folder.resolve("life.png");
    Zl.run(
            "amber",
            EXAMPLES.resolve("life.amber").toString(),
            "--picture",
            "picture=" + picture,
            "--device",
            "sim:?config=c1w8t8")
        .succeeds();
    boolean[] cells = new boolean[64 * 64];
    for (int n = 0; n < cells.length; n++) {
      int h = (n % 64) * (int) 2654435761L ^ (n / 64) * (int) 2246822519L;
      h = (h ^ h >>> 15) * (int) 2654435769L;
      cells[n] = h >>> 24 < 90;
    }
    for (int round = 0; round < 40; round++) {
      boolean[] after = new boolean[64 * 64];
      for (int n = 0; n < cells.length; n++) {
        int around = 0;
        for (int k = 0; k < 9; k++) {
          int x = n % 64 + k % 3 - 1 & 63;
          int y = n / 64 + k / 3 - 1 & 63;
          around += k != 4 && cells[64 * y + x] ? 1 : 0;
        }
        after[n] = around == 3 || (around == 2 && cells[n]);
      }
      cells = after;
    }
    var image = ImageIO.read(picture.toFile());
    for (int n = 0; n < cells.length; n++) {
      int green = image.getRGB(n % 64 * 6 + 3, n / 64 * 6 + 3) >> 8 & 0xff;
      assertEquals(cells[n], green > 60, "cell " + n % 64 + "," + n / 64);
    }
  }

  @Test
  void turntablesAreAnimated() throws IOException {
    Path animation = folder.resolve("reed.gif");
    Zl.run(
            "render",
            EXAMPLES.resolve("reed.gltf").toString(),
            "-o",
            animation.toString(),
            "--size",
            "24x24",
            "--shadow",
            "0",
            "--turntable",
            "3",
            "--device",
            DEVICE)
        .succeeds();
    ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
    try (ImageInputStream stream = ImageIO.createImageInputStream(animation.toFile())) {
      reader.setInput(stream);
      assertEquals(3, reader.getNumImages(true));
    } finally {
      reader.dispose();
    }
  }
}
