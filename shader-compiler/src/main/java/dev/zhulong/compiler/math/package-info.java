/**
 * The float functions of OpenCL as instructions, within the full profile's error limits.
 *
 * <p>{@link dev.zhulong.compiler.math.OpenClMath} knows them by number. They handle subnormals,
 * infinities, NaN and the special cases of ISO C, which the functions of GLSL.std.450 ({@code
 * compiler.transform}) need not. Where a float's precision does not do on the way, a value is a
 * {@code Pair} of floats. Polynomials are minimax fits, coefficients rounded to binary32 one after
 * the other from the lowest. {@code docs/precision.md} has the measured errors.
 */
package dev.zhulong.compiler.math;
