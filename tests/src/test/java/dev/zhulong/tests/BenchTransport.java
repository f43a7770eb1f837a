package dev.zhulong.tests;

import dev.zhulong.hal.transport.Transport;
import dev.zhulong.rtl.VerilatedModel;
import dev.zhulong.rtl.bench.Bench;
import dev.zhulong.rtl.bench.axi.AxiMaster;
import dev.zhulong.rtl.bench.axi.AxiMemory;
import dev.zhulong.rtl.bench.axi.AxiTransfer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.Random;

/**
 * The core among the agents of the test-bench kit: every register access and every line of memory.
 */
final class BenchTransport implements Transport {
  private static final long MOST_WAIT = 100_000;
  private static final long RESET_CYCLES = 8;

  private final VerilatedModel core;
  private final Bench bench;
  private final AxiMaster host;
  private final AxiMemory memory;

  BenchTransport(VerilatedModel core) {
    this.core = core;
    bench = new Bench(core);
    host = bench.add(new AxiMaster(core, "s_axil_", new Random(1), 0));
    memory = bench.add(new AxiMemory(core, "m_axi_", new Random(2), 0));
    core.reset(RESET_CYCLES);
  }

  Bench bench() {
    return bench;
  }

  @Override
  public String description() {
    return "the core on a bench";
  }

  private AxiTransfer done(AxiTransfer transfer) {
    if (!bench.stepUntil(transfer::isDone, MOST_WAIT)) {
      throw new IllegalStateException(transfer + " is not answered");
    }
    return transfer;
  }

  @Override
  public int read32(int offset) {
    byte[] data = done(host.read32(offset)).data();
    return MemorySegment.ofArray(data).get(ValueLayout.JAVA_INT_UNALIGNED, 0);
  }

  @Override
  public void write32(int offset, int value) {
    done(host.write32(offset, value));
  }

  @Override
  public void copyIn(long address, MemorySegment source) {
    memory.write(address, source.toArray(ValueLayout.JAVA_BYTE));
  }

  @Override
  public void copyOut(long address, MemorySegment target) {
    target.copyFrom(MemorySegment.ofArray(memory.read(address, (int) target.byteSize())));
  }

  @Override
  public boolean sharesMemory() {
    return true;
  }

  @Override
  public boolean awaitInterrupt(long maxCycles, Duration timeout) {
    return bench.stepUntil(() -> core.narrow("irq_o").isHigh(), maxCycles);
  }

  @Override
  public void close() {
    core.close();
  }
}
