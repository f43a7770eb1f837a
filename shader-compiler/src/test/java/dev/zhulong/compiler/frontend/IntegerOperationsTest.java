package dev.zhulong.compiler.frontend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.zhulong.compiler.testing.SpirvText;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.LongBinaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Each integer instruction of SPIR-V on each width, where the type is signed and where it is not:
 * instructions say themselves how they take their operands.
 */
class IntegerOperationsTest {
  private static final long SEED = 23;
  private static final int RUNS = 128;

  private static final long[] SPECIAL = {
    0,
    1,
    -1,
    2,
    3,
    7,
    127,
    128,
    255,
    256,
    32767,
    32768,
    65535,
    65536,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    0xffffffffL,
    1L << 32,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    -2,
    -128,
    -32768
  };

  /** An instruction that makes {@code %r0}… of {@code %a} and {@code %b}, and what it computes. */
  private record Operation(String text, LongBinaryOperator expected) {}

  private final List<Operation> operations = new ArrayList<>();
  private int bits;

  private long signed(long x) {
    return x << 64 - bits >> 64 - bits;
  }

  private long unsigned(long x) {
    return x << 64 - bits >>> 64 - bits;
  }

  private void value(String instruction, LongBinaryOperator expected) {
    operations.add(
        new Operation("%%r = %s".formatted(instruction.replaceFirst(" ", " %T ")), expected));
  }

  private void test(String instruction, LongBinaryOperator truth) {
    operations.add(
        new Operation(
            "%%c = %s %%bool %%a %%b\n%%r = OpSelect %%T %%c %%one %%zero".formatted(instruction),
            truth));
  }

  private void pair(String instruction, LongBinaryOperator low, LongBinaryOperator high) {
    for (int n = 0; n < 2; n++) {
      operations.add(
          new Operation(
              "%%p = %s %%pair %%a %%b\n%%r = OpCompositeExtract %%T %%p %d"
                  .formatted(instruction, n),
              n == 0 ? low : high));
    }
  }

