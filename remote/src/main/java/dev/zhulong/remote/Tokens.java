package dev.zhulong.remote;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Tokens, and the files they are in. */
final class Tokens {
  private static final int SHORTEST = 16;
  private static final int LONGEST = 512;

  private Tokens() {}

  /**
   * Reads a token.
   *
   * @throws IOException if the file cannot be read or holds none of a sensible length
   */
  static String read(Path file) throws IOException {
    if (Files.isRegularFile(file) && Files.size(file) > 2 * LONGEST) {
      throw new IOException(file + " is too large for a token");
    }
    String token = Files.readString(file).strip();
    int bytes = token.getBytes(StandardCharsets.UTF_8).length;
    if (bytes < SHORTEST || bytes > LONGEST) {
      throw new IOException(
          "the token in "
              + file
              + " has "
              + bytes
              + " bytes, must have "
              + SHORTEST
              + " to "
              + LONGEST);
    }
    return token;
  }
}
