import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;

/** Writes the scenes beside it: {@code java examples/graphics/Scenes.java FOLDER}. */
class Scenes {
  /** The parts of a glTF file while it grows. */
  static final class Gltf {
    final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    final List<String> views = new ArrayList<>();
    final List<String> accessors = new ArrayList<>();
    final List<String> meshes = new ArrayList<>();
    final List<String> nodes = new ArrayList<>();
    final List<String> materials = new ArrayList<>();
    final List<String> images = new ArrayList<>();
    final List<String> samplers = new ArrayList<>();
    final List<String> textures = new ArrayList<>();
    final List<String> others = new ArrayList<>();
    String roots = "";

    int view(byte[] content) {
      while (bytes.size() % 4 != 0) {
        bytes.write(0);
      }
      views.add(
          "{\"buffer\":0,\"byteOffset\":" + bytes.size() + ",\"byteLength\":" + content.length + "}");
      bytes.writeBytes(content);
      return views.size() - 1;
    }

    int floats(String type, int width, float... values) {
      ByteBuffer b = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
      float[] least = new float[width];
      float[] most = new float[width];
      for (int n = 0; n < values.length; n++) {
        b.putFloat(values[n]);
        least[n % width] = n < width ? values[n] : Math.min(least[n % width], values[n]);
        most[n % width] = n < width ? values[n] : Math.max(most[n % width], values[n]);
      }
      accessors.add(
          "{\"bufferView\":" + view(b.array()) + ",\"componentType\":5126,\"count\":"
              + values.length / width + ",\"type\":\"" + type + "\",\"min\":" + list(least)
              + ",\"max\":" + list(most) + "}");
      return accessors.size() - 1;
    }

    int bytes(String type, int width, boolean normalized, byte... values) {
      accessors.add(
          "{\"bufferView\":" + view(values) + ",\"componentType\":5121,\"count\":"
              + values.length / width + ",\"type\":\"" + type + "\",\"normalized\":" + normalized + "}");
      return accessors.size() - 1;
    }

    int indices(List<Integer> values) {
      ByteBuffer b = ByteBuffer.allocate(2 * values.size()).order(ByteOrder.LITTLE_ENDIAN);
      values.forEach(v -> b.putShort(v.shortValue()));
      accessors.add(
          "{\"bufferView\":" + view(b.array()) + ",\"componentType\":5123,\"count\":"
              + values.size() + ",\"type\":\"SCALAR\"}");
      return accessors.size() - 1;
    }

    int texture(BufferedImage image, int filter) throws IOException {
      ByteArrayOutputStream png = new ByteArrayOutputStream();
      ImageIO.write(image, "png", png);
      images.add("{\"bufferView\":" + view(png.toByteArray()) + ",\"mimeType\":\"image/png\"}");
      samplers.add("{\"magFilter\":" + filter + ",\"minFilter\":9987}");
      textures.add("{\"source\":" + (images.size() - 1) + ",\"sampler\":" + (samplers.size() - 1) + "}");
      return textures.size() - 1;
    }

    int add(List<String> list, String item) {
      list.add(item);
      return list.size() - 1;
    }

    String json(String uri) {
      List<String> parts = new ArrayList<>();
      parts.add("\"asset\":{\"version\":\"2.0\",\"generator\":\"Scenes.java\"}");
      parts.add("\"scene\":0,\"scenes\":[{\"nodes\":[" + roots + "]}]");
      parts.add(
          "\"buffers\":[{" + (uri == null ? "" : "\"uri\":\"" + uri + "\",") + "\"byteLength\":"
              + bytes.size() + "}]");
      String[] names = {
        "bufferViews", "accessors", "meshes", "nodes", "materials", "images", "samplers", "textures"
      };
      List<List<String>> lists =
          List.of(views, accessors, meshes, nodes, materials, images, samplers, textures);
      for (int n = 0; n < names.length; n++) {
        if (!lists.get(n).isEmpty()) {
          parts.add("\"" + names[n] + "\":[\n" + String.join(",\n", lists.get(n)) + "]");
        }
      }
      parts.addAll(others);
      return "{" + String.join(",\n", parts) + "}\n";
    }

