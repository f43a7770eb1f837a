package dev.zhulong.rtl;

import dev.zhulong.rtl.ffi.zl_dut_h;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * One instance of any SystemVerilog design, compiled by Verilator. Its ports are memory that the
 * test bench reads and writes directly; only evaluations cross into native code.
 *
 * <pre>{@code
 * try (VerilatedModel fifo = VerilatedModel.of(Path.of("fifo.sv")).parameter("DEPTH", 8).build()) {
 *   fifo.reset(2);
 *   fifo.narrow("push_i").set(1);
 *   fifo.narrow("data_i").set(42);
 *   fifo.step(1);
 *   assertEquals(42, fifo.narrow("data_o").get());
 * }
 * }</pre>
 *
 * <p>A model is used by one thread at a time.
 */
public final class VerilatedModel implements AutoCloseable {
  private static final List<String> CLOCKS = List.of("clk_i", "clk", "clock", "clock_i");
  private static final List<String> RESETS_LOW = List.of("rst_ni", "rst_n", "reset_n", "resetn");
  private static final List<String> RESETS_HIGH = List.of("rst_i", "rst", "reset", "reset_i");

  private final Arena arena;
  private final zl_dut_h functions;
  private final MemorySegment dut;
  private final DesignInterface design;
  private final Map<String, Path> origins;
  private final Map<String, Port> ports = new LinkedHashMap<>();
  private NarrowPort clock;
  private boolean closed;

  private VerilatedModel(
      Arena arena,
      zl_dut_h functions,
      MemorySegment dut,
      DesignInterface design,
      Map<String, Path> origins) {
    this.arena = arena;
    this.functions = functions;
    this.dut = dut;
    this.design = design;
    this.origins = origins;
    for (int i = 0; i < design.ports().size(); i++) {
      addPort(design.ports().get(i), i);
    }
    clock = first(CLOCKS).orElse(null);
  }

  /** Begins the description of a design by its source files, packages before their users. */
  public static VerilatedDesign of(Path... files) {
    return VerilatedDesign.of(List.of(files));
  }

