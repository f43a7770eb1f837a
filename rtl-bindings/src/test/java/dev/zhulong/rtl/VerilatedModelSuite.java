package dev.zhulong.rtl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Small designs of different habits, driven through the generic model by each back end. */
abstract class VerilatedModelSuite {
  private static final Path DESIGNS = Path.of("src/test/systemverilog");

  @TempDir private Path folder;

  private final Backend backend;

  VerilatedModelSuite(Backend backend) {
    this.backend = backend;
  }

  @BeforeAll
  static void needTools() {
    Tools.assumeInstalled("verilator", "clang++-19");
  }

  private VerilatedDesign design(String file) {
    return VerilatedModel.of(DESIGNS.resolve(file)).backend(backend);
  }

  private VerilatedDesign text(String name, String text) throws IOException {
    return VerilatedModel.of(Files.writeString(folder.resolve(name), text)).backend(backend);
  }

  @Test
  void fifoKeepsOrderAndCounts() {
    try (VerilatedModel fifo = design("fifo.sv").parameter("DEPTH", 5).build()) {
      NarrowPort push = fifo.narrow("in_valid_i");
      NarrowPort pop = fifo.narrow("out_ready_i");
      fifo.reset(2);
      Random random = new Random(1);
      Queue<Long> expected = new ArrayDeque<>();
      long most = 0;
      for (int i = 0; i < 5000; i++) {
        long data = random.nextInt(256);
        push.set(random.nextInt(5) < (i / 500 % 2 == 0 ? 4 : 1));
        pop.set(random.nextInt(5) < 2);
        fifo.narrow("in_data_i").set(data);
        fifo.eval();
        assertEquals(!expected.isEmpty(), fifo.narrow("out_valid_o").isHigh());
        assertEquals(expected.size() < 5, fifo.narrow("in_ready_o").isHigh());
        boolean pushed = push.isHigh() && fifo.narrow("in_ready_o").isHigh();
        if (!expected.isEmpty()) {
          assertEquals(expected.peek(), fifo.narrow("out_data_o").get());
        }
        if (!expected.isEmpty() && pop.isHigh()) {
          expected.remove();
        }
        if (pushed) {
          expected.add(data);
        }
        most = Math.max(most, expected.size());
        fifo.step(1);
      }
      assertEquals(5, most);
      assertEquals("32'h5", fifo.parameters().get("DEPTH"));
    }
  }

