/** The device as Linux shows it: a PCI function or a platform device, driven by this process. */
package dev.zhulong.hal.linux;
