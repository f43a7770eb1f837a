package dev.zhulong.compiler.frontend.spirv;

import dev.zhulong.compiler.ir.Location;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** A decoded module: definitions by id, decorations, entry points and functions. */
final class SpirvModule {
  /**
   * An OpEntryPoint.
   *
   * @param name its name
   * @param function id of its function
   */
  record EntryPoint(String name, int model, int function) {}

  /** A decoration and its literals. */
  record Decorated(Decoration decoration, int[] literals) {
    int literal() {
      if (literals.length == 0) {
        throw SpirvErrors.at(null, "decoration %s lacks its literal", decoration);
      }
      return literals[0];
    }
  }

  /**
   * Capabilities that the compiler can honour: Matrix, Shader, Float16, Int64, Int16, Int8, storage
   * of 8 and 16 bits in buffers and push constants, GroupNonUniform with Vote, Arithmetic, Ballot,
   * Shuffle, ShuffleRelative, Clustered and Quad, AtomicFloat32MinMaxEXT and AtomicFloat32AddEXT,
   * SubgroupBallotKHR, SubgroupVoteKHR, WorkgroupMemoryExplicitLayoutKHR, DeviceGroup,
   * DenormPreserve, SignedZeroInfNanPreserve and RoundingModeRTE (which the machine always does),
   * VulkanMemoryModel and its DeviceScope, ExpectAssumeKHR, GroupNonUniformRotateKHR, the
   * DotProduct family, BitInstructions, ReplicatedCompositesEXT, FloatControls2, QuadControlKHR,
   * MinLod, RuntimeDescriptorArray, ShaderClockKHR, GroupNonUniformPartitionedNV,
   * IntegerFunctions2INTEL and ComputeDerivativeGroupQuadsKHR and …LinearKHR. SPIR-V specification,
   * Capability.
   */
  private static final Set<Integer> CAPABILITIES =
      Set.of(
          0, 1, 9, 11, 22, 25, 27, 28, 29, 30, 31, 34, 39, 42, 43, 44, 45, 46, 47, 49, 50, 55, 56,
          61, 62, 63, 64, 65, 66, 67, 68, 4423, 4428, 4429, 4430, 4431, 4433, 4434, 4435, 4437,
          4441, 4442, 4448, 4449, 4450, 4464, 4466, 4467, 5055, 5301, 5302, 5303, 5304, 5305, 5306,
          5307, 5288, 5308, 5309, 5310, 5311, 5312, 5345, 5350, 5346, 5347, 5612, 5629, 6026, 6033,
          5087, 6016, 6017, 6018, 6019, 6024, 6025, 6029, 5297, 5584);

  /**
   * Capabilities that only other stages use; a module may hold their entry points beside the
   * compute shader. Geometry, Tessellation, ClipDistance, CullDistance, SampleRateShading,
   * DerivativeControl, InterpolationFunction, TransformFeedback, GeometryStreams, MultiViewport,
   * ShaderLayer, ShaderViewportIndex, DrawParameters, StorageInputOutput16, MultiView,
   * StencilExportEXT, ShaderViewportIndexLayerEXT, FragmentFullyCoveredEXT, and
   * DemoteToHelperInvocation.
   */
  private static final Set<Integer> OTHER_STAGES =
      Set.of(
          2, 3, 32, 33, 35, 51, 52, 53, 54, 57, 69, 70, 4427, 4436, 4439, 5013, 5254, 5265, 5379);

  /** Names of others, for messages. */
  private static final Map<Integer, String> REFUSED =
      Map.ofEntries(
          Map.entry(4, "Addresses"),
          Map.entry(6, "Kernel"),
          Map.entry(10, "Float64 (the machine has no double precision)"),
          Map.entry(12, "Int64Atomics (the machine has no 64-bit atomics)"),
          Map.entry(5613, "AtomicFloat64MinMaxEXT (the machine has no double precision)"),
          Map.entry(6034, "AtomicFloat64AddEXT (the machine has no double precision)"),
          Map.entry(5616, "AtomicFloat16MinMaxEXT (the machine's atomics are of 32 bits)"),
          Map.entry(6095, "AtomicFloat16AddEXT (the machine's atomics are of 32 bits)"),
          Map.entry(4465, "DenormFlushToZero (the machine keeps subnormal numbers)"),
          Map.entry(4468, "RoundingModeRTZ (shaders round to nearest)"),
          Map.entry(41, "SparseResidency (memory of images is all there)"),
          Map.entry(48, "ImageMSArray"));

