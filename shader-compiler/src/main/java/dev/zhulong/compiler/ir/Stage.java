package dev.zhulong.compiler.ir;

/** How far a kernel has come; each stage forbids what the passes before it removed. */
public enum Stage {
  /** Locals are allowed. */
  BUILT,
  /** No locals: SSA. */
  SSA,
  /** SSA without the opcodes marked {@link Opcode#expanded()}: what the back end takes. */
  LOWERED
}
