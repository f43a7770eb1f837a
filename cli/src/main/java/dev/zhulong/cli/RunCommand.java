package dev.zhulong.cli;

import dev.zhulong.compiler.CompileException;
import dev.zhulong.compiler.CompiledKernel;
import dev.zhulong.firmware.link.KernelInfo;
import dev.zhulong.hal.Buffer;
import dev.zhulong.hal.Gpu;
import dev.zhulong.hal.Kernel;
import dev.zhulong.hal.Launch;
import dev.zhulong.hal.LaunchStatistics;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.foreign.MemorySegment;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
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
      "A binding N is its number in set 0, SET.NUMBER, or its name in the shader.",
      "",
      "Example:",
      "  zl run examples/saxpy.comp --grid 16 --bind 0=iota:f32:1024 --bind 1=zeros:f32:1024 \\",
      "      --push f32:2,u32:1024 --print 1:8"
    })
final class RunCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private DeviceOption device;
  @Mixin private CompilerOption compiler;

  @Parameters(paramLabel = "SHADER", description = "Shader source, SPIR-V, or kernel image (.elf).")
  private Path shader;

  @Option(
      names = "--grid",
      paramLabel = "X[,Y[,Z]]",
      required = true,
      description = "Workgroups to launch.")
  private String grid;

  @Option(names = "--bind", paramLabel = "N=SPEC", description = "Fill and bind a buffer.")
  private Map<String, String> binds = new LinkedHashMap<>();

  @Option(
      names = "--push",
      paramLabel = "TYPE:VALUE",
      split = ",",
      description = "Push constants, in the order of the block's members.")
  private List<String> pushes = new ArrayList<>();

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

  /** A buffer with what it is for. */
  private record Bound(KernelInfo.Binding binding, ElementType type, Buffer buffer) {}

  @Override
  public Integer call() throws IOException, CompileException {
    PrintWriter out = spec.commandLine().getOut();
    int[] size = parseGrid(grid);
    byte[] elf = image();
    try (Gpu gpu = device.open(json ? spec.commandLine().getErr() : out);
        Kernel kernel = gpu.load(elf, shader.toString())) {
      KernelInfo info = kernel.info();
      Launch launch = kernel.launch(size[0], size[1], size[2]).limits(device.limits());
      Map<KernelInfo.Binding, Bound> bound = bindAll(gpu, info, launch);
      for (Map.Entry<String, String> dump : dumps.entrySet()) {
        BufferTarget.check(dump.getValue(), find(bound, info, dump.getKey()).buffer().size());
      }
      push(info, launch);
      List<Map.Entry<Bound, Integer>> shown = new ArrayList<>();
      for (String print : prints) {
        shown.add(parsePrint(bound, info, print));
      }
      LaunchStatistics cost = launch.submit().await();
      for (Map.Entry<String, String> dump : dumps.entrySet()) {
        Bound from = find(bound, info, dump.getKey());
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

  private byte[] image() throws IOException, CompileException {
    if (shader.toString().endsWith(".elf")) {
      compiler.requireNoSpecialization(shader);
      return Files.readAllBytes(shader);
    }
    CompiledKernel compiled = compiler.compile(shader);
    return compiled.elf();
  }

  private static int[] parseGrid(String text) {
    String[] parts = text.split(",", -1);
    int[] size = {1, 1, 1};
    try {
      if (parts.length > 3) {
        throw new NumberFormatException();
      }
      for (int i = 0; i < parts.length; i++) {
        size[i] = Integer.parseInt(parts[i]);
        if (size[i] < 0) {
          throw new NumberFormatException();
        }
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "--grid " + text + " must be one to three numbers, as 16 or 8,8", e);
    }
    return size;
  }

  private static KernelInfo.Binding resolve(KernelInfo info, String name) {
    for (KernelInfo.Binding b : info.bindings()) {
      if (b.name().equals(name)
          || (b.set() + "." + b.binding()).equals(name)
          || (b.set() == 0 && Integer.toString(b.binding()).equals(name))) {
        return b;
      }
    }
    List<String> known = new ArrayList<>();
    info.bindings().forEach(b -> known.add(b.set() + "." + b.binding() + " (" + b.name() + ")"));
    throw new IllegalArgumentException(
        "kernel "
            + info.name()
            + " has no binding "
            + name
            + "; it has "
            + (known.isEmpty() ? "none" : String.join(", ", known)));
  }

  private Map<KernelInfo.Binding, Bound> bindAll(Gpu gpu, KernelInfo info, Launch launch)
      throws IOException {
    Map<KernelInfo.Binding, Bound> bound = new HashMap<>();
    for (Map.Entry<String, String> bind : binds.entrySet()) {
      KernelInfo.Binding binding = resolve(info, bind.getKey());
      byte[] bytes = BufferSource.bytes(bind.getValue(), binding);
      int tail = bytes.length - binding.minimumBytes();
      if (tail >= 0 && binding.strideBytes() > 0 && tail % binding.strideBytes() != 0) {
        throw new IllegalArgumentException(
            "binding "
                + bind.getKey()
                + " has "
                + bytes.length
                + " bytes, which is no whole number of elements of "
                + binding.strideBytes()
                + (binding.minimumBytes() > 0 ? " after " + binding.minimumBytes() : ""));
      }
      Buffer buffer = gpu.allocate(bytes.length);
      buffer.write(0, MemorySegment.ofArray(bytes));
      launch.bind(binding.set(), binding.binding(), buffer);
      if (bound.put(binding, new Bound(binding, typeOf(bind.getValue(), binding), buffer))
          != null) {
        throw new IllegalArgumentException("binding " + bind.getKey() + " is given twice");
      }
    }
    return bound;
  }

  /** The type for prints and dumps: the kernel's, or else the one its first contents had. */
  private static ElementType typeOf(String source, KernelInfo.Binding binding) {
    if (!binding.element().equals("mixed")) {
      return ElementType.of(binding.element());
    }
    String[] parts = source.split(":");
    return parts.length > 2 ? ElementType.of(parts[1]) : ElementType.U32;
  }

  private static Bound find(Map<KernelInfo.Binding, Bound> bound, KernelInfo info, String name) {
    Bound found = bound.get(resolve(info, name));
    if (found == null) {
      throw new IllegalArgumentException("binding " + name + " is not given; add --bind " + name);
    }
    return found;
  }

  private void push(KernelInfo info, Launch launch) {
    List<KernelInfo.PushConstant> members = info.pushConstants();
    if (pushes.size() != members.size()) {
      throw new IllegalArgumentException(
          "--push gives "
              + pushes.size()
              + " values, kernel "
              + info.name()
              + " takes "
              + members.size()
              + ": "
              + members.stream().map(m -> m.type() + " " + m.name()).toList());
    }
    for (int i = 0; i < members.size(); i++) {
      KernelInfo.PushConstant member = members.get(i);
      String[] parts = pushes.get(i).split(":", 2);
      if (parts.length != 2) {
        throw new IllegalArgumentException(
            "--push \"" + pushes.get(i) + "\" is not of the form TYPE:VALUE, as f32:0.5");
      }
      if (!parts[0].equals(member.type())) {
        throw new IllegalArgumentException(
            "--push \""
                + pushes.get(i)
                + "\": member "
                + member.name()
                + " is of type "
                + member.type());
      }
      ElementType type = ElementType.of(parts[0]);
      int bits = type.parse(parts[1]);
      if (type == ElementType.F32) {
        launch.push(member.name(), Float.intBitsToFloat(bits));
      } else {
        launch.push(member.name(), bits);
      }
    }
  }

  private static Map.Entry<Bound, Integer> parsePrint(
      Map<KernelInfo.Binding, Bound> bound, KernelInfo info, String print) {
    int colon = print.indexOf(':');
    Bound from = find(bound, info, colon < 0 ? print : print.substring(0, colon));
    int all = Math.toIntExact(from.buffer().size() / 4);
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
      int[] words = words(from, entry.getValue());
      out.print(from.binding().name() + ":");
      for (int word : words) {
        out.print(" " + from.type().format(word));
      }
      out.println();
    }
    if (statistics) {
      StatisticsReport.print(out, gpu.info().description(), cost);
    }
  }

  private void printJson(
      PrintWriter out, Gpu gpu, List<Map.Entry<Bound, Integer>> shown, LaunchStatistics cost) {
    Map<String, Object> result = new LinkedHashMap<>();
    if (statistics) {
      result.putAll(StatisticsReport.json(gpu.info().description(), cost));
    }
    if (!shown.isEmpty()) {
      Map<String, Object> buffers = new LinkedHashMap<>();
      for (Map.Entry<Bound, Integer> entry : shown) {
        Bound from = entry.getKey();
        List<Object> values = new ArrayList<>();
        for (int word : words(from, entry.getValue())) {
          values.add(
              switch (from.type()) {
                case F32 -> number(Float.intBitsToFloat(word));
                case I32 -> word;
                case U32 -> Integer.toUnsignedLong(word);
              });
        }
        buffers.put(from.binding().name(), values);
      }
      result.put("buffers", buffers);
    }
    out.println(Json.text(result));
  }

  /** All digits of a float; JSON has no number for infinities and NaN, so those are strings. */
  private static Object number(float value) {
    return Float.isFinite(value) ? new BigDecimal(Float.toString(value)) : Float.toString(value);
  }

  private static int[] words(Bound from, int count) {
    byte[] bytes = new byte[count * 4];
    from.buffer().read(0, MemorySegment.ofArray(bytes));
    int[] words = new int[count];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(words);
    return words;
  }
}
