package dev.zhulong.compiler.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.zhulong.compiler.ir.Kernel;
import dev.zhulong.compiler.ir.TextReader;
import dev.zhulong.compiler.transform.Pipeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The listing of some kernels, word for word: {@code name.ir} becomes {@code name.s}.
 *
 * <p>After a change that is meant, run with {@code -Dgolden.update=true} and read the difference.
 */
class GoldenTest {
  private static final Path FOLDER =
      Path.of("src", "test", "resources", "dev", "zhulong", "compiler", "backend");

  @ParameterizedTest
  @ValueSource(strings = {"sgemm", "divergent", "operands"})
  void listingIsAsBefore(String name) throws IOException {
    Kernel kernel = TextReader.read(Files.readString(FOLDER.resolve(name + ".ir")));
    Pipeline.prepare(kernel, 2, (pass, stage) -> {});
    String listing = CodeGenerator.generate(kernel, CodeGenOptions.defaults()).assembly();
    Path golden = FOLDER.resolve(name + ".s");
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(golden, listing);
    }
    assertEquals(Files.readString(golden), listing);
  }
}
