package dev.zhulong.hal.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.zhulong.hal.DeviceLostException;
import dev.zhulong.hal.transport.DeviceUnavailableException;
import dev.zhulong.hal.transport.HostMemory;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * Any PCI function, driven by this process: registers behind its BARs, interrupts, and memory that
 * it reaches. By VFIO where it is bound to vfio-pci, by UIO where a UIO driver has it, else by the
 * files of sysfs without interrupts.
 *
 * <p>Registers are read and written by single accesses of 32 bits, in the order of the program.
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
  private static final int BARS = 6;

  /**
   * All of the address space: a constant, so that an access to a register is a comparison with the
   * BAR's size and the access, without the checks of a segment that is not known to the compiler.
   */
  private static final MemorySegment EVERYTHING = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  private final SysfsFunction function;
  private final Way way;
  private final MemorySegment[] bars = new MemorySegment[BARS];

  /** The address of BAR 0, where nearly all registers are, and the offset behind its last word. */
  private final long start;

  private long limit;

  /**
   * Whether a register was written and none read since. The fence between a write and a read stands
   * before the read, which waits for the function anyway, so that writes follow each other freely.
   */
  private boolean written;

  private boolean closed;

  private PciDevice(SysfsFunction function, Way way) {
    this.function = function;
    this.way = way;
    if (function.barBytes(0) >= Integer.BYTES) {
      start = bar(0).address();
      limit = bar(0).byteSize() - Integer.BYTES + 1;
    } else {
      start = 0;
    }
  }

  /**
   * Takes a function.
   *
   * @param address domain, bus, device and function: {@code 0000:01:00.0}
   * @throws IllegalArgumentException if the address is not of that form
   * @throws DeviceUnavailableException if it cannot be taken; the message says what to do
   */
  public static PciDevice open(String address) {
    return open(address, PciDma.GUARDED);
  }

  /** Takes a function that reaches the host's memory in its own way. */
  public static PciDevice open(String address, PciDma dma) {
    return open(SYSFS, DEV, address, dma);
  }

  static PciDevice open(Path sysfs, Path dev, String address, PciDma dma) {
    SysfsFunction function = SysfsFunction.of(sysfs, address);
    String driver = function.driver().orElse("");
    Way way =
        switch (driver) {
          case "vfio-pci" -> new VfioWay(dev, function, dma.addressBits());
          case "", "uio_pci_generic" -> new FileWay(dev, function, dma);
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
      return new PciDevice(function, way);
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
    if (closed) {
      throw new IllegalStateException("PCI function " + function.address() + " was given back");
    }
    if (bars[number] == null) {
      bars[number] = way.bar(number);
    }
    return bars[number];
  }

  /** The address of a register. */
  private long address(int bar, long offset) {
    if (bar == 0 && Long.compareUnsigned(offset, limit) < 0) {
      return start + offset;
    }
    MemorySegment segment = bar(bar);
    return segment.address()
        + Objects.checkFromIndexSize(offset, Integer.BYTES, segment.byteSize());
  }

  /** Reads a register. */
  public int read32(int bar, long offset) {
    try {
      if (written) {
        VarHandle.fullFence();
        written = false;
      }
      return (int) WORD.getVolatile(EVERYTHING, address(bar, offset));
    } catch (InternalError e) {
      throw lost(e);
    }
  }

  /** Writes a register, behind all that this thread has written to memory before. */
  public void write32(int bar, long offset, int value) {
    try {
      WORD.setRelease(EVERYTHING, address(bar, offset), value);
      written = true;
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
   * @return nothing where no IOMMU guards the rest, unless the function was taken with {@link
   *     PciDma#physical}
   * @throws DeviceUnavailableException if there is no memory that it reaches
   */
  public Optional<HostMemory> hostMemory(long bytes) {
    return way.hostMemory(bytes);
  }

  /** Gives the function back; it can no longer reach memory. */
  @Override
  public void close() {
    closed = true;
    limit = 0;
    way.close();
  }
}
