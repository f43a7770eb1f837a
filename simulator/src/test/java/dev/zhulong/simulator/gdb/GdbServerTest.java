package dev.zhulong.simulator.gdb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.zhulong.firmware.asm.Assembler;
import dev.zhulong.firmware.isa.MemoryMap;
import dev.zhulong.hal.DebugState;
import dev.zhulong.hal.DeviceFaultException;
import dev.zhulong.hal.Gpu;
import dev.zhulong.hal.LaunchLimits;
import dev.zhulong.hal.RawRun;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The protocol packet by packet, and with packets that no debugger would send. */
@Timeout(120)
class GdbServerTest {
  private static final String SPIN =
      """
      _start:
        li   a0, 0x40
        li   a1, 'h'
        sb   a1, 0(a0)
        li   a1, 10
        sb   a1, 0(a0)
      loop:
        addi a2, a2, 1
        j    loop
      """;

  private static final String[] PACKETS = {
    "?",
    "g",
    "m80000000,10",
    "m0,4",
    "mfffffff0,100",
    "p20",
    "p41",
    "p5",
    "pffff",
    "P5=78563412",
    "P20=00000080",
    "Hg1",
    "Hg5",
    "Hc-1",
    "T1",
    "T0",
    "qC",
    "qfThreadInfo",
    "qsThreadInfo",
    "qSupported:multiprocess+",
    "qXfer:features:read:target.xml:0,fff",
    "qAttached",
    "qXfer:threads:read::0,fff",
    "qThreadExtraInfo,1",
    "qRcmd,7761727073",
    "qRcmd,7",
    "vCont?",
    "vCont;s:1",
    "vCont;s:1;c:2",
    "vCont;r80000000,80000008:1",
    "vCont;x",
    "vCont;",
    "s",
    "Z0,80000014,4",
    "Z1,80000004,4",
    "Z2,80000004,4",
    "Z0,80000002,4",
    "z0,80000014,4",
    "Z0",
    "M20000,4:01020304",
    "M20000,4:01",
    "X20000,2:a}",
    "X20000,0:",
    "G00",
    "vMustReplyEmpty",
    "qTStatus",
    "!",
    "R",
    "vFile:open",
    "QNonStop:1",
    ""
  };

  /** A device, a program that never ends, and the debugger's end of the line. */
  private static final class Line implements AutoCloseable {
    private final Gpu gpu = Gpu.open("sim:?config=c1w2t2");
    private final OutputStream toServer;
    private final InputStream fromServer;
    private final CompletableFuture<SessionEnd> served;