  @Test
  void structsEnumsAndArrays() {
    try (VerilatedModel unit = design("vector_unit.sv").build()) {
      WidePort request = unit.wide("request_i");
      assertEquals(7 + 16 + 80, request.width());
      request.field("header.valid").set(1);
      request.field("header.op").set(1);
      request.field("header.tag").set(9);
      request.field("scale").set(0x8001);
      for (int i = 0; i < 3; i++) {
        unit.narrow("a_i[" + i + "]").set(-100 * i);
        unit.narrowArray("b_i").get(i).set(7 + i);
        unit.narrow("matrix_i[1][" + i + "]").set(10 + i);
        unit.narrow("matrix_i[2][" + i + "]").set(20 + i);
      }
      unit.narrow("either_i").field("word").set(0x12345678);
      assertEquals(0x12345678, unit.narrow("either_i").field("bytes").get());
      unit.eval();
      for (int i = 0; i < 3; i++) {
        assertEquals(-100 * i - 7 - i, unit.narrow("y_o[" + i + "]").get());
        assertEquals(10 + i, unit.narrow("transposed_o[" + i + "][1]").get());
        assertEquals(20 + i, unit.narrow("transposed_o[" + i + "][2]").get());
      }
      assertEquals(0x78563412, unit.narrow("swapped_o").get());
      BigInteger echoed = request.toBigInteger().mod(BigInteger.ONE.shiftLeft(100));
      assertEquals(echoed, unit.wide("echo_o[0]").toBigInteger());
      assertEquals(
          BigInteger.ONE.shiftLeft(100).subtract(BigInteger.ONE).subtract(echoed),
          unit.wideArray("echo_o").get(1).toBigInteger());
      assertEquals(BigInteger.valueOf(0x7fff), unit.wide("scaled_o").toBigInteger());
      request.field("header.valid").set(0);
      request.field("scale").set(5);
      unit.eval();
      assertEquals(3, unit.narrow("op_o").get());
      assertEquals(8, unit.narrow("y_o[1]").get());
      assertEquals(BigInteger.valueOf(-5), unit.wide("scaled_o").toBigInteger());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 8, 9, 17, 32, 33, 64})
  void narrowWidths(int width) {
    try (VerilatedModel model = design("widths.sv").build()) {
      NarrowPort in = model.narrow("w" + width + "_i");
      NarrowPort out = model.narrow("w" + width + "_o");
      long mask = -1L >>> (64 - width);
      for (long value : new long[] {0, 1, 0x5555555555555555L, 0xAAAAAAAAAAAAAAAAL, -1}) {
        in.set(value & mask);
        model.eval();
        assertEquals(value & mask, in.get());
        assertEquals(~value & mask, out.get());
      }
      if (width > 8) {
        in.set(0);
        in.setBits(3, 5, 0x15);
        assertEquals(0x15 << 3, in.get());
        assertEquals(0x15, in.bits(3, 5));
      }
      if (width < 64) {
        String message =
            assertThrows(IllegalArgumentException.class, () -> in.set(1L << width)).getMessage();
        assertTrue(message.contains("w" + width + "_i of " + width + " bits"), message);
      }
      assertThrows(IllegalStateException.class, () -> out.set(0));
      assertThrows(IndexOutOfBoundsException.class, () -> in.bits(width, 1));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {65, 128, 513})
  void wideWidths(int width) {
    try (VerilatedModel model = design("widths.sv").build()) {
      WidePort in = model.wide("w" + width + "_i");
      WidePort out = model.wide("w" + width + "_o");
      BigInteger all = BigInteger.ONE.shiftLeft(width).subtract(BigInteger.ONE);
      Random random = new Random(width);
      for (int i = 0; i < 20; i++) {
        BigInteger value = new BigInteger(width, random);
        in.set(value);
        model.eval();
        assertEquals(value, in.toBigInteger());
        assertEquals(all.xor(value), out.toBigInteger());
        int low = random.nextInt(width - 63);
        assertEquals(value.shiftRight(low).longValue(), in.bits(low, 64));
        long part = random.nextLong();
        in.setBits(low, 64, part);
        assertEquals(part, in.bits(low, 64));
        assertEquals(
            value.mod(BigInteger.ONE.shiftLeft(low)),
            in.toBigInteger().mod(BigInteger.ONE.shiftLeft(low)));
        assertEquals(value.shiftRight(low + 64), in.toBigInteger().shiftRight(low + 64));
      }
      assertThrows(IllegalArgumentException.class, () -> in.set(BigInteger.ONE.shiftLeft(width)));
      assertThrows(IllegalStateException.class, () -> out.setWord(0, 1));
      assertTrue(out.segment().isReadOnly());
    }
  }

  @Test
  void clocksOfTheirOwnPace() {
    try (VerilatedModel model = design("two_clocks.v").build()) {
      NarrowPort write = model.narrow("wr_clk");
      NarrowPort read = model.narrow("rd_clk");
      for (int level : new int[] {1, 0, 1}) {
        model.narrow("rst_n").set(level);
        model.eval();
      }
      model.narrow("bump").set(1);
      long last = 0;
      for (int i = 0; i < 400; i++) {
        model.step(write, 3);
        assertEquals(last, model.narrow("seen").get());
        model.step(read, 1);
        long seen = model.narrow("seen").get();
        assertTrue(seen >= last && seen <= 3L * (i + 1), () -> model.narrow("seen").toString());
        last = seen;
      }
      assertTrue(last > 1000, "seen " + last);
      model.narrow("bump").set(0);
      model.clock(read);
      for (int i = 0; i < 10; i++) {
        model.step(write, 3);
        model.step(3);
      }
      assertEquals(1200, model.narrow("seen").get());
      assertFalse(model.narrow("native").isHigh());
    }
  }

  @Test
  void interfacesIncludesAndText() {
    VerilatedDesign design =
        design("bus_system.sv").include(DESIGNS.resolve("include")).parameter("NAME", "attic");
    try (VerilatedModel model = design.build()) {
      for (int i = 0; i < 64; i++) {
        model.narrow("address").set(i);
        model.narrow("wdata").set(i * 0x01010101L);
        model.narrow("write").set(1);
        model.step(1);
      }
      model.narrow("write").set(0);
      model.narrow("address").set(33);
      model.step(1);
      assertEquals(33 * 0x01010101L, model.narrow("rdata").get());
      model.narrow("hello__world").set(1);
      model.step(2);
      assertEquals("attic says hello\nattic says hello\n", model.takeText());
      assertEquals("", model.takeText());
    }
  }

  @Test
  void uartSendsItsBits() {
    try (VerilatedModel uart =
        design("../../../../rtl-maven-plugin/uart/src/main/systemverilog/uart_tx.sv")
            .parameter("DIVISOR", 4)
            .build()) {
      uart.reset(1);
      uart.narrow("data_i").set(0xA6);
      uart.narrow("valid_i").set(1);
      uart.step(1);
      uart.narrow("valid_i").set(0);
      uart.step(2);
      List<Long> bits = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        bits.add(uart.narrow("tx_o").get());
        uart.step(4);
      }
      assertEquals(List.of(0L, 0L, 1L, 1L, 0L, 0L, 1L, 0L, 1L, 1L), bits);
      assertTrue(uart.narrow("ready_o").isHigh());
      uart.narrow("valid_i").set(1);
      long start = uart.time();
      uart.step(1);
      uart.narrow("valid_i").set(0);
      assertTrue(uart.stepUntil(uart.narrow("ready_o").is(1), 1000));
      assertEquals(start + 10 * 41, uart.time());
      assertFalse(uart.stepUntil(uart.narrow("ready_o").isNot(1), 7));
      assertEquals(start + 10 * 48, uart.time());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1, 8, true, $finish",
    "2, 9, false, pressure is 2",
    "3, 10, false, temperature is 3",
    "5, 17, false, five is not allowed"
  })
  void stopsAreExceptionsWithFileAndLine(int command, int line, boolean finished, String text) {
    try (VerilatedModel model = design("stops.sv").build()) {
      model.step(10);
      model.narrow("command_i").set(command);
      SimulationException stop = assertThrows(SimulationException.class, () -> model.step(10));
      assertEquals(DESIGNS.resolve("stops.sv").toString(), stop.file());
      assertEquals(line, stop.line());
      assertEquals(finished, stop.finished());
      assertTrue(stop.getMessage().contains(text), stop.getMessage());
      assertEquals(110, model.time());
    }
  }

