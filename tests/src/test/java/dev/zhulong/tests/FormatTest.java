package dev.zhulong.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Java sources are formatted by google-java-format; -Dzl.format=apply makes them so. */
class FormatTest {
  @Test
  void sourcesAreFormatted() throws IOException, FormatterException {
    boolean apply = "apply".equals(System.getProperty("zl.format"));
    Formatter formatter = new Formatter();
    List<String> wrong = new ArrayList<>();
    for (Path file : sources()) {
      String text = Files.readString(file);
      String formatted = formatter.formatSource(RemoveUnusedImports.removeUnusedImports(text));
      if (!text.equals(formatted)) {
        if (apply) {
          Files.writeString(file, formatted);
        } else {
          wrong.add(file.toString());
        }
      }
    }
    assertEquals(List.of(), wrong, "to format them: ./mvnw -pl tests -am verify -Dzl.format=apply");
  }

  private static List<Path> sources() throws IOException {
    List<Path> files = new ArrayList<>();
    for (String module : Modules.NAMES) {
      try (Stream<Path> tree = Files.walk(Modules.ROOT.resolve(module).resolve("src"))) {
        tree.filter(p -> p.toString().endsWith(".java")).forEach(files::add);
      }
    }
    return files;
  }
}
