package dev.zhulong.fuzz.generator;

import dev.zhulong.fuzz.generator.Kind.Base;
import dev.zhulong.fuzz.spirv.Op;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes a SPIR-V module: types and constants once each, functions one after another. */
final class ModuleBuilder {
  static final int INPUT = 1;
  static final int WORKGROUP = 4;
  static final int PRIVATE = 6;
  static final int FUNCTION = 7;
  static final int PUSH_CONSTANT = 9;
  static final int STORAGE_BUFFER = 12;

  private static final int VERSION_1_5 = 0x00010500;
  private static final int NO_CONTRACTION = 42;

  /** Words that grow. */
  static final class Words {
    private int[] words = new int[512];
    private int count;

    void add(int word) {
      if (count == words.length) {
        words = Arrays.copyOf(words, count * 2);
      }
      words[count++] = word;
    }

    void add(Words others) {
      for (int n = 0; n < others.count; n++) {
        add(others.words[n]);
      }
    }

    void instruction(int opcode, int... operands) {
      add(operands.length + 1 << 16 | opcode);
      for (int operand : operands) {
        add(operand);
      }
    }
  }

  private final Words decorations = new Words();
  private final Words globals = new Words();
  private final Words functions = new Words();
  private final Map<List<Integer>, Integer> known = new HashMap<>();
  private final List<Integer> interfaces = new ArrayList<>();
  private Words head = new Words();
  private Words body = new Words();
  private int next = 1;
  final int glsl = id();
  private final int main = id();

  int id() {
    return next++;
  }

  /** A type or constant of these words; the same words give the same id. */
  int global(int opcode, int... operands) {
    List<Integer> key = new ArrayList<>();
    key.add(opcode);
    for (int operand : operands) {
      key.add(operand);
    }
    Integer old = known.get(key);
    if (old != null) {
      return old;
    }
    int made = fresh(opcode, operands);
    known.put(key, made);
    return made;
  }

  /** A type, constant or variable of its own, that no other shares. */
  int fresh(int opcode, int... operands) {
    int made = id();
    boolean typed = opcode >= Op.CONSTANT_TRUE;
    int[] words = new int[operands.length + 1];
    int at = 0;
    if (typed) {
      words[at++] = operands[0];
    }
    words[at++] = made;
    System.arraycopy(operands, typed ? 1 : 0, words, at, operands.length - (typed ? 1 : 0));
    globals.instruction(opcode, words);
    return made;
  }

  void decorate(int... operands) {
    decorations.instruction(Op.DECORATE, operands);
  }

  void decorateMember(int... operands) {
    decorations.instruction(Op.MEMBER_DECORATE, operands);
  }

  int type(Base base) {
    return switch (base) {
      case BOOL -> global(Op.TYPE_BOOL);
      case F16, F32 -> global(Op.TYPE_FLOAT, base.bits);
      default -> global(Op.TYPE_INT, base.bits, base.isSigned() ? 1 : 0);
    };
  }

  int type(Kind kind) {
    int scalar = type(kind.base());
    return kind.isVector() ? global(Op.TYPE_VECTOR, scalar, kind.count()) : scalar;
  }

  int array(int element, int length) {
    return global(Op.TYPE_ARRAY, element, constant(Base.U32, length));
  }

  int pointer(int storage, int type) {
    return global(Op.TYPE_POINTER, storage, type);
  }

  int variable(int storage, int type) {
    int variable = fresh(Op.VARIABLE, pointer(storage, type), storage);
    interfaces.add(variable);
    return variable;
  }

  int variable(int storage, int type, int initial) {
    int variable = fresh(Op.VARIABLE, pointer(storage, type), storage, initial);
    interfaces.add(variable);
    return variable;
  }

  int constant(Base base, long bits) {
    int type = type(base);
    if (base == Base.BOOL) {
      return global((bits & 1) != 0 ? Op.CONSTANT_TRUE : Op.CONSTANT_FALSE, type);
    }
    if (base.bits == 64) {
      return global(Op.CONSTANT, type, (int) bits, (int) (bits >>> 32));
    }
    long value = bits & (1L << base.bits) - 1;
    if (base.isSigned()) {
      value = bits << 64 - base.bits >> 64 - base.bits;
    }
    return global(Op.CONSTANT, type, (int) value);
  }

