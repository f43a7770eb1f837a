// Every storage form of a port: inverters of 1 to 513 bits.
module widths (
    input  wire         w1_i,
    output wire         w1_o,
    input  wire [7:0]   w8_i,
    output wire [7:0]   w8_o,
    input  wire [8:0]   w9_i,
    output wire [8:0]   w9_o,
    input  wire [16:0]  w17_i,
    output wire [16:0]  w17_o,
    input  wire [31:0]  w32_i,
    output wire [31:0]  w32_o,
    input  wire [32:0]  w33_i,
    output wire [32:0]  w33_o,
    input  wire [63:0]  w64_i,
    output wire [63:0]  w64_o,
    input  wire [64:0]  w65_i,
    output wire [64:0]  w65_o,
    input  wire [0:127] w128_i,
    output wire [0:127] w128_o,
    input  wire [512:0] w513_i,
    output wire [512:0] w513_o
);
  assign w1_o = ~w1_i;
  assign w8_o = ~w8_i;
  assign w9_o = ~w9_i;
  assign w17_o = ~w17_i;
  assign w32_o = ~w32_i;
  assign w33_o = ~w33_i;
  assign w64_o = ~w64_i;
  assign w65_o = ~w65_i;
  assign w128_o = ~w128_i;
  assign w513_o = ~w513_i;
endmodule
