// The debug block: the host's registers at 0x400, and the state of the device as a whole.
//
//   RUNNING -> HALTING -> HALTED -> RESUMING -> RUNNING
//                 ^        |  ^
//                 |        |  +- COMMAND    a register or memory word of one warp
//                 +- STEPPING <-+           one instruction of one warp
//
// Decides when no warp may issue (hold) and when everything has come to rest: all cores say that
// they have drained, and no transaction is left in the memory system. zl_core_debug does the rest
// in each core. A fault or a stop changes nothing here: what can then be halted is at rest, and
// can be looked at until the reset. Owns the hazard that a warp which stands at a breakpoint would
// stop there for ever: the one reported passes when it goes on.
module zl_debug
  import zl_isa_pkg::*;
  import zl_pkg::*;
#(
    parameter int unsigned CORES = 1,
    parameter int unsigned WARPS = 4,
    parameter int unsigned LANES = 4
) (
    input logic clk_i,
    input logic rst_ni,  // also the soft reset

    // From and to the host interface: one register of 32 bits, by its offset in the block.
    input  logic        write_i,
    input  logic [ 7:0] write_offset_i,
    input  logic [31:0] write_data_i,
    input  logic [ 7:0] read_offset_i,
    output logic [31:0] read_data_o,
    input  logic        launch_i,
    output logic        halted_o,       // pulse: the device has come to rest
    output logic        busy_o,         // time has to pass before the next state is reached

    input logic memory_quiet_i,
    input logic [CORES*WARPS-1:0] warp_active_i,

    // To all cores.
    output logic        hold_o,  // nothing issues, nothing starts
    output logic        refetch_o,  // pulse: fetch and decode again what has not issued
    output logic [BREAKPOINTS*32-1:0] breakpoint_o,
    output logic [   BREAKPOINTS-1:0] breakpoint_on_o,

    // To one core each.
    output logic [    CORES-1:0] step_o,        // pulse
    output logic [    CORES-1:0] command_o,     // pulse
    output logic [    CORES-1:0] pass_o,        // pulse: its break_warp was reported
    output logic [          7:0] warp_o,
    output logic [          7:0] lane_o,
    output logic [         15:0] what_o,
    output logic                 write_o,
    output logic [         31:0] data_o,
    output logic [         31:0] address_o,

    // From the cores.
    input logic [       CORES-1:0] drained_i,
    input logic [       CORES-1:0] busy_i,        // a refetch, step or command has not ended
    input logic [       CORES-1:0] failed_i,      // of the last command
    input logic [    CORES*32-1:0] data_i,
    input logic [       CORES-1:0] break_i,       // a warp stands at a breakpoint
    input logic [CORES*WARP_W-1:0] break_warp_i
);

  typedef enum logic [2:0] {
    RUNNING,
    HALTING,
    HALTED,
    COMMAND,
    STEPPING,
    RESUMING
  } state_t;

  localparam logic [3:0] CAUSE_NONE = 4'd0;
  localparam logic [3:0] CAUSE_REQUEST = 4'd1;
  localparam logic [3:0] CAUSE_BREAKPOINT = 4'd2;
  localparam logic [3:0] CAUSE_STEP = 4'd3;
  localparam logic [3:0] CAUSE_LAUNCH = 4'd4;
  localparam int unsigned CORE_W = CORES > 1 ? $clog2(CORES) : 1;

  state_t      state_q;
  logic        fresh_q;  // the cores have not yet seen the pulse that began this state
  logic        failed_q;
  logic        mode_q;
  logic [ 3:0] cause_q;
  logic [ 7:0] cause_warp_q, cause_core_q;
  logic [ 7:0] core_q;

  logic [CORE_W-1:0] core;
  logic              core_exists, warp_exists, lane_exists;
  logic [ WARPS-1:0] warps;  // active ones of the selected core
  assign core = core_q[CORE_W-1:0];
  assign core_exists = 32'(core_q) < CORES;
  assign warp_exists = 32'(warp_o) < WARPS;
  assign lane_exists = 32'(lane_o) < LANES;
  assign warps = core_exists ? warp_active_i[32'(core)*WARPS+:WARPS] : '0;

  assign hold_o = state_q != RUNNING;
  assign busy_o = state_q inside {HALTING, COMMAND, STEPPING, RESUMING};

  logic control, at_rest;
  assign control = write_i && write_offset_i == REG_DEBUG_CONTROL[7:0];
  assign at_rest = &drained_i && busy_i == '0 && memory_quiet_i && !fresh_q;

  always_ff @(posedge clk_i) begin
    halted_o <= 1'b0;
    refetch_o <= 1'b0;
    step_o <= '0;
    command_o <= '0;
    pass_o <= '0;
    fresh_q <= 1'b0;
    unique case (state_q)
      RUNNING: begin
        if (control && write_data_i[0]) begin
          cause_q <= CAUSE_REQUEST;
          cause_warp_q <= '0;
          cause_core_q <= '0;
          state_q <= HALTING;
          fresh_q <= 1'b1;
        end else if (launch_i && mode_q) begin
          cause_q <= CAUSE_LAUNCH;
          cause_warp_q <= '0;
          cause_core_q <= '0;
          state_q <= HALTING;
          fresh_q <= 1'b1;
        end else if (break_i != '0) begin
          cause_q <= CAUSE_BREAKPOINT;
          state_q <= HALTING;
          fresh_q <= 1'b1;
          for (int unsigned c = CORES; c > 0; c--) begin
            if (break_i[c-1]) begin
              cause_core_q <= 8'(c - 1);
              cause_warp_q <= 8'(break_warp_i[(c-1)*WARP_W+:WARP_W]);
              pass_o <= CORES'(1) << (c - 1);
            end
          end
        end
      end
      HALTING, STEPPING: begin
        if (at_rest) begin
          state_q <= HALTED;
          halted_o <= 1'b1;
        end
      end
      HALTED: begin
        if (control && write_data_i[1]) begin
          cause_q <= CAUSE_NONE;
          refetch_o <= 1'b1;
          fresh_q <= 1'b1;
          state_q <= RESUMING;
        end else if (control && write_data_i[2]) begin
          failed_q <= 1'b1;
          if (core_exists && warp_exists && lane_exists && warps[warp_o[$clog2(WARPS)-1:0]]) begin
            failed_q <= 1'b0;
            cause_q <= CAUSE_STEP;
            cause_warp_q <= warp_o;
            cause_core_q <= core_q;
            step_o[core] <= 1'b1;
            fresh_q <= 1'b1;
            state_q <= STEPPING;
          end
        end else if (write_i && write_offset_i == REG_DEBUG_COMMAND[7:0]) begin
          failed_q <= 1'b1;
          if (core_exists && warp_exists && lane_exists) begin
            command_o[core] <= 1'b1;
            fresh_q <= 1'b1;
            state_q <= COMMAND;
          end
        end
      end
      COMMAND: begin
        if (at_rest) begin
          failed_q <= failed_i[core];
          state_q <= HALTED;
        end
      end
      default: begin  // RESUMING: the cores need not be at rest, only done
        if (busy_i == '0 && !fresh_q) state_q <= RUNNING;
      end
    endcase
    // What needs a halted device and finds it running.
    if (state_q != HALTED && write_i && (write_offset_i == REG_DEBUG_COMMAND[7:0]
        || (control && write_data_i[2]))) failed_q <= 1'b1;
    if (!rst_ni) begin
      state_q <= RUNNING;
      failed_q <= 1'b0;
      cause_q <= CAUSE_NONE;
      cause_warp_q <= '0;
      cause_core_q <= '0;
    end
  end

  // The other registers.
  always_ff @(posedge clk_i) begin
    if (write_i) begin
      case (write_offset_i)
        REG_DEBUG_SELECT[7:0]: {core_q, warp_o, lane_o} <= write_data_i[23:0];
        REG_DEBUG_COMMAND[7:0]: begin
          if (state_q == HALTED) {write_o, what_o} <= write_data_i[16:0];
        end
        REG_DEBUG_DATA[7:0]: data_o <= write_data_i;
        REG_DEBUG_ADDRESS[7:0]: address_o <= write_data_i;
        REG_DEBUG_MODE[7:0]: mode_q <= write_data_i[0];
        default: ;
      endcase
      for (int unsigned i = 0; i < BREAKPOINTS; i++) begin
        if (write_offset_i == REG_DEBUG_BREAKPOINT[7:0] + 8'(i * 8))
          breakpoint_o[i*32+:32] <= write_data_i;
        if (write_offset_i == REG_DEBUG_BREAKPOINT_CONTROL[7:0] + 8'(i * 8))
          breakpoint_on_o[i] <= write_data_i[0];
      end
    end
    if (state_q == COMMAND && at_rest && !failed_i[core] && !write_o) begin
      data_o <= data_i[32'(core)*32+:32];
    end
    if (!rst_ni) begin
      mode_q <= 1'b0;
      breakpoint_o <= '0;
      breakpoint_on_o <= '0;
      {core_q, warp_o, lane_o} <= '0;
      {write_o, what_o} <= '0;
      data_o <= '0;
      address_o <= '0;
    end
  end

  always_comb begin
    case (read_offset_i)
      REG_DEBUG_STATUS[7:0]:
      read_data_o = {
        8'd0, cause_core_q, cause_warp_q, cause_q, mode_q, failed_q,
        state_q inside {COMMAND, STEPPING, RESUMING}, state_q inside {HALTED, COMMAND}
      };
      REG_DEBUG_SELECT[7:0]: read_data_o = {8'd0, core_q, warp_o, lane_o};
      REG_DEBUG_DATA[7:0]: read_data_o = data_o;
      REG_DEBUG_ADDRESS[7:0]: read_data_o = address_o;
      REG_DEBUG_MODE[7:0]: read_data_o = {31'd0, mode_q};
      REG_DEBUG_WARPS[7:0]: read_data_o = 32'(warps);
      default: begin
        read_data_o = '0;
        for (int unsigned i = 0; i < BREAKPOINTS; i++) begin
          if (read_offset_i == REG_DEBUG_BREAKPOINT[7:0] + 8'(i * 8))
            read_data_o = breakpoint_o[i*32+:32];
          if (read_offset_i == REG_DEBUG_BREAKPOINT_CONTROL[7:0] + 8'(i * 8))
            read_data_o = {31'd0, breakpoint_on_o[i]};
        end
      end
    endcase
  end

`ifndef SYNTHESIS
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      !((step_o != '0 || command_o != '0) && !hold_o))
  else $error("a step or a command while the cores run");
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      $onehot0(step_o) && $onehot0(command_o) && $onehot0(pass_o))
  else $error("more than one core is addressed");
`endif
endmodule
