/** The WGSL front end: text to SPIR-V by naga, a WebAssembly module that runs in Chicory. */
package dev.zhulong.compiler.frontend.wgsl;
