package dev.zhulong.scene.load;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import de.javagl.jgltf.impl.v2.Animation;
import de.javagl.jgltf.impl.v2.AnimationChannel;
import de.javagl.jgltf.impl.v2.AnimationSampler;
import de.javagl.jgltf.impl.v2.GlTF;
import de.javagl.jgltf.impl.v2.MeshPrimitive;
import dev.zhulong.graphics.Topology;
import dev.zhulong.scene.model.Channel;
import dev.zhulong.scene.model.Lens;
import dev.zhulong.scene.model.Light;
import dev.zhulong.scene.model.Material;
import dev.zhulong.scene.model.Material.Slot;
import dev.zhulong.scene.model.Matrix;
import dev.zhulong.scene.model.Mesh;
import dev.zhulong.scene.model.Node;
import dev.zhulong.scene.model.Primitive;
import dev.zhulong.scene.model.Scene;
import dev.zhulong.scene.model.SceneException;
import dev.zhulong.scene.model.Skin;
import dev.zhulong.scene.model.TextureUse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** glTF 2.0, as text and in binary form. */
final class GltfReader {
  private static final Set<String> EXTENSIONS =
      Set.of(
          "KHR_lights_punctual",
          "KHR_materials_emissive_strength",
          "KHR_materials_unlit",
          "KHR_mesh_quantization",
          "KHR_texture_transform");

  private static final ObjectMapper JSON =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  private static final int MAGIC = 0x46546c67;
  private static final int JSON_CHUNK = 0x4e4f534a;
  private static final int BINARY_CHUNK = 0x004e4942;
  private static final int MOST_NODES = 1 << 16;

  private final GlTF gltf;
  private final GltfData data;
  private final GltfMaterials materials;

  private GltfReader(Path file, GlTF gltf, byte[] binary) {
    this.gltf = gltf;
    this.data = new GltfData(file, gltf, binary);
    this.materials = new GltfMaterials(gltf, data);
  }

