/** Vertex and fragment shaders as modules that a compute shader can call. */
package dev.zhulong.compiler.frontend.stages;