  @Test
  void displayIsNoStop() {
    try (VerilatedModel model = design("stops.sv").build()) {
      model.narrow("command_i").set(4);
      model.step(1);
      assertEquals("level is 4\n", model.takeText());
    }
  }

  @Test
  void waveformIsWrittenAndEnds() throws IOException {
    Path wave = folder.resolve("fifo.fst");
    if (backend == Backend.WASM) {
      VerilatedDesign traced = design("fifo.sv").traced();
      String message = assertThrows(IllegalArgumentException.class, traced::build).getMessage();
      assertTrue(message.contains("no files") && message.contains("Backend.FFM"), message);
      return;
    }
    try (VerilatedModel fifo = design("fifo.sv").traced().build()) {
      fifo.reset(2);
      fifo.startTrace(wave);
      fifo.narrow("in_valid_i").set(1);
      fifo.step(100);
      fifo.stopTrace();
      fifo.step(1);
    }
    // The header block of FST: type 0, length 329, start and end time.
    byte[] bytes = Files.readAllBytes(wave);
    BigInteger header = new BigInteger(1, bytes);
    int above = 8 * bytes.length;
    assertEquals(329, header.shiftRight(above - 72).longValue());
    assertEquals(20, header.shiftRight(above - 136).longValue());
    assertEquals(1015, header.shiftRight(above - 200).longValue());
    try (VerilatedModel fifo = design("fifo.sv").build()) {
      String message =
          assertThrows(IllegalStateException.class, () -> fifo.startTrace(wave)).getMessage();
      assertTrue(message.contains("traced()"), message);
    }
  }

  @Test
  void linesAreCounted() throws IOException {
    if (backend == Backend.WASM) {
      VerilatedDesign counting = design("fifo.sv").countsLines();
      assertThrows(IllegalArgumentException.class, counting::build);
      return;
    }
    Path data = folder.resolve("coverage.dat");
    try (VerilatedModel fifo = design("fifo.sv").countsLines().build()) {
      fifo.reset(2);
      fifo.step(5);
      fifo.writeCoverage(data);
    }
    assertTrue(Files.readString(data).contains("fifo.sv"));
    try (VerilatedModel fifo = design("fifo.sv").build()) {
      String message =
          assertThrows(IllegalStateException.class, () -> fifo.writeCoverage(data)).getMessage();
      assertTrue(message.contains("countsLines()"), message);
    }
  }

