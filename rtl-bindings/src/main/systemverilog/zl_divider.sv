// Integer division and remainder of all lanes together: restoring, two quotient bits a cycle, one
// operation at a time. Works on magnitudes; signs and the special cases of division by zero and
// overflow follow from the RISC-V rules at the end.
module zl_divider
  import zl_pkg::*;
#(
    parameter int unsigned LANES = 4
) (
    input logic clk_i,
    input logic rst_ni,

    input  logic                valid_i,
    output logic                ready_o,
    input  logic [         1:0] op_i,     // funct3: DIV, DIVU, REM, REMU
    input  logic [   LANES-1:0] mask_i,
    input  logic [LANES*32-1:0] a_i,
    input  logic [LANES*32-1:0] b_i,
    input  tag_t                tag_i,

    output logic                valid_o,
    input  logic                ready_i,
    output tag_t                tag_o,
    output logic [   LANES-1:0] mask_o,
    output logic [LANES*32-1:0] result_o
);

  typedef enum logic [1:0] {
    IDLE,
    DIVIDE,
    CORRECT,
    DONE
  } state_t;

  state_t state_q;
  logic [3:0] step_q;
  logic remainder_op_q;
  logic [LANES-1:0] negate_quotient_q;
  logic [LANES-1:0] negate_remainder_q;
  logic [LANES*32-1:0] divisor_q;
  logic [LANES*32-1:0] remainder_q;
  logic [LANES*32-1:0] quotient_q;  // dividend bits leave at the top, quotient bits enter below

  assign ready_o = state_q == IDLE;
  assign valid_o = state_q == DONE;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      state_q <= IDLE;
    end else begin
      unique case (state_q)
        IDLE: if (valid_i) state_q <= DIVIDE;
        DIVIDE: if (step_q == 4'd15) state_q <= CORRECT;
        CORRECT: state_q <= DONE;
        DONE: if (ready_i) state_q <= IDLE;
      endcase
    end
  end

  always_ff @(posedge clk_i) begin
    if (state_q == IDLE && valid_i) begin
      step_q <= '0;
      remainder_op_q <= op_i[1];
      tag_o <= tag_i;
      mask_o <= mask_i;
      for (int unsigned l = 0; l < LANES; l++) begin
        automatic logic [31:0] a;
        automatic logic [31:0] b;
        a = a_i[l*32+:32];
        b = b_i[l*32+:32];
        // Dividing by zero gives a quotient of all ones whatever the sign.
        negate_quotient_q[l] <= !op_i[0] && (a[31] ^ b[31]) && b != '0;
        negate_remainder_q[l] <= !op_i[0] && a[31];
        quotient_q[l*32+:32] <= !op_i[0] && a[31] ? -a : a;
        divisor_q[l*32+:32] <= !op_i[0] && b[31] ? -b : b;
        remainder_q[l*32+:32] <= '0;
      end
    end
    if (state_q == DIVIDE) begin
      step_q <= step_q + 4'd1;
      for (int unsigned l = 0; l < LANES; l++) begin
        automatic logic [32:0] rest;
        automatic logic [31:0] quotient;
        automatic logic [32:0] divisor;
        divisor = {1'b0, divisor_q[l*32+:32]};
        rest = {1'b0, remainder_q[l*32+:32]};
        quotient = quotient_q[l*32+:32];
        for (int unsigned i = 0; i < 2; i++) begin
          rest = {rest[31:0], quotient[31]};
          quotient = {quotient[30:0], rest >= divisor};
          if (quotient[0]) rest = rest - divisor;
        end
        remainder_q[l*32+:32] <= rest[31:0];
        quotient_q[l*32+:32] <= quotient;
      end
    end
    if (state_q == CORRECT) begin
      for (int unsigned l = 0; l < LANES; l++) begin
        if (remainder_op_q) begin
          result_o[l*32+:32] <=
              negate_remainder_q[l] ? -remainder_q[l*32+:32] : remainder_q[l*32+:32];
        end else begin
          result_o[l*32+:32] <=
              negate_quotient_q[l] ? -quotient_q[l*32+:32] : quotient_q[l*32+:32];
        end
      end
    end
  end

`ifndef SYNTHESIS
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      valid_o && !ready_i |=> valid_o && $stable(tag_o) && $stable(result_o))
  else $error("a result changed before it was taken");
`endif

endmodule
