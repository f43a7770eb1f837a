package dev.zhulong.compiler.frontend.stages;

import dev.zhulong.compiler.frontend.stages.StageVariable.Interpolation;
import dev.zhulong.compiler.frontend.stages.StageVariable.Kind;
import dev.zhulong.compiler.frontend.stages.StageVariable.Place;
import dev.zhulong.compiler.ir.Location;
import dev.zhulong.compiler.ir.Rejection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A module with an entry point for a stage, and what this takes in and gives out. SPIR-V
 * specification, Built-In and Location and Component Assignment in Vulkan's.
 */
public final class StageModule {
  private static final int INPUT = 1;
  private static final int OUTPUT = 3;
  private static final int LOCATION = 30;
  private static final int COMPONENT = 31;
  private static final int INDEX = 32;
  private static final int BUILT_IN = 11;
  private static final int FLAT = 14;
  private static final int CENTROID = 16;
  private static final int SAMPLE = 17;
  private static final int NO_PERSPECTIVE = 13;
  private static final int STORAGE_BUFFER = 12;
  private static final int EARLY_FRAGMENT_TESTS = 9;
  private static final int MAXIMUM_LOCATIONS = 32;

  private final String name;
  private final ShaderStage stage;
  private final Words words;
  private final Map<Integer, int[]> definitions = new HashMap<>();
  private final Map<Long, Map<Integer, Integer>> decorations = new HashMap<>();
  private final List<Leaf> leaves = new ArrayList<>();
  private final Set<Integer> modes = new HashSet<>();
  private final Set<Integer> operations = new HashSet<>();
  private int entry;

  /**
   * A scalar or vector in one of the entry point's variables.
   *
   * @param input whether it is taken in
   * @param builtIn the built-in's number, or −1
   * @param first which of the built-in's scalars it begins with
   * @param variable where and of what kind, with location 0 for a built-in
   * @param id of the variable
   * @param path indices into it
   * @param type id of the leaf's type
   * @param scalar id of the type of its components
   */
  record Leaf(
      boolean input,
      int builtIn,
      int first,
      StageVariable variable,
      int id,
      List<Integer> path,
      int type,
      int scalar) {}

  private StageModule(String name, ShaderStage stage, Words words) {
    this.name = name;
    this.stage = stage;
    this.words = words;
  }

  /**
   * Reads a module.
   *
   * @param name the source's name, for messages
   * @param entryPoint the entry point's name, or null for the only one of the stage or {@code main}
   * @throws Rejection if there is no such entry point, or its variables are not supported
   */
  public static StageModule of(String name, byte[] spirv, ShaderStage stage, String entryPoint) {
    StageModule module = new StageModule(name, stage, Words.of(name, spirv));
    try {
      module.read(entryPoint);
    } catch (IndexOutOfBoundsException | NullPointerException e) {
      Rejection rejection = module.rejected("the SPIR-V module is malformed; run spirv-val on it");
      rejection.initCause(e);
      throw rejection;
    }
    return module;
  }

  private Rejection rejected(String message) {
    return new Rejection(new Location(name, 0, 0), message);
  }

  private void read(String wanted) {
    List<int[]> entries = new ArrayList<>();
    for (int[] i : words.instructions()) {
      operations.add(Words.op(i));
      switch (Words.op(i)) {
        case Words.ENTRY_POINT -> {
          if (i[1] == stage.model()) {
            entries.add(i);
          }
        }
        case Words.DECORATE -> decorate(i[1], -1, i, 2);
        case Words.MEMBER_DECORATE -> decorate(i[1], i[2], i, 3);
        case Words.TYPE_BOOL,
            Words.TYPE_INT,
            Words.TYPE_FLOAT,
            Words.TYPE_VECTOR,
            Words.TYPE_MATRIX,
            Words.TYPE_ARRAY,
            Words.TYPE_STRUCT,
            Words.TYPE_POINTER,
            Words.TYPE_VOID ->
            definitions.put(i[1], i);
        case Words.VARIABLE, Words.CONSTANT, Words.ACCESS_CHAIN, Words.IN_BOUNDS_ACCESS_CHAIN ->
            definitions.put(i[2], i);
        default -> {}
      }
    }
    int[] chosen = choose(entries, wanted);
    entry = chosen[2];
    for (int[] i : words.instructions()) {
      if (Words.op(i) == Words.EXECUTION_MODE && i[1] == entry) {
        modes.add(i[2]);
      }
    }
    for (int n = Words.afterString(chosen, 3); n < chosen.length; n++) {
      variable(chosen[n]);
    }
  }

