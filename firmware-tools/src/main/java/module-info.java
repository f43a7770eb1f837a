/**
 * What the ZL1 core is: instruction set, registers and memory map, and the tools that make programs
 * for it.
 */
module dev.zhulong.firmware {
  exports dev.zhulong.firmware.asm;
  exports dev.zhulong.firmware.isa;
  exports dev.zhulong.firmware.link;
  exports dev.zhulong.firmware.texel;
}
