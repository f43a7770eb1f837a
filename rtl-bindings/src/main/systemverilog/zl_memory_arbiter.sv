// Joins several memory ports into one, in turn; a response finds its port by the tag.
//
// Wires only, except for the turn: its users register their requests. Ports from WRITERS on only
// read, so that their (unused) write data need no multiplexer.
module zl_memory_arbiter
#(
    parameter int unsigned PORTS = 2,
    parameter int unsigned WRITERS = PORTS,
    parameter int unsigned TAG_W = 5,
    parameter int unsigned PORT_W = PORTS > 1 ? $clog2(PORTS) : 0,
    parameter int unsigned OUT_TAG_W = TAG_W + PORT_W
) (
    /* verilator lint_off UNUSEDSIGNAL */  // a single port needs no turn
    input logic clk_i,
    input logic rst_ni,
    /* verilator lint_on UNUSEDSIGNAL */

    // From and to the ports, port p at index p.
    input  logic [         PORTS-1:0] in_req_valid_i,
    output logic [         PORTS-1:0] in_req_ready_o,
    input  logic [         PORTS-1:0] in_req_write_i,
    input  logic [       PORTS*6-1:0] in_req_atomic_i,
    input  logic [      PORTS*26-1:0] in_req_line_i,
    input  logic [   PORTS*TAG_W-1:0] in_req_tag_i,
    input  logic [WRITERS*zl_pkg::LINE_W-1:0] in_req_data_i,
    input  logic [WRITERS*zl_pkg::LINE_W/8-1:0] in_req_strb_i,
    output logic [         PORTS-1:0] in_rsp_valid_o,
    input  logic [         PORTS-1:0] in_rsp_ready_i,
    // Common to all ports:
    output logic                      in_rsp_write_o,
    output logic [         TAG_W-1:0] in_rsp_tag_o,
    output logic [        zl_pkg::LINE_W-1:0] in_rsp_data_o,
    output logic                      in_rsp_error_o,

    // To and from memory. Tag: {port, port's tag}.
    output logic                 out_req_valid_o,
    input  logic                 out_req_ready_i,
    output logic                 out_req_write_o,
    output logic [          5:0] out_req_atomic_o,
    output logic [         25:0] out_req_line_o,
    output logic [OUT_TAG_W-1:0] out_req_tag_o,
    output logic [   zl_pkg::LINE_W-1:0] out_req_data_o,
    output logic [ zl_pkg::LINE_W/8-1:0] out_req_strb_o,
    input  logic                 out_rsp_valid_i,
    output logic                 out_rsp_ready_o,
    input  logic                 out_rsp_write_i,
    input  logic [OUT_TAG_W-1:0] out_rsp_tag_i,
    input  logic [   zl_pkg::LINE_W-1:0] out_rsp_data_i,
    input  logic                 out_rsp_error_i
);

  assign in_rsp_write_o = out_rsp_write_i;
  assign in_rsp_tag_o = out_rsp_tag_i[TAG_W-1:0];
  assign in_rsp_data_o = out_rsp_data_i;
  assign in_rsp_error_o = out_rsp_error_i;

  if (PORTS == 1) begin : g_one
    assign in_req_ready_o = out_req_ready_i;
    assign in_rsp_valid_o = out_rsp_valid_i;
    assign out_req_valid_o = in_req_valid_i;
    assign out_req_write_o = in_req_write_i;
    assign out_req_atomic_o = in_req_atomic_i;
    assign out_req_line_o = in_req_line_i;
    assign out_req_tag_o = in_req_tag_i;
    assign out_req_data_o = in_req_data_i;
    assign out_req_strb_o = in_req_strb_i;
    assign out_rsp_ready_o = in_rsp_ready_i;
  end else begin : g_many
    logic [PORT_W-1:0] last_q;
    logic [PORT_W-1:0] port;
    logic [PORT_W-1:0] rsp_port;

    // The next port after the last one served.
    always_comb begin
      automatic logic [PORTS-1:0] later;
      later = in_req_valid_i & ~((PORTS'(2) << last_q) - PORTS'(1));
      port = '0;
      for (int p = int'(PORTS) - 1; p >= 0; p--) if (in_req_valid_i[p]) port = PORT_W'(p);
      if (later != '0) begin
        for (int p = int'(PORTS) - 1; p >= 0; p--) if (later[p]) port = PORT_W'(p);
      end
    end

    assign out_req_valid_o = in_req_valid_i != '0;
    assign out_req_write_o = in_req_write_i[port];
    assign out_req_atomic_o = in_req_atomic_i[port*6+:6];
    assign out_req_line_o = in_req_line_i[port*26+:26];
    assign out_req_tag_o = {port, in_req_tag_i[port*TAG_W+:TAG_W]};
    assign in_req_ready_o = PORTS'(out_req_ready_i) << port;

    if (WRITERS == 1) begin : g_one_writer
      assign out_req_data_o = in_req_data_i;
      assign out_req_strb_o = in_req_strb_i;
    end else begin : g_writers
      assign out_req_data_o = in_req_data_i[port*zl_pkg::LINE_W+:zl_pkg::LINE_W];
      assign out_req_strb_o = in_req_strb_i[port*(zl_pkg::LINE_W/8)+:zl_pkg::LINE_W/8];
    end

    always_ff @(posedge clk_i) begin
      if (!rst_ni) last_q <= '0;
      else if (out_req_valid_o && out_req_ready_i) last_q <= port;
    end

    assign rsp_port = out_rsp_tag_i[TAG_W+:PORT_W];
    assign in_rsp_valid_o = PORTS'(out_rsp_valid_i) << rsp_port;
    assign out_rsp_ready_o = in_rsp_ready_i[rsp_port];
  end

`ifndef SYNTHESIS
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      $onehot0(in_req_valid_i & in_req_ready_o))
  else $error("two ports are served at once");
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      $onehot0(in_rsp_valid_o))
  else $error("a response for two ports");
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      out_req_valid_o == (in_req_valid_i != '0))
  else $error("a request from no port, or one held back");
  // A port sees every other one go first at most once.
  int unsigned passed_q[PORTS];
  logic starved;
  always_comb begin
    starved = 1'b0;
    for (int unsigned p = 0; p < PORTS; p++) if (passed_q[p] >= PORTS) starved = 1'b1;
  end
  always_ff @(posedge clk_i) begin
    for (int unsigned p = 0; p < PORTS; p++) begin
      if (!rst_ni || !in_req_valid_i[p] || in_req_ready_o[p]) passed_q[p] <= 0;
      else if (out_req_valid_o && out_req_ready_i) passed_q[p] <= passed_q[p] + 1;
    end
  end
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      !starved)
  else $error("a port is passed over");
`endif

endmodule
