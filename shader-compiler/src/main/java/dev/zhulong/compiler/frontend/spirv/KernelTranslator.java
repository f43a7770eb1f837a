package dev.zhulong.compiler.frontend.spirv;

import static dev.zhulong.compiler.ir.Opcode.*;

import dev.zhulong.compiler.ir.Argument;
import dev.zhulong.compiler.ir.Builder;
import dev.zhulong.compiler.ir.Constant;
import dev.zhulong.compiler.ir.Instruction;
import dev.zhulong.compiler.ir.Location;
import dev.zhulong.compiler.ir.Opcode;
import dev.zhulong.compiler.ir.Region;
import dev.zhulong.compiler.ir.Type;
import dev.zhulong.compiler.ir.Value;
import java.util.List;
import java.util.function.Consumer;

/**
 * Translates what only kernels have: pointers that change their type, copies of bytes, vectors
 * loaded from any element, conversions that saturate, and OpenCL.std.
 */
final class KernelTranslator {
  /** Copies of more pieces than this are loops. */
  private static final int MAXIMUM_UNROLLED = 32;

  private static final int ALIGNED = 0x2;

  private final SpirvModule module;
  private final Ids ids;
  private final Builder b;
  private final MemoryTranslator memory;
  private final ValueTranslator values;
  private final GroupFunctions groups;
  private final Printing printing;

  KernelTranslator(
      SpirvModule module,
      Ids ids,
      Builder builder,
      MemoryTranslator memory,
      ValueTranslator values,
      GroupFunctions groups,
      Printing printing) {
    this.module = module;
    this.ids = ids;
    this.b = builder;
    this.memory = memory;
    this.values = values;
    this.groups = groups;
    this.printing = printing;
  }

  /** Translates an instruction; false if it is one that shaders have too. */
  boolean translate(SpirvInstruction i) {
    switch (i.op()) {
      case BITCAST -> {
        return cast(i);
      }
      case PTR_CAST_TO_GENERIC, GENERIC_CAST_TO_PTR, GENERIC_CAST_TO_PTR_EXPLICIT -> {
        return cast(i);
      }
      case COPY_MEMORY_SIZED -> copy(i);
      case LIFETIME_START, LIFETIME_STOP -> {}
      case GROUP_ASYNC_COPY -> asyncCopy(i);
      case GROUP_WAIT_EVENTS -> {
        b.effect(BARRIER, null);
        memory.forget();
      }
      case CONVERT_F_TO_S, CONVERT_F_TO_U -> ids.set(i.id(), fromFloat(i));
      case SAT_CONVERT_S_TO_U, SAT_CONVERT_U_TO_S -> ids.set(i.id(), saturated(i));
      case S_CONVERT, U_CONVERT -> {
        if (module.decoration(i.id(), Decoration.SATURATED_CONVERSION) == null) {
          return false;
        }
        ids.set(i.id(), saturated(i));
      }
      case EXT_INST -> {
        return extended(i);
      }
      default -> {
        Value[] made = groups.translate(i);
        if (made == null) {
          made = floatTest(i);
        }
        if (made == null) {
          return false;
        }
        ids.set(i.id(), made);
      }
    }
    return true;
  }

  /** The same address as a pointer to another type; false if neither side is a pointer. */
  private boolean cast(SpirvInstruction i) {
    if (!(ids.type(i.type()) instanceof SpirvType.Pointer to)) {
      return false;
    }
    int from = i.operand(0);
    if (ids.typeOf(from) instanceof SpirvType.Pointer) {
      if (!(ids.pointer(from) instanceof Pointer.Memory p)) {
        throw SpirvErrors.at(i.location(), "the address of a built-in input is taken");
      }
      ids.set(i.id(), memory.pointers().cast(p, to.pointee()));
    } else {
      ids.set(i.id(), ids.value(from));
    }
    return true;
  }

  // Copies.

  private void copy(SpirvInstruction i) {
    int bytes = ids.constantInt(i.operand(2));
    boolean aligned = i.operands().length > 4 && (i.operand(3) & ALIGNED) != 0;
    int unit = Math.min(aligned ? Integer.lowestOneBit(i.operand(4)) : 1, 4);
    unit = Math.min(unit, bytes == 0 ? 1 : Integer.lowestOneBit(bytes));
    SpirvType.Scalar piece = new SpirvType.Scalar(Type.I32, 8 * unit, false);
    Pointer.Memory to = place(i.operand(0), piece, i.location());
    Pointer.Memory from = place(i.operand(1), piece, i.location());
    repeat(
        Constant.i32(0),
        bytes / unit,
        Constant.i32(bytes / unit),
        1,
        n -> {
          Value offset = b.op(MUL, n, Constant.i32(piece.bytes()));
          memory.store(
              moved(to, offset), memory.load(moved(from, offset), i.location()), i.location());
        });
  }

