package dev.zhulong.remote.vfiouser;

import dev.zhulong.firmware.isa.HostRegister;
import dev.zhulong.firmware.isa.PciFunction;
import dev.zhulong.hal.transport.HostBus;
import dev.zhulong.hal.transport.Transport;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.OptionalInt;

/** The device as a PCIe function for one client: its regions, interrupts and DMA. */
final class PciDevice implements AutoCloseable {
  private static final int MIB_SHIFT = 20;

  private final Transport device;
  private final OptionalInt memoryFile;
  private final long memoryBytes;
  private final ConfigSpace config;
  private final Interrupts interrupts;
  private final RegisterBlock registers;
  private final GuestMemory memory;
  private final byte[] vectors = new byte[PciFunction.MSIX_BYTES];

  /**
   * A function in its reset state.
   *
   * @param memoryFile the file that device memory is in
   */
  PciDevice(Transport device, HostBus bus, OptionalInt memoryFile) {
    this.device = device;
    this.memoryFile = memoryFile;
    long mebibytes = Integer.toUnsignedLong(device.read32(HostRegister.MEMORY_SIZE.offset()));
    this.memoryBytes = Long.highestOneBit(Math.max(1, mebibytes)) << MIB_SHIFT;
    this.config = new ConfigSpace(memoryBytes);
    this.interrupts = new Interrupts(config);
    this.memory = new GuestMemory(bus);
    this.registers = new RegisterBlock(device, interrupts, new QueueFeeder(device, memory));
    clearVectors();
  }

  GuestMemory memory() {
    return memory;
  }

  Interrupts interrupts() {
    return interrupts;
  }

  RegisterBlock registers() {
    return registers;
  }

  /** Size of a region in bytes; 0 where there is none. */
  long regionBytes(int region) {
    return switch (region) {
      case Protocol.BAR0 -> PciFunction.REGISTER_BYTES;
      case Protocol.BAR2 -> memoryBytes;
      case Protocol.BAR4 -> PciFunction.MSIX_BYTES;
      case Protocol.CONFIG -> ConfigSpace.BYTES;
      default -> 0;
    };
  }

  /** Descriptor of the file that a region can be mapped from. */
  OptionalInt regionFile(int region) {
    return region == Protocol.BAR2 ? memoryFile : OptionalInt.empty();
  }

  private void require(int region, long offset, int count) throws RefusalException {
    long bytes = region >= 0 && region < Protocol.REGIONS ? regionBytes(region) : 0;
    if (offset < 0 || offset > bytes || count > bytes - offset) {
      throw new RefusalException(
          Errno.EINVAL,
          "region "
              + region
              + " has "
              + bytes
              + " bytes, not "
              + count
              + " at "
              + Long.toUnsignedString(offset));
    }
  }

  /** Fills {@code target} from a region. */
  void read(int region, long offset, MemorySegment target) throws RefusalException {
    int count = (int) target.byteSize();
    require(region, offset, count);
    switch (region) {
      case Protocol.BAR0 -> readRegisters((int) offset, target);
      case Protocol.BAR2 -> device.copyOut(offset, target);
      case Protocol.BAR4 ->
          MemorySegment.copy(vectors, (int) offset, target, ValueLayout.JAVA_BYTE, 0, count);
      default -> {
        for (int i = 0; i < count; i++) {
          target.set(ValueLayout.JAVA_BYTE, i, (byte) config.read((int) offset + i));
        }
      }
    }
  }

  private void readRegisters(int offset, MemorySegment target) {
    int end = offset + (int) target.byteSize();
    for (int at = offset & -4; at < end; at += 4) {
      int value = registers.read(at);
      for (int i = Math.max(at, offset); i < Math.min(at + 4, end); i++) {
        target.set(ValueLayout.JAVA_BYTE, i - offset, (byte) (value >>> 8 * (i - at)));
      }
    }
  }

  /** Writes all of {@code source} to a region. */
  void write(int region, long offset, MemorySegment source) throws RefusalException {
    int count = (int) source.byteSize();
    require(region, offset, count);
    switch (region) {
      case Protocol.BAR0 -> writeRegisters((int) offset, source);
      case Protocol.BAR2 -> device.copyIn(offset, source);
      case Protocol.BAR4 ->
          MemorySegment.copy(source, ValueLayout.JAVA_BYTE, 0, vectors, (int) offset, count);
      default -> writeConfig((int) offset, source);
    }
  }

  private void writeRegisters(int offset, MemorySegment source) throws RefusalException {
    if ((offset | source.byteSize()) % 4 != 0) {
      throw new RefusalException(Errno.EINVAL, "registers are written in whole words");
    }
    for (int i = 0; i < source.byteSize(); i += 4) {
      registers.write(offset + i, source.get(ValueLayout.JAVA_INT_UNALIGNED, i));
    }
  }

  private void writeConfig(int offset, MemorySegment source) {
    for (int i = 0; i < source.byteSize(); i++) {
      int value = source.get(ValueLayout.JAVA_BYTE, i);
      if (ConfigSpace.resets(offset + i, value)) {
        reset();
        return;
      }
      config.write(offset + i, value);
    }
    memory.visible(config.master());
    interrupts.pin();
  }

  /** Takes everything but memory and event descriptors back to how it was. */
  void reset() {
    memory.visible(false);
    config.reset();
    registers.reset();
    clearVectors();
  }

  private void clearVectors() {
    java.util.Arrays.fill(vectors, (byte) 0);
    for (int vector = 0; vector < ConfigSpace.VECTORS; vector++) {
      // Masked.
      vectors[16 * vector + 12] = 1;
    }
  }

  /** Lets go of all that is the client's. */
  @Override
  public void close() {
    reset();
    memory.close();
    interrupts.close();
  }
}
