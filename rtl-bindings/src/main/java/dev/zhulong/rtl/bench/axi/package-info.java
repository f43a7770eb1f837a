/**
 * Masters and slaves for AXI4 and AXI4-Lite interfaces of a design. They idle and stall at random,
 * answer in any order that the protocol allows, and check what the design does. The rules are those
 * of the AMBA AXI protocol specification.
 */
package dev.zhulong.rtl.bench.axi;