  private Pointer.Memory place(int pointer, SpirvType type, Location location) {
    if (!(ids.pointer(pointer) instanceof Pointer.Memory p)) {
      throw SpirvErrors.at(location, "a built-in input is accessed as memory");
    }
    return memory.pointers().cast(p, type);
  }

  private Pointer.Memory moved(Pointer.Memory p, Value offset) {
    if (offset instanceof Constant c) {
      return new Pointer.Memory(
          p.type(),
          p.memory(),
          p.base(),
          p.dynamic(),
          p.constant() + c.bits(),
          null,
          p.componentStride(),
          null);
    }
    Value dynamic = p.dynamic() == null ? offset : b.op(ADD, p.dynamic(), offset);
    return new Pointer.Memory(
        p.type(), p.memory(), p.base(), dynamic, p.constant(), null, p.componentStride(), null);
  }

  /**
   * Does something for each number from a first one on, below an end, by steps.
   *
   * @param count how often, where that is known, or −1
   */
  private void repeat(Value first, int count, Value end, int step, Consumer<Value> body) {
    if (count >= 0 && count <= MAXIMUM_UNROLLED) {
      for (int n = 0; n < count; n++) {
        body.accept(Constant.i32(n * step));
      }
      return;
    }
    Region before = b.region();
    Region inside = new Region();
    Instruction test = b.append(IF, List.of(b.op(LT_U, first, end)), List.of(), null);
    test.regions().add(inside);
    test.regions().add(new Region());
    b.region(inside);
    Instruction loop = b.append(LOOP, List.of(first), List.of(Type.I32), null);
    Region each = new Region();
    loop.regions().add(each);
    Argument number = new Argument(Type.I32);
    each.arguments().add(number);
    b.region(each);
    memory.forget();
    body.accept(number);
    Value next = b.op(ADD, number, Constant.i32(step));
    b.append(NEXT, List.of(b.op(LT_U, next, end), next), List.of(), null);
    b.region(before);
    memory.forget();
  }

  /** Every invocation copies its share; the wait is a barrier. */
  private void asyncCopy(SpirvInstruction i) {
    SpirvType element = ((SpirvType.Pointer) ids.typeOf(i.operand(1))).pointee();
    Pointer.Memory to = place(i.operand(1), element, i.location());
    Pointer.Memory from = place(i.operand(2), element, i.location());
    boolean toLocal =
        ((SpirvType.Pointer) ids.typeOf(i.operand(1))).storage() == StorageClass.WORKGROUP;
    Value stride = ids.index(i.operand(4));
    Constant bytes = Constant.i32((int) KernelLayout.bytes(element));
    // What is overwritten may still be in use by others of the group.
    b.effect(BARRIER, null);
    repeat(
        groups.localIndex(),
        -1,
        ids.index(i.operand(3)),
        groups.groupSize(),
        n -> {
          Value near = b.op(MUL, n, bytes);
          Value far = b.op(MUL, near, stride);
          Value[] loaded = memory.load(moved(from, toLocal ? far : near), i.location());
          memory.store(moved(to, toLocal ? near : far), loaded, i.location());
        });
    ids.set(i.id(), Constant.i32(0));
  }

  // Conversions.

  /** A float to an integer, rounded as its decoration says and kept in range if it says so. */
  private Value[] fromFloat(SpirvInstruction i) {
    SpirvType.Scalar to = Ids.component(ids.type(i.type()));
    boolean signed = i.op() == SpirvOp.CONVERT_F_TO_S;
    boolean saturates = module.decoration(i.id(), Decoration.SATURATED_CONVERSION) != null;
    SpirvModule.Decorated mode = module.decoration(i.id(), Decoration.FP_ROUNDING_MODE);
    Value[] x = ids.value(i.operand(0)).clone();
    for (int n = 0; n < x.length; n++) {
      x[n] =
          switch (mode == null ? 1 : mode.literal()) {
            case 0 -> b.op(F_ROUND_EVEN, x[n]);
            case 2 -> b.op(F_CEIL, x[n]);
            case 3 -> b.op(F_FLOOR, x[n]);
            default -> x[n];
          };
    }
    if (to.bits() == 64) {
      if (mode != null || saturates) {
        throw SpirvErrors.at(
            i.location(), "a float is converted to 64 bits with rounding or saturation");
      }
      return values.translate(i);
    }
    Value[] made = new Value[x.length];
    for (int n = 0; n < made.length; n++) {
      Value converted = b.op(signed ? F_TO_S : F_TO_U, x[n]);
      if (saturates) {
        converted = clamp(converted, signed, signed, to.bits());
        converted = b.op(SELECT, b.op(Opcode.F_EQ, x[n], x[n]), converted, Constant.i32(0));
      }
      made[n] = values.fit(to, converted);
    }
    return made;
  }