  private int[] choose(List<int[]> entries, String wanted) {
    if (entries.size() == 1 && wanted == null) {
      return entries.getFirst();
    }
    String sought = wanted == null ? "main" : wanted;
    return entries.stream()
        .filter(e -> Words.string(e, 3).equals(sought))
        .findFirst()
        .orElseThrow(
            () ->
                rejected(
                    "there is no "
                        + stage
                        + " entry point \""
                        + sought
                        + "\"; the module has: "
                        + entries.stream().map(e -> Words.string(e, 3)).toList()));
  }

  private static long key(int id, int member) {
    return (long) id << 32 | member & 0xffff_ffffL;
  }

  private void decorate(int id, int member, int[] i, int at) {
    decorations
        .computeIfAbsent(key(id, member), _ -> new HashMap<>())
        .put(i[at], i.length > at + 1 ? i[at + 1] : 0);
  }

  private Map<Integer, Integer> decorations(int id, int member) {
    return decorations.getOrDefault(key(id, member), Map.of());
  }

  private void variable(int id) {
    int[] variable = definitions.get(id);
    if (variable == null || variable[3] != INPUT && variable[3] != OUTPUT) {
      return;
    }
    int type = definitions.get(variable[1])[3];
    Map<Integer, Integer> own = decorations(id, -1);
    new Flattening(id, variable[3] == INPUT).value(type, List.of(), own);
  }

  /** Takes a variable apart. */
  private final class Flattening {
    private final int id;
    private final boolean input;
    private final Map<Integer, Integer> scalars = new HashMap<>();
    private int location = -1;

    Flattening(int id, boolean input) {
      this.id = id;
      this.input = input;
    }

    void value(int type, List<Integer> path, Map<Integer, Integer> attributes) {
      int[] t = definitions.get(type);
      if (attributes.containsKey(LOCATION)) {
        location = attributes.get(LOCATION);
      }
      switch (Words.op(t)) {
        case Words.TYPE_STRUCT -> {
          for (int n = 2; n < t.length; n++) {
            Map<Integer, Integer> member = new HashMap<>(attributes);
            member.remove(LOCATION);
            member.putAll(decorations(type, n - 2));
            value(t[n], with(path, n - 2), member);
          }
        }
        case Words.TYPE_ARRAY -> {
          int length = definitions.get(t[3])[3];
          for (int n = 0; n < length; n++) {
            value(t[2], with(path, n), without(attributes));
          }
        }
        case Words.TYPE_MATRIX -> {
          for (int n = 0; n < t[3]; n++) {
            value(t[2], with(path, n), without(attributes));
          }
        }
        case Words.TYPE_VECTOR -> leaf(type, t[2], t[3], path, attributes);
        default -> leaf(type, type, 1, path, attributes);
      }
    }

    private Map<Integer, Integer> without(Map<Integer, Integer> attributes) {
      Map<Integer, Integer> rest = new HashMap<>(attributes);
      rest.remove(LOCATION);
      return rest;
    }

    private void leaf(
        int type, int scalar, int count, List<Integer> path, Map<Integer, Integer> attributes) {
      int builtIn = attributes.getOrDefault(BUILT_IN, -1);
      int first = 0;
      if (builtIn >= 0) {
        first = scalars.merge(builtIn, count, Integer::sum) - count;
      } else {
        if (location < 0 || location >= MAXIMUM_LOCATIONS) {
          throw rejected(
              (input ? "an input" : "an output")
                  + " of the "
                  + stage
                  + " shader has "
                  + (location < 0 ? "no location" : "location " + location)
                  + "; give it one of 0 to "
                  + (MAXIMUM_LOCATIONS - 1));
        }
      }
      int words = width(scalar) == 64 ? 2 * count : count;
      int component = attributes.getOrDefault(COMPONENT, 0);
      StageVariable variable =
          new StageVariable(
              Math.max(location, 0),
              component,
              attributes.getOrDefault(INDEX, 0),
              words,
              kind(scalar),
              attributes.containsKey(FLAT)
                  ? Interpolation.FLAT
                  : attributes.containsKey(NO_PERSPECTIVE)
                      ? Interpolation.LINEAR
                      : Interpolation.SMOOTH,
              attributes.containsKey(SAMPLE)
                  ? Place.SAMPLE
                  : attributes.containsKey(CENTROID) ? Place.CENTROID : Place.CENTER);
      leaves.add(new Leaf(input, builtIn, first, variable, id, path, type, scalar));
      location += builtIn < 0 ? Math.ceilDiv(component + words, 4) : 0;
    }
  }

