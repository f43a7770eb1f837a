package dev.zhulong.verilator;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.inject.Inject;
import org.apache.maven.artifact.Artifact;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugin.descriptor.PluginDescriptor;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.project.MavenProject;
import org.apache.maven.toolchain.Toolchain;
import org.apache.maven.toolchain.ToolchainManager;

/** What both goals have in common: the designs, and the process that does the work. */
abstract class VerilatorMojo extends AbstractMojo {
  private static final int LEAST_JAVA = 25;
  private static final Pattern VERSION = Pattern.compile("JAVA_VERSION=\"(\\d+).*");
  private static final String TOOL = "dev.zhulong.rtl.tool.DesignTool";

  /** The designs. */
  @Parameter(required = true)
  List<Design> designs;

  /** Does nothing. */
  @Parameter(property = "verilator.skip", defaultValue = "false")
  boolean skip;

  /** Where the plugin remembers what it has done. */
  @Parameter(defaultValue = "${project.build.directory}/verilator", readonly = true)
  File state;

  @Parameter(defaultValue = "${project}", readonly = true)
  MavenProject project;

  @Parameter(defaultValue = "${session}", readonly = true)
  MavenSession session;

  @Parameter(defaultValue = "${plugin}", readonly = true)
  PluginDescriptor plugin;

  @Inject ToolchainManager toolchains;

  /** The goal's name, which its records are called by. */
  abstract String goal();

  /** What the job of a design says besides the design. */
  abstract List<String> request(Design design);

  /** The class in the job is named {@code class}: what is made is said once a design. */
  abstract void made(Design design, List<Path> files);

  @Override
  public void execute() throws MojoExecutionException, MojoFailureException {
    if (skip) {
      getLog().info("verilator.skip is set: nothing is verilated");
      return;
    }
    for (int i = 0; i < designs.size(); i++) {
      Design design = designs.get(i);
      check(design, i);
      try {
        run(design, state.toPath().resolve(goal() + "-" + i));
      } catch (IOException e) {
        throw new MojoExecutionException(design.name() + ": " + e, e);
      }
    }
  }

  private static void check(Design design, int number) throws MojoFailureException {
    if (design.sources.isEmpty()) {
      throw new MojoFailureException(
          "design " + (number + 1) + " has no <sources>; name its SystemVerilog files");
    }
    for (File source : design.sources) {
      if (!source.isFile()) {
        throw new MojoFailureException(
            "source file " + source + " of design " + design.name() + " does not exist");
      }
    }
    for (File folder : design.includes) {
      if (!folder.isDirectory()) {
        throw new MojoFailureException(
            "include folder " + folder + " of design " + design.name() + " does not exist");
      }
    }
  }

  /** In the record's file: the fingerprint, then the files that were made. */
  private void run(Design design, Path record)
      throws IOException, MojoExecutionException, MojoFailureException {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    Fingerprint fingerprint = new Fingerprint().addDesign(design).addTools(path);
    request(design).forEach(fingerprint::add);
    List<Path> classPath = classPath();
    for (Path file : classPath) {
      fingerprint.addFile(file);
    }
    String now = fingerprint.text();
    Optional<List<Path>> current = current(record, now);
    if (current.isPresent()) {
      getLog().info(design.name() + " is up to date");
      made(design, current.get());
      return;
    }
    Files.createDirectories(record.getParent());
    Files.deleteIfExists(record);
    Path job = record.resolveSibling(record.getFileName() + ".job");
    List<String> lines = new ArrayList<>(design.job());
    lines.addAll(request(design));
    Files.write(job, lines, StandardCharsets.UTF_8);
    List<Path> files = fork(design, classPath, job);
    List<String> said = new ArrayList<>(List.of(now));
    files.forEach(file -> said.add(file + "\t" + stamp(file)));
    Files.write(record, said, StandardCharsets.UTF_8);
    made(design, files);
  }

