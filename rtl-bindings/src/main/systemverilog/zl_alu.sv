// Integer arithmetic of one cycle on all lanes (RV32I, Zba, Zbb, Zicond). Owns no hazards.
module zl_alu
  import zl_pkg::*;
#(
    parameter int unsigned LANES = 4
) (
    input logic clk_i,

    input logic                   valid_i,
    input alu_op_t                op_i,
    input logic    [LANES*32-1:0] a_i,
    input logic    [LANES*32-1:0] b_i,

    output logic [LANES*32-1:0] result_o
);

  function automatic logic [5:0] leading_zeros(logic [31:0] word);
    logic [31:0] rest;
    logic [ 5:0] count;
    rest = word;
    count = '0;
    count[4] = ~|rest[31:16];
    if (count[4]) rest = rest << 16;
    count[3] = ~|rest[31:24];
    if (count[3]) rest = rest << 8;
    count[2] = ~|rest[31:28];
    if (count[2]) rest = rest << 4;
    count[1] = ~|rest[31:30];
    if (count[1]) rest = rest << 2;
    count[0] = ~rest[31];
    return word == '0 ? 6'd32 : count;
  endfunction

  function automatic logic [31:0] reversed(logic [31:0] word);
    for (int unsigned i = 0; i < 32; i++) reversed[i] = word[31-i];
  endfunction

  function automatic logic [31:0] alu(alu_op_t op, logic [31:0] a, logic [31:0] b);
    logic [4:0] s;
    s = b[4:0];
    unique case (op)
      ALU_ADD: return a + b;
      ALU_SUB: return a - b;
      ALU_SLL: return a << s;
      ALU_SLT: return {31'd0, $signed(a) < $signed(b)};
      ALU_SLTU: return {31'd0, a < b};
      ALU_XOR: return a ^ b;
      ALU_SRL: return a >> s;
      ALU_SRA: return $unsigned($signed(a) >>> s);
      ALU_OR: return a | b;
      ALU_AND: return a & b;
      ALU_SH1ADD: return (a << 1) + b;
      ALU_SH2ADD: return (a << 2) + b;
      ALU_SH3ADD: return (a << 3) + b;
      ALU_ANDN: return a & ~b;
      ALU_ORN: return a | ~b;
      ALU_XNOR: return ~(a ^ b);
      ALU_CLZ: return {26'd0, leading_zeros(a)};
      ALU_CTZ: return {26'd0, leading_zeros(reversed(a))};
      ALU_CPOP: return 32'($countones(a));
      ALU_SEXT_B: return {{24{a[7]}}, a[7:0]};
      ALU_SEXT_H: return {{16{a[15]}}, a[15:0]};
      ALU_ZEXT_H: return {16'd0, a[15:0]};
      ALU_MIN: return $signed(a) < $signed(b) ? a : b;
      ALU_MINU: return a < b ? a : b;
      ALU_MAX: return $signed(a) < $signed(b) ? b : a;
      ALU_MAXU: return a < b ? b : a;
      ALU_ROL: return (a << s) | (a >> (6'd32 - {1'b0, s}));
      ALU_ROR: return (a >> s) | (a << (6'd32 - {1'b0, s}));
      ALU_ORC_B: return {{8{|a[31:24]}}, {8{|a[23:16]}}, {8{|a[15:8]}}, {8{|a[7:0]}}};
      ALU_REV8: return {a[7:0], a[15:8], a[23:16], a[31:24]};
      ALU_CZERO_EQZ: return b == '0 ? '0 : a;
      ALU_CZERO_NEZ: return b != '0 ? '0 : a;
      default: return '0;
    endcase
  endfunction

  always_ff @(posedge clk_i) begin
    if (valid_i) begin
      for (int unsigned l = 0; l < LANES; l++) begin
        result_o[l*32+:32] <= alu(op_i, a_i[l*32+:32], b_i[l*32+:32]);
      end
    end
  end

endmodule
