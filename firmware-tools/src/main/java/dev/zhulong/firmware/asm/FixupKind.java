package dev.zhulong.firmware.asm;

/** What a fix-up puts where; the numbers are those of the RISC-V ELF psABI. */
enum FixupKind {
  DATA_8(0),
  DATA_16(0),
  DATA_32(1),
  DATA_64(2),
  BRANCH(16),
  JAL(17),
  CALL(19),
  PCREL_HI20(23),
  PCREL_LO12_I(24),
  PCREL_LO12_S(25),
  HI20(26),
  LO12_I(27),
  LO12_S(28),
  /** A number that was not known when the instruction was read. */
  NUMBER_I(0),
  NUMBER_S(0);

  private final int relocation;

  FixupKind(int relocation) {
    this.relocation = relocation;
  }

  /** Relocation type; 0 if the value must be a number. */
  int relocation() {
    return relocation;
  }

  boolean storeForm() {
    return this == PCREL_LO12_S || this == LO12_S || this == NUMBER_S;
  }

  boolean pcRelative() {
    return this == BRANCH || this == JAL || this == CALL || this == PCREL_HI20;
  }

  boolean lowHalf() {
    return this == PCREL_LO12_I || this == PCREL_LO12_S;
  }
}
