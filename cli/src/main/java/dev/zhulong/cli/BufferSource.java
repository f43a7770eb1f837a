package dev.zhulong.cli;

import dev.zhulong.firmware.link.KernelInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Makes a buffer's first contents from its text on the command line. */
final class BufferSource {
  static final String FORMS =
      "zeros:TYPE:COUNT, iota:TYPE:COUNT, random:TYPE:COUNT:SEED, FILE.npy, FILE.bin"
          + " (TYPE f32, f16, i8, u8, i16, u16, i32, u32, i64, u64)";

  /** More bytes than this cannot fit a device's buffer range. */
  private static final long MOST_BYTES = 0x8000_0000L;

  private BufferSource() {}

  /**
   * The bytes of a specification.
   *
   * @param binding what they are for
   * @throws IllegalArgumentException if it is not one of the forms, or does not suit the binding
   */
  static byte[] bytes(String spec, KernelInfo.Binding binding) throws IOException {
    if (spec.endsWith(".npy")) {
      return Npy.read(Path.of(spec), binding.element());
    }
    if (spec.endsWith(".bin")) {
      return Files.readAllBytes(Path.of(spec));
    }
    String[] parts = spec.split(":", -1);
    boolean random = parts[0].equals("random");
    if (!(random && parts.length == 4)
        && !((parts[0].equals("zeros") || parts[0].equals("iota")) && parts.length == 3)) {
      throw new IllegalArgumentException("\"" + spec + "\" is none of " + FORMS);
    }
    ElementType type = ElementType.of(parts[1]);
    int count = (int) number(spec, "count", parts[2], MOST_BYTES / type.bytes());
    RandomGenerator generator =
        random
            ? RandomGeneratorFactory.of("L64X128MixRandom")
                .create(number(spec, "seed", parts[3], Long.MAX_VALUE))
            : null;
    ByteBuffer out =
        ByteBuffer.allocate(Math.toIntExact(Math.multiplyExact((long) type.bytes(), count)))
            .order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      type.put(
          out,
          switch (parts[0]) {
            case "zeros" -> 0;
            case "iota" -> type.isFloat() ? type.fromFloat(i) : i;
            default -> randomBits(type, generator);
          });
    }
    return out.array();
  }

  private static long randomBits(ElementType type, RandomGenerator generator) {
    if (type.isFloat()) {
      return type.fromFloat(generator.nextFloat());
    }
    return type.bytes() > 4 ? generator.nextLong() : generator.nextInt();
  }

  private static long number(String spec, String what, String text, long most) {
    try {
      long value = Long.parseLong(text);
      if (value >= 0 && value < most) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Falls through to the message that also covers numbers out of range.
    }
    throw new IllegalArgumentException(
        "\"" + spec + "\": " + what + " " + text + " must be a number from 0 to " + (most - 1));
  }
}