  private void define() {
    value("OpIAdd %a %b", Long::sum);
    value("OpISub %a %b", (a, b) -> a - b);
    value("OpIMul %a %b", (a, b) -> a * b);
    value("OpUDiv %a %odd", (a, b) -> Long.divideUnsigned(unsigned(a), unsigned(b | 1)));
    value("OpUMod %a %odd", (a, b) -> Long.remainderUnsigned(unsigned(a), unsigned(b | 1)));
    value("OpSDiv %a %odd", (a, b) -> signed(a) / signed(b | 1));
    value("OpSRem %a %odd", (a, b) -> signed(a) % signed(b | 1));
    value("OpSMod %a %odd", (a, b) -> Math.floorMod(signed(a), signed(b | 1)));
    value("OpSNegate %a", (a, b) -> -a);
    value("OpNot %a", (a, b) -> ~a);
    value("OpBitwiseOr %a %b", (a, b) -> a | b);
    value("OpBitwiseXor %a %b", (a, b) -> a ^ b);
    value("OpBitwiseAnd %a %b", (a, b) -> a & b);
    value("OpShiftLeftLogical %a %shift", (a, b) -> a << (b & bits - 1));
    value("OpShiftRightLogical %a %shift", (a, b) -> unsigned(a) >>> (b & bits - 1));
    value("OpShiftRightArithmetic %a %shift", (a, b) -> signed(a) >> (b & bits - 1));
    value("OpBitReverse %a", (a, b) -> Long.reverse(unsigned(a)) >>> 64 - bits);
    value("OpBitCount %a", (a, b) -> Long.bitCount(unsigned(a)));
    value(
        "OpBitFieldInsert %a %b %offset %count",
        (a, b) -> a & ~(field(b) << offset(b)) | (b & field(b)) << offset(b));
    value(
        "OpBitFieldSExtract %a %offset %count",
        (a, b) -> count(b) == 0 ? 0 : a >> offset(b) << 64 - count(b) >> 64 - count(b));
    value("OpBitFieldUExtract %a %offset %count", (a, b) -> a >> offset(b) & field(b));
    test("OpIEqual", (a, b) -> unsigned(a) == unsigned(b) ? 1 : 0);
    test("OpINotEqual", (a, b) -> unsigned(a) != unsigned(b) ? 1 : 0);
    test("OpULessThan", (a, b) -> order(a, b) < 0 ? 1 : 0);
    test("OpULessThanEqual", (a, b) -> order(a, b) <= 0 ? 1 : 0);
    test("OpUGreaterThan", (a, b) -> order(a, b) > 0 ? 1 : 0);
    test("OpUGreaterThanEqual", (a, b) -> order(a, b) >= 0 ? 1 : 0);
    test("OpSLessThan", (a, b) -> signed(a) < signed(b) ? 1 : 0);
    test("OpSLessThanEqual", (a, b) -> signed(a) <= signed(b) ? 1 : 0);
    test("OpSGreaterThan", (a, b) -> signed(a) > signed(b) ? 1 : 0);
    test("OpSGreaterThanEqual", (a, b) -> signed(a) >= signed(b) ? 1 : 0);
    pair("OpIAddCarry", Long::sum, (a, b) -> carries(unsigned(a), unsigned(b)) ? 1 : 0);
    pair("OpISubBorrow", (a, b) -> a - b, (a, b) -> order(a, b) < 0 ? 1 : 0);
    pair("OpUMulExtended", (a, b) -> a * b, (a, b) -> unsignedHigh(unsigned(a), unsigned(b)));
    pair("OpSMulExtended", (a, b) -> a * b, (a, b) -> signedHigh(signed(a), signed(b)));
    glsl("SAbs %a", (a, b) -> Math.abs(signed(a)));
    glsl("SSign %a", (a, b) -> Long.signum(signed(a)));
    glsl("UMin %a %b", (a, b) -> order(a, b) < 0 ? a : b);
    glsl("UMax %a %b", (a, b) -> order(a, b) < 0 ? b : a);
    glsl("SMin %a %b", (a, b) -> Math.min(signed(a), signed(b)));
    glsl("SMax %a %b", (a, b) -> Math.max(signed(a), signed(b)));
    glsl("SClamp %a %zero %one", (a, b) -> Math.clamp(signed(a), 0, 1));
    glsl("UClamp %a %one %minus", (a, b) -> unsigned(a) == 0 ? 1 : a);
    if (bits == 32) {
      glsl("FindILsb %a", (a, b) -> (int) a == 0 ? -1 : Long.numberOfTrailingZeros(a));
      glsl("FindUMsb %a", (a, b) -> 31 - Integer.numberOfLeadingZeros((int) a));
      glsl("FindSMsb %a", (a, b) -> 31 - Integer.numberOfLeadingZeros((int) (a ^ (int) a >> 31)));
    }
    dots();
  }

  private void dots() {
    String three =
        "%v = OpCompositeConstruct %vec %a %b %a\n%w = OpCompositeConstruct %vec %b %b %one\n";
    operations.add(new Operation(three + "%r = OpSDot %T %v %w", (a, b) -> a * b + b * b + a));
    operations.add(new Operation(three + "%r = OpUDot %T %v %w", (a, b) -> a * b + b * b + a));
    operations.add(
        new Operation(
            "%v = OpCompositeConstruct %vec %one %zero %zero\n"
                + "%w = OpCompositeConstruct %vec %a %b %b\n%r = OpSDotAccSat %T %v %w %b",
            (a, b) -> {
              long sum = signed(a) + signed(b);
              long end = b >> 63 - (64 - bits) & 1;
              boolean over = bits == 64 ? ((a ^ sum) & (b ^ sum)) < 0 : sum != signed(sum);
              long most = (1L << bits - 1) - 1;
              return over ? end == 0 ? most : ~most : sum;
            }));
    operations.add(
        new Operation(
            "%v = OpCompositeConstruct %vec %one %zero %zero\n"
                + "%w = OpCompositeConstruct %vec %a %b %b\n%r = OpUDotAccSat %T %v %w %b",
            (a, b) -> carries(unsigned(a), unsigned(b)) ? -1 : a + b));
    operations.add(
        new Operation(
            "%r = OpSDot %T %pa %pb PackedVectorFormat4x8Bit", (a, b) -> packed(a, b, true, true)));
    operations.add(
        new Operation(
            "%r = OpUDot %T %pa %pb PackedVectorFormat4x8Bit",
            (a, b) -> packed(a, b, false, false)));
    operations.add(
        new Operation(
            "%r = OpSUDot %T %pa %pb PackedVectorFormat4x8Bit",
            (a, b) -> packed(a, b, true, false)));
  }

