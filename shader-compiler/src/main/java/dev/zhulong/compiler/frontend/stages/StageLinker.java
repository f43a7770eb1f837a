package dev.zhulong.compiler.frontend.stages;

import dev.zhulong.compiler.frontend.spirvtext.IdRenumbering;
import dev.zhulong.compiler.ir.Location;
import dev.zhulong.compiler.ir.Rejection;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Joins a stage's module with a compute shader, its frame, that runs the stage in the midst of the
 * fixed work around it.
 *
 * <p>The frame is GLSL with three functions of empty bodies, which get new ones here: {@code
 * zl_enter()} sets the stage's inputs, {@code zl_shade()} runs its entry point and {@code
 * zl_leave()} takes its outputs. Values pass through global variables of type {@code uint}, one a
 * scalar of up to 32 bits, that hold its bits (of a smaller one those of its value in 32 bits; one
 * of 64 bits is two, the low word first): {@code zl_i_LOCATION_COMPONENT} and {@code
 * zl_o_LOCATION_COMPONENT} ({@code zl_p_…} for the second source of a blend), and {@code
 * zl_bi_NUMBER_SCALAR} and {@code zl_bo_NUMBER_SCALAR} for built-in variables by their numbers in
 * SPIR-V. What the frame does not declare is zero, or goes nowhere. A stage that discards sets
 * {@code zl_discard} to 1 and, unless it only becomes a helper, returns. {@code zl_offset()} says
 * in {@code zl_offset_0} and {@code zl_offset_1} how far the sample {@code zl_which} (4 the
 * centroid, 5 the centre) is from where the inputs were taken; without it they all are there. While
 * {@code zl_helper} is not 0, the stage writes nothing.
 */
public final class StageLinker {
  /** Descriptor set of a frame's buffers in which it stays within bounds by itself. */
  public static final int DRIVER_SET = 60;

  /** Descriptor set of a frame's buffers whose sizes others have chosen. */
  public static final int CHECKED_SET = 61;

  private static final int HELPER_INVOCATION = 23;

  /** Numbers of instructions of GLSL. */
  static final int AT_CENTROID = 76;

  private static final int AT_SAMPLE = 77;
  static final int AT_OFFSET = 78;

  /** What {@code zl_which} is for the centroid, and for the centre. */
  private static final int CENTROID = 4;

  private static final int CENTER = 5;
  private static final int INPUT = 1;
  private static final int OUTPUT = 3;
  private static final int PRIVATE = 6;
  private static final int BUILT_IN = 11;
  private static final int FLAT = 14;

  private final StageModule stage;
  private final Words frame;
  private final int offset;
  private final Map<String, Integer> names = new HashMap<>();
  private final List<int[]> globals = new ArrayList<>();
  private final List<int[]> functions = new ArrayList<>();
  private final Map<Integer, Integer> pointers = new HashMap<>();
  private final Map<Integer, Integer> constants = new HashMap<>();

  /**
   * Variables with the derivatives, in x and y, of inputs that the stage interpolates anew. They
   * are taken before the stage runs, as each pixel may choose an element of its own.
   */
  private final Map<Integer, int[]> slopes = new HashMap<>();

  private int nextId;
  private int unsigned;

  /** Ids of types that are made when first needed. */
  private int real;

  private int pair;

  /** Id of GLSL's instructions in the stage's module, or 0. */
  private int standardSet;

  private StageLinker(StageModule stage, Words frame) {
    this.stage = stage;
    this.frame = frame;
    this.offset = frame.bound();
    this.nextId = frame.bound() + stage.words().bound();
  }

  /** The module of both. */
  public static byte[] link(StageModule stage, byte[] frame) {
    return new StageLinker(stage, Words.of(stage.name(), frame)).link();
  }

  private byte[] link() {
    for (int[] i : frame.instructions()) {
      if (Words.op(i) == Words.NAME) {
        names.put(Words.string(i, 2), i[1]);
      } else if (Words.op(i) == Words.TYPE_INT && i[2] == 32 && i[3] == 0) {
        unsigned = i[1];
      }
    }
    Integer helper = names.get("zl_helper");
    if (helper != null) {
      globals.add(Words.instruction(Words.DECORATE, helper, BUILT_IN, HELPER_INVOCATION));
    }
    addStage();
    addFrame();
    List<int[]> all = new ArrayList<>(globals);
    all.sort(Comparator.comparingInt(StageLinker::section));
    all.addAll(functions);
    int version = Math.max(frame.version(), stage.words().version());
    return new Words(version, nextId, all).bytes();
  }

