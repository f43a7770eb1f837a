// A core's part of the debug block: says when the core has drained, lets one warp issue one
// instruction, and carries out accesses to its state while nothing else moves.
//
// A core that is held has drained when nothing of what issued is under way, every warp that is not
// waiting for others has its next instruction at issue, and that has been so for SETTLE cycles
// (longer than the stages behind issue). Then this unit is alone: it may take the register file's
// ports, the CSR unit and the LSU's input without asking. Owns the hazard that what it changes has
// been fetched or decoded before: after a write to memory, and before the core goes on, all warps
// fetch again what has not issued.
//
// After a fault or a stop nothing issues or is fetched any more; a warp's PC is then that of the
// last instruction which it issued.
module zl_core_debug
  import zl_isa_pkg::*;
  import zl_pkg::*;
#(
    parameter int unsigned WARPS = 4,
    parameter int unsigned LANES = 4,
    parameter int unsigned LOCAL_KB = 16
) (
    input logic clk_i,
    input logic rst_ni,

    // From and to zl_debug.
    input  logic              hold_i,
    input  logic              refetch_i,
    input  logic              step_i,
    input  logic              command_i,
    input  logic              pass_i,
    /* verilator lint_off UNUSEDSIGNAL */  // wider than the shape needs
    input  logic [       7:0] warp_i,
    input  logic [       7:0] lane_i,
    /* verilator lint_on UNUSEDSIGNAL */
    input  logic [      15:0] what_i,
    input  logic              write_i,
    input  logic [      31:0] data_i,
    input  logic [      31:0] address_i,
    output logic              drained_o,
    output logic              busy_o,
    output logic              failed_o,
    output logic [      31:0] data_o,
    output logic              break_o,
    output logic [WARP_W-1:0] break_warp_o,

    // State of the core.
    input logic             stopped_i,    // by a fault or the host
    input logic [WARPS-1:0] active_i,
    input logic [WARPS-1:0] head_i,       // has its next instruction at issue
    input logic [WARPS-1:0] moving_i,     // blocked by an instruction under way
    input logic [WARPS-1:0] waits_i,      // for other warps
    input logic             in_flight_i,  // anything behind issue or in the LSU
    input logic [WARPS-1:0] breaks_i,     // about to issue at a breakpoint
    input logic [     31:0] next_pc_i[WARPS],
    input logic [     31:0] issued_pc_i[WARPS],
    input logic [LANES-1:0] lane_mask_i[WARPS],

    // To issue.
    output logic [WARPS-1:0] hold_o,
    output logic [WARPS-1:0] pass_o,  // breakpoints do not count for the next instruction
    input  logic             issue_valid_i,
    /* verilator lint_off UNUSEDSIGNAL */  // wider than WARPS needs
    input  logic [WARP_W-1:0] issue_warp_i,
    /* verilator lint_on UNUSEDSIGNAL */

    // Accesses to one warp's state; active_o while one is under way.
    output logic                active_o,
    output logic [  WARP_W-1:0] warp_o,
    output logic [   LANES-1:0] mask_o,
    output logic [        31:0] data_write_o,
    output logic [   REG_W-1:0] register_o,
    output logic                register_write_o,
    /* verilator lint_off UNUSEDSIGNAL */
    input  logic [LANES*32-1:0] register_data_i,
    /* verilator lint_on UNUSEDSIGNAL */
    output logic                csr_valid_o,
    output logic [        31:0] csr_instr_o,
    input  logic                csr_illegal_i,
    input  logic [LANES*32-1:0] csr_data_i,
    output logic                lanes_write_o,
    output logic                redirect_o,
    output logic [  WARP_W-1:0] redirect_warp_o,
    output logic [        31:0] redirect_pc_o,
    output logic                invalidate_o,
    output logic                memory_valid_o,
    input  logic                memory_ready_i,
    output logic                memory_write_o,
    output logic [         1:0] memory_size_o,
    output logic [        31:0] memory_address_o,
    input  logic                memory_done_i,  // the word that was loaded is there
    input  logic [LANES*32-1:0] memory_data_i
);

  localparam int unsigned IDX_W = $clog2(WARPS);
  localparam int unsigned LANE_W = $clog2(LANES);
  localparam int unsigned SETTLE = 15;
  localparam logic [15:0] INTEGERS = 16'h1000;
  localparam logic [15:0] MEMORY = 16'h2000;
  localparam logic [15:0] PC = 16'h07b1;

  typedef enum logic [2:0] {
    IDLE,
    STEP,        // until the warp has issued, or cannot
    REGISTER,    // the register file answers
    CSR,
    CSR_ANSWER,
    LOAD,
    STORE,       // until the LSU has taken it
    REFETCH
  } state_t;

  state_t            state_q;
  logic [       3:0] settled_q;
  logic              memory_sent_q;
  logic [IDX_W-1:0]  refetch_q;
  logic [ WARPS-1:0] pass_q;
  logic [ IDX_W-1:0] reported_q;  // of the cycle before
  logic [LANE_W-1:0] lane;
  logic [ IDX_W-1:0] warp;

  assign lane = lane_i[LANE_W-1:0];
  assign warp = warp_i[IDX_W-1:0];
  assign warp_o = WARP_W'(warp);
  assign mask_o = LANES'(1) << lane;
  assign data_write_o = data_i;
  assign pass_o = pass_q;
  assign busy_o = state_q != IDLE;
  assign active_o = state_q inside {REGISTER, CSR, CSR_ANSWER, LOAD, STORE};
  assign drained_o = settled_q == 4'(SETTLE);

  assign register_o = {what_i[5], what_i[4:0]};
  assign csr_valid_o = state_q == CSR;
  // csrrw from any register but x0, or csrrs from x0; rd does not matter.
  assign csr_instr_o = {what_i[11:0], write_i ? 8'b00001_001 : 8'b00000_010, 5'd0, 7'h73};
  assign memory_valid_o = state_q inside {LOAD, STORE} && !memory_sent_q;
  assign memory_write_o = state_q == STORE;
  assign memory_size_o = what_i[1:0];
  assign memory_address_o = address_i;

  always_comb begin
    hold_o = {WARPS{hold_i}};
    if (state_q == STEP) hold_o[warp] = 1'b0;
  end

  always_comb begin
    break_o = |breaks_i && !stopped_i;
    break_warp_o = '0;
    for (int w = int'(WARPS) - 1; w >= 0; w--) if (breaks_i[w]) break_warp_o = WARP_W'(w);
  end

  logic still;
  assign still = hold_i && state_q == IDLE && !in_flight_i
      && (stopped_i || (moving_i == '0 && (active_i & ~head_i) == '0));

  // Memory that a debugger may touch: aligned, and mapped; the console is no memory.
  logic reachable;
  always_comb begin
    reachable = address_i[31:7] != '0;
    if (&address_i[31:16] && {16'd0, address_i[15:0]} >= LOCAL_KB * 1024) reachable = 1'b0;
    if (what_i[1:0] == 2'd1 && address_i[0]) reachable = 1'b0;
    if (what_i[1:0] == 2'd2 && address_i[1:0] != 2'd0) reachable = 1'b0;
  end

  always_ff @(posedge clk_i) begin
    register_write_o <= 1'b0;
    lanes_write_o <= 1'b0;
    redirect_o <= 1'b0;
    invalidate_o <= 1'b0;
    settled_q <= !still || command_i || step_i ? '0 : settled_q + 4'(settled_q != 4'(SETTLE));
    reported_q <= break_warp_o[IDX_W-1:0];
    if (issue_valid_i) pass_q[issue_warp_i[IDX_W-1:0]] <= 1'b0;
    if (pass_i) pass_q[reported_q] <= 1'b1;
    unique case (state_q)
      IDLE: begin
        memory_sent_q <= 1'b0;
        refetch_q <= '0;
        if (refetch_i) begin
          state_q <= REFETCH;
        end else if (step_i) begin
          pass_q[warp] <= 1'b1;
          state_q <= STEP;
        end else if (command_i) begin
          failed_o <= write_i && !active_i[warp];
          if (what_i[15:6] == INTEGERS[15:6]) begin
            if (!write_i) state_q <= REGISTER;
            else if (active_i[warp]) register_write_o <= what_i[5:0] != '0;
          end else if (what_i == PC) begin
            data_o <= active_i[warp] && !stopped_i ? next_pc_i[warp] : issued_pc_i[warp];
            if (write_i && data_i[1:0] != '0) begin
              failed_o <= 1'b1;
            end else if (write_i && active_i[warp]) begin
              pass_q[warp] <= 1'b0;
              redirect_o <= 1'b1;
              redirect_warp_o <= WARP_W'(warp);
              redirect_pc_o <= data_i;
            end
          end else if (what_i == 16'(CSR_ACTIVE_LANES)) begin
            data_o <= 32'(lane_mask_i[warp]);
            if (write_i && data_i[LANES-1:0] == '0) failed_o <= 1'b1;
            else lanes_write_o <= write_i && active_i[warp];
          end else if (what_i[15:12] == '0) begin
            if (!write_i || active_i[warp]) state_q <= CSR;
          end else if (what_i[15:2] == MEMORY[15:2] && what_i[1:0] != 2'd3 && reachable) begin
            failed_o <= 1'b0;
            state_q <= write_i ? STORE : LOAD;
          end else begin
            failed_o <= 1'b1;
          end
        end
      end
      STEP: begin
        // A warp that waits for others has nothing to issue; no more than that it can do.
        if (waits_i[warp]) pass_q[warp] <= 1'b0;
        if (issue_valid_i || waits_i[warp] || stopped_i) state_q <= IDLE;
      end
      REGISTER: begin
        data_o <= register_data_i[{lane, 5'd0}+:32];
        state_q <= IDLE;
      end
      CSR: begin
        failed_o <= csr_illegal_i;
        state_q <= CSR_ANSWER;
      end
      CSR_ANSWER: begin
        data_o <= csr_data_i[{lane, 5'd0}+:32];
        state_q <= IDLE;
      end
      LOAD: begin
        if (memory_ready_i) memory_sent_q <= 1'b1;
        if (memory_done_i) begin
          data_o <= memory_data_i[{lane, 5'd0}+:32];
          state_q <= IDLE;
        end
      end
      STORE: begin
        if (memory_ready_i) memory_sent_q <= 1'b1;
        if (memory_sent_q && !in_flight_i) begin
          invalidate_o <= 1'b1;
          state_q <= REFETCH;
        end
      end
      default: begin  // REFETCH
        redirect_o <= active_i[refetch_q];
        redirect_warp_o <= WARP_W'(refetch_q);
        redirect_pc_o <= next_pc_i[refetch_q];
        refetch_q <= refetch_q + IDX_W'(1);
        if (32'(refetch_q) == WARPS - 1) state_q <= IDLE;
      end
    endcase
    if (!rst_ni) begin
      state_q <= IDLE;
      settled_q <= '0;
      pass_q <= '0;
      failed_o <= 1'b0;
    end
  end

`ifndef SYNTHESIS
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      !(active_o && issue_valid_i))
  else $error("an instruction issues while a debugger has the core");
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      !(memory_done_i && state_q != LOAD))
  else $error("a loaded word that nobody asked for");
`endif
endmodule
