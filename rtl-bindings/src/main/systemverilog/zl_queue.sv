// The command queue: takes commands of one line each from a ring in device memory, and does them
// one after another: launches, by the same registers as a host, and copies between host and device
// memory.
//
//   READY -> FETCH -> DECODE -+-> REGION_FETCH <-> REGION -> BLOCK -> START -> RUNNING -> RECORD -+
//     ^                       +-> COPY ----------------------------------------------------------+
//     +------------------------------- COMPLETE <------------------------------------------------+
//                             any error -> STOPPED, until the host disables the queue or resets
//
// Decides nothing about a launch: what the host interface refuses or finds faulty stops the queue
// at that command. While the queue is enabled only it may launch, so that its memory requests never
// meet the cores'. Owns: a line that a copy has read waits in the line buffer for its turn to be
// written, and no further answer is taken until then; a copy's lines are in flight in SLOTS slots
// that give each its target, so that answers may come in any order.
//
// After a soft reset nothing is asked for any more; answers of an older epoch are dropped.
module zl_queue
  import zl_pkg::*;
  import zl_isa_pkg::*;
#(
    parameter int unsigned EPOCH_W = 2,
    parameter int unsigned SLOT_W = 4
) (
    input logic clk_i,
    input logic rst_ni,
    input logic soft_rst_ni,
    input logic quiesce_i,  // a soft reset waits for memory: begin nothing
    input logic [EPOCH_W-1:0] epoch_i,

    // The host's registers at 0x600.
    input  logic        write_i,
    input  logic [ 7:0] write_offset_i,
    input  logic [31:0] write_data_i,
    input  logic [ 7:0] read_offset_i,
    output logic [31:0] read_data_o,
    output logic        owns_o,  // only the queue may launch
    output logic        busy_o,
    output logic        event_o,  // pulse: raise the queue's interrupt

    // The state of the host interface.
    input logic idle_i,
    input logic faulted_i,
    input logic refused_i,
    input logic memory_quiet_i,

    // To the host's registers.
    output logic        reg_write_o,
    output logic        reg_read_o,
    output logic [15:0] reg_address_o,
    output logic [31:0] reg_data_o,
    input  logic        reg_owned_i,  // an access is under way
    input  logic        reg_written_i,
    input  logic        reg_answered_i,
    input  logic [31:0] reg_data_i,

    // To device memory: tag {epoch, slot}.
    output logic                      device_valid_o,
    input  logic                      device_ready_i,
    output logic                      device_write_o,
    output logic [              25:0] device_line_o,
    output logic [EPOCH_W+SLOT_W-1:0] device_tag_o,
    input  logic                      device_rsp_valid_i,
    output logic                      device_rsp_ready_o,
    input  logic                      device_rsp_write_i,
    input  logic [EPOCH_W+SLOT_W-1:0] device_rsp_tag_i,
    input  logic [        LINE_W-1:0] device_rsp_data_i,
    input  logic                      device_rsp_error_i,

    // To host memory: tag {epoch, slot}.
    output logic                      host_valid_o,
    input  logic                      host_ready_i,
    output logic                      host_write_o,
    output logic [              57:0] host_line_o,
    output logic [EPOCH_W+SLOT_W-1:0] host_tag_o,
    input  logic                      host_rsp_valid_i,
    output logic                      host_rsp_ready_o,
    input  logic                      host_rsp_write_i,
    input  logic [EPOCH_W+SLOT_W-1:0] host_rsp_tag_i,
    input  logic [        LINE_W-1:0] host_rsp_data_i,
    input  logic                      host_rsp_error_i,

    output logic [LINE_W-1:0] line_o  // what is written, to either memory
);
  localparam int unsigned SLOTS = 1 << SLOT_W;
  localparam int unsigned BLOCK_WORDS = 10;
  // Completion, cycles and lane-instructions, padding, performance counters.
  localparam int unsigned RECORD_WORDS = 8 + 2 * PERF_COUNTERS;

  localparam logic [7:0] COMMAND_NOTHING = 8'd0;
  localparam logic [7:0] COMMAND_LAUNCH = 8'd1;
  localparam logic [7:0] COMMAND_COPY = 8'd2;

  localparam logic [3:0] ERROR_NONE = 4'd0;
  localparam logic [3:0] ERROR_FAULT = 4'd1;
  localparam logic [3:0] ERROR_REFUSED = 4'd2;
  localparam logic [3:0] ERROR_DEVICE_MEMORY = 4'd3;
  localparam logic [3:0] ERROR_HOST_MEMORY = 4'd4;
  localparam logic [3:0] ERROR_COMMAND = 4'd5;

  typedef enum logic [3:0] {
    READY,
    FETCH,
    DECODE,
    REGION_FETCH,
    REGION,
    BLOCK,
    START,
    RUNNING,
    RECORD,
    COPY,
    COMPLETE,
    STOPPED
  } state_t;

  // Registers.
  logic enabled_q;
  logic [25:0] base_q;
  logic [15:0] mask_q;  // commands in the ring, less one
  logic [31:0] head_q, tail_q;
  logic [63:0] timeline_q;
  logic [3:0] error_q;

  state_t state_q;
  logic [LINE_W-1:0] command_q;
  logic [LINE_W-1:0] line_q;
  logic line_full_q;  // the line buffer is to be written, for slot line_slot_q
  logic [SLOT_W-1:0] line_slot_q;

  // A read that is to be asked for, of either memory.
  logic read_valid_q, read_host_q;
  logic [57:0] read_line_q;
  logic [SLOT_W-1:0] read_slot_q;

  // Where the lines in flight go.
  logic [SLOTS-1:0] busy_q;
  logic [57:0] target_q[SLOTS];
  logic write_host_q;

  // Progress of a command.
  logic [4:0] index_q;  // region, or word of the launch block
  logic [1:0] field_q;  // of a region
  logic [6:0] word_q;  // of the record
  logic [25:0] left_q;  // lines of a copy not yet asked for
  logic [57:0] source_q, next_target_q;
  logic [SLOT_W-1:0] slot_q;
  logic told_q;  // the event of the error that stopped the queue

  logic [31:0] command[16];
  logic [31:0] word[16];
  logic [15:0] index;
  logic [4:0] regions;
  logic records;
  for (genvar w = 0; w < 16; w++) begin : g_words
    assign command[w] = command_q[w*32+:32];
    assign word[w] = line_q[w*32+:32];
  end
  assign index = head_q[15:0] & mask_q;
  assign records = command[0][10];
  assign regions = command[0][20:16];

  assign owns_o = enabled_q || !(state_q inside {READY, STOPPED});
  assign busy_o = (enabled_q && state_q != STOPPED && (state_q != READY || head_q != tail_q))
      || read_valid_q || line_full_q || busy_q != '0;
  assign line_o = line_q;

  // Requests: what is to be written goes first, since it blocks the answers.
  assign device_valid_o = (line_full_q && !write_host_q) || (read_valid_q && !read_host_q);
  assign device_write_o = line_full_q && !write_host_q;
  assign device_line_o = device_write_o ? target_q[line_slot_q][25:0] : read_line_q[25:0];
  assign device_tag_o = {epoch_i, device_write_o ? line_slot_q : read_slot_q};
  assign host_valid_o = (line_full_q && write_host_q) || (read_valid_q && read_host_q);
  assign host_write_o = line_full_q && write_host_q;
  assign host_line_o = host_write_o ? target_q[line_slot_q] : read_line_q;
  assign host_tag_o = {epoch_i, host_write_o ? line_slot_q : read_slot_q};

  logic written, asked;
  assign written = line_full_q && (write_host_q ? host_ready_i : device_ready_i);
  assign asked = read_valid_q && (read_host_q ? host_ready_i && !host_write_o
                                              : device_ready_i && !device_write_o);

  // Answers: those to writes and those of an older epoch at once, the others when the line buffer
  // is free, the device's first.
  logic device_stale, host_stale, device_lands, host_lands;
  logic device_read, host_read, device_write, host_write;
  assign device_stale = device_rsp_tag_i[SLOT_W+:EPOCH_W] != epoch_i || !soft_rst_ni;
  assign host_stale = host_rsp_tag_i[SLOT_W+:EPOCH_W] != epoch_i || !soft_rst_ni;
  assign device_lands = device_rsp_valid_i && !device_stale;
  assign host_lands = host_rsp_valid_i && !host_stale;
  assign device_rsp_ready_o = device_stale || device_rsp_write_i || !line_full_q;
  assign host_rsp_ready_o = host_stale || host_rsp_write_i || (!line_full_q && !device_read);
  assign device_read = device_lands && !device_rsp_write_i && !line_full_q;
  assign host_read = host_lands && !host_rsp_write_i && !line_full_q && !device_read;
  assign device_write = device_lands && device_rsp_write_i;
  assign host_write = host_lands && host_rsp_write_i;

  logic lands;  // a line that was read
  logic lands_error;
  logic [SLOT_W-1:0] lands_slot;
  assign lands = device_read || host_read;
  assign lands_error = device_read ? device_rsp_error_i : host_rsp_error_i;
  assign lands_slot = device_read ? device_rsp_tag_i[SLOT_W-1:0] : host_rsp_tag_i[SLOT_W-1:0];

  // The registers' addresses are those of the host's.
  logic [15:0] region_address, block_address, record_address;
  assign region_address = REG_REGION_BASE + {7'd0, index_q, 4'd0} + {12'd0, field_q, 2'd0};
  assign block_address = REG_LAUNCH_MODE + {9'd0, index_q, 2'd0};
  assign record_address = word_q < 7'd6 ? REG_CYCLES + {7'd0, word_q - 7'd2, 2'd0}
                                        : REG_PERF + {7'd0, word_q - 7'd8, 2'd0};
  assign reg_write_o = state_q inside {REGION, BLOCK, START};
  assign reg_read_o = state_q == RECORD && !record_known && !line_full_q && busy_q == '0
      && word_q != 7'(RECORD_WORDS);
  assign reg_address_o = state_q == REGION ? region_address
      : state_q == BLOCK ? block_address
      : state_q == START ? REG_CONTROL : record_address;
  assign reg_data_o = state_q == REGION ? (index_q < regions
                                              ? word[{index_q[1:0], field_q}] : '0)
      : state_q == BLOCK ? command[4'(index_q) + 4'd1] : 32'd1;

  // Words of the record that are in no register: completion, and padding.
  logic record_known;
  assign record_known = word_q < 7'd2 || word_q == 7'd6 || word_q == 7'd7;

  logic copy_valid;  // what the command says can be done
  assign copy_valid = command[1] < 32'd3
      && (command[2][5:0] | command[4][5:0] | command[6][5:0]) == '0
      && (command[1] == 32'd0 || command[3] == '0) && (command[1] == 32'd1 || command[5] == '0);
  logic launch_valid;
  assign launch_valid = command[11][5:0] == '0 && command[12][5:0] == '0 && regions <= 5'd16;

  always_ff @(posedge clk_i) begin
    event_o <= 1'b0;
    if (written) line_full_q <= 1'b0;
    if (asked) read_valid_q <= 1'b0;
    if (device_write) busy_q[device_rsp_tag_i[SLOT_W-1:0]] <= 1'b0;
    if (host_write) busy_q[host_rsp_tag_i[SLOT_W-1:0]] <= 1'b0;
    if ((device_write && device_rsp_error_i) || (host_write && host_rsp_error_i)) begin
      left_q <= '0;
      if (error_q == ERROR_NONE) error_q <= device_write ? ERROR_DEVICE_MEMORY : ERROR_HOST_MEMORY;
    end
    if (lands) begin
      if (device_read) line_q <= device_rsp_data_i;
      else line_q <= host_rsp_data_i;
      line_slot_q <= lands_slot;
      if (lands_error) begin
        busy_q[lands_slot] <= 1'b0;
        left_q <= '0;
        if (error_q == ERROR_NONE) error_q <= device_read ? ERROR_DEVICE_MEMORY : ERROR_HOST_MEMORY;
      end else if (state_q == COPY) begin
        line_full_q <= 1'b1;
      end else begin
        busy_q[lands_slot] <= 1'b0;
      end
    end

    case (state_q)
      READY: begin
        write_host_q <= 1'b0;
        if (enabled_q && head_q != tail_q && idle_i && memory_quiet_i && !quiesce_i) begin
          read_valid_q <= 1'b1;
          read_host_q <= 1'b0;
          read_line_q <= {32'd0, base_q + 26'(index)};
          read_slot_q <= '0;
          busy_q[0] <= 1'b1;
          state_q <= FETCH;
        end
      end
      FETCH: begin
        if (lands) begin
          if (device_read) command_q <= device_rsp_data_i;
          state_q <= lands_error ? STOPPED : DECODE;
        end
      end
      DECODE: begin
        index_q <= '0;
        field_q <= regions == '0 ? 2'd2 : 2'd0;
        word_q <= '0;
        slot_q <= '0;
        left_q <= command[6][31:6];
        source_q <= {command[3], command[2][31:6]};
        next_target_q <= {command[5], command[4][31:6]};
        write_host_q <= command[0][7:0] == COMMAND_COPY && command[1] == 32'd1;
        state_q <= STOPPED;
        case (command[0][7:0])
          COMMAND_NOTHING: state_q <= COMPLETE;
          COMMAND_LAUNCH:
          if (launch_valid) state_q <= regions == '0 ? REGION : REGION_FETCH;
          else error_q <= ERROR_COMMAND;
          COMMAND_COPY:
          if (copy_valid) state_q <= COPY;
          else error_q <= ERROR_COMMAND;
          default: error_q <= ERROR_COMMAND;
        endcase
      end
      REGION_FETCH: begin
        if (busy_q == '0) begin
          read_valid_q <= 1'b1;
          read_line_q <= {32'd0, command[11][31:6] + 26'(index_q[3:2])};
          busy_q[0] <= 1'b1;
        end
        if (lands) state_q <= lands_error ? STOPPED : REGION;
      end
      REGION: begin
        // A region that is not given is only disabled.
        if (reg_written_i) begin
          if (field_q != 2'd2) begin
            field_q <= field_q + 2'd1;
          end else begin
            field_q <= index_q + 5'd1 < regions ? 2'd0 : 2'd2;
            index_q <= index_q + 5'd1;
            if (index_q == 5'(REGIONS - 1)) begin
              index_q <= '0;
              state_q <= BLOCK;
            end else if (index_q + 5'd1 < regions && index_q[1:0] == 2'd3) begin
              state_q <= REGION_FETCH;
            end
          end
        end
      end
      BLOCK: begin
        if (reg_written_i) begin
          index_q <= index_q + 5'd1;
          if (index_q == 5'(BLOCK_WORDS - 1)) state_q <= START;
        end
      end
      START: begin
        if (reg_written_i) state_q <= RUNNING;
      end
      RUNNING: begin
        if (idle_i) begin
          if (refused_i || faulted_i) begin
            error_q <= refused_i ? ERROR_REFUSED : ERROR_FAULT;
            state_q <= STOPPED;
          end else begin
            state_q <= records ? RECORD : COMPLETE;
          end
        end
      end
      RECORD: begin
        if (error_q != ERROR_NONE) begin
          state_q <= STOPPED;
        end else if (!line_full_q && busy_q == '0) begin
          if (word_q == 7'(RECORD_WORDS)) begin
            state_q <= COMPLETE;
          end else if (record_known || reg_answered_i) begin
            line_q[{word_q[3:0], 5'd0}+:32] <= !record_known ? reg_data_i : 32'(word_q == '0);
            word_q <= word_q + 7'd1;
            if (word_q[3:0] == 4'hf || word_q == 7'(RECORD_WORDS - 1)) begin
              target_q[0] <= {32'd0, command[12][31:6] + 26'(word_q[6:4])};
              line_slot_q <= '0;
              line_full_q <= 1'b1;
              busy_q[0] <= 1'b1;
            end
          end
        end
      end
      COPY: begin
        if (left_q != '0 && !busy_q[slot_q] && (!read_valid_q || asked)) begin
          read_valid_q <= 1'b1;
          read_host_q <= command[1] == 32'd0;
          read_line_q <= source_q;
          read_slot_q <= slot_q;
          busy_q[slot_q] <= 1'b1;
          target_q[slot_q] <= next_target_q;
          slot_q <= slot_q + SLOT_W'(1);
          source_q <= source_q + 58'd1;
          next_target_q <= next_target_q + 58'd1;
          left_q <= left_q - 26'd1;
        end
        if (busy_q == '0 && !read_valid_q && left_q == '0) begin
          state_q <= error_q != ERROR_NONE ? STOPPED : COMPLETE;
        end
      end
      COMPLETE: begin
        head_q <= head_q + 32'd1;
        if (command[0][9]) timeline_q <= {command[15], command[14]};
        event_o <= command[0][8];
        state_q <= READY;
      end
      default: begin  // STOPPED
        // The error that stopped the queue is told once.
        event_o <= enabled_q && error_q != ERROR_NONE && !told_q;
        if (!enabled_q && busy_q == '0) state_q <= READY;
      end
    endcase
    // What is in flight comes back and is dropped.
    if (quiesce_i && !reg_owned_i && state_q != READY) begin
      read_valid_q <= read_valid_q && !asked;
      state_q <= STOPPED;
    end
    told_q <= state_q == STOPPED;

    if (write_i) begin
      case (write_offset_i)
        REG_QUEUE_BASE[7:0]: if (!enabled_q) base_q <= write_data_i[31:6];
        REG_QUEUE_SIZE[7:0]: if (!enabled_q) mask_q <= 16'(write_data_i - 32'd1);
        REG_QUEUE_TAIL[7:0]: if (enabled_q) tail_q <= write_data_i;
        REG_QUEUE_CONTROL[7:0]: begin
          if (!write_data_i[0]) enabled_q <= 1'b0;
          if (write_data_i[0] && !enabled_q && state_q == READY) begin
            enabled_q <= 1'b1;
            head_q <= '0;
            tail_q <= '0;
            error_q <= ERROR_NONE;
          end
        end
        default: ;
      endcase
    end
    if (!soft_rst_ni || !rst_ni) begin
      enabled_q <= 1'b0;
      state_q <= READY;
      told_q <= 1'b0;
      head_q <= '0;
      tail_q <= '0;
      error_q <= ERROR_NONE;
      line_full_q <= 1'b0;
      read_valid_q <= 1'b0;
      busy_q <= '0;
      left_q <= '0;
    end
    if (!rst_ni) begin
      base_q <= '0;
      mask_q <= '0;
      timeline_q <= '0;
    end
  end
  always_comb begin
    case (read_offset_i)
      REG_QUEUE_BASE[7:0]: read_data_o = {base_q, 6'd0};
      REG_QUEUE_SIZE[7:0]: read_data_o = 32'(mask_q) + 32'd1;
      REG_QUEUE_TAIL[7:0]: read_data_o = tail_q;
      REG_QUEUE_HEAD[7:0]: read_data_o = head_q;
      REG_QUEUE_CONTROL[7:0]: read_data_o = {31'd0, enabled_q};
      REG_QUEUE_STATUS[7:0]:
      read_data_o = {24'd0, error_q, 1'b0, state_q == STOPPED, busy_o, enabled_q};
      REG_QUEUE_TIMELINE[7:0]: read_data_o = timeline_q[31:0];
      REG_QUEUE_TIMELINE[7:0] + 8'd4: read_data_o = timeline_q[63:32];
      default: read_data_o = '0;
    endcase
  end

`ifndef SYNTHESIS
  assert property (@(posedge clk_i) disable iff (!rst_ni || !soft_rst_ni)
      lands |-> busy_q[lands_slot])
  else $error("a line that nobody asked for");
  assert property (@(posedge clk_i) disable iff (!rst_ni || !soft_rst_ni)
      line_full_q |-> busy_q[line_slot_q])
  else $error("a line is written for no slot");
  assert property (@(posedge clk_i) disable iff (!rst_ni || !soft_rst_ni)
      state_q == READY |-> busy_q == '0 && !read_valid_q && !line_full_q)
  else $error("a command ended with lines in flight");
`endif
endmodule