  private long packed(long a, long b, boolean left, boolean right) {
    long sum = 0;
    for (int n = 0; n < 4; n++) {
      byte x = (byte) (low(a) >> 8 * n);
      byte y = (byte) (low(b) >> 8 * n);
      sum += (long) (left ? x : x & 0xff) * (right ? y : y & 0xff);
    }
    return sum;
  }

  /** The word that the shader makes of an operand for packed vectors. */
  private int low(long x) {
    return bits < 32 ? (int) unsigned(x) * 0x01010101 : (int) x;
  }

  private void glsl(String call, LongBinaryOperator expected) {
    operations.add(new Operation("%r = OpExtInst %T %glsl " + call, expected));
  }

  private int order(long a, long b) {
    return Long.compareUnsigned(unsigned(a), unsigned(b));
  }

  private boolean carries(long a, long b) {
    return Long.compareUnsigned(unsigned(a + b), a) < 0;
  }

  private long unsignedHigh(long a, long b) {
    return bits == 64 ? Math.unsignedMultiplyHigh(a, b) : a * b >>> bits;
  }

  private long signedHigh(long a, long b) {
    return bits == 64 ? Math.multiplyHigh(a, b) : a * b >> bits;
  }

  private int offset(long b) {
    return (int) b & bits / 2 - 1;
  }

  private int count(long b) {
    return (int) (b >> 3) & bits / 2 - 1;
  }

  private long field(long b) {
    return (1L << count(b)) - 1;
  }

