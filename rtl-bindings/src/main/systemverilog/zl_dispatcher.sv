// Places the work of a launch on the cores.
//
// Decides whether a launch is possible at all (plan), then walks the grid in x, y, z order and
// gives each workgroup to the next core in turn that has enough free warps and a free slot. A slot
// is a barrier and a slice of local memory; all slices of a launch have the same size, so there
// are as many slots as slices fit, at most WARPS. Independent warps take no slot and are placed one
// by one. A raw launch starts lane 0 of warp 0 of every core.
//
// The local ids of the next warp are computed ahead, IDS_A_CYCLE lanes a cycle, by counting x, y, z
// up from lane to lane, while the previous warp is being placed. Example, group 3x2, LANES = 4:
//
//   rank 0: (0,0) (1,0) (2,0) (0,1)    rank 1: (1,1) (2,1), lanes 2 and 3 off
//
// Owns: a warp counts as taken from its start until its done pulse, so a warp is never started
// twice whatever the delay of warp_active_i.
module zl_dispatcher
  import zl_pkg::*;
#(
    parameter int unsigned CORES = 1,
    parameter int unsigned WARPS = 4,
    parameter int unsigned LANES = 4,
    parameter int unsigned LOCAL_KB = 16
) (
    input logic clk_i,
    input logic rst_ni,

    // From the host interface: the launch block, static from plan_i until the work has ended.
    input logic        plan_i,         // pulse: judge the launch block
    input logic        launch_i,       // pulse after a plan that is neither refused nor empty
    input logic        halt_i,         // start nothing any more
    input logic        grid_i,
    input logic        independent_i,
    input logic [31:0] entry_i,
    input logic [31:0] argument_i,
    input logic [95:0] grid_size_i,    // z, y, x from the top word down
    input logic [95:0] group_size_i,   // z, y, x from the top word down
    input logic [31:0] local_bytes_i,

    // To the host interface.
    output logic plan_valid_o,    // pulse: the next two say what the plan is
    output logic plan_refused_o,  // a workgroup does not fit into a core
    output logic plan_empty_o,    // nothing to do
    output logic working_o,       // work is left to start, or a warp runs

    // To and from the cores.
    output logic [      CORES-1:0] start_valid_o,
    input  logic [      CORES-1:0] start_ready_i,
    output logic [     WARP_W-1:0] start_warp_o,
    output logic [           31:0] start_pc_o,
    output logic [      LANES-1:0] start_mask_o,
    output logic [           31:0] start_mscratch_o,
    output logic [     WARP_W-1:0] start_slot_o,
    output logic [           31:0] start_rank_o,
    output logic [           31:0] start_group_warps_o,
    output logic [           95:0] start_group_id_o,     // z, y, x from the top word down
    output logic [   LANES*32-1:0] start_local_id_x_o,
    output logic [   LANES*32-1:0] start_local_id_y_o,
    output logic [   LANES*32-1:0] start_local_id_z_o,
    output logic [           31:0] start_local_base_o,
    input  logic [CORES*WARPS-1:0] warp_active_i,
    input  logic [CORES*WARPS-1:0] warp_done_i
);
  localparam int unsigned LANE_W = $clog2(LANES);
  localparam int unsigned IDS_A_CYCLE = LANES < 4 ? LANES : 4;
  localparam int unsigned CHUNKS = LANES / IDS_A_CYCLE;
  localparam int unsigned CHUNK_W = CHUNKS > 1 ? $clog2(CHUNKS) : 1;
  localparam int unsigned CORE_W = CORES > 1 ? $clog2(CORES) : 1;
  localparam int unsigned SLOT_W = $clog2(WARPS);
  localparam logic [31:0] LOCAL_BYTES = LOCAL_KB * 1024;

  typedef enum logic [3:0] {
    IDLE,
    PLAN_AREA,    // x * y of the group
    PLAN_VOLUME,  // times z
    PLAN_JUDGE,
    PLAN_SLOTS,   // count the slices of local memory, one a cycle
    READY,        // planned, waits for launch_i
    RAW,          // starts warp 0 of one core after the other
    PLACE,        // looks at one core a cycle
    START,        // starts the warps of the placed group, or one independent warp
    STARTED       // everything has been started
  } state_t;

  state_t              state_q;
  // The plan.
  logic [        63:0] invocations_q;   // of a group
  logic [        31:0] group_warps_q;
  logic [        31:0] slice_bytes_q;   // of local memory, for a group
  logic [        31:0] slices_end_q;
  logic [  SLOT_W : 0] slots_q;
  // The walk.
  logic [        95:0] group_id_q;
  logic [        31:0] rank_q;          // of the next warp to start
  logic [  CORE_W-1:0] core_q;          // where the group is placed, or the next to look at
  logic [  SLOT_W-1:0] slot_q;
  // Local ids of the next warp.
  logic [ CHUNK_W-1:0] chunk_q;
  logic                ids_full_q;
  logic [        31:0] next_x_q;        // of the lane that is filled next
  logic [        31:0] next_y_q;
  logic [        31:0] next_z_q;
  logic [LANES*32-1:0] ids_x_q;
  logic [LANES*32-1:0] ids_y_q;
  logic [LANES*32-1:0] ids_z_q;
  // What is taken.
  logic [CORES*WARPS-1:0]       taken_q;
  logic [CORES*WARPS*WARPS-1:0] slot_warps_q;  // per core and slot: the warps that hold it
  logic [CORES-1:0]             start_valid_q;

  logic start_free;
  logic [31:0] group_x, group_y, group_z;
  logic [WARPS-1:0] core_free;  // warps of core_q that can be started
  logic [WARPS-1:0] core_slots;  // slots of core_q that nobody holds
  logic last_of_group, last_group;
  logic walking;

  assign group_x = group_size_i[31:0];
  assign group_y = group_size_i[63:32];
  assign group_z = group_size_i[95:64];
  assign start_free = (start_valid_q & ~start_ready_i) == '0;
  assign walking = state_q == PLACE || state_q == START;
  assign last_of_group = rank_q + 32'd1 == group_warps_q;
  assign last_group = group_id_q[31:0] + 32'd1 == grid_size_i[31:0]
      && group_id_q[63:32] + 32'd1 == grid_size_i[63:32]
      && group_id_q[95:64] + 32'd1 == grid_size_i[95:64];

  always_comb begin
    core_free = '0;
    core_slots = '0;
    if (walking) begin
      core_free = ~(taken_q[core_q*WARPS+:WARPS] | warp_active_i[core_q*WARPS+:WARPS]);
      for (int unsigned s = 0; s < WARPS; s++) begin
        core_slots[s] = s < 32'(slots_q)
            && slot_warps_q[(32'(core_q)*WARPS+s)*WARPS+:WARPS] == '0;
      end
    end
  end

  function automatic logic [SLOT_W-1:0] lowest(logic [WARPS-1:0] bits);
    lowest = '0;
    for (int unsigned i = WARPS; i > 0; i--) begin
      if (bits[i-1]) lowest = SLOT_W'(i - 1);
    end
  endfunction

  function automatic logic [CORE_W-1:0] next_core(logic [CORE_W-1:0] core);
    return 32'(core) == CORES - 1 ? '0 : core + CORE_W'(1);
  endfunction

  // The plan and the walk.
  always_ff @(posedge clk_i) begin
    plan_valid_o <= 1'b0;
    case (state_q)
      IDLE, READY, STARTED: begin
        if (plan_i) begin
          plan_refused_o <= 1'b0;
          plan_empty_o <= 1'b0;
          if (grid_i) begin
            state_q <= PLAN_AREA;
          end else begin
            plan_valid_o <= 1'b1;
            state_q <= READY;
          end
        end
        if (launch_i) begin
          core_q <= '0;
          group_id_q <= '0;
          rank_q <= '0;
          state_q <= grid_i ? PLACE : RAW;
        end
      end
      PLAN_AREA: begin
        invocations_q <= 64'(group_x) * 64'(group_y);
        state_q <= PLAN_VOLUME;
      end
      PLAN_VOLUME: begin
        // An area of 2^32 or more is kept as it is, since no z makes it possible again.
        if (invocations_q[63:32] == '0) begin
          invocations_q <= 64'(invocations_q[31:0]) * 64'(group_z);
        end
        state_q <= PLAN_JUDGE;
      end
      PLAN_JUDGE: begin
        group_warps_q <= 32'((invocations_q + {32'd0, LANES - 1}) >> LANE_W);
        slice_bytes_q <= (local_bytes_i + 32'd63) & ~32'd63;
        slices_end_q <= (local_bytes_i + 32'd63) & ~32'd63;
        slots_q <= '0;
        if (group_x == '0 || group_y == '0 || group_z == '0 || grid_size_i[31:0] == '0
            || grid_size_i[63:32] == '0 || grid_size_i[95:64] == '0) begin
          plan_empty_o <= 1'b1;
          plan_valid_o <= 1'b1;
          state_q <= READY;
        end else if (local_bytes_i > LOCAL_BYTES || invocations_q[63:32] != '0
            || (!independent_i && invocations_q[31:0] > WARPS * LANES)) begin
          plan_refused_o <= 1'b1;
          plan_valid_o <= 1'b1;
          state_q <= READY;
        end else begin
          state_q <= PLAN_SLOTS;
        end
      end
      PLAN_SLOTS: begin
        if (32'(slots_q) == WARPS || slices_end_q > LOCAL_BYTES) begin
          plan_valid_o <= 1'b1;
          state_q <= READY;
        end else begin
          slots_q <= slots_q + (SLOT_W + 1)'(1);
          slices_end_q <= slices_end_q + slice_bytes_q;
        end
      end
      RAW: begin
        if (start_free) begin
          core_q <= next_core(core_q);
          if (32'(core_q) == CORES - 1) state_q <= STARTED;
        end
      end
      PLACE: begin
        if (independent_i ? core_free != '0
            : (32'($countones(core_free)) >= group_warps_q && core_slots != '0)) begin
          slot_q <= independent_i ? '0 : lowest(core_slots);
          state_q <= START;
        end else begin
          core_q <= next_core(core_q);
        end
      end
      START: begin
        if (start_free && ids_full_q && core_free != '0) begin
          if (last_of_group) begin
            rank_q <= '0;
            group_id_q[31:0] <= group_id_q[31:0] + 32'd1;
            if (group_id_q[31:0] + 32'd1 == grid_size_i[31:0]) begin
              group_id_q[31:0] <= '0;
              group_id_q[63:32] <= group_id_q[63:32] + 32'd1;
              if (group_id_q[63:32] + 32'd1 == grid_size_i[63:32]) begin
                group_id_q[63:32] <= '0;
                group_id_q[95:64] <= group_id_q[95:64] + 32'd1;
              end
            end
          end else begin
            rank_q <= rank_q + 32'd1;
          end
          if (last_of_group || independent_i) begin
            core_q <= next_core(core_q);
            state_q <= last_of_group && last_group ? STARTED : PLACE;
          end
        end
      end
      default: ;
    endcase
    if (!rst_ni) begin
      state_q <= IDLE;
      plan_valid_o <= 1'b0;
    end else if (halt_i && (walking || state_q == RAW)) begin
      state_q <= STARTED;
    end
  end

  // Local ids, ahead of the start that takes them.
  logic ids_taken;
  assign ids_taken = state_q == START && start_free && ids_full_q && core_free != '0;

  always_ff @(posedge clk_i) begin
    if (launch_i || (ids_taken && last_of_group)) begin
      next_x_q <= '0;
      next_y_q <= '0;
      next_z_q <= '0;
      chunk_q <= '0;
      ids_full_q <= 1'b0;
    end else if (ids_taken) begin
      chunk_q <= '0;
      ids_full_q <= 1'b0;
    end else if (walking && !ids_full_q) begin
      automatic logic [31:0] x = next_x_q;
      automatic logic [31:0] y = next_y_q;
      automatic logic [31:0] z = next_z_q;
      for (int unsigned i = 0; i < IDS_A_CYCLE; i++) begin
        ids_x_q[(32'(chunk_q)*IDS_A_CYCLE+i)*32+:32] <= x;
        ids_y_q[(32'(chunk_q)*IDS_A_CYCLE+i)*32+:32] <= y;
        ids_z_q[(32'(chunk_q)*IDS_A_CYCLE+i)*32+:32] <= z;
        x = x + 32'd1;
        if (x == group_x) begin
          x = '0;
          y = y + 32'd1;
          if (y == group_y) begin
            y = '0;
            z = z + 32'd1;
          end
        end
      end
      next_x_q <= x;
      next_y_q <= y;
      next_z_q <= z;
      chunk_q <= chunk_q + CHUNK_W'(1);
      ids_full_q <= 32'(chunk_q) == CHUNKS - 1;
    end
  end

  // The start that is offered to a core.
  always_ff @(posedge clk_i) begin
    if (start_valid_q != '0 && start_free) start_valid_q <= '0;
    if (state_q == RAW && start_free) begin
      start_valid_q <= '0;
      start_valid_q[core_q] <= 1'b1;
      start_warp_o <= '0;
      start_pc_o <= entry_i;
      start_mask_o <= LANES'(1);
      start_mscratch_o <= argument_i;
      start_slot_o <= '0;
      start_rank_o <= '0;
      start_group_warps_o <= '0;
      start_group_id_o <= '0;
      start_local_id_x_o <= '0;
      start_local_id_y_o <= '0;
      start_local_id_z_o <= '0;
      start_local_base_o <= zl_isa_pkg::ADDR_LOCAL;
    end else if (ids_taken) begin
      automatic logic [31:0] left = invocations_q[31:0] - (rank_q << LANE_W);
      start_valid_q <= '0;
      start_valid_q[core_q] <= 1'b1;
      start_warp_o <= WARP_W'(lowest(core_free));
      start_pc_o <= entry_i;
      for (int unsigned i = 0; i < LANES; i++) start_mask_o[i] <= i < left;
      start_mscratch_o <= argument_i;
      start_slot_o <= WARP_W'(slot_q);
      start_rank_o <= rank_q;
      start_group_warps_o <= group_warps_q;
      start_group_id_o <= group_id_q;
      start_local_id_x_o <= ids_x_q;
      start_local_id_y_o <= ids_y_q;
      start_local_id_z_o <= ids_z_q;
      start_local_base_o <= zl_isa_pkg::ADDR_LOCAL + 32'(slot_q) * slice_bytes_q;
    end
    if (!rst_ni || halt_i) start_valid_q <= '0;
  end

  // Taken warps and slots.
  always_ff @(posedge clk_i) begin
    if (warp_done_i != '0) begin
      taken_q <= taken_q & ~warp_done_i;
      for (int unsigned c = 0; c < CORES; c++) begin
        for (int unsigned s = 0; s < WARPS; s++) begin
          slot_warps_q[(c*WARPS+s)*WARPS+:WARPS] <=
              slot_warps_q[(c*WARPS+s)*WARPS+:WARPS] & ~warp_done_i[c*WARPS+:WARPS];
        end
      end
    end
    if (state_q == RAW && start_free) taken_q[32'(core_q)*WARPS] <= 1'b1;
    if (ids_taken) begin
      taken_q[32'(core_q)*WARPS+32'(lowest(core_free))] <= 1'b1;
      if (!independent_i) begin
        slot_warps_q[(32'(core_q)*WARPS+32'(slot_q))*WARPS+32'(lowest(core_free))] <= 1'b1;
      end
    end
    if (!rst_ni) begin
      taken_q <= '0;
      for (int unsigned s = 0; s < CORES * WARPS; s++) slot_warps_q[s*WARPS+:WARPS] <= '0;
    end
  end

  assign start_valid_o = start_valid_q;
  assign working_o = walking || state_q == RAW || taken_q != '0 || warp_active_i != '0;

`ifndef SYNTHESIS
  logic [CORES-1:0] start_valid_last_q;
  logic [CORES-1:0] start_ready_last_q;
  logic halt_last_q;
  always_ff @(posedge clk_i) begin
    start_valid_last_q <= rst_ni ? start_valid_q : '0;
    start_ready_last_q <= start_ready_i;
    halt_last_q <= halt_i;
    if (rst_ni) begin
      assert ($onehot0(start_valid_q)) else $error("more than one core is offered a start");
      assert (halt_last_q || (start_valid_last_q & ~start_ready_last_q & ~start_valid_q) == '0)
      else $error("a start was withdrawn before the core took it");
      if (state_q == START && start_free && ids_full_q && core_free != '0) begin
        assert (!taken_q[32'(core_q)*WARPS+32'(lowest(core_free))])
        else $error("a taken warp is started again");
      end
    end
  end
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      (start_valid_q & ~start_ready_i) != '0 && !halt_i |=> $stable(start_warp_o)
          && $stable(start_pc_o) && $stable(start_mask_o) && $stable(start_rank_o))
  else $error("a start changed before the core took it");
`endif
endmodule
