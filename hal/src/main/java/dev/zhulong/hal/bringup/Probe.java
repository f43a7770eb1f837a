package dev.zhulong.hal.bringup;

import dev.zhulong.firmware.isa.HostRegister;
import dev.zhulong.firmware.isa.MemoryMap;
import dev.zhulong.hal.Gpu;
import dev.zhulong.hal.transport.DeviceAddress;
import dev.zhulong.hal.transport.Transport;
import dev.zhulong.hal.transport.TransportProvider;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A device by its bare wires: nothing is written to it but what is asked for, not even a reset.
 * Addresses of device memory are unsigned 32-bit.
 *
 * <pre>{@code
 * try (Probe probe = Probe.open("pci:0000:01:00.0")) {
 *   System.out.println(Integer.toHexString(probe.read32("ID")));
 *   probe.dump().forEach(System.out::println);
 * }
 * }</pre>
 */
public final class Probe implements AutoCloseable {
  private final Transport transport;

  /** Takes a transport; closing the probe closes it. */
  public Probe(Transport transport) {
    this.transport = transport;
  }

  /** Opens a device by its address, as {@link Gpu#open} does. */
  public static Probe open(String address) {
    DeviceAddress parsed = DeviceAddress.parse(address);
    return new Probe(TransportProvider.find(parsed).open(parsed));
  }

  /** What the device is reached by. */
  public String description() {
    return transport.description();
  }

  /** Reads a register by name or offset. */
  public int read32(String register) {
    return transport.read32(RegisterNames.offset(register));
  }

  /** Reads a register. */
  public int read32(int offset) {
    return transport.read32(RegisterNames.checked(offset));
  }

  /** Writes a register by name or offset. */
  public void write32(String register, int value) {
    transport.write32(RegisterNames.offset(register), value);
  }

  /** Writes a register. */
  public void write32(int offset, int value) {
    transport.write32(RegisterNames.checked(offset), value);
  }

  /** Reads words of device memory. */
  public int[] peek(long address, int words) {
    check(address, words);
    int[] values = new int[words];
    MemorySegment bytes = MemorySegment.ofArray(new byte[words * 4]);
    transport.copyOut(address, bytes);
    MemorySegment.copy(bytes, ValueLayout.JAVA_INT_UNALIGNED, 0, values, 0, words);
    return values;
  }

  /** Writes words of device memory. */
  public void poke(long address, int... words) {
    check(address, words.length);
    MemorySegment bytes = MemorySegment.ofArray(new byte[words.length * 4]);
    MemorySegment.copy(words, 0, bytes, ValueLayout.JAVA_INT_UNALIGNED, 0, words.length);
    transport.copyIn(address, bytes);
  }

  private static void check(long address, int words) {
    if (address < MemoryMap.FIRST_MAPPED
        || address % 4 != 0
        || words < 1
        || address + 4L * words > MemoryMap.END) {
      throw new IllegalArgumentException(
          "%d words at 0x%x of device memory: the address must be a multiple of 4 from 0x%x on, and the end at most 0x%x"
              .formatted(words, address, MemoryMap.FIRST_MAPPED, MemoryMap.END));
    }
  }

  /** All registers that can be read without changing anything: name, offset, value. */
  public List<String> dump() {
    List<String> lines = new ArrayList<>();
    for (HostRegister register : HostRegister.values()) {
      if (readable(register)) {
        lines.add(
            "%-24s 0x%03x  0x%08x"
                .formatted(
                    register.name(), register.offset(), transport.read32(register.offset())));
      }
    }
    return lines;
  }

  /** A read of the console takes a byte away. */
  private static boolean readable(HostRegister register) {
    return register != HostRegister.CONSOLE && !register.access().equals("WO");
  }

  /** Waits until the interrupt line is high, or the time is over. */
  public boolean awaitInterrupt(long maxCycles, Duration timeout) {
    long end = System.nanoTime() + timeout.toNanos();
    do {
      if (transport.awaitInterrupt(maxCycles, timeout)) {
        return true;
      }
    } while (System.nanoTime() - end < 0);
    return false;
  }

  Transport transport() {
    return transport;
  }

  /** Hands the device to the driver, which resets it and closes it in the end. */
  public Gpu drive() {
    return Gpu.over(transport);
  }

  @Override
  public void close() {
    transport.close();
  }
}
