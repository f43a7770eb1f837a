// Integer multiplication of all lanes: three stages, a warp-instruction a cycle.
module zl_multiplier
  import zl_pkg::*;
#(
    parameter int unsigned LANES = 4
) (
    input logic clk_i,
    input logic rst_ni,

    input logic                valid_i,
    input logic [         1:0] op_i,     // funct3: MUL, MULH, MULHSU, MULHU
    input logic [   LANES-1:0] mask_i,
    input logic [LANES*32-1:0] a_i,
    input logic [LANES*32-1:0] b_i,
    input tag_t                tag_i,

    output logic                valid_o,
    output tag_t                tag_o,
    output logic [   LANES-1:0] mask_o,
    output logic [LANES*32-1:0] result_o
);

  logic s1_valid_q;
  logic [1:0] s1_op_q;
  logic [LANES-1:0] s1_mask_q;
  logic [LANES*32-1:0] s1_a_q;
  logic [LANES*32-1:0] s1_b_q;
  tag_t s1_tag_q;

  logic s2_valid_q;
  logic s2_high_q;
  logic [LANES-1:0] s2_mask_q;
  logic [LANES*64-1:0] s2_product_q;
  tag_t s2_tag_q;

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

  always_ff @(posedge clk_i) begin
    if (valid_i) begin
      s1_op_q <= op_i;
      s1_mask_q <= mask_i;
      s1_a_q <= a_i;
      s1_b_q <= b_i;
      s1_tag_q <= tag_i;
    end
  end

  always_ff @(posedge clk_i) begin
    if (s1_valid_q) begin
      s2_high_q <= s1_op_q != 2'd0;
      s2_mask_q <= s1_mask_q;
      s2_tag_q <= s1_tag_q;
      for (int unsigned l = 0; l < LANES; l++) begin
        automatic logic [31:0] a;
        automatic logic [31:0] b;
        automatic logic [63:0] product;
        a = s1_a_q[l*32+:32];
        b = s1_b_q[l*32+:32];
        product = {32'd0, a} * {32'd0, b};
        // The unsigned product's upper half, corrected for negative signed operands.
        if (a[31] && s1_op_q != 2'd3) product[63:32] = product[63:32] - b;
        if (b[31] && !s1_op_q[1]) product[63:32] = product[63:32] - a;
        s2_product_q[l*64+:64] <= product;
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (s2_valid_q) begin
      tag_o <= s2_tag_q;
      mask_o <= s2_mask_q;
      for (int unsigned l = 0; l < LANES; l++) begin
        result_o[l*32+:32] <= s2_high_q ? s2_product_q[l*64+32+:32] : s2_product_q[l*64+:32];
      end
    end
  end

endmodule
