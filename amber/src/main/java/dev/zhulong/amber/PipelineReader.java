package dev.zhulong.amber;

import dev.zhulong.amber.Script.Binding;
import dev.zhulong.amber.Script.KernelSetup;
import dev.zhulong.amber.Script.Parameter;
import dev.zhulong.amber.Script.Pipeline;
import dev.zhulong.amber.Script.Value;
import dev.zhulong.compiler.ShaderSource;
import dev.zhulong.firmware.texel.DescriptorLayout;
import dev.zhulong.hal.Sampler;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the declarations PIPELINE and DERIVE_PIPELINE of AmberScript. */
final class PipelineReader {
  private static final int MAXIMUM_BINDING = 1 << 16;

  private final Tokens tokens;
  private final BufferReader buffers;
  private final SamplerReader samplers;
  private final Map<String, ShaderSource> shaders;
  private final Map<String, Pipeline> pipelines = new LinkedHashMap<>();

  /** Stages of the shaders by their names. */
  private final Map<String, String> stages;

  private final DrawingReader drawings;

  PipelineReader(
      Tokens tokens,
      BufferReader buffers,
      SamplerReader samplers,
      Map<String, ShaderSource> shaders,
      Map<String, String> stages,
      DrawingReader drawings) {
    this.stages = stages;
    this.drawings = drawings;
    this.tokens = tokens;
    this.buffers = buffers;
    this.samplers = samplers;
    this.shaders = shaders;
  }

  /** Takes the name of a pipeline that has been declared. */
  Pipeline reference() {
    String name = tokens.next("a pipeline's name");
    Pipeline pipeline = pipelines.get(name);
    if (pipeline == null) {
      throw tokens.error("there is no pipeline \"" + name + "\"; declare it with PIPELINE before");
    }
    return pipeline;
  }

  /** PIPELINE compute NAME … END. */
  void pipeline() {
    String kind = tokens.next("compute");
    if (kind.equals("raytracing") || kind.equals("ray_tracing")) {
      throw new SkipException("graphics: PIPELINE " + kind);
    }
    if (!kind.equals("compute") && !kind.equals("graphics")) {
      throw tokens.error("a pipeline is compute or graphics, not \"" + kind + "\"");
    }
    Draft draft = new Draft();
    draft.drawing = kind.equals("graphics") ? drawings.start() : null;
    body(tokens.next("the pipeline's name"), draft);
  }

  /** DERIVE_PIPELINE NAME FROM PARENT … END. */
  void derived() {
    String name = tokens.next("the pipeline's name");
    tokens.require("FROM");
    Pipeline parent = reference();
    Draft draft = new Draft();
    draft.shaderName = parent.shaderName();
    draft.entryPoint = parent.entryPoint();
    draft.constants.putAll(parent.constants());
    draft.bindings.addAll(parent.bindings());
    draft.pushConstants = parent.pushConstants();
    draft.subgroupSize = parent.subgroupSize();
    draft.resources.putAll(parent.kernel().resources());
    draft.values.putAll(parent.kernel().values());
    draft.options.addAll(parent.kernel().options());
    draft.drawing = parent.drawing() == null ? null : parent.drawing().copy();
    body(name, draft);
  }

  /** A pipeline while it is read. */
  private static final class Draft {
    private String shaderName;
    private String entryPoint = "main";
    private final Map<Integer, String> constants = new LinkedHashMap<>();
    private final List<Binding> bindings = new ArrayList<>();
    private BufferSpec pushConstants;
    private int subgroupSize;
    private final Map<Parameter, Binding> resources = new LinkedHashMap<>();
    private final Map<Parameter, Value> values = new LinkedHashMap<>();
    private final List<String> options = new ArrayList<>();

    /** Null for compute. */
    private Drawing drawing;
  }

