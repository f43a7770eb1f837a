package dev.zhulong.precision;

/** Where functions come from. */
public enum FunctionSet {
  /** Instructions of SPIR-V itself. */
  CORE("SPIR-V", "GLSL.std.450"),
  /** Functions of shaders. */
  GLSL("GLSL.std.450", "GLSL.std.450"),
  /** Functions of kernels. */
  OPENCL("OpenCL.std", "OpenCL.std");

  private final String title;
  private final String imported;

  FunctionSet(String title, String imported) {
    this.title = title;
    this.imported = imported;
  }

  /** For people. */
  public String title() {
    return title;
  }

  /** The extended instruction set that shaders import. */
  String imported() {
    return imported;
  }
}
