// The host's registers (AXI4-Lite slave), and what a launch goes through.
//
//   IDLE -> PLANNING -> STARTING -> RUNNING -> IDLE              done
//              |                       |
//              +-> IDLE (refused,      +-> DRAINING -> IDLE      fault or stop
//                  or nothing to do)
//   any  -> RESETTING -> RESET_CORES -> IDLE                     soft reset
//
// A fault, or a stop, first halts the cores; it becomes visible when the stores before it have
// reached memory. Owns: the write to CONTROL is acknowledged only after the plan or the reset it
// caused, so that what the host reads next is the outcome; and the waits for memory are bounded by
// DRAIN_CYCLES, so that a memory that does not answer cannot hang the host. Every reset begins a
// new epoch: answers to requests of an older one, however late, are dropped by zl_gpu.
//
// A register access that is not a whole word, and a write to the launch block or the regions while
// work is running or the queue is enabled, has no effect and is answered by SLVERR.
module zl_host_interface
  import zl_pkg::*;
  import zl_isa_pkg::*;
#(
    parameter int unsigned CORES = 1,
    parameter int unsigned WARPS = 4,
    parameter int unsigned LANES = 4,
    parameter int unsigned ICACHE_KB = 16,
    parameter int unsigned DCACHE_KB = 16,
    parameter int unsigned LOCAL_KB = 16,
    parameter int unsigned L2_KB = 0,
    parameter bit TEXTURE = 1'b1,
    parameter bit MERGE = 1'b1,
    parameter bit COVERAGE = 1'b1,
    parameter int unsigned EPOCH_W = 2
) (
    input logic clk_i,
    input logic rst_ni,

    // AXI4-Lite slave.
    input  logic        s_axil_awvalid_i,
    output logic        s_axil_awready_o,
    input  logic [15:0] s_axil_awaddr_i,
    input  logic        s_axil_wvalid_i,
    output logic        s_axil_wready_o,
    input  logic [31:0] s_axil_wdata_i,
    input  logic [ 3:0] s_axil_wstrb_i,
    output logic        s_axil_bvalid_o,
    input  logic        s_axil_bready_i,
    output logic [ 1:0] s_axil_bresp_o,
    input  logic        s_axil_arvalid_i,
    output logic        s_axil_arready_o,
    input  logic [15:0] s_axil_araddr_i,
    output logic        s_axil_rvalid_o,
    input  logic        s_axil_rready_i,
    output logic [31:0] s_axil_rdata_o,
    output logic [ 1:0] s_axil_rresp_o,

    output logic irq_o,
    output logic idle_o,  // nothing happens until the host writes a register

    // To the cores.
    output logic                  cores_rst_no,
    output logic [   EPOCH_W-1:0] epoch_o,
    output logic                  launch_o,
    output logic                  busy_o,
    output logic                  halt_o,
    output logic [REGIONS*32-1:0] region_base_o,
    output logic [REGIONS*32-1:0] region_size_o,
    output logic [ REGIONS*3-1:0] region_flags_o,
    output logic [          95:0] group_size_o,
    output logic [          95:0] grid_size_o,

    // From the cores.
    input  logic [                 CORES-1:0] fault_valid_i,
    input  logic [               CORES*4-1:0] fault_cause_i,
    input  logic [              CORES*32-1:0] fault_pc_i,
    input  logic [          CORES*WARP_W-1:0] fault_warp_i,
    input  logic [           CORES*LANES-1:0] fault_mask_i,
    input  logic [              CORES*32-1:0] fault_address_i,
    input  logic [               CORES*3-1:0] fault_access_i,
    input  logic [          CORES*WARP_W-1:0] stop_warp_i,
    input  logic [              CORES*32-1:0] stop_pc_i,
    input  logic [           CORES*LANES-1:0] stop_mask_i,
    input  logic [           CORES*WARPS-1:0] warp_active_i,
    input  logic [                 CORES-1:0] console_valid_i,
    output logic [                 CORES-1:0] console_ready_o,
    input  logic [              CORES*14-1:0] console_data_i,
    input  logic [              CORES*64-1:0] lane_instructions_i,
    input  logic [CORES*PERF_COUNTERS*64-1:0] perf_i,
    input  logic                              memory_quiet_i,  // no store or transaction is left

    // To and from the debug block, whose registers are at 0x400.
    output logic        debug_write_o,
    input  logic [31:0] debug_data_i,
    input  logic        debug_halted_i,
    input  logic        debug_busy_i,

    // To and from the command queue, whose registers are at 0x600.
    output logic        queue_write_o,
    input  logic [31:0] queue_data_i,
    input  logic        queue_writes_i,  // the write in progress is the queue's
    input  logic        queue_owns_i,    // only the queue may launch
    input  logic        queue_event_i,
    output logic        ready_o,         // no work, and nothing of it is left
    output logic        faulted_o,
    output logic        refused_o,
    output logic        resetting_o,

    // To and from the dispatcher.
    output logic        plan_o,
    output logic        grid_o,
    output logic        independent_o,
    output logic [31:0] entry_o,
    output logic [31:0] argument_o,
    output logic [31:0] local_bytes_o,
    input  logic        plan_valid_i,
    input  logic        plan_refused_i,
    input  logic        plan_empty_i,
    input  logic        working_i
);
  localparam int unsigned CONSOLE_ENTRIES = 64;
  localparam int unsigned CONSOLE_W = $clog2(CONSOLE_ENTRIES);
  localparam int unsigned CORE_W = CORES > 1 ? $clog2(CORES) : 1;
  localparam int unsigned DRAIN_CYCLES = 65535;
  localparam int unsigned RESET_CYCLES = 4;
  localparam logic [1:0] OKAY = 2'b00;
  localparam logic [1:0] SLVERR = 2'b10;
  // I, M, A, F, Zicsr, Zifencei, Zicond, Zba, Zbb, warp.
  localparam logic [31:0] ISA = 32'h0000_03ff | 32'({COVERAGE, MERGE, TEXTURE}) << 10;
  localparam logic [31:0] QUEUE = 32'd3;  // commands, and copies from and to host memory
  localparam logic [31:0] MEMORY_MIB = 32'd4096;

  typedef enum logic [2:0] {
    IDLE,
    PLANNING,
    STARTING,
    RUNNING,
    DRAINING,
    RESETTING,
    RESET_CORES
  } state_t;

  state_t state_q;
  logic [15:0] wait_q;  // cycles left of the state's bound
  logic halt_q;
  logic [EPOCH_W-1:0] epoch_q;

  // Registers.
  logic [5:0] irq_enable_q;
  logic irq_done_q, irq_fault_q, irq_refused_q, irq_halted_q, irq_queue_q;
  logic [5:0] irq;
  logic queued_q;  // the work is the queue's, which tells the host itself
  logic done_q, faulted_q, refused_q;
  logic [1:0] mode_q;
  logic [31:0] entry_q, argument_q, local_bytes_q;
  logic [95:0] grid_q, group_q;
  logic [REGIONS*32-1:0] region_base_q, region_size_q;
  logic [REGIONS*3-1:0] region_flags_q;
  logic [3:0] fault_cause_q;
  logic [31:0] fault_pc_q, fault_address_q;
  logic [CORE_W-1:0] fault_core_q;
  logic [WARP_W-1:0] fault_warp_q;
  logic [LANES-1:0] fault_mask_q;
  logic [2:0] fault_access_q;
  logic [63:0] cycles_q;

  // Console.
  logic [13:0] console_q[CONSOLE_ENTRIES];
  logic [CONSOLE_W-1:0] console_read_q, console_write_q;
  logic [CONSOLE_W:0] console_count_q;
  logic [CORE_W-1:0] console_core_q;  // the core that may send now
  logic console_room_q;

  // Accesses in progress.
  logic write_q;  // the handshake of address and data is in this cycle
  logic answer_later_q;  // the write's answer waits for the plan or the reset
  logic read_q;
  logic sum_q;  // a counter is being summed over the cores
  logic [CORE_W-1:0] sum_core_q;
  logic [63:0] sum_value_q;
  logic [4:0] sum_counter_q;
  logic sum_high_q;
  logic sum_lanes_q;

  logic writable;
  logic launch_ends;
  logic control;
  logic launch;  // a write of CONTROL asks for it

  assign ready_o = state_q == IDLE;
  assign faulted_o = faulted_q;
  assign refused_o = refused_q;
  assign resetting_o = state_q == RESETTING;
  assign irq = {
    irq_queue_q, irq_halted_q, irq_refused_q, console_count_q != '0, irq_fault_q, irq_done_q
  };

  assign cores_rst_no = rst_ni && state_q != RESET_CORES;
  assign busy_o = state_q == STARTING || state_q == RUNNING;
  assign halt_o = halt_q;
  assign epoch_o = epoch_q;
  assign region_base_o = region_base_q;
  assign region_size_o = region_size_q;
  assign region_flags_o = region_flags_q;
  // A raw program reads zero from the CSRs of a workgroup.
  assign group_size_o = mode_q[0] ? group_q : '0;
  assign grid_size_o = mode_q[0] ? grid_q : '0;
  assign grid_o = mode_q[0];
  assign independent_o = mode_q[1];
  assign entry_o = entry_q;
  assign argument_o = argument_q;
  assign local_bytes_o = local_bytes_q;

  assign s_axil_awready_o = write_q;
  assign s_axil_wready_o = write_q;
  assign s_axil_arready_o = read_q;
  assign s_axil_rresp_o = OKAY;
  assign idle_o = state_q == IDLE && !write_q && !read_q && !sum_q && !s_axil_bvalid_o
      && !s_axil_rvalid_o && !debug_busy_i;

  assign writable = state_q == IDLE && (!queue_owns_i || queue_writes_i);
  assign launch_ends = state_q == RUNNING && !working_i && memory_quiet_i
      && fault_valid_i == '0;
  assign control = write_q && s_axil_wstrb_i == 4'hf && s_axil_awaddr_i == REG_CONTROL;
  assign launch = control && s_axil_wdata_i[0] && s_axil_wdata_i[2:1] == '0;
  assign queue_write_o = write_q && s_axil_wstrb_i == 4'hf
      && s_axil_awaddr_i[15:8] == REG_QUEUE_BASE[15:8];
  assign debug_write_o = write_q && s_axil_wstrb_i == 4'hf
      && s_axil_awaddr_i[15:8] == REG_DEBUG_CONTROL[15:8];

  // What a launch goes through.
  always_ff @(posedge clk_i) begin
    plan_o <= 1'b0;
    launch_o <= 1'b0;
    if (wait_q != '0) wait_q <= wait_q - 16'd1;
    case (state_q)
      IDLE: begin
        if (launch) begin
          if (faulted_q || (queue_owns_i && !queue_writes_i)) begin
            refused_q <= 1'b1;
            if (!queue_writes_i) irq_refused_q <= 1'b1;
          end else begin
            queued_q <= queue_writes_i;
            plan_o <= 1'b1;
            state_q <= PLANNING;
          end
        end
      end
      PLANNING: begin
        if (plan_valid_i) begin
          if (plan_refused_i) begin
            refused_q <= 1'b1;
            if (!queued_q) irq_refused_q <= 1'b1;
            state_q <= IDLE;
          end else begin
            refused_q <= 1'b0;
            done_q <= plan_empty_i;
            if (plan_empty_i && !queued_q) irq_done_q <= 1'b1;
            launch_o <= !plan_empty_i;
            cycles_q <= '0;
            state_q <= plan_empty_i ? IDLE : STARTING;
          end
        end
      end
      STARTING: state_q <= RUNNING;
      RUNNING: begin
        cycles_q <= cycles_q + 64'd1;
        if (fault_valid_i != '0 || (control && s_axil_wdata_i[2])) begin
          halt_q <= 1'b1;
          wait_q <= 16'(DRAIN_CYCLES);
          state_q <= DRAINING;
        end else if (launch_ends) begin
          done_q <= 1'b1;
          if (!queued_q) irq_done_q <= 1'b1;
          state_q <= IDLE;
        end
        if (launch) begin
          refused_q <= 1'b1;
          irq_refused_q <= 1'b1;
        end
      end
      DRAINING: begin
        // The first cycle lets the cores see the halt.
        if (wait_q != 16'(DRAIN_CYCLES) && (memory_quiet_i || wait_q == '0)) begin
          faulted_q <= 1'b1;
          irq_fault_q <= 1'b1;
          state_q <= IDLE;
        end
        if (launch) begin
          refused_q <= 1'b1;
          irq_refused_q <= 1'b1;
        end
      end
      RESETTING: begin
        if (wait_q != 16'(DRAIN_CYCLES) && (memory_quiet_i || wait_q == '0)) begin
          wait_q <= 16'(RESET_CYCLES);
          state_q <= RESET_CORES;
        end
      end
      default: begin  // RESET_CORES
        if (wait_q == '0) begin
          epoch_q <= epoch_q + EPOCH_W'(1);
          halt_q <= 1'b0;
          done_q <= 1'b0;
          faulted_q <= 1'b0;
          refused_q <= 1'b0;
          irq_done_q <= 1'b0;
          irq_fault_q <= 1'b0;
          irq_refused_q <= 1'b0;
          irq_halted_q <= 1'b0;
          irq_queue_q <= 1'b0;
          cycles_q <= '0;
          state_q <= IDLE;
        end
      end
    endcase
    if (control && s_axil_wdata_i[1]) begin
      halt_q <= 1'b1;
      wait_q <= 16'(DRAIN_CYCLES);
      state_q <= RESETTING;
    end
    if (write_q && s_axil_wstrb_i == 4'hf && s_axil_awaddr_i == REG_IRQ_STATUS) begin
      if (s_axil_wdata_i[0]) irq_done_q <= 1'b0;
      if (s_axil_wdata_i[1]) irq_fault_q <= 1'b0;
      if (s_axil_wdata_i[3]) irq_refused_q <= 1'b0;
      if (s_axil_wdata_i[4]) irq_halted_q <= 1'b0;
      if (s_axil_wdata_i[5]) irq_queue_q <= 1'b0;
    end
    if (queue_event_i) irq_queue_q <= 1'b1;
    if (debug_halted_i) irq_halted_q <= 1'b1;
    if (!rst_ni) begin
      state_q <= RESET_CORES;
      wait_q <= 16'(RESET_CYCLES);
      halt_q <= 1'b0;
      epoch_q <= '0;
    end
  end

  // The first fault; the lowest core's on a tie. A stop takes the place of the lowest active warp.
  always_ff @(posedge clk_i) begin
    if (state_q == RUNNING) begin
      if (fault_valid_i == '0 && control && s_axil_wdata_i[2]) begin
        fault_cause_q <= FAULT_TIMEOUT;
        fault_address_q <= '0;
        fault_access_q <= ACCESS_NONE;
        fault_core_q <= '0;
        fault_warp_q <= '0;
        fault_pc_q <= '0;
        fault_mask_q <= '0;
        for (int unsigned c = CORES; c > 0; c--) begin
          if (warp_active_i[(c-1)*WARPS+:WARPS] != '0) begin
            fault_core_q <= CORE_W'(c - 1);
            fault_warp_q <= stop_warp_i[(c-1)*WARP_W+:WARP_W];
            fault_pc_q <= stop_pc_i[(c-1)*32+:32];
            fault_mask_q <= stop_mask_i[(c-1)*LANES+:LANES];
          end
        end
      end
      for (int unsigned c = CORES; c > 0; c--) begin
        if (fault_valid_i[c-1]) begin
          fault_cause_q <= fault_cause_i[(c-1)*4+:4];
          fault_core_q <= CORE_W'(c - 1);
          fault_warp_q <= fault_warp_i[(c-1)*WARP_W+:WARP_W];
          fault_pc_q <= fault_pc_i[(c-1)*32+:32];
          fault_mask_q <= fault_mask_i[(c-1)*LANES+:LANES];
          fault_address_q <= fault_address_i[(c-1)*32+:32];
          fault_access_q <= fault_access_i[(c-1)*3+:3];
        end
      end
    end
    if (state_q == RESET_CORES) begin
      fault_cause_q <= FAULT_NONE;
      fault_core_q <= '0;
      fault_warp_q <= '0;
      fault_pc_q <= '0;
      fault_mask_q <= '0;
      fault_address_q <= '0;
      fault_access_q <= ACCESS_NONE;
    end
  end

  // Register writes.
  always_ff @(posedge clk_i) begin
    write_q <= s_axil_awvalid_i && s_axil_wvalid_i && !write_q && !answer_later_q
        && !s_axil_bvalid_o;
    if (s_axil_bvalid_o && s_axil_bready_i) s_axil_bvalid_o <= 1'b0;
    if (write_q) begin
      s_axil_bresp_o <= s_axil_wstrb_i == 4'hf ? OKAY : SLVERR;
      if (control && (s_axil_wdata_i[1] || (s_axil_wdata_i[0] && state_q == IDLE))) begin
        answer_later_q <= 1'b1;
      end else begin
        s_axil_bvalid_o <= 1'b1;
      end
      if (s_axil_wstrb_i == 4'hf) begin
        if (s_axil_awaddr_i == REG_IRQ_ENABLE) irq_enable_q <= s_axil_wdata_i[5:0];
        if ((s_axil_awaddr_i >= REG_LAUNCH_MODE && s_axil_awaddr_i <= REG_LAUNCH_LOCAL_BYTES)
            || s_axil_awaddr_i[15:8] == REG_REGION_BASE[15:8]) begin
          if (!writable) begin
            s_axil_bresp_o <= SLVERR;
          end else begin
            case (s_axil_awaddr_i)
              REG_LAUNCH_MODE: mode_q <= s_axil_wdata_i[1:0];
              REG_LAUNCH_ENTRY: entry_q <= s_axil_wdata_i;
              REG_LAUNCH_ARGUMENT: argument_q <= s_axil_wdata_i;
              REG_LAUNCH_GRID_X: grid_q[31:0] <= s_axil_wdata_i;
              REG_LAUNCH_GRID_Y: grid_q[63:32] <= s_axil_wdata_i;
              REG_LAUNCH_GRID_Z: grid_q[95:64] <= s_axil_wdata_i;
              REG_LAUNCH_GROUP_X: group_q[31:0] <= s_axil_wdata_i;
              REG_LAUNCH_GROUP_Y: group_q[63:32] <= s_axil_wdata_i;
              REG_LAUNCH_GROUP_Z: group_q[95:64] <= s_axil_wdata_i;
              REG_LAUNCH_LOCAL_BYTES: local_bytes_q <= s_axil_wdata_i;
              default: begin
                case ({12'd0, s_axil_awaddr_i[3:0]})
                  REG_REGION_BASE & 16'hf:
                  region_base_q[32'(s_axil_awaddr_i[7:4])*32+:32] <= s_axil_wdata_i;
                  REG_REGION_SIZE & 16'hf:
                  region_size_q[32'(s_axil_awaddr_i[7:4])*32+:32] <= s_axil_wdata_i;
                  REG_REGION_FLAGS & 16'hf:
                  region_flags_q[32'(s_axil_awaddr_i[7:4])*3+:3] <= s_axil_wdata_i[2:0];
                  default: ;
                endcase
              end
            endcase
          end
        end
      end
    end
    if (answer_later_q && state_q != PLANNING && state_q != RESETTING && state_q != RESET_CORES)
    begin
      answer_later_q <= 1'b0;
      s_axil_bvalid_o <= 1'b1;
    end
    if (!rst_ni) begin
      write_q <= 1'b0;
      answer_later_q <= 1'b0;
      s_axil_bvalid_o <= 1'b0;
      irq_enable_q <= '0;
      mode_q <= '0;
      entry_q <= '0;
      argument_q <= '0;
      local_bytes_q <= '0;
      grid_q <= '0;
      group_q <= '0;
      region_base_q <= '0;
      region_size_q <= '0;
      region_flags_q <= '0;
    end
  end

  // Register reads. A counter is summed over the cores, one core a cycle.
  always_ff @(posedge clk_i) begin
    read_q <= s_axil_arvalid_i && !read_q && !sum_q && !s_axil_rvalid_o;
    if (s_axil_rvalid_o && s_axil_rready_i) s_axil_rvalid_o <= 1'b0;
    if (read_q) begin
      s_axil_rvalid_o <= 1'b1;
      s_axil_rdata_o <= '0;
      case (s_axil_araddr_i)
        REG_ID: s_axil_rdata_o <= REG_ID_VALUE;
        REG_VERSION: s_axil_rdata_o <= REG_VERSION_VALUE;
        REG_CAPS_SHAPE: s_axil_rdata_o <= {8'(REGIONS), 8'(LANES), 8'(WARPS), 8'(CORES)};
        REG_CAPS_CACHE:
        s_axil_rdata_o <= {8'(WARPS), 8'(LOCAL_KB), 8'(DCACHE_KB), 8'(ICACHE_KB)};
        REG_CAPS_L2: s_axil_rdata_o <= L2_KB;
        REG_CAPS_ISA: s_axil_rdata_o <= ISA;
        REG_MEMORY_SIZE: s_axil_rdata_o <= MEMORY_MIB;
        REG_CAPS_QUEUE: s_axil_rdata_o <= QUEUE;
        REG_STATUS: s_axil_rdata_o <= {28'd0, refused_q, done_q, faulted_q, state_q != IDLE};
        REG_IRQ_STATUS:
        s_axil_rdata_o <= {26'd0, irq};
        REG_IRQ_ENABLE: s_axil_rdata_o <= {26'd0, irq_enable_q};
        REG_LAUNCH_MODE: s_axil_rdata_o <= {30'd0, mode_q};
        REG_LAUNCH_ENTRY: s_axil_rdata_o <= entry_q;
        REG_LAUNCH_ARGUMENT: s_axil_rdata_o <= argument_q;
        REG_LAUNCH_GRID_X: s_axil_rdata_o <= grid_q[31:0];
        REG_LAUNCH_GRID_Y: s_axil_rdata_o <= grid_q[63:32];
        REG_LAUNCH_GRID_Z: s_axil_rdata_o <= grid_q[95:64];
        REG_LAUNCH_GROUP_X: s_axil_rdata_o <= group_q[31:0];
        REG_LAUNCH_GROUP_Y: s_axil_rdata_o <= group_q[63:32];
        REG_LAUNCH_GROUP_Z: s_axil_rdata_o <= group_q[95:64];
        REG_LAUNCH_LOCAL_BYTES: s_axil_rdata_o <= local_bytes_q;
        REG_FAULT_CAUSE: s_axil_rdata_o <= 32'(fault_cause_q);
        REG_FAULT_PC: s_axil_rdata_o <= fault_pc_q;
        REG_FAULT_CORE: s_axil_rdata_o <= 32'(fault_core_q);
        REG_FAULT_WARP: s_axil_rdata_o <= 32'(fault_warp_q);
        REG_FAULT_LANES: s_axil_rdata_o <= 32'(fault_mask_q);
        REG_FAULT_ADDRESS: s_axil_rdata_o <= fault_address_q;
        REG_FAULT_ACCESS: s_axil_rdata_o <= 32'(fault_access_q);
        REG_CONSOLE:
        if (console_count_q != '0) begin
          s_axil_rdata_o <= {
            1'b1, 17'd0, console_q[console_read_q][13:8], console_q[console_read_q][7:0]
          };
        end
        REG_CYCLES: s_axil_rdata_o <= cycles_q[31:0];
        REG_CYCLES + 16'd4: s_axil_rdata_o <= cycles_q[63:32];
        default: begin
          if (s_axil_araddr_i[15:8] == REG_REGION_BASE[15:8]) begin
            case ({12'd0, s_axil_araddr_i[3:0]})
              REG_REGION_BASE & 16'hf:
              s_axil_rdata_o <= region_base_q[32'(s_axil_araddr_i[7:4])*32+:32];
              REG_REGION_SIZE & 16'hf:
              s_axil_rdata_o <= region_size_q[32'(s_axil_araddr_i[7:4])*32+:32];
              REG_REGION_FLAGS & 16'hf:
              s_axil_rdata_o <= 32'(region_flags_q[32'(s_axil_araddr_i[7:4])*3+:3]);
              default: ;
            endcase
          end else if (s_axil_araddr_i[15:8] == REG_DEBUG_CONTROL[15:8]) begin
            s_axil_rdata_o <= debug_data_i;
          end else if (s_axil_araddr_i[15:8] == REG_QUEUE_BASE[15:8]) begin
            s_axil_rdata_o <= queue_data_i;
          end else if (s_axil_araddr_i[1:0] == '0
              && (s_axil_araddr_i[15:3] == REG_LANE_INSTRUCTIONS[15:3]
              || (s_axil_araddr_i >= REG_PERF
              && s_axil_araddr_i < REG_PERF + 16'(PERF_COUNTERS * 8)))) begin
            s_axil_rvalid_o <= 1'b0;
            sum_q <= 1'b1;
            sum_core_q <= '0;
            sum_value_q <= '0;
            sum_lanes_q <= s_axil_araddr_i[15:3] == REG_LANE_INSTRUCTIONS[15:3];
            sum_counter_q <= 5'((s_axil_araddr_i - REG_PERF) >> 3);
            sum_high_q <= s_axil_araddr_i[2];
          end
        end
      endcase
    end
    if (sum_q) begin
      automatic logic [63:0] sum = sum_value_q + (sum_lanes_q
          ? lane_instructions_i[32'(sum_core_q)*64+:64]
          : perf_i[(32'(sum_core_q)*PERF_COUNTERS+32'(sum_counter_q))*64+:64]);
      sum_value_q <= sum;
      sum_core_q <= sum_core_q + CORE_W'(1);
      if (32'(sum_core_q) == CORES - 1) begin
        sum_q <= 1'b0;
        s_axil_rvalid_o <= 1'b1;
        s_axil_rdata_o <= sum_high_q ? sum[63:32] : sum[31:0];
      end
    end
    if (!rst_ni) begin
      read_q <= 1'b0;
      sum_q <= 1'b0;
      s_axil_rvalid_o <= 1'b0;
    end
  end

  // Console: one core at a time sends; the turn passes on when it has nothing to send.
  logic console_push, console_pop;
  assign console_push = console_valid_i[console_core_q] && console_room_q;
  assign console_pop = read_q && s_axil_araddr_i == REG_CONSOLE && console_count_q != '0;
  always_comb begin
    console_ready_o = '0;
    console_ready_o[console_core_q] = console_room_q;
  end

  always_ff @(posedge clk_i) begin
    if (console_push) begin
      console_q[console_write_q] <= console_data_i[32'(console_core_q)*14+:14];
      console_write_q <= console_write_q + CONSOLE_W'(1);
    end else begin
      console_core_q <= 32'(console_core_q) == CORES - 1 ? '0 : console_core_q + CORE_W'(1);
    end
    if (console_pop) console_read_q <= console_read_q + CONSOLE_W'(1);
    console_count_q <= console_count_q + (CONSOLE_W + 1)'(console_push)
        - (CONSOLE_W + 1)'(console_pop);
    // One entry is kept for the byte that is accepted while this is computed.
    console_room_q <= 32'(console_count_q) < CONSOLE_ENTRIES - 1;
    if (!cores_rst_no) begin
      console_core_q <= '0;
      console_read_q <= '0;
      console_write_q <= '0;
      console_count_q <= '0;
      console_room_q <= 1'b0;
    end
  end

  always_ff @(posedge clk_i) begin
    irq_o <= rst_ni && (irq & irq_enable_q) != '0;
  end

`ifndef SYNTHESIS
  always_ff @(posedge clk_i) begin
    if (cores_rst_no) begin
      assert (32'(console_count_q) <= CONSOLE_ENTRIES) else $error("the console overflowed");
      assert (!(launch_o && halt_q)) else $error("launch while the cores are halted");
      assert (!(plan_valid_i && state_q != PLANNING && state_q != RESETTING))
      else $error("a plan that nobody asked for");
    end
  end
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      s_axil_bvalid_o && !s_axil_bready_i |=> s_axil_bvalid_o && $stable(s_axil_bresp_o))
  else $error("B changed before it was taken");
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      s_axil_rvalid_o && !s_axil_rready_i |=> s_axil_rvalid_o && $stable(s_axil_rdata_o))
  else $error("R changed before it was taken");
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      !(console_pop && console_count_q == '0))
  else $error("a byte taken from an empty console");
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      $onehot0(console_ready_o))
  else $error("two cores send to the console at once");
`endif
endmodule
