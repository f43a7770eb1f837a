package dev.zhulong.rtl;

/** Writes the C++ that gives a library's ports numbers; {@code zl_dut.cpp} includes it. */
final class PortTable {
  private PortTable() {}

  /**
   * The text of {@code zl_dut_ports.h}.
   *
   * @param header Verilator's header of the top module, which has the members' final names
   */
  static String text(DesignInterface design, String header) {
    StringBuilder text = new StringBuilder();
    text.append("#pragma once\n\nconst char kDescription[] =\n");
    InterfaceText.write(design)
        .lines()
        .forEach(line -> text.append("    R\"zl(").append(line).append(")zl\" \"\\n\"\n"));
    text.append("    ;\n\nstruct Port {\n  uint32_t bytes;\n};\n\nconstexpr Port kPorts[] = {\n");
    for (PortShape port : design.ports()) {
      text.append("    {").append(port.bytes()).append("},\n");
    }
    text.append("    {0},\n};\n\n");
    text.append("inline void* port_address(Vdut* top, uint32_t port) {\n  switch (port) {\n");
    for (int i = 0; i < design.ports().size(); i++) {
      PortShape port = design.ports().get(i);
      // Verilator gives names that C++ reserves a prefix.
      String reserved = "__SYM__" + port.member();
      String member = header.contains(reserved) ? reserved : port.member();
      text.append("    case ").append(i).append(":\n");
      text.append("      static_assert(sizeof(top->").append(member).append(") == ");
      text.append((long) port.elements() * port.bytes()).append(");\n");
      text.append("      return &top->").append(member).append(";\n");
    }
    return text.append("    default: return nullptr;\n  }\n}\n").toString();
  }
}
