package dev.zhulong.rtl;

import dev.zhulong.rtl.ffi.zl_dut_h;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Supplier;

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

  /** What ports are a part of when their model is closed: every access is an exception. */
  private static final MemorySegment CLOSED = closed();

  private final DutFunctions dut;
  private final DesignInterface design;
  private final Map<String, Path> origins;
  private final Path library;
  private final Map<String, Port> ports = new LinkedHashMap<>();
  private NarrowPort clock;
  private boolean closed;

  private VerilatedModel(
      DutFunctions dut, DesignInterface design, Map<String, Path> origins, Path library) {
    this.dut = dut;
    this.library = library;
    this.design = design;
    this.origins = origins;
    MemorySegment memory = dut.memory();
    for (int i = 0; i < design.ports().size(); i++) {
      addPort(design.ports().get(i), i, memory);
    }
    clock = first(CLOCKS).orElse(null);
  }

  private static MemorySegment closed() {
    try (Arena arena = Arena.ofShared()) {
      return arena.allocate(Long.BYTES);
    }
  }

  /** Begins the description of a design by its source files, packages before their users. */
  public static VerilatedDesign of(Path... files) {
    return VerilatedDesign.of(List.of(files));
  }

  /**
   * Opens a built library.
   *
   * @param instance makes what runs it
   */
  static VerilatedModel open(
      Path library, Map<String, Path> origins, int seed, Supplier<DutFunctions> instance) {
    DutFunctions dut;
    try {
      dut = instance.get();
    } catch (IllegalArgumentException | NoSuchElementException e) {
      throw damaged(library, e);
    }
    try {
      DesignInterface design = InterfaceText.read(dut.description());
      if (!dut.create(seed)) {
        throw new ModelUnavailableException("the host has no memory left for " + design.top());
      }
      return new VerilatedModel(dut, design, origins, library);
    } catch (IllegalArgumentException | NoSuchElementException e) {
      dut.close();
      throw damaged(library, e);
    } catch (RuntimeException e) {
      dut.close();
      throw e;
    }
  }

  private static ModelUnavailableException damaged(Path library, RuntimeException cause) {
    return new ModelUnavailableException(
        "the model "
            + library
            + " cannot be loaded: "
            + cause.getMessage()
            + "; delete it to have it built again",
        cause);
  }

  private void addPort(PortShape shape, int number, MemorySegment memory) {
    long address = dut.port(number);
    MemorySegment storage = dut.at(address, (long) shape.elements() * shape.bytes());
    if (shape.direction() == PortDirection.INPUT) {
      // It is not a register, whose first value would be random.
      storage.fill((byte) 0);
    }
    for (int i = 0; i < shape.elements(); i++) {
      String name = shape.elementName(i);
      long offset = (long) i * shape.bytes();
      ports.put(
          name,
          shape.narrow()
              ? new NarrowPort(name, shape, number, memory, address + offset)
              : new WidePort(name, shape, storage.asSlice(offset, shape.bytes())));
    }
  }

  /** The ports as the library numbers them. */
  List<PortShape> shapes() {
    return design.ports();
  }

  /** The file in the cache that it was made from. */
  public Path library() {
    return library;
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
    if (!port.canBeClock()) {
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
    check(dut().eval());
  }

  /**
   * Runs cycles of the clock: the inputs settle, the clock rises and falls. The outputs afterwards
   * are those of the new state and the same inputs.
   *
   * @throws SimulationException if the design stops by itself; the cycles behind do not take place
   */
  public void step(long cycles) {
    check(dut().step(clock().number(), requireCycles(cycles)));
  }

  /** Runs cycles of one of several clocks; the others stand still. */
  public void step(NarrowPort which, long cycles) {
    requireClock(which);
    check(dut().step(which.number(), requireCycles(cycles)));
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
        dut()
            .stepUntil(
                clock().number(),
                requireCycles(maxCycles),
                port.number(),
                condition.value() & mask,
                condition.equal());
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
    dut().advance(requireCycles(units));
  }

  /** Units of time that have passed. */
  public long time() {
    return dut().time();
  }

  private void check(int status) {
    if (status == zl_dut_h.ZL_DUT_RUNNING || status == zl_dut_h.ZL_DUT_MET) {
      return;
    }
    String name = dut.stopFile();
    Path origin = origins.get(name);
    String file = origin == null ? name : origin.toString();
    int line = dut.stopLine();
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
    String text = dut().text();
    dut.forgetText();
    for (Map.Entry<String, Path> origin : origins.entrySet()) {
      text = text.replace(origin.getKey(), origin.getValue().toString());
    }
    return text;
  }

  /**
   * The state of all registers and memories, and the time: what {@link #restore} takes, in this or
   * another instance of the same build.
   *
   * @throws IllegalStateException if the model was not built by {@link VerilatedDesign#savable}
   */
  public byte[] save() {
    long bytes = dut().save();
    if (bytes < 0) {
      throw new IllegalStateException(
          "the model of " + design.top() + " cannot save its state; build it with savable()");
    }
    byte[] content = dut.at(dut.buffer(bytes), bytes).toArray(ValueLayout.JAVA_BYTE);
    byte[] seal = seal(content);
    byte[] state = Arrays.copyOf(seal, seal.length + content.length);
    System.arraycopy(content, 0, state, seal.length, content.length);
    return state;
  }

  /** Verilator's code trusts what it reads, so nothing else may come to it. */
  private byte[] seal(byte[] content) {
    MessageDigest digest = ModelCache.sha256();
    // The folder's name is the hash of what it was built of.
    NativeBuild.add(digest, library.getParent().getFileName().toString());
    digest.update(content);
    return digest.digest();
  }

  /**
   * Goes back to a state; inputs have the values that they had then.
   *
   * @throws IllegalArgumentException if it is none of this build's; nothing has changed then
   */
  public void restore(byte[] state) {
    int sealed = ModelCache.sha256().getDigestLength();
    byte[] content = Arrays.copyOfRange(state, Math.min(sealed, state.length), state.length);
    if (!Arrays.equals(Arrays.copyOf(state, sealed), seal(content))) {
      throw new IllegalArgumentException(
          "the " + state.length + " bytes are no saved state of this build of " + design.top());
    }
    dut().at(dut.buffer(content.length), content.length).copyFrom(MemorySegment.ofArray(content));
    if (dut.restore(content.length) != 0) {
      throw new IllegalStateException(
          "the model of " + design.top() + " cannot restore a state: " + takeText().strip());
    }
  }

  /**
   * A register, net or memory inside of the design, all elements of a memory by name {@code
   * mem[0]}… Writing one that logic drives lasts until the logic runs.
   *
   * @param path instances below the top and the name, as {@code unit.fifo.count_q}
   * @throws IllegalArgumentException if there is none that {@link VerilatedDesign#visible} names
   */
  public Signal signal(String path) {
    int dot = path.lastIndexOf('.');
    String scope = "TOP." + design.top() + (dot < 0 ? "" : "." + path.substring(0, dot));
    byte[] names = (scope + "\0" + path.substring(dot + 1) + "\0").getBytes(StandardCharsets.UTF_8);
    dut().at(dut.buffer(names.length), names.length).copyFrom(MemorySegment.ofArray(names));
    long address = dut.signal();
    if (address == 0) {
      throw new IllegalArgumentException(
          "module "
              + design.top()
              + " has no visible signal "
              + path
              + "; name its module and variable by visible(module, variable) before build()");
    }
    long place = dut.buffer(Signal.MOST_TEXT);
    return Signal.of(path, dut.at(place, Signal.MOST_TEXT).getString(0), address, dut::at);
  }

  /**
   * Writes how often each line has run since the instance was made.
   *
   * @param data file in Verilator's format, which {@link LineCoverage} reads
   * @throws IllegalStateException if the model was not built by {@link VerilatedDesign#countsLines}
   */
  public void writeCoverage(Path data) {
    if (dut().writeCoverage(data.toString()) != 0) {
      throw new IllegalStateException(
          "the model of " + design.top() + " counts no lines; build it with countsLines()");
    }
  }

  /**
   * Starts a waveform in the FST format, which GTKWave and Surfer show; one that is being written
   * ends.
   *
   * @throws IllegalStateException if the model was not built by {@link VerilatedDesign#traced}
   */
  public void startTrace(Path file) {
    if (dut().startTrace(file.toString()) != 0) {
      throw new IllegalStateException(
          "the model of " + design.top() + " has no waveform; build it with traced()");
    }
  }

  /** Ends the waveform and closes its file. */
  public void stopTrace() {
    dut().stopTrace();
  }

  private DutFunctions dut() {
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
      dut.close();
      for (Port port : ports.values()) {
        switch (port) {
          case NarrowPort narrow -> narrow.detach(CLOSED);
          case WidePort wide -> wide.detach(CLOSED);
        }
      }
    }
  }
}
