package dev.zhulong.compiler.frontend.spirv;

import dev.zhulong.compiler.ir.Location;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Decodes the words of a SPIR-V binary. SPIR-V specification, Physical Layout. */
final class SpirvReader {
  private static final int MAGIC = 0x07230203;
  private static final int HEADER_WORDS = 5;
  private static final int MAXIMUM_BOUND = 0x3fffff;
  private static final int MAXIMUM_BYTES = 64 << 20;

  private final String name;
  private final IntBuffer words;
  private final SpirvInstruction[] definitions;
  private final Map<Integer, String> strings = new HashMap<>();
  private Location location;
  private boolean inFunction;

  private SpirvReader(String name, IntBuffer words, int bound) {
    this.name = name;
    this.words = words;
    this.definitions = new SpirvInstruction[bound];
  }

  /**
   * Decodes a module.
   *
   * @param name the source's name, for messages
   * @throws dev.zhulong.compiler.ir.Rejection if it is not a well-formed module of known
   *     instructions
   */
  static SpirvModule read(String name, byte[] bytes) {
    if (bytes.length < HEADER_WORDS * 4 || bytes.length % 4 != 0) {
      throw SpirvErrors.at(
          place(name),
          "not SPIR-V: %d bytes; a module is at least 20 bytes and a multiple of 4",
          bytes.length);
    }
    if (bytes.length > MAXIMUM_BYTES) {
      throw SpirvErrors.at(
          place(name), "module of %d bytes; at most %d are accepted", bytes.length, MAXIMUM_BYTES);
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (buffer.getInt(0) == Integer.reverseBytes(MAGIC)) {
      buffer.order(ByteOrder.BIG_ENDIAN);
    }
    IntBuffer words = buffer.asIntBuffer();
    if (words.get(0) != MAGIC) {
      throw SpirvErrors.at(
          place(name),
          "not SPIR-V: the first word is 0x%08x instead of 0x%08x",
          words.get(0),
          MAGIC);
    }
    int version = words.get(1) >>> 8;
    if (version < 0x100 || version > 0x106) {
      throw SpirvErrors.at(
          place(name),
          "SPIR-V version %d.%d; compile for 1.0 to 1.6",
          version >>> 8,
          version & 0xff);
    }
    int bound = words.get(3);
    if (bound < 1 || bound > MAXIMUM_BOUND) {
      throw SpirvErrors.at(
          place(name), "id bound %d is outside 1..%d", bound & 0xffffffffL, MAXIMUM_BOUND);
    }
    return new SpirvReader(name, words, bound).decode();
  }

  private static Location place(String name) {
    return new Location(name, 0, 0);
  }

  private SpirvModule decode() {
    List<SpirvInstruction> instructions = new ArrayList<>();
    int at = HEADER_WORDS;
    while (at < words.limit()) {
      int first = words.get(at);
      int count = first >>> 16;
      if (count == 0 || at + count > words.limit()) {
        throw SpirvErrors.at(
            place(name),
            "word %d: an instruction of %d words does not fit in the module's %d",
            at,
            count,
            words.limit());
      }
      SpirvInstruction instruction = decode(at, first & 0xffff, count);
      if (instruction != null) {
        instructions.add(instruction);
      }
      at += count;
    }
    return new SpirvModule(name, instructions, definitions);
  }

  private SpirvInstruction decode(int at, int opcode, int count) {
    SpirvOp op = SpirvOp.of(opcode);
    if (op == null) {
      Location here = location == null ? place(name) : location;
      if (!inFunction) {
        throw SpirvOp.unknown(opcode, here);
      }
      // Another entry point's function may hold it: it is refused once it is translated.
      return new SpirvInstruction(SpirvOp.UNKNOWN, 0, 0, new int[] {opcode}, here);
    }
    int header =
        switch (op.result()) {
          case NONE -> 1;
          case ID -> 2;
          case TYPED -> 3;
        };
    if (count < header) {
      throw SpirvErrors.at(
          place(name), "word %d: %s has %d words; it needs %d", at, op, count, header);
    }
    int type = header == 3 ? words.get(at + 1) : 0;
    int id = header == 1 ? 0 : words.get(at + header - 1);
    int[] operands = new int[count - header];
    words.get(at + header, operands);
    switch (op) {
      case LINE -> {
        SpirvInstruction line = new SpirvInstruction(op, 0, 0, operands, null);
        String file = strings.getOrDefault(line.operand(0), name);
        location = new Location(file, Math.max(line.operand(1), 0), Math.max(line.operand(2), 0));
        return null;
      }
      case NO_LINE, NOP -> {
        location = null;
        return null;
      }
      case STRING -> strings.put(id, string(operands, 0));
      case FUNCTION -> inFunction = true;
      case FUNCTION_END, LABEL -> location = op == SpirvOp.LABEL ? location : null;
      default -> {}
    }
    SpirvInstruction instruction = new SpirvInstruction(op, type, id, operands, location);
    if (header > 1) {
      define(instruction);
    }
    return instruction;
  }

  private void define(SpirvInstruction instruction) {
    int id = instruction.id();
    if (id < 1 || id >= definitions.length) {
      throw SpirvErrors.at(
          place(name),
          "%s defines id %d outside the bound %d",
          instruction.op(),
          id & 0xffffffffL,
          definitions.length);
    }
    if (definitions[id] != null) {
      throw SpirvErrors.at(place(name), "id %d is defined twice", id);
    }
    definitions[id] = instruction;
  }

  /** A literal string that starts at an operand. */
  static String string(int[] operands, int from) {
    byte[] bytes = new byte[Math.max(operands.length - from, 0) * 4];
    int length = 0;
    for (int i = 0; i < bytes.length; i++) {
      byte b = (byte) (operands[from + i / 4] >>> i % 4 * 8);
      if (b == 0) {
        break;
      }
      bytes[length++] = b;
    }
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }

  /** Words that a literal string takes from an operand on. */
  static int stringWords(int[] operands, int from) {
    for (int i = from; i < operands.length; i++) {
      int w = operands[i];
      if ((w & 0xff) == 0 || (w & 0xff00) == 0 || (w & 0xff0000) == 0 || w >>> 24 == 0) {
        return i - from + 1;
      }
    }
    return operands.length - from;
  }
}
