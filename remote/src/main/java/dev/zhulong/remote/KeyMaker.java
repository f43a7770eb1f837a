package dev.zhulong.remote;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Base64;

/**
 * Makes what a server on a network needs: a key with a certificate signed by itself (RFC 5280),
 * which clients know by its pin, and a token.
 */
public final class KeyMaker {
  private static final int YEARS = 10;
  private static final int TOKEN_BYTES = 32;
  private static final int SERIAL_BITS = 127;

  private static final int SEQUENCE = 0x30;
  private static final int SET = 0x31;
  private static final int INTEGER = 0x02;
  private static final int BIT_STRING = 0x03;
  private static final int OBJECT = 0x06;
  private static final int TEXT = 0x0c;
  private static final int TIME = 0x18;
  private static final int VERSION = 0xa0;

  /** ecdsa-with-SHA256, RFC 5758, 3.2. */
  private static final byte[] ECDSA_SHA256 = {
    0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x04, 0x03, 0x02
  };

  /** Common name, RFC 4519, 2.3. */
  private static final byte[] COMMON_NAME = {0x55, 0x04, 0x03};

  private KeyMaker() {}

  /**
   * What has been made.
   *
   * @param security the files, for the server
   * @param pin of the key, for clients
   */
  public record Made(ServerSecurity security, String pin) {}

  /**
   * Makes {@code key.pem}, {@code certificate.pem} and {@code token} in a folder, readable by this
   * user only.
   *
   * @throws IOException if one of the files exists, or cannot be written
   */
  public static Made make(Path folder) throws IOException {
    Files.createDirectories(folder);
    Path key = folder.resolve("key.pem");
    Path certificate = folder.resolve("certificate.pem");
    Path token = folder.resolve("token");
    for (Path file : new Path[] {key, certificate, token}) {
      if (Files.exists(file)) {
        throw new IOException(file + " exists; choose another folder or remove it");
      }
    }
    SecureRandom random = new SecureRandom();
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), random);
      KeyPair pair = generator.generateKeyPair();
      byte[] encoded = certificate(pair, random);
      X509Certificate made =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(encoded));
      made.verify(pair.getPublic());
      write(key, pem("PRIVATE KEY", pair.getPrivate().getEncoded()));
      write(certificate, pem("CERTIFICATE", encoded));
      byte[] secret = new byte[TOKEN_BYTES];
      random.nextBytes(secret);
      write(token, Base64.getUrlEncoder().withoutPadding().encodeToString(secret) + "\n");
      return new Made(new ServerSecurity(certificate, key, token), Pin.of(made));
    } catch (GeneralSecurityException e) {
      throw new IOException("cannot make a key: " + e.getMessage(), e);
    }
  }

  private static void write(Path file, String text) throws IOException {
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, text);
  }

  private static String pem(String what, byte[] bytes) {
    String body =
        Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(bytes);
    return "-----BEGIN " + what + "-----\n" + body + "\n-----END " + what + "-----\n";
  }

  private static byte[] certificate(KeyPair pair, SecureRandom random)
      throws GeneralSecurityException {
    byte[] algorithm = item(SEQUENCE, item(OBJECT, ECDSA_SHA256));
    byte[] name =
        item(
            SEQUENCE,
            item(
                SET,
                item(
                    SEQUENCE,
                    item(OBJECT, COMMON_NAME),
                    item(TEXT, "zhulong".getBytes(StandardCharsets.US_ASCII)))));
    Instant now = Instant.now().minus(1, ChronoUnit.DAYS);
    byte[] validity = item(SEQUENCE, time(now), time(now.plus(YEARS * 365L, ChronoUnit.DAYS)));
    byte[] body =
        item(
            SEQUENCE,
            item(VERSION, item(INTEGER, new byte[] {2})),
            item(INTEGER, new BigInteger(SERIAL_BITS, random).toByteArray()),
            algorithm,
            name,
            validity,
            name,
            pair.getPublic().getEncoded());
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(pair.getPrivate(), random);
    signature.update(body);
    // A bit string begins with the number of bits that are too many.
    return item(SEQUENCE, body, algorithm, item(BIT_STRING, new byte[] {0}, signature.sign()));
  }

  private static byte[] time(Instant instant) {
    String text =
        DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").format(instant.atOffset(ZoneOffset.UTC));
    return item(TIME, text.getBytes(StandardCharsets.US_ASCII));
  }

  /** An item of DER (X.690): tag, length, contents. */
  private static byte[] item(int tag, byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    if (length < 0x80) {
      out.write(length);
    } else if (length < 0x100) {
      out.write(0x81);
      out.write(length);
    } else {
      out.write(0x82);
      out.write(length >> 8);
      out.write(length);
    }
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
