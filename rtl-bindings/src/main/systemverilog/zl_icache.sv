module zl_icache
  import zl_pkg::*;
#(
    parameter int unsigned ICACHE_KB = 16
) (
    input logic clk_i,
    input logic rst_ni,

    input logic                  invalidate_i,    // pulse: launch or FENCE.I
    input logic [REGIONS*32-1:0] region_base_i,
    input logic [REGIONS*32-1:0] region_size_i,
    input logic [ REGIONS*3-1:0] region_flags_i,

    // From and to fetch. A hit is answered in the next cycle. One request a warp may be open.
    input  logic              req_valid_i,
    output logic              req_ready_o,
    input  logic [WARP_W-1:0] req_warp_i,
    input  logic [      31:0] req_pc_i,
    output logic              rsp_valid_o,
    output logic [WARP_W-1:0] rsp_warp_o,
    output logic [      31:0] rsp_pc_o,
    output logic [     127:0] rsp_data_o,   // the aligned block that holds rsp_pc_o
    output logic              rsp_fault_o,  // may not be executed

    output logic pending_o,    // reads are in flight
    output logic perf_hit_o,
    output logic perf_miss_o,

    // Memory port, reads only.
    output logic              mem_req_valid_o,
    input  logic              mem_req_ready_i,
    output logic [      25:0] mem_req_line_o,
    output logic [       4:0] mem_req_tag_o,
    input  logic              mem_rsp_valid_i,
    output logic              mem_rsp_ready_o,
    input  logic [       4:0] mem_rsp_tag_i,
    input  logic [LINE_W-1:0] mem_rsp_data_i,
    input  logic              mem_rsp_error_i
);
endmodule
