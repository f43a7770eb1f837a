package dev.zhulong.verilator;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/** Writes a Java class for the top module of each design, and adds it to what is compiled. */
@Mojo(name = "generate", defaultPhase = LifecyclePhase.GENERATE_SOURCES, threadSafe = true)
public final class GenerateMojo extends VerilatorMojo {
  /** The package of the classes. */
  @Parameter(required = true)
  String packageName;

  /** {@code test} for classes that tests use, {@code main} for the project's own. */
  @Parameter(defaultValue = "test")
  String scope;

  /** Where the classes go; without it, a folder of generated sources. */
  @Parameter File outputDirectory;

  /** For Maven. */
  public GenerateMojo() {}

  @Override
  String goal() {
    return "generate";
  }

  private File folder() {
    return outputDirectory != null
        ? outputDirectory
        : new File(
            project.getBuild().getDirectory(),
            scope.equals("main") ? "generated-sources/verilator" : "generated-test-sources/verilator");
  }

  @Override
  List<String> request(Design design) {
    return List.of(
        "package=" + packageName, "class=" + design.className, "output=" + folder());
  }

  @Override
  void made(Design design, List<Path> files) {
    if (scope.equals("main")) {
      project.addCompileSourceRoot(folder().getPath());
    } else {
      project.addTestCompileSourceRoot(folder().getPath());
    }
    files.forEach(file -> getLog().debug(design.name() + ": " + file));
  }
}
