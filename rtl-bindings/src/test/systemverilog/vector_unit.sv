// Packed structs, enumerations, unions, signed numbers, arrays packed and unpacked.
package vector_pkg;
  typedef enum logic [1:0] {
    OP_ADD,
    OP_SUB,
    OP_MAX = 3
  } op_t;

  typedef struct packed {
    logic        valid;
    op_t         op;
    logic [3:0]  tag;
  } header_t;

  typedef struct packed {
    header_t            header;
    logic signed [15:0] scale;
    logic [1:0][39:0]   payload;
  } request_t;

  typedef union packed {
    logic [31:0]     word;
    logic [3:0][7:0] bytes;
  } either_t;
endpackage

module vector_unit
  import vector_pkg::*;
#(
    parameter op_t FALLBACK = OP_MAX
) (
    input  request_t           request_i,
    input  logic signed [11:0] a_i[3],
    input  logic signed [11:0] b_i[3],
    output logic signed [11:0] y_o[3],
    input  logic [7:0]         matrix_i[2:1][3],
    output logic [7:0]         transposed_o[3][2:1],
    output logic [99:0]        echo_o[2],
    input  either_t            either_i,
    output logic [3:0][7:0]    swapped_o,
    output op_t                op_o,
    output logic signed [79:0] scaled_o
);
  op_t op;
  assign op = request_i.header.valid ? request_i.header.op : FALLBACK;
  assign op_o = op;
  assign echo_o[0] = 100'(request_i);
  assign echo_o[1] = ~100'(request_i);
  assign scaled_o = -80'(request_i.scale);

  always_comb begin
    for (int i = 0; i < 3; i++) begin
      unique case (op)
        OP_ADD: y_o[i] = a_i[i] + b_i[i];
        OP_SUB: y_o[i] = a_i[i] - b_i[i];
        default: y_o[i] = a_i[i] > b_i[i] ? a_i[i] : b_i[i];
      endcase
      for (int r = 1; r <= 2; r++) transposed_o[i][r] = matrix_i[r][i];
    end
    for (int i = 0; i < 4; i++) swapped_o[i] = either_i.bytes[3-i];
  end
endmodule
