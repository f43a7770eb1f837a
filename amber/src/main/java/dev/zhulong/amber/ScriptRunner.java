package dev.zhulong.amber;

import dev.zhulong.amber.Script.Binding;
import dev.zhulong.amber.Script.Command;
import dev.zhulong.amber.Script.Pipeline;
import dev.zhulong.compiler.CompileException;
import dev.zhulong.compiler.ShaderSource;
import dev.zhulong.firmware.link.KernelInfo;
import dev.zhulong.graphics.RenderStatistics;
import dev.zhulong.graphics.Resources;
import dev.zhulong.hal.Buffer;
import dev.zhulong.hal.DeviceFaultException;
import dev.zhulong.hal.Gpu;
import dev.zhulong.hal.Kernel;
import dev.zhulong.hal.Launch;
import dev.zhulong.hal.Texture;
import dev.zhulong.hal.LaunchLimits;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Runs scripts on a device. */
public final class ScriptRunner {
  private final Gpu gpu;
  private final LaunchLimits limits;
  private final Map<String, Path> pictures = new LinkedHashMap<>();
  private RenderStatistics drawn;

  /**
   * A runner.
   *
   * @param gpu the device
   * @param limits of each launch
   */
  public ScriptRunner(Gpu gpu, LaunchLimits limits) {
    this.gpu = gpu;
    this.limits = limits;
  }