  /** Where an instruction stands in a module. SPIR-V specification, Logical Layout of a Module. */
  private static int section(int[] i) {
    return switch (Words.op(i)) {
      case 17 -> 0;
      case 10 -> 1;
      case 11 -> 2;
      case Words.MEMORY_MODEL -> 3;
      case Words.ENTRY_POINT -> 4;
      case Words.EXECUTION_MODE, Words.EXECUTION_MODE_ID -> 5;
      case 2, 3, 4, 7 -> 6;
      case Words.NAME, 6, 330 -> 7;
      case Words.DECORATE, Words.MEMBER_DECORATE, 73, 74, 75, 332, 5632, 5633 -> 8;
      default -> 9;
    };
  }

  // The stage's own instructions.

  private void addStage() {
    IdRenumbering renumbering = new IdRenumbering(offset);
    for (int[] i : stage.words().instructions()) {
      if (Words.op(i) == Words.EXT_INST_IMPORT && Words.string(i, 2).equals("GLSL.std.450")) {
        standardSet = i[1];
      }
    }
    boolean inFunction = false;
    int returned = 0;
    for (int[] before : stage.words().instructions()) {
      int op = Words.op(before);
      int[] i = renumbering.apply(before);
      if (i == null) {
        throw new Rejection(
            new Location(stage.name(), 0, 0),
            "SPIR-V instruction number " + op + " is not supported; rewrite the shader without it");
      }
      if (op == Words.FUNCTION) {
        inFunction = true;
        returned = i[1];
      }
      if (inFunction) {
        addToFunction(i, returned);
      } else {
        addGlobal(i);
      }
      inFunction &= op != Words.FUNCTION_END;
    }
  }

  private void addGlobal(int[] i) {
    switch (Words.op(i)) {
      case Words.ENTRY_POINT,
          Words.EXECUTION_MODE,
          Words.EXECUTION_MODE_ID,
          Words.MEMORY_MODEL -> {}
      case Words.DECORATE -> addDecoration(i, 2);
      case Words.MEMBER_DECORATE -> addDecoration(i, 3);
      case Words.TYPE_POINTER -> globals.add(isInterface(i[2]) ? Words.with(i, 2, PRIVATE) : i);
      case Words.VARIABLE -> globals.add(isInterface(i[3]) ? Words.with(i, 3, PRIVATE) : i);
      default -> globals.add(i);
    }
  }

  private static boolean isInterface(int storage) {
    return storage == INPUT || storage == OUTPUT;
  }

  /** What a private variable has not: built-ins, locations, interpolation. */
  private void addDecoration(int[] i, int at) {
    int decoration = i[at];
    boolean ofInterface =
        decoration == BUILT_IN || decoration >= FLAT - 1 && decoration <= 17 || isPlace(decoration);
    if (!ofInterface) {
      globals.add(i);
    }
  }

  private static boolean isPlace(int decoration) {
    return decoration >= 30 && decoration <= 32;
  }

  private void addToFunction(int[] i, int returned) {
    switch (Words.op(i)) {
      case Words.KILL, Words.TERMINATE_INVOCATION -> {
        discard();
        int[] type = stage.definition(returned - offset);
        if (type != null && Words.op(type) == Words.TYPE_VOID) {
          functions.add(Words.instruction(Words.RETURN));
        } else {
          int value = nextId++;
          functions.add(Words.instruction(Words.UNDEF, returned, value));
          functions.add(Words.instruction(Words.RETURN_VALUE, value));
        }
      }
      case Words.DEMOTE -> discard();
      case Words.IS_HELPER -> {
        int word = nextId++;
        Integer helper = names.get("zl_helper");
        if (helper != null) {
          functions.add(Words.instruction(Words.LOAD, unsigned, word, helper));
        }
        int shown = helper == null ? constant(0) : word;
        functions.add(Words.instruction(Words.I_NOT_EQUAL, i[1], i[2], shown, constant(0)));
      }
      case Words.EXT_INST -> {
        if (!interpolated(i)) {
          functions.add(i);
        }
      }
      default -> functions.add(i);
    }
  }

