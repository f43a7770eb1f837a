// Issue: chooses, in turn, a warp whose head instruction can go, and owns every hazard.
//
//  - Operands: a pending bit a register, set at issue. Results of one cycle need none, as the
//    bypass of zl_operand_read covers them; those of a fixed latency L clear theirs so that a
//    dependent instruction can issue L cycles later and meets the result at its bypass; all
//    others clear theirs when they are written. x0 has a bit too: it says that an instruction
//    without a result is under way, for those that wait for their warp to drain.
//  - Write ports: an instruction of fixed latency reserves its cycle, so that nothing behind
//    issue stalls; results of the LSU and the dividers take free cycles. When one has to wait,
//    issue leaves a gap for it.
//  - Control: a branch or another instruction that changes its warp's flow or state blocks the
//    warp until execute unblocks it, so wrong-path instructions never issue.
//  - Units: dividers take one instruction at a time; the LSU's queue has a counted number of
//    places.
//  - Debugging: a held warp does not issue, nor one whose head is at a breakpoint, until the
//    debug block lets it pass.
//
// Cycle n issue, n+1 operand read, n+2 execute, n+2+L the result is on the write-back bus.
module zl_issue
  import zl_pkg::*;
#(
    parameter int unsigned WARPS = 4,
    parameter int unsigned LSU_QUEUE = 4
) (
    input logic clk_i,
    input logic rst_ni,

    input logic halt_i,

    // From and to the debug block.
    input  logic [WARPS-1:0] hold_i,
    input  logic [WARPS-1:0] pass_i,
    output logic [WARPS-1:0] breaks_o,   // would issue if no breakpoint were there
    output logic [WARPS-1:0] blocked_o,
    output logic             busy_o,     // while all are held: results are on their way

    // From and to decode.
    input  logic       [ WARPS-1:0] de_valid_i,
    input  issue_key_t              de_key_i     [WARPS],
    output logic                    issue_valid_o,
    output logic       [WARP_W-1:0] issue_warp_o,
    input  payload_t                de_payload_i,

    // From warp control.
    input logic [WARPS-1:0] active_i,
    input logic [WARPS-1:0] unblock_i,
    input logic [WARPS-1:0] flush_i,
    input  logic       [ WARPS-1:0] start_warps_i,
    input  logic       [      31:0] start_pc_i,
    input logic [WARPS-1:0] sync_wait_i,  // at a barrier or fence

    // From write-back: results that were not scheduled.
    input logic              int_wait_i,       // one waits for the integer port
    input logic              float_wait_i,
    input logic              int_release_i,    // one is written in this cycle
    /* verilator lint_off UNUSEDSIGNAL */  // wider than WARPS needs
    input logic [WARP_W-1:0] int_warp_i,
    /* verilator lint_on UNUSEDSIGNAL */
    input logic [ REG_W-1:0] int_rd_i,
    input logic              float_release_i,
    /* verilator lint_off UNUSEDSIGNAL */  // wider than WARPS needs
    input logic [WARP_W-1:0] float_warp_i,
    /* verilator lint_on UNUSEDSIGNAL */
    input logic [ REG_W-1:0] float_rd_i,
    input logic              lsu_release_i,    // the LSU has taken an instruction
    input logic              div_release_i,    // the unit is free again
    input logic              fdiv_release_i,

    output logic int_reserved_o,    // the port is taken in this cycle
    output logic float_reserved_o,

    // To operand read.
    output logic                    is_valid_o,
    output logic       [WARP_W-1:0] is_warp_o,
    output logic       [ SEQ_W-1:0] is_seq_o,
    output issue_key_t              is_key_o,
    output payload_t                is_payload_o,

    output logic [31:0] pc_o[WARPS],  // last issued, or where it starts

    // Why nothing issued, one of them at most.
    output logic perf_issue_o,
    output logic perf_fetch_o,
    output logic perf_operand_o,
    output logic perf_lsu_o,
    output logic perf_unit_o,
    output logic perf_sync_o,
    output logic perf_idle_o
);

  localparam int unsigned IDX_W = $clog2(WARPS);

  typedef struct packed {
    logic [WARP_W-1:0] warp;
    logic [REG_W-1:0]  rd;
  } release_t;

  logic [63:0]      pending_q[WARPS];
  logic [WARPS-1:0] drained_q;  // nothing was pending one cycle ago
  logic [WARPS-1:0] blocked_q;
  logic [SEQ_W-1:0] seq_q[WARPS];

  // Bit k: the port is taken in k cycles. Instructions with L > 1 clear their pending bit when
  // they pass k = 3.
  logic [5:0] int_slots_q;
  logic [5:0] float_slots_q;
  release_t   int_release_q  [3:5];
  release_t   float_release_q[3:5];
  logic [5:3] int_release_valid_q;
  logic [5:3] float_release_valid_q;

  // Gaps left for results that wait; the next one only when this one has arrived.
  logic [1:0] int_gap_q;
  logic [1:0] float_gap_q;
  logic       int_gap;
  logic       float_gap;

  logic [$clog2(LSU_QUEUE+1)-1:0] lsu_used_q;
  logic div_busy_q;
  logic fdiv_busy_q;
  logic [WARP_W-1:0] last_q;

  assign int_reserved_o = int_slots_q[0];
  assign float_reserved_o = float_slots_q[0];
  assign int_gap = int_wait_i && int_gap_q == 2'd0;
  assign float_gap = float_wait_i && float_gap_q == 2'd0;

  // Units that can take an instruction, by unit_t; the second word for those with a float result.
  logic [12:0] unit_ready_int;
  logic [12:0] unit_ready_float;
  always_comb begin
    unit_ready_int = '0;
    unit_ready_int[UNIT_ALU] = !int_slots_q[3] && !int_gap;
    unit_ready_int[UNIT_SHUFFLE] = !int_slots_q[3] && !int_gap;
    unit_ready_int[UNIT_CSR] = !int_slots_q[3] && !int_gap;
    unit_ready_int[UNIT_CONTROL] = !int_slots_q[3] && !int_gap;
    unit_ready_int[UNIT_MISC] = !int_slots_q[4] && !int_gap;
    unit_ready_int[UNIT_MUL] = !int_slots_q[5] && !int_gap;
    unit_ready_int[UNIT_TEXTURE] = !int_slots_q[5] && !int_gap;
    unit_ready_int[UNIT_MERGE] = !int_slots_q[5] && !int_gap;
    unit_ready_int[UNIT_COVERAGE] = !int_slots_q[5] && !int_gap;
    unit_ready_int[UNIT_DIV] = !div_busy_q;
    unit_ready_int[UNIT_LSU] = lsu_used_q != ($clog2(LSU_QUEUE + 1))'(LSU_QUEUE);
    unit_ready_float = '0;
    unit_ready_float[UNIT_MISC] = !float_slots_q[4] && !float_gap;
    unit_ready_float[UNIT_TEXTURE] = !float_slots_q[5] && !float_gap;
    unit_ready_float[UNIT_MERGE] = !float_slots_q[5] && !float_gap;
    unit_ready_float[UNIT_FMA] = !float_gap;
    unit_ready_float[UNIT_FDIV] = !fdiv_busy_q;
    unit_ready_float[UNIT_LSU] = unit_ready_int[UNIT_LSU];
  end

  logic [WARPS-1:0] candidates;  // has an instruction that is not held back by its warp
  logic [WARPS-1:0] operands_ready;
  logic [WARPS-1:0] drain_wait;
  logic [WARPS-1:0] unit_ready;
  logic [WARPS-1:0] wants_lsu;
  logic [WARPS-1:0] ready;
  issue_key_t       chosen;

  // The pending bits as they are after this cycle's unscheduled writes.
  logic [63:0] pending[WARPS];
  always_comb begin
    for (int unsigned w = 0; w < WARPS; w++) pending[w] = pending_q[w];
    if (int_release_i) pending[int_warp_i[IDX_W-1:0]][int_rd_i] = 1'b0;
    if (float_release_i) pending[float_warp_i[IDX_W-1:0]][float_rd_i] = 1'b0;
  end

  assign blocked_o = blocked_q;

  always_comb begin
    busy_o = 1'b0;
    if (hold_i != '0) for (int unsigned w = 0; w < WARPS; w++) busy_o |= pending_q[w] != '0;
  end

  always_comb begin
    automatic logic [WARPS-1:0] after;
    for (int unsigned w = 0; w < WARPS; w++) begin
      /* verilator lint_off UNUSEDSIGNAL */  // blocking matters once it issues
      automatic issue_key_t key;
      /* verilator lint_on UNUSEDSIGNAL */
      automatic logic [63:0] busy;
      key = de_key_i[w];
      busy = pending[w];
      candidates[w] = de_valid_i[w] && active_i[w] && !flush_i[w]
          && (!blocked_q[w] || unblock_i[w]);
      breaks_o[w] = candidates[w] && key.breakpoint && !pass_i[w];
      if (hold_i[w] || breaks_o[w]) candidates[w] = 1'b0;
      drain_wait[w] = key.drains && (busy != '0 || !drained_q[w]);
      // For x0 as destination only an earlier instruction without a result can be pending.
      operands_ready[w] = !(key.use1 && busy[key.rs1]) && !(key.use2 && busy[key.rs2])
          && !(key.use3 && busy[key.rs3])
          && !(busy[key.rd] && (key.writes || key.unit > UNIT_CONTROL));
      unit_ready[w] = (key.unit <= UNIT_CONTROL && !key.writes)
          || (key.rd[5] ? unit_ready_float[key.unit] : unit_ready_int[key.unit]);
      wants_lsu[w] = key.unit == UNIT_LSU;
    end
    ready = candidates & operands_ready & ~drain_wait & unit_ready;
    after = ready & ~((WARPS'(2) << last_q) - WARPS'(1));
    issue_valid_o = |ready && !halt_i;
    issue_warp_o = '0;
    for (int w = int'(WARPS) - 1; w >= 0; w--) if (ready[w]) issue_warp_o = WARP_W'(w);
    if (|after) begin
      for (int w = int'(WARPS) - 1; w >= 0; w--) if (after[w]) issue_warp_o = WARP_W'(w);
    end
    chosen = de_key_i[issue_warp_o[IDX_W-1:0]];
  end

  // Stores and fences have no result; everything else that takes longer than a cycle is tracked.
  logic answers;
  logic tracked;
  logic scheduled;
  logic [2:0] latency;
  assign answers = chosen.unit != UNIT_LSU || (de_payload_i.op[2:0] != LSU_STORE[2:0]
      && de_payload_i.op[2:0] != LSU_FENCE[2:0]);
  assign tracked = chosen.unit > UNIT_CONTROL && answers;

  always_comb begin
    unique case (chosen.unit)
      UNIT_MISC: latency = 3'd2;
      UNIT_MUL, UNIT_TEXTURE, UNIT_MERGE, UNIT_COVERAGE: latency = 3'd3;
      UNIT_FMA: latency = 3'd4;
      default: latency = 3'd1;
    endcase
    scheduled = chosen.unit <= UNIT_FMA;
  end

  always_ff @(posedge clk_i) begin
    automatic logic [5:0] int_slots;
    automatic logic [5:0] float_slots;
    automatic logic [5:3] int_valid;
    automatic logic [5:3] float_valid;
    automatic release_t   entry;
    int_slots = {1'b0, int_slots_q[5:1]};
    float_slots = {1'b0, float_slots_q[5:1]};
    int_valid = {1'b0, int_release_valid_q[5:4]};
    float_valid = {1'b0, float_release_valid_q[5:4]};
    int_release_q[3] <= int_release_q[4];
    int_release_q[4] <= int_release_q[5];
    float_release_q[3] <= float_release_q[4];
    float_release_q[4] <= float_release_q[5];
    entry = '{warp: issue_warp_o, rd: chosen.rd};
    if (issue_valid_o && scheduled) begin
      if (chosen.rd[5]) begin
        float_slots[latency+3'd1] = 1'b1;
        if (latency != 3'd1) begin
          float_valid[latency+3'd1] = 1'b1;
          float_release_q[latency+3'd1] <= entry;
        end
      end else if (chosen.writes || latency != 3'd1) begin
        int_slots[latency+3'd1] = 1'b1;
        if (latency != 3'd1) begin
          int_valid[latency+3'd1] = 1'b1;
          int_release_q[latency+3'd1] <= entry;
        end
      end
    end
    if (!rst_ni) begin
      int_slots_q <= '0;
      float_slots_q <= '0;
      int_release_valid_q <= '0;
      float_release_valid_q <= '0;
      int_gap_q <= '0;
      float_gap_q <= '0;
    end else begin
      int_slots_q <= int_slots;
      float_slots_q <= float_slots;
      int_release_valid_q <= int_valid;
      float_release_valid_q <= float_valid;
      int_gap_q <= int_gap ? 2'd3 : int_gap_q - 2'(int_gap_q != 2'd0);
      float_gap_q <= float_gap ? 2'd3 : float_gap_q - 2'(float_gap_q != 2'd0);
    end
  end

  always_ff @(posedge clk_i) begin
    for (int unsigned w = 0; w < WARPS; w++) begin
      automatic logic [63:0] next;
      automatic logic issued;
      next = pending[w];
      issued = issue_valid_o && issue_warp_o == WARP_W'(w);
      if (int_release_valid_q[3] && int_release_q[3].warp == WARP_W'(w))
        next[int_release_q[3].rd] = 1'b0;
      if (float_release_valid_q[3] && float_release_q[3].warp == WARP_W'(w))
        next[float_release_q[3].rd] = 1'b0;
      if (issued && tracked) next[chosen.rd] = 1'b1;
      if (!rst_ni) begin
        pending_q[w] <= '0;
        drained_q[w] <= 1'b1;
        blocked_q[w] <= 1'b0;
        seq_q[w] <= '0;
      end else begin
        pending_q[w] <= next;
        drained_q[w] <= pending[w] == '0 && !issued;
        blocked_q[w] <= ((blocked_q[w] && !unblock_i[w]) || (issued && chosen.blocks))
            && !flush_i[w];
        seq_q[w] <= seq_q[w] + SEQ_W'(issued);
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      lsu_used_q <= '0;
      div_busy_q <= 1'b0;
      fdiv_busy_q <= 1'b0;
    end else begin
      lsu_used_q <= lsu_used_q
          + ($clog2(LSU_QUEUE + 1))'(issue_valid_o && chosen.unit == UNIT_LSU)
          - ($clog2(LSU_QUEUE + 1))'(lsu_release_i);
      if (issue_valid_o && chosen.unit == UNIT_DIV) div_busy_q <= 1'b1;
      else if (div_release_i) div_busy_q <= 1'b0;
      if (issue_valid_o && chosen.unit == UNIT_FDIV) fdiv_busy_q <= 1'b1;
      else if (fdiv_release_i) fdiv_busy_q <= 1'b0;
    end
  end

  always_ff @(posedge clk_i) begin
    is_valid_o <= rst_ni && issue_valid_o;
    for (int unsigned w = 0; w < WARPS; w++) if (start_warps_i[w]) pc_o[w] <= start_pc_i;
    if (issue_valid_o) begin
      is_warp_o <= issue_warp_o;
      is_seq_o <= seq_q[issue_warp_o[IDX_W-1:0]];
      is_key_o <= chosen;
      is_payload_o <= de_payload_i;
      pc_o[issue_warp_o[IDX_W-1:0]] <= de_payload_i.pc;
      last_q <= issue_warp_o;
    end
  end

  logic [WARPS-1:0] able;
  always_comb begin
    able = candidates & operands_ready & ~drain_wait;
    perf_issue_o = issue_valid_o;
    perf_fetch_o = 1'b0;
    perf_operand_o = 1'b0;
    perf_lsu_o = 1'b0;
    perf_unit_o = 1'b0;
    perf_sync_o = 1'b0;
    perf_idle_o = active_i == '0;
    if (!issue_valid_o && active_i != '0) begin
      if (|(able & wants_lsu)) perf_lsu_o = 1'b1;
      else if (|able) perf_unit_o = 1'b1;
      else if (|(candidates & ~operands_ready)) perf_operand_o = 1'b1;
      else if (((sync_wait_i | (candidates & drain_wait)) & active_i) == active_i)
        perf_sync_o = 1'b1;
      else perf_fetch_o = 1'b1;
    end
  end

`ifndef SYNTHESIS
  logic int_expected;
  logic float_expected;
  assign int_expected = pending_q[int_warp_i[IDX_W-1:0]][int_rd_i];
  assign float_expected = pending_q[float_warp_i[IDX_W-1:0]][float_rd_i];
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      !(lsu_release_i && lsu_used_q == '0))
  else $error("the LSU took an instruction that was not issued");
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      !(int_release_i && !int_expected))
  else $error("integer result for a register that is not pending");
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      !(float_release_i && !float_expected))
  else $error("float result for a register that is not pending");
  // A warp that can issue sees every other one go first at most once.
  logic [5:0] passed_q[WARPS];
  logic unready_issue;
  logic starved;
  assign unready_issue = !ready[issue_warp_o[IDX_W-1:0]];
  always_comb begin
    starved = 1'b0;
    for (int unsigned w = 0; w < WARPS; w++) if (32'(passed_q[w]) >= WARPS) starved = 1'b1;
  end
  always_ff @(posedge clk_i) begin
    for (int unsigned w = 0; w < WARPS; w++) begin
      if (!rst_ni || !ready[w] || (issue_valid_o && issue_warp_o == WARP_W'(w))) passed_q[w] <= '0;
      else if (issue_valid_o) passed_q[w] <= passed_q[w] + 6'd1;
    end
  end
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      !(issue_valid_o && unready_issue))
  else $error("a warp issues that is not ready");
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      !starved)
  else $error("a ready warp is passed over");
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      lsu_used_q <= ($clog2(LSU_QUEUE + 1))'(LSU_QUEUE))
  else $error("more in the LSU's queue than places");
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      !(issue_valid_o && scheduled && !chosen.rd[5] && (chosen.writes || latency != 3'd1)
        && int_slots_q[latency+3'd2]))
  else $error("a cycle of the integer port reserved twice");
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      !(issue_valid_o && scheduled && chosen.unit != UNIT_FMA && chosen.rd[5]
        && float_slots_q[latency+3'd2]))
  else $error("a cycle of the float port reserved twice");
`endif

endmodule
