package dev.zhulong.remote;

import io.netty.buffer.ByteBuf;

/** A client as the device's thread has it: its frames, its device, and what it waits for. */
final class Client {
  private final int slot;
  private final Inbox inbox;
  private final VirtualDevice device;
  private final int frameLimit;

  /** The wait that is to be answered, or null. */
  private Wait wait;

  /**
   * A client waits for its interrupt line.
   *
   * @param id of its frame
   * @param deadline by {@link System#nanoTime}
   * @param cycles count of cycles at which to answer
   */
  record Wait(int id, long deadline, long cycles) {}

  Client(int slot, Inbox inbox, VirtualDevice device, int frameLimit) {
    this.slot = slot;
    this.inbox = inbox;
    this.device = device;
    this.frameLimit = frameLimit;
  }

  int slot() {
    return slot;
  }

  Inbox inbox() {
    return inbox;
  }

  VirtualDevice device() {
    return device;
  }

  /** Most bytes of a frame to it. */
  int frameLimit() {
    return frameLimit;
  }

  Wait waiting() {
    return wait;
  }

  void waiting(Wait newWait) {
    wait = newWait;
  }

  /** Whether an answer can go out without piling up. */
  boolean listens() {
    return inbox.channel().isWritable();
  }

  ByteBuf buffer(int bytes) {
    return inbox.channel().alloc().buffer(bytes);
  }

  void send(ByteBuf frame) {
    inbox.channel().writeAndFlush(frame, inbox.channel().voidPromise());
  }

  void refuse(int id, String reason) {
    ByteBuf out = buffer(256);
    Frame.text(out, FrameType.ERROR, id, reason);
    send(out);
  }
}
