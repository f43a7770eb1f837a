// Interfaces and modports inside, plain ports outside; a memory; an include.
`include "bus_defines.svh"

interface simple_bus;
  logic                  write;
  logic [`BUS_ADDR-1:0]  address;
  logic [31:0]           wdata;
  logic [31:0]           rdata;
  modport master(output write, address, wdata, input rdata);
  modport slave(input write, address, wdata, output rdata);
endinterface

module bus_memory (
    input logic clk,
    simple_bus.slave bus
);
  logic [31:0] cells[1 << `BUS_ADDR];
  always_ff @(posedge clk) begin
    if (bus.write) cells[bus.address] <= bus.wdata;
    bus.rdata <= cells[bus.address];
  end
endmodule

module bus_system #(
    parameter string NAME = "memory"
) (
    input  logic                 clk,
    input  logic                 write,
    input  logic [`BUS_ADDR-1:0] address,
    input  logic [31:0]          wdata,
    output logic [31:0]          rdata,
    input  logic                 hello__world
);
  simple_bus bus ();
  assign bus.write = write;
  assign bus.address = address;
  assign bus.wdata = wdata;
  assign rdata = bus.rdata;
  bus_memory u_memory (.clk, .bus);

  always_ff @(posedge clk) if (hello__world) $display("%s says hello", NAME);
endmodule