  @Test
  void stateIsSavedAndRestored() {
    VerilatedDesign design = design("fifo.sv").savable();
    try (VerilatedModel one = design.build();
        VerilatedModel two = design.build()) {
      one.reset(2);
      one.narrow("in_valid_i").set(1);
      for (int i = 0; i < 3; i++) {
        one.narrow("in_data_i").set(40 + i);
        one.step(1);
      }
      byte[] state = one.save();
      final long time = one.time();
      one.reset(2);
      two.restore(state);
      assertEquals(time, two.time());
      two.narrow("in_valid_i").set(0);
      two.narrow("out_ready_i").set(1);
      for (int i = 0; i < 3; i++) {
        two.eval();
        assertTrue(two.narrow("out_valid_o").isHigh());
        assertEquals(40 + i, two.narrow("out_data_o").get());
        two.step(1);
      }
      assertFalse(two.narrow("out_valid_o").isHigh());
      assertThrows(IllegalArgumentException.class, () -> two.restore(new byte[64]));
      assertThrows(
          IllegalArgumentException.class,
          () -> two.restore(Arrays.copyOf(state, state.length / 2)));
    }
    try (VerilatedModel fifo = design("fifo.sv").build()) {
      String message = assertThrows(IllegalStateException.class, fifo::save).getMessage();
      assertTrue(message.contains("savable()"), message);
    }
  }

  @Test
  void innerSignalsAndMemories() throws IOException {
    VerilatedDesign design =
        text(
                "outer.sv",
                """
                module inner(input logic clk, input logic [2:0] a, input logic [95:0] d);
                  logic [95:0] store [8];
                  logic [4:0] count;
                  always_ff @(posedge clk) begin
                    store[a] <= d;
                    count <= count + 1;
                  end
                endmodule
                module outer(input logic clk, input logic [2:0] a, output logic [4:0] n);
                  inner left(.clk, .a, .d(96'(a) << 90));
                  assign n = left.count;
                endmodule
                """)
            .visible("inner", "store")
            .visible("inner", "co*");
    try (VerilatedModel outer = design.build()) {
      Signal store = outer.signal("left.store");
      assertEquals(96, store.width());
      assertEquals(8, store.elements());
      assertEquals(8L * store.elementBytes(), store.segment().byteSize());
      outer.narrow("a").set(5);
      outer.step(1);
      assertEquals(BigInteger.valueOf(5).shiftLeft(90), store.toBigInteger(5));
      store.set(2, BigInteger.TWO.pow(95));
      assertEquals(BigInteger.TWO.pow(95), store.toBigInteger(2));
      outer.signal("left.count").set(30);
      outer.step(3);
      assertEquals(1, outer.narrow("n").get());
      assertEquals(1, outer.signal("left.count").get());
      assertThrows(IllegalArgumentException.class, () -> outer.signal("left.count").set(32));
      String message =
          assertThrows(IllegalArgumentException.class, () -> outer.signal("left.d")).getMessage();
      assertTrue(message.contains("left.d") && message.contains("visible("), message);
    }
  }

  @Test
  void registersBeginAsTheSeedHasIt() throws IOException {
    VerilatedDesign design =
        text(
            "cold.sv",
            """
            module cold (input logic clk_i, input logic load_i, output logic [63:0] a_o,
                output logic [191:0] b_o);
              always_ff @(posedge clk_i) if (load_i) begin
                a_o <= 1;
                b_o <= 1;
              end
            endmodule
            """);
    List<String> seen = new ArrayList<>();
    for (long seed : new long[] {0, 1, 1, 2, 1L << 31}) {
      try (VerilatedModel model = design.seed(seed).build()) {
        model.step(1);
        seen.add(model.narrow("a_o") + " " + model.wide("b_o"));
        if (seed == 0) {
          assertEquals(0, model.narrow("a_o").get());
          assertEquals(BigInteger.ZERO, model.wide("b_o").toBigInteger());
        }
      }
    }
    assertEquals(seen.get(1), seen.get(2));
    assertEquals(3, seen.stream().distinct().limit(3).count());
    assertFalse(
        seen.get(4).equals(seen.get(0)), "a seed is not zero that has only its highest bit");
  }

  @Test
  void instancesAreIndependent() {
    VerilatedDesign design = design("fifo.sv");
    try (VerilatedModel one = design.build();
        VerilatedModel two = design.build()) {
      one.reset(1);
      two.reset(1);
      one.narrow("in_valid_i").set(1);
      one.step(1);
      two.step(1);
      assertTrue(one.narrow("out_valid_o").isHigh());
      assertFalse(two.narrow("out_valid_o").isHigh());
    }
  }

