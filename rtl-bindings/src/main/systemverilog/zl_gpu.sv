// The device: CORES cores, the dispatcher that feeds them, the host's registers, and one AXI4
// port to memory.
//
// The trace ports exist only in builds with ZL_TRACE, which are for test benches.
module zl_gpu
  import zl_pkg::*;
#(
    parameter int unsigned CORES = 1,
    parameter int unsigned WARPS = 4,
    parameter int unsigned LANES = 4,
    parameter int unsigned ICACHE_KB = 16,
    parameter int unsigned DCACHE_KB = 16,
    parameter int unsigned LOCAL_KB = 16,
    parameter int unsigned L2_KB = 0,  // none, or a power of two from 16 on
    parameter bit TEXTURE = 1'b1,  // there is a texture unit
    parameter bit MERGE = 1'b1,  // there is a merge unit
    parameter bit COVERAGE = 1'b1,  // there is a coverage unit
    parameter int unsigned MEM_TAG_W = 6,
    parameter int unsigned QUEUE_SLOT_W = 4,
    parameter int unsigned EPOCH_W = 2,  // 2^EPOCH_W resets a memory transaction does not outlive
    parameter int unsigned CORE_ID_W = 1 + EPOCH_W + MEM_TAG_W + (CORES > 1 ? $clog2(CORES) : 0),
    parameter int unsigned AXI_ID_W = 1 + CORE_ID_W,  // the queue's, and the cores'
    parameter int unsigned HOST_ID_W = EPOCH_W + QUEUE_SLOT_W
) (
    input logic clk_i,
    input logic rst_ni,

    // AXI4-Lite slave: the host's registers.
    input  logic        s_axil_awvalid_i,
    output logic        s_axil_awready_o,
    input  logic [15:0] s_axil_awaddr_i,
    input  logic        s_axil_wvalid_i,
    output logic        s_axil_wready_o,
    input  logic [31:0] s_axil_wdata_i,
    input  logic [ 3:0] s_axil_wstrb_i,
    output logic        s_axil_bvalid_o,
    input  logic        s_axil_bready_i,
    output logic [ 1:0] s_axil_bresp_o,
    input  logic        s_axil_arvalid_i,
    output logic        s_axil_arready_o,
    input  logic [15:0] s_axil_araddr_i,
    output logic        s_axil_rvalid_o,
    input  logic        s_axil_rready_i,
    output logic [31:0] s_axil_rdata_o,
    output logic [ 1:0] s_axil_rresp_o,

    output logic irq_o,
    output logic idle_o,  // nothing happens until the host accesses a register

    // AXI4 master: device memory, single-beat bursts of 64 bytes.
    output logic                m_axi_awvalid_o,
    input  logic                m_axi_awready_i,
    output logic [AXI_ID_W-1:0] m_axi_awid_o,
    output logic [        31:0] m_axi_awaddr_o,
    output logic [         7:0] m_axi_awlen_o,
    output logic [         2:0] m_axi_awsize_o,
    output logic [         1:0] m_axi_awburst_o,
    output logic                m_axi_wvalid_o,
    input  logic                m_axi_wready_i,
    output logic [  LINE_W-1:0] m_axi_wdata_o,
    output logic [LINE_W/8-1:0] m_axi_wstrb_o,
    output logic                m_axi_wlast_o,
    input  logic                m_axi_bvalid_i,
    output logic                m_axi_bready_o,
    input  logic [AXI_ID_W-1:0] m_axi_bid_i,
    input  logic [         1:0] m_axi_bresp_i,
    output logic                m_axi_arvalid_o,
    input  logic                m_axi_arready_i,
    output logic [AXI_ID_W-1:0] m_axi_arid_o,
    output logic [        31:0] m_axi_araddr_o,
    output logic [         7:0] m_axi_arlen_o,
    output logic [         2:0] m_axi_arsize_o,
    output logic [         1:0] m_axi_arburst_o,
    input  logic                m_axi_rvalid_i,
    output logic                m_axi_rready_o,
    input  logic [AXI_ID_W-1:0] m_axi_rid_i,
    input  logic [  LINE_W-1:0] m_axi_rdata_i,
    input  logic [         1:0] m_axi_rresp_i,
    input  logic                m_axi_rlast_i,

    // AXI4 master: host memory, likewise, for copies.
    output logic                h_axi_awvalid_o,
    input  logic                h_axi_awready_i,
    output logic [HOST_ID_W-1:0] h_axi_awid_o,
    output logic [        63:0] h_axi_awaddr_o,
    output logic [         7:0] h_axi_awlen_o,
    output logic [         2:0] h_axi_awsize_o,
    output logic [         1:0] h_axi_awburst_o,
    output logic                h_axi_wvalid_o,
    input  logic                h_axi_wready_i,
    output logic [  LINE_W-1:0] h_axi_wdata_o,
    output logic [LINE_W/8-1:0] h_axi_wstrb_o,
    output logic                h_axi_wlast_o,
    input  logic                h_axi_bvalid_i,
    output logic                h_axi_bready_o,
    input  logic [HOST_ID_W-1:0] h_axi_bid_i,
    input  logic [         1:0] h_axi_bresp_i,
    output logic                h_axi_arvalid_o,
    input  logic                h_axi_arready_i,
    output logic [HOST_ID_W-1:0] h_axi_arid_o,
    output logic [        63:0] h_axi_araddr_o,
    output logic [         7:0] h_axi_arlen_o,
    output logic [         2:0] h_axi_arsize_o,
    output logic [         1:0] h_axi_arburst_o,
    input  logic                h_axi_rvalid_i,
    output logic                h_axi_rready_o,
    input  logic [HOST_ID_W-1:0] h_axi_rid_i,
    input  logic [  LINE_W-1:0] h_axi_rdata_i,
    input  logic [         1:0] h_axi_rresp_i,
    input  logic                h_axi_rlast_i
`ifdef ZL_TRACE
    ,
    // Retire trace of every core, core c at index c; zl_core says what the events mean.
    output logic [         CORES-1:0] tr_issue_valid_o,
    output logic [  CORES*WARP_W-1:0] tr_issue_warp_o,
    output logic [   CORES*SEQ_W-1:0] tr_issue_seq_o,
    output logic [      CORES*32-1:0] tr_issue_pc_o,
    output logic [      CORES*32-1:0] tr_issue_instr_o,
    output logic [   CORES*LANES-1:0] tr_issue_mask_o,
    output logic [         CORES-1:0] tr_issue_has_result_o,
    output logic [         CORES-1:0] tr_issue_is_store_o,
    output logic [         CORES-1:0] tr_int_valid_o,
    output logic [  CORES*WARP_W-1:0] tr_int_warp_o,
    output logic [   CORES*SEQ_W-1:0] tr_int_seq_o,
    output logic [   CORES*REG_W-1:0] tr_int_rd_o,
    output logic [   CORES*LANES-1:0] tr_int_mask_o,
    output logic [CORES*LANES*32-1:0] tr_int_data_o,
    output logic [         CORES-1:0] tr_float_valid_o,
    output logic [  CORES*WARP_W-1:0] tr_float_warp_o,
    output logic [   CORES*SEQ_W-1:0] tr_float_seq_o,
    output logic [   CORES*REG_W-1:0] tr_float_rd_o,
    output logic [   CORES*LANES-1:0] tr_float_mask_o,
    output logic [CORES*LANES*32-1:0] tr_float_data_o,
    output logic [         CORES-1:0] tr_store_valid_o,
    output logic [  CORES*WARP_W-1:0] tr_store_warp_o,
    output logic [   CORES*SEQ_W-1:0] tr_store_seq_o,
    output logic [   CORES*LANES-1:0] tr_store_mask_o,
    output logic [CORES*LANES*32-1:0] tr_store_addr_o,
    output logic [CORES*LANES*32-1:0] tr_store_data_o,
    // A warp of core c begins to run, placed by the dispatcher.
    output logic [         CORES-1:0] tr_start_valid_o,
    output logic [        WARP_W-1:0] tr_start_warp_o,
    output logic [              31:0] tr_start_pc_o,
    output logic [         LANES-1:0] tr_start_mask_o,
    output logic [        WARP_W-1:0] tr_start_slot_o,
    output logic [              31:0] tr_start_rank_o,
    output logic [              95:0] tr_start_group_id_o,
    output logic [              31:0] tr_start_local_base_o
`endif
);
`ifndef ZL_TRACE
  /* verilator lint_off UNUSEDSIGNAL */
  logic [         CORES-1:0] tr_issue_valid_o;
  logic [  CORES*WARP_W-1:0] tr_issue_warp_o;
  logic [   CORES*SEQ_W-1:0] tr_issue_seq_o;
  logic [      CORES*32-1:0] tr_issue_pc_o;
  logic [      CORES*32-1:0] tr_issue_instr_o;
  logic [   CORES*LANES-1:0] tr_issue_mask_o;
  logic [         CORES-1:0] tr_issue_has_result_o;
  logic [         CORES-1:0] tr_issue_is_store_o;
  logic [         CORES-1:0] tr_int_valid_o;
  logic [  CORES*WARP_W-1:0] tr_int_warp_o;
  logic [   CORES*SEQ_W-1:0] tr_int_seq_o;
  logic [   CORES*REG_W-1:0] tr_int_rd_o;
  logic [   CORES*LANES-1:0] tr_int_mask_o;
  logic [CORES*LANES*32-1:0] tr_int_data_o;
  logic [         CORES-1:0] tr_float_valid_o;
  logic [  CORES*WARP_W-1:0] tr_float_warp_o;
  logic [   CORES*SEQ_W-1:0] tr_float_seq_o;
  logic [   CORES*REG_W-1:0] tr_float_rd_o;
  logic [   CORES*LANES-1:0] tr_float_mask_o;
  logic [CORES*LANES*32-1:0] tr_float_data_o;
  logic [         CORES-1:0] tr_store_valid_o;
  logic [  CORES*WARP_W-1:0] tr_store_warp_o;
  logic [   CORES*SEQ_W-1:0] tr_store_seq_o;
  logic [   CORES*LANES-1:0] tr_store_mask_o;
  logic [CORES*LANES*32-1:0] tr_store_addr_o;
  logic [CORES*LANES*32-1:0] tr_store_data_o;
  /* verilator lint_on UNUSEDSIGNAL */
`endif

  // Host interface to cores.
  logic                  cores_rst_n;
  logic                  launch;
  logic                  busy;
  logic                  halt;
  logic [REGIONS*32-1:0] region_base;
  logic [REGIONS*32-1:0] region_size;
  logic [ REGIONS*3-1:0] region_flags;
  logic [          95:0] group_size;
  logic [          95:0] grid_size;

  // Cores to host interface.
  logic [                 CORES-1:0] fault_valid;
  logic [               CORES*4-1:0] fault_cause;
  logic [              CORES*32-1:0] fault_pc;
  logic [          CORES*WARP_W-1:0] fault_warp;
  logic [           CORES*LANES-1:0] fault_mask;
  logic [              CORES*32-1:0] fault_address;
  logic [               CORES*3-1:0] fault_access;
  logic [          CORES*WARP_W-1:0] stop_warp;
  logic [              CORES*32-1:0] stop_pc;
  logic [           CORES*LANES-1:0] stop_mask;
  logic [                 CORES-1:0] console_valid;
  logic [                 CORES-1:0] console_ready;
  logic [              CORES*14-1:0] console_data;
  logic [              CORES*64-1:0] lane_instructions;
  logic [CORES*PERF_COUNTERS*64-1:0] perf;
  logic [                 CORES-1:0] store_pending;

  // Host interface and dispatcher.
  logic        plan;
  logic        grid;
  logic        independent;
  logic [31:0] entry;
  logic [31:0] argument;
  logic [31:0] local_bytes;
  logic        plan_valid;
  logic        plan_refused;
  logic        plan_empty;
  logic        working;

  // Dispatcher and cores.
  logic [      CORES-1:0] start_valid;
  logic [      CORES-1:0] start_ready;
  logic [     WARP_W-1:0] start_warp;
  logic [           31:0] start_pc;
  logic [      LANES-1:0] start_mask;
  logic [           31:0] start_mscratch;
  logic [     WARP_W-1:0] start_slot;
  logic [           31:0] start_rank;
  logic [           31:0] start_group_warps;
  logic [           95:0] start_group_id;
  logic [   LANES*32-1:0] start_local_id_x;
  logic [   LANES*32-1:0] start_local_id_y;
  logic [   LANES*32-1:0] start_local_id_z;
  logic [           31:0] start_local_base;
  logic [CORES*WARPS-1:0] warp_active;
  logic [CORES*WARPS-1:0] warp_done;

  // Barriers across cores.
  logic [   CORES-1:0] barrier_valid;
  logic [CORES*31-1:0] barrier_id;
  logic [CORES*32-1:0] barrier_count;
  logic [   CORES-1:0] barrier_release;

  // Cores to L2 or, without one, to the arbiter.
  logic [          CORES-1:0] core_req_valid;
  logic [          CORES-1:0] core_req_ready;
  logic [          CORES-1:0] core_req_write;
  logic [        CORES*6-1:0] core_req_atomic;
  logic [       CORES*26-1:0] core_req_line;
  logic [CORES*MEM_TAG_W-1:0] core_req_tag;
  logic [   CORES*LINE_W-1:0] core_req_data;
  logic [ CORES*LINE_W/8-1:0] core_req_strb;
  logic [          CORES-1:0] core_rsp_valid;
  logic [          CORES-1:0] core_rsp_ready;
  logic [          CORES-1:0] core_rsp_write;
  logic [CORES*MEM_TAG_W-1:0] core_rsp_tag;
  logic [   CORES*LINE_W-1:0] core_rsp_data;
  logic [          CORES-1:0] core_rsp_error;
  logic [          CORES-1:0] perf_l2_hit;
  logic [          CORES-1:0] perf_l2_miss;
  logic [        EPOCH_W-1:0] epoch;
  logic                       shared_busy;  // L2 or atomic unit

  // To the AXI master.
  logic                outstanding;
  logic                axi_req_valid;
  logic                axi_req_ready;
  logic                axi_req_write;
  logic [        25:0] axi_req_line;
  logic [CORE_ID_W-1:0] axi_req_tag;
  logic [  LINE_W-1:0] axi_req_data;
  logic [LINE_W/8-1:0] axi_req_strb;
  logic                axi_rsp_valid;
  logic                axi_rsp_ready;
  logic                axi_rsp_write;
  /* verilator lint_off UNUSEDSIGNAL */  // an L2 has fewer tags
  logic [CORE_ID_W-1:0] axi_rsp_tag;
  /* verilator lint_on UNUSEDSIGNAL */
  logic [  LINE_W-1:0] axi_rsp_data;
  logic                axi_rsp_error;

  logic memory_quiet;
  assign memory_quiet = store_pending == '0 && !outstanding && !host_outstanding && !shared_busy;

  // Debug block to host interface and cores.
  logic                      debug_reg_write;
  logic [              31:0] debug_reg_data;
  logic                      debug_halted;
  logic                      debug_pending;
  logic                      debug_hold;
  logic                      debug_refetch;
  logic [BREAKPOINTS*32-1:0] debug_breakpoint;
  logic [   BREAKPOINTS-1:0] debug_breakpoint_on;
  logic [         CORES-1:0] debug_step;
  logic [         CORES-1:0] debug_command;
  logic [         CORES-1:0] debug_pass;
  logic [               7:0] debug_warp;
  logic [               7:0] debug_lane;
  logic [              15:0] debug_what;
  logic                      debug_write;
  logic [              31:0] debug_write_data;
  logic [              31:0] debug_address;
  logic [         CORES-1:0] debug_drained;
  logic [         CORES-1:0] debug_busy;
  logic [         CORES-1:0] debug_failed;
  logic [      CORES*32-1:0] debug_data;
  logic [         CORES-1:0] debug_break;
  logic [  CORES*WARP_W-1:0] debug_break_warp;

  // Register port to host interface.
  logic        axil_awvalid;
  logic        axil_awready;
  logic [15:0] axil_awaddr;
  logic        axil_wvalid;
  logic        axil_wready;
  logic [31:0] axil_wdata;
  logic [ 3:0] axil_wstrb;
  logic        axil_bvalid;
  logic        axil_bready;
  logic        axil_arvalid;
  logic        axil_arready;
  logic [15:0] axil_araddr;
  logic        axil_rvalid;
  logic        axil_rready;

  // Command queue and register port.
  logic        queue_asks_write;
  logic        queue_asks_read;
  logic [15:0] queue_address;
  logic [31:0] queue_data;
  logic        queue_accesses;
  logic        queue_written;
  logic        queue_answered;
  logic        queue_writes;

  // Command queue and host interface.
  logic        queue_reg_write;
  logic [31:0] queue_reg_data;
  logic        queue_owns;
  logic        queue_busy;
  logic        queue_event;
  logic        ready;
  logic        faulted;
  logic        refused;
  logic        resetting;
  logic        host_idle;

  // Command queue and memories.
  logic                 queue_req_valid;
  logic                 queue_req_ready;
  logic                 queue_req_write;
  logic [         25:0] queue_req_line;
  logic [HOST_ID_W-1:0] queue_req_tag;
  logic                 queue_rsp_ready;
  logic [   LINE_W-1:0] queue_line;
  logic                 host_req_valid;
  logic                 host_req_ready;
  logic                 host_req_write;
  logic [         57:0] host_req_line;
  logic [HOST_ID_W-1:0] host_req_tag;
  logic                 host_rsp_valid;
  logic                 host_rsp_ready;
  logic                 host_rsp_write;
  logic [HOST_ID_W-1:0] host_rsp_tag;
  logic [   LINE_W-1:0] host_rsp_data;
  logic                 host_rsp_error;
  logic                 host_outstanding;

  // From the AXI master; a tag's first bit says whose it is.
  logic                memory_rsp_valid;
  logic                memory_rsp_ready;
  logic                memory_rsp_queue;
  /* verilator lint_off UNUSEDSIGNAL */  // the queue has fewer tags, and an L2
  logic [AXI_ID_W-1:0] memory_rsp_tag;
  /* verilator lint_on UNUSEDSIGNAL */
  assign memory_rsp_queue = memory_rsp_tag[AXI_ID_W-1];
  assign memory_rsp_ready = memory_rsp_queue ? queue_rsp_ready : axi_rsp_ready;
  assign axi_rsp_valid = memory_rsp_valid && !memory_rsp_queue;
  assign axi_rsp_tag = memory_rsp_tag[CORE_ID_W-1:0];

  assign idle_o = host_idle && !queue_busy;

  zl_host_interface #(
      .CORES(CORES),
      .WARPS(WARPS),
      .LANES(LANES),
      .ICACHE_KB(ICACHE_KB),
      .DCACHE_KB(DCACHE_KB),
      .LOCAL_KB(LOCAL_KB),
      .TEXTURE(TEXTURE),
      .MERGE(MERGE),
      .COVERAGE(COVERAGE),
      .L2_KB(L2_KB),
      .EPOCH_W(EPOCH_W)
  ) host_interface (
      .clk_i,
      .rst_ni,
      .s_axil_awvalid_i(axil_awvalid),
      .s_axil_awready_o(axil_awready),
      .s_axil_awaddr_i(axil_awaddr),
      .s_axil_wvalid_i(axil_wvalid),
      .s_axil_wready_o(axil_wready),
      .s_axil_wdata_i(axil_wdata),
      .s_axil_wstrb_i(axil_wstrb),
      .s_axil_bvalid_o(axil_bvalid),
      .s_axil_bready_i(axil_bready),
      .s_axil_bresp_o,
      .s_axil_arvalid_i(axil_arvalid),
      .s_axil_arready_o(axil_arready),
      .s_axil_araddr_i(axil_araddr),
      .s_axil_rvalid_o(axil_rvalid),
      .s_axil_rready_i(axil_rready),
      .s_axil_rdata_o,
      .s_axil_rresp_o,
      .irq_o,
      .idle_o(host_idle),
      .cores_rst_no(cores_rst_n),
      .epoch_o(epoch),
      .launch_o(launch),
      .busy_o(busy),
      .halt_o(halt),
      .region_base_o(region_base),
      .region_size_o(region_size),
      .region_flags_o(region_flags),
      .group_size_o(group_size),
      .grid_size_o(grid_size),
      .fault_valid_i(fault_valid),
      .fault_cause_i(fault_cause),
      .fault_pc_i(fault_pc),
      .fault_warp_i(fault_warp),
      .fault_mask_i(fault_mask),
      .fault_address_i(fault_address),
      .fault_access_i(fault_access),
      .stop_warp_i(stop_warp),
      .stop_pc_i(stop_pc),
      .stop_mask_i(stop_mask),
      .warp_active_i(warp_active),
      .console_valid_i(console_valid),
      .console_ready_o(console_ready),
      .console_data_i(console_data),
      .lane_instructions_i(lane_instructions),
      .perf_i(perf),
      .memory_quiet_i(memory_quiet && !queue_accesses),
      .debug_write_o(debug_reg_write),
      .debug_data_i(debug_reg_data),
      .debug_halted_i(debug_halted),
      .debug_busy_i(debug_pending),
      .queue_write_o(queue_reg_write),
      .queue_data_i(queue_reg_data),
      .queue_writes_i(queue_writes),
      .queue_owns_i(queue_owns),
      .queue_event_i(queue_event),
      .ready_o(ready),
      .faulted_o(faulted),
      .refused_o(refused),
      .resetting_o(resetting),
      .plan_o(plan),
      .grid_o(grid),
      .independent_o(independent),
      .entry_o(entry),
      .argument_o(argument),
      .local_bytes_o(local_bytes),
      .plan_valid_i(plan_valid),
      .plan_refused_i(plan_refused),
      .plan_empty_i(plan_empty),
      .working_i(working)
  );

  zl_register_port register_port (
      .clk_i,
      .rst_ni,
      .s_axil_awvalid_i,
      .s_axil_awready_o,
      .s_axil_awaddr_i,
      .s_axil_wvalid_i,
      .s_axil_wready_o,
      .s_axil_wdata_i,
      .s_axil_wstrb_i,
      .s_axil_bvalid_o,
      .s_axil_bready_i,
      .s_axil_arvalid_i,
      .s_axil_arready_o,
      .s_axil_araddr_i,
      .s_axil_rvalid_o,
      .s_axil_rready_i,
      .queue_write_i(queue_asks_write),
      .queue_read_i(queue_asks_read),
      .queue_address_i(queue_address),
      .queue_data_i(queue_data),
      .queue_owned_o(queue_accesses),
      .queue_written_o(queue_written),
      .queue_answered_o(queue_answered),
      .axil_awvalid_o(axil_awvalid),
      .axil_awready_i(axil_awready),
      .axil_awaddr_o(axil_awaddr),
      .axil_wvalid_o(axil_wvalid),
      .axil_wready_i(axil_wready),
      .axil_wdata_o(axil_wdata),
      .axil_wstrb_o(axil_wstrb),
      .axil_bvalid_i(axil_bvalid),
      .axil_bready_o(axil_bready),
      .axil_arvalid_o(axil_arvalid),
      .axil_arready_i(axil_arready),
      .axil_araddr_o(axil_araddr),
      .axil_rvalid_i(axil_rvalid),
      .axil_rready_o(axil_rready),
      .write_by_queue_o(queue_writes)
  );

  zl_queue #(
      .EPOCH_W(EPOCH_W),
      .SLOT_W(QUEUE_SLOT_W)
  ) queue (
      .clk_i,
      .rst_ni,
      .soft_rst_ni(cores_rst_n),
      .quiesce_i(resetting),
      .epoch_i(epoch),
      .write_i(queue_reg_write),
      .write_offset_i(axil_awaddr[7:0]),
      .write_data_i(axil_wdata),
      .read_offset_i(axil_araddr[7:0]),
      .read_data_o(queue_reg_data),
      .owns_o(queue_owns),
      .busy_o(queue_busy),
      .event_o(queue_event),
      .idle_i(ready),
      .faulted_i(faulted),
      .refused_i(refused),
      .memory_quiet_i(memory_quiet),
      .reg_write_o(queue_asks_write),
      .reg_read_o(queue_asks_read),
      .reg_address_o(queue_address),
      .reg_data_o(queue_data),
      .reg_owned_i(queue_accesses),
      .reg_written_i(queue_written),
      .reg_answered_i(queue_answered),
      .reg_data_i(s_axil_rdata_o),
      .device_valid_o(queue_req_valid),
      .device_ready_i(queue_req_ready),
      .device_write_o(queue_req_write),
      .device_line_o(queue_req_line),
      .device_tag_o(queue_req_tag),
      .device_rsp_valid_i(memory_rsp_valid && memory_rsp_queue),
      .device_rsp_ready_o(queue_rsp_ready),
      .device_rsp_write_i(axi_rsp_write),
      .device_rsp_tag_i(memory_rsp_tag[HOST_ID_W-1:0]),
      .device_rsp_data_i(axi_rsp_data),
      .device_rsp_error_i(axi_rsp_error),
      .host_valid_o(host_req_valid),
      .host_ready_i(host_req_ready),
      .host_write_o(host_req_write),
      .host_line_o(host_req_line),
      .host_tag_o(host_req_tag),
      .host_rsp_valid_i(host_rsp_valid),
      .host_rsp_ready_o(host_rsp_ready),
      .host_rsp_write_i(host_rsp_write),
      .host_rsp_tag_i(host_rsp_tag),
      .host_rsp_data_i(host_rsp_data),
      .host_rsp_error_i(host_rsp_error),
      .line_o(queue_line)
  );

  zl_debug #(
      .CORES(CORES),
      .WARPS(WARPS),
      .LANES(LANES)
  ) debug (
      .clk_i,
      .rst_ni(cores_rst_n),
      .write_i(debug_reg_write),
      .write_offset_i(axil_awaddr[7:0]),
      .write_data_i(axil_wdata),
      .read_offset_i(axil_araddr[7:0]),
      .read_data_o(debug_reg_data),
      .launch_i(launch),
      .halted_o(debug_halted),
      .busy_o(debug_pending),
      .memory_quiet_i(memory_quiet),
      .warp_active_i(warp_active),
      .hold_o(debug_hold),
      .refetch_o(debug_refetch),
      .breakpoint_o(debug_breakpoint),
      .breakpoint_on_o(debug_breakpoint_on),
      .step_o(debug_step),
      .command_o(debug_command),
      .pass_o(debug_pass),
      .warp_o(debug_warp),
      .lane_o(debug_lane),
      .what_o(debug_what),
      .write_o(debug_write),
      .data_o(debug_write_data),
      .address_o(debug_address),
      .drained_i(debug_drained),
      .busy_i(debug_busy),
      .failed_i(debug_failed),
      .data_i(debug_data),
      .break_i(debug_break),
      .break_warp_i(debug_break_warp)
  );

  zl_dispatcher #(
      .CORES(CORES),
      .WARPS(WARPS),
      .LANES(LANES),
      .LOCAL_KB(LOCAL_KB)
  ) dispatcher (
      .clk_i,
      .rst_ni(cores_rst_n),
      .plan_i(plan),
      .launch_i(launch),
      .halt_i(halt),
      .grid_i(grid),
      .independent_i(independent),
      .entry_i(entry),
      .argument_i(argument),
      .grid_size_i(grid_size),
      .group_size_i(group_size),
      .local_bytes_i(local_bytes),
      .plan_valid_o(plan_valid),
      .plan_refused_o(plan_refused),
      .plan_empty_o(plan_empty),
      .working_o(working),
      .start_valid_o(start_valid),
      .start_ready_i(start_ready),
      .start_warp_o(start_warp),
      .start_pc_o(start_pc),
      .start_mask_o(start_mask),
      .start_mscratch_o(start_mscratch),
      .start_slot_o(start_slot),
      .start_rank_o(start_rank),
      .start_group_warps_o(start_group_warps),
      .start_group_id_o(start_group_id),
      .start_local_id_x_o(start_local_id_x),
      .start_local_id_y_o(start_local_id_y),
      .start_local_id_z_o(start_local_id_z),
      .start_local_base_o(start_local_base),
      .warp_active_i(warp_active),
      .warp_done_i(warp_done)
  );

  zl_global_barrier #(
      .CORES(CORES)
  ) global_barrier (
      .clk_i,
      .rst_ni(cores_rst_n),
      .valid_i(barrier_valid),
      .id_i(barrier_id),
      .count_i(barrier_count),
      .release_o(barrier_release)
  );

  for (genvar c = 0; c < CORES; c++) begin : g_core
    zl_core #(
        .CORES(CORES),
        .WARPS(WARPS),
        .LANES(LANES),
        .ICACHE_KB(ICACHE_KB),
        .DCACHE_KB(DCACHE_KB),
        .LOCAL_KB(LOCAL_KB),
        .TEXTURE(TEXTURE),
        .MERGE(MERGE),
        .COVERAGE(COVERAGE),
        .MEM_TAG_W(MEM_TAG_W)
    ) core (
        .clk_i,
        .rst_ni(cores_rst_n),
        .core_id_i(4'(c)),
        .launch_i(launch),
        .busy_i(busy),
        .halt_i(halt),
        .region_base_i(region_base),
        .region_size_i(region_size),
        .region_flags_i(region_flags),
        .group_size_i(group_size),
        .grid_size_i(grid_size),
        .fault_valid_o(fault_valid[c]),
        .fault_cause_o(fault_cause[c*4+:4]),
        .fault_pc_o(fault_pc[c*32+:32]),
        .fault_warp_o(fault_warp[c*WARP_W+:WARP_W]),
        .fault_mask_o(fault_mask[c*LANES+:LANES]),
        .fault_address_o(fault_address[c*32+:32]),
        .fault_access_o(fault_access[c*3+:3]),
        .stop_warp_o(stop_warp[c*WARP_W+:WARP_W]),
        .stop_pc_o(stop_pc[c*32+:32]),
        .stop_mask_o(stop_mask[c*LANES+:LANES]),
        .console_valid_o(console_valid[c]),
        .console_ready_i(console_ready[c]),
        .console_data_o(console_data[c*14+:14]),
        .lane_instructions_o(lane_instructions[c*64+:64]),
        .perf_o(perf[c*PERF_COUNTERS*64+:PERF_COUNTERS*64]),
        .store_pending_o(store_pending[c]),
        .start_valid_i(start_valid[c]),
        .start_ready_o(start_ready[c]),
        .start_warp_i(start_warp),
        .start_pc_i(start_pc),
        .start_mask_i(start_mask),
        .start_mscratch_i(start_mscratch),
        .start_slot_i(start_slot),
        .start_rank_i(start_rank),
        .start_group_warps_i(start_group_warps),
        .start_group_id_i(start_group_id),
        .start_local_id_x_i(start_local_id_x),
        .start_local_id_y_i(start_local_id_y),
        .start_local_id_z_i(start_local_id_z),
        .start_local_base_i(start_local_base),
        .warp_active_o(warp_active[c*WARPS+:WARPS]),
        .warp_done_o(warp_done[c*WARPS+:WARPS]),
        .global_barrier_valid_o(barrier_valid[c]),
        .global_barrier_id_o(barrier_id[c*31+:31]),
        .global_barrier_count_o(barrier_count[c*32+:32]),
        .global_barrier_release_i(barrier_release[c]),
        .debug_hold_i(debug_hold),
        .debug_refetch_i(debug_refetch),
        .debug_breakpoint_i(debug_breakpoint),
        .debug_breakpoint_on_i(debug_breakpoint_on),
        .debug_step_i(debug_step[c]),
        .debug_command_i(debug_command[c]),
        .debug_pass_i(debug_pass[c]),
        .debug_warp_i(debug_warp),
        .debug_lane_i(debug_lane),
        .debug_what_i(debug_what),
        .debug_write_i(debug_write),
        .debug_data_i(debug_write_data),
        .debug_address_i(debug_address),
        .debug_drained_o(debug_drained[c]),
        .debug_busy_o(debug_busy[c]),
        .debug_failed_o(debug_failed[c]),
        .debug_data_o(debug_data[c*32+:32]),
        .debug_break_o(debug_break[c]),
        .debug_break_warp_o(debug_break_warp[c*WARP_W+:WARP_W]),
        .mem_req_valid_o(core_req_valid[c]),
        .mem_req_ready_i(core_req_ready[c]),
        .mem_req_write_o(core_req_write[c]),
        .mem_req_atomic_o(core_req_atomic[c*6+:6]),
        .mem_req_line_o(core_req_line[c*26+:26]),
        .mem_req_tag_o(core_req_tag[c*MEM_TAG_W+:MEM_TAG_W]),
        .mem_req_data_o(core_req_data[c*LINE_W+:LINE_W]),
        .mem_req_strb_o(core_req_strb[c*LINE_W/8+:LINE_W/8]),
        .mem_rsp_valid_i(core_rsp_valid[c]),
        .mem_rsp_ready_o(core_rsp_ready[c]),
        .mem_rsp_write_i(core_rsp_write[c]),
        .mem_rsp_tag_i(core_rsp_tag[c*MEM_TAG_W+:MEM_TAG_W]),
        .mem_rsp_data_i(core_rsp_data[c*LINE_W+:LINE_W]),
        .mem_rsp_error_i(core_rsp_error[c]),
        .perf_l2_hit_i(perf_l2_hit[c]),
        .perf_l2_miss_i(perf_l2_miss[c]),
        .tr_issue_valid_o(tr_issue_valid_o[c]),
        .tr_issue_warp_o(tr_issue_warp_o[c*WARP_W+:WARP_W]),
        .tr_issue_seq_o(tr_issue_seq_o[c*SEQ_W+:SEQ_W]),
        .tr_issue_pc_o(tr_issue_pc_o[c*32+:32]),
        .tr_issue_instr_o(tr_issue_instr_o[c*32+:32]),
        .tr_issue_mask_o(tr_issue_mask_o[c*LANES+:LANES]),
        .tr_issue_has_result_o(tr_issue_has_result_o[c]),
        .tr_issue_is_store_o(tr_issue_is_store_o[c]),
        .tr_int_valid_o(tr_int_valid_o[c]),
        .tr_int_warp_o(tr_int_warp_o[c*WARP_W+:WARP_W]),
        .tr_int_seq_o(tr_int_seq_o[c*SEQ_W+:SEQ_W]),
        .tr_int_rd_o(tr_int_rd_o[c*REG_W+:REG_W]),
        .tr_int_mask_o(tr_int_mask_o[c*LANES+:LANES]),
        .tr_int_data_o(tr_int_data_o[c*LANES*32+:LANES*32]),
        .tr_float_valid_o(tr_float_valid_o[c]),
        .tr_float_warp_o(tr_float_warp_o[c*WARP_W+:WARP_W]),
        .tr_float_seq_o(tr_float_seq_o[c*SEQ_W+:SEQ_W]),
        .tr_float_rd_o(tr_float_rd_o[c*REG_W+:REG_W]),
        .tr_float_mask_o(tr_float_mask_o[c*LANES+:LANES]),
        .tr_float_data_o(tr_float_data_o[c*LANES*32+:LANES*32]),
        .tr_store_valid_o(tr_store_valid_o[c]),
        .tr_store_warp_o(tr_store_warp_o[c*WARP_W+:WARP_W]),
        .tr_store_seq_o(tr_store_seq_o[c*SEQ_W+:SEQ_W]),
        .tr_store_mask_o(tr_store_mask_o[c*LANES+:LANES]),
        .tr_store_addr_o(tr_store_addr_o[c*LANES*32+:LANES*32]),
        .tr_store_data_o(tr_store_data_o[c*LANES*32+:LANES*32])
    );
  end

  if (L2_KB != 0) begin : g_l2
    localparam int unsigned L2_TAG_W = 6;
    logic [L2_TAG_W-1:0] l2_tag;

    zl_l2 #(
        .L2_KB(L2_KB),
        .CORES(CORES),
        .MEM_TAG_W(MEM_TAG_W),
        .EPOCH_W(EPOCH_W),
        .OUT_TAG_W(L2_TAG_W)
    ) l2 (
        .clk_i,
        .rst_ni,
        .cores_rst_ni(cores_rst_n),
        .epoch_i(epoch),
        .launch_i(launch),
        .busy_o(shared_busy),
        .core_req_valid_i(core_req_valid),
        .core_req_ready_o(core_req_ready),
        .core_req_write_i(core_req_write),
        .core_req_atomic_i(core_req_atomic),
        .core_req_line_i(core_req_line),
        .core_req_tag_i(core_req_tag),
        .core_req_data_i(core_req_data),
        .core_req_strb_i(core_req_strb),
        .core_rsp_valid_o(core_rsp_valid),
        .core_rsp_ready_i(core_rsp_ready),
        .core_rsp_write_o(core_rsp_write),
        .core_rsp_tag_o(core_rsp_tag),
        .core_rsp_data_o(core_rsp_data),
        .core_rsp_error_o(core_rsp_error),
        .perf_hit_o(perf_l2_hit),
        .perf_miss_o(perf_l2_miss),
        .out_req_valid_o(axi_req_valid),
        .out_req_ready_i(axi_req_ready),
        .out_req_write_o(axi_req_write),
        .out_req_line_o(axi_req_line),
        .out_req_tag_o(l2_tag),
        .out_req_data_o(axi_req_data),
        .out_req_strb_o(axi_req_strb),
        .out_rsp_valid_i(axi_rsp_valid),
        .out_rsp_ready_o(axi_rsp_ready),
        .out_rsp_write_i(axi_rsp_write),
        .out_rsp_tag_i(axi_rsp_tag[L2_TAG_W-1:0]),
        .out_rsp_data_i(axi_rsp_data),
        .out_rsp_error_i(axi_rsp_error)
    );
    assign axi_req_tag = CORE_ID_W'(l2_tag);
  end else begin : g_no_l2
    // Arbiter to atomic unit. The tag is {epoch, core, tag of the core}.
    localparam int unsigned REQ_TAG_W = CORE_ID_W - 1 - EPOCH_W;
    logic                 rsp_stale;
    logic                 req_valid;
    logic                 req_ready;
    logic                 req_write;
    logic [          5:0] req_atomic;
    logic [         25:0] req_line;
    logic [REQ_TAG_W-1:0] req_tag;
    logic [   LINE_W-1:0] req_data;
    logic [ LINE_W/8-1:0] req_strb;
    logic                 rsp_valid;
    logic                 rsp_ready;
    logic                 rsp_write;
    logic [ CORE_ID_W-2:0] rsp_tag;
    logic [   LINE_W-1:0] rsp_data;
    logic                 rsp_error;

    assign perf_l2_hit = '0;
    assign perf_l2_miss = '0;
    assign core_rsp_write = {CORES{rsp_write}};
    assign core_rsp_tag = {CORES{rsp_tag[MEM_TAG_W-1:0]}};
    assign core_rsp_data = {CORES{rsp_data}};
    assign core_rsp_error = {CORES{rsp_error}};

    // An answer to a request from before a reset finds nobody who knows it.
    assign rsp_stale = rsp_tag[REQ_TAG_W+:EPOCH_W] != epoch || !cores_rst_n;

    if (CORES > 1) begin : g_arbiter
      logic arbiter_rsp_ready;
      assign rsp_ready = arbiter_rsp_ready || rsp_stale;

      // The responses' content is common to all cores, and taken from above.
      /* verilator lint_off PINCONNECTEMPTY */
      zl_memory_arbiter #(
          .PORTS(CORES),
          .TAG_W(MEM_TAG_W)
      ) arbiter (
          .clk_i,
          .rst_ni(cores_rst_n),
          .in_req_valid_i(core_req_valid),
          .in_req_ready_o(core_req_ready),
          .in_req_write_i(core_req_write),
          .in_req_atomic_i(core_req_atomic),
          .in_req_line_i(core_req_line),
          .in_req_tag_i(core_req_tag),
          .in_req_data_i(core_req_data),
          .in_req_strb_i(core_req_strb),
          .in_rsp_valid_o(core_rsp_valid),
          .in_rsp_ready_i(core_rsp_ready),
          .in_rsp_write_o(),
          .in_rsp_tag_o(),
          .in_rsp_data_o(),
          .in_rsp_error_o(),
          .out_req_valid_o(req_valid),
          .out_req_ready_i(req_ready),
          .out_req_write_o(req_write),
          .out_req_atomic_o(req_atomic),
          .out_req_line_o(req_line),
          .out_req_tag_o(req_tag),
          .out_req_data_o(req_data),
          .out_req_strb_o(req_strb),
          .out_rsp_valid_i(rsp_valid && !rsp_stale),
          .out_rsp_ready_o(arbiter_rsp_ready),
          .out_rsp_write_i(rsp_write),
          .out_rsp_tag_i(rsp_tag[REQ_TAG_W-1:0]),
          .out_rsp_data_i(rsp_data),
          .out_rsp_error_i(rsp_error)
      );
      /* verilator lint_on PINCONNECTEMPTY */
    end else begin : g_no_arbiter
      assign req_valid = core_req_valid[0] && cores_rst_n;
      assign core_req_ready[0] = req_ready;
      assign req_write = core_req_write[0];
      assign req_atomic = core_req_atomic;
      assign req_line = core_req_line;
      assign req_tag = core_req_tag;
      assign req_data = core_req_data;
      assign req_strb = core_req_strb;
      assign core_rsp_valid[0] = rsp_valid && !rsp_stale;
      assign rsp_ready = core_rsp_ready[0] || rsp_stale;
    end

    // Not under the soft reset: what it holds must reach memory.
    zl_atomic_unit #(
        .TAG_W(CORE_ID_W - 1)
    ) atomic_unit (
        .clk_i,
        .rst_ni,
        .in_req_valid_i(req_valid),
        .in_req_ready_o(req_ready),
        .in_req_write_i(req_write),
        .in_req_atomic_i(req_atomic),
        .in_req_line_i(req_line),
        .in_req_tag_i({epoch, req_tag}),
        .in_req_data_i(req_data),
        .in_req_strb_i(req_strb),
        .in_rsp_valid_o(rsp_valid),
        .in_rsp_ready_i(rsp_ready),
        .in_rsp_write_o(rsp_write),
        .in_rsp_tag_o(rsp_tag),
        .in_rsp_data_o(rsp_data),
        .in_rsp_error_o(rsp_error),
        .busy_o(shared_busy),
        .out_req_valid_o(axi_req_valid),
        .out_req_ready_i(axi_req_ready),
        .out_req_write_o(axi_req_write),
        .out_req_line_o(axi_req_line),
        .out_req_tag_o(axi_req_tag),
        .out_req_data_o(axi_req_data),
        .out_req_strb_o(axi_req_strb),
        .out_rsp_valid_i(axi_rsp_valid),
        .out_rsp_ready_o(axi_rsp_ready),
        .out_rsp_write_i(axi_rsp_write),
        .out_rsp_tag_i(axi_rsp_tag),
        .out_rsp_data_i(axi_rsp_data),
        .out_rsp_error_i(axi_rsp_error)
    );
  end

  zl_axi_master #(
      .TAG_W(AXI_ID_W)
  ) axi_master (
      .clk_i,
      .rst_ni,
      .req_valid_i(axi_req_valid),
      .req_ready_o(axi_req_ready),
      .req_write_i(axi_req_write),
      .req_line_i(axi_req_line),
      .req_tag_i({1'b0, axi_req_tag}),
      .req_data_i(axi_req_data),
      .req_strb_i(axi_req_strb),
      .second_valid_i(queue_req_valid),
      .second_ready_o(queue_req_ready),
      .second_write_i(queue_req_write),
      .second_line_i(queue_req_line),
      .second_tag_i({1'b1, (AXI_ID_W - 1)'(queue_req_tag)}),
      .second_data_i(queue_line),
      .rsp_valid_o(memory_rsp_valid),
      .rsp_ready_i(memory_rsp_ready),
      .rsp_write_o(axi_rsp_write),
      .rsp_tag_o(memory_rsp_tag),
      .rsp_data_o(axi_rsp_data),
      .rsp_error_o(axi_rsp_error),
      .outstanding_o(outstanding),
      .axi_awvalid_o(m_axi_awvalid_o),
      .axi_awready_i(m_axi_awready_i),
      .axi_awid_o(m_axi_awid_o),
      .axi_awaddr_o(m_axi_awaddr_o),
      .axi_awlen_o(m_axi_awlen_o),
      .axi_awsize_o(m_axi_awsize_o),
      .axi_awburst_o(m_axi_awburst_o),
      .axi_wvalid_o(m_axi_wvalid_o),
      .axi_wready_i(m_axi_wready_i),
      .axi_wdata_o(m_axi_wdata_o),
      .axi_wstrb_o(m_axi_wstrb_o),
      .axi_wlast_o(m_axi_wlast_o),
      .axi_bvalid_i(m_axi_bvalid_i),
      .axi_bready_o(m_axi_bready_o),
      .axi_bid_i(m_axi_bid_i),
      .axi_bresp_i(m_axi_bresp_i),
      .axi_arvalid_o(m_axi_arvalid_o),
      .axi_arready_i(m_axi_arready_i),
      .axi_arid_o(m_axi_arid_o),
      .axi_araddr_o(m_axi_araddr_o),
      .axi_arlen_o(m_axi_arlen_o),
      .axi_arsize_o(m_axi_arsize_o),
      .axi_arburst_o(m_axi_arburst_o),
      .axi_rvalid_i(m_axi_rvalid_i),
      .axi_rready_o(m_axi_rready_o),
      .axi_rid_i(m_axi_rid_i),
      .axi_rdata_i(m_axi_rdata_i),
      .axi_rresp_i(m_axi_rresp_i),
      .axi_rlast_i(m_axi_rlast_i)
  );

  /* verilator lint_off PINCONNECTEMPTY */
  zl_axi_master #(
      .TAG_W(HOST_ID_W),
      .ADDR_W(64)
  ) host_master (
      .clk_i,
      .rst_ni,
      .req_valid_i(host_req_valid),
      .req_ready_o(host_req_ready),
      .req_write_i(host_req_write),
      .req_line_i(host_req_line),
      .req_tag_i(host_req_tag),
      .req_data_i(queue_line),
      .req_strb_i('1),
      .second_valid_i(1'b0),
      .second_ready_o(),
      .second_write_i(1'b0),
      .second_line_i('0),
      .second_tag_i('0),
      .second_data_i('0),
      .rsp_valid_o(host_rsp_valid),
      .rsp_ready_i(host_rsp_ready),
      .rsp_write_o(host_rsp_write),
      .rsp_tag_o(host_rsp_tag),
      .rsp_data_o(host_rsp_data),
      .rsp_error_o(host_rsp_error),
      .outstanding_o(host_outstanding),
      .axi_awvalid_o(h_axi_awvalid_o),
      .axi_awready_i(h_axi_awready_i),
      .axi_awid_o(h_axi_awid_o),
      .axi_awaddr_o(h_axi_awaddr_o),
      .axi_awlen_o(h_axi_awlen_o),
      .axi_awsize_o(h_axi_awsize_o),
      .axi_awburst_o(h_axi_awburst_o),
      .axi_wvalid_o(h_axi_wvalid_o),
      .axi_wready_i(h_axi_wready_i),
      .axi_wdata_o(h_axi_wdata_o),
      .axi_wstrb_o(h_axi_wstrb_o),
      .axi_wlast_o(h_axi_wlast_o),
      .axi_bvalid_i(h_axi_bvalid_i),
      .axi_bready_o(h_axi_bready_o),
      .axi_bid_i(h_axi_bid_i),
      .axi_bresp_i(h_axi_bresp_i),
      .axi_arvalid_o(h_axi_arvalid_o),
      .axi_arready_i(h_axi_arready_i),
      .axi_arid_o(h_axi_arid_o),
      .axi_araddr_o(h_axi_araddr_o),
      .axi_arlen_o(h_axi_arlen_o),
      .axi_arsize_o(h_axi_arsize_o),
      .axi_arburst_o(h_axi_arburst_o),
      .axi_rvalid_i(h_axi_rvalid_i),
      .axi_rready_o(h_axi_rready_o),
      .axi_rid_i(h_axi_rid_i),
      .axi_rdata_i(h_axi_rdata_i),
      .axi_rresp_i(h_axi_rresp_i),
      .axi_rlast_i(h_axi_rlast_i)
  );
  /* verilator lint_on PINCONNECTEMPTY */
`ifdef ZL_TRACE
  assign tr_start_valid_o      = start_valid & start_ready;
  assign tr_start_warp_o       = start_warp;
  assign tr_start_pc_o         = start_pc;
  assign tr_start_mask_o       = start_mask;
  assign tr_start_slot_o       = start_slot;
  assign tr_start_rank_o       = start_rank;
  assign tr_start_group_id_o   = start_group_id;
  assign tr_start_local_base_o = start_local_base;
`endif
endmodule