  private void body(String name, Draft draft) {
    tokens.finish();
    int start = tokens.line();
    while (true) {
      if (!tokens.nextLine()) {
        throw new ScriptException(start, "END is missing");
      }
      String command = tokens.next("a command");
      switch (command) {
        case "END" -> {
          tokens.finish();
          add(start, name, draft);
          return;
        }
        case "ATTACH" -> attach(draft);
        case "BIND" -> bind(draft);
        case "SUBGROUP" -> subgroup(draft);
        // It does not change what a shader computes.
        case "SHADER_OPTIMIZATION" -> {
          tokens.next("a shader's name");
          tokens.untilEnd();
        }
        case "COMPILE_OPTIONS" -> {
          tokens.next("a shader's name");
          tokens.untilEnd().stream()
              .filter(option -> option.matches("-(D|U|I|cl-).*"))
              .forEach(draft.options::add);
        }
        case "SET" -> set(draft);
        case "FRAMEBUFFER_SIZE",
            "VIEWPORT",
            "VERTEX_DATA",
            "INDEX_DATA",
            "POLYGON_MODE",
            "PATCH_CONTROL_POINTS",
            "DEPTH",
            "STENCIL",
            "BLEND" -> {
          // Compute pipelines may have a size, which is without effect there.
          boolean size = command.equals("FRAMEBUFFER_SIZE") || command.equals("VIEWPORT");
          if (draft.drawing == null && !size) {
            throw tokens.error(command + " needs a graphics pipeline; this one is compute");
          }
          drawings.read(command, draft.drawing == null ? new Drawing() : draft.drawing);
        }
        default -> throw tokens.error("a pipeline has no command " + command);
      }
      tokens.finish();
    }
  }

  private void add(int start, String name, Draft draft) {
    if (draft.drawing != null) {
      finish(start, name, draft.drawing);
    } else if (draft.shaderName == null) {
      throw new ScriptException(start, "pipeline " + name + " has no shader; ATTACH one");
    }
    Pipeline pipeline =
        new Pipeline(
            name,
            draft.shaderName == null ? null : shaders.get(draft.shaderName),
            draft.shaderName,
            draft.entryPoint,
            Map.copyOf(draft.constants),
            List.copyOf(draft.bindings),
            draft.pushConstants,
            draft.subgroupSize,
            new KernelSetup(
                Map.copyOf(draft.resources), Map.copyOf(draft.values), List.copyOf(draft.options)),
            draft.drawing);
    if (pipelines.putIfAbsent(name, pipeline) != null) {
      throw new ScriptException(start, "there are two pipelines " + name);
    }
  }

  /** Gives attachments their sizes. */
  private static void finish(int start, String name, Drawing drawing) {
    if (drawing.vertex == null) {
      throw new ScriptException(start, "pipeline " + name + " has no vertex shader; ATTACH one");
    }
    for (Drawing.Color color : drawing.colors.values()) {
      BufferSpec buffer = color.buffer();
      boolean sized =
          buffer.image() != null
              && buffer.image().width(color.level()) == drawing.width
              && buffer.image().height(color.level()) == drawing.height;
      if (!sized) {
        attach(start, name, buffer, drawing, color.level());
      }
      BufferSpec.requireImage(buffer);
      if (buffer.image() == null) {
        throw new ScriptException(
            start, "buffer " + buffer.name() + " is of no format that can be drawn to");
      }
    }
    BufferSpec depth = drawing.depthBuffer;
    if (depth != null) {
      if (depth.depthFormat() == null) {
        throw new ScriptException(start, "buffer " + depth.name() + " is of no depth format");
      }
      attach(start, name, depth, drawing, 0);
    }
    for (BufferSpec target : drawing.resolved) {
      attach(start, name, target, drawing, 0);
      if (target.image() == null) {
        throw new ScriptException(start, "buffer " + target.name() + " cannot be resolved to");
      }
    }
  }

  /** Gives a buffer the size that a level of it needs. */
  private static void attach(
      int start, String name, BufferSpec buffer, Drawing drawing, int level) {
    long bytes =
        ((long) drawing.width << level) * (drawing.height << level) * buffer.layout().stride();
    boolean other = buffer.attached() && buffer.contents().length != bytes;
    if (buffer.format() == null || bytes > 1 << 28 || other) {
      throw new ScriptException(
          start,
          "buffer "
              + buffer.name()
              + " is not as large as the framebuffer of pipeline "
              + name
              + ", "
              + drawing.width
              + " by "
              + drawing.height);
    }
    buffer.attach(drawing.width << level, drawing.height << level);
    if (buffer.image() != null && level >= buffer.image().levels()) {
      throw new ScriptException(
          start,
          "buffer " + buffer.name() + " has no level " + level + "; declare it with MIP_LEVELS");
    }
  }

