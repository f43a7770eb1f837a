// Sends a byte: a start bit, eight data bits from the lowest up, a stop bit.
module uart_tx #(
    parameter int unsigned DIVISOR = 16  // clock cycles a bit
) (
    input  logic       clk_i,
    input  logic       rst_ni,
    input  logic       valid_i,
    output logic       ready_o,
    input  logic [7:0] data_i,
    output logic       tx_o
);
  logic [9:0] shift_q;  // what is left to send, the next bit lowest
  logic [3:0] left_q;
  logic [$clog2(DIVISOR)-1:0] wait_q;

  assign ready_o = left_q == '0;
  assign tx_o = ready_o || shift_q[0];

  always_ff @(posedge clk_i) begin
    if (ready_o) begin
      if (valid_i) begin
        shift_q <= {1'b1, data_i, 1'b0};
        left_q <= 4'd10;
        wait_q <= '0;
      end
    end else if (32'(wait_q) == DIVISOR - 1) begin
      wait_q <= '0;
      shift_q <= shift_q >> 1;
      left_q <= left_q - 4'd1;
    end else begin
      wait_q <= wait_q + 1'b1;
    end
    if (!rst_ni) left_q <= '0;
  end
endmodule
