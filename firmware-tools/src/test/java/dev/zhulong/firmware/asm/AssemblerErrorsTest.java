package dev.zhulong.firmware.asm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AssemblerErrorsTest {
  private static AssemblerException failure(String source) {
    return assertThrows(AssemblerException.class, () -> Assembler.assemble(source, "bad.s"));
  }

  @Test
  void aMessageHasPlaceLineAndCaret() {
    AssemblerException e = failure("  nop\n\taddi a0, a1, 5000\n  frob a0\n");
    assertEquals(
        """
        bad.s:2:15: error: immediate 5000 is not from -2048 to 2047
        \taddi a0, a1, 5000
        \t             ^""",
        failure("  nop\n\taddi a0, a1, 5000\n").getMessage());
    assertEquals(1, e.diagnostics().size());
    assertTrue(e.getMessage().startsWith("bad.s:3:3: error: unknown instruction 'frob'"));
  }

  @Test
  void severalProblemsAreToldAtOnce() {
    AssemblerException e = failure("frob\nadd a0, a1\n.bogus\nlw a0, 4(fa0)\n");
    assertEquals(
        List.of(1, 2, 3, 4),
        e.diagnostics().stream().map(AssemblerException.Diagnostic::line).toList());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "j missing | 1:3 | 'missing' is not defined",
        "a: a: nop | 1:4 | already defined",
        "j 1b | 1:3 | no label '1:'",
        "j 1f | 1:3 | '1f' is not defined",
        "li a0, 0x100000000 | 1:8 | does not fit 32 bits",
        "li a0, 1/0 | 1:9 | division by zero",
        "slli a0, a0, 32 | 1:14 | is not from 0 to 31",
        "csrr a0, nosuch | 1:10 | is not a CSR",
        "fadd.s fa0, fa1, fa2, unknown | 1:23 | rounding mode",
        ".byte 256 | 1:7 | does not fit 8 bits",
        ".balign 3 | 1:9 | not a power of two",
        ".zero 99999999999 | 1:7 | is not from 0",
        ".zero 2000000000 | 1:7 | would exceed",
        ".ascii \"open | 1:8 | has no end",
        ".option rvc | 1:9 | is not one of",
        "fence wr, w | 1:7 | in this order",
        "beq a0, a1, . + 1 | 1:15 | even distances",
        "lw a0, %hi(x)(a0) | 1:9 | expected %lo",
        "addi a0, a0, %pcrel_lo(x) | 1:24 | must name the label",
        "§ | 1:1 | U+00A7",
        ".byte 1 ; nop | 1:11 | put .balign 4",
        ".set x, y; .set y, x; .word x | 1:9 | defined by itself",
      })
  void eachProblemIsNamedAtItsPlace(String source, String place, String problem) {
    AssemblerException e = failure(source);
    assertTrue(
        e.getMessage().startsWith("bad.s:" + place + ": error: ")
            && e.getMessage().contains(problem),
        e.getMessage());
  }

  @Test
  void deepAndLongExpressionsAreRefused() {
    assertTrue(failure(".word " + "(".repeat(100_000)).getMessage().contains("more than"));
    assertTrue(failure(".word 1" + "+1".repeat(100_000)).getMessage().contains("more than"));
  }

  @Test
  void longChainsOfSymbolsAreRefused() {
    StringBuilder source = new StringBuilder();
    for (int i = 0; i < 20_000; i++) {
      source.append(".set v").append(i).append(", v").append(i + 1).append('\n');
    }
    AssemblerException e = failure(source + ".word v0\n");
    assertTrue(e.getMessage().contains("more than 200 other symbols"), e.getMessage());
  }

  @Test
  void mutatedSourcesGiveOnlyDiagnostics() {
    long seed = Long.getLong("zl.seed", System.nanoTime());
    System.out.println("AssemblerErrorsTest seed " + seed + " (-Dzl.seed=" + seed + ")");
    Random random = new Random(seed);
    String pieces = "0123456789abfx.,:;()%+-*/<>=\"'\\#@ \n\t$_~!&|^éA{";
    int failures = 0;
    List<String> sources =
        List.of(Sources.PSEUDO, Sources.DIRECTIVES, Sources.INSN, Sources.PROGRAM);
    for (int i = 0; i < 2000; i++) {
      StringBuilder mutant = new StringBuilder(sources.get(i % sources.size()));
      for (int k = random.nextInt(6); k >= 0; k--) {
        int at = random.nextInt(mutant.length());
        switch (random.nextInt(4)) {
          case 0 -> mutant.setCharAt(at, pieces.charAt(random.nextInt(pieces.length())));
          case 1 -> mutant.insert(at, pieces.charAt(random.nextInt(pieces.length())));
          case 2 -> mutant.delete(at, Math.min(mutant.length(), at + 1 + random.nextInt(8)));
          default -> {
            int from = random.nextInt(mutant.length());
            int to = Math.min(mutant.length(), from + random.nextInt(40));
            mutant.insert(at, mutant.substring(from, to));
          }
        }
      }
      try {
        Assembler.assemble(mutant.toString(), "m.s").toBytes();
        Assembler.assembleObject(mutant.toString(), "m.s").toBytes();
      } catch (AssemblerException e) {
        failures++;
        assertTrue(e.getMessage().matches("(?s)m\\.s:\\d+:\\d+: error: .+"), e.getMessage());
      } catch (RuntimeException | StackOverflowError e) {
        throw new AssertionError("seed " + seed + ", source:\n" + mutant, e);
      }
    }
    assertTrue(failures > 500, failures + " of 2000 mutants failed");
  }
}
