/** Render pipelines: vertices to pixels, by kernels on the device. */
module dev.zhulong.graphics {
  requires transitive dev.zhulong.compiler;
  requires transitive dev.zhulong.hal;

  exports dev.zhulong.graphics;
}
