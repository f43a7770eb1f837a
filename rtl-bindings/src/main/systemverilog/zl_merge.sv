// Colours between floats and the fields of packed pixels, for all lanes of a warp: what output
// merging does before it stores a pixel, and before it blends with one.
//
// Decides: the result word, as the machine contract has it: bit for bit what clamping, a fused
// multiply-add and conversions give, without their flags. Fully pipelined: one warp-instruction a
// cycle, three stages, no back-pressure. Owns no hazards. Inactive lanes keep their registers, so
// their part of result_o is meaningless.
//
//   stage 1  pack: both floats in units of 2^-34, from 0 to 1; unpack: the field
//   stage 2  times the largest field; or times its inverse
//   stage 3  pack: rounded, in its place; unpack: rounded, as a float
module zl_merge
  import zl_pkg::*;
#(
    parameter int unsigned LANES = 4
) (
    input logic clk_i,
    input logic rst_ni,

    input logic                       valid_i,
    input merge_op_t                  op_i,
    input logic        [   LANES-1:0] mask_i,
    input logic        [LANES*32-1:0] a_i,
    input logic        [LANES*32-1:0] b_i,
    input logic        [LANES*32-1:0] c_i,
    input tag_t                       tag_i,

    output logic                valid_o,
    output tag_t                tag_o,
    output logic [   LANES-1:0] mask_o,
    output logic [LANES*32-1:0] result_o
);

  localparam int unsigned FRACTION = 34;
  localparam int unsigned SUM_W = FRACTION + 11;

  function automatic logic unpacks(input merge_op_t op);
    return op >= MERGE_UNPACK8;
  endfunction

  // ---------------------------------------------------------------- stage 1

  // A float in units of 2^-34, from 0 to 1; zero for a NaN. What is below 2^-11 gives less than a
  // half in every field, and is dropped.
  function automatic logic [FRACTION:0] fixed_point(input logic [31:0] v);
    if (v[31] || (v[30:23] == 8'hff && v[22:0] != '0) || v[30:23] < 8'd116) return '0;
    if (v[30:23] >= 8'd127) return {1'b1, {FRACTION{1'b0}}};
    return {11'd0, 1'b1, v[22:0]} << (v[26:23] - 4'd4);
  endfunction

  function automatic logic [9:0] field(input logic [31:0] word, input logic [4:0] shift,
                                       input merge_op_t op);
    logic [9:0] bits;
    bits = 10'(word >> shift);
    unique case (op)
      MERGE_UNPACK10: return bits;
      MERGE_UNPACK5: return {5'd0, bits[4:0]};
      MERGE_UNPACK6: return {4'd0, bits[5:0]};
      MERGE_UNPACK2: return {8'd0, bits[1:0]};
      default: return {2'd0, bits[7:0]};
    endcase
  endfunction

  logic                          s1_valid_q;
  merge_op_t                     s1_op_q;
  logic [             LANES-1:0] s1_mask_q;
  tag_t                          s1_tag_q;
  logic [LANES*(FRACTION+1)-1:0] s1_first_q;  // or the field
  logic [LANES*(FRACTION+1)-1:0] s1_second_q;
  logic [          LANES*32-1:0] s1_word_q;

  always_ff @(posedge clk_i) begin
    if (valid_i) begin
      s1_op_q <= op_i;
      s1_mask_q <= mask_i;
      s1_tag_q <= tag_i;
      for (int unsigned l = 0; l < LANES; l++) begin
        s1_first_q[l*(FRACTION+1)+:FRACTION+1] <= unpacks(op_i)
            ? {25'd0, field(a_i[l*32+:32], b_i[l*32+:5], op_i)} : fixed_point(a_i[l*32+:32]);
        s1_second_q[l*(FRACTION+1)+:FRACTION+1] <= fixed_point(b_i[l*32+:32]);
        s1_word_q[l*32+:32] <= c_i[l*32+:32];
      end
    end
  end

  // ---------------------------------------------------------------- stage 2

  // Times 2^width - 1, and a half.
  function automatic logic [SUM_W-1:0] scaled(input logic [FRACTION:0] v, input logic [3:0] width);
    return (SUM_W'(v) << width) - SUM_W'(v) + {11'd0, 1'b1, {FRACTION - 1{1'b0}}};
  endfunction

  function automatic logic [3:0] first_width(input merge_op_t op);
    unique case (op)
      MERGE_PACK8LO, MERGE_PACK8HI: return 4'd8;
      MERGE_PACK10LO, MERGE_PACK10HI: return 4'd10;
      default: return 4'd5;
    endcase
  endfunction

  function automatic logic [3:0] second_width(input merge_op_t op);
    unique case (op)
      MERGE_PACK8LO, MERGE_PACK8HI: return 4'd8;
      MERGE_PACK10LO: return 4'd10;
      MERGE_PACK10HI: return 4'd2;
      default: return 4'd6;
    endcase
  endfunction

  // Significand of the float that is nearest to the inverse of the largest field.
  function automatic logic [23:0] inverse(input merge_op_t op);
    unique case (op)
      MERGE_UNPACK10: return 24'h802008;
      MERGE_UNPACK5: return 24'h842108;
      MERGE_UNPACK6: return 24'h820821;
      MERGE_UNPACK2: return 24'haaaaab;
      default: return 24'h808081;
    endcase
  endfunction

  logic                   s2_valid_q;
  merge_op_t              s2_op_q;
  logic [      LANES-1:0] s2_mask_q;
  tag_t                   s2_tag_q;
  logic [LANES*SUM_W-1:0] s2_first_q;  // or the product
  logic [LANES*SUM_W-1:0] s2_second_q;
  logic [   LANES*32-1:0] s2_word_q;

  always_ff @(posedge clk_i) begin
    if (s1_valid_q) begin
      s2_op_q <= s1_op_q;
      s2_mask_q <= s1_mask_q;
      s2_tag_q <= s1_tag_q;
      s2_word_q <= s1_word_q;
      for (int unsigned l = 0; l < LANES; l++) begin
        automatic logic [FRACTION:0] first;
        first = s1_first_q[l*(FRACTION+1)+:FRACTION+1];
        s2_first_q[l*SUM_W+:SUM_W] <= unpacks(s1_op_q)
            ? SUM_W'(34'(first[9:0]) * 34'(inverse(s1_op_q))) : scaled(first, first_width(s1_op_q));
        s2_second_q[l*SUM_W+:SUM_W] <=
            scaled(s1_second_q[l*(FRACTION+1)+:FRACTION+1], second_width(s1_op_q));
      end
    end
  end

  // ---------------------------------------------------------------- stage 3

  // Rounded as a float is, then down. The sum has its highest bit at 33 to 44, so that half a last
  // place is 24 bits below; with it, what rounds to a whole number has come to it.
  function automatic logic [9:0] rounded(input logic [SUM_W-1:0] sum);
    logic [11:0] half;
    half = '0;
    for (int unsigned n = 0; n < 12; n++) if (sum[33+n]) half = 12'd1 << n;
    return 10'((sum + SUM_W'({half, 9'd0})) >> FRACTION);
  endfunction

  // A product of a field and an inverse: the field has at most 10 bits, and a product's highest bit
  // stands for 2^-1 at most.
  function automatic logic [31:0] as_float(input logic [33:0] product, input merge_op_t op);
    logic [ 3:0] extra;  // bits beyond 24
    logic [32:0] aligned;  // behind the highest bit
    logic [23:0] fraction;
    logic [ 7:0] exponent;
    if (product == '0) return '0;
    extra = '0;
    for (int unsigned n = 0; n < 11; n++) if (product[23+n]) extra = 4'(n);
    aligned = 33'(product << (4'd10 - extra));
    // To the nearest, ties to even.
    fraction = {1'b0, aligned[32:10]} + 24'(aligned[9] && (aligned[8:0] != '0 || aligned[10]));
    unique case (op)
      MERGE_UNPACK10: exponent = 8'd117;
      MERGE_UNPACK5: exponent = 8'd122;
      MERGE_UNPACK6: exponent = 8'd121;
      MERGE_UNPACK2: exponent = 8'd125;
      default: exponent = 8'd119;
    endcase
    return {1'b0, exponent + 8'(extra) + 8'(fraction[23]), fraction[22:0]};
  endfunction

  always_ff @(posedge clk_i) begin
    if (s2_valid_q) begin
      tag_o <= s2_tag_q;
      mask_o <= s2_mask_q;
      for (int unsigned l = 0; l < LANES; l++) begin
        automatic logic [31:0] word;
        automatic logic [ 9:0] first;
        automatic logic [ 9:0] second;
        automatic logic [31:0] made;
        word = s2_word_q[l*32+:32];
        first = rounded(s2_first_q[l*SUM_W+:SUM_W]);
        second = rounded(s2_second_q[l*SUM_W+:SUM_W]);
        unique case (s2_op_q)
          MERGE_PACK8LO: made = word | {16'd0, second[7:0], first[7:0]};
          MERGE_PACK8HI: made = word | {second[7:0], first[7:0], 16'd0};
          MERGE_PACK10LO: made = word | {12'd0, second, first};
          MERGE_PACK10HI: made = word | {second[1:0], first, 20'd0};
          MERGE_PACK565LO: made = word | {21'd0, second[5:0], first[4:0]};
          MERGE_PACK565HI: made = word | {16'd0, first[4:0], 11'd0};
          default: made = as_float(s2_first_q[l*SUM_W+:34], s2_op_q);
        endcase
        result_o[l*32+:32] <= made;
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      s1_valid_q <= 1'b0;
      s2_valid_q <= 1'b0;
      valid_o <= 1'b0;
    end else begin
      s1_valid_q <= valid_i;
      s2_valid_q <= s1_valid_q;
      valid_o <= s2_valid_q;
    end
  end

endmodule