  /**
   * The scripts that a path names: a file itself, of a folder all files below it that end in {@code
   * .amber}, {@code .vkscript} or {@code .vk}, in alphabetical order.
   *
   * @throws IOException if there is no such file or folder
   */
  public static List<Path> scripts(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      if (!Files.exists(path)) {
        throw new java.nio.file.NoSuchFileException(path.toString());
      }
      return List.of(path);
    }
    try (Stream<Path> files = Files.walk(path)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> file.toString().matches(".*\\.(amber|vkscript|vk)"))
          .sorted()
          .toList();
    }
  }

  /** Writes a buffer of a script as a PNG picture after the script has run. */
  public void picture(String buffer, Path file) {
    pictures.put(buffer, file);
  }

  /** What the draws and clears of the last script cost, if it had any. */
  public Optional<RenderStatistics> drawn() {
    return Optional.ofNullable(drawn);
  }

  /** Runs one script. Nothing that is wrong with it gets out as an exception. */
  public Outcome run(Path file) {
    drawn = null;
    try {
      String text = Files.readString(file, StandardCharsets.UTF_8);
      if (text.isBlank()) {
        throw new ScriptException(1, "the script is empty");
      }
      Script script =
          text.startsWith("#!amber")
              ? AmberParser.parse(file, text)
              : VkScriptParser.parse(file, text);
      try (Execution execution = new Execution(script)) {
        try {
          execution.run(script.commands());
        } finally {
          drawn = execution.draws == null ? null : execution.draws.statistics();
          execution.writePictures(script);
        }
      }
      return new Outcome.Passed();
    } catch (SkipException e) {
      return new Outcome.Skipped(e.getMessage());
    } catch (ScriptException e) {
      return new Outcome.Failed(":" + e.line(), e.getMessage());
    } catch (ExpectationException e) {
      return new Outcome.Failed(": line " + e.line(), e.getMessage());
    } catch (IOException e) {
      return new Outcome.Failed("", "the file cannot be read as UTF-8 text: " + e.getMessage());
    } catch (IllegalArgumentException | IllegalStateException e) {
      return new Outcome.Failed("", e.getMessage());
    }
  }

  /** A script's buffers and kernels on the device. */
  private final class Execution implements AutoCloseable {
    private final Map<BufferSpec, Buffer> buffers = new HashMap<>();
    private final Map<Pipeline, Kernel> kernels = new HashMap<>();
    private final Map<BufferSpec, Buffer> depthViews = new HashMap<>();
    private DrawRunner draws;

    Execution(Script script) {
      try {
        for (BufferSpec spec : script.buffers()) {
          long image = spec.shape() == null ? 0 : spec.shape().bytes();
          // Shaders take whole words from where vertices and indices lie.
          long bytes = Math.max(4, Math.max(image, spec.contents().length)) + 3 & -4L;
          Buffer buffer = gpu.allocate(bytes);
          buffers.put(spec, buffer);
          buffer.write(0, MemorySegment.ofArray(spec.contents()));
        }
      } catch (RuntimeException e) {
        close();
        throw e;
      }
    }

    void run(List<Command> commands) {
      for (Command command : commands) {
        boolean draws =
            command instanceof Script.Draw
                || command instanceof Script.Clear
                || command instanceof Script.ClearValue;
        if (!draws) {
          finishClears();
        }
        switch (command) {
          case Script.Run run -> launch(run);
          case Script.Draw draw -> drawing(draw.line(), () -> draws().draw(draw, this::resources));
          case Script.Clear clear -> drawing(clear.line(), () -> draws().clear(clear.pipeline()));
          case Script.ClearValue value -> draws().set(value);
          case Script.Write write -> write(write);
          case Script.Copy copy ->
              buffers.get(copy.to()).write(0, MemorySegment.ofArray(read(copy.from())));
          case Script.Repeat repeat -> {
            for (int n = 0; n < repeat.count(); n++) {
              run(repeat.commands());
            }
          }
          case Script.ExpectValues e -> Expectations.values(e, read(e.buffer()));
          case Script.ExpectPixels e -> Expectations.pixels(e, read(e.buffer()));
          case Script.ProbePixels e -> Expectations.probe(e, read(e.buffer()));
          case Script.ExpectBuffer e -> comparing(e);
        }
      }
      finishClears();
    }

    private void comparing(Script.ExpectBuffer e) {
      try {
        Expectations.buffers(e, read(e.first()), read(e.second()));
      } catch (IllegalArgumentException x) {
        throw new ExpectationException(e.line(), x.getMessage());
      }
    }

    /** Clears wait for a draw; what else follows must find them done. */
    private void finishClears() {
      if (draws != null) {
        draws.finish();
      }
    }

    private DrawRunner draws() {
      if (draws == null) {
        try {
          draws = new DrawRunner(gpu, limits, buffers);
        } catch (IllegalArgumentException e) {
          throw new SkipException("graphics: " + e.getMessage());
        }
      }
      return draws;
    }

    private void writePictures(Script script) {
      for (BufferSpec spec : script.buffers()) {
        Path file = pictures.get(spec.name());
        if (file != null) {
          Picture.write(spec, read(spec), file);
        }
      }
    }

    /** Does something that draws, and tells where it failed. */
    private void drawing(int line, Runnable action) {
      try {
        action.run();
      } catch (CompileException e) {
        throw new ExpectationException(line, "a shader cannot be compiled: " + firstLine(e));
      } catch (DeviceFaultException | IllegalArgumentException | IllegalStateException e) {
        throw new ExpectationException(line, e.getMessage());
      }
    }

    /** What the shaders of a graphics pipeline use. */
    private Resources resources(Pipeline pipeline) {
      return (launch, info) -> bindAll(launch, info, pipeline);
    }

    private void write(Script.Write write) {
      byte[] bytes = read(write.buffer());
      for (int n = 0; n < write.values().size(); n++) {
        ElementLayout.Place place = write.layout().place(n);
        long bits = place.type().parse(write.values().get(n));
        place.type().put(bytes, write.offset() + place.offset(), bits);
      }
      buffers.get(write.buffer()).write(0, MemorySegment.ofArray(bytes));
    }

    private byte[] read(BufferSpec spec) {
      byte[] bytes = new byte[spec.contents().length];
      buffers.get(spec).read(0, MemorySegment.ofArray(bytes));
      return bytes;
    }

    private void launch(Script.Run run) {
      Pipeline pipeline = run.pipeline();
      int lanes = gpu.info().shape().lanes();
      if (pipeline.subgroupSize() != 0 && pipeline.subgroupSize() != lanes) {
        throw new SkipException(
            "subgroups of " + pipeline.subgroupSize() + "; the device's have " + lanes);
      }
      try {
        Kernel kernel = kernels.computeIfAbsent(pipeline, this::load);
        requireRoom(kernel.info());
        Launch launch = kernel.launch(run.x(), run.y(), run.z()).limits(limits);
        if (pipeline.shader().language() == ShaderSource.Language.OPENCL_C) {
          new KernelParameters(kernel.info())
              .pass(pipeline, launch, (to, given) -> bind(launch, to, 0, given));
        } else {
          bindAll(launch, kernel.info(), pipeline);
        }
        launch.submit().await();
      } catch (CompileException e) {
        throw new ExpectationException(
            run.line(), "shader " + pipeline.shaderName() + " cannot be compiled: " + firstLine(e));
      } catch (DeviceFaultException | IllegalArgumentException | IllegalStateException e) {
        throw new ExpectationException(run.line(), e.getMessage());
      }
    }

    /** Invocations that share memory or meet at barriers must be on the device at once. */
    private void requireRoom(KernelInfo info) {
      int room = gpu.info().shape().warps() * gpu.info().shape().lanes();
      if (!info.independent() && info.groupSize() > room) {
        throw new SkipException(
            "a workgroup of " + info.groupSize() + " invocations; the device's have up to " + room);
      }
    }

    private static String firstLine(CompileException e) {
      return e.getMessage().lines().findFirst().orElse("");
    }

    private Kernel load(Pipeline pipeline) {
      return gpu.load(Shaders.compile(pipeline).elf(), pipeline.shaderName());
    }

    private void bindAll(Launch launch, KernelInfo info, Pipeline pipeline) {
      for (KernelInfo.Binding wanted : info.bindings()) {
        if (pipeline.drawing() != null && !Resources.ofShader(wanted)) {
          continue;
        }
        int set = wanted.set();
        int binding = wanted.binding();
        int given =
            (int)
                pipeline.bindings().stream()
                    .filter(b -> b.set() == set && b.binding() == binding)
                    .count();
        int count = wanted.open() ? Math.clamp(given, 1, wanted.count()) : wanted.count();
        for (int element = 0; element < count; element++) {
          bind(launch, wanted, element, pipeline);
        }
      }
      if (pipeline.pushConstants() != null) {
        launch.push(read(pipeline.pushConstants()));
      }
    }

    private void bind(Launch launch, KernelInfo.Binding wanted, int element, Pipeline pipeline) {
      int set = wanted.set();
      int binding = wanted.binding();
      List<Binding> bound =
          pipeline.bindings().stream()
              .filter(b -> b.set() == set && b.binding() == binding)
              .toList();
      if (bound.size() > wanted.count()) {
        throw new IllegalArgumentException(
            "pipeline "
                + pipeline.name()
                + " has "
                + bound.size()
                + " resources at "
                + place(wanted)
                + ", where the shader has "
                + wanted.count());
      }
      if (element >= bound.size()) {
        throw new IllegalArgumentException(
            "pipeline "
                + pipeline.name()
                + " has no resource"
                + (wanted.count() > 1 ? " " + element : "")
                + " at "
                + place(wanted)
                + ", which the shader uses as "
                + wanted.name());
      }
      bind(launch, wanted, element, bound.get(element));
    }

    private void bind(Launch launch, KernelInfo.Binding wanted, int element, Binding b) {
      int set = wanted.set();
      int binding = wanted.binding();
      if (wanted.kind() == KernelInfo.Kind.SAMPLER
          || wanted.kind() == KernelInfo.Kind.SAMPLED_IMAGE) {
        require(b.sampler() != null, "no sampler", wanted);
      }
      if (wanted.kind() != KernelInfo.Kind.SAMPLER) {
        require(b.buffer() != null, "no buffer", wanted);
      }
      switch (wanted.kind()) {
        case BUFFER ->
            launch.bind(set, binding, element, buffers.get(b.buffer()), b.offset(), range(b));
        case SAMPLER -> launch.bind(set, binding, element, b.sampler());
        case SAMPLED_IMAGE ->
            launch.bind(set, binding, element, texture(b, wanted), b.firstLevel(), b.sampler());
        case IMAGE -> {
          if (b.texels()) {
            BufferSpec.requireImage(b.buffer());
            require(b.buffer().image() != null, "no format", wanted);
            launch.bindTexels(
                set,
                binding,
                element,
                buffers.get(b.buffer()),
                b.buffer().image().format(),
                b.offset(),
                range(b));
          } else {
            launch.bind(set, binding, element, texture(b, wanted), b.firstLevel());
          }
        }
      }
    }

    private long range(Binding b) {
      long rest = b.buffer().contents().length - b.offset();
      return b.range() < 0 ? rest : Math.min(rest, b.range());
    }

    private Texture texture(Binding b, KernelInfo.Binding wanted) {
      if (DepthView.isNeeded(b.buffer())) {
        Buffer view = depthViews.computeIfAbsent(b.buffer(), s -> gpu.allocate(DepthView.bytes(s)));
        view.write(0, MemorySegment.ofArray(DepthView.texels(b.buffer(), read(b.buffer()))));
        return Texture.in(view, DepthView.shape(b.buffer()));
      }
      BufferSpec.requireImage(b.buffer());
      require(b.buffer().image() != null, "no image format or size", wanted);
      return Texture.in(buffers.get(b.buffer()), b.buffer().shape());
    }

    private static void require(boolean holds, String what, KernelInfo.Binding wanted) {
      if (!holds) {
        throw new IllegalArgumentException(
            what + " at " + place(wanted) + ", which the shader uses as " + wanted.name());
      }
    }

    private static String place(KernelInfo.Binding wanted) {
      return "DESCRIPTOR_SET " + wanted.set() + " BINDING " + wanted.binding();
    }

    @Override
    public void close() {
      if (draws != null) {
        draws.close();
      }
      kernels.values().forEach(Kernel::close);
      depthViews.values().forEach(Buffer::close);
      buffers.values().forEach(Buffer::close);
    }
  }
}
