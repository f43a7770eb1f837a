package dev.zhulong.remote;

import dev.zhulong.hal.transport.DeviceAddress;
import dev.zhulong.hal.transport.DeviceUnavailableException;
import dev.zhulong.hal.transport.Transport;
import dev.zhulong.hal.transport.TransportProvider;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLException;

/** Opens {@code tcp:} and {@code unix:} addresses: devices that another process serves. */
public final class RemoteTransportProvider implements TransportProvider {
  private static final String TOKEN_VARIABLE = "ZHULONG_TOKEN";
  private static final int PIN_DIGITS = 64;

  /** For the service loader. */
  public RemoteTransportProvider() {}

  @Override
  public List<String> schemes() {
    return List.of("tcp", "unix");
  }

  @Override
  public List<String> help() {
    return List.of(
        "tcp://HOST:PORT[?pin=…|ca=FILE][&token-file=…]  a device that zl serve --listen lends; with"
            + " TLS, except on this machine",
        "unix:PATH[?token-file=…]                  the same through a socket of this machine");
  }

  @Override
  public Transport open(DeviceAddress address) {
    boolean unix = address.scheme().equals("unix");
    address.allowOnly(unix ? List.of("token-file") : List.of("pin", "ca", "token-file"));
    ListenAddress where = where(address, unix);
    String token = token(address);
    return RemoteTransport.connect(address.text(), where, tls(address, where), token);
  }

  private static ListenAddress where(DeviceAddress address, boolean unix) {
    try {
      if (unix) {
        return ListenAddress.parse("unix:" + address.path());
      }
      if (!address.path().startsWith("//")) {
        throw new IllegalArgumentException("write tcp://HOST:PORT");
      }
      return ListenAddress.parse(address.path().substring(2));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "device address \"" + address.text() + "\": " + e.getMessage(), e);
    }
  }

  private static String token(DeviceAddress address) {
    String file = address.parameters().get("token-file");
    if (file == null) {
      String token = System.getenv(TOKEN_VARIABLE);
      return token == null ? "" : token.strip();
    }
    try {
      return Tokens.read(Path.of(file));
    } catch (IOException e) {
      throw new DeviceUnavailableException(
          "device address \"" + address.text() + "\": cannot read the token: " + e.getMessage(), e);
    }
  }

  private static SslContext tls(DeviceAddress address, ListenAddress where) {
    String pin = address.parameters().get("pin");
    String ca = address.parameters().get("ca");
    if (pin == null && ca == null && where.local()) {
      return null;
    }
    if (pin != null && !pin.matches("[0-9a-fA-F]{" + PIN_DIGITS + "}")) {
      throw new IllegalArgumentException(
          "device address \""
              + address.text()
              + "\": pin is "
              + pin
              + ", must be "
              + PIN_DIGITS
              + " hexadecimal digits");
    }
    SslContextBuilder builder = SslContextBuilder.forClient().protocols("TLSv1.3");
    if (pin != null) {
      builder.trustManager(new Pin(pin)).endpointIdentificationAlgorithm(null);
    } else if (ca != null) {
      builder.trustManager(Path.of(ca).toFile());
    }
    try {
      return builder.build();
    } catch (SSLException | IllegalArgumentException e) {
      throw new DeviceUnavailableException(
          "device address \"" + address.text() + "\": " + e.getMessage(), e);
    }
  }
}
