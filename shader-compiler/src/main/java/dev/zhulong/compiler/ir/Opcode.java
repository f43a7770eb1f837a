package dev.zhulong.compiler.ir;

/**
 * What an instruction does.
 *
 * <p>The signature lists operand types, a colon, and result types: {@code i} I32, {@code f} F32,
 * {@code b} BOOL, {@code .} any one, {@code *} any number of any type.
 */
public enum Opcode {
  // Integer arithmetic, wrapping. (I32, I32) -> I32.
  /** Sum. */
  ADD("ii:i", Kind.PURE),
  /** Difference. */
  SUB("ii:i", Kind.PURE),
  /** Low word of the product. */
  MUL("ii:i", Kind.PURE),
  /** High word of the signed product. */
  MULH_S("ii:i", Kind.PURE),
  /** High word of the unsigned product. */
  MULH_U("ii:i", Kind.PURE),
  /** Signed quotient, RISC-V rules for zero and overflow. */
  DIV_S("ii:i", Kind.PURE),
  /** Unsigned quotient, RISC-V rule for zero. */
  DIV_U("ii:i", Kind.PURE),
  /** Signed remainder, sign of the dividend. */
  REM_S("ii:i", Kind.PURE),
  /** Unsigned remainder. */
  REM_U("ii:i", Kind.PURE),
  /** Bitwise and. */
  AND("ii:i", Kind.PURE),
  /** Bitwise or. */
  OR("ii:i", Kind.PURE),
  /** Bitwise exclusive or. */
  XOR("ii:i", Kind.PURE),
  /** Left shift by the low 5 bits. */
  SHL("ii:i", Kind.PURE),
  /** Arithmetic right shift by the low 5 bits. */
  SHR_S("ii:i", Kind.PURE),
  /** Logical right shift by the low 5 bits. */
  SHR_U("ii:i", Kind.PURE),
  /** Left rotation by the low 5 bits. */
  ROTL("ii:i", Kind.PURE),
  /** Signed minimum. */
  MIN_S("ii:i", Kind.PURE),
  /** Signed maximum. */
  MAX_S("ii:i", Kind.PURE),
  /** Unsigned minimum. */
  MIN_U("ii:i", Kind.PURE),
  /** Unsigned maximum. */
  MAX_U("ii:i", Kind.PURE),
  // Integer bits. (I32) -> I32.
  /** Leading zeros, 32 for zero. */
  CLZ("i:i", Kind.PURE),
  /** Trailing zeros, 32 for zero. */
  CTZ("i:i", Kind.PURE),
  /** Set bits. */
  POPCOUNT("i:i", Kind.PURE),
  /** Bytes reversed. */
  BYTE_SWAP("i:i", Kind.PURE),
  /** Sign-extended low byte. */
  EXTEND_S8("i:i", Kind.PURE),
  /** Sign-extended low half. */
  EXTEND_S16("i:i", Kind.PURE),
  /** Zero-extended low half. */
  EXTEND_U16("i:i", Kind.PURE),
  // Integer comparison. (I32, I32) -> BOOL.
  /** Equal. */
  EQ("ii:b", Kind.PURE),
  /** Not equal. */
  NE("ii:b", Kind.PURE),
  /** Signed less. */
  LT_S("ii:b", Kind.PURE),
  /** Unsigned less. */
  LT_U("ii:b", Kind.PURE),
  /** Signed greater or equal. */
  GE_S("ii:b", Kind.PURE),
  /** Unsigned greater or equal. */
  GE_U("ii:b", Kind.PURE),
  /** Whether an index is below a length, both unsigned; attribute: IndexBound. */
  INSIDE("ii:b", Kind.EXPANDED),
  // Truth values.
  /** Both. */
  B_AND("bb:b", Kind.PURE),
  /** Either. */
  B_OR("bb:b", Kind.PURE),
  /** Not the same. */
  B_XOR("bb:b", Kind.PURE),
  /** Not. */
  B_NOT("b:b", Kind.PURE),
  /** 0 or 1. */
  BOOL_TO_INT("b:i", Kind.PURE),
  /** Second operand when the first is true, else the third; all types. */
  SELECT("b..:.", Kind.PURE),
  // Float arithmetic, round to nearest even unless said otherwise.
  /** Sum. */
  F_ADD("ff:f", Kind.PURE),
  /** Difference. */
  F_SUB("ff:f", Kind.PURE),
  /** Product. */
  F_MUL("ff:f", Kind.PURE),
  /** Quotient, correctly rounded. */
  F_DIV("ff:f", Kind.PURE),
  /** IEEE minimumNumber. */
  F_MIN("ff:f", Kind.PURE),
  /** IEEE maximumNumber. */
  F_MAX("ff:f", Kind.PURE),
  /** Magnitude of the first, sign of the second. */
  F_COPYSIGN("ff:f", Kind.PURE),
  /** Fused a*b+c with one rounding. */
  F_MA("fff:f", Kind.PURE),
  /** Square root, correctly rounded. */
  F_SQRT("f:f", Kind.PURE),
  /** Sign flipped. */
  F_NEG("f:f", Kind.PURE),
  /** Sign cleared. */
  F_ABS("f:f", Kind.PURE),
  // Float comparison: false when an operand is NaN. (F32, F32) -> BOOL.
  /** Equal. */
  F_EQ("ff:b", Kind.PURE),
  /** Less. */
  F_LT("ff:b", Kind.PURE),
  /** Less or equal. */
  F_LE("ff:b", Kind.PURE),
  /** Class mask of fclass.s. */
  F_CLASS("f:i", Kind.PURE),
  // Conversions.
  /** Toward zero, saturating, signed. */
  F_TO_S("f:i", Kind.PURE),
  /** Toward zero, saturating, unsigned. */
  F_TO_U("f:i", Kind.PURE),
  /** To nearest even, saturating, signed. */
  F_TO_S_NEAREST("f:i", Kind.PURE),
  /** Toward negative infinity, saturating, signed. */
  F_TO_S_DOWN("f:i", Kind.PURE),
  /** Toward positive infinity, saturating, signed. */
  F_TO_S_UP("f:i", Kind.PURE),
  /** Signed integer, nearest even. */
  S_TO_F("i:f", Kind.PURE),
  /** Unsigned integer, nearest even. */
  U_TO_F("i:f", Kind.PURE),
  /** Same bits. */
  BITS_TO_F("i:f", Kind.PURE),
  /** Same bits. */
  F_TO_BITS("f:i", Kind.PURE),
  // Texture unit, for devices that have one; machine contract.
  /** Texels and weight of a coordinate along the axis that the second operand describes. */
  TEX_COORDINATE("fi:i", Kind.PURE),
  /** Bytes 0 and 1 of two words, mixed by the third operand's low byte. */
  TEX_MIX_LOW("iii:i", Kind.PURE),
  /** Bytes 2 and 3 of two words, mixed by the third operand's low byte. */
  TEX_MIX_HIGH("iii:i", Kind.PURE),
  /** Low halves of two words, mixed by the third operand's low byte, from 0 to 255. */
  TEX_COLOR_LOW("iii:f", Kind.PURE),
  /** High halves of two words, mixed by the third operand's low byte, from 0 to 255. */
  TEX_COLOR_HIGH("iii:f", Kind.PURE),
  // Merge unit, for devices that have one; machine contract.
  /** Two floats as bytes 0 and 1, and the third operand. */
  MERGE_PACK8_LOW("ffi:i", Kind.PURE),
  /** Two floats as bytes 2 and 3, and the third operand. */
  MERGE_PACK8_HIGH("ffi:i", Kind.PURE),
  /** Two floats as the lower fields of 10 bits, and the third operand. */
  MERGE_PACK10_LOW("ffi:i", Kind.PURE),
  /** Two floats as the upper fields of 10 and 2 bits, and the third operand. */
  MERGE_PACK10_HIGH("ffi:i", Kind.PURE),
  /** Two floats as the lower fields of 5 and 6 bits, and the third operand. */
  MERGE_PACK565_LOW("ffi:i", Kind.PURE),
  /** The first float as the upper field of 5 bits, and the third operand. */
  MERGE_PACK565_HIGH("ffi:i", Kind.PURE),
  /** The float of 8 bits of a word from the second operand on. */
  MERGE_UNPACK8("ii:f", Kind.PURE),
  /** The float of 10 bits of a word from the second operand on. */
  MERGE_UNPACK10("ii:f", Kind.PURE),
  /** The float of 5 bits of a word from the second operand on. */
  MERGE_UNPACK5("ii:f", Kind.PURE),
  /** The float of 6 bits of a word from the second operand on. */
  MERGE_UNPACK6("ii:f", Kind.PURE),
  /** The float of 2 bits of a word from the second operand on. */
  MERGE_UNPACK2("ii:f", Kind.PURE),
  // Coverage unit, for devices that have one; machine contract.
  /** Signs of a value at four places by a step, below what the third operand has. */
  COVER_ROW("iii:i", Kind.PURE),
  // Functions that are expanded into the above before the back end. (F32…) -> F32.
  /** Rounded down. */
  F_FLOOR("f:f", Kind.EXPANDED),
  /** Rounded up. */
  F_CEIL("f:f", Kind.EXPANDED),
  /** Rounded toward zero. */
  F_TRUNC("f:f", Kind.EXPANDED),
  /** Rounded to nearest even. */
  F_ROUND_EVEN("f:f", Kind.EXPANDED),
  /** Sine. */
  F_SIN("f:f", Kind.EXPANDED),
  /** Cosine. */
  F_COS("f:f", Kind.EXPANDED),
  /** Tangent. */
  F_TAN("f:f", Kind.EXPANDED),
  /** Arc sine. */
  F_ASIN("f:f", Kind.EXPANDED),
  /** Arc cosine. */
  F_ACOS("f:f", Kind.EXPANDED),
  /** Arc tangent. */
  F_ATAN("f:f", Kind.EXPANDED),
  /** Arc tangent of y/x. */
  F_ATAN2("ff:f", Kind.EXPANDED),
  /** e to the power. */
  F_EXP("f:f", Kind.EXPANDED),
  /** 2 to the power. */
  F_EXP2("f:f", Kind.EXPANDED),
  /** Natural logarithm. */
  F_LOG("f:f", Kind.EXPANDED),
  /** Logarithm to base 2. */
  F_LOG2("f:f", Kind.EXPANDED),
  /** x to the power y. */
  F_POW("ff:f", Kind.EXPANDED),
  /** 1/sqrt(x). */
  F_INVERSE_SQRT("f:f", Kind.EXPANDED),
  /** Hyperbolic sine. */
  F_SINH("f:f", Kind.EXPANDED),
  /** Hyperbolic cosine. */
  F_COSH("f:f", Kind.EXPANDED),
  /** Hyperbolic tangent. */
  F_TANH("f:f", Kind.EXPANDED),
  /** Inverse hyperbolic sine. */
  F_ASINH("f:f", Kind.EXPANDED),
  /** Inverse hyperbolic cosine. */
  F_ACOSH("f:f", Kind.EXPANDED),
  /** Inverse hyperbolic tangent. */
  F_ATANH("f:f", Kind.EXPANDED),
  // Machine state: pure during a launch; attribute: the CSR.
  /** Value of a constant CSR (ids, sizes, bases; never a counter). */
  READ_CSR(":i", Kind.PURE),
  /** Value of a counter at this moment; attribute: the CSR. */
  READ_COUNTER(":i", Kind.EFFECT),
  // Memory; attribute: Access.
  /** Value at the address; I32, or F32 for 4 bytes. */
  LOAD("i:.", Kind.EFFECT),
  /** Second operand to the address of the first. */
  STORE("i.:", Kind.EFFECT),
  /** Address of private memory; attribute: StackSlot. */
  STACK_ADDRESS(":i", Kind.PURE),
  /** Address of constant data; attribute: ConstantTable. */
  TABLE_ADDRESS(":i", Kind.PURE),
  /** Old value at the address, replaced atomically. */
  ATOMIC_ADD("ii:i", Kind.EFFECT),
  /** Old value at the address, replaced atomically. */
  ATOMIC_MIN_S("ii:i", Kind.EFFECT),
  /** Old value at the address, replaced atomically. */
  ATOMIC_MIN_U("ii:i", Kind.EFFECT),
  /** Old value at the address, replaced atomically. */
  ATOMIC_MAX_S("ii:i", Kind.EFFECT),
  /** Old value at the address, replaced atomically. */
  ATOMIC_MAX_U("ii:i", Kind.EFFECT),
  /** Old value at the address, replaced atomically. */
  ATOMIC_AND("ii:i", Kind.EFFECT),
  /** Old value at the address, replaced atomically. */
  ATOMIC_OR("ii:i", Kind.EFFECT),
  /** Old value at the address, replaced atomically. */
  ATOMIC_XOR("ii:i", Kind.EFFECT),
  /** Old value at the address, replaced atomically. */
  ATOMIC_EXCHANGE("ii:i", Kind.EFFECT),
  /** Old value at the address; replaced by the third operand if it equals the second. */
  ATOMIC_COMPARE_EXCHANGE("iii:i", Kind.EFFECT),
  // Between invocations.
  /** All invocations of the workgroup arrive before any goes on. */
  BARRIER(":", Kind.EFFECT),
  /** Earlier stores are visible device-wide before later accesses. */
  MEMORY_FENCE(":", Kind.EFFECT),
  /** Over the warp's active lanes. */
  VOTE_ALL("b:b", Kind.EFFECT),
  /** Over the warp's active lanes. */
  VOTE_ANY("b:b", Kind.EFFECT),
  /** Over the warp's active lanes. */
  VOTE_EQUAL("b:b", Kind.EFFECT),
  /** Mask of active lanes whose operand is true. */
  BALLOT("b:i", Kind.EFFECT),
  /** Bits that any of the warp's active lanes has, by the coverage unit. */
  COVER_ANY("i:i", Kind.EFFECT),
  /** Value of another lane, as SHFL with the second operand as its control word. */
  SHUFFLE_UP(".i:.", Kind.EFFECT),
  /** Value of another lane, as SHFL with the second operand as its control word. */
  SHUFFLE_DOWN(".i:.", Kind.EFFECT),
  /** Value of another lane, as SHFL with the second operand as its control word. */
  SHUFFLE_XOR(".i:.", Kind.EFFECT),
  /** Value of another lane, as SHFL with the second operand as its control word. */
  SHUFFLE_INDEX(".i:.", Kind.EFFECT),
  /** Low byte to this hart's console channel. */
  CONSOLE_WRITE("i:", Kind.EFFECT),
  // Control; see the package description.
  /** Runs its first region when the operand is true, else its second. */
  IF("b:*", Kind.EFFECT),
  /** Runs its region until NEXT's condition is false. */
  LOOP("*:*", Kind.EFFECT),
  /** Ends a region of IF; operands are the results. */
  YIELD("*:", Kind.EFFECT),
  /** Ends the region of LOOP: condition to go on, carried values. */
  NEXT("b*:", Kind.EFFECT),
  /** Ends the kernel's body. */
  END(":", Kind.EFFECT),
  // Before SSA form only.
  /** Value of a local; attribute: the Local. */
  LOCAL_GET(":.", Kind.EFFECT),
  /** Sets a local; attribute: the Local. */
  LOCAL_SET(".:", Kind.EFFECT);

  private enum Kind {
    PURE,
    EXPANDED,
    EFFECT
  }

  private final String signature;
  private final Kind kind;

  Opcode(String signature, Kind kind) {
    this.signature = signature;
    this.kind = kind;
  }

  /** Operand and result types; see the type's description. */
  public String signature() {
    return signature;
  }

  /** Whether it depends on its operands and attribute alone and has no effect. */
  public boolean pure() {
    return kind != Kind.EFFECT;
  }

  /** Whether it must be expanded into simpler ones before the back end. */
  public boolean expanded() {
    return kind == Kind.EXPANDED;
  }

  /** Whether it ends a region. */
  public boolean terminator() {
    return switch (this) {
      case YIELD, NEXT, END -> true;
      default -> false;
    };
  }

  /** The name in dumps. */
  public String dumpName() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
