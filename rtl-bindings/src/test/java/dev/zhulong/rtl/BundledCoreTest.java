package dev.zhulong.rtl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.zhulong.firmware.isa.Csr;
import dev.zhulong.firmware.isa.HostRegister;
import dev.zhulong.firmware.isa.Instruction;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * The core that travels with the classes is the core of the sources; {@code -Dzl.bindings=apply}
 * builds it anew. It runs where there are no tools, so these tests need none.
 */
class BundledCoreTest {
  private static final Path FOLDER = Path.of("src/main/wasm");
  private static final Path MODULE = FOLDER.resolve("c1w4t4.wasm");
  private static final Path SOURCES = FOLDER.resolve("c1w4t4.sources");
  private static final int ENTRY = 0x1000;
  private static final int OUTPUT = 0x10000;

  @Test
  void isBuiltFromTheSources() throws IOException {
    String now = BundledCore.sourceHash();
    if ("apply".equals(System.getProperty("zl.bindings"))) {
      Path library =
          ModelBuilder.standard()
              .build(BundledCore.CONFIGURATION, Instrumentation.NONE, Backend.WASM);
      Files.write(MODULE, Files.readAllBytes(library));
      Files.writeString(SOURCES, now + "\n");
    }
    assertEquals(
        Files.readString(SOURCES).strip(),
        now,
        MODULE + " is older than the core; run this test with -Dzl.bindings=apply");
  }

  @Test
  void runsProgramsLikeTheNativeModel() {
    long cycles;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(1 << 20, 64);
      try (CycleModel model = CycleModel.bundled(memory)) {
        assertFalse(model.checked());
        assertEquals(4, model.lanes());
        cycles = run(model, memory);
      }
    }
    Tools.assumeInstalled("verilator", "clang++-19");
    for (Backend backend : new Backend[] {Backend.FFM, Backend.JNI}) {
      Path library =
          ModelBuilder.standard().build(BundledCore.CONFIGURATION, Instrumentation.NONE, backend);
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment memory = arena.allocate(1 << 20, 64);
        try (CycleModel model = CycleModel.open(library, backend, memory)) {
          assertEquals(cycles, run(model, memory), backend.toString());
        }
      }
    }
  }

  /** Each lane of one workgroup of four stores its number; the cycles that it took. */
  private static long run(CycleModel model, MemorySegment memory) {
    int[] words =
        new Program()
            .csr(5, Csr.MHARTID)
            .immediate(Instruction.SLLI, 6, 5, 2)
            .add(OUTPUT | 7 << 7 | 0x37)
            .registers(Instruction.ADD, 7, 7, 6)
            .store(Instruction.SW, 5, 0, 7)
            .end()
            .words();
    MemorySegment.copy(words, 0, memory, ValueLayout.JAVA_INT, ENTRY, words.length);
    write(model, HostRegister.LAUNCH_MODE, HostRegister.MODE_GRID);
    write(model, HostRegister.LAUNCH_ENTRY, ENTRY);
    for (HostRegister size :
        new HostRegister[] {
          HostRegister.LAUNCH_GRID_X,
          HostRegister.LAUNCH_GRID_Y,
          HostRegister.LAUNCH_GRID_Z,
          HostRegister.LAUNCH_GROUP_Y,
          HostRegister.LAUNCH_GROUP_Z
        }) {
      write(model, size, 1);
    }
    write(model, HostRegister.LAUNCH_GROUP_X, 16);
    write(model, HostRegister.IRQ_ENABLE, -1);
    write(model, HostRegister.CONTROL, HostRegister.CONTROL_LAUNCH);
    assertEquals(StopReason.INTERRUPT, model.run(100_000, Duration.ofSeconds(60)));
    assertEquals(HostRegister.STATUS_DONE, model.read32(HostRegister.STATUS.offset()));
    for (int i = 0; i < 16; i++) {
      assertEquals(i, memory.get(ValueLayout.JAVA_INT, OUTPUT + 4L * i));
    }
    return model.cycles();
  }

  private static void write(CycleModel model, HostRegister register, int value) {
    model.write32(register.offset(), value);
  }
}
