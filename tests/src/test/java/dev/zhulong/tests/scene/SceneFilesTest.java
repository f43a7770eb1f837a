package dev.zhulong.tests.scene;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.zhulong.scene.load.SceneLoader;
import dev.zhulong.scene.model.Primitive;
import dev.zhulong.scene.model.Scene;
import dev.zhulong.scene.model.SceneException;
import dev.zhulong.tests.Zl;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Scene files: those that are right, and those that are not. */
class SceneFilesTest {
  private static final Path EXAMPLES = Path.of("..", "examples", "graphics");
  private static final Pattern NUMBER = Pattern.compile("-?\\d+(\\.\\d+)?");

  @TempDir private Path folder;

  private void refuses(String text, String... parts) throws IOException {
    Path file = Files.writeString(folder.resolve("wrong.gltf"), text);
    String picture = folder.resolve("never.png").toString();
    Zl.run("render", file.toString(), "-o", picture).refuses(parts);
    assertFalse(Files.exists(folder.resolve("never.png")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "data:application/octet-stream;base64, | missing%20file.bin# | missing file.bin",
        "\"byteLength\":192 | \"byteLength\":999 | buffers[0]: byteLength 999",
        "\"byteLength\":72} | \"byteLength\":71} | accessors[0]: bytes 0 to 72",
        "\"count\":6 | \"count\":7 | accessors[0]: bytes 0 to 84",
        "\"POSITION\":0 | \"POSITION\":9 | accessors[9] of 4",
        "\"material\":0 | \"material\":3 | materials[3] of 1",
        "\"version\":\"2.0\" | \"version\":\"1.0\" | version 1.0; 2.0 can be read",
        "{\"mesh\":0} | {\"mesh\":0,\"children\":[0]} | circle",
        "{\"asset\" | {\"extensionsRequired\":[\"X_far\"],\"asset\" | X_far is not supported",
        "\"count\":6 | \"count\":1e99 | not a glTF file",
        "{\"asset\" | hello {\"asset\" | not a glTF file",
        "\"type\":\"VEC3\" | \"type\":\"VEC5\" | VEC5"
      })
  void wrongFilesAreRefused(String right, String wrong, String message) throws IOException {
    String text = GltfText.squares("", "", "");
    assertTrue(text.contains(right), right);
    refuses(text.replaceFirst(Pattern.quote(right), Matcher.quoteReplacement(wrong)), message);
  }

  @Test
  void otherFilesAreRefused() throws IOException {
    String picture = folder.resolve("never.png").toString();
    Zl.run("render", folder.resolve("none.glb").toString(), "-o", picture)
        .refuses("no such file", "none.glb");
    Path text = Files.writeString(folder.resolve("scene.fbx"), "");
    Zl.run("render", text.toString(), "-o", picture).refuses(".gltf, .glb and .obj");
    String scene = EXAMPLES.resolve("reed.gltf").toString();
    Zl.run("render", scene, "-o", "picture.tiff").refuses("picture.tiff", ".png and .gif");
    Zl.run("render", scene, "-o", picture, "--size", "0x5").refuses("0x5 pixels");
    Zl.run("render", scene, "-o", picture, "--camera", "1,2,3").refuses("camera", "3,2,4,0,0,0");
    Zl.run("render", scene, "-o", picture, "--samples", "9").refuses("9 samples");
    Zl.run("render", scene, "-o", picture, "--turntable", "1").refuses("2 to 720");
  }

  @Test
  void objFilesHaveMaterials() throws IOException {
    Files.writeString(
        folder.resolve("paint.mtl"), "newmtl red\nKd 0.8 0.1 0.1\nNs 98\nnewmtl glass\nd 0.25\n");
    Path file =
        Files.writeString(
            folder.resolve("two.obj"),
            """
            mtllib paint.mtl
            v 0 0 0
            v 1 0 0
            v 1 1 0
            v 0 1 0
            vt 0 0
            vt 1 0
            vt 1 1
            usemtl red
            f 1/1 2/2 3/3
            usemtl glass
            f 1 2 3 4
            """);
    Scene scene = SceneLoader.load(file);
    Primitive red = scene.meshes().getFirst().primitives().getFirst();
    Primitive glass = scene.meshes().getFirst().primitives().getLast();
    assertEquals(3, red.count());
    assertEquals(6, glass.count());
    assertEquals(0.8f, red.material().baseColor()[0]);
    assertEquals(Math.sqrt(0.02), red.material().roughness(), 1e-6);
    assertEquals(0.25f, glass.material().baseColor()[3]);
    assertEquals(1, red.vertices()[Primitive.NORMAL + 2], "normal of the triangle");
    assertEquals(0, red.vertices()[2 * Primitive.WORDS + Primitive.TEXTURE + 1], "upper edge");
    Path far = Files.writeString(folder.resolve("far.obj"), "v 0 0 0\nv 1 0 0\nf 1 2 3\n");
    Zl.run("render", far.toString(), "-o", "p.png").refuses("far.obj", "number 3 of 2");
    Files.delete(folder.resolve("paint.mtl"));
    Zl.run("render", file.toString(), "-o", folder.resolve("p.png").toString())
        .refuses("mtllib", "paint.mtl");
  }

  /** Bytes, numbers and pieces of text go wrong; only the one exception may come of it. */
  @ParameterizedTest
  @ValueSource(strings = {"spheres.gltf", "terrain.glb", "reed.gltf", "box.obj"})
  void brokenFilesAreReadOrRefused(String name) throws IOException {
    long seed = Long.getLong("zl.scene.seed", 1);
    Random random = new Random(seed + name.hashCode());
    byte[] original = Files.readAllBytes(EXAMPLES.resolve(name));
    Files.copy(EXAMPLES.resolve("box.mtl"), folder.resolve("box.mtl"));
    int refused = 0;
    for (int round = 0; round < 150; round++) {
      byte[] changed = original.clone();
      int way = random.nextInt(4);
      if (way == 0) {
        for (int n = 0; n <= random.nextInt(6); n++) {
          changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
        }
      } else if (way == 1) {
        changed = java.util.Arrays.copyOf(changed, random.nextInt(changed.length));
      } else {
        changed = withAnotherNumber(changed, random);
      }
      Path file = Files.write(folder.resolve("changed-" + name), changed);
      try {
        Scene scene = SceneLoader.load(file);
        scene.pose(0.7f);
      } catch (SceneException e) {
        refused++;
        assertFalse(e.getMessage().contains("null pointer"), e.getMessage());
      } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
        fail("round " + round + " of seed " + seed + ": " + e, e);
      }
    }
    assertTrue(refused > 20, refused + " refused");
  }

  /** Changes a number outside of the data, which are long words. */
  private static byte[] withAnotherNumber(byte[] file, Random random) {
    String text = new String(file, StandardCharsets.ISO_8859_1);
    String[] others = {"-1", "0", "1", "2", "7", "99999", "2147483647", "1e30", "null", "[]", "{}"};
    int from = random.nextInt(text.length());
    Matcher matcher = NUMBER.matcher(text);
    int end = 0;
    for (int tries = 0; tries < 40 && matcher.find(from); tries++) {
      from = matcher.end() >= text.length() - 1 ? 0 : matcher.end();
      char before = matcher.start() == 0 ? ' ' : text.charAt(matcher.start() - 1);
      if (":,[ ".indexOf(before) >= 0) {
        end = matcher.end();
        return (text.substring(0, matcher.start())
                + others[random.nextInt(others.length)]
                + text.substring(end))
            .getBytes(StandardCharsets.ISO_8859_1);
      }
    }
    return text.replaceFirst("\\d", "").getBytes(StandardCharsets.ISO_8859_1);
  }
}
