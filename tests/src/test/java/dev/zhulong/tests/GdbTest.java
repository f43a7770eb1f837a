package dev.zhulong.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zhulong.compiler.CompileException;
import dev.zhulong.compiler.CompileOptions;
import dev.zhulong.compiler.ShaderCompiler;
import dev.zhulong.compiler.ShaderSource;
import dev.zhulong.hal.Buffer;
import dev.zhulong.hal.DeviceFaultException;
import dev.zhulong.hal.Fence;
import dev.zhulong.hal.Gpu;
import dev.zhulong.hal.Kernel;
import dev.zhulong.hal.Launch;
import dev.zhulong.simulator.gdb.Debuggee;
import dev.zhulong.simulator.gdb.GdbServer;
import dev.zhulong.simulator.gdb.SessionEnd;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** GNU's debugger, as anyone has it, drives kernels on the devices. */
class GdbTest {
  private static final int ENTRY_WORD = 24;

  @TempDir private Path folder;

  /** What gdb printed, and how the server saw the session end. */
  private record Session(String text, SessionEnd end) {
    Session shows(String... parts) {
      int at = 0;
      for (String part : parts) {
        int found = text.indexOf(part, at);
        assertTrue(
            found >= 0, () -> "\"" + part + "\" is not there, or not in order, in:\n" + text);
        at = found + part.length();
      }
      return this;
    }
  }

  private static void assume(String device) {
    NativeTools.assumeGdb();
    if (device.startsWith("rtl:")) {
      NativeTools.assumeVerilator();
    }
  }

  private byte[] compile(String example) throws IOException, CompileException {
    Path shader = Modules.ROOT.resolve("examples").resolve(example);
    byte[] elf =
        ShaderCompiler.compile(ShaderSource.of(shader), new CompileOptions(null, Map.of(), 2))
            .elf();
    Files.write(folder.resolve("kernel.elf"), elf);
    return elf;
  }

  private static long entry(byte[] elf) {
    return Integer.toUnsignedLong(
        java.nio.ByteBuffer.wrap(elf).order(java.nio.ByteOrder.LITTLE_ENDIAN).getInt(ENTRY_WORD));
  }

