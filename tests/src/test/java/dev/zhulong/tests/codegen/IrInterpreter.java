package dev.zhulong.tests.codegen;

import dev.zhulong.compiler.ir.Access;
import dev.zhulong.compiler.ir.Constant;
import dev.zhulong.compiler.ir.Instruction;
import dev.zhulong.compiler.ir.Kernel;
import dev.zhulong.compiler.ir.Opcode;
import dev.zhulong.compiler.ir.Region;
import dev.zhulong.compiler.ir.Space;
import dev.zhulong.compiler.ir.Value;
import dev.zhulong.firmware.isa.Csr;
import dev.zhulong.firmware.texel.TextureUnit;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * What the IR means, one invocation at a time: slow, obvious, and without a line of the compiler.
 *
 * <p>Instructions between invocations are not known here; a kernel with them is checked by the
 * results that it was written to give.
 */
final class IrInterpreter {
  private static final int CANONICAL_NAN = 0x7fc00000;

  private final ByteBuffer memory;
  private final Map<Csr, Integer> csrs;
  private final Map<Value, Integer> values = new IdentityHashMap<>();
  private final Map<Object, Integer> slots = new HashMap<>();
  private final ByteBuffer stack =
      ByteBuffer.allocate(8192).order(java.nio.ByteOrder.LITTLE_ENDIAN);
  private int stackUsed;

  private IrInterpreter(ByteBuffer memory, Map<Csr, Integer> csrs) {
    this.memory = memory;
    this.csrs = csrs;
  }

  /** Runs one invocation; {@code memory} is little-endian and begins at address 0. */
  static void run(Kernel kernel, ByteBuffer memory, Map<Csr, Integer> csrs) {
    new IrInterpreter(memory, csrs).region(kernel.body());
  }

  /** Runs a region and leaves its terminator to the caller. */
  private Instruction region(Region region) {
    for (Instruction i : region.instructions()) {
      if (i.opcode().terminator()) {
        return i;
      }
      instruction(i);
    }
    throw new IllegalArgumentException("a region without a terminator");
  }

  private int get(Value value) {
    return value instanceof Constant c ? c.bits() : values.get(value);
  }

  private void instruction(Instruction i) {
    switch (i.opcode()) {
      case IF -> {
        Instruction end = region(i.regions().get(get(i.operand(0)) != 0 ? 0 : 1));
        for (int n = 0; n < i.results().size(); n++) {
          values.put(i.results().get(n), get(end.operand(n)));
        }
      }
      case LOOP -> loop(i);
      case LOAD -> values.put(i.result(), load(i));
      case STORE -> store(i.access(), get(i.operand(0)), get(i.operand(1)));
      case ATOMIC_ADD -> {
        int old = load(i);
        values.put(i.result(), old);
        store(i.access(), get(i.operand(0)), old + get(i.operand(1)));
      }
      case READ_CSR -> values.put(i.result(), csrs.get((Csr) i.attribute()));
      case STACK_ADDRESS -> {
        var slot = (dev.zhulong.compiler.ir.StackSlot) i.attribute();
        Integer at = slots.get(slot);
        if (at == null) {
          at = stackUsed;
          slots.put(slot, at);
          stackUsed += slot.bytes() + 3 & ~3;
        }
        values.put(i.result(), at);
      }
      default -> {
        int[] operands = i.operands().stream().mapToInt(this::get).toArray();
        values.put(i.result(), pure(i.opcode(), operands));
      }
    }
  }

  private void loop(Instruction i) {
    Region body = i.regions().getFirst();
    int carried = body.arguments().size();
    int[] current = i.operands().stream().mapToInt(this::get).toArray();
    boolean again;
    do {
      for (int n = 0; n < carried; n++) {
        values.put(body.arguments().get(n), current[n]);
      }
      Instruction next = region(body);
      again = get(next.operand(0)) != 0;
      for (int n = 0; n < carried; n++) {
        current[n] = get(next.operand(n + 1));
      }
    } while (again);
    for (int n = 0; n < carried; n++) {
      values.put(i.results().get(n), current[n]);
    }
  }

  private ByteBuffer memory(Access access) {
    return access.space() == Space.PRIVATE ? stack : memory;
  }

