package dev.zhulong.compiler.transform;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.zhulong.compiler.ir.Kernel;
import dev.zhulong.compiler.ir.Stage;
import dev.zhulong.compiler.ir.TextReader;
import dev.zhulong.compiler.ir.TextWriter;
import dev.zhulong.compiler.ir.Validator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What single passes make of whole kernels: {@code pass_what.before.ir} becomes {@code
 * pass_what.after.ir}, word for word.
 *
 * <p>After a change that is meant, run with {@code -Dgolden.update=true} and read the difference.
 */
class PassGoldenTest {
  private static final Path FOLDER =
      Path.of("src", "test", "resources", "dev", "zhulong", "compiler", "transform");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "unroll_partial",
        "unroll_whole",
        "unroll_versions",
        "scalar-replacement_float",
        "constants_flag",
        "jump-threading_flags",
        "constant-tables_lookup",
        "licm_loads",
        "simplify_forwarding",
        "addresses_neighbour",
        "addresses_invariant"
      })
  void passMakesOf(String name) throws IOException {
    Kernel kernel = TextReader.read(Files.readString(FOLDER.resolve(name + ".before.ir")));
    assertEquals(List.of(), Validator.check(kernel, Stage.LOWERED));
    pass(name.substring(0, name.indexOf('_')), kernel);
    assertEquals(List.of(), Validator.check(kernel, Stage.LOWERED));
    String made = TextWriter.write(kernel);
    Path golden = FOLDER.resolve(name + ".after.ir");
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(golden, made);
    }
    assertEquals(Files.readString(golden), made);
  }

  private static void pass(String name, Kernel kernel) {
    switch (name) {
      case "unroll" -> {
        Unroll.run(kernel);
        Simplify.run(kernel.body());
      }
      case "constants" -> ConstantPropagation.run(kernel.body());
      case "jump-threading" -> JumpThreading.run(kernel.body());
      case "constant-tables" -> ConstantTables.run(kernel.body());
      case "licm" -> Licm.run(kernel.body());
      case "simplify" -> Simplify.run(kernel.body());
      case "addresses" -> {
        InvariantAddresses.run(kernel.body());
        NeighbourAddresses.run(kernel.body());
        Simplify.run(kernel.body());
      }
      case "scalar-replacement" -> ScalarReplacement.run(kernel.body());
      default -> throw new IllegalArgumentException("no pass is called " + name);
    }
  }
}
