package dev.zhulong.fuzz.interpreter;

import dev.zhulong.fuzz.spirv.Op;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A module as read: types, constants, variables, decorations, functions. */
final class Module {
  static final int BUILT_IN = 11;
  static final int BINDING = 33;
  private static final int ROW_MAJOR = 4;
  private static final int ARRAY_STRIDE = 6;
  private static final int MATRIX_STRIDE = 7;
  private static final int OFFSET = 35;
  private static final int WORKGROUP_SIZE = 25;
  private static final int LOCAL_SIZE = 17;

  /** Opcodes without any result, as far as they may occur. */
  private static final Set<Integer> NO_RESULT =
      Set.of(
          0, 2, 3, 4, 5, 6, 8, 10, 14, 15, 16, 17, 39, 56, 62, 63, 64, 71, 72, 74, 75, 224, 225, 228,
          246, 247, 249, 250, 251, 252, 253, 254, 255, 317, 330, 331, 332);

  final int bound;
  final Type[] types;
  final Object[] constants;
  final int[] resultTypes;
  final List<Instruction> variables = new ArrayList<>();
  final Map<Integer, Function> functions = new HashMap<>();
  final int[] localSize = {1, 1, 1};
  Function entry;

  private final Map<Long, int[]> decorations = new HashMap<>();
  private int entryId;

  private Module(int bound) {
    this.bound = bound;
    types = new Type[bound];
    constants = new Object[bound];
    resultTypes = new int[bound];
  }

  static Module read(byte[] binary) {
    IntBuffer words = ByteBuffer.wrap(binary).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer();
    if (words.capacity() < 5 || words.get(0) != 0x07230203) {
      throw new InterpreterException("no SPIR-V module of this byte order");
    }
    Module module = new Module(words.get(3));
    Function function = null;
    List<Instruction> block = null;
    for (int at = 5; at < words.capacity(); ) {
      int opcode = words.get(at) & 0xffff;
      int length = words.get(at) >>> 16;
      if (length == 0) {
        throw new InterpreterException("an instruction of no words at word " + at);
      }
      int[] all = new int[length - 1];
      for (int n = 0; n < all.length; n++) {
        all[n] = words.get(at + 1 + n);
      }
      at += length;
      Instruction i = split(opcode, all);
      if (i.result() != 0) {
        module.resultTypes[i.result()] = i.type();
      }
      switch (opcode) {
        case Op.FUNCTION -> {
          function = new Function(i.result());
          module.functions.put(i.result(), function);
        }
        case Op.FUNCTION_PARAMETER -> function.parameters.add(i.result());
        case Op.LABEL -> block = function.block(i.result());
        case Op.FUNCTION_END -> {
          function.finish();
          function = null;
          block = null;
        }
        case Op.LINE, Op.NO_LINE -> {}
        default -> {
          if (function == null) {
            module.global(i);
          } else {
            block.add(i);
          }
        }
      }
    }
    module.entry = module.functions.get(module.entryId);
    return module;
  }

  private static Instruction split(int opcode, int[] all) {
    if (NO_RESULT.contains(opcode)) {
      return new Instruction(opcode, 0, 0, all);
    }
    boolean typeless =
        opcode == 7 || opcode == 11 || opcode >= 19 && opcode <= 38 || opcode == 73 || opcode == 248;
    int head = typeless ? 1 : 2;
    return new Instruction(
        opcode, typeless ? 0 : all[0], all[head - 1], Arrays.copyOfRange(all, head, all.length));
  }

  /** A decoration's operands, or null. */
  int[] decoration(int id, int member, int which) {
    return decorations.get(((long) id << 32) | (member + 1L) << 16 | which);
  }

  private int decoration(int id, int member, int which, int otherwise) {
    int[] found = decoration(id, member, which);
    return found == null ? otherwise : found[0];
  }

  private void decorate(int id, int member, int[] operands, int from) {
    decorations.put(
        ((long) id << 32) | (member + 1L) << 16 | operands[from],
        Arrays.copyOfRange(operands, from + 1, operands.length));
  }

