package dev.zhulong.compiler.frontend.spirv;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Looks through the functions that an entry point reaches, before they are translated, for what
 * decides how a variable is kept: how freely it is indexed, whether it is written, and whether it
 * is used at all. Refuses recursion on the way.
 */
final class PointerAnalysis {
  private static final int MAXIMUM_CALL_DEPTH = 100;
  private static final int MANY_WAYS = 1 << 20;

  private final SpirvModule module;
  private final Ids ids;
  private final Map<Integer, Integer> roots = new HashMap<>();
  private final Map<Integer, Integer> chainWays = new HashMap<>();
  private final Map<Integer, Integer> ways = new HashMap<>();
  private final Set<Integer> written = new HashSet<>();
  private final Set<Integer> referenced = new HashSet<>();

  /** What becomes a value: if it is a pointer, anyone may write through it. */
  private final Set<Integer> escaped = new HashSet<>();

  private final Set<Integer> done = new HashSet<>();
  private final Set<Integer> active = new HashSet<>();

  PointerAnalysis(SpirvModule module, Ids ids, SpirvFunction entry) {
    this.module = module;
    this.ids = ids;
    visit(entry);
    escaped.forEach(this::write);
  }

  /** Places that one access of a variable may select at run time; 1 if indices are constant. */
  int ways(int variable) {
    return ways.getOrDefault(variable, 1);
  }

  /** Whether a store or atomic may reach a variable. */
  boolean written(int variable) {
    return written.contains(variable);
  }

  /** Whether a variable is used at all. */
  boolean referenced(int variable) {
    return referenced.contains(variable);
  }

  private void visit(SpirvFunction function) {
    active.add(function.id());
    if (active.size() > MAXIMUM_CALL_DEPTH) {
      throw SpirvErrors.at(
          module.place(), "calls are nested more than %d deep", MAXIMUM_CALL_DEPTH);
    }
    function.parameters().forEach(p -> roots.put(p.id(), p.id()));
    for (SpirvFunction.Block block : function.blocks().values()) {
      block.instructions().forEach(this::visit);
    }
    active.remove(function.id());
    done.add(function.id());
  }

  private void visit(SpirvInstruction i) {
    switch (i.op()) {
      case VARIABLE -> roots.put(i.id(), i.id());
      case ACCESS_CHAIN, IN_BOUNDS_ACCESS_CHAIN -> chain(i);
      case COPY_OBJECT -> {
        Integer root = root(i.operand(0));
        if (root != null) {
          derive(i.id(), root, chainWays.getOrDefault(i.operand(0), 1));
        }
      }
      case ARRAY_LENGTH -> root(i.operand(0));
      case LOAD -> {
        Integer root = root(i.operand(0));
        if (root != null && isImage(i.type())) {
          derive(i.id(), root, 1);
        }
      }
      case IMAGE -> {
        Integer root = root(i.operand(0));
        if (root != null) {
          derive(i.id(), root, 1);
        }
      }
      case IMAGE_TEXEL_POINTER -> {
        Integer root = root(i.operand(0));
        if (root != null) {
          derive(i.id(), root, 1);
          written.add(root);
        }
      }
      case IMAGE_WRITE -> write(i.operand(0));
      case COPY_MEMORY -> {
        write(i.operand(0));
        root(i.operand(1));
      }
      case STORE -> {
        write(i.operand(0));
        escaped.add(i.operand(1));
      }
      case ATOMIC_STORE -> write(i.operand(0));
      case ATOMIC_LOAD -> root(i.operand(0));
      case ATOMIC_EXCHANGE,
          ATOMIC_COMPARE_EXCHANGE,
          ATOMIC_I_INCREMENT,
          ATOMIC_I_DECREMENT,
          ATOMIC_I_ADD,
          ATOMIC_I_SUB,
          ATOMIC_S_MIN,
          ATOMIC_U_MIN,
          ATOMIC_S_MAX,
          ATOMIC_U_MAX,
          ATOMIC_AND,
          ATOMIC_OR,
          ATOMIC_XOR,
          ATOMIC_F_MIN,
          ATOMIC_F_MAX,
          ATOMIC_F_ADD ->
          write(i.operand(0));
      case PTR_ACCESS_CHAIN, IN_BOUNDS_PTR_ACCESS_CHAIN -> {
        Integer root = root(i.operand(0));
        if (root != null) {
          derive(i.id(), root, MANY_WAYS);
        }
      }
      case SELECT -> {
        escaped.add(i.operand(1));
        escaped.add(i.operand(2));
      }
      case PHI -> {
        for (int n = 0; n < i.operands().length; n += 2) {
          escaped.add(i.operand(n));
        }
      }
      case COMPOSITE_CONSTRUCT, RETURN_VALUE, CONVERT_PTR_TO_U, BITCAST, PTR_EQUAL, PTR_NOT_EQUAL ->
          Arrays.stream(i.operands()).forEach(escaped::add);
      case EXT_INST -> {
        for (int n = 2; n < i.operands().length; n++) {
          if (roots.containsKey(i.operand(n))) {
            write(i.operand(n));
          }
        }
      }
      case FUNCTION_CALL -> call(i);
      default -> {}
    }
  }

