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
//                                                    +- zl_multiplier,
//                                                    |  zl_texture, zl_merge,
//                                                    |  zl_coverage       3 cycles
//                                                    +- zl_fpu_fma        4 cycles
//                                                    +- zl_divider, zl_fpu_div_sqrt, zl_lsu
//
// zl_core_debug holds issue and, when all is at rest, takes the ports of the units that it needs.
module zl_core
  import zl_fpu_pkg::*;
  import zl_pkg::*;
#(
    parameter int unsigned CORES = 1,
    parameter int unsigned WARPS = 4,
    parameter int unsigned LANES = 4,
    parameter int unsigned ICACHE_KB = 16,
    parameter int unsigned DCACHE_KB = 16,
    parameter int unsigned LOCAL_KB = 16,
    parameter bit TEXTURE = 1'b1,  // there is a texture unit
    parameter bit MERGE = 1'b1,  // there is a merge unit
    parameter bit COVERAGE = 1'b1,  // there is a coverage unit
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
    output logic [PERF_COUNTERS*64-1:0] perf_o,  // counter k at [64k +: 64], CSR 0xB03 + k
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

    // From and to zl_debug, which says what they mean.
    input  logic                      debug_hold_i,
    input  logic                      debug_refetch_i,
    input  logic [BREAKPOINTS*32-1:0] debug_breakpoint_i,
    input  logic [   BREAKPOINTS-1:0] debug_breakpoint_on_i,
    input  logic                      debug_step_i,
    input  logic                      debug_command_i,
    input  logic                      debug_pass_i,
    input  logic [               7:0] debug_warp_i,
    input  logic [               7:0] debug_lane_i,
    input  logic [              15:0] debug_what_i,
    input  logic                      debug_write_i,
    input  logic [              31:0] debug_data_i,
    input  logic [              31:0] debug_address_i,
    output logic                      debug_drained_o,
    output logic                      debug_busy_o,
    output logic                      debug_failed_o,
    output logic [              31:0] debug_data_o,
    output logic                      debug_break_o,
    output logic [        WARP_W-1:0] debug_break_warp_o,

    // Memory port: L1 caches to the arbiter shared by the cores.
    output logic                 mem_req_valid_o,
    input  logic                 mem_req_ready_i,
    output logic                 mem_req_write_o,
    output logic [          5:0] mem_req_atomic_o,  // {it is one, funct5}, see zl_atomic_unit
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
    input  logic                 perf_l2_hit_i,   // a response is a line that the L2 had,
    input  logic                 perf_l2_miss_i,  // or one that memory had to send it

    // Retire trace, for test benches. An issue event carries no result yet; results and stores
    // follow with the same {warp, seq}, in the same cycle at the earliest. seq counts the
    // instructions of a hardware warp, modulo 2^16, from 0 after reset and on over its starts. A
    // faulting instruction of the load-store unit has an issue event but no result; any other
    // faulting instruction has none.
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

  localparam int unsigned ROW_W = LANES * 32;
  localparam int unsigned LSU_QUEUE = 4;

  typedef struct packed {
    logic [3:0]       op;
    logic [6:0]       atomic;
    logic [1:0]       size;
    logic             is_unsigned;
    tag_t             tag;
    logic [31:0]      pc;
    logic [LANES-1:0] mask;
    logic [ROW_W-1:0] base;
    logic [31:0]      imm;
    logic [ROW_W-1:0] data;
  } lsu_request_t;

  // Warp control.
  logic [WARPS-1:0] active;
  logic [LANES-1:0] lane_mask[WARPS];
  logic [WARPS-1:0] start_warps;
  logic start_is_spawn;
  logic start_ready;
  logic [31:0] start_pc;
  logic [WARPS-1:0] flush;
  logic [WARPS-1:0] unblock;
  logic [WARPS-1:0] sync_wait;
  logic redirect_valid;
  logic [WARP_W-1:0] redirect_warp;
  logic [31:0] redirect_pc;
  logic icache_invalidate;
  logic control_fault_valid;
  logic [3:0] control_fault_cause;
  logic [31:0] control_fault_pc;
  logic [WARP_W-1:0] control_fault_warp;
  logic [LANES-1:0] control_fault_mask;
  logic [31:0] control_fault_address;
  logic [2:0] control_fault_access;
  logic perf_branch, perf_mispredicted, perf_split, perf_divergent;

  // A fault of this core or of another one, or a stop: nothing more issues or executes.
  logic lsu_fault_valid;
  logic lsu_fault_q;
  logic halt;
  assign halt = halt_i || control_fault_valid || lsu_fault_q;

  // The debug block's part.
  logic debug_active, debug_register_write, debug_csr_valid, debug_lanes_write;
  logic debug_redirect, debug_invalidate;
  logic debug_memory_valid, debug_memory_write;
  logic [WARPS-1:0] debug_holds, debug_passes, breaks, blocked, waits;
  logic [WARP_W-1:0] debug_warp, debug_redirect_warp;
  logic [LANES-1:0] debug_mask;
  logic [31:0] debug_write_data, debug_csr_instr, debug_redirect_pc, debug_memory_address;
  logic [REG_W-1:0] debug_register;
  logic [1:0] debug_memory_size;
  logic issue_busy;
  logic [31:0] de_pc[WARPS];

  // Where a debugger sends a warp, its instructions not yet issued are dropped; what it waits for
  // stays as it is.
  logic front_redirect;
  logic [WARP_W-1:0] front_redirect_warp;
  logic [31:0] front_redirect_pc;
  logic [WARPS-1:0] front_flush;
  assign front_redirect = redirect_valid || debug_redirect;
  assign front_redirect_warp = debug_redirect ? debug_redirect_warp : redirect_warp;
  assign front_redirect_pc = debug_redirect ? debug_redirect_pc : redirect_pc;
  assign front_flush = flush | (WARPS'(debug_redirect) << debug_redirect_warp);

  // Fetch and decode.
  logic fetch_valid, fetch_ready, fetch_rsp_valid, fetch_rsp_fault;
  logic [WARP_W-1:0] fetch_warp, fetch_rsp_warp;
  logic [31:0] fetch_pc, fetch_rsp_pc;
  logic [127:0] fetch_rsp_data;
  logic [WARPS-1:0] fe_valid;
  logic take_valid;
  logic [WARP_W-1:0] take_warp;
  logic [31:0] fe_instr, fe_pc;
  logic fe_predicted_taken, fe_fault;
  logic [WARPS-1:0] de_valid;
  issue_key_t de_key[WARPS];
  payload_t de_payload;

  zl_fetch #(
      .WARPS(WARPS)
  ) u_fetch (
      .clk_i,
      .rst_ni,
      .halt_i(halt),
      .active_i(active),
      .flush_i(front_flush),
      .start_warps_i(start_warps),
      .start_pc_i(start_pc),
      .redirect_valid_i(front_redirect),
      .redirect_warp_i(front_redirect_warp),
      .redirect_pc_i(front_redirect_pc),
      .req_valid_o(fetch_valid),
      .req_ready_i(fetch_ready),
      .req_warp_o(fetch_warp),
      .req_pc_o(fetch_pc),
      .rsp_valid_i(fetch_rsp_valid),
      .rsp_warp_i(fetch_rsp_warp),
      .rsp_pc_i(fetch_rsp_pc),
      .rsp_data_i(fetch_rsp_data),
      .rsp_fault_i(fetch_rsp_fault),
      .fe_valid_o(fe_valid),
      .take_valid_i(take_valid),
      .take_warp_i(take_warp),
      .fe_instr_o(fe_instr),
      .fe_pc_o(fe_pc),
      .fe_predicted_taken_o(fe_predicted_taken),
      .fe_fault_o(fe_fault)
  );

  logic issue_valid;
  logic [WARP_W-1:0] issue_warp;

  zl_decode #(
      .WARPS(WARPS),
      .TEXTURE(TEXTURE),
      .MERGE(MERGE),
      .COVERAGE(COVERAGE)
  ) u_decode (
      .clk_i,
      .rst_ni,
      .flush_i(front_flush),
      .fe_valid_i(fe_valid),
      .take_valid_o(take_valid),
      .take_warp_o(take_warp),
      .fe_instr_i(fe_instr),
      .fe_pc_i(fe_pc),
      .fe_predicted_taken_i(fe_predicted_taken),
      .fe_fault_i(fe_fault),
      .breakpoint_i(debug_breakpoint_i),
      .breakpoint_on_i(debug_breakpoint_on_i),
      .de_valid_o(de_valid),
      .de_key_o(de_key),
      .de_pc_o(de_pc),
      .issue_valid_i(issue_valid),
      .issue_warp_i(issue_warp),
      .de_payload_o(de_payload)
  );

  // Issue.
  logic is_valid;
  logic [WARP_W-1:0] is_warp;
  logic [SEQ_W-1:0] is_seq;
  issue_key_t is_key;
  payload_t is_payload;
  logic [31:0] issued_pc[WARPS];
  logic int_reserved, float_reserved, int_wait, float_wait, int_release, float_release;
  logic lsu_release, div_release, fdiv_release;
  logic perf_issue, perf_fetch, perf_operand, perf_lsu, perf_unit, perf_sync, perf_idle;

  logic wb_int_valid, wb_float_valid;
  tag_t wb_int_tag, wb_float_tag;
  logic [LANES-1:0] wb_int_mask, wb_float_mask;
  logic [ROW_W-1:0] wb_int_data, wb_float_data;

  zl_issue #(
      .WARPS(WARPS),
      .LSU_QUEUE(LSU_QUEUE)
  ) u_issue (
      .clk_i,
      .rst_ni,
      .halt_i(halt),
      .hold_i(debug_holds),
      .pass_i(debug_passes),
      .breaks_o(breaks),
      .blocked_o(blocked),
      .busy_o(issue_busy),
      .de_valid_i(de_valid),
      .de_key_i(de_key),
      .issue_valid_o(issue_valid),
      .issue_warp_o(issue_warp),
      .de_payload_i(de_payload),
      .active_i(active),
      .unblock_i(unblock),
      .flush_i(flush),
      .start_warps_i(start_warps),
      .start_pc_i(start_pc),
      .sync_wait_i(sync_wait),
      .int_wait_i(int_wait),
      .float_wait_i(float_wait),
      .int_release_i(int_release),
      .int_warp_i(wb_int_tag.warp),
      .int_rd_i(wb_int_tag.rd),
      .float_release_i(float_release),
      .float_warp_i(wb_float_tag.warp),
      .float_rd_i(wb_float_tag.rd),
      .lsu_release_i(lsu_release),
      .div_release_i(div_release),
      .fdiv_release_i(fdiv_release),
      .int_reserved_o(int_reserved),
      .float_reserved_o(float_reserved),
      .is_valid_o(is_valid),
      .is_warp_o(is_warp),
      .is_seq_o(is_seq),
      .is_key_o(is_key),
      .is_payload_o(is_payload),
      .pc_o(issued_pc),
      .perf_issue_o(perf_issue),
      .perf_fetch_o(perf_fetch),
      .perf_operand_o(perf_operand),
      .perf_lsu_o(perf_lsu),
      .perf_unit_o(perf_unit),
      .perf_sync_o(perf_sync),
      .perf_idle_o(perf_idle)
  );

  // Operand read.
  logic [ROW_W-1:0] read1, read2, read3;
  logic [2:0] frm[WARPS];
  logic ex_valid, ex_writes, ex_illegal_rm;
  unit_t ex_unit;
  tag_t ex_tag;
  logic [2:0] ex_rm;
  logic [LANES-1:0] ex_mask;
  logic [ROW_W-1:0] ex_a, ex_b, ex_c;
  /* verilator lint_off UNUSEDSIGNAL */  // operand selection is done
  payload_t ex_payload;
  /* verilator lint_on UNUSEDSIGNAL */

  zl_register_file #(
      .WARPS(WARPS),
      .LANES(LANES)
  ) u_register_file (
      .clk_i,
      .start_warps_i(start_warps),
      .read_warp_i(debug_active ? debug_warp : is_warp),
      .read1_i(debug_active ? debug_register : is_key.rs1),
      .read2_i(is_key.rs2),
      .read3_i(is_key.rs3),
      .read1_o(read1),
      .read2_o(read2),
      .read3_o(read3),
      .wb_int_valid_i(wb_int_valid || (debug_register_write && !debug_register[5])),
      .wb_int_warp_i(debug_register_write ? debug_warp : wb_int_tag.warp),
      .wb_int_rd_i(debug_register_write ? debug_register[4:0] : wb_int_tag.rd[4:0]),
      .wb_int_mask_i(debug_register_write ? debug_mask : wb_int_mask),
      .wb_int_data_i(debug_register_write ? {LANES{debug_write_data}} : wb_int_data),
      .wb_float_valid_i(wb_float_valid || (debug_register_write && debug_register[5])),
      .wb_float_warp_i(debug_register_write ? debug_warp : wb_float_tag.warp),
      .wb_float_rd_i(debug_register_write ? debug_register[4:0] : wb_float_tag.rd[4:0]),
      .wb_float_mask_i(debug_register_write ? debug_mask : wb_float_mask),
      .wb_float_data_i(debug_register_write ? {LANES{debug_write_data}} : wb_float_data)
  );

  zl_operand_read #(
      .WARPS(WARPS),
      .LANES(LANES)
  ) u_operand_read (
      .clk_i,
      .rst_ni,
      .halt_i(halt),
      .is_valid_i(is_valid),
      .is_warp_i(is_warp),
      .is_seq_i(is_seq),
      .is_key_i(is_key),
      .is_payload_i(is_payload),
      .read1_i(read1),
      .read2_i(read2),
      .read3_i(read3),
      .lane_mask_i(lane_mask),
      .frm_i(frm),
      .wb_int_valid_i(wb_int_valid),
      .wb_int_tag_i(wb_int_tag),
      .wb_int_mask_i(wb_int_mask),
      .wb_int_data_i(wb_int_data),
      .wb_float_valid_i(wb_float_valid),
      .wb_float_tag_i(wb_float_tag),
      .wb_float_mask_i(wb_float_mask),
      .wb_float_data_i(wb_float_data),
      .ex_valid_o(ex_valid),
      .ex_unit_o(ex_unit),
      .ex_tag_o(ex_tag),
      .ex_writes_o(ex_writes),
      .ex_illegal_rm_o(ex_illegal_rm),
      .ex_rm_o(ex_rm),
      .ex_mask_o(ex_mask),
      .ex_a_o(ex_a),
      .ex_b_o(ex_b),
      .ex_c_o(ex_c),
      .ex_payload_o(ex_payload)
  );

  // Execute.
  logic ex_go;
  logic ex_illegal;
  logic csr_illegal;
  logic [ROW_W-1:0] alu_result, shuffle_result, csr_result;
  logic [31:0] control_result;
  assign ex_illegal = ex_valid && !halt && (ex_illegal_rm || csr_illegal);
  assign ex_go = ex_valid && !halt && !ex_illegal_rm;

  zl_alu #(
      .LANES(LANES)
  ) u_alu (
      .clk_i,
      .valid_i(ex_go && ex_unit == UNIT_ALU),
      .op_i(alu_op_t'(ex_payload.op)),
      .a_i(ex_a),
      .b_i(ex_b),
      .result_o(alu_result)
  );

  zl_shuffle #(
      .LANES(LANES)
  ) u_shuffle (
      .clk_i,
      .valid_i(ex_go && ex_unit == UNIT_SHUFFLE),
      .op_i(shuffle_op_t'(ex_payload.op)),
      .mask_i(ex_mask),
      .a_i(ex_a),
      .b_i(ex_b),
      .result_o(shuffle_result)
  );

  logic fence_done;
  logic [WARP_W-1:0] fence_done_warp;

  zl_warp_control #(
      .WARPS(WARPS),
      .LANES(LANES)
  ) u_warp_control (
      .clk_i,
      .rst_ni,
      .valid_i(ex_go && ex_unit == UNIT_CONTROL),
      .illegal_i(ex_illegal),
      .csr_valid_i(ex_go && ex_unit == UNIT_CSR),
      .fence_valid_i(ex_go && ex_unit == UNIT_LSU && ex_payload.op[2:0] == LSU_FENCE[2:0]),
      .fence_is_instruction_i(ex_payload.op[3]),
      .op_i(control_op_t'(ex_payload.op)),
      .warp_i(ex_tag.warp),
      .mask_i(ex_mask),
      .a_i(ex_a),
      .b_i(ex_b),
      .imm_i(ex_payload.imm),
      .pc_i(ex_payload.pc),
      .predicted_taken_i(ex_payload.predicted_taken),
      .result_o(control_result),
      .lanes_write_i(debug_lanes_write),
      .lanes_warp_i(debug_warp),
      .lanes_i(debug_write_data[LANES-1:0]),
      .fence_done_i(fence_done),
      .fence_warp_i(fence_done_warp),
      .start_valid_i(start_valid_i && !debug_hold_i),
      .start_ready_o(start_ready),
      .start_warp_i,
      .start_mask_i,
      .start_pc_i,
      .done_o(warp_done_o),
      .start_warps_o(start_warps),
      .start_is_spawn_o(start_is_spawn),
      .start_pc_o(start_pc),
      .active_o(active),
      .lane_mask_o(lane_mask),
      .redirect_valid_o(redirect_valid),
      .redirect_warp_o(redirect_warp),
      .redirect_pc_o(redirect_pc),
      .flush_o(flush),
      .unblock_o(unblock),
      .waits_o(waits),
      .sync_wait_o(sync_wait),
      .icache_invalidate_o(icache_invalidate),
      .global_barrier_valid_o,
      .global_barrier_id_o,
      .global_barrier_count_o,
      .global_barrier_release_i,
      .fault_valid_o(control_fault_valid),
      .fault_cause_o(control_fault_cause),
      .fault_pc_o(control_fault_pc),
      .fault_warp_o(control_fault_warp),
      .fault_mask_o(control_fault_mask),
      .fault_address_o(control_fault_address),
      .fault_access_o(control_fault_access),
      .perf_branch_o(perf_branch),
      .perf_mispredicted_o(perf_mispredicted),
      .perf_split_o(perf_split),
      .perf_divergent_o(perf_divergent)
  );

  assign warp_active_o = active;
  assign start_ready_o = start_ready && !debug_hold_i;

  logic mul_valid, div_valid, div_ready;
  tag_t mul_tag, div_tag;
  logic [LANES-1:0] mul_mask, div_mask;
  logic [ROW_W-1:0] mul_result, div_result;
  // Issue knows when the dividers are free; this only checks it.
  /* verilator lint_off UNUSEDSIGNAL */
  logic div_input_ready, fdiv_input_ready;
  /* verilator lint_on UNUSEDSIGNAL */

  zl_multiplier #(
      .LANES(LANES)
  ) u_multiplier (
      .clk_i,
      .rst_ni,
      .valid_i(ex_go && ex_unit == UNIT_MUL),
      .op_i(ex_payload.op[1:0]),
      .mask_i(ex_mask),
      .a_i(ex_a),
      .b_i(ex_b),
      .tag_i(ex_tag),
      .valid_o(mul_valid),
      .tag_o(mul_tag),
      .mask_o(mul_mask),
      .result_o(mul_result)
  );

  logic texture_valid;
  tag_t texture_tag;
  logic [LANES-1:0] texture_mask;
  logic [ROW_W-1:0] texture_result;

  if (TEXTURE) begin : g_texture
    zl_texture #(
        .LANES(LANES)
    ) u_texture (
        .clk_i,
        .rst_ni,
        .valid_i(ex_go && ex_unit == UNIT_TEXTURE),
        .op_i(texture_op_t'(ex_payload.op)),
        .mask_i(ex_mask),
        .a_i(ex_a),
        .b_i(ex_b),
        .c_i(ex_c),
        .tag_i(ex_tag),
        .valid_o(texture_valid),
        .tag_o(texture_tag),
        .mask_o(texture_mask),
        .result_o(texture_result)
    );
  end else begin : g_no_texture
    assign texture_valid = 1'b0;
    assign texture_tag = '0;
    assign texture_mask = '0;
    assign texture_result = '0;
  end

  logic merge_valid;
  tag_t merge_tag;
  logic [LANES-1:0] merge_mask;
  logic [ROW_W-1:0] merge_result;

  if (MERGE) begin : g_merge
    zl_merge #(
        .LANES(LANES)
    ) u_merge (
        .clk_i,
        .rst_ni,
        .valid_i(ex_go && ex_unit == UNIT_MERGE),
        .op_i(merge_op_t'(ex_payload.op)),
        .mask_i(ex_mask),
        .a_i(ex_a),
        .b_i(ex_b),
        .c_i(ex_c),
        .tag_i(ex_tag),
        .valid_o(merge_valid),
        .tag_o(merge_tag),
        .mask_o(merge_mask),
        .result_o(merge_result)
    );
  end else begin : g_no_merge
    assign merge_valid = 1'b0;
    assign merge_tag = '0;
    assign merge_mask = '0;
    assign merge_result = '0;
  end

  logic coverage_valid;
  tag_t coverage_tag;
  logic [LANES-1:0] coverage_mask;
  logic [ROW_W-1:0] coverage_result;

  if (COVERAGE) begin : g_coverage
    zl_coverage #(
        .LANES(LANES)
    ) u_coverage (
        .clk_i,
        .rst_ni,
        .valid_i(ex_go && ex_unit == UNIT_COVERAGE),
        .op_i(coverage_op_t'(ex_payload.op)),
        .mask_i(ex_mask),
        .a_i(ex_a),
        .b_i(ex_b),
        .c_i(ex_c),
        .tag_i(ex_tag),
        .valid_o(coverage_valid),
        .tag_o(coverage_tag),
        .mask_o(coverage_mask),
        .result_o(coverage_result)
    );
  end else begin : g_no_coverage
    assign coverage_valid = 1'b0;
    assign coverage_tag = '0;
    assign coverage_mask = '0;
    assign coverage_result = '0;
  end

  // They are equally fast, so that one of them answers in a cycle at most.
  logic graphics_valid;
  tag_t graphics_tag;
  logic [LANES-1:0] graphics_mask;
  logic [ROW_W-1:0] graphics_result;
  always_comb begin
    graphics_valid = texture_valid || merge_valid || coverage_valid;
    graphics_tag = texture_tag;
    graphics_mask = texture_mask;
    graphics_result = texture_result;
    if (merge_valid) begin
      graphics_tag = merge_tag;
      graphics_mask = merge_mask;
      graphics_result = merge_result;
    end
    if (coverage_valid) begin
      graphics_tag = coverage_tag;
      graphics_mask = coverage_mask;
      graphics_result = coverage_result;
    end
  end

  zl_divider #(
      .LANES(LANES)
  ) u_divider (
      .clk_i,
      .rst_ni,
      .valid_i(ex_go && ex_unit == UNIT_DIV),
      .ready_o(div_input_ready),
      .op_i(ex_payload.op[1:0]),
      .mask_i(ex_mask),
      .a_i(ex_a),
      .b_i(ex_b),
      .tag_i(ex_tag),
      .valid_o(div_valid),
      .ready_i(div_ready),
      .tag_o(div_tag),
      .mask_o(div_mask),
      .result_o(div_result)
  );
  assign div_release = div_valid && div_ready;

  logic fma_valid, misc_valid, fdiv_valid, fdiv_ready;
  tag_t fma_tag, misc_tag, fdiv_tag;
  logic [LANES-1:0] fma_mask, misc_mask, fdiv_mask;
  logic [ROW_W-1:0] fma_result, misc_result, fdiv_result;
  flags_t fma_flags, misc_flags, fdiv_flags;

  zl_fpu_fma #(
      .LANES(LANES),
      .TAG_W(TAG_W)
  ) u_fma (
      .clk_i,
      .rst_ni,
      .valid_i(ex_go && ex_unit == UNIT_FMA),
      .op_i(fma_op_t'(ex_payload.op[2:0])),
      .rm_i(ex_rm),
      .mask_i(ex_mask),
      .a_i(ex_a),
      .b_i(ex_b),
      .c_i(ex_c),
      .tag_i(ex_tag),
      .valid_o(fma_valid),
      .tag_o(fma_tag),
      .mask_o(fma_mask),
      .result_o(fma_result),
      .flags_o(fma_flags)
  );

  zl_fpu_misc #(
      .LANES(LANES),
      .TAG_W(TAG_W)
  ) u_misc (
      .clk_i,
      .rst_ni,
      .valid_i(ex_go && ex_unit == UNIT_MISC),
      .op_i(misc_op_t'(ex_payload.op[3:0])),
      .rm_i(ex_rm),
      .mask_i(ex_mask),
      .a_i(ex_a),
      .b_i(ex_b),
      .tag_i(ex_tag),
      .valid_o(misc_valid),
      .tag_o(misc_tag),
      .mask_o(misc_mask),
      .result_o(misc_result),
      .flags_o(misc_flags)
  );

  zl_fpu_div_sqrt #(
      .LANES(LANES),
      .TAG_W(TAG_W)
  ) u_fdiv (
      .clk_i,
      .rst_ni,
      .valid_i(ex_go && ex_unit == UNIT_FDIV),
      .ready_o(fdiv_input_ready),
      .op_i(div_sqrt_op_t'(ex_payload.op[0])),
      .rm_i(ex_rm),
      .mask_i(ex_mask),
      .a_i(ex_a),
      .b_i(ex_b),
      .tag_i(ex_tag),
      .valid_o(fdiv_valid),
      .ready_i(fdiv_ready),
      .tag_o(fdiv_tag),
      .mask_o(fdiv_mask),
      .result_o(fdiv_result),
      .flags_o(fdiv_flags)
  );
  assign fdiv_release = fdiv_valid && fdiv_ready;

  // The load-store unit and its queue.
  lsu_request_t lsu_push, lsu_pop, lsu_request;
  logic lsu_push_valid, lsu_req_valid, lsu_req_ready, lsu_queue_empty;
  logic lsu_wb_valid, lsu_wb_ready;
  tag_t lsu_wb_tag;
  logic [LANES-1:0] lsu_wb_mask;
  logic [ROW_W-1:0] lsu_wb_data;
  logic lsu_store_pending;

  assign lsu_push_valid = ex_go && ex_unit == UNIT_LSU;
  assign lsu_push = '{
      op: {1'b0, ex_payload.op[2:0]},
      atomic: ex_payload.instr[31:25],
      size: ex_payload.op[4:3],
      is_unsigned: ex_payload.op[5],
      tag: ex_tag,
      pc: ex_payload.pc,
      mask: ex_mask,
      base: ex_a,
      imm: ex_payload.imm,
      data: ex_b
  };
  assign lsu_release = lsu_req_valid && lsu_req_ready;
  always_comb begin
    lsu_request = lsu_pop;
    if (debug_active) begin
      lsu_request = '{
          op: debug_memory_write ? LSU_STORE : LSU_LOAD,
          size: debug_memory_size,
          is_unsigned: 1'b1,
          tag: '{warp: debug_warp, default: '0},
          mask: debug_mask,
          base: {LANES{debug_memory_address}},
          data: {LANES{debug_write_data}},
          default: '0
      };
    end
  end

  zl_lsu_queue #(
      .WIDTH($bits(lsu_request_t)),
      .DEPTH(LSU_QUEUE)
  ) u_lsu_queue (
      .clk_i,
      .rst_ni,
      .push_valid_i(lsu_push_valid),
      .push_data_i(lsu_push),
      .pop_valid_o(lsu_req_valid),
      .pop_ready_i(lsu_req_ready),
      .pop_data_o(lsu_pop),
      .empty_o(lsu_queue_empty)
  );

  logic [3:0] lsu_fault_cause;
  logic [31:0] lsu_fault_pc;
  logic [WARP_W-1:0] lsu_fault_warp;
  logic [LANES-1:0] lsu_fault_mask;
  logic [31:0] lsu_fault_address;
  logic [2:0] lsu_fault_access;
  /* verilator lint_off UNUSEDSIGNAL */  // stores have no rd
  tag_t tr_store_tag;
  /* verilator lint_on UNUSEDSIGNAL */
  logic perf_load_hit, perf_load_miss, perf_store_line;
  logic tr_store_valid;

  // The two clients of the memory port: 0 data, 1 instructions.
  logic [1:0] client_req_valid, client_req_ready, client_rsp_valid, client_rsp_ready;
  logic data_req_write;
  logic [25:0] data_req_line, instruction_req_line;
  logic [4:0] data_req_tag, instruction_req_tag;
  logic [5:0] data_req_atomic;
  logic [LINE_W-1:0] data_req_data;
  logic [LINE_W/8-1:0] data_req_strb;
  logic client_rsp_write, client_rsp_error;
  logic [4:0] client_rsp_tag;
  logic [LINE_W-1:0] client_rsp_data;

  // The memory port is counted where it leaves the core, with the instruction cache's reads.
  /* verilator lint_off PINCONNECTEMPTY */
  zl_lsu #(
      .WARPS(WARPS),
      .LANES(LANES),
      .DCACHE_KB(DCACHE_KB),
      .LOCAL_KB(LOCAL_KB)
  ) u_lsu (
      .clk_i,
      .rst_ni,
      .invalidate_i(launch_i),
      .halt_i,
      .region_base_i,
      .region_size_i,
      .region_flags_i,
      .req_valid_i(lsu_req_valid || debug_memory_valid),
      .req_ready_o(lsu_req_ready),
      .req_op_i(lsu_request.op),
      .req_atomic_i(lsu_request.atomic),
      .req_size_i(lsu_request.size),
      .req_unsigned_i(lsu_request.is_unsigned),
      .req_tag_i(lsu_request.tag),
      .req_pc_i(lsu_request.pc),
      .req_mask_i(lsu_request.mask),
      .req_imm_i(lsu_request.imm),
      .req_base_i(lsu_request.base),
      .req_data_i(lsu_request.data),
      .req_debug_i(debug_active),
      .wb_valid_o(lsu_wb_valid),
      .wb_ready_i(lsu_wb_ready || debug_active),
      .wb_tag_o(lsu_wb_tag),
      .wb_mask_o(lsu_wb_mask),
      .wb_data_o(lsu_wb_data),
      .fence_done_o(fence_done),
      .fence_warp_o(fence_done_warp),
      .fault_valid_o(lsu_fault_valid),
      .fault_cause_o(lsu_fault_cause),
      .fault_pc_o(lsu_fault_pc),
      .fault_warp_o(lsu_fault_warp),
      .fault_mask_o(lsu_fault_mask),
      .fault_address_o(lsu_fault_address),
      .fault_access_o(lsu_fault_access),
      .console_valid_o,
      .console_ready_i,
      .console_data_o,
      .pending_o(lsu_store_pending),
      .perf_load_hit_o(perf_load_hit),
      .perf_load_miss_o(perf_load_miss),
      .perf_store_line_o(perf_store_line),
      .mem_req_valid_o(client_req_valid[0]),
      .mem_req_ready_i(client_req_ready[0]),
      .mem_req_write_o(data_req_write),
      .mem_req_atomic_o(data_req_atomic),
      .mem_req_line_o(data_req_line),
      .mem_req_tag_o(data_req_tag),
      .mem_req_data_o(data_req_data),
      .mem_req_strb_o(data_req_strb),
      .mem_rsp_valid_i(client_rsp_valid[0]),
      .mem_rsp_ready_o(client_rsp_ready[0]),
      .mem_rsp_write_i(client_rsp_write),
      .mem_rsp_tag_i(client_rsp_tag),
      .mem_rsp_data_i(client_rsp_data),
      .mem_rsp_error_i(client_rsp_error),
      .tr_store_valid_o(tr_store_valid),
      .tr_store_tag_o(tr_store_tag),
      .tr_store_mask_o,
      .tr_store_addr_o,
      .tr_store_data_o
  );
  /* verilator lint_on PINCONNECTEMPTY */

  assign tr_store_valid_o = tr_store_valid && !debug_active;
  assign tr_store_warp_o = tr_store_tag.warp;
  assign tr_store_seq_o = tr_store_tag.seq;

  logic icache_pending, perf_icache_hit, perf_icache_miss;

  zl_icache #(
      .ICACHE_KB(ICACHE_KB)
  ) u_icache (
      .clk_i,
      .rst_ni,
      .invalidate_i(launch_i || icache_invalidate || debug_invalidate),
      .region_base_i,
      .region_size_i,
      .region_flags_i,
      .req_valid_i(fetch_valid),
      .req_ready_o(fetch_ready),
      .req_warp_i(fetch_warp),
      .req_pc_i(fetch_pc),
      .rsp_valid_o(fetch_rsp_valid),
      .rsp_warp_o(fetch_rsp_warp),
      .rsp_pc_o(fetch_rsp_pc),
      .rsp_data_o(fetch_rsp_data),
      .rsp_fault_o(fetch_rsp_fault),
      .pending_o(icache_pending),
      .perf_hit_o(perf_icache_hit),
      .perf_miss_o(perf_icache_miss),
      .mem_req_valid_o(client_req_valid[1]),
      .mem_req_ready_i(client_req_ready[1]),
      .mem_req_line_o(instruction_req_line),
      .mem_req_tag_o(instruction_req_tag),
      .mem_rsp_valid_i(client_rsp_valid[1]),
      .mem_rsp_ready_o(client_rsp_ready[1]),
      .mem_rsp_tag_i(client_rsp_tag),
      .mem_rsp_data_i(client_rsp_data),
      .mem_rsp_error_i(client_rsp_error)
  );

  zl_memory_arbiter #(
      .PORTS(2),
      .WRITERS(1),
      .TAG_W(MEM_TAG_W - 1)
  ) u_memory_arbiter (
      .clk_i,
      .rst_ni,
      .in_req_valid_i(client_req_valid),
      .in_req_ready_o(client_req_ready),
      .in_req_write_i({1'b0, data_req_write}),
      .in_req_atomic_i({6'd0, data_req_atomic}),
      .in_req_line_i({instruction_req_line, data_req_line}),
      .in_req_tag_i({instruction_req_tag, data_req_tag}),
      .in_req_data_i(data_req_data),
      .in_req_strb_i(data_req_strb),
      .in_rsp_valid_o(client_rsp_valid),
      .in_rsp_ready_i(client_rsp_ready),
      .in_rsp_write_o(client_rsp_write),
      .in_rsp_tag_o(client_rsp_tag),
      .in_rsp_data_o(client_rsp_data),
      .in_rsp_error_o(client_rsp_error),
      .out_req_valid_o(mem_req_valid_o),
      .out_req_ready_i(mem_req_ready_i),
      .out_req_write_o(mem_req_write_o),
      .out_req_atomic_o(mem_req_atomic_o),
      .out_req_line_o(mem_req_line_o),
      .out_req_tag_o(mem_req_tag_o),
      .out_req_data_o(mem_req_data_o),
      .out_req_strb_o(mem_req_strb_o),
      .out_rsp_valid_i(mem_rsp_valid_i),
      .out_rsp_ready_o(mem_rsp_ready_o),
      .out_rsp_write_i(mem_rsp_write_i),
      .out_rsp_tag_i(mem_rsp_tag_i),
      .out_rsp_data_i(mem_rsp_data_i),
      .out_rsp_error_i(mem_rsp_error_i)
  );

  // Faults. One found at execute waits until the LSU has judged all older instructions: it has,
  // when nothing has waited in front of it for as many cycles as its checks take.
  localparam logic [2:0] LSU_CHECK_CYCLES = 3'd4;
  logic [2:0] lsu_judged_q;
  always_ff @(posedge clk_i) begin
    if (!rst_ni || !control_fault_valid || !lsu_queue_empty || !lsu_req_ready) lsu_judged_q <= '0;
    else if (lsu_judged_q != LSU_CHECK_CYCLES) lsu_judged_q <= lsu_judged_q + 3'd1;
    lsu_fault_q <= rst_ni && lsu_fault_valid;
  end

  always_comb begin
    fault_valid_o = lsu_fault_valid
        || (control_fault_valid && lsu_judged_q == LSU_CHECK_CYCLES);
    fault_cause_o = lsu_fault_valid ? lsu_fault_cause : control_fault_cause;
    fault_pc_o = lsu_fault_valid ? lsu_fault_pc : control_fault_pc;
    fault_warp_o = lsu_fault_valid ? lsu_fault_warp : control_fault_warp;
    fault_mask_o = lsu_fault_valid ? lsu_fault_mask : control_fault_mask;
    fault_address_o = lsu_fault_valid ? lsu_fault_address : control_fault_address;
    fault_access_o = lsu_fault_valid ? lsu_fault_access : control_fault_access;
  end

  assign store_pending_o = lsu_store_pending || !lsu_queue_empty || icache_pending
      || (ex_valid && ex_unit == UNIT_LSU) || (is_valid && is_key.unit == UNIT_LSU)
      || (control_fault_valid && lsu_judged_q != LSU_CHECK_CYCLES);

  always_comb begin
    stop_warp_o = '0;
    for (int w = int'(WARPS) - 1; w >= 0; w--) if (active[w]) stop_warp_o = WARP_W'(w);
    stop_pc_o = issued_pc[stop_warp_o[$clog2(WARPS)-1:0]];
    stop_mask_o = lane_mask[stop_warp_o[$clog2(WARPS)-1:0]];
  end

  // Write-back.
  zl_writeback #(
      .LANES(LANES)
  ) u_writeback (
      .clk_i,
      .rst_ni,
      .ex_valid_i(ex_go),
      .ex_writes_i(ex_writes),
      .ex_unit_i(ex_unit),
      .ex_tag_i(ex_tag),
      .ex_mask_i(ex_mask),
      .cancel_i(control_fault_valid),
      .alu_result_i(alu_result),
      .shuffle_result_i(shuffle_result),
      .csr_result_i(csr_result),
      .control_result_i(control_result),
      .mul_valid_i(mul_valid),
      .mul_tag_i(mul_tag),
      .mul_mask_i(mul_mask),
      .mul_result_i(mul_result),
      .graphics_valid_i(graphics_valid),
      .graphics_tag_i(graphics_tag),
      .graphics_mask_i(graphics_mask),
      .graphics_result_i(graphics_result),
      .misc_valid_i(misc_valid),
      .misc_tag_i(misc_tag),
      .misc_mask_i(misc_mask),
      .misc_result_i(misc_result),
      .fma_valid_i(fma_valid),
      .fma_tag_i(fma_tag),
      .fma_mask_i(fma_mask),
      .fma_result_i(fma_result),
      .int_reserved_i(int_reserved),
      .float_reserved_i(float_reserved),
      .div_valid_i(div_valid),
      .div_ready_o(div_ready),
      .div_tag_i(div_tag),
      .div_mask_i(div_mask),
      .div_result_i(div_result),
      .fdiv_valid_i(fdiv_valid),
      .fdiv_ready_o(fdiv_ready),
      .fdiv_tag_i(fdiv_tag),
      .fdiv_mask_i(fdiv_mask),
      .fdiv_result_i(fdiv_result),
      .lsu_valid_i(lsu_wb_valid && !debug_active),
      .lsu_ready_o(lsu_wb_ready),
      .lsu_tag_i(lsu_wb_tag),
      .lsu_mask_i(lsu_wb_mask),
      .lsu_data_i(lsu_wb_data),
      .int_wait_o(int_wait),
      .float_wait_o(float_wait),
      .int_release_o(int_release),
      .float_release_o(float_release),
      .wb_int_valid_o(wb_int_valid),
      .wb_int_tag_o(wb_int_tag),
      .wb_int_mask_o(wb_int_mask),
      .wb_int_data_o(wb_int_data),
      .wb_float_valid_o(wb_float_valid),
      .wb_float_tag_o(wb_float_tag),
      .wb_float_mask_o(wb_float_mask),
      .wb_float_data_o(wb_float_data)
  );

  // CSRs and counters.
  logic [15:0] reads_in_flight_q;
  logic [PERF_COUNTERS-1:0] perf_event;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      reads_in_flight_q <= '0;
    end else begin
      reads_in_flight_q <= reads_in_flight_q
          + 16'(mem_req_valid_o && mem_req_ready_i && !mem_req_write_o)
          - 16'(mem_rsp_valid_i && mem_rsp_ready_o && !mem_rsp_write_i);
    end
  end

  assign perf_event = {
    perf_l2_miss_i,
    perf_l2_hit_i,
    perf_divergent,
    perf_split,
    perf_mispredicted,
    perf_branch,
    1'b0,  // the sum of reads in flight
    mem_req_valid_o && mem_req_ready_i && mem_req_write_o,
    mem_req_valid_o && mem_req_ready_i && !mem_req_write_o,
    perf_store_line,
    perf_load_miss,
    perf_load_hit,
    perf_icache_miss,
    perf_icache_hit,
    perf_idle,
    perf_sync,
    perf_unit,
    perf_lsu,
    perf_operand,
    perf_fetch,
    perf_issue
  };

  // While the core is held it does not stall, and what a debugger looks at is not work.
  logic [PERF_COUNTERS-1:0] perf_counted;
  localparam logic [PERF_COUNTERS-1:0] PERF_STALLS = PERF_COUNTERS'(7'b1111110);
  assign perf_counted = debug_active ? '0 : debug_hold_i ? perf_event & ~PERF_STALLS : perf_event;

  zl_csr #(
      .CORES(CORES),
      .WARPS(WARPS),
      .LANES(LANES)
  ) u_csr (
      .clk_i,
      .rst_ni,
      .core_id_i,
      .group_size_i,
      .grid_size_i,
      .valid_i((ex_valid && !halt && ex_unit == UNIT_CSR) || debug_csr_valid),
      .instr_i(debug_active ? debug_csr_instr : ex_payload.instr),
      .warp_i(debug_active ? debug_warp : ex_tag.warp),
      .mask_i(debug_active ? debug_mask : ex_mask),
      .a_i(debug_active ? {LANES{debug_write_data}} : ex_a),
      .illegal_o(csr_illegal),
      .result_o(csr_result),
      .start_warps_i(start_warps),
      .start_is_spawn_i(start_is_spawn),
      .start_mscratch_i,
      .start_slot_i,
      .start_rank_i,
      .start_group_warps_i,
      .start_group_id_i,
      .start_local_id_x_i,
      .start_local_id_y_i,
      .start_local_id_z_i,
      .start_local_base_i,
      .fma_valid_i(fma_valid),
      .fma_warp_i(fma_tag.warp),
      .fma_flags_i(fma_flags),
      .misc_valid_i(misc_valid),
      .misc_warp_i(misc_tag.warp),
      .misc_flags_i(misc_flags),
      .fdiv_valid_i(fdiv_release),
      .fdiv_warp_i(fdiv_tag.warp),
      .fdiv_flags_i(fdiv_flags),
      .frm_o(frm),
      .launch_i,
      .busy_i,
      .active_i(active),
      .retired_i(tr_issue_valid_o),
      .retired_mask_i(tr_issue_mask_o),
      .perf_event_i(perf_counted),
      .reads_in_flight_i(debug_active ? '0 : reads_in_flight_q),
      .lane_instructions_o,
      .perf_o
  );

  zl_core_debug #(
      .WARPS(WARPS),
      .LANES(LANES),
      .LOCAL_KB(LOCAL_KB)
  ) u_debug (
      .clk_i,
      .rst_ni,
      .hold_i(debug_hold_i),
      .refetch_i(debug_refetch_i),
      .step_i(debug_step_i),
      .command_i(debug_command_i),
      .pass_i(debug_pass_i),
      .warp_i(debug_warp_i),
      .lane_i(debug_lane_i),
      .what_i(debug_what_i),
      .write_i(debug_write_i),
      .data_i(debug_data_i),
      .address_i(debug_address_i),
      .drained_o(debug_drained_o),
      .busy_o(debug_busy_o),
      .failed_o(debug_failed_o),
      .data_o(debug_data_o),
      .break_o(debug_break_o),
      .break_warp_o(debug_break_warp_o),
      .stopped_i(halt),
      .active_i(active),
      .head_i(de_valid),
      .moving_i(active & blocked & ~waits),
      .waits_i(waits),
      .in_flight_i((!halt && (issue_busy || is_valid || ex_valid || !lsu_queue_empty))
          || lsu_store_pending),
      .breaks_i(breaks),
      .next_pc_i(de_pc),
      .issued_pc_i(issued_pc),
      .lane_mask_i(lane_mask),
      .hold_o(debug_holds),
      .pass_o(debug_passes),
      .issue_valid_i(issue_valid),
      .issue_warp_i(issue_warp),
      .active_o(debug_active),
      .warp_o(debug_warp),
      .mask_o(debug_mask),
      .data_write_o(debug_write_data),
      .register_o(debug_register),
      .register_write_o(debug_register_write),
      .register_data_i(read1),
      .csr_valid_o(debug_csr_valid),
      .csr_instr_o(debug_csr_instr),
      .csr_illegal_i(csr_illegal),
      .csr_data_i(csr_result),
      .lanes_write_o(debug_lanes_write),
      .redirect_o(debug_redirect),
      .redirect_warp_o(debug_redirect_warp),
      .redirect_pc_o(debug_redirect_pc),
      .invalidate_o(debug_invalidate),
      .memory_valid_o(debug_memory_valid),
      .memory_ready_i(lsu_req_ready),
      .memory_write_o(debug_memory_write),
      .memory_size_o(debug_memory_size),
      .memory_address_o(debug_memory_address),
      .memory_done_i(lsu_wb_valid && debug_active),
      .memory_data_i(lsu_wb_data)
  );

  // Retire trace: an instruction counts as executed in the cycle after execute, when warp
  // control would have reported its fault.
  logic retire_q;
  always_ff @(posedge clk_i) begin
    retire_q <= rst_ni && ex_go;
    if (ex_go) begin
      tr_issue_warp_o <= ex_tag.warp;
      tr_issue_seq_o <= ex_tag.seq;
      tr_issue_pc_o <= ex_payload.pc;
      tr_issue_instr_o <= ex_payload.instr;
      tr_issue_mask_o <= ex_mask;
      tr_issue_has_result_o <= ex_writes;
      tr_issue_is_store_o <= ex_unit == UNIT_LSU && ex_payload.op[2:0] == LSU_STORE[2:0];
    end
  end
  assign tr_issue_valid_o = retire_q && !control_fault_valid;
  assign tr_int_valid_o = wb_int_valid;
  assign tr_int_warp_o = wb_int_tag.warp;
  assign tr_int_seq_o = wb_int_tag.seq;
  assign tr_int_rd_o = wb_int_tag.rd;
  assign tr_int_mask_o = wb_int_mask;
  assign tr_int_data_o = wb_int_data;
  assign tr_float_valid_o = wb_float_valid;
  assign tr_float_warp_o = wb_float_tag.warp;
  assign tr_float_seq_o = wb_float_tag.seq;
  assign tr_float_rd_o = wb_float_tag.rd;
  assign tr_float_mask_o = wb_float_mask;
  assign tr_float_data_o = wb_float_data;

`ifndef SYNTHESIS
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      !(ex_go && ex_unit == UNIT_DIV && !div_input_ready))
  else $error("division while the divider is busy");
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      !(ex_go && ex_unit == UNIT_FDIV && !fdiv_input_ready))
  else $error("float division while the unit is busy");
`endif
endmodule
