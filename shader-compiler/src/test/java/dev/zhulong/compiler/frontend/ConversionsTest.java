package dev.zhulong.compiler.frontend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.zhulong.compiler.testing.SpirvText;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Conversions from each scalar type to each other, against Java's. */
class ConversionsTest {
  private static final long SEED = 37;
  private static final int RUNS = 256;

  /** A scalar type of SPIR-V. */
  private record Kind(String name, int bits, boolean signed, boolean real) {
    static Kind of(String name) {
      int bits = Integer.parseInt(name.substring(1));
      return new Kind(name, bits, name.charAt(0) != 'u', name.charAt(0) == 'f');
    }

    String declaration() {
      return real
          ? "%%%s = OpTypeFloat %d".formatted(name, bits)
          : "%%%s = OpTypeInt %d %d".formatted(name, bits, signed ? 1 : 0);
    }

    /** A value from its bits. */
    Number value(long raw) {
      if (real) {
        return bits == 16 ? Float.float16ToFloat((short) raw) : Float.intBitsToFloat((int) raw);
      }
      BigInteger unsigned = new BigInteger(Long.toUnsignedString(raw << 64 - bits >>> 64 - bits));
      return signed && unsigned.testBit(bits - 1)
          ? unsigned.subtract(BigInteger.ONE.shiftLeft(bits))
          : unsigned;
    }

    /** The bits of a number converted to this type; null where the specification leaves it open. */
    Long converted(Number x) {
      if (real) {
        float single = x instanceof BigInteger whole ? rounded(whole) : x.floatValue();
        if (Float.isNaN(single)) {
          return null;
        }
        return bits == 16
            ? Float.floatToFloat16(single) & 0xffffL
            : Float.floatToRawIntBits(single) & 0xffffffffL;
      }
      BigInteger whole;
      if (x instanceof Float f) {
        if (f.isNaN() || f.isInfinite()) {
          return null;
        }
        whole = new java.math.BigDecimal(f).toBigInteger();
        int needed = signed ? whole.bitLength() + 1 : whole.bitLength();
        if (needed > bits || !signed && whole.signum() < 0) {
          return null;
        }
      } else {
        whole = (BigInteger) x;
      }
      return whole.longValue() << 64 - bits >>> 64 - bits;
    }

    private static float rounded(BigInteger whole) {
      return whole.floatValue();
    }

    String instruction(Kind from) {
      if (from.real && real) {
        return "OpFConvert";
      }
      if (from.real) {
        return signed ? "OpConvertFToS" : "OpConvertFToU";
      }
      if (real) {
        return from.signed ? "OpConvertSToF" : "OpConvertUToF";
      }
      return from.signed ? "OpSConvert" : "OpUConvert";
    }
  }

  private static final List<String> KINDS =
      List.of("i8", "u8", "i16", "u16", "i32", "u32", "i64", "u64", "f16", "f32");

  private static String shader(Kind from, Kind to) {
    StringBuilder types = new StringBuilder();
    for (String name : new java.util.TreeSet<>(List.of(from.name, to.name, "u32"))) {
      types.append(Kind.of(name).declaration()).append('\n');
    }
    return """
    ; SPIR-V
    ; Version: 1.6
    OpCapability Shader
    OpCapability Int8
    OpCapability Int16
    OpCapability Int64
    OpCapability Float16
    OpCapability StorageBuffer8BitAccess
    OpCapability StorageBuffer16BitAccess
    OpMemoryModel Logical GLSL450
    OpEntryPoint GLCompute %%main "main" %%id %%in %%out
    OpExecutionMode %%main LocalSize 64 1 1
    OpDecorate %%id BuiltIn GlobalInvocationId
    OpMemberDecorate %%inblock 0 Offset 0
    OpMemberDecorate %%outblock 0 Offset 0
    OpDecorate %%inblock Block
    OpDecorate %%outblock Block
    OpDecorate %%ins ArrayStride %1$d
    OpDecorate %%outs ArrayStride %2$d
    OpDecorate %%in DescriptorSet 0
    OpDecorate %%in Binding 0
    OpDecorate %%out DescriptorSet 0
    OpDecorate %%out Binding 1
    %%void = OpTypeVoid
    %%fn = OpTypeFunction %%void
    %3$s
    %%v = OpTypeVector %%u32 3
    %%pid = OpTypePointer Input %%v
    %%ins = OpTypeRuntimeArray %%%4$s
    %%outs = OpTypeRuntimeArray %%%5$s
    %%inblock = OpTypeStruct %%ins
    %%outblock = OpTypeStruct %%outs
    %%pinblock = OpTypePointer StorageBuffer %%inblock
    %%poutblock = OpTypePointer StorageBuffer %%outblock
    %%pin = OpTypePointer StorageBuffer %%%4$s
    %%pout = OpTypePointer StorageBuffer %%%5$s
    %%u0 = OpConstant %%u32 0
    %%id = OpVariable %%pid Input
    %%in = OpVariable %%pinblock StorageBuffer
    %%out = OpVariable %%poutblock StorageBuffer
    %%main = OpFunction %%void None %%fn
    %%entry = OpLabel
    %%ids = OpLoad %%v %%id
    %%i = OpCompositeExtract %%u32 %%ids 0
    %%where = OpAccessChain %%pin %%in %%u0 %%i
    %%x = OpLoad %%%4$s %%where
    %%y = %6$s %%%5$s %%x
    %%to = OpAccessChain %%pout %%out %%u0 %%i
    OpStore %%to %%y
    OpReturn
    OpFunctionEnd
    """
        .formatted(from.bits / 8, to.bits / 8, types, from.name, to.name, to.instruction(from));
  }

  private static void check(Kind from, Kind to, long[] in) {
    int[] out = new int[in.length * to.bits / 32];
    SpirvText.run(shader(from, to), SpirvText.packed(in, from.bits), out, in.length / 64);
    for (int n = 0; n < in.length; n++) {
      Number x = from.value(in[n]);
      Long want = to.converted(x);
      if (want != null) {
        assertEquals(
            Long.toHexString(want),
            Long.toHexString(SpirvText.element(out, n, to.bits)),
            () -> from.name + " " + x + " to " + to.name + ", seed " + SEED);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"i8", "u8", "i16", "u16", "i32", "u32", "i64", "u64", "f16", "f32"})
  void toEveryOther(String name) {
    Kind from = Kind.of(name);
    Random random = new Random(SEED);
    long[] in = new long[RUNS];
    for (int n = 0; n < in.length; n++) {
      in[n] = random.nextLong() >> random.nextInt(64);
      if (from.real && from.bits == 32) {
        // Halves, their neighbours and what lies between them, and large whole numbers.
        float half = Float.float16ToFloat((short) random.nextInt());
        float x = random.nextBoolean() ? half + half * random.nextInt(-2, 3) * 0x1p-12f : in[n];
        in[n] = (long) Float.floatToRawIntBits(x) + random.nextInt(-1, 2);
      }
    }
    List<Kind> others = new ArrayList<>();
    KINDS.forEach(k -> others.add(Kind.of(k)));
    for (Kind to : others) {
      boolean same = to.real == from.real && to.bits == from.bits;
      if (!same) {
        check(from, to, in);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"f16, f32", "f16, i32"})
  void everyHalf(String from, String to) {
    long[] in = new long[1 << 16];
    for (int n = 0; n < in.length; n++) {
      in[n] = n;
    }
    check(Kind.of(from), Kind.of(to), in);
  }
}
