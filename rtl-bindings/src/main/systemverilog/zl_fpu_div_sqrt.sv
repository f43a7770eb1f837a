// Divider and square root unit for all lanes of a warp, one warp-instruction in flight.
//
// Decides: the correctly rounded binary32 quotient or root and the union of the active lanes'
// flags. Owns the hazard of its own occupancy: ready_o is low from acceptance until the result has
// been taken, and valid_o with its data holds until ready_i.
//
// Both operations run the same restoring recurrence, two result bits a cycle. Operands are
// normalised and scaled so that the result lies in [1, 2), hence starts with a one. With Q the
// result so far, b = 2^-i the weight of the next bit and R = 2^i * (what is left over):
//
//   division    x / d     first R = x - d;  then w = 2R, subtract d      if w >= d
//   root        sqrt(x)   first R = x - 1;  then w = 2R, subtract 2Q + b if w >= 2Q + b
//
//   state      cycles  work
//   IDLE            1  unpack, normalise subnormal operands, find special operands
//   SETUP           1  scale, first remainder
//   ITERATE        12  24 bits after the leading one: 23 of the fraction and the guard bit
//   DENORMALISE     1  shift a result below the smallest normal number right
//   ROUND           1  increment, overflow, underflow, special results
//   DONE            -  result offered

module zl_fpu_div_sqrt
  import zl_fpu_pkg::*;