  /**
   * Translates an interpolation at another place: the value is as far off as its derivatives say.
   * False for other instructions.
   */
  private boolean interpolated(int[] i) {
    boolean known = i[3] == standardSet + offset && i[4] >= AT_CENTROID && i[4] <= AT_OFFSET;
    if (!known) {
      return false;
    }
    int type = i[1];
    boolean places = names.containsKey("zl_offset(");
    if (!places && i[4] != AT_OFFSET) {
      functions.add(Words.instruction(Words.LOAD, type, i[2], i[5]));
      return true;
    }
    int[] definition = stage.definition(type - offset);
    boolean vector = Words.op(definition) == Words.TYPE_VECTOR;
    int scalar = vector ? definition[2] + offset : type;
    int value = nextId++;
    functions.add(Words.instruction(Words.LOAD, type, value, i[5]));
    int[] away = places ? offset(i) : new int[2];
    int sum = value;
    for (int n = 0; n < 2; n++) {
      int slope = nextId++;
      int distance = nextId++;
      int part = nextId++;
      int next = n == 1 ? i[2] : nextId++;
      int taken = slope(i[5], n);
      functions.add(
          taken == 0
              ? Words.instruction(n == 0 ? Words.DPDX : Words.DPDY, type, slope, value)
              : Words.instruction(Words.LOAD, type, slope, taken));
      if (i[4] != AT_OFFSET) {
        distance = away[n];
      } else {
        functions.add(Words.instruction(Words.COMPOSITE_EXTRACT, scalar, distance, i[6], n));
        distance = places ? operation(Words.F_ADD, scalar, distance, away[n]) : distance;
      }
      int multiply = vector ? Words.VECTOR_TIMES_SCALAR : Words.F_MUL;
      functions.add(Words.instruction(multiply, type, part, slope, distance));
      functions.add(Words.instruction(Words.F_ADD, type, next, sum, part));
      sum = next;
    }
    return true;
  }

  /** Where the derivative of what a pointer to an input means is; 0 where that is not known. */
  private int slope(int pointer, int direction) {
    int[] definition = stage.definition(pointer - offset);
    if (definition != null && Words.op(definition) == Words.VARIABLE) {
      int[] pair =
          slopes.computeIfAbsent(
              pointer,
              _ -> {
                int[] made = {nextId++, nextId++};
                for (int id : made) {
                  int type = definition[1] + offset;
                  globals.add(Words.instruction(Words.VARIABLE, type, id, PRIVATE));
                }
                return made;
              });
      return pair[direction];
    }
    boolean part =
        definition != null
            && (Words.op(definition) == Words.ACCESS_CHAIN
                || Words.op(definition) == Words.IN_BOUNDS_ACCESS_CHAIN);
    int base = part ? slope(definition[3] + offset, direction) : 0;
    if (base == 0) {
      return 0;
    }
    int[] operands = new int[definition.length - 1];
    operands[0] = definition[1] + offset;
    operands[1] = nextId++;
    operands[2] = base;
    for (int n = 3; n < operands.length; n++) {
      operands[n] = definition[n + 1] + offset;
    }
    functions.add(Words.instruction(Words.ACCESS_CHAIN, operands));
    return operands[1];
  }

  /** Calls the function that says how far a place is from that of the inputs. */
  private int[] offset(int[] i) {
    int which =
        switch (i[4]) {
          case AT_CENTROID -> constant(CENTROID);
          case AT_SAMPLE -> operation(Words.BITCAST, unsigned, i[6]);
          default -> constant(CENTER);
        };
    functions.add(Words.instruction(Words.STORE, names.get("zl_which"), which));
    int function = names.get("zl_offset(");
    int[] definition =
        frame.instructions().stream()
            .filter(f -> Words.op(f) == Words.FUNCTION && f[2] == function)
            .findFirst()
            .orElseThrow();
    operation(Words.FUNCTION_CALL, definition[1], function);
    int[] away = new int[2];
    for (int n = 0; n < 2; n++) {
      int word = operation(Words.LOAD, unsigned, names.get("zl_offset_" + n));
      away[n] = operation(Words.BITCAST, real(), word);
    }
    return away;
  }

  /** In the frame of another stage nothing that discards is reached. */
  private void discard() {
    for (String name : List.of("zl_discard", "zl_helper")) {
      Integer variable = names.get(name);
      if (variable != null) {
        functions.add(Words.instruction(Words.STORE, variable, constant(1)));
      }
    }
  }

  // The frame's instructions, with new bodies for its three functions.

