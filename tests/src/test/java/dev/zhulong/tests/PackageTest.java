package dev.zhulong.tests;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code zl package} refuses, before it has made anything. */
class PackageTest {
  @TempDir private Path folder;

  @Test
  void whatIsThereStays() {
    Zl.run("package", "-o", folder.toString()).refuses("exists already");
  }

  @Test
  void modulesOfAnotherProcessorMustBeThere() {
    Path target = folder.resolve("runtime");
    Zl.run("package", "--jdk-modules", folder.toString(), "-o", target.toString())
        .refuses("has no java.base.jmod");
    assertFalse(Files.exists(target));
  }
}
