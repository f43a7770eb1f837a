package dev.zhulong.simulator.functional;

import static dev.zhulong.firmware.isa.Instruction.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zhulong.firmware.isa.CoreShape;
import dev.zhulong.firmware.isa.Csr;
import dev.zhulong.firmware.isa.Extension;
import dev.zhulong.firmware.isa.FaultCause;
import dev.zhulong.firmware.isa.HostRegister;
import dev.zhulong.firmware.isa.Instruction;
import dev.zhulong.firmware.isa.InstructionEncoder;
import dev.zhulong.firmware.isa.MemoryMap;
import dev.zhulong.simulator.DeviceMemory;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Launches, faults, protection, barriers, console and reset, by programs made word by word. */
class FunctionalDeviceTest {
  private static final CoreShape SHAPE = CoreShape.parse("c1w4t4");
  private static final int ENTRY = (int) MemoryMap.PROGRAM;
  private static final int DATA = 0x10000;

  private final List<Integer> words = new ArrayList<>();
  private DeviceMemory memory;
  private FunctionalDevice device;

  @BeforeEach
  void open() {
    memory = DeviceMemory.reserve();
    device = new FunctionalDevice(SHAPE, 16, memory.segment());
    write(HostRegister.IRQ_ENABLE, HostRegister.IRQ_DONE | HostRegister.IRQ_FAULT);
    write(HostRegister.LAUNCH_ENTRY, ENTRY);
    write(HostRegister.LAUNCH_ARGUMENT, DATA);
  }

  @AfterEach
  void close() {
    memory.close();
  }

  private void write(HostRegister register, int value) {
    device.write32(register.offset(), value);
  }

  private int read(HostRegister register) {
    return device.read32(register.offset());
  }

  private int word(long address) {
    return memory.segment().get(ValueLayout.JAVA_INT, address);
  }

  private void emit(Instruction instruction, int rd, int rs1, int rs2, int immediate) {
    words.add(InstructionEncoder.encode(instruction, rd, rs1, rs2, 0, immediate, 0));
  }

  private void csr(int rd, Csr csr) {
    emit(CSRRS, rd, 0, 0, csr.address());
  }

  private void end() {
    emit(TMC, 0, 0, 0, 0);
  }

  private void launch() {
    for (int i = 0; i < words.size(); i++) {
      memory.segment().set(ValueLayout.JAVA_INT, MemoryMap.PROGRAM + 4L * i, words.get(i));
    }
    write(HostRegister.CONTROL, HostRegister.CONTROL_LAUNCH);
    device.run(1_000_000, System.nanoTime() + 10_000_000_000L);
  }

  private void grid(int mode, int groups, int x, int y, int localBytes) {
    write(HostRegister.LAUNCH_MODE, HostRegister.MODE_GRID | mode);
    write(HostRegister.LAUNCH_GRID_X, groups);
    write(HostRegister.LAUNCH_GRID_Y, 1);
    write(HostRegister.LAUNCH_GRID_Z, 1);
    write(HostRegister.LAUNCH_GROUP_X, x);
    write(HostRegister.LAUNCH_GROUP_Y, y);
    write(HostRegister.LAUNCH_GROUP_Z, 1);
    write(HostRegister.LAUNCH_LOCAL_BYTES, localBytes);
  }

  private void expectDone() {
    assertEquals(HostRegister.STATUS_DONE, read(HostRegister.STATUS));
    assertTrue(device.interrupt());
  }

  private void expectFault(FaultCause cause, int index, int address, int access) {
    assertEquals(HostRegister.STATUS_FAULTED, read(HostRegister.STATUS));
    assertEquals(cause, FaultCause.of(read(HostRegister.FAULT_CAUSE)));
    assertEquals(ENTRY + 4 * index, read(HostRegister.FAULT_PC));
    assertEquals(address, read(HostRegister.FAULT_ADDRESS));
    assertEquals(access, read(HostRegister.FAULT_ACCESS));
  }

