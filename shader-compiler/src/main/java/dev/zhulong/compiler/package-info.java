/** From shader source to kernel image: front ends, IR, transforms, back end. */
package dev.zhulong.compiler;
