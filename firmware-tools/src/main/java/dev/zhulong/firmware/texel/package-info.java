/** How texels, images and samplers lie in memory: what compiler, driver and tools agree on. */
package dev.zhulong.firmware.texel;