    void text(Path file) throws IOException {
      String data = Base64.getEncoder().encodeToString(bytes.toByteArray());
      Files.writeString(file, json("data:application/octet-stream;base64," + data));
    }

    void binary(Path file) throws IOException {
      String json = json(null);
      byte[] text = (json + " ".repeat((4 - json.length() % 4) % 4)).getBytes(StandardCharsets.UTF_8);
      while (bytes.size() % 4 != 0) {
        bytes.write(0);
      }
      ByteBuffer out =
          ByteBuffer.allocate(28 + text.length + bytes.size()).order(ByteOrder.LITTLE_ENDIAN);
      out.putInt(0x46546c67).putInt(2).putInt(out.capacity());
      out.putInt(text.length).putInt(0x4e4f534a).put(text);
      out.putInt(bytes.size()).putInt(0x004e4942).put(bytes.toByteArray());
      Files.write(file, out.array());
    }
  }

  static String list(float... values) {
    StringBuilder text = new StringBuilder("[");
    for (float v : values) {
      text.append(text.length() > 1 ? "," : "").append(v == (int) v ? "" + (int) v : "" + v);
    }
    return text.append("]").toString();
  }

  /** Twice as many columns as rows, of radius 1. */
  static String sphere(Gltf to, int rows) {
    int columns = 2 * rows;
    float[] places = new float[3 * (rows + 1) * (columns + 1)];
    float[] spots = new float[2 * (rows + 1) * (columns + 1)];
    List<Integer> indices = new ArrayList<>();
    for (int y = 0; y <= rows; y++) {
      for (int x = 0; x <= columns; x++) {
        double up = Math.PI * y / rows;
        double around = 2 * Math.PI * x / columns;
        int v = y * (columns + 1) + x;
        places[3 * v] = (float) (Math.sin(up) * Math.cos(around));
        places[3 * v + 1] = (float) Math.cos(up);
        places[3 * v + 2] = (float) (-Math.sin(up) * Math.sin(around));
        spots[2 * v] = 4f * x / columns;
        spots[2 * v + 1] = 2f * y / rows;
        if (y < rows && x < columns) {
          int below = v + columns + 1;
          indices.addAll(List.of(v, below, below + 1, v, below + 1, v + 1));
        }
      }
    }
    int place = to.floats("VEC3", 3, places);
    return "\"attributes\":{\"POSITION\":" + place + ",\"NORMAL\":" + place + ",\"TEXCOORD_0\":"
        + to.floats("VEC2", 2, spots) + "},\"indices\":" + to.indices(indices);
  }

