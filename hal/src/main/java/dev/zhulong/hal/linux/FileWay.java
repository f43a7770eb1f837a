package dev.zhulong.hal.linux;

import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.zhulong.hal.transport.DeviceUnavailableException;
import dev.zhulong.hal.transport.HostMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A function by the files of sysfs: BARs are mapped from {@code resourceN}. Where a UIO driver has
 * it, interrupts come by the pin; else one has to look. No IOMMU guards memory, so there is DMA
 * only where it was asked for.
 */
final class FileWay implements Way {
  private static final int COMMAND = 4;
  private static final int INTERRUPT_DISABLE = 0x400;

  private static final int BUS_MASTER = 4;

  private final SysfsFunction function;
  private final PciDma dma;
  private final int config;
  private final int uio;
  private final Map<Integer, Mapping> bars = new HashMap<>();

  /** What waiting for an interrupt writes to, once for all interrupts. */
  private final MemorySegment waiting = Arena.ofAuto().allocate(Long.BYTES, Long.BYTES);

  FileWay(Path dev, SysfsFunction function, PciDma dma) {
    this.function = function;
    this.dma = dma;
    Optional<String> number = function.uio();
    if (function.driver().isEmpty()) {
      function.enable();
    }
    config = open(function.config(), "run as root");
    int file = -1;
    if (number.isPresent()) {
      try {
        file = open(dev.resolve(number.get()), "load the kernel's module uio (modprobe)");
      } catch (RuntimeException e) {
        libc_h.close(config);
        throw e;
      }
    }
    uio = file;
    if (uio >= 0) {
      unmask();
    }
  }

  private static int open(Path path, String remedy) {
    return (int)
        Errno.check(
            libc_h.open(path.toString(), libc_h.O_RDWR | libc_h.O_CLOEXEC),
            "opening " + path,
            remedy);
  }

  @Override
  public String description() {
    return (uio >= 0 ? "UIO, INTx" : "sysfs, polling")
        + (dma.physical() ? ", DMA by physical addresses" : "");
  }

  @Override
  public MemorySegment bar(int number) {
    return bars.computeIfAbsent(
            number,
            bar -> {
              long bytes = function.barBytes(bar);
              if (bytes == 0) {
                throw new DeviceUnavailableException(
                    "PCI function " + function.address() + " has no BAR " + bar);
              }
              Path path = function.resource(bar);
              int file =
                  (int)
                      Errno.check(
                          libc_h.open(
                              path.toString(), libc_h.O_RDWR | libc_h.O_CLOEXEC | libc_h.O_SYNC),
                          "opening " + path,
                          "a driver may have it: see driver beside it");
              try {
                return Mapping.of(file, 0, bytes, path.toString(), "a driver may have it");
              } finally {
                libc_h.close(file);
              }
            })
        .segment();
  }

  @Override
  public int readConfig(int offset) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocate(2);
      Errno.check(
          libc_h.pread(config, value, offset), "reading " + function.config(), "run as root");
      return Short.toUnsignedInt(value.get(JAVA_SHORT, 0));
    }
  }

  @Override
  public void writeConfig(int offset, int value) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(2);
      bytes.set(JAVA_SHORT, 0, (short) value);
      Errno.check(
          libc_h.pwrite(config, bytes, offset), "writing " + function.config(), "run as root");
    }
  }

  @Override
  public boolean hasInterrupt() {
    return uio >= 0;
  }

  @Override
  public boolean await(int milliseconds) {
    if (libc_h.poll(uio, waiting, milliseconds) <= 0) {
      return false;
    }
    boolean came = libc_h.read(uio, waiting, Integer.BYTES) == Integer.BYTES;
    unmask();
    return came;
  }

  /** The kernel turns the pin off with each interrupt. */
  private void unmask() {
    writeConfig(COMMAND, readConfig(COMMAND) & ~INTERRUPT_DISABLE);
  }

  @Override
  public Optional<HostMemory> hostMemory(long bytes) {
    return dma.physical()
        ? Optional.of(PhysicalMemory.of(bytes, dma.addressBits()))
        : Optional.empty();
  }

  @Override
  public void close() {
    if (dma.physical()) {
      // What it still might write would go to whoever gets the memory next.
      writeConfig(COMMAND, readConfig(COMMAND) & ~BUS_MASTER);
    }
    bars.values().forEach(Mapping::unmap);
    bars.clear();
    libc_h.close(config);
    if (uio >= 0) {
      libc_h.close(uio);
    }
  }
}
