// The three floating-point units side by side for fpu_bench.cpp; they share only the operands.

module fpu_bench_top
  import zl_fpu_pkg::*;
#(
    parameter int unsigned LANES = 8,
    parameter int unsigned TAG_W = 8
) (
    input logic clk_i,
    input logic rst_ni,

    input logic           [         2:0] rm_i,
    input logic           [   LANES-1:0] mask_i,
    input logic           [   TAG_W-1:0] tag_i,
    input logic           [LANES*32-1:0] a_i,
    input logic           [LANES*32-1:0] b_i,
    input logic           [LANES*32-1:0] c_i,

    input  logic                         fma_valid_i,
    input  fma_op_t                      fma_op_i,
    output logic                         fma_valid_o,
    output logic          [   TAG_W-1:0] fma_tag_o,
    output logic          [   LANES-1:0] fma_mask_o,
    output logic          [LANES*32-1:0] fma_result_o,
    output flags_t                       fma_flags_o,

    input  logic                         div_sqrt_valid_i,
    output logic                         div_sqrt_ready_o,
    input  div_sqrt_op_t                 div_sqrt_op_i,
    output logic                         div_sqrt_valid_o,
    input  logic                         div_sqrt_ready_i,
    output logic          [   TAG_W-1:0] div_sqrt_tag_o,
    output logic          [   LANES-1:0] div_sqrt_mask_o,
    output logic          [LANES*32-1:0] div_sqrt_result_o,
    output flags_t                       div_sqrt_flags_o,

    input  logic                         misc_valid_i,
    input  misc_op_t                     misc_op_i,
    output logic                         misc_valid_o,
    output logic          [   TAG_W-1:0] misc_tag_o,
    output logic          [   LANES-1:0] misc_mask_o,
    output logic          [LANES*32-1:0] misc_result_o,
    output flags_t                       misc_flags_o
);

  zl_fpu_fma #(
      .LANES(LANES),
      .TAG_W(TAG_W)
  ) u_fma (
      .clk_i,
      .rst_ni,
      .valid_i (fma_valid_i),
      .op_i    (fma_op_i),
      .rm_i,
      .mask_i,
      .a_i,
      .b_i,
      .c_i,
      .tag_i,
      .valid_o (fma_valid_o),
      .tag_o   (fma_tag_o),
      .mask_o  (fma_mask_o),
      .result_o(fma_result_o),
      .flags_o (fma_flags_o)
  );

  zl_fpu_div_sqrt #(
      .LANES(LANES),
      .TAG_W(TAG_W)
  ) u_div_sqrt (
      .clk_i,
      .rst_ni,
      .valid_i (div_sqrt_valid_i),
      .ready_o (div_sqrt_ready_o),
      .op_i    (div_sqrt_op_i),
      .rm_i,
      .mask_i,
      .a_i,
      .b_i,
      .tag_i,
      .valid_o (div_sqrt_valid_o),
      .ready_i (div_sqrt_ready_i),
      .tag_o   (div_sqrt_tag_o),
      .mask_o  (div_sqrt_mask_o),
      .result_o(div_sqrt_result_o),
      .flags_o (div_sqrt_flags_o)
  );

  zl_fpu_misc #(
      .LANES(LANES),
      .TAG_W(TAG_W)
  ) u_misc (
      .clk_i,
      .rst_ni,
      .valid_i (misc_valid_i),
      .op_i    (misc_op_i),
      .rm_i,
      .mask_i,
      .a_i,
      .b_i,
      .tag_i,
      .valid_o (misc_valid_o),
      .tag_o   (misc_tag_o),
      .mask_o  (misc_mask_o),
      .result_o(misc_result_o),
      .flags_o (misc_flags_o)
  );

endmodule
