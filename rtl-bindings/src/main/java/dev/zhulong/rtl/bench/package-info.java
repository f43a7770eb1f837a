/**
 * Test benches on verilated models: {@link dev.zhulong.rtl.bench.Bench} runs the clock with agents
 * that serve interfaces in every cycle.
 *
 * <p>A cycle has two halves. First every agent drives the inputs that are its own, and looks at no
 * output. Then, when the outputs have settled, every agent looks at what happens in this cycle and
 * drives nothing. So the order of the agents does not matter, and an output that follows an input
 * in the same cycle (ready from valid, say) is seen as the next register will see it.
 */
package dev.zhulong.rtl.bench;
