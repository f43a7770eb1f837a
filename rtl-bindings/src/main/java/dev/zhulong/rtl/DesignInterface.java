package dev.zhulong.rtl;

import java.util.List;
import java.util.Map;

/**
 * What is known of a top module from outside.
 *
 * @param top its name
 * @param parameters name to value, as Verilator writes it
 * @param ports in the order of the source
 * @param enums the enumerations in the design, name to named values
 */
record DesignInterface(
    String top,
    Map<String, String> parameters,
    List<PortShape> ports,
    Map<String, Map<String, Long>> enums) {}
