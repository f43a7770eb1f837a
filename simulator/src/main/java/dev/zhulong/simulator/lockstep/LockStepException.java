package dev.zhulong.simulator.lockstep;

/** The cycle model and the functional simulator differ; the message says where and in what. */
public final class LockStepException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  LockStepException(String message) {
    super(message);
  }
}
