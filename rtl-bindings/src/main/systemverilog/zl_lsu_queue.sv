// Instructions between execute and the load-store unit: DEPTH places, passed by when empty.
// Execute cannot stall, so issue counts the places and never sends more than fit.
module zl_lsu_queue #(
    parameter int unsigned WIDTH = 8,
    parameter int unsigned DEPTH = 4  // power of two
) (
    input logic clk_i,
    input logic rst_ni,

    input logic             push_valid_i,
    input logic [WIDTH-1:0] push_data_i,

    output logic             pop_valid_o,
    input  logic             pop_ready_i,
    output logic [WIDTH-1:0] pop_data_o,

    output logic empty_o
);

  localparam int unsigned IDX_W = $clog2(DEPTH);

  logic [WIDTH-1:0] data_q[DEPTH];
  logic [IDX_W-1:0] head_q;
  logic [IDX_W:0]   count_q;

  logic stores;
  logic pops;

  assign empty_o = count_q == '0;
  assign pop_valid_o = !empty_o || push_valid_i;
  assign pop_data_o = empty_o ? push_data_i : data_q[head_q];
  assign stores = push_valid_i && !(empty_o && pop_ready_i);
  assign pops = !empty_o && pop_ready_i;

  always_ff @(posedge clk_i) begin
    if (stores) data_q[head_q+count_q[IDX_W-1:0]] <= push_data_i;
  end

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      head_q <= '0;
      count_q <= '0;
    end else begin
      head_q <= head_q + IDX_W'(pops);
      count_q <= count_q + (IDX_W + 1)'(stores) - (IDX_W + 1)'(pops);
    end
  end

`ifndef SYNTHESIS
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      !(stores && count_q == (IDX_W + 1)'(DEPTH)))
  else $error("LSU queue overflow");
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      pop_valid_o && !pop_ready_i |=> pop_valid_o && $stable(pop_data_o))
  else $error("the head changed before it was taken");
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      count_q <= (IDX_W + 1)'(DEPTH))
  else $error("more entries than places");
`endif

endmodule