  /** Launches, lets gdb carry out commands, and gives what it printed. */
  private Session debug(Gpu gpu, byte[] elf, Launch launch, String... commands)
      throws IOException, InterruptedException, ExecutionException {
    gpu.debugger().haltOnLaunch(true);
    Fence fence = launch.submit();
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      List<String> line =
          new ArrayList<>(
              List.of(
                  "gdb-multiarch",
                  "-nx",
                  "-batch",
                  "-ex",
                  "set width 0",
                  "-ex",
                  "set language c",
                  "-ex",
                  "target remote 127.0.0.1:" + server.getLocalPort()));
      for (String command : commands) {
        line.add("-ex");
        line.add(command);
      }
      line.add(folder.resolve("kernel.elf").toString());
      Process gdb = new ProcessBuilder(line).redirectErrorStream(true).start();
      gdb.getOutputStream().close();
      CompletableFuture<String> text =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return new String(gdb.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                } catch (IOException e) {
                  return e.toString();
                }
              });
      server.setSoTimeout(20_000);
      Debuggee debuggee =
          new Debuggee(
              gpu,
              entry(elf),
              () -> {
                fence.await();
                return 0;
              });
      try {
        SessionEnd end = serve(debuggee, server);
        assertTrue(gdb.waitFor(30, TimeUnit.SECONDS), "gdb does not end");
        return new Session(text.get(), end);
      } finally {
        gdb.waitFor(10, TimeUnit.SECONDS);
        gdb.destroyForcibly();
        lastText = text.get();
      }
    }
  }

  private static SessionEnd serve(Debuggee debuggee, ServerSocket server)
      throws IOException, InterruptedException {
    try (Socket socket = server.accept()) {
      return GdbServer.serve(
          debuggee, socket.getInputStream(), socket.getOutputStream(), line -> {});
    }
  }

  /** What gdb printed in a session that ended in an exception. */
  private String lastText;

  private static Launch saxpy(Kernel kernel, Buffer x, Buffer y) {
    return kernel.launch(2).bind("X", x).bind("Y", y).push("a", 2f).push("n", 128);
  }

  private static void iota(Buffer buffer) {
    float[] values = new float[(int) buffer.size() / 4];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    buffer.write(values);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sim:?config=c1w4t4", "rtl:?config=c1w4t4"})
  void breakpointsThreadsRegistersAndMemory(String device) throws Exception {
    assume(device);
    byte[] elf = compile("saxpy.comp");
    try (Gpu gpu = Gpu.open(device);
        Kernel kernel = gpu.load(elf, "saxpy");
        Buffer x = gpu.allocate(512);
        Buffer y = gpu.allocate(512)) {
      iota(x);
      iota(y);
      Session session =
          debug(
              gpu,
              elf,
              saxpy(kernel, x, y),
              "break saxpy.comp:15",
              "continue",
              "info threads",
              "bt",
              "p $lane_id",
              "thread 3",
              "p $lane_id",
              "p $lanes * 1000 + $warps",
              "x/i 0x80000000",
              "p *(int*)(*(int*)($mscratch + 4) + 0) * 0 + 7",
              "set {float}(*(int*)$mscratch + 16) = 100",
              "p {float}(*(int*)$mscratch + 16)",
              "p $x31 = 0x12345678",
              "p/x $x31",
              "next",
              "continue",
              "monitor warps",
              "x/wx 0x20",
              "delete",
              "continue");
      session.shows(
          "hit Breakpoint 1, main () at",
          "saxpy.comp:15",
          "core 0 warp 0 lane 0",
          "core 0 warp 0 lane 3",
          "#0  main ()",
          "= 0",
          "[Switching to thread 3",
          "= 2",
          "= 4004",
          "= 7",
          "= 100",
          "0x12345678",
          "hit Breakpoint 1",
          "pc 0x80000",
          "Cannot access memory at address 0x20",
          "exited normally");
      assertEquals(SessionEnd.EXITED, session.end(), session.text());
      float[] expected = new float[128];
      IntStream.range(0, 128).forEach(i -> expected[i] = 3f * i);
      // The fifth element of x was changed after its warp had not come so far.
      expected[4] = 2f * 100 + 4;
      org.junit.jupiter.api.Assertions.assertArrayEquals(expected, y.readFloats());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sim:?config=c1w4t4", "rtl:?config=c1w4t4"})
  void stepsThroughLoopsAndBarriers(String device) throws Exception {
    assume(device);
    byte[] elf = compile("reduce.comp");
    try (Gpu gpu = Gpu.open(device);
        Kernel kernel = gpu.load(elf, "reduce");
        Buffer source = gpu.allocate(256);
        Buffer partial = gpu.allocate(4)) {
      source.write(IntStream.range(0, 64).toArray());
      List<String> commands = new ArrayList<>(List.of("tbreak reduce.comp:21", "continue"));
      for (int i = 0; i < 14; i++) {
        commands.add("next");
      }
      commands.add("stepi");
      commands.add("continue");
      Launch launch =
          kernel.launch(1).bind("Source", source).bind("Partial", partial).push("n", 64);
      Session session = debug(gpu, elf, launch, commands.toArray(new String[0]));
      session.shows("hit Temporary breakpoint 1", "21\t", "22\t", "25\t", "27\t", "25\t");
      session.shows("exited normally");
      assertEquals(64 * 63 / 2, partial.readInts()[0]);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sim:?config=c1w4t4", "rtl:?config=c1w4t4"})
  void faultIsASignalThatNamesTheRecord(String device) throws Exception {
    assume(device);
    byte[] elf = compile("saxpy.comp");
    try (Gpu gpu = Gpu.open(device);
        Kernel kernel = gpu.load(elf, "saxpy");
        Buffer x = gpu.allocate(512);
        Buffer y = gpu.allocate(512)) {
      iota(x);
      iota(y);
      assertThrows(
          DeviceFaultException.class,
          () ->
              debug(
                  gpu,
                  elf,
                  saxpy(kernel, x, y),
                  "p $pc = 0x10",
                  "continue",
                  "monitor fault",
                  "p $pc",
                  "continue"));
      new Session(lastText, SessionEnd.EXITED)
          .shows(
              "ACCESS fetching 0x00000010",
              "received signal SIGSEGV",
              "ACCESS fetching 0x00000010 at pc 0x00000010",
              "0x10",
              "Program terminated with signal SIGSEGV");
      // The device is as new.
      saxpy(kernel, x, y).submit().await();
      assertEquals(3f * 127, y.readFloats()[127]);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sim:?config=c1w4t4", "rtl:?config=c1w4t4"})
  void fifthBreakpointIsRefusedAndKillEndsTheWork(String device) throws Exception {
    assume(device);
    byte[] elf = compile("saxpy.comp");
    try (Gpu gpu = Gpu.open(device);
        Kernel kernel = gpu.load(elf, "saxpy");
        Buffer x = gpu.allocate(512);
        Buffer y = gpu.allocate(512)) {
      iota(x);
      iota(y);
      List<String> commands = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        commands.add("break *0x" + Integer.toHexString(0x8000_0004 + 4 * i));
      }
      commands.add("continue");
      commands.add("delete 5");
      commands.add("continue");
      commands.add("kill");
      Session session = debug(gpu, elf, saxpy(kernel, x, y), commands.toArray(new String[0]));
      session.shows("Cannot insert breakpoint 5", "hit Breakpoint 1", "killed]");
      assertEquals(SessionEnd.KILLED, session.end());
      saxpy(kernel, x, y).submit().await();
      assertEquals(3f * 127, y.readFloats()[127]);
    }
  }
}
