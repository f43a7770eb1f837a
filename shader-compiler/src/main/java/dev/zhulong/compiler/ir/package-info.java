/**
 * The compiler's intermediate representation: scalar SSA in a tree of regions.
 *
 * <p><b>Shape.</b> A {@link dev.zhulong.compiler.ir.Kernel} is one invocation's program: a body
 * {@link dev.zhulong.compiler.ir.Region}. A region is a straight list of instructions that ends in
 * a terminator; control flow is instructions that own regions, so there are no blocks, edges or
 * dominance computations: a value may be used after its definition in its region and in every
 * region nested there.
 *
 * <p><b>Values</b> are scalars of 32 bits or truth values: constants, results of instructions, and
 * arguments of loop regions. Vectors, matrices, structs and pointers do not exist; the front end
 * has taken them apart. An address is an {@code I32}.
 *
 * <p><b>Control.</b> {@code IF cond} owns two regions, each ended by {@code YIELD v…}; its results
 * are the values of the region that ran. {@code LOOP init…} owns one region whose arguments are the
 * carried values, ended by {@code NEXT cond, v…}: the values become the arguments of the next
 * iteration while the condition holds, and the results of the loop once it does not. So every loop
 * runs its body at least once; a loop that may run no times stands in an {@code IF}. There is no
 * jump out of the middle of anything: early exits are conditions.
 *
 * <p><b>Before that</b>, while the front end builds, local variables are {@link
 * dev.zhulong.compiler.ir.Local} slots accessed by {@code LOCAL_GET} and {@code LOCAL_SET}, and IF
 * and LOOP carry no values. The front end has turned early exits into conditions on locals. The SSA
 * pass removes the locals; {@link dev.zhulong.compiler.ir.Stage} says what a kernel may still
 * contain and the validator checks it after each pass.
 *
 * <p><b>Divergence.</b> A value is uniform when all lanes of a warp that are active at its
 * definition hold the same. The IR itself is one invocation's view and says nothing of lanes; the
 * uniformity analysis derives it, and only the back end acts on it (SPLIT and PRED, or a branch).
 *
 * <p><b>Order.</b> Loads, stores, atomics, barriers and console writes have effects and keep their
 * order except where an analysis proves them independent. Everything else is pure and may be
 * duplicated, moved or removed; no pure instruction traps.
 */
package dev.zhulong.compiler.ir;
