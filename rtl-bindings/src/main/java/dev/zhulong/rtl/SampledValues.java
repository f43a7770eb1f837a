package dev.zhulong.rtl;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Concurrent assertions look at values from before the clock's edge, and Verilator copies all of
 * them at the beginning of its evaluation function, which no option splits. In WebAssembly that
 * function must stay short: HotSpot never compiles a method of more than 8000 bytes.
 */
final class SampledValues {
  private static final int STATEMENTS_OF_A_PART = 40;
  private static final Pattern COPY =
      Pattern.compile("^ {4}vlSelf->__Vsampled__[^;]*;\\n", Pattern.MULTILINE);
  private static final Pattern COPIES =
      Pattern.compile("(?:" + COPY.pattern() + "){2,}", Pattern.MULTILINE);

  private SampledValues() {}

  /** Moves the copies of each of the files that Verilator wrote into functions of their own. */
  static void split(List<Path> files) throws IOException {
    for (Path file : files) {
      String text = Files.readString(file, StandardCharsets.ISO_8859_1);
      String split = split(text);
      if (!split.equals(text)) {
        Files.writeString(file, split, StandardCharsets.ISO_8859_1);
      }
    }
  }

  static String split(String text) {
    return COPIES
        .matcher(text)
        .replaceAll(copies -> Matcher.quoteReplacement(parts(copies.group())));
  }

  private static String parts(String copies) {
    List<String> statements = COPY.matcher(copies).results().map(MatchResult::group).toList();
    StringBuilder parts = new StringBuilder();
    for (int i = 0; i < statements.size(); i += STATEMENTS_OF_A_PART) {
      int end = Math.min(statements.size(), i + STATEMENTS_OF_A_PART);
      parts.append("    [vlSelf]() __attribute__((noinline)) {\n");
      statements.subList(i, end).forEach(parts::append);
      parts.append("    }();\n");
    }
    return parts.toString();
  }
}