  private void attach(Draft draft) {
    String shader = tokens.next("a shader's name");
    if (!shaders.containsKey(shader)) {
      throw tokens.error("there is no shader \"" + shader + "\"");
    }
    String stage = stages.get(shader);
    if (tokens.take("TYPE")) {
      stage = tokens.next("a shader type");
    }
    String entryPoint = tokens.take("ENTRY_POINT") ? tokens.next("the entry point's name") : "main";
    Map<Integer, String> constants = constants();
    if (draft.drawing == null) {
      if (!stage.equals("compute")) {
        throw tokens.error("a compute pipeline has no " + stage + " shader");
      }
      draft.shaderName = shader;
      draft.entryPoint = entryPoint;
      draft.constants.putAll(constants);
      return;
    }
    Drawing.Stage made = new Drawing.Stage(shaders.get(shader), shader, entryPoint, constants);
    switch (stage) {
      case "vertex" -> draft.drawing.vertex = made;
      case "fragment" -> draft.drawing.fragment = made;
      case "compute" -> throw tokens.error("a graphics pipeline has no compute shader");
      default -> throw new SkipException("graphics: SHADER " + stage);
    }
  }

  private Map<Integer, String> constants() {
    Map<Integer, String> constants = new LinkedHashMap<>();
    while (tokens.take("SPECIALIZE")) {
      int id = tokens.integer("a constant's number", Integer.MAX_VALUE);
      tokens.require("AS");
      String name = tokens.next("a type");
      ScalarType type = TypeNames.scalar(name);
      if (type == null || type == ScalarType.DOUBLE) {
        throw tokens.error("SPECIALIZE takes an integer or float type, not " + name);
      }
      String value = tokens.next("a value");
      try {
        constants.put(id, type.show(type.parse(value)));
      } catch (IllegalArgumentException e) {
        throw tokens.error(e.getMessage());
      }
    }
    return constants;
  }

  /** SET KERNEL ARG_NAME name AS type value. */
  private void set(Draft draft) {
    tokens.require("KERNEL");
    Parameter parameter = parameter();
    tokens.require("AS");
    String name = tokens.next("a type");
    ScalarType type = TypeNames.scalar(name);
    if (type == null) {
      throw tokens.error("SET KERNEL takes a scalar type, not " + name);
    }
    List<String> numbers = new ArrayList<>();
    do {
      String number = tokens.next("a value");
      try {
        numbers.add(type.show(type.parse(number)));
      } catch (IllegalArgumentException e) {
        throw tokens.error(e.getMessage());
      }
    } while (tokens.has());
    draft.values.put(parameter, new Value(type, numbers));
  }

  private Parameter parameter() {
    if (tokens.take("ARG_NAME")) {
      return new Parameter(tokens.next("a parameter's name"), -1);
    }
    tokens.require("ARG_NUMBER");
    return new Parameter(null, tokens.integer("a parameter's number", MAXIMUM_BINDING));
  }

  private void subgroup(Draft draft) {
    tokens.next("a shader's name");
    List<String> settings = tokens.untilEnd();
    for (int n = 0; n + 1 < settings.size(); n += 2) {
      String value = settings.get(n + 1);
      if (settings.get(n).equals("REQUIRED_SIZE") && !value.equals("MIN") && !value.equals("MAX")) {
        try {
          draft.subgroupSize = Integer.parseInt(value);
        } catch (NumberFormatException e) {
          throw tokens.error("REQUIRED_SIZE " + value + " is no number");
        }
      }
    }
  }

