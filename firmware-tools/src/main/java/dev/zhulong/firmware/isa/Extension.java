package dev.zhulong.firmware.isa;

/** The part of the instruction set that an instruction belongs to. */
public enum Extension {
  /** RV32I base integer set. */
  I,
  /** Integer multiplication and division. */
  M,
  /** Atomics: LR/SC and AMOs. */
  A,
  /** Single-precision floating point. */
  F,
  /** CSR access. */
  ZICSR,
  /** Instruction-fetch fence. */
  ZIFENCEI,
  /** Conditional zero. */
  ZICOND,
  /** Address generation. */
  ZBA,
  /** Basic bit manipulation. */
  ZBB,
  /** The warp instructions of custom-0. */
  WARP
}