  /**
   * Capabilities that kernels may have besides: Addresses, Linkage, Kernel, Vector16,
   * Float16Buffer, Groups, ImageBasic, ImageReadWrite, ImageMipmap, LiteralSampler, GenericPointer,
   * SubgroupDispatch, and GroupUniformArithmeticKHR.
   */
  private static final Set<Integer> KERNEL_CAPABILITIES =
      Set.of(4, 5, 6, 7, 8, 13, 14, 15, 18, 20, 38, 58, 6400);

  private static final int DERIVATIVE_GROUP_QUADS = 5288;
  private static final int DERIVATIVE_GROUP_QUADS_MODE = 5289;
  private static final int DERIVATIVE_GROUP_LINEAR = 5350;
  private static final int HELPER_INVOCATION = 23;
  private static final int PRIVATE = 6;
  private static final int GL_COMPUTE = 5;
  private static final int KERNEL = 6;
  private static final int GENERIC = 8;
  private static final int PHYSICAL_32 = 1;
  private static final int PHYSICAL_64 = 2;

  private final List<Integer> capabilities = new ArrayList<>();
  private final Map<String, List<String>> argumentTypes = new HashMap<>();
  private boolean kernels;
  private boolean genericValues;
  private String refused;
  private final String name;
  private final SpirvInstruction[] definitions;
  private final Map<Integer, String> names = new HashMap<>();
  private final Map<Long, String> memberNames = new HashMap<>();
  private final Map<Integer, List<Decorated>> decorations = new HashMap<>();
  private final Map<Long, List<Decorated>> memberDecorations = new HashMap<>();
  private final List<EntryPoint> entryPoints = new ArrayList<>();
  private final List<SpirvInstruction> executionModes = new ArrayList<>();
  private final List<SpirvInstruction> globals = new ArrayList<>();
  private final Map<Integer, String> imports = new HashMap<>();
  private final Map<Integer, SpirvFunction> functions = new LinkedHashMap<>();

  SpirvModule(String name, List<SpirvInstruction> instructions, SpirvInstruction[] definitions) {
    this.name = name;
    this.definitions = definitions;
    int at = 0;
    while (at < instructions.size()) {
      SpirvInstruction i = instructions.get(at);
      if (i.op() == SpirvOp.FUNCTION) {
        int end = at + 1;
        while (end < instructions.size() && instructions.get(end).op() != SpirvOp.FUNCTION_END) {
          end++;
        }
        if (end == instructions.size()) {
          throw SpirvErrors.at(i.location(), "function %d does not end", i.id());
        }
        if (end > at + 1) {
          functions.put(i.id(), SpirvFunction.of(i, instructions.subList(at + 1, end)));
        }
        at = end + 1;
      } else {
        declare(i);
        at++;
      }
    }
    genericValues = kernels && findGenericValues();
    capabilities.forEach(this::requireCapability);
    if (refused != null) {
      throw SpirvErrors.at(
          firstUse(SpirvModule::isUnusual),
          "the shader needs capability %s, which this compiler lacks; rewrite the shader without"
              + " it",
          refused);
    }
  }

  /** Whether a type is one that only optional capabilities allow. */
  private static boolean isUnusual(SpirvInstruction type) {
    return switch (type.op()) {
      case TYPE_FLOAT -> type.operand(0) == 64;
      default -> false;
    };
  }

  /**
   * The place of the first instruction whose result has a type of some kind, or consists of or
   * points to such; the module where debug information does not say.
   */
  Location firstUse(Predicate<SpirvInstruction> kind) {
    Set<Integer> found = new HashSet<>();
    for (SpirvInstruction i : definitions) {
      if (i != null && isType(i) && kind.test(i)) {
        found.add(i.id());
      }
    }
    for (int size = -1; size < found.size(); ) {
      size = found.size();
      for (SpirvInstruction i : definitions) {
        if (i != null && isType(i) && Arrays.stream(i.operands()).anyMatch(found::contains)) {
          found.add(i.id());
        }
      }
    }
    for (SpirvFunction function : functions.values()) {
      for (SpirvFunction.Block block : function.blocks().values()) {
        for (SpirvInstruction i : block.instructions()) {
          if (found.contains(i.type()) && i.location() != null) {
            return i.location();
          }
        }
      }
    }
    return place();
  }

  private static boolean isType(SpirvInstruction i) {
    return i.op().toString().startsWith("OpType");
  }

