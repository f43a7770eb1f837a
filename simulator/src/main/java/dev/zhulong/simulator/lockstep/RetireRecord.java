package dev.zhulong.simulator.lockstep;

import dev.zhulong.firmware.isa.Instruction;
import dev.zhulong.firmware.isa.InstructionDecoder;
import dev.zhulong.simulator.functional.RetireSink;
import java.util.Arrays;

/**
 * The words of a retire record, laid out as the cycle model's header says: core, warp, pc,
 * instruction, lane mask, rd, store mask, number, then result, store address and store data of each
 * lane.
 */
final class RetireRecord {
  static final int CORE = 0;
  static final int WARP = 1;
  static final int PC = 2;
  static final int INSTRUCTION = 3;
  static final int LANES = 4;
  static final int RD = 5;
  static final int STORE_LANES = 6;
  static final int NUMBER = 7;
  static final int PER_LANE = 8;

  private static final String[] NAMES = {
    "core", "warp", "pc", "instruction", "lane mask", "rd", "store mask", "number"
  };

  private RetireRecord() {}

  static int words(int lanes) {
    return PER_LANE + 3 * lanes;
  }

  /** Fills {@code out} from what a {@link RetireSink} gets; the number stays zero. */
  static void fill(
      int[] out,
      int lanes,
      int core,
      int warp,
      int pc,
      int instruction,
      int mask,
      int rd,
      int[] registers,
      int[] storeAddresses,
      int[] storeData) {
    Arrays.fill(out, 0);
    out[CORE] = core;
    out[WARP] = warp;
    out[PC] = pc;
    out[INSTRUCTION] = instruction;
    out[LANES] = mask;
    out[RD] = rd;
    out[STORE_LANES] = storeAddresses == null ? 0 : mask;
    int dataMask = storeAddresses == null ? 0 : dataMask(instruction);
    for (int lane = 0; lane < lanes; lane++) {
      if ((mask >>> lane & 1) != 0) {
        if (rd != RetireSink.NO_RESULT) {
          out[PER_LANE + lane] = registers[rd * lanes + lane];
        }
        if (storeAddresses != null) {
          out[PER_LANE + lanes + lane] = storeAddresses[lane];
          out[PER_LANE + 2 * lanes + lane] = storeData[lane] & dataMask;
        }
      }
    }
  }

  private static int dataMask(int word) {
    return switch (InstructionDecoder.decode(word)) {
      case SB -> 0xff;
      case SH -> 0xffff;
      default -> -1;
    };
  }

  /** What the word at an index of a record is, for people. */
  static String name(int index, int lanes) {
    if (index < PER_LANE) {
      return NAMES[index];
    }
    String[] parts = {"result", "store address", "store data"};
    return parts[(index - PER_LANE) / lanes] + " of lane " + (index - PER_LANE) % lanes;
  }

  /** One line for people. */
  static String text(int[] record, int lanes) {
    StringBuilder line = new StringBuilder();
    Instruction instruction = InstructionDecoder.decode(record[INSTRUCTION]);
    line.append(
        String.format(
            "%08x  %08x %-10s lanes %x",
            record[PC],
            record[INSTRUCTION],
            instruction == null ? "unknown" : instruction.mnemonic(),
            record[LANES]));
    int rd = record[RD];
    if (rd != RetireSink.NO_RESULT) {
      line.append(rd < 32 ? "  x" + rd : "  f" + (rd - 32)).append(" =");
      perLane(line, record, PER_LANE, lanes, record[LANES]);
    }
    if (record[STORE_LANES] != 0) {
      line.append("  [");
      perLane(line, record, PER_LANE + lanes, lanes, record[STORE_LANES]);
      line.append(" ] =");
      perLane(line, record, PER_LANE + 2 * lanes, lanes, record[STORE_LANES]);
    }
    return line.toString();
  }

  private static void perLane(StringBuilder line, int[] record, int at, int lanes, int mask) {
    for (int lane = 0; lane < lanes; lane++) {
      line.append((mask >>> lane & 1) == 0 ? " -" : String.format(" %x", record[at + lane]));
    }
  }
}
