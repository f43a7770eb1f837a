package dev.zhulong.compiler.frontend.spirv;

import static dev.zhulong.compiler.ir.Opcode.*;

import dev.zhulong.compiler.ir.Builder;
import dev.zhulong.compiler.ir.Constant;
import dev.zhulong.compiler.ir.Opcode;
import dev.zhulong.compiler.ir.Value;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

/**
 * Translates instructions that compute values from values. A composite is the list of its scalars,
 * so most instructions are one scalar instruction a component.
 */
final class ValueTranslator {
  private static final Constant ZERO = Constant.i32(0);
  private static final Constant ONE = Constant.i32(1);
  private static final Constant MINUS_ONE = Constant.i32(-1);
  private static final Constant WORD_BITS = Constant.i32(32);

  private final SpirvModule module;
  private final Ids ids;
  private final Builder b;
  private final WideIntegers wideIntegers;

  ValueTranslator(SpirvModule module, Ids ids, Builder builder) {
    this.module = module;
    this.ids = ids;
    this.b = builder;
    this.wideIntegers = new WideIntegers(ids, builder);
  }

  /** The scalars of an instruction's result, or null if it is not one of this kind. */
  Value[] translate(SpirvInstruction i) {
    Value[] wide = wideIntegers.translate(i);
    if (wide != null) {
      return wide;
    }
    Value[] made = inWords(i);
    return made == null || moves(i.op()) ? made : rounded(i, made);
  }

  /** Whether an instruction only moves values, which have their types' form already. */
  private static boolean moves(SpirvOp op) {
    return switch (op) {
      case UNDEF,
          COPY_OBJECT,
          COPY_LOGICAL,
          EXPECT,
          COMPOSITE_CONSTRUCT,
          COMPOSITE_EXTRACT,
          COMPOSITE_INSERT,
          VECTOR_SHUFFLE,
          VECTOR_EXTRACT_DYNAMIC,
          VECTOR_INSERT_DYNAMIC,
          SELECT,
          TRANSPOSE,
          BITCAST,
          F_NEGATE,
          EXT_INST ->
          true;
      default -> false;
    };
  }

  /** Gives results of narrow types the form that values of them have. */
  private Value[] rounded(SpirvInstruction i, Value[] made) {
    SpirvType.Scalar type = Ids.component(ids.type(i.type()));
    if (type == null || !type.half() && !type.narrow()) {
      return made;
    }
    SpirvModule.Decorated mode = module.decoration(i.id(), Decoration.FP_ROUNDING_MODE);
    boolean towardZero = mode != null && mode.literal() == 1;
    Value[] fitting = new Value[made.length];
    for (int n = 0; n < made.length; n++) {
      fitting[n] = towardZero ? new Packing(b).roundToHalfTowardZero(made[n]) : fit(type, made[n]);
    }
    return fitting;
  }

  /** A word in the form that values of a type have: narrow integers extended, halves rounded. */
  Value fit(SpirvType.Scalar type, Value x) {
    if (type.half()) {
      return new Packing(b).roundToHalf(x);
    }
    return type.narrow() ? extend(x, type.bits(), type.signed()) : x;
  }

  private Value extend(Value x, int bits, boolean signed) {
    if (bits == 8) {
      return signed ? b.op(EXTEND_S8, x) : b.op(AND, x, Constant.i32(0xff));
    }
    return b.op(signed ? EXTEND_S16 : EXTEND_U16, x);
  }

  /** The words of an operand, narrow integers extended as the instruction takes them. */
  Value[] operand(SpirvInstruction i, int n) {
    int id = i.operand(n);
    Value[] words = ids.value(id);
    Boolean signed = signedness(i.op());
    if (signed == null) {
      return words;
    }
    return extended(Ids.component(ids.typeOf(id)), words, signed);
  }

  /** The words of a value, narrow integers extended so or so whatever its type says. */
  Value[] extended(SpirvType.Scalar type, Value[] words, boolean signed) {
    if (type == null || !type.narrow() || type.signed() == signed) {
      return words;
    }
    Value[] made = new Value[words.length];
    for (int n = 0; n < made.length; n++) {
      made[n] = extend(words[n], type.bits(), signed);
    }
    return made;
  }

