// One core: WARPS warps of LANES lanes in lock step.
//
// The top only connects the stages; each stage's file says what it decides. Fixed-latency
// results own a write-back slot from issue on, so nothing behind issue ever stalls:
//
//   fetch -> decode -> issue -> operand read -> execute -> write-back
//     |                            zl_register_file  |
//     icache                                         +- zl_alu, zl_shuffle, zl_csr,
//                                                    |  zl_warp_control   1 cycle
//                                                    +- zl_fpu_misc       2 cycles
//                                                    +- zl_multiplier     3 cycles
//                                                    +- zl_fpu_fma        4 cycles
//                                                    +- zl_divider, zl_fpu_div_sqrt, zl_lsu
module zl_core
  import zl_pkg::*;
#(
    parameter int unsigned CORES = 1,
    parameter int unsigned WARPS = 4,
    parameter int unsigned LANES = 4,
    parameter int unsigned ICACHE_KB = 16,
    parameter int unsigned DCACHE_KB = 16,
    parameter int unsigned LOCAL_KB = 16,
    parameter int unsigned MEM_TAG_W = 6
) (
    input logic clk_i,
    input logic rst_ni,  // also the soft reset; the host waits until the memory port is quiet

    input logic [3:0] core_id_i,

    // From the host interface; launch_i is a pulse before the first start of a launch, the
    // launch block and the regions are static while busy_i.
    input logic                  launch_i,      // cold caches, counters to zero
    input logic                  busy_i,        // a launch is running: counters count
    input logic                  halt_i,        // a fault was latched or the work was stopped
    input logic [REGIONS*32-1:0] region_base_i,
    input logic [REGIONS*32-1:0] region_size_i,
    input logic [ REGIONS*3-1:0] region_flags_i,  // per region: bit 0 read, 1 write, 2 execute
    input logic [          95:0] group_size_i,    // z, y, x from the top word down
    input logic [          95:0] grid_size_i,     // z, y, x from the top word down

    // To the host interface. A fault stays valid until reset.
    output logic                        fault_valid_o,
    output logic [                 3:0] fault_cause_o,
    output logic [                31:0] fault_pc_o,
    output logic [          WARP_W-1:0] fault_warp_o,
    output logic [           LANES-1:0] fault_mask_o,
    output logic [                31:0] fault_address_o,
    output logic [                 2:0] fault_access_o,
    // For the record of a stop: the lowest active warp, and where it is.
    output logic [          WARP_W-1:0] stop_warp_o,
    output logic [                31:0] stop_pc_o,
    output logic [           LANES-1:0] stop_mask_o,
    output logic                        console_valid_o,
    input  logic                        console_ready_i,
    output logic [                13:0] console_data_o,  // {channel, byte}
    output logic [                63:0] lane_instructions_o,
    output logic [PERF_COUNTERS*64-1:0] perf_o,  // counter k at [64k +: 64], in CSR order from 0xB03
    // Work that has left the warps but not yet reached memory (or may still fault).
    output logic                        store_pending_o,

    // From and to the dispatcher.
    input  logic                start_valid_i,
    output logic                start_ready_o,
    input  logic [  WARP_W-1:0] start_warp_i,
    input  logic [        31:0] start_pc_i,
    input  logic [   LANES-1:0] start_mask_i,
    input  logic [        31:0] start_mscratch_i,
    input  logic [  WARP_W-1:0] start_slot_i,
    input  logic [        31:0] start_rank_i,
    input  logic [        31:0] start_group_warps_i,
    input  logic [        95:0] start_group_id_i,    // z, y, x from the top word down
    input  logic [LANES*32-1:0] start_local_id_x_i,
    input  logic [LANES*32-1:0] start_local_id_y_i,
    input  logic [LANES*32-1:0] start_local_id_z_i,
    input  logic [        31:0] start_local_base_i,
    output logic [   WARPS-1:0] warp_active_o,
    output logic [   WARPS-1:0] warp_done_o,         // pulse: the warp has ended

    // From and to the barrier unit across cores. Waits (level) until the release pulse.
    output logic        global_barrier_valid_o,
    output logic [30:0] global_barrier_id_o,
    output logic [31:0] global_barrier_count_o,
    input  logic        global_barrier_release_i,

    // Memory port: L1 caches to the arbiter shared by the cores.
    output logic                 mem_req_valid_o,
    input  logic                 mem_req_ready_i,
    output logic                 mem_req_write_o,
    output logic [         25:0] mem_req_line_o,
    output logic [MEM_TAG_W-1:0] mem_req_tag_o,
    output logic [   LINE_W-1:0] mem_req_data_o,
    output logic [ LINE_W/8-1:0] mem_req_strb_o,
    input  logic                 mem_rsp_valid_i,
    output logic                 mem_rsp_ready_o,
    input  logic                 mem_rsp_write_i,
    input  logic [MEM_TAG_W-1:0] mem_rsp_tag_i,
    input  logic [   LINE_W-1:0] mem_rsp_data_i,
    input  logic                 mem_rsp_error_i,

    // Retire trace, for test benches. An issue event carries no result yet; results and stores
    // follow with the same {warp, seq}. seq counts a warp's executed instructions, modulo 2^16,
    // from 0 at the warp's start. A faulting instruction of the load-store unit has an issue
    // event but no result; any other faulting instruction has none.
    output logic                tr_start_valid_o,   // the warp's seq restarts at 0
    output logic [   WARPS-1:0] tr_start_warps_o,
    output logic                tr_issue_valid_o,
    output logic [  WARP_W-1:0] tr_issue_warp_o,
    output logic [   SEQ_W-1:0] tr_issue_seq_o,
    output logic [        31:0] tr_issue_pc_o,
    output logic [        31:0] tr_issue_instr_o,
    output logic [   LANES-1:0] tr_issue_mask_o,
    output logic                tr_issue_has_result_o,  // a register write-back event follows
    output logic                tr_issue_is_store_o,    // a store event follows
    output logic                tr_int_valid_o,
    output logic [  WARP_W-1:0] tr_int_warp_o,
    output logic [   SEQ_W-1:0] tr_int_seq_o,
    output logic [   REG_W-1:0] tr_int_rd_o,
    output logic [   LANES-1:0] tr_int_mask_o,
    output logic [LANES*32-1:0] tr_int_data_o,
    output logic                tr_float_valid_o,
    output logic [  WARP_W-1:0] tr_float_warp_o,
    output logic [   SEQ_W-1:0] tr_float_seq_o,
    output logic [   REG_W-1:0] tr_float_rd_o,
    output logic [   LANES-1:0] tr_float_mask_o,
    output logic [LANES*32-1:0] tr_float_data_o,
    output logic                tr_store_valid_o,
    output logic [  WARP_W-1:0] tr_store_warp_o,
    output logic [   SEQ_W-1:0] tr_store_seq_o,
    output logic [   LANES-1:0] tr_store_mask_o,
    output logic [LANES*32-1:0] tr_store_addr_o,
    output logic [LANES*32-1:0] tr_store_data_o
);
endmodule
