package dev.zhulong.firmware.link;

/**
 * A file is not the ELF file that it should be; the message names the file, the place and the
 * value.
 */
public final class ElfException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  ElfException(String file, String problem) {
    super(file + ": " + problem);
  }
}