  /** The variable or parameter that a pointer leads to, or null. */
  private Integer root(int pointer) {
    SpirvInstruction definition = module.definition(pointer);
    Integer root =
        definition.op() == SpirvOp.VARIABLE ? Integer.valueOf(pointer) : roots.get(pointer);
    if (root != null) {
      referenced.add(root);
    }
    return root;
  }

  private void write(int pointer) {
    Integer root = root(pointer);
    if (root != null) {
      written.add(root);
    }
  }

  private boolean isImage(int type) {
    return ids.type(type) instanceof SpirvType.Image
        || ids.type(type) instanceof SpirvType.SampledImage;
  }

  private void derive(int pointer, int root, long selected) {
    int capped = (int) Math.min(selected, MANY_WAYS);
    roots.put(pointer, root);
    chainWays.put(pointer, capped);
    ways.merge(root, capped, Math::max);
  }

  private void chain(SpirvInstruction i) {
    Integer root = root(i.operand(0));
    if (root == null || !(ids.typeOf(i.operand(0)) instanceof SpirvType.Pointer pointer)) {
      return;
    }
    SpirvType type = pointer.pointee();
    long selected = chainWays.getOrDefault(i.operand(0), 1);
    for (int n = 1; n < i.operands().length; n++) {
      if (type instanceof SpirvType.Struct) {
        type = Composites.member(type, ids.constantInt(i.operand(n)) & 0xffffffffL, i.location());
        continue;
      }
      if (!isConstant(i.operand(n))) {
        selected = Math.min(selected * Composites.count(type, i.location()), MANY_WAYS);
      }
      type = Composites.element(type, i.location());
    }
    derive(i.id(), root, selected);
  }

  private boolean isConstant(int id) {
    return switch (module.definition(id).op()) {
      case CONSTANT, SPEC_CONSTANT, SPEC_CONSTANT_OP, CONSTANT_NULL -> true;
      default -> false;
    };
  }

  private void call(SpirvInstruction i) {
    SpirvFunction callee = module.function(i.operand(0), i.location());
    if (active.contains(callee.id())) {
      throw SpirvErrors.at(
          i.location(),
          "function %s calls itself; the machine has no call stack, so write a loop",
          module.name(callee.id()));
    }
    if (!done.contains(callee.id())) {
      visit(callee);
    }
    for (int n = 0; n < Math.min(callee.parameters().size(), i.operands().length - 1); n++) {
      int argument = i.operand(n + 1);
      int parameter = callee.parameters().get(n).id();
      Integer root = root(argument);
      if (root != null) {
        long selected = (long) chainWays.getOrDefault(argument, 1) * ways(parameter);
        ways.merge(root, (int) Math.min(selected, MANY_WAYS), Math::max);
        if (written(parameter)) {
          written.add(root);
        }
      }
    }
  }
}
