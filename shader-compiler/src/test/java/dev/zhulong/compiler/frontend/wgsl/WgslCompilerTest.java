package dev.zhulong.compiler.frontend.wgsl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zhulong.compiler.frontend.spirv.SpirvFrontEnd;
import dev.zhulong.compiler.ir.Location;
import dev.zhulong.compiler.ir.Rejection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WgslCompilerTest {
  private static final String TWICE =
      """
      @group(0) @binding(0) var<storage, read_write> data: array<u32>;
      @compute @workgroup_size(8, 2, 1)
      fn twice(@builtin(global_invocation_id) id: vec3u) { data[id.x] *= 2u; }
      """;

  private static byte[] compile(String text) {
    return WgslCompiler.compile("t.wgsl", text.getBytes(StandardCharsets.UTF_8));
  }

  /** The module in the tree is the one that its README names. */
  @Test
  void moduleIsTheNamedOne() throws Exception {
    Path folder = Path.of("src/main/naga");
    byte[] digest =
        MessageDigest.getInstance("SHA-256")
            .digest(Files.readAllBytes(folder.resolve("naga_bg.wasm")));
    String named = Files.readString(folder.resolve("README.md"));
    assertTrue(named.contains(HexFormat.of().formatHex(digest)));
  }

  @Test
  void givesAModuleThatTheNextStageReads() {
    var kernel = SpirvFrontEnd.translate("t.wgsl", compile(TWICE), null);
    assertEquals("twice", kernel.name());
    assertEquals("[8, 2, 1]", kernel.group().toString());
  }

  /** An instance serves one module after another, and threads each have their own. */
  @Test
  void sameAnswerEveryTimeOnEveryThread() {
    byte[] once = compile(TWICE);
    IntStream.range(0, 64)
        .parallel()
        .forEach(
            i -> {
              if (i % 3 == 0) {
                assertThrows(Rejection.class, () -> compile("fn " + i));
              }
              assertArrayEquals(once, compile(TWICE));
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          fn main( {                    | 1:10 | expected identifier, found "{"
          fn f() { let a: u32 = 1.5; }  | 1:14 | the type of `a` is expected to be `u32`, but got `{AbstractFloat}`
          fn f() -> u32 { return x; }   | 1:24 | no definition in scope for identifier: `x`
          """)
  void namesThePlaceAndTheReason(String text, String place, String message) {
    Rejection rejection = assertThrows(Rejection.class, () -> compile(text));
    Location location = rejection.problems().getFirst().location();
    assertEquals(message, rejection.getMessage());
    assertEquals(place, location.line() + ":" + location.column());
  }

  @Test
  void overridesAreRefusedWithTheRemedy() {
    String text =
        "override n = 3u; @group(0) @binding(0) var<storage, read_write> o: u32;"
            + " @compute @workgroup_size(1) fn main() { o = n; }";
    Rejection rejection = assertThrows(Rejection.class, () -> compile(text));
    assertTrue(rejection.getMessage().contains("write const"), rejection.getMessage());
  }

  @Test
  void givesUpOnWhatIsTooLarge() {
    String sum = "a" + " + a".repeat(30_000);
    String text = "fn f(a: u32) -> u32 { return " + sum + "; }";
    assertTrue(assertThrows(Rejection.class, () -> compile(text)).getMessage().contains("gave up"));
    assertEquals(compile(TWICE).length, compile(TWICE).length);
    byte[] huge = new byte[(1 << 20) + 1];
    assertThrows(Rejection.class, () -> WgslCompiler.compile("t.wgsl", huge));
    assertThrows(Rejection.class, () -> WgslCompiler.compile("t.wgsl", new byte[] {(byte) 0xff}));
  }
}
