package dev.zhulong.rtl.tool;

import dev.zhulong.rtl.Backend;
import dev.zhulong.rtl.DesignException;
import dev.zhulong.rtl.ModelUnavailableException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Does a job that another process has written to a file, for build tools that run on an older Java:
 * lines {@code key=value}, in which {@code source}, {@code include}, {@code define}, {@code
 * parameter} and {@code backend} may come several times. What it prints is for a program, too:
 * lines that begin with {@code STEP}, {@code MADE} or {@code ERROR} and a blank.
 */
public final class DesignTool {
  private static final int FAILED = 1;

  private DesignTool() {}

  /** Takes the job's file, and ends with exit code 1 if it cannot be done. */
  public static void main(String[] args) throws IOException {
    if (args.length != 1) {
      System.err.println("usage: DesignTool JOBFILE");
      System.exit(2);
    }
    // A warning is one line; it is read when logging begins.
    System.setProperty("java.util.logging.SimpleFormatter.format", "%5$s%n");
    int status = run(Files.readAllLines(Path.of(args[0])), System.out);
    System.out.flush();
    System.exit(status);
  }

  static int run(List<String> lines, PrintStream out) {
    Map<String, List<String>> values = new LinkedHashMap<>();
    for (String line : lines) {
      int equals = line.indexOf('=');
      if (equals > 0) {
        values
            .computeIfAbsent(line.substring(0, equals), key -> new ArrayList<>())
            .add(line.substring(equals + 1));
      }
    }
    try {
      DesignJob job =
          new DesignJob(
              paths(values, "source"),
              paths(values, "include"),
              pairs(values, "define"),
              pairs(values, "parameter"),
              one(values, "top"));
      if (values.containsKey("output")) {
        Path folder = Path.of(one(values, "output"));
        out.println("MADE " + job.generate(folder, one(values, "package"), one(values, "class")));
      }
      for (String backend : values.getOrDefault("backend", List.of())) {
        Path library =
            job.compile(
                Backend.valueOf(backend),
                (what, done, total) -> {
                  if (done < total) {
                    out.println("STEP " + backend + " " + done + "/" + total + " " + what);
                    out.flush();
                  }
                });
        out.println("MADE " + library);
      }
      return 0;
    } catch (DesignException e) {
      String what = e.getMessage().lines().findFirst().orElse("the design is refused");
      if (e.diagnostics().isEmpty()) {
        out.println("ERROR " + what);
      }
      e.diagnostics().forEach(found -> out.println("ERROR " + found));
    } catch (ModelUnavailableException | IllegalArgumentException | IOException e) {
      out.println("ERROR " + String.join(" | ", e.getMessage().lines().toList()));
    }
    return FAILED;
  }

  private static String one(Map<String, List<String>> values, String key) {
    return values.getOrDefault(key, List.of("")).getFirst();
  }

  private static List<Path> paths(Map<String, List<String>> values, String key) {
    return values.getOrDefault(key, List.of()).stream().map(Path::of).toList();
  }

  private static Map<String, String> pairs(Map<String, List<String>> values, String key) {
    Map<String, String> pairs = new LinkedHashMap<>();
    for (String pair : values.getOrDefault(key, List.of())) {
      int equals = pair.indexOf('=');
      pairs.put(
          equals < 0 ? pair : pair.substring(0, equals),
          equals < 0 ? "1" : pair.substring(equals + 1));
    }
    return pairs;
  }
}