  private void bind(Draft draft) {
    String what = tokens.next("BUFFER");
    if (what.equals("SAMPLER") || what.equals("SAMPLER_ARRAY")) {
      List<Sampler> bound = samplers(what.equals("SAMPLER_ARRAY"));
      if (tokens.take("KERNEL")) {
        draft.resources.put(parameter(), resource(null, bound.getFirst(), false));
        return;
      }
      place(draft, List.of(), bound, false);
      return;
    }
    boolean array = what.equals("BUFFER_ARRAY");
    if (!array && !what.equals("BUFFER")) {
      throw tokens.error("BIND takes BUFFER, BUFFER_ARRAY or SAMPLER, not " + what);
    }
    List<BufferSpec> bound = new ArrayList<>();
    do {
      bound.add(buffers.reference());
    } while (array && buffers.isBuffer(tokens.peek()));
    String type = tokens.take("AS") ? tokens.next("a buffer type") : "";
    switch (type) {
      case "push_constant" -> {
        draft.pushConstants = bound.getFirst();
        return;
      }
      case "color", "depth_stencil", "resolve" -> {
        if (draft.drawing == null) {
          throw tokens.error("AS " + type + " needs a graphics pipeline; this one is compute");
        }
        drawings.bind(type, bound.getFirst(), draft.drawing);
        return;
      }
      case "uniform",
          "storage",
          "uniform_dynamic",
          "storage_dynamic",
          "uniform_texel_buffer",
          "storage_texel_buffer",
          "storage_image",
          "sampled_image",
          "combined_image_sampler",
          "" -> {}
      default -> throw tokens.error("there is no buffer type \"" + type + "\"");
    }
    List<Sampler> with = List.of();
    if (tokens.take("SAMPLER")) {
      with = samplers(false);
    } else if (tokens.take("SAMPLER_ARRAY")) {
      with = samplers(true);
    }
    boolean texels = type.endsWith("_texel_buffer");
    if (tokens.take("KERNEL")) {
      draft.resources.put(parameter(), resource(bound.getFirst(), null, texels));
      return;
    }
    place(draft, bound, with, texels);
  }

  /** A whole resource for a kernel's parameter. */
  private static Binding resource(BufferSpec buffer, Sampler sampler, boolean texels) {
    return new Binding(0, 0, 0, buffer, 0, -1, 0, sampler, texels);
  }

  private List<Sampler> samplers(boolean array) {
    List<Sampler> bound = new ArrayList<>();
    do {
      bound.add(samplers.reference());
    } while (array && samplers.isSampler(tokens.peek()));
    return bound;
  }

  private void place(Draft draft, List<BufferSpec> bound, List<Sampler> with, boolean texels) {
    tokens.require("DESCRIPTOR_SET");
    int set = tokens.integer("DESCRIPTOR_SET", MAXIMUM_BINDING);
    tokens.require("BINDING");
    int binding = tokens.integer("BINDING", MAXIMUM_BINDING);
    int count = Math.max(bound.size(), with.size());
    int[] levels = new int[count];
    if (tokens.take("BASE_MIP_LEVEL")) {
      for (int n = 0; n < bound.size() && tokens.has(); n++) {
        levels[n] = tokens.integer("BASE_MIP_LEVEL", DescriptorLayout.MAXIMUM_LEVELS);
      }
    }
    long[] offsets = new long[bound.size()];
    long[] ranges = new long[bound.size()];
    Arrays.fill(ranges, -1);
    while (tokens.has()) {
      String option = tokens.next("an option");
      for (int n = 0; n < bound.size(); n++) {
        switch (option) {
          case "OFFSET", "DESCRIPTOR_OFFSET" ->
              offsets[n] += tokens.integer(option, Integer.MAX_VALUE);
          case "DESCRIPTOR_RANGE" ->
              ranges[n] = tokens.take("-1") ? -1 : tokens.integer(option, Integer.MAX_VALUE);
          default -> throw tokens.error("BIND BUFFER has no option " + option);
        }
      }
    }
    draft.bindings.removeIf(b -> b.set() == set && b.binding() == binding);
    for (int n = 0; n < count; n++) {
      draft.bindings.add(
          new Binding(
              set,
              binding,
              n,
              bound.isEmpty() ? null : bound.get(n),
              bound.isEmpty() ? 0 : offsets[n],
              bound.isEmpty() ? -1 : ranges[n],
              levels[n],
              n < with.size() ? with.get(n) : null,
              texels));
    }
  }
}
