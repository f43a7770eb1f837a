package dev.zhulong.compiler;

import dev.zhulong.compiler.frontend.spirv.Assumptions;
import dev.zhulong.compiler.frontend.stages.ShaderStage;
import dev.zhulong.compiler.frontend.stages.StageLinker;
import dev.zhulong.compiler.frontend.stages.StageModule;
import dev.zhulong.compiler.ir.Location;
import dev.zhulong.compiler.ir.Problem;
import dev.zhulong.compiler.ir.Rejection;
import dev.zhulong.firmware.isa.Extension;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A vertex or fragment shader, read so far that a frame can be made for it. */
public final class StageShader {
  private final StageModule module;
  private final ShaderSource source;
  private final CompileOptions options;

  private StageShader(StageModule module, ShaderSource source, CompileOptions options) {
    this.module = module;
    this.source = source;
    this.options = options;
  }

  /**
   * Reads a shader.
   *
   * @param options entry point, macros and specialization constants
   * @throws CompileException if it is not right
   */
  public static StageShader of(ShaderSource source, ShaderStage stage, CompileOptions options) {
    return ShaderCompiler.reporting(
        source,
        () -> {
          byte[] spirv = ShaderCompiler.spirv(source, options, stage);
          // GLSL knows one name only, and a module of HLSL has the entry point that was asked for.
          String entry =
              source.language() == ShaderSource.Language.GLSL ? null : options.entryPoint();
          return new StageShader(
              StageModule.of(source.name(), spirv, stage, entry), source, options);
        });
  }

  /** What it takes in and gives out. */
  public StageModule module() {
    return module;
  }

  /**
   * Compiles the shader within a frame.
   *
   * @param frame GLSL of a compute shader with the functions and variables that {@link StageLinker}
   *     fills and reads
   * @param units of the device
   * @throws CompileException if the shader needs what the machine lacks
   */
  public CompiledKernel within(String frame, Set<Extension> units) {
    return within(frame, Map.of(), units);
  }

  /**
   * Compiles the shader within a frame, for launches whose images and samplers are partly known.
   *
   * @param descriptors words of their descriptors by {@link #key}, null where unknown
   * @param units of the device
   * @throws CompileException if the shader needs what the machine lacks
   */
  public CompiledKernel within(
      String frame, Map<Long, Integer[]> descriptors, Set<Extension> units) {
    byte[] linked =
        ShaderCompiler.reporting(
            source, () -> StageLinker.link(module, frame(source.name(), frame)));
    ShaderSource whole = new ShaderSource(source.name(), ShaderSource.Language.SPIRV, linked);
    return trusted(
        whole,
        new CompileOptions(
            null,
            Map.of(),
            options.optimizationLevel(),
            options.specialization(),
            options.robust(),
            null,
            List.of(),
            options.othersIgnored()),
        descriptors,
        units);
  }

  /** The key of a binding among known descriptors. */
  public static long key(int set, int binding) {
    return Assumptions.key(set, binding);
  }

  /**
   * Compiles a compute shader of a driver's own, whose buffers are in the same sets.
   *
   * @param units of the device
   */
  public static CompiledKernel driver(String name, String glsl, Set<Extension> units) {
    ShaderSource source =
        new ShaderSource(name, ShaderSource.Language.GLSL, glsl.getBytes(StandardCharsets.UTF_8));
    return trusted(source, CompileOptions.defaults(), Map.of(), units);
  }

  private static CompiledKernel trusted(
      ShaderSource source,
      CompileOptions options,
      Map<Long, Integer[]> descriptors,
      Set<Extension> units) {
    Assumptions assumed = new Assumptions(StageLinker.DRIVER_SET, descriptors, units);
    return ShaderCompiler.compile(source, options, (_, _) -> {}, assumed);
  }

  /** A frame's mistakes are the driver's, not the shader's. */
  private static byte[] frame(String name, String text) {
    ShaderSource glsl =
        new ShaderSource(
            "frame of " + name, ShaderSource.Language.GLSL, text.getBytes(StandardCharsets.UTF_8));
    try {
      return ShaderCompiler.spirv(glsl, CompileOptions.defaults(), null);
    } catch (Rejection rejection) {
      Problem first = rejection.problems().getFirst();
      Location place = first.location();
      throw new IllegalStateException(
          place.file() + ":" + place.line() + ": " + first.message(), rejection);
    }
  }
}
