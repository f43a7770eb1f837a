/**
 * Passes over the IR. Each edits a kernel's body in place and leaves it valid for its stage.
 *
 * <p>Order: {@code Ssa} first; then {@code Simplify} and {@code DeadCode} after each pass that
 * makes work for them; {@code LowerMath} before code generation.
 */
package dev.zhulong.compiler.transform;
