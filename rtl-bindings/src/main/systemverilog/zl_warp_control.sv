// State of the warps: active, lane masks, divergence stacks, barriers; and the execution of every
// instruction that changes it or the flow of its warp.
//
// Each of these instructions has blocked its warp at issue. The cycle after execute this unit
// either unblocks the warp, with a redirect where fetch has gone wrong, or keeps it blocked until
// its barrier, fence or WSPAWN condition is met. It latches the core's first fault; the record
// then stays until reset.
//
// Example of a divergence stack: lanes 1111 reach a SPLIT at pc 0x100 whose predicate is 0111.
// {pc 0x104, whole 1111, other 1000} is pushed, lanes 0111 go on. Their JOIN switches to lanes
// 1000 at 0x104 and marks the entry; the JOIN of those removes it and restores 1111.
module zl_warp_control
  import zl_isa_pkg::*;
  import zl_pkg::*;
#(
    parameter int unsigned WARPS = 4,
    parameter int unsigned LANES = 4
) (
    input logic clk_i,
    input logic rst_ni,

    // From execute. illegal_i: an instruction of any unit that must not execute.
    input logic                valid_i,
    input logic                illegal_i,
    input logic                csr_valid_i,
    input logic                fence_valid_i,
    input logic                fence_is_instruction_i,
    input control_op_t         op_i,
    input logic [  WARP_W-1:0] warp_i,
    input logic [   LANES-1:0] mask_i,
    input logic [LANES*32-1:0] a_i,
    input logic [LANES*32-1:0] b_i,
    input logic [        31:0] imm_i,
    input logic [        31:0] pc_i,
    input logic                predicted_taken_i,
    output logic [       31:0] result_o,

    // From the debug block: another lane mask for a warp.
    input logic              lanes_write_i,
    /* verilator lint_off UNUSEDSIGNAL */  // wider than WARPS needs
    input logic [WARP_W-1:0] lanes_warp_i,
    /* verilator lint_on UNUSEDSIGNAL */
    input logic [ LANES-1:0] lanes_i,

    // From the LSU.
    input logic              fence_done_i,
    /* verilator lint_off UNUSEDSIGNAL */  // wider than WARPS needs
    input logic [WARP_W-1:0] fence_warp_i,
    /* verilator lint_on UNUSEDSIGNAL */

    // From the dispatcher.
    input  logic              start_valid_i,
    output logic              start_ready_o,
    /* verilator lint_off UNUSEDSIGNAL */  // wider than WARPS needs
    input  logic [WARP_W-1:0] start_warp_i,
    /* verilator lint_on UNUSEDSIGNAL */
    input  logic [ LANES-1:0] start_mask_i,
    input  logic [      31:0] start_pc_i,
    output logic [ WARPS-1:0] done_o,

    // Warps that start now, by the dispatcher or by WSPAWN.
    output logic [WARPS-1:0] start_warps_o,
    output logic             start_is_spawn_o,
    output logic [     31:0] start_pc_o,

    // To fetch, decode and issue.
    output logic [ WARPS-1:0] active_o,
    output logic [ LANES-1:0] lane_mask_o[WARPS],
    output logic              redirect_valid_o,
    output logic [WARP_W-1:0] redirect_warp_o,
    output logic [      31:0] redirect_pc_o,
    output logic [ WARPS-1:0] flush_o,
    output logic [ WARPS-1:0] unblock_o,
    output logic [ WARPS-1:0] waits_o,      // for other warps
    output logic [ WARPS-1:0] sync_wait_o,  // or for its own fence
    output logic              icache_invalidate_o,

    output logic        global_barrier_valid_o,
    output logic [30:0] global_barrier_id_o,
    output logic [31:0] global_barrier_count_o,
    input  logic        global_barrier_release_i,

    output logic              fault_valid_o,
    output logic [       3:0] fault_cause_o,
    output logic [      31:0] fault_pc_o,
    output logic [WARP_W-1:0] fault_warp_o,
    output logic [ LANES-1:0] fault_mask_o,
    output logic [      31:0] fault_address_o,
    output logic [       2:0] fault_access_o,

    output logic perf_branch_o,
    output logic perf_mispredicted_o,
    output logic perf_split_o,
    output logic perf_divergent_o
);

  localparam int unsigned IDX_W = $clog2(WARPS);
  localparam int unsigned LEVEL_W = $clog2(LANES);  // 0 to LANES-1 entries
  localparam int unsigned COUNT_W = $clog2(LANES + 1);

  typedef struct packed {
    logic             switched;  // the other half is running
    logic [31:0]      pc;
    logic [LANES-1:0] whole;
    logic [LANES-1:0] other;
  } divergence_t;

  logic [LEVEL_W-1:0] level_q[WARPS];
  divergence_t        stack_q[WARPS*LANES];  // entry {warp, level}

  logic [WARPS-1:0] done_q;
  logic [WARPS-1:0] barrier_wait_q;
  logic [IDX_W-1:0] barrier_id_q[WARPS];
  logic             global_wait_q;
  logic [IDX_W-1:0] global_warp_q;
  logic [WARPS-1:0] fence_wait_q;

  // Instruction fences: those whose stores are done redirect their warp when the port is free.
  logic [WARPS-1:0] ifence_q;
  logic [WARPS-1:0] ifence_done_q;
  logic [31:0]      ifence_pc_q[WARPS];

  logic             spawn_wait_q;
  logic [IDX_W-1:0] spawn_issuer_q;
  logic [WARPS-1:0] spawn_warps_q;
  logic [31:0]      spawn_pc_q;
  logic             spawn_start_q;

  function automatic logic [31:0] leader_word(logic [LANES-1:0] mask, logic [LANES*32-1:0] row);
    leader_word = '0;
    for (int unsigned l = 0; l < LANES; l++) if (mask[l]) leader_word = row[l*32+:32];
  endfunction

  function automatic logic [COUNT_W-1:0] count_lanes(logic [LANES-1:0] mask);
    count_lanes = '0;
    for (int unsigned l = 0; l < LANES; l++) count_lanes += COUNT_W'(mask[l]);
  endfunction

  // Starts.
  logic start_fire;
  assign start_ready_o = !spawn_wait_q && !spawn_start_q;
  assign start_fire = start_valid_i && start_ready_o;
  assign start_is_spawn_o = spawn_start_q;
  assign start_pc_o = spawn_start_q ? spawn_pc_q : start_pc_i;
  always_comb begin
    start_warps_o = spawn_start_q ? spawn_warps_q : '0;
    if (start_fire) start_warps_o[start_warp_i[IDX_W-1:0]] = 1'b1;
  end

  always_comb begin
    flush_o = start_warps_o | done_q;
    if (redirect_valid_o) flush_o[redirect_warp_o[IDX_W-1:0]] = 1'b1;
  end

  assign done_o = done_q;
  assign waits_o = barrier_wait_q | (WARPS'(global_wait_q) << global_warp_q)
      | (WARPS'(spawn_wait_q) << spawn_issuer_q);
  assign sync_wait_o = waits_o | fence_wait_q | ifence_done_q;
  assign global_barrier_valid_o = global_wait_q;

  // Lane masks, flow, stacks, barriers.
  always_ff @(posedge clk_i) begin
    automatic logic [IDX_W-1:0] w;
    automatic logic [IDX_W-1:0] redirected;
    automatic logic             redirect;
    automatic logic [31:0]      target;
    automatic logic [WARPS-1:0] unblock;
    automatic logic [WARPS-1:0] done;
    automatic logic [3:0]       cause;
    automatic logic [31:0]      address;
    automatic logic [2:0]       access;

    w = warp_i[IDX_W-1:0];
    redirected = w;
    redirect = 1'b0;
    target = '0;
    unblock = '0;
    done = '0;
    cause = FAULT_NONE;
    address = '0;
    access = ACCESS_NONE;
    perf_branch_o <= 1'b0;
    perf_split_o <= 1'b0;
    perf_divergent_o <= 1'b0;
    icache_invalidate_o <= 1'b0;

    if (illegal_i) begin
      cause = FAULT_ILLEGAL_INSTRUCTION;
    end else if (valid_i) begin
      automatic logic [31:0] a;
      automatic logic [31:0] b;
      a = leader_word(mask_i, a_i);
      b = leader_word(mask_i, b_i);
      unique case (op_i)
        CONTROL_BEQ, CONTROL_BNE, CONTROL_BLT, CONTROL_BGE, CONTROL_BLTU, CONTROL_BGEU: begin
          automatic logic [LANES-1:0] taken;
          for (int unsigned l = 0; l < LANES; l++) begin
            automatic logic [31:0] x;
            automatic logic [31:0] y;
            x = a_i[l*32+:32];
            y = b_i[l*32+:32];
            unique case (op_i)
              CONTROL_BEQ: taken[l] = x == y;
              CONTROL_BNE: taken[l] = x != y;
              CONTROL_BLT: taken[l] = $signed(x) < $signed(y);
              CONTROL_BGE: taken[l] = $signed(x) >= $signed(y);
              CONTROL_BLTU: taken[l] = x < y;
              default: taken[l] = x >= y;
            endcase
          end
          taken &= mask_i;
          target = |taken ? pc_i + imm_i : pc_i + 32'd4;
          unblock[w] = 1'b1;
          perf_branch_o <= 1'b1;
          if (|taken && taken != mask_i) begin
            cause = FAULT_DIVERGENT_BRANCH;
          end else if (target[1]) begin
            cause = FAULT_MISALIGNED;
            address = target;
            access = ACCESS_EXECUTE;
          end else begin
            redirect = |taken != predicted_taken_i;
          end
        end
        CONTROL_JAL_MISALIGNED: begin
          cause = FAULT_MISALIGNED;
          address = pc_i + imm_i;
          access = ACCESS_EXECUTE;
        end
        CONTROL_JALR: begin
          automatic logic differs;
          differs = 1'b0;
          target = (a + imm_i) & ~32'd1;
          for (int unsigned l = 0; l < LANES; l++) begin
            automatic logic [31:0] own;
            own = (a_i[l*32+:32] + imm_i) & ~32'd1;
            if (mask_i[l] && own != target) differs = 1'b1;
          end
          unblock[w] = 1'b1;
          redirect = 1'b1;
          perf_branch_o <= 1'b1;
          result_o <= pc_i + 32'd4;
          if (differs) begin
            cause = FAULT_DIVERGENT_BRANCH;
          end else if (target[1]) begin
            cause = FAULT_MISALIGNED;
            address = target;
            access = ACCESS_EXECUTE;
          end
        end
        CONTROL_TMC: begin
          if (a[LANES-1:0] == '0) begin
            done[w] = 1'b1;
          end else begin
            lane_mask_o[w] <= a[LANES-1:0];
            unblock[w] = 1'b1;
          end
        end
        CONTROL_WSPAWN: begin
          spawn_issuer_q <= w;
          spawn_pc_q <= {b[31:2], 2'b00};
          for (int unsigned i = 0; i < WARPS; i++) begin
            spawn_warps_q[i] <= i != 0 && i < a && i != 32'(w);
          end
        end
        CONTROL_SPLIT, CONTROL_SPLIT_N: begin
          automatic logic [LANES-1:0] yes;
          automatic logic [LANES-1:0] no;
          automatic logic             keep_yes;
          for (int unsigned l = 0; l < LANES; l++) begin
            yes[l] = mask_i[l] && (a_i[l*32] ^ (op_i == CONTROL_SPLIT_N));
          end
          no = mask_i & ~yes;
          keep_yes = count_lanes(yes) >= count_lanes(no);
          result_o <= 32'(level_q[w]);
          unblock[w] = 1'b1;
          perf_split_o <= 1'b1;
          if (|yes && |no) begin
            if (level_q[w] == LEVEL_W'(LANES - 1)) begin
              cause = FAULT_STACK;
            end else begin
              perf_divergent_o <= 1'b1;
              stack_q[{w, level_q[w]}] <= '{
                  switched: 1'b0,
                  pc: pc_i + 32'd4,
                  whole: mask_i,
                  other: keep_yes ? no : yes
              };
              level_q[w] <= level_q[w] + LEVEL_W'(1);
              lane_mask_o[w] <= keep_yes ? yes : no;
            end
          end
        end
        CONTROL_JOIN: begin
          automatic logic [LEVEL_W-1:0] top;
          automatic divergence_t        entry;
          top = level_q[w] - LEVEL_W'(1);
          entry = stack_q[{w, top}];
          unblock[w] = 1'b1;
          if (a == 32'(level_q[w])) begin
            target = '0;
          end else if (level_q[w] == '0 || a != 32'(top)) begin
            cause = FAULT_STACK;
          end else if (entry.switched) begin
            lane_mask_o[w] <= entry.whole;
            level_q[w] <= top;
          end else begin
            entry.switched = 1'b1;
            stack_q[{w, top}] <= entry;
            lane_mask_o[w] <= entry.other;
            redirect = 1'b1;
            target = entry.pc;
          end
        end
        CONTROL_PRED, CONTROL_PRED_N: begin
          automatic logic [LANES-1:0] next;
          for (int unsigned l = 0; l < LANES; l++) begin
            next[l] = mask_i[l] && (a_i[l*32] ^ (op_i == CONTROL_PRED_N));
          end
          if (next == '0) next = b[LANES-1:0];
          unblock[w] = 1'b1;
          if (next == '0) cause = FAULT_STACK;
          else lane_mask_o[w] <= next;
        end
        CONTROL_BAR: begin
          if (a[30:0] >= 31'(WARPS)) begin
            cause = FAULT_ILLEGAL_INSTRUCTION;
          end else if (b <= 32'd1) begin
            unblock[w] = 1'b1;
          end else if (a[31]) begin
            global_warp_q <= w;
            global_barrier_id_o <= a[30:0];
            global_barrier_count_o <= b;
          end else begin
            automatic logic [WARPS-1:0] waiting;
            automatic logic [5:0]       arrived;
            arrived = 6'd1;
            for (int unsigned i = 0; i < WARPS; i++) begin
              waiting[i] = barrier_wait_q[i] && barrier_id_q[i] == a[IDX_W-1:0];
              arrived += 6'(waiting[i]);
            end
            barrier_id_q[w] <= a[IDX_W-1:0];
            if (32'(arrived) >= b) begin
              unblock = waiting;
              unblock[w] = 1'b1;
            end
          end
        end
        CONTROL_WSYNC: unblock[w] = 1'b1;
        CONTROL_ECALL: cause = FAULT_ECALL;
        CONTROL_EBREAK: cause = FAULT_BREAKPOINT;
        CONTROL_FETCH_FAULT: begin
          cause = FAULT_ACCESS;
          address = pc_i;
          access = ACCESS_EXECUTE;
        end
        default: cause = FAULT_ILLEGAL_INSTRUCTION;
      endcase
    end else if (csr_valid_i) begin
      unblock[w] = 1'b1;
    end else if (ifence_done_q != '0) begin
      for (int unsigned i = 0; i < WARPS; i++) begin
        if (ifence_done_q[i] && !redirect) begin
          redirected = IDX_W'(i);
          redirect = 1'b1;
          target = ifence_pc_q[i] + 32'd4;
        end
      end
      unblock[redirected] = 1'b1;
      ifence_done_q[redirected] <= 1'b0;
      icache_invalidate_o <= 1'b1;
    end

    if (fence_valid_i) begin
      fence_wait_q[w] <= 1'b1;
      ifence_q[w] <= fence_is_instruction_i;
      ifence_pc_q[w] <= pc_i;
    end
    if (fence_done_i) begin
      fence_wait_q[fence_warp_i[IDX_W-1:0]] <= 1'b0;
      if (ifence_q[fence_warp_i[IDX_W-1:0]]) ifence_done_q[fence_warp_i[IDX_W-1:0]] <= 1'b1;
      else unblock[fence_warp_i[IDX_W-1:0]] = 1'b1;
    end

    // A barrier or WSPAWN keeps its warp blocked unless it was unblocked at once.
    barrier_wait_q <= barrier_wait_q & ~unblock;
    if (valid_i && !illegal_i && op_i == CONTROL_BAR && cause == FAULT_NONE && !unblock[w]) begin
      if (leader_word(mask_i, a_i) >= 32'h8000_0000) global_wait_q <= 1'b1;
      else barrier_wait_q[w] <= 1'b1;
    end
    if (global_wait_q && global_barrier_release_i) begin
      global_wait_q <= 1'b0;
      unblock[global_warp_q] = 1'b1;
    end
    spawn_start_q <= 1'b0;
    if (spawn_wait_q && active_o == WARPS'(1) << spawn_issuer_q && !start_fire) begin
      spawn_wait_q <= 1'b0;
      spawn_start_q <= 1'b1;
      unblock[spawn_issuer_q] = 1'b1;
    end
    if (valid_i && !illegal_i && op_i == CONTROL_WSPAWN) spawn_wait_q <= 1'b1;

    if (lanes_write_i) lane_mask_o[lanes_warp_i[IDX_W-1:0]] <= lanes_i;
    for (int unsigned i = 0; i < WARPS; i++) begin
      if (start_warps_o[i]) begin
        level_q[i] <= '0;
        lane_mask_o[i] <= spawn_start_q ? LANES'(1) : start_mask_i;
      end
    end
    active_o <= (active_o & ~done) | start_warps_o;
    done_q <= done;
    unblock_o <= unblock;
    redirect_valid_o <= redirect && cause == FAULT_NONE;
    redirect_warp_o <= WARP_W'(redirected);
    redirect_pc_o <= target;
    perf_mispredicted_o <= redirect && cause == FAULT_NONE && valid_i
        && op_i <= CONTROL_JALR;

    if (cause != FAULT_NONE && !fault_valid_o) begin
      fault_valid_o <= 1'b1;
      fault_cause_o <= cause;
      fault_pc_o <= pc_i;
      fault_warp_o <= warp_i;
      fault_mask_o <= mask_i;
      fault_address_o <= address;
      fault_access_o <= access;
    end

    if (!rst_ni) begin
      active_o <= '0;
      done_q <= '0;
      unblock_o <= '0;
      redirect_valid_o <= 1'b0;
      barrier_wait_q <= '0;
      global_wait_q <= 1'b0;
      fence_wait_q <= '0;
      ifence_done_q <= '0;
      ifence_q <= '0;
      spawn_wait_q <= 1'b0;
      spawn_start_q <= 1'b0;
      fault_valid_o <= 1'b0;
    end
  end

`ifndef SYNTHESIS
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      (start_warps_o & active_o) == '0)
  else $error("a running warp is started");
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      (barrier_wait_q & ~active_o) == '0)
  else $error("a warp that has ended waits at a barrier");
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      (unblock_o & barrier_wait_q) == '0)
  else $error("a warp goes on that waits at a barrier");
`endif

endmodule
