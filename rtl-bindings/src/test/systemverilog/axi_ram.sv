// A memory behind AXI4: all kinds of bursts, one write and one read at a time.
module axi_ram #(
    parameter int unsigned BYTES = 4,
    parameter int unsigned LINES = 4096,
    parameter int unsigned ID_W = 4
) (
    input  logic                clk_i,
    input  logic                rst_ni,
    input  logic                s_axi_awvalid,
    output logic                s_axi_awready,
    input  logic [    ID_W-1:0] s_axi_awid,
    input  logic [        31:0] s_axi_awaddr,
    input  logic [         7:0] s_axi_awlen,
    input  logic [         2:0] s_axi_awsize,
    input  logic [         1:0] s_axi_awburst,
    input  logic                s_axi_wvalid,
    output logic                s_axi_wready,
    input  logic [ BYTES*8-1:0] s_axi_wdata,
    input  logic [   BYTES-1:0] s_axi_wstrb,
    input  logic                s_axi_wlast,
    output logic                s_axi_bvalid,
    input  logic                s_axi_bready,
    output logic [    ID_W-1:0] s_axi_bid,
    output logic [         1:0] s_axi_bresp,
    input  logic                s_axi_arvalid,
    output logic                s_axi_arready,
    input  logic [    ID_W-1:0] s_axi_arid,
    input  logic [        31:0] s_axi_araddr,
    input  logic [         7:0] s_axi_arlen,
    input  logic [         2:0] s_axi_arsize,
    input  logic [         1:0] s_axi_arburst,
    output logic                s_axi_rvalid,
    input  logic                s_axi_rready,
    output logic [    ID_W-1:0] s_axi_rid,
    output logic [ BYTES*8-1:0] s_axi_rdata,
    output logic [         1:0] s_axi_rresp,
    output logic                s_axi_rlast
);
  localparam int unsigned LANE_W = $clog2(BYTES);
  localparam int unsigned LINE_W = $clog2(LINES);

  logic [BYTES-1:0][7:0] memory[LINES];

  function automatic logic [31:0] next(input logic [31:0] address, input logic [7:0] len,
                                       input logic [2:0] size, input logic [1:0] burst);
    logic [31:0] step, block, up;
    step = 32'd1 << size;
    block = (32'(len) + 32'd1) << size;
    up = (address & ~(step - 32'd1)) + step;
    if (burst == 2'b00) return address;
    if (burst == 2'b10) return (address & ~(block - 32'd1)) | (up & (block - 32'd1));
    return up;
  endfunction

  logic writing_q, reading_q;
  logic [31:0] write_q, read_q;
  logic [7:0] write_len_q, read_len_q, left_q;
  logic [2:0] write_size_q, read_size_q;
  logic [1:0] write_burst_q, read_burst_q;

  assign s_axi_awready = !writing_q && !s_axi_bvalid;
  assign s_axi_wready = writing_q;
  assign s_axi_bresp = 2'b00;
  assign s_axi_arready = !reading_q;
  assign s_axi_rvalid = reading_q;
  assign s_axi_rdata = memory[read_q[LANE_W+:LINE_W]];
  assign s_axi_rresp = 2'b00;
  assign s_axi_rlast = left_q == '0;

  always_ff @(posedge clk_i) begin
    if (s_axi_awvalid && s_axi_awready) begin
      writing_q <= 1'b1;
      write_q <= s_axi_awaddr;
      write_len_q <= s_axi_awlen;
      write_size_q <= s_axi_awsize;
      write_burst_q <= s_axi_awburst;
      s_axi_bid <= s_axi_awid;
    end
    if (s_axi_bvalid && s_axi_bready) s_axi_bvalid <= 1'b0;
    if (s_axi_wvalid && s_axi_wready) begin
      for (int b = 0; b < BYTES; b++)
      if (s_axi_wstrb[b]) memory[write_q[LANE_W+:LINE_W]][b] <= s_axi_wdata[b*8+:8];
      write_q <= next(write_q, write_len_q, write_size_q, write_burst_q);
      if (s_axi_wlast) begin
        writing_q <= 1'b0;
        s_axi_bvalid <= 1'b1;
      end
    end
    if (s_axi_arvalid && s_axi_arready) begin
      reading_q <= 1'b1;
      read_q <= s_axi_araddr;
      read_len_q <= s_axi_arlen;
      left_q <= s_axi_arlen;
      read_size_q <= s_axi_arsize;
      read_burst_q <= s_axi_arburst;
      s_axi_rid <= s_axi_arid;
    end
    if (s_axi_rvalid && s_axi_rready) begin
      read_q <= next(read_q, read_len_q, read_size_q, read_burst_q);
      left_q <= left_q - 8'd1;
      if (left_q == '0) reading_q <= 1'b0;
    end
    if (!rst_ni) begin
      writing_q <= 1'b0;
      reading_q <= 1'b0;
      s_axi_bvalid <= 1'b0;
    end
  end
endmodule