  /** The nearest number that a type of so many bits has. */
  private Value clamp(Value x, boolean from, boolean to, int bits) {
    int high = to ? (int) ((1L << bits - 1) - 1) : (int) ((1L << bits) - 1);
    Value made = x;
    if (from) {
      int low = to ? (int) -(1L << bits - 1) : 0;
      made = b.op(MAX_S, made, Constant.i32(low));
      // As unsigned all of it fits; else the upper end is tested once it is not negative.
      return to || bits < 32 ? b.op(MIN_S, made, Constant.i32(high)) : made;
    }
    return b.op(MIN_U, made, Constant.i32(high));
  }

  private Value[] saturated(SpirvInstruction i) {
    SpirvType.Scalar from = Ids.component(ids.typeOf(i.operand(0)));
    SpirvType.Scalar to = Ids.component(ids.type(i.type()));
    boolean fromSigned = i.op() == SpirvOp.SAT_CONVERT_S_TO_U || i.op() == SpirvOp.S_CONVERT;
    boolean toSigned = i.op() == SpirvOp.SAT_CONVERT_U_TO_S || i.op() == SpirvOp.S_CONVERT;
    if (from.bits() == 64 || to.bits() == 64) {
      return wideSaturated(i, from, to, fromSigned, toSigned);
    }
    Value[] x = values.extended(from, ids.value(i.operand(0)), fromSigned);
    Value[] made = new Value[x.length];
    for (int n = 0; n < made.length; n++) {
      made[n] = values.fit(to, clamp(x[n], fromSigned, toSigned, to.bits()));
    }
    return made;
  }

  private Value[] wideSaturated(
      SpirvInstruction i,
      SpirvType.Scalar from,
      SpirvType.Scalar to,
      boolean fromSigned,
      boolean toSigned) {
    Value[] x = values.extended(from, ids.value(i.operand(0)), fromSigned);
    int wordsFrom = from.words();
    int wordsTo = to.words();
    Value[] made = new Value[x.length / wordsFrom * wordsTo];
    Constant zero = Constant.i32(0);
    Constant ones = Constant.i32(-1);
    for (int n = 0; n < x.length / wordsFrom; n++) {
      Value low = x[n * wordsFrom];
      Value sign = fromSigned ? b.op(SHR_S, low, Constant.i32(31)) : zero;
      Value high = wordsFrom == 2 ? x[n * wordsFrom + 1] : sign;
      Value negative = fromSigned ? b.op(LT_S, high, zero) : Constant.FALSE;
      if (wordsTo == 2) {
        Value bad = toSigned ? b.op(LT_S, high, zero) : negative;
        boolean fits = fromSigned == toSigned;
        Value instead = toSigned ? ones : zero;
        Value insteadHigh = toSigned ? Constant.i32(Integer.MAX_VALUE) : zero;
        made[2 * n] = fits ? low : b.op(SELECT, bad, instead, low);
        made[2 * n + 1] = fits ? high : b.op(SELECT, bad, insteadHigh, high);
        continue;
      }
      int bits = to.bits();
      Value largest = Constant.i32((int) ((1L << (toSigned ? bits - 1 : bits)) - 1));
      Value smallest = Constant.i32(toSigned ? (int) -(1L << bits - 1) : 0);
      Value above = b.op(B_OR, b.op(NE, high, zero), b.op(LT_U, largest, low));
      Value below = Constant.TRUE;
      if (toSigned) {
        below = b.op(B_OR, b.op(NE, high, ones), b.op(LT_U, low, smallest));
      }
      Value positive = b.op(SELECT, above, largest, low);
      Value word = b.op(SELECT, negative, b.op(SELECT, below, smallest, low), positive);
      made[n] = values.fit(to, word);
    }
    return made;
  }

  // Tests of floats.

