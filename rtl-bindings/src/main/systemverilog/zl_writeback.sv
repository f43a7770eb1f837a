// Write-back: one integer and one float result a cycle onto the bus to the register file and the
// bypass.
//
// Issue has reserved the cycle for results of fixed latency, so at most one of them comes. The
// dividers, then the LSU, take cycles that are not reserved.
module zl_writeback
  import zl_pkg::*;
#(
    parameter int unsigned LANES = 4
) (
    input logic clk_i,
    input logic rst_ni,

    // From execute: a unit of one cycle has started.
    input logic              ex_valid_i,
    input logic              ex_writes_i,
    input unit_t             ex_unit_i,
    input tag_t              ex_tag_i,
    input logic  [LANES-1:0] ex_mask_i,

    // Results of one cycle; cancelled when the instruction has faulted.
    input logic                cancel_i,
    input logic [LANES*32-1:0] alu_result_i,
    input logic [LANES*32-1:0] shuffle_result_i,
    input logic [LANES*32-1:0] csr_result_i,
    input logic [        31:0] control_result_i,

    // Results of more cycles.
    input logic                mul_valid_i,
    input tag_t                mul_tag_i,
    input logic [   LANES-1:0] mul_mask_i,
    input logic [LANES*32-1:0] mul_result_i,
    input logic                graphics_valid_i,
    input tag_t                graphics_tag_i,
    input logic [   LANES-1:0] graphics_mask_i,
    input logic [LANES*32-1:0] graphics_result_i,
    input logic                misc_valid_i,
    input tag_t                misc_tag_i,
    input logic [   LANES-1:0] misc_mask_i,
    input logic [LANES*32-1:0] misc_result_i,
    input logic                fma_valid_i,
    input tag_t                fma_tag_i,
    input logic [   LANES-1:0] fma_mask_i,
    input logic [LANES*32-1:0] fma_result_i,

    // Results that wait for a free cycle.
    input  logic                int_reserved_i,
    input  logic                float_reserved_i,
    input  logic                div_valid_i,
    output logic                div_ready_o,
    input  tag_t                div_tag_i,
    input  logic [   LANES-1:0] div_mask_i,
    input  logic [LANES*32-1:0] div_result_i,
    input  logic                fdiv_valid_i,
    output logic                fdiv_ready_o,
    input  tag_t                fdiv_tag_i,
    input  logic [   LANES-1:0] fdiv_mask_i,
    input  logic [LANES*32-1:0] fdiv_result_i,
    input  logic                lsu_valid_i,
    output logic                lsu_ready_o,
    input  tag_t                lsu_tag_i,
    input  logic [   LANES-1:0] lsu_mask_i,
    input  logic [LANES*32-1:0] lsu_data_i,

    // To issue.
    output logic int_wait_o,
    output logic float_wait_o,
    output logic int_release_o,
    output logic float_release_o,

    // The bus. Results for x0 do not appear as valid.
    output logic                wb_int_valid_o,
    output tag_t                wb_int_tag_o,
    output logic [   LANES-1:0] wb_int_mask_o,
    output logic [LANES*32-1:0] wb_int_data_o,
    output logic                wb_float_valid_o,
    output tag_t                wb_float_tag_o,
    output logic [   LANES-1:0] wb_float_mask_o,
    output logic [LANES*32-1:0] wb_float_data_o
);

  logic single_valid_q;
  unit_t single_unit_q;
  tag_t single_tag_q;
  logic [LANES-1:0] single_mask_q;

  always_ff @(posedge clk_i) begin
    single_valid_q <= rst_ni && ex_valid_i && ex_writes_i && ex_unit_i <= UNIT_CONTROL;
    if (ex_valid_i) begin
      single_unit_q <= ex_unit_i;
      single_tag_q <= ex_tag_i;
      single_mask_q <= ex_mask_i;
    end
  end

  logic lsu_int;
  logic lsu_float;
  assign lsu_int = lsu_valid_i && !lsu_tag_i.rd[5];
  assign lsu_float = lsu_valid_i && lsu_tag_i.rd[5];

  assign div_ready_o = !int_reserved_i;
  assign fdiv_ready_o = !float_reserved_i;
  assign lsu_ready_o = lsu_tag_i.rd[5] ? !float_reserved_i && !fdiv_valid_i
                                       : !int_reserved_i && !div_valid_i;

  assign int_wait_o = int_reserved_i && (div_valid_i || lsu_int);
  assign float_wait_o = float_reserved_i && (fdiv_valid_i || lsu_float);
  assign int_release_o = !int_reserved_i && (div_valid_i || lsu_int);
  assign float_release_o = !float_reserved_i && (fdiv_valid_i || lsu_float);

  always_comb begin
    wb_int_valid_o = 1'b1;
    wb_int_tag_o = lsu_tag_i;
    wb_int_mask_o = lsu_mask_i;
    wb_int_data_o = lsu_data_i;
    if (single_valid_q) begin
      wb_int_valid_o = !cancel_i;
      wb_int_tag_o = single_tag_q;
      wb_int_mask_o = single_mask_q;
      unique case (single_unit_q)
        UNIT_ALU: wb_int_data_o = alu_result_i;
        UNIT_SHUFFLE: wb_int_data_o = shuffle_result_i;
        UNIT_CSR: wb_int_data_o = csr_result_i;
        default: wb_int_data_o = {LANES{control_result_i}};
      endcase
    end else if (mul_valid_i) begin
      wb_int_tag_o = mul_tag_i;
      wb_int_mask_o = mul_mask_i;
      wb_int_data_o = mul_result_i;
    end else if (graphics_valid_i && !graphics_tag_i.rd[5]) begin
      wb_int_tag_o = graphics_tag_i;
      wb_int_mask_o = graphics_mask_i;
      wb_int_data_o = graphics_result_i;
    end else if (misc_valid_i && !misc_tag_i.rd[5]) begin
      wb_int_tag_o = misc_tag_i;
      wb_int_mask_o = misc_mask_i;
      wb_int_data_o = misc_result_i;
    end else if (int_reserved_i) begin
      wb_int_valid_o = 1'b0;  // its instruction was dropped by a fault
    end else if (div_valid_i) begin
      wb_int_tag_o = div_tag_i;
      wb_int_mask_o = div_mask_i;
      wb_int_data_o = div_result_i;
    end else begin
      wb_int_valid_o = lsu_int;
    end
    if (wb_int_tag_o.rd[4:0] == '0) wb_int_valid_o = 1'b0;
  end

  always_comb begin
    wb_float_valid_o = 1'b1;
    wb_float_tag_o = lsu_tag_i;
    wb_float_mask_o = lsu_mask_i;
    wb_float_data_o = lsu_data_i;
    if (fma_valid_i) begin
      wb_float_tag_o = fma_tag_i;
      wb_float_mask_o = fma_mask_i;
      wb_float_data_o = fma_result_i;
    end else if (graphics_valid_i && graphics_tag_i.rd[5]) begin
      wb_float_tag_o = graphics_tag_i;
      wb_float_mask_o = graphics_mask_i;
      wb_float_data_o = graphics_result_i;
    end else if (misc_valid_i && misc_tag_i.rd[5]) begin
      wb_float_tag_o = misc_tag_i;
      wb_float_mask_o = misc_mask_i;
      wb_float_data_o = misc_result_i;
    end else if (float_reserved_i) begin
      wb_float_valid_o = 1'b0;
    end else if (fdiv_valid_i) begin
      wb_float_tag_o = fdiv_tag_i;
      wb_float_mask_o = fdiv_mask_i;
      wb_float_data_o = fdiv_result_i;
    end else begin
      wb_float_valid_o = lsu_float;
    end
  end

`ifndef SYNTHESIS
  logic [3:0] int_results;
  logic [2:0] float_results;
  assign int_results = {
    single_valid_q,
    mul_valid_i,
    graphics_valid_i && !graphics_tag_i.rd[5],
    misc_valid_i && !misc_tag_i.rd[5]
  };
  assign float_results = {
    fma_valid_i, graphics_valid_i && graphics_tag_i.rd[5], misc_valid_i && misc_tag_i.rd[5]
  };
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      $onehot0(int_results))
  else $error("two results for the integer port");
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      !(int_results != '0 && !int_reserved_i))
  else $error("integer result without a reservation");
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      $onehot0(float_results))
  else $error("two results for the float port");
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      !(float_results != '0 && !float_reserved_i))
  else $error("float result without a reservation");
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      !(int_release_o && lsu_int && div_valid_i && lsu_ready_o))
  else $error("two results take one cycle of the integer port");
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      !(float_release_o && lsu_float && fdiv_valid_i && lsu_ready_o))
  else $error("two results take one cycle of the float port");
`endif

endmodule