  private String shader(boolean signed) {
    StringBuilder body = new StringBuilder();
    for (int n = 0; n < operations.size(); n++) {
      String text = operations.get(n).text.replaceAll("%([rcpvw])\\b", "%$1" + n);
      body.append(text)
          .append(
              """

              %%at%1$d = OpIAdd %%uint %%i %%k%2$d
              %%to%1$d = OpAccessChain %%pT %%out %%u0 %%at%1$d
              OpStore %%to%1$d %%r%1$d
              """
                  .formatted(n, n));
    }
    StringBuilder constants = new StringBuilder();
    for (int n = 0; n < operations.size(); n++) {
      constants.append("%%k%d = OpConstant %%uint %d%n".formatted(n, n * RUNS));
    }
    String index =
        bits == 32
            ? "%low = OpCopyObject %T %b\n%alow = OpCopyObject %T %a"
            : "%low = OpUConvert %word %b\n%alow = OpUConvert %word %a";
    return """
    ; SPIR-V
    ; Version: 1.6
    OpCapability Shader
    OpCapability Int8
    OpCapability Int16
    OpCapability Int64
    OpCapability StorageBuffer8BitAccess
    OpCapability StorageBuffer16BitAccess
    OpCapability DotProduct
    OpCapability DotProductInputAll
    OpCapability DotProductInput4x8BitPacked
    %%glsl = OpExtInstImport "GLSL.std.450"
    OpMemoryModel Logical GLSL450
    OpEntryPoint GLCompute %%main "main" %%id %%in %%out
    OpExecutionMode %%main LocalSize 128 1 1
    OpDecorate %%id BuiltIn LocalInvocationIndex
    OpDecorate %%group Offset 0
    %%group = OpDecorationGroup
    OpGroupMemberDecorate %%group %%block 0
    OpDecorate %%block Block
    OpDecorate %%array ArrayStride %1$d
    OpDecorate %%in DescriptorSet 0
    OpDecorate %%in Binding 0
    OpDecorate %%out DescriptorSet 0
    OpDecorate %%out Binding 1
    %%void = OpTypeVoid
    %%fn = OpTypeFunction %%void
    %%bool = OpTypeBool
    %%uint = OpTypeInt 32 0
    %2$s
    %%pair = OpTypeStruct %%T %%T
    %%vec = OpTypeVector %%T 3
    %%pid = OpTypePointer Input %%uint
    %%array = OpTypeRuntimeArray %%T
    %%block = OpTypeStruct %%array
    %%pblock = OpTypePointer StorageBuffer %%block
    %%pT = OpTypePointer StorageBuffer %%T
    %%u0 = OpConstant %%uint 0
    %%runs = OpConstant %%uint 128
    %%three = OpConstant %%word 3
    %%eight = OpConstant %%word 8
    %%half = OpConstant %%word %3$d
    %%spread = OpConstant %%word %4$d
    %%zero = OpConstant %%T 0
    %%one = OpConstant %%T 1
    %%minus = OpConstant %%T %5$s
    %%last = OpConstant %%T %6$d
    %7$s
    %%id = OpVariable %%pid Input
    %%in = OpVariable %%pblock StorageBuffer
    %%out = OpVariable %%pblock StorageBuffer
    %%main = OpFunction %%void None %%fn
    %%entry = OpLabel
    %%i = OpLoad %%uint %%id
    %%j = OpIAdd %%uint %%i %%runs
    %%wherea = OpAccessChain %%pT %%in %%u0 %%i
    %%whereb = OpAccessChain %%pT %%in %%u0 %%j
    %%a = OpLoad %%T %%wherea
    %%b = OpLoad %%T %%whereb
    %%odd = OpBitwiseOr %%T %%b %%one
    %%shift = OpBitwiseAnd %%T %%b %%last
    %8$s
    %%offset = OpBitwiseAnd %%word %%low %%half
    %%above = OpShiftRightArithmetic %%word %%low %%three
    %%count = OpBitwiseAnd %%word %%above %%half
    %%pa = OpIMul %%word %%alow %%spread
    %%pb = OpIMul %%word %%low %%spread
    %9$s
    OpReturn
    OpFunctionEnd
    """
        .formatted(
            bits / 8,
            // The types of bits and signs may be declared only once.
            bits == 32 && !signed ? "" : "%T = OpTypeInt " + bits + (signed ? " 1" : " 0"),
            bits / 2 - 1,
            bits < 32 ? 0x01010101 : 1,
            signed ? "-1" : Long.toUnsignedString(unsigned(-1)),
            bits - 1,
            constants,
            index,
            body)
        .replace("%word", bits == 32 ? "%T" : "%uint")
        .replaceAll("%T\\b", bits == 32 && !signed ? "%uint" : "%T");
  }

  @ParameterizedTest
  @CsvSource({
    "8, false",
    "8, true",
    "16, false",
    "16, true",
    "32, false",
    "32, true",
    "64, false",
    "64, true"
  })
  void everyInstruction(int width, boolean signed) {
    bits = width;
    define();
    Random random = new Random(SEED);
    long[] in = new long[2 * RUNS];
    for (int n = 0; n < in.length; n++) {
      in[n] =
          random.nextInt(3) == 0
              ? SPECIAL[random.nextInt(SPECIAL.length)]
              : random.nextLong() >> random.nextInt(64);
    }
    System.arraycopy(SPECIAL, 0, in, 0, SPECIAL.length);
    int[] out = new int[operations.size() * RUNS * bits / 32];
    SpirvText.run(shader(signed), SpirvText.packed(in, bits), out, 1);
    for (int k = 0; k < operations.size(); k++) {
      Operation operation = operations.get(k);
      for (int n = 0; n < RUNS; n++) {
        long a = in[n];
        long b = in[n + RUNS];
        assertEquals(
            unsigned(operation.expected.applyAsLong(a, b)),
            unsigned(SpirvText.element(out, k * RUNS + n, bits)),
            () -> operation.text + " of " + signed(a) + " and " + signed(b) + ", seed " + SEED);
      }
    }
  }
}
