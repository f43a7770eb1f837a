// Verilog-2001: a counter in one clock domain, handed to another by a request and an acknowledge.
module two_clocks (wr_clk, rd_clk, rst_n, bump, seen, native);
  parameter BITS = 12;
  input wr_clk, rd_clk, rst_n, bump;
  output [BITS-1:0] seen;
  output native;

  reg [BITS-1:0] count, held, seen;
  reg request, acknowledge;
  reg [1:0] request_sync, acknowledge_sync;

  // A name that Java keeps for itself.
  assign native = &seen;

  always @(posedge wr_clk or negedge rst_n)
    if (!rst_n) begin
      count <= 0;
      held <= 0;
      request <= 0;
      acknowledge_sync <= 0;
    end else begin
      acknowledge_sync <= {acknowledge_sync[0], acknowledge};
      if (bump) count <= count + 1;
      if (request == acknowledge_sync[1]) begin
        held <= count;
        request <= ~request;
      end
    end

  always @(posedge rd_clk or negedge rst_n)
    if (!rst_n) begin
      seen <= 0;
      acknowledge <= 0;
      request_sync <= 0;
    end else begin
      request_sync <= {request_sync[0], request};
      if (request_sync[1] != acknowledge) begin
        seen <= held;
        acknowledge <= request_sync[1];
      end
    end
endmodule
