package dev.zhulong.firmware.asm;

import dev.zhulong.firmware.link.ElfFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** The section that tells GNU tools the instruction set. Source: RISC-V ELF psABI, attributes. */
final class Attributes {
  private static final int TYPE = 0x7000_0003;
  private static final int TAG_FILE = 1;
  private static final int TAG_ARCHITECTURE = 5;

  /** Zicond is left out: binutils before 2.41 reject a file that names it. */
  private static final String ARCHITECTURE =
      "rv32i2p1_m2p0_a2p1_f2p2_zicsr2p0_zifencei2p0_zba1p0_zbb1p0";

  private Attributes() {}

  static ElfFile.Section section() {
    byte[] vendor = "riscv\0".getBytes(StandardCharsets.US_ASCII);
    byte[] value = (ARCHITECTURE + "\0").getBytes(StandardCharsets.US_ASCII);
    int fileBytes = 1 + 4 + 1 + value.length;
    byte[] bytes =
        ByteBuffer.allocate(1 + 4 + vendor.length + fileBytes)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put((byte) 'A')
            .putInt(4 + vendor.length + fileBytes)
            .put(vendor)
            .put((byte) TAG_FILE)
            .putInt(fileBytes)
            .put((byte) TAG_ARCHITECTURE)
            .put(value)
            .array();
    return new ElfFile.Section(".riscv.attributes", TYPE, 0, 0, 1, bytes, bytes.length);
  }
}