  /**
   * Whether an instruction takes its operands as signed or unsigned; null if it does not matter.
   */
  private static Boolean signedness(SpirvOp op) {
    return switch (op) {
      case S_DIV,
          S_REM,
          S_MOD,
          S_GREATER_THAN,
          S_GREATER_THAN_EQUAL,
          S_LESS_THAN,
          S_LESS_THAN_EQUAL,
          SHIFT_RIGHT_ARITHMETIC,
          CONVERT_S_TO_F,
          S_CONVERT,
          S_MUL_EXTENDED,
          BIT_FIELD_S_EXTRACT ->
          true;
      case U_DIV,
          U_MOD,
          U_GREATER_THAN,
          U_GREATER_THAN_EQUAL,
          U_LESS_THAN,
          U_LESS_THAN_EQUAL,
          SHIFT_RIGHT_LOGICAL,
          CONVERT_U_TO_F,
          U_CONVERT,
          U_MUL_EXTENDED,
          BIT_COUNT,
          BIT_REVERSE,
          BIT_FIELD_U_EXTRACT,
          I_EQUAL,
          I_NOT_EQUAL,
          I_ADD_CARRY,
          I_SUB_BORROW ->
          false;
      default -> null;
    };
  }

  private Value[] inWords(SpirvInstruction i) {
    return switch (i.op()) {
      case UNDEF -> ids.zeros(ids.type(i.type()));
      case COPY_OBJECT, COPY_LOGICAL, EXPECT -> ids.value(i.operand(0));
      case COMPOSITE_CONSTRUCT -> construct(i);
      case COMPOSITE_EXTRACT -> extract(i);
      case COMPOSITE_INSERT -> insert(i);
      case VECTOR_SHUFFLE -> shuffle(i);
      case VECTOR_EXTRACT_DYNAMIC -> pick(i);
      case VECTOR_INSERT_DYNAMIC -> insertDynamic(i);

      case CONVERT_F_TO_U -> each(i, F_TO_U);
      case CONVERT_F_TO_S -> each(i, F_TO_S);
      case CONVERT_S_TO_F -> each(i, S_TO_F);
      case CONVERT_U_TO_F -> each(i, U_TO_F);
      case U_CONVERT, S_CONVERT, F_CONVERT -> operand(i, 0);
      case QUANTIZE_TO_F16 ->
          map(i, x -> new Packing(b).halfToFloat(new Packing(b).floatToHalf(x)));
      case BITCAST -> new Bitcast(ids, b).translate(i);

      case S_NEGATE -> map(i, x -> b.op(SUB, ZERO, x));
      case F_NEGATE -> each(i, F_NEG);
      case I_ADD -> each(i, ADD);
      case I_SUB -> each(i, SUB);
      case I_MUL -> each(i, MUL);
      case U_DIV -> each(i, DIV_U);
      case S_DIV -> each(i, DIV_S);
      case U_MOD -> each(i, REM_U);
      case S_REM -> each(i, REM_S);
      case S_MOD -> zip(i, this::floorModulo);
      case F_ADD -> zip(i, (x, y) -> add(i, x, y));
      case F_SUB -> zip(i, (x, y) -> subtract(i, x, y));
      case F_MUL -> zip(i, (x, y) -> multiply(i, x, y));
      case F_DIV -> each(i, F_DIV);
      case F_REM -> zip(i, (x, y) -> remainder(x, y, F_TRUNC));
      case F_MOD -> zip(i, (x, y) -> remainder(x, y, F_FLOOR));
      case I_ADD_CARRY ->
          pair(i, (x, y) -> b.op(ADD, x, y), (x, y) -> bit(b.op(LT_U, b.op(ADD, x, y), x)), SHR_U);
      case I_SUB_BORROW ->
          pair(i, (x, y) -> b.op(SUB, x, y), (x, y) -> bit(b.op(LT_U, x, y)), null);
      case U_MUL_EXTENDED ->
          pair(i, (x, y) -> b.op(MUL, x, y), (x, y) -> b.op(MULH_U, x, y), SHR_U);
      case S_MUL_EXTENDED ->
          pair(i, (x, y) -> b.op(MUL, x, y), (x, y) -> b.op(MULH_S, x, y), SHR_S);

      case VECTOR_TIMES_SCALAR, MATRIX_TIMES_SCALAR -> {
        Value s = ids.scalar(i.operand(1));
        yield map(i, x -> multiply(i, x, s));
      }
      case DOT -> new Value[] {dot(i, ids.value(i.operand(0)), ids.value(i.operand(1)))};
      case MATRIX_TIMES_VECTOR ->
          product(i, ids.value(i.operand(0)), rows(i, 0), ids.value(i.operand(1)), 1);
      case VECTOR_TIMES_MATRIX ->
          product(i, ids.value(i.operand(0)), 1, ids.value(i.operand(1)), columns(i, 1));
      case MATRIX_TIMES_MATRIX ->
          product(i, ids.value(i.operand(0)), rows(i, 0), ids.value(i.operand(1)), columns(i, 1));
      case OUTER_PRODUCT ->
          product(
              i,
              ids.value(i.operand(0)),
              ids.value(i.operand(0)).length,
              ids.value(i.operand(1)),
              ids.value(i.operand(1)).length);
      case TRANSPOSE -> transpose(ids.value(i.operand(0)), rows(i, 0));

      case ANY -> new Value[] {reduce(ids.value(i.operand(0)), B_OR)};
      case ALL -> new Value[] {reduce(ids.value(i.operand(0)), B_AND)};
      case IS_NAN -> map(i, x -> b.op(B_NOT, b.op(Opcode.F_EQ, x, x)));
      case IS_INF ->
          map(i, x -> b.op(EQ, b.op(F_TO_BITS, b.op(F_ABS, x)), Constant.i32(0x7f800000)));
      case LOGICAL_EQUAL -> zip(i, (x, y) -> not(b.op(B_XOR, x, y)));
      case LOGICAL_NOT_EQUAL -> each(i, B_XOR);
      case LOGICAL_OR -> each(i, B_OR);
      case LOGICAL_AND -> each(i, B_AND);
      case LOGICAL_NOT -> each(i, B_NOT);
      case SELECT -> select(i);
      case I_EQUAL -> each(i, EQ);
      case I_NOT_EQUAL -> each(i, NE);
      case U_GREATER_THAN -> zip(i, (x, y) -> b.op(LT_U, y, x));
      case S_GREATER_THAN -> zip(i, (x, y) -> b.op(LT_S, y, x));
      case U_GREATER_THAN_EQUAL -> each(i, GE_U);
      case S_GREATER_THAN_EQUAL -> each(i, GE_S);
      case U_LESS_THAN -> each(i, LT_U);
      case S_LESS_THAN -> each(i, LT_S);
      case U_LESS_THAN_EQUAL -> zip(i, (x, y) -> b.op(GE_U, y, x));
      case S_LESS_THAN_EQUAL -> zip(i, (x, y) -> b.op(GE_S, y, x));
      case F_ORD_EQUAL -> each(i, Opcode.F_EQ);
      case F_UNORD_NOT_EQUAL -> zip(i, (x, y) -> not(b.op(Opcode.F_EQ, x, y)));
      case F_ORD_NOT_EQUAL -> zip(i, (x, y) -> b.op(B_OR, b.op(F_LT, x, y), b.op(F_LT, y, x)));
      case F_UNORD_EQUAL -> zip(i, (x, y) -> not(b.op(B_OR, b.op(F_LT, x, y), b.op(F_LT, y, x))));
      case F_ORD_LESS_THAN -> each(i, F_LT);
      case F_ORD_GREATER_THAN -> zip(i, (x, y) -> b.op(F_LT, y, x));
      case F_ORD_LESS_THAN_EQUAL -> each(i, F_LE);
      case F_ORD_GREATER_THAN_EQUAL -> zip(i, (x, y) -> b.op(F_LE, y, x));
      case F_UNORD_LESS_THAN -> zip(i, (x, y) -> not(b.op(F_LE, y, x)));
      case F_UNORD_GREATER_THAN -> zip(i, (x, y) -> not(b.op(F_LE, x, y)));
      case F_UNORD_LESS_THAN_EQUAL -> zip(i, (x, y) -> not(b.op(F_LT, y, x)));
      case F_UNORD_GREATER_THAN_EQUAL -> zip(i, (x, y) -> not(b.op(F_LT, x, y)));

      case SHIFT_RIGHT_LOGICAL -> each(i, SHR_U);
      case SHIFT_RIGHT_ARITHMETIC -> each(i, SHR_S);
      case SHIFT_LEFT_LOGICAL -> each(i, SHL);
      case BITWISE_OR -> each(i, OR);
      case BITWISE_XOR -> each(i, XOR);
      case BITWISE_AND -> each(i, AND);
      case NOT -> map(i, x -> b.op(XOR, x, MINUS_ONE));
      case BIT_FIELD_INSERT -> bitFieldInsert(i);
      case BIT_FIELD_S_EXTRACT -> bitFieldExtract(i, SHR_S);
      case BIT_FIELD_U_EXTRACT -> bitFieldExtract(i, SHR_U);
      case BIT_REVERSE -> {
        Constant unused = Constant.i32(32 - width(i));
        yield map(i, x -> b.op(SHR_U, reverseBits(x), unused));
      }
      case BIT_COUNT -> each(i, POPCOUNT);
      case EXT_INST -> extended(i);
      default -> null;
    };
  }

