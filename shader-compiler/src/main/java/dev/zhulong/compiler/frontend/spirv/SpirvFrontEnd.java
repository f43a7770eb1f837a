package dev.zhulong.compiler.frontend.spirv;

import dev.zhulong.compiler.ir.Builder;
import dev.zhulong.compiler.ir.Kernel;
import dev.zhulong.compiler.ir.Opcode;
import dev.zhulong.compiler.ir.Region;
import dev.zhulong.compiler.ir.Rejection;
import dev.zhulong.compiler.ir.Stage;
import dev.zhulong.compiler.ir.Validator;
import java.util.List;
import java.util.stream.Collectors;

/** Makes a kernel of a SPIR-V module's compute entry point. */
public final class SpirvFrontEnd {
  private static final int LOCAL_SIZE = 17;
  private static final int LOCAL_SIZE_HINT = 18;
  private static final int LOCAL_ALIGNMENT = 16;
  private static final int LOCAL_SIZE_ID = 38;
  private static final int BUILT_IN_WORKGROUP_SIZE = 25;
  private static final int MAXIMUM_GROUP = 1 << 20;

  private SpirvFrontEnd() {}

  /**
   * Translates a module.
   *
   * @param name the source's name, for messages about no particular line
   * @param spirv the binary, any bytes
   * @param entryPoint the entry point's name, or null for the only one or {@code main}
   * @return a kernel at {@link Stage#BUILT}
   * @throws Rejection if the module is malformed or needs what the machine lacks
   */
  public static Kernel translate(String name, byte[] spirv, String entryPoint) {
    return translate(name, spirv, entryPoint, ConstantValues.NONE, null, BoundsChecks.NONE);
  }

  /**
   * Translates a module with values for its specialization constants.
   *
   * @param name the source's name, for messages about no particular line
   * @param spirv the binary, any bytes
   * @param entryPoint the entry point's name, or null for the only one or {@code main}
   * @param specialization the constants' values
   * @param localSize workgroup size of a kernel that names none, three numbers, or null
   * @param checks which accesses of buffers are checked
   * @return a kernel at {@link Stage#BUILT}
   * @throws Rejection if the module is malformed, needs what the machine lacks, or has no such
   *     specialization constant
   */
  public static Kernel translate(
      String name,
      byte[] spirv,
      String entryPoint,
      ConstantValues specialization,
      List<Integer> localSize,
      BoundsChecks checks) {
    SpirvModule module = SpirvReader.read(name, spirv);
    var entry = choose(module, entryPoint);
    Builder builder = new Builder(new Region());
    try {
      Kernel kernel =
          translate(module, entry, new Ids(module, specialization), localSize, builder, checks);
      ScopeRepair.run(kernel.body());
      List<String> mistakes = Validator.check(kernel, Stage.BUILT);
      if (!mistakes.isEmpty()) {
        throw SpirvErrors.at(module.place(), "the module is malformed: %s", mistakes.getFirst());
      }
      return kernel;
    } catch (IndexOutOfBoundsException
        | NegativeArraySizeException
        | ArithmeticException
        | ClassCastException
        | NullPointerException e) {
      Rejection rejection =
          SpirvErrors.at(
              builder.location() == null ? module.place() : builder.location(),
              "the module is malformed: operands do not fit their instruction; run spirv-val on"
                  + " it");
      rejection.initCause(e);
      throw rejection;
    }
  }

  private static SpirvModule.EntryPoint choose(SpirvModule module, String wanted) {
    List<SpirvModule.EntryPoint> all = module.computeEntryPoints();
    String names = all.stream().map(SpirvModule.EntryPoint::name).collect(Collectors.joining(", "));
    if (all.isEmpty()) {
      throw SpirvErrors.at(module.place(), "the module has no compute entry point");
    }
    if (wanted == null && all.size() == 1) {
      return all.getFirst();
    }
    String name = wanted == null ? "main" : wanted;
    return all.stream()
        .filter(e -> e.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                SpirvErrors.at(
                    module.place(),
                    "there is no compute entry point \"%s\"; the module has: %s",
                    name,
                    names));
  }

