package dev.zhulong.tests.remote;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** A client that sends bytes of the test's choice over TCP. */
final class RawClient implements AutoCloseable {
  private static final int PATIENCE_MILLISECONDS = 20_000;

  private final Socket socket;
  private final DataInputStream in;

  private RawClient(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(PATIENCE_MILLISECONDS);
    this.in = new DataInputStream(socket.getInputStream());
  }

  static RawClient to(String address) throws IOException {
    URI uri = URI.create(address);
    return new RawClient(new Socket(uri.getHost(), uri.getPort()));
  }

  static byte[] frame(int type, int id, byte[] payload) {
    return ByteBuffer.allocate(12 + payload.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(8 + payload.length)
        .putInt(type)
        .putInt(id)
        .put(payload)
        .array();
  }

  static byte[] hello(String token) {
    return hello(0x5052_4c5a, 1, token);
  }

  static byte[] hello(int magic, int major, String token) {
    byte[] bytes = token.getBytes(StandardCharsets.UTF_8);
    return frame(
        1,
        0,
        ByteBuffer.allocate(14 + bytes.length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(magic)
            .putShort((short) major)
            .putShort((short) 0)
            .putInt(1 << 20)
            .putShort((short) bytes.length)
            .put(bytes)
            .array());
  }

  void send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  /** Receives a frame and returns its type; -1 at the end of the stream. */
  int receiveType() throws IOException {
    byte[] head = in.readNBytes(12);
    if (head.length < 12) {
      return -1;
    }
    ByteBuffer words = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
    in.readNBytes(words.getInt(0) - 8);
    return words.get(4);
  }

  /** All that comes until the other side hangs up. */
  byte[] rest() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try {
      in.transferTo(all);
    } catch (IOException e) {
      // A reset is an end too, a time-out is not.
      if (e instanceof java.net.SocketTimeoutException) {
        throw new AssertionError("the server does not hang up", e);
      }
    }
    return all.toByteArray();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
