package dev.zhulong.tests.remote;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zhulong.hal.Buffer;
import dev.zhulong.hal.Gpu;
import dev.zhulong.hal.transport.DeviceUnavailableException;
import dev.zhulong.hal.transport.Transport;
import dev.zhulong.remote.DeviceServer;
import dev.zhulong.remote.KeyMaker;
import dev.zhulong.remote.ServerOptions;
import dev.zhulong.remote.ServerSecurity;
import dev.zhulong.tests.Zl;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who gets at a served device, and who does not. */
class ServerSecurityTest {
  private static final String SIM = "sim:?config=c1w2t2";

  @TempDir private Path folder;

  private static DeviceServer open(String where, ServerOptions options, ServerSecurity security)
      throws IOException {
    Transport device = Served.transport(SIM);
    try {
      return DeviceServer.open(device, where, options, security);
    } catch (IOException | RuntimeException e) {
      device.close();
      throw e;
    }
  }

  private static String refusal(String address) {
    return assertThrows(DeviceUnavailableException.class, () -> Gpu.open(address)).getMessage();
  }

  private static void works(String address) {
    try (Gpu gpu = Gpu.open(address);
        Buffer buffer = gpu.allocate(8)) {
      buffer.write(new int[] {1, 2});
      assertArrayEquals(new int[] {1, 2}, buffer.readInts());
    }
  }

  @Test
  void theTokenDecides() throws IOException {
    Path token = Files.writeString(folder.resolve("token"), "correct horse battery\n");
    Path wrong = Files.writeString(folder.resolve("wrong"), "correct horse batterz\n");
    ServerSecurity security = new ServerSecurity(null, null, token);
    try (DeviceServer server = open("localhost:0", ServerOptions.DEFAULT, security)) {
      works(server.address() + "?token-file=" + token);
      String none = refusal(server.address());
      assertTrue(none.contains("token"), none);
      String other = refusal(server.address() + "?token-file=" + wrong);
      assertTrue(other.contains("the token is not the server's"), other);
      assertEquals(0, waitForNone(server));
      // Whatever comes before the token ends the connection.
      byte[] read = RawClient.frame(0x21, 1, new byte[4]);
      try (RawClient client = RawClient.to(server.address())) {
        client.send(read);
        assertEquals(0x03, client.receiveType());
        assertEquals(0, client.rest().length);
      }
    }
    Path shortToken = Files.writeString(folder.resolve("short"), "abc");
    assertThrows(
        IOException.class,
        () ->
            open("localhost:0", ServerOptions.DEFAULT, new ServerSecurity(null, null, shortToken)));
  }

