package dev.zhulong.rtl;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The same loop over a design in C++ and by each back end, as a test bench has it, with a name for
 * each port: inputs are set from a random number, cycles run, outputs are added to a checksum.
 * {@code poke.cpp} is its C++ side.
 */
public final class PokeBench implements AutoCloseable {
  private static final String SOURCE = "poke.cpp";
  private static final String HEADER = "zl_dut.h";
  private static final String PORTS = "poke_ports.h";
  private static final int RESET_CYCLES = 64;

  /** Bits of the random number that an input leaves to the next one. */
  private static final int SHIFT = 7;

  private static final int FIRST_SHIFT = 5;

  private final VerilatedDesign design;
  private final String reset;
  private final List<String> inputs;
  private final List<String> outputs;
  private final Toolchain tools;
  private final Path folder;
  private final Loop loop;

  /** The loop of one design. */
  private interface Loop {
    long run(VerilatedModel model, long calls, long cycles);
  }

  /**
   * One measurement.
   *
   * @param checksum of all outputs
   * @param nanoseconds of the loop
   */
  public record Result(long checksum, long nanoseconds) {}

  private PokeBench(
      VerilatedDesign design,
      String reset,
      List<String> inputs,
      List<String> outputs,
      Toolchain tools,
      Path folder,
      Loop loop) {
    this.design = design;
    this.reset = reset;
    this.inputs = inputs;
    this.outputs = outputs;
    this.tools = tools;
    this.folder = folder;
    this.loop = loop;
  }

