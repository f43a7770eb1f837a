package dev.zhulong.scene.model;

/**
 * A place in the scene. Indices are −1 where there is nothing.
 *
 * @param parent index of the node that it hangs on
 * @param matrix its transformation where that is given as such, or null
 * @param move translation
 * @param turn rotation as a quaternion (x, y, z, w)
 * @param scale scale
 * @param mesh index of its mesh
 * @param skin index of its skin
 * @param camera index of its camera
 * @param light index of its light
 * @param weights of morph targets, or null for the mesh's
 * @param present whether it is part of the scene that is shown
 */
public record Node(
    int parent,
    float[] matrix,
    float[] move,
    float[] turn,
    float[] scale,
    int mesh,
    int skin,
    int camera,
    int light,
    float[] weights,
    boolean present) {
  /** A node without a parent that shows a mesh where it is. */
  public static Node of(int mesh) {
    return new Node(
        -1,
        null,
        new float[3],
        new float[] {0, 0, 0, 1},
        new float[] {1, 1, 1},
        mesh,
        -1,
        -1,
        -1,
        null,
        true);
  }
}
