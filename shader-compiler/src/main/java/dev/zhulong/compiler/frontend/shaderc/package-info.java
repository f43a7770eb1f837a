/** The GLSL and HLSL front end: text to SPIR-V by shaderc. */
package dev.zhulong.compiler.frontend.shaderc;
