`define BUS_ADDR 6
