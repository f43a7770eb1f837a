package dev.zhulong.remote;

import java.time.Duration;

/**
 * What a server allows.
 *
 * @param clients most clients at once
 * @param clientMemory bytes of buffers of each, a multiple of 1 MiB; 0 divides all there is
 * @param programMemory most bytes that a client's programs may span
 * @param frameLimit most bytes of a frame
 * @param launchTime wall-clock time after which a launch is stopped
 * @param launchCycles cycles after which a launch is stopped
 * @param ping silence after which a side asks whether the other is there
 * @param dead silence after which the other side is taken to be gone
 * @param handshake time in which a new connection must have said who it is
 */
public record ServerOptions(
    int clients,
    long clientMemory,
    int programMemory,
    int frameLimit,
    Duration launchTime,
    long launchCycles,
    Duration ping,
    Duration dead,
    Duration handshake) {
  /** Most clients of any server. */
  public static final int MOST_CLIENTS = 1024;

  private static final Duration LONGEST = Duration.ofDays(365);

  /** 16 clients, ten seconds a launch. */
  public static final ServerOptions DEFAULT =
      new ServerOptions(
          16,
          0,
          16 << 20,
          1 << 20,
          Duration.ofSeconds(10),
          Long.MAX_VALUE,
          Duration.ofSeconds(5),
          Duration.ofSeconds(15),
          Duration.ofSeconds(5));

  /** Checks the limits. */
  public ServerOptions {
    check("clients", clients, 1, MOST_CLIENTS);
    check("client memory", clientMemory, 0, 2048L << 20);
    if (clientMemory % (1 << 20) != 0) {
      throw new IllegalArgumentException(
          "client memory is " + clientMemory + " bytes, must be a multiple of 1 MiB");
    }
    check("program memory", programMemory, 1 << 16, 1 << 30);
    check("frame limit", frameLimit, Hello.LEAST_FRAME, Hello.MOST_FRAME);
    check("launch cycles", launchCycles, 1, Long.MAX_VALUE);
    for (Duration each : new Duration[] {launchTime, ping, dead, handshake}) {
      if (each.toMillis() < 1 || each.compareTo(LONGEST) > 0) {
        throw new IllegalArgumentException(
            "a server's time limit is " + each + ", must be 1 ms to " + LONGEST);
      }
    }
    if (dead.compareTo(ping) <= 0) {
      throw new IllegalArgumentException(
          "a silent side is dead after " + dead + ", must be more than ping's " + ping);
    }
  }

  private static void check(String name, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          name + " is " + value + ", must be " + least + " to " + most);
    }
  }

  /** The same for another number of clients. */
  public ServerOptions withClients(int number) {
    return new ServerOptions(
        number,
        clientMemory,
        programMemory,
        frameLimit,
        launchTime,
        launchCycles,
        ping,
        dead,
        handshake);
  }

  /** The same with another size of each client's memory. */
  public ServerOptions withClientMemory(long bytes) {
    return new ServerOptions(
        clients, bytes, programMemory, frameLimit, launchTime, launchCycles, ping, dead, handshake);
  }

  /** The same with other limits of a launch. */
  public ServerOptions withLaunchLimits(Duration time, long cycles) {
    return new ServerOptions(
        clients, clientMemory, programMemory, frameLimit, time, cycles, ping, dead, handshake);
  }

  /** The same with other limits on silence. */
  public ServerOptions withSilence(Duration newPing, Duration newDead, Duration newHandshake) {
    return new ServerOptions(
        clients,
        clientMemory,
        programMemory,
        frameLimit,
        launchTime,
        launchCycles,
        newPing,
        newDead,
        newHandshake);
  }
}
