/** Random shaders, run on a device and by an interpreter of SPIR-V, and compared. */
module dev.zhulong.fuzz {
  requires dev.zhulong.compiler;
  requires transitive dev.zhulong.hal;

  exports dev.zhulong.fuzz;
}
