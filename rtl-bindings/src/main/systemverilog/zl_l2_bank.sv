// One bank of the shared L2: 8 ways, write-through, no allocation by writes, non-blocking.
//
// A request is looked up in the cycle after it came. A read that hits is answered in the next
// one. What has to go to memory takes an entry, one a line: reads of a line that is on its way
// join its entry, and so do writes of a line that is being written (they leave with the same tag,
// and memory keeps the order of one tag). A request that can do neither goes to a queue, so that
// those behind it pass; the queue's first one is looked up again whenever an entry has changed.
//
// Hazards, all between accesses that nobody has been answered yet, so that any order of them is
// right, but one order must hold for the cache, memory and every reader:
//   - a line is not read from memory while a write of it is under way, nor written while it is
//     being read, so that what is installed is what memory holds;
//   - a hit writes the cache when it leaves for memory: it is seen by others before it is
//     acknowledged, and acknowledged only by memory, with its error;
//   - a line on its way when the bank is invalidated answers those who wait for it, but is
//     neither installed nor joined.
module zl_l2_bank
  import zl_pkg::LINE_W;
#(
    parameter int unsigned BANK_KB = 32,
    parameter int unsigned TAG_W   = 11,
    parameter int unsigned ENTRIES = 16,
    parameter int unsigned TARGETS = 8,   // requests that share an entry
    parameter int unsigned QUEUE   = 8,
    parameter int unsigned ENTRY_W = $clog2(ENTRIES)
) (
    input logic clk_i,
    input logic rst_ni,

    input  logic invalidate_i,
    output logic busy_o,        // a request has not been answered yet

    // From and to the bank's atomic unit. Lines of other banks never come here.
    input  logic                in_req_valid_i,
    output logic                in_req_ready_o,
    input  logic                in_req_write_i,
    input  logic [        25:0] in_req_line_i,
    input  logic [   TAG_W-1:0] in_req_tag_i,
    input  logic [  LINE_W-1:0] in_req_data_i,
    input  logic [LINE_W/8-1:0] in_req_strb_i,
    output logic                in_rsp_valid_o,
    input  logic                in_rsp_ready_i,
    output logic                in_rsp_write_o,
    output logic                in_rsp_hit_o,    // a read that did not wait for memory
    output logic [   TAG_W-1:0] in_rsp_tag_o,
    output logic [  LINE_W-1:0] in_rsp_data_o,
    output logic                in_rsp_error_o,

    // To and from memory. Tag: the entry; writes of one tag stay in order.
    output logic                out_req_valid_o,
    input  logic                out_req_ready_i,
    output logic                out_req_write_o,
    output logic [        25:0] out_req_line_o,
    output logic [ ENTRY_W-1:0] out_req_tag_o,
    output logic [  LINE_W-1:0] out_req_data_o,
    output logic [LINE_W/8-1:0] out_req_strb_o,
    input  logic                out_rsp_valid_i,
    output logic                out_rsp_ready_o,
    input  logic                out_rsp_write_i,
    input  logic [ ENTRY_W-1:0] out_rsp_tag_i,
    input  logic [  LINE_W-1:0] out_rsp_data_i,
    input  logic                out_rsp_error_i
);

  localparam int unsigned WAYS = 8;
  localparam int unsigned WAY_W = $clog2(WAYS);
  localparam int unsigned SETS = BANK_KB * 16 / WAYS;
  localparam int unsigned SET_W = $clog2(SETS);
  localparam int unsigned ROW_W = SET_W + WAY_W;
  // The two lowest bits of a line follow from its bank and the others.
  localparam int unsigned LTAG_W = 24 - SET_W;
  localparam int unsigned TARGET_W = $clog2(TARGETS);
  localparam int unsigned COUNT_W = TARGET_W + 1;
  localparam int unsigned QUEUE_W = $clog2(QUEUE);

  // Power-of-two strides spread over the sets.
  function automatic logic [SET_W-1:0] set_of(input logic [25:0] line);
    set_of = '0;
    for (int unsigned b = 2; b < 26; b++) set_of[(b-2)%SET_W] ^= line[b];
  endfunction

  // -- state -------------------------------------------------------------------------------------

  logic [WAYS*LTAG_W-1:0] tags_q  [SETS];
  logic [       SETS-1:0] live_q;           // written since the last invalidation
  logic [       WAYS-1:0] ways_q  [SETS];   // that hold a line, if the set is live
  logic [      WAY_W-1:0] victim_q[SETS];   // next way to fill
  logic [     LINE_W-1:0] data_q  [SETS*WAYS];

  // Requests that have come; two, so that readiness follows from registers alone.
  logic [         1:0] new_count_q;
  logic                new_head_q;
  logic                new_write_q[2];
  logic [        25:0] new_line_q [2];
  logic [   TAG_W-1:0] new_tag_q  [2];
  logic [  LINE_W-1:0] new_data_q [2];
  logic [LINE_W/8-1:0] new_strb_q [2];

  // Requests that wait for an entry.
  logic [   QUEUE_W:0] queue_count_q;
  logic [ QUEUE_W-1:0] queue_head_q;
  logic                queue_retry_q;        // the first one may be able to go
  logic                queue_write_q[QUEUE];
  logic [        25:0] queue_line_q [QUEUE];
  logic [   TAG_W-1:0] queue_tag_q  [QUEUE];
  logic [  LINE_W-1:0] queue_data_q [QUEUE];
  logic [LINE_W/8-1:0] queue_strb_q [QUEUE];

  // Lines on their way from or to memory, and the requests to answer, in turn.
  logic [ ENTRIES-1:0] entry_valid_q;
  logic [ ENTRIES-1:0] entry_write_q;
  logic [ ENTRIES-1:0] entry_stale_q;               // not to be installed
  logic [        25:0] entry_line_q [ENTRIES];
  logic [ COUNT_W-1:0] entry_count_q[ENTRIES];
  logic [TARGET_W-1:0] entry_head_q [ENTRIES];
  logic [   TAG_W-1:0] target_q     [ENTRIES*TARGETS];

  // The line that has come.
  logic               fill_valid_q;
  logic               fill_first_q;  // it is installed in this cycle
  logic               fill_error_q;
  logic [ENTRY_W-1:0] fill_entry_q;
  logic [ LINE_W-1:0] fill_data_q;

  // The answer to a hit or a write.
  logic              answer_valid_q;
  logic              answer_write_q;
  logic              answer_error_q;
  logic [ TAG_W-1:0] answer_tag_q;
  logic [LINE_W-1:0] answer_data_q;

  // -- lookup ------------------------------------------------------------------------------------

  logic               retry;
  logic               look;
  logic               look_write;
  logic [       25:0] look_line;
  logic               hit;
  logic [  ROW_W-1:0] row;
  logic               match;
  logic [ENTRY_W-1:0] match_entry;
  logic               free;
  logic [ENTRY_W-1:0] free_entry;
  logic               out_free;
  logic               answer_free;
  logic               acknowledge;  // memory has answered a write
  logic               joinable;

  assign retry = queue_count_q != '0 && queue_retry_q;
  assign look = (retry || new_count_q != '0) && !fill_first_q;
  assign look_write = retry ? queue_write_q[queue_head_q] : new_write_q[new_head_q];
  assign look_line = retry ? queue_line_q[queue_head_q] : new_line_q[new_head_q];
  assign out_free = !out_req_valid_o || out_req_ready_i;
  assign answer_free = !answer_valid_q || (in_rsp_ready_i && !fill_valid_q);
  assign acknowledge = out_rsp_valid_i && out_rsp_write_i && answer_free;

  always_comb begin
    automatic logic [SET_W-1:0] set;
    automatic logic [WAYS*LTAG_W-1:0] tags;
    automatic logic [WAYS-1:0] ways;
    hit = 1'b0;
    row = '0;
    match = 1'b0;
    match_entry = '0;
    free = 1'b0;
    free_entry = '0;
    set = '0;
    tags = '0;
    ways = '0;
    if (look) begin
      set = set_of(look_line);
      tags = tags_q[set];
      ways = live_q[set] ? ways_q[set] : '0;
      for (int unsigned w = 0; w < WAYS; w++) begin
        if (ways[w] && tags[w*LTAG_W+:LTAG_W] == look_line[25:SET_W+2]) begin
          hit = 1'b1;
          row = {set, WAY_W'(w)};
        end
      end
      for (int unsigned e = 0; e < ENTRIES; e++) begin
        if (!entry_valid_q[e]) begin
          free = 1'b1;
          free_entry = ENTRY_W'(e);
        end else if (entry_line_q[e] == look_line) begin
          match = 1'b1;
          match_entry = ENTRY_W'(e);
        end
      end
    end
  end

  // A write from outside does not overtake the queue: somebody there may wait for the line's
  // writes to end, which writes that go on joining would put off for ever.
  assign joinable = entry_write_q[match_entry] == look_write
      && entry_count_q[match_entry] != COUNT_W'(TARGETS)
      && (look_write ? retry || queue_count_q == '0
          : !entry_stale_q[match_entry] && !(fill_valid_q && fill_entry_q == match_entry));

  // What becomes of the request.
  logic               answers;    // a read that hits
  logic               allocates;
  logic               joins;
  logic               sends;      // to memory
  logic               leaves;
  logic               waits;      // in the queue, or goes on waiting there
  logic               queued;
  logic [ENTRY_W-1:0] entry;
  logic               new_pop;
  logic               queue_pop;

  always_comb begin
    answers = 1'b0;
    allocates = 1'b0;
    joins = 1'b0;
    waits = 1'b0;
    if (look) begin
      if (hit && !look_write) answers = answer_free && !acknowledge;
      else if (match && joinable) joins = out_free || !look_write;
      else if (!match && free) allocates = out_free;
      else waits = 1'b1;
    end
  end

  assign sends = allocates || (joins && look_write);
  assign leaves = answers || allocates || joins;
  assign queued = waits && !retry && queue_count_q != (QUEUE_W + 1)'(QUEUE);
  assign entry = allocates ? free_entry : match_entry;
  assign new_pop = !retry && (leaves || queued);
  assign queue_pop = retry && leaves;

  // -- requests that have come -------------------------------------------------------------------

  logic in_go;
  logic new_tail;

  assign in_req_ready_o = new_count_q != 2'd2;
  assign in_go = in_req_valid_i && in_req_ready_o;
  assign new_tail = new_head_q ^ new_count_q[0];

  always_ff @(posedge clk_i) begin
    if (in_go) begin
      new_write_q[new_tail] <= in_req_write_i;
      new_line_q[new_tail] <= in_req_line_i;
      new_tag_q[new_tail] <= in_req_tag_i;
      if (in_req_write_i) begin
        new_data_q[new_tail] <= in_req_data_i;
        new_strb_q[new_tail] <= in_req_strb_i;
      end
    end
    if (!rst_ni) begin
      new_count_q <= '0;
      new_head_q <= 1'b0;
    end else begin
      new_count_q <= new_count_q + 2'(in_go) - 2'(new_pop);
      new_head_q <= new_head_q ^ new_pop;
    end
  end

  // -- requests that wait ------------------------------------------------------------------------

  logic [QUEUE_W-1:0] queue_tail;
  logic               released;  // an entry is free or has room again

  assign queue_tail = queue_head_q + queue_count_q[QUEUE_W-1:0];

  always_ff @(posedge clk_i) begin
    if (queued) begin
      queue_write_q[queue_tail] <= new_write_q[new_head_q];
      queue_line_q[queue_tail] <= new_line_q[new_head_q];
      queue_tag_q[queue_tail] <= new_tag_q[new_head_q];
      if (new_write_q[new_head_q]) begin
        queue_data_q[queue_tail] <= new_data_q[new_head_q];
        queue_strb_q[queue_tail] <= new_strb_q[new_head_q];
      end
    end
    if (!rst_ni) begin
      queue_count_q <= '0;
      queue_head_q <= '0;
      queue_retry_q <= 1'b0;
    end else begin
      queue_count_q <= queue_count_q + (QUEUE_W + 1)'(queued) - (QUEUE_W + 1)'(queue_pop);
      queue_head_q <= queue_head_q + QUEUE_W'(queue_pop);
      queue_retry_q <= released || queue_pop || (queue_retry_q && !(retry && waits));
    end
  end

  // -- entries -----------------------------------------------------------------------------------

  logic fill_serves;  // one of those who wait for the line that has come is answered
  logic fill_last;
  logic takes_fill;

  assign fill_serves = fill_valid_q && in_rsp_ready_i;
  assign fill_last = fill_serves && entry_count_q[fill_entry_q] == COUNT_W'(1);
  assign released = fill_last || acknowledge;

  always_ff @(posedge clk_i) begin
    if (acknowledge) begin
      entry_head_q[out_rsp_tag_i] <= entry_head_q[out_rsp_tag_i] + TARGET_W'(1);
      entry_count_q[out_rsp_tag_i] <= entry_count_q[out_rsp_tag_i] - COUNT_W'(1);
      if (entry_count_q[out_rsp_tag_i] == COUNT_W'(1)) entry_valid_q[out_rsp_tag_i] <= 1'b0;
    end
    if (fill_serves) begin
      entry_head_q[fill_entry_q] <= entry_head_q[fill_entry_q] + TARGET_W'(1);
      entry_count_q[fill_entry_q] <= entry_count_q[fill_entry_q] - COUNT_W'(1);
      if (fill_last) entry_valid_q[fill_entry_q] <= 1'b0;
    end
    if (invalidate_i) entry_stale_q <= entry_stale_q | entry_valid_q;
    if (allocates) begin
      entry_valid_q[free_entry] <= 1'b1;
      entry_write_q[free_entry] <= look_write;
      entry_stale_q[free_entry] <= 1'b0;
      entry_line_q[free_entry] <= look_line;
      entry_head_q[free_entry] <= '0;
      entry_count_q[free_entry] <= COUNT_W'(1);
    end
    if (joins) begin
      // Also right when the last one before it is acknowledged in this cycle.
      entry_valid_q[match_entry] <= 1'b1;
      entry_count_q[match_entry] <= entry_count_q[match_entry]
          + COUNT_W'(!(acknowledge && out_rsp_tag_i == match_entry));
    end
    if (!rst_ni) entry_valid_q <= '0;
  end

  always_ff @(posedge clk_i) begin
    if (allocates || joins) begin
      automatic logic [TARGET_W-1:0] target;
      target = '0;
      if (joins) target = entry_head_q[entry] + entry_count_q[entry][TARGET_W-1:0];
      target_q[{entry, target}] <= retry ? queue_tag_q[queue_head_q] : new_tag_q[new_head_q];
    end
  end

  // -- to memory ---------------------------------------------------------------------------------

  always_ff @(posedge clk_i) begin
    if (sends) begin
      out_req_write_o <= look_write;
      out_req_line_o <= look_line;
      out_req_tag_o <= entry;
      if (look_write) begin
        out_req_data_o <= retry ? queue_data_q[queue_head_q] : new_data_q[new_head_q];
        out_req_strb_o <= retry ? queue_strb_q[queue_head_q] : new_strb_q[new_head_q];
      end
    end
    out_req_valid_o <= rst_ni && (sends || (out_req_valid_o && !out_req_ready_i));
  end

  // -- the line that has come --------------------------------------------------------------------

  assign out_rsp_ready_o = out_rsp_write_i ? answer_free : !fill_valid_q || fill_last;
  assign takes_fill = out_rsp_valid_i && !out_rsp_write_i && out_rsp_ready_o;

  always_ff @(posedge clk_i) begin
    if (takes_fill) begin
      fill_entry_q <= out_rsp_tag_i;
      fill_data_q <= out_rsp_data_i;
      fill_error_q <= out_rsp_error_i;
    end
    fill_valid_q <= rst_ni && (takes_fill || (fill_valid_q && !fill_last));
    fill_first_q <= rst_ni && takes_fill;
  end

  // -- rows: the line that has come, or a write that hits ----------------------------------------

  always_ff @(posedge clk_i) begin
    if (fill_first_q && !fill_error_q && !entry_stale_q[fill_entry_q]) begin
      automatic logic [SET_W-1:0] set;
      automatic logic [WAY_W-1:0] way;
      automatic logic [WAYS*LTAG_W-1:0] tags;
      set = set_of(entry_line_q[fill_entry_q]);
      way = victim_q[set];
      tags = tags_q[set];
      tags[way*LTAG_W+:LTAG_W] = entry_line_q[fill_entry_q][25:SET_W+2];
      tags_q[set] <= tags;
      victim_q[set] <= way + WAY_W'(1);
      ways_q[set] <= (live_q[set] ? ways_q[set] : '0) | (WAYS'(1) << way);
      live_q[set] <= 1'b1;
      data_q[{set, way}] <= fill_data_q;
    end else if (sends && look_write && hit) begin
      data_q[row] <= zl_pkg::merge_bytes(
          data_q[row], retry ? queue_data_q[queue_head_q] : new_data_q[new_head_q],
          retry ? queue_strb_q[queue_head_q] : new_strb_q[new_head_q]);
    end
    if (!rst_ni || invalidate_i) live_q <= '0;
  end

  // -- answers: to those who wait for a line first -----------------------------------------------

  always_ff @(posedge clk_i) begin
    if (acknowledge) begin
      answer_write_q <= 1'b1;
      answer_error_q <= out_rsp_error_i;
      answer_tag_q <= target_q[{out_rsp_tag_i, entry_head_q[out_rsp_tag_i]}];
    end else if (answers) begin
      answer_write_q <= 1'b0;
      answer_error_q <= 1'b0;
      answer_tag_q <= retry ? queue_tag_q[queue_head_q] : new_tag_q[new_head_q];
      answer_data_q <= data_q[row];
    end
    answer_valid_q <= rst_ni && (acknowledge || answers
        || (answer_valid_q && !(in_rsp_ready_i && !fill_valid_q)));
  end

  assign in_rsp_valid_o = fill_valid_q || answer_valid_q;
  assign in_rsp_write_o = !fill_valid_q && answer_write_q;
  assign in_rsp_hit_o = !fill_valid_q && !answer_write_q;
  assign in_rsp_tag_o = fill_valid_q ? target_q[{fill_entry_q, entry_head_q[fill_entry_q]}]
      : answer_tag_q;
  assign in_rsp_data_o = fill_valid_q ? fill_data_q : answer_data_q;
  assign in_rsp_error_o = fill_valid_q ? fill_error_q : answer_error_q;

  assign busy_o = new_count_q != '0 || queue_count_q != '0 || entry_valid_q != '0
      || answer_valid_q;

`ifndef SYNTHESIS
  always_ff @(posedge clk_i) begin
    if (rst_ni) begin
      assert (!(out_rsp_valid_i && (!entry_valid_q[out_rsp_tag_i]
          || entry_write_q[out_rsp_tag_i] != out_rsp_write_i)))
      else $error("response without a request");
      assert (!(fill_valid_q && entry_count_q[fill_entry_q] == '0))
      else $error("a line came that nobody waits for");
      assert (!(takes_fill && fill_valid_q && out_rsp_tag_i == fill_entry_q))
      else $error("a line came twice");
      assert (!(allocates && match)) else $error("a second entry for a line");
      assert (32'(queue_count_q) <= QUEUE) else $error("the queue overflowed");
      for (int unsigned e = 0; e < ENTRIES; e++) begin
        assert (!(entry_valid_q[e] && (entry_count_q[e] == '0
            || 32'(entry_count_q[e]) > TARGETS)))
        else $error("an entry with a wrong number of requests");
      end
    end
  end
`endif

endmodule
