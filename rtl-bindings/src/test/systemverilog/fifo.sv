// First in, first out, with valid and ready on both sides.
module fifo #(
    parameter int unsigned WIDTH = 8,
    parameter int unsigned DEPTH = 4
) (
    input  logic             clk_i,
    input  logic             rst_ni,
    input  logic             in_valid_i,
    output logic             in_ready_o,
    input  logic [WIDTH-1:0] in_data_i,
    output logic             out_valid_o,
    input  logic             out_ready_i,
    output logic [WIDTH-1:0] out_data_o
);
  localparam int unsigned INDEX_W = $clog2(DEPTH);

  logic [WIDTH-1:0] data_q[DEPTH];
  logic [INDEX_W:0] count_q;
  logic [INDEX_W-1:0] head_q, tail_q;
  logic push, pop;

  assign in_ready_o = 32'(count_q) != DEPTH;
  assign out_valid_o = count_q != '0;
  assign out_data_o = data_q[head_q];
  assign push = in_valid_i && in_ready_o;
  assign pop = out_valid_o && out_ready_i;

  function automatic logic [INDEX_W-1:0] next(logic [INDEX_W-1:0] index);
    return 32'(index) == DEPTH - 1 ? '0 : index + INDEX_W'(1);
  endfunction

  always_ff @(posedge clk_i) begin
    if (push) begin
      data_q[tail_q] <= in_data_i;
      tail_q <= next(tail_q);
    end
    if (pop) head_q <= next(head_q);
    count_q <= count_q + (INDEX_W + 1)'(push) - (INDEX_W + 1)'(pop);
    if (!rst_ni) begin
      count_q <= '0;
      head_q <= '0;
      tail_q <= '0;
    end
  end
endmodule