  private Value[] floatTest(SpirvInstruction i) {
    return switch (i.op()) {
      case IS_FINITE -> test(i, (x, _) -> b.op(LT_U, magnitude(x), Constant.i32(0x7f800000)));
      case IS_NORMAL ->
          test(
              i,
              (x, _) ->
                  b.op(
                      LT_U,
                      b.op(SUB, magnitude(x), Constant.i32(0x00800000)),
                      Constant.i32(0x7f000000)));
      case SIGN_BIT_SET -> test(i, (x, _) -> b.op(LT_S, b.op(F_TO_BITS, x), Constant.i32(0)));
      case LESS_OR_GREATER -> test(i, (x, y) -> b.op(B_OR, b.op(F_LT, x, y), b.op(F_LT, y, x)));
      case ORDERED -> test(i, this::ordered);
      case UNORDERED -> test(i, (x, y) -> b.op(B_NOT, ordered(x, y)));
      default -> null;
    };
  }

  private Value ordered(Value x, Value y) {
    return b.op(B_AND, b.op(Opcode.F_EQ, x, x), b.op(Opcode.F_EQ, y, y));
  }

  private Value magnitude(Value x) {
    return b.op(AND, b.op(F_TO_BITS, x), Constant.i32(0x7fffffff));
  }

  private Value[] test(SpirvInstruction i, java.util.function.BinaryOperator<Value> f) {
    Value[] x = ids.value(i.operand(0));
    Value[] y = i.operands().length > 1 ? ids.value(i.operand(1)) : x;
    Value[] made = new Value[x.length];
    for (int n = 0; n < made.length; n++) {
      made[n] = f.apply(x[n], y[n]);
    }
    return made;
  }

  // OpenCL.std. OpenCL Extended Instruction Set Specification.

  private boolean extended(SpirvInstruction i) {
    String set = module.importName(i.operand(0));
    if (set.startsWith("OpenCL.DebugInfo") || set.startsWith("SPIRV.debug")) {
      return true;
    }
    if (!set.equals("OpenCL.std")) {
      return false;
    }
    int number = i.operand(1);
    switch (number) {
      case 171 -> loadVector(i, i.operand(4), i.operand(4), elementOf(i.operand(3)));
      case 173 -> loadVector(i, 1, 1, HALF);
      case 174 -> loadVector(i, i.operand(4), i.operand(4), HALF);
      case 179 -> loadVector(i, i.operand(4), i.operand(4) == 3 ? 4 : i.operand(4), HALF);
      case 172 -> storeVector(i, false, elementOf(i.operand(4)));
      case 175, 176, 177, 178 -> storeVector(i, false, HALF);
      case 180, 181 -> storeVector(i, true, HALF);
      case 184 -> printing.print(i, 2);
      // A prefetch only makes things faster.
      case 185 -> {}
      default -> {
        Value[] made = new OpenClFunctions(ids, b, values, memory).translate(i);
        ids.requireCount(i, ids.type(i.type()), made.length);
        ids.set(i.id(), made);
      }
    }
    return true;
  }

  private static final SpirvType.Scalar HALF = new SpirvType.Scalar(Type.F32, 16, true);

  private SpirvType.Scalar elementOf(int pointer) {
    SpirvType.Scalar element = Ids.component(((SpirvType.Pointer) ids.typeOf(pointer)).pointee());
    if (element == null) {
      throw SpirvErrors.at(b.location(), "a vector is accessed among elements of no scalar type");
    }
    return element;
  }

  private Pointer vectorPlace(
      SpirvInstruction i, int index, int pointer, int count, int stride, SpirvType.Scalar element) {
    SpirvType type = count == 1 ? element : new SpirvType.Vector(element, count);
    Value bytes = Constant.i32(stride * element.bytes());
    return moved(place(pointer, type, i.location()), b.op(MUL, ids.index(index), bytes));
  }

  private void loadVector(SpirvInstruction i, int count, int stride, SpirvType.Scalar element) {
    Pointer from = vectorPlace(i, i.operand(2), i.operand(3), count, stride, element);
    ids.set(i.id(), memory.load(from, i.location()));
  }

  private void storeVector(SpirvInstruction i, boolean aligned, SpirvType.Scalar element) {
    Value[] data = ids.value(i.operand(2));
    int count = data.length / element.words();
    int stride = aligned && count == 3 ? 4 : count;
    int mode = i.operands().length > 5 ? i.operand(5) : 0;
    if (mode > 1) {
      throw SpirvErrors.at(
          i.location(), "halves are rounded to nearest or toward zero here, not up or down");
    }
    if (mode == 1) {
      data = data.clone();
      for (int n = 0; n < data.length; n++) {
        data[n] = new Packing(b).roundToHalfTowardZero(data[n]);
      }
    }
    Pointer to = vectorPlace(i, i.operand(3), i.operand(4), count, stride, element);
    memory.store(to, data, i.location());
  }
}