  private void addFrame() {
    Map<Integer, Runnable> bodies = new HashMap<>();
    bodies.put(names.get("zl_enter("), this::enter);
    bodies.put(names.get("zl_shade("), this::shade);
    bodies.put(names.get("zl_leave("), this::leave);
    boolean inFunction = false;
    boolean replaced = false;
    for (int[] i : frame.instructions()) {
      int op = Words.op(i);
      inFunction |= op == Words.FUNCTION;
      if (op == Words.FUNCTION && bodies.containsKey(i[2])) {
        functions.add(i);
        functions.add(Words.instruction(Words.LABEL, nextId++));
        bodies.get(i[2]).run();
        functions.add(Words.instruction(Words.RETURN));
        replaced = true;
      }
      if (!inFunction) {
        globals.add(i);
      } else if (!replaced || op == Words.FUNCTION_END) {
        functions.add(i);
      }
      inFunction &= op != Words.FUNCTION_END;
      replaced &= op != Words.FUNCTION_END;
    }
  }

  private void shade() {
    int[] type =
        stage.words().instructions().stream()
            .filter(i -> Words.op(i) == Words.FUNCTION && i[2] == stage.entry())
            .findFirst()
            .orElseThrow();
    functions.add(
        Words.instruction(Words.FUNCTION_CALL, type[1] + offset, nextId++, stage.entry() + offset));
  }

  private void enter() {
    for (int[] i : stage.words().instructions()) {
      boolean perInvocation =
          Words.op(i) == Words.VARIABLE && (i[3] == PRIVATE || i[3] == OUTPUT) && i.length > 4;
      if (perInvocation) {
        functions.add(Words.instruction(Words.STORE, i[2] + offset, i[4] + offset));
      }
    }
    for (StageModule.Leaf leaf : stage.leaves()) {
      if (leaf.input()) {
        int[] scalars = new int[count(leaf)];
        for (int n = 0; n < scalars.length; n++) {
          scalars[n] = scalar(leaf, n);
        }
        int value = vector(leaf, scalars);
        functions.add(Words.instruction(Words.STORE, pointer(leaf, leaf.id() + offset), value));
        int[] derivatives = slopes.get(leaf.id() + offset);
        if (derivatives != null && leaf.variable().kind() == StageVariable.Kind.FLOAT) {
          for (int n = 0; n < 2; n++) {
            int type = leaf.type() + offset;
            int slope = operation(n == 0 ? Words.DPDX : Words.DPDY, type, value);
            functions.add(Words.instruction(Words.STORE, pointer(leaf, derivatives[n]), slope));
          }
        }
      }
    }
  }

  /** Components of a leaf, whatever their size. */
  private int count(StageModule.Leaf leaf) {
    return leaf.variable().components() / (stage.width(leaf.scalar()) == 64 ? 2 : 1);
  }

  private int word(StageModule.Leaf leaf, int n) {
    Integer source = names.get(name(leaf, n));
    if (source == null) {
      return constant(0);
    }
    int word = nextId++;
    functions.add(Words.instruction(Words.LOAD, unsigned, word, source));
    return word;
  }

  /** A component from its word or words. */
  private int scalar(StageModule.Leaf leaf, int n) {
    int type = leaf.scalar() + offset;
    int width = stage.width(leaf.scalar());
    if (width == 64) {
      int low = word(leaf, 2 * n);
      int high = word(leaf, 2 * n + 1);
      int pair = operation(Words.COMPOSITE_CONSTRUCT, pair(), low, high);
      return operation(Words.BITCAST, type, pair);
    }
    int word = word(leaf, n);
    return switch (leaf.variable().kind()) {
      case BOOL -> operation(Words.I_NOT_EQUAL, type, word, constant(0));
      case FLOAT ->
          width == 32
              ? operation(Words.BITCAST, type, word)
              : operation(Words.F_CONVERT, type, operation(Words.BITCAST, real(), word));
      case SIGNED -> operation(width == 32 ? Words.BITCAST : Words.S_CONVERT, type, word);
      case UNSIGNED -> operation(width == 32 ? Words.BITCAST : Words.U_CONVERT, type, word);
    };
  }

