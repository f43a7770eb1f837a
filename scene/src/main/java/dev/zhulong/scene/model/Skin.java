package dev.zhulong.scene.model;

/**
 * What vertices of a mesh hang on.
 *
 * @param joints indices of nodes
 * @param inverseBind a matrix a joint, that brings vertices from the mesh to the joint
 */
public record Skin(int[] joints, float[][] inverseBind) {}
