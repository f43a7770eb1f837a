module zl_memory_arbiter
  import zl_pkg::*;
#(
    parameter int unsigned PORTS = 2,
    parameter int unsigned TAG_W = 5,
    parameter int unsigned OUT_TAG_W = TAG_W + (PORTS > 1 ? $clog2(PORTS) : 0)
) (
    input logic clk_i,
    input logic rst_ni,

    // From and to the ports, port p at index p.
    input  logic [          PORTS-1:0] in_req_valid_i,
    output logic [          PORTS-1:0] in_req_ready_o,
    input  logic [          PORTS-1:0] in_req_write_i,
    input  logic [       PORTS*26-1:0] in_req_line_i,
    input  logic [    PORTS*TAG_W-1:0] in_req_tag_i,
    input  logic [   PORTS*LINE_W-1:0] in_req_data_i,
    input  logic [ PORTS*LINE_W/8-1:0] in_req_strb_i,
    output logic [          PORTS-1:0] in_rsp_valid_o,
    input  logic [          PORTS-1:0] in_rsp_ready_i,
    // Common to all ports:
    output logic                       in_rsp_write_o,
    output logic [          TAG_W-1:0] in_rsp_tag_o,
    output logic [         LINE_W-1:0] in_rsp_data_o,
    output logic                       in_rsp_error_o,

    // To and from memory. Tag: {port, port's tag}.
    output logic                 out_req_valid_o,
    input  logic                 out_req_ready_i,
    output logic                 out_req_write_o,
    output logic [         25:0] out_req_line_o,
    output logic [OUT_TAG_W-1:0] out_req_tag_o,
    output logic [   LINE_W-1:0] out_req_data_o,
    output logic [ LINE_W/8-1:0] out_req_strb_o,
    input  logic                 out_rsp_valid_i,
    output logic                 out_rsp_ready_o,
    input  logic                 out_rsp_write_i,
    input  logic [OUT_TAG_W-1:0] out_rsp_tag_i,
    input  logic [   LINE_W-1:0] out_rsp_data_i,
    input  logic                 out_rsp_error_i
);
endmodule
