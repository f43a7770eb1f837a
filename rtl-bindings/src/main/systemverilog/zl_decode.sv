// Decode: picks a warp with a fetched instruction and room, decodes one instruction a cycle and
// queues it for issue.
//
// Two entries a warp, so that one warp alone can issue every cycle. Owns no hazards: it only
// names the registers, and says which instructions hold up their warp (blocks) or wait for it to
// drain. Every word that is not in zl_isa_pkg becomes CONTROL_ILLEGAL, which faults when it
// executes and not before: it may follow a branch.
module zl_decode
  import zl_isa_pkg::*;
  import zl_fpu_pkg::*;
  import zl_pkg::*;
#(
    parameter int unsigned WARPS = 4,
    parameter bit TEXTURE = 1'b1,
    parameter bit MERGE = 1'b1,
    parameter bit COVERAGE = 1'b1
) (
    input logic clk_i,
    input logic rst_ni,

    input logic [WARPS-1:0] flush_i,  // the warp was redirected, started or ended

    // From fetch: a word for every warp that has one; decode takes from the warp of take_o.
    input  logic [       WARPS-1:0] fe_valid_i,
    output logic                    take_valid_o,
    output logic [      WARP_W-1:0] take_warp_o,
    input  logic [            31:0] fe_instr_i,
    input  logic [            31:0] fe_pc_i,
    input  logic                    fe_predicted_taken_i,
    input  logic                    fe_fault_i,

    input logic [BREAKPOINTS*32-1:0] breakpoint_i,
    input logic [   BREAKPOINTS-1:0] breakpoint_on_i,

    // To issue: the head of every warp's queue; the payload of the issued one.
    output logic       [WARPS-1:0] de_valid_o,
    output issue_key_t             de_key_o    [WARPS],
    output logic       [     31:0] de_pc_o     [WARPS],
    input  logic                   issue_valid_i,
    input  logic      [WARP_W-1:0] issue_warp_i,
    output payload_t               de_payload_o
);

  localparam int unsigned DEPTH = 2;
  localparam int unsigned IDX_W = $clog2(WARPS);

  typedef struct packed {
    issue_key_t key;
    payload_t   payload;
  } decoded_t;

  function automatic logic is(logic [31:0] word, logic [31:0] mask, logic [31:0] match);
    return (word & mask) == match;
  endfunction

  // Integer register-register and register-immediate operations.
  function automatic logic [6:0] alu_register(logic [31:0] w);  // {found, op}
    if (is(w, INSN_ADD_MASK, INSN_ADD_MATCH)) return {1'b1, ALU_ADD};
    if (is(w, INSN_SUB_MASK, INSN_SUB_MATCH)) return {1'b1, ALU_SUB};
    if (is(w, INSN_SLL_MASK, INSN_SLL_MATCH)) return {1'b1, ALU_SLL};
    if (is(w, INSN_SLT_MASK, INSN_SLT_MATCH)) return {1'b1, ALU_SLT};
    if (is(w, INSN_SLTU_MASK, INSN_SLTU_MATCH)) return {1'b1, ALU_SLTU};
    if (is(w, INSN_XOR_MASK, INSN_XOR_MATCH)) return {1'b1, ALU_XOR};
    if (is(w, INSN_SRL_MASK, INSN_SRL_MATCH)) return {1'b1, ALU_SRL};
    if (is(w, INSN_SRA_MASK, INSN_SRA_MATCH)) return {1'b1, ALU_SRA};
    if (is(w, INSN_OR_MASK, INSN_OR_MATCH)) return {1'b1, ALU_OR};
    if (is(w, INSN_AND_MASK, INSN_AND_MATCH)) return {1'b1, ALU_AND};
    if (is(w, INSN_SH1ADD_MASK, INSN_SH1ADD_MATCH)) return {1'b1, ALU_SH1ADD};
    if (is(w, INSN_SH2ADD_MASK, INSN_SH2ADD_MATCH)) return {1'b1, ALU_SH2ADD};
    if (is(w, INSN_SH3ADD_MASK, INSN_SH3ADD_MATCH)) return {1'b1, ALU_SH3ADD};
    if (is(w, INSN_CZERO_EQZ_MASK, INSN_CZERO_EQZ_MATCH)) return {1'b1, ALU_CZERO_EQZ};
    if (is(w, INSN_CZERO_NEZ_MASK, INSN_CZERO_NEZ_MATCH)) return {1'b1, ALU_CZERO_NEZ};
    if (is(w, INSN_ANDN_MASK, INSN_ANDN_MATCH)) return {1'b1, ALU_ANDN};
    if (is(w, INSN_ORN_MASK, INSN_ORN_MATCH)) return {1'b1, ALU_ORN};
    if (is(w, INSN_XNOR_MASK, INSN_XNOR_MATCH)) return {1'b1, ALU_XNOR};
    if (is(w, INSN_ZEXT_H_MASK, INSN_ZEXT_H_MATCH)) return {1'b1, ALU_ZEXT_H};
    if (is(w, INSN_MIN_MASK, INSN_MIN_MATCH)) return {1'b1, ALU_MIN};
    if (is(w, INSN_MINU_MASK, INSN_MINU_MATCH)) return {1'b1, ALU_MINU};
    if (is(w, INSN_MAX_MASK, INSN_MAX_MATCH)) return {1'b1, ALU_MAX};
    if (is(w, INSN_MAXU_MASK, INSN_MAXU_MATCH)) return {1'b1, ALU_MAXU};
    if (is(w, INSN_ROL_MASK, INSN_ROL_MATCH)) return {1'b1, ALU_ROL};
    if (is(w, INSN_ROR_MASK, INSN_ROR_MATCH)) return {1'b1, ALU_ROR};
    return {1'b0, ALU_ADD};
  endfunction

  function automatic logic [6:0] alu_immediate(logic [31:0] w);  // {found, op}
    if (is(w, INSN_ADDI_MASK, INSN_ADDI_MATCH)) return {1'b1, ALU_ADD};
    if (is(w, INSN_SLTI_MASK, INSN_SLTI_MATCH)) return {1'b1, ALU_SLT};
    if (is(w, INSN_SLTIU_MASK, INSN_SLTIU_MATCH)) return {1'b1, ALU_SLTU};
    if (is(w, INSN_XORI_MASK, INSN_XORI_MATCH)) return {1'b1, ALU_XOR};
    if (is(w, INSN_ORI_MASK, INSN_ORI_MATCH)) return {1'b1, ALU_OR};
    if (is(w, INSN_ANDI_MASK, INSN_ANDI_MATCH)) return {1'b1, ALU_AND};
    if (is(w, INSN_SLLI_MASK, INSN_SLLI_MATCH)) return {1'b1, ALU_SLL};
    if (is(w, INSN_SRLI_MASK, INSN_SRLI_MATCH)) return {1'b1, ALU_SRL};
    if (is(w, INSN_SRAI_MASK, INSN_SRAI_MATCH)) return {1'b1, ALU_SRA};
    if (is(w, INSN_CLZ_MASK, INSN_CLZ_MATCH)) return {1'b1, ALU_CLZ};
    if (is(w, INSN_CTZ_MASK, INSN_CTZ_MATCH)) return {1'b1, ALU_CTZ};
    if (is(w, INSN_CPOP_MASK, INSN_CPOP_MATCH)) return {1'b1, ALU_CPOP};
    if (is(w, INSN_SEXT_B_MASK, INSN_SEXT_B_MATCH)) return {1'b1, ALU_SEXT_B};
    if (is(w, INSN_SEXT_H_MASK, INSN_SEXT_H_MATCH)) return {1'b1, ALU_SEXT_H};
    if (is(w, INSN_RORI_MASK, INSN_RORI_MATCH)) return {1'b1, ALU_ROR};
    if (is(w, INSN_ORC_B_MASK, INSN_ORC_B_MATCH)) return {1'b1, ALU_ORC_B};
    if (is(w, INSN_REV8_MASK, INSN_REV8_MATCH)) return {1'b1, ALU_REV8};
    return {1'b0, ALU_ADD};
  endfunction

  // Float operations of opcode OP-FP: {found, rs1 is integer, rd is integer, rs2 used, uses rm,
  // unit, op}.
  function automatic logic [14:0] float_operation(logic [31:0] w);
    if (is(w, INSN_FADD_S_MASK, INSN_FADD_S_MATCH))
      return {5'b10011, UNIT_FMA, 3'd0, FMA_ADD};
    if (is(w, INSN_FSUB_S_MASK, INSN_FSUB_S_MATCH))
      return {5'b10011, UNIT_FMA, 3'd0, FMA_SUB};
    if (is(w, INSN_FMUL_S_MASK, INSN_FMUL_S_MATCH))
      return {5'b10011, UNIT_FMA, 3'd0, FMA_MUL};
    if (is(w, INSN_FDIV_S_MASK, INSN_FDIV_S_MATCH))
      return {5'b10011, UNIT_FDIV, 5'd0, DIV_SQRT_DIV};
    if (is(w, INSN_FSQRT_S_MASK, INSN_FSQRT_S_MATCH))
      return {5'b10001, UNIT_FDIV, 5'd0, DIV_SQRT_SQRT};
    if (is(w, INSN_FSGNJ_S_MASK, INSN_FSGNJ_S_MATCH))
      return {5'b10010, UNIT_MISC, 2'd0, MISC_SGNJ};
    if (is(w, INSN_FSGNJN_S_MASK, INSN_FSGNJN_S_MATCH))
      return {5'b10010, UNIT_MISC, 2'd0, MISC_SGNJN};
    if (is(w, INSN_FSGNJX_S_MASK, INSN_FSGNJX_S_MATCH))
      return {5'b10010, UNIT_MISC, 2'd0, MISC_SGNJX};
    if (is(w, INSN_FMIN_S_MASK, INSN_FMIN_S_MATCH))
      return {5'b10010, UNIT_MISC, 2'd0, MISC_MIN};
    if (is(w, INSN_FMAX_S_MASK, INSN_FMAX_S_MATCH))
      return {5'b10010, UNIT_MISC, 2'd0, MISC_MAX};
    if (is(w, INSN_FEQ_S_MASK, INSN_FEQ_S_MATCH))
      return {5'b10110, UNIT_MISC, 2'd0, MISC_EQ};
    if (is(w, INSN_FLT_S_MASK, INSN_FLT_S_MATCH))
      return {5'b10110, UNIT_MISC, 2'd0, MISC_LT};
    if (is(w, INSN_FLE_S_MASK, INSN_FLE_S_MATCH))
      return {5'b10110, UNIT_MISC, 2'd0, MISC_LE};
    if (is(w, INSN_FCLASS_S_MASK, INSN_FCLASS_S_MATCH))
      return {5'b10100, UNIT_MISC, 2'd0, MISC_CLASS};
    if (is(w, INSN_FCVT_W_S_MASK, INSN_FCVT_W_S_MATCH))
      return {5'b10101, UNIT_MISC, 2'd0, MISC_CVT_W_S};
    if (is(w, INSN_FCVT_WU_S_MASK, INSN_FCVT_WU_S_MATCH))
      return {5'b10101, UNIT_MISC, 2'd0, MISC_CVT_WU_S};
    if (is(w, INSN_FCVT_S_W_MASK, INSN_FCVT_S_W_MATCH))
      return {5'b11001, UNIT_MISC, 2'd0, MISC_CVT_S_W};
    if (is(w, INSN_FCVT_S_WU_MASK, INSN_FCVT_S_WU_MATCH))
      return {5'b11001, UNIT_MISC, 2'd0, MISC_CVT_S_WU};
    if (is(w, INSN_FMV_X_W_MASK, INSN_FMV_X_W_MATCH))
      return {5'b10100, UNIT_MISC, 2'd0, MISC_MV_X_W};
    if (is(w, INSN_FMV_W_X_MASK, INSN_FMV_W_X_MATCH))
      return {5'b11000, UNIT_MISC, 2'd0, MISC_MV_W_X};
    return 15'd0;
  endfunction

  // Warp instructions without a result of the data path: {found, rs1 used, rs2 used, rd written,
  // op}.
  function automatic logic [9:0] warp_operation(logic [31:0] w);
    if (is(w, INSN_TMC_MASK, INSN_TMC_MATCH)) return {4'b1100, CONTROL_TMC};
    if (is(w, INSN_WSPAWN_MASK, INSN_WSPAWN_MATCH)) return {4'b1110, CONTROL_WSPAWN};
    if (is(w, INSN_SPLIT_MASK, INSN_SPLIT_MATCH)) return {4'b1101, CONTROL_SPLIT};
    if (is(w, INSN_SPLIT_N_MASK, INSN_SPLIT_N_MATCH)) return {4'b1101, CONTROL_SPLIT_N};
    if (is(w, INSN_JOIN_MASK, INSN_JOIN_MATCH)) return {4'b1100, CONTROL_JOIN};
    if (is(w, INSN_BAR_MASK, INSN_BAR_MATCH)) return {4'b1110, CONTROL_BAR};
    if (is(w, INSN_PRED_MASK, INSN_PRED_MATCH)) return {4'b1110, CONTROL_PRED};
    if (is(w, INSN_PRED_N_MASK, INSN_PRED_N_MATCH)) return {4'b1110, CONTROL_PRED_N};
    if (is(w, INSN_WSYNC_MASK, INSN_WSYNC_MATCH)) return {4'b1000, CONTROL_WSYNC};
    return 10'd0;
  endfunction

  function automatic logic [7:0] shuffle_operation(logic [31:0] w);  // {found, two operands, op}
    if (is(w, INSN_VOTE_ALL_MASK, INSN_VOTE_ALL_MATCH)) return {2'b10, SHUFFLE_ALL};
    if (is(w, INSN_VOTE_ANY_MASK, INSN_VOTE_ANY_MATCH)) return {2'b10, SHUFFLE_ANY};
    if (is(w, INSN_VOTE_UNI_MASK, INSN_VOTE_UNI_MATCH)) return {2'b10, SHUFFLE_UNI};
    if (is(w, INSN_VOTE_BALLOT_MASK, INSN_VOTE_BALLOT_MATCH)) return {2'b10, SHUFFLE_BALLOT};
    if (is(w, INSN_SHFL_UP_MASK, INSN_SHFL_UP_MATCH)) return {2'b11, SHUFFLE_UP};
    if (is(w, INSN_SHFL_DOWN_MASK, INSN_SHFL_DOWN_MATCH)) return {2'b11, SHUFFLE_DOWN};
    if (is(w, INSN_SHFL_BFLY_MASK, INSN_SHFL_BFLY_MATCH)) return {2'b11, SHUFFLE_BFLY};
    if (is(w, INSN_SHFL_IDX_MASK, INSN_SHFL_IDX_MATCH)) return {2'b11, SHUFFLE_IDX};
    return 8'd0;
  endfunction

  function automatic decoded_t decode(logic [31:0] w, logic [31:0] pc, logic predicted_taken,
                                      logic fetch_fault);
    decoded_t    d;
    logic [ 6:0] alu;
    logic [14:0] flt;
    logic [ 9:0] wrp;
    logic [ 7:0] shf;
    logic        found;
    logic        rd_is_float;

    d = '0;
    found = 1'b0;
    rd_is_float = 1'b0;
    d.payload.instr = w;
    d.payload.pc = pc;
    d.payload.predicted_taken = predicted_taken;
    d.key.rs1 = {1'b0, w[19:15]};
    d.key.rs2 = {1'b0, w[24:20]};
    d.key.rs3 = {1'b1, w[31:27]};

    unique case (w[6:0])
      7'h37, 7'h17: begin  // LUI, AUIPC
        found = 1'b1;
        d.key.unit = UNIT_ALU;
        d.payload.op = ALU_ADD;
        d.payload.a_is_pc = !w[5];
        d.payload.b_is_imm = 1'b1;
        d.payload.imm = {w[31:12], 12'd0};
        d.key.rs1 = '0;
        d.key.writes = 1'b1;
      end
      7'h6f: begin  // JAL: fetch has already gone to the target, only the link is left
        found = 1'b1;
        d.payload.a_is_pc = 1'b1;
        d.payload.b_is_imm = 1'b1;
        d.payload.imm = 32'd4;
        d.payload.op = ALU_ADD;
        d.key.unit = UNIT_ALU;
        d.key.writes = 1'b1;
        if (w[21]) begin
          d.key.unit = UNIT_CONTROL;
          d.key.blocks = 1'b1;
          d.key.writes = 1'b0;
          d.payload.op = CONTROL_JAL_MISALIGNED;
          d.payload.imm = {{12{w[31]}}, w[19:12], w[20], w[30:21], 1'b0};
        end
      end
      7'h67: begin
        found = is(w, INSN_JALR_MASK, INSN_JALR_MATCH);
        d.key.unit = UNIT_CONTROL;
        d.key.blocks = 1'b1;
        d.key.use1 = 1'b1;
        d.key.writes = 1'b1;
        d.payload.op = CONTROL_JALR;
        d.payload.imm = {{20{w[31]}}, w[31:20]};
      end
      7'h63: begin
        found = w[14:13] != 2'b01;
        d.key.unit = UNIT_CONTROL;
        d.key.blocks = 1'b1;
        d.key.use1 = 1'b1;
        d.key.use2 = 1'b1;
        d.payload.imm = {{20{w[31]}}, w[7], w[30:25], w[11:8], 1'b0};
        unique case (w[14:12])
          3'd0: d.payload.op = CONTROL_BEQ;
          3'd1: d.payload.op = CONTROL_BNE;
          3'd4: d.payload.op = CONTROL_BLT;
          3'd5: d.payload.op = CONTROL_BGE;
          3'd6: d.payload.op = CONTROL_BLTU;
          default: d.payload.op = CONTROL_BGEU;
        endcase
      end
      7'h03, 7'h07: begin
        found = w[2] ? w[14:12] == 3'd2 : w[13:12] != 2'd3 && w[14:12] != 3'd6;
        d.key.unit = UNIT_LSU;
        d.key.use1 = 1'b1;
        d.key.writes = 1'b1;
        rd_is_float = w[2];
        d.payload.op = {w[14], w[13:12], LSU_LOAD[2:0]};
        d.payload.imm = {{20{w[31]}}, w[31:20]};
      end
      7'h23, 7'h27: begin
        found = w[2] ? w[14:12] == 3'd2 : !w[14] && w[13:12] != 2'd3;
        d.key.unit = UNIT_LSU;
        d.key.use1 = 1'b1;
        d.key.use2 = 1'b1;
        d.key.rs2[5] = w[2];
        d.payload.op = {1'b0, w[13:12], LSU_STORE[2:0]};
        d.payload.imm = {{20{w[31]}}, w[31:25], w[11:7]};
      end
      7'h2f: begin  // A
        found = w[14:12] == 3'd2 && (w[28:27] == 2'd0 || (w[31:29] == 3'd0
            && (w[28:27] != ATOMIC_LR[1:0] || w[24:20] == 5'd0)));
        d.key.unit = UNIT_LSU;
        d.key.use1 = 1'b1;
        d.key.use2 = 1'b1;
        d.key.writes = 1'b1;
        d.payload.op = {1'b0, w[13:12], LSU_ATOMIC[2:0]};
      end
      7'h13: begin
        alu = alu_immediate(w);
        found = alu[6];
        d.key.unit = UNIT_ALU;
        d.key.use1 = 1'b1;
        d.key.writes = 1'b1;
        d.payload.op = alu[5:0];
        d.payload.b_is_imm = 1'b1;
        d.payload.imm = {{20{w[31]}}, w[31:20]};  // shifts look at bits 4..0 only
      end
      7'h33: begin
        d.key.use1 = 1'b1;
        d.key.use2 = 1'b1;
        d.key.writes = 1'b1;
        if (w[31:25] == 7'd1) begin  // M
          found = 1'b1;
          d.key.unit = w[14] ? UNIT_DIV : UNIT_MUL;
          d.payload.op = {4'd0, w[13:12]};
        end else begin
          alu = alu_register(w);
          found = alu[6];
          d.key.unit = UNIT_ALU;
          d.payload.op = alu[5:0];
        end
      end
      7'h0f: begin
        found = w[14:13] == 2'd0;
        d.key.unit = UNIT_LSU;
        d.key.blocks = 1'b1;
        d.payload.op = {2'd0, w[12], LSU_FENCE[2:0]};  // the size says: instruction fence
      end
      7'h73: begin
        d.key.blocks = 1'b1;
        if (w[14:12] == 3'd0) begin
          d.key.unit = UNIT_CONTROL;
          found = w == INSN_ECALL_MATCH || w == INSN_EBREAK_MATCH;
          d.payload.op = w[20] ? CONTROL_EBREAK : CONTROL_ECALL;
        end else begin
          found = w[13:12] != 2'd0;
          d.key.unit = UNIT_CSR;
          d.key.use1 = !w[14];
          d.key.writes = 1'b1;
          // Float exceptions accrue at write-back.
          d.key.drains = w[31:22] == 10'd0;
          d.payload.b_is_imm = 1'b1;
          d.payload.imm = {27'd0, w[19:15]};
        end
      end
      7'h43, 7'h47, 7'h4b, 7'h4f: begin
        found = w[26:25] == 2'd0;
        d.key.unit = UNIT_FMA;
        d.key.use1 = 1'b1;
        d.key.use2 = 1'b1;
        d.key.use3 = 1'b1;
        d.key.rs1[5] = 1'b1;
        d.key.rs2[5] = 1'b1;
        d.key.writes = 1'b1;
        rd_is_float = 1'b1;
        d.payload.uses_rm = 1'b1;
        unique case (w[3:2])
          2'd0: d.payload.op = {3'd0, FMA_MADD};
          2'd1: d.payload.op = {3'd0, FMA_MSUB};
          2'd2: d.payload.op = {3'd0, FMA_NMSUB};
          default: d.payload.op = {3'd0, FMA_NMADD};
        endcase
      end
      7'h53: begin
        flt = float_operation(w);
        found = flt[14];
        d.key.use1 = 1'b1;
        d.key.rs1[5] = !flt[13];
        rd_is_float = !flt[12];
        d.key.use2 = flt[11];
        d.key.rs2[5] = 1'b1;
        d.payload.uses_rm = flt[10];
        d.key.unit = unit_t'(flt[9:6]);
        d.payload.op = flt[5:0];
        d.key.writes = 1'b1;
      end
      7'h0b: begin
        if (w[31:25] == 7'd0) begin
          wrp = warp_operation(w);
          found = wrp[9];
          d.key.unit = UNIT_CONTROL;
          d.key.blocks = 1'b1;
          d.key.use1 = wrp[8];
          d.key.use2 = wrp[7];
          d.key.writes = wrp[6];
          // A warp that ends must not have results under way to the registers of its successor.
          d.key.drains = wrp[5:0] == CONTROL_WSYNC || wrp[5:0] == CONTROL_TMC;
          d.payload.op = wrp[5:0];
        end else begin
          shf = shuffle_operation(w);
          found = shf[7];
          d.key.unit = UNIT_SHUFFLE;
          d.key.use1 = 1'b1;
          d.key.use2 = shf[6];
          d.key.writes = 1'b1;
          d.payload.op = shf[5:0];
        end
      end
      7'h2b: begin
        d.key.use1 = 1'b1;
        d.key.use2 = 1'b1;
        d.key.use3 = 1'b1;
        d.key.rs3[5] = 1'b0;
        d.key.writes = 1'b1;
        unique case (w[14:12])
          3'd0: begin
            found = TEXTURE && is(w, INSN_TEX_COORD_MASK, INSN_TEX_COORD_MATCH);
            d.key.unit = UNIT_TEXTURE;
            d.key.use3 = 1'b0;
            d.key.rs1[5] = 1'b1;  // the coordinate is a float
            d.payload.op = TEXTURE_COORD;
          end
          3'd1: begin
            found = TEXTURE;
            d.key.unit = UNIT_TEXTURE;
            rd_is_float = w[26];
            unique case (w[26:25])
              2'd0: d.payload.op = TEXTURE_MIXLO;
              2'd1: d.payload.op = TEXTURE_MIXHI;
              2'd2: d.payload.op = TEXTURE_COLORLO;
              default: d.payload.op = TEXTURE_COLORHI;
            endcase
          end
          3'd2, 3'd3: begin
            found = MERGE && !(w[12] && w[26]);
            d.key.unit = UNIT_MERGE;
            d.key.rs1[5] = 1'b1;
            d.key.rs2[5] = 1'b1;
            unique case ({w[12], w[26:25]})
              3'd0: d.payload.op = MERGE_PACK8LO;
              3'd1: d.payload.op = MERGE_PACK8HI;
              3'd2: d.payload.op = MERGE_PACK10LO;
              3'd3: d.payload.op = MERGE_PACK10HI;
              3'd4: d.payload.op = MERGE_PACK565LO;
              default: d.payload.op = MERGE_PACK565HI;
            endcase
          end
          3'd4: begin
            found = MERGE && w[31:25] <= 7'd4;
            d.key.unit = UNIT_MERGE;
            d.key.use2 = 1'b0;
            d.key.use3 = 1'b0;
            d.payload.b_is_imm = 1'b1;
            d.payload.imm = {27'd0, w[24:20]};
            rd_is_float = 1'b1;
            unique case (w[27:25])
              3'd0: d.payload.op = MERGE_UNPACK8;
              3'd1: d.payload.op = MERGE_UNPACK10;
              3'd2: d.payload.op = MERGE_UNPACK5;
              3'd3: d.payload.op = MERGE_UNPACK6;
              default: d.payload.op = MERGE_UNPACK2;
            endcase
          end
          3'd5: begin
            found = COVERAGE && is(w, INSN_COVER_ROW_MASK, INSN_COVER_ROW_MATCH);
            d.key.unit = UNIT_COVERAGE;
            d.payload.op = COVERAGE_ROW;
          end
          default: begin
            found = COVERAGE && is(w, INSN_COVER_ANY_MASK, INSN_COVER_ANY_MATCH);
            d.key.unit = UNIT_COVERAGE;
            d.key.use2 = 1'b0;
            d.key.use3 = 1'b0;
            d.payload.op = COVERAGE_ANY;
          end
        endcase
      end
      default: ;
    endcase

    d.key.rd = {rd_is_float, w[11:7]};
    if (d.key.rd == '0) d.key.writes = 1'b0;
    if (!d.key.writes) d.key.rd = '0;
    if (!d.key.use1) d.key.rs1 = '0;
    if (!d.key.use3) d.key.rs3 = '0;
    if (!found || fetch_fault) begin
      d.key = '0;
      d.key.unit = UNIT_CONTROL;
      d.key.blocks = 1'b1;
      d.payload.op = fetch_fault ? CONTROL_FETCH_FAULT : CONTROL_ILLEGAL;
      d.payload.uses_rm = 1'b0;
    end
    return d;
  endfunction

  // Queues: entry {warp, slot}.
  issue_key_t key_q    [WARPS*DEPTH];
  payload_t   payload_q[WARPS*DEPTH];
  logic [WARPS-1:0] head_q;
  logic [1:0]       count_q[WARPS];

  logic [WARPS-1:0] has_room;
  logic [WARP_W-1:0] last_q;

  // Takes in turn. A warp may be taken from although it is flushed in this cycle.
  always_comb begin
    logic [WARPS-1:0] able;
    logic [WARPS-1:0] after;
    for (int unsigned w = 0; w < WARPS; w++) has_room[w] = count_q[w] != 2'(DEPTH);
    able = fe_valid_i & has_room;
    after = able & ~((WARPS'(2) << last_q) - WARPS'(1));
    take_valid_o = |able;
    take_warp_o = '0;
    for (int w = int'(WARPS) - 1; w >= 0; w--) if (able[w]) take_warp_o = WARP_W'(w);
    if (|after) begin
      for (int w = int'(WARPS) - 1; w >= 0; w--) if (after[w]) take_warp_o = WARP_W'(w);
    end
  end

  always_comb begin
    for (int unsigned w = 0; w < WARPS; w++) begin
      de_valid_o[w] = count_q[w] != 2'd0;
      de_key_o[w] = key_q[w*DEPTH+{31'd0, head_q[w]}];
      de_pc_o[w] = payload_q[w*DEPTH+{31'd0, head_q[w]}].pc;
    end
    de_payload_o = payload_q[{issue_warp_i[IDX_W-1:0], head_q[issue_warp_i[IDX_W-1:0]]}];
  end

  always_ff @(posedge clk_i) begin
    if (take_valid_o) begin
      automatic decoded_t d;
      automatic logic [IDX_W-1:0] w;
      automatic logic slot;
      d = decode(fe_instr_i, fe_pc_i, fe_predicted_taken_i, fe_fault_i);
      if (breakpoint_on_i != '0) begin
        for (int unsigned i = 0; i < BREAKPOINTS; i++) begin
          if (breakpoint_on_i[i] && breakpoint_i[i*32+:32] == fe_pc_i) d.key.breakpoint = 1'b1;
        end
      end
      w = take_warp_o[IDX_W-1:0];
      slot = head_q[w] ^ count_q[w][0];
      key_q[{w, slot}] <= d.key;
      payload_q[{w, slot}] <= d.payload;
      last_q <= take_warp_o;
    end
  end

  always_ff @(posedge clk_i) begin
    for (int unsigned w = 0; w < WARPS; w++) begin
      if (!rst_ni || flush_i[w]) begin
        count_q[w] <= '0;
        head_q[w] <= 1'b0;
      end else begin
        count_q[w] <= count_q[w] + 2'(take_valid_o && take_warp_o == WARP_W'(w))
            - 2'(issue_valid_i && issue_warp_i == WARP_W'(w));
        head_q[w] <= head_q[w] ^ (issue_valid_i && issue_warp_i == WARP_W'(w));
      end
    end
  end

`ifndef SYNTHESIS
  logic issue_empty;
  assign issue_empty = count_q[issue_warp_i[IDX_W-1:0]] == 2'd0;
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      !(issue_valid_i && issue_empty))
  else $error("issue from an empty queue");
  logic take_full;
  logic take_empty;
  assign take_full = count_q[take_warp_o[IDX_W-1:0]] == 2'(DEPTH);
  assign take_empty = !fe_valid_i[take_warp_o[IDX_W-1:0]];
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      !(take_valid_o && (take_full || take_empty)))
  else $error("a word is taken that is not there, or has no place");
`endif

endmodule
