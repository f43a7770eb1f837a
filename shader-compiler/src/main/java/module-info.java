/** The shader compiler: shader sources and SPIR-V in, kernel images out. */
module dev.zhulong.compiler {
  requires transitive dev.zhulong.firmware;
  requires com.dylibso.chicory.runtime;
  requires com.dylibso.chicory.wasm;
  requires java.management;
  requires org.lwjgl;
  requires org.lwjgl.shaderc;

  exports dev.zhulong.compiler;
  exports dev.zhulong.compiler.verify;
  exports dev.zhulong.compiler.frontend.opencl;
  exports dev.zhulong.compiler.frontend.stages;
}
