/** Numbers of SPIR-V, written down apart from the compiler's. */
package dev.zhulong.fuzz.spirv;
