/** Facts about a kernel that passes and the back end share; an analysis changes nothing. */
package dev.zhulong.compiler.analysis;
