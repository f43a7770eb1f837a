// Ends by itself in the ways that a design can, as command_i says.
module stops (
    input logic       clk_i,
    input logic [2:0] command_i
);
  always_ff @(posedge clk_i) begin
    case (command_i)
      3'd1: $finish;
      3'd2: $fatal(1, "pressure is %0d", command_i);
      3'd3: $error("temperature is %0d", command_i);
      3'd4: $display("level is %0d", command_i);
      default: ;
    endcase
  end

  assert property (@(posedge clk_i) command_i != 3'd5)
  else $error("five is not allowed");
endmodule