  static void spheres(Path file) throws IOException {
    Gltf g = new Gltf();
    BufferedImage tiles = new BufferedImage(2, 2, BufferedImage.TYPE_INT_RGB);
    BufferedImage bumps = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
    for (int n = 0; n < 4; n++) {
      tiles.setRGB(n % 2, n / 2, (n == 0 || n == 3) ? 0xb8b4ac : 0x6d7680);
    }
    for (int n = 0; n < 1024; n++) {
      // Domes: the slope of a hemisphere, y up.
      double x = (n % 32 - 15.5) / 14;
      double y = (15.5 - n / 32) / 14;
      boolean dome = x * x + y * y < 1;
      int red = (int) Math.round(127.5 + (dome ? 100 * x : 0));
      int green = (int) Math.round(127.5 + (dome ? 100 * y : 0));
      bumps.setRGB(n % 32, n / 32, red << 16 | green << 8 | 230);
    }
    int tile = g.texture(tiles, 9728);
    int bump = g.texture(bumps, 9729);
    String sphere = sphere(g, 16);
    String floor =
        "\"attributes\":{\"POSITION\":"
            + g.floats("VEC3", 3, -6.5f, 0, -3.6f, -6.5f, 0, 3.6f, 6.5f, 0, 3.6f, 6.5f, 0, -3.6f)
            + ",\"NORMAL\":" + g.floats("VEC3", 3, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0)
            + ",\"TEXCOORD_0\":" + g.floats("VEC2", 2, 0, 0, 0, 3.6f, 6.5f, 3.6f, 6.5f, 0)
            + "},\"indices\":" + g.indices(List.of(0, 1, 2, 0, 2, 3));
    List<String> roots = new ArrayList<>();
    int ground =
        g.add(
            g.materials,
            "{\"pbrMetallicRoughness\":{\"baseColorTexture\":{\"index\":" + tile
                + "},\"metallicFactor\":0,\"roughnessFactor\":0.7}}");
    g.add(g.meshes, "{\"primitives\":[{" + floor + ",\"material\":" + ground + "}]}");
    roots.add("" + g.add(g.nodes, "{\"name\":\"floor\",\"mesh\":0}"));
    for (int row = 0; row < 2; row++) {
      for (int n = 0; n < 5; n++) {
        String color = row == 0 ? "[1,0.77,0.34,1]" : "[0.55,0.03,0.02,1]";
        String map =
            row == 1 && n == 4 ? ",\"normalTexture\":{\"index\":" + bump + ",\"scale\":1}" : "";
        int material =
            g.add(
                g.materials,
                String.format(
                    Locale.ROOT,
                    "{\"pbrMetallicRoughness\":{\"baseColorFactor\":%s,\"metallicFactor\":%d,"
                        + "\"roughnessFactor\":%.2f}%s}",
                    color, 1 - row, n == 4 && row == 1 ? 0.45 : 0.08 + 0.2 * n, map));
        int mesh = g.add(g.meshes, "{\"primitives\":[{" + sphere + ",\"material\":" + material + "}]}");
        roots.add(
            "" + g.add(
                g.nodes,
                "{\"mesh\":" + mesh + ",\"translation\":"
                    + list(-4.6f + 2.3f * n, 1, row == 0 ? -1.6f : 1.3f) + "}"));
      }
    }
    int lamp =
        g.add(
            g.materials,
            "{\"pbrMetallicRoughness\":{\"baseColorFactor\":[0,0,0,1]},\"emissiveFactor\":[0.2,0.6,1],"
                + "\"extensions\":{\"KHR_materials_emissive_strength\":{\"emissiveStrength\":2}}}");
    int lampMesh = g.add(g.meshes, "{\"primitives\":[{" + sphere + ",\"material\":" + lamp + "}]}");
    roots.add(
        "" + g.add(
            g.nodes,
            "{\"name\":\"lamp\",\"mesh\":" + lampMesh
                + ",\"translation\":[0,0.35,3],\"scale\":[0.35,0.35,0.35],"
                + "\"extensions\":{\"KHR_lights_punctual\":{\"light\":1}}}"));
    // Looks from (0.5, 0.8, 0.62) downwards: a turn around x, then around y.
    roots.add(
        "" + g.add(
            g.nodes,
            "{\"name\":\"sun\",\"rotation\":[-0.4217,0.3168,0.1579,0.8347],"
                + "\"extensions\":{\"KHR_lights_punctual\":{\"light\":0}}}"));
    roots.add(
        "" + g.add(
            g.nodes,
            "{\"name\":\"camera\",\"camera\":0,\"translation\":[0,3.3,12],"
                + "\"rotation\":[-0.0958,0,0,0.9954]}"));
    g.others.add(
        "\"cameras\":[{\"type\":\"perspective\",\"perspective\":{\"yfov\":0.76,\"znear\":0.1}}]");
    g.others.add("\"extensionsUsed\":[\"KHR_lights_punctual\",\"KHR_materials_emissive_strength\"]");
    g.others.add(
        "\"extensions\":{\"KHR_lights_punctual\":{\"lights\":["
            + "{\"type\":\"directional\",\"color\":[1,0.94,0.84],\"intensity\":3},"
            + "{\"type\":\"point\",\"color\":[0.2,0.6,1],\"intensity\":4,\"range\":8}]}}");
    g.roots = String.join(",", roots);
    g.text(file);
  }

