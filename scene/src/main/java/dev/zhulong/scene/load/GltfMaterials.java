package dev.zhulong.scene.load;

import de.javagl.jgltf.impl.v2.GlTF;
import de.javagl.jgltf.impl.v2.GlTFProperty;
import de.javagl.jgltf.impl.v2.Image;
import de.javagl.jgltf.impl.v2.MaterialNormalTextureInfo;
import de.javagl.jgltf.impl.v2.MaterialOcclusionTextureInfo;
import de.javagl.jgltf.impl.v2.MaterialPbrMetallicRoughness;
import de.javagl.jgltf.impl.v2.Texture;
import de.javagl.jgltf.impl.v2.TextureInfo;
import dev.zhulong.hal.Sampler;
import dev.zhulong.hal.Sampler.Address;
import dev.zhulong.hal.Sampler.Filter;
import dev.zhulong.scene.model.Material;
import dev.zhulong.scene.model.Material.Alpha;
import dev.zhulong.scene.model.Material.Slot;
import dev.zhulong.scene.model.Picture;
import dev.zhulong.scene.model.TextureUse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The materials of a glTF file. glTF 2.0, sections 3.8 and 3.9. */
final class GltfMaterials {
  private final GlTF gltf;
  private final GltfData data;
  private final Map<Integer, Picture> pictures = new HashMap<>();
  private final Map<Integer, Material> materials = new HashMap<>();

  GltfMaterials(GlTF gltf, GltfData data) {
    this.gltf = gltf;
    this.data = data;
  }

  /** An object among a property's extensions, or null. */
  static Map<?, ?> extension(GlTFProperty property, String name) {
    Object value = property.getExtensions() == null ? null : property.getExtensions().get(name);
    return value instanceof Map<?, ?> map ? map : null;
  }

  /** A number of an extension. */
  float number(Map<?, ?> from, String key, float otherwise, String place) {
    Object value = from.get(key);
    if (value == null) {
      return otherwise;
    }
    if (value instanceof Number n && Float.isFinite(n.floatValue())) {
      return n.floatValue();
    }
    throw data.wrong(place, key + " is no number");
  }

  /** Numbers of an extension. */
  float[] numbers(Map<?, ?> from, String key, float[] otherwise, String place) {
    Object value = from.get(key);
    if (value == null) {
      return otherwise;
    }
    float[] made = new float[otherwise.length];
    if (!(value instanceof List<?> list) || list.size() != made.length) {
      throw data.wrong(place, key + " is not " + made.length + " numbers");
    }
    for (int n = 0; n < made.length; n++) {
      if (!(list.get(n) instanceof Number number) || !Float.isFinite(number.floatValue())) {
        throw data.wrong(place, key + " is not " + made.length + " numbers");
      }
      made[n] = number.floatValue();
    }
    return made;
  }

  Material material(Integer index, String place) throws IOException {
    if (index == null) {
      return Material.DEFAULT;
    }
    var material = data.item(gltf.getMaterials(), index, "materials", place);
    Material known = materials.get(index);
    if (known == null) {
      known = read(material, "materials[" + index + "]");
      materials.put(index, known);
    }
    return known;
  }

  private static float or(Float value, float otherwise) {
    return value == null ? otherwise : value;
  }

  private static float[] or(float[] value, float... otherwise) {
    return value == null || value.length != otherwise.length ? otherwise : value;
  }

  private Material read(de.javagl.jgltf.impl.v2.Material from, String place) throws IOException {
    Map<Slot, TextureUse> textures = new EnumMap<>(Slot.class);
    MaterialPbrMetallicRoughness pbr = from.getPbrMetallicRoughness();
    if (pbr == null) {
      pbr = new MaterialPbrMetallicRoughness();
    }
    texture(textures, Slot.BASE_COLOR, pbr.getBaseColorTexture(), place);
    texture(textures, Slot.METALLIC_ROUGHNESS, pbr.getMetallicRoughnessTexture(), place);
    texture(textures, Slot.NORMAL, from.getNormalTexture(), place);
    texture(textures, Slot.OCCLUSION, from.getOcclusionTexture(), place);
    texture(textures, Slot.EMISSIVE, from.getEmissiveTexture(), place);
    float[] emissive = or(from.getEmissiveFactor(), 0, 0, 0).clone();
    Map<?, ?> strength = extension(from, "KHR_materials_emissive_strength");
    for (int n = 0; n < 3 && strength != null; n++) {
      emissive[n] *= number(strength, "emissiveStrength", 1, place);
    }
    MaterialNormalTextureInfo normal = from.getNormalTexture();
    MaterialOcclusionTextureInfo occlusion = from.getOcclusionTexture();
    String alpha = from.getAlphaMode();
    Alpha mode =
        switch (alpha == null ? "OPAQUE" : alpha) {
          case "OPAQUE" -> Alpha.OPAQUE;
          case "MASK" -> Alpha.MASK;
          case "BLEND" -> Alpha.BLEND;
          default -> throw data.wrong(place, "alphaMode " + SceneLoader.brief(alpha));
        };
    return new Material(
        or(pbr.getBaseColorFactor(), 1, 1, 1, 1),
        or(pbr.getMetallicFactor(), 1),
        or(pbr.getRoughnessFactor(), 1),
        emissive,
        normal == null ? 1 : or(normal.getScale(), 1),
        occlusion == null ? 1 : or(occlusion.getStrength(), 1),
        mode,
        or(from.getAlphaCutoff(), 0.5f),
        Boolean.TRUE.equals(from.isDoubleSided()),
        extension(from, "KHR_materials_unlit") != null,
        textures);
  }

