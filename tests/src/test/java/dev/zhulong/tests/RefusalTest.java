package dev.zhulong.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bad input to {@code zl} ends in one clear message and a non-zero exit code. */
class RefusalTest {
  private static final String HEADER =
      "#version 450\nlayout(local_size_x = 4) in;\nlayout(binding = 0) buffer A { float a[]; };\n";

  @TempDir private Path folder;

  private String file(String name, String text) throws IOException {
    Path path = folder.resolve(name);
    Files.writeString(path, text);
    return path.toString();
  }

  private String example(String name) {
    return Modules.ROOT.resolve("examples").resolve(name).toString();
  }

  @Test
  void syntaxErrorNamesFileLineAndColumn() throws IOException {
    String shader = file("bad.comp", HEADER + "void main() {\n  a[0] = ;\n}\n");
    Zl.run("run", shader, "--grid", "1").refuses("bad.comp:5:", "error:");
  }

  @Test
  void missingOrOldVersionOfGlslIsNamed() throws IOException {
    String none = file("none.comp", "/* #version 450 */ void main() {}\n");
    Zl.run("run", none, "--grid", "1").refuses("none.comp:1:", "there is no #version");
    String old = file("old.comp", "#version 300 es\nvoid main() {}\n");
    Zl.run("run", old, "--grid", "1").refuses("#version 300 es has no compute shaders");
  }

  @Test
  void kernelsWithWideAddressesAreToldTheTarget() throws IOException {
    String text = "OpCapability Addresses\nOpCapability Kernel\nOpMemoryModel Physical64 OpenCL\n";
    Zl.run("run", file("wide.spvasm", text), "--grid", "1")
        .refuses("64-bit addresses", "-target spir");
  }

  @Test
  void placeOfASynthesisReportIsCheckedFirst() {
    String report = folder.resolve("none").resolve("report.md").toString();
    Zl.run("synth", "-o", report).refuses("no such file", "report.md");
  }

  @Test
  void emptyTestScriptFails() throws IOException {
    Zl zl = Zl.run("amber", file("empty.amber", "\n"));
    assertEquals(1, zl.code());
    assertTrue(zl.out().contains("empty.amber:1: the script is empty"), zl.out());
  }

  @Test
  void unsupportedFeatureNamesOpcodeOrCapabilityAndLine() throws IOException {
    String shader =
        file("double.comp", HEADER + "void main() {\n  a[0] = float(double(a[1]));\n}\n");
    Zl.run("run", shader, "--grid", "1").refuses("double.comp", "Float64");
  }

  @Test
  void negativeNumberOfOperationsIsNamed() {
    Zl.run("verify", "--fpu", "-1").refuses("is -1", "must not be negative");
  }

  @Test
  void missingBindingIsNamed() {
    Zl.run(
            "run",
            example("saxpy.comp"),
            "--grid",
            "1",
            "--bind",
            "0=zeros:f32:64",
            "--push",
            "f32:1,u32:64")
        .refuses("binding 0.1");
  }

  @Test
  void bindingOfWrongSizeIsNamedWithBothSizes() throws IOException {
    String odd = folder.resolve("odd.bin").toString();
    Files.write(Path.of(odd), new byte[10]);
    Zl.run(
            "run",
            example("saxpy.comp"),
            "--grid",
            "1",
            "--bind",
            "0=" + odd,
            "--bind",
            "1=zeros:f32:4",
            "--push",
            "f32:1,u32:1")
        .refuses("binding 0", "10 bytes");
    Zl.run(
            "run",
            example("conv3x3.comp"),
            "--grid",
            "1",
            "--bind",
            "0=zeros:f32:16",
            "--bind",
            "1=zeros:f32:8",
            "--bind",
            "2=zeros:f32:4",
            "--push",
            "u32:2")
        .refuses("binding 0.1", "32 bytes", "36");
  }

  @Test
  void unknownBindingIsRefusedWithTheKnownOnes() {
    Zl.run("run", example("saxpy.comp"), "--grid", "1", "--bind", "7=zeros:f32:64")
        .refuses("no binding 7", "0.0");
  }