  private int load(Instruction i) {
    Access access = i.access();
    int address = get(i.operand(0)) + access.offset();
    ByteBuffer m = memory(access);
    return switch (access.bytes()) {
      case 1 -> access.signed() ? m.get(address) : m.get(address) & 0xff;
      case 2 -> access.signed() ? m.getShort(address) : m.getShort(address) & 0xffff;
      default -> m.getInt(address);
    };
  }

  private void store(Access access, int base, int value) {
    int address = base + access.offset();
    ByteBuffer m = memory(access);
    switch (access.bytes()) {
      case 1 -> m.put(address, (byte) value);
      case 2 -> m.putShort(address, (short) value);
      default -> m.putInt(address, value);
    }
  }

  private static int bool(boolean value) {
    return value ? 1 : 0;
  }

  private static int bits(float value) {
    return Float.isNaN(value) ? CANONICAL_NAN : Float.floatToRawIntBits(value);
  }

  static int pure(Opcode opcode, int[] v) {
    int a = v[0];
    int b = v.length > 1 ? v[1] : 0;
    int c = v.length > 2 ? v[2] : 0;
    long ua = Integer.toUnsignedLong(a);
    long ub = Integer.toUnsignedLong(b);
    float x = Float.intBitsToFloat(a);
    float y = Float.intBitsToFloat(b);
    return switch (opcode) {
      case ADD -> a + b;
      case SUB -> a - b;
      case MUL -> a * b;
      case MULH_S -> (int) ((long) a * b >> 32);
      case MULH_U -> (int) (ua * ub >>> 32);
      case DIV_S -> b == 0 ? -1 : (int) ((long) a / b);
      case DIV_U -> b == 0 ? -1 : (int) (ua / ub);
      case REM_S -> b == 0 ? a : (int) ((long) a % b);
      case REM_U -> b == 0 ? a : (int) (ua % ub);
      case AND, B_AND -> a & b;
      case OR, B_OR -> a | b;
      case XOR, B_XOR -> a ^ b;
      case SHL -> a << (b & 31);
      case SHR_S -> a >> (b & 31);
      case SHR_U -> a >>> (b & 31);
      case ROTL -> (b & 31) == 0 ? a : a << (b & 31) | a >>> 32 - (b & 31);
      case MIN_S -> a < b ? a : b;
      case MAX_S -> a > b ? a : b;
      case MIN_U -> ua < ub ? a : b;
      case MAX_U -> ua > ub ? a : b;
      case CLZ -> Integer.numberOfLeadingZeros(a);
      case CTZ -> Integer.numberOfTrailingZeros(a);
      case POPCOUNT -> Integer.bitCount(a);
      case BYTE_SWAP -> a << 24 | (a & 0xff00) << 8 | a >>> 8 & 0xff00 | a >>> 24;
      case EXTEND_S8 -> (byte) a;
      case EXTEND_S16 -> (short) a;
      case EXTEND_U16 -> a & 0xffff;
      case EQ -> bool(a == b);
      case NE -> bool(a != b);
      case LT_S -> bool(a < b);
      case LT_U -> bool(ua < ub);
      case GE_S -> bool(a >= b);
      case GE_U -> bool(ua >= ub);
      case B_NOT -> 1 - a;
      case BOOL_TO_INT, BITS_TO_F, F_TO_BITS -> a;
      case SELECT -> a != 0 ? b : c;
      case F_ADD -> bits(x + y);
      case F_SUB -> bits(x - y);
      case F_MUL -> bits(x * y);
      case F_DIV -> bits(x / y);
      case F_SQRT -> bits((float) Math.sqrt(x));
      case F_MA -> bits(Math.fma(x, y, Float.intBitsToFloat(c)));
      case F_MIN -> Float.isNaN(x) ? bits(y) : Float.isNaN(y) ? a : bits(Math.min(x, y));
      case F_MAX -> Float.isNaN(x) ? bits(y) : Float.isNaN(y) ? a : bits(Math.max(x, y));
      case F_COPYSIGN -> a & 0x7fffffff | b & 0x80000000;
      case F_NEG -> a ^ 0x80000000;
      case F_ABS -> a & 0x7fffffff;
      case F_EQ -> bool(x == y);
      case F_LT -> bool(x < y);
      case F_LE -> bool(x <= y);
      case F_CLASS -> classify(a);
      case F_TO_S -> toInteger(x, Math.signum(x) < 0 ? Math.ceil(x) : Math.floor(x), true);
      case F_TO_U -> toInteger(x, Math.signum(x) < 0 ? Math.ceil(x) : Math.floor(x), false);
      case F_TO_S_NEAREST -> toInteger(x, Math.rint(x), true);
      case F_TO_S_DOWN -> toInteger(x, Math.floor(x), true);
      case F_TO_S_UP -> toInteger(x, Math.ceil(x), true);
      case S_TO_F -> bits(a);
      case U_TO_F -> bits(new BigDecimal(BigInteger.valueOf(ua)).floatValue());
      case TEX_COORDINATE -> TextureUnit.coordinate(a, b);
      case TEX_MIX_LOW -> mixed(a, b, c, 0, 8) | mixed(a, b, c, 8, 8) << 16;
      case TEX_MIX_HIGH -> mixed(a, b, c, 16, 8) | mixed(a, b, c, 24, 8) << 16;
      case TEX_COLOR_LOW -> bits(mixed(a, b, c, 0, 16) / 65536f);
      case TEX_COLOR_HIGH -> bits(mixed(a, b, c, 16, 16) / 65536f);
      case MERGE_PACK8_LOW -> c | field(x, 8) | field(y, 8) << 8;
      case MERGE_PACK8_HIGH -> c | field(x, 8) << 16 | field(y, 8) << 24;
      case MERGE_PACK10_LOW -> c | field(x, 10) | field(y, 10) << 10;
      case MERGE_PACK10_HIGH -> c | field(x, 10) << 20 | field(y, 2) << 30;
      case MERGE_PACK565_LOW -> c | field(x, 5) | field(y, 6) << 5;
      case MERGE_PACK565_HIGH -> c | field(x, 5) << 11;
      case MERGE_UNPACK8 -> fraction(a >>> b & 255, 255);
      case MERGE_UNPACK10 -> fraction(a >>> b & 1023, 1023);
      case MERGE_UNPACK5 -> fraction(a >>> b & 31, 31);
      case MERGE_UNPACK6 -> fraction(a >>> b & 63, 63);
      case MERGE_UNPACK2 -> fraction(a >>> b & 3, 3);
      case COVER_ROW ->
          c << 4
              | bool(a >= 0)
              | bool(a + b >= 0) << 1
              | bool(a + 2 * b >= 0) << 2
              | bool(a + 3 * b >= 0) << 3;
      default -> throw new IllegalArgumentException("not interpreted: " + opcode);
    };
  }