  /**
   * A bench of the core, whose host reads random registers while memory does not answer.
   *
   * @throws ModelUnavailableException if a tool is missing or fails
   */
  public static PokeBench core() {
    try {
      return of(
          VerilatedDesign.core(),
          "rst_ni",
          List.of("s_axil_arvalid_i", "s_axil_rready_i", "s_axil_araddr_i"),
          List.of("s_axil_arready_o", "s_axil_rvalid_o", "s_axil_rdata_o", "idle_o"),
          Files.createTempDirectory("zhulong-poke"),
          PokeBench::readRegisters);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A bench of an accumulator of few gates, in which the way to the model is most of the work.
   *
   * @throws ModelUnavailableException if a tool is missing or fails
   */
  public static PokeBench small() {
    try {
      Path folder = Files.createTempDirectory("zhulong-poke");
      Path file =
          Files.writeString(
              folder.resolve("accumulator.sv"),
              """
              module accumulator (
                  input  logic        clk_i,
                  input  logic        rst_ni,
                  input  logic        add_i,
                  input  logic [15:0] data_i,
                  output logic [31:0] sum_o,
                  output logic        odd_o
              );
                assign odd_o = ^sum_o;
                always_ff @(posedge clk_i) begin
                  if (add_i) sum_o <= sum_o + 32'(data_i);
                  if (!rst_ni) sum_o <= '0;
                end
              endmodule
              """);
      return of(
          VerilatedModel.of(file),
          "rst_ni",
          List.of("add_i", "data_i"),
          List.of("sum_o", "odd_o"),
          folder,
          PokeBench::accumulate);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static PokeBench of(
      VerilatedDesign design,
      String reset,
      List<String> inputs,
      List<String> outputs,
      Path folder,
      Loop loop) {
    String path = System.getenv("PATH");
    return new PokeBench(
        design, reset, inputs, outputs, Toolchain.find(path == null ? "" : path), folder, loop);
  }

  /** The design by a back end; the first call for one builds it where the cache has none. */
  public VerilatedModel model(Backend backend) {
    return design.backend(backend).seed(0).build();
  }

  /**
   * The loop in Java.
   *
   * @param calls times that inputs are set
   * @param cycles after each
   */
  public Result run(VerilatedModel model, long calls, long cycles) {
    inputs.forEach(name -> model.narrow(name).set(0));
    model.narrow(reset).set(0);
    model.step(RESET_CYCLES);
    model.narrow(reset).set(1);
    long start = System.nanoTime();
    long sum = loop.run(model, calls, cycles);
    return new Result(sum, System.nanoTime() - start);
  }

  private static long next(long random) {
    return random * 6364136223846793005L + 1442695040888963407L;
  }

  private static long readRegisters(VerilatedModel model, long calls, long cycles) {
    NarrowPort arvalid = model.narrow("s_axil_arvalid_i");
    NarrowPort rready = model.narrow("s_axil_rready_i");
    NarrowPort araddr = model.narrow("s_axil_araddr_i");
    NarrowPort arready = model.narrow("s_axil_arready_o");
    NarrowPort rvalid = model.narrow("s_axil_rvalid_o");
    NarrowPort rdata = model.narrow("s_axil_rdata_o");
    NarrowPort idle = model.narrow("idle_o");
    long random = 1;
    long sum = 0;
    for (long call = 0; call < calls; call++) {
      random = next(random);
      arvalid.set(random >>> FIRST_SHIFT & 1);
      rready.set(random >>> FIRST_SHIFT + SHIFT & 1);
      araddr.set(random >>> FIRST_SHIFT + 2 * SHIFT & 0xffff);
      model.step(cycles);
      sum = sum * 31 + arready.get();
      sum = sum * 31 + rvalid.get();
      sum = sum * 31 + rdata.get();
      sum = sum * 31 + idle.get();
    }
    return sum;
  }

  private static long accumulate(VerilatedModel model, long calls, long cycles) {
    NarrowPort add = model.narrow("add_i");
    NarrowPort data = model.narrow("data_i");
    NarrowPort sum32 = model.narrow("sum_o");
    NarrowPort odd = model.narrow("odd_o");
    long random = 1;
    long sum = 0;
    for (long call = 0; call < calls; call++) {
      random = next(random);
      add.set(random >>> FIRST_SHIFT & 1);
      data.set(random >>> FIRST_SHIFT + SHIFT & 0xffff);
      model.step(cycles);
      sum = sum * 31 + sum32.get();
      sum = sum * 31 + odd.get();
    }
    return sum;
  }

  /**
   * The loop in C++, in a process of its own that runs until it is closed.
   *
   * @param calls times that inputs are set in a round
   * @param cycles after each
   */
  public Rival rival(long calls, long cycles) {
    try (VerilatedModel model = model(Backend.FFM)) {
      Path main = folder.resolve("poke");
      if (!Files.exists(main)) {
        Files.writeString(folder.resolve(PORTS), ports(model));
        compile(main, model.library());
      }
      List<String> command =
          new ArrayList<>(
              List.of(
                  main.toString(),
                  Integer.toString(clock(model).number()),
                  Integer.toString(model.narrow(reset).number()),
                  Long.toString(calls),
                  Long.toString(cycles)));
      List<PortShape> shapes = model.shapes();
      for (int i = 0; i < shapes.size(); i++) {
        // Java's models begin with inputs that are zero.
        if (shapes.get(i).direction() == PortDirection.INPUT) {
          command.add(i + ":" + shapes.get(i).elements() * shapes.get(i).bytes());
        }
      }
      return new Rival(new ProcessBuilder(command).redirectError(Redirect.INHERIT).start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The C++ main; it and Java take turns, so that what slows down the host slows down both. */
  public static final class Rival implements AutoCloseable {
    private final Process process;
    private final BufferedReader answers;

    private Rival(Process process) {
      this.process = process;
      this.answers = process.inputReader(StandardCharsets.US_ASCII);
    }

    /** Runs the loop once. */
    public Result round() {
      try {
        process.getOutputStream().write('\n');
        process.getOutputStream().flush();
        String line = answers.readLine();
        if (line == null) {
          throw new IllegalStateException("the C++ main ended early");
        }
        return result(line);
      } catch (IOException e) {
        throw new UncheckedIOException("the C++ main ended early", e);
      }
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }

  private static NarrowPort clock(VerilatedModel model) {
    return model.narrow("clk_i");
  }

  /** The ports for the C++ main: pointers of their types, and what is done with them. */
  private String ports(VerilatedModel model) {
    StringBuilder all = new StringBuilder();
    StringBuilder bind = new StringBuilder();
    StringBuilder set = new StringBuilder();
    StringBuilder get = new StringBuilder();
    int shift = FIRST_SHIFT;
    for (String name : inputs) {
      NarrowPort port = model.narrow(name);
      String mask = "0x" + Long.toHexString(WidePort.mask(port.width())) + "u";
      set.append("  *%s = random >> %d & %s;\n".formatted(name, shift, mask));
      shift += SHIFT;
    }
    for (String name : outputs) {
      get.append("  sum = sum * 31 + *").append(name).append(";\n");
    }
    for (String name : Stream.concat(inputs.stream(), outputs.stream()).toList()) {
      NarrowPort port = model.narrow(name);
      String type = "uint" + 8 * port.bytes() + "_t*";
      all.append("static %s %s;\n".formatted(type, name));
      bind.append(
          "  %s = static_cast<%s>(zl_dut_port(dut, %d));\n".formatted(name, type, port.number()));
    }
    return all
        + "static void bind_ports(zl_dut* dut) {\n%s}\n".formatted(bind)
        + "static inline void set_inputs(uint64_t random) {\n%s}\n".formatted(set)
        + "static inline uint64_t add_outputs(uint64_t sum) {\n%s  return sum;\n}\n".formatted(get);
  }

  private static Result result(String line) {
    int blank = line.indexOf(' ');
    return new Result(
        Long.parseUnsignedLong(line.substring(0, blank)),
        Long.parseLong(line.substring(blank + 1)));
  }

  private void compile(Path main, Path library) throws IOException {
    try (InputStream source = PokeBench.class.getResourceAsStream("harness/" + SOURCE);
        InputStream header = PokeBench.class.getResourceAsStream("cpp/dut/" + HEADER)) {
      Files.write(folder.resolve(SOURCE), source.readAllBytes());
      Files.write(folder.resolve(HEADER), header.readAllBytes());
    }
    List<String> command =
        List.of(
            tools.compiler().toString(),
            "-std=c++17",
            "-O3",
            "-march=native",
            "-o",
            main.toString(),
            SOURCE,
            library.toAbsolutePath().toString(),
            "-lpthread");
    Toolchain.Output compiled = tools.run(command, folder);
    if (compiled.status() != 0) {
      throw new ModelUnavailableException(
          "compiling the C++ main failed with exit code "
              + compiled.status()
              + ":\n"
              + compiled.text());
    }
  }

  @Override
  public void close() {
    try {
      ModelCache.deleteTree(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