  static VerilatedModel open(Path library, Map<String, Path> origins, int seed) {
    Arena arena = Arena.ofShared();
    try {
      zl_dut_h functions = new zl_dut_h(SymbolLookup.libraryLookup(library, arena));
      int version = functions.zl_dut_abi_version();
      if (version != zl_dut_h.ZL_DUT_ABI_VERSION) {
        throw new NoSuchElementException(
            "it has interface version " + version + ", must be " + zl_dut_h.ZL_DUT_ABI_VERSION);
      }
      DesignInterface design = InterfaceText.read(string(functions.zl_dut_description()));
      MemorySegment dut = functions.zl_dut_create(seed);
      if (dut.equals(MemorySegment.NULL)) {
        throw new ModelUnavailableException("the host has no memory left for " + design.top());
      }
      return new VerilatedModel(arena, functions, dut, design, origins);
    } catch (IllegalArgumentException | NoSuchElementException e) {
      arena.close();
      throw new ModelUnavailableException(
          "the model "
              + library
              + " cannot be loaded: "
              + e.getMessage()
              + "; delete it to have it built again",
          e);
    } catch (RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  private static String string(MemorySegment text) {
    return text.reinterpret(Long.MAX_VALUE).getString(0);
  }

  private void addPort(PortShape shape, int number) {
    MemorySegment storage =
        functions
            .zl_dut_port(dut, number)
            .reinterpret((long) shape.elements() * shape.bytes(), arena, null);
    if (shape.direction() == PortDirection.INPUT) {
      // It is not a register, whose first value would be random.
      storage.fill((byte) 0);
    }
    for (int i = 0; i < shape.elements(); i++) {
      String name = shape.elementName(i);
      MemorySegment part = storage.asSlice((long) i * shape.bytes(), shape.bytes());
      ports.put(
          name,
          shape.narrow()
              ? new NarrowPort(name, shape, number, part)
              : new WidePort(name, shape, part));
    }
  }

  /** The name of the top module. */
  public String top() {
    return design.top();
  }

  /**
   * The parameters of the top module and their values, as Verilator writes them: {@code 32'sh8}.
   */
  public Map<String, String> parameters() {
    return Map.copyOf(design.parameters());
  }

  /** All ports in the order of the source; arrays element by element. */
  public List<Port> ports() {
    return List.copyOf(ports.values());
  }

  /**
   * A port by name; an element of an array is {@code name[1][2]}, with the indices of the source.
   *
   * @throws IllegalArgumentException if there is none
   */
  public Port port(String name) {
    Port port = ports.get(name);
    if (port == null) {
      throw new IllegalArgumentException(
          "module "
              + design.top()
              + " has no port "
              + name
              + ", only "
              + String.join(", ", ports.keySet()));
    }
    return port;
  }

  /**
   * A port of up to 64 bits.
   *
   * @throws IllegalArgumentException if there is none of the name, or it is wider
   */
  public NarrowPort narrow(String name) {
    if (port(name) instanceof NarrowPort port) {
      return port;
    }
    throw new IllegalArgumentException(
        "port " + name + " has " + port(name).width() + " bits; take it by wide(\"" + name + "\")");
  }

  /**
   * A port of more than 64 bits.
   *
   * @throws IllegalArgumentException if there is none of the name, or it is narrower
   */
  public WidePort wide(String name) {
    if (port(name) instanceof WidePort port) {
      return port;
    }
    throw new IllegalArgumentException(
        "port "
            + name
            + " has "
            + port(name).width()
            + " bits; take it by narrow(\""
            + name
            + "\")");
  }

  /** The elements of an unpacked array of up to 64 bits, lowest index first, row after row. */
  public List<NarrowPort> narrowArray(String name) {
    return elements(name).stream().map(this::narrow).toList();
  }

  /** The elements of an unpacked array of more than 64 bits, lowest index first, row after row. */
  public List<WidePort> wideArray(String name) {
    return elements(name).stream().map(this::wide).toList();
  }

  private List<String> elements(String name) {
    for (PortShape shape : design.ports()) {
      if (shape.name().equals(name) && !shape.dimensions().isEmpty()) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < shape.elements(); i++) {
          names.add(shape.elementName(i));
        }
        return names;
      }
    }
    throw new IllegalArgumentException(
        "module " + design.top() + " has no port " + name + " that is an unpacked array");
  }

  private Optional<NarrowPort> first(List<String> names) {
    return names.stream()
        .filter(name -> ports.get(name) instanceof NarrowPort)
        .map(name -> (NarrowPort) ports.get(name))
        .findFirst();
  }

  /** Chooses the clock of {@link #step(long)}; without this it is a port with a clock's name. */
  public void clock(NarrowPort port) {
    requireClock(port);
    clock = port;
  }

  private static void requireClock(NarrowPort port) {
    if (port.width() != 1 || port.direction() != PortDirection.INPUT) {
      throw new IllegalArgumentException(
          "port " + port.name() + " is no input of one bit, so it cannot be a clock");
    }
  }

  private NarrowPort clock() {
    if (clock == null) {
      throw new IllegalStateException(
          "module "
              + design.top()
              + " has no port "
              + String.join(", ", CLOCKS)
              + "; choose its clock by clock(port)");
    }
    return clock;
  }

  /**
   * Lets the outputs follow the inputs; no time passes.
   *
   * @throws SimulationException if the design stops by itself
   */
  public void eval() {
    check(functions.zl_dut_eval(dut()));
  }

  /**
   * Runs cycles of the clock: the inputs settle, the clock rises and falls. The outputs afterwards
   * are those of the new state and the same inputs.
   *
   * @throws SimulationException if the design stops by itself; the cycles behind do not take place
   */
  public void step(long cycles) {
    step(clock(), cycles);
  }

  /** Runs cycles of one of several clocks; the others stand still. */
  public void step(NarrowPort which, long cycles) {
    requireClock(which);
    check(functions.zl_dut_step(dut(), which.number(), requireCycles(cycles)));
  }

  private static long requireCycles(long cycles) {
    if (cycles < 0) {
      throw new IllegalArgumentException("cycles " + cycles + " must not be negative");
    }
    return cycles;
  }

