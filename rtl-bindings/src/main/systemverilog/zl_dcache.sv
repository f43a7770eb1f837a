// L1 data cache: 4 ways, write-through, no allocation by stores, non-blocking.
//
// The load-store unit asks for one line a cycle and is answered in the same cycle: a load hits
// (its row is readable in the next cycle) or becomes a target of a miss entry (MSHR); a store
// goes to a combining buffer and, on a hit, also into the cache, in the next cycle.
//
// What keeps a core's accesses in order, line by line:
//   - a store waits while its line is being read (so that older loads do not see it);
//   - a combined line is not sent while its line is being read: its bytes are laid over the
//     response (so that younger loads do see it), nor while an older write of it is unanswered;
//   - a line is not read while a write of it is unanswered.
//
// An atomic access goes to memory past the cache: it drops the line, waits until no other access
// to the line is under way, and later ones that are not atomic wait for it. Atomic ones to a line
// follow each other in order.
module zl_dcache
  import zl_pkg::*;
#(
    parameter int unsigned DCACHE_KB = 16,
    parameter int unsigned TARGETS   = 16
) (
    input logic clk_i,
    input logic rst_ni,

    input logic invalidate_i,
    input logic flush_i,       // send every combined line

    // Access, from the load-store unit; ready, hit and mshr answer in the same cycle.
    input  logic                       acc_valid_i,
    input  logic                       acc_write_i,
    input  logic [                5:0] acc_atomic_i,  // {it is one, funct5}
    input  logic                       acc_release_i, // atomic: after all earlier stores
    input  logic [               25:0] acc_line_i,
    output logic                       acc_ready_o,
    output logic                       acc_hit_o,
    output logic [                3:0] acc_mshr_o,
    input  logic                       acc_go_i,      // the access takes place
    input  logic [$clog2(TARGETS)-1:0] acc_target_i,  // who waits, if a load misses

    // One cycle later: the row of a load that hit, the bytes of a store or atomic operation.
    output logic [  LINE_W-1:0] row_o,
    input  logic [LINE_W/8-1:0] store_strb_i,
    input  logic [  LINE_W-1:0] store_data_i,

    // A line has come. Its targets are served one by one; the line stays until the last.
    output logic                       fill_valid_o,   // some target is waiting
    output logic [                3:0] fill_mshr_o,
    output logic [$clog2(TARGETS)-1:0] fill_target_o,
    output logic [               25:0] fill_line_o,
    output logic [         LINE_W-1:0] fill_data_o,
    output logic                       fill_error_o,
    input  logic                       fill_served_i,

    output logic        write_error_o,       // pulse: memory refused a write
    output logic [25:0] write_error_line_o,

    output logic drained_o,  // nothing under way, nothing combined

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
    /* verilator lint_off UNUSEDSIGNAL */  // bit 4 repeats write
    input  logic [         4:0] mem_rsp_tag_i,
    /* verilator lint_on UNUSEDSIGNAL */
    input  logic [  LINE_W-1:0] mem_rsp_data_i,
    input  logic                mem_rsp_error_i
);

  localparam int unsigned WAYS = 4;
  localparam int unsigned SETS = DCACHE_KB * 16 / WAYS;
  localparam int unsigned SET_W = $clog2(SETS);
  localparam int unsigned ROW_W = SET_W + 2;
  localparam int unsigned LTAG_W = 26 - SET_W;
  localparam int unsigned MSHRS = 16;
  localparam int unsigned OPEN = 8;   // lines that combine stores
  localparam int unsigned SENT = 16;  // writes in flight
  // Combined lines are sent once more than half of the buffer is taken, or nothing was stored
  // for some cycles.
  localparam int unsigned OPEN_LIMIT = 4;
  localparam int unsigned IDLE_LIMIT = 15;

  // Power-of-two strides, such as from one stack to the next, spread over the sets.
  function automatic logic [SET_W-1:0] set_of(input logic [25:0] line);
    set_of = '0;
    for (int unsigned b = 0; b < 26; b++) set_of[b%SET_W] ^= line[b];
  endfunction

  // -- state -------------------------------------------------------------------------------------

  logic [WAYS*LTAG_W-1:0] tags_q  [SETS];
  logic [  SETS*WAYS-1:0] valid_q;
  logic [            1:0] victim_q[SETS];  // next way to fill
  logic [     LINE_W-1:0] data_q  [SETS*WAYS];

  // Miss entries, allocated and sent in turn.
  logic [  MSHRS-1:0] mshr_valid_q;
  logic [  MSHRS-1:0] mshr_wait_q;    // not sent yet
  logic [  MSHRS-1:0] mshr_atomic_q;
  logic [       25:0] mshr_line_q   [MSHRS];
  logic [TARGETS-1:0] mshr_targets_q[MSHRS];
  logic [        3:0] mshr_tail_q;
  logic [        3:0] mshr_send_q;

  // The atomic operation that is not sent yet.
  logic                atomic_valid_q;
  logic                atomic_filled_q;  // its operands are there
  logic [         4:0] atomic_op_q;
  logic [LINE_W/8-1:0] atomic_strb_q;
  logic [  LINE_W-1:0] atomic_data_q;

  // Combining buffer, allocated and sent in turn.
  logic [    OPEN-1:0] open_valid_q;
  logic [        25:0] open_line_q [OPEN];
  logic [LINE_W/8-1:0] open_strb_q [OPEN];
  logic [  LINE_W-1:0] open_data_q [OPEN];
  logic [         2:0] open_head_q;
  logic [         2:0] open_tail_q;
  logic [         3:0] open_count_q;
  logic [         3:0] idle_q;

  // Writes in flight, allocated in turn.
  logic [SENT-1:0] sent_valid_q;
  logic [    25:0] sent_line_q[SENT];
  logic [     3:0] sent_tail_q;

  // A store's second cycle.
  logic             st_valid_q;
  logic             st_hit_q;
  logic             st_new_q;
  logic [ROW_W-1:0] row_q;
  logic [      2:0] st_open_q;

  // The line that has come.
  logic              fill_q;
  logic              fill_installed_q;
  logic              fill_error_q;
  logic              fill_atomic_q;
  logic [       3:0] fill_mshr_q;
  logic [      25:0] fill_line_q;
  logic [LINE_W-1:0] fill_data_q;

  // -- lookup ------------------------------------------------------------------------------------

  logic             install;
  logic             open_send;
  logic [ROW_W-1:0] acc_row;
  logic             mshr_free;
  logic             acc_mshr_match;
  logic             acc_open_match;
  logic [      2:0] acc_open;
  logic             acc_in_cache;
  logic             atomic_waits;  // for stores to be written

  assign acc_hit_o = acc_in_cache && !acc_atomic_i[5];

  always_comb begin
    automatic logic reads;
    automatic logic writes;
    automatic logic [SET_W-1:0] set;
    automatic logic [WAYS*LTAG_W-1:0] tags;
    automatic logic [WAYS-1:0] valid;
    acc_in_cache = 1'b0;
    atomic_waits = 1'b0;
    reads = 1'b0;
    writes = 1'b0;
    acc_row = '0;
    acc_mshr_match = 1'b0;
    acc_mshr_o = mshr_tail_q;
    acc_open_match = 1'b0;
    acc_open = open_tail_q;
    acc_ready_o = 1'b0;
    set = '0;
    tags = '0;
    valid = '0;
    if (acc_valid_i) begin
      set = set_of(acc_line_i);
      tags = tags_q[set];
      valid = valid_q[{set, 2'b00}+:4];
      for (int unsigned w = 0; w < WAYS; w++) begin
        if (valid[w] && tags[w*LTAG_W+:LTAG_W] == acc_line_i[25:SET_W]) begin
          acc_in_cache = 1'b1;
          acc_row = {set, 2'(w)};
        end
      end
      if (!acc_in_cache) begin
        for (int unsigned m = 0; m < MSHRS; m++) begin
          if (mshr_valid_q[m] && mshr_line_q[m] == acc_line_i) begin
            acc_mshr_match = 1'b1;
            acc_mshr_o = 4'(m);
          end
        end
      end
      if (acc_atomic_i[5]) begin
        // Misses follow each other, but a line that is being read will come into the cache.
        reads = acc_mshr_match && !mshr_atomic_q[acc_mshr_o];
        writes = acc_release_i && (open_valid_q != '0 || sent_valid_q != '0);
        for (int unsigned e = 0; e < OPEN; e++) begin
          if (open_valid_q[e] && open_line_q[e] == acc_line_i) writes = 1'b1;
        end
        for (int unsigned e = 0; e < SENT; e++) begin
          if (sent_valid_q[e] && sent_line_q[e] == acc_line_i) writes = 1'b1;
        end
        atomic_waits = writes;
        acc_mshr_match = 1'b0;
        acc_mshr_o = mshr_tail_q;
        acc_ready_o = !reads && !writes && !atomic_valid_q && mshr_free && !install;
      end else if (acc_write_i) begin
        for (int unsigned e = 0; e < OPEN; e++) begin
          if (open_valid_q[e] && open_line_q[e] == acc_line_i
              && !(open_send && open_head_q == 3'(e))) begin
            acc_open_match = 1'b1;
            acc_open = 3'(e);
          end
        end
        // The fill owns the write port of the rows.
        acc_ready_o = !acc_mshr_match && (acc_open_match || !open_valid_q[open_tail_q])
            && !(fill_q && !fill_installed_q);
      end else if (acc_in_cache) begin
        acc_ready_o = !(install && set_of(fill_line_q) == set);
      end else begin
        acc_ready_o = acc_mshr_match ? !mshr_atomic_q[acc_mshr_o] : mshr_free;
      end
    end
  end

  assign mshr_free = !mshr_valid_q[mshr_tail_q] && !(fill_q && fill_mshr_q == mshr_tail_q);

  assign row_o = data_q[row_q];

  // -- store, second cycle -----------------------------------------------------------------------

  always_ff @(posedge clk_i) begin
    if (acc_go_i) begin
      row_q <= acc_row;
      st_hit_q <= acc_in_cache && acc_write_i;
      st_new_q <= !acc_open_match;
      st_open_q <= acc_open;
    end
  end

  always_ff @(posedge clk_i) begin
    st_valid_q <= rst_ni && acc_go_i && acc_write_i;
    if (st_valid_q) begin
      open_strb_q[st_open_q] <= (st_new_q ? '0 : open_strb_q[st_open_q]) | store_strb_i;
      open_data_q[st_open_q] <= merge_bytes(open_data_q[st_open_q], store_data_i, store_strb_i);
    end
    if (acc_go_i && acc_write_i && !acc_open_match) open_line_q[open_tail_q] <= acc_line_i;
  end

  always_ff @(posedge clk_i) begin
    if (acc_go_i && acc_atomic_i[5]) atomic_op_q <= acc_atomic_i[4:0];
    if (atomic_valid_q && !atomic_filled_q) begin
      atomic_strb_q <= store_strb_i;
      atomic_data_q <= store_data_i;
    end
    atomic_filled_q <= atomic_valid_q;
    atomic_valid_q <= rst_ni && ((acc_go_i && acc_atomic_i[5])
        || (atomic_valid_q && !(read_send && mshr_atomic_q[mshr_send_q])));
  end

  // -- rows: a store that hit, or the line that has come -----------------------------------------

  assign install = fill_q && !fill_installed_q && !(st_valid_q && st_hit_q);

  always_ff @(posedge clk_i) begin
    if (install && !fill_atomic_q) begin
      automatic logic [SET_W-1:0] set;
      automatic logic [1:0] way;
      automatic logic [WAYS*LTAG_W-1:0] tags;
      set = set_of(fill_line_q);
      way = victim_q[set];
      tags = tags_q[set];
      tags[way*LTAG_W+:LTAG_W] = fill_line_q[25:SET_W];
      tags_q[set] <= tags;
      victim_q[set] <= way + 2'd1;
      data_q[{set, way}] <= fill_data_q;
      valid_q[{set, way}] <= !fill_error_q;
    end else if (st_valid_q && st_hit_q) begin
      data_q[row_q] <= merge_bytes(data_q[row_q], store_data_i, store_strb_i);
    end
    if (acc_go_i && acc_atomic_i[5] && acc_in_cache) valid_q[acc_row] <= 1'b0;
    if (!rst_ni || invalidate_i) valid_q <= '0;
  end

  // -- responses ---------------------------------------------------------------------------------

  logic [TARGETS-1:0] fill_targets;
  logic [TARGETS-1:0] fill_left;
  logic               fill_done;
  logic               takes_read;
  logic               miss_go;

  assign miss_go = acc_go_i && !acc_write_i && !acc_hit_o;

  always_comb begin
    fill_targets = '0;
    fill_target_o = '0;
    if (fill_q) begin
      fill_targets = mshr_targets_q[fill_mshr_q];
      for (int t = int'(TARGETS) - 1; t >= 0; t--) begin
        if (fill_targets[t]) fill_target_o = $clog2(TARGETS)'(t);
      end
    end
  end

  assign fill_left = fill_targets & ~(TARGETS'(fill_served_i) << fill_target_o);

  assign fill_valid_o = |fill_targets;
  assign fill_mshr_o = fill_mshr_q;
  assign fill_line_o = fill_line_q;
  assign fill_data_o = fill_data_q;
  assign fill_error_o = fill_error_q;
  assign fill_done = (fill_installed_q || install) && fill_left == '0
      && !(miss_go && acc_mshr_match && acc_mshr_o == fill_mshr_q);

  assign mem_rsp_ready_o = mem_rsp_write_i || !fill_q || fill_done;
  assign takes_read = mem_rsp_valid_i && !mem_rsp_write_i && mem_rsp_ready_o;

  always_ff @(posedge clk_i) begin
    if (takes_read) begin
      automatic logic [25:0] line;
      automatic logic [LINE_W-1:0] data;
      line = mshr_line_q[mem_rsp_tag_i[3:0]];
      data = mem_rsp_data_i;
      for (int unsigned e = 0; e < OPEN; e++) begin
        if (open_valid_q[e] && open_line_q[e] == line) begin
          data = merge_bytes(data, open_data_q[e], open_strb_q[e]);
        end
      end
      fill_error_q <= mem_rsp_error_i;
      fill_atomic_q <= mshr_atomic_q[mem_rsp_tag_i[3:0]];
      fill_mshr_q <= mem_rsp_tag_i[3:0];
      fill_line_q <= line;
      fill_data_q <= data;
    end
    if (!rst_ni) begin
      fill_q <= 1'b0;
      fill_installed_q <= 1'b0;
    end else begin
      fill_q <= takes_read || (fill_q && !fill_done);
      fill_installed_q <= !takes_read && (fill_installed_q || install);
    end
  end

  assign write_error_o = mem_rsp_valid_i && mem_rsp_write_i && mem_rsp_error_i;
  assign write_error_line_o = sent_line_q[mem_rsp_tag_i[3:0]];

  // -- miss entries ------------------------------------------------------------------------------

  always_ff @(posedge clk_i) begin
    if (fill_served_i) mshr_targets_q[fill_mshr_q] <= fill_left;
    if (miss_go) begin
      automatic logic [TARGETS-1:0] targets;
      targets = '0;
      if (acc_mshr_match) begin
        targets = mshr_targets_q[acc_mshr_o];
        if (fill_q && fill_mshr_q == acc_mshr_o) targets = fill_left;
      end
      targets[acc_target_i] = 1'b1;
      mshr_targets_q[acc_mshr_o] <= targets;
      mshr_line_q[acc_mshr_o] <= acc_line_i;
    end
  end

  // -- requests: reads and writes in turn when there are both ------------------------------------

  logic req_free;
  logic read_able;
  logic write_able;
  logic read_send;
  logic last_read_q;
  logic drain_q;  // no store for some cycles, or an atomic operation waits for stores

  assign req_free = !mem_req_valid_o || mem_req_ready_i;

  always_comb begin
    automatic logic [25:0] line;
    line = mshr_line_q[mshr_send_q];
    read_able = mshr_wait_q[mshr_send_q] && (!mshr_atomic_q[mshr_send_q] || atomic_filled_q);
    if (read_able) begin
      for (int unsigned s = 0; s < SENT; s++) begin
        if (sent_valid_q[s] && sent_line_q[s] == line) read_able = 1'b0;
      end
    end
  end

  always_comb begin
    automatic logic [25:0] line;
    line = open_line_q[open_head_q];
    write_able = open_valid_q[open_head_q] && !sent_valid_q[sent_tail_q]
        && !(st_valid_q && st_open_q == open_head_q)
        && (flush_i || drain_q || open_count_q > 4'(OPEN_LIMIT) || &open_strb_q[open_head_q]);
    if (write_able) begin
      for (int unsigned s = 0; s < SENT; s++) begin
        if (sent_valid_q[s] && sent_line_q[s] == line) write_able = 1'b0;
      end
      for (int unsigned m = 0; m < MSHRS; m++) begin
        if (mshr_valid_q[m] && mshr_line_q[m] == line) write_able = 1'b0;
      end
    end
  end

  assign read_send = req_free && read_able && !(write_able && last_read_q);
  assign open_send = req_free && write_able && !read_send;

  always_ff @(posedge clk_i) begin
    if (read_send) begin
      mem_req_write_o <= 1'b0;
      mem_req_atomic_o <= '0;
      if (mshr_atomic_q[mshr_send_q]) begin
        mem_req_atomic_o <= {1'b1, atomic_op_q};
        mem_req_data_o <= atomic_data_q;
        mem_req_strb_o <= atomic_strb_q;
      end
      mem_req_line_o <= mshr_line_q[mshr_send_q];
      mem_req_tag_o <= {1'b0, mshr_send_q};
    end
    if (open_send) begin
      mem_req_write_o <= 1'b1;
      mem_req_atomic_o <= '0;
      mem_req_line_o <= open_line_q[open_head_q];
      mem_req_tag_o <= {1'b1, sent_tail_q};
      mem_req_data_o <= open_data_q[open_head_q];
      mem_req_strb_o <= open_strb_q[open_head_q];
      sent_line_q[sent_tail_q] <= open_line_q[open_head_q];
    end
  end

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      mem_req_valid_o <= 1'b0;
      last_read_q <= 1'b0;
      mshr_valid_q <= '0;
      mshr_wait_q <= '0;
      mshr_tail_q <= '0;
      mshr_send_q <= '0;
      open_valid_q <= '0;
      open_head_q <= '0;
      open_tail_q <= '0;
      open_count_q <= '0;
      sent_valid_q <= '0;
      sent_tail_q <= '0;
      idle_q <= '0;
      drain_q <= 1'b0;
    end else begin
      automatic logic miss_new;
      automatic logic open_new;
      miss_new = miss_go && !acc_mshr_match;
      open_new = acc_go_i && acc_write_i && !acc_open_match;

      mem_req_valid_o <= read_send || open_send || (mem_req_valid_o && !mem_req_ready_i);
      if (read_send || open_send) last_read_q <= read_send;

      if (install) mshr_valid_q[fill_mshr_q] <= 1'b0;
      if (miss_new) begin
        mshr_valid_q[mshr_tail_q] <= 1'b1;
        mshr_wait_q[mshr_tail_q] <= 1'b1;
        mshr_atomic_q[mshr_tail_q] <= acc_atomic_i[5];
        mshr_tail_q <= mshr_tail_q + 4'd1;
      end
      if (read_send) begin
        mshr_wait_q[mshr_send_q] <= 1'b0;
        mshr_send_q <= mshr_send_q + 4'd1;
      end

      if (open_new) begin
        open_valid_q[open_tail_q] <= 1'b1;
        open_tail_q <= open_tail_q + 3'd1;
      end
      if (open_send) begin
        open_valid_q[open_head_q] <= 1'b0;
        open_head_q <= open_head_q + 3'd1;
        sent_valid_q[sent_tail_q] <= 1'b1;
        sent_tail_q <= sent_tail_q + 4'd1;
      end
      open_count_q <= open_count_q + 4'(open_new) - 4'(open_send);
      if (mem_rsp_valid_i && mem_rsp_write_i) sent_valid_q[mem_rsp_tag_i[3:0]] <= 1'b0;

      if (acc_go_i && acc_write_i) idle_q <= '0;
      else if (!drain_q) idle_q <= idle_q + 4'd1;
      drain_q <= !(acc_go_i && acc_write_i)
          && (drain_q || atomic_waits || idle_q == 4'(IDLE_LIMIT));
    end
  end

  assign drained_o = mshr_valid_q == '0 && open_valid_q == '0 && sent_valid_q == '0 && !fill_q;

`ifndef SYNTHESIS
  assert property (@(posedge clk_i) disable iff (!rst_ni) !(acc_go_i && !acc_ready_o))
  else $error("access without ready");
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      !(takes_read && !mshr_valid_q[mem_rsp_tag_i[3:0]]))
  else $error("read response without a request");
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      !(mem_rsp_valid_i && mem_rsp_write_i && !sent_valid_q[mem_rsp_tag_i[3:0]]))
  else $error("write response without a request");
  assert property (@(posedge clk_i) disable iff (!rst_ni) !(fill_served_i && !fill_valid_o))
  else $error("service of a target that does not wait");
  assert property (@(posedge clk_i) disable iff (!rst_ni) !(invalidate_i && mshr_valid_q != '0))
  else $error("invalidated while lines are on their way");
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      mem_req_valid_o && !mem_req_ready_i |=> mem_req_valid_o && $stable(mem_req_write_o)
          && $stable(mem_req_atomic_o) && $stable(mem_req_line_o) && $stable(mem_req_tag_o))
  else $error("a request changed before memory took it");
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      mem_req_valid_o && !mem_req_ready_i && (mem_req_write_o || mem_req_atomic_o[5])
          |=> $stable(mem_req_data_o) && $stable(mem_req_strb_o))
  else $error("data changed before memory took them");
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      !(miss_go && !acc_mshr_match && mshr_valid_q[mshr_tail_q]))
  else $error("miss entries overflow");
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      !(acc_go_i && acc_write_i && !acc_open_match && open_valid_q[open_tail_q]))
  else $error("the combining buffer overflows");
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      32'(open_count_q) == $countones(open_valid_q))
  else $error("the combining buffer is counted wrongly");
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      !(open_send && (sent_valid_q[sent_tail_q] || !open_valid_q[open_head_q])))
  else $error("a write is sent that is not there, or has no place");
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      !(read_send && !mshr_wait_q[mshr_send_q]))
  else $error("a read is sent that is not there");
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      !(read_send && open_send))
  else $error("two requests sent at once");
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      !(read_send && last_read_q && write_able))
  else $error("a write that could go waits for more than one read");
`endif

endmodule