  private static List<Integer> with(List<Integer> path, int index) {
    List<Integer> longer = new ArrayList<>(path);
    longer.add(index);
    return longer;
  }

  /** Bits of a scalar; 32 of a truth value. */
  int width(int type) {
    int[] t = definitions.get(type);
    return Words.op(t) == Words.TYPE_BOOL ? 32 : t[2];
  }

  private Kind kind(int type) {
    int[] t = definitions.get(type);
    int op = Words.op(t);
    if (op == Words.TYPE_BOOL) {
      return Kind.BOOL;
    }
    if (op != Words.TYPE_INT && op != Words.TYPE_FLOAT || op == Words.TYPE_FLOAT && t[2] == 64) {
      throw rejected(
          "an input or output of the "
              + stage
              + " shader has components that are neither integers nor floats of 16 or 32 bits");
    }
    return op == Words.TYPE_FLOAT ? Kind.FLOAT : t[3] != 0 ? Kind.SIGNED : Kind.UNSIGNED;
  }

  /** The source's name. */
  public String name() {
    return name;
  }

  /** The stage it is for. */
  public ShaderStage stage() {
    return stage;
  }

  /** What it takes in by location. */
  public List<StageVariable> inputs() {
    return byLocation(true);
  }

  /** What it gives out by location. */
  public List<StageVariable> outputs() {
    return byLocation(false);
  }

  /** Vectors that fill two locations are two. */
  private List<StageVariable> byLocation(boolean input) {
    List<StageVariable> made = new ArrayList<>();
    for (Leaf leaf : leaves) {
      if (leaf.input == input && leaf.builtIn < 0) {
        StageVariable v = leaf.variable;
        int here = Math.min(v.components(), 4 - v.component());
        made.add(v.part(v.location(), v.component(), here));
        if (here < v.components()) {
          made.add(v.part(v.location() + 1, 0, v.components() - here));
        }
      }
    }
    return List.copyOf(made);
  }

  /** Built-in variables that it takes in, by their numbers, and how many scalars each is. */
  public Map<Integer, Integer> builtInInputs() {
    return builtIns(true);
  }

  /** Built-in variables that it gives out, by their numbers, and how many scalars each is. */
  public Map<Integer, Integer> builtInOutputs() {
    return builtIns(false);
  }

  private Map<Integer, Integer> builtIns(boolean input) {
    Map<Integer, Integer> made = new TreeMap<>();
    for (Leaf leaf : leaves) {
      if (leaf.input == input && leaf.builtIn >= 0) {
        made.merge(leaf.builtIn, leaf.first + leaf.variable.components(), Math::max);
      }
    }
    return made;
  }

  /** Whether depth and stencil are to be tested before the shader runs. */
  public boolean testsEarly() {
    return modes.contains(EARLY_FRAGMENT_TESTS);
  }

  /** Whether it interpolates at places that it names. */
  public boolean interpolates() {
    int standard = 0;
    for (int[] i : words.instructions()) {
      if (Words.op(i) == Words.EXT_INST_IMPORT && Words.string(i, 2).equals("GLSL.std.450")) {
        standard = i[1];
      }
      if (Words.op(i) == Words.EXT_INST
          && i[3] == standard
          && i[4] >= StageLinker.AT_CENTROID
          && i[4] <= StageLinker.AT_OFFSET) {
        return true;
      }
    }
    return false;
  }

  /** Whether it may discard its fragment. */
  public boolean discards() {
    return operations.contains(Words.KILL)
        || operations.contains(Words.TERMINATE_INVOCATION)
        || operations.contains(Words.DEMOTE);
  }

  /** Whether it may write to memory. */
  public boolean writesMemory() {
    boolean atomics = operations.stream().anyMatch(op -> op >= 228 && op <= 242);
    return atomics || operations.contains(99) || operations.contains(Words.STORE) && hasStorage();
  }

  private boolean hasStorage() {
    return definitions.values().stream()
        .anyMatch(
            d ->
                Words.op(d) == Words.TYPE_POINTER
                    && (d[2] == STORAGE_BUFFER || d[2] == 2 && isBufferBlock(d[3])));
  }

  private boolean isBufferBlock(int type) {
    return decorations(type, -1).containsKey(3);
  }

  Words words() {
    return words;
  }

  int entry() {
    return entry;
  }

  List<Leaf> leaves() {
    return leaves;
  }

  int[] definition(int id) {
    return definitions.get(id);
  }
}
