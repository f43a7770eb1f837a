package dev.zhulong.simulator.gdb;

import dev.zhulong.firmware.isa.FaultCause;
import dev.zhulong.hal.DebugException;
import dev.zhulong.hal.DebugState;
import dev.zhulong.hal.Debugger;
import dev.zhulong.hal.DeviceFaultException;
import dev.zhulong.hal.Fault;
import dev.zhulong.hal.Hart;
import dev.zhulong.hal.HartRegister;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;

/**
 * Serves one debugger for one launch. The device's console goes to the debugger; a fault shows as a
 * signal and its record as console text. Source: GDB manual, appendix E.
 */
public final class GdbServer {
  /** Most bytes of memory in one answer; twice as many digits fit into a packet. */
  private static final int MOST_MEMORY = 4096;

  private static final int THREADS_A_PACKET = 512;
  private static final int SIGNAL_INTERRUPT = 2;
  private static final int SIGNAL_TRAP = 5;
  private static final int SIGNAL_ABORT = 6;

  private static final String ERROR = "E01";
  private static final String OK = "OK";

  private final Debuggee debuggee;
  private final Debugger debugger;
  private final TargetDescription description = new TargetDescription();
  private final Breakpoints breakpoints;
  private final PacketLink link;
  private final RunControl control;

  private DebugState state;
  private Threads threads;

  /** The thread whose registers are asked for; null when there is none. */
  private Hart current;

  /** The thread that the last stop was about. */
  private Hart focus;

  /** How far the list of threads has been told. */
  private int listed;

  private SessionEnd end;

  private GdbServer(Debuggee debuggee, InputStream in, OutputStream out) {
    this.debuggee = debuggee;
    this.debugger = debuggee.gpu().debugger();
    this.breakpoints = new Breakpoints(debugger);
    this.link = new PacketLink(in, out);
    this.control = new RunControl(debugger, breakpoints, debuggee.entry(), this::interrupted);
  }

  /**
   * Serves a debugger until the work has ended or the debugger leaves.
   *
   * @throws IOException if the connection breaks while an answer is sent; the work has been ended
   * @throws DeviceFaultException if the work ended in a fault, after the debugger was told
   */
  public static SessionEnd serve(
      Debuggee debuggee, InputStream in, OutputStream out, Consumer<String> console)
      throws IOException, InterruptedException {
    GdbServer server = new GdbServer(debuggee, in, out);
    debuggee.gpu().onConsole(server::output);
    try {
      return server.serve();
    } catch (UncheckedIOException e) {
      server.debugger.kill();
      throw e.getCause();
    } catch (IOException e) {
      server.debugger.kill();
      throw e;
    } finally {
      debuggee.gpu().onConsole(console);
    }
  }

  private SessionEnd serve() throws IOException, InterruptedException {
    stopped(control.begin());
    debugger.haltOnLaunch(false);
    while (end == null) {
      switch (link.receive()) {
        case Packet.Command(String text) -> answer(text);
        case Packet.Unusable unusable -> link.send(ERROR);
        case Packet.Interrupt interrupt -> {
          // The device is halted already.
        }
        case Packet.End lost -> kill();
      }
    }
    return end;
  }

  /** Whether something has come while the device runs: an interrupt, or what ends in one. */
  private boolean interrupted() {
    Packet next = link.peek();
    if (next instanceof Packet.Interrupt) {
      link.skip();
    }
    return next != null;
  }

