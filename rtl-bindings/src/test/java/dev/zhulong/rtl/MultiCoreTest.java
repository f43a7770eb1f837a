package dev.zhulong.rtl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.zhulong.firmware.isa.CoreShape;
import dev.zhulong.firmware.isa.Csr;
import dev.zhulong.firmware.isa.FaultCause;
import dev.zhulong.firmware.isa.HostRegister;
import dev.zhulong.firmware.isa.Instruction;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What only a device of several cores has. Skipped where Verilator is missing. */
class MultiCoreTest {
  private static final CoreShape SHAPE = CoreShape.parse("c3w2t2");
  private static final int ENTRY = 0x1000;
  private static final int ARGUMENT = 0x10000;
  private static final int CYCLES = 200_000;
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static Path library;

  private Arena arena;
  private MemorySegment memory;
  private CycleModel model;

  @BeforeAll
  static void build() {
    try {
      library = ModelBuilder.standard().build(ModelConfiguration.fast(SHAPE).withChecks());
    } catch (ModelUnavailableException e) {
      if (e.getMessage().contains("apt-get install")) {
        abort("skipped: " + e.getMessage());
      }
      throw e;
    }
  }

  @BeforeEach
  void open() {
    arena = Arena.ofConfined();
    memory = arena.allocate(1 << 20, 64);
    model = CycleModel.open(library, memory);
    write(HostRegister.LAUNCH_ENTRY, ENTRY);
    write(HostRegister.LAUNCH_ARGUMENT, ARGUMENT);
    write(HostRegister.IRQ_ENABLE, HostRegister.IRQ_DONE | HostRegister.IRQ_FAULT);
  }

  @AfterEach
  void close() {
    assertEquals(Optional.empty(), model.failure());
    model.close();
    arena.close();
  }

  private int read(HostRegister register) {
    return model.read32(register.offset());
  }

  private void write(HostRegister register, int value) {
    model.write32(register.offset(), value);
  }

  private void launch(Program program) {
    MemorySegment.copy(
        program.words(), 0, memory, ValueLayout.JAVA_INT, ENTRY, program.words().length);
    write(HostRegister.CONTROL, HostRegister.CONTROL_LAUNCH);
    assertEquals(StopReason.INTERRUPT, model.run(CYCLES, TIMEOUT));
  }

  private int word(int index) {
    return memory.get(ValueLayout.JAVA_INT, ARGUMENT + 4L * index);
  }

  @Test
  void rawLaunchStartsLaneZeroOfEveryCore() {
    // One line a core, so that no two cores write the same one.
    launch(
        new Program()
            .csr(5, Csr.CORE_ID)
            .immediate(Instruction.SLLI, 6, 5, 6)
            .csr(7, Csr.MSCRATCH)
            .registers(Instruction.ADD, 6, 6, 7)
            .csr(8, Csr.MHARTID)
            .immediate(Instruction.ADDI, 8, 8, 1)
            .store(Instruction.SW, 8, 0, 6)
            .end());
    for (int core = 0; core < SHAPE.cores(); core++) {
      assertEquals(core * SHAPE.warps() * SHAPE.lanes() + 1, word(16 * core));
      assertEquals(0, word(16 * core + 1));
    }
    assertEquals(8 * SHAPE.cores(), read(HostRegister.LANE_INSTRUCTIONS));
  }

  /** Every core copies the argument's first word, plus one, to a line of its own. */
  private static Program copies() {
    return new Program()
        .csr(5, Csr.CORE_ID)
        .immediate(Instruction.SLLI, 6, 5, 6)
        .csr(7, Csr.MSCRATCH)
        .registers(Instruction.ADD, 6, 6, 7)
        .load(Instruction.LW, 8, 0, 7)
        .immediate(Instruction.ADDI, 8, 8, 1)
        .store(Instruction.SW, 8, 64, 6)
        .end();
  }

  private void expectCopies(int value) {
    for (int core = 0; core < SHAPE.cores(); core++) {
      assertEquals(value + 1, word(16 * (core + 1)), "core " + core);
    }
  }