  private Value[] extended(SpirvInstruction i) {
    String set = module.importName(i.operand(0));
    if (!set.equals("GLSL.std.450")) {
      throw SpirvErrors.at(
          i.location(), "extended instruction set \"%s\" is not supported; use GLSL.std.450", set);
    }
    Value[] made = new GlslFunctions(ids, b, this).translate(i);
    return i.operand(1) == GlslFunctions.MODF || i.operand(1) == GlslFunctions.FREXP
        ? made
        : rounded(i, made);
  }

  // Component-wise shapes.

  private Value[] each(SpirvInstruction i, Opcode opcode) {
    return i.operands().length == 1
        ? map(i, x -> b.op(opcode, x))
        : zip(i, (x, y) -> b.op(opcode, x, y));
  }

  private Value[] map(SpirvInstruction i, UnaryOperator<Value> f) {
    Value[] x = operand(i, 0);
    Value[] made = new Value[x.length];
    for (int n = 0; n < made.length; n++) {
      made[n] = f.apply(x[n]);
    }
    return made;
  }

  private Value[] zip(SpirvInstruction i, BinaryOperator<Value> f) {
    Value[] x = operand(i, 0);
    Value[] y = sameCount(i, x, shiftAmounts(i, operand(i, 1)));
    Value[] made = new Value[x.length];
    for (int n = 0; n < made.length; n++) {
      made[n] = f.apply(x[n], y[n]);
    }
    return made;
  }

