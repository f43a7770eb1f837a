package dev.zhulong.simulator.lockstep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.zhulong.firmware.isa.CoreShape;
import dev.zhulong.firmware.isa.HostRegister;
import dev.zhulong.firmware.isa.Instruction;
import dev.zhulong.firmware.isa.InstructionEncoder;
import dev.zhulong.firmware.isa.MemoryMap;
import dev.zhulong.simulator.DeviceMemory;
import dev.zhulong.simulator.functional.FunctionalDevice;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever a record says that the simulator does not is found. */
class FollowerTest {
  private static final int ENTRY = (int) MemoryMap.PROGRAM;
  private static final int ADDI = InstructionEncoder.encode(Instruction.ADDI, 5, 0, 0, 0, 7, 0);
  private static final int SLLI = InstructionEncoder.encode(Instruction.SLLI, 6, 5, 0, 0, 16, 0);
  private static final int SH = InstructionEncoder.encode(Instruction.SH, 0, 6, 6, 0, 4, 0);
  private static final int TMC = InstructionEncoder.encode(Instruction.TMC, 0, 0, 0, 0, 0, 0);

  private DeviceMemory memory;
  private Follower follower;

  /** Records of the program for a warp of two lanes, lane 0 active. */
  private static int[][] records() {
    return new int[][] {
      {0, 0, ENTRY, ADDI, 1, 5, 0, 0, 7, 0, 0, 0, 0, 0},
      {0, 0, ENTRY + 4, SLLI, 1, 6, 0, 1, 7 << 16, 0, 0, 0, 0, 0},
      {0, 0, ENTRY + 8, SH, 1, -1, 1, 2, 0, 0, (7 << 16) + 4, 0, 0, 0},
      {0, 0, ENTRY + 12, TMC, 1, -1, 0, 3, 0, 0, 0, 0, 0, 0},
    };
  }

  @BeforeEach
  void launch() {
    memory = DeviceMemory.reserve();
    FunctionalDevice device = new FunctionalDevice(new CoreShape(1, 2, 2), 16, memory.segment());
    MemorySegment.copy(
        MemorySegment.ofArray(new int[] {ADDI, SLLI, SH, TMC}),
        0,
        memory.segment(),
        MemoryMap.PROGRAM,
        16);
    device.write32(HostRegister.LAUNCH_ENTRY.offset(), ENTRY);
    device.write32(HostRegister.CONTROL.offset(), HostRegister.CONTROL_LAUNCH);
    follower = new Follower(device);
    follower.restart(false);
  }

  @AfterEach
  void release() {
    memory.close();
  }

  @Test
  void sameRecordsPass() {
    for (int[] record : records()) {
      follower.accept(record);
    }
    follower.requireEnd();
    assertEquals(4, follower.compared());
  }

  @ParameterizedTest
  @CsvSource({
    "0, 2, pc", // another address
    "1, 3, pc", // another instruction
    "1, 4, lanes",
    "0, 5, register",
    "1, 8, result",
    "2, 6, stores", // a store that is missing
    "2, 10, stores", // another address
    "2, 12, stores", // another value
    "3, 6, stored", // a store too many
  })
  void anyOtherFieldIsADifference(int index, int field, String named) {
    int[][] records = records();
    records[index][field] ^= 2;
    if (field == 6) {
      records[index][field] = index == 2 ? 0 : 1;
    }
    for (int i = 0; i < index; i++) {
      follower.accept(records[i]);
    }
    LockStepException e =
        assertThrows(LockStepException.class, () -> follower.accept(records[index]));
    assertEquals(true, e.getMessage().contains(named), e.getMessage());
  }

  @Test
  void anEndThatComesTooEarlyIsADifference() {
    follower.accept(records()[0]);
    assertThrows(LockStepException.class, follower::requireEnd);
  }
}
