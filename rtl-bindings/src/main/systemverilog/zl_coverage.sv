// Which pixels lie inside of an edge: signs of an edge function at several places, for all lanes of
// a warp, and what the lanes have found together.
//
// Decides: the result word, as the machine contract has it; integers that wrap, no flags. Fully
// pipelined: one warp-instruction a cycle, three stages, no back-pressure. Owns no hazards. Inactive
// lanes keep their registers, so their part of result_o is meaningless.
//
//   stage 1  row: value and twice the step further; any: what the active lanes have
//   stage 2  row: one step further, and the signs of all four places
//   stage 3  nothing: as late as its neighbours, so that they share a way to the registers
module zl_coverage
  import zl_pkg::*;
#(
    parameter int unsigned LANES = 4
) (
    input logic clk_i,
    input logic rst_ni,

    input logic                       valid_i,
    input coverage_op_t               op_i,
    input logic         [  LANES-1:0] mask_i,
    input logic        [LANES*32-1:0] a_i,
    input logic        [LANES*32-1:0] b_i,
    /* verilator lint_off UNUSEDSIGNAL */  // four rows' worth is shifted out
    input logic        [LANES*32-1:0] c_i,
    /* verilator lint_on UNUSEDSIGNAL */
    input tag_t                       tag_i,

    output logic                valid_o,
    output tag_t                tag_o,
    output logic [   LANES-1:0] mask_o,
    output logic [LANES*32-1:0] result_o
);

  // ---------------------------------------------------------------- stage 1

  logic [31:0] any;  // of the active lanes
  always_comb begin
    any = '0;
    for (int unsigned l = 0; l < LANES; l++) if (mask_i[l]) any = any | a_i[l*32+:32];
  end

  logic                s1_valid_q;
  coverage_op_t        s1_op_q;
  logic [   LANES-1:0] s1_mask_q;
  tag_t                s1_tag_q;
  logic [LANES*32-1:0] s1_near_q;  // or what any lane has
  logic [LANES*32-1:0] s1_far_q;
  logic [LANES*32-1:0] s1_step_q;
  logic [LANES*28-1:0] s1_before_q;

  always_ff @(posedge clk_i) begin
    if (valid_i) begin
      s1_op_q <= op_i;
      s1_mask_q <= mask_i;
      s1_tag_q <= tag_i;
      for (int unsigned l = 0; l < LANES; l++) begin
        s1_near_q[l*32+:32] <= op_i == COVERAGE_ANY ? any : a_i[l*32+:32];
        s1_far_q[l*32+:32] <= a_i[l*32+:32] + {b_i[l*32+:31], 1'b0};
        s1_step_q[l*32+:32] <= b_i[l*32+:32];
        s1_before_q[l*28+:28] <= c_i[l*32+:28];
      end
    end
  end

  // ---------------------------------------------------------------- stage 2

  function automatic logic beyond(input logic [31:0] value, input logic [31:0] step);
    return 1'((value + step) >> 31);
  endfunction

  logic                s2_valid_q;
  logic [   LANES-1:0] s2_mask_q;
  tag_t                s2_tag_q;
  logic [LANES*32-1:0] s2_result_q;

  always_ff @(posedge clk_i) begin
    if (s1_valid_q) begin
      s2_mask_q <= s1_mask_q;
      s2_tag_q <= s1_tag_q;
      for (int unsigned l = 0; l < LANES; l++) begin
        automatic logic [31:0] near;
        automatic logic [31:0] far;
        automatic logic [31:0] step;
        near = s1_near_q[l*32+:32];
        far = s1_far_q[l*32+:32];
        step = s1_step_q[l*32+:32];
        s2_result_q[l*32+:32] <= s1_op_q == COVERAGE_ANY ? near : {
          s1_before_q[l*28+:28], !beyond(far, step), !far[31], !beyond(near, step), !near[31]
        };
      end
    end
  end

  // ---------------------------------------------------------------- stage 3

  always_ff @(posedge clk_i) begin
    if (s2_valid_q) begin
      tag_o <= s2_tag_q;
      mask_o <= s2_mask_q;
      result_o <= s2_result_q;
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