  /** The amounts that a shift shifts by may be wider than what it shifts. */
  private Value[] shiftAmounts(SpirvInstruction i, Value[] amounts) {
    return switch (i.op()) {
      case SHIFT_LEFT_LOGICAL, SHIFT_RIGHT_LOGICAL, SHIFT_RIGHT_ARITHMETIC ->
          wideIntegers.lowWords(i.operand(1), amounts);
      default -> amounts;
    };
  }

  /** Bits of the components of the first operand. */
  private int width(SpirvInstruction i) {
    SpirvType.Scalar type = Ids.component(ids.typeOf(i.operand(0)));
    return type == null ? 32 : type.bits();
  }

  /**
   * A struct of two results of equal shape. With narrow operands the second one is the bits of the
   * first that do not fit, shifted down.
   */
  private Value[] pair(
      SpirvInstruction i,
      BinaryOperator<Value> first,
      BinaryOperator<Value> second,
      Opcode shiftDown) {
    Value[] low = zip(i, first);
    Value[] high = zip(i, second);
    SpirvType.Scalar type = Ids.component(ids.typeOf(i.operand(0)));
    if (type != null && type.narrow()) {
      for (int n = 0; n < low.length; n++) {
        if (shiftDown != null) {
          high[n] = fit(type, b.op(shiftDown, low[n], Constant.i32(type.bits())));
        }
        low[n] = fit(type, low[n]);
      }
    }
    return join(low, high);
  }

