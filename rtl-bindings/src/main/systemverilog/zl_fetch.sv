// Fetch: chooses the warp whose next 16-byte block is requested, and buffers two blocks a warp.
//
// A block's first JAL or backward branch ends it: the next block is fetched from its target
// (static prediction: loops are taken). Execute corrects a wrong guess by a redirect. One request
// a warp is in flight, because the block's words decide where the next one is; a response that
// was asked for before a redirect is dropped (kill).
module zl_fetch
  import zl_pkg::*;
#(
    parameter int unsigned WARPS = 4
) (
    input logic clk_i,
    input logic rst_ni,

    input logic             halt_i,
    input logic [WARPS-1:0] active_i,

    // New program counters; flush_i covers both and ended warps.
    input logic [ WARPS-1:0] flush_i,
    input logic [ WARPS-1:0] start_warps_i,
    /* verilator lint_off UNUSEDSIGNAL */  // word addresses
    input logic [      31:0] start_pc_i,
    /* verilator lint_on UNUSEDSIGNAL */
    input logic              redirect_valid_i,
    input logic [WARP_W-1:0] redirect_warp_i,
    input logic [      31:0] redirect_pc_i,

    // To and from the instruction cache.
    output logic              req_valid_o,
    input  logic              req_ready_i,
    output logic [WARP_W-1:0] req_warp_o,
    output logic [      31:0] req_pc_o,
    input  logic              rsp_valid_i,
    input  logic [WARP_W-1:0] rsp_warp_i,
    input  logic [      31:0] rsp_pc_i,
    input  logic [     127:0] rsp_data_i,
    input  logic              rsp_fault_i,

    // To decode: the next word of the warp that it takes from.
    output logic [ WARPS-1:0] fe_valid_o,
    input  logic              take_valid_i,
    input  logic [WARP_W-1:0] take_warp_i,
    output logic [      31:0] fe_instr_o,
    output logic [      31:0] fe_pc_o,
    output logic              fe_predicted_taken_o,
    output logic              fe_fault_o
);

  localparam int unsigned DEPTH = 2;
  localparam int unsigned IDX_W = $clog2(WARPS);

  typedef struct packed {
    logic         fault;
    logic         predicted_taken;  // of the last word
    logic [1:0]   last;
    logic [27:0]  pc_high;
    logic [127:0] words;
  } block_t;

  // Entry {warp, slot}.
  block_t           block_q [WARPS*DEPTH];
  logic [1:0]       offset_q[WARPS*DEPTH];  // next word of the block
  logic [WARPS-1:0] head_q;
  logic [1:0]       count_q [WARPS];

  logic [31:0]       pc_q[WARPS];  // next fetch address; that of the request while in flight
  logic [WARPS-1:0]  inflight_q;
  logic [WARPS-1:0]  kill_q;
  logic [WARP_W-1:0] last_q;

  // Request: a redirected warp first, then in turn.
  always_comb begin
    logic [WARPS-1:0] able;
    logic [WARPS-1:0] after;
    for (int unsigned w = 0; w < WARPS; w++) able[w] = count_q[w] != 2'(DEPTH);
    able &= active_i & ~inflight_q & ~flush_i;
    after = able & ~((WARPS'(2) << last_q) - WARPS'(1));
    req_valid_o = |able && !halt_i;
    req_warp_o = '0;
    for (int w = int'(WARPS) - 1; w >= 0; w--) if (able[w]) req_warp_o = WARP_W'(w);
    if (|after) begin
      for (int w = int'(WARPS) - 1; w >= 0; w--) if (after[w]) req_warp_o = WARP_W'(w);
    end
    req_pc_o = pc_q[req_warp_o[IDX_W-1:0]];
    if (redirect_valid_i && !inflight_q[redirect_warp_i[IDX_W-1:0]]) begin
      req_valid_o = !halt_i;
      req_warp_o = redirect_warp_i;
      req_pc_o = redirect_pc_i;
    end
  end

  always_ff @(posedge clk_i) if (req_valid_o && req_ready_i) last_q <= req_warp_o;

  // Response: where the block ends and the next one begins.
  logic push;
  assign push = rsp_valid_i && !kill_q[rsp_warp_i[IDX_W-1:0]] && !flush_i[rsp_warp_i[IDX_W-1:0]];

  always_ff @(posedge clk_i) begin
    if (push) begin
      automatic logic [IDX_W-1:0] w;
      automatic logic slot;
      /* verilator lint_off UNUSEDSIGNAL */  // a word address
      automatic logic [31:0] pc;
      /* verilator lint_on UNUSEDSIGNAL */
      automatic logic [31:0] word;
      automatic logic [31:0] displacement;
      automatic block_t entry;
      w = rsp_warp_i[IDX_W-1:0];
      slot = head_q[w] ^ count_q[w][0];
      pc = rsp_pc_i;
      entry = '{
          fault: rsp_fault_i,
          predicted_taken: 1'b0,
          last: rsp_fault_i ? pc[3:2] : 2'd3,
          pc_high: pc[31:4],
          words: rsp_data_i
      };
      displacement = '0;
      for (int i = 3; i >= 0; i--) begin
        word = rsp_data_i[i*32+:32];
        if (2'(i) >= pc[3:2] && !rsp_fault_i) begin
          if (word[6:0] == 7'h6f && !word[21]) begin
            entry.last = 2'(i);
            entry.predicted_taken = 1'b1;
            displacement = {{12{word[31]}}, word[19:12], word[20], word[30:21], 1'b0};
          end else if (word[6:0] == 7'h63 && word[31] && !word[8]) begin
            entry.last = 2'(i);
            entry.predicted_taken = 1'b1;
            displacement = {{20{word[31]}}, word[7], word[30:25], word[11:8], 1'b0};
          end
        end
      end
      block_q[{w, slot}] <= entry;
      pc_q[w] <= entry.predicted_taken ? {pc[31:4], entry.last, 2'b00} + displacement
                                       : {pc[31:4] + 28'd1, 4'd0};
    end
    for (int unsigned w = 0; w < WARPS; w++) begin
      if (start_warps_i[w]) pc_q[w] <= {start_pc_i[31:2], 2'b00};
      else if (redirect_valid_i && redirect_warp_i == WARP_W'(w)) pc_q[w] <= redirect_pc_i;
    end
  end

  // Decode's side.
  logic [IDX_W:0] take_entry;
  assign take_entry = {take_warp_i[IDX_W-1:0], head_q[take_warp_i[IDX_W-1:0]]};

  always_comb begin
    automatic block_t entry;
    automatic logic [1:0] offset;
    for (int unsigned w = 0; w < WARPS; w++) fe_valid_o[w] = count_q[w] != 2'd0;
    entry = block_q[take_entry];
    offset = offset_q[take_entry];
    fe_instr_o = entry.words[{offset, 5'd0}+:32];
    fe_pc_o = {entry.pc_high, offset, 2'b00};
    fe_predicted_taken_o = entry.predicted_taken && offset == entry.last;
    fe_fault_o = entry.fault;
  end

  logic take_pops;
  assign take_pops = take_valid_i && offset_q[take_entry] == block_q[take_entry].last;

  always_ff @(posedge clk_i) begin
    if (push) begin
      offset_q[{rsp_warp_i[IDX_W-1:0],
                head_q[rsp_warp_i[IDX_W-1:0]] ^ count_q[rsp_warp_i[IDX_W-1:0]][0]}]
          <= rsp_pc_i[3:2];
    end
    if (take_valid_i) offset_q[take_entry] <= offset_q[take_entry] + 2'd1;
  end

  always_ff @(posedge clk_i) begin
    for (int unsigned w = 0; w < WARPS; w++) begin
      automatic logic requested;
      automatic logic answered;
      requested = req_valid_o && req_ready_i && req_warp_o == WARP_W'(w);
      answered = rsp_valid_i && rsp_warp_i == WARP_W'(w);
      if (!rst_ni) begin
        inflight_q[w] <= 1'b0;
        kill_q[w] <= 1'b0;
        count_q[w] <= '0;
        head_q[w] <= 1'b0;
      end else begin
        inflight_q[w] <= (inflight_q[w] && !answered) || requested;
        kill_q[w] <= !answered && (kill_q[w] || (flush_i[w] && inflight_q[w]));
        if (flush_i[w]) begin
          count_q[w] <= '0;
        end else begin
          count_q[w] <= count_q[w] + 2'(push && answered)
              - 2'(take_pops && take_warp_i == WARP_W'(w));
          head_q[w] <= head_q[w] ^ (take_pops && take_warp_i == WARP_W'(w));
        end
      end
    end
  end

`ifndef SYNTHESIS
  logic [31:0] expected_pc;
  logic        rsp_full;
  assign expected_pc = pc_q[rsp_warp_i[IDX_W-1:0]];
  assign rsp_full = count_q[rsp_warp_i[IDX_W-1:0]] == 2'(DEPTH);
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      !(push && rsp_pc_i != expected_pc))
  else $error("response for another address than requested");
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      !(rsp_valid_i && !inflight_q[rsp_warp_i[IDX_W-1:0]]))
  else $error("response without a request");
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      !(push && rsp_full))
  else $error("no room for a fetched block");
  logic req_twice;
  assign req_twice = inflight_q[req_warp_o[IDX_W-1:0]];
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      !(req_valid_o && req_ready_i && req_twice))
  else $error("a warp requests a second block");
`endif

endmodule
