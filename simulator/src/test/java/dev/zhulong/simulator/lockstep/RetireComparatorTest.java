package dev.zhulong.simulator.lockstep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zhulong.firmware.isa.CoreShape;
import dev.zhulong.firmware.isa.HostRegister;
import dev.zhulong.simulator.DeviceMemory;
import dev.zhulong.simulator.functional.FunctionalDevice;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The comparison finds what was changed in a stream, and nothing in one that was not. */
class RetireComparatorTest {
  private static final CoreShape SHAPE = CoreShape.parse("c1w4t4");
  private static final RandomProgram.Limits LIMITS = new RandomProgram.Limits(120, true, 16);

  /** All records of a program, in the order of the functional simulator. */
  private static List<int[]> records(RandomProgram program) {
    List<int[]> all = new ArrayList<>();
    try (DeviceMemory memory = DeviceMemory.reserve()) {
      FunctionalDevice device = new FunctionalDevice(program.shape(), 16, memory.segment());
      device.trace(
          (core, warp, pc, instruction, mask, rd, registers, addresses, data) -> {
            int[] record = new int[RetireRecord.words(program.shape().lanes())];
            RetireRecord.fill(
                record,
                program.shape().lanes(),
                core,
                warp,
                pc,
                instruction,
                mask,
                rd,
                registers,
                addresses,
                data);
            all.add(record);
          });
      program.load(memory.segment());
      program.launch().forEach((register, value) -> device.write32(register.offset(), value));
      device.write32(HostRegister.CONTROL.offset(), HostRegister.CONTROL_LAUNCH);
      device.run(10_000_000, System.nanoTime() + 60_000_000_000L);
      assertEquals(
          0, device.read32(HostRegister.STATUS.offset()) & HostRegister.STATUS_BUSY, "it ends");
    }
    return all;
  }

  private static Optional<Difference> compare(List<int[]> expected, List<int[]> actual) {
    int[] next = {0};
    RetireComparator[] comparator = new RetireComparator[1];
    comparator[0] =
        new RetireComparator(
            SHAPE,
            () -> {
              if (next[0] == expected.size()) {
                return false;
              }
              feed(comparator[0], expected.get(next[0]++));
              return true;
            });
    for (int[] record : actual) {
      Optional<Difference> difference = comparator[0].compare(record);
      if (difference.isPresent()) {
        return difference;
      }
    }
    return comparator[0].end();
  }

  /** Gives a flat record to the sink that takes records apart. */
  private static void feed(RetireComparator comparator, int[] record) {
    int lanes = SHAPE.lanes();
    int[] registers = new int[64 * lanes];
    int rd = record[RetireRecord.RD];
    if (rd >= 0) {
      System.arraycopy(record, RetireRecord.PER_LANE, registers, rd * lanes, lanes);
    }
    boolean store = record[RetireRecord.STORE_LANES] != 0;
    int[] addresses = new int[lanes];
    int[] data = new int[lanes];
    System.arraycopy(record, RetireRecord.PER_LANE + lanes, addresses, 0, lanes);
    System.arraycopy(record, RetireRecord.PER_LANE + 2 * lanes, data, 0, lanes);
    comparator
        .expected()
        .retired(
            record[RetireRecord.CORE],
            record[RetireRecord.WARP],
            record[RetireRecord.PC],
            record[RetireRecord.INSTRUCTION],
            record[RetireRecord.LANES],
            rd,
            registers,
            store ? addresses : null,
            store ? data : null);
  }

  @Test
  void warpsMayInterleaveInAnyOrder() {
    List<int[]> records = records(RandomProgram.of(3, SHAPE, LIMITS));
    List<int[]> byWarp = new ArrayList<>(records);
    byWarp.sort((a, b) -> Integer.compare(b[RetireRecord.WARP], a[RetireRecord.WARP]));
    assertEquals(Optional.empty(), compare(records, byWarp));
  }

  @Test
  void aChangedBitIsFoundWhereItIs() {
    List<int[]> records = records(RandomProgram.of(4, SHAPE, LIMITS));
    for (int field : new int[] {RetireRecord.PC, RetireRecord.LANES, RetireRecord.RD}) {
      List<int[]> changed = new ArrayList<>(records);
      int at = records.size() / 2;
      changed.set(at, records.get(at).clone());
      changed.get(at)[field] ^= 4;
      Difference difference = compare(records, changed).orElseThrow();
      assertEquals(RetireRecord.name(field, SHAPE.lanes()), difference.what());
      assertEquals(records.get(at)[RetireRecord.WARP], difference.warp());
      assertTrue(difference.toString().contains("agreed"), difference::toString);
    }
  }

  @Test
  void aWrongResultOfOneLaneIsFound() {
    List<int[]> records = records(RandomProgram.of(5, SHAPE, LIMITS));
    int at = records.size() - 1;
    while (records.get(at)[RetireRecord.RD] < 0 || (records.get(at)[RetireRecord.LANES] & 4) == 0) {
      at--;
    }
    List<int[]> changed = new ArrayList<>(records);
    changed.set(at, records.get(at).clone());
    changed.get(at)[RetireRecord.PER_LANE + 2] ^= 1 << 31;
    assertEquals("result of lane 2", compare(records, changed).orElseThrow().what());
  }

  @Test
  void missingAndSurplusInstructionsAreFound() {
    List<int[]> records = records(RandomProgram.of(6, SHAPE, LIMITS));
    List<int[]> shorter = records.subList(0, records.size() - 1);
    assertEquals("missing", compare(records, shorter).orElseThrow().actual());
    assertEquals("retired", compare(shorter, records).orElseThrow().actual());
  }

  @Test
  void programsAreReproducibleAndCoverTheInstructionSet() {
    TreeSet<String> seen = new TreeSet<>();
    boolean grid = false;
    for (int seed = 0; seed < 40; seed++) {
      RandomProgram program = RandomProgram.of(seed, SHAPE, RandomProgram.Limits.DEFAULT);
      assertEquals(
          java.util.Arrays.hashCode(program.words()),
          java.util.Arrays.hashCode(
              RandomProgram.of(seed, SHAPE, RandomProgram.Limits.DEFAULT).words()));
      grid |= program.launch().get(HostRegister.LAUNCH_MODE) == HostRegister.MODE_GRID;
      for (int[] record : records(program)) {
        seen.add(
            dev.zhulong.firmware.isa.InstructionDecoder.decode(record[RetireRecord.INSTRUCTION])
                .mnemonic());
      }
    }
    assertTrue(grid);
    for (var instruction : dev.zhulong.firmware.isa.Instruction.values()) {
      boolean possible =
          switch (instruction) {
            case ECALL, EBREAK -> false;
            default -> instruction.extension() != dev.zhulong.firmware.isa.Extension.A;
          };
      assertEquals(possible, seen.contains(instruction.mnemonic()), instruction.mnemonic());
    }
    assertFalse(seen.contains("ebreak"), "a fault retires nothing");
  }
}
