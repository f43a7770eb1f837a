package dev.zhulong.compiler.math;

import dev.zhulong.compiler.ir.Value;

/**
 * A number as the sum of two floats.
 *
 * @param high the nearest float, or almost
 * @param low the rest
 */
record Pair(Value high, Value low) {}
