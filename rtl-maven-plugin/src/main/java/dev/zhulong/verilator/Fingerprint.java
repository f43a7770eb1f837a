package dev.zhulong.verilator;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a result depends on, as a number: the job, the contents of the sources, the tools by place,
 * size and time, and the plugin itself. It decides only whether the other process is started at all;
 * the cache has a hash of its own.
 */
final class Fingerprint {
  private static final List<String> TOOLS =
      List.of("verilator", "verilator_bin", "clang++-19", "clang++", "g++");

  private final MessageDigest digest;

  Fingerprint() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  Fingerprint add(String text) {
    digest.update(text.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0);
    return this;
  }

  Fingerprint addDesign(Design design) throws IOException {
    design.job().forEach(this::add);
    for (File source : design.sources) {
      digest.update(Files.readAllBytes(source.toPath()));
    }
    for (File folder : design.includes) {
      try (Stream<Path> files = Files.walk(folder.toPath())) {
        for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
          add(file.toString());
          digest.update(Files.readAllBytes(file));
        }
      }
    }
    return this;
  }

  Fingerprint addFile(Path file) throws IOException {
    return add(file + " " + Files.size(file) + " " + Files.getLastModifiedTime(file).toMillis());
  }

  Fingerprint addTools(String searchPath) throws IOException {
    for (String folder : searchPath.split(File.pathSeparator)) {
      for (String tool : TOOLS) {
        Path file = Path.of(folder.isEmpty() ? "." : folder, tool);
        if (Files.isRegularFile(file)) {
          addFile(file.toRealPath());
        }
      }
    }
    return this;
  }

  String text() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
