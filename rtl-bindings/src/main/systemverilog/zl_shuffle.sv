// Votes over the active lanes and exchange of values between lanes, in one cycle.
//
// Exchange: the source lane lies in the segment of lanes that agree with the own lane in the bits
// of the segment mask, and not beyond the clamp. With segment mask 0x3c and clamp 3, BFLY b=1
// swaps neighbours within each four lanes. A lane without a valid source keeps its own value.
module zl_shuffle
  import zl_pkg::*;
#(
    parameter int unsigned LANES = 4
) (
    input logic clk_i,

    input logic                       valid_i,
    input shuffle_op_t                op_i,
    input logic        [   LANES-1:0] mask_i,
    input logic        [LANES*32-1:0] a_i,
    input logic        [LANES*32-1:0] b_i,

    output logic [LANES*32-1:0] result_o
);

  localparam int unsigned IDX_W = $clog2(LANES);

  always_ff @(posedge clk_i) begin
    if (valid_i) begin
      automatic logic [LANES-1:0] set;
      for (int unsigned l = 0; l < LANES; l++) set[l] = mask_i[l] && a_i[l*32];
      for (int unsigned l = 0; l < LANES; l++) begin
        automatic logic [5:0] offset;
        automatic logic [5:0] clamp;
        automatic logic [5:0] segment;
        automatic logic [5:0] low;
        automatic logic [5:0] high;
        automatic logic [6:0] source;  // bit 6: below lane 0
        automatic logic       valid;
        offset = b_i[l*32+:6];
        clamp = b_i[l*32+6+:6];
        segment = b_i[l*32+12+:6];
        low = 6'(l) & segment;
        high = low | (clamp & ~segment);
        valid = 1'b0;
        source = 7'(l);
        unique case (op_i)
          SHUFFLE_UP: begin
            source = 7'(l) - {1'b0, offset};
            valid = !source[6] && source[5:0] >= high;
          end
          SHUFFLE_DOWN: begin
            source = 7'(l) + {1'b0, offset};
            valid = source <= {1'b0, high};
          end
          SHUFFLE_BFLY: begin
            source = 7'(l) ^ {1'b0, offset};
            valid = source <= {1'b0, high};
          end
          SHUFFLE_IDX: begin
            source = {1'b0, low | (offset & ~segment)};
            valid = source <= {1'b0, high};
          end
          default: ;
        endcase
        if (!valid || source >= 7'(LANES)) source = 7'(l);
        unique case (op_i)
          SHUFFLE_ALL: result_o[l*32+:32] <= {31'd0, set == mask_i};
          SHUFFLE_ANY: result_o[l*32+:32] <= {31'd0, |set};
          SHUFFLE_UNI: result_o[l*32+:32] <= {31'd0, set == mask_i || set == '0};
          SHUFFLE_BALLOT: result_o[l*32+:32] <= 32'(set);
          default: result_o[l*32+:32] <= a_i[{source[IDX_W-1:0], 5'd0}+:32];
        endcase
      end
    end
  end

endmodule
