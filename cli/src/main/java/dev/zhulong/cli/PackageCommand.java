package dev.zhulong.cli;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code zl package}: a runtime that needs no Java on the machine that it is copied to. */
@Command(
    name = "package",
    mixinStandardHelpOptions = true,
    description = {
      "Make a folder with a Java runtime and this program, or the driver library alone.",
      "It can be copied to a machine without Java. See docs/silicon.md."
    },
    footer = {
      "",
      "Examples:",
      "  zl package -o zhulong",
      "  zl package --library -o zhulong-hal --jdk-modules jdk-25-riscv64/jmods"
    })
final class PackageCommand implements Callable<Integer> {
  private static final String PROGRAM = "dev.zhulong.cli";
  private static final String LIBRARY = "dev.zhulong.hal";
  private static final String NATIVE_LIBRARY = ".so";
  private static final String NATIVE_ACCESS =
      "dev.zhulong.hal,dev.zhulong.simulator,dev.zhulong.rtl,dev.zhulong.compiler,"
          + "dev.zhulong.precision,dev.zhulong.remote,org.lwjgl";
  private static final String RULES =
      """
      # Members of the group gpu may use functions that are bound to vfio-pci or to a UIO driver.
      SUBSYSTEM=="vfio", GROUP="gpu", MODE="0660"
      SUBSYSTEM=="uio", GROUP="gpu", MODE="0660"
      """;

  @Spec private CommandSpec spec;

  @Option(
      names = "-o",
      paramLabel = "FOLDER",
      required = true,
      description = "What to make; it must not exist.")
  private Path folder;

  @Option(names = "--library", description = "Only the HAL and what it needs, without zl.")
  private boolean library;

  @Option(
      names = "--jdk-modules",
      paramLabel = "FOLDER",
      description = "The jmods of a JDK for another processor. Default: this machine's.")
  private Path jdkModules;

  @Override
  public Integer call() throws IOException {
    if (Files.exists(folder)) {
      throw new IllegalArgumentException(folder + " exists already; name another folder");
    }
    if (jdkModules != null && !Files.exists(jdkModules.resolve("java.base.jmod"))) {
      throw new IllegalArgumentException(
          jdkModules + " has no java.base.jmod; name the folder jmods of a JDK");
    }
    ToolProvider jlink =
        ToolProvider.findFirst("jlink")
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "this Java has no jlink; run zl with a whole JDK (JAVA_HOME)"));
    StringWriter told = new StringWriter();
    PrintWriter writer = new PrintWriter(told);
    int status = jlink.run(writer, writer, arguments().toArray(String[]::new));
    if (status != 0) {
      throw new IllegalStateException("jlink failed: " + told.toString().strip());
    }
    Files.writeString(folder.resolve("70-zhulong.rules"), RULES);
    if (!library) {
      unpackLibraries();
      writeStarter();
    }
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        Locale.ROOT,
        "%s: %d MiB%s%n",
        folder,
        size() >> 20,
        library ? "" : "; start it by " + folder.resolve("bin/zl"));
    return 0;
  }

  private List<String> arguments() {
    String modules = System.getProperty("jdk.module.path", "");
    if (modules.isEmpty()) {
      throw new IllegalStateException("the JARs of this program are not on a module path");
    }
    String path = jdkModules == null ? modules : jdkModules + File.pathSeparator + modules;
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--module-path",
                path,
                "--output",
                folder.toString(),
                "--strip-debug",
                "--no-header-files",
                "--no-man-pages",
                "--compress",
                "zip-6"));
    if (library) {
      arguments.addAll(List.of("--add-modules", LIBRARY));
    } else {
      arguments.addAll(List.of("--add-modules", PROGRAM));
    }
    return arguments;
  }

  /** What the shader front end is loaded from: a library inside of a runtime image is not found. */
  private void unpackLibraries() throws IOException {
    Path target = Files.createDirectories(folder.resolve("lib/natives"));
    List<Path> archives = new ArrayList<>();
    for (String part : System.getProperty("jdk.module.path").split(File.pathSeparator)) {
      Path path = Path.of(part);
      if (Files.isDirectory(path)) {
        try (Stream<Path> files = Files.list(path)) {
          files.filter(file -> file.toString().endsWith(".jar")).forEach(archives::add);
        }
      } else {
        archives.add(path);
      }
    }
    for (Path archive : archives) {
      try (ZipFile zip = new ZipFile(archive.toFile())) {
        for (ZipEntry entry : Collections.list(zip.entries())) {
          if (entry.getName().endsWith(NATIVE_LIBRARY)) {
            String name = Path.of(entry.getName()).getFileName().toString();
            try (InputStream content = zip.getInputStream(entry)) {
              Files.copy(content, target.resolve(name), StandardCopyOption.REPLACE_EXISTING);
            }
          }
        }
      }
    }
  }

  private void writeStarter() throws IOException {
    Path starter = folder.resolve("bin/zl");
    Files.writeString(
        starter,
        """
        #!/bin/sh
        home=$(dirname "$(dirname "$(readlink -f "$0")")")
        exec "$home/bin/java" -XX:+UseSerialGC --enable-native-access=%s \\
          "-Dorg.lwjgl.librarypath=$home/lib/natives" -m %s/%s.Main "$@"
        """
            .formatted(NATIVE_ACCESS, PROGRAM, PROGRAM));
    Files.setPosixFilePermissions(starter, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private long size() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }
}
