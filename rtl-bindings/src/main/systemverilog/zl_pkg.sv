// Types and constants that the units of the core share.
package zl_pkg;

  /* verilator lint_off UNUSEDPARAM */
  localparam int unsigned SEQ_W = 16;  // per-warp instruction number, for the retire trace
  localparam int unsigned WARP_W = 5;  // wide enough for every WARPS; unused bits are zero
  localparam int unsigned REG_W = 6;  // bit 5: float register
  localparam int unsigned TAG_W = WARP_W + REG_W + SEQ_W;
  localparam int unsigned LINE_W = 512;
  localparam int unsigned REGIONS = 16;
  localparam int unsigned BREAKPOINTS = 4;
  localparam int unsigned PERF_COUNTERS = 21;

  localparam logic [2:0] ACCESS_NONE = 3'd0;
  localparam logic [2:0] ACCESS_READ = 3'd1;
  localparam logic [2:0] ACCESS_WRITE = 3'd2;
  localparam logic [2:0] ACCESS_EXECUTE = 3'd4;

  // Operations of the load-store unit.
  localparam logic [3:0] LSU_LOAD = 4'd0;
  localparam logic [3:0] LSU_STORE = 4'd1;
  localparam logic [3:0] LSU_FENCE = 4'd2;
  localparam logic [3:0] LSU_ATOMIC = 4'd3;

  // funct5 of the atomic instructions that are not read-modify-write.
  localparam logic [4:0] ATOMIC_LR = 5'd2;
  localparam logic [4:0] ATOMIC_SC = 5'd3;
  /* verilator lint_on UNUSEDPARAM */

  // Identifies a result on its way to the register file.
  typedef struct packed {
    logic [WARP_W-1:0] warp;
    logic [REG_W-1:0]  rd;
    logic [SEQ_W-1:0]  seq;
  } tag_t;

  // Where an instruction executes. The units up to UNIT_CONTROL answer in the next cycle.
  typedef enum logic [3:0] {
    UNIT_ALU,
    UNIT_SHUFFLE,  // votes and lane exchange
    UNIT_CSR,
    UNIT_CONTROL,  // branches, lane masks, barriers, faults of decoding
    UNIT_MISC,     // float compare, convert, move
    UNIT_MUL,
    UNIT_TEXTURE,
    UNIT_MERGE,
    UNIT_COVERAGE,
    UNIT_FMA,
    UNIT_DIV,
    UNIT_FDIV,
    UNIT_LSU
  } unit_t;

  typedef enum logic [5:0] {
    ALU_ADD,
    ALU_SUB,
    ALU_SLL,
    ALU_SLT,
    ALU_SLTU,
    ALU_XOR,
    ALU_SRL,
    ALU_SRA,
    ALU_OR,
    ALU_AND,
    ALU_SH1ADD,
    ALU_SH2ADD,
    ALU_SH3ADD,
    ALU_ANDN,
    ALU_ORN,
    ALU_XNOR,
    ALU_CLZ,
    ALU_CTZ,
    ALU_CPOP,
    ALU_SEXT_B,
    ALU_SEXT_H,
    ALU_ZEXT_H,
    ALU_MIN,
    ALU_MINU,
    ALU_MAX,
    ALU_MAXU,
    ALU_ROL,
    ALU_ROR,
    ALU_ORC_B,
    ALU_REV8,
    ALU_CZERO_EQZ,
    ALU_CZERO_NEZ
  } alu_op_t;

  typedef enum logic [5:0] {
    CONTROL_BEQ,
    CONTROL_BNE,
    CONTROL_BLT,
    CONTROL_BGE,
    CONTROL_BLTU,
    CONTROL_BGEU,
    CONTROL_JAL_MISALIGNED,  // other JALs are done by fetch and ALU
    CONTROL_JALR,
    CONTROL_TMC,
    CONTROL_WSPAWN,
    CONTROL_SPLIT,
    CONTROL_SPLIT_N,
    CONTROL_JOIN,
    CONTROL_BAR,
    CONTROL_PRED,
    CONTROL_PRED_N,
    CONTROL_WSYNC,
    CONTROL_ECALL,
    CONTROL_EBREAK,
    CONTROL_ILLEGAL,
    CONTROL_FETCH_FAULT
  } control_op_t;

  typedef enum logic [5:0] {
    SHUFFLE_ALL,
    SHUFFLE_ANY,
    SHUFFLE_UNI,
    SHUFFLE_BALLOT,
    SHUFFLE_UP,
    SHUFFLE_DOWN,
    SHUFFLE_BFLY,
    SHUFFLE_IDX
  } shuffle_op_t;

  typedef enum logic [5:0] {
    TEXTURE_COORD,
    TEXTURE_MIXLO,
    TEXTURE_MIXHI,
    TEXTURE_COLORLO,
    TEXTURE_COLORHI
  } texture_op_t;

  typedef enum logic [5:0] {
    MERGE_PACK8LO,
    MERGE_PACK8HI,
    MERGE_PACK10LO,
    MERGE_PACK10HI,
    MERGE_PACK565LO,
    MERGE_PACK565HI,
    MERGE_UNPACK8,
    MERGE_UNPACK10,
    MERGE_UNPACK5,
    MERGE_UNPACK6,
    MERGE_UNPACK2
  } merge_op_t;

  typedef enum logic [5:0] {
    COVERAGE_ROW,
    COVERAGE_ANY
  } coverage_op_t;

  // What issue has to look at. One word, so that looking at every warp's head is cheap.
  typedef struct packed {
    unit_t            unit;
    logic             use1;    // rs1, rs2, rs3 are register operands
    logic [REG_W-1:0] rs1;
    logic             use2;
    logic [REG_W-1:0] rs2;
    logic             use3;
    logic [REG_W-1:0] rs3;
    logic             writes;  // rd is written (never set for x0)
    logic [REG_W-1:0] rd;
    logic             breakpoint;  // one is enabled at its address
    logic             blocks;  // nothing of this warp issues until execute says so
    logic             drains;  // issues only after the warp's earlier instructions have written
  } issue_key_t;

  // What the stages behind issue need in addition.
  typedef struct packed {
    logic [5:0]  op;
    logic        a_is_pc;
    logic        b_is_imm;
    logic        uses_rm;
    logic        predicted_taken;
    logic [31:0] imm;
    logic [31:0] pc;
    logic [31:0] instr;
  } payload_t;

  // A line with some of its bytes replaced.
  function automatic logic [LINE_W-1:0] merge_bytes(
      input logic [LINE_W-1:0] old, input logic [LINE_W-1:0] new_data,
      input logic [LINE_W/8-1:0] strb);
    for (int unsigned b = 0; b < LINE_W / 8; b++) merge_bytes[b*8+:8] = {8{strb[b]}};
    merge_bytes = (old & ~merge_bytes) | (new_data & merge_bytes);
  endfunction

  // What an atomic instruction, by its funct5, leaves in memory.
  function automatic logic [31:0] atomic_result(input logic [4:0] op, input logic [31:0] old,
                                                input logic [31:0] operand);
    unique case (op)
      5'd0: return old + operand;
      5'd4: return old ^ operand;
      5'd8: return old | operand;
      5'd12: return old & operand;
      5'd16: return $signed(old) < $signed(operand) ? old : operand;
      5'd20: return $signed(old) > $signed(operand) ? old : operand;
      5'd24: return old < operand ? old : operand;
      5'd28: return old > operand ? old : operand;
      default: return operand;  // SWAP, SC
    endcase
  endfunction

endpackage