  /** The same in every component. */
  int constant(Kind kind, long bits) {
    int scalar = constant(kind.base(), bits);
    if (!kind.isVector()) {
      return scalar;
    }
    int[] words = new int[kind.count() + 1];
    Arrays.fill(words, scalar);
    words[0] = type(kind);
    return global(Op.CONSTANT_COMPOSITE, words);
  }

  int zero(int type) {
    return global(Op.CONSTANT_NULL, type);
  }

  void emit(int opcode, int... operands) {
    body.instruction(opcode, operands);
  }

  /** An instruction with a result. */
  int value(int opcode, int type, int... operands) {
    int result = id();
    valueAs(result, opcode, type, operands);
    return result;
  }

  /** An instruction with a result whose id was taken before. */
  void valueAs(int result, int opcode, int type, int... operands) {
    int[] words = new int[operands.length + 2];
    words[0] = type;
    words[1] = result;
    System.arraycopy(operands, 0, words, 2, operands.length);
    body.instruction(opcode, words);
    if (opcode >= Op.F_NEGATE && opcode <= Op.F_DIV || opcode == Op.VECTOR_TIMES_SCALAR) {
      // Only what is not fused has one right result.
      decorate(result, NO_CONTRACTION);
    }
  }

  int function(int function, Kind result, int... operands) {
    int[] words = new int[operands.length + 2];
    words[0] = glsl;
    words[1] = function;
    System.arraycopy(operands, 0, words, 2, operands.length);
    return value(Op.EXT_INST, type(result), words);
  }

  /** A variable of the function that is being written. */
  int local(int type, int initial) {
    int result = id();
    head.instruction(Op.VARIABLE, pointer(FUNCTION, type), result, FUNCTION, initial);
    return result;
  }

  /** Ends the function being written. */
  void endFunction(int id, int result, int type, int[] parameterTypes, int[] parameters) {
    functions.instruction(Op.FUNCTION, result, id, 0, type);
    for (int n = 0; n < parameters.length; n++) {
      functions.instruction(Op.FUNCTION_PARAMETER, parameterTypes[n], parameters[n]);
    }
    functions.instruction(Op.LABEL, id());
    functions.add(head);
    functions.add(body);
    functions.instruction(Op.FUNCTION_END);
    head = new Words();
    body = new Words();
  }

  void endMain() {
    int none = global(Op.TYPE_VOID);
    endFunction(main, none, global(Op.TYPE_FUNCTION, none), new int[0], new int[0]);
  }

  private static void text(Words out, int opcode, int[] before, String text, List<Integer> after) {
    byte[] bytes = Arrays.copyOf(text.getBytes(StandardCharsets.UTF_8), text.length() / 4 * 4 + 4);
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    out.add(before.length + bytes.length / 4 + after.size() + 1 << 16 | opcode);
    for (int word : before) {
      out.add(word);
    }
    while (buffer.hasRemaining()) {
      out.add(buffer.getInt());
    }
    after.forEach(out::add);
  }

  byte[] finish(int[] capabilities, int[] localSize) {
    Words all = new Words();
    all.add(0x07230203);
    all.add(VERSION_1_5);
    all.add(0);
    all.add(next);
    all.add(0);
    for (int capability : capabilities) {
      all.instruction(Op.CAPABILITY, capability);
    }
    text(all, Op.EXT_INST_IMPORT, new int[] {glsl}, "GLSL.std.450", List.of());
    all.instruction(Op.MEMORY_MODEL, 0, 1);
    text(all, Op.ENTRY_POINT, new int[] {5, main}, "main", interfaces);
    all.instruction(Op.EXECUTION_MODE, main, 17, localSize[0], localSize[1], localSize[2]);
    all.add(decorations);
    all.add(globals);
    all.add(functions);
    ByteBuffer bytes = ByteBuffer.allocate(all.count * 4).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asIntBuffer().put(all.words, 0, all.count);
    return bytes.array();
  }
}
