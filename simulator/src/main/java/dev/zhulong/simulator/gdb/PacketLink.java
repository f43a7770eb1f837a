package dev.zhulong.simulator.gdb;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Frames packets: {@code $contents#checksum}, acknowledged until the debugger asks not to. A thread
 * of its own reads, so that an interrupt or a lost connection is noticed while the device runs.
 */
final class PacketLink {
  /** Longest contents in either direction, in bytes. */
  static final int LONGEST = 16_384;

  private static final int WAITING = 64;

  private final InputStream in;
  private final OutputStream out;
  private final BlockingQueue<Packet> received = new ArrayBlockingQueue<>(WAITING);
  private volatile boolean acknowledging = true;
  private byte[] lastSent = {};

  PacketLink(InputStream in, OutputStream out) {
    this.in = new BufferedInputStream(in);
    this.out = out;
    Thread.ofPlatform().daemon().name("gdb-reader").start(this::pump);
  }

  /** Waits for the next packet. */
  Packet receive() throws InterruptedException {
    return received.take();
  }

  /** The next packet, which stays to be received, or null if none has come. */
  Packet peek() {
    return received.peek();
  }

  /** Removes what {@link #peek} has shown. */
  void skip() {
    received.poll();
  }

  /** Stops acknowledging, in both directions. */
  void stopAcknowledging() {
    acknowledging = false;
  }

  /** Sends a packet; the contents are escaped already where they need it. */
  synchronized void send(String contents) throws IOException {
    byte[] bytes = contents.getBytes(StandardCharsets.ISO_8859_1);
    int sum = 0;
    for (byte b : bytes) {
      sum += b & 0xff;
    }
    byte[] frame = new byte[bytes.length + 4];
    frame[0] = '$';
    System.arraycopy(bytes, 0, frame, 1, bytes.length);
    frame[bytes.length + 1] = '#';
    frame[bytes.length + 2] = (byte) Character.forDigit(sum >> 4 & 15, 16);
    frame[bytes.length + 3] = (byte) Character.forDigit(sum & 15, 16);
    lastSent = frame;
    out.write(frame);
    out.flush();
  }

  private synchronized void acknowledge(char answer) throws IOException {
    if (acknowledging) {
      out.write(answer);
      out.flush();
    }
  }

  private synchronized void sendAgain() throws IOException {
    if (acknowledging) {
      out.write(lastSent);
      out.flush();
    }
  }

  private void pump() {
    try {
      for (int b = in.read(); b >= 0; b = in.read()) {
        switch (b) {
          case '$' -> receivePacket();
          case '-' -> sendAgain();
          case 3 -> received.put(new Packet.Interrupt());
          default -> {
            // An acknowledgement, or noise between packets.
          }
        }
      }
    } catch (IOException e) {
      System.getLogger(PacketLink.class.getName())
          .log(System.Logger.Level.DEBUG, "connection lost", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    try {
      received.put(new Packet.End());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void receivePacket() throws IOException, InterruptedException {
    StringBuilder contents = new StringBuilder();
    boolean tooLong = false;
    int sum = 0;
    int b = in.read();
    while (b >= 0 && b != '#') {
      if (b == '$') {
        // The rest of the packet before got lost.
        contents.setLength(0);
        sum = 0;
        tooLong = false;
      } else {
        sum += b;
        if (contents.length() < LONGEST) {
          contents.append((char) b);
        } else {
          tooLong = true;
        }
      }
      b = in.read();
    }
    int high = Character.digit(in.read(), 16);
    int low = Character.digit(in.read(), 16);
    if (high < 0 || low < 0 || (high << 4 | low) != (sum & 0xff)) {
      if (acknowledging) {
        acknowledge('-');
      } else {
        received.put(new Packet.Unusable());
      }
      return;
    }
    acknowledge('+');
    received.put(tooLong ? new Packet.Unusable() : new Packet.Command(contents.toString()));
  }
}
