// L1 instruction cache: 2 ways, answers a hit in the next cycle, several misses in flight.
//
// A warp has at most one open request, so that a miss entry is a line and the set of the warps
// that wait for it. While the waiting warps of a line are answered no request is taken.
// Protection is looked up when a line is missed and kept with it, by blocks of 16 bytes: it is
// static during a launch, and a launch starts with an empty cache.
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
    /* verilator lint_off UNUSEDSIGNAL */  // fewer entries than tags
    input  logic [       4:0] mem_rsp_tag_i,
    /* verilator lint_on UNUSEDSIGNAL */
    input  logic [LINE_W-1:0] mem_rsp_data_i,
    input  logic              mem_rsp_error_i
);

  localparam int unsigned WAYS = 2;
  localparam int unsigned SETS = ICACHE_KB * 16 / WAYS;
  localparam int unsigned SET_W = $clog2(SETS);
  localparam int unsigned ROW_W = SET_W + 1;
  localparam int unsigned LTAG_W = 26 - SET_W;
  localparam int unsigned MSHRS = 8;
  localparam int unsigned MSHR_W = $clog2(MSHRS);
  localparam int unsigned MAX_WARPS = 1 << WARP_W;
  localparam logic [25:0] FIRST_LINE = 26'd1;
  localparam logic [25:0] LOCAL_LINE = 26'(32'hFFFF_0000 >> 6);

  logic [WAYS*LTAG_W-1:0] tags_q  [SETS];
  logic [  SETS*WAYS-1:0] valid_q;
  logic [       SETS-1:0] victim_q;             // next way to fill
  logic [     LINE_W-1:0] data_q  [SETS*WAYS];
  logic [            3:0] allowed_q[SETS*WAYS];  // blocks that may be executed

  // Miss entries. An entry that was there before an invalidation answers but does not install.
  logic [    MSHRS-1:0] mshr_valid_q;
  logic [    MSHRS-1:0] mshr_wait_q;                // not sent yet
  logic [    MSHRS-1:0] mshr_stale_q;
  logic [         25:0] mshr_line_q   [MSHRS];
  logic [          3:0] mshr_allowed_q[MSHRS];
  logic [MAX_WARPS-1:0] mshr_warps_q  [MSHRS];
  logic [   MSHR_W-1:0] mshr_tail_q;
  logic [   MSHR_W-1:0] send_q;
  logic [         31:0] pc_q          [MAX_WARPS];  // of a warp that waits

  // The line that has come.
  logic              fill_q;
  logic              fill_first_q;
  logic              fill_error_q;
  logic [MSHR_W-1:0] fill_mshr_q;
  logic [LINE_W-1:0] fill_data_q;
  logic [MAX_WARPS-1:0] fill_warps;  // that wait for it
  logic [WARP_W-1:0] fill_warp;
  logic              fill_last;

  function automatic logic [SET_W-1:0] set_of(input logic [25:0] line);
    set_of = '0;
    for (int unsigned b = 0; b < 26; b++) set_of[b%SET_W] ^= line[b];
  endfunction

  // Blocks of 16 bytes of a line that some region lets execute, at least in part.
  function automatic logic [3:0] allowed(input logic [25:0] line);
    automatic logic [32:0] block;
    automatic logic [32:0] first;
    automatic logic [32:0] last;
    allowed = region_flags_i == '0 ? '1 : '0;
    for (int unsigned r = 0; r < REGIONS; r++) begin
      first = {1'b0, region_base_i[r*32+:32]};
      last = first + {1'b0, region_size_i[r*32+:32]};
      for (int unsigned b = 0; b < 4; b++) begin
        block = {1'b0, line, 2'(b), 4'd0};
        if (region_flags_i[r*3+2] && block < last && block + 33'd16 > first) allowed[b] = 1'b1;
      end
    end
    if (line < FIRST_LINE || line >= LOCAL_LINE) allowed = '0;
  endfunction

  // -- answers: of waiting warps while a line is there, else of hits -----------------------------

  always_comb begin
    fill_warp = '0;
    fill_last = 1'b0;
    fill_warps = '0;
    if (fill_q) begin
      fill_warps = mshr_warps_q[fill_mshr_q];
      for (int w = int'(MAX_WARPS) - 1; w >= 0; w--) if (fill_warps[w]) fill_warp = WARP_W'(w);
      fill_last = (fill_warps & ~(MAX_WARPS'(1) << fill_warp)) == '0;
    end
  end

  assign req_ready_o = !fill_q && !mshr_valid_q[mshr_tail_q];
  assign mem_rsp_ready_o = !fill_q;

  always_ff @(posedge clk_i) begin
    rsp_valid_o <= 1'b0;
    perf_hit_o <= 1'b0;
    perf_miss_o <= 1'b0;
    if (fill_q) begin
      automatic logic [31:0] pc;
      pc = pc_q[fill_warp];
      rsp_valid_o <= 1'b1;
      rsp_warp_o <= fill_warp;
      rsp_pc_o <= pc;
      rsp_data_o <= fill_data_q[{pc[5:4], 7'd0}+:128];
      rsp_fault_o <= fill_error_q || !mshr_allowed_q[fill_mshr_q][pc[5:4]];
      mshr_warps_q[fill_mshr_q] <= mshr_warps_q[fill_mshr_q] & ~(MAX_WARPS'(1) << fill_warp);
      if (fill_first_q) begin
        automatic logic [25:0] line;
        automatic logic [SET_W-1:0] set;
        automatic logic way;
        automatic logic [WAYS*LTAG_W-1:0] tags;
        line = mshr_line_q[fill_mshr_q];
        set = set_of(line);
        way = victim_q[set];
        tags = tags_q[set];
        tags[way*LTAG_W+:LTAG_W] = line[25:SET_W];
        tags_q[set] <= tags;
        data_q[{set, way}] <= fill_data_q;
        allowed_q[{set, way}] <= mshr_allowed_q[fill_mshr_q];
        valid_q[{set, way}] <= !fill_error_q && !mshr_stale_q[fill_mshr_q];
        victim_q[set] <= !way;
      end
      fill_first_q <= 1'b0;
      if (fill_last) begin
        fill_q <= 1'b0;
        mshr_valid_q[fill_mshr_q] <= 1'b0;
      end
    end else begin
      if (req_valid_i && req_ready_o) begin
        automatic logic [25:0] line;
        automatic logic [SET_W-1:0] set;
        automatic logic [WAYS*LTAG_W-1:0] tags;
        automatic logic hit;
        automatic logic [ROW_W-1:0] row;
        automatic logic found;
        automatic logic [MSHR_W-1:0] mshr;
        automatic logic [3:0] blocks;
        line = req_pc_i[31:6];
        set = set_of(line);
        tags = tags_q[set];
        hit = 1'b0;
        row = '0;
        for (int unsigned w = 0; w < WAYS; w++) begin
          if (valid_q[{set, 1'(w)}] && tags[w*LTAG_W+:LTAG_W] == line[25:SET_W]) begin
            hit = 1'b1;
            row = {set, 1'(w)};
          end
        end
        rsp_warp_o <= req_warp_i;
        rsp_pc_o <= req_pc_i;
        if (hit && !invalidate_i) begin
          rsp_valid_o <= 1'b1;
          rsp_data_o <= data_q[row][{req_pc_i[5:4], 7'd0}+:128];
          rsp_fault_o <= !allowed_q[row][req_pc_i[5:4]];
          perf_hit_o <= 1'b1;
        end else begin
          found = 1'b0;
          mshr = mshr_tail_q;
          for (int unsigned m = 0; m < MSHRS; m++) begin
            if (mshr_valid_q[m] && !mshr_stale_q[m] && mshr_line_q[m] == line
                && !invalidate_i) begin
              found = 1'b1;
              mshr = MSHR_W'(m);
            end
          end
          blocks = allowed(line);
          perf_miss_o <= 1'b1;
          if (!blocks[req_pc_i[5:4]]) begin
            rsp_valid_o <= 1'b1;
            rsp_fault_o <= 1'b1;
          end else begin
            pc_q[req_warp_i] <= req_pc_i;
            mshr_warps_q[mshr] <= (found ? mshr_warps_q[mshr] : '0)
                | (MAX_WARPS'(1) << req_warp_i);
            if (!found) begin
              mshr_valid_q[mshr] <= 1'b1;
              mshr_wait_q[mshr] <= 1'b1;
              mshr_stale_q[mshr] <= 1'b0;
              mshr_line_q[mshr] <= line;
              mshr_allowed_q[mshr] <= blocks;
              mshr_tail_q <= mshr + MSHR_W'(1);
            end
          end
        end
      end
      if (mem_rsp_valid_i) begin
        fill_q <= 1'b1;
        fill_first_q <= 1'b1;
        fill_error_q <= mem_rsp_error_i;
        fill_mshr_q <= mem_rsp_tag_i[MSHR_W-1:0];
        fill_data_q <= mem_rsp_data_i;
      end
    end

    // Requests to memory, in turn.
    if (mem_req_valid_o && mem_req_ready_i) mem_req_valid_o <= 1'b0;
    if (mshr_wait_q[send_q] && (!mem_req_valid_o || mem_req_ready_i)) begin
      mem_req_valid_o <= 1'b1;
      mem_req_line_o <= mshr_line_q[send_q];
      mem_req_tag_o <= 5'(send_q);
      mshr_wait_q[send_q] <= 1'b0;
      send_q <= send_q + MSHR_W'(1);
    end

    if (invalidate_i) begin
      valid_q <= '0;
      mshr_stale_q <= mshr_valid_q;
    end
    if (!rst_ni) begin
      valid_q <= '0;
      rsp_valid_o <= 1'b0;
      mem_req_valid_o <= 1'b0;
      mshr_valid_q <= '0;
      mshr_wait_q <= '0;
      mshr_stale_q <= '0;
      mshr_tail_q <= '0;
      send_q <= '0;
      fill_q <= 1'b0;
    end
  end

  assign pending_o = mshr_valid_q != '0;

`ifndef SYNTHESIS
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      !(mem_rsp_valid_i && mem_rsp_ready_o && !mshr_valid_q[mem_rsp_tag_i[MSHR_W-1:0]]))
  else $error("response without a request");
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      !(fill_q && fill_warps == '0))
  else $error("a line came that no warp waits for");
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      mem_req_valid_o && !mem_req_ready_i |=> mem_req_valid_o && $stable(mem_req_line_o)
          && $stable(mem_req_tag_o))
  else $error("a request changed before memory took it");
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      !(req_valid_i && req_ready_o && mshr_valid_q[mshr_tail_q]))
  else $error("miss entries overflow");
`endif

endmodule
