package dev.zhulong.scene;

import dev.zhulong.compiler.CompileOptions;
import dev.zhulong.compiler.ShaderSource;
import dev.zhulong.compiler.StageShader;
import dev.zhulong.compiler.frontend.stages.ShaderStage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The shaders of this module. */
final class Shaders {
  private static final Pattern INCLUDE = Pattern.compile("(?m)^#include \"([a-z.]+)\"$");

  private Shaders() {}

  /** A shader of a resource, with macros. */
  static StageShader of(String name, Map<String, String> macros) {
    ShaderStage stage = name.endsWith(".vert") ? ShaderStage.VERTEX : ShaderStage.FRAGMENT;
    CompileOptions standard = CompileOptions.defaults();
    return StageShader.of(
        new ShaderSource(
            name, ShaderSource.Language.GLSL, text(name).getBytes(StandardCharsets.UTF_8)),
        stage,
        new CompileOptions(null, macros, standard.optimizationLevel(), standard.specialization()));
  }

  private static String text(String name) {
    try (InputStream stream = Shaders.class.getResourceAsStream(name)) {
      String text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      return INCLUDE
          .matcher(text)
          .replaceAll(found -> Matcher.quoteReplacement(text(found.group(1))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
