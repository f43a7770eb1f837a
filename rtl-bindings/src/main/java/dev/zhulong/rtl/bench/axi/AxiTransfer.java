package dev.zhulong.rtl.bench.axi;

import java.util.Arrays;

/** A transaction of a master: what was asked for and, when it is done, what came back. */
public final class AxiTransfer {
  private final AxiBurst burst;
  private final boolean write;
  final byte[] data;
  final byte[] mask;
  int at;
  int beat;
  private AxiResponse worst = AxiResponse.OKAY;
  private AxiResponse response;

  AxiTransfer(AxiBurst burst, boolean write, byte[] data, byte[] mask) {
    this.burst = burst;
    this.write = write;
    this.data = data;
    this.mask = mask;
  }

  /** Where it goes. */
  public AxiBurst burst() {
    return burst;
  }

  /** Whether it writes. */
  public boolean isWrite() {
    return write;
  }

  /** Whether it has been answered in full. */
  public boolean isDone() {
    return response != null;
  }

  /** How it ended: for a read, the worst of its beats. */
  public AxiResponse response() {
    requireDone();
    return response;
  }

  /** The bytes read, or those that were to be written, in the order of the addresses. */
  public byte[] data() {
    requireDone();
    return data.clone();
  }

  private void requireDone() {
    if (response == null) {
      throw new IllegalStateException(burst + " has not been answered yet");
    }
  }

  /** The worst answer of the beats so far. */
  AxiResponse worst(AxiResponse ofBeat) {
    if (ofBeat.compareTo(worst) > 0) {
      worst = ofBeat;
    }
    return worst;
  }

  void end(AxiResponse answer) {
    response = answer;
  }

  @Override
  public String toString() {
    return (write ? "write " : "read ")
        + burst
        + (isDone() ? " " + response + " " + Arrays.toString(data) : " not done");
  }
}
