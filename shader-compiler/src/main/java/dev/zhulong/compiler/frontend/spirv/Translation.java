package dev.zhulong.compiler.frontend.spirv;

import static dev.zhulong.compiler.ir.Opcode.*;

import dev.zhulong.compiler.ir.Builder;
import dev.zhulong.compiler.ir.Value;
import dev.zhulong.firmware.isa.Extension;
import dev.zhulong.firmware.isa.Csr;
import dev.zhulong.compiler.ir.Type;
import dev.zhulong.compiler.ir.Constant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The translation of one entry point: dispatches instructions, and bounds the work. */
final class Translation {
  /** Instructions after inlining; a kernel of more would not fit any instruction cache. */
  private static final int MAXIMUM_INSTRUCTIONS = 200_000;

  private static final int SCOPE_WORKGROUP = 2;
  private static final int SEMANTICS_BUFFERS = 0x40 | 0x200;

  private final SpirvModule module;
  private final Ids ids;
  private final Builder builder;
  private final ValueTranslator values;
  private final MemoryTranslator memory;
  private final GroupFunctions groups;
  private final KernelTranslator kernel;
  private final ImageTranslator images;
  private final UnitFunctions units;
  private final SubgroupTranslator subgroup;
  private final Printing printing;

  /** Null where invocations are no quads. */
  private final Derivatives derivatives;

  private final Map<Integer, SpirvFunction> structured = new HashMap<>();
  private int spent;
  private int nesting;

  Translation(
      SpirvModule module,
      SpirvFunction entry,
      Ids ids,
      Builder builder,
      PointerAnalysis analysis,
      List<Integer> group,
      BoundsChecks checks) {
    this.module = module;
    this.ids = ids;
    this.builder = builder;
    this.values = new ValueTranslator(module, ids, builder);
    this.units = new UnitFunctions(ids, builder, checks.assumed().units());
    this.memory = new MemoryTranslator(module, entry, ids, builder, analysis, checks);
    this.subgroup = new SubgroupTranslator(ids, builder, values);
    this.derivatives = module.hasDerivatives() ? new Derivatives(ids, builder, subgroup) : null;
    this.images =
        new ImageTranslator(
            ids,
            builder,
            values,
            derivatives,
            memory,
            checks.assumed().units().contains(Extension.TEXTURE));
    this.groups = new GroupFunctions(ids, builder, values, subgroup, group);
    this.printing = new Printing(module, ids, builder);
    this.kernel = new KernelTranslator(module, ids, builder, memory, values, groups, printing);
  }

  /** A function as the translator of functions takes it. */
  SpirvFunction structured(SpirvFunction function) {
    return module.kernels()
        ? structured.computeIfAbsent(
            function.id(), _ -> Structurizer.run(function, id -> (int) ids.typeOf(id).scalars()))
        : function;
  }

  Ids ids() {
    return ids;
  }

  Builder builder() {
    return builder;
  }

  MemoryTranslator memory() {
    return memory;
  }

  /** What prints. */
  Printing printing() {
    return printing;
  }

  /** Begins the local memory that operations of the workgroup use. */
  void scratchFrom(int offset) {
    groups.scratchFrom(offset);
  }

  /** Bytes of local memory that operations of the workgroup use. */
  int scratchBytes() {
    return groups.scratchBytes();
  }

  /** Notes work done; too much is refused. */
  void spend(int instructions) {
    spent += instructions;
    if (spent > MAXIMUM_INSTRUCTIONS) {
      throw SpirvErrors.at(
          builder.location(),
          "the shader has more than %d instructions after inlining; use loops or fewer calls",
          MAXIMUM_INSTRUCTIONS);
    }
  }

  /** Goes one construct deeper. */
  void enter(int maximum) {
    if (++nesting > maximum) {
      throw SpirvErrors.at(builder.location(), "control flow is nested more than %d deep", maximum);
    }
  }

  /** Comes back from a construct. */
  void leave() {
    nesting--;
  }

