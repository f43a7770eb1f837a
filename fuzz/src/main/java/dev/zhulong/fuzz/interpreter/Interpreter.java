package dev.zhulong.fuzz.interpreter;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs the compute entry point of a SPIR-V module for a whole grid, as its specification says:
 * workgroup after workgroup, a workgroup's subgroups from barrier to barrier, a subgroup in
 * lock-step.
 */
public final class Interpreter {
  private static final int INPUT = 1;
  private static final int UNIFORM = 2;
  private static final int WORKGROUP = 4;
  private static final int PRIVATE = 6;
  private static final int PUSH_CONSTANT = 9;
  private static final int STORAGE_BUFFER = 12;

  private final Module module;
  private final List<Place.Memory> memories;
  private final byte[] push;
  private final int groups;
  private final int subgroupSize;

  private Interpreter(
      Module module, List<byte[]> buffers, byte[] push, int groups, int subgroupSize) {
    this.module = module;
    memories = buffers.stream().map(bytes -> Place.Memory.of(bytes, true)).toList();
    this.push = push;
    this.groups = groups;
    this.subgroupSize = subgroupSize;
  }

  /**
   * Runs a module.
   *
   * @param binary the module, with one entry point
   * @param buffers the buffers of set 0 by their bindings; the run changes them
   * @param push the push constants
   * @param groups workgroups in x; there is one in y and z
   * @param subgroupSize lanes of a subgroup, 2 to 32
   * @param most instructions of all invocations of a subgroup before it is given up
   * @return whether all accesses were inside of the buffers
   * @throws InterpreterException if the module is not valid, does what is undefined, or does not end
   */
  public static boolean run(
      byte[] binary, List<byte[]> buffers, byte[] push, int groups, int subgroupSize, long most) {
    Interpreter interpreter =
        new Interpreter(Module.read(binary), buffers, push, groups, subgroupSize);
    for (int group = 0; group < groups; group++) {
      interpreter.workgroup(group, most);
    }
    return interpreter.memories.stream().noneMatch(Place.Memory::crossed);
  }

  private void workgroup(int group, long most) {
    int[] size = module.localSize;
    int count = size[0] * size[1] * size[2];
    Map<Integer, Place> shared = new HashMap<>();
    for (Instruction variable : module.variables) {
      int storage = variable.operand(0);
      Type type = pointee(variable);
      if (storage == WORKGROUP) {
        shared.put(variable.result(), Invocation.variable(module, variable));
      } else if (storage == STORAGE_BUFFER || storage == UNIFORM) {
        int binding = module.decoration(variable.result(), -1, Module.BINDING)[0];
        shared.put(
            variable.result(), Place.of(memories.get(binding), type));
      } else if (storage == PUSH_CONSTANT) {
        shared.put(variable.result(), Place.of(Place.Memory.of(push, false), type));
      }
    }
    List<Invocation> all = new ArrayList<>();
    List<Subgroup> subgroups = new ArrayList<>();
    for (int first = 0; first < count; first += subgroupSize) {
      List<Invocation> lanes = new ArrayList<>();
      for (int n = first; n < Math.min(count, first + subgroupSize); n++) {
        lanes.add(new Invocation(module, own(shared, group, n), n - first));
      }
      all.addAll(lanes);
      subgroups.add(new Subgroup(module, lanes, subgroupSize));
    }
    while (!all.stream().allMatch(Invocation::ended)) {
      for (Subgroup subgroup : subgroups) {
        subgroup.run(most);
      }
      if (all.stream().anyMatch(Invocation::ended) && !all.stream().allMatch(Invocation::ended)) {
        throw new InterpreterException("some wait at a barrier that others never reach");
      }
      Invocation first = all.getFirst();
      for (Invocation other : all) {
        if (Invocation.compare(first, other) != 0) {
          throw new InterpreterException("invocations wait at different barriers");
        }
        other.waiting = false;
      }
    }
  }

  private Type pointee(Instruction variable) {
    return module.types[((Type.Pointer) module.types[variable.type()]).pointee()];
  }

  /** Variables as one invocation sees them. */
  private Map<Integer, Place> own(Map<Integer, Place> shared, int group, int n) {
    Map<Integer, Place> globals = new HashMap<>(shared);
    for (Instruction variable : module.variables) {
      int storage = variable.operand(0);
      if (storage == PRIVATE) {
        globals.put(variable.result(), Invocation.variable(module, variable));
      } else if (storage == INPUT) {
        Place place = Invocation.variable(module, variable);
        place.store(
            builtIn(module.decoration(variable.result(), -1, Module.BUILT_IN)[0], group, n));
        globals.put(variable.result(), place);
      }
    }
    return globals;
  }

  private static Object[] triple(long x, long y, long z) {
    return new Object[] {x, y, z};
  }

  private static Object mask(long bits) {
    return new Object[] {bits & 0xffff_ffffL, 0L, 0L, 0L};
  }

  private Object builtIn(int which, int group, int n) {
    int[] size = module.localSize;
    int count = size[0] * size[1] * size[2];
    long x = n % size[0];
    long y = n / size[0] % size[1];
    long z = n / (size[0] * size[1]);
    int lane = n % subgroupSize;
    long all = (1L << subgroupSize) - 1;
    return switch (which) {
      case 24 -> triple(groups, 1, 1);
      case 26 -> triple(group, 0, 0);
      case 27 -> triple(x, y, z);
      case 28 -> triple((long) group * size[0] + x, y, z);
      case 29 -> (long) n;
      case 36 -> (long) subgroupSize;
      case 38 -> (long) ((count + subgroupSize - 1) / subgroupSize);
      case 40 -> (long) (n / subgroupSize);
      case 41 -> (long) lane;
      case 4416 -> mask(1L << lane);
      case 4417 -> mask(all & -1L << lane);
      case 4418 -> mask(all & -2L << lane);
      case 4419 -> mask((2L << lane) - 1);
      case 4420 -> mask((1L << lane) - 1);
      default -> throw new InterpreterException("built-in variable " + which);
    };
  }
}
