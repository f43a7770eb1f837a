package dev.zhulong.cli;

import dev.zhulong.remote.KeyMaker;
import dev.zhulong.remote.ServerOptions;
import dev.zhulong.remote.ServerSecurity;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import picocli.CommandLine.Option;

/** The options of {@code zl serve --listen}. */
final class ListenOptions {
  /** Simulated devices take their time: cycles are what a launch is given there. */
  private static final long SIMULATED_CYCLES = 1_000_000_000;

  private static final double SIMULATED_SECONDS = 3600;
  private static final double SECONDS = 10;

  @Option(
      names = "--max-clients",
      paramLabel = "N",
      defaultValue = "16",
      description = "--listen: most clients at once. Default: ${DEFAULT-VALUE}")
  private int clients;

  @Option(
      names = "--client-memory",
      paramLabel = "MIB",
      defaultValue = "0",
      description = "--listen: buffers of each client. Default: all, divided by --max-clients")
  private long clientMemory;

  @Option(
      names = "--launch-timeout",
      paramLabel = "SECONDS",
      description =
          "--listen: stop a client's launch after so much time. Default: 10; 3600 for simulators")
  private Double launchSeconds;

  @Option(
      names = "--launch-cycles",
      paramLabel = "N",
      description =
          "--listen: stop a client's launch after so many cycles. Default: 10^9 for simulators")
  private Long launchCycles;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "--listen: clients must send what is in this file.")
  private Path token;

  @Option(
      names = "--tls-certificate",
      paramLabel = "FILE.pem",
      description = "--listen: TLS 1.3 with this certificate.")
  private Path certificate;

  @Option(
      names = "--tls-key",
      paramLabel = "FILE.pem",
      description = "--listen: the certificate's key (PKCS #8).")
  private Path key;

  @Option(
      names = "--make-key",
      paramLabel = "DIR",
      description = "Make a key, its certificate and a token in DIR, and end.")
  private Path makeKey;

  /** Makes keys if that is what is wanted. */
  boolean madeKeys(PrintWriter out) throws IOException {
    if (makeKey == null) {
      return false;
    }
    KeyMaker.Made made = KeyMaker.make(makeKey);
    ServerSecurity files = made.security();
    out.println(
        "zl serve --listen 0.0.0.0:7341 --tls-certificate "
            + files.certificate()
            + " --tls-key "
            + files.key()
            + " --token-file "
            + files.tokenFile());
    out.println("clients: tcp://HOST:7341?pin=" + made.pin() + "&token-file=FILE");
    return true;
  }

  ServerOptions limits(String device) {
    boolean simulated =
        device.startsWith("sim:") || device.startsWith("rtl:") || device.startsWith("lockstep:");
    double seconds =
        launchSeconds != null ? launchSeconds : simulated ? SIMULATED_SECONDS : SECONDS;
    if (!(seconds > 0 && seconds < 1e7)) {
      throw new IllegalArgumentException(
          "--launch-timeout " + seconds + " must be above 0 and below 1e7 seconds");
    }
    long cycles =
        launchCycles != null ? launchCycles : simulated ? SIMULATED_CYCLES : Long.MAX_VALUE;
    return ServerOptions.DEFAULT
        .withClients(clients)
        .withClientMemory(Math.multiplyExact(clientMemory, 1L << 20))
        .withLaunchLimits(Duration.ofMillis(Math.max(1, (long) (seconds * 1e3))), cycles);
  }

  ServerSecurity security() {
    return new ServerSecurity(certificate, key, token);
  }
}
