package dev.zhulong.cli;

import dev.zhulong.compiler.CompileException;
import dev.zhulong.firmware.link.ElfFile;
import dev.zhulong.firmware.link.KernelInfo;
import dev.zhulong.hal.Fence;
import dev.zhulong.hal.Gpu;
import dev.zhulong.hal.Kernel;
import dev.zhulong.hal.Launch;
import dev.zhulong.hal.RawRun;
import dev.zhulong.simulator.gdb.Debuggee;
import dev.zhulong.simulator.gdb.GdbServer;
import dev.zhulong.simulator.gdb.SessionEnd;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.IntSupplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code zl debug}: launches a kernel or a bare program, halted, and serves one gdb. */
@Command(
    name = "debug",
    mixinStandardHelpOptions = true,
    description = {
      "Launch a shader, kernel image or bare program and wait for gdb at its first instruction.",
      "Each active lane is a thread; its console and faults show in gdb."
    },
    footer = {
      "",
      "Example:",
      "  zl debug examples/saxpy.comp --grid 16 --bind 0=iota:f32:1024 \\",
      "      --bind 1=zeros:f32:1024 --push f32:2,u32:1024 --listen 127.0.0.1:3333"
    })
final class DebugCommand implements Callable<Integer> {
  private static final String STDIO = "stdio";

  @Spec private CommandSpec spec;
  @Mixin private DeviceOption device;
  @Mixin private CompilerOption compiler;
  @Mixin private LaunchOption launchOption;

  @Parameters(
      paramLabel = "PROGRAM",
      description = "Shader source, SPIR-V, kernel image or bare program (.elf).")
  private Path program;

  @Option(
      names = "--argument",
      paramLabel = "WORD",
      defaultValue = "0",
      description = "Initial mscratch of a bare program. Default: ${DEFAULT-VALUE}")
  private String argument;

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT|stdio",
      defaultValue = "127.0.0.1:0",
      description = "Where gdb connects; port 0 takes a free one. Default: ${DEFAULT-VALUE}")
  private String listen;

  @Option(
      names = "-o",
      paramLabel = "FILE",
      description = "Where to keep the compiled image. Default: a temporary file")
  private Path image;

  @Override
  public Integer call() throws IOException, CompileException, InterruptedException {
    byte[] elf = compiler.image(program);
    ElfFile file = ElfFile.read(elf, program.toString());
    PrintWriter out = spec.commandLine().getOut();
    try (Gpu gpu = device.open(listen.equals(STDIO) ? spec.commandLine().getErr() : out)) {
      gpu.debugger().haltOnLaunch(true);
      if (file.section(KernelInfo.SECTION).isEmpty()) {
        int word = (int) ElementType.U32.parse(argument);
        RawRun run = gpu.start(elf, program.toString(), word, device.limits());
        return serve(gpu, file, program, () -> run.await().exitCode() & 0xff);
      }
      launchOption.requireGrid();
      try (Kernel kernel = gpu.load(elf, program.toString())) {
        Launch launch = launchOption.begin(kernel).limits(device.limits());
        launchOption.bindAll(gpu, launch, kernel.info());
        launchOption.push(launch, kernel.info());
        Fence fence = launch.submit();
        return serve(
            gpu,
            file,
            keep(elf),
            () -> {
              fence.await();
              return 0;
            });
      }
    }
  }

  /** The file that gdb is to read. */
  private Path keep(byte[] elf) throws IOException {
    if (image == null && program.toString().endsWith(".elf")) {
      return program;
    }
    Path kept = image;
    if (kept == null) {
      kept = Files.createTempFile("zl-debug-", ".elf");
      kept.toFile().deleteOnExit();
    }
    Files.write(kept, elf);
    return kept;
  }

  private int serve(Gpu gpu, ElfFile file, Path symbols, IntSupplier finish)
      throws IOException, InterruptedException {
    Debuggee debuggee = new Debuggee(gpu, file.entry(), finish);
    PrintWriter err = spec.commandLine().getErr();
    SessionEnd end;
    if (listen.equals(STDIO)) {
      end = GdbServer.serve(debuggee, System.in, System.out, line -> say(err, line));
    } else {
      end = serveSocket(debuggee, symbols, err);
    }
    return switch (end) {
      case EXITED, DETACHED -> finish.getAsInt();
      case KILLED -> Main.FAILED;
    };
  }

  private SessionEnd serveSocket(Debuggee debuggee, Path symbols, PrintWriter err)
      throws IOException, InterruptedException {
    InetSocketAddress address = address();
    try (ServerSocket server = new ServerSocket()) {
      server.bind(address, 1);
      String host = address.getHostString();
      say(err, "zl: halted at launch; connect with");
      say(
          err,
          "  gdb-multiarch -ex 'target remote "
              + (host.contains(":") ? "[" + host + "]" : host)
              + ":"
              + server.getLocalPort()
              + "' "
              + symbols);
      try (Socket socket = server.accept()) {
        socket.setTcpNoDelay(true);
        PrintWriter out = spec.commandLine().getOut();
        return GdbServer.serve(
            debuggee, socket.getInputStream(), socket.getOutputStream(), line -> say(out, line));
      }
    }
  }

  private InetSocketAddress address() {
    int colon = listen.lastIndexOf(':');
    try {
      int port = Integer.parseInt(listen.substring(colon + 1));
      if (colon > 0 && port >= 0 && port <= 65_535) {
        InetSocketAddress address = new InetSocketAddress(listen.substring(0, colon), port);
        if (!address.isUnresolved()) {
          return address;
        }
      }
    } catch (NumberFormatException e) {
      // Falls through to the message that also covers other mistakes.
    }
    throw new IllegalArgumentException(
        "--listen " + listen + " must be stdio or HOST:PORT, as 127.0.0.1:3333");
  }

  private static void say(PrintWriter out, String line) {
    out.println(line);
    out.flush();
  }
}
