module zl_axi_master
  import zl_pkg::*;
#(
    parameter int unsigned TAG_W = 6
) (
    input logic clk_i,
    input logic rst_ni,  // not the soft reset: transactions that are under way must end

    // From and to the arbiter.
    input  logic                req_valid_i,
    output logic                req_ready_o,
    input  logic                req_write_i,
    input  logic [        25:0] req_line_i,
    input  logic [   TAG_W-1:0] req_tag_i,
    input  logic [  LINE_W-1:0] req_data_i,
    input  logic [LINE_W/8-1:0] req_strb_i,
    output logic                rsp_valid_o,
    input  logic                rsp_ready_i,
    output logic                rsp_write_o,
    output logic [   TAG_W-1:0] rsp_tag_o,
    output logic [  LINE_W-1:0] rsp_data_o,
    output logic                rsp_error_o,

    // Requests without their response yet.
    output logic outstanding_o,

    // AXI4 master: single-beat bursts of 64 bytes, ID = tag.
    output logic                axi_awvalid_o,
    input  logic                axi_awready_i,
    output logic [   TAG_W-1:0] axi_awid_o,
    output logic [        31:0] axi_awaddr_o,
    output logic [         7:0] axi_awlen_o,
    output logic [         2:0] axi_awsize_o,
    output logic [         1:0] axi_awburst_o,
    output logic                axi_wvalid_o,
    input  logic                axi_wready_i,
    output logic [  LINE_W-1:0] axi_wdata_o,
    output logic [LINE_W/8-1:0] axi_wstrb_o,
    output logic                axi_wlast_o,
    input  logic                axi_bvalid_i,
    output logic                axi_bready_o,
    input  logic [   TAG_W-1:0] axi_bid_i,
    input  logic [         1:0] axi_bresp_i,
    output logic                axi_arvalid_o,
    input  logic                axi_arready_i,
    output logic [   TAG_W-1:0] axi_arid_o,
    output logic [        31:0] axi_araddr_o,
    output logic [         7:0] axi_arlen_o,
    output logic [         2:0] axi_arsize_o,
    output logic [         1:0] axi_arburst_o,
    input  logic                axi_rvalid_i,
    output logic                axi_rready_o,
    input  logic [   TAG_W-1:0] axi_rid_i,
    input  logic [  LINE_W-1:0] axi_rdata_i,
    input  logic [         1:0] axi_rresp_i,
    input  logic                axi_rlast_i
);
endmodule
