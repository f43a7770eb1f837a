package dev.zhulong.rtl;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the text of yosys' {@code stat -width}. */
final class YosysStatistics {
  private static final Pattern SECTION = Pattern.compile("=== (\\S+) ===");
  private static final Pattern MEMORY = Pattern.compile("\\s+Number of memory bits:\\s+(\\d+)");
  private static final Pattern CELL = Pattern.compile("\\s{5}(\\S+)\\s+(\\d+)");
  private static final Pattern REGISTER =
      Pattern.compile("\\$(?:a|s|al)?dff(?:ce|e|sr|sre)?_(\\d+)");

  private static final class Module {
    private long memoryBits;
    private final Map<String, Long> cells = new LinkedHashMap<>();
    private long instances;
  }

  private YosysStatistics() {}

  /** The units below a module, and how often each is there. */
  static List<SynthesisReport.Unit> parse(String text, String top) {
    Map<String, Module> modules = modules(text);
    count(modules, top, 1);
    List<SynthesisReport.Unit> units = new ArrayList<>();
    modules.forEach(
        (name, module) -> {
          long cells = 0;
          long registerBits = 0;
          for (Map.Entry<String, Long> cell : module.cells.entrySet()) {
            if (!modules.containsKey(cell.getKey())) {
              cells += cell.getValue();
            }
            Matcher register = REGISTER.matcher(cell.getKey());
            if (register.matches()) {
              registerBits += cell.getValue() * Long.parseLong(register.group(1));
            }
          }
          units.add(
              new SynthesisReport.Unit(
                  name, module.instances, cells, registerBits, module.memoryBits));
        });
    units.sort(
        Comparator.comparing((SynthesisReport.Unit u) -> !u.name().equals(top))
            .thenComparing(SynthesisReport.Unit::name));
    return units;
  }

  private static void count(Map<String, Module> modules, String name, long times) {
    Module module = modules.get(name);
    if (module != null) {
      module.instances += times;
      module.cells.forEach((cell, number) -> count(modules, cell, times * number));
    }
  }

  private static Map<String, Module> modules(String text) {
    Map<String, Module> modules = new LinkedHashMap<>();
    Module module = null;
    for (String line : text.lines().toList()) {
      Matcher section = SECTION.matcher(line);
      if (section.matches()) {
        // The sum over the hierarchy has the last section.
        if (section.group(1).equals("design")) {
          break;
        }
        module = new Module();
        modules.put(section.group(1), module);
      } else if (line.startsWith("=== ")) {
        break;
      } else if (module != null) {
        Matcher memory = MEMORY.matcher(line);
        Matcher cell = CELL.matcher(line);
        if (memory.matches()) {
          module.memoryBits = Long.parseLong(memory.group(1));
        } else if (cell.matches()) {
          module.cells.put(cell.group(1), Long.parseLong(cell.group(2)));
        }
      }
    }
    return modules;
  }
}
