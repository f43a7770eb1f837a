package dev.zhulong.hal.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.zhulong.hal.DeviceLostException;
import dev.zhulong.hal.transport.DeviceUnavailableException;
import dev.zhulong.hal.transport.HostMemory;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Any PCI function, driven by this process: registers behind its BARs, interrupts, and memory that
 * it reaches. By VFIO where it is bound to vfio-pci, by UIO where a UIO driver has it, else by the
 * files of sysfs without interrupts.
 *
 * <p>Registers are read and written by volatile accesses of 32 bits, in the order of the program.
 * Writes are posted: a read from the function is what they can be waited for with.
 */
public final class PciDevice implements AutoCloseable {
  private static final Path SYSFS = Path.of("/sys");
  private static final Path DEV = Path.of("/dev");
  private static final int COMMAND = 4;
  private static final int MEMORY_SPACE = 2;
  private static final int BUS_MASTER = 4;
  private static final int NO_ANSWER = 0xffff;
  private static final VarHandle WORD = JAVA_INT.varHandle();

  private final SysfsFunction function;
  private final Way way;
  private final MemorySegment[] bars = new MemorySegment[6];

  private PciDevice(SysfsFunction function, Way way) {
    this.function = function;
    this.way = way;
  }

  /**
   * Takes a function.
   *
   * @param address domain, bus, device and function: {@code 0000:01:00.0}
   * @throws IllegalArgumentException if the address is not of that form
   * @throws DeviceUnavailableException if it cannot be taken; the message says what to do
   */
  public static PciDevice open(String address) {
    return open(SYSFS, DEV, address, Long.SIZE);
  }

  /**
   * Takes a function whose bus addresses are shorter than 64 bits.
   *
   * @param busAddressBits bits of the addresses that it can put on the bus
   */
  public static PciDevice open(String address, int busAddressBits) {
    return open(SYSFS, DEV, address, busAddressBits);
  }

  static PciDevice open(Path sysfs, Path dev, String address, int busAddressBits) {
    SysfsFunction function = SysfsFunction.of(sysfs, address);
    String driver = function.driver().orElse("");
    Way way =
        switch (driver) {
          case "vfio-pci" -> new VfioWay(dev, function, busAddressBits);
          case "", "uio_pci_generic" -> new FileWay(dev, function);
          default ->
              throw new DeviceUnavailableException(
                  "PCI function "
                      + function.address()
                      + " belongs to the kernel's driver "
                      + driver
                      + "; take it away (echo "
                      + function.address()
                      + " > /sys/bus/pci/drivers/"
                      + driver
                      + "/unbind) and bind it to vfio-pci");
        };
    PciDevice device = new PciDevice(function, way);
    try {
      int command = way.readConfig(COMMAND);
      if (command == NO_ANSWER) {
        throw new DeviceUnavailableException(
            "PCI function "
                + function.address()
                + " does not answer: its configuration space reads all-ones; it may have lost its"
                + " power or its link");
      }
      way.writeConfig(COMMAND, command | MEMORY_SPACE | BUS_MASTER);
      return device;
    } catch (RuntimeException e) {
      way.close();
      throw e;
    }
  }

  /** Address, numbers of vendor and device, and how it is reached. */
  public String description() {
    return "PCI function %s (%04x:%04x), %s"
        .formatted(
            function.address(),
            function.number("vendor"),
            function.number("device"),
            way.description());
  }

  /** Number of the vendor. */
  public int vendor() {
    return function.number("vendor");
  }

  /** The vendor's number of the device. */
  public int device() {
    return function.number("device");
  }

  /** All of a BAR, for copies; it may not be used after {@link #close}. */
  public MemorySegment bar(int number) {
    if (bars[number] == null) {
      bars[number] = way.bar(number);
    }
    return bars[number];
  }

  /** Reads a register. */
  public int read32(int bar, long offset) {
    try {
      return (int) WORD.getVolatile(bar(bar), offset);
    } catch (InternalError e) {
      throw lost(e);
    }
  }

  /** Writes a register. */
  public void write32(int bar, long offset, int value) {
    try {
      WORD.setVolatile(bar(bar), offset, value);
    } catch (InternalError e) {
      throw lost(e);
    }
  }

  /** Copies to a BAR. */
  public void copyIn(int bar, long offset, MemorySegment source) {
    try {
      MemorySegment.copy(source, 0, bar(bar), offset, source.byteSize());
    } catch (InternalError e) {
      throw lost(e);
    }
  }

  /** Copies from a BAR. */
  public void copyOut(int bar, long offset, MemorySegment target) {
    try {
      MemorySegment.copy(bar(bar), offset, target, 0, target.byteSize());
    } catch (InternalError e) {
      throw lost(e);
    }
  }

  /** The kernel takes a removed function's BARs away, which the JVM reports like this. */
  private DeviceLostException lost(InternalError e) {
    return new DeviceLostException(
        "PCI function " + function.address() + " is gone: " + e.getMessage());
  }

  /** Whether the function can interrupt; else {@link #await} only waits. */
  public boolean hasInterrupt() {
    return way.hasInterrupt();
  }

  /**
   * Waits for an interrupt; those that came since the last call count.
   *
   * @return whether one has come
   */
  public boolean await(int milliseconds) {
    return way.await(milliseconds);
  }

  /**
   * Memory that the function can read and write by itself.
   *
   * @return nothing where no IOMMU guards the rest
   */
  public Optional<HostMemory> hostMemory(long bytes) {
    return way.hostMemory(bytes);
  }

  /** Gives the function back; it can no longer reach memory. */
  @Override
  public void close() {
    way.close();
  }
}
