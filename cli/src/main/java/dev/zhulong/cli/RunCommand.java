package dev.zhulong.cli;

import dev.zhulong.cli.LaunchOption.Bound;
import dev.zhulong.cli.LaunchOption.Resource;
import dev.zhulong.compiler.CompileException;
import dev.zhulong.firmware.link.KernelInfo;
import dev.zhulong.hal.Gpu;
import dev.zhulong.hal.Kernel;
import dev.zhulong.hal.Launch;
import dev.zhulong.hal.LaunchStatistics;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code zl run}: compiles a shader, launches it once, and shows or saves what it wrote. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = "Compile a compute shader (or take a kernel image) and run it on a device.",
    footer = {
      "",
      "A buffer's SPEC is one of " + BufferSource.FORMS + ";",
      "a dump goes to one of " + BufferTarget.FORMS + " (rgba8 or f32x4 pixels).",
      "An image's SPEC is one of " + TextureSource.FORMS + ",",
      "then +SAMPLER where the shader combines both; a SAMPLER is "
          + TextureSource.SAMPLER_FORMS
          + ".",
      "A binding N is its number in set 0, SET.NUMBER, or its name in the shader; in an array N[2].",
      "",
      "Example:",
      "  zl run examples/saxpy.comp --grid 16 --bind 0=iota:f32:1024 --bind 1=zeros:f32:1024 \\",
      "      --push f32:2,u32:1024 --print 1:8"
    })
final class RunCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private DeviceOption device;
  @Mixin private CompilerOption compiler;
  @Mixin private LaunchOption launchOption;

  @Parameters(paramLabel = "SHADER", description = "Shader source, SPIR-V, or kernel image (.elf).")
  private Path shader;

  @Option(names = "--dump", paramLabel = "N=FILE", description = "Save a buffer afterwards.")
  private Map<String, String> dumps = new LinkedHashMap<>();

  @Option(
      names = "--print",
      paramLabel = "N[:COUNT]",
      description = "Print a buffer's first elements afterwards.")
  private List<String> prints = new ArrayList<>();

  @Option(names = "--stats", description = "Print what the launch cost.")
  private boolean statistics;

  @Option(names = "--json", description = "Print buffers and costs as JSON.")
  private boolean json;

  @Override
  public Integer call() throws IOException, CompileException {
    PrintWriter out = spec.commandLine().getOut();
    launchOption.requireGrid();
    byte[] elf = compiler.image(shader);
    try (Gpu gpu = device.open(json ? spec.commandLine().getErr() : out);
        Kernel kernel = gpu.load(elf, shader.toString())) {
      KernelInfo info = kernel.info();
      Launch launch = launchOption.begin(kernel).limits(device.limits());
      Map<Resource, Bound> bound = launchOption.bindAll(gpu, launch, info);
      for (Map.Entry<String, String> dump : dumps.entrySet()) {
        BufferTarget.check(
            dump.getValue(), LaunchOption.find(bound, info, dump.getKey()).buffer().size());
      }
      launchOption.push(launch, info);
      List<Map.Entry<Bound, Integer>> shown = new ArrayList<>();
      for (String print : prints) {
        shown.add(parsePrint(bound, info, print));
      }
      LaunchStatistics cost = launch.submit().await();
      for (Map.Entry<String, String> dump : dumps.entrySet()) {
        Bound from = LaunchOption.find(bound, info, dump.getKey());
        BufferTarget.write(dump.getValue(), from.type(), from.buffer().readBytes());
      }
      if (json) {
        printJson(out, gpu, shown, cost);
      } else {
        printText(out, gpu, shown, cost);
      }
    }
    return 0;
  }

  private static Map.Entry<Bound, Integer> parsePrint(
      Map<Resource, Bound> bound, KernelInfo info, String print) {
    int colon = print.indexOf(':');
    Bound from = LaunchOption.find(bound, info, colon < 0 ? print : print.substring(0, colon));
    int all = Math.toIntExact(from.buffer().size() / from.type().bytes());
    if (colon < 0) {
      return Map.entry(from, all);
    }
    try {
      int count = Integer.parseInt(print.substring(colon + 1));
      if (count >= 0) {
        return Map.entry(from, Math.min(count, all));
      }
    } catch (NumberFormatException e) {
      // Falls through to the message that also covers negative counts.
    }
    throw new IllegalArgumentException("--print " + print + " must be of the form N or N:COUNT");
  }

  private void printText(
      PrintWriter out, Gpu gpu, List<Map.Entry<Bound, Integer>> shown, LaunchStatistics cost) {
    for (Map.Entry<Bound, Integer> entry : shown) {
      Bound from = entry.getKey();
      long[] elements = elements(from, entry.getValue());
      out.print(from.name() + ":");
      for (long element : elements) {
        out.print(" " + from.type().format(element));
      }
      out.println();
    }
    if (statistics) {
      StatisticsReport.print(out, gpu.info(), cost);
    }
  }

  private void printJson(
      PrintWriter out, Gpu gpu, List<Map.Entry<Bound, Integer>> shown, LaunchStatistics cost) {
    Map<String, Object> result = new LinkedHashMap<>();
    if (statistics) {
      result.putAll(StatisticsReport.json(gpu.info(), cost));
    }
    if (!shown.isEmpty()) {
      Map<String, Object> buffers = new LinkedHashMap<>();
      for (Map.Entry<Bound, Integer> entry : shown) {
        Bound from = entry.getKey();
        List<Object> values = new ArrayList<>();
        for (long element : elements(from, entry.getValue())) {
          values.add(from.type().json(element));
        }
        buffers.put(from.name(), values);
      }
      result.put("buffers", buffers);
    }
    out.println(Json.text(result));
  }

  private static long[] elements(Bound from, int count) {
    int size = from.type().bytes();
    byte[] bytes = new byte[count * size];
    from.buffer().read(0, MemorySegment.ofArray(bytes));
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    long[] elements = new long[count];
    for (int n = 0; n < count; n++) {
      elements[n] = from.type().get(buffer, n * size);
    }
    return elements;
  }
}
