package dev.zhulong.compiler;

import dev.zhulong.compiler.ShaderSource.Language;
import dev.zhulong.compiler.analysis.IndexLimits;
import dev.zhulong.compiler.backend.CodeGenException;
import dev.zhulong.compiler.backend.CodeGenOptions;
import dev.zhulong.compiler.backend.CodeGenerator;
import dev.zhulong.compiler.backend.MachineProgram;
import dev.zhulong.compiler.frontend.opencl.OpenClCompiler;
import dev.zhulong.compiler.frontend.shaderc.ShadercCompiler;
import dev.zhulong.compiler.frontend.spirv.Assumptions;
import dev.zhulong.compiler.frontend.spirv.BoundsChecks;
import dev.zhulong.compiler.frontend.spirv.ConstantValues;
import dev.zhulong.compiler.frontend.spirv.SpirvFrontEnd;
import dev.zhulong.compiler.frontend.stages.ShaderStage;
import dev.zhulong.compiler.frontend.spirvtext.SpirvAssembler;
import dev.zhulong.compiler.frontend.wgsl.WgslCompiler;
import dev.zhulong.compiler.ir.Kernel;
import dev.zhulong.compiler.ir.Location;
import dev.zhulong.compiler.ir.Problem;
import dev.zhulong.compiler.ir.Rejection;
import dev.zhulong.compiler.ir.TextWriter;
import dev.zhulong.compiler.transform.Pipeline;
import dev.zhulong.compiler.transform.Versions;
import dev.zhulong.firmware.isa.Extension;
import dev.zhulong.firmware.isa.InstructionDecoder;
import dev.zhulong.firmware.isa.MemoryMap;
import dev.zhulong.firmware.link.ElfFile;
import dev.zhulong.firmware.link.KernelInfo;
import dev.zhulong.firmware.link.LineTable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** Compiles compute shaders to kernel images. Safe for use by many threads. */
public final class ShaderCompiler {
  private ShaderCompiler() {}

  /**
   * Compiles a shader.
   *
   * @throws CompileException if the shader is not right, or needs what the machine lacks
   */
  public static CompiledKernel compile(ShaderSource source, CompileOptions options) {
    return compile(source, options, (_, _) -> {});
  }

  /**
   * Compiles a shader and tells of each pass.
   *
   * @throws CompileException if the shader is not right, or needs what the machine lacks
   */
  public static CompiledKernel compile(
      ShaderSource source, CompileOptions options, PassListener listener) {
    return compile(source, options, listener, Assumptions.NONE);
  }

  /** The same for launches of which something is known. */
  static CompiledKernel compile(
      ShaderSource source, CompileOptions options, PassListener listener, Assumptions assumed) {
    return reporting(
        source,
        () -> {
          byte[] spirv = spirv(source, options, null);
          Kernel kernel = optimized(source, spirv, options, listener, assumed);
          MachineProgram program = CodeGenerator.generate(kernel, CodeGenOptions.defaults());
          KernelInfo info = info(kernel, program);
          byte[] elf = link(source.name(), program, info);
          return new CompiledKernel(elf, info, spirv, kernel, program.assembly());
        });
  }

  /** Does a part of the work, and reports what is refused with the source's lines. */
  static <T> T reporting(ShaderSource source, Supplier<T> work) {
    try {
      return work.get();
    } catch (Rejection rejection) {
      throw new CompileException(diagnostics(source, rejection.problems()), rejection);
    } catch (CodeGenException limit) {
      Problem problem = new Problem(new Location(source.name(), 0, 0), limit.getMessage());
      throw new CompileException(diagnostics(source, List.of(problem)), limit);
    }
  }

  private static Kernel translated(
      ShaderSource source, byte[] spirv, CompileOptions options, BoundsChecks checks) {
    return SpirvFrontEnd.translate(
        source.name(),
        spirv,
        options.entryPoint(),
        new ConstantValues(options.specialization(), options.othersIgnored()),
        options.localSize(),
        checks);
  }

  private static void optimize(Kernel kernel, int level, PassListener listener) {
    Pipeline.run(kernel, level, (pass, _) -> listener.after(pass, () -> TextWriter.write(kernel)));
  }

  /**
   * The kernel after all passes: with its bounds checks, and where conditions on the launch make
   * some of them needless, without those beside.
   */
  private static Kernel optimized(
      ShaderSource source,
      byte[] spirv,
      CompileOptions options,
      PassListener listener,
      Assumptions assumed) {
    int level = options.optimizationLevel();
    BoundsChecks all = new BoundsChecks(options.robust(), Set.of(), assumed);
    IndexLimits.Found found = new IndexLimits.Found(Set.of(), List.of());
    if (options.robust() && level > 0) {
      Kernel sketch = translated(source, spirv, options, all);
      Pipeline.simplify(sketch, level, (_, _) -> {});
      found = IndexLimits.find(sketch);
    }
    Kernel unchecked = translated(source, spirv, options, all.without(found.proven()));
    optimize(unchecked, level, listener);
    if (found.limits().isEmpty()) {
      return unchecked;
    }
    Kernel checked = translated(source, spirv, options, all);
    optimize(checked, 1, (_, _) -> {});
    return Versions.join(unchecked, checked, found.limits());
  }

