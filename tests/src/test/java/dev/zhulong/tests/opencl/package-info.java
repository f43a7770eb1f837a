/** Kernels in OpenCL C and kernel SPIR-V. */
package dev.zhulong.tests.opencl;