  static Scene read(Path file) throws IOException {
    byte[] bytes = SceneLoader.bytes(file, null);
    byte[] text = bytes;
    byte[] binary = null;
    ByteBuffer parts = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.length >= 12 && parts.getInt(0) == MAGIC) {
      if (parts.getInt(4) != 2) {
        throw new SceneException(file + ": binary glTF of version " + parts.getInt(4) + ", not 2");
      }
      text = null;
      parts.position(12);
      while (parts.remaining() >= 8) {
        int length = parts.getInt();
        int kind = parts.getInt();
        if (length < 0 || length > parts.remaining()) {
          throw new SceneException(
              file
                  + ": a part of "
                  + length
                  + " bytes at byte "
                  + (parts.position() - 8)
                  + ", the file ends "
                  + parts.remaining()
                  + " bytes behind it");
        }
        byte[] part = new byte[length];
        parts.get(part);
        if (kind == JSON_CHUNK && text == null) {
          text = part;
        } else if (kind == BINARY_CHUNK && binary == null) {
          binary = part;
        }
      }
      if (text == null) {
        throw new SceneException(file + ": a binary glTF file without its JSON part");
      }
    }
    try {
      GlTF gltf = JSON.readValue(text, GlTF.class);
      if (gltf == null) {
        throw new SceneException(file + " is not a glTF file");
      }
      return new GltfReader(file, gltf, binary).scene();
    } catch (JsonProcessingException e) {
      throw new SceneException(
          file
              + " is not a glTF file: "
              + e.getOriginalMessage().lines().findFirst().orElse("")
              + (e.getLocation() == null ? "" : ", line " + e.getLocation().getLineNr()),
          e);
    }
  }

  private static <T> List<T> all(List<T> list) {
    return list == null ? List.of() : list;
  }

  private Scene scene() throws IOException {
    if (gltf.getAsset() == null
        || gltf.getAsset().getVersion() == null
        || !gltf.getAsset().getVersion().startsWith("2.")) {
      throw data.wrong(
          "asset",
          "version "
              + (gltf.getAsset() == null ? null : gltf.getAsset().getVersion())
              + "; 2.0 can be read");
    }
    for (String name : all(gltf.getExtensionsRequired())) {
      if (!EXTENSIONS.contains(name)) {
        throw data.wrong(
            "extensionsRequired",
            SceneLoader.brief(name)
                + " is not supported; these are: "
                + EXTENSIONS.stream().sorted().toList());
      }
    }
    List<Mesh> meshes = new ArrayList<>();
    for (int n = 0; n < all(gltf.getMeshes()).size(); n++) {
      meshes.add(mesh(n));
    }
    List<Light> lights = lights();
    List<Lens> lenses = lenses();
    int[] order = order();
    int[] places = new int[order.length];
    for (int n = 0; n < order.length; n++) {
      places[order[n]] = n;
    }
    List<Skin> skins = skins(places);
    return new Scene(
        nodes(order, places, meshes, skins, lights.size()),
        meshes,
        skins,
        lights,
        lenses,
        channels(places, meshes));
  }

  /** Parents by node; a node hangs on one at most. */
  private int[] parents() {
    int count = all(gltf.getNodes()).size();
    if (count > MOST_NODES) {
      throw data.wrong("nodes", count + " nodes; up to " + MOST_NODES + " are possible");
    }
    int[] parents = new int[count];
    Arrays.fill(parents, -1);
    for (int n = 0; n < count; n++) {
      String place = "nodes[" + n + "]";
      for (Integer child : all(data.item(gltf.getNodes(), n, "nodes", place).getChildren())) {
        data.item(gltf.getNodes(), child, "nodes", place + ".children");
        if (parents[child] >= 0) {
          throw data.wrong(place, "child " + child + " has node " + parents[child] + " as parent");
        }
        parents[child] = n;
      }
    }
    return parents;
  }

  /** All nodes, each behind the one that it hangs on. */
  private int[] order() {
    int[] parents = parents();
    int[] order = new int[parents.length];
    int count = 0;
    Deque<Integer> open = new ArrayDeque<>();
    for (int n = 0; n < parents.length; n++) {
      if (parents[n] < 0) {
        open.add(n);
      }
    }
    while (!open.isEmpty()) {
      int node = open.remove();
      order[count++] = node;
      open.addAll(all(gltf.getNodes().get(node).getChildren()));
    }
    if (count < order.length) {
      throw data.wrong("nodes", "nodes hang on each other in a circle");
    }
    return order;
  }

  private int index(Integer index, List<?> list, String kind, String place) {
    if (index == null) {
      return -1;
    }
    data.item(list, index, kind, place);
    return index;
  }

  private List<Node> nodes(
      int[] order, int[] places, List<Mesh> meshes, List<Skin> skins, int lights) {
    int[] parents = parents();
    boolean[] present = new boolean[order.length];
    boolean whole = all(gltf.getScenes()).isEmpty();
    if (!whole) {
      int shown = GltfData.or(gltf.getScene(), 0);
      for (Integer root : all(data.item(gltf.getScenes(), shown, "scenes", "scene").getNodes())) {
        data.item(gltf.getNodes(), root, "nodes", "scenes[" + shown + "]");
        present[root] = true;
      }
    }
    List<Node> nodes = new ArrayList<>();
    for (int n : order) {
      String place = "nodes[" + n + "]";
      var node = gltf.getNodes().get(n);
      int parent = parents[n];
      present[n] |= whole || (parent >= 0 && present[parent]);
      Map<?, ?> lit = GltfMaterials.extension(node, "KHR_lights_punctual");
      int light = lit == null ? -1 : (int) materials.number(lit, "light", -1, place);
      if (light >= lights || light < -1) {
        throw data.wrong(place, "light " + light + " of " + lights);
      }
      int skin = index(node.getSkin(), skins, "skins", place);
      int mesh = index(node.getMesh(), meshes, "meshes", place);
      if (mesh >= 0) {
        joints(meshes.get(mesh), skin < 0 ? null : skins.get(skin), place);
      }
      nodes.add(
          new Node(
              parent < 0 ? -1 : places[parent],
              array(node.getMatrix(), null, 16, place),
              array(node.getTranslation(), new float[3], 3, place),
              array(node.getRotation(), new float[] {0, 0, 0, 1}, 4, place),
              array(node.getScale(), new float[] {1, 1, 1}, 3, place),
              mesh,
              skin,
              index(node.getCamera(), gltf.getCameras(), "cameras", place),
              light,
              node.getWeights() == null ? null : weights(node.getWeights(), place),
              present[n]));
    }
    return nodes;
  }

  /** Vertices name joints that the skin has. */
  private void joints(Mesh mesh, Skin skin, String place) {
    for (Primitive primitive : mesh.primitives()) {
      for (int v = 0; skin != null && primitive.skinned() && v < primitive.count(); v++) {
        for (int n = 0; n < 4; n++) {
          float joint = primitive.vertices()[v * primitive.words() + Primitive.JOINTS + n];
          if (joint >= skin.joints().length) {
            throw data.wrong(
                place, "a vertex hangs on joint " + (int) joint + " of " + skin.joints().length);
          }
        }
      }
    }
  }

  private float[] array(float[] value, float[] otherwise, int length, String place) {
    if (value == null) {
      return otherwise;
    }
    if (value.length != length) {
      throw data.wrong(place, value.length + " numbers where " + length + " belong");
    }
    for (float number : value) {
      if (!Float.isFinite(number)) {
        throw data.wrong(place, "holds " + number);
      }
    }
    return value;
  }

  private float[] weights(List<Float> list, String place) {
    float[] made = new float[list.size()];
    for (int n = 0; n < made.length; n++) {
      Float weight = list.get(n);
      if (weight == null || !Float.isFinite(weight)) {
        throw data.wrong(place, "weight " + weight);
      }
      made[n] = weight;
    }
    return made;
  }

  private List<Light> lights() {
    Map<?, ?> extension = GltfMaterials.extension(gltf, "KHR_lights_punctual");
    List<Light> made = new ArrayList<>();
    if (extension == null || !(extension.get("lights") instanceof List<?> list)) {
      return made;
    }
    for (Object item : list) {
      String place = "lights[" + made.size() + "]";
      if (!(item instanceof Map<?, ?> light)) {
        throw data.wrong(place, "is no object");
      }
      Light.Kind kind =
          switch (String.valueOf(light.get("type"))) {
            case "directional" -> Light.Kind.DIRECTIONAL;
            case "point" -> Light.Kind.POINT;
            case "spot" -> Light.Kind.SPOT;
            default ->
                throw data.wrong(
                    place, "type " + SceneLoader.brief(String.valueOf(light.get("type"))));
          };
      float[] color = materials.numbers(light, "color", new float[] {1, 1, 1}, place).clone();
      float intensity = materials.number(light, "intensity", 1, place);
      for (int n = 0; n < 3; n++) {
        color[n] *= intensity;
      }
      Map<?, ?> spot = light.get("spot") instanceof Map<?, ?> map ? map : Map.of();
      made.add(
          new Light(
              kind,
              color,
              materials.number(light, "range", 0, place),
              (float) Math.cos(materials.number(spot, "innerConeAngle", 0, place)),
              (float)
                  Math.cos(
                      materials.number(spot, "outerConeAngle", (float) (Math.PI / 4), place))));
    }
    return made;
  }

  private List<Lens> lenses() {
    List<Lens> made = new ArrayList<>();
    for (var camera : all(gltf.getCameras())) {
      String place = "cameras[" + made.size() + "]";
      if (camera == null) {
        throw data.wrong(place, "is null");
      }
      Float height = camera.getPerspective() == null ? null : camera.getPerspective().getYfov();
      Float half = camera.getOrthographic() == null ? null : camera.getOrthographic().getYmag();
      if (height != null && height > 0 && height < Math.PI) {
        made.add(new Lens(height, 0));
      } else if (half != null && half > 0 && half < 1e6f) {
        made.add(new Lens(0, half));
      } else {
        throw data.wrong(place, "neither a perspective nor an orthographic view of a right size");
      }
    }
    return made;
  }

  private List<Skin> skins(int[] places) throws IOException {
    List<Skin> made = new ArrayList<>();
    for (var skin : all(gltf.getSkins())) {
      String place = "skins[" + made.size() + "]";
      if (skin == null || all(skin.getJoints()).isEmpty()) {
        throw data.wrong(place, "has no joints");
      }
      int[] joints = new int[skin.getJoints().size()];
      for (int n = 0; n < joints.length; n++) {
        data.item(gltf.getNodes(), skin.getJoints().get(n), "nodes", place);
        joints[n] = places[skin.getJoints().get(n)];
      }
      float[][] inverse = new float[joints.length][];
      Arrays.fill(inverse, Matrix.identity());
      if (skin.getInverseBindMatrices() != null) {
        float[] all = data.floats(skin.getInverseBindMatrices(), place, 16);
        if (all.length < 16 * joints.length) {
          throw data.wrong(
              place, all.length / 16 + " inverseBindMatrices for " + joints.length + " joints");
        }
        for (int n = 0; n < joints.length; n++) {
          inverse[n] = Arrays.copyOfRange(all, 16 * n, 16 * n + 16);
        }
      }
      made.add(new Skin(joints, inverse));
    }
    return made;
  }

  private List<Channel> channels(int[] places, List<Mesh> meshes) throws IOException {
    List<Channel> made = new ArrayList<>();
    if (all(gltf.getAnimations()).isEmpty()) {
      return made;
    }
    Animation animation = data.item(gltf.getAnimations(), 0, "animations", "animations");
    for (AnimationChannel channel : all(animation.getChannels())) {
      String place = "animations[0].channels[" + made.size() + "]";
      if (channel == null || channel.getTarget() == null) {
        throw data.wrong(place, "has no target");
      }
      if (channel.getTarget().getNode() == null) {
        continue;
      }
      int node = channel.getTarget().getNode();
      data.item(gltf.getNodes(), node, "nodes", place);
      AnimationSampler sampler =
          data.item(animation.getSamplers(), channel.getSampler(), "samplers", place);
      Channel.Path path =
          switch (String.valueOf(channel.getTarget().getPath())) {
            case "translation" -> Channel.Path.TRANSLATION;
            case "rotation" -> Channel.Path.ROTATION;
            case "scale" -> Channel.Path.SCALE;
            case "weights" -> Channel.Path.WEIGHTS;
            default -> throw data.wrong(place, "path " + channel.getTarget().getPath());
          };
      String way = sampler.getInterpolation();
      Channel.Interpolation interpolation =
          switch (way == null ? "LINEAR" : way) {
            case "STEP" -> Channel.Interpolation.STEP;
            case "LINEAR" -> Channel.Interpolation.LINEAR;
            case "CUBICSPLINE" -> Channel.Interpolation.CUBICSPLINE;
            default -> throw data.wrong(place, "interpolation " + SceneLoader.brief(way));
          };
      Integer mesh = gltf.getNodes().get(node).getMesh();
      int width =
          switch (path) {
            case TRANSLATION, SCALE -> 3;
            case ROTATION -> 4;
            case WEIGHTS -> mesh == null ? 0 : meshes.get(mesh).weights().length;
          };
      float[] times = data.floats(sampler.getInput(), place, 1);
      float[] values =
          data.floats(sampler.getOutput(), place, path == Channel.Path.WEIGHTS ? 1 : width);
      int each = interpolation == Channel.Interpolation.CUBICSPLINE ? 3 * width : width;
      if (values.length != times.length * each) {
        throw data.wrong(
            place, values.length + " numbers for " + times.length + " times of " + each);
      }
      for (int n = 1; n < times.length; n++) {
        if (times[n] <= times[n - 1]) {
          throw data.wrong(place, "time " + times[n] + " comes after " + times[n - 1]);
        }
      }
      made.add(new Channel(places[node], path, interpolation, times, values, width));
    }
    return made;
  }

  private Mesh mesh(int index) throws IOException {
    String place = "meshes[" + index + "]";
    var mesh = data.item(gltf.getMeshes(), index, "meshes", place);
    List<Primitive> primitives = new ArrayList<>();
    int targets = 0;
    for (MeshPrimitive primitive : all(mesh.getPrimitives())) {
      String own = place + ".primitives[" + primitives.size() + "]";
      if (primitive == null) {
        throw data.wrong(own, "is null");
      }
      primitives.add(primitive(primitive, own));
      targets = Math.max(targets, primitives.getLast().targets().size());
    }
    float[] weights =
        mesh.getWeights() == null ? new float[targets] : weights(mesh.getWeights(), place);
    return new Mesh(primitives, weights);
  }

  /** Copies an attribute to its words of each vertex, if there is one. */
  private boolean attribute(
      MeshPrimitive from,
      String name,
      float[] vertices,
      int words,
      int word,
      String place,
      int... widths)
      throws IOException {
    Integer index = from.getAttributes().get(name);
    if (index == null) {
      return false;
    }
    String own = place + "." + name;
    int width = data.width(index, own);
    float[] values = data.floats(index, own, widths);
    int count = vertices.length / words;
    if (values.length / width != count) {
      throw data.wrong(own, values.length / width + " elements for " + count + " vertices");
    }
    for (int v = 0; v < count; v++) {
      System.arraycopy(values, v * width, vertices, v * words + word, width);
    }
    return true;
  }

  private Primitive primitive(MeshPrimitive from, String place) throws IOException {
    Integer positions = from.getAttributes() == null ? null : from.getAttributes().get("POSITION");
    if (positions == null) {
      throw data.wrong(place, "has no POSITION");
    }
    boolean skinned = from.getAttributes().containsKey("JOINTS_0");
    int words = skinned ? Primitive.SKINNED_WORDS : Primitive.WORDS;
    int count = data.count(positions, place);
    if (count < 1 || count > 1 << 22) {
      throw data.wrong(place, count + " vertices; 1 to " + (1 << 22) + " are possible");
    }
    float[] vertices = new float[count * words];
    for (int v = 0; v < count; v++) {
      Arrays.fill(vertices, v * words + Primitive.COLOR, v * words + Primitive.COLOR + 4, 1);
    }
    attribute(from, "POSITION", vertices, words, Primitive.POSITION, place, 3);
    boolean normals = attribute(from, "NORMAL", vertices, words, Primitive.NORMAL, place, 3);
    boolean tangents = attribute(from, "TANGENT", vertices, words, Primitive.TANGENT, place, 4);
    attribute(from, "TEXCOORD_0", vertices, words, Primitive.TEXTURE, place, 2);
    attribute(from, "TEXCOORD_1", vertices, words, Primitive.TEXTURE + 2, place, 2);
    attribute(from, "COLOR_0", vertices, words, Primitive.COLOR, place, 3, 4);
    if (skinned) {
      attribute(from, "JOINTS_0", vertices, words, Primitive.JOINTS, place, 4);
      attribute(from, "WEIGHTS_0", vertices, words, Primitive.WEIGHTS, place, 4);
      for (int v = 0; v < count; v++) {
        for (int n = 0; n < 4; n++) {
          if (vertices[v * words + Primitive.JOINTS + n] < 0) {
            throw data.wrong(place, "vertex " + v + " hangs on a negative joint");
          }
        }
      }
    }
    List<float[]> targets = targets(from, count, place);
    int[] indices = indices(from, count, place);
    int mode = GltfData.or(from.getMode(), 4);
    Topology topology =
        switch (mode) {
          case 0 -> Topology.POINT_LIST;
          case 1 -> Topology.LINE_LIST;
          case 2, 3 -> Topology.LINE_STRIP;
          case 4, 5, 6 -> Topology.TRIANGLE_LIST;
          default -> throw data.wrong(place, "mode " + mode);
        };
    indices = listed(mode, indices, count);
    Material material = materials.material(from.getMaterial(), place);
    if (!normals && topology == Topology.TRIANGLE_LIST) {
      if (indices != null) {
        vertices = Surfaces.apart(vertices, words, indices);
        List<float[]> apart = new ArrayList<>();
        for (float[] target : targets) {
          apart.add(Surfaces.apart(target, 6, indices));
        }
        targets = apart;
        indices = null;
      }
      Surfaces.flatNormals(vertices, words);
    }
    TextureUse normalMap = material.textures().get(Slot.NORMAL);
    if (normalMap != null && !tangents && topology == Topology.TRIANGLE_LIST) {
      Surfaces.tangents(vertices, words, indices, Primitive.TEXTURE + 2 * normalMap.set());
    }
    if (!normals && topology != Topology.TRIANGLE_LIST) {
      // Without a surface there is no light on it.
      material =
          new Material(
              material.baseColor(),
              material.metallic(),
              material.roughness(),
              material.emissive(),
              material.normalScale(),
              material.occlusion(),
              material.alpha(),
              material.cutoff(),
              true,
              true,
              new HashMap<>(material.textures()));
    }
    return new Primitive(topology, skinned, vertices, indices, material, targets);
  }

  private List<float[]> targets(MeshPrimitive from, int count, String place) throws IOException {
    List<float[]> made = new ArrayList<>();
    for (Map<String, Integer> target : all(from.getTargets())) {
      String own = place + ".targets[" + made.size() + "]";
      float[] words = new float[6 * count];
      for (int part = 0; part < 2 && target != null; part++) {
        Integer index = target.get(part == 0 ? "POSITION" : "NORMAL");
        if (index != null) {
          float[] values = data.floats(index, own, 3);
          if (values.length != 3 * count) {
            throw data.wrong(own, values.length / 3 + " elements for " + count + " vertices");
          }
          for (int v = 0; v < count; v++) {
            System.arraycopy(values, 3 * v, words, 6 * v + 3 * part, 3);
          }
        }
      }
      made.add(words);
    }
    return made;
  }

  private int[] indices(MeshPrimitive from, int count, String place) throws IOException {
    if (from.getIndices() == null) {
      return null;
    }
    double[] numbers = data.numbers(from.getIndices(), place + ".indices", 1);
    int[] indices = new int[numbers.length];
    for (int n = 0; n < indices.length; n++) {
      if (!(numbers[n] >= 0 && numbers[n] < count)) {
        throw data.wrong(
            place + ".indices", "index " + n + " is " + numbers[n] + " of " + count + " vertices");
      }
      indices[n] = (int) numbers[n];
    }
    return indices;
  }

  /** Indices of a list of triangles where the file has a strip or a fan, and of a closed loop. */
  private static int[] listed(int mode, int[] indices, int count) {
    int corners = indices == null ? count : indices.length;
    if (mode != 2 && mode != 5 && mode != 6) {
      int whole = mode == 4 ? corners - corners % 3 : mode == 1 ? corners - corners % 2 : corners;
      return indices == null ? null : Arrays.copyOf(indices, whole);
    }
    int[] all = new int[corners];
    for (int n = 0; n < corners; n++) {
      all[n] = indices == null ? n : indices[n];
    }
    if (mode == 2) {
      int[] closed = Arrays.copyOf(all, corners + 1);
      closed[corners] = all[0];
      return closed;
    }
    int[] list = new int[3 * Math.max(0, corners - 2)];
    for (int t = 0; t < corners - 2; t++) {
      boolean odd = mode == 5 && t % 2 == 1;
      list[3 * t] = all[mode == 6 ? t + 1 : t];
      list[3 * t + 1] = all[mode == 6 ? t + 2 : odd ? t + 2 : t + 1];
      list[3 * t + 2] = all[mode == 6 ? 0 : odd ? t + 1 : t + 2];
    }
    return list;
  }
}