  private void output(String line) {
    try {
      link.send("O" + Hex.text(line + "\n"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // ------------------------------------------------------------------ packets

  private void answer(String text) throws IOException {
    String answer;
    try {
      answer = respond(text);
    } catch (IllegalArgumentException | IndexOutOfBoundsException | DebugException e) {
      System.getLogger(GdbServer.class.getName())
          .log(System.Logger.Level.DEBUG, "refused packet", e);
      answer = ERROR;
    }
    if (answer != null) {
      link.send(answer);
    }
    if (text.equals("QStartNoAckMode")) {
      link.stopAcknowledging();
    }
  }

  /** The answer to a packet; empty for one that is not known, null for none. */
  private String respond(String text) throws IOException {
    if (text.isEmpty()) {
      return "";
    }
    String rest = text.substring(1);
    return switch (text.charAt(0)) {
      case '?' -> stopReply();
      case 'c', 'C' -> resume(rest.contains(";") || text.length() > 3 ? null : "c");
      case 's', 'S' -> resume(rest.contains(";") || text.length() > 3 ? null : "s");
      case 'D' -> detach();
      case 'g' -> readGeneral();
      case 'G' -> writeGeneral(rest);
      case 'H' -> selectThread(rest);
      case 'k' -> {
        kill();
        yield null;
      }
      case 'm' -> readMemory(rest);
      case 'M' -> writeMemory(rest, false);
      case 'X' -> writeMemory(rest, true);
      case 'p' -> readRegister(description.register(Hex.number(rest)));
      case 'P' -> writeRegister(rest);
      case 'T' -> {
        threads.find(rest);
        yield OK;
      }
      case 'z' -> breakpoint(rest, false);
      case 'Z' -> breakpoint(rest, true);
      case 'q', 'Q' -> query(text);
      case 'v' -> verbose(text);
      default -> "";
    };
  }

  private String query(String text) {
    if (text.startsWith("qSupported")) {
      return "PacketSize="
          + Integer.toHexString(PacketLink.LONGEST)
          + ";QStartNoAckMode+;vContSupported+;qXfer:features:read+;qXfer:threads:read+";
    }
    if (text.startsWith("qXfer:features:read:target.xml:")) {
      return part(description.xml(), text);
    }
    if (text.startsWith("qXfer:threads:read::")) {
      return part(threads.xml(), text);
    }
    if (text.startsWith("qThreadExtraInfo,")) {
      return Hex.text(threads.find(text.substring(17)).toString());
    }
    if (text.startsWith("qRcmd,")) {
      return monitor(new String(Hex.parseBytes(text.substring(6)), StandardCharsets.UTF_8).strip());
    }
    return switch (text) {
      case "QStartNoAckMode" -> OK;
      case "qAttached" -> "0";
      case "qC" -> current == null ? ERROR : "QC" + Long.toHexString(threads.id(current));
      case "qfThreadInfo" -> {
        listed = 0;
        yield listThreads();
      }
      case "qsThreadInfo" -> listThreads();
      default -> text.startsWith("qSymbol:") ? OK : "";
    };
  }

  private String verbose(String text) throws IOException {
    if (text.equals("vCont?")) {
      return "vCont;c;C;s;S;r";
    }
    if (text.startsWith("vCont;")) {
      return resume(text.substring(6));
    }
    if (text.startsWith("vKill")) {
      kill();
      return OK;
    }
    return "";
  }

  /** A piece of a document, from an offset and a length that end the request. */
  private static String part(String document, String request) {
    String[] range = request.substring(request.lastIndexOf(':') + 1).split(",", 2);
    long offset = Hex.number(range[0]);
    long length = Math.min(Hex.number(range[1]), PacketLink.LONGEST / 4);
    if (offset >= document.length()) {
      return "l";
    }
    long last = Math.min(document.length(), offset + length);
    String piece = document.substring((int) offset, (int) last);
    return (last == document.length() ? "l" : "m") + Hex.escape(piece);
  }

  private String listThreads() {
    List<Hart> active = threads.active();
    if (listed >= active.size()) {
      return "l";
    }
    StringBuilder out = new StringBuilder("m");
    int last = Math.min(active.size(), listed + THREADS_A_PACKET);
    for (String comma = ""; listed < last; listed++) {
      out.append(comma).append(Long.toHexString(threads.id(active.get(listed))));
      comma = ",";
    }
    return out.toString();
  }

  /** Text for the user's "monitor" command. */
  private String monitor(String command) {
    return Hex.text(
        switch (command) {
          case "fault" ->
              state instanceof DebugState.Faulted(Fault fault)
                  ? fault.describe() + "\n"
                  : "no fault\n";
          case "warps" -> warps();
          default -> "fault: the fault record\nwarps: active warps, their lanes and pc\n";
        });
  }

  private String warps() {
    StringBuilder out = new StringBuilder();
    Hart last = null;
    for (Hart hart : threads.active()) {
      if (last == null || last.core() != hart.core() || last.warp() != hart.warp()) {
        out.append(
            String.format(
                "core %d warp %d lanes 0x%x pc 0x%08x\n",
                hart.core(), hart.warp(), debugger.read(hart, HartRegister.LANES), pc(hart)));
      }
      last = hart;
    }
    return out.isEmpty() ? "no active warp\n" : out.toString();
  }

  // ---------------------------------------------------------- threads, stopping

  private String selectThread(String text) {
    String id = text.substring(1);
    if (text.charAt(0) == 'c' || id.equals("0") || id.equals("-1")) {
      return OK;
    }
    current = threads.find(id);
    return OK;
  }

  private void stopped(DebugState now) {
    state = now;
    threads = Threads.of(debugger, now);
    int lane = focus == null ? 0 : focus.lane();
    Hart hart =
        switch (now) {
          case DebugState.Faulted(Fault fault) -> threads.of(fault.core(), fault.warp(), lane);
          case DebugState.Halted(DebugState.Cause cause, int core, int warp) ->
              cause == DebugState.Cause.REQUEST && focus != null
                  ? threads.of(focus.core(), focus.warp(), lane)
                  : threads.of(core, warp, lane);
          case DebugState.Running running -> null;
          case DebugState.Ended ended -> null;
        };
    boolean other = hart == null && !threads.active().isEmpty();
    focus = other ? threads.active().getFirst() : hart;
    current = focus;
  }

  private String stopReply() throws IOException {
    return switch (state) {
      case DebugState.Faulted(Fault fault) -> stop(signal(fault.cause()));
      case DebugState.Halted halted ->
          stop(halted.cause() == DebugState.Cause.REQUEST ? SIGNAL_INTERRUPT : SIGNAL_TRAP);
      case DebugState.Running running -> throw new IllegalStateException("still running");
      case DebugState.Ended ended -> exit();
    };
  }

  private String stop(int signal) {
    if (current == null) {
      return String.format("S%02x", signal);
    }
    return String.format(
        "T%02x%x:%s;thread:%x;",
        signal, TargetDescription.PC, Hex.word((int) pc(current)), threads.id(current));
  }

  private static int signal(FaultCause cause) {
    return switch (cause) {
      case ILLEGAL_INSTRUCTION, DIVERGENT_BRANCH -> 4;
      case BREAKPOINT -> SIGNAL_TRAP;
      case MISALIGNED -> 10;
      case ACCESS, STACK -> 11;
      case ECALL -> 12;
      case TIMEOUT -> 24;
      case NONE -> SIGNAL_ABORT;
    };
  }

  /** Collects the end of the work. */
  private String exit() throws IOException {
    end = SessionEnd.EXITED;
    try {
      return String.format("W%02x", debuggee.finish().getAsInt() & 0xff);
    } catch (DeviceFaultException e) {
      link.send(String.format("X%02x", signal(e.fault().cause())));
      throw e;
    } catch (IllegalStateException e) {
      // A launch that the device refused.
      output(e.getMessage());
      link.send(String.format("X%02x", SIGNAL_ABORT));
      throw e;
    }
  }

  private void kill() {
    debugger.kill();
    end = SessionEnd.KILLED;
  }

  private String detach() {
    if (state instanceof DebugState.Halted) {
      debugger.detach();
    }
    end = SessionEnd.DETACHED;
    return OK;
  }

  // ------------------------------------------------------------------ resuming

  /** Carries out the actions of a vCont packet, and tells how the device stopped. */
  private String resume(String actions) throws IOException {
    if (actions == null) {
      throw new IllegalArgumentException("an address to go on from");
    }
    if (!(state instanceof DebugState.Halted)) {
      return exit();
    }
    Hart stepping = null;
    boolean endless = false;
    boolean others = false;
    long from = 0;
    long to = 0;
    for (String action : actions.split(";")) {
      String[] parts = action.split(":", 2);
      char kind = parts[0].charAt(0);
      boolean all = parts.length == 1 || parts[1].equals("-1");
      Hart hart = all ? current : threads.find(parts[1]);
      switch (kind) {
        case 's', 'S', 'r' -> {
          // The first of several; lanes of one warp step together anyway.
          if (stepping == null || endless) {
            stepping = hart;
            endless = false;
            if (kind == 'r') {
              String[] range = parts[0].substring(1).split(",", 2);
              from = Hex.number(range[0]);
              to = Hex.number(range[1]);
            }
          }
        }
        case 'c', 'C' -> {
          if (all) {
            others = true;
          } else if (stepping == null) {
            stepping = hart;
            endless = true;
          }
        }
        default -> throw new IllegalArgumentException("action " + action);
      }
    }
    if (stepping == null || endless && others) {
      stopped(control.run());
    } else if (endless) {
      stopped(control.step(stepping, 0, 1L << 32, false));
    } else {
      focus = stepping;
      stopped(control.step(stepping, from, to, others));
    }
    if (state instanceof DebugState.Faulted(Fault fault)) {
      output(fault.describe());
    }
    return stopReply();
  }

  private String breakpoint(String text, boolean set) {
    String[] fields = text.split("[,;]");
    if (!fields[0].equals("0") && !fields[0].equals("1")) {
      return "";
    }
    long address = Hex.number(fields[1]);
    if (!set) {
      breakpoints.clear(address);
      return OK;
    }
    return breakpoints.set(address) ? OK : "E.all breakpoints of the device are taken; delete one";
  }

  // ------------------------------------------------------ registers and memory

  private Hart requireThread() {
    if (current == null) {
      throw new IllegalArgumentException("no thread is active");
    }
    return current;
  }

  /** The program counter; after a fault that of the instruction that made it. */
  private long pc(Hart hart) {
    return state instanceof DebugState.Faulted(Fault fault) ? fault.pc() : control.pc(hart);
  }

  private String readRegister(HartRegister register) {
    Hart hart = requireThread();
    return Hex.word(
        register.equals(HartRegister.PC) ? (int) pc(hart) : debugger.read(hart, register));
  }

  private String readGeneral() {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < TargetDescription.GENERAL; i++) {
      out.append(readRegister(description.register(i)));
    }
    return out.toString();
  }

  private String writeRegister(String text) {
    String[] fields = text.split("=", 2);
    write(Hex.number(fields[0]), Hex.parseWord(fields[1]));
    return OK;
  }

  private String writeGeneral(String digits) {
    if (digits.length() != 8 * TargetDescription.GENERAL) {
      throw new IllegalArgumentException(digits.length() + " digits of registers");
    }
    int[] values = new int[TargetDescription.GENERAL];
    for (int i = 0; i < values.length; i++) {
      values[i] = Hex.parseWord(digits.substring(8 * i, 8 * i + 8));
    }
    for (int i = 0; i < values.length; i++) {
      write(i, values[i]);
    }
    return OK;
  }

  private void write(long number, int value) {
    // Register 0 is zero, whatever is written.
    if (number != 0) {
      debugger.write(requireThread(), description.register(number), value);
    }
  }

  private int core() {
    return current == null ? 0 : current.core();
  }

  private String readMemory(String text) {
    String[] range = text.split(",", 2);
    int count = (int) Math.min(Hex.number(range[1]), MOST_MEMORY);
    byte[] bytes = debugger.readMemory(core(), Hex.number(range[0]), count);
    return bytes.length == 0 && count > 0 ? ERROR : Hex.bytes(bytes);
  }

  private String writeMemory(String text, boolean binary) {
    int colon = text.indexOf(':');
    String[] range = text.substring(0, colon).split(",", 2);
    String contents = text.substring(colon + 1);
    byte[] bytes = binary ? Hex.unescape(contents) : Hex.parseBytes(contents);
    if (bytes.length != Hex.number(range[1])) {
      throw new IllegalArgumentException("data of another length than announced");
    }
    debugger.writeMemory(core(), Hex.number(range[0]), bytes);
    return OK;
  }
}
