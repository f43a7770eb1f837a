/** The GLSL front end: GLSL text to SPIR-V. */
package dev.zhulong.compiler.frontend.glsl;
