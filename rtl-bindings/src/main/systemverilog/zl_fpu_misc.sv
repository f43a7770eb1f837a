// Sign injection, minimum and maximum, comparison, classification, conversion and moves between
// the register files, for all lanes of a warp.
//
// Decides: the result word and the union of the active lanes' flags. Fully pipelined: one
// warp-instruction a cycle, MISC_LATENCY stages, no back-pressure. Owns no hazards. Inactive lanes
// keep their registers, so their part of result_o is meaningless.
//
//   stage 1  everything but conversions is finished; conversions align to the integer's unit
//            (to integer) or normalise (from integer)
//   stage 2  conversions round, saturate (to integer) and pack (from integer)

module zl_fpu_misc
  import zl_fpu_pkg::*;
#(
    parameter int unsigned LANES = 8,
    parameter int unsigned TAG_W = 8
) (
    input logic clk_i,
    input logic rst_ni,

    input logic                    valid_i,
    input misc_op_t                op_i,
    input logic     [         2:0] rm_i,
    input logic     [   LANES-1:0] mask_i,
    input logic     [LANES*32-1:0] a_i,
    input logic     [LANES*32-1:0] b_i,
    input logic     [   TAG_W-1:0] tag_i,

    output logic                  valid_o,
    output logic   [   TAG_W-1:0] tag_o,
    output logic   [   LANES-1:0] mask_o,
    output logic   [LANES*32-1:0] result_o,
    output flags_t                flags_o
);

  // ---------------------------------------------------------------- operations of stage 1

  // What a lane hands to stage 2, padded to whole words: a simulator then moves it without masking,
  // and synthesis drops the constant bits.
  typedef struct packed {
    logic [17:0] pad;
    logic        invalid;    // of a finished result
    logic        sign;       // from here on of a conversion only
    logic        nan;
    logic        too_large;  // 2^32 or more in magnitude
    logic        guard;      // what follows the integer's last bit
    logic        sticky;
    logic [ 7:0] exponent;   // of a normalised integer, whose bit 31 is set unless it is zero
    logic [31:0] word;       // finished result, or magnitude of a conversion
  } prepared_t;

  function automatic logic less_than(input logic [31:0] a, input logic [31:0] b,
                                     input logic zeros_differ);
    if (a[31] != b[31]) return a[31] && (zeros_differ || (a[30:0] | b[30:0]) != 31'b0);
    return a[31] ? a[30:0] > b[30:0] : a[30:0] < b[30:0];
  endfunction

  function automatic prepared_t min_max(input logic is_max, input logic [31:0] a,
                                        input logic [31:0] b);
    prepared_t result;
    result = '0;
    result.invalid = is_signalling_nan(a[30:0]) || is_signalling_nan(b[30:0]);
    if (is_nan(a[30:0])) result.word = is_nan(b[30:0]) ? CANONICAL_NAN : b;
    else if (is_nan(b[30:0])) result.word = a;
    else result.word = less_than(a, b, 1'b1) ^ is_max ? a : b;
    return result;
  endfunction

  function automatic prepared_t compare(input misc_op_t op, input logic [31:0] a,
                                        input logic [31:0] b);
    prepared_t result;
    logic      equal;
    result = '0;
    equal = a == b || (a[30:0] | b[30:0]) == 31'b0;
    if (is_nan(a[30:0]) || is_nan(b[30:0])) begin
      // Equality is a quiet comparison, order a signalling one.
      result.invalid = op != MISC_EQ || is_signalling_nan(a[30:0]) || is_signalling_nan(b[30:0]);
    end else begin
      result.word[0] = (op != MISC_LT && equal) || (op != MISC_EQ && less_than(a, b, 1'b0));
    end
    return result;
  endfunction

  function automatic logic [31:0] classify(input logic [31:0] a);
    logic [3:0] place;
    if (is_nan(a[30:0])) place = a[22] ? 4'd9 : 4'd8;
    else if (a[30:0] == INFINITY) place = a[31] ? 4'd0 : 4'd7;
    else if (a[30:0] == 31'b0) place = a[31] ? 4'd3 : 4'd4;
    else if (a[30:23] == 8'b0) place = a[31] ? 4'd2 : 4'd5;
    else place = a[31] ? 4'd1 : 4'd6;
    return 32'd1 << place;
  endfunction

  function automatic prepared_t align_to_integer(input logic [31:0] a);
    logic [ 7:0] distance;
    logic [63:0] fixed;
    // With the exponent of 2^31 the significand fills the integer from the top. 33 places to the
    // right leave less than a half, and no bit of the 24 is lost in the 32 fraction bits.
    distance = 8'd158 - exponent_of(a[30:23]);
    fixed = {significand_of(a[30:0]), 40'b0};
    fixed = fixed >> (distance > 8'd33 ? 6'd33 : distance[5:0]);
    return {19'b0, a[31], is_nan(a[30:0]), a[30:23] > 8'd158, fixed[31], fixed[30:0] != 31'b0,
            8'b0, fixed[63:32]};
  endfunction

  function automatic prepared_t normalise_integer(input logic is_signed, input logic [31:0] a);
    logic        sign;
    logic [31:0] magnitude;
    logic [ 4:0] zeros;
    sign = is_signed & a[31];
    magnitude = sign ? -a : a;
    zeros = leading_zeros_32(magnitude);
    return {19'b0, sign, 4'b0, 8'd158 - {3'b0, zeros}, magnitude << zeros};
  endfunction

  function automatic prepared_t prepare(input misc_op_t op, input logic [31:0] a,
                                        input logic [31:0] b);
    case (op)
      MISC_SGNJ: return {32'b0, b[31], a[30:0]};
      MISC_SGNJN: return {32'b0, ~b[31], a[30:0]};
      MISC_SGNJX: return {32'b0, a[31] ^ b[31], a[30:0]};
      MISC_MIN, MISC_MAX: return min_max(op == MISC_MAX, a, b);
      MISC_EQ, MISC_LT, MISC_LE: return compare(op, a, b);
      MISC_CLASS: return {32'b0, classify(a)};
      MISC_CVT_W_S, MISC_CVT_WU_S: return align_to_integer(a);
      MISC_CVT_S_W, MISC_CVT_S_WU: return normalise_integer(op == MISC_CVT_S_W, a);
      default: return {32'b0, a};
    endcase
  endfunction

  // ---------------------------------------------------------------- stage 1

  logic                  s1_valid_q;
  logic      [TAG_W-1:0] s1_tag_q;
  logic      [LANES-1:0] s1_mask_q;
  logic      [      2:0] s1_rm_q;
  misc_op_t              s1_op_q;
  prepared_t [LANES-1:0] s1_prepared_q;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) s1_valid_q <= 1'b0;
    else s1_valid_q <= valid_i;
  end

  always_ff @(posedge clk_i) begin
    if (valid_i) begin
      s1_tag_q <= tag_i;
      s1_mask_q <= mask_i;
      s1_rm_q <= rm_i;
      s1_op_q <= op_i;
      for (int l = 0; l < LANES; l++) begin
        if (mask_i[l]) s1_prepared_q[l] <= prepare(op_i, a_i[l*32+:32], b_i[l*32+:32]);
      end
    end
  end

  // ---------------------------------------------------------------- stage 2

  /* verilator lint_off UNUSEDSIGNAL */  // padding, and fields for other operations
  function automatic rounded_t round_to_integer(
      input logic [2:0] rounding_mode, input logic is_unsigned, input prepared_t prepared);
    /* verilator lint_on UNUSEDSIGNAL */
    logic [32:0] rounded;
    logic [31:0] value;
    logic        invalid;
    logic        inexact;
    rounded = {1'b0, prepared.word}
        + {32'b0, rounds_up(rounding_mode, prepared.sign, prepared.word[0], prepared.guard,
                            prepared.sticky)};
    invalid = prepared.nan || prepared.too_large;
    if (is_unsigned) begin
      if (prepared.sign ? rounded != 33'b0 : rounded[32]) invalid = 1'b1;
      value = rounded[31:0];
      if (invalid) value = prepared.sign && !prepared.nan ? 32'h0000_0000 : 32'hffff_ffff;
    end else begin
      if (rounded > (prepared.sign ? 33'h0_8000_0000 : 33'h0_7fff_ffff)) invalid = 1'b1;
      value = prepared.sign ? -rounded[31:0] : rounded[31:0];
      if (invalid) value = prepared.sign && !prepared.nan ? 32'h8000_0000 : 32'h7fff_ffff;
    end
    inexact = !invalid && (prepared.guard || prepared.sticky);
    return {invalid, 3'b0, inexact, value};
  endfunction

  /* verilator lint_off UNUSEDSIGNAL */  // padding, and fields for other operations
  function automatic rounded_t round_from_integer(input logic [2:0] rounding_mode,
                                                  input prepared_t prepared);
    /* verilator lint_on UNUSEDSIGNAL */
    logic [30:0] rounded;
    logic        guard;
    logic        sticky;
    guard = prepared.word[7];
    sticky = prepared.word[6:0] != 7'b0;
    // A carry out of the fraction moves into the exponent. The greatest integer is far from
    // overflow; zero is the only magnitude without a leading one.
    rounded = {prepared.word[31] ? prepared.exponent : 8'b0, prepared.word[30:8]}
        + {30'b0, rounds_up(rounding_mode, prepared.sign, prepared.word[8], guard, sticky)};
    return {4'b0, guard | sticky, prepared.sign, rounded};
  endfunction

  function automatic rounded_t finish(input misc_op_t op, input logic [2:0] rounding_mode,
                                      input prepared_t prepared);
    case (op)
      MISC_CVT_W_S, MISC_CVT_WU_S:
        return round_to_integer(rounding_mode, op == MISC_CVT_WU_S, prepared);
      MISC_CVT_S_W, MISC_CVT_S_WU:
        return round_from_integer(rounding_mode, prepared);
      default:
        return {prepared.invalid, 4'b0, prepared.word};
    endcase
  endfunction

  logic                  s2_valid_q;
  logic   [   TAG_W-1:0] s2_tag_q;
  logic   [   LANES-1:0] s2_mask_q;
  logic   [LANES*32-1:0] s2_result_q;
  flags_t                s2_flags_q;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) s2_valid_q <= 1'b0;
    else s2_valid_q <= s1_valid_q;
  end

  always_ff @(posedge clk_i) begin
    if (s1_valid_q) begin
      automatic flags_t   flags;
      automatic rounded_t rounded;
      flags = '0;
      for (int l = 0; l < LANES; l++) begin
        if (s1_mask_q[l]) begin
          rounded = finish(s1_op_q, s1_rm_q, s1_prepared_q[l]);
          s2_result_q[l*32+:32] <= rounded.value;
          flags = flags | rounded.flags;
        end
      end
      s2_tag_q <= s1_tag_q;
      s2_mask_q <= s1_mask_q;
      s2_flags_q <= flags;
    end
  end

  assign valid_o = s2_valid_q;
  assign tag_o = s2_tag_q;
  assign mask_o = s2_mask_q;
  assign result_o = s2_result_q;
  assign flags_o = s2_flags_q;

`ifndef SYNTHESIS
  rounding_mode_is_defined : assert property (
      @(posedge clk_i) disable iff (!rst_ni)
      valid_i && op_i >= MISC_CVT_W_S && op_i <= MISC_CVT_S_WU |-> rm_i <= RM_RMM);
  operation_is_defined : assert property (
      @(posedge clk_i) disable iff (!rst_ni) valid_i |-> op_i <= MISC_MV_W_X);
`endif

endmodule
