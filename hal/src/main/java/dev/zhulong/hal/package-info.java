/** Open a device, give it memory, load a kernel, launch it: {@code Gpu} is the way in. */
package dev.zhulong.hal;
