package dev.zhulong.compiler.frontend.stages;

import dev.zhulong.compiler.ir.Location;
import dev.zhulong.compiler.ir.Rejection;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A SPIR-V module as a list of its instructions' words. */
final class Words {
  static final int NAME = 5;
  static final int EXT_INST_IMPORT = 11;
  static final int EXT_INST = 12;
  static final int ENTRY_POINT = 15;
  static final int EXECUTION_MODE = 16;
  static final int MEMORY_MODEL = 14;
  static final int TYPE_BOOL = 20;
  static final int TYPE_INT = 21;
  static final int TYPE_FLOAT = 22;
  static final int TYPE_VECTOR = 23;
  static final int TYPE_MATRIX = 24;
  static final int TYPE_ARRAY = 28;
  static final int TYPE_STRUCT = 30;
  static final int TYPE_POINTER = 32;
  static final int TYPE_VOID = 19;
  static final int CONSTANT = 43;
  static final int FUNCTION = 54;
  static final int FUNCTION_END = 56;
  static final int FUNCTION_CALL = 57;
  static final int VARIABLE = 59;
  static final int LOAD = 61;
  static final int STORE = 62;
  static final int ACCESS_CHAIN = 65;
  static final int IN_BOUNDS_ACCESS_CHAIN = 66;
  static final int DECORATE = 71;
  static final int MEMBER_DECORATE = 72;
  static final int COMPOSITE_CONSTRUCT = 80;
  static final int COMPOSITE_EXTRACT = 81;
  static final int U_CONVERT = 113;
  static final int S_CONVERT = 114;
  static final int F_CONVERT = 115;
  static final int BITCAST = 124;
  static final int F_ADD = 129;
  static final int F_MUL = 133;
  static final int VECTOR_TIMES_SCALAR = 142;
  static final int DPDX = 207;
  static final int DPDY = 208;
  static final int I_NOT_EQUAL = 171;
  static final int SELECT = 169;
  static final int LABEL = 248;
  static final int KILL = 252;
  static final int RETURN = 253;
  static final int RETURN_VALUE = 254;
  static final int UNDEF = 1;
  static final int TERMINATE_INVOCATION = 4416;
  static final int DEMOTE = 5380;
  static final int IS_HELPER = 5381;
  static final int EXECUTION_MODE_ID = 331;

  private static final int HEADER = 5;
  private static final int MAGIC = 0x07230203;

  private final int version;
  private final int bound;
  private final List<int[]> instructions;

  Words(int version, int bound, List<int[]> instructions) {
    this.version = version;
    this.bound = bound;
    this.instructions = List.copyOf(instructions);
  }

  static Words of(String name, byte[] binary) {
    ByteBuffer bytes = ByteBuffer.wrap(binary).order(ByteOrder.LITTLE_ENDIAN);
    if (binary.length >= 4 && bytes.getInt(0) == Integer.reverseBytes(MAGIC)) {
      bytes.order(ByteOrder.BIG_ENDIAN);
    }
    if (binary.length < HEADER * 4 || binary.length % 4 != 0 || bytes.getInt(0) != MAGIC) {
      throw new Rejection(new Location(name, 0, 0), "not a SPIR-V module");
    }
    IntBuffer words = bytes.asIntBuffer();
    List<int[]> all = new ArrayList<>();
    int at = HEADER;
    while (at < words.limit()) {
      int count = words.get(at) >>> 16;
      if (count == 0 || at + count > words.limit()) {
        throw new Rejection(
            new Location(name, 0, 0), "the SPIR-V module ends within an instruction");
      }
      int[] one = new int[count];
      words.get(at, one);
      all.add(one);
      at += count;
    }
    return new Words(words.get(1), words.get(3), all);
  }

  byte[] bytes() {
    int count = HEADER + instructions.stream().mapToInt(i -> i.length).sum();
    ByteBuffer bytes = ByteBuffer.allocate(count * 4).order(ByteOrder.LITTLE_ENDIAN);
    IntBuffer words = bytes.asIntBuffer();
    words.put(new int[] {MAGIC, version, 0, bound, 0});
    instructions.forEach(words::put);
    return bytes.array();
  }

  int version() {
    return version;
  }

  int bound() {
    return bound;
  }

  List<int[]> instructions() {
    return instructions;
  }

  static int op(int[] instruction) {
    return instruction[0] & 0xffff;
  }

  static int[] instruction(int op, int... operands) {
    int[] made = new int[operands.length + 1];
    made[0] = made.length << 16 | op;
    System.arraycopy(operands, 0, made, 1, operands.length);
    return made;
  }

  /** The literal string that starts at a word. */
  static String string(int[] instruction, int from) {
    ByteBuffer bytes =
        ByteBuffer.allocate((instruction.length - from) * 4).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asIntBuffer().put(instruction, from, instruction.length - from);
    byte[] all = bytes.array();
    int end = 0;
    while (end < all.length && all[end] != 0) {
      end++;
    }
    return new String(all, 0, end, StandardCharsets.UTF_8);
  }

  /** The word after the literal string that starts at a word. */
  static int afterString(int[] instruction, int from) {
    return from + string(instruction, from).getBytes(StandardCharsets.UTF_8).length / 4 + 1;
  }

  /** The instruction with one word replaced. */
  static int[] with(int[] instruction, int word, int value) {
    int[] copy = Arrays.copyOf(instruction, instruction.length);
    copy[word] = value;
    return copy;
  }
}
