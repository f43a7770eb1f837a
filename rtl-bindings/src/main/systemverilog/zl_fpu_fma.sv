// Fused multiply-add unit: add, sub, mul and the four fused operations, for all lanes of a warp.
//
// Decides: the correctly rounded binary32 result and the union of the active lanes' flags.
// Fully pipelined: one warp-instruction a cycle, FMA_LATENCY stages, no back-pressure; the core
// reserves the write-back slot when it issues. Owns no hazards. Inactive lanes keep their registers
// (no toggling), so their part of result_o is meaningless.
//
//   stage 1  multiply   24 x 24 bit product; exponent difference; special operands
//   stage 2  align+add  the operand of the smaller exponent is shifted right, then add or subtract
//   stage 3  normalise  leading-zero count, shift left, but not below the smallest exponent
//   stage 4  round      increment, overflow, underflow, special results
//
// Number format between the stages: a 64-bit frame of which bit 60 weighs 2^(exponent-127).
//
//   63 62 61|60                  37|36        14|13       0
//    0  0 [      product, 48 bit: 61..14       ]             1.0 * 1.0 has bit 60 set
//    0  0  0 [   addend: 60..37     ]
//
// Operands are not normalised first, yet 64 bits lose nothing that rounding needs. A frame of the
// addend has bits of the product shifted out only if the product is less than 2^-13 of a normal
// addend, or far below the last place of a subnormal one; a frame of the product has bits of the
// addend shifted out only if the addend is below bit 23, where a product of a normal number has a
// bit at 37 or above (a product of two subnormal ones never wins the frame). Hence the shifted-out
// bits may be merged into bit 0 ("jam"), and the exponent of a frame is never below 1.
//
// What a lane hands from stage to stage is padded to whole words: a simulator then moves it without
// masking, and synthesis drops the constant bits.

module zl_fpu_fma
  import zl_fpu_pkg::*;
