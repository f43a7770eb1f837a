package dev.zhulong.hal.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.zhulong.hal.DeviceLostException;
import dev.zhulong.hal.transport.DeviceUnavailableException;
import dev.zhulong.hal.transport.Transport;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The device on a system-on-chip's own bus, behind a UIO driver of the kernel: its first map is the
 * host registers, its second one device memory from address 0 on.
 */
final class UioTransport implements Transport {
  private static final int PAGE = 4096;
  private static final VarHandle WORD = JAVA_INT.varHandle();

  private final String name;
  private final int file;
  private final Mapping registers;
  private final Mapping memory;
  private final InterruptLine line;

  /** What waiting for an interrupt writes to, once for all interrupts. */
  private final MemorySegment waiting = Arena.ofAuto().allocate(Long.BYTES, Long.BYTES);

  /**
   * Takes a device.
   *
   * @param path of the device, as {@code /dev/uio0}
   */
  UioTransport(Path sysfs, Path path) {
    name = path.getFileName().toString();
    Path maps = sysfs.resolve("class/uio").resolve(name).resolve("maps");
    if (!Files.isDirectory(maps)) {
      throw new DeviceUnavailableException(
          "no UIO device "
              + path
              + " ("
              + maps
              + " does not exist); load its driver, for example uio_pdrv_genirq with"
              + " of_id=, and see docs/silicon.md for the device tree");
    }
    file =
        (int)
            Errno.check(
                libc_h.open(path.toString(), libc_h.O_RDWR | libc_h.O_CLOEXEC | libc_h.O_SYNC),
                "opening " + path,
                "another process may have it");
    try {
      registers = map(maps, 0);
      memory = map(maps, 1);
    } catch (RuntimeException e) {
      libc_h.close(file);
      throw e;
    }
    line = new InterruptLine(this::read32, this::interrupted, description());
    unmask();
  }

  /** UIO takes the number of a map as the page that it begins at. */
  private Mapping map(Path maps, int number) {
    Path size = maps.resolve("map" + number).resolve("size");
    long bytes;
    try {
      bytes = Long.decode(Files.readString(size, StandardCharsets.ISO_8859_1).strip());
    } catch (IOException | NumberFormatException e) {
      throw new DeviceUnavailableException(
          size
              + " cannot be read: "
              + e.getMessage()
              + "; the device tree must give two ranges, registers and memory",
          e);
    }
    return Mapping.of(file, (long) number * PAGE, bytes, name + " map " + number, "see dmesg");
  }

  private boolean interrupted(int milliseconds) {
    if (libc_h.poll(file, waiting, milliseconds) <= 0) {
      return false;
    }
    boolean came = libc_h.read(file, waiting, Integer.BYTES) == Integer.BYTES;
    unmask();
    return came;
  }

  private void unmask() {
    try (Arena arena = Arena.ofConfined()) {
      libc_h.write(file, arena.allocateFrom(JAVA_INT, 1));
    }
  }

  @Override
  public String description() {
    return "platform device " + name + ", UIO";
  }

  private DeviceLostException lost(InternalError e) {
    return new DeviceLostException(name + " is gone: " + e.getMessage());
  }

  @Override
  public int read32(int offset) {
    try {
      return (int) WORD.getVolatile(registers.segment(), (long) offset);
    } catch (InternalError e) {
      throw lost(e);
    }
  }

  @Override
  public void write32(int offset, int value) {
    line.wrote(offset, value);
    try {
      WORD.setVolatile(registers.segment(), (long) offset, value);
    } catch (InternalError e) {
      throw lost(e);
    }
  }

  @Override
  public void copyIn(long address, MemorySegment source) {
    try {
      MemorySegment.copy(source, 0, memory.segment(), address, source.byteSize());
    } catch (InternalError e) {
      throw lost(e);
    }
  }

  @Override
  public void copyOut(long address, MemorySegment target) {
    try {
      MemorySegment.copy(memory.segment(), address, target, 0, target.byteSize());
    } catch (InternalError e) {
      throw lost(e);
    }
  }

  @Override
  public boolean readsOnesWhenGone() {
    return true;
  }

  @Override
  public boolean awaitInterrupt(long maxCycles, Duration timeout) {
    return line.await(timeout);
  }

  @Override
  public void close() {
    registers.unmap();
    memory.unmap();
    libc_h.close(file);
  }
}
