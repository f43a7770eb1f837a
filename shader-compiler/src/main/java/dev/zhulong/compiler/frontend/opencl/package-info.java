/** OpenCL C to SPIR-V, by clang and llvm-spirv where they are installed. */
package dev.zhulong.compiler.frontend.opencl;
