// Load-store unit: checks, splits into steps, and gathers.
//
// An instruction is checked for all its lanes before anything of it takes place. Then it goes in
// steps, one a cycle: the lanes that share the line of the lowest lane left, the lanes of local
// memory without a bank conflict, or one byte for the console. A load of one step that hits goes
// straight to the results (3 cycles from request to result); any other waits in an entry that
// gathers its lanes' data, so that later loads and stores go on meanwhile.
//
//   1 check and step -> 2 line or banks to lanes -> results -> write-back
//                       load entries  <- lines from memory
//
// An atomic operation's step has a word of its own for each lane; lanes with the same word follow
// each other in rising order. LR notes for each lane address and version of what it has read (see
// zl_atomic_unit; local memory has one version); SC fails at once where that does not fit. After
// an acquire the unit waits and drops the cached lines, like a fence.
//
// Hazards: program order is that of stage 1; what may pass what in memory is zl_dcache's matter.
module zl_lsu
  import zl_pkg::*;
#(
    parameter int unsigned WARPS = 4,
    parameter int unsigned LANES = 4,
    parameter int unsigned DCACHE_KB = 16,
    parameter int unsigned LOCAL_KB = 16,
    parameter int unsigned ENTRIES = 32  // loads that wait for more than one access, or for memory
) (
    input logic clk_i,
    input logic rst_ni,

    input logic                  invalidate_i,    // pulse at a launch: drop every cached line
    input logic                  halt_i,          // accept and drop all requests
    input logic [REGIONS*32-1:0] region_base_i,
    input logic [REGIONS*32-1:0] region_size_i,
    input logic [ REGIONS*3-1:0] region_flags_i,  // per region: bit 0 read, 1 write, 2 execute

    // From execute: address of a lane = base + imm.
    input  logic                req_valid_i,
    output logic                req_ready_o,
    input  logic [         3:0] req_op_i,        // LSU_LOAD, LSU_STORE, LSU_FENCE, LSU_ATOMIC
    input  logic [         6:0] req_atomic_i,    // atomic: {funct5, acquire, release}
    input  logic [         1:0] req_size_i,      // 0 byte, 1 halfword, 2 word
    input  logic                req_unsigned_i,
    input  tag_t                req_tag_i,
    input  logic [        31:0] req_pc_i,
    input  logic [   LANES-1:0] req_mask_i,
    input  logic [        31:0] req_imm_i,
    input  logic [LANES*32-1:0] req_base_i,
    input  logic [LANES*32-1:0] req_data_i,
    input  logic                req_debug_i,     // a debugger may go beyond the regions

    // To write-back: one result a load, of all its lanes.
    output logic                wb_valid_o,
    input  logic                wb_ready_i,
    output tag_t                wb_tag_o,
    output logic [   LANES-1:0] wb_mask_o,
    output logic [LANES*32-1:0] wb_data_o,

    // To warp control: pulse, the warp's fence is complete.
    output logic              fence_done_o,
    output logic [WARP_W-1:0] fence_warp_o,

    // First fault, kept until reset. Whatever is behind it has no effect.
    output logic              fault_valid_o,
    output logic [       3:0] fault_cause_o,
    output logic [      31:0] fault_pc_o,
    output logic [WARP_W-1:0] fault_warp_o,
    output logic [ LANES-1:0] fault_mask_o,
    output logic [      31:0] fault_address_o,
    output logic [       2:0] fault_access_o,

    output logic        console_valid_o,
    input  logic        console_ready_i,
    output logic [13:0] console_data_o,   // {channel, byte}

    // Something has been accepted that is not yet finished in memory.
    output logic pending_o,

    // Pulses for the performance counters.
    output logic perf_load_hit_o,
    output logic perf_load_miss_o,
    output logic perf_store_line_o,

    // Memory port; tag bit 4: write. Atomic: {it is one, funct5}, see zl_atomic_unit.
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
    input  logic [         4:0] mem_rsp_tag_i,
    input  logic [  LINE_W-1:0] mem_rsp_data_i,
    input  logic                mem_rsp_error_i,

    // Retire trace: one event an accepted store.
    output logic                tr_store_valid_o,
    output tag_t                tr_store_tag_o,
    output logic [   LANES-1:0] tr_store_mask_o,
    output logic [LANES*32-1:0] tr_store_addr_o,
    output logic [LANES*32-1:0] tr_store_data_o
);

  localparam int unsigned ENTRY_W = $clog2(ENTRIES);
  localparam int unsigned LANE_W = $clog2(LANES);

  typedef struct packed {
    tag_t             tag;
    logic [LANES-1:0] mask;
    logic [1:0]       size;
    logic             zero_extends;
  } load_t;

  typedef struct packed {
    tag_t                tag;
    logic [LANES-1:0]    mask;
    logic [LANES*32-1:0] data;
  } result_t;

  // -- stage 1: one instruction, in steps --------------------------------------------------------

  logic                s1_valid_q;
  logic [         3:0] s1_op_q;
  logic [         1:0] s1_size_q;
  logic                s1_unsigned_q;
  tag_t                s1_tag_q;
  logic [        31:0] s1_pc_q;
  logic [   LANES-1:0] s1_mask_q;
  logic [LANES*32-1:0] s1_addr_q;
  logic [LANES*32-1:0] s1_data_q;
  logic [   LANES-1:0] s1_local_q;
  logic [   LANES-1:0] s1_console_q;
  logic [   LANES-1:0] s1_misaligned_q;
  logic [   LANES-1:0] s1_bad_q;       // misaligned, or mapped by nothing
  logic [   LANES-1:0] s1_unchecked_q; // not yet found in a region
  logic [   LANES-1:0] s1_pending_q;   // not yet part of a step
  logic                s1_started_q;   // a step has taken place
  logic [         4:0] s1_atomic_q;    // funct5
  logic                s1_acquire_q;
  logic                s1_release_q;
  logic                s1_silent_q;    // the fence after an acquire, which nobody waits for
  logic                s1_debug_q;     // a debugger's, also after a fault
  logic [ ENTRY_W-1:0] s1_entry_q;     // of a load that has started

  logic s1_leaves;
  logic accepts;
  logic regions_on_q;

  assign req_ready_o = !s1_valid_q || s1_leaves;
  assign accepts = req_valid_i && req_ready_o;

  always_ff @(posedge clk_i) begin
    regions_on_q <= region_flags_i != '0;
    if (accepts) begin
      automatic logic [31:0] address;
      automatic logic misaligned;
      automatic logic in_local;
      automatic logic in_console;
      automatic logic unmapped;
      automatic logic atomic;
      atomic = req_op_i == LSU_ATOMIC;
      s1_op_q <= req_op_i;
      s1_atomic_q <= req_atomic_i[6:2];
      s1_acquire_q <= atomic && req_atomic_i[1];
      s1_release_q <= req_atomic_i[0];
      s1_silent_q <= 1'b0;
      s1_debug_q <= req_debug_i;
      s1_size_q <= req_size_i;
      s1_unsigned_q <= req_unsigned_i;
      s1_tag_q <= req_tag_i;
      s1_pc_q <= req_pc_i;
      s1_mask_q <= req_mask_i;
      for (int unsigned l = 0; l < LANES; l++) begin
        address = req_base_i[l*32+:32] + req_imm_i;
        misaligned = (req_size_i == 2'd1 && address[0])
            || (req_size_i == 2'd2 && address[1:0] != 2'd0);
        in_local = &address[31:16];
        in_console = address[31:6] == 26'd1;
        unmapped = address[31:6] == 26'd0 || (atomic && in_console)
            || (in_local && {16'd0, address[15:0]} >= LOCAL_KB * 1024);
        s1_addr_q[l*32+:32] <= address;
        s1_data_q[l*32+:32] <= req_size_i == 2'd0 ? {24'd0, req_data_i[l*32+:8]}
            : req_size_i == 2'd1 ? {16'd0, req_data_i[l*32+:16]} : req_data_i[l*32+:32];
        s1_local_q[l] <= in_local;
        s1_console_q[l] <= in_console;
        s1_misaligned_q[l] <= misaligned;
        s1_bad_q[l] <= req_mask_i[l] && (misaligned || unmapped);
        s1_unchecked_q[l] <= req_mask_i[l] && regions_on_q && !in_local && !in_console
            && !req_debug_i;
        s1_pending_q[l] <= req_mask_i[l];
      end
    end else begin
      s1_unchecked_q <= s1_unchecked_q & ~covered;
      if (step_go) begin
        s1_pending_q <= s1_pending_q & ~step_lanes;
        if (step_last && s1_acquire_q) begin
          s1_op_q <= LSU_FENCE;
          s1_silent_q <= 1'b1;
        end
      end
    end
  end

  logic is_store;
  logic is_atomic;
  logic is_lr;
  logic is_sc;
  assign is_store = s1_op_q == LSU_STORE;
  assign is_atomic = s1_op_q == LSU_ATOMIC;
  assign is_lr = is_atomic && s1_atomic_q == ATOMIC_LR;
  assign is_sc = is_atomic && s1_atomic_q == ATOMIC_SC;

  // -- check: the region of the lowest unchecked lane, and who else is in it ---------------------

  logic             checked;
  logic             fails;
  logic [LANES-1:0] covered;
  logic [LANE_W-1:0] check_lane;

  always_comb begin
    automatic logic [LANES-1:0] left;
    automatic logic [31:0] address;
    automatic logic [31:0] base;
    automatic logic [31:0] size;
    automatic logic [2:0] bytes;
    automatic logic found;
    automatic logic [1:0] needs;
    left = s1_unchecked_q | s1_bad_q;
    covered = '0;
    checked = 1'b1;
    fails = 1'b0;
    check_lane = '0;
    address = '0;
    base = '0;
    size = '0;
    found = 1'b0;
    bytes = 3'd1 << s1_size_q;
    needs = is_store ? 2'b10 : is_atomic && !is_lr ? 2'b11 : 2'b01;
    if (s1_valid_q && s1_op_q != LSU_FENCE && left != '0) begin
      for (int l = int'(LANES) - 1; l >= 0; l--) if (left[l]) check_lane = LANE_W'(l);
      address = s1_addr_q[{check_lane, 5'd0}+:32];
      for (int r = int'(REGIONS) - 1; r >= 0; r--) begin
        if ((region_flags_i[r*3+:2] & needs) == needs
            && covers(address, bytes, region_base_i[r*32+:32], region_size_i[r*32+:32])) begin
          found = 1'b1;
          base = region_base_i[r*32+:32];
          size = region_size_i[r*32+:32];
        end
      end
      for (int unsigned l = 0; l < LANES; l++) begin
        covered[l] = found && covers(s1_addr_q[l*32+:32], bytes, base, size);
      end
      fails = s1_bad_q[check_lane] || !found;
      checked = !fails && ((s1_unchecked_q & ~covered) | s1_bad_q) == '0;
    end
  end

  function automatic logic covers(input logic [31:0] address, input logic [2:0] bytes,
                                  input logic [31:0] base, input logic [31:0] size);
    automatic logic [32:0] last;
    last = {1'b0, address - base} + {30'd0, bytes};
    return address >= base && last <= {1'b0, size};
  endfunction

  // -- reservations: what LR has read, by warp and lane ------------------------------------------

  localparam int unsigned IDX_W = $clog2(WARPS);

  logic [   LANES-1:0] res_valid_q  [WARPS];
  logic [LANES*30-1:0] res_word_q   [WARPS];
  logic [LANES*32-1:0] res_version_q[WARPS];
  logic [   WARPS-1:0] lr_pending_q;
  logic [        31:0] local_version_q;
  logic [   LANES-1:0] reserved;
  logic [LANES*32-1:0] version;
  logic [   LANES-1:0] s1_reserved_q;  // of an SC that has started
  logic [   LANES-1:0] step_loses;     // local SC: another lane writes the same word
  logic [         3:0] version_word;
  logic [   IDX_W-1:0] s1_warp;
  logic                reserves_now;  // an LR's line has come
  logic [   IDX_W-1:0] reserve_warp;

  assign s1_warp = s1_tag_q.warp[IDX_W-1:0];

  function automatic logic [3:0] lowest_clear(input logic [15:0] words);
    lowest_clear = '0;
    for (int w = 15; w >= 0; w--) if (!words[w]) lowest_clear = 4'(w);
  endfunction

  // Looked at before the first step: an SC's own writes do not count against its other words.
  always_comb begin
    reserved = s1_reserved_q;
    version = '0;
    if (is_sc) version = res_version_q[s1_warp];
    if (is_sc && !s1_started_q) begin
      for (int unsigned l = 0; l < LANES; l++) begin
        reserved[l] = res_valid_q[s1_warp][l]
            && res_word_q[s1_warp][l*30+:30] == s1_addr_q[l*32+2+:30]
            && (!s1_local_q[l] || version[l*32+:32] == local_version_q);
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (step_go && step_local && (is_store || (is_atomic && !is_lr))) begin
      local_version_q <= local_version_q + 32'd1;
    end
    if (reserves_now) begin
      automatic logic [LANES*30-1:0] places;
      automatic logic [LANES*32-1:0] versions;
      automatic logic [15:0] words;
      automatic logic [3:0] place;
      places = res_word_q[reserve_warp];
      versions = res_version_q[reserve_warp];
      words = '0;
      for (int unsigned l = 0; l < LANES; l++) begin
        place = offset_q[fill_entry][l*6+2+:4];
        if (gather_lanes[l]) begin
          places[l*30+:30] = {fill_line, place};
          words[place] = 1'b1;
        end
      end
      place = lowest_clear(words);
      for (int unsigned l = 0; l < LANES; l++) begin
        if (gather_lanes[l]) versions[l*32+:32] = fill_data[{place, 5'd0}+:32];
      end
      res_valid_q[reserve_warp] <= res_valid_q[reserve_warp] | gather_lanes;
      res_word_q[reserve_warp] <= places;
      res_version_q[reserve_warp] <= versions;
    end else if (step_go && is_lr && step_local) begin
      automatic logic [LANES*30-1:0] places;
      automatic logic [LANES*32-1:0] versions;
      places = res_word_q[s1_warp];
      versions = res_version_q[s1_warp];
      for (int unsigned l = 0; l < LANES; l++) begin
        if (step_lanes[l]) begin
          places[l*30+:30] = s1_addr_q[l*32+2+:30];
          versions[l*32+:32] = local_version_q;
        end
      end
      res_valid_q[s1_warp] <= res_valid_q[s1_warp] | step_lanes;
      res_word_q[s1_warp] <= places;
      res_version_q[s1_warp] <= versions;
    end else if (step_go && is_sc) begin
      s1_reserved_q <= reserved & ~step_loses;
      // Used up, whatever comes of it.
      res_valid_q[s1_warp] <= res_valid_q[s1_warp] & ~step_lanes;
    end
    if (!rst_ni || invalidate_i) begin
      for (int unsigned w = 0; w < WARPS; w++) res_valid_q[w] <= '0;
    end
  end

  // -- step: the lanes that are served together --------------------------------------------------

  logic [LANES-1:0] step_lanes;
  logic [LANE_W-1:0] step_lead;
  logic             step_local;
  logic             step_console;
  logic             step_fails;    // SC without a reservation
  logic             step_line;
  logic             step_last;
  logic [     25:0] acc_line;

  always_comb begin
    automatic logic [LANES-1:0] claimed;
    automatic logic [15:0] words;
    automatic logic [3:0] place;
    automatic logic same;
    automatic logic [LANE_W-1:0] bank;
    automatic logic [LANES*16-1:0] rows;
    step_lanes = '0;
    step_lead = '0;
    step_local = 1'b0;
    step_console = 1'b0;
    step_fails = 1'b0;
    same = 1'b0;
    words = '0;
    version_word = '0;
    step_loses = '0;
    place = '0;
    step_line = 1'b0;
    acc_line = '0;
    claimed = '0;
    bank = '0;
    rows = '0;
    if (s1_valid_q && s1_op_q != LSU_FENCE && checked) begin
      for (int l = int'(LANES) - 1; l >= 0; l--) if (s1_pending_q[l]) step_lead = LANE_W'(l);
      acc_line = s1_addr_q[{step_lead, 5'd6}+:26];
      if (is_sc && (s1_pending_q & ~reserved) != '0) begin
        step_fails = 1'b1;
        step_lanes = s1_pending_q & ~reserved;
      end else if (s1_console_q[step_lead]) begin
        // A store's bytes go out one by one; a load is zero.
        step_console = 1'b1;
        step_lanes = s1_pending_q & s1_console_q;
        if (s1_op_q == LSU_STORE) step_lanes &= LANES'(1) << step_lead;
      end else if (s1_local_q[step_lead]) begin
        step_local = 1'b1;
        for (int unsigned l = 0; l < LANES; l++) begin
          bank = s1_addr_q[l*32+2+:LANE_W];
          same = claimed[bank] && rows[{bank, 4'd0}+:16] == {2'd0, s1_addr_q[l*32+2+:14]};
          step_loses[l] = is_sc && same && s1_pending_q[l] && s1_local_q[l];
          if (s1_pending_q[l] && s1_local_q[l]
              && (!claimed[bank] || (same && (!is_atomic || is_lr)))) begin
            step_lanes[l] = 1'b1;
            claimed[bank] = 1'b1;
            rows[{bank, 4'd0}+:16] = {2'd0, s1_addr_q[l*32+2+:14]};
          end
        end
      end else begin
        step_line = 1'b1;
        for (int unsigned l = 0; l < LANES; l++) begin
          step_lanes[l] = s1_pending_q[l] && s1_addr_q[l*32+6+:26] == acc_line;
        end
        if (is_atomic) begin
          // LR and SC leave a word free, for the version.
          for (int unsigned l = 0; l < LANES; l++) begin
            place = s1_addr_q[l*32+2+:4];
            if (words[place] || ((is_lr || is_sc) && (words | (16'd1 << place)) == '1)
                || (is_sc && version[l*32+:32] != version[{step_lead, 5'd0}+:32])) begin
              step_lanes[l] = 1'b0;
            end
            if (step_lanes[l]) words[place] = 1'b1;
          end
          version_word = lowest_clear(words);
        end
      end
    end
  end

  assign step_last = (s1_pending_q & ~step_lanes) == '0;

  // -- whether the step can take place -----------------------------------------------------------

  logic             drops;       // halted before the instruction had an effect
  logic             fault_now;
  logic             fence_go;
  logic             step_valid;
  logic             step_go;
  logic             at_once;     // a load that needs this step only: passes by the entries
  logic             allocates;
  logic             lr_in_steps;
  logic             result_room;
  logic             acc_ready;
  logic             acc_hit;
  logic [3:0]       acc_mshr;
  logic             drained;
  logic             fault_q;
  logic             s2_valid_q;
  logic             s2_direct_q;
  logic [ENTRIES-1:0] entry_free_q;
  logic [ENTRY_W-1:0] entry_free;
  logic [ENTRY_W-1:0] entry;
  logic [ENTRY_W:0]   done_count_q;
  logic [2:0]         result_count_q;

  assign drops = (halt_i || fault_q) && !s1_started_q && !s1_debug_q;
  assign fault_now = fails && !drops;
  assign fence_go = s1_valid_q && s1_op_q == LSU_FENCE && !drops && drained && !s2_valid_q;
  assign step_valid = step_lanes != '0 && !drops;

  always_comb begin
    entry_free = '0;
    for (int e = int'(ENTRIES) - 1; e >= 0; e--) if (entry_free_q[e]) entry_free = ENTRY_W'(e);
  end

  // Older loads that are complete go first.
  assign result_room = done_count_q == '0
      && result_count_q + 3'(s2_valid_q && s2_direct_q) <= 3'd2;

  always_comb begin
    at_once = 1'b0;
    allocates = 1'b0;
    step_go = 1'b0;
    entry = s1_started_q ? s1_entry_q : entry_free;
    if (step_valid) begin
      if (is_store) begin
        step_go = step_console ? !console_valid_o : step_local || acc_ready;
      end else begin
        at_once = !s1_started_q && step_last && (!step_line || acc_hit);
        allocates = !at_once && !s1_started_q;
        step_go = (!step_line || acc_ready)
            && !((is_lr || is_sc)
                 && (reserves_now || (lr_pending_q[s1_warp] && !lr_in_steps)))
            && (at_once ? result_room : s1_started_q || entry_free_q != '0);
      end
    end
  end

  assign s1_leaves = s1_valid_q
      && (drops || fault_now || fence_go || (step_go && step_last && !s1_acquire_q));
  // A LR's own steps do not wait for each other.
  assign lr_in_steps = is_lr && s1_started_q;

  always_ff @(posedge clk_i) begin
    if (step_go) s1_entry_q <= entry;
    if (!rst_ni) begin
      s1_valid_q <= 1'b0;
      s1_started_q <= 1'b0;
    end else begin
      s1_valid_q <= accepts || (s1_valid_q && !s1_leaves);
      s1_started_q <= !s1_leaves && (s1_started_q || step_go);
    end
  end

  assign fence_done_o = fence_go && !s1_silent_q;
  assign fence_warp_o = s1_tag_q.warp;

  // -- console -----------------------------------------------------------------------------------

  always_ff @(posedge clk_i) begin
    if (step_go && step_console && is_store) begin
      console_data_o <= {s1_addr_q[{step_lead, 5'd0}+:6], s1_data_q[{step_lead, 5'd0}+:8]};
    end
    console_valid_o <= rst_ni
        && ((step_go && step_console && is_store) || (console_valid_o && !console_ready_i));
  end

  // -- the memories ------------------------------------------------------------------------------

  logic [LINE_W/8-1:0] s2_strb_q;
  logic [  LINE_W-1:0] s2_store_q;
  logic [  LINE_W-1:0] row;
  logic                fill_valid;
  logic [         3:0] fill_mshr;
  logic [ ENTRY_W-1:0] fill_entry;
  logic [        25:0] fill_line;
  logic [  LINE_W-1:0] fill_data;
  logic                fill_error;
  logic                serves;
  logic                write_error;
  logic [        25:0] write_error_line;
  logic [LANES*32-1:0] local_data;
  logic [LANES*16-1:0] local_offset;

  always_ff @(posedge clk_i) begin
    if (step_go && step_line && (is_store || is_atomic)) begin
      automatic logic [LINE_W/8-1:0] strb;
      automatic logic [LINE_W-1:0] data;
      automatic logic [5:0] offset;
      automatic logic [3:0] bytes;
      automatic logic [31:0] value;
      strb = '0;
      data = '0;
      bytes = s1_size_q == 2'd0 ? 4'b0001 : s1_size_q == 2'd1 ? 4'b0011 : 4'b1111;
      // Lanes in rising order: the highest wins a byte.
      for (int unsigned l = 0; l < LANES; l++) begin
        if (step_lanes[l]) begin
          offset = s1_addr_q[l*32+:6];
          value = s1_data_q[l*32+:32] << {offset[1:0], 3'd0};
          for (int unsigned b = 0; b < 4; b++) begin
            if (bytes[2'(b)-offset[1:0]] && 2'(b) >= offset[1:0]) begin
              data[{offset[5:2], 2'(b), 3'd0}+:8] = value[b*8+:8];
            end
          end
          strb[{offset[5:2], 2'd0}+:4] = strb[{offset[5:2], 2'd0}+:4] | (bytes << offset[1:0]);
        end
      end
      if (is_lr || is_sc) begin
        strb[{version_word, 2'd0}+:4] = 4'b0001;
        data[{version_word, 5'd0}+:32] = version[{step_lead, 5'd0}+:32];
      end
      s2_strb_q <= strb;
      s2_store_q <= data;
    end
  end

  zl_dcache #(
      .DCACHE_KB(DCACHE_KB),
      .TARGETS(ENTRIES)
  ) u_dcache (
      .clk_i,
      .rst_ni,
      .invalidate_i(invalidate_i || fence_go),
      .flush_i(halt_i || fault_q || (s1_valid_q && s1_op_q == LSU_FENCE)),
      .acc_valid_i(step_line),
      .acc_write_i(is_store),
      .acc_atomic_i({is_atomic, s1_atomic_q}),
      .acc_release_i(s1_release_q),
      .acc_line_i(acc_line),
      .acc_ready_o(acc_ready),
      .acc_hit_o(acc_hit),
      .acc_mshr_o(acc_mshr),
      .acc_go_i(step_go && step_line),
      .acc_target_i(entry),
      .row_o(row),
      .store_strb_i(s2_strb_q),
      .store_data_i(s2_store_q),
      .fill_valid_o(fill_valid),
      .fill_mshr_o(fill_mshr),
      .fill_target_o(fill_entry),
      .fill_line_o(fill_line),
      .fill_data_o(fill_data),
      .fill_error_o(fill_error),
      .fill_served_i(serves),
      .write_error_o(write_error),
      .write_error_line_o(write_error_line),
      .drained_o(drained),
      .mem_req_valid_o,
      .mem_req_ready_i,
      .mem_req_write_o,
      .mem_req_atomic_o,
      .mem_req_line_o,
      .mem_req_tag_o,
      .mem_req_data_o,
      .mem_req_strb_o,
      .mem_rsp_valid_i,
      .mem_rsp_ready_o,
      .mem_rsp_write_i,
      .mem_rsp_tag_i,
      .mem_rsp_data_i,
      .mem_rsp_error_i
  );

  always_comb begin
    for (int unsigned l = 0; l < LANES; l++) local_offset[l*16+:16] = s1_addr_q[l*32+:16];
  end

  zl_local_memory #(
      .LANES(LANES),
      .LOCAL_KB(LOCAL_KB)
  ) u_local_memory (
      .clk_i,
      .go_i(step_go && step_local),
      .write_i(is_store || (is_atomic && !is_lr)),
      .atomic_i({is_atomic, s1_atomic_q}),
      .lanes_i(step_lanes),
      .offset_i(local_offset),
      .size_i(s1_size_q),
      .data_i(s1_data_q),
      .data_o(local_data)
  );

  // -- stage 2: the data of a load's step --------------------------------------------------------

  logic [  LANES-1:0] s2_lanes_q;
  logic [LANES*6-1:0] s2_offset_q;
  logic               s2_local_q;
  logic               s2_constant_q;  // 0, or 1
  logic               s2_one_q;
  load_t              s2_load_q;
  logic [ENTRY_W-1:0] s2_entry_q;

  always_ff @(posedge clk_i) begin
    s2_valid_q <= rst_ni && step_go && !is_store && (!step_line || acc_hit);
    if (step_go && !is_store) begin
      for (int unsigned l = 0; l < LANES; l++) s2_offset_q[l*6+:6] <= s1_addr_q[l*32+:6];
      s2_lanes_q <= step_lanes;
      s2_local_q <= step_local;
      s2_constant_q <= step_console || is_sc;
      s2_one_q <= step_fails;
      s2_direct_q <= at_once;
      s2_entry_q <= entry;
      s2_load_q <= '{
          tag: s1_tag_q,
          mask: s1_mask_q,
          size: s1_size_q,
          zero_extends: s1_unsigned_q
      };
    end
  end

  function automatic logic [31:0] extract(input logic [31:0] word, input logic [1:0] offset,
                                          input logic [1:0] size, input logic zero_extends);
    automatic logic [31:0] value;
    value = word >> {offset, 3'd0};
    if (size == 2'd0) return {{24{value[7] && !zero_extends}}, value[7:0]};
    if (size == 2'd1) return {{16{value[15] && !zero_extends}}, value[15:0]};
    return value;
  endfunction

  // -- load entries ------------------------------------------------------------------------------

  load_t               load_q  [ENTRIES];
  logic [ ENTRIES-1:0] reserves_q;          // LR
  logic [        31:0] pc_q    [ENTRIES];
  logic [ LANES*6-1:0] offset_q[ENTRIES];
  logic [ LANES*5-1:0] mshr_q  [ENTRIES];  // per lane: {it has one, which}
  logic [   LANES-1:0] left_q  [ENTRIES];  // lanes without their data
  logic [LANES*32-1:0] data_q  [ENTRIES];

  always_ff @(posedge clk_i) begin
    if (step_go && !is_store && !at_once) begin
      automatic logic [LANES*5-1:0] mshrs;
      automatic logic [LANES*6-1:0] offsets;
      mshrs = s1_started_q ? mshr_q[entry] : '0;
      for (int unsigned l = 0; l < LANES; l++) begin
        offsets[l*6+:6] = s1_addr_q[l*32+:6];
        if (step_lanes[l] && step_line && !acc_hit) mshrs[l*5+:5] = {1'b1, acc_mshr};
      end
      mshr_q[entry] <= mshrs;
      if (allocates) begin
        offset_q[entry] <= offsets;
        load_q[entry] <= '{
            tag: s1_tag_q,
            mask: s1_mask_q,
              size: s1_size_q,
            zero_extends: s1_unsigned_q
        };
        pc_q[entry] <= s1_pc_q;
        reserves_q[entry] <= is_lr;
      end
    end
  end

  // -- results: a hit's, or of an entry that has become complete ---------------------------------

  localparam int unsigned RESULTS = 4;

  result_t            result_q[RESULTS];
  logic [1:0]         result_head_q;
  logic [ENTRY_W-1:0] done_q[ENTRIES];  // complete entries, oldest first
  logic [ENTRY_W-1:0] done_head_q;

  assign wb_valid_o = result_count_q != '0;
  assign wb_tag_o = result_q[result_head_q].tag;
  assign wb_mask_o = result_q[result_head_q].mask;
  assign wb_data_o = result_q[result_head_q].data;

  logic s2_direct;
  logic s2_gathers;
  logic can_push;
  assign s2_direct = s2_valid_q && s2_direct_q;
  assign s2_gathers = s2_valid_q && !s2_direct_q;
  assign can_push = !s2_direct && result_count_q <= 3'd2;
  assign serves = fill_valid && !s2_gathers;

  logic [  LANES-1:0] gather_lanes;  // that get their data in this cycle
  logic [ENTRY_W-1:0] gather_entry;
  logic               completes;

  assign reserves_now = serves && reserves_q[fill_entry];
  assign reserve_warp = load_q[fill_entry].tag.warp[IDX_W-1:0];

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      lr_pending_q <= '0;
    end else begin
      if (completes && reserves_q[gather_entry]) begin
        lr_pending_q[load_q[gather_entry].tag.warp[IDX_W-1:0]] <= 1'b0;
      end
      if (step_go && allocates && is_lr) lr_pending_q[s1_warp] <= 1'b1;
    end
  end

  always_comb begin
    gather_lanes = '0;
    gather_entry = s2_entry_q;
    if (s2_gathers) begin
      gather_lanes = s2_lanes_q;
    end else if (serves) begin
      gather_entry = fill_entry;
      for (int unsigned l = 0; l < LANES; l++) begin
        gather_lanes[l] = left_q[fill_entry][l]
            && mshr_q[fill_entry][l*5+:5] == {1'b1, fill_mshr};
      end
    end
    completes = (s2_gathers || serves) && (left_q[gather_entry] & ~gather_lanes) == '0;
  end

  always_ff @(posedge clk_i) begin
    automatic logic [LANES*32-1:0] data;
    automatic logic [1:0] push_at;
    push_at = result_head_q + result_count_q[1:0];
    if (s2_direct) begin
      data = '0;
      for (int unsigned l = 0; l < LANES; l++) begin
        if (s2_lanes_q[l]) begin
          data[l*32+:32] = s2_constant_q ? {31'd0, s2_one_q} : extract(
              s2_local_q ? local_data[l*32+:32] : row[{s2_offset_q[l*6+2+:4], 5'd0}+:32],
              s2_offset_q[l*6+:2], s2_load_q.size, s2_load_q.zero_extends);
        end
      end
      result_q[push_at] <= '{tag: s2_load_q.tag, mask: s2_load_q.mask, data: data};
    end else if (can_push && done_count_q != '0) begin
      result_q[push_at] <= '{
          tag: load_q[done_q[done_head_q]].tag,
          mask: load_q[done_q[done_head_q]].mask,
          data: data_q[done_q[done_head_q]]
      };
    end
    if (s2_gathers || serves) begin
      data = data_q[gather_entry];
      for (int unsigned l = 0; l < LANES; l++) begin
        if (gather_lanes[l]) begin
          data[l*32+:32] = !s2_gathers
              ? extract(fill_data[{offset_q[gather_entry][l*6+2+:4], 5'd0}+:32],
                        offset_q[gather_entry][l*6+:2], load_q[gather_entry].size,
                        load_q[gather_entry].zero_extends)
              : s2_constant_q ? {31'd0, s2_one_q}
              : extract(s2_local_q ? local_data[l*32+:32]
                                   : row[{s2_offset_q[l*6+2+:4], 5'd0}+:32],
                        s2_offset_q[l*6+:2], s2_load_q.size, s2_load_q.zero_extends);
        end
      end
      data_q[gather_entry] <= data;
      left_q[gather_entry] <= left_q[gather_entry] & ~gather_lanes;
      if (completes) done_q[done_head_q+done_count_q[ENTRY_W-1:0]] <= gather_entry;
    end
    if (step_go && allocates) left_q[entry] <= s1_mask_q;
  end

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      result_count_q <= '0;
      result_head_q <= '0;
      done_count_q <= '0;
      done_head_q <= '0;
      entry_free_q <= '1;
    end else begin
      automatic logic pushes_done;
      pushes_done = can_push && done_count_q != '0;
      result_count_q <= result_count_q + 3'(s2_direct || pushes_done)
          - 3'(wb_valid_o && wb_ready_i);
      result_head_q <= result_head_q + 2'(wb_valid_o && wb_ready_i);
      done_count_q <= done_count_q + (ENTRY_W + 1)'(completes) - (ENTRY_W + 1)'(pushes_done);
      done_head_q <= done_head_q + ENTRY_W'(pushes_done);
      if (pushes_done) entry_free_q[done_q[done_head_q]] <= 1'b1;
      if (step_go && allocates) entry_free_q[entry] <= 1'b0;
    end
  end

  // -- faults ------------------------------------------------------------------------------------

  assign fault_valid_o = fault_q;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      fault_q <= 1'b0;
    end else if (!fault_q) begin
      if (fault_now) begin
        fault_q <= 1'b1;
        fault_cause_o <= s1_misaligned_q[check_lane] ? zl_isa_pkg::FAULT_MISALIGNED
                                                      : zl_isa_pkg::FAULT_ACCESS;
        fault_pc_o <= s1_pc_q;
        fault_warp_o <= s1_tag_q.warp;
        fault_mask_o <= s1_mask_q;
        fault_address_o <= s1_addr_q[{check_lane, 5'd0}+:32];
        fault_access_o <= is_store || (is_atomic && !is_lr) ? ACCESS_WRITE : ACCESS_READ;
      end else if (serves && fill_error) begin
        fault_q <= 1'b1;
        fault_cause_o <= zl_isa_pkg::FAULT_ACCESS;
        fault_pc_o <= pc_q[fill_entry];
        fault_warp_o <= load_q[fill_entry].tag.warp;
        fault_mask_o <= load_q[fill_entry].mask;
        fault_address_o <= {fill_line, 6'd0};
        fault_access_o <= ACCESS_READ;
      end else if (write_error) begin
        // The store has long retired: memory refused its line.
        fault_q <= 1'b1;
        fault_cause_o <= zl_isa_pkg::FAULT_ACCESS;
        fault_pc_o <= '0;
        fault_warp_o <= '0;
        fault_mask_o <= '0;
        fault_address_o <= {write_error_line, 6'd0};
        fault_access_o <= ACCESS_WRITE;
      end
    end
  end

  // -- status, trace -----------------------------------------------------------------------------

  assign pending_o = s1_valid_q || console_valid_o || !drained || entry_free_q != '1;
  assign perf_load_hit_o = step_go && step_line && !is_store && !is_atomic && acc_hit;
  assign perf_load_miss_o = step_go && step_line && !is_store && !is_atomic && !acc_hit;
  assign perf_store_line_o = step_go && step_line && is_store;

  assign tr_store_valid_o = step_go && step_last && is_store;
  assign tr_store_tag_o = s1_tag_q;
  assign tr_store_mask_o = s1_mask_q;
  assign tr_store_addr_o = s1_addr_q;
  assign tr_store_data_o = s1_data_q;

`ifndef SYNTHESIS
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      !(s2_direct && result_count_q == 3'(RESULTS) ))
  else $error("result queue overflow");
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      !(step_go && allocates && !entry_free_q[entry]))
  else $error("load entry taken twice");
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      !((s2_gathers || serves) && gather_lanes == '0))
  else $error("data for nobody");
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      wb_valid_o && !wb_ready_i |=> wb_valid_o && $stable(wb_tag_o) && $stable(wb_mask_o)
          && $stable(wb_data_o))
  else $error("a result changed before write-back took it");
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      console_valid_o && !console_ready_i |=> console_valid_o && $stable(console_data_o))
  else $error("a console byte changed before it was taken");
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      result_count_q <= 3'(RESULTS) && 32'(done_count_q) <= ENTRIES)
  else $error("more results than places");
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      !(s2_direct && can_push))
  else $error("two results for one place");
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      !(completes && entry_free_q[gather_entry]))
  else $error("a load entry that nobody uses is complete");
`endif

endmodule