#(
    parameter int unsigned LANES = 8,
    parameter int unsigned TAG_W = 8
) (
    input logic clk_i,
    input logic rst_ni,

    input logic                   valid_i,
    input fma_op_t                op_i,
    input logic    [         2:0] rm_i,
    input logic    [   LANES-1:0] mask_i,
    input logic    [LANES*32-1:0] a_i,
    input logic    [LANES*32-1:0] b_i,
    input logic    [LANES*32-1:0] c_i,
    input logic    [   TAG_W-1:0] tag_i,

    output logic                  valid_o,
    output logic   [   TAG_W-1:0] tag_o,
    output logic   [   LANES-1:0] mask_o,
    output logic   [LANES*32-1:0] result_o,
    output flags_t                flags_o
);

  typedef enum logic [1:0] {
    SPECIAL_NONE,
    SPECIAL_INFINITY,
    SPECIAL_NAN,
    SPECIAL_INVALID
  } special_t;

  // ---------------------------------------------------------------- stage 1: multiply

  localparam logic [30:0] ONE = 31'h3f80_0000;

  typedef struct packed {
    logic [15:0] pad;
    logic [47:0] magnitude;
  } product_t;

  typedef struct packed {
    logic [19:0] pad;
    special_t    special;
    logic        sign;          // of the product, or of an infinite result
    logic        subtract;
    logic        addend_frame;  // the addend has the greater exponent
    logic [ 5:0] shift;         // of the other operand
    logic [ 8:0] exponent;      // of the frame
    logic [23:0] significand;   // of the addend
  } addend_t;

  function automatic special_t special_of(
      input logic [30:0] a, input logic [30:0] b, input logic [30:0] c, input logic subtract);
    logic product_infinite;
    logic product_nan;
    if (!is_special(a) && !is_special(b) && !is_special(c)) return SPECIAL_NONE;
    product_infinite = a == INFINITY || b == INFINITY;
    product_nan = is_nan(a) || is_nan(b);
    // Infinity times zero is invalid even if the addend is a quiet NaN.
    if (is_signalling_nan(a) || is_signalling_nan(b) || is_signalling_nan(c)
        || (product_infinite && (a == 31'b0 || b == 31'b0))
        || (product_infinite && !product_nan && c == INFINITY && subtract)) begin
      return SPECIAL_INVALID;
    end
    return product_nan || is_nan(c) ? SPECIAL_NAN : SPECIAL_INFINITY;
  endfunction

  function automatic product_t multiply(input logic [30:0] a, input logic [30:0] b);
    return {16'b0, {24'b0, significand_of(a)} * {24'b0, significand_of(b)}};
  endfunction

  // The signs are those of the product and the addend after the operation's negations.
  function automatic addend_t place_addend(
      input logic product_sign, input logic addend_sign, input logic [30:0] a,
      input logic [30:0] b, input logic [30:0] c);
    special_t   special;
    logic [9:0] product_exponent;  // two's complement, -125 .. 381
    logic [9:0] addend_exponent;
    logic [9:0] difference;
    logic [9:0] distance;
    logic       subtract;
    logic       sign;
    logic       addend_frame;

    product_exponent = {2'b0, exponent_of(a[30:23])} + {2'b0, exponent_of(b[30:23])} - 10'd127;
    addend_exponent = {2'b0, exponent_of(c[30:23])};
    difference = product_exponent - addend_exponent;
    distance = difference[9] ? -difference : difference;
    // A zero product has no exponent of its own and must not shift the addend away.
    addend_frame = difference[9] || a == 31'b0 || b == 31'b0;

    subtract = product_sign != addend_sign;
    special = special_of(a, b, c, subtract);
    sign = product_sign;
    if (special == SPECIAL_INFINITY && a != INFINITY && b != INFINITY) sign = addend_sign;

    return {20'b0, special, sign, subtract, addend_frame,
            distance > 10'd63 ? 6'd63 : distance[5:0],
            addend_frame ? addend_exponent[8:0] : product_exponent[8:0], significand_of(c)};
  endfunction

  logic                 s1_valid_q;
  logic     [TAG_W-1:0] s1_tag_q;
  logic     [LANES-1:0] s1_mask_q;
  logic     [      2:0] s1_rm_q;
  product_t [LANES-1:0] s1_product_q;
  addend_t  [LANES-1:0] s1_addend_q;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) s1_valid_q <= 1'b0;
    else s1_valid_q <= valid_i;
  end

  always_ff @(posedge clk_i) begin
    if (valid_i) begin
      automatic logic negate_product;
      automatic logic negate_addend;
      negate_product = op_i == FMA_NMSUB || op_i == FMA_NMADD;
      negate_addend = op_i == FMA_SUB || op_i == FMA_MSUB || op_i == FMA_NMADD;
      s1_tag_q <= tag_i;
      s1_mask_q <= mask_i;
      s1_rm_q <= rm_i;
      for (int l = 0; l < LANES; l++) begin
        if (mask_i[l]) begin
          if (op_i == FMA_ADD || op_i == FMA_SUB) begin
            // a * 1 + b
            s1_product_q[l] <= multiply(a_i[l*32+:31], ONE);
            s1_addend_q[l] <= place_addend(a_i[l*32+31], b_i[l*32+31] ^ negate_addend,
                                           a_i[l*32+:31], ONE, b_i[l*32+:31]);
          end else begin
            s1_product_q[l] <= multiply(a_i[l*32+:31], b_i[l*32+:31]);
            // A product plus a zero of its own sign is that product, also if it is a zero.
            s1_addend_q[l] <= place_addend(
                a_i[l*32+31] ^ b_i[l*32+31] ^ negate_product,
                op_i == FMA_MUL ? a_i[l*32+31] ^ b_i[l*32+31] : c_i[l*32+31] ^ negate_addend,
                a_i[l*32+:31], b_i[l*32+:31], op_i == FMA_MUL ? 31'b0 : c_i[l*32+:31]);
          end
        end
      end
    end
  end

  // ---------------------------------------------------------------- stage 2: align and add

  typedef struct packed {
    logic        sign;
    logic [62:0] magnitude;
  } sum_t;

  typedef struct packed {
    logic [20:0] pad;
    special_t    special;
    logic [ 8:0] exponent;
  } frame_t;

  /* verilator lint_off UNUSEDSIGNAL */  // padding, and fields for other stages
  function automatic sum_t align_and_add(input logic [47:0] product, input addend_t addend,
                                         input logic zero_sign);
    /* verilator lint_on UNUSEDSIGNAL */
    logic [63:0] larger;
    logic [63:0] smaller;
    logic [63:0] sum;
    logic        lost;
    logic        sign;

    larger = {2'b0, product, 14'b0};
    smaller = {3'b0, addend.significand, 37'b0};
    if (addend.addend_frame) begin
      larger = {3'b0, addend.significand, 37'b0};
      smaller = {2'b0, product, 14'b0};
    end
    lost = (smaller & ~(~64'b0 << addend.shift)) != 64'b0;
    smaller = smaller >> addend.shift;
    smaller[0] = smaller[0] | lost;

    sign = addend.sign;
    if (!addend.subtract) begin
      sum = larger + smaller;
    end else begin
      // Both operands have bit 63 clear, so in the difference it is the borrow.
      sum = larger - smaller;
      if (addend.special == SPECIAL_NONE)
        sign = sum == 64'b0 ? zero_sign : addend.sign ^ addend.addend_frame ^ sum[63];
      if (sum[63]) sum = smaller - larger;
    end
    return {sign, sum[62:0]};
  endfunction

  logic               s2_valid_q;
  logic   [TAG_W-1:0] s2_tag_q;
  logic   [LANES-1:0] s2_mask_q;
  logic   [      2:0] s2_rm_q;
  sum_t   [LANES-1:0] s2_sum_q;
  frame_t [LANES-1:0] s2_frame_q;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) s2_valid_q <= 1'b0;
    else s2_valid_q <= s1_valid_q;
  end

  always_ff @(posedge clk_i) begin
    if (s1_valid_q) begin
      s2_tag_q <= s1_tag_q;
      s2_mask_q <= s1_mask_q;
      s2_rm_q <= s1_rm_q;
      for (int l = 0; l < LANES; l++) begin
        if (s1_mask_q[l]) begin
          // An exact difference of zero is negative only when rounding down.
          s2_sum_q[l] <= align_and_add(s1_product_q[l].magnitude, s1_addend_q[l],
                                       s1_rm_q == RM_RDN);
          s2_frame_q[l] <= {21'b0, s1_addend_q[l].special, s1_addend_q[l].exponent};
        end
      end
    end
  end

  // ---------------------------------------------------------------- stage 3: normalise

  // In the form that round_pack() takes.
  typedef struct packed {
    logic [24:0] pad;
    special_t    special;
    logic        sign;
    logic [ 8:0] exponent;
    logic [23:0] significand;
    logic        guard;
    logic        guard2;
    logic        sticky;
  } normalised_t;

  /* verilator lint_off UNUSEDSIGNAL */  // padding, and fields for other stages
  function automatic normalised_t normalise(input sum_t sum, input frame_t frame);
    /* verilator lint_on UNUSEDSIGNAL */
    logic [63:0] magnitude;
    logic [ 8:0] limit;
    logic [ 5:0] zeros;
    logic [ 5:0] shift;
    // With bit 63 as the leading place the exponent of the frame is three higher; shifting by at
    // most two places more than the frame's exponent leaves it at 1 or above.
    magnitude = {1'b0, sum.magnitude};
    limit = frame.exponent + 9'd2;
    zeros = leading_zeros_64(magnitude);
    shift = {3'b0, zeros} > limit ? limit[5:0] : zeros;
    magnitude = magnitude << shift;
    return {25'b0, frame.special, sum.sign, frame.exponent + 9'd3 - {3'b0, shift},
            magnitude[63:38], magnitude[37:0] != 38'b0};
  endfunction

  logic                    s3_valid_q;
  logic        [TAG_W-1:0] s3_tag_q;
  logic        [LANES-1:0] s3_mask_q;
  logic        [      2:0] s3_rm_q;
  normalised_t [LANES-1:0] s3_sum_q;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) s3_valid_q <= 1'b0;
    else s3_valid_q <= s2_valid_q;
  end

  always_ff @(posedge clk_i) begin
    if (s2_valid_q) begin
      s3_tag_q <= s2_tag_q;
      s3_mask_q <= s2_mask_q;
      s3_rm_q <= s2_rm_q;
      for (int l = 0; l < LANES; l++) begin
        if (s2_mask_q[l]) s3_sum_q[l] <= normalise(s2_sum_q[l], s2_frame_q[l]);
      end
    end
  end

  // ---------------------------------------------------------------- stage 4: round

  /* verilator lint_off UNUSEDSIGNAL */  // padding, and fields for other stages
  function automatic rounded_t round(input logic [2:0] rounding_mode, input normalised_t sum);
    /* verilator lint_on UNUSEDSIGNAL */
    case (sum.special)
      SPECIAL_INFINITY: return {5'b0, sum.sign, INFINITY};
      SPECIAL_NAN:      return {5'b0, CANONICAL_NAN};
      SPECIAL_INVALID:  return {5'b1_0000, CANONICAL_NAN};
      default:
        return round_pack(rounding_mode, sum.sign, sum.exponent, sum.significand, sum.guard,
                          sum.guard2, sum.sticky);
    endcase
  endfunction

  logic                  s4_valid_q;
  logic   [   TAG_W-1:0] s4_tag_q;
  logic   [   LANES-1:0] s4_mask_q;
  logic   [LANES*32-1:0] s4_result_q;
  flags_t                s4_flags_q;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) s4_valid_q <= 1'b0;
    else s4_valid_q <= s3_valid_q;
  end

  always_ff @(posedge clk_i) begin
    if (s3_valid_q) begin
      automatic flags_t   flags;
      automatic rounded_t rounded;
      flags = '0;
      for (int l = 0; l < LANES; l++) begin
        if (s3_mask_q[l]) begin
          rounded = round(s3_rm_q, s3_sum_q[l]);
          s4_result_q[l*32+:32] <= rounded.value;
          flags = flags | rounded.flags;
        end
      end
      s4_tag_q <= s3_tag_q;
      s4_mask_q <= s3_mask_q;
      s4_flags_q <= flags;
    end
  end

  assign valid_o = s4_valid_q;
  assign tag_o = s4_tag_q;
  assign mask_o = s4_mask_q;
  assign result_o = s4_result_q;
  assign flags_o = s4_flags_q;

`ifndef SYNTHESIS
  // The decoder resolves the dynamic rounding mode and traps on the reserved ones.
  rounding_mode_is_defined : assert property (
      @(posedge clk_i) disable iff (!rst_ni) valid_i |-> rm_i <= RM_RMM);
  operation_is_defined : assert property (
      @(posedge clk_i) disable iff (!rst_ni) valid_i |-> op_i <= FMA_NMADD);
`endif

endmodule
