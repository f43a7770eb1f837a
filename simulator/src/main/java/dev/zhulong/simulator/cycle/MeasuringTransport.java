package dev.zhulong.simulator.cycle;

import dev.zhulong.firmware.isa.HostRegister;
import dev.zhulong.hal.transport.Transport;
import dev.zhulong.rtl.AccessRecording;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;

/**
 * A cycle model that notes what the driver writes to it, until it is told to stop, and what each
 * launch takes from its write to its interrupt.
 */
final class MeasuringTransport implements Transport {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final CycleDevice device;
  private final AccessRecording recording;
  private boolean stopped;
  private long wallStart;
  private long processorStart;
  private long wallNanoseconds;
  private long processorNanoseconds;

  MeasuringTransport(CycleDevice device, AccessRecording recording) {
    this.device = device;
    this.recording = recording;
  }

  void stopRecording() {
    stopped = true;
  }

  /** Host time of the last launch. */
  long wallNanoseconds() {
    return wallNanoseconds;
  }

  /** Processor time of the last launch, of the thread that waited for it. */
  long processorNanoseconds() {
    return processorNanoseconds;
  }

  @Override
  public String description() {
    return device.description();
  }

  @Override
  public int read32(int offset) {
    if (offset == HostRegister.CAPS_QUEUE.offset()) {
      // The recording begins with a launch, which a command in memory is not.
      return 0;
    }
    return device.read32(offset);
  }

  @Override
  public void write32(int offset, int value) {
    if (!stopped) {
      recording.write32(offset, value);
    }
    if (offset == HostRegister.CONTROL.offset() && value == HostRegister.CONTROL_LAUNCH) {
      wallStart = System.nanoTime();
      processorStart = THREADS.getCurrentThreadCpuTime();
    }
    device.write32(offset, value);
  }

  @Override
  public void copyIn(long address, MemorySegment source) {
    if (!stopped) {
      recording.copyIn(address, source);
    }
    device.copyIn(address, source);
  }

  @Override
  public void copyOut(long address, MemorySegment target) {
    device.copyOut(address, target);
  }

  @Override
  public boolean awaitInterrupt(long maxCycles, Duration timeout) {
    boolean interrupt = device.awaitInterrupt(maxCycles, timeout);
    if (interrupt) {
      wallNanoseconds = System.nanoTime() - wallStart;
      processorNanoseconds = THREADS.getCurrentThreadCpuTime() - processorStart;
    }
    return interrupt;
  }

  @Override
  public void close() {
    device.close();
  }
}