  /** Translates one instruction that is no terminator. */
  void translate(SpirvInstruction i) {
    if (module.kernels() && kernel.translate(i)) {
      return;
    }
    switch (i.op()) {
      case FUNCTION_CALL -> call(i);
      case ASSUME_TRUE -> {}
      case READ_CLOCK -> bind(i, clock());
      case EXT_INST_WITH_FORWARD_REFS -> requireNonSemantic(i);
      case UNKNOWN -> throw SpirvOp.unknown(i.operand(0), i.location());
      case CONTROL_BARRIER -> controlBarrier(i);
      case MEMORY_BARRIER -> memoryBarrier(ids.constantInt(i.operand(0)), i.operand(1));
      case EXT_INST -> {
        String set = module.importName(i.operand(0));
        if (set.equals("NonSemantic.DebugPrintf")) {
          printing.print(i, 2);
        } else if (set.equals(UnitFunctions.SET)) {
          bind(i, new Value[] {units.translate(i)});
        } else if (!set.startsWith("NonSemantic.") && !set.endsWith("DebugInfo.100")) {
          Value[] made = values.translate(i);
          int number = i.operand(1);
          if (number == GlslFunctions.MODF || number == GlslFunctions.FREXP) {
            made = storeSecond(i, made);
          }
          bind(i, made);
        }
      }
      default -> {
        if (memory.translate(i) || images.translate(i)) {
          return;
        }
        Value[] made = values.translate(i);
        if (made == null) {
          made = subgroup.translate(i);
        }
        if (made == null) {
          made = new IntegerFunctions(ids, builder, values, memory).translate(i);
        }
        if (made == null && derivatives != null) {
          made = derivatives.translate(i);
        }
        if (made == null) {
          throw SpirvErrors.at(
              i.location(), "%s is not supported; rewrite the shader without it", i.op());
        }
        bind(i, made);
      }
    }
  }

  /**
   * The cycles since the launch, which every core counts alike. If the high word changes while it
   * is read, the moment at which it did is the answer.
   */
  private Value[] clock() {
    Value before = counter(Csr.MCYCLEH);
    Value low = counter(Csr.MCYCLE);
    Value high = counter(Csr.MCYCLEH);
    Value steady = builder.op(EQ, before, high);
    return new Value[] {builder.op(SELECT, steady, low, Constant.i32(0)), high};
  }

  private Value counter(Csr csr) {
    return builder.make(READ_COUNTER, Type.I32, csr);
  }

  private void requireNonSemantic(SpirvInstruction i) {
    if (!module.importName(i.operand(0)).startsWith("NonSemantic.")) {
      throw SpirvErrors.at(
          i.location(), "%s of a set that is not NonSemantic; use OpExtInst", i.op());
    }
  }

  private void bind(SpirvInstruction i, Value[] made) {
    ids.requireCount(i, ids.type(i.type()), made.length);
    ids.set(i.id(), made);
  }

  /** Modf and Frexp store the second half of their results through their second operand. */
  private Value[] storeSecond(SpirvInstruction i, Value[] made) {
    int half = made.length / 2;
    Value[] second = java.util.Arrays.copyOfRange(made, half, made.length);
    memory.store(ids.pointer(i.operand(3)), second, i.location());
    return java.util.Arrays.copyOf(made, half);
  }

  private void call(SpirvInstruction i) {
    SpirvFunction callee = module.function(i.operand(0), i.location());
    if (callee.parameters().size() != i.operands().length - 1) {
      throw SpirvErrors.at(
          i.location(),
          "a call passes %d arguments to a function of %d",
          i.operands().length - 1,
          callee.parameters().size());
    }
    for (int n = 0; n < callee.parameters().size(); n++) {
      int argument = i.operand(n + 1);
      int parameter = callee.parameters().get(n).id();
      if (ids.isHandle(argument)) {
        ids.set(parameter, ids.handle(argument));
      } else if (ids.isPointer(argument)) {
        ids.set(parameter, ids.pointer(argument));
      } else {
        ids.set(parameter, ids.value(argument));
      }
    }
    bind(i, new FunctionTranslator(this, callee).translate());
  }

  private void controlBarrier(SpirvInstruction i) {
    memoryBarrier(ids.constantInt(i.operand(1)), i.operand(2));
    if (ids.constantInt(i.operand(0)) <= SCOPE_WORKGROUP) {
      builder.effect(BARRIER, null);
    }
    memory.forget();
  }

  /**
   * A fence is needed only for what reaches beyond the core: within a workgroup the load-store unit
   * keeps the order.
   */
  private void memoryBarrier(int scope, int semantics) {
    boolean beyondGroup = scope < SCOPE_WORKGROUP || scope == 5;
    if (beyondGroup && (ids.constantInt(semantics) & SEMANTICS_BUFFERS) != 0) {
      builder.effect(MEMORY_FENCE, null);
    }
  }
}
