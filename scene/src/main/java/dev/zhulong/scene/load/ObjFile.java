package dev.zhulong.scene.load;

import de.javagl.obj.FloatTuple;
import de.javagl.obj.Mtl;
import de.javagl.obj.MtlReader;
import de.javagl.obj.Obj;
import de.javagl.obj.ObjFace;
import de.javagl.obj.ObjReader;
import de.javagl.obj.ObjUtils;
import dev.zhulong.graphics.Topology;
import dev.zhulong.hal.Sampler;
import dev.zhulong.scene.model.Material;
import dev.zhulong.scene.model.Material.Alpha;
import dev.zhulong.scene.model.Material.Slot;
import dev.zhulong.scene.model.Mesh;
import dev.zhulong.scene.model.Node;
import dev.zhulong.scene.model.Picture;
import dev.zhulong.scene.model.Primitive;
import dev.zhulong.scene.model.Scene;
import dev.zhulong.scene.model.SceneException;
import dev.zhulong.scene.model.TextureUse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** OBJ files with their materials. */
final class ObjFile {
  private static final int MOST_FACES = 1 << 21;

  private final Path file;
  private final Map<String, Picture> pictures = new HashMap<>();

  private ObjFile(Path file) {
    this.file = file;
  }

  static Scene read(Path file) throws IOException {
    byte[] bytes = SceneLoader.bytes(file, null);
    Obj obj;
    try {
      obj = ObjUtils.triangulate(ObjReader.read(new ByteArrayInputStream(bytes)));
    } catch (IOException | RuntimeException e) {
      // The library answers broken lines with exceptions of many kinds.
      throw new SceneException(file + " is not an OBJ file: " + e.getMessage(), e);
    }
    return new ObjFile(file).scene(obj);
  }

  private Scene scene(Obj obj) throws IOException {
    if (obj.getNumFaces() == 0 || obj.getNumFaces() > MOST_FACES) {
      throw new SceneException(
          file + ": " + obj.getNumFaces() + " triangles; 1 to " + MOST_FACES + " are possible");
    }
    Map<String, Material> materials = new HashMap<>();
    for (String library : obj.getMtlFileNames()) {
      materials(library, materials);
    }
    Map<String, List<ObjFace>> faces = new LinkedHashMap<>();
    String material = "";
    for (int n = 0; n < obj.getNumFaces(); n++) {
      String changed = obj.getActivatedMaterialGroupName(obj.getFace(n));
      material = changed == null ? material : changed;
      faces.computeIfAbsent(material, _ -> new ArrayList<>()).add(obj.getFace(n));
    }
    List<Primitive> primitives = new ArrayList<>();
    faces.forEach(
        (name, list) ->
            primitives.add(primitive(obj, list, materials.getOrDefault(name, Material.DEFAULT))));
    return new Scene(
        List.of(Node.of(0)),
        List.of(new Mesh(primitives, new float[0])),
        List.of(),
        List.of(),
        List.of(),
        List.of());
  }

  private Primitive primitive(Obj obj, List<ObjFace> faces, Material material) {
    int words = Primitive.WORDS;
    float[] vertices = new float[3 * faces.size() * words];
    int at = 0;
    for (ObjFace face : faces) {
      int first = at;
      for (int n = 0; n < 3; n++) {
        int place = checked(face.getVertexIndex(n), obj.getNumVertices(), "v");
        copy(obj.getVertex(place), 3, vertices, at);
        if (face.containsNormalIndices()) {
          int normal = checked(face.getNormalIndex(n), obj.getNumNormals(), "vn");
          copy(obj.getNormal(normal), 3, vertices, at + Primitive.NORMAL);
        }
        if (face.containsTexCoordIndices()) {
          int spot = checked(face.getTexCoordIndex(n), obj.getNumTexCoords(), "vt");
          copy(obj.getTexCoord(spot), 2, vertices, at + Primitive.TEXTURE);
          // OBJ counts from the picture's lower edge.
          vertices[at + Primitive.TEXTURE + 1] = 1 - vertices[at + Primitive.TEXTURE + 1];
        }
        java.util.Arrays.fill(vertices, at + Primitive.COLOR, at + Primitive.COLOR + 4, 1);
        at += words;
      }
      if (!face.containsNormalIndices()) {
        float[] triangle = java.util.Arrays.copyOfRange(vertices, first, at);
        Surfaces.flatNormals(triangle, words);
        System.arraycopy(triangle, 0, vertices, first, triangle.length);
      }
    }
    if (material.textures().containsKey(Slot.NORMAL)) {
      Surfaces.tangents(vertices, words, null, Primitive.TEXTURE);
    }
    return new Primitive(Topology.TRIANGLE_LIST, false, vertices, null, material, List.of());
  }