  /** The scalars of two parts. */
  static Value[] join(Value[] first, Value[] second) {
    Value[] made = java.util.Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, made, first.length, second.length);
    return made;
  }

  private static Value[] sameCount(SpirvInstruction i, Value[] x, Value[] y) {
    if (x.length != y.length) {
      throw SpirvErrors.at(
          i.location(), "%s with operands of %d and %d components", i.op(), x.length, y.length);
    }
    return y;
  }

  private Value not(Value x) {
    return b.op(B_NOT, x);
  }

  private Value bit(Value truth) {
    return b.op(BOOL_TO_INT, truth);
  }

  private Value reduce(Value[] values, Opcode opcode) {
    Value all = values[0];
    for (int n = 1; n < values.length; n++) {
      all = b.op(opcode, all, values[n]);
    }
    return all;
  }

  // Composites.

  private Value[] construct(SpirvInstruction i) {
    int count = Math.toIntExact(Math.min(ids.type(i.type()).scalars(), Integer.MAX_VALUE));
    ids.scalarTypes(ids.type(i.type()));
    Value[] made = new Value[count];
    int at = 0;
    for (int part : i.operands()) {
      Value[] scalars = ids.value(part);
      if (at + scalars.length > count) {
        throw SpirvErrors.at(i.location(), "%s has more components than its type", i.op());
      }
      System.arraycopy(scalars, 0, made, at, scalars.length);
      at += scalars.length;
    }
    if (at < count) {
      throw SpirvErrors.at(i.location(), "%s has fewer components than its type", i.op());
    }
    return made;
  }

  /** Where literal indices lead: the part's type, and its first scalar. */
  private record Part(SpirvType type, int first) {}

  private Part part(SpirvInstruction i, SpirvType whole, int fromOperand) {
    SpirvType type = whole;
    long first = 0;
    for (int n = fromOperand; n < i.operands().length; n++) {
      long index = i.operand(n) & 0xffffffffL;
      first += Composites.firstScalar(type, index, i.location());
      type = Composites.member(type, index, i.location());
    }
    return new Part(type, Math.toIntExact(first));
  }

  private Value[] extract(SpirvInstruction i) {
    Value[] whole = ids.value(i.operand(0));
    Part part = part(i, ids.typeOf(i.operand(0)), 1);
    return java.util.Arrays.copyOfRange(whole, part.first, part.first + (int) part.type.scalars());
  }

  private Value[] insert(SpirvInstruction i) {
    Value[] object = ids.value(i.operand(0));
    Value[] made = ids.value(i.operand(1)).clone();
    Part part = part(i, ids.typeOf(i.operand(1)), 2);
    ids.requireCount(i, part.type, object.length);
    System.arraycopy(object, 0, made, part.first, object.length);
    return made;
  }

  /** Words of a component of the value with an id. */
  private int words(int id) {
    SpirvType.Scalar type = Ids.component(ids.typeOf(id));
    return type == null ? 1 : type.words();
  }

  private Value[] shuffle(SpirvInstruction i) {
    Value[] both = join(ids.value(i.operand(0)), ids.value(i.operand(1)));
    int words = words(i.operand(0));
    Value[] made = new Value[(i.operands().length - 2) * words];
    for (int n = 0; n < made.length; n++) {
      int from = i.operand(n / words + 2);
      if (from == -1) {
        made[n] = new Constant(both[0].type(), 0);
      } else if (from < 0 || from >= both.length / words) {
        throw SpirvErrors.at(i.location(), "%s takes component %d", i.op(), from);
      } else {
        made[n] = both[from * words + n % words];
      }
    }
    return made;
  }

  /** The component that an index names; an index out of range gives the last one. */
  private Value[] pick(SpirvInstruction i) {
    Value[] values = ids.value(i.operand(0));
    Value index = ids.index(i.operand(1));
    Value[] made = new Value[words(i.operand(0))];
    for (int w = 0; w < made.length; w++) {
      made[w] = values[values.length - made.length + w];
      for (int n = values.length / made.length - 2; n >= 0; n--) {
        Value here = b.op(EQ, index, Constant.i32(n));
        made[w] = b.op(SELECT, here, values[n * made.length + w], made[w]);
      }
    }
    return made;
  }

  private Value[] insertDynamic(SpirvInstruction i) {
    Value[] made = ids.value(i.operand(0)).clone();
    Value[] object = ids.value(i.operand(1));
    Value index = ids.index(i.operand(2));
    for (int n = 0; n < made.length; n++) {
      Value here = b.op(EQ, index, Constant.i32(n / object.length));
      made[n] = b.op(SELECT, here, object[n % object.length], made[n]);
    }
    return made;
  }

  private Value[] select(SpirvInstruction i) {
    Value[] condition = ids.value(i.operand(0));
    Value[] x = ids.value(i.operand(1));
    Value[] y = sameCount(i, x, ids.value(i.operand(2)));
    Value[] made = new Value[x.length];
    int words = condition.length == 1 ? x.length : x.length / condition.length;
    for (int n = 0; n < made.length; n++) {
      made[n] = b.op(SELECT, condition[n / words], x[n], y[n]);
    }
    return made;
  }

  // Float arithmetic: a product that feeds a sum is fused with it unless decorated NoContraction.

  /** Whether the source lets this instruction be fused with another. */
  private boolean contractible(SpirvInstruction i) {
    return module.decoration(i.id(), Decoration.NO_CONTRACTION) == null;
  }

  /** A product; other instructions recognise it by its opcode, so an exact one is hidden. */
  Value multiply(SpirvInstruction i, Value x, Value y) {
    Value product = b.op(Opcode.F_MUL, x, y);
    return contractible(i) ? product : exact(product);
  }

  /** Marks a product that must be rounded before it is used. */
  private Value exact(Value product) {
    exactProducts.add(product);
    return product;
  }

  private final java.util.Set<Value> exactProducts =
      java.util.Collections.newSetFromMap(new java.util.IdentityHashMap<>());

  private dev.zhulong.compiler.ir.Instruction product(SpirvInstruction i, Value x) {
    return contractible(i)
            && x instanceof dev.zhulong.compiler.ir.Result r
            && r.instruction().opcode() == Opcode.F_MUL
            && !exactProducts.contains(x)
        ? r.instruction()
        : null;
  }

  private Value add(SpirvInstruction i, Value x, Value y) {
    var left = product(i, x);
    if (left != null) {
      return b.op(F_MA, left.operand(0), left.operand(1), y);
    }
    var right = product(i, y);
    if (right != null) {
      return b.op(F_MA, right.operand(0), right.operand(1), x);
    }
    return b.op(Opcode.F_ADD, x, y);
  }

  private Value subtract(SpirvInstruction i, Value x, Value y) {
    var left = product(i, x);
    if (left != null) {
      return b.op(F_MA, left.operand(0), left.operand(1), b.op(F_NEG, y));
    }
    var right = product(i, y);
    if (right != null) {
      return b.op(F_MA, b.op(F_NEG, right.operand(0)), right.operand(1), x);
    }
    return b.op(Opcode.F_SUB, x, y);
  }

  /** Sum of products. */
  Value dot(SpirvInstruction i, Value[] x, Value[] y) {
    sameCount(i, x, y);
    Value sum = multiply(i, x[0], y[0]);
    for (int n = 1; n < x.length; n++) {
      sum =
          contractible(i)
              ? b.op(F_MA, x[n], y[n], sum)
              : b.op(Opcode.F_ADD, sum, b.op(Opcode.F_MUL, x[n], y[n]));
    }
    return sum;
  }

  private int rows(SpirvInstruction i, int operand) {
    return matrix(i, operand).column().count();
  }

  private int columns(SpirvInstruction i, int operand) {
    return matrix(i, operand).count();
  }

  private SpirvType.Matrix matrix(SpirvInstruction i, int operand) {
    if (ids.typeOf(i.operand(operand)) instanceof SpirvType.Matrix m) {
      return m;
    }
    throw SpirvErrors.at(i.location(), "%s needs a matrix as operand %d", i.op(), operand + 1);
  }

  /** Product of a matrix of some rows and one of some columns, both column by column. */
  private Value[] product(SpirvInstruction i, Value[] left, int rows, Value[] right, int columns) {
    int inner = left.length / rows;
    if (inner * columns != right.length) {
      throw SpirvErrors.at(i.location(), "%s with operands that do not fit together", i.op());
    }
    Value[] made = new Value[rows * columns];
    for (int c = 0; c < columns; c++) {
      for (int r = 0; r < rows; r++) {
        Value[] row = new Value[inner];
        Value[] column = new Value[inner];
        for (int k = 0; k < inner; k++) {
          row[k] = left[k * rows + r];
          column[k] = right[c * inner + k];
        }
        made[c * rows + r] = dot(i, row, column);
      }
    }
    return made;
  }

  private static Value[] transpose(Value[] matrix, int rows) {
    int columns = matrix.length / rows;
    Value[] made = new Value[matrix.length];
    for (int c = 0; c < columns; c++) {
      for (int r = 0; r < rows; r++) {
        made[r * columns + c] = matrix[c * rows + r];
      }
    }
    return made;
  }

  private Value remainder(Value x, Value y, Opcode rounding) {
    Value quotient = b.op(rounding, b.op(Opcode.F_DIV, x, y));
    return b.op(F_MA, b.op(F_NEG, y), quotient, x);
  }

  // Integers.

  /** The remainder with the divisor's sign. */
  private Value floorModulo(Value x, Value y) {
    Value remainder = b.op(REM_S, x, y);
    Value signsDiffer = b.op(LT_S, b.op(XOR, remainder, y), ZERO);
    Value adjust = b.op(B_AND, b.op(NE, remainder, ZERO), signsDiffer);
    return b.op(SELECT, adjust, b.op(ADD, remainder, y), remainder);
  }

  /** The low {@code count} bits set; count may be 0 to 32. */
  private Value lowMask(Value count) {
    Value shifted = b.op(SUB, b.op(SHL, ONE, count), ONE);
    return b.op(SELECT, b.op(LT_U, count, WORD_BITS), shifted, MINUS_ONE);
  }

  private Value[] bitFieldInsert(SpirvInstruction i) {
    Value[] base = ids.value(i.operand(0));
    Value[] insert = sameCount(i, base, ids.value(i.operand(1)));
    Value offset = ids.index(i.operand(2));
    Value mask = b.op(SHL, lowMask(ids.index(i.operand(3))), offset);
    Value[] made = new Value[base.length];
    for (int n = 0; n < made.length; n++) {
      Value difference = b.op(XOR, base[n], b.op(SHL, insert[n], offset));
      made[n] = b.op(XOR, base[n], b.op(AND, difference, mask));
    }
    return made;
  }

  /** Shifts the field to the top and back; a field of no bits is zero. */
  private Value[] bitFieldExtract(SpirvInstruction i, Opcode shift) {
    Value offset = ids.index(i.operand(1));
    Value count = ids.index(i.operand(2));
    Value up = b.op(SUB, b.op(SUB, WORD_BITS, count), offset);
    Value down = b.op(SUB, WORD_BITS, count);
    Value empty = b.op(EQ, count, ZERO);
    return map(i, x -> b.op(SELECT, empty, ZERO, b.op(shift, b.op(SHL, x, up), down)));
  }

  Value reverseBits(Value x) {
    Value bytes = b.op(BYTE_SWAP, x);
    Value nibbles = swapGroups(bytes, 4, 0x0f0f0f0f);
    Value pairs = swapGroups(nibbles, 2, 0x33333333);
    return swapGroups(pairs, 1, 0x55555555);
  }

  private Value swapGroups(Value x, int bits, int mask) {
    Constant m = Constant.i32(mask);
    Constant n = Constant.i32(bits);
    return b.op(OR, b.op(AND, b.op(SHR_U, x, n), m), b.op(SHL, b.op(AND, x, m), n));
  }
}
