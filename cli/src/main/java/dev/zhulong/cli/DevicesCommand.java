package dev.zhulong.cli;

import dev.zhulong.hal.DeviceInfo;
import dev.zhulong.hal.Gpu;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code zl devices}: the addresses that can be opened, and what a device says of itself. */
@Command(
    name = "devices",
    mixinStandardHelpOptions = true,
    description = "List the device addresses, or show what one device is.",
    footer = {"", "Example:", "  zl devices sim:?config=c2w4t4"})
final class DevicesCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "URI", arity = "0..1", description = "A device to open and describe.")
  private String address;

  @Option(names = "--json", description = "Print as JSON.")
  private boolean json;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    if (address == null) {
      if (json) {
        out.println(Json.text(Gpu.addresses()));
      } else {
        Gpu.addresses().forEach(out::println);
      }
      return 0;
    }
    try (Gpu gpu = Gpu.open(address)) {
      Map<String, Object> facts = facts(gpu.info());
      if (json) {
        out.println(Json.text(facts));
      } else {
        facts.forEach((name, value) -> out.printf(Locale.ROOT, "%-12s %s%n", name, value));
      }
    }
    return 0;
  }

  private static Map<String, Object> facts(DeviceInfo info) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("description", info.description());
    facts.put("config", info.shape().toString());
    facts.put("version", (info.version() >>> 16) + "." + (info.version() & 0xffff));
    facts.put("extensions", info.extensions().stream().map(Enum::name).sorted().toList());
    facts.put("regions", info.regions());
    facts.put("barriers", info.barriers());
    facts.put("localBytes", info.localBytes());
    facts.put("memoryBytes", info.memoryBytes());
    return facts;
  }
}