  @Test
  void arrayFileOfWrongTypeNamesBothTypes() throws IOException {
    String header = "{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }";
    String padded = header + " ".repeat(64 - (10 + header.length() + 1) % 64) + "\n";
    byte[] bytes = new byte[10 + padded.length() + 16];
    byte[] magic = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) padded.length(), 0};
    System.arraycopy(magic, 0, bytes, 0, 10);
    System.arraycopy(padded.getBytes(StandardCharsets.ISO_8859_1), 0, bytes, 10, padded.length());
    Path path = folder.resolve("doubles.npy");
    Files.write(path, bytes);
    Zl.run("run", example("saxpy.comp"), "--grid", "1", "--bind", "0=" + path)
        .refuses("doubles.npy", "<f8", "<f4");
  }

  @Test
  void truncatedAndForeignElfAreNamed() throws IOException {
    Zl.run("compile", example("saxpy.comp"), "-o", folder.resolve("k.elf").toString()).succeeds();
    byte[] elf = Files.readAllBytes(folder.resolve("k.elf"));
    for (int length : new int[] {0, 3, 20, 51, 80, elf.length / 2, elf.length - 1}) {
      Files.write(folder.resolve("cut.elf"), Arrays.copyOf(elf, length));
      Zl.run("exec", folder.resolve("cut.elf").toString()).refuses("cut.elf");
    }
    byte[] foreign = elf.clone();
    foreign[18] = 62;
    Files.write(folder.resolve("x86.elf"), foreign);
    Zl.run("exec", folder.resolve("x86.elf").toString()).refuses("x86.elf", "machine 62", "RISC-V");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"nowhere:", "sim:?config=big", "sim:?colour=red", "sim:?warps=3", "sim", ""})
  void unknownDeviceAddressIsRefused(String address) {
    Zl.run("devices", address).refuses("device address");
  }

  @Test
  void missingFileIsNamed() {
    Zl.run("run", "absent.comp", "--grid", "1").refuses("absent.comp");
    Zl.run("exec", "absent.elf").refuses("absent.elf");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--grid=x", "--grid=1,2,3,4", "--grid=-1"})
  void badGridIsRefused(String grid) {
    Zl.run("run", example("saxpy.comp"), grid).refuses("--grid");
  }

  @Test
  void outOfBoundsAccessIsAFaultWithPcAndLine() throws IOException {
    String shader =
        file(
            "wild.comp",
            HEADER
                + "void main() {\n  uint i = gl_LocalInvocationID.x;\n  a[i * 100000] = 1.0;\n}\n");
    Zl.run("run", shader, "--no-robust", "--grid", "1", "--bind", "0=zeros:f32:16")
        .refuses("ACCESS", "pc 0x8000", "wild.comp:6");
  }

  @Test
  void endlessLoopStopsAtItsLimit() throws IOException {
    String shader =
        file("endless.comp", HEADER + "void main() {\n  while (a[0] == 0.0) { a[1] += 1.0; }\n}\n");
    Zl.run("run", shader, "--grid", "1", "--bind", "0=zeros:f32:16", "--max-cycles", "100000")
        .refuses("TIMEOUT", "100000 cycles");
  }

  @Test
  void workgroupLargerThanTheCoreIsRefused() throws IOException {
    String shader =
        file(
            "large.comp",
            "#version 450\nlayout(local_size_x = 512) in;\nlayout(binding = 0) buffer A { float a[]; };\n"
                + "shared float s[512];\nvoid main() {\n  s[gl_LocalInvocationID.x] = a[gl_LocalInvocationID.x];\n"
                + "  barrier();\n  a[gl_LocalInvocationID.x] = s[511 - gl_LocalInvocationID.x];\n}\n");
    Zl.run("run", shader, "--grid", "1", "--bind", "0=zeros:f32:512")
        .refuses("512 invocations", "8 lanes");
  }

  @Test
  void everyCommandIsSaidInASentence() {
    String help = Zl.run("--help").succeeds().out();
    String list = help.substring(help.indexOf("Commands:") + 9, help.indexOf("Example:"));
    String[] commands = list.strip().split("\n {2}(?=\\S)");
    assertEquals(true, commands.length > 20, list);
    for (String command : commands) {
      assertEquals(true, command.strip().endsWith("."), command);
    }
  }

  @Test
  void helpOfEveryCommandHasAnExample() {
    for (String command :
        new String[] {
          "run", "exec", "compile", "asm", "objdump", "devices", "bench", "doctor", "test"
        }) {
      String help = Zl.run(command, "--help").succeeds().out();
      assertEquals(true, help.contains("Example:") && help.contains("zl " + command), command);
    }
  }
}