  /** A colour from 0 to 1 as a number of so many bits. */
  private static int field(float v, int bits) {
    float clamped = Float.isNaN(v) ? 0 : Math.clamp(v, 0f, 1f);
    return (int) Math.fma(clamped, (1 << bits) - 1, 0.5f);
  }

  private static int fraction(int field, int most) {
    return bits(field * (1f / most));
  }

  /** A field of two words, mixed by the third's low byte. */
  private static int mixed(int a, int b, int weight, int shift, int width) {
    int w = weight & 255;
    int mask = (1 << width) - 1;
    return (a >>> shift & mask) * (256 - w) + (b >>> shift & mask) * w;
  }

  private static int toInteger(float x, double whole, boolean signed) {
    double low = signed ? Integer.MIN_VALUE : 0;
    double high = signed ? Integer.MAX_VALUE : 4294967295.0;
    if (Float.isNaN(x) || whole > high) {
      return (int) (long) high;
    }
    return (int) (long) Math.max(whole, low);
  }

  private static int classify(int bits) {
    boolean negative = bits < 0;
    int magnitude = bits & 0x7fffffff;
    if (magnitude > 0x7f800000) {
      return (bits & 0x00400000) != 0 ? 1 << 9 : 1 << 8;
    }
    int kind = magnitude == 0x7f800000 ? 0 : magnitude >= 0x00800000 ? 1 : magnitude > 0 ? 2 : 3;
    return 1 << (negative ? kind : 7 - kind);
  }
}
