// The integer and float registers of all warps, one row of LANES words a register.
//
// Three reads and one write a file and cycle. A register that has not been written since its
// warp's start reads as zero in all lanes (one bit a register), and the first write clears the
// lanes that it does not cover, so nothing leaks from one program to the next.
module zl_register_file
  import zl_pkg::*;
#(
    parameter int unsigned WARPS = 4,
    parameter int unsigned LANES = 4
) (
    input logic clk_i,

    input logic [WARPS-1:0] start_warps_i,

    // Reads; bit 5 of a register number chooses the float file.
    /* verilator lint_off UNUSEDSIGNAL */  // wider than WARPS needs
    input  logic [  WARP_W-1:0] read_warp_i,
    /* verilator lint_on UNUSEDSIGNAL */
    input  logic [   REG_W-1:0] read1_i,
    input  logic [   REG_W-1:0] read2_i,
    input  logic [   REG_W-1:0] read3_i,
    output logic [LANES*32-1:0] read1_o,
    output logic [LANES*32-1:0] read2_o,
    output logic [LANES*32-1:0] read3_o,

    input logic                wb_int_valid_i,
    /* verilator lint_off UNUSEDSIGNAL */  // wider than WARPS needs
    input logic [  WARP_W-1:0] wb_int_warp_i,
    /* verilator lint_on UNUSEDSIGNAL */
    input logic [         4:0] wb_int_rd_i,
    input logic [   LANES-1:0] wb_int_mask_i,
    input logic [LANES*32-1:0] wb_int_data_i,

    input logic                wb_float_valid_i,
    /* verilator lint_off UNUSEDSIGNAL */  // wider than WARPS needs
    input logic [  WARP_W-1:0] wb_float_warp_i,
    /* verilator lint_on UNUSEDSIGNAL */
    input logic [         4:0] wb_float_rd_i,
    input logic [   LANES-1:0] wb_float_mask_i,
    input logic [LANES*32-1:0] wb_float_data_i
);

  localparam int unsigned IDX_W = $clog2(WARPS);

  logic [LANES*32-1:0] int_q  [WARPS*32];
  logic [LANES*32-1:0] float_q[WARPS*32];
  logic [31:0] int_written_q  [WARPS];
  logic [31:0] float_written_q[WARPS];

  logic [IDX_W-1:0] rw;
  assign rw = read_warp_i[IDX_W-1:0];

  always_comb begin
    read1_o = '0;
    read2_o = '0;
    read3_o = '0;
    if (read1_i[5]) begin
      if (float_written_q[rw][read1_i[4:0]]) read1_o = float_q[{rw, read1_i[4:0]}];
    end else begin
      if (int_written_q[rw][read1_i[4:0]]) read1_o = int_q[{rw, read1_i[4:0]}];
    end
    if (read2_i[5]) begin
      if (float_written_q[rw][read2_i[4:0]]) read2_o = float_q[{rw, read2_i[4:0]}];
    end else begin
      if (int_written_q[rw][read2_i[4:0]]) read2_o = int_q[{rw, read2_i[4:0]}];
    end
    if (read3_i[5]) begin
      if (float_written_q[rw][read3_i[4:0]]) read3_o = float_q[{rw, read3_i[4:0]}];
    end else begin
      if (int_written_q[rw][read3_i[4:0]]) read3_o = int_q[{rw, read3_i[4:0]}];
    end
  end

  always_ff @(posedge clk_i) begin
    if (wb_int_valid_i) begin
      automatic logic [IDX_W-1:0] w;
      automatic logic [LANES*32-1:0] row;
      w = wb_int_warp_i[IDX_W-1:0];
      row = int_written_q[w][wb_int_rd_i] ? int_q[{w, wb_int_rd_i}] : '0;
      for (int unsigned l = 0; l < LANES; l++) begin
        if (wb_int_mask_i[l]) row[l*32+:32] = wb_int_data_i[l*32+:32];
      end
      int_q[{w, wb_int_rd_i}] <= row;
      int_written_q[w][wb_int_rd_i] <= 1'b1;
    end
    for (int unsigned w = 0; w < WARPS; w++) if (start_warps_i[w]) int_written_q[w] <= '0;
  end

  always_ff @(posedge clk_i) begin
    if (wb_float_valid_i) begin
      automatic logic [IDX_W-1:0] w;
      automatic logic [LANES*32-1:0] row;
      w = wb_float_warp_i[IDX_W-1:0];
      row = float_written_q[w][wb_float_rd_i] ? float_q[{w, wb_float_rd_i}] : '0;
      for (int unsigned l = 0; l < LANES; l++) begin
        if (wb_float_mask_i[l]) row[l*32+:32] = wb_float_data_i[l*32+:32];
      end
      float_q[{w, wb_float_rd_i}] <= row;
      float_written_q[w][wb_float_rd_i] <= 1'b1;
    end
    for (int unsigned w = 0; w < WARPS; w++) if (start_warps_i[w]) float_written_q[w] <= '0;
  end

endmodule
