/** Shader test scripts in AmberScript and VkScript, run on any device. */
module dev.zhulong.amber {
  requires dev.zhulong.compiler;
  requires dev.zhulong.graphics;
  requires java.desktop;
  requires transitive dev.zhulong.hal;

  exports dev.zhulong.amber;
}