  private static int waitForNone(DeviceServer server) {
    for (int i = 0; i < 1000 && server.clients() > 0; i++) {
      try {
        Thread.sleep(5);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
    return server.clients();
  }

  @Test
  void tlsKnowsTheServerByPinOrCertificate() throws IOException {
    KeyMaker.Made made = KeyMaker.make(folder.resolve("keys"));
    KeyMaker.Made others = KeyMaker.make(folder.resolve("others"));
    try (DeviceServer server = open("localhost:0", ServerOptions.DEFAULT, made.security())) {
      String bare = server.address().substring(0, server.address().indexOf('?'));
      assertEquals(bare + "?pin=" + made.pin(), server.address());
      String token = "&token-file=" + made.security().tokenFile();
      works(server.address() + token);
      String wrongPin = refusal(bare + "?pin=" + others.pin() + token);
      assertTrue(wrongPin.contains("pin"), wrongPin);
      String authority = refusal(bare + "?ca=" + others.security().certificate() + token);
      assertTrue(authority.contains("not a server"), authority);
      String noToken = refusal(server.address());
      assertTrue(noToken.contains("token"), noToken);
      // Plain text gets nothing but a TLS alert.
      String plain = refusal(bare + "?token-file=" + made.security().tokenFile());
      assertTrue(plain.contains("not a server of devices"), plain);
      try (RawClient client = RawClient.to(bare)) {
        client.send(RawClient.hello(Files.readString(made.security().tokenFile()).strip()));
        byte[] answer = client.rest();
        assertTrue(answer.length <= 16, () -> "answer of " + answer.length + " bytes");
        assertFalse(new String(answer, StandardCharsets.ISO_8859_1).contains("simulator"));
      }
    }
    assertThrows(IOException.class, () -> KeyMaker.make(folder.resolve("keys")));
    for (Path file :
        List.of(
            made.security().key(), made.security().certificate(), made.security().tokenFile())) {
      assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }
  }

  @Test
  void addressesThatOthersReachNeedBoth() throws IOException {
    KeyMaker.Made made = KeyMaker.make(folder.resolve("keys"));
    ServerSecurity both = made.security();
    for (ServerSecurity partial :
        List.of(
            ServerSecurity.NONE,
            new ServerSecurity(both.certificate(), both.key(), null),
            new ServerSecurity(null, null, both.tokenFile()))) {
      IllegalArgumentException refused =
          assertThrows(
              IllegalArgumentException.class,
              () -> open("0.0.0.0:0", ServerOptions.DEFAULT, partial));
      assertTrue(refused.getMessage().contains("--make-key"), refused.getMessage());
    }
    try (DeviceServer server = open("0.0.0.0:0", ServerOptions.DEFAULT, both)) {
      works(server.address().replace("0.0.0.0", "127.0.0.1") + "&token-file=" + both.tokenFile());
    }
    Zl.run("serve", "--listen", "0.0.0.0:0").refuses("certificate", "token", "--make-key");
    Zl.run("serve", "--listen", "nonsense").refuses("HOST:PORT");
    Zl.run("serve", "--listen", "localhost:0", "--tls-key", "x").refuses("certificate");
    Zl.run("serve").refuses("--listen");
  }

  @Test
  void aUnixSocketIsItsUsersOnly() throws IOException {
    Path path = folder.resolve("s");
    try (DeviceServer server = open("unix:" + path, ServerOptions.DEFAULT, ServerSecurity.NONE)) {
      assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
      works(server.address());
      IOException taken =
          assertThrows(
              IOException.class,
              () -> open("unix:" + path, ServerOptions.DEFAULT, ServerSecurity.NONE));
      assertTrue(taken.getMessage().contains("another server"), taken.getMessage());
    }
    assertFalse(Files.exists(path));
    Files.writeString(path, "precious");
    assertThrows(
        IOException.class, () -> open("unix:" + path, ServerOptions.DEFAULT, ServerSecurity.NONE));
    assertEquals("precious", Files.readString(path));
  }

  @Test
  void slowAndSilentStrangersAreShownTheDoor() throws Exception {
    ServerOptions options =
        ServerOptions.DEFAULT
            .withClients(2)
            .withSilence(Duration.ofSeconds(5), Duration.ofSeconds(15), Duration.ofMillis(500));
    try (DeviceServer server = open("localhost:0", options, ServerSecurity.NONE)) {
      List<RawClient> strangers = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        RawClient stranger = RawClient.to(server.address());
        stranger.send(new byte[] {30, 0});
        strangers.add(stranger);
      }
      works(server.address());
      long start = System.nanoTime();
      // One that sends a byte now and then is no better.
      RawClient slow = strangers.getFirst();
      for (int i = 0; i < 8; i++) {
        Thread.sleep(100);
        try {
          slow.send(new byte[] {0});
        } catch (IOException e) {
          break;
        }
      }
      for (RawClient stranger : strangers) {
        assertEquals(0, stranger.rest().length);
        stranger.close();
      }
      assertTrue(System.nanoTime() - start < 10_000_000_000L);
    }
  }

  @Test
  void badFirstFramesAreRefused() throws IOException {
    try (DeviceServer server =
        open("localhost:0", ServerOptions.DEFAULT.withClients(1), ServerSecurity.NONE)) {
      List<byte[]> frames =
          List.of(
              RawClient.hello(0x1234, 1, ""),
              RawClient.hello(0x5052_4c5a, 2, ""),
              RawClient.hello("x".repeat(2000)),
              RawClient.frame(0x99, 0, new byte[14]),
              RawClient.frame(0x0100_0001, 0, new byte[14]),
              RawClient.frame(0x01, 0, new byte[3]),
              new byte[] {-1, -1, -1, -1},
              new byte[] {7, 0, 0, 0});
      for (byte[] frame : frames) {
        try (RawClient client = RawClient.to(server.address())) {
          client.send(frame);
          assertEquals(0x03, client.receiveType());
          assertEquals(0, client.rest().length);
        }
      }
      try (Gpu only = Gpu.open(server.address())) {
        assertEquals(2, only.info().shape().lanes());
        String full = refusal(server.address());
        assertTrue(full.contains("all the 1 clients"), full);
      }
    }
  }
}
