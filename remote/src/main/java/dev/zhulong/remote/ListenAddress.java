package dev.zhulong.remote;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;

/** Where a server is: {@code HOST:PORT}, {@code [IPv6]:PORT} or {@code unix:PATH}. */
sealed interface ListenAddress {
  /** A port of this machine. */
  record Tcp(String host, InetSocketAddress address) implements ListenAddress {}

  /** A socket in the file system. */
  record Unix(Path path) implements ListenAddress {}

  /**
   * Takes an address apart.
   *
   * @throws IllegalArgumentException if it is none, or names an unknown host
   */
  static ListenAddress parse(String text) {
    if (text.startsWith("unix:")) {
      String path = text.substring("unix:".length());
      if (path.isEmpty()) {
        throw new IllegalArgumentException("\"" + text + "\" has no path behind unix:");
      }
      return new Unix(Path.of(path));
    }
    int colon = text.lastIndexOf(':');
    int port = -1;
    try {
      port = Integer.parseInt(text.substring(colon + 1));
    } catch (NumberFormatException e) {
      // Told below.
    }
    if (colon < 1 || port < 0 || port > 0xffff) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is no address; write HOST:PORT, [IPV6]:PORT or unix:PATH");
    }
    String host = text.substring(0, colon);
    String bare =
        host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    try {
      return new Tcp(host, new InetSocketAddress(InetAddress.getByName(bare), port));
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("\"" + text + "\": no host is called " + host, e);
    }
  }

  /** Whether only this machine reaches it. */
  default boolean local() {
    return switch (this) {
      case Unix unix -> true;
      case Tcp tcp -> tcp.address().getAddress().isLoopbackAddress();
    };
  }

  /** The address as the network's. */
  default SocketAddress socket() {
    return switch (this) {
      case Unix unix -> UnixDomainSocketAddress.of(unix.path());
      case Tcp tcp -> tcp.address();
    };
  }
}
