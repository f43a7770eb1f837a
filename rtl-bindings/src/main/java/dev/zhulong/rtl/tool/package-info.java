/**
 * Generating bindings and building models for other programs: the Maven plugin, the command line.
 */
package dev.zhulong.rtl.tool;
