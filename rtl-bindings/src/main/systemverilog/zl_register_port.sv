// Two masters of the host's registers: the host's AXI4-Lite port, and the command queue.
//
// Reads and writes are apart, each with an owner. It changes only where the host interface cannot
// have begun anything: while nothing is offered or open, or in the cycle in which an answer is
// taken. So a host that never pauses is still interrupted, after each of its accesses.
module zl_register_port (
    input logic clk_i,
    input logic rst_ni,

    // AXI4-Lite slave: the host.
    input  logic        s_axil_awvalid_i,
    output logic        s_axil_awready_o,
    input  logic [15:0] s_axil_awaddr_i,
    input  logic        s_axil_wvalid_i,
    output logic        s_axil_wready_o,
    input  logic [31:0] s_axil_wdata_i,
    input  logic [ 3:0] s_axil_wstrb_i,
    output logic        s_axil_bvalid_o,
    input  logic        s_axil_bready_i,
    input  logic        s_axil_arvalid_i,
    output logic        s_axil_arready_o,
    input  logic [15:0] s_axil_araddr_i,
    output logic        s_axil_rvalid_o,
    input  logic        s_axil_rready_i,

    // The queue: an access is asked for until its pulse of an answer, and may be taken back while
    // it is not under way; what is read is on the host interface's read data then.
    input  logic        queue_write_i,
    input  logic        queue_read_i,
    input  logic [15:0] queue_address_i,
    input  logic [31:0] queue_data_i,
    output logic        queue_owned_o,
    output logic        queue_written_o,
    output logic        queue_answered_o,

    // AXI4-Lite master: to the host interface.
    output logic        axil_awvalid_o,
    input  logic        axil_awready_i,
    output logic [15:0] axil_awaddr_o,
    output logic        axil_wvalid_o,
    input  logic        axil_wready_i,
    output logic [31:0] axil_wdata_o,
    output logic [ 3:0] axil_wstrb_o,
    input  logic        axil_bvalid_i,
    output logic        axil_bready_o,
    output logic        axil_arvalid_o,
    input  logic        axil_arready_i,
    output logic [15:0] axil_araddr_o,
    input  logic        axil_rvalid_i,
    output logic        axil_rready_o,
    output logic        write_by_queue_o
);
  logic writes_q, reads_q;  // the queue owns the writes, the reads
  logic write_open_q, read_open_q;  // accepted by the host interface and not answered

  assign write_by_queue_o = writes_q;
  assign queue_owned_o = writes_q || reads_q;

  assign axil_awvalid_o = writes_q ? queue_write_i && !write_open_q : s_axil_awvalid_i;
  assign axil_wvalid_o = writes_q ? queue_write_i && !write_open_q : s_axil_wvalid_i;
  assign axil_awaddr_o = writes_q ? queue_address_i : s_axil_awaddr_i;
  assign axil_wdata_o = writes_q ? queue_data_i : s_axil_wdata_i;
  assign axil_wstrb_o = writes_q ? 4'hf : s_axil_wstrb_i;
  assign axil_bready_o = writes_q || s_axil_bready_i;
  assign s_axil_awready_o = !writes_q && axil_awready_i;
  assign s_axil_wready_o = !writes_q && axil_wready_i;
  assign s_axil_bvalid_o = !writes_q && axil_bvalid_i;
  assign queue_written_o = writes_q && axil_bvalid_i;

  assign axil_arvalid_o = reads_q ? queue_read_i && !read_open_q : s_axil_arvalid_i;
  assign axil_araddr_o = reads_q ? queue_address_i : s_axil_araddr_i;
  assign axil_rready_o = reads_q || s_axil_rready_i;
  assign s_axil_arready_o = !reads_q && axil_arready_i;
  assign s_axil_rvalid_o = !reads_q && axil_rvalid_i;
  assign queue_answered_o = reads_q && axil_rvalid_i;

  always_ff @(posedge clk_i) begin
    if (axil_awvalid_o && axil_awready_i) write_open_q <= 1'b1;
    if (axil_arvalid_o && axil_arready_i) read_open_q <= 1'b1;
    if (axil_bvalid_i && axil_bready_o) begin
      write_open_q <= 1'b0;
      writes_q <= !writes_q && queue_write_i;
    end else if (!writes_q && queue_write_i && !write_open_q && !s_axil_awvalid_i
        && !s_axil_wvalid_i) begin
      writes_q <= 1'b1;
    end else if (!queue_write_i) begin
      writes_q <= 1'b0;
    end
    if (axil_rvalid_i && axil_rready_o) begin
      read_open_q <= 1'b0;
      reads_q <= !reads_q && queue_read_i;
    end else if (!reads_q && queue_read_i && !read_open_q && !s_axil_arvalid_i) begin
      reads_q <= 1'b1;
    end else if (!queue_read_i) begin
      reads_q <= 1'b0;
    end
    if (!rst_ni) begin
      writes_q <= 1'b0;
      reads_q <= 1'b0;
      write_open_q <= 1'b0;
      read_open_q <= 1'b0;
    end
  end

`ifndef SYNTHESIS
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      writes_q && write_open_q |-> queue_write_i)
  else $error("the queue took its write back");
  assert property (@(posedge clk_i) disable iff (!rst_ni)
      reads_q && read_open_q |-> queue_read_i)
  else $error("the queue took its read back");
`endif
endmodule
