package dev.zhulong.remote;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLException;

/**
 * By what a server shows who it is, and a client that it may.
 *
 * @param certificate PEM file of the server's certificate, or null for no TLS
 * @param key PEM file of its key (PKCS #8), or null
 * @param tokenFile file with the token, or null where none is needed
 */
public record ServerSecurity(Path certificate, Path key, Path tokenFile) {
  /** Neither TLS nor token: for this machine only. */
  public static final ServerSecurity NONE = new ServerSecurity(null, null, null);

  /** Checks that certificate and key come together. */
  public ServerSecurity {
    if ((certificate == null) != (key == null)) {
      throw new IllegalArgumentException(
          "a certificate needs its key and a key its certificate; give both or neither");
    }
  }

  byte[] readToken() throws IOException {
    return tokenFile == null ? null : Tokens.read(tokenFile).getBytes(StandardCharsets.UTF_8);
  }

  SslContext serverContext() throws IOException {
    if (certificate == null) {
      return null;
    }
    requireFile(certificate);
    requireFile(key);
    try {
      return SslContextBuilder.forServer(certificate.toFile(), key.toFile())
          .protocols("TLSv1.3")
          .build();
    } catch (SSLException | IllegalArgumentException e) {
      throw new IOException(
          "cannot use certificate " + certificate + " with key " + key + ": " + e.getMessage(), e);
    }
  }

  private static void requireFile(Path file) throws IOException {
    if (!Files.isReadable(file)) {
      throw new IOException("cannot read " + file);
    }
  }

  /** By what clients can know the server's key. */
  String pin() throws IOException {
    try (InputStream in = Files.newInputStream(certificate)) {
      return Pin.of(
          (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in));
    } catch (CertificateException e) {
      throw new IOException(certificate + " holds no certificate: " + e.getMessage(), e);
    }
  }
}
