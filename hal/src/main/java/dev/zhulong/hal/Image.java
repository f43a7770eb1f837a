package dev.zhulong.hal;

import dev.zhulong.firmware.link.ElfFile;
import dev.zhulong.firmware.link.KernelInfo;
import dev.zhulong.firmware.link.LineTable;
import java.util.List;

/**
 * A program as the device needs it. Compared by identity: it is what is resident in a device.
 */
final class Image {
  private final String name;
  private final long entry;
  private final List<Segment> segments;
  private final KernelInfo kernel;
  private final LineTable lines;

  /**
   * Bytes to be loaded.
   *
   * @param address first device address
   * @param bytes what is loaded there
   * @param memoryBytes size in memory, zeros after the bytes
   */
  record Segment(long address, byte[] bytes, long memoryBytes) {}
}