  private static Kernel translate(
      SpirvModule module,
      SpirvModule.EntryPoint entry,
      Ids ids,
      List<Integer> localSize,
      Builder builder,
      BoundsChecks checks) {
    SpirvFunction function = module.function(entry.function(), module.place());
    PointerAnalysis analysis = new PointerAnalysis(module, ids, function);
    List<Integer> group = groupSize(module, ids, entry.function(), localSize);
    Translation translation =
        new Translation(module, function, ids, builder, analysis, group, checks);
    ShaderInterface outside =
        new ShaderInterface(module, ids, analysis, group, builder, checks.assumed());
    if (module.hasSquareQuads(entry.function())) {
      outside.squareQuads();
    }
    outside.bind(translation.memory());
    Region body = builder.region();
    KernelArguments arguments = new KernelArguments(module, ids, builder, outside.sharedBytes());
    if (module.kernels()) {
      arguments.bind(entry.name(), function, translation.memory());
    }
    translation.scratchFrom(arguments.localEnd());
    int argumentBytes = module.kernels() ? arguments.argumentBytes() : outside.argumentBytes();
    translation.printing().at(argumentBytes);
    new FunctionTranslator(translation, function).translate();
    builder.region(body);
    builder.location(null);
    builder.effect(Opcode.END, null);
    String name = entry.name().isBlank() ? "main" : entry.name().replaceAll("\\s", "_");
    List<String> formats = translation.printing().formats();
    argumentBytes += formats.isEmpty() ? 0 : 8;
    if (module.kernels()) {
      return new Kernel(
          name,
          group,
          localBytes(arguments.localEnd() + translation.scratchBytes(), arguments.usesLocal()),
          argumentBytes,
          arguments.bindings(),
          arguments.values(),
          body,
          formats);
    }
    return new Kernel(
        name,
        group,
        outside.sharedBytes(),
        argumentBytes,
        outside.bindings(),
        outside.pushConstants(),
        body,
        formats);
  }

  /** What a launch adds for parameters begins after this; none of it is for a kernel alone. */
  private static int localBytes(int used, boolean parameters) {
    int bytes = used + LOCAL_ALIGNMENT - 1 & -LOCAL_ALIGNMENT;
    return parameters ? Math.max(bytes, LOCAL_ALIGNMENT) : used;
  }

  private static List<Integer> groupSize(
      SpirvModule module, Ids ids, int function, List<Integer> localSize) {
    List<Integer> group = null;
    List<Integer> hint = null;
    for (SpirvInstruction mode : module.executionModes()) {
      if (mode.operand(0) == function && mode.operand(1) == LOCAL_SIZE) {
        group = List.of(mode.operand(2), mode.operand(3), mode.operand(4));
      } else if (mode.operand(0) == function && mode.operand(1) == LOCAL_SIZE_ID) {
        group =
            List.of(
                ids.constantInt(mode.operand(2)),
                ids.constantInt(mode.operand(3)),
                ids.constantInt(mode.operand(4)));
      }
    }
    for (SpirvInstruction mode : module.executionModes()) {
      if (mode.operand(0) == function && mode.operand(1) == LOCAL_SIZE_HINT) {
        hint = List.of(mode.operand(2), mode.operand(3), mode.operand(4));
      }
    }
    if (group == null && module.kernels()) {
      group = localSize == null ? hint : localSize;
    }
    int constant = module.workgroupSizeConstant(BUILT_IN_WORKGROUP_SIZE);
    if (constant != 0) {
      group =
          List.of(
              constantSize(ids, constant, 0),
              constantSize(ids, constant, 1),
              constantSize(ids, constant, 2));
    }
    if (group == null) {
      throw SpirvErrors.at(
          module.place(),
          module.kernels()
              ? "the kernel has no workgroup size; give one with --local X,Y,Z or"
                  + " __attribute__((reqd_work_group_size(X, Y, Z)))"
              : "the entry point has no workgroup size");
    }
    long product = 1;
    for (int size : group) {
      product = size < 1 || product > MAXIMUM_GROUP ? Long.MAX_VALUE / 2 : product * size;
    }
    if (product > MAXIMUM_GROUP) {
      throw SpirvErrors.at(
          module.place(),
          "workgroup size %s; 1 to %d invocations are possible",
          group,
          MAXIMUM_GROUP);
    }
    return group;
  }

  private static int constantSize(Ids ids, int constant, int dimension) {
    return ((dev.zhulong.compiler.ir.Constant) ids.value(constant)[dimension]).bits();
  }
}
