// Load-store units of CORES cores on one memory, for the benches. A request goes to core core_i;
// outputs of core c are at index c.
module lsu_system
  import zl_pkg::*;
#(
    parameter int unsigned CORES = 1,
    parameter int unsigned LANES = 4,
    parameter int unsigned DCACHE_KB = 16,
    parameter int unsigned OUT_TAG_W = 6 + (CORES > 1 ? $clog2(CORES) : 0)
) (
    input  logic                          clk_i,
    input  logic                          rst_ni,
    input  logic                          invalidate_i,
    input  logic                          halt_i,
    input  logic [        REGIONS*32-1:0] region_base_i,
    input  logic [        REGIONS*32-1:0] region_size_i,
    input  logic [         REGIONS*3-1:0] region_flags_i,
    input  logic [                   3:0] core_i,
    input  logic                          req_valid_i,
    output logic                          req_ready_o,
    input  logic [                   3:0] req_op_i,
    input  logic [                   6:0] req_atomic_i,
    input  logic [                   1:0] req_size_i,
    input  logic                          req_unsigned_i,
    input  tag_t                          req_tag_i,
    input  logic [                  31:0] req_pc_i,
    input  logic [             LANES-1:0] req_mask_i,
    input  logic [                  31:0] req_imm_i,
    input  logic [          LANES*32-1:0] req_base_i,
    input  logic [          LANES*32-1:0] req_data_i,
    output logic [             CORES-1:0] wb_valid_o,
    input  logic                          wb_ready_i,
    output logic [CORES*$bits(tag_t)-1:0] wb_tag_o,
    output logic [       CORES*LANES-1:0] wb_mask_o,
    output logic [    CORES*LANES*32-1:0] wb_data_o,
    output logic [             CORES-1:0] fence_done_o,
    output logic [      CORES*WARP_W-1:0] fence_warp_o,
    output logic [             CORES-1:0] fault_valid_o,
    output logic [           CORES*4-1:0] fault_cause_o,
    output logic [          CORES*32-1:0] fault_pc_o,
    output logic [      CORES*WARP_W-1:0] fault_warp_o,
    output logic [       CORES*LANES-1:0] fault_mask_o,
    output logic [          CORES*32-1:0] fault_address_o,
    output logic [           CORES*3-1:0] fault_access_o,
    output logic [             CORES-1:0] console_valid_o,
    input  logic                          console_ready_i,
    output logic [          CORES*14-1:0] console_data_o,
    output logic                          pending_o,
    output logic                          mem_req_valid_o,
    input  logic                          mem_req_ready_i,
    output logic                          mem_req_write_o,
    output logic [                  25:0] mem_req_line_o,
    output logic [         OUT_TAG_W-1:0] mem_req_tag_o,
    output logic [            LINE_W-1:0] mem_req_data_o,
    output logic [          LINE_W/8-1:0] mem_req_strb_o,
    input  logic                          mem_rsp_valid_i,
    output logic                          mem_rsp_ready_o,
    input  logic                          mem_rsp_write_i,
    input  logic [         OUT_TAG_W-1:0] mem_rsp_tag_i,
    input  logic [            LINE_W-1:0] mem_rsp_data_i,
    input  logic                          mem_rsp_error_i,
    output logic [             CORES-1:0] tr_store_valid_o,
    output logic [CORES*$bits(tag_t)-1:0] tr_store_tag_o,
    output logic [       CORES*LANES-1:0] tr_store_mask_o,
    output logic [    CORES*LANES*32-1:0] tr_store_addr_o,
    output logic [    CORES*LANES*32-1:0] tr_store_data_o
);

  localparam int unsigned TW = $bits(tag_t);

  logic [CORES-1:0] req_ready;
  logic [CORES-1:0] pending;
  logic [CORES-1:0] core_valid, core_ready, core_write, core_rsp_valid, core_rsp_ready;
  logic [CORES*6-1:0] core_atomic;
  logic [CORES*26-1:0] core_line;
  logic [CORES*5-1:0] core_tag;
  logic [CORES*LINE_W-1:0] core_data;
  logic [CORES*LINE_W/8-1:0] core_strb;
  logic rsp_write, rsp_error, busy;
  logic [4:0] rsp_tag;
  logic [LINE_W-1:0] rsp_data;

  assign req_ready_o = 1'(req_ready >> core_i);
  assign pending_o = pending != '0 || busy;

  for (genvar c = 0; c < CORES; c++) begin : g_core
    logic load_hit, load_miss, store_line;
    zl_lsu #(
        .LANES(LANES),
        .DCACHE_KB(DCACHE_KB)
    ) u_lsu (
        .req_valid_i(req_valid_i && core_i == 4'(c)),
        .req_debug_i(1'b0),
        .req_ready_o(req_ready[c]),
        .wb_valid_o(wb_valid_o[c]),
        .wb_tag_o(wb_tag_o[c*TW+:TW]),
        .wb_mask_o(wb_mask_o[c*LANES+:LANES]),
        .wb_data_o(wb_data_o[c*LANES*32+:LANES*32]),
        .fence_done_o(fence_done_o[c]),
        .fence_warp_o(fence_warp_o[c*WARP_W+:WARP_W]),
        .fault_valid_o(fault_valid_o[c]),
        .fault_cause_o(fault_cause_o[c*4+:4]),
        .fault_pc_o(fault_pc_o[c*32+:32]),
        .fault_warp_o(fault_warp_o[c*WARP_W+:WARP_W]),
        .fault_mask_o(fault_mask_o[c*LANES+:LANES]),
        .fault_address_o(fault_address_o[c*32+:32]),
        .fault_access_o(fault_access_o[c*3+:3]),
        .console_valid_o(console_valid_o[c]),
        .console_data_o(console_data_o[c*14+:14]),
        .pending_o(pending[c]),
        .perf_load_hit_o(load_hit),
        .perf_load_miss_o(load_miss),
        .perf_store_line_o(store_line),
        .mem_req_valid_o(core_valid[c]),
        .mem_req_ready_i(core_ready[c]),
        .mem_req_write_o(core_write[c]),
        .mem_req_atomic_o(core_atomic[c*6+:6]),
        .mem_req_line_o(core_line[c*26+:26]),
        .mem_req_tag_o(core_tag[c*5+:5]),
        .mem_req_data_o(core_data[c*LINE_W+:LINE_W]),
        .mem_req_strb_o(core_strb[c*LINE_W/8+:LINE_W/8]),
        .mem_rsp_valid_i(core_rsp_valid[c]),
        .mem_rsp_ready_o(core_rsp_ready[c]),
        .mem_rsp_write_i(rsp_write),
        .mem_rsp_tag_i(rsp_tag),
        .mem_rsp_data_i(rsp_data),
        .mem_rsp_error_i(rsp_error),
        .tr_store_valid_o(tr_store_valid_o[c]),
        .tr_store_tag_o(tr_store_tag_o[c*TW+:TW]),
        .tr_store_mask_o(tr_store_mask_o[c*LANES+:LANES]),
        .tr_store_addr_o(tr_store_addr_o[c*LANES*32+:LANES*32]),
        .tr_store_data_o(tr_store_data_o[c*LANES*32+:LANES*32]),
        .*
    );
  end

  logic unit_valid, unit_ready, unit_write, unit_rsp_valid, unit_rsp_ready;
  logic unit_rsp_write, unit_rsp_error;
  logic [5:0] unit_atomic;
  logic [25:0] unit_line;
  logic [OUT_TAG_W-2:0] unit_tag, unit_rsp_tag;
  logic [LINE_W-1:0] unit_data, unit_rsp_data;
  logic [LINE_W/8-1:0] unit_strb;

  zl_memory_arbiter #(
      .PORTS(CORES),
      .TAG_W(5)
  ) u_arbiter (
      .clk_i,
      .rst_ni,
      .in_req_valid_i(core_valid),
      .in_req_ready_o(core_ready),
      .in_req_write_i(core_write),
      .in_req_atomic_i(core_atomic),
      .in_req_line_i(core_line),
      .in_req_tag_i(core_tag),
      .in_req_data_i(core_data),
      .in_req_strb_i(core_strb),
      .in_rsp_valid_o(core_rsp_valid),
      .in_rsp_ready_i(core_rsp_ready),
      .in_rsp_write_o(rsp_write),
      .in_rsp_tag_o(rsp_tag),
      .in_rsp_data_o(rsp_data),
      .in_rsp_error_o(rsp_error),
      .out_req_valid_o(unit_valid),
      .out_req_ready_i(unit_ready),
      .out_req_write_o(unit_write),
      .out_req_atomic_o(unit_atomic),
      .out_req_line_o(unit_line),
      .out_req_tag_o(unit_tag),
      .out_req_data_o(unit_data),
      .out_req_strb_o(unit_strb),
      .out_rsp_valid_i(unit_rsp_valid),
      .out_rsp_ready_o(unit_rsp_ready),
      .out_rsp_write_i(unit_rsp_write),
      .out_rsp_tag_i(unit_rsp_tag),
      .out_rsp_data_i(unit_rsp_data),
      .out_rsp_error_i(unit_rsp_error)
  );

  zl_atomic_unit #(
      .TAG_W(OUT_TAG_W - 1)
  ) u_atomic_unit (
      .clk_i,
      .rst_ni,
      .in_req_valid_i(unit_valid),
      .in_req_ready_o(unit_ready),
      .in_req_write_i(unit_write),
      .in_req_atomic_i(unit_atomic),
      .in_req_line_i(unit_line),
      .in_req_tag_i(unit_tag),
      .in_req_data_i(unit_data),
      .in_req_strb_i(unit_strb),
      .in_rsp_valid_o(unit_rsp_valid),
      .in_rsp_ready_i(unit_rsp_ready),
      .in_rsp_write_o(unit_rsp_write),
      .in_rsp_tag_o(unit_rsp_tag),
      .in_rsp_data_o(unit_rsp_data),
      .in_rsp_error_o(unit_rsp_error),
      .busy_o(busy),
      .out_req_valid_o(mem_req_valid_o),
      .out_req_ready_i(mem_req_ready_i),
      .out_req_write_o(mem_req_write_o),
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

endmodule
