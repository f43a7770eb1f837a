// Control and status registers: per-warp state (float flags and rounding mode, mscratch, place in
// the grid) and the core's counters.
//
// Instructions on them execute alone in their warp, so they own no hazards here. An unknown
// register, or a write to one that is only read, is reported in the cycle of execute.
module zl_csr
  import zl_isa_pkg::*;
  import zl_fpu_pkg::*;
  import zl_pkg::*;
#(
    parameter int unsigned CORES = 1,
    parameter int unsigned WARPS = 4,
    parameter int unsigned LANES = 4
) (
    input logic clk_i,
    input logic rst_ni,

    input logic [ 3:0] core_id_i,
    input logic [95:0] group_size_i,
    input logic [95:0] grid_size_i,

    // From execute.
    input  logic                valid_i,
    /* verilator lint_off UNUSEDSIGNAL */  // without opcode and rd
    input  logic [        31:0] instr_i,
    /* verilator lint_on UNUSEDSIGNAL */
    input  logic [  WARP_W-1:0] warp_i,
    input  logic [   LANES-1:0] mask_i,
    input  logic [LANES*32-1:0] a_i,
    output logic                illegal_o,
    output logic [LANES*32-1:0] result_o,

    // Starting warps; spawned ones are in no group.
    input logic [   WARPS-1:0] start_warps_i,
    input logic                start_is_spawn_i,
    input logic [        31:0] start_mscratch_i,
    input logic [  WARP_W-1:0] start_slot_i,
    input logic [        31:0] start_rank_i,
    input logic [        31:0] start_group_warps_i,
    input logic [        95:0] start_group_id_i,
    input logic [LANES*32-1:0] start_local_id_x_i,
    input logic [LANES*32-1:0] start_local_id_y_i,
    input logic [LANES*32-1:0] start_local_id_z_i,
    input logic [        31:0] start_local_base_i,

    // Float flags of finished operations.
    input logic              fma_valid_i,
    input logic [WARP_W-1:0] fma_warp_i,
    input flags_t            fma_flags_i,
    input logic              misc_valid_i,
    input logic [WARP_W-1:0] misc_warp_i,
    input flags_t            misc_flags_i,
    input logic              fdiv_valid_i,
    input logic [WARP_W-1:0] fdiv_warp_i,
    input flags_t            fdiv_flags_i,

    output logic [2:0] frm_o[WARPS],

    // Counters.
    input  logic                        launch_i,
    input  logic                        busy_i,
    input  logic [           WARPS-1:0] active_i,
    input  logic                        retired_i,
    input  logic [           LANES-1:0] retired_mask_i,
    input  logic [   PERF_COUNTERS-1:0] perf_event_i,
    input  logic [                15:0] reads_in_flight_i,
    output logic [                63:0] lane_instructions_o,
    output logic [PERF_COUNTERS*64-1:0] perf_o
);

  localparam int unsigned IDX_W = $clog2(WARPS);
  localparam int unsigned COUNT_W = $clog2(LANES + 1);
  // The counter that adds a number, not an event.
  localparam int unsigned READ_CYCLES =
      32'(CSR_PERF_MEMORY_READ_CYCLES) - 32'(CSR_PERF_WARP_INSTRUCTIONS);

  typedef struct packed {
    logic [31:0]       mscratch;
    logic [WARP_W-1:0] slot;
    logic [31:0]       rank;
    logic [31:0]       group_warps;
    logic [95:0]       group_id;
    logic [31:0]       local_base;
  } place_t;

  place_t              place_q     [WARPS];
  logic [LANES*32-1:0] local_id_x_q[WARPS];
  logic [LANES*32-1:0] local_id_y_q[WARPS];
  logic [LANES*32-1:0] local_id_z_q[WARPS];
  flags_t              fflags_q    [WARPS];
  logic [31:0]         launch_mscratch_q;
  logic [63:0]         cycles_q;

  logic [11:0] address;
  logic [2:0]  funct3;
  logic        writes;
  assign address = instr_i[31:20];
  assign funct3 = instr_i[14:12];
  assign writes = funct3[1:0] == 2'd1 || instr_i[19:15] != 5'd0;

  always_comb begin
    automatic logic known;
    automatic logic writable;
    known = 1'b0;
    writable = 1'b0;
    if (valid_i) begin
      unique case (address) inside
        CSR_FFLAGS, CSR_FRM, CSR_FCSR, CSR_MSCRATCH: begin
          known = 1'b1;
          writable = 1'b1;
        end
        CSR_MCYCLE, CSR_MINSTRET, CSR_MCYCLEH, CSR_MINSTRETH, CSR_MHARTID: known = 1'b1;
        [CSR_PERF_WARP_INSTRUCTIONS : CSR_PERF_L2_MISSES]: known = 1'b1;
        [CSR_LANE_ID : CSR_ACTIVE_LANES]: known = 1'b1;
        [CSR_SLOT_ID : CSR_GROUP_LOCAL_BASE]: known = 1'b1;
        [CSR_LANES : CSR_BARRIERS]: known = 1'b1;
        default: ;
      endcase
    end
    illegal_o = valid_i && (!known || (writes && !writable));
  end

  logic [LANES*32-1:0] lane_ids;
  always_comb for (int unsigned l = 0; l < LANES; l++) lane_ids[l*32+:32] = l;

  // Reads.
  always_ff @(posedge clk_i) begin
    if (valid_i) begin
      automatic logic [IDX_W-1:0] w;
      automatic place_t place;
      automatic logic [31:0] value;
      w = warp_i[IDX_W-1:0];
      place = place_q[w];
      value = '0;
      unique case (address) inside
        CSR_FFLAGS: value = 32'(fflags_q[w]);
        CSR_FRM: value = 32'(frm_o[w]);
        CSR_FCSR: value = 32'({frm_o[w], fflags_q[w]});
        CSR_MSCRATCH: value = place.mscratch;
        CSR_MCYCLE: value = cycles_q[31:0];
        CSR_MCYCLEH: value = cycles_q[63:32];
        CSR_MINSTRET: value = lane_instructions_o[31:0];
        CSR_MINSTRETH: value = lane_instructions_o[63:32];
        CSR_WARP_ID: value = 32'(warp_i);
        CSR_CORE_ID: value = 32'(core_id_i);
        CSR_ACTIVE_WARPS: value = 32'(active_i);
        CSR_ACTIVE_LANES: value = 32'(mask_i);
        CSR_SLOT_ID: value = 32'(place.slot);
        CSR_GROUP_WARP_RANK: value = place.rank;
        CSR_GROUP_WARPS: value = place.group_warps;
        CSR_GROUP_ID_X: value = place.group_id[31:0];
        CSR_GROUP_ID_Y: value = place.group_id[63:32];
        CSR_GROUP_ID_Z: value = place.group_id[95:64];
        CSR_GROUP_SIZE_X: value = group_size_i[31:0];
        CSR_GROUP_SIZE_Y: value = group_size_i[63:32];
        CSR_GROUP_SIZE_Z: value = group_size_i[95:64];
        CSR_GRID_SIZE_X: value = grid_size_i[31:0];
        CSR_GRID_SIZE_Y: value = grid_size_i[63:32];
        CSR_GRID_SIZE_Z: value = grid_size_i[95:64];
        CSR_GROUP_LOCAL_BASE: value = place.local_base;
        CSR_LANES: value = LANES;
        CSR_WARPS: value = WARPS;
        CSR_CORES: value = CORES;
        CSR_LOCAL_BASE: value = ADDR_LOCAL;
        CSR_BARRIERS: value = WARPS;
        [CSR_PERF_WARP_INSTRUCTIONS : CSR_PERF_L2_MISSES]:
        value = perf_o[{address[4:0]-CSR_PERF_WARP_INSTRUCTIONS[4:0], 6'd0}+:32];
        default: ;
      endcase
      result_o <= {LANES{value}};
      unique case (address)
        CSR_LANE_ID: result_o <= lane_ids;
        CSR_LOCAL_ID_X: result_o <= local_id_x_q[w];
        CSR_LOCAL_ID_Y: result_o <= local_id_y_q[w];
        CSR_LOCAL_ID_Z: result_o <= local_id_z_q[w];
        CSR_MHARTID:
        for (int unsigned l = 0; l < LANES; l++) begin
          result_o[l*32+:32] <= (32'(core_id_i) * WARPS + 32'(warp_i)) * LANES + l;
        end
        default: ;
      endcase
    end
  end

  // Writes, starts and float flags.
  always_ff @(posedge clk_i) begin
    if (valid_i && writes && !illegal_o) begin
      automatic logic [IDX_W-1:0] w;
      automatic logic [31:0] old;
      automatic logic [31:0] operand;
      automatic logic [31:0] value;
      w = warp_i[IDX_W-1:0];
      operand = '0;
      for (int unsigned l = 0; l < LANES; l++) if (mask_i[l]) operand = a_i[l*32+:32];
      if (funct3[2]) operand = {27'd0, instr_i[19:15]};
      unique case (address)
        CSR_FFLAGS: old = 32'(fflags_q[w]);
        CSR_FRM: old = 32'(frm_o[w]);
        CSR_FCSR: old = 32'({frm_o[w], fflags_q[w]});
        default: old = place_q[w].mscratch;
      endcase
      unique case (funct3[1:0])
        2'd2: value = old | operand;
        2'd3: value = old & ~operand;
        default: value = operand;
      endcase
      unique case (address)
        CSR_FFLAGS: fflags_q[w] <= value[4:0];
        CSR_FRM: frm_o[w] <= value[2:0];
        CSR_FCSR: begin
          fflags_q[w] <= value[4:0];
          frm_o[w] <= value[7:5];
        end
        default: place_q[w].mscratch <= value;
      endcase
    end
    for (int unsigned w = 0; w < WARPS; w++) begin
      automatic flags_t flags;
      flags = '0;
      if (fma_valid_i && fma_warp_i == WARP_W'(w)) flags |= fma_flags_i;
      if (misc_valid_i && misc_warp_i == WARP_W'(w)) flags |= misc_flags_i;
      if (fdiv_valid_i && fdiv_warp_i == WARP_W'(w)) flags |= fdiv_flags_i;
      if (flags != '0) fflags_q[w] <= fflags_q[w] | flags;
      if (start_warps_i[w]) begin
        fflags_q[w] <= '0;
        frm_o[w] <= '0;
        place_q[w] <= '{
            mscratch: start_mscratch_i,
            slot: start_slot_i,
            rank: start_rank_i,
            group_warps: start_group_warps_i,
            group_id: start_group_id_i,
            local_base: start_local_base_i
        };
        local_id_x_q[w] <= start_local_id_x_i;
        local_id_y_q[w] <= start_local_id_y_i;
        local_id_z_q[w] <= start_local_id_z_i;
        if (start_is_spawn_i) begin
          place_q[w] <= '{mscratch: launch_mscratch_q, local_base: ADDR_LOCAL, default: '0};
          local_id_x_q[w] <= '0;
          local_id_y_q[w] <= '0;
          local_id_z_q[w] <= '0;
        end
      end
    end
    if (|start_warps_i && !start_is_spawn_i) launch_mscratch_q <= start_mscratch_i;
  end

  // Counters.
  always_ff @(posedge clk_i) begin
    if (!rst_ni || launch_i) begin
      cycles_q <= '0;
      lane_instructions_o <= '0;
    end else begin
      if (busy_i) cycles_q <= cycles_q + 64'd1;
      if (retired_i) begin
        automatic logic [COUNT_W-1:0] lanes;
        lanes = '0;
        for (int unsigned l = 0; l < LANES; l++) lanes += COUNT_W'(retired_mask_i[l]);
        lane_instructions_o <= lane_instructions_o + 64'(lanes);
      end
    end
    for (int unsigned k = 0; k < PERF_COUNTERS; k++) begin
      if (!rst_ni || launch_i) perf_o[k*64+:64] <= '0;
      else if (k == READ_CYCLES) begin
        if (busy_i) perf_o[k*64+:64] <= perf_o[k*64+:64] + 64'(reads_in_flight_i);
      end else if (busy_i && perf_event_i[k]) perf_o[k*64+:64] <= perf_o[k*64+:64] + 64'd1;
    end
  end

endmodule
