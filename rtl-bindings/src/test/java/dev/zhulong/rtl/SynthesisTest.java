package dev.zhulong.rtl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zhulong.firmware.isa.CoreShape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The core is hardware: yosys takes it, and what yosys takes is what the simulation runs. */
class SynthesisTest {
  private static final ModelConfiguration CORE = ModelConfiguration.fast(CoreShape.parse("c1w4t4"));

  @TempDir private Path folder;

  @Test
  void coreHasNeitherLatchesNorLoops() throws IOException {
    Tools.assumeInstalled("verilator", "clang++-19", "yosys");
    SynthesisReport report = Synthesis.standard().run(CORE, Synthesis.DEVICE);
    assertEquals("zl_gpu", report.units().getFirst().name());
    // Two files of 4 warps' 32 registers of 4 words and a bit that tells whether it is written.
    assertEquals(2 * 4 * 32 * (4 * 32 + 1), unit(report, "zl_register_file").memoryBits());
    assertEquals(16 * 1024 * 8, unit(report, "zl_local_memory").memoryBits());
    // Result, and nothing of the lanes' working: the functions' variables are no storage.
    assertEquals(4 * 32, unit(report, "zl_alu").registerBits());
  }

  private static SynthesisReport.Unit unit(SynthesisReport report, String name) {
    return report.units().stream().filter(u -> u.name().equals(name)).findFirst().orElseThrow();
  }

  /** Random programs on the Verilog that yosys reads, against the bench's interpreter. */
  @Test
  void viewBehavesAsTheSource() throws IOException, InterruptedException {
    Tools.assumeInstalled("verilator", "make", "clang++-19");
    Path view = Files.writeString(folder.resolve("view.v"), Synthesis.standard().view(CORE));
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of("src/test/cpp/core/run.sh").toAbsolutePath().toString(),
            "--view",
            view.toString(),
            "--",
            "--programs",
            "200",
            "--seed",
            "11",
            "--faults");
    builder.redirectErrorStream(true);
    builder.environment().put("ZL_BENCH_BUILD", folder.resolve("build").toString());
    Process process = builder.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
  }

  @Test
  void latchIsFound() {
    assertFault(
        """
        module fixture (input logic enable_i, input logic [3:0] data_i, output logic [3:0] data_o);
          always_comb begin
            if (enable_i) data_o = data_i;
          end
        endmodule
        """,
        "latch: fixture/");
  }

  @Test
  void loopThroughTwoModulesIsFound() {
    assertFault(
        """
        module inverter (input logic a_i, output logic y_o);
          assign y_o = ~a_i;
        endmodule
        module fixture (input logic enable_i, output logic data_o);
          logic y;
          inverter inverter (.a_i(data_o), .y_o(y));
          assign data_o = y & enable_i;
        endmodule
        """,
        "loop");
  }

  @Test
  void loopThroughMemoryIsFound() {
    assertFault(
        """
        module fixture (
            input logic clk_i, input logic [1:0] address_i, input logic [3:0] data_i,
            output logic [3:0] data_o);
          logic [3:0] memory[4];
          always_ff @(posedge clk_i) memory[address_i] <= data_i;
          assign data_o = memory[data_o[1:0]];
        endmodule
        """,
        "loop");
  }

  @Test
  void loopLeftByBreakIsNamed() {
    assertFault(
        """
        module fixture (input logic [3:0] data_i, output logic [2:0] data_o);
          always_comb begin
            data_o = 3'd4;
            for (int i = 0; i < 4; i++) begin
              if (data_i[i]) begin
                data_o = 3'(i);
                break;
              end
            end
          end
        endmodule
        """,
        "fixture: the Verilog view does not support");
  }

  private static void assertFault(String module, String message) {
    Tools.assumeInstalled("verilator", "clang++-19", "yosys");
    ModelSources sources = new ModelSources(Map.of("fixture.sv", module), Map.of());
    String found =
        assertThrows(
                SynthesisException.class,
                () -> Synthesis.standard().run(sources, "fixture", List.of(), "fixture"))
            .getMessage();
    assertTrue(found.contains(message), found);
  }

  @Test
  void missingToolIsNamed() {
    String message =
        assertThrows(
                SynthesisException.class,
                () -> Synthesis.withTools(folder.toString()).run(CORE, Synthesis.DEVICE))
            .getMessage();
    assertTrue(message.contains("apt-get install yosys"), message);
  }

  @Test
  void unknownUnitIsNamed() {
    Tools.assumeInstalled("verilator", "clang++-19", "yosys");
    String message =
        assertThrows(SynthesisException.class, () -> Synthesis.standard().run(CORE, "zl_toaster"))
            .getMessage();
    assertTrue(message.contains("zl_toaster"), message);
    assertTrue(message.contains("zl_alu"), message);
  }
}