  private void declare(SpirvInstruction i) {
    int[] operands = i.operands();
    switch (i.op()) {
      case CAPABILITY -> capabilities.add(i.operand(0));
      case MEMORY_MODEL -> memoryModel(i.operand(0));
      case STRING -> noteArgumentTypes(SpirvReader.string(operands, 0));
      case NAME -> names.put(i.operand(0), SpirvReader.string(operands, 1));
      case MEMBER_NAME ->
          memberNames.put(key(i.operand(0), i.operand(1)), SpirvReader.string(operands, 2));
      case EXT_INST_IMPORT -> imports.put(i.id(), SpirvReader.string(operands, 0));
      case ENTRY_POINT -> {
        String entryName = SpirvReader.string(operands, 2);
        entryPoints.add(new EntryPoint(entryName, i.operand(0), i.operand(1)));
      }
      case EXECUTION_MODE, EXECUTION_MODE_ID -> executionModes.add(i);
      case DECORATE -> decorate(decorations, i.operand(0), i, 1);
      case MEMBER_DECORATE -> decorate(memberDecorations, key(i.operand(0), i.operand(1)), i, 2);
      case GROUP_DECORATE -> {
        for (int n = 1; n < operands.length; n++) {
          copyGroup(decorations, operands[n], operands[0]);
        }
      }
      case GROUP_MEMBER_DECORATE -> {
        for (int n = 1; n + 1 < operands.length; n += 2) {
          copyGroup(memberDecorations, key(operands[n], operands[n + 1]), operands[0]);
        }
      }
      case VARIABLE -> globals.add(i);
      default -> {
        if (i.op().terminator() || i.op() == SpirvOp.LABEL) {
          throw SpirvErrors.at(i.location(), "%s stands outside a function", i.op());
        }
      }
    }
  }

  private static <K> void decorate(
      Map<K, List<Decorated>> map, K target, SpirvInstruction i, int from) {
    Decoration decoration = Decoration.of(i.operand(from));
    if (decoration != null) {
      int[] literals = Arrays.copyOfRange(i.operands(), from + 1, i.operands().length);
      map.computeIfAbsent(target, _ -> new ArrayList<>()).add(new Decorated(decoration, literals));
    }
  }

  /** Gives a target what a decoration group has. */
  private <K> void copyGroup(Map<K, List<Decorated>> map, K target, int group) {
    List<Decorated> shared = List.copyOf(decorations.getOrDefault(group, List.of()));
    if (!shared.isEmpty()) {
      map.computeIfAbsent(target, _ -> new ArrayList<>()).addAll(shared);
    }
  }

  private void requireCapability(int capability) {
    if (!CAPABILITIES.contains(capability)
        && !OTHER_STAGES.contains(capability)
        && !(kernels && KERNEL_CAPABILITIES.contains(capability))) {
      refused = REFUSED.getOrDefault(capability, "number " + capability);
    }
  }

  private void memoryModel(int addressing) {
    if (addressing == PHYSICAL_64) {
      throw SpirvErrors.at(
          place(),
          "the module has 64-bit addresses, the machine has 32-bit ones; compile with -target spir");
    }
    kernels = addressing == PHYSICAL_32;
  }

  /** Notes the types of a kernel's parameters as the source has them, which are in a string. */
  private void noteArgumentTypes(String text) {
    String[] parts = text.split("\\.", 3);
    if (parts.length == 3 && parts[0].equals("kernel_arg_type")) {
      argumentTypes.put(parts[1], List.of(parts[2].split(",")));
    }
  }

  private static long key(int id, int member) {
    return (long) id << 32 | member & 0xffffffffL;
  }

  /** The module as a place, for messages about no particular line. */
  Location place() {
    return new Location(name, 0, 0);
  }

  /** The instruction that defines an id. */
  SpirvInstruction definition(int id) {
    if (id < 1 || id >= definitions.length || definitions[id] == null) {
      throw SpirvErrors.at(place(), "id %d is used but not defined", id & 0xffffffffL);
    }
    return definitions[id];
  }

  /** Ids are below this. */
  int bound() {
    return definitions.length;
  }

  /** The debug name of an id, or the empty string. */
  String name(int id) {
    return names.getOrDefault(id, "");
  }

  /** The debug name of a struct's member, or the empty string. */
  String memberName(int struct, int member) {
    return memberNames.getOrDefault(key(struct, member), "");
  }

  /** An id's decoration, or null. */
  Decorated decoration(int id, Decoration decoration) {
    return find(decorations.get(id), decoration);
  }

