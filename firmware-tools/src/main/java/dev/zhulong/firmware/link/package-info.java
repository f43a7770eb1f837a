/** Program images: ELF32 files, what a kernel image says about itself, and line tables. */
package dev.zhulong.firmware.link;
