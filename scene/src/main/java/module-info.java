/** Scenes from files, and their pictures, drawn on a device. */
module dev.zhulong.scene {
  requires com.fasterxml.jackson.databind;
  requires dev.zhulong.compiler;
  requires io.netty.buffer;
  requires io.netty.codec;
  requires io.netty.codec.http;
  requires io.netty.common;
  requires io.netty.transport;
  requires java.desktop;
  requires jgltf.impl.v2;
  requires obj;
  requires transitive dev.zhulong.graphics;
  requires transitive dev.zhulong.hal;

  exports dev.zhulong.scene;
  exports dev.zhulong.scene.load;
  exports dev.zhulong.scene.model;
  exports dev.zhulong.scene.view;
}
