/** Random shaders at all optimisation levels against an interpreter of SPIR-V itself. */
package dev.zhulong.fuzz;