  @Test
  void closedModelIsRefused() {
    VerilatedModel fifo = design("fifo.sv").build();
    NarrowPort ready = fifo.narrow("in_ready_o");
    fifo.close();
    fifo.close();
    assertThrows(IllegalStateException.class, () -> fifo.step(1));
    assertThrows(IllegalStateException.class, ready::get);
  }

  @Test
  void syntaxErrorHasItsPlace() throws IOException {
    VerilatedDesign design =
        text("broken.sv", "module broken(input logic a);\n  assign = a;\nendmodule\n");
    DesignException error = assertThrows(DesignException.class, design::build);
    DesignException.Diagnostic first = error.diagnostics().getFirst();
    assertEquals(folder.resolve("broken.sv").toString(), first.file());
    assertEquals(2, first.line());
    assertTrue(error.getMessage().contains("broken.sv:2:"), error.getMessage());
  }

  @Test
  void missingTopIsNamed() {
    String message =
        assertThrows(DesignException.class, () -> design("fifo.sv").top("fifi").build())
            .getMessage();
    assertTrue(message.contains("fifi") && message.contains("not found"), message);
  }

  @Test
  void missingParameterIsNamed() {
    String message =
        assertThrows(DesignException.class, () -> design("fifo.sv").parameter("DEEP", 4).build())
            .getMessage();
    assertTrue(message.contains("DEEP") && message.contains("not found"), message);
  }

  @Test
  void unsupportedPortsAreNamedWithTheirRemedy() throws IOException {
    VerilatedDesign design =
        text("pads.sv", "module pads(\n  inout wire pad,\n  input real level);\nendmodule\n");
    DesignException error = assertThrows(DesignException.class, design::build);
    assertEquals(2, error.diagnostics().size());
    assertEquals(2, error.diagnostics().get(0).line());
    assertEquals(3, error.diagnostics().get(1).line());
    assertTrue(error.getMessage().contains("port pad is inout"), error.getMessage());
    assertTrue(error.getMessage().contains("output enable"), error.getMessage());
    assertTrue(error.getMessage().contains("port level has a type"), error.getMessage());
  }

  @Test
  void interfacePortIsRefused() throws IOException {
    VerilatedDesign design =
        text(
            "faced.sv",
            "interface link; logic v; modport m(input v); endinterface\n"
                + "module faced(link.m port, output logic o); assign o = port.v; endmodule\n");
    String message = assertThrows(DesignException.class, design::build).getMessage();
    assertTrue(message.contains("faced.sv:2:"), message);
  }

  @Test
  void missingSourceIsNamed() {
    String message =
        assertThrows(ModelUnavailableException.class, () -> design("nowhere.sv").build())
            .getMessage();
    assertTrue(message.contains("nowhere.sv"), message);
  }

  @Test
  void wrongPortNamesAndKinds() {
    try (VerilatedModel fifo = design("fifo.sv").build();
        VerilatedModel widths = design("widths.sv").build()) {
      String message =
          assertThrows(IllegalArgumentException.class, () -> fifo.port("push")).getMessage();
      assertTrue(message.contains("push") && message.contains("in_valid_i"), message);
      assertThrows(IllegalArgumentException.class, () -> widths.narrow("w65_i"));
      assertThrows(IllegalArgumentException.class, () -> widths.wide("w64_i"));
      assertThrows(IllegalArgumentException.class, () -> fifo.clock(fifo.narrow("out_valid_o")));
      assertThrows(IllegalStateException.class, () -> widths.step(1));
      assertThrows(
          IllegalArgumentException.class, () -> fifo.stepUntil(widths.narrow("w1_o").is(1), 1));
    }
  }

  @Test
  void changedSourceAndOptionsAreNewEntriesAndOldOnesStay() throws IOException {
    Path cache = folder.resolve("cache");
    List<String> steps = new ArrayList<>();
    BuildListener listener = (what, done, total) -> steps.add(what);
    VerilatedDesign first =
        text("wire_of.sv", "module wire_of(input logic a, output logic y); assign y = a; endmodule")
            .builtBy(cache, System.getenv("PATH"), listener);
    first.build().close();
    assertFalse(steps.isEmpty());
    steps.clear();
    first.build().close();
    assertEquals(List.of(), steps);
    text("wire_of.sv", "module wire_of(input logic a, output logic y); assign y = !a; endmodule");
    try (VerilatedModel inverter = first.build()) {
      inverter.eval();
      assertTrue(inverter.narrow("y").isHigh());
    }
    assertFalse(steps.isEmpty());
  }
}
