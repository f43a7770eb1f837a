// Offers each value for one cycle only, whether it is taken or not: no ready/valid design.
module impatient (
    input  logic       clk_i,
    input  logic       rst_ni,
    output logic       out_valid_o,
    input  logic       out_ready_i,
    output logic [7:0] out_data_o,
    output logic       taken_o
);
  assign taken_o = out_valid_o && out_ready_i;
  always_ff @(posedge clk_i) begin
    out_data_o <= out_data_o + 8'd1;
    out_valid_o <= 1'b1;
    if (!rst_ni) out_valid_o <= 1'b0;
  end
endmodule
