/** The command line {@code zl}. */
module dev.zhulong.cli {
  requires dev.zhulong.amber;
  requires dev.zhulong.compiler;
  requires dev.zhulong.fuzz;
  requires dev.zhulong.graphics;
  requires dev.zhulong.precision;
  requires dev.zhulong.remote;
  requires dev.zhulong.rtl;
  requires dev.zhulong.scene;
  requires dev.zhulong.simulator;
  requires info.picocli;
  requires java.desktop;
  requires jdk.jshell;

  exports dev.zhulong.cli;

  opens dev.zhulong.cli to
      info.picocli;
}
