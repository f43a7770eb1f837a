package dev.zhulong.verilator;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * Builds the model of each design into the user's cache, which all projects share and where the
 * tests find it.
 */
@Mojo(name = "compile", defaultPhase = LifecyclePhase.PROCESS_TEST_CLASSES, threadSafe = true)
public final class CompileMojo extends VerilatorMojo {
  /** {@code FFM}, {@code JNI}, {@code WASM}. */
  @Parameter(defaultValue = "FFM")
  List<String> backends;

  /** For Maven. */
  public CompileMojo() {}

  @Override
  String goal() {
    return "compile";
  }

  @Override
  List<String> request(Design design) {
    List<String> lines = new ArrayList<>();
    backends.forEach(backend -> lines.add("backend=" + backend));
    return lines;
  }

  @Override
  void made(Design design, List<Path> files) {
    files.forEach(file -> getLog().debug(design.name() + ": " + file));
  }
}