  static double noise(int x, int y) {
    int h = x * 374761393 + y * 668265263;
    h = (h ^ h >>> 13) * 1274126177;
    return ((h ^ h >>> 16) & 0xffff) / 65535.0;
  }

  static double height(double x, double y) {
    double sum = 0;
    double size = 1;
    for (int octave = 0; octave < 4; octave++) {
      double u = x * (1 << octave) / 14;
      double v = y * (1 << octave) / 14;
      int i = (int) Math.floor(u);
      int j = (int) Math.floor(v);
      double fx = (u - i) * (u - i) * (3 - 2 * (u - i));
      double fy = (v - j) * (v - j) * (3 - 2 * (v - j));
      double low = noise(i, j) * (1 - fx) + noise(i + 1, j) * fx;
      double high = noise(i, j + 1) * (1 - fx) + noise(i + 1, j + 1) * fx;
      sum += size * (low * (1 - fy) + high * fy);
      size /= 2;
    }
    return Math.pow(sum / 1.4, 2.2) * 9;
  }

  static void terrain(Path file) throws IOException {
    Gltf g = new Gltf();
    int edge = 48;
    float water = 1.6f;
    float[] places = new float[3 * edge * edge];
    float[] normals = new float[3 * edge * edge];
    byte[] colors = new byte[4 * edge * edge];
    List<Integer> indices = new ArrayList<>();
    for (int v = 0; v < edge * edge; v++) {
      int x = v % edge;
      int y = v / edge;
      double h = height(x, y);
      double dx = (height(x + 0.5, y) - height(x - 0.5, y)) * 2;
      double dy = (height(x, y + 0.5) - height(x, y - 0.5)) * 2;
      double length = Math.sqrt(1 + dx * dx + dy * dy);
      places[3 * v] = (x - edge / 2) * 0.5f;
      places[3 * v + 1] = (float) h;
      places[3 * v + 2] = (y - edge / 2) * 0.5f;
      normals[3 * v] = (float) (-dx / length);
      normals[3 * v + 1] = (float) (1 / length);
      normals[3 * v + 2] = (float) (-dy / length);
      boolean steep = 1 / length < 0.62;
      int color =
          h < water + 0.3 ? 0xcbbd8a : h > 5.2 && !steep ? 0xf0f2f5 : steep ? 0x7c7368 : 0x5c7d3a;
      for (int k = 0; k < 3; k++) {
        // Vertex colours are light, not sRGB.
        double c = Math.pow((color >> 16 - 8 * k & 0xff) / 255.0, 2.2);
        colors[4 * v + k] = (byte) Math.round(255 * c);
      }
      colors[4 * v + 3] = -1;
      if (x < edge - 1 && y < edge - 1) {
        indices.addAll(List.of(v, v + edge, v + edge + 1, v, v + edge + 1, v + 1));
      }
    }
    g.add(g.materials, "{\"pbrMetallicRoughness\":{\"metallicFactor\":0,\"roughnessFactor\":0.95}}");
    g.add(
        g.materials,
        "{\"pbrMetallicRoughness\":{\"baseColorFactor\":[0.02,0.09,0.13,0.8],\"metallicFactor\":0,"
            + "\"roughnessFactor\":0.1},\"alphaMode\":\"BLEND\"}");
    g.add(
        g.meshes,
        "{\"primitives\":[{\"attributes\":{\"POSITION\":" + g.floats("VEC3", 3, places)
            + ",\"NORMAL\":" + g.floats("VEC3", 3, normals) + ",\"COLOR_0\":"
            + g.bytes("VEC4", 4, true, colors) + "},\"indices\":" + g.indices(indices)
            + ",\"material\":0}]}");
    float far = edge / 4f;
    float end = far - 0.5f;
    g.add(
        g.meshes,
        "{\"primitives\":[{\"attributes\":{\"POSITION\":"
            + g.floats(
                "VEC3", 3, -far, water, -far, -far, water, end, end, water, end, end, water, -far)
            + ",\"NORMAL\":" + g.floats("VEC3", 3, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0)
            + "},\"indices\":" + g.indices(List.of(0, 1, 2, 0, 2, 3)) + ",\"material\":1}]}");
    g.add(g.nodes, "{\"name\":\"land\",\"mesh\":0}");
    g.add(g.nodes, "{\"name\":\"water\",\"mesh\":1}");
    g.roots = "0,1";
    g.binary(file);
  }

