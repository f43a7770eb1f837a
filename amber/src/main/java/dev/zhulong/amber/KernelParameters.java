package dev.zhulong.amber;

import dev.zhulong.amber.Script.KernelSetup;
import dev.zhulong.amber.Script.Parameter;
import dev.zhulong.amber.Script.Pipeline;
import dev.zhulong.firmware.link.KernelInfo;
import dev.zhulong.hal.Launch;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** Passes a script's resources and numbers to the parameters of an OpenCL kernel. */
final class KernelParameters {
  /** Bytes of local memory for a parameter that nobody gives a size: the widest type's. */
  private static final int ONE_ELEMENT = 128;

  private final KernelInfo info;
  private final List<String> names = new ArrayList<>();

  /** For a kernel: buffers have their parameters' numbers, what is passed by value the others. */
  KernelParameters(KernelInfo info) {
    this.info = info;
    List<String> values =
        info.pushConstants().stream().map(p -> root(p.name())).distinct().toList();
    for (int n = 0, value = 0; n < info.bindings().size() + values.size(); n++) {
      String buffer = buffer(n);
      names.add(buffer == null && value < values.size() ? values.get(value++) : buffer);
    }
  }

  private String buffer(int number) {
    return info.bindings().stream()
        .filter(b -> b.binding() == number)
        .map(KernelInfo.Binding::name)
        .findFirst()
        .orElse(null);
  }

  /** The parameter that a scalar is of. */
  private static String root(String path) {
    return path.split("[.\\[]", 2)[0];
  }

  /**
   * Passes what a pipeline says.
   *
   * @param resource binds a resource
   * @param content reads a buffer
   */
  void pass(
      Pipeline pipeline,
      Launch launch,
      BiConsumer<KernelInfo.Binding, Script.Binding> resource,
      Function<BufferSpec, byte[]> content) {
    KernelSetup setup = pipeline.kernel();
    for (KernelInfo.PushConstant member : info.pushConstants()) {
      if (member.type().equals("local")) {
        launch.local(member.name(), ONE_ELEMENT);
      }
    }
    for (Script.Binding given : pipeline.bindings()) {
      // clspv numbers what is not passed by value in order; the block of the others follows.
      if (given.binding() < info.bindings().size()) {
        resource.accept(inOrder().get(given.binding()), given);
      } else if (given.binding() == info.bindings().size() && given.buffer() != null) {
        launch.push(content.apply(given.buffer()));
      }
    }
    if (pipeline.pushConstants() != null) {
      launch.push(content.apply(pipeline.pushConstants()));
    }
    setup.resources().forEach((p, given) -> resource.accept(parameter(name(p)), given));
    setup.values().forEach((p, value) -> push(launch, name(p), value));
  }

  private List<KernelInfo.Binding> inOrder() {
    return info.bindings().stream()
        .sorted(Comparator.comparingInt(KernelInfo.Binding::binding))
        .toList();
  }

  private KernelInfo.Binding parameter(String name) {
    return info.bindings().stream()
        .filter(b -> b.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "kernel "
                        + info.name()
                        + " has no buffer, image or sampler "
                        + name
                        + "; it has "
                        + names));
  }

  private String name(Parameter parameter) {
    if (parameter.name() != null) {
      return parameter.name();
    }
    if (parameter.number() >= names.size()) {
      throw new IllegalArgumentException(
          "kernel "
              + info.name()
              + " has no parameter number "
              + parameter.number()
              + "; it has "
              + names);
    }
    return names.get(parameter.number());
  }

  private void push(Launch launch, String name, Script.Value value) {
    List<KernelInfo.PushConstant> members =
        info.pushConstants().stream().filter(p -> root(p.name()).equals(name)).toList();
    if (members.size() != value.numbers().size()) {
      throw new IllegalArgumentException(
          "parameter "
              + name
              + " of kernel "
              + info.name()
              + " takes "
              + members.size()
              + " numbers, not "
              + value.numbers().size());
    }
    for (int n = 0; n < members.size(); n++) {
      KernelInfo.PushConstant member = members.get(n);
      long bits = value.type().parse(value.numbers().get(n));
      if (member.type().equals("local")) {
        launch.local(name, (int) bits);
      } else if (member.bytes() != value.type().bytes()) {
        throw new IllegalArgumentException(
            "parameter "
                + name
                + " is "
                + member.type()
                + ", not of "
                + value.type().bytes()
                + " bytes");
      } else if (member.type().equals("f16")) {
        launch.push(member.name(), Float.float16ToFloat((short) bits));
      } else if (member.type().equals("f32")) {
        launch.push(member.name(), Float.intBitsToFloat((int) bits));
      } else if (member.bytes() == 8) {
        launch.push(member.name(), bits);
      } else {
        launch.push(member.name(), (int) bits);
      }
    }
  }
}
