package dev.zhulong.compiler.frontend.spirv;

import java.util.Map;

/**
 * Values for specialization constants.
 *
 * @param texts the values by the constants' numbers (SpecId)
 * @param othersIgnored whether numbers that the module lacks have no effect, as Vulkan has it; else
 *     they are an error
 */
public record ConstantValues(Map<Integer, String> texts, boolean othersIgnored) {
  /** All constants keep their defaults. */
  public static final ConstantValues NONE = new ConstantValues(Map.of(), false);
}
