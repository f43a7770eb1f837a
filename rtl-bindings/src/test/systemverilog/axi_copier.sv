// Copies blocks of BEATS beats: up to IDS reads are open, each with its id, and what comes back goes
// out again in bursts. With MISTAKE not zero it breaks a rule of AXI.
module axi_copier #(
    parameter int unsigned BYTES = 8,
    parameter int unsigned BEATS = 4,
    parameter int unsigned IDS = 4,
    parameter int unsigned MISTAKE = 0
) (
    input  logic                   clk_i,
    input  logic                   rst_ni,
    input  logic                   start_i,
    input  logic [           31:0] source_i,
    input  logic [           31:0] target_i,
    input  logic [           15:0] blocks_i,
    output logic                   busy_o,
    output logic                   error_o,
    output logic                   m_axi_awvalid,
    input  logic                   m_axi_awready,
    output logic [            3:0] m_axi_awid,
    output logic [           31:0] m_axi_awaddr,
    output logic [            7:0] m_axi_awlen,
    output logic [            2:0] m_axi_awsize,
    output logic [            1:0] m_axi_awburst,
    output logic                   m_axi_wvalid,
    input  logic                   m_axi_wready,
    output logic [    BYTES*8-1:0] m_axi_wdata,
    output logic [      BYTES-1:0] m_axi_wstrb,
    output logic                   m_axi_wlast,
    input  logic                   m_axi_bvalid,
    output logic                   m_axi_bready,
    input  logic [            3:0] m_axi_bid,
    input  logic [            1:0] m_axi_bresp,
    output logic                   m_axi_arvalid,
    input  logic                   m_axi_arready,
    output logic [            3:0] m_axi_arid,
    output logic [           31:0] m_axi_araddr,
    output logic [            7:0] m_axi_arlen,
    output logic [            2:0] m_axi_arsize,
    output logic [            1:0] m_axi_arburst,
    input  logic                   m_axi_rvalid,
    output logic                   m_axi_rready,
    input  logic [            3:0] m_axi_rid,
    input  logic [    BYTES*8-1:0] m_axi_rdata,
    input  logic [            1:0] m_axi_rresp,
    input  logic                   m_axi_rlast
);
  localparam int unsigned BLOCK = BYTES * BEATS;

  logic [15:0] asked_q, answered_q, total_q;
  logic [BYTES*8-1:0] buffer_q[IDS*BEATS];
  logic [7:0] filled_q[IDS];
  logic [IDS-1:0] reading_q, full_q, writing_q;
  logic [31:0] source_q, target_q;
  logic [31:0] place_q[IDS];
  logic [3:0] next_q, write_q;
  logic sending_q, address_done_q;
  logic [7:0] beat_q;
  logic [31:0] tick_q;

  assign busy_o = answered_q != total_q;
  assign m_axi_arlen = 8'(BEATS - 1);
  assign m_axi_arsize = 3'($clog2(BYTES));
  assign m_axi_arburst = MISTAKE == 5 ? 2'b11 : 2'b01;
  assign m_axi_rready = 1'b1;
  assign m_axi_awlen = 8'(BEATS - 1);
  assign m_axi_awsize = 3'($clog2(BYTES));
  assign m_axi_awburst = 2'b01;
  assign m_axi_awvalid = sending_q && !address_done_q && !(MISTAKE == 1 && tick_q[1]);
  assign m_axi_awid = write_q;
  assign m_axi_awaddr = place_q[write_q] + (MISTAKE == 2 && tick_q[2] ? 32'(BYTES) : 32'd0)
      + (MISTAKE == 4 ? 32'd4096 - 32'(BYTES) : 32'd0);
  assign m_axi_wvalid = sending_q && beat_q != 8'(BEATS);
  assign m_axi_wdata = buffer_q[32'(write_q)*BEATS+32'(beat_q)];
  assign m_axi_wstrb = '1;
  assign m_axi_wlast = beat_q == 8'(BEATS - (MISTAKE == 3 ? 2 : 1));
  assign m_axi_bready = 1'b1;

  always_ff @(posedge clk_i) begin
    tick_q <= tick_q + 32'd1;
    if (start_i) begin
      total_q <= blocks_i;
      asked_q <= '0;
      answered_q <= '0;
      source_q <= source_i;
      target_q <= target_i;
      error_o <= 1'b0;
    end
    if (m_axi_arvalid && m_axi_arready) m_axi_arvalid <= 1'b0;
    if (!start_i && asked_q != total_q && !reading_q[next_q] && !full_q[next_q]
        && !writing_q[next_q] && !m_axi_arvalid) begin
      m_axi_arvalid <= 1'b1;
      m_axi_arid <= next_q;
      m_axi_araddr <= source_q;
      place_q[next_q] <= target_q;
      filled_q[next_q] <= '0;
      reading_q[next_q] <= 1'b1;
      source_q <= source_q + BLOCK;
      target_q <= target_q + BLOCK;
      asked_q <= asked_q + 16'd1;
      next_q <= 32'(next_q) == IDS - 1 ? '0 : next_q + 4'd1;
    end
    if (m_axi_rvalid) begin
      buffer_q[32'(m_axi_rid)*BEATS+32'(filled_q[m_axi_rid])] <= m_axi_rdata;
      filled_q[m_axi_rid] <= filled_q[m_axi_rid] + 8'd1;
      if (m_axi_rresp[1]) error_o <= 1'b1;
      if (m_axi_rlast) begin
        reading_q[m_axi_rid] <= 1'b0;
        full_q[m_axi_rid] <= 1'b1;
      end
    end
    if (!sending_q) begin
      for (int i = 0; i < IDS; i++) begin
        if (full_q[i]) begin
          write_q <= 4'(i);
          sending_q <= 1'b1;
        end
      end
      beat_q <= '0;
      address_done_q <= 1'b0;
    end else begin
      if (m_axi_awvalid && m_axi_awready) address_done_q <= 1'b1;
      if (m_axi_wvalid && m_axi_wready) beat_q <= beat_q + 8'd1;
      if (address_done_q && beat_q == 8'(BEATS)) begin
        sending_q <= 1'b0;
        full_q[write_q] <= 1'b0;
        writing_q[write_q] <= 1'b1;
      end
    end
    if (m_axi_bvalid) begin
      writing_q[m_axi_bid] <= 1'b0;
      answered_q <= answered_q + 16'd1;
      if (m_axi_bresp[1]) error_o <= 1'b1;
    end
    if (!rst_ni) begin
      total_q <= '0;
      asked_q <= '0;
      answered_q <= '0;
      next_q <= '0;
      reading_q <= '0;
      full_q <= '0;
      writing_q <= '0;
      sending_q <= 1'b0;
      m_axi_arvalid <= 1'b0;
      error_o <= 1'b0;
      tick_q <= '0;
    end
  end
endmodule