  @Test
  void launchesSeeWhatTheHostHasWritten() {
    assertEquals(SHAPE.standardL2Kib(), read(HostRegister.CAPS_L2));
    for (int value = 10; value < 14; value++) {
      memory.set(ValueLayout.JAVA_INT, ARGUMENT, value);
      launch(copies());
      expectCopies(value);
      write(HostRegister.IRQ_STATUS, HostRegister.IRQ_DONE);
    }
  }

  @Test
  void memoryThatStopsAnsweringIsSurvived() {
    // Its stores go beside the words that are compared: one that memory has been asked for may
    // still take place after the reset.
    Program endless =
        new Program()
            .csr(5, Csr.MSCRATCH)
            .load(Instruction.LW, 6, 0, 5)
            .store(Instruction.SW, 6, 32, 5)
            .immediate(Instruction.ADDI, 5, 5, 64)
            .jump(-12);
    for (int round = 0; round < 6; round++) {
      MemorySegment.copy(
          endless.words(), 0, memory, ValueLayout.JAVA_INT, ENTRY, endless.words().length);
      write(HostRegister.CONTROL, HostRegister.CONTROL_LAUNCH);
      assertEquals(StopReason.CYCLES, model.run(70 + 7 * round, TIMEOUT));
      model.holdMemory(true);
      assertEquals(StopReason.CYCLES, model.run(5_000, TIMEOUT));
      write(HostRegister.CONTROL, HostRegister.CONTROL_RESET);
      assertEquals(0, read(HostRegister.STATUS));
      // The next launch finds what the host writes now, not what the old requests bring.
      Program program = copies();
      MemorySegment.copy(
          program.words(), 0, memory, ValueLayout.JAVA_INT, ENTRY, program.words().length);
      memory.set(ValueLayout.JAVA_INT, ARGUMENT, 100 + round);
      write(HostRegister.CONTROL, HostRegister.CONTROL_LAUNCH);
      assertEquals(StopReason.CYCLES, model.run(100, TIMEOUT));
      model.holdMemory(false);
      assertEquals(StopReason.INTERRUPT, model.run(CYCLES, TIMEOUT));
      assertEquals(HostRegister.STATUS_DONE, read(HostRegister.STATUS));
      expectCopies(100 + round);
      write(HostRegister.IRQ_STATUS, HostRegister.IRQ_DONE);
    }
  }

  @Test
  void groupsAreSpreadOverAllCores() {
    write(HostRegister.LAUNCH_MODE, HostRegister.MODE_GRID);
    int groups = 30;
    write(HostRegister.LAUNCH_GRID_X, groups);
    write(HostRegister.LAUNCH_GRID_Y, 1);
    write(HostRegister.LAUNCH_GRID_Z, 1);
    write(HostRegister.LAUNCH_GROUP_X, SHAPE.lanes());
    write(HostRegister.LAUNCH_GROUP_Y, 1);
    write(HostRegister.LAUNCH_GROUP_Z, 1);
    launch(
        new Program()
            .csr(5, Csr.GROUP_ID_X)
            .immediate(Instruction.SLLI, 6, 5, 6)
            .csr(7, Csr.MSCRATCH)
            .registers(Instruction.ADD, 6, 6, 7)
            .csr(8, Csr.CORE_ID)
            .immediate(Instruction.ADDI, 8, 8, 1)
            .store(Instruction.SW, 8, 0, 6)
            .end());
    BitSet cores = new BitSet();
    for (int group = 0; group < groups; group++) {
      assertTrue(word(16 * group) > 0, "group " + group);
      cores.set(word(16 * group) - 1);
    }
    assertEquals(SHAPE.cores(), cores.cardinality());
  }