  /** A struct member's decoration, or null. */
  Decorated decoration(int struct, int member, Decoration decoration) {
    return find(memberDecorations.get(key(struct, member)), decoration);
  }

  private static Decorated find(List<Decorated> list, Decoration decoration) {
    if (list != null) {
      for (Decorated d : list) {
        if (d.decoration() == decoration) {
          return d;
        }
      }
    }
    return null;
  }

  /** Id of the private variable that is not 0 in helper invocations, or 0. */
  int helperVariable() {
    for (SpirvInstruction variable : globals) {
      Decorated d = decoration(variable.id(), Decoration.BUILT_IN);
      if (d != null && d.literal() == HELPER_INVOCATION && variable.operand(0) == PRIVATE) {
        return variable.id();
      }
    }
    return 0;
  }

  /** Id of the constant that is the workgroup's size by its decoration, or 0. */
  int workgroupSizeConstant(int builtIn) {
    for (var entry : decorations.entrySet()) {
      Decorated d = find(entry.getValue(), Decoration.BUILT_IN);
      if (d != null && d.literal() == builtIn) {
        boolean variable = definition(entry.getKey()).op() == SpirvOp.VARIABLE;
        return variable ? 0 : entry.getKey();
      }
    }
    return 0;
  }

  /** Whether four invocations of consecutive numbers are a quad that derivatives are taken in. */
  boolean hasDerivatives() {
    return capabilities.contains(DERIVATIVE_GROUP_LINEAR)
        || capabilities.contains(DERIVATIVE_GROUP_QUADS);
  }

  /** Whether an entry point's invocations of a quad are two by two neighbours in x and y. */
  boolean hasSquareQuads(int function) {
    return executionModes.stream()
        .anyMatch(m -> m.operand(0) == function && m.operand(1) == DERIVATIVE_GROUP_QUADS_MODE);
  }

  /** Whether the module has kernels with addresses in place of shaders. */
  boolean kernels() {
    return kernels;
  }

  /**
   * Whether pointers to any kind of memory are made from values, so that what kind it is cannot be
   * seen where they are used.
   */
  boolean hasGenericValues() {
    return genericValues;
  }

  private boolean findGenericValues() {
    for (SpirvInstruction i : definitions) {
      if (i == null || i.type() == 0 || !isGenericPointer(i.type())) {
        continue;
      }
      switch (i.op()) {
        case PTR_CAST_TO_GENERIC,
            ACCESS_CHAIN,
            IN_BOUNDS_ACCESS_CHAIN,
            PTR_ACCESS_CHAIN,
            IN_BOUNDS_PTR_ACCESS_CHAIN,
            BITCAST,
            FUNCTION_PARAMETER -> {}
        default -> {
          return true;
        }
      }
    }
    return false;
  }

  private boolean isGenericPointer(int type) {
    SpirvInstruction i = definition(type);
    return i.op() == SpirvOp.TYPE_POINTER && i.operand(0) == GENERIC;
  }

  /** The types of a kernel's parameters as the source has them, or nothing where it is unknown. */
  List<String> argumentTypes(String kernel) {
    return argumentTypes.getOrDefault(kernel, List.of());
  }

  /** Whether a parameter has an attribute. SPIR-V specification, Function Parameter Attribute. */
  boolean hasParameterAttribute(int id, int attribute) {
    for (Decorated d : decorations.getOrDefault(id, List.of())) {
      if (d.decoration() == Decoration.FUNCTION_PARAMETER_ATTRIBUTE && d.literal() == attribute) {
        return true;
      }
    }
    return false;
  }

  /** The compute entry points. */
  List<EntryPoint> computeEntryPoints() {
    int wanted = kernels ? KERNEL : GL_COMPUTE;
    return entryPoints.stream().filter(e -> e.model() == wanted).toList();
  }

  /** OpExecutionMode and OpExecutionModeId instructions. */
  List<SpirvInstruction> executionModes() {
    return executionModes;
  }

  /** Module-scope variables. */
  List<SpirvInstruction> globals() {
    return globals;
  }

  /** The name of an extended instruction set, or the empty string. */
  String importName(int id) {
    return imports.getOrDefault(id, "");
  }

  /** All functions with a body. */
  Collection<SpirvFunction> functions() {
    return functions.values();
  }

  /** The function with an id. */
  SpirvFunction function(int id, Location user) {
    SpirvFunction function = functions.get(id);
    if (function == null) {
      throw SpirvErrors.at(
          user, "function %d has no body; link the module before compiling it", id);
    }
    return function;
  }
}
