/**
 * An interpreter of SPIR-V compute shaders. It shares no code with the compiler, so that one
 * mistake is not made twice.
 */
package dev.zhulong.fuzz.interpreter;
