package dev.zhulong.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zhulong.compiler.ShaderSource.Language;
import dev.zhulong.firmware.link.ElfFile;
import dev.zhulong.firmware.link.KernelInfo;
import dev.zhulong.firmware.link.LineTable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What users see: errors with their places, options, and the image. */
class DiagnosticsTest {
  private static final String HEAD = "#version 460\nlayout(local_size_x = 4) in;\n";

  private static CompiledKernel compile(String source, CompileOptions options) {
    byte[] bytes = source.getBytes(StandardCharsets.UTF_8);
    return ShaderCompiler.compile(new ShaderSource("a.comp", Language.GLSL, bytes), options);
  }

  private static CompileException refused(String source) {
    return assertThrows(
        CompileException.class, () -> compile(HEAD + source, CompileOptions.defaults()));
  }

  @Test
  void syntaxError() {
    CompileException e = refused("void main() {\n\tint a = 1 + ;\n}\n");
    assertEquals(
        "a.comp:4: error: syntax error, unexpected SEMICOLON\n  \tint a = 1 + ;\n  \t^",
        e.getMessage());
  }

  @Test
  void unknownName() {
    CompileException e = refused("void main() {\n  int a = 4 + bar;\n}\n");
    Diagnostic first = e.diagnostics().getFirst();
    assertEquals(4, first.line());
    assertEquals(15, first.column());
    assertTrue(e.getMessage().contains("a.comp:4:15: error: 'bar': undeclared identifier"));
    assertTrue(e.getMessage().contains("\n  " + "  int a = 4 + bar;\n" + " ".repeat(16) + "^"));
  }

  @Test
  void unsupportedTypeIsPlacedWhereItIsUsed() {
    CompileException e =
        refused(
            "layout(binding = 0) buffer O { double o[]; };\nvoid main() {\n  o[0] = 1.0lf;\n}\n");
    Diagnostic d = e.diagnostics().getFirst();
    assertEquals(5, d.line(), e.getMessage());
    assertTrue(d.message().contains("Float64 (the machine has no double precision)"), d.message());
  }

  @Test
  void sparseImagesAreRefused() {
    CompileException e =
        refused(
            "#extension GL_ARB_sparse_texture2 : require\n"
                + "layout(binding = 0) uniform sampler2D i;\n"
                + "layout(binding = 1) buffer O { vec4 o; };\n"
                + "void main() {\n"
                + "  vec4 texel;\n"
                + "  sparseTexelFetchARB(i, ivec2(0), 0, texel);\n"
                + "  o = texel;\n"
                + "}\n");
    assertTrue(e.getMessage().contains("SparseResidency"), e.getMessage());
  }

  /** The GLSL library recurses over expressions; a small stack would end the process here. */
  @Test
  void deepExpressions() {
    int depth = 2500;
    String nested = "(o[1] > i && ".repeat(depth) + "true" + ")".repeat(depth);
    CompileException e =
        refused(
            "layout(binding = 0) buffer O { uint o[]; };\nvoid main() { uint i = o[0]; o[0] = "
                + nested
                + " ? 1u : 2u; }");
    assertTrue(e.getMessage().contains("nested more than 200 deep"), e.getMessage());
    String sum = "void main() { o[0] = i" + "+ i".repeat(9000) + "; }";
    compile(
        HEAD + "layout(binding = 0) buffer O { uint o[]; };\n#define i o[1]\n" + sum,
        CompileOptions.defaults());
  }

  @Test
  void notSpirv() {
    byte[] text = "hello, this is no module".getBytes(StandardCharsets.UTF_8);
    CompileException e =
        assertThrows(
            CompileException.class,
            () ->
                ShaderCompiler.compile(
                    new ShaderSource("b.spv", Language.SPIRV, text), CompileOptions.defaults()));
    assertTrue(e.getMessage().startsWith("b.spv: error: not SPIR-V"), e.getMessage());
  }

  @Test
  void unknownEntryPoint() {
    CompileException e =
        assertThrows(
            CompileException.class,
            () -> compile(HEAD + "void main() {}", new CompileOptions("other", Map.of(), 2)));
    assertTrue(e.getMessage().contains("\"other\"; the module has: main"), e.getMessage());
  }

  @Test
  void extensionsOfFiles() {
    var unknown =
        assertThrows(IllegalArgumentException.class, () -> ShaderSource.of(Path.of("x.frag")));
    assertTrue(unknown.getMessage().contains(".comp"));
  }

  @Test
  void optionsAreChecked() {
    var e =
        assertThrows(IllegalArgumentException.class, () -> new CompileOptions(null, Map.of(), 3));
    assertTrue(e.getMessage().contains("0..2"));
  }

  @Test
  void definesAndImage() {
    String source =
        HEAD + "layout(binding = 2) buffer O { uint o[]; };\nvoid main() {\n  o[1] = VALUE;\n}\n";
    CompiledKernel kernel = compile(source, new CompileOptions("main", Map.of("VALUE", "77u"), 2));
    assertTrue(kernel.assembly().contains("77"), kernel.assembly());
    assertTrue(kernel.ir().contains("77"), kernel.ir());
    ElfFile elf = ElfFile.read(kernel.elf(), "a");
    String text =
        new String(elf.section(KernelInfo.SECTION).orElseThrow().bytes(), StandardCharsets.UTF_8);
    assertEquals(kernel.info(), KernelInfo.parse(text));
    assertTrue(kernel.info().independent());
    LineTable lines = LineTable.parse(elf.section(".debug_line").orElseThrow().bytes());
    assertTrue(lines.rows().stream().anyMatch(r -> r.line() == 5 && r.file().equals("a.comp")));
    assertEquals(elf.entry(), lines.rows().getFirst().address() & ~0xffffL);
    CompiledKernel again =
        ShaderCompiler.compile(
            new ShaderSource("a.spv", Language.SPIRV, kernel.spirv()), CompileOptions.defaults());
    assertEquals(kernel.assembly(), again.assembly());
  }
}