  /** Stores a component in its word or words. */
  private void give(StageModule.Leaf leaf, int n, int value) {
    int width = stage.width(leaf.scalar());
    if (width == 64) {
      int pair = operation(Words.BITCAST, pair(), value);
      for (int k = 0; k < 2; k++) {
        Integer target = names.get(name(leaf, 2 * n + k));
        if (target != null) {
          int word = operation(Words.COMPOSITE_EXTRACT, unsigned, pair, k);
          functions.add(Words.instruction(Words.STORE, target, word));
        }
      }
      return;
    }
    Integer target = names.get(name(leaf, n));
    if (target == null) {
      return;
    }
    int word =
        width == 32
            ? operation(Words.BITCAST, unsigned, value)
            : switch (leaf.variable().kind()) {
              case FLOAT ->
                  operation(Words.BITCAST, unsigned, operation(Words.F_CONVERT, real(), value));
              case SIGNED -> operation(Words.S_CONVERT, unsigned, value);
              case UNSIGNED, BOOL -> operation(Words.U_CONVERT, unsigned, value);
            };
    functions.add(Words.instruction(Words.STORE, target, word));
  }

  private int operation(int op, int type, int... operands) {
    int[] all = new int[operands.length + 2];
    all[0] = type;
    all[1] = nextId++;
    System.arraycopy(operands, 0, all, 2, operands.length);
    functions.add(Words.instruction(op, all));
    return all[1];
  }

  /** The type of floats of 32 bits. */
  private int real() {
    if (real == 0) {
      real = nextId++;
      globals.add(Words.instruction(Words.TYPE_FLOAT, real, 32));
    }
    return real;
  }

  /** The type of two words. */
  private int pair() {
    if (pair == 0) {
      pair = nextId++;
      globals.add(Words.instruction(Words.TYPE_VECTOR, pair, unsigned, 2));
    }
    return pair;
  }

  private int vector(StageModule.Leaf leaf, int[] scalars) {
    if (scalars.length == 1) {
      return scalars[0];
    }
    int[] operands = new int[scalars.length + 2];
    operands[0] = leaf.type() + offset;
    operands[1] = nextId++;
    System.arraycopy(scalars, 0, operands, 2, scalars.length);
    functions.add(Words.instruction(Words.COMPOSITE_CONSTRUCT, operands));
    return operands[1];
  }

  private static String name(StageModule.Leaf leaf, int n) {
    StageVariable v = leaf.variable();
    if (leaf.builtIn() >= 0) {
      return (leaf.input() ? "zl_bi_" : "zl_bo_") + leaf.builtIn() + "_" + (leaf.first() + n);
    }
    String kind = leaf.input() ? "zl_i_" : v.index() == 0 ? "zl_o_" : "zl_p_";
    int scalar = v.location() * 4 + v.component() + n;
    return kind + scalar / 4 + "_" + scalar % 4;
  }

  private void leave() {
    for (StageModule.Leaf leaf : stage.leaves()) {
      boolean wanted = false;
      for (int n = 0; n < leaf.variable().components(); n++) {
        wanted |= !leaf.input() && names.containsKey(name(leaf, n));
      }
      if (!wanted) {
        continue;
      }
      int whole = nextId++;
      functions.add(
          Words.instruction(
              Words.LOAD, leaf.type() + offset, whole, pointer(leaf, leaf.id() + offset)));
      int count = count(leaf);
      for (int n = 0; n < count; n++) {
        int part = whole;
        if (count > 1) {
          part = nextId++;
          functions.add(
              Words.instruction(Words.COMPOSITE_EXTRACT, leaf.scalar() + offset, part, whole, n));
        }
        give(leaf, n, part);
      }
    }
  }

  /** The place of a leaf in its variable, or in another of the same type. */
  private int pointer(StageModule.Leaf leaf, int variable) {
    if (leaf.path().isEmpty()) {
      return variable;
    }
    int type =
        pointers.computeIfAbsent(
            leaf.type() + offset,
            pointee -> {
              int id = nextId++;
              globals.add(Words.instruction(Words.TYPE_POINTER, id, PRIVATE, pointee));
              return id;
            });
    int[] operands = new int[leaf.path().size() + 3];
    operands[0] = type;
    operands[1] = nextId++;
    operands[2] = variable;
    for (int n = 0; n < leaf.path().size(); n++) {
      operands[3 + n] = constant(leaf.path().get(n));
    }
    functions.add(Words.instruction(Words.ACCESS_CHAIN, operands));
    return operands[1];
  }

  private int constant(int value) {
    return constants.computeIfAbsent(
        value,
        v -> {
          int id = nextId++;
          globals.add(Words.instruction(Words.CONSTANT, unsigned, id, v));
          return id;
        });
  }
}
