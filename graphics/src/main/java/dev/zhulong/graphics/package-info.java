/**
 * Render pipelines on the device: {@link dev.zhulong.graphics.GraphicsDevice} makes them, {@link
 * dev.zhulong.graphics.RenderPass} draws with them.
 */
package dev.zhulong.graphics;
