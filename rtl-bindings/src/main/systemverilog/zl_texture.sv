// Texture coordinates, mixing of texels, and colours, for all lanes of a warp. The texels themselves
// come by ordinary loads, so they are as coherent and as cached as all memory.
//
// Decides: the result word; every result is an exact integer or a float without rounding, so there
// are no flags. Fully pipelined: one warp-instruction a cycle, three stages, no back-pressure. Owns no
// hazards. Inactive lanes keep their registers, so their part of result_o is meaningless.
//
//   stage 1  coordinate: the float in units of 2^-24, wrapped or saturated; else: the two products
//   stage 2  coordinate: times the size, in 256ths of a texel; else: the sums
//   stage 3  coordinate: both texels, brought into the image; colour: the sum as a float
module zl_texture
  import zl_pkg::*;
#(
    parameter int unsigned LANES = 4
) (
    input logic clk_i,
    input logic rst_ni,

    input logic                       valid_i,
    input texture_op_t                op_i,
    input logic        [   LANES-1:0] mask_i,
    input logic        [LANES*32-1:0] a_i,
    input logic        [LANES*32-1:0] b_i,
    /* verilator lint_off UNUSEDSIGNAL */  // weights are bytes
    input logic        [LANES*32-1:0] c_i,
    /* verilator lint_on UNUSEDSIGNAL */
    input tag_t                       tag_i,

    output logic                valid_o,
    output tag_t                tag_o,
    output logic [   LANES-1:0] mask_o,
    output logic [LANES*32-1:0] result_o
);

  localparam logic [1:0] WRAP_REPEAT = 2'd0;

  // ---------------------------------------------------------------- stage 1

  // floor(u * 2^24): modulo 2^24 where the image repeats, folded where it is mirrored, else from
  // -2^24 to 2^25 - 1.
  function automatic logic [25:0] fixed_point(input logic [31:0] u, input logic [1:0] wrap);
    logic [25:0] significand;  // with the sign
    logic [ 7:0] shift;
    logic [25:0] x;
    logic        huge;
    significand = {2'd0, u[30:23] != '0, u[22:0]};
    if (u[31]) significand = -significand;
    huge = u[30:23] > 8'd127;  // 2 and more, or not finite
    // A significand counts 2^-149 at exponents 0 and 1, and 2^-24 at 126.
    if (u[30:23] >= 8'd126) begin
      shift = u[30:23] - 8'd126;
      x = shift > 8'd25 ? '0 : significand << shift[4:0];
    end else begin
      shift = 8'd126 - (u[30:23] == '0 ? 8'd1 : u[30:23]);
      x = $signed(significand) >>> (shift > 8'd25 ? 5'd25 : shift[4:0]);
    end
    if (!wrap[1]) begin
      if (u[30:23] == 8'hff) x = '0;
      x[25] = 1'b0;
      if (wrap == WRAP_REPEAT) x[24] = 1'b0;
      else if (x[24]) x = {2'd0, ~x[23:0]};
    end else if (huge) begin
      if (u[30:23] == 8'hff && u[22:0] != '0) x = '0;
      else x = u[31] ? 26'h300_0000 : 26'h1ff_ffff;
    end else if (x[25:24] == 2'b10) begin
      x = 26'h300_0000;
    end
    return x;
  endfunction

  logic                s1_valid_q;
  texture_op_t         s1_op_q;
  logic [   LANES-1:0] s1_mask_q;
  tag_t                s1_tag_q;
  logic [LANES*64-1:0] s1_first_q;  // x and the descriptor; or the products of the first word
  logic [LANES*32-1:0] s1_second_q;  // products of the second word

  always_ff @(posedge clk_i) begin
    if (valid_i) begin
      s1_op_q <= op_i;
      s1_mask_q <= mask_i;
      s1_tag_q <= tag_i;
      for (int unsigned l = 0; l < LANES; l++) begin
        automatic logic [31:0] a;
        automatic logic [31:0] b;
        automatic logic [ 8:0] near;
        automatic logic [ 7:0] far;
        a = a_i[l*32+:32];
        b = b_i[l*32+:32];
        far = c_i[l*32+:8];
        near = 9'd256 - {1'b0, far};
        if (op_i == TEXTURE_MIXHI || op_i == TEXTURE_COLORHI) begin
          a = a >> 16;
          b = b >> 16;
        end
        if (op_i == TEXTURE_COORD) begin
          s1_first_q[l*64+:64] <= {6'd0, fixed_point(a, b[13:12]), b};
          s1_second_q[l*32+:32] <= '0;
        end else if (op_i == TEXTURE_MIXLO || op_i == TEXTURE_MIXHI) begin
          s1_first_q[l*64+:64] <= {
            32'd0, 16'(16'(a[15:8]) * 16'(near)), 16'(16'(a[7:0]) * 16'(near))
          };
          s1_second_q[l*32+:32] <= {16'(b[15:8]) * 16'(far), 16'(b[7:0]) * 16'(far)};
        end else begin
          s1_first_q[l*64+:64] <= {32'd0, 32'(a[15:0]) * 32'(near)};
          s1_second_q[l*32+:32] <= 32'(b[15:0]) * 32'(far);
        end
      end
    end
  end

  // ---------------------------------------------------------------- stage 2

  // Position in 256ths of a texel, rounded; half a texel less where the texels around it are mixed.
  function automatic logic [31:0] position(input logic [25:0] x, input logic [11:0] last,
                                           input logic nearest);
    logic signed [39:0] product;
    product = $signed({{14{x[25]}}, x}) * $signed({27'd0, {1'b0, last} + 13'd1});
    if (nearest) return 32'(product >>> 16);
    return 32'((product + 40'sh8000) >>> 16) - 32'd128;
  endfunction

  logic                s2_valid_q;
  texture_op_t         s2_op_q;
  logic [   LANES-1:0] s2_mask_q;
  tag_t                s2_tag_q;
  logic [LANES*32-1:0] s2_value_q;  // position, or the sums
  logic [LANES*16-1:0] s2_edge_q;  // of a coordinate: the image repeats, its last texel

  always_ff @(posedge clk_i) begin
    if (s1_valid_q) begin
      s2_op_q <= s1_op_q;
      s2_mask_q <= s1_mask_q;
      s2_tag_q <= s1_tag_q;
      for (int unsigned l = 0; l < LANES; l++) begin
        automatic logic [31:0] low;
        low = s1_first_q[l*64+:32];
        s2_edge_q[l*16+:16] <= {3'd0, low[13:12] == WRAP_REPEAT, low[11:0]};
        // The halves of a mix do not carry: each is at most 255 * 256.
        s2_value_q[l*32+:32] <= s1_op_q == TEXTURE_COORD
            ? position(s1_first_q[l*64+32+:26], low[11:0], low[14]) : low + s1_second_q[l*32+:32];
      end
    end
  end

  // ---------------------------------------------------------------- stage 3

  function automatic logic [11:0] brought_in(input logic signed [24:0] i, input logic [11:0] last);
    if (i < 25'sd0) return '0;
    return i > $signed({13'd0, last}) ? last : i[11:0];
  endfunction

  // First texel, second texel, weight of the second.
  function automatic logic [31:0] texels(input logic [31:0] at, input logic [11:0] last,
                                         input logic repeats);
    logic signed [24:0] i;
    logic        [11:0] first;
    logic        [11:0] second;
    i = {at[31], at[31:8]};
    if (repeats) begin
      first = i < 25'sd0 ? last : i[11:0];
      second = i == $signed({13'd0, last}) ? '0 : i[11:0] + 12'd1;
    end else begin
      first = brought_in(i, last);
      second = brought_in(i + 25'sd1, last);
    end
    return {first, second, at[7:0]};
  endfunction

  // A number of 24 bits, divided by 2^16, as a float.
  function automatic logic [31:0] as_float(input logic [31:0] value);
    logic [ 4:0] top;
    logic [22:0] fraction;
    if (value[23:0] == '0) return '0;
    top = '0;
    for (int unsigned n = 0; n < 24; n++) if (value[n]) top = 5'(n);
    fraction = 23'(value << (5'd23 - top));
    return {1'b0, 8'd111 + 8'(top), fraction};
  endfunction

  always_ff @(posedge clk_i) begin
    if (s2_valid_q) begin
      tag_o <= s2_tag_q;
      mask_o <= s2_mask_q;
      for (int unsigned l = 0; l < LANES; l++) begin
        automatic logic [31:0] value;
        value = s2_value_q[l*32+:32];
        if (s2_op_q == TEXTURE_COORD)
          result_o[l*32+:32] <= texels(value, s2_edge_q[l*16+:12], s2_edge_q[l*16+12]);
        else if (s2_op_q == TEXTURE_MIXLO || s2_op_q == TEXTURE_MIXHI) result_o[l*32+:32] <= value;
        else result_o[l*32+:32] <= as_float(value);
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
