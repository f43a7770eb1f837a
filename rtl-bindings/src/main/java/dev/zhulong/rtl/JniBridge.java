package dev.zhulong.rtl;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;

/** Compiles the C++ between {@link dev.zhulong.rtl.ffi.JniLibrary} and models, once a machine. */
final class JniBridge {
  private static final String SOURCE = "zl_jni.cpp";
  private static final String REMEDY =
      "; the JNI back end needs a JDK, not a JRE (or use Backend.FFM)";

  private JniBridge() {}

  /**
   * The bridge, from the cache or built now.
   *
   * @throws ModelUnavailableException if the headers of the JDK are missing
   */
  static Path build(Toolchain tools, ModelCache cache, BuildListener listener) throws IOException {
    Path headers = Path.of(System.getProperty("java.home"), "include");
    String text;
    try (InputStream in = JniBridge.class.getResourceAsStream("cpp/jni/" + SOURCE)) {
      text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    MessageDigest digest = ModelCache.sha256();
    for (String part :
        List.of(text, headers.toString(), tools.fingerprint(), NativeBuild.processor())) {
      NativeBuild.add(digest, part);
    }
    String key = "jni-" + HexFormat.of().formatHex(digest.digest()).substring(0, 32);
    return cache.get(
        key,
        library -> {
          if (!Files.exists(headers.resolve("jni.h"))) {
            throw new ModelUnavailableException(headers.resolve("jni.h") + " is missing" + REMEDY);
          }
          Path folder = library.getParent();
          Path source = Files.writeString(folder.resolve(SOURCE), text);
          List<String> options =
              List.of("-I" + headers, "-I" + headers.resolve("linux"), "-fvisibility=hidden");
          new NativeBuild(tools, folder, listener, "the JNI bridge", BuildTarget.NATIVE)
              .library(List.of(source), options, List.of("-ldl"), library);
        });
  }
}
