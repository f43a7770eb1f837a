package dev.zhulong.rtl;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Built models by content hash, shared by all processes of a user. An entry is a folder with the
 * library and its checksum; it appears by one rename, so it is whole or not there, and one whose
 * checksum does not fit (a full disk, a careless edit) counts as not there.
 */
final class ModelCache {
  private static final System.Logger LOG = System.getLogger(ModelCache.class.getName());
  private static final String LIBRARY = "libzl_model.so";
  private static final String CHECKSUM = "sha256";

  private final Path folder;

  ModelCache(Path folder) {
    this.folder = folder;
  }

  /** {@code zhulong/models} in the user's cache folder. */
  static Path userFolder() {
    String cache = System.getenv("XDG_CACHE_HOME");
    Path base =
        cache == null || cache.isEmpty() || !Path.of(cache).isAbsolute()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(cache);
    return base.resolve("zhulong").resolve("models");
  }

  /** Makes the library in an empty folder. */
  @FunctionalInterface
  interface Maker {
    /** Writes the library to the given file, which is in a folder that may be littered. */
    void make(Path library) throws IOException;
  }

  /** The library of a key, made now if there is none or it is damaged. */
  Path get(String key, Maker maker) throws IOException {
    Optional<Path> ready = lookUp(key);
    if (ready.isPresent()) {
      return ready.get();
    }
    Files.createDirectories(folder);
    // A file lock belongs to the process, so threads of one process take turns before it.
    synchronized (ModelCache.class) {
      try (FileChannel channel =
              FileChannel.open(
                  folder.resolve(key + ".lock"),
                  StandardOpenOption.CREATE,
                  StandardOpenOption.WRITE);
          FileLock lock = channel.lock()) {
        assert lock.isValid();
        // Another process may have made it while this one waited.
        ready = lookUp(key);
        if (ready.isPresent()) {
          return ready.get();
        }
        if (Files.exists(entry(key))) {
          LOG.log(
              System.Logger.Level.WARNING,
              "the cached model " + entry(key) + " is damaged; it is built again");
        }
        make(key, maker);
      }
    }
    return lookUp(key)
        .orElseThrow(() -> new IOException("the new entry " + entry(key) + " is damaged"));
  }

  private Path entry(String key) {
    return folder.resolve(key);
  }

  private Optional<Path> lookUp(String key) throws IOException {
    Path library = entry(key).resolve(LIBRARY);
    try {
      String expected = Files.readString(entry(key).resolve(CHECKSUM), StandardCharsets.US_ASCII);
      return expected.equals(checksum(library)) ? Optional.of(library) : Optional.empty();
    } catch (NoSuchFileException | java.nio.charset.CharacterCodingException e) {
      return Optional.empty();
    }
  }

  private void make(String key, Maker maker) throws IOException {
    Path building = folder.resolve(key + ".building");
    deleteTree(building);
    try {
      Files.createDirectories(building.resolve("work"));
      Path made = building.resolve("work").resolve(LIBRARY);
      maker.make(made);
      Path whole = Files.createDirectories(building.resolve("entry"));
      Files.move(made, whole.resolve(LIBRARY));
      Files.writeString(whole.resolve(CHECKSUM), checksum(whole.resolve(LIBRARY)));
      deleteTree(entry(key));
      Files.move(whole, entry(key), StandardCopyOption.ATOMIC_MOVE);
    } finally {
      deleteTree(building);
    }
  }

  private static String checksum(Path file) throws IOException {
    return HexFormat.of().formatHex(sha256().digest(Files.readAllBytes(file)));
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  static void deleteTree(Path root) throws IOException {
    if (!Files.exists(root)) {
      return;
    }
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