  private int checked(int index, int count, String kind) {
    if (index < 0 || index >= count) {
      throw new SceneException(
          file + ": a face has \"" + kind + "\" number " + (index + 1L) + " of " + count);
    }
    return index;
  }

  private void copy(FloatTuple from, int count, float[] to, int at) {
    for (int n = 0; n < count; n++) {
      float value = n < from.getDimensions() ? from.get(n) : 0;
      if (!Float.isFinite(value)) {
        throw new SceneException(file + ": a vertex holds " + value);
      }
      to[at + n] = value;
    }
  }

  private void materials(String library, Map<String, Material> to) throws IOException {
    Path path = SceneLoader.beside(file, library, file + ": mtllib");
    byte[] bytes = SceneLoader.bytes(path, file + ": mtllib");
    List<Mtl> all;
    try {
      all = MtlReader.read(new ByteArrayInputStream(bytes));
    } catch (IOException | RuntimeException e) {
      throw new SceneException(path + " is not an MTL file: " + e.getMessage(), e);
    }
    for (Mtl mtl : all) {
      to.put(mtl.getName(), material(mtl));
    }
  }

  private static float[] color(FloatTuple from, float otherwise) {
    float[] made = {otherwise, otherwise, otherwise};
    for (int n = 0; from != null && n < Math.min(3, from.getDimensions()); n++) {
      made[n] = Float.isFinite(from.get(n)) ? from.get(n) : otherwise;
    }
    return made;
  }

  private static float within(Float value, float otherwise) {
    return value == null || !(value >= 0 && value <= 1) ? otherwise : value;
  }

  /** Phong's exponent as a roughness, where the file has no roughness itself. */
  private Material material(Mtl mtl) throws IOException {
    Map<Slot, TextureUse> textures = new EnumMap<>(Slot.class);
    texture(textures, Slot.BASE_COLOR, mtl.getMapKd());
    texture(textures, Slot.NORMAL, mtl.getNorm());
    texture(textures, Slot.EMISSIVE, mtl.getMapKe());
    float[] diffuse = color(mtl.getKd(), 0.8f);
    float alpha = within(mtl.getD(), 1);
    float shine = mtl.getNs() == null || !(mtl.getNs() >= 0) ? 0 : mtl.getNs();
    float rough = (float) Math.sqrt(2 / (shine + 2));
    boolean lights = mtl.getMapKe() != null && mtl.getKe() == null;
    return new Material(
        new float[] {diffuse[0], diffuse[1], diffuse[2], alpha},
        within(mtl.getPm(), 0),
        within(mtl.getPr(), rough),
        color(mtl.getKe(), lights ? 1 : 0),
        1,
        1,
        alpha < 1 ? Alpha.BLEND : Alpha.OPAQUE,
        0.5f,
        true,
        mtl.getIllum() != null && mtl.getIllum() == 0,
        textures);
  }

  private void texture(Map<Slot, TextureUse> to, Slot slot, String name) throws IOException {
    if (name == null || name.isBlank()) {
      return;
    }
    Picture picture = pictures.get(name);
    if (picture == null) {
      Path path = SceneLoader.beside(file, name.replace('\\', '/'), file + ": a texture");
      picture = Pictures.decode(path.toString(), SceneLoader.bytes(path, file + ": a texture"));
      pictures.put(name, picture);
    }
    to.put(slot, new TextureUse(picture, Sampler.LINEAR, 0, TextureUse.plain()));
  }
}
