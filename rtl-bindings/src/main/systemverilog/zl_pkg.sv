// Types and constants that the units of the core share.
package zl_pkg;

  /* verilator lint_off UNUSEDPARAM */
  localparam int unsigned SEQ_W = 16;  // per-warp instruction number, for the retire trace
  localparam int unsigned WARP_W = 5;  // wide enough for every WARPS; unused bits are zero
  localparam int unsigned REG_W = 6;  // bit 5: float register
  localparam int unsigned TAG_W = WARP_W + REG_W + SEQ_W;
  localparam int unsigned LINE_W = 512;
  localparam int unsigned REGIONS = 16;
  localparam int unsigned PERF_COUNTERS = 19;

  localparam logic [2:0] ACCESS_NONE = 3'd0;
  localparam logic [2:0] ACCESS_READ = 3'd1;
  localparam logic [2:0] ACCESS_WRITE = 3'd2;
  localparam logic [2:0] ACCESS_EXECUTE = 3'd4;

  // Operations of the load-store unit.
  localparam logic [3:0] LSU_LOAD = 4'd0;
  localparam logic [3:0] LSU_STORE = 4'd1;
  localparam logic [3:0] LSU_FENCE = 4'd2;
  /* verilator lint_on UNUSEDPARAM */

  // Identifies a result on its way to the register file.
  typedef struct packed {
    logic [WARP_W-1:0] warp;
    logic [REG_W-1:0]  rd;
    logic [SEQ_W-1:0]  seq;
  } tag_t;

endpackage