  /** The SPIR-V of a shader for a stage of a render pipeline, or for none. */
  static byte[] spirv(ShaderSource source, CompileOptions options, ShaderStage stage) {
    return switch (source.language()) {
      case GLSL -> shaderc(ShadercCompiler.Input.GLSL, source, options, stage);
      case HLSL -> shaderc(ShadercCompiler.Input.HLSL, source, options, stage);
      case WGSL -> {
        refuseMacros(source, options);
        yield WgslCompiler.compile(source.name(), source.content());
      }
      case OPENCL_C ->
          OpenClCompiler.compile(
              source.name(), source.content(), options.defines(), options.openClOptions());
      case SPIRV -> {
        refuseMacros(source, options);
        yield source.content();
      }
      case SPIRV_TEXT -> {
        refuseMacros(source, options);
        yield SpirvAssembler.assemble(source.name(), source.content());
      }
    };
  }

  private static byte[] shaderc(
      ShadercCompiler.Input input, ShaderSource source, CompileOptions options, ShaderStage stage) {
    return ShadercCompiler.compile(
        input, source.name(), source.content(), options.entryPoint(), options.defines(), stage);
  }

  private static void refuseMacros(ShaderSource source, CompileOptions options) {
    if (!options.defines().isEmpty()) {
      throw new Rejection(
          new Location(source.name(), 0, 0),
          (source.language() == Language.WGSL ? "WGSL" : "SPIR-V")
              + " has no macros; only GLSL, HLSL and OpenCL C take -D");
    }
  }

  private static KernelInfo info(Kernel kernel, MachineProgram program) {
    return new KernelInfo(
        kernel.name(),
        kernel.group().get(0),
        kernel.group().get(1),
        kernel.group().get(2),
        kernel.localBytes(),
        program.stackBytes(),
        kernel.independent(),
        false,
        kernel.argumentBytes(),
        kernel.bindings(),
        kernel.pushConstants(),
        kernel.formats(),
        kernel.proof(),
        extensions(program));
  }

  /** What not every device has. */
  private static Set<Extension> extensions(MachineProgram program) {
    Set<Extension> used = EnumSet.noneOf(Extension.class);
    for (int word : program.words()) {
      used.add(InstructionDecoder.decode(word).extension());
    }
    used.retainAll(Extension.UNITS);
    return used;
  }

  private static byte[] link(String name, MachineProgram program, KernelInfo info) {
    int[] words = program.words();
    ByteBuffer code = ByteBuffer.allocate(words.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    code.asIntBuffer().put(words);
    List<LineTable.Row> rows = new ArrayList<>();
    for (MachineProgram.LineEntry entry : program.lines()) {
      Location place = entry.location();
      if (place != null) {
        long address = MemoryMap.PROGRAM + entry.offset();
        rows.add(new LineTable.Row(address, place.file(), place.line(), place.column()));
      }
    }
    List<ElfFile.Section> sections = new ArrayList<>();
    sections.add(
        ElfFile.Section.of(
            ".text", ElfFile.ALLOCATE | ElfFile.EXECUTE, MemoryMap.PROGRAM, 4, code.array()));
    if (program.data().length > 0) {
      ByteBuffer data =
          ByteBuffer.allocate(program.data().length * 4).order(ByteOrder.LITTLE_ENDIAN);
      data.asIntBuffer().put(program.data());
      sections.add(
          ElfFile.Section.of(
              ".rodata", ElfFile.ALLOCATE, MemoryMap.PROGRAM + code.capacity(), 4, data.array()));
    }
    sections.add(
        ElfFile.Section.of(
            KernelInfo.SECTION, 0, 0, 1, info.toText().getBytes(StandardCharsets.UTF_8)));
    LineTable lines = new LineTable(rows, MemoryMap.PROGRAM + code.capacity());
    sections.addAll(lines.sections());
    if (!rows.isEmpty()) {
      sections.add(lines.frameSection());
    }
    ElfFile.Symbol entry =
        new ElfFile.Symbol(info.name(), MemoryMap.PROGRAM, code.capacity(), 2, true, ".text");
    return ElfFile.executable(
            name, MemoryMap.PROGRAM, ElfFile.FLAG_FLOAT_ABI_SINGLE, sections, List.of(entry))
        .toBytes();
  }

  /** Adds the source's lines to problems whose place is in it. */
  private static List<Diagnostic> diagnostics(ShaderSource source, List<Problem> problems) {
    String[] lines =
        source.language() != Language.SPIRV
            ? new String(source.content(), StandardCharsets.UTF_8).split("\\R", -1)
            : new String[0];
    List<Diagnostic> made = new ArrayList<>();
    for (Problem problem : problems) {
      Location place = problem.location();
      String file = place == null ? source.name() : place.file();
      int line = place == null ? 0 : place.line();
      int column = place == null ? 0 : place.column();
      boolean known = file.equals(source.name()) && line > 0 && line <= lines.length;
      made.add(new Diagnostic(file, line, column, problem.message(), known ? lines[line - 1] : ""));
    }
    return made;
  }
}