  /**
   * Runs until a condition holds; it is looked at before each cycle and after the last.
   *
   * @return whether it holds; else the cycles have passed without it
   * @throws SimulationException if the design stops by itself
   */
  public boolean stepUntil(PortCondition condition, long maxCycles) {
    NarrowPort port = condition.port();
    if (!port.equals(ports.get(port.name())) || port.name().endsWith("]")) {
      throw new IllegalArgumentException(
          "port " + port.name() + " is no whole port of this model, so it cannot be waited for");
    }
    long mask = WidePort.mask(port.width());
    int result =
        functions.zl_dut_step_until(
            dut(),
            clock().number(),
            requireCycles(maxCycles),
            port.number(),
            condition.value() & mask,
            condition.equal() ? 1 : 0);
    check(result);
    return result == zl_dut_h.ZL_DUT_MET;
  }

  /**
   * Holds the reset for some cycles and lets it go; which port it is and whether it is active low
   * follows from its name ({@code rst_ni}, {@code rst_n}, {@code resetn}, {@code rst_i}, {@code
   * rst}, {@code reset}).
   */
  public void reset(long cycles) {
    Optional<NarrowPort> low = first(RESETS_LOW);
    NarrowPort port =
        low.or(() -> first(RESETS_HIGH))
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "module " + design.top() + " has no port with a reset's name"));
    // An asynchronous reset wants an edge.
    port.set(low.isPresent());
    eval();
    port.set(low.isEmpty());
    step(cycles);
    port.set(low.isPresent());
    eval();
  }

  /**
   * Writes the present state to the waveform and lets time pass: for clocks that the test bench
   * drives itself, between two calls of {@link #eval}.
   *
   * @param units of time; a cycle of {@link #step(long)} has ten
   */
  public void advance(long units) {
    functions.zl_dut_advance(dut(), requireCycles(units));
  }

  /** Units of time that have passed. */
  public long time() {
    return functions.zl_dut_time(dut());
  }

  private void check(int status) {
    if (status == zl_dut_h.ZL_DUT_RUNNING || status == zl_dut_h.ZL_DUT_MET) {
      return;
    }
    String name = string(functions.zl_dut_stop_file(dut));
    Path origin = origins.get(name);
    String file = origin == null ? name : origin.toString();
    int line = functions.zl_dut_stop_line(dut);
    boolean finished = status == zl_dut_h.ZL_DUT_FINISHED;
    String said = takeText().strip();
    throw new SimulationException(
        design.top()
            + (finished ? " has executed $finish at " : " has failed at ")
            + file
            + ":"
            + line
            + " at time "
            + time()
            + (said.isEmpty() ? "" : ": " + said),
        file,
        line,
        finished);
  }

  /** What the design has printed since the last call, by {@code $display} and the like. */
  public String takeText() {
    String text = string(functions.zl_dut_text(dut()));
    functions.zl_dut_forget_text(dut);
    for (Map.Entry<String, Path> origin : origins.entrySet()) {
      text = text.replace(origin.getKey(), origin.getValue().toString());
    }
    return text;
  }

  /**
   * Starts a waveform in the FST format, which GTKWave and Surfer show; one that is being written
   * ends.
   *
   * @throws IllegalStateException if the model was not built by {@link VerilatedDesign#traced}
   */
  public void startTrace(Path file) {
    try (Arena local = Arena.ofConfined()) {
      if (functions.zl_dut_start_trace(dut(), local.allocateFrom(file.toString())) != 0) {
        throw new IllegalStateException(
            "the model of " + design.top() + " has no waveform; build it with traced()");
      }
    }
  }

  /** Ends the waveform and closes its file. */
  public void stopTrace() {
    functions.zl_dut_stop_trace(dut());
  }

  private MemorySegment dut() {
    if (closed) {
      throw new IllegalStateException("the model of " + design.top() + " is closed");
    }
    return dut;
  }

  /** Frees the instance; its ports can no longer be used. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      functions.zl_dut_destroy(dut);
      arena.close();
    }
  }
}
