package dev.zhulong.scene.model;

import java.util.Map;

/**
 * What a surface is made of: metallic-roughness, glTF 2.0 section 3.9.
 *
 * @param baseColor red, green, blue, alpha; linear
 * @param metallic 0 for dielectrics to 1 for metals
 * @param roughness 0 for mirrors to 1
 * @param emissive light of its own
 * @param normalScale strength of the normal map
 * @param occlusion strength of the occlusion map
 * @param alpha what alpha does
 * @param cutoff least alpha that is seen, of {@link Alpha#MASK}
 * @param doubleSided whether it is seen from behind
 * @param unlit whether its base colour is seen as it is
 * @param textures what factors are multiplied with
 */
public record Material(
    float[] baseColor,
    float metallic,
    float roughness,
    float[] emissive,
    float normalScale,
    float occlusion,
    Alpha alpha,
    float cutoff,
    boolean doubleSided,
    boolean unlit,
    Map<Slot, TextureUse> textures) {
  /** What alpha does. */
  public enum Alpha {
    /** Nothing. */
    OPAQUE,
    /** Pixels are there or not. */
    MASK,
    /** What is behind shines through. */
    BLEND
  }

  /** What a texture gives. */
  public enum Slot {
    /** Base colour and alpha. */
    BASE_COLOR,
    /** Roughness in green, metal in blue. */
    METALLIC_ROUGHNESS,
    /** The normal in the tangent's space. */
    NORMAL,
    /** How much of the sky is seen, in red. */
    OCCLUSION,
    /** Light of its own. */
    EMISSIVE
  }

  /** Copies the map. */
  public Material {
    textures = Map.copyOf(textures);
  }

  /** White, rough, no metal: that of primitives without one. */
  public static final Material DEFAULT = plain(new float[] {1, 1, 1, 1}, 0, 1, Map.of());

  /** Without light of its own, seen from the front. */
  public static Material plain(
      float[] baseColor, float metallic, float roughness, Map<Slot, TextureUse> textures) {
    return new Material(
        baseColor,
        metallic,
        roughness,
        new float[3],
        1,
        1,
        baseColor[3] < 1 ? Alpha.BLEND : Alpha.OPAQUE,
        0.5f,
        false,
        false,
        textures);
  }
}