#(
    parameter int unsigned LANES = 8,
    parameter int unsigned TAG_W = 8
) (
    input logic clk_i,
    input logic rst_ni,

    input  logic                        valid_i,
    output logic                        ready_o,
    input  div_sqrt_op_t                op_i,
    input  logic         [         2:0] rm_i,
    input  logic         [   LANES-1:0] mask_i,
    input  logic         [LANES*32-1:0] a_i,
    input  logic         [LANES*32-1:0] b_i,
    input  logic         [   TAG_W-1:0] tag_i,

    output logic                  valid_o,
    input  logic                  ready_i,
    output logic   [   TAG_W-1:0] tag_o,
    output logic   [   LANES-1:0] mask_o,
    output logic   [LANES*32-1:0] result_o,
    output flags_t                flags_o
);

  typedef enum logic [2:0] {
    IDLE,
    SETUP,
    ITERATE,
    DENORMALISE,
    ROUND,
    DONE
  } state_t;

  typedef enum logic [1:0] {
    SPECIAL_NONE,
    SPECIAL_NAN,
    SPECIAL_INFINITY,
    SPECIAL_ZERO
  } special_t;

  // Fixed point with 24 fraction bits; remainders stay below 4, twice that below 8.
  localparam int unsigned FIXED_W = 27;
  localparam logic [FIXED_W-1:0] FIXED_ONE = 27'h100_0000;

  // Exponents are two's complement, -150 .. 403 with the bias of binary32.
  typedef logic [9:0] exponent_t;

  // What a lane keeps is padded to whole words: a simulator then moves it without masking, and
  // synthesis drops the constant bits.

  typedef struct packed {
    logic [29:0] pad;
    exponent_t   exponent;
    logic [23:0] significand;  // leading one in bit 23, unless the operand is zero
  } operand_t;

  typedef struct packed {
    logic [ 2:0] pad;
    logic        sign;
    special_t    special;
    logic        invalid;
    logic        divide_by_zero;
  } outcome_t;

  typedef struct packed {
    logic [       11:0] pad;
    logic [FIXED_W-1:0] remainder;
    logic [       24:0] quotient;
  } partial_t;

  // In the form that round_pack() takes.
  typedef struct packed {
    logic [ 4:0] pad;
    logic [23:0] significand;
    logic        guard;
    logic        guard2;
    logic        sticky;
  } denormalised_t;

  state_t state_q;
  state_t state_d;

  logic                         is_sqrt_q;
  logic          [         2:0] rm_q;
  logic          [   LANES-1:0] mask_q;
  logic          [   TAG_W-1:0] tag_q;
  logic          [ FIXED_W-1:0] next_bit_q;  // weight b of the next result bit

  operand_t      [   LANES-1:0] a_q;
  operand_t      [   LANES-1:0] b_q;
  outcome_t      [   LANES-1:0] outcome_q;
  exponent_t     [   LANES-1:0] exponent_q;
  partial_t      [   LANES-1:0] partial_q;
  denormalised_t [   LANES-1:0] denormalised_q;

  logic          [LANES*32-1:0] result_q;
  flags_t                       flags_q;

  // ---------------------------------------------------------------- control

  always_comb begin
    state_d = state_q;
    case (state_q)
      IDLE:        if (valid_i) state_d = SETUP;
      SETUP:       state_d = ITERATE;
      ITERATE:     if (next_bit_q[1]) state_d = DENORMALISE;
      DENORMALISE: state_d = ROUND;
      ROUND:       state_d = DONE;
      default:     if (ready_i) state_d = IDLE;
    endcase
  end

  always_ff @(posedge clk_i) begin
    if (!rst_ni) state_q <= IDLE;
    else state_q <= state_d;
  end

  assign ready_o = state_q == IDLE;
  assign valid_o = state_q == DONE;

  // ---------------------------------------------------------------- unpack

  function automatic operand_t unpack(input logic [30:0] magnitude);
    logic [23:0] significand;
    logic [ 4:0] shift;
    significand = significand_of(magnitude);
    shift = leading_zeros_32({significand, 8'b0});
    return {30'b0, {2'b0, exponent_of(magnitude[30:23])} - {5'b0, shift}, significand << shift};
  endfunction

  function automatic outcome_t root_outcome(input logic [31:0] a);
    outcome_t result;
    result = '0;
    result.sign = a[31];
    if (a[30:0] == 31'b0) begin
      result.special = SPECIAL_ZERO;
    end else if (is_nan(a[30:0]) || a[31]) begin
      result.special = SPECIAL_NAN;
      result.invalid = !is_nan(a[30:0]) || is_signalling_nan(a[30:0]);
    end else if (a[30:0] == INFINITY) begin
      result.special = SPECIAL_INFINITY;
    end
    return result;
  endfunction

  function automatic outcome_t quotient_outcome(input logic [31:0] a, input logic [31:0] b);
    outcome_t result;
    result = '0;
    result.sign = a[31] ^ b[31];
    if (is_nan(a[30:0]) || is_nan(b[30:0])) begin
      result.special = SPECIAL_NAN;
      result.invalid = is_signalling_nan(a[30:0]) || is_signalling_nan(b[30:0]);
    end else if (a[30:0] == b[30:0] && (a[30:0] == 31'b0 || a[30:0] == INFINITY)) begin
      result.special = SPECIAL_NAN;
      result.invalid = 1'b1;
    end else if (a[30:0] == INFINITY || b[30:0] == 31'b0) begin
      result.special = SPECIAL_INFINITY;
      result.divide_by_zero = a[30:0] != INFINITY;
    end else if (b[30:0] == INFINITY || a[30:0] == 31'b0) begin
      result.special = SPECIAL_ZERO;
    end
    return result;
  endfunction

  always_ff @(posedge clk_i) begin
    if (state_q == IDLE && valid_i) begin
      is_sqrt_q <= op_i == DIV_SQRT_SQRT;
      rm_q <= rm_i;
      mask_q <= mask_i;
      tag_q <= tag_i;
      for (int l = 0; l < LANES; l++) begin
        if (mask_i[l]) begin
          a_q[l] <= unpack(a_i[l*32+:31]);
          b_q[l] <= unpack(b_i[l*32+:31]);
          outcome_q[l] <= op_i == DIV_SQRT_SQRT ? root_outcome(a_i[l*32+:32])
              : quotient_outcome(a_i[l*32+:32], b_i[l*32+:32]);
        end
      end
    end
  end

  // ---------------------------------------------------------------- setup and iterate

  /* verilator lint_off UNUSEDSIGNAL */  // padding, and fields for other steps
  function automatic exponent_t result_exponent(
      input logic is_sqrt, input operand_t a, input operand_t b);
    /* verilator lint_on UNUSEDSIGNAL */
    if (is_sqrt) return $signed(a.exponent + 10'd127) >>> 1;
    return a.exponent - b.exponent + 10'd127 - {9'b0, a.significand < b.significand};
  endfunction

  /* verilator lint_off UNUSEDSIGNAL */  // padding, and fields for other steps
  function automatic partial_t first_partial(
      input logic is_sqrt, input operand_t a, input operand_t b);
    /* verilator lint_on UNUSEDSIGNAL */
    partial_t result;
    logic     doubled;
    // A root needs an even exponent without its bias, a quotient a dividend that is not smaller
    // than the divisor; if not, a place is taken from the exponent.
    doubled = is_sqrt ? !a.exponent[0] : a.significand < b.significand;
    result.pad = '0;
    result.remainder = (doubled ? {1'b0, a.significand, 2'b0} : {2'b0, a.significand, 1'b0})
        - (is_sqrt ? FIXED_ONE : {2'b0, b.significand, 1'b0});
    result.quotient = FIXED_ONE[24:0];
    return result;
  endfunction

  /* verilator lint_off UNUSEDSIGNAL */  // padding, and fields for other steps
  function automatic partial_t two_more_bits(
      input logic is_sqrt, input logic [FIXED_W-1:0] next_bit, input partial_t partial,
      input logic [23:0] divisor);
    /* verilator lint_on UNUSEDSIGNAL */
    logic [FIXED_W-1:0] remainder;
    logic [FIXED_W-1:0] quotient;
    logic [FIXED_W-1:0] subtrahend;
    logic [FIXED_W-1:0] weight;
    remainder = partial.remainder;
    quotient = {2'b0, partial.quotient};
    weight = next_bit;
    for (int step = 0; step < 2; step++) begin
      subtrahend = is_sqrt ? (quotient << 1) | weight : {2'b0, divisor, 1'b0};
      remainder = remainder << 1;
      if (remainder >= subtrahend) begin
        remainder = remainder - subtrahend;
        quotient = quotient | weight;
      end
      weight = weight >> 1;
    end
    return {12'b0, remainder, quotient[24:0]};
  endfunction

  always_ff @(posedge clk_i) begin
    if (state_q == SETUP) begin
      next_bit_q <= FIXED_ONE >> 1;
      for (int l = 0; l < LANES; l++) begin
        if (mask_q[l]) begin
          exponent_q[l] <= result_exponent(is_sqrt_q, a_q[l], b_q[l]);
          partial_q[l] <= first_partial(is_sqrt_q, a_q[l], b_q[l]);
        end
      end
    end else if (state_q == ITERATE) begin
      next_bit_q <= next_bit_q >> 2;
      for (int l = 0; l < LANES; l++) begin
        if (mask_q[l])
          partial_q[l] <= two_more_bits(is_sqrt_q, next_bit_q, partial_q[l], b_q[l].significand);
      end
    end
  end

  // ---------------------------------------------------------------- denormalise

  /* verilator lint_off UNUSEDSIGNAL */  // padding, and fields for other steps
  function automatic denormalised_t denormalise(input exponent_t exponent,
                                                input partial_t partial);
    /* verilator lint_on UNUSEDSIGNAL */
    exponent_t   below;
    logic [25:0] kept;
    logic [ 4:0] shift;
    logic        lost;
    // 26 places move everything into the sticky bit. A result so small has no leading one, and its
    // exponent is not looked at any more.
    below = 10'd1 - exponent;
    shift = 5'd0;
    if (!below[9]) shift = below > 10'd26 ? 5'd26 : below[4:0];
    kept = {partial.quotient, 1'b0};
    lost = (kept & ~(~26'b0 << shift)) != 26'b0;
    return {5'b0, kept >> shift, lost || partial.remainder != '0};
  endfunction

  always_ff @(posedge clk_i) begin
    if (state_q == DENORMALISE) begin
      for (int l = 0; l < LANES; l++) begin
        if (mask_q[l]) denormalised_q[l] <= denormalise(exponent_q[l], partial_q[l]);
      end
    end
  end

  // ---------------------------------------------------------------- round

  /* verilator lint_off UNUSEDSIGNAL */  // padding, and fields for other steps
  function automatic rounded_t round(
      input logic [2:0] rounding_mode, input outcome_t outcome,
      input exponent_t exponent, input denormalised_t magnitude);
    /* verilator lint_on UNUSEDSIGNAL */
    case (outcome.special)
      SPECIAL_NAN:
        return {outcome.invalid, 4'b0, CANONICAL_NAN};
      SPECIAL_INFINITY:
        return {1'b0, outcome.divide_by_zero, 3'b0, outcome.sign, INFINITY};
      SPECIAL_ZERO:
        return {5'b0, outcome.sign, 31'b0};
      default:
        return round_pack(rounding_mode, outcome.sign, exponent[8:0], magnitude.significand,
                          magnitude.guard, magnitude.guard2, magnitude.sticky);
    endcase
  endfunction

  always_ff @(posedge clk_i) begin
    if (state_q == ROUND) begin
      automatic flags_t   flags;
      automatic rounded_t rounded;
      flags = '0;
      for (int l = 0; l < LANES; l++) begin
        if (mask_q[l]) begin
          rounded = round(rm_q, outcome_q[l], exponent_q[l], denormalised_q[l]);
          result_q[l*32+:32] <= rounded.value;
          flags = flags | rounded.flags;
        end
      end
      flags_q <= flags;
    end
  end

  assign tag_o = tag_q;
  assign mask_o = mask_q;
  assign result_o = result_q;
  assign flags_o = flags_q;

`ifndef SYNTHESIS
  rounding_mode_is_defined : assert property (
      @(posedge clk_i) disable iff (!rst_ni) valid_i |-> rm_i <= RM_RMM);
  result_holds_until_taken : assert property (
      @(posedge clk_i) disable iff (!rst_ni)
      valid_o && !ready_i |=> valid_o && $stable(result_o) && $stable(flags_o));
`endif

endmodule