  @Test
  void barrierAcrossCoresHoldsTheEarlyOnes() {
    // Core c waits about 100 c cycles, arrives, and then notes the cycle counter.
    Program program =
        new Program()
            .csr(5, Csr.CORE_ID)
            .immediate(Instruction.ADDI, 6, 0, 100)
            .registers(Instruction.MUL, 6, 6, 5)
            .immediate(Instruction.ADDI, 6, 6, 1)
            .immediate(Instruction.ADDI, 6, 6, -1)
            .branch(Instruction.BNE, 6, 0, -4)
            .csr(10, Csr.MCYCLE)
            .immediate(Instruction.LUI, 8, 0, 0x80000)
            .csr(9, Csr.CORES)
            .registers(Instruction.BAR, 0, 8, 9)
            .csr(11, Csr.MCYCLE)
            .immediate(Instruction.SLLI, 6, 5, 6)
            .csr(7, Csr.MSCRATCH)
            .registers(Instruction.ADD, 6, 6, 7)
            .store(Instruction.SW, 10, 0, 6)
            .store(Instruction.SW, 11, 4, 6)
            .end();
    launch(program);
    assertEquals(HostRegister.STATUS_DONE, read(HostRegister.STATUS));
    int lastArrival = 0;
    for (int core = 0; core < SHAPE.cores(); core++) {
      lastArrival = Math.max(lastArrival, word(16 * core));
    }
    for (int core = 0; core < SHAPE.cores(); core++) {
      int left = word(16 * core + 1);
      assertTrue(
          left > lastArrival && left < lastArrival + 100,
          "core " + core + " left in cycle " + left + ", the last arrived in " + lastArrival);
    }
    assertTrue(word(16) - word(0) > 90, "the cores arrive one after the other");
  }

  @Test
  void faultRecordNamesTheCore() {
    // All cores but the last end at once; the last one executes an illegal word.
    launch(
        new Program()
            .csr(5, Csr.CORE_ID)
            .immediate(Instruction.ADDI, 6, 0, SHAPE.cores() - 1)
            .branch(Instruction.BEQ, 5, 6, 8)
            .end()
            .add(0));
    assertEquals(HostRegister.STATUS_FAULTED, read(HostRegister.STATUS));
    assertEquals(FaultCause.ILLEGAL_INSTRUCTION.code(), read(HostRegister.FAULT_CAUSE));
    assertEquals(SHAPE.cores() - 1, read(HostRegister.FAULT_CORE));
    assertEquals(ENTRY + 16, read(HostRegister.FAULT_PC));
  }

  @Test
  void severalFaultsLeaveOneRecord() {
    launch(new Program().add(0));
    assertEquals(HostRegister.STATUS_FAULTED, read(HostRegister.STATUS));
    assertEquals(ENTRY, read(HostRegister.FAULT_PC));
    assertTrue(read(HostRegister.FAULT_CORE) < SHAPE.cores());
    write(HostRegister.CONTROL, HostRegister.CONTROL_RESET);
    launch(new Program().end());
    assertEquals(HostRegister.STATUS_DONE, read(HostRegister.STATUS));
  }

  @Test
  void consoleBytesOfAllCoresArrive() {
    int each = 40;
    Program program =
        new Program()
            .csr(5, Csr.CORE_ID)
            .immediate(Instruction.ADDI, 5, 5, 0x40)
            .immediate(Instruction.ADDI, 6, 0, 0)
            .immediate(Instruction.ADDI, 7, 0, each)
            .store(Instruction.SB, 6, 0, 5)
            .immediate(Instruction.ADDI, 6, 6, 1)
            .branch(Instruction.BNE, 6, 7, -8)
            .end();
    MemorySegment.copy(
        program.words(), 0, memory, ValueLayout.JAVA_INT, ENTRY, program.words().length);
    write(HostRegister.CONTROL, HostRegister.CONTROL_LAUNCH);
    int[] next = new int[SHAPE.cores()];
    for (int i = 0; i < each * SHAPE.cores(); i++) {
      int word = 0;
      for (int attempt = 0; attempt < 1000 && word == 0; attempt++) {
        word = read(HostRegister.CONSOLE);
      }
      assertTrue((word & HostRegister.CONSOLE_VALID) != 0, "byte " + i);
      int core = word >> 8 & 0x3f;
      assertEquals(next[core]++, word & 0xff, "core " + core);
    }
    assertEquals(StopReason.INTERRUPT, model.run(CYCLES, TIMEOUT));
    assertEquals(HostRegister.STATUS_DONE, read(HostRegister.STATUS));
  }
}
