package dev.zhulong.simulator.bringdown;

/** A device did not come down, or did not come back, as it should. */
public final class BringDownException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The message says which scenario, what was seen, and how to see it again. */
  public BringDownException(String message) {
    super(message);
  }
}
