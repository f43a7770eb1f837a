// Operand read and the bypass in front of execute.
//
// A result on the write-back bus is taken at both ends of this stage: when the registers are read
// in the same cycle, and again while the operands are at execute. Issue makes sure that no result
// arrives later than that. Lanes outside of the result's mask keep the register's value.
module zl_operand_read
  import zl_pkg::*;
#(
    parameter int unsigned WARPS = 4,
    parameter int unsigned LANES = 4
) (
    input logic clk_i,
    input logic rst_ni,

    input logic halt_i,

    // From issue.
    input logic                    is_valid_i,
    input logic       [WARP_W-1:0] is_warp_i,
    input logic       [ SEQ_W-1:0] is_seq_i,
    input issue_key_t              is_key_i,
    input payload_t                is_payload_i,

    // From the register file, for the registers of is_key_i.
    input logic [LANES*32-1:0] read1_i,
    input logic [LANES*32-1:0] read2_i,
    input logic [LANES*32-1:0] read3_i,

    // State of the warps.
    input logic [LANES-1:0] lane_mask_i[WARPS],
    input logic [      2:0] frm_i      [WARPS],

    // The write-back bus.
    input logic                wb_int_valid_i,
    /* verilator lint_off UNUSEDSIGNAL */  // without the number for the trace
    input tag_t                wb_int_tag_i,
    /* verilator lint_on UNUSEDSIGNAL */
    input logic [   LANES-1:0] wb_int_mask_i,
    input logic [LANES*32-1:0] wb_int_data_i,
    input logic                wb_float_valid_i,
    /* verilator lint_off UNUSEDSIGNAL */  // without the number for the trace
    input tag_t                wb_float_tag_i,
    /* verilator lint_on UNUSEDSIGNAL */
    input logic [   LANES-1:0] wb_float_mask_i,
    input logic [LANES*32-1:0] wb_float_data_i,

    // To execute. An instruction with an invalid rounding mode is illegal.
    output logic                ex_valid_o,
    output unit_t               ex_unit_o,
    output tag_t                ex_tag_o,
    output logic                ex_writes_o,
    output logic                ex_illegal_rm_o,
    output logic [         2:0] ex_rm_o,
    output logic [   LANES-1:0] ex_mask_o,
    output logic [LANES*32-1:0] ex_a_o,
    output logic [LANES*32-1:0] ex_b_o,
    output logic [LANES*32-1:0] ex_c_o,
    output payload_t            ex_payload_o
);

  localparam int unsigned IDX_W = $clog2(WARPS);

  /* verilator lint_off UNUSEDSIGNAL */  // only the sources; the rest has its own register
  issue_key_t ex_key_q;
  /* verilator lint_on UNUSEDSIGNAL */
  logic [LANES*32-1:0] ex_a_q;
  logic [LANES*32-1:0] ex_b_q;
  logic [LANES*32-1:0] ex_c_q;

  function automatic logic [LANES*32-1:0] merged(logic [LANES*32-1:0] old, logic [LANES-1:0] mask,
                                                 logic [LANES*32-1:0] data);
    merged = old;
    for (int unsigned l = 0; l < LANES; l++) if (mask[l]) merged[l*32+:32] = data[l*32+:32];
  endfunction

  function automatic logic [LANES*32-1:0] bypassed(
      logic [LANES*32-1:0] old, logic use_register, logic [REG_W-1:0] register,
      logic [WARP_W-1:0] warp);
    logic int_hit;
    logic float_hit;
    int_hit = wb_int_valid_i && wb_int_tag_i.warp == warp && wb_int_tag_i.rd == register;
    float_hit = wb_float_valid_i && wb_float_tag_i.warp == warp && wb_float_tag_i.rd == register;
    if (use_register && int_hit) return merged(old, wb_int_mask_i, wb_int_data_i);
    if (use_register && float_hit) return merged(old, wb_float_mask_i, wb_float_data_i);
    return old;
  endfunction

  always_ff @(posedge clk_i) begin
    ex_valid_o <= rst_ni && is_valid_i && !halt_i;
    if (is_valid_i) begin
      automatic logic [2:0] rm;
      rm = is_payload_i.instr[14:12];
      if (rm == 3'd7) rm = frm_i[is_warp_i[IDX_W-1:0]];
      ex_key_q <= is_key_i;
      ex_payload_o <= is_payload_i;
      ex_unit_o <= is_key_i.unit;
      ex_writes_o <= is_key_i.writes;
      ex_tag_o <= '{warp: is_warp_i, rd: is_key_i.rd, seq: is_seq_i};
      ex_rm_o <= rm;
      ex_illegal_rm_o <= is_payload_i.uses_rm && rm > 3'd4;
      ex_mask_o <= lane_mask_i[is_warp_i[IDX_W-1:0]];
      ex_a_q <= is_payload_i.a_is_pc ? {LANES{is_payload_i.pc}}
          : bypassed(read1_i, is_key_i.use1, is_key_i.rs1, is_warp_i);
      ex_b_q <= is_payload_i.b_is_imm ? {LANES{is_payload_i.imm}}
          : bypassed(read2_i, is_key_i.use2, is_key_i.rs2, is_warp_i);
      if (is_key_i.use3) ex_c_q <= bypassed(read3_i, 1'b1, is_key_i.rs3, is_warp_i);
    end
  end

  assign ex_a_o = bypassed(ex_a_q, ex_key_q.use1, ex_key_q.rs1, ex_tag_o.warp);
  assign ex_b_o = bypassed(ex_b_q, ex_key_q.use2, ex_key_q.rs2, ex_tag_o.warp);
  assign ex_c_o = bypassed(ex_c_q, ex_key_q.use3, ex_key_q.rs3, ex_tag_o.warp);

endmodule
