package dev.zhulong.hal.linux;

import dev.zhulong.hal.transport.HostMemory;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** How a process reaches a PCI function: by VFIO, by UIO, or by the files of sysfs. */
interface Way extends AutoCloseable {
  /** For people: what is used of the kernel, and how interrupts come. */
  String description();

  /** All of a BAR. */
  MemorySegment bar(int number);

  /** A 16-bit register of configuration space. */
  int readConfig(int offset);

  void writeConfig(int offset, int value);

  /** Whether interrupts come at all; else one has to look. */
  boolean hasInterrupt();

  /**
   * Waits for an interrupt, and makes the next one possible.
   *
   * @return whether one has come
   */
  boolean await(int milliseconds);

  /** Memory that the function can read and write by itself. */
  Optional<HostMemory> hostMemory(long bytes);

  @Override
  void close();
}