  /** A column that two joints bend, and a bar that turns. */
  static void reed(Path file) throws IOException {
    Gltf g = new Gltf();
    int rings = 9;
    int around = 12;
    float[] places = new float[3 * rings * around];
    float[] normals = new float[3 * rings * around];
    byte[] joints = new byte[4 * rings * around];
    float[] weights = new float[4 * rings * around];
    List<Integer> indices = new ArrayList<>();
    for (int v = 0; v < rings * around; v++) {
      double angle = 2 * Math.PI * (v % around) / around;
      float up = v / around / (rings - 1f);
      places[3 * v] = (float) (0.4 * Math.cos(angle));
      places[3 * v + 1] = 4 * up;
      places[3 * v + 2] = (float) (0.4 * Math.sin(angle));
      normals[3 * v] = (float) Math.cos(angle);
      normals[3 * v + 2] = (float) Math.sin(angle);
      joints[4 * v + 1] = 1;
      weights[4 * v] = 1 - up;
      weights[4 * v + 1] = up;
      if (v / around < rings - 1) {
        int next = v / around * around + (v + 1) % around;
        indices.addAll(List.of(v, v + around, next + around, v, next + around, next));
      }
    }
    int inverse =
        g.floats(
            "MAT4", 16,
            1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1,
            1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, -2, 0, 1);
    int times = g.floats("SCALAR", 1, 0, 1, 2);
    float s = (float) Math.sin(0.35);
    float c = (float) Math.cos(0.35);
    int turns = g.floats("VEC4", 4, 0, 0, s, c, 0, 0, -s, c, 0, 0, s, c);
    g.add(
        g.materials,
        "{\"doubleSided\":true,\"pbrMetallicRoughness\":{\"baseColorFactor\":[0.2,0.6,0.25,1],"
            + "\"metallicFactor\":0,\"roughnessFactor\":0.5}}");
    g.add(
        g.meshes,
        "{\"primitives\":[{\"attributes\":{\"POSITION\":" + g.floats("VEC3", 3, places)
            + ",\"NORMAL\":" + g.floats("VEC3", 3, normals) + ",\"JOINTS_0\":"
            + g.bytes("VEC4", 4, false, joints) + ",\"WEIGHTS_0\":" + g.floats("VEC4", 4, weights)
            + "},\"indices\":" + g.indices(indices) + ",\"material\":0}]}");
    g.add(g.nodes, "{\"name\":\"reed\",\"mesh\":0,\"skin\":0}");
    g.add(g.nodes, "{\"name\":\"root\",\"children\":[2]}");
    g.add(g.nodes, "{\"name\":\"bend\",\"translation\":[0,2,0]}");
    g.others.add("\"skins\":[{\"inverseBindMatrices\":" + inverse + ",\"joints\":[1,2]}]");
    g.others.add(
        "\"animations\":[{\"channels\":[{\"sampler\":0,\"target\":{\"node\":2,\"path\":\"rotation\"}}],"
            + "\"samplers\":[{\"input\":" + times + ",\"output\":" + turns + "}]}]");
    g.roots = "0,1";
    g.text(file);
  }

  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args.length == 0 ? "." : args[0]);
    spheres(folder.resolve("spheres.gltf"));
    terrain(folder.resolve("terrain.glb"));
    reed(folder.resolve("reed.gltf"));
  }
}
