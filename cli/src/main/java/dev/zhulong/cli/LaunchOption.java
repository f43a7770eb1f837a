package dev.zhulong.cli;

import dev.zhulong.firmware.link.KernelInfo;
import dev.zhulong.hal.Buffer;
import dev.zhulong.hal.Gpu;
import dev.zhulong.hal.Kernel;
import dev.zhulong.hal.Launch;
import dev.zhulong.hal.Sampler;
import dev.zhulong.hal.Texture;
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

  /** A binding of a kernel, or one of an array. */
  record Resource(KernelInfo.Binding binding, int element) {
    String name() {
      return binding.name() + (binding.count() > 1 ? "[" + element + "]" : "");
    }
  }

  /** A buffer, or a texture's memory, with what it is for. */
  record Bound(String name, ElementType type, Buffer buffer) {}

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

  private static Resource resolve(KernelInfo info, String name) {
    for (KernelInfo.Binding b : info.bindings()) {
      for (int n = 0; n < b.count(); n++) {
        String element = b.count() > 1 ? "[" + n + "]" : "";
        if ((b.name() + element).equals(name)
            || (b.set() + "." + b.binding() + element).equals(name)
            || (b.set() == 0 && (b.binding() + element).equals(name))) {
          return new Resource(b, n);
        }
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
  Map<Resource, Bound> bindAll(Gpu gpu, Launch launch, KernelInfo info) throws IOException {
    Map<Resource, Bound> bound = new HashMap<>();
    for (Map.Entry<String, String> bind : binds.entrySet()) {
      Resource resource = resolve(info, bind.getKey());
      KernelInfo.Binding binding = resource.binding;
      if (binding.kind() != KernelInfo.Kind.BUFFER) {
        bindTexture(gpu, launch, resource, bind.getValue(), bound);
        continue;
      }
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
      launch.bind(binding.set(), binding.binding(), resource.element, buffer, 0, buffer.size());
      note(bound, resource, new Bound(resource.name(), typeOf(bind.getValue(), binding), buffer));
    }
    return bound;
  }

  private static void note(Map<Resource, Bound> bound, Resource resource, Bound what) {
    if (bound.put(resource, what) != null) {
      throw new IllegalArgumentException("binding " + resource.name() + " is given twice");
    }
  }

  private static void bindTexture(
      Gpu gpu, Launch launch, Resource resource, String spec, Map<Resource, Bound> bound)
      throws IOException {
    KernelInfo.Binding b = resource.binding;
    if (b.kind() == KernelInfo.Kind.SAMPLER) {
      launch.bind(b.set(), b.binding(), resource.element, TextureSource.sampler(spec));
      return;
    }
    String[] parts = spec.split("\\+", 2);
    TextureSource.Contents contents = TextureSource.contents(parts[0], b);
    Buffer memory = gpu.allocate(contents.shape().bytes());
    memory.write(0, MemorySegment.ofArray(contents.texels()));
    Texture texture = Texture.in(memory, contents.shape());
    if (b.kind() == KernelInfo.Kind.IMAGE) {
      launch.bind(b.set(), b.binding(), resource.element, texture, 0);
    } else {
      Sampler sampler = TextureSource.sampler(parts.length > 1 ? parts[1] : "linear");
      launch.bind(b.set(), b.binding(), resource.element, texture, 0, sampler);
    }
    note(bound, resource, new Bound(resource.name(), contents.type(), memory));
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
  static Bound find(Map<Resource, Bound> bound, KernelInfo info, String name) {
    Bound found = bound.get(resolve(info, name));
    if (found == null) {
      throw new IllegalArgumentException("binding " + name + " is not given; add --bind " + name);
    }
    return found;
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