  private void texture(Map<Slot, TextureUse> to, Slot slot, GlTFProperty info, String place)
      throws IOException {
    Integer index;
    Integer coordinates;
    switch (info) {
      case TextureInfo t -> {
        index = t.getIndex();
        coordinates = t.getTexCoord();
      }
      case null, default -> {
        return;
      }
    }
    Texture texture = data.item(gltf.getTextures(), index, "textures", place);
    int set = GltfData.or(coordinates, 0);
    float[] transform = TextureUse.plain();
    Map<?, ?> moved = extension(info, "KHR_texture_transform");
    if (moved != null) {
      set = (int) number(moved, "texCoord", set, place);
      float[] offset = numbers(moved, "offset", new float[2], place);
      float[] scale = numbers(moved, "scale", new float[] {1, 1}, place);
      double angle = number(moved, "rotation", 0, place);
      float cosine = (float) Math.cos(angle);
      float sine = (float) Math.sin(angle);
      transform =
          new float[] {
            cosine * scale[0], sine * scale[1], offset[0],
            -sine * scale[0], cosine * scale[1], offset[1]
          };
    }
    if (set < 0 || set > 1) {
      throw data.wrong(place, "texture coordinates " + set + "; 0 and 1 are possible");
    }
    Picture picture = picture(texture.getSource(), "textures[" + index + "]");
    to.put(slot, new TextureUse(picture, sampler(texture, place), set, transform));
  }

  private Picture picture(Integer index, String place) throws IOException {
    Image image = data.item(gltf.getImages(), index, "images", place);
    Picture known = pictures.get(index);
    if (known == null) {
      String own = "images[" + index + "]";
      byte[] bytes;
      if (image.getUri() != null) {
        bytes = data.resource(image.getUri(), own);
      } else {
        ByteBuffer view = data.view(image.getBufferView(), own);
        bytes = new byte[view.remaining()];
        view.get(bytes);
      }
      try {
        known = Pictures.decode(own, bytes);
      } catch (dev.zhulong.scene.model.SceneException e) {
        throw data.wrong(place, e.getMessage());
      }
      pictures.put(index, known);
    }
    return known;
  }

  private Sampler sampler(Texture texture, String place) {
    if (texture.getSampler() == null) {
      return Sampler.LINEAR;
    }
    var from = data.item(gltf.getSamplers(), texture.getSampler(), "samplers", place);
    int small = GltfData.or(from.getMinFilter(), 9987);
    Filter least = small == 9728 || small == 9984 || small == 9986 ? Filter.NEAREST : Filter.LINEAR;
    Filter levels = small == 9984 || small == 9985 ? Filter.NEAREST : Filter.LINEAR;
    Sampler sampler =
        Sampler.LINEAR
            .with(
                GltfData.or(from.getMagFilter(), 9729) == 9728 ? Filter.NEAREST : Filter.LINEAR,
                least,
                levels)
            .with(wrap(from.getWrapS()), wrap(from.getWrapT()), Address.REPEAT);
    // The two filters without levels look at the first one only.
    return small == 9728 || small == 9729 ? sampler.withLod(0, 0, 0.25f) : sampler;
  }

  private static Address wrap(Integer mode) {
    return switch (GltfData.or(mode, 10497)) {
      case 33071 -> Address.CLAMP_TO_EDGE;
      case 33648 -> Address.MIRRORED_REPEAT;
      default -> Address.REPEAT;
    };
  }
}
