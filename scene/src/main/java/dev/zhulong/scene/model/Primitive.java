package dev.zhulong.scene.model;

import dev.zhulong.graphics.Topology;
import java.util.List;

/**
 * Vertices with one material. Vertices lie one behind the other, {@link #WORDS} floats each, and
 * those of a primitive with joints {@link #SKINNED_WORDS}.
 *
 * @param topology how vertices become primitives
 * @param skinned whether vertices have joints and weights
 * @param vertices the vertices
 * @param indices indices of vertices, or null
 * @param material what it is made of
 * @param targets what morph targets add to position and normal: six floats a vertex
 */
public record Primitive(
    Topology topology,
    boolean skinned,
    float[] vertices,
    int[] indices,
    Material material,
    List<float[]> targets) {
  /** Word of the position, three floats. */
  public static final int POSITION = 0;

  /** Word of the normal, three floats. */
  public static final int NORMAL = 3;

  /** Word of the tangent, three floats and the sign of the bitangent. */
  public static final int TANGENT = 6;

  /** Word of the first texture coordinates; the second are behind them. */
  public static final int TEXTURE = 10;

  /** Word of the colour, four floats. */
  public static final int COLOR = 14;

  /** Words of a vertex without joints. */
  public static final int WORDS = 18;

  /** Word of the numbers of four joints. */
  public static final int JOINTS = 18;

  /** Word of the weights of four joints. */
  public static final int WEIGHTS = 22;

  /** Words of a vertex with joints. */
  public static final int SKINNED_WORDS = 26;

  /** Copies the list. */
  public Primitive {
    targets = List.copyOf(targets);
  }

  /** Words of a vertex. */
  public int words() {
    return skinned ? SKINNED_WORDS : WORDS;
  }

  /** Number of vertices. */
  public int count() {
    return vertices.length / words();
  }

  /** The vertices with so much of each morph target. */
  public float[] morphed(float[] weights) {
    float[] moved = vertices.clone();
    for (int t = 0; t < Math.min(weights.length, targets.size()); t++) {
      float[] target = targets.get(t);
      for (int v = 0; v < count(); v++) {
        for (int n = 0; n < 6; n++) {
          moved[v * words() + n] += weights[t] * target[6 * v + n];
        }
      }
    }
    return moved;
  }
}
