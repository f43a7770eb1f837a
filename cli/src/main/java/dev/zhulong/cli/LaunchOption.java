package dev.zhulong.cli;

import dev.zhulong.firmware.link.KernelInfo;
import dev.zhulong.hal.Buffer;
import dev.zhulong.hal.Gpu;
import dev.zhulong.hal.Kernel;
import dev.zhulong.hal.Launch;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** The options of every command that launches a kernel: grid, buffers, push constants. */
final class LaunchOption {
  @Option(names = "--grid", paramLabel = "X[,Y[,Z]]", description = "Workgroups to launch.")
  private String grid;

  @Option(names = "--bind", paramLabel = "N=SPEC", description = "Fill and bind a buffer.")
  private Map<String, String> binds = new LinkedHashMap<>();

  @Option(
      names = "--push",
      paramLabel = "TYPE:VALUE",
      split = ",",
      description = "Push constants, in the order of the block's members.")
  private List<String> pushes = new ArrayList<>();

  /** A buffer with what it is for. */
  record Bound(KernelInfo.Binding binding, ElementType type, Buffer buffer) {}

  /** Complains if there is no grid. */
  void requireGrid() {
    if (grid == null) {
      throw new IllegalArgumentException(
          "--grid is missing; say how many workgroups to launch, as --grid 16 or --grid 8,8");
    }
  }

  /** Begins a launch of the grid's size. */
  Launch begin(Kernel kernel) {
    int[] size = parseGrid(grid);
    return kernel.launch(size[0], size[1], size[2]);
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

  /** Fills the buffers and binds them. */
  Map<KernelInfo.Binding, Bound> bindAll(Gpu gpu, Launch launch, KernelInfo info)
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

  /** The buffer of a binding that was given. */
  static Bound find(Map<KernelInfo.Binding, Bound> bound, KernelInfo info, String name) {
    Bound found = bound.get(resolve(info, name));
    if (found == null) {
      throw new IllegalArgumentException("binding " + name + " is not given; add --bind " + name);
    }
    return found;
  }

  private static int parseBytes(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "--push local:" + text + " must be a number of bytes, as local:256", e);
    }
  }

  /** Sets the push constants. */
  void push(Launch launch, KernelInfo info) {
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
      if (parts[0].equals("local")) {
        launch.local(member.name(), parseBytes(parts[1]));
        continue;
      }
      ElementType type = ElementType.of(parts[0]);
      long bits = type.parse(parts[1]);
      if (type.isFloat()) {
        launch.push(member.name(), type.toFloat(bits));
      } else if (type.bytes() > 4) {
        launch.push(member.name(), bits);
      } else {
        launch.push(member.name(), (int) bits);
      }
    }
  }
}
