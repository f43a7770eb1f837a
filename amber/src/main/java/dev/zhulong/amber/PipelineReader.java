package dev.zhulong.amber;

import dev.zhulong.amber.Script.Binding;
import dev.zhulong.amber.Script.BufferSpec;
import dev.zhulong.amber.Script.Pipeline;
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

  PipelineReader(
      Tokens tokens,
      BufferReader buffers,
      SamplerReader samplers,
      Map<String, ShaderSource> shaders) {
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
    if (kind.equals("graphics") || kind.equals("raytracing")) {
      throw new SkipException("graphics: PIPELINE " + kind);
    }
    if (!kind.equals("compute")) {
      throw tokens.error("a pipeline is compute or graphics, not \"" + kind + "\"");
    }
    body(tokens.next("the pipeline's name"), new Draft());
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
        // Neither changes what a shader computes.
        case "SHADER_OPTIMIZATION", "COMPILE_OPTIONS" -> {
          tokens.next("a shader's name");
          tokens.untilEnd();
        }
        case "SET" -> throw new SkipException("OPENCL-C: SET KERNEL needs clspv");
        case "FRAMEBUFFER_SIZE", "VERTEX_DATA", "INDEX_DATA", "VIEWPORT", "POLYGON_MODE" ->
            throw tokens.error(command + " needs a graphics pipeline; this one is compute");
        default -> throw tokens.error("a pipeline has no command " + command);
      }
      tokens.finish();
    }
  }

  private void add(int start, String name, Draft draft) {
    if (draft.shaderName == null) {
      throw new ScriptException(start, "pipeline " + name + " has no shader; ATTACH one");
    }
    Pipeline pipeline =
        new Pipeline(
            name,
            shaders.get(draft.shaderName),
            draft.shaderName,
            draft.entryPoint,
            Map.copyOf(draft.constants),
            List.copyOf(draft.bindings),
            draft.pushConstants,
            draft.subgroupSize);
    if (pipelines.putIfAbsent(name, pipeline) != null) {
      throw new ScriptException(start, "there are two pipelines " + name);
    }
  }

  private void attach(Draft draft) {
    draft.shaderName = tokens.next("a shader's name");
    if (!shaders.containsKey(draft.shaderName)) {
      throw tokens.error("there is no shader \"" + draft.shaderName + "\"");
    }
    if (tokens.take("TYPE")) {
      tokens.require("compute");
    }
    if (tokens.take("ENTRY_POINT")) {
      draft.entryPoint = tokens.next("the entry point's name");
    }
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
        draft.constants.put(id, type.show(type.parse(value)));
      } catch (IllegalArgumentException e) {
        throw tokens.error(e.getMessage());
      }
    }
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
      if (tokens.peek().equals("KERNEL")) {
        throw new SkipException("OPENCL-C: BIND … KERNEL needs clspv");
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
      case "color", "depth_stencil", "resolve" ->
          throw tokens.error("AS " + type + " needs a graphics pipeline; this one is compute");
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
    if (tokens.peek().equals("KERNEL")) {
      throw new SkipException("OPENCL-C: BIND … KERNEL needs clspv");
    }
    place(draft, bound, with, type.endsWith("_texel_buffer"));
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
