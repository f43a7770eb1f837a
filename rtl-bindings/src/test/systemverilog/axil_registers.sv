// Eight registers behind AXI4-Lite; from 0x20 on there are none, which is answered by SLVERR. Writes
// take address and data in any order, one transaction at a time.
module axil_registers (
    input  logic        clk_i,
    input  logic        rst_ni,
    input  logic        s_axil_awvalid_i,
    output logic        s_axil_awready_o,
    input  logic [11:0] s_axil_awaddr_i,
    input  logic        s_axil_wvalid_i,
    output logic        s_axil_wready_o,
    input  logic [31:0] s_axil_wdata_i,
    input  logic [ 3:0] s_axil_wstrb_i,
    output logic        s_axil_bvalid_o,
    input  logic        s_axil_bready_i,
    output logic [ 1:0] s_axil_bresp_o,
    input  logic        s_axil_arvalid_i,
    output logic        s_axil_arready_o,
    input  logic [11:0] s_axil_araddr_i,
    output logic        s_axil_rvalid_o,
    input  logic        s_axil_rready_i,
    output logic [31:0] s_axil_rdata_o,
    output logic [ 1:0] s_axil_rresp_o
);
  logic [7:0][31:0] register_q;
  logic has_address_q, has_data_q;
  logic [11:0] address_q;
  logic [31:0] data_q;
  logic [ 3:0] strobe_q;

  assign s_axil_awready_o = !has_address_q;
  assign s_axil_wready_o = !has_data_q;
  assign s_axil_arready_o = !s_axil_rvalid_o;

  always_ff @(posedge clk_i) begin
    if (s_axil_awvalid_i && s_axil_awready_o) begin
      has_address_q <= 1'b1;
      address_q <= s_axil_awaddr_i;
    end
    if (s_axil_wvalid_i && s_axil_wready_o) begin
      has_data_q <= 1'b1;
      data_q <= s_axil_wdata_i;
      strobe_q <= s_axil_wstrb_i;
    end
    if (s_axil_bvalid_o && s_axil_bready_i) s_axil_bvalid_o <= 1'b0;
    if (has_address_q && has_data_q && !s_axil_bvalid_o) begin
      has_address_q <= 1'b0;
      has_data_q <= 1'b0;
      s_axil_bvalid_o <= 1'b1;
      s_axil_bresp_o <= address_q < 12'h20 ? 2'b00 : 2'b10;
      for (int b = 0; b < 4; b++)
      if (strobe_q[b] && address_q < 12'h20) register_q[address_q[4:2]][b*8+:8] <= data_q[b*8+:8];
    end
    if (s_axil_rvalid_o && s_axil_rready_i) s_axil_rvalid_o <= 1'b0;
    if (s_axil_arvalid_i && s_axil_arready_o) begin
      s_axil_rvalid_o <= 1'b1;
      s_axil_rdata_o <= s_axil_araddr_i < 12'h20 ? register_q[s_axil_araddr_i[4:2]] : '0;
      s_axil_rresp_o <= s_axil_araddr_i < 12'h20 ? 2'b00 : 2'b10;
    end
    if (!rst_ni) begin
      register_q <= '0;
      has_address_q <= 1'b0;
      has_data_q <= 1'b0;
      s_axil_bvalid_o <= 1'b0;
      s_axil_rvalid_o <= 1'b0;
    end
  end
endmodule
