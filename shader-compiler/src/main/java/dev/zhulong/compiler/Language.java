package dev.zhulong.compiler;

/** What a shader is written in. */
public enum Language {
  /** GLSL for Vulkan compute shaders. */
  GLSL,
  /** SPIR-V binary, version 1.0 to 1.6. */
  SPIRV
}
