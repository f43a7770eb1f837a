// Barriers across cores: one warp a core arrives with an id and the number of cores to wait for.
//
// A waiting core is released when at least that many cores wait with the same id. Owns: the cycle
// in which a released core still shows its old arrival, which must not count again.
module zl_global_barrier #(
    parameter int unsigned CORES = 1
) (
    input logic clk_i,
    input logic rst_ni,

    // From and to the cores.
    input  logic [   CORES-1:0] valid_i,
    input  logic [CORES*31-1:0] id_i,
    input  logic [CORES*32-1:0] count_i,
    output logic [   CORES-1:0] release_o  // pulse
);
  always_ff @(posedge clk_i) begin
    release_o <= '0;
    if ((valid_i & ~release_o) != '0 && rst_ni) begin
      for (int unsigned c = 0; c < CORES; c++) begin
        automatic logic [31:0] arrived = '0;
        for (int unsigned o = 0; o < CORES; o++) begin
          if (valid_i[o] && !release_o[o] && id_i[o*31+:31] == id_i[c*31+:31]) begin
            arrived = arrived + 32'd1;
          end
        end
        release_o[c] <= valid_i[c] && !release_o[c] && arrived >= count_i[c*32+:32];
      end
    end
  end

`ifndef SYNTHESIS
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      (release_o & ~valid_i) == '0)
  else $error("a core released that does not wait");
`endif

endmodule
