/**
 * The error of every float function of SPIR-V, measured.
 *
 * <p>A {@link dev.zhulong.precision.MeasuredFunction} is a function with the arguments that it is
 * measured at, its exact value ({@code Mpfr}, an outside library) and the error that a
 * specification grants. {@link dev.zhulong.precision.PrecisionRun} compiles a shader for each, runs
 * it over many arguments and keeps the largest error. The arguments are a fixed sequence: a short
 * run measures the first ones of a long run, so that what it finds is never above the documented
 * figures.
 */
package dev.zhulong.precision;
