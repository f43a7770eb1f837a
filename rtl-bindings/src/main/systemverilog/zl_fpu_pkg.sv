// Operations, latencies and binary32 primitives shared by the floating-point units.
//
// A latency of L means L register stages: operands that are valid before clock edge n give a
// result that is readable after edge n+L-1.
//
// All units hand their exact result to round_pack() in the same form, so that rounding, overflow
// and underflow are decided in one place:
//
//   value = (sig + guard/2 + guard2/4 + something below 1/4 if sticky) * 2^(exponent - 127 - 23)
//
// where sig[23] is set unless the result lies below the smallest normal number; then exponent is 1.

package zl_fpu_pkg;

  // For the core's write-back schedule; the units themselves do not count.
  /* verilator lint_off UNUSEDPARAM */
  localparam int unsigned FMA_LATENCY = 4;
  localparam int unsigned MISC_LATENCY = 2;
  /* verilator lint_on UNUSEDPARAM */

  localparam logic [31:0] CANONICAL_NAN = 32'h7fc0_0000;
  localparam logic [30:0] INFINITY = 31'h7f80_0000;
  localparam logic [30:0] LARGEST_FINITE = 31'h7f7f_ffff;

  typedef enum logic [2:0] {
    RM_RNE = 3'd0,
    RM_RTZ = 3'd1,
    RM_RDN = 3'd2,
    RM_RUP = 3'd3,
    RM_RMM = 3'd4
  } rounding_mode_t;

  typedef enum logic [2:0] {
    FMA_ADD,    //   a + b
    FMA_SUB,    //   a - b
    FMA_MUL,    //   a * b
    FMA_MADD,   //   a * b + c
    FMA_MSUB,   //   a * b - c
    FMA_NMSUB,  // -(a * b) + c
    FMA_NMADD   // -(a * b) - c
  } fma_op_t;

  typedef enum logic {
    DIV_SQRT_DIV,  // a / b
    DIV_SQRT_SQRT  // square root of a
  } div_sqrt_op_t;

  typedef enum logic [3:0] {
    MISC_SGNJ,
    MISC_SGNJN,
    MISC_SGNJX,
    MISC_MIN,
    MISC_MAX,
    MISC_EQ,
    MISC_LT,
    MISC_LE,
    MISC_CLASS,
    MISC_CVT_W_S,
    MISC_CVT_WU_S,
    MISC_CVT_S_W,
    MISC_CVT_S_WU,
    MISC_MV_X_W,
    MISC_MV_W_X
  } misc_op_t;

  // In the order of fflags.
  typedef struct packed {
    logic invalid;
    logic divide_by_zero;
    logic overflow;
    logic underflow;
    logic inexact;
  } flags_t;

  typedef struct packed {
    flags_t      flags;
    logic [31:0] value;
  } rounded_t;

  function automatic logic is_nan(input logic [30:0] magnitude);
    return magnitude > INFINITY;
  endfunction

  function automatic logic is_signalling_nan(input logic [30:0] magnitude);
    return magnitude > INFINITY && !magnitude[22];
  endfunction

  function automatic logic is_special(input logic [30:0] magnitude);
    return magnitude >= INFINITY;
  endfunction

  // A subnormal number has the exponent of the smallest normal one and no leading one.
  function automatic logic [7:0] exponent_of(input logic [7:0] field);
    return {field[7:1], field[0] | ~|field};
  endfunction

  function automatic logic [23:0] significand_of(input logic [30:0] magnitude);
    return {|magnitude[30:23], magnitude[22:0]};
  endfunction

  function automatic logic [5:0] leading_zeros_64(input logic [63:0] word);
    logic [63:0] rest;
    logic none_32, none_16, none_8, none_4, none_2, none_1;
    rest = word;
    none_32 = rest[63:32] == 32'b0;
    rest = none_32 ? rest << 32 : rest;
    none_16 = rest[63:48] == 16'b0;
    rest = none_16 ? rest << 16 : rest;
    none_8 = rest[63:56] == 8'b0;
    rest = none_8 ? rest << 8 : rest;
    none_4 = rest[63:60] == 4'b0;
    rest = none_4 ? rest << 4 : rest;
    none_2 = rest[63:62] == 2'b0;
    rest = none_2 ? rest << 2 : rest;
    none_1 = ~rest[63];
    return {none_32, none_16, none_8, none_4, none_2, none_1};
  endfunction

  function automatic logic [4:0] leading_zeros_32(input logic [31:0] word);
    logic [31:0] rest;
    logic none_16, none_8, none_4, none_2, none_1;
    rest = word;
    none_16 = rest[31:16] == 16'b0;
    rest = none_16 ? rest << 16 : rest;
    none_8 = rest[31:24] == 8'b0;
    rest = none_8 ? rest << 8 : rest;
    none_4 = rest[31:28] == 4'b0;
    rest = none_4 ? rest << 4 : rest;
    none_2 = rest[31:30] == 2'b0;
    rest = none_2 ? rest << 2 : rest;
    none_1 = ~rest[31];
    return {none_16, none_8, none_4, none_2, none_1};
  endfunction

  // Whether the magnitude is increased, given its last kept bit and what follows it.
  function automatic logic rounds_up(input logic [2:0] rounding_mode, input logic sign,
                                     input logic last, input logic guard, input logic sticky);
    case (rounding_mode)
      RM_RNE:  return guard & (sticky | last);
      RM_RDN:  return sign & (guard | sticky);
      RM_RUP:  return ~sign & (guard | sticky);
      RM_RMM:  return guard;
      default: return 1'b0;
    endcase
  endfunction

  function automatic rounded_t round_pack(
      input logic [2:0] rounding_mode, input logic sign, input logic [8:0] exponent,
      input logic [23:0] sig, input logic guard, input logic guard2, input logic sticky);
    logic        below;
    logic        increment;
    logic        tiny;
    logic        inexact;
    logic        overflow;
    logic        to_infinity;
    logic [31:0] magnitude;

    below = guard2 | sticky;
    inexact = guard | below;
    increment = rounds_up(rounding_mode, sign, sig[0], guard, below);
    // A carry out of the fraction moves into the exponent, also from subnormal to normal.
    magnitude = {exponent & {9{sig[23]}}, sig[22:0]} + {31'b0, increment};
    // Tininess is detected after rounding: a result just below the smallest normal number is not
    // tiny if rounding it to 24 bits with an unbounded exponent (so one place further down) would
    // reach that number.
    tiny = ~sig[23]
        & ~(&sig[22:0] & guard & rounds_up(rounding_mode, sign, 1'b1, guard2, sticky));
    overflow = magnitude[31:23] >= 9'd255;
    if (overflow) begin
      to_infinity = rounding_mode == RM_RNE || rounding_mode == RM_RMM
          || rounding_mode == (sign ? RM_RDN : RM_RUP);
      magnitude[30:0] = to_infinity ? INFINITY : LARGEST_FINITE;
    end
    return {2'b00, overflow, tiny & inexact, overflow | inexact, sign, magnitude[30:0]};
  endfunction

endpackage
