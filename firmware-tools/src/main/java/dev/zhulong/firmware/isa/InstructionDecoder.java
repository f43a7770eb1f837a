package dev.zhulong.firmware.isa;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Finds the instruction of a word, and takes its fields apart. */
public final class InstructionDecoder {
  /** Candidates by opcode bits 6 to 2 and funct3, those that fix the most bits first. */
  private static final Instruction[][] BUCKETS = buckets();

  private InstructionDecoder() {}

  private static Instruction[][] buckets() {
    Instruction[][] buckets = new Instruction[256][];
    for (int bucket = 0; bucket < 256; bucket++) {
      int sample = bucket >> 3 << 2 | 3 | (bucket & 7) << 12;
      List<Instruction> candidates = new ArrayList<>();
      for (Instruction i : Instruction.values()) {
        if (((i.match() ^ sample) & i.mask() & 0x707f) == 0) {
          candidates.add(i);
        }
      }
      candidates.sort(Comparator.comparingInt(i -> -Integer.bitCount(i.mask())));
      buckets[bucket] = candidates.toArray(Instruction[]::new);
    }
    return buckets;
  }

  /** The instruction of a word, or null if the core has none. */
  public static Instruction decode(int word) {
    if ((word & 3) == 3) {
      for (Instruction i : BUCKETS[(word >> 2 & 31) << 3 | word >> 12 & 7]) {
        if (i.matches(word)) {
          return i;
        }
      }
    }
    return null;
  }

  /** Destination register number. */
  public static int rd(int word) {
    return word >> 7 & 31;
  }

  /** First source register number; also the CSR instructions' 5-bit immediate. */
  public static int rs1(int word) {
    return word >> 15 & 31;
  }

  /** Second source register number; also the shift amount. */
  public static int rs2(int word) {
    return word >> 20 & 31;
  }

  /** Third source register number. */
  public static int rs3(int word) {
    return word >>> 27;
  }

  /** Rounding mode field. */
  public static int rm(int word) {
    return word >> 12 & 7;
  }

  /** CSR address. */
  public static int csr(int word) {
    return word >>> 20;
  }

  /** Signed I-type immediate. */
  public static int immediateI(int word) {
    return word >> 20;
  }

  /** Signed S-type immediate. */
  public static int immediateS(int word) {
    return word >> 25 << 5 | word >> 7 & 31;
  }

  /** Signed branch offset in bytes. */
  public static int immediateB(int word) {
    return word >> 31 << 12
        | (word >> 7 & 1) << 11
        | (word >> 25 & 63) << 5
        | (word >> 8 & 15) << 1;
  }

  /** Upper immediate, its low 12 bits zero. */
  public static int immediateU(int word) {
    return word & 0xffff_f000;
  }

  /** Signed jump offset in bytes. */
  public static int immediateJ(int word) {
    return word >> 31 << 20
        | (word >> 12 & 255) << 12
        | (word >> 20 & 1) << 11
        | (word >> 21 & 1023) << 1;
  }
}
