// Line requests to an AXI4 master: one beat a request, as many in flight as there are tags.
//
// Two ports: the second one is served when the first has no request. Their data meet in the
// registers of the W channel, not before.
module zl_axi_master
#(
    parameter int unsigned TAG_W = 6,
    parameter int unsigned ADDR_W = 32
) (
    input logic clk_i,
    input logic rst_ni,  // not the soft reset: transactions that are under way must end

    // From and to the first port.
    input  logic                req_valid_i,
    output logic                req_ready_o,
    input  logic                req_write_i,
    input  logic [  ADDR_W-7:0] req_line_i,
    input  logic [   TAG_W-1:0] req_tag_i,
    input  logic [  zl_pkg::LINE_W-1:0] req_data_i,
    input  logic [zl_pkg::LINE_W/8-1:0] req_strb_i,

    // From and to the second port, which writes whole lines.
    input  logic                second_valid_i,
    output logic                second_ready_o,
    input  logic                second_write_i,
    input  logic [  ADDR_W-7:0] second_line_i,
    input  logic [   TAG_W-1:0] second_tag_i,
    input  logic [zl_pkg::LINE_W-1:0] second_data_i,

    // The responses of both.
    output logic                rsp_valid_o,
    input  logic                rsp_ready_i,
    output logic                rsp_write_o,
    output logic [   TAG_W-1:0] rsp_tag_o,
    output logic [  zl_pkg::LINE_W-1:0] rsp_data_o,
    output logic                rsp_error_o,

    // Requests without their response yet.
    output logic outstanding_o,

    // AXI4 master: single-beat bursts of 64 bytes, ID = tag.
    output logic                axi_awvalid_o,
    input  logic                axi_awready_i,
    output logic [   TAG_W-1:0] axi_awid_o,
    output logic [  ADDR_W-1:0] axi_awaddr_o,
    output logic [         7:0] axi_awlen_o,
    output logic [         2:0] axi_awsize_o,
    output logic [         1:0] axi_awburst_o,
    output logic                axi_wvalid_o,
    input  logic                axi_wready_i,
    output logic [  zl_pkg::LINE_W-1:0] axi_wdata_o,
    output logic [zl_pkg::LINE_W/8-1:0] axi_wstrb_o,
    output logic                axi_wlast_o,
    input  logic                axi_bvalid_i,
    output logic                axi_bready_o,
    input  logic [   TAG_W-1:0] axi_bid_i,
    /* verilator lint_off UNUSEDSIGNAL */  // bit 1: an error
    input  logic [         1:0] axi_bresp_i,
    /* verilator lint_on UNUSEDSIGNAL */
    output logic                axi_arvalid_o,
    input  logic                axi_arready_i,
    output logic [   TAG_W-1:0] axi_arid_o,
    output logic [  ADDR_W-1:0] axi_araddr_o,
    output logic [         7:0] axi_arlen_o,
    output logic [         2:0] axi_arsize_o,
    output logic [         1:0] axi_arburst_o,
    input  logic                axi_rvalid_i,
    output logic                axi_rready_o,
    input  logic [   TAG_W-1:0] axi_rid_i,
    input  logic [  zl_pkg::LINE_W-1:0] axi_rdata_i,
    /* verilator lint_off UNUSEDSIGNAL */  // bit 1: an error
    input  logic [         1:0] axi_rresp_i,
    /* verilator lint_on UNUSEDSIGNAL */
    input  logic                axi_rlast_i
);

  localparam int unsigned COUNT_W = TAG_W + 1;

  logic [COUNT_W-1:0] count_q;
  logic               takes_first, takes_second;
  logic               takes_write, takes_read;
  logic               write_free, read_free;

  // AW and W are offered together; a write is accepted when both are free.
  assign write_free = (!axi_awvalid_o || axi_awready_i) && (!axi_wvalid_o || axi_wready_i);
  assign read_free = !axi_arvalid_o || axi_arready_i;
  assign req_ready_o = req_write_i ? write_free : read_free;
  assign second_ready_o = !req_valid_i && (second_write_i ? write_free : read_free);
  assign takes_first = req_valid_i && req_ready_o;
  assign takes_second = second_valid_i && second_ready_o;
  assign takes_write = takes_first ? req_write_i : takes_second && second_write_i;
  assign takes_read = takes_first ? !req_write_i : takes_second && !second_write_i;

  always_ff @(posedge clk_i) begin
    if (takes_write) begin
      axi_awid_o <= takes_first ? req_tag_i : second_tag_i;
      axi_awaddr_o <= {takes_first ? req_line_i : second_line_i, 6'd0};
      if (takes_first) begin
        axi_wdata_o <= req_data_i;
        axi_wstrb_o <= req_strb_i;
      end else begin
        axi_wdata_o <= second_data_i;
        axi_wstrb_o <= '1;
      end
    end
    if (takes_read) begin
      axi_arid_o <= takes_first ? req_tag_i : second_tag_i;
      axi_araddr_o <= {takes_first ? req_line_i : second_line_i, 6'd0};
    end
  end

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      axi_awvalid_o <= 1'b0;
      axi_wvalid_o <= 1'b0;
      axi_arvalid_o <= 1'b0;
      count_q <= '0;
    end else begin
      axi_awvalid_o <= takes_write || (axi_awvalid_o && !axi_awready_i);
      axi_wvalid_o <= takes_write || (axi_wvalid_o && !axi_wready_i);
      axi_arvalid_o <= takes_read || (axi_arvalid_o && !axi_arready_i);
      count_q <= count_q + COUNT_W'(takes_write || takes_read)
          - COUNT_W'(rsp_valid_o && rsp_ready_i);
    end
  end

  assign outstanding_o = count_q != '0;

  assign axi_awlen_o = '0;
  assign axi_awsize_o = 3'd6;
  assign axi_awburst_o = 2'b01;
  assign axi_wlast_o = 1'b1;
  assign axi_arlen_o = '0;
  assign axi_arsize_o = 3'd6;
  assign axi_arburst_o = 2'b01;

  // Write responses first: they carry no data and are always taken at once.
  assign rsp_valid_o = axi_bvalid_i || axi_rvalid_i;
  assign rsp_write_o = axi_bvalid_i;
  assign rsp_tag_o = axi_bvalid_i ? axi_bid_i : axi_rid_i;
  assign rsp_data_o = axi_rdata_i;
  assign rsp_error_o = axi_bvalid_i ? axi_bresp_i[1] : axi_rresp_i[1];
  assign axi_bready_o = rsp_ready_i;
  assign axi_rready_o = rsp_ready_i && !axi_bvalid_i;

`ifndef SYNTHESIS
  assert property (@(posedge clk_i) disable iff (!rst_ni) !(rsp_valid_o && count_q == '0))
  else $error("response without a request");
  assert property (@(posedge clk_i) disable iff (!rst_ni) !(axi_rvalid_i && !axi_rlast_i))
  else $error("a burst of more than one beat");
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      axi_awvalid_o && !axi_awready_i |=> axi_awvalid_o && $stable(axi_awid_o)
          && $stable(axi_awaddr_o))
  else $error("AW changed before it was taken");
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      axi_wvalid_o && !axi_wready_i |=> axi_wvalid_o && $stable(axi_wdata_o)
          && $stable(axi_wstrb_o))
  else $error("W changed before it was taken");
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      axi_arvalid_o && !axi_arready_i |=> axi_arvalid_o && $stable(axi_arid_o)
          && $stable(axi_araddr_o))
  else $error("AR changed before it was taken");
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      !((takes_write || takes_read) && count_q == '1))
  else $error("more requests than are counted");
`endif

endmodule