    Line() throws IOException {
      gpu.debugger().haltOnLaunch(true);
      byte[] elf = Assembler.assemble(SPIN, "spin").toBytes();
      RawRun run =
          gpu.start(elf, "spin", 0, new LaunchLimits(Long.MAX_VALUE, Duration.ofMillis(200)));
      PipedInputStream in = new PipedInputStream(1 << 16);
      toServer = new PipedOutputStream(in);
      PipedInputStream back = new PipedInputStream(1 << 20);
      PipedOutputStream out = new PipedOutputStream(back);
      fromServer = back;
      Debuggee debuggee = new Debuggee(gpu, MemoryMap.PROGRAM, () -> run.await().exitCode());
      served =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return GdbServer.serve(debuggee, in, out, line -> {});
                } catch (IOException | InterruptedException e) {
                  throw new IllegalStateException(e);
                } catch (DeviceFaultException e) {
                  return SessionEnd.EXITED;
                }
              });
    }

    void raw(byte... bytes) throws IOException {
      toServer.write(bytes);
      toServer.flush();
    }

    void send(String contents) throws IOException {
      int sum = 0;
      for (byte b : contents.getBytes(StandardCharsets.ISO_8859_1)) {
        sum += b;
      }
      raw(String.format("$%s#%02x", contents, sum & 0xff).getBytes(StandardCharsets.ISO_8859_1));
    }

    /** The next packet's contents, its checksum checked. */
    String receive() throws IOException {
      int b = read();
      while (b != '$') {
        b = read();
      }
      StringBuilder contents = new StringBuilder();
      int sum = 0;
      for (b = read(); b != '#'; b = read()) {
        contents.append((char) b);
        sum += b;
      }
      int high = Character.digit(read(), 16);
      assertEquals(sum & 0xff, high << 4 | Character.digit(read(), 16), contents.toString());
      return contents.toString();
    }

    private int read() throws IOException {
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
      while (fromServer.available() == 0) {
        // What was sent before the end is there once the end is seen.
        boolean ended = served.isDone();
        if (fromServer.available() == 0 && (ended || System.nanoTime() - deadline > 0)) {
          fail(ended ? "the session has ended" : "no answer");
        }
        Thread.onSpinWait();
      }
      return fromServer.read();
    }

    String ask(String contents) throws IOException {
      send(contents);
      return receive();
    }

    SessionEnd end() throws InterruptedException, ExecutionException, TimeoutException {
      return served.get(20, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws IOException {
      toServer.close();
      served.join();
      gpu.close();
    }
  }

  @Test
  void answersAsTheManualSays() throws Exception {
    try (Line line = new Line()) {
      assertTrue(line.ask("qSupported:swbreak+").contains("PacketSize="));
      assertTrue(line.ask("?").matches("T05.*thread:1;"));
      assertEquals("m1", line.ask("qfThreadInfo"));
      assertEquals("l", line.ask("qsThreadInfo"));
      assertEquals(65 * 8, line.ask("g").length());
      assertEquals("00000080", line.ask("p20"));
      assertEquals("E01", line.ask("pffff"));
      assertEquals("OK", line.ask("P5=78563412"));
      assertEquals("78563412", line.ask("p5"));
      assertEquals("OK", line.ask("M20001,5:0102030405"));
      assertEquals("00010203040500", line.ask("m20000,7"));
      assertEquals("OK", line.ask("X20001,2:}\003z"));
      assertEquals("237a", line.ask("m20001,2"));
      assertEquals("E01", line.ask("m0,4"));
      for (String address : new String[] {"4", "8", "c", "14"}) {
        assertEquals(
            "OK", line.ask("Z0,800000" + "0".repeat(2 - address.length()) + address + ",4"));
      }
      assertTrue(line.ask("Z1,80000010,4").startsWith("E"));
      assertEquals("OK", line.ask("Z1,80000004,4"));
      assertEquals("", line.ask("Z2,80000004,4"));
      for (String address : new String[] {"04", "08", "0c"}) {
        assertEquals("OK", line.ask("z0,800000" + address + ",4"));
      }
      assertTrue(line.ask("vCont;s:1;c").contains("20:04000080"));
      // The console's line comes while the program runs, the breakpoint's stop after it.
      line.send("vCont;c");
      assertEquals("O680a", line.receive());
      assertTrue(line.receive().contains("20:14000080"));
      assertTrue(line.ask("vCont;r80000014,8000001c:1").startsWith("T05"));
      assertEquals("OK", line.ask("z0,80000014,4"));
      line.send("vCont;c");
      Thread.sleep(50);
      line.raw((byte) 3);
      assertTrue(line.receive().startsWith("T02"));
      assertEquals("OK", line.ask("QStartNoAckMode"));
      assertEquals("QC1", line.ask("qC"));
      line.send("k");
      assertEquals(SessionEnd.KILLED, line.end());
    }
  }

  @Test
  void damagedPacketIsAskedForAgainAndAnAnswerGivenAgain() throws Exception {
    try (Line line = new Line()) {
      line.raw("$qC#00".getBytes(StandardCharsets.ISO_8859_1));
      assertEquals('-', line.read());
      assertEquals("QC1", line.ask("qC"));
      line.raw((byte) '-');
      assertEquals("QC1", line.receive());
      assertEquals("E01", line.ask("m" + "0".repeat(PacketLink.LONGEST)));
      assertEquals("QC1", line.ask("qC"));
    }
  }

  @Test
  void lostConnectionEndsTheWork() throws Exception {
    try (Line line = new Line()) {
      line.send("vCont;c");
      Thread.sleep(20);
      line.toServer.close();
      assertEquals(SessionEnd.KILLED, line.end());
    }
  }

  @Test
  void detachedWorkGoesOn() throws Exception {
    try (Line line = new Line()) {
      assertEquals("OK", line.ask("Z0,80000014,4"));
      assertEquals("OK", line.ask("D"));
      assertEquals(SessionEnd.DETACHED, line.end());
      assertEquals(new DebugState.Running(), line.gpu.debugger().await(Duration.ofMillis(5)));
    }
  }

  @Test
  void noBytesBreakTheServer() throws Exception {
    long seed = Long.getLong("zl.seed", System.nanoTime());
    System.out.println("GdbServerTest seed " + seed + " (-Dzl.seed=" + seed + ")");
    Random random = new Random(seed);
    for (int session = 0; session < 40; session++) {
      try (Line line = new Line()) {
        for (int i = 0; i < 60; i++) {
          String packet = PACKETS[random.nextInt(PACKETS.length)];
          switch (random.nextInt(4)) {
            case 0 -> line.send(packet);
            case 1 -> line.send(mutated(packet, random));
            case 2 ->
                line.raw(
                    mutated("$" + packet + "#00", random).getBytes(StandardCharsets.ISO_8859_1));
            default -> {
              byte[] noise = new byte[random.nextInt(20)];
              random.nextBytes(noise);
              line.raw(noise);
            }
          }
        }
        // Whatever was left open is closed by this, and an interrupt ends whatever runs.
        line.raw("#00#00".getBytes(StandardCharsets.ISO_8859_1));
        line.raw((byte) 3);
        line.send("qC");
        line.raw((byte) 3);
        awaitAnswer(line, "seed " + seed + " session " + session);
      }
    }
  }

  /** Some packets end the session; else the server must still answer. */
  private static void awaitAnswer(Line line, String name) throws IOException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    StringBuilder text = new StringBuilder();
    while (!line.served.isDone()
        && text.indexOf("$QC") < 0
        && !text.toString().endsWith("$E01#a6")) {
      while (line.fromServer.available() > 0) {
        text.append((char) line.fromServer.read());
      }
      if (System.nanoTime() - deadline > 0) {
        fail(name + ": no answer");
      }
      Thread.onSpinWait();
    }
    if (line.served.isCompletedExceptionally()) {
      line.served.join();
    }
  }

  private static String mutated(String packet, Random random) {
    StringBuilder out = new StringBuilder(packet);
    for (int n = random.nextInt(3); n >= 0; n--) {
      int at = random.nextInt(out.length() + 1);
      char c =
          (char)
              (random.nextBoolean()
                  ? random.nextInt(256)
                  : "0123456789abcdef,;:-".charAt(random.nextInt(20)));
      switch (random.nextInt(3)) {
        case 0 -> out.insert(at, c);
        case 1 -> out.setLength(at);
        default -> {
          if (at < out.length()) {
            out.setCharAt(at, c);
          }
        }
      }
    }
    return out.toString();
  }
}
