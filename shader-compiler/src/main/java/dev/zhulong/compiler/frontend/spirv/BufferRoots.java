package dev.zhulong.compiler.frontend.spirv;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Which variables and kernel parameters a pointer may be derived from: through access chains,
 * casts, choices, phis, calls and returns. A pointer that comes out of memory, an integer or a
 * composite may be derived from any.
 */
final class BufferRoots {
  private static final int MOST_ROOTS = 16;
  private static final int MOST_PASSES = 16;

  /** In place of the roots of a pointer that may have others. */
  private static final Set<Integer> ANY = Set.of(0);

  private final SpirvModule module;
  private final Set<Integer> entryParameters = new HashSet<>();
  private final Map<Integer, Set<Integer>> known = new HashMap<>();
  private boolean changed;

  BufferRoots(SpirvModule module, SpirvFunction entry) {
    this.module = module;
    entry.parameters().forEach(p -> entryParameters.add(p.id()));
    int passes = 0;
    do {
      changed = false;
      module.functions().forEach(this::visit);
    } while (changed && ++passes < MOST_PASSES);
    if (changed) {
      known.replaceAll((_, _) -> ANY);
    }
  }

  /** The ids of all roots of a pointer; none where they are not known. */
  Set<Integer> of(int id) {
    Set<Integer> roots = get(id);
    return roots == ANY ? Set.of() : roots;
  }

  private void visit(SpirvFunction function) {
    for (SpirvFunction.Block block : function.blocks().values()) {
      for (SpirvInstruction i : block.instructions()) {
        visit(function, i);
      }
    }
  }

  private void visit(SpirvFunction function, SpirvInstruction i) {
    switch (i.op()) {
      case SELECT -> {
        merge(i.id(), get(i.operand(1)));
        merge(i.id(), get(i.operand(2)));
      }
      case PHI -> {
        for (int n = 0; n < i.operands().length; n += 2) {
          merge(i.id(), get(i.operand(n)));
        }
      }
      case RETURN_VALUE -> merge(function.id(), get(i.operand(0)));
      case FUNCTION_CALL -> {
        SpirvFunction callee = module.function(i.operand(0), i.location());
        int passed = Math.min(callee.parameters().size(), i.operands().length - 1);
        for (int n = 0; n < passed; n++) {
          merge(callee.parameters().get(n).id(), get(i.operand(n + 1)));
        }
        merge(i.id(), known.getOrDefault(callee.id(), Set.of()));
      }
      default -> {
        if (isDerived(i.op())) {
          merge(i.id(), get(i.operand(0)));
        }
      }
    }
  }

  private static boolean isDerived(SpirvOp op) {
    return switch (op) {
      case ACCESS_CHAIN,
          IN_BOUNDS_ACCESS_CHAIN,
          PTR_ACCESS_CHAIN,
          IN_BOUNDS_PTR_ACCESS_CHAIN,
          BITCAST,
          COPY_OBJECT,
          PTR_CAST_TO_GENERIC,
          GENERIC_CAST_TO_PTR,
          GENERIC_CAST_TO_PTR_EXPLICIT ->
          true;
      default -> false;
    };
  }

  private Set<Integer> get(int id) {
    Set<Integer> roots = known.get(id);
    if (roots != null) {
      return roots;
    }
    if (entryParameters.contains(id)) {
      return Set.of(id);
    }
    SpirvOp op = module.definition(id).op();
    return switch (op) {
      case VARIABLE -> Set.of(id);
      // Null leads to no buffer, and what has not been visited yet adds its roots then.
      case CONSTANT_NULL, UNDEF, FUNCTION_PARAMETER, FUNCTION_CALL, SELECT, PHI -> Set.of();
      default -> isDerived(op) ? Set.of() : ANY;
    };
  }

  private void merge(int id, Set<Integer> more) {
    Set<Integer> before = known.getOrDefault(id, Set.of());
    if (before == ANY || before.containsAll(more)) {
      return;
    }
    Set<Integer> all = new HashSet<>(before);
    all.addAll(more);
    known.put(id, more == ANY || all.size() > MOST_ROOTS ? ANY : all);
    changed = true;
  }
}