  private void global(Instruction i) {
    int[] o = i.operands();
    switch (i.opcode()) {
      case Op.ENTRY_POINT -> entryId = o[1];
      case Op.EXECUTION_MODE -> {
        if (o[1] == LOCAL_SIZE) {
          System.arraycopy(o, 2, localSize, 0, 3);
        }
      }
      case Op.DECORATE -> decorate(o[0], -1, o, 1);
      case Op.MEMBER_DECORATE -> decorate(o[0], o[1], o, 2);
      case Op.VARIABLE -> variables.add(i);
      case Op.TYPE_FUNCTION, Op.TYPE_FORWARD_POINTER, Op.EXT_INST_IMPORT -> {}
      default -> {
        if (i.opcode() >= Op.TYPE_VOID && i.opcode() <= Op.TYPE_POINTER) {
          types[i.result()] = type(i);
        } else if (i.type() != 0) {
          constant(i);
        }
      }
    }
  }

  private Type type(Instruction i) {
    int[] o = i.operands();
    int id = i.result();
    return switch (i.opcode()) {
      case Op.TYPE_VOID -> new Type.Void();
      case Op.TYPE_BOOL -> new Type.Bool();
      case Op.TYPE_INT -> new Type.Int(o[0], o[1] != 0);
      case Op.TYPE_FLOAT -> new Type.Float(o[0]);
      case Op.TYPE_VECTOR -> new Type.Vector(types[o[0]], o[1]);
      case Op.TYPE_MATRIX -> new Type.Matrix((Type.Vector) types[o[0]], o[1]);
      case Op.TYPE_ARRAY ->
          new Type.Array(
              types[o[0]],
              (int) (long) (Long) constants[o[1]],
              decoration(id, -1, ARRAY_STRIDE, 0));
      case Op.TYPE_RUNTIME_ARRAY ->
          new Type.Array(types[o[0]], -1, decoration(id, -1, ARRAY_STRIDE, 0));
      case Op.TYPE_STRUCT -> {
        List<Type.Member> members = new ArrayList<>();
        for (int m = 0; m < o.length; m++) {
          members.add(
              new Type.Member(
                  types[o[m]],
                  decoration(id, m, OFFSET, -1),
                  decoration(id, m, MATRIX_STRIDE, 0),
                  decoration(id, m, ROW_MAJOR) != null));
        }
        yield new Type.Struct(members);
      }
      case Op.TYPE_POINTER -> new Type.Pointer(o[0], o[1]);
      default -> throw new InterpreterException("type " + i.opcode());
    };
  }

  private void constant(Instruction i) {
    int[] o = i.operands();
    Type type = types[i.type()];
    constants[i.result()] =
        switch (i.opcode()) {
          case Op.CONSTANT_TRUE, Op.SPEC_CONSTANT_TRUE -> 1L;
          case Op.CONSTANT_FALSE, Op.SPEC_CONSTANT_FALSE -> 0L;
          case Op.CONSTANT, Op.SPEC_CONSTANT -> {
            long low = o[0] & 0xffff_ffffL;
            int width = type.size() * 8;
            yield width == 64 ? low | (long) o[1] << 32 : Scalars.cut(low, width);
          }
          case Op.CONSTANT_COMPOSITE, Op.SPEC_CONSTANT_COMPOSITE -> {
            Object[] parts = new Object[o.length];
            for (int n = 0; n < o.length; n++) {
              parts[n] = constants[o[n]];
            }
            yield parts;
          }
          case Op.CONSTANT_NULL, Op.UNDEF -> zero(type);
          case Op.SPEC_CONSTANT_OP -> {
            Instruction inner =
                new Instruction(
                    o[0], i.type(), i.result(), Arrays.copyOfRange(o, 1, o.length));
            yield Evaluator.evaluate(this, inner, id -> constants[id]);
          }
          default -> throw new InterpreterException("opcode " + i.opcode() + " outside functions");
        };
    int[] builtIn = decoration(i.result(), -1, BUILT_IN);
    if (builtIn != null && builtIn[0] == WORKGROUP_SIZE) {
      Object[] size = (Object[]) constants[i.result()];
      for (int n = 0; n < 3; n++) {
        localSize[n] = (int) (long) (Long) size[n];
      }
    }
  }

  static Object zero(Type type) {
    return switch (type) {
      case Type.Vector vector -> zeros(vector.element(), vector.count());
      case Type.Matrix matrix -> zeros(matrix.column(), matrix.count());
      case Type.Array array -> zeros(array.element(), array.length());
      case Type.Struct struct ->
          struct.members().stream().map(member -> zero(member.type())).toArray();
      default -> 0L;
    };
  }

  private static Object[] zeros(Type type, int count) {
    Object[] values = new Object[count];
    Arrays.fill(values, zero(type));
    return values;
  }
}
