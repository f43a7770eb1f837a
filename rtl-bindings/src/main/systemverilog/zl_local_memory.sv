// Local memory of a core: one bank a lane, word-interleaved.
//
// The load-store unit gives it only lanes that do not conflict: each bank is used by lanes of one
// word. Reads are answered, and writes and atomic operations take place, in the cycle after go.
// An atomic operation has a bank for each of its lanes, and is answered with the old word.
module zl_local_memory
  import zl_pkg::*;
#(
    parameter int unsigned LANES = 4,
    parameter int unsigned LOCAL_KB = 16
) (
    input logic clk_i,

    input logic                go_i,
    input logic                write_i,
    input logic [         5:0] atomic_i,  // {it is one, funct5}
    input logic [   LANES-1:0] lanes_i,
    input logic [LANES*16-1:0] offset_i,  // bytes from the start of local memory
    input logic [         1:0] size_i,    // 0 byte, 1 halfword, 2 word
    input logic [LANES*32-1:0] data_i,

    output logic [LANES*32-1:0] data_o
);

  localparam int unsigned BANK_W = $clog2(LANES);
  localparam int unsigned ROWS = LOCAL_KB * 256 / LANES;
  localparam int unsigned ROW_W = $clog2(ROWS);

  logic [ LANES*ROW_W-1:0] row_q;   // per bank
  logic [ LANES*4-1:0]     strb_q;  // per bank
  logic [    LANES*32-1:0] data_q;  // per bank
  logic                    write_q;
  logic [             5:0] atomic_q;
  logic [LANES*BANK_W-1:0] bank_q;  // per lane
  logic [    LANES*32-1:0] bank_data;

  always_ff @(posedge clk_i) begin
    write_q <= go_i && write_i;
    if (go_i) begin
      automatic logic [LANES*ROW_W-1:0] row;
      automatic logic [LANES*4-1:0] strb;
      automatic logic [LANES*32-1:0] data;
      automatic logic [BANK_W-1:0] bank;
      automatic logic [3:0] lane_strb;
      automatic logic [31:0] lane_data;
      atomic_q <= atomic_i;
      row = row_q;
      strb = '0;
      data = data_q;
      for (int unsigned l = 0; l < LANES; l++) begin
        bank = offset_i[l*16+2+:BANK_W];
        bank_q[l*BANK_W+:BANK_W] <= bank;
        if (lanes_i[l]) begin
          row[bank*ROW_W+:ROW_W] = offset_i[l*16+2+BANK_W+:ROW_W];
          // Lanes in rising order: the highest wins a byte.
          lane_strb = (size_i == 2'd0 ? 4'b0001 : size_i == 2'd1 ? 4'b0011 : 4'b1111)
              << offset_i[l*16+:2];
          lane_data = data_i[l*32+:32] << {offset_i[l*16+:2], 3'd0};
          strb[{bank, 2'd0}+:4] = strb[{bank, 2'd0}+:4] | lane_strb;
          for (int unsigned b = 0; b < 4; b++) begin
            if (lane_strb[b]) data[{bank, 2'(b), 3'd0}+:8] = lane_data[b*8+:8];
          end
        end
      end
      row_q <= row;
      if (write_i) begin
        strb_q <= strb;
        data_q <= data;
      end
    end
  end

  for (genvar b = 0; b < LANES; b++) begin : g_bank
    logic [31:0] words_q[ROWS];
    logic [ROW_W-1:0] row;
    assign row = row_q[b*ROW_W+:ROW_W];
    assign bank_data[b*32+:32] = words_q[row];
    always_ff @(posedge clk_i) begin
      if (write_q && strb_q[b*4+:4] != '0) begin
        words_q[row] <= atomic_q[5]
            ? atomic_result(atomic_q[4:0], words_q[row], data_q[b*32+:32]) : {
          strb_q[b*4+3] ? data_q[b*32+24+:8] : words_q[row][31:24],
          strb_q[b*4+2] ? data_q[b*32+16+:8] : words_q[row][23:16],
          strb_q[b*4+1] ? data_q[b*32+8+:8] : words_q[row][15:8],
          strb_q[b*4+0] ? data_q[b*32+:8] : words_q[row][7:0]
        };
      end
    end
  end

  always_comb begin
    for (int unsigned l = 0; l < LANES; l++) begin
      data_o[l*32+:32] = bank_data[{bank_q[l*BANK_W+:BANK_W], 5'd0}+:32];
    end
  end

endmodule
