package dev.zhulong.cli;

import dev.zhulong.compiler.CompileException;
import dev.zhulong.firmware.asm.AssemblerException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/**
 * The command line {@code zl}: picks the command and turns every failure into one clear message.
 */
@Command(
    name = "zl",
    description = "Driver stack of the ZL1 RISC-V GPU core: run, compile, simulate, inspect.",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    version = "zl 0.1.0",
    subcommands = {
      AmberCommand.class,
      RunCommand.class,
      RenderCommand.class,
      ExecCommand.class,
      CompileCommand.class,
      DebugCommand.class,
      AsmCommand.class,
      ObjdumpCommand.class,
      DevicesCommand.class,
      BringUpCommand.class,
      RegsCommand.class,
      PeekCommand.class,
      PokeCommand.class,
      JShellCommand.class,
      PackageCommand.class,
      BenchCommand.class,
      DoctorCommand.class,
      RtlCommand.class,
      ServeCommand.class,
      SynthCommand.class,
      TestCommand.class,
      VerifyCommand.class,
      ViewCommand.class,
      HelpCommand.class
    },
    footer = {
      "",
      "Example:",
      "  zl run examples/saxpy.comp --grid 16 --bind 0=iota:f32:1024 --bind 1=zeros:f32:1024 \\",
      "      --push f32:2,u32:1024 --print 1:8"
    })
public final class Main {
  /** Exit code of a failure that the message explains. */
  static final int FAILED = 1;

  private static final int BAD_USAGE = 2;

  private Main() {}

  /** Runs a command and exits with its code. */
  public static void main(String[] args) {
    int code = run(new PrintWriter(System.out), new PrintWriter(System.err), args);
    System.exit(code);
  }

  /**
   * Runs a command.
   *
   * @return its exit code
   */
  public static int run(PrintWriter out, PrintWriter err, String... args) {
    CommandLine line = new CommandLine(new Main());
    line.setOut(out);
    line.setErr(err);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setParameterExceptionHandler(
        (e, arguments) -> {
          err.println("zl: " + e.getMessage());
          err.println(
              "zl: see \"" + e.getCommandLine().getCommandSpec().qualifiedName() + " --help\"");
          return BAD_USAGE;
        });
    line.setExecutionExceptionHandler(
        (e, commandLine, parsed) -> {
          err.println(explain(e));
          return FAILED;
        });
    int code = args.length == 0 ? usage(line) : line.execute(args);
    out.flush();
    err.flush();
    return code;
  }

  private static int usage(CommandLine line) {
    line.usage(line.getOut());
    return BAD_USAGE;
  }

  private static String explain(Exception e) {
    if (System.getenv("ZL_DEBUG") != null) {
      java.io.StringWriter trace = new java.io.StringWriter();
      e.printStackTrace(new PrintWriter(trace));
      return trace.toString();
    }
    return switch (e) {
      case CompileException c -> c.getMessage();
      case AssemblerException a -> a.getMessage();
      case NoSuchFileException f -> "zl: no such file: " + f.getFile();
      case IOException io -> "zl: " + io.getMessage();
      case UncheckedIOException io -> "zl: " + io.getCause().getMessage();
      case NullPointerException bug -> internal(bug);
      case ClassCastException bug -> internal(bug);
      case RuntimeException r when r.getMessage() != null -> "zl: " + r.getMessage();
      default -> internal(e);
    };
  }

  private static String internal(Exception e) {
    return "zl: internal error: " + e + "; set ZL_DEBUG=1 for details, and please report it";
  }
}
