package dev.zhulong.rtl;

/** A design has stopped by itself: an assertion failed, or it executed an end of simulation. */
public final class SimulationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String file;
  private final int line;
  private final boolean finished;

  SimulationException(String message, String file, int line, boolean finished) {
    super(message);
    this.file = file;
    this.line = line;
    this.finished = finished;
  }

  /** The source file of the statement that stopped it, empty if unknown. */
  public String file() {
    return file;
  }

  /** The line of that statement, from 1; 0 if unknown. */
  public int line() {
    return line;
  }

  /** Whether it was {@code $finish}, which is no failure. */
  public boolean finished() {
    return finished;
  }
}
