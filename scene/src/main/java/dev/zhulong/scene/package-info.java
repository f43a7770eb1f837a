/**
 * Pictures of scenes: lit surfaces, shadows and a sky, drawn on a device.
 *
 * <p>A frame is three passes: depth as the sun sees it, the scene in floats without a limit, and
 * that in colours. {@link dev.zhulong.scene.SceneRenderer} keeps buffers, textures and pipelines
 * from frame to frame.
 */
package dev.zhulong.scene;
