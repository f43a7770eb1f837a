/** The assembly text of SPIR-V: text to binary, as the SPIR-V tools write and read it. */
package dev.zhulong.compiler.frontend.spirvtext;