  @ParameterizedTest
  @CsvSource({"TEXTURE, TEX_COORD", "MERGE, MERGE_PACK8LO", "COVERAGE, COVER_ANY"})
  void instructionsOfUnitsAreIllegalWithoutThem(Extension unit, Instruction instruction) {
    device =
        new FunctionalDevice(SHAPE, 16, memory.segment(), EnumSet.complementOf(EnumSet.of(unit)));
    assertEquals(0, read(HostRegister.CAPS_ISA) >> unit.ordinal() & 1);
    write(HostRegister.LAUNCH_ENTRY, ENTRY);
    emit(instruction, 1, 1, 1, 0);
    launch();
    expectFault(FaultCause.ILLEGAL_INSTRUCTION, 0, 0, 0);
  }

  /** Every cause by the shortest program; the device works again after a reset. */
  @Test
  void faultsAreRecordedAndResetRecovers() {
    Object[][] cases = {
      {FaultCause.ILLEGAL_INSTRUCTION, 0, 0, 0},
      {FaultCause.BREAKPOINT, EBREAK.match(), 0, 0},
      {FaultCause.ECALL, ECALL.match(), 0, 0},
      {FaultCause.MISALIGNED, InstructionEncoder.encode(LW, 5, 0, 0, 0, 0x82, 0), 0x82, 1},
      {FaultCause.MISALIGNED, InstructionEncoder.encode(SH, 0, 0, 5, 0, 0x81, 0), 0x81, 2},
      {FaultCause.ACCESS, InstructionEncoder.encode(LW, 5, 0, 0, 0, 0x20, 0), 0x20, 1},
      {FaultCause.ACCESS, InstructionEncoder.encode(SW, 0, 0, 5, 0, -4, 0), -4, 2},
      {FaultCause.MISALIGNED, InstructionEncoder.encode(JALR, 0, 0, 0, 0, 0x82, 0), 0x82, 4},
      {FaultCause.STACK, InstructionEncoder.encode(PRED, 0, 0, 0, 0, 0, 0), 0, 0},
      {
        FaultCause.ILLEGAL_INSTRUCTION,
        InstructionEncoder.encode(CSRRW, 0, 0, 0, 0, Csr.LANE_ID.address(), 0),
        0,
        0
      },
      {FaultCause.ILLEGAL_INSTRUCTION, InstructionEncoder.encode(FADD_S, 1, 1, 1, 0, 0, 5), 0, 0},
    };
    for (Object[] each : cases) {
      words.clear();
      emit(ADDI, 1, 0, 0, 1);
      words.add((Integer) each[1]);
      launch();
      expectFault((FaultCause) each[0], 1, (Integer) each[2], (Integer) each[3]);
      write(HostRegister.CONTROL, HostRegister.CONTROL_LAUNCH);
      assertEquals(
          HostRegister.STATUS_FAULTED | HostRegister.STATUS_REFUSED, read(HostRegister.STATUS));
      write(HostRegister.CONTROL, HostRegister.CONTROL_RESET);
      assertEquals(0, read(HostRegister.STATUS));
      words.clear();
      end();
      launch();
      expectDone();
      write(HostRegister.CONTROL, HostRegister.CONTROL_RESET);
    }
  }

  @Test
  void joinBelowTheStackFaults() {
    emit(ADDI, 5, 0, 0, -1);
    emit(JOIN, 0, 5, 0, 0);
    launch();
    expectFault(FaultCause.STACK, 1, 0, 0);
  }

  @Test
  void disagreeingBranchFaultsWithoutSplit() {
    emit(ADDI, 5, 0, 0, -1);
    emit(TMC, 0, 5, 0, 0);
    csr(6, Csr.LANE_ID);
    emit(BEQ, 0, 6, 0, 8);
    launch();
    expectFault(FaultCause.DIVERGENT_BRANCH, 3, 0, 0);
    assertEquals(15, read(HostRegister.FAULT_LANES));
  }

