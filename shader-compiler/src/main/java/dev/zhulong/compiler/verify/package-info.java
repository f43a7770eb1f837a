/** Long runs that look for mistakes in the compiler. */
package dev.zhulong.compiler.verify;
