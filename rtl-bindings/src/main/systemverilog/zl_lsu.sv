module zl_lsu
  import zl_pkg::*;
#(
    parameter int unsigned LANES = 4,
    parameter int unsigned DCACHE_KB = 16,
    parameter int unsigned LOCAL_KB = 16
) (
    input logic clk_i,
    input logic rst_ni,

    input logic                  invalidate_i,    // pulse at a launch: drop every cached line
    input logic                  halt_i,          // accept and drop all requests
    input logic [REGIONS*32-1:0] region_base_i,
    input logic [REGIONS*32-1:0] region_size_i,
    input logic [ REGIONS*3-1:0] region_flags_i,  // per region: bit 0 read, 1 write, 2 execute

    // From execute: address of a lane = base + imm.
    input  logic                req_valid_i,
    output logic                req_ready_o,
    input  logic [         3:0] req_op_i,        // LSU_LOAD, LSU_STORE, LSU_FENCE
    input  logic [         1:0] req_size_i,      // 0 byte, 1 halfword, 2 word
    input  logic                req_unsigned_i,
    input  tag_t                req_tag_i,
    input  logic [        31:0] req_pc_i,
    input  logic [   LANES-1:0] req_mask_i,
    input  logic [        31:0] req_imm_i,
    input  logic [LANES*32-1:0] req_base_i,
    input  logic [LANES*32-1:0] req_data_i,

    // To write-back: one result a load, of all its lanes.
    output logic                wb_valid_o,
    input  logic                wb_ready_i,
    output tag_t                wb_tag_o,
    output logic [   LANES-1:0] wb_mask_o,
    output logic [LANES*32-1:0] wb_data_o,

    // To warp control: pulse, the warp's fence is complete.
    output logic              fence_done_o,
    output logic [WARP_W-1:0] fence_warp_o,

    // First fault, kept until reset. Whatever is behind it has no effect.
    output logic              fault_valid_o,
    output logic [       3:0] fault_cause_o,
    output logic [      31:0] fault_pc_o,
    output logic [WARP_W-1:0] fault_warp_o,
    output logic [ LANES-1:0] fault_mask_o,
    output logic [      31:0] fault_address_o,
    output logic [       2:0] fault_access_o,

    output logic        console_valid_o,
    input  logic        console_ready_i,
    output logic [13:0] console_data_o,   // {channel, byte}

    // Something has been accepted that is not yet finished in memory.
    output logic pending_o,

    // Pulses for the performance counters; reads in flight is a level.
    output logic       perf_load_hit_o,
    output logic       perf_load_miss_o,
    output logic       perf_store_line_o,
    output logic       perf_memory_read_o,
    output logic       perf_memory_write_o,
    output logic [4:0] perf_reads_in_flight_o,

    // Memory port; tag bit 4: write.
    output logic                mem_req_valid_o,
    input  logic                mem_req_ready_i,
    output logic                mem_req_write_o,
    output logic [        25:0] mem_req_line_o,
    output logic [         4:0] mem_req_tag_o,
    output logic [  LINE_W-1:0] mem_req_data_o,
    output logic [LINE_W/8-1:0] mem_req_strb_o,
    input  logic                mem_rsp_valid_i,
    output logic                mem_rsp_ready_o,
    input  logic                mem_rsp_write_i,
    input  logic [         4:0] mem_rsp_tag_i,
    input  logic [  LINE_W-1:0] mem_rsp_data_i,
    input  logic                mem_rsp_error_i,

    // Retire trace: one event an accepted store.
    output logic                tr_store_valid_o,
    output tag_t                tr_store_tag_o,
    output logic [   LANES-1:0] tr_store_mask_o,
    output logic [LANES*32-1:0] tr_store_addr_o,
    output logic [LANES*32-1:0] tr_store_data_o
);
endmodule
