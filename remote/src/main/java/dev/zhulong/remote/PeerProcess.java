package dev.zhulong.remote;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A {@link KillPeer} with a Java runtime like this one's, started ahead of its time. */
final class PeerProcess implements AutoCloseable {
  private static final int KILLED = 128 + 9;

  private final Process process;
  private final BufferedReader out;

  private PeerProcess(Process process) {
    this.process = process;
    this.out = process.inputReader(StandardCharsets.UTF_8);
  }

  static PeerProcess start(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx256m"));
    if (KillPeer.class.getModule().isNamed()) {
      command.add(
          "--enable-native-access=dev.zhulong.hal,dev.zhulong.remote,dev.zhulong.simulator,"
              + "dev.zhulong.rtl");
      String modules = System.getProperty("jdk.module.path");
      if (modules != null) {
        command.addAll(List.of("-p", modules));
      }
      command.addAll(List.of("-m", "dev.zhulong.remote/" + KillPeer.class.getName()));
    } else {
      command.add("--enable-native-access=ALL-UNNAMED");
      command.addAll(List.of("-cp", System.getProperty("java.class.path")));
      command.add(KillPeer.class.getName());
    }
    command.addAll(List.of(arguments));
    return new PeerProcess(new ProcessBuilder(command).redirectErrorStream(true).start());
  }

  /** Lets it begin; gives what it says when it is at work. */
  String begin() throws IOException {
    process.getOutputStream().write('\n');
    process.getOutputStream().flush();
    List<String> said = new ArrayList<>();
    String line = out.readLine();
    while (line != null && !line.startsWith("ready")) {
      said.add(line);
      line = out.readLine();
    }
    if (line == null) {
      throw new IllegalStateException("a process did not begin: " + String.join("\n", said));
    }
    return line.substring("ready".length()).strip();
  }

  /** Kills it where it is; it must not have ended before. */
  void kill() throws IOException, InterruptedException {
    process.destroyForcibly();
    int code = process.waitFor();
    if (code != KILLED) {
      String said = out.lines().collect(Collectors.joining("\n"));
      throw new IllegalStateException("a process ended by itself with " + code + ": " + said);
    }
    close();
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly();
    process.getOutputStream().close();
    out.close();
    process.getErrorStream().close();
  }
}