  /** The files of a record that fits and whose files are as they were. */
  private static Optional<List<Path>> current(Path record, String now) throws IOException {
    if (!Files.isRegularFile(record)) {
      return Optional.empty();
    }
    List<String> said = Files.readAllLines(record, StandardCharsets.UTF_8);
    if (said.isEmpty() || !said.get(0).equals(now)) {
      return Optional.empty();
    }
    List<Path> files = new ArrayList<>();
    for (String line : said.subList(1, said.size())) {
      int tab = line.indexOf('\t');
      Path file = Path.of(line.substring(0, Math.max(tab, 0)));
      if (!line.substring(tab + 1).equals(stamp(file))) {
        return Optional.empty();
      }
      files.add(file);
    }
    return Optional.of(files);
  }

  private static String stamp(Path file) {
    try {
      return Files.size(file) + " " + Files.getLastModifiedTime(file).toMillis();
    } catch (IOException e) {
      return "missing";
    }
  }

  private List<Path> classPath() {
    List<Path> files = new ArrayList<>();
    for (Artifact artifact : plugin.getArtifacts()) {
      if (artifact.getFile() != null) {
        files.add(artifact.getFile().toPath());
      }
    }
    return files;
  }

  private List<Path> fork(Design design, List<Path> classPath, Path job)
      throws IOException, MojoExecutionException, MojoFailureException {
    List<String> paths = new ArrayList<>();
    classPath.forEach(file -> paths.add(file.toString()));
    Process process =
        new ProcessBuilder(
                java().toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                String.join(File.pathSeparator, paths),
                TOOL,
                job.toString())
            .directory(project.getBasedir())
            .redirectErrorStream(true)
            .start();
    process.getOutputStream().close();
    List<Path> made = new ArrayList<>();
    List<String> errors = new ArrayList<>();
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        if (line.startsWith("STEP ")) {
          getLog().info(design.name() + ": " + line.substring(5));
        } else if (line.startsWith("MADE ")) {
          made.add(Path.of(line.substring(5)));
        } else if (line.startsWith("ERROR ")) {
          errors.add(line.substring(6));
        } else if (!line.isBlank()) {
          getLog().warn(line);
        }
      }
      int status = process.waitFor();
      errors.forEach(getLog()::error);
      if (status != 0) {
        throw new MojoFailureException(
            errors.isEmpty()
                ? design.name() + ": the process ended with exit code " + status
                : design.name() + " cannot be verilated: " + errors.get(0));
      }
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new MojoExecutionException(design.name() + ": interrupted", e);
    }
    return made;
  }

  /** A Java that is new enough: the toolchain's, Maven's own, or that of the environment. */
  private Path java() throws IOException, MojoFailureException {
    List<Path> seen = new ArrayList<>();
    Toolchain toolchain = toolchains.getToolchainFromBuildContext("jdk", session);
    if (toolchain != null && toolchain.findTool("java") != null) {
      seen.add(Path.of(toolchain.findTool("java")).getParent().getParent());
    }
    seen.add(Path.of(System.getProperty("java.home")));
    String environment = System.getenv("JAVA_HOME");
    if (environment != null && !environment.isEmpty()) {
      seen.add(Path.of(environment));
    }
    for (Path home : seen) {
      if (version(home) >= LEAST_JAVA) {
        return home.resolve("bin").resolve("java");
      }
    }
    throw new MojoFailureException(
        "this plugin needs a Java of version "
            + LEAST_JAVA
            + " or later, and found only "
            + seen
            + "; select one by maven-toolchains-plugin's goal select-jdk-toolchain, or set"
            + " JAVA_HOME");
  }

  private static int version(Path home) throws IOException {
    Path release = home.resolve("release");
    if (!Files.isRegularFile(release)) {
      return 0;
    }
    for (String line : Files.readAllLines(release, StandardCharsets.ISO_8859_1)) {
      Matcher version = VERSION.matcher(line);
      if (version.matches()) {
        return Integer.parseInt(version.group(1));
      }
    }
    return 0;
  }
}
