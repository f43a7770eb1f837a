package dev.zhulong.scene.load;

import dev.zhulong.scene.model.Scene;
import dev.zhulong.scene.model.SceneException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;

/** Reads scenes by the ending of their file's name. */
public final class SceneLoader {
  private static final long LARGEST_FILE = 1 << 29;

  private SceneLoader() {}

  /**
   * The scene of a file.
   *
   * @throws SceneException if it is not right, or needs what there is not
   */
  public static Scene load(Path file) throws IOException {
    String name = file.toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".gltf") || name.endsWith(".glb")) {
      return GltfReader.read(file);
    }
    if (name.endsWith(".obj")) {
      return ObjFile.read(file);
    }
    throw new SceneException(file + ": unknown kind of scene; .gltf, .glb and .obj can be read");
  }

  /** The bytes of a file, which another one may name. */
  static byte[] bytes(Path file, String asker) throws IOException {
    if (!Files.isRegularFile(file)) {
      if (asker == null) {
        throw new NoSuchFileException(file.toString());
      }
      throw new SceneException(asker + ": there is no file " + file);
    }
    if (Files.size(file) > LARGEST_FILE) {
      throw new SceneException(
          file + " has " + Files.size(file) + " bytes; at most " + LARGEST_FILE + " are read");
    }
    return Files.readAllBytes(file);
  }

  /** A file beside another one, or below or above it. */
  static Path beside(Path file, String name, String asker) {
    try {
      Path folder = file.toAbsolutePath().getParent();
      Path named = Path.of(name);
      if (named.isAbsolute() || folder == null) {
        throw new SceneException(asker + ": \"" + name + "\" must be relative to the scene's file");
      }
      return folder.resolve(named);
    } catch (java.nio.file.InvalidPathException e) {
      throw new SceneException(asker + ": \"" + brief(name) + "\" is no file name", e);
    }
  }

  /** Text from a file, short enough for a message. */
  static String brief(String text) {
    return text.length() <= 60 ? text : text.substring(0, 57) + "...";
  }
}