  @Test
  void instructionThatFaultsInOneLaneStoresNothing() {
    emit(ADDI, 5, 0, 0, -1);
    emit(TMC, 0, 5, 0, 0);
    csr(6, Csr.LANE_ID);
    csr(7, Csr.MSCRATCH);
    words.add(InstructionEncoder.encode(ADD, 8, 6, 7, 0, 0, 0));
    words.add(InstructionEncoder.encode(SW, 0, 8, 5, 0, 0, 0));
    launch();
    expectFault(FaultCause.MISALIGNED, 5, DATA + 1, 2);
    assertEquals(0, word(DATA));
  }

  @Test
  void regionsAllowOnlyWhatTheySay() {
    region(0, ENTRY, 0x100, HostRegister.ALLOW_EXECUTE);
    region(1, DATA, 8, HostRegister.ALLOW_READ | HostRegister.ALLOW_WRITE);
    csr(7, Csr.MSCRATCH);
    emit(SW, 0, 7, 7, 4);
    emit(SW, 0, 7, 7, 8);
    launch();
    expectFault(FaultCause.ACCESS, 2, DATA + 8, 2);
    assertEquals(DATA, word(DATA + 4));
    write(HostRegister.CONTROL, HostRegister.CONTROL_RESET);
    region(0, ENTRY, 0x100, HostRegister.ALLOW_READ);
    launch();
    expectFault(FaultCause.ACCESS, 0, ENTRY, 4);
  }

  @Test
  void atomicNeedsOneRegionThatAllowsReadAndWrite() {
    region(0, ENTRY, 0x100, HostRegister.ALLOW_EXECUTE);
    region(1, DATA, 8, HostRegister.ALLOW_READ | HostRegister.ALLOW_WRITE);
    region(2, DATA + 8, 8, HostRegister.ALLOW_READ);
    region(3, DATA + 8, 8, HostRegister.ALLOW_WRITE);
    csr(7, Csr.MSCRATCH);
    emit(AMOADD_W, 5, 7, 7, 0);
    emit(ADDI, 7, 7, 0, 8);
    emit(AMOADD_W, 5, 7, 7, 0);
    launch();
    expectFault(FaultCause.ACCESS, 3, DATA + 8, 2);
    assertEquals(DATA, word(DATA));
  }

  private void region(int number, int base, int size, int flags) {
    int offset = HostRegister.REGION_BASE.offset() + number * HostRegister.REGION_STRIDE;
    device.write32(offset, base);
    device.write32(offset + 4, size);
    device.write32(offset + 8, flags);
  }

  /** Each invocation stores its x and y at its place in its workgroup's row. */
  @Test
  void gridReachesEveryInvocationOnce() {
    for (int mode : new int[] {0, HostRegister.MODE_INDEPENDENT}) {
      words.clear();
      csr(5, Csr.GROUP_ID_X);
      csr(6, Csr.LOCAL_ID_X);
      csr(7, Csr.LOCAL_ID_Y);
      csr(8, Csr.MSCRATCH);
      emit(ADDI, 9, 0, 0, 3);
      words.add(InstructionEncoder.encode(MUL, 10, 7, 9, 0, 0, 0));
      words.add(InstructionEncoder.encode(ADD, 10, 10, 6, 0, 0, 0));
      emit(SLLI, 5, 5, 0, 6);
      words.add(InstructionEncoder.encode(ADD, 8, 8, 5, 0, 0, 0));
      words.add(InstructionEncoder.encode(SH2ADD, 8, 10, 8, 0, 0, 0));
      emit(SLLI, 7, 7, 0, 8);
      words.add(InstructionEncoder.encode(OR, 7, 7, 6, 0, 0, 0));
      emit(LW, 11, 8, 0, 0);
      emit(ADDI, 7, 7, 0, 1);
      words.add(InstructionEncoder.encode(ADD, 7, 7, 11, 0, 0, 0));
      words.add(InstructionEncoder.encode(SW, 0, 8, 7, 0, 0, 0));
      end();
      memory.segment().asSlice(DATA, 1024).fill((byte) 0);
      grid(mode, 9, 3, 2, 0);
      launch();
      expectDone();
      for (int group = 0; group < 9; group++) {
        for (int i = 0; i < 7; i++) {
          int expected = i < 6 ? (i / 3 << 8 | i % 3) + 1 : 0;
          assertEquals(expected, word(DATA + group * 64 + i * 4), "group " + group + " item " + i);
        }
      }
      write(HostRegister.CONTROL, HostRegister.CONTROL_RESET);
    }
  }

