// Stand-ins for the caches and the load-store unit: same ports, memory held by the bench, random
// stalls by plusarg-free DPI. With them the core's pipeline is tested by itself, with orders of
// events that real caches seldom produce.
/* verilator lint_off UNUSEDSIGNAL */
/* verilator lint_off UNUSEDPARAM */
/* verilator lint_off BLKSEQ */
/* verilator lint_off WIDTH */
import "DPI-C" function int bench_read(input int address);
import "DPI-C" function void bench_write(input int address, input int data, input int size);
import "DPI-C" function int bench_random(input int below);
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

  logic miss_q;
  logic [WARP_W-1:0] miss_warp_q;
  logic [31:0] miss_pc_q;
  logic [7:0] wait_q;

  assign req_ready_o = !miss_q;
  assign pending_o = 1'b0;
  assign perf_hit_o = 1'b0;
  assign perf_miss_o = 1'b0;
  assign mem_req_valid_o = 1'b0;
  assign mem_rsp_ready_o = 1'b1;
  assign mem_req_line_o = '0;
  assign mem_req_tag_o = '0;

  always_ff @(posedge clk_i) begin
    rsp_valid_o <= 1'b0;
    if (!rst_ni) begin
      miss_q <= 1'b0;
    end else if (req_valid_i && req_ready_o) begin
      if (bench_random(16) == 1) begin
        miss_q <= 1'b1;
        wait_q <= 8'(bench_random(20));
        miss_warp_q <= req_warp_i;
        miss_pc_q <= req_pc_i;
      end else begin
        rsp_valid_o <= 1'b1;
        rsp_warp_o <= req_warp_i;
        rsp_pc_o <= req_pc_i;
        rsp_fault_o <= req_pc_i < 32'h40;
        for (int i = 0; i < 4; i++) begin
          rsp_data_o[i*32+:32] <= bench_read({req_pc_i[31:4], 2'(i), 2'b00});
        end
      end
    end else if (miss_q) begin
      wait_q <= wait_q - 8'd1;
      if (wait_q == '0) begin
        miss_q <= 1'b0;
        rsp_valid_o <= 1'b1;
        rsp_warp_o <= miss_warp_q;
        rsp_pc_o <= miss_pc_q;
        rsp_fault_o <= miss_pc_q < 32'h40;
        for (int i = 0; i < 4; i++) begin
          rsp_data_o[i*32+:32] <= bench_read({miss_pc_q[31:4], 2'(i), 2'b00});
        end
      end
    end
  end
endmodule

module zl_lsu
  import zl_pkg::*;
#(
    parameter int unsigned WARPS = 4,
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
    input  logic [         6:0] req_atomic_i,
    input  logic [         1:0] req_size_i,      // 0 byte, 1 halfword, 2 word
    input  logic                req_unsigned_i,
    input  tag_t                req_tag_i,
    input  logic [        31:0] req_pc_i,
    input  logic [   LANES-1:0] req_mask_i,
    input  logic [        31:0] req_imm_i,
    input  logic [LANES*32-1:0] req_base_i,
    input  logic [LANES*32-1:0] req_data_i,
    input  logic                req_debug_i,

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

    // Memory port; tag bit 4: write.
    output logic                mem_req_valid_o,
    input  logic                mem_req_ready_i,
    output logic                mem_req_write_o,
    output logic [         5:0] mem_req_atomic_o,
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

  // Executes on acceptance; results wait in eight places and leave in any order.
  localparam int unsigned PLACES = 8;
  logic [PLACES-1:0] used_q;
  logic [7:0] delay_q[PLACES];
  tag_t tag_q[PLACES];
  logic [LANES-1:0] mask_q[PLACES];
  logic [LANES*32-1:0] data_q[PLACES];
  logic [2:0] out_q;
  logic fence_q;
  logic [7:0] fence_delay_q;
  logic [3:0] stall_q;

  assign req_ready_o = !(&used_q) && !fence_q && stall_q == '0;
  assign pending_o = fence_q;
  assign console_valid_o = 1'b0;
  assign console_data_o = '0;
  assign perf_load_hit_o = 1'b0;
  assign perf_load_miss_o = 1'b0;
  assign perf_store_line_o = 1'b0;
  assign mem_req_valid_o = 1'b0;
  assign mem_req_write_o = 1'b0;
  assign mem_req_atomic_o = '0;
  assign mem_req_line_o = '0;
  assign mem_req_tag_o = '0;
  assign mem_req_data_o = '0;
  assign mem_req_strb_o = '0;
  assign mem_rsp_ready_o = 1'b1;

  assign wb_tag_o = tag_q[out_q];
  assign wb_mask_o = mask_q[out_q];
  assign wb_data_o = data_q[out_q];

  function automatic logic [31:0] load(logic [31:0] address);
    logic [31:0] word;
    word = bench_read({address[31:2], 2'b00}) >> {address[1:0], 3'd0};
    unique case (req_size_i)
      2'd0: return {{24{word[7] && !req_unsigned_i}}, word[7:0]};
      2'd1: return {{16{word[15] && !req_unsigned_i}}, word[15:0]};
      default: return word;
    endcase
  endfunction

  always_ff @(posedge clk_i) begin
    logic [PLACES-1:0] used;
    logic faults;
    used = used_q;
    tr_store_valid_o <= 1'b0;
    fence_done_o <= 1'b0;
    if (stall_q != '0) stall_q <= stall_q - 4'd1;
    else if (bench_random(8) == 0) stall_q <= bench_random(4) == 0 ? 4'(bench_random(16)) : 4'd1;
    for (int p = 0; p < PLACES; p++) if (delay_q[p] != 0) delay_q[p] <= delay_q[p] - 8'd1;
    if (wb_valid_o && wb_ready_i) begin
      used[out_q] = 1'b0;
      wb_valid_o <= 1'b0;
    end
    if (!wb_valid_o || wb_ready_i) begin
      for (int p = 0; p < PLACES; p++) begin
        if (used[p] && delay_q[p] == 0) begin
          wb_valid_o <= 1'b1;
          out_q <= 3'(p);
        end
      end
    end
    if (fence_q) begin
      fence_delay_q <= fence_delay_q - 8'd1;
      if (fence_delay_q == 0) begin
        fence_q <= 1'b0;
        fence_done_o <= 1'b1;
      end
    end
    if (req_valid_i && req_ready_o && !fault_valid_o && !halt_i) begin
      faults = 1'b0;
      for (int l = LANES - 1; l >= 0; l--) begin
        logic [31:0] address;
        address = req_base_i[l*32+:32] + req_imm_i;
        if (req_mask_i[l] && req_op_i != LSU_FENCE
            && (address < 32'h40 || (address & ((1 << req_size_i) - 1)) != 0)) begin
          faults = 1'b1;
          fault_cause_o <= address < 32'h40 && (address & ((1 << req_size_i) - 1)) == 0
              ? 4'd3 : 4'd2;
          fault_address_o <= address;
        end
      end
      if (faults) begin
        fault_valid_o <= 1'b1;
        fault_pc_o <= req_pc_i;
        fault_warp_o <= req_tag_i.warp;
        fault_mask_o <= req_mask_i;
        fault_access_o <= req_op_i == LSU_LOAD ? ACCESS_READ : ACCESS_WRITE;
      end else if (req_op_i == LSU_FENCE) begin
        fence_q <= 1'b1;
        fence_warp_o <= req_tag_i.warp;
        fence_delay_q <= 8'(bench_random(30));
      end else if (req_op_i == LSU_STORE) begin
        tr_store_valid_o <= 1'b1;
        tr_store_tag_o <= req_tag_i;
        tr_store_mask_o <= req_mask_i;
        for (int l = 0; l < LANES; l++) begin
          tr_store_data_o[l*32+:32] <= req_size_i == 2'd0 ? {24'd0, req_data_i[l*32+:8]}
              : req_size_i == 2'd1 ? {16'd0, req_data_i[l*32+:16]} : req_data_i[l*32+:32];
          tr_store_addr_o[l*32+:32] <= req_base_i[l*32+:32] + req_imm_i;
          if (req_mask_i[l]) begin
            bench_write(req_base_i[l*32+:32] + req_imm_i, req_data_i[l*32+:32], 1 << req_size_i);
          end
        end
      end else begin
        logic [2:0] place;
        place = '0;
        for (int p = 0; p < PLACES; p++) if (!used_q[p]) place = 3'(p);
        used[place] = 1'b1;
        delay_q[place] <= bench_random(4) == 0 ? 8'(bench_random(40)) : 8'd2;
        tag_q[place] <= req_tag_i;
        mask_q[place] <= req_mask_i;
        for (int l = 0; l < LANES; l++) begin
          if (req_mask_i[l]) data_q[place][l*32+:32] <= load(req_base_i[l*32+:32] + req_imm_i);
        end
      end
    end
    used_q <= used;
    if (!rst_ni) begin
      used_q <= '0;
      wb_valid_o <= 1'b0;
      fault_valid_o <= 1'b0;
      fence_q <= 1'b0;
      stall_q <= '0;
      for (int p = 0; p < PLACES; p++) delay_q[p] <= '0;
    end
  end
endmodule
