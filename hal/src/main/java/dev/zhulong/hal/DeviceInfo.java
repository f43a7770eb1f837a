package dev.zhulong.hal;

import dev.zhulong.firmware.isa.CoreShape;
import dev.zhulong.firmware.isa.Extension;
import dev.zhulong.firmware.isa.HostRegister;
import dev.zhulong.hal.transport.Transport;
import java.util.Set;

/**
 * What a device is, as its identity registers tell.
 *
 * @param description the transport's line about it
 * @param shape cores, warps and lanes
 * @param version version register: major in the high half, minor in the low half
 * @param extensions the instruction set
 * @param regions protection regions
 * @param barriers barriers of a core
 * @param localBytes local memory of a core
 * @param memoryBytes device memory, counted from address 0
 * @param queue whether it takes launches from a command queue
 * @param copies whether its queue copies from and to host memory
 */
public record DeviceInfo(
    String description,
    CoreShape shape,
    int version,
    Set<Extension> extensions,
    int regions,
    int barriers,
    int localBytes,
    long memoryBytes,
    boolean queue,
    boolean copies) {

  /** The first minor version with a debug block. */
  private static final int DEBUG_MINOR = 1;

  private static final int SUPPORTED_MAJOR = HostRegister.VERSION_VALUE >>> 16;

  /** Copies the set. */
  public DeviceInfo {
    extensions = Set.copyOf(extensions);
  }

  /** Whether it has a debug block. */
  public boolean debuggable() {
    return (version & 0xffff) >= DEBUG_MINOR;
  }

  /**
   * Reads the identity registers.
   *
   * @throws DeviceLostException if the device does not answer
   * @throws IllegalStateException if it is not a ZL1, or one of another major version
   */
  static DeviceInfo read(Transport transport) {
    int id = transport.read32(HostRegister.ID.offset());
    int version = transport.read32(HostRegister.VERSION.offset());
    int shape = transport.read32(HostRegister.CAPS_SHAPE.offset());
    int cache = transport.read32(HostRegister.CAPS_CACHE.offset());
    int commands = transport.read32(HostRegister.CAPS_QUEUE.offset());
    int instructions = transport.read32(HostRegister.CAPS_ISA.offset());
    int memory = transport.read32(HostRegister.MEMORY_SIZE.offset());
    // A device that goes while it is looked at leaves the last of them all-ones.
    if (id == -1 || transport.read32(HostRegister.ID.offset()) == -1) {
      throw new DeviceLostException(transport.description() + ": every register reads all-ones");
    }
    if (id != HostRegister.ID_VALUE) {
      throw new IllegalStateException(
          String.format(
              "%s: identity register reads 0x%08x, a ZL1 has 0x%08x; check the device address",
              transport.description(), id, HostRegister.ID_VALUE));
    }
    if (version >>> 16 != SUPPORTED_MAJOR) {
      throw new IllegalStateException(
          String.format(
              "%s: interface version %d.%d, this driver speaks version %d; use a matching driver",
              transport.description(), version >>> 16, version & 0xffff, SUPPORTED_MAJOR));
    }
    Set<Extension> extensions = Extension.of(instructions);
    return new DeviceInfo(
        transport.description(),
        new CoreShape(shape & 0xff, shape >> 8 & 0xff, shape >> 16 & 0xff),
        version,
        extensions,
        shape >>> 24,
        cache >>> 24,
        (cache >> 16 & 0xff) << 10,
        (memory & 0xffff_ffffL) << 20,
        (commands & HostRegister.QUEUE_COMMANDS) != 0,
        (commands & HostRegister.QUEUE_HOST_MEMORY) != 0);
  }
}
