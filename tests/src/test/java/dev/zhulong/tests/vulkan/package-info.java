/**
 * The same drawing by this project and by a Vulkan implementation in software. {@link
 * dev.zhulong.tests.vulkan.Drawing} says what is drawn, {@code OwnPainter} and {@code
 * VulkanPainter} draw it.
 */
package dev.zhulong.tests.vulkan;
