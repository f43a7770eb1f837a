/** Random shaders and draws, run on a device, and compared with what they should give. */
module dev.zhulong.fuzz {
  requires dev.zhulong.compiler;
  requires dev.zhulong.graphics;
  requires transitive dev.zhulong.hal;

  exports dev.zhulong.fuzz;
  exports dev.zhulong.fuzz.drawing;
}
