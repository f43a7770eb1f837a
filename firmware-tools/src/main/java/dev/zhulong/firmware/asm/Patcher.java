package dev.zhulong.firmware.asm;

import dev.zhulong.firmware.isa.Instruction;
import dev.zhulong.firmware.isa.InstructionEncoder;

/** Puts the value of a fix-up into its section. */
final class Patcher {
  private Patcher() {}

  /**
   * Patches.
   *
   * @param value the number; for pc-relative kinds the distance, for low halves of distances the
   *     distance from the AUIPC
   */
  static void patch(Fixup fixup, long value) {
    AsmSection section = fixup.section();
    Token place = fixup.expression().place();
    switch (fixup.kind()) {
      case DATA_8 -> data(fixup, value, 1);
      case DATA_16 -> data(fixup, value, 2);
      case DATA_32 -> data(fixup, value, 4);
      case DATA_64 -> section.patch(fixup.offset(), value, 8);
      case BRANCH -> or(fixup, encode(Instruction.BEQ, value, 4096, place));
      case JAL -> or(fixup, encode(Instruction.JAL, value, 1 << 20, place));
      case CALL -> {
        or(fixup, high((int) value));
        int jump = section.word(fixup.offset() + 4) | (int) value << 20;
        section.patch(fixup.offset() + 4, jump, 4);
      }
      case HI20, PCREL_HI20 -> or(fixup, high((int) value));
      case LO12_I, PCREL_LO12_I -> or(fixup, (int) value << 20);
      case LO12_S, PCREL_LO12_S -> or(fixup, store((int) value));
      case NUMBER_I, NUMBER_S -> {
        if (value < -2048 || value > 2047) {
          throw new SourceError(place, "immediate %d is not from -2048 to 2047", value);
        }
        or(fixup, fixup.kind() == FixupKind.NUMBER_S ? store((int) value) : (int) value << 20);
      }
    }
  }

  private static void data(Fixup fixup, long value, int bytes) {
    long most = (1L << 8 * bytes) - 1;
    if (value < -(most + 1) / 2 || value > most) {
      throw new SourceError(
          fixup.expression().place(), "%d does not fit %d bits", value, 8 * bytes);
    }
    fixup.section().patch(fixup.offset(), value, bytes);
  }

  private static void or(Fixup fixup, int bits) {
    fixup.section().patch(fixup.offset(), fixup.section().word(fixup.offset()) | bits, 4);
  }

  private static int high(int value) {
    return value + 0x800 & 0xffff_f000;
  }

  private static int store(int value) {
    return (value >> 5 & 127) << 25 | (value & 31) << 7;
  }

  private static int encode(Instruction jump, long distance, int reach, Token place) {
    if (distance < -reach || distance >= reach || (distance & 1) != 0) {
      throw new SourceError(
          place,
          "the target is %d bytes away; even distances from %d to %d can be reached",
          distance,
          -reach,
          reach - 2);
    }
    return InstructionEncoder.encode(jump, 0, 0, 0, 0, (int) distance, 0) ^ jump.match();
  }
}