  @Test
  void impossibleLaunchesAreRefusedAndEmptyOnesDone() {
    end();
    grid(0, 1, 17, 1, 0);
    launch();
    assertEquals(HostRegister.STATUS_REFUSED, read(HostRegister.STATUS));
    write(HostRegister.IRQ_STATUS, HostRegister.IRQ_REFUSED);
    grid(0, 1, 1, 1, 16 * 1024 + 1);
    launch();
    assertEquals(HostRegister.STATUS_REFUSED, read(HostRegister.STATUS));
    write(HostRegister.IRQ_STATUS, HostRegister.IRQ_REFUSED);
    grid(0, 1, 0x10000, 0x10000, 0);
    launch();
    assertEquals(HostRegister.STATUS_REFUSED, read(HostRegister.STATUS));
    write(HostRegister.IRQ_STATUS, HostRegister.IRQ_REFUSED);
    grid(0, 0, 17, 1, 0);
    launch();
    expectDone();
  }

  @Test
  void consoleKeepsBytesAndChannels() {
    emit(ADDI, 5, 0, 0, 'z');
    words.add(InstructionEncoder.encode(SB, 0, 0, 5, 0, 0x43, 0));
    end();
    launch();
    expectDone();
    assertEquals(HostRegister.CONSOLE_VALID | 3 << 8 | 'z', read(HostRegister.CONSOLE));
    assertEquals(0, read(HostRegister.CONSOLE));
  }

  @Test
  void budgetsEndAnEndlessLoopAndABarrierThatNobodyJoins() {
    emit(JAL, 0, 0, 0, 0);
    launch();
    assertEquals(HostRegister.STATUS_BUSY, read(HostRegister.STATUS));
    assertFalse(device.interrupt());
    write(HostRegister.CONTROL, HostRegister.CONTROL_STOP);
    expectFault(FaultCause.TIMEOUT, 0, 0, 0);
    write(HostRegister.CONTROL, HostRegister.CONTROL_RESET);
    words.clear();
    emit(ADDI, 5, 0, 0, 2);
    words.add(InstructionEncoder.encode(BAR, 0, 0, 5, 0, 0, 0));
    launch();
    assertEquals(HostRegister.STATUS_BUSY, read(HostRegister.STATUS));
    assertEquals(1, read(HostRegister.LANE_INSTRUCTIONS) - 1);
  }

  @Test
  void spawnedWarpsMeetAtABarrier() {
    csr(5, Csr.WARP_ID);
    csr(6, Csr.WARPS);
    csr(7, Csr.MSCRATCH);
    emit(AUIPC, 8, 0, 0, 0);
    emit(ADDI, 8, 8, 0, 12);
    words.add(InstructionEncoder.encode(WSPAWN, 0, 6, 8, 0, 0, 0));
    csr(5, Csr.WARP_ID);
    csr(6, Csr.WARPS);
    csr(7, Csr.MSCRATCH);
    words.add(InstructionEncoder.encode(SH2ADD, 9, 5, 7, 0, 0, 0));
    words.add(InstructionEncoder.encode(SW, 0, 9, 6, 0, 0, 0));
    words.add(InstructionEncoder.encode(BAR, 0, 0, 6, 0, 0, 0));
    emit(LW, 10, 7, 0, 12);
    words.add(InstructionEncoder.encode(SW, 0, 9, 10, 0, 16, 0));
    end();
    launch();
    expectDone();
    for (int warp = 0; warp < 4; warp++) {
      assertEquals(4, word(DATA + 16 + 4 * warp));
    }
  }
}
