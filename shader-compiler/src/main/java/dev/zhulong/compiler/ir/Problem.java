package dev.zhulong.compiler.ir;

/**
 * One reason why a program cannot be compiled.
 *
 * @param location null where unknown
 * @param message what is wrong and what to do about it, one sentence without a final stop
 */
public record Problem(Location location, String message) {}
