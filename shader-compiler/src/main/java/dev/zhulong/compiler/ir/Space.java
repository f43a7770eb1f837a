package dev.zhulong.compiler.ir;

/** What kind of memory an access reaches. Accesses to different spaces never alias. */
public enum Space {
  /** Buffers: device memory, seen by all invocations. */
  GLOBAL,
  /** The workgroup's local memory; addresses include the group's base. */
  SHARED,
  /** The invocation's own stack; addresses come from {@code STACK_ADDRESS}. */
  PRIVATE,
  /** Data behind the kernel's code; addresses come from {@code TABLE_ADDRESS}. */
  CONSTANT,
  /** The launch's argument block: constant during a launch. */
  ARGUMENTS
}
