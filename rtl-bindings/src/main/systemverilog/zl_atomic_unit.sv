// Atomic operations at the point where all cores' requests meet.
//
// An atomic request carries operands for words of one line, and gets the line's old words (0 or 1
// for SC). Its line is read into an entry and stays there while operations on it go on, so that a
// counter in use costs a cycle an operation; it is written back when nothing atomic has come for
// a while, when the entry is needed, or when a plain access to the line comes, which waits for
// that. Everything else passes through, and is not delayed.
//
// Hazards: a line is not read into an entry while plain writes to it are under way (counted by a
// hash of the line).
//
// LR and SC: each line has a version (kept by a hash of the line, so that lines may share one),
// which every write changes. LR returns it, SC brings it along and fails when it has changed. It
// travels in the data word whose strobe is 0001; the words operated on have 1111.
module zl_atomic_unit #(
    parameter int unsigned TAG_W = 6,
    parameter int unsigned ENTRIES = 4
) (
    input logic clk_i,
    input logic rst_ni,

    // From and to the cores. Atomic: {it is one, funct5 of the instruction}; write is not set.
    input  logic                        in_req_valid_i,
    output logic                        in_req_ready_o,
    input  logic                        in_req_write_i,
    input  logic [                 5:0] in_req_atomic_i,
    input  logic [                25:0] in_req_line_i,
    input  logic [           TAG_W-1:0] in_req_tag_i,
    input  logic [  zl_pkg::LINE_W-1:0] in_req_data_i,
    input  logic [zl_pkg::LINE_W/8-1:0] in_req_strb_i,
    output logic                        in_rsp_valid_o,
    input  logic                        in_rsp_ready_i,
    output logic                        in_rsp_write_o,
    output logic [           TAG_W-1:0] in_rsp_tag_o,
    output logic [  zl_pkg::LINE_W-1:0] in_rsp_data_o,
    output logic                        in_rsp_error_o,

    output logic busy_o,  // an entry is in use

    // To and from memory. Tag: {from an entry, tag}.
    output logic                        out_req_valid_o,
    input  logic                        out_req_ready_i,
    output logic                        out_req_write_o,
    output logic [                25:0] out_req_line_o,
    output logic [             TAG_W:0] out_req_tag_o,
    output logic [  zl_pkg::LINE_W-1:0] out_req_data_o,
    output logic [zl_pkg::LINE_W/8-1:0] out_req_strb_o,
    input  logic                        out_rsp_valid_i,
    output logic                        out_rsp_ready_o,
    input  logic                        out_rsp_write_i,
    input  logic [             TAG_W:0] out_rsp_tag_i,
    input  logic [  zl_pkg::LINE_W-1:0] out_rsp_data_i,
    input  logic                        out_rsp_error_i
);

  localparam int unsigned LINE_W = zl_pkg::LINE_W;
  localparam int unsigned IDX_W = $clog2(ENTRIES);
  localparam int unsigned HASH_W = 6;
  localparam int unsigned VERSION_HASH_W = 10;
  localparam int unsigned COUNT_W = TAG_W + 1;
  localparam int unsigned VERSION_W = 32;
  localparam logic [4:0] IDLE_LIMIT = 5'd16;

  typedef enum logic [2:0] {
    FREE,
    READ,     // to be read
    READING,
    EXECUTE,  // its first operation can take place
    HELD,     // holds the line
    WRITE,    // to be written back
    WRITING
  } state_t;

  state_t              state_q[ENTRIES];
  logic [        25:0] line_q [ENTRIES];
  logic [  LINE_W-1:0] data_q [ENTRIES];
  logic [        15:0] dirty_q[ENTRIES];  // by word
  logic                error_q[ENTRIES];

  // The operation that brought the entry's line.
  logic [         4:0] op_q     [ENTRIES];
  logic [   TAG_W-1:0] tag_q    [ENTRIES];
  logic [  LINE_W-1:0] operand_q[ENTRIES];
  logic [LINE_W/8-1:0] strb_q   [ENTRIES];

  logic [   IDX_W-1:0] victim_q;
  logic [         4:0] idle_q;

  // By hash of the line.
  logic [(1<<HASH_W)*COUNT_W-1:0] writes_q;  // plain writes under way
  logic [VERSION_W-1:0] version_q[1 << VERSION_HASH_W];
  logic [HASH_W-1:0]    hash_q   [1 << TAG_W];   // of a plain write under way, by tag

  // The response of an atomic operation.
  logic              rsp_valid_q;
  logic [ TAG_W-1:0] rsp_tag_q;
  logic [LINE_W-1:0] rsp_data_q;
  logic              rsp_error_q;

  function automatic logic [HASH_W-1:0] hash(input logic [25:0] line);
    hash = '0;
    for (int unsigned b = 0; b < 26; b++) hash[b%HASH_W] ^= line[b];
  endfunction

  function automatic logic [VERSION_HASH_W-1:0] version_hash(input logic [25:0] line);
    version_hash = '0;
    for (int unsigned b = 0; b < 26; b++) version_hash[b%VERSION_HASH_W] ^= line[b];
  endfunction

  // -- what the request meets --------------------------------------------------------------------

  logic               match;
  logic [IDX_W-1:0]   match_entry;
  logic               free;
  logic [IDX_W-1:0]   free_entry;
  logic               execute;       // of the entry's own operation
  logic [IDX_W-1:0]   execute_entry;
  logic               own_request;   // an entry wants memory
  logic [IDX_W-1:0]   own_entry;
  logic               rsp_free;
  logic               is_atomic;
  logic               passes;
  logic               hits;          // the operation takes place on a held line
  logic               allocates;
  logic               any_used;

  assign is_atomic = in_req_atomic_i[5];
  assign rsp_free = !rsp_valid_q;

  always_comb begin
    match = 1'b0;
    match_entry = '0;
    free = 1'b0;
    free_entry = '0;
    execute = 1'b0;
    execute_entry = '0;
    own_request = 1'b0;
    own_entry = '0;
    any_used = 1'b0;
    for (int unsigned e = 0; e < ENTRIES; e++) begin
      if (state_q[e] == FREE) begin
        free = 1'b1;
        free_entry = IDX_W'(e);
      end else begin
        any_used = 1'b1;
        if (line_q[e] == in_req_line_i) begin
          match = 1'b1;
          match_entry = IDX_W'(e);
        end
      end
      if (state_q[e] == EXECUTE) begin
        execute = rsp_free;
        execute_entry = IDX_W'(e);
      end
      if (state_q[e] == READ || state_q[e] == WRITE) begin
        own_request = 1'b1;
        own_entry = IDX_W'(e);
      end
    end
  end

  assign passes = in_req_valid_i && !is_atomic && !match && !own_request;
  assign hits = in_req_valid_i && is_atomic && match && state_q[match_entry] == HELD
      && rsp_free && !execute;
  assign allocates = in_req_valid_i && is_atomic && !match && free
      && writes_q[hash(in_req_line_i)*COUNT_W+:COUNT_W] == '0;
  assign in_req_ready_o = is_atomic ? hits || allocates : passes && out_req_ready_i;

  assign out_req_valid_o = own_request || passes;
  assign out_req_write_o = own_request ? state_q[own_entry] == WRITE : in_req_write_i;
  assign out_req_line_o = own_request ? line_q[own_entry] : in_req_line_i;
  assign out_req_tag_o = own_request ? {1'b1, TAG_W'(own_entry)} : {1'b0, in_req_tag_i};
  assign out_req_data_o = own_request ? data_q[own_entry] : in_req_data_i;

  always_comb begin
    out_req_strb_o = in_req_strb_i;
    if (own_request) begin
      for (int unsigned w = 0; w < 16; w++) out_req_strb_o[w*4+:4] = {4{dirty_q[own_entry][w]}};
    end
  end

  // -- operations --------------------------------------------------------------------------------

  logic operates;
  assign operates = execute || hits;

  always_ff @(posedge clk_i) begin
    if (operates) begin
      automatic logic [IDX_W-1:0] entry;
      automatic logic [4:0] op;
      automatic logic [LINE_W-1:0] operands;
      automatic logic [LINE_W/8-1:0] strb;
      automatic logic [LINE_W-1:0] data;
      automatic logic [LINE_W-1:0] answer;
      automatic logic [15:0] dirty;
      automatic logic [VERSION_W-1:0] version;
      automatic logic succeeds;
      entry = execute ? execute_entry : match_entry;
      op = execute ? op_q[entry] : in_req_atomic_i[4:0];
      operands = execute ? operand_q[entry] : in_req_data_i;
      strb = execute ? strb_q[entry] : in_req_strb_i;
      data = data_q[entry];
      answer = data;
      dirty = execute ? '0 : dirty_q[entry];
      version = version_q[version_hash(line_q[entry])];
      succeeds = op != zl_pkg::ATOMIC_LR;
      for (int unsigned w = 0; w < 16; w++) begin
        if (strb[w*4+:4] == 4'b0001) begin
          answer[w*32+:32] = version;
          if (op == zl_pkg::ATOMIC_SC && operands[w*32+:32] != version) succeeds = 1'b0;
        end
      end
      for (int unsigned w = 0; w < 16; w++) begin
        if (strb[w*4+:4] == 4'b1111) begin
          if (op == zl_pkg::ATOMIC_SC) answer[w*32+:32] = {31'd0, !succeeds};
          if (succeeds) begin
            data[w*32+:32] = zl_pkg::atomic_result(op, data[w*32+:32], operands[w*32+:32]);
            dirty[w] = 1'b1;
          end
        end
      end
      data_q[entry] <= data;
      dirty_q[entry] <= dirty;
      rsp_tag_q <= execute ? tag_q[entry] : in_req_tag_i;
      rsp_data_q <= answer;
      rsp_error_q <= error_q[entry];
      if (succeeds) version_q[version_hash(line_q[entry])] <= version + VERSION_W'(1);
    end else if (passes && out_req_ready_i && in_req_write_i) begin
      version_q[version_hash(in_req_line_i)] <= version_q[version_hash(in_req_line_i)]
          + VERSION_W'(1);
    end
    if (out_rsp_valid_i && out_rsp_tag_i[TAG_W] && !out_rsp_write_i) begin
      data_q[out_rsp_tag_i[IDX_W-1:0]] <= out_rsp_data_i;
      error_q[out_rsp_tag_i[IDX_W-1:0]] <= out_rsp_error_i;
    end
    if (allocates) begin
      line_q[free_entry] <= in_req_line_i;
      op_q[free_entry] <= in_req_atomic_i[4:0];
      tag_q[free_entry] <= in_req_tag_i;
      operand_q[free_entry] <= in_req_data_i;
      strb_q[free_entry] <= in_req_strb_i;
    end
  end

  // -- entries -----------------------------------------------------------------------------------

  logic             evicts;
  logic [IDX_W-1:0] evict_entry;

  always_comb begin
    evict_entry = victim_q;
    evicts = 1'b0;
    if (any_used) begin
      if (in_req_valid_i && !is_atomic && match) begin
        evict_entry = match_entry;
        evicts = 1'b1;
      end else begin
        evicts = idle_q == IDLE_LIMIT || (in_req_valid_i && is_atomic && !match && !free);
      end
      if (state_q[evict_entry] != HELD || (hits && match_entry == evict_entry)) evicts = 1'b0;
    end
  end

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      for (int unsigned e = 0; e < ENTRIES; e++) state_q[e] <= FREE;
      victim_q <= '0;
      idle_q <= '0;
    end else begin
      if (out_req_ready_i && own_request) begin
        state_q[own_entry] <= state_q[own_entry] == READ ? READING : WRITING;
      end
      if (out_rsp_valid_i && out_rsp_tag_i[TAG_W]) begin
        state_q[out_rsp_tag_i[IDX_W-1:0]] <= out_rsp_write_i ? FREE : EXECUTE;
      end
      if (execute) state_q[execute_entry] <= HELD;
      if (evicts) begin
        state_q[evict_entry] <= dirty_q[evict_entry] == '0 || error_q[evict_entry] ? FREE : WRITE;
      end
      if (allocates) state_q[free_entry] <= READ;
      if (!evicts || evict_entry == victim_q) victim_q <= victim_q + IDX_W'(any_used);
      if (operates || allocates) idle_q <= '0;
      else if (idle_q != IDLE_LIMIT) idle_q <= idle_q + 5'd1;
    end
  end

  assign busy_o = any_used || rsp_valid_q;

  // -- plain writes under way --------------------------------------------------------------------

  logic write_starts;
  logic write_ends;
  logic [HASH_W-1:0] start_hash;
  logic [HASH_W-1:0] end_hash;

  assign write_starts = passes && out_req_ready_i && in_req_write_i;
  assign write_ends = out_rsp_valid_i && out_rsp_ready_o && out_rsp_write_i
      && !out_rsp_tag_i[TAG_W];
  assign start_hash = hash(in_req_line_i);
  assign end_hash = hash_q[out_rsp_tag_i[TAG_W-1:0]];

  always_ff @(posedge clk_i) begin
    if (write_starts) hash_q[in_req_tag_i] <= start_hash;
    if (!rst_ni) begin
      writes_q <= '0;
    end else if (!(write_starts && write_ends && start_hash == end_hash)) begin
      if (write_starts) begin
        writes_q[start_hash*COUNT_W+:COUNT_W] <= writes_q[start_hash*COUNT_W+:COUNT_W]
            + COUNT_W'(1);
      end
      if (write_ends) begin
        writes_q[end_hash*COUNT_W+:COUNT_W] <= writes_q[end_hash*COUNT_W+:COUNT_W] - COUNT_W'(1);
      end
    end
  end

  // -- responses: atomic ones first --------------------------------------------------------------

  assign in_rsp_valid_o = rsp_valid_q || (out_rsp_valid_i && !out_rsp_tag_i[TAG_W]);
  assign in_rsp_write_o = !rsp_valid_q && out_rsp_write_i;
  assign in_rsp_tag_o = rsp_valid_q ? rsp_tag_q : out_rsp_tag_i[TAG_W-1:0];
  assign in_rsp_data_o = rsp_valid_q ? rsp_data_q : out_rsp_data_i;
  assign in_rsp_error_o = rsp_valid_q ? rsp_error_q : out_rsp_error_i;
  assign out_rsp_ready_o = out_rsp_tag_i[TAG_W] || (in_rsp_ready_i && !rsp_valid_q);

  always_ff @(posedge clk_i) begin
    rsp_valid_q <= rst_ni && (operates || (rsp_valid_q && !in_rsp_ready_i));
  end

`ifndef SYNTHESIS
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      !(in_req_valid_i && is_atomic && in_req_write_i))
  else $error("a request that is both atomic and a write");
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      rsp_valid_q && !in_rsp_ready_i |=> rsp_valid_q && $stable(rsp_tag_q) && $stable(rsp_data_q))
  else $error("a response changed before it was taken");
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      !(operates && rsp_valid_q))
  else $error("a response overwritten");
  logic no_write_counted;
  assign no_write_counted = writes_q[end_hash*COUNT_W+:COUNT_W] == '0;
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      !(write_ends && no_write_counted))
  else $error("a write ends that has not started");
  logic free_is_used;
  assign free_is_used = state_q[free_entry] != FREE;
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      !(allocates && free_is_used))
  else $error("an entry taken twice");
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      !(hits && (passes || allocates)))
  else $error("a request served in two ways");
`endif

endmodule
