// The L2 that all cores share, and the point where atomic operations take place.
//
// A line belongs to one of four banks by all bits of its number. Each bank has its own turn among
// the cores, its own atomic unit and its own way to memory's turn, so that every core and every
// bank can have one request and one response a cycle; memory takes one a cycle of all.
//
//   core ─┐                                                         ┌─ memory
//   core ─┼─ zl_memory_arbiter ─ zl_atomic_unit ─ zl_l2_bank ─┐     │
//   core ─┘  (bank 0)                                         ├─ zl_memory_arbiter
//            (bank 1, 2, 3 likewise)                         ─┘
//
// It is not under the cores' reset: what the atomic units hold must reach memory, and memory's
// answers must find their entries. An answer to a request from before a reset (its epoch is
// another one) is dropped here. The host may change memory between launches: the banks forget
// what they hold when one starts. They hold nothing that memory does not.
module zl_l2
  import zl_pkg::LINE_W;
#(
    parameter int unsigned L2_KB = 128,
    parameter int unsigned CORES = 4,
    parameter int unsigned MEM_TAG_W = 6,
    parameter int unsigned EPOCH_W = 2,
    parameter int unsigned OUT_TAG_W = 6
) (
    input logic clk_i,
    input logic rst_ni,
    input logic cores_rst_ni,

    input  logic [EPOCH_W-1:0] epoch_i,
    input  logic               launch_i,  // pulse
    output logic               busy_o,

    // From and to the cores, core c at index c.
    input  logic [          CORES-1:0] core_req_valid_i,
    output logic [          CORES-1:0] core_req_ready_o,
    input  logic [          CORES-1:0] core_req_write_i,
    input  logic [        CORES*6-1:0] core_req_atomic_i,
    input  logic [       CORES*26-1:0] core_req_line_i,
    input  logic [CORES*MEM_TAG_W-1:0] core_req_tag_i,
    input  logic [   CORES*LINE_W-1:0] core_req_data_i,
    input  logic [ CORES*LINE_W/8-1:0] core_req_strb_i,
    output logic [          CORES-1:0] core_rsp_valid_o,
    input  logic [          CORES-1:0] core_rsp_ready_i,
    output logic [          CORES-1:0] core_rsp_write_o,
    output logic [CORES*MEM_TAG_W-1:0] core_rsp_tag_o,
    output logic [   CORES*LINE_W-1:0] core_rsp_data_o,
    output logic [          CORES-1:0] core_rsp_error_o,
    output logic [          CORES-1:0] perf_hit_o,        // a line read is answered by a bank,
    output logic [          CORES-1:0] perf_miss_o,       // or by memory

    // To and from memory. Tag: {bank, its entry}.
    output logic                 out_req_valid_o,
    input  logic                 out_req_ready_i,
    output logic                 out_req_write_o,
    output logic [         25:0] out_req_line_o,
    output logic [OUT_TAG_W-1:0] out_req_tag_o,
    output logic [   LINE_W-1:0] out_req_data_o,
    output logic [ LINE_W/8-1:0] out_req_strb_o,
    input  logic                 out_rsp_valid_i,
    output logic                 out_rsp_ready_o,
    input  logic                 out_rsp_write_i,
    input  logic [OUT_TAG_W-1:0] out_rsp_tag_i,
    input  logic [   LINE_W-1:0] out_rsp_data_i,
    input  logic                 out_rsp_error_i
);

  localparam int unsigned BANKS = 4;
  localparam int unsigned BANK_W = $clog2(BANKS);
  localparam int unsigned ENTRY_W = OUT_TAG_W - BANK_W;
  localparam int unsigned CORE_W = CORES > 1 ? $clog2(CORES) : 0;
  localparam int unsigned REQ_TAG_W = CORE_W + MEM_TAG_W;    // {core, its tag}
  localparam int unsigned TAG_W = EPOCH_W + REQ_TAG_W;       // {epoch, core, its tag}

  function automatic logic [BANK_W-1:0] bank_of(input logic [25:0] line);
    bank_of = '0;
    for (int unsigned b = 0; b < 26; b++) bank_of[b%BANK_W] ^= line[b];
  endfunction

  // -- cores to banks ----------------------------------------------------------------------------

  logic [BANKS*CORES-1:0] to_bank;      // core c has a request for bank b: index b, c
  logic [BANKS*CORES-1:0] bank_ready;

  for (genvar c = 0; c < CORES; c++) begin : g_request
    logic [BANK_W-1:0] bank;
    assign bank = bank_of(core_req_line_i[c*26+:26]);
    for (genvar b = 0; b < BANKS; b++) begin : g_bank
      assign to_bank[b*CORES+c] = core_req_valid_i[c] && cores_rst_ni && bank == BANK_W'(b);
    end
    assign core_req_ready_o[c] = bank_ready[32'(bank)*CORES+c];
  end

  // -- banks -------------------------------------------------------------------------------------

  logic [       BANKS-1:0] bank_rsp_valid;  // and not from before a reset
  logic [       BANKS-1:0] bank_rsp_ready;
  logic [       BANKS-1:0] bank_rsp_write;
  logic [ BANKS*TAG_W-1:0] bank_rsp_tag;
  logic [BANKS*LINE_W-1:0] bank_rsp_data;
  logic [       BANKS-1:0] bank_rsp_error;
  logic [       BANKS-1:0] bank_busy;
  // A bank answers a read: the core it is of, with the bank's tag.
  logic [       BANKS-1:0] bank_read;
  logic [       BANKS-1:0] bank_hit;
  logic [       BANKS-1:0] mem_req_valid;
  logic [       BANKS-1:0] mem_req_ready;
  logic [       BANKS-1:0] mem_req_write;
  logic [    BANKS*26-1:0] mem_req_line;
  logic [BANKS*ENTRY_W-1:0] mem_req_tag;
  logic [BANKS*LINE_W-1:0] mem_req_data;
  logic [BANKS*LINE_W/8-1:0] mem_req_strb;
  logic [       BANKS-1:0] mem_rsp_valid;
  logic [       BANKS-1:0] mem_rsp_ready;
  logic                    mem_rsp_write;
  logic [     ENTRY_W-1:0] mem_rsp_tag;
  logic [      LINE_W-1:0] mem_rsp_data;
  logic                    mem_rsp_error;

  for (genvar b = 0; b < BANKS; b++) begin : g_bank
    logic                 arb_valid;
    logic                 arb_ready;
    logic                 arb_write;
    logic [          5:0] arb_atomic;
    logic [         25:0] arb_line;
    logic [REQ_TAG_W-1:0] arb_tag;
    logic [   LINE_W-1:0] arb_data;
    logic [ LINE_W/8-1:0] arb_strb;
    logic                 unit_rsp_valid;
    logic                 unit_rsp_ready;
    logic                 atomic_busy;
    logic                 cache_req_valid;
    logic                 cache_req_ready;
    logic                 cache_req_write;
    logic [         25:0] cache_req_line;
    logic [      TAG_W:0] cache_req_tag;
    logic [   LINE_W-1:0] cache_req_data;
    logic [ LINE_W/8-1:0] cache_req_strb;
    logic                 cache_rsp_valid;
    logic                 cache_rsp_ready;
    logic                 cache_rsp_write;
    logic                 cache_rsp_hit;
    logic [      TAG_W:0] cache_rsp_tag;
    logic [   LINE_W-1:0] cache_rsp_data;
    logic                 cache_rsp_error;
    logic                 cache_busy;
    logic                 stale;

    // Requests only; the way of the responses is further down.
    /* verilator lint_off PINCONNECTEMPTY */
    zl_memory_arbiter #(
        .PORTS(CORES),
        .TAG_W(MEM_TAG_W)
    ) arbiter (
        .clk_i,
        .rst_ni(cores_rst_ni),
        .in_req_valid_i(to_bank[b*CORES+:CORES]),
        .in_req_ready_o(bank_ready[b*CORES+:CORES]),
        .in_req_write_i(core_req_write_i),
        .in_req_atomic_i(core_req_atomic_i),
        .in_req_line_i(core_req_line_i),
        .in_req_tag_i(core_req_tag_i),
        .in_req_data_i(core_req_data_i),
        .in_req_strb_i(core_req_strb_i),
        .in_rsp_valid_o(),
        .in_rsp_ready_i('0),
        .in_rsp_write_o(),
        .in_rsp_tag_o(),
        .in_rsp_data_o(),
        .in_rsp_error_o(),
        .out_req_valid_o(arb_valid),
        .out_req_ready_i(arb_ready),
        .out_req_write_o(arb_write),
        .out_req_atomic_o(arb_atomic),
        .out_req_line_o(arb_line),
        .out_req_tag_o(arb_tag),
        .out_req_data_o(arb_data),
        .out_req_strb_o(arb_strb),
        .out_rsp_valid_i(1'b0),
        .out_rsp_ready_o(),
        .out_rsp_write_i(1'b0),
        .out_rsp_tag_i('0),
        .out_rsp_data_i('0),
        .out_rsp_error_i(1'b0)
    );
    /* verilator lint_on PINCONNECTEMPTY */

    zl_atomic_unit #(
        .TAG_W(TAG_W)
    ) atomic_unit (
        .clk_i,
        .rst_ni,
        .in_req_valid_i(arb_valid),
        .in_req_ready_o(arb_ready),
        .in_req_write_i(arb_write),
        .in_req_atomic_i(arb_atomic),
        .in_req_line_i(arb_line),
        .in_req_tag_i({epoch_i, arb_tag}),
        .in_req_data_i(arb_data),
        .in_req_strb_i(arb_strb),
        .in_rsp_valid_o(unit_rsp_valid),
        .in_rsp_ready_i(unit_rsp_ready),
        .in_rsp_write_o(bank_rsp_write[b]),
        .in_rsp_tag_o(bank_rsp_tag[b*TAG_W+:TAG_W]),
        .in_rsp_data_o(bank_rsp_data[b*LINE_W+:LINE_W]),
        .in_rsp_error_o(bank_rsp_error[b]),
        .busy_o(atomic_busy),
        .out_req_valid_o(cache_req_valid),
        .out_req_ready_i(cache_req_ready),
        .out_req_write_o(cache_req_write),
        .out_req_line_o(cache_req_line),
        .out_req_tag_o(cache_req_tag),
        .out_req_data_o(cache_req_data),
        .out_req_strb_o(cache_req_strb),
        .out_rsp_valid_i(cache_rsp_valid),
        .out_rsp_ready_o(cache_rsp_ready),
        .out_rsp_write_i(cache_rsp_write),
        .out_rsp_tag_i(cache_rsp_tag),
        .out_rsp_data_i(cache_rsp_data),
        .out_rsp_error_i(cache_rsp_error)
    );

    zl_l2_bank #(
        .BANK_KB(L2_KB / BANKS),
        .TAG_W(TAG_W + 1),
        .ENTRIES(1 << ENTRY_W)
    ) bank (
        .clk_i,
        .rst_ni,
        .invalidate_i(launch_i),
        .busy_o(cache_busy),
        .in_req_valid_i(cache_req_valid),
        .in_req_ready_o(cache_req_ready),
        .in_req_write_i(cache_req_write),
        .in_req_line_i(cache_req_line),
        .in_req_tag_i(cache_req_tag),
        .in_req_data_i(cache_req_data),
        .in_req_strb_i(cache_req_strb),
        .in_rsp_valid_o(cache_rsp_valid),
        .in_rsp_ready_i(cache_rsp_ready),
        .in_rsp_write_o(cache_rsp_write),
        .in_rsp_hit_o(cache_rsp_hit),
        .in_rsp_tag_o(cache_rsp_tag),
        .in_rsp_data_o(cache_rsp_data),
        .in_rsp_error_o(cache_rsp_error),
        .out_req_valid_o(mem_req_valid[b]),
        .out_req_ready_i(mem_req_ready[b]),
        .out_req_write_o(mem_req_write[b]),
        .out_req_line_o(mem_req_line[b*26+:26]),
        .out_req_tag_o(mem_req_tag[b*ENTRY_W+:ENTRY_W]),
        .out_req_data_o(mem_req_data[b*LINE_W+:LINE_W]),
        .out_req_strb_o(mem_req_strb[b*LINE_W/8+:LINE_W/8]),
        .out_rsp_valid_i(mem_rsp_valid[b]),
        .out_rsp_ready_o(mem_rsp_ready[b]),
        .out_rsp_write_i(mem_rsp_write),
        .out_rsp_tag_i(mem_rsp_tag),
        .out_rsp_data_i(mem_rsp_data),
        .out_rsp_error_i(mem_rsp_error)
    );

    assign stale = bank_rsp_tag[b*TAG_W+REQ_TAG_W+:EPOCH_W] != epoch_i || !cores_rst_ni;
    assign bank_rsp_valid[b] = unit_rsp_valid && !stale;
    assign unit_rsp_ready = bank_rsp_ready[b] || stale;
    assign bank_busy[b] = atomic_busy || cache_busy;
    assign bank_read[b] = cache_rsp_valid && cache_rsp_ready && !cache_rsp_write
        && !cache_rsp_tag[TAG_W] && !stale;
    assign bank_hit[b] = cache_rsp_hit;
  end

  assign busy_o = bank_busy != '0;

  // -- banks to cores: each core takes its banks in turn -----------------------------------------

  logic [CORES*BANK_W-1:0] turn_q;
  logic [CORES*BANK_W-1:0] chosen;  // bank that answers the core

  always_comb begin
    automatic logic [BANKS-1:0] offers;
    automatic logic [BANK_W-1:0] bank;
    core_rsp_valid_o = '0;
    chosen = turn_q;
    for (int unsigned c = 0; c < CORES; c++) begin
      for (int unsigned b = 0; b < BANKS; b++) begin
        offers[b] = bank_rsp_valid[b]
            && bank_rsp_tag[b*TAG_W+:REQ_TAG_W] >> MEM_TAG_W == REQ_TAG_W'(c);
      end
      core_rsp_valid_o[c] = offers != '0;
      // The first offer after the last bank that was taken.
      for (int unsigned i = BANKS; i > 0; i--) begin
        bank = turn_q[c*BANK_W+:BANK_W] + BANK_W'(i);
        if (offers[bank]) chosen[c*BANK_W+:BANK_W] = bank;
      end
    end
  end

  always_comb begin
    bank_rsp_ready = '0;
    for (int unsigned c = 0; c < CORES; c++) begin
      if (core_rsp_valid_o[c]) begin
        bank_rsp_ready[chosen[c*BANK_W+:BANK_W]] = core_rsp_ready_i[c];
      end
    end
  end

  for (genvar c = 0; c < CORES; c++) begin : g_response
    logic [BANK_W-1:0] bank;
    assign bank = chosen[c*BANK_W+:BANK_W];
    assign core_rsp_write_o[c] = bank_rsp_write[bank];
    assign core_rsp_tag_o[c*MEM_TAG_W+:MEM_TAG_W] =
        bank_rsp_tag[32'(bank)*TAG_W+:MEM_TAG_W];
    assign core_rsp_data_o[c*LINE_W+:LINE_W] = bank_rsp_data[32'(bank)*LINE_W+:LINE_W];
    assign core_rsp_error_o[c] = bank_rsp_error[bank];
    assign perf_hit_o[c] = core_rsp_valid_o[c] && bank_read[bank] && bank_hit[bank];
    assign perf_miss_o[c] = core_rsp_valid_o[c] && bank_read[bank] && !bank_hit[bank];
  end

  always_ff @(posedge clk_i) begin
    turn_q <= cores_rst_ni ? chosen : '0;
  end

  // -- banks to memory ---------------------------------------------------------------------------

  /* verilator lint_off PINCONNECTEMPTY */
  zl_memory_arbiter #(
      .PORTS(BANKS),
      .TAG_W(ENTRY_W)
  ) memory_arbiter (
      .clk_i,
      .rst_ni,
      .in_req_valid_i(mem_req_valid),
      .in_req_ready_o(mem_req_ready),
      .in_req_write_i(mem_req_write),
      .in_req_atomic_i('0),
      .in_req_line_i(mem_req_line),
      .in_req_tag_i(mem_req_tag),
      .in_req_data_i(mem_req_data),
      .in_req_strb_i(mem_req_strb),
      .in_rsp_valid_o(mem_rsp_valid),
      .in_rsp_ready_i(mem_rsp_ready),
      .in_rsp_write_o(mem_rsp_write),
      .in_rsp_tag_o(mem_rsp_tag),
      .in_rsp_data_o(mem_rsp_data),
      .in_rsp_error_o(mem_rsp_error),
      .out_req_valid_o,
      .out_req_ready_i,
      .out_req_write_o,
      .out_req_atomic_o(),
      .out_req_line_o,
      .out_req_tag_o,
      .out_req_data_o,
      .out_req_strb_o,
      .out_rsp_valid_i,
      .out_rsp_ready_o,
      .out_rsp_write_i,
      .out_rsp_tag_i,
      .out_rsp_data_i,
      .out_rsp_error_i
  );
  /* verilator lint_on PINCONNECTEMPTY */

endmodule
