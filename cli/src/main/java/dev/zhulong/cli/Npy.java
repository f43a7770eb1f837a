package dev.zhulong.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** NumPy's array files, format 1.0 to 3.0: what a buffer can be filled from and dumped to. */
final class Npy {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final Pattern TYPE = Pattern.compile("'descr'\\s*:\\s*'([^']*)'");
  private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([^)]*)\\)");

  private Npy() {}

  /**
   * Reads a file's data.
   *
   * @param element type that the kernel wants, or {@code mixed} for any
   * @throws IllegalArgumentException if it is not an array file or of another type
   */
  static byte[] read(Path file, String element) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    if (bytes.length < 12 || !Arrays.equals(bytes, 0, 6, MAGIC, 0, 6)) {
      throw bad(file, "is not a NumPy array file");
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    boolean first = bytes[6] == 1;
    long headerBytes = first ? buffer.getShort(8) & 0xffff : buffer.getInt(8) & 0xffff_ffffL;
    int headerStart = first ? 10 : 12;
    if (headerStart + headerBytes > bytes.length) {
      throw bad(file, "is truncated within its header");
    }
    int dataStart = headerStart + (int) headerBytes;
    String header = new String(bytes, headerStart, (int) headerBytes, StandardCharsets.ISO_8859_1);
    String type = field(file, TYPE, header);
    if (field(file, ORDER, header).equals("True")) {
      throw bad(file, "is in Fortran order; save it in C order");
    }
    ElementType held = null;
    for (ElementType known : ElementType.values()) {
      if (known.numpy().equals(type)) {
        held = known;
      }
    }
    boolean mixed = element.equals("mixed");
    if (held == null || !mixed && !held.label().equals(element)) {
      String wanted =
          mixed
              ? Arrays.stream(ElementType.values())
                  .map(ElementType::numpy)
                  .collect(Collectors.joining(", "))
              : ElementType.of(element).numpy();
      throw bad(file, "holds elements of type " + type + ", the kernel's buffer takes " + wanted);
    }
    long count = 1;
    try {
      for (String length : field(file, SHAPE, header).split(",")) {
        if (!length.isBlank()) {
          count = Math.multiplyExact(count, Long.parseLong(length.strip()));
        }
      }
    } catch (ArithmeticException | NumberFormatException e) {
      throw new IllegalArgumentException(file + " has an unreadable shape", e);
    }
    if (count < 0
        || count != (bytes.length - dataStart) / held.bytes()
        || (bytes.length - dataStart) % held.bytes() != 0) {
      throw bad(
          file,
          "has "
              + (bytes.length - dataStart)
              + " bytes of data for "
              + count
              + " elements of "
              + held.bytes());
    }
    return Arrays.copyOfRange(bytes, dataStart, bytes.length);
  }

  private static String field(Path file, Pattern pattern, String header) {
    Matcher m = pattern.matcher(header);
    if (!m.find()) {
      throw bad(file, "has an unreadable header");
    }
    return m.group(1);
  }

  private static IllegalArgumentException bad(Path file, String what) {
    return new IllegalArgumentException(file + " " + what);
  }

  /** Writes a one-dimensional array file. */
  static byte[] bytes(ElementType type, byte[] data) {
    String header =
        "{'descr': '"
            + type.numpy()
            + "', 'fortran_order': False, 'shape': ("
            + data.length / type.bytes()
            + ",), }";
    // The format asks for data at a multiple of 64, padded with spaces and a newline.
    int padding = 64 - (10 + header.length() + 1) % 64;
    header += " ".repeat(padding) + "\n";
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(MAGIC);
    out.write(1);
    out.write(0);
    out.write(header.length() & 0xff);
    out.write(header.length() >> 8);
    out.writeBytes(header.getBytes(StandardCharsets.ISO_8859_1));
    out.writeBytes(data);
    return out.toByteArray();
  }
}
