package dev.zhulong.firmware.asm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zhulong.firmware.link.ElfFile;
import dev.zhulong.firmware.link.LineTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LineTableTest {
  @TempDir private Path folder;

  @Test
  void addressesHaveTheLinesThatAddr2lineFinds() throws IOException, InterruptedException {
    Gnu.assumeInstalled();
    ElfFile file = Assembler.assemble(Sources.PROGRAM, "program.s");
    Files.write(folder.resolve("program.elf"), file.toBytes());
    LineTable table = LineTable.parse(file.section(".debug_line").orElseThrow().bytes());
    List<String> arguments = new ArrayList<>(List.of("-e", "program.elf"));
    List<String> expected = new ArrayList<>();
    long end = 0x8000_0000L + file.section(".text").orElseThrow().size();
    for (long pc = 0x8000_0000L; pc < end; pc += 4) {
      arguments.add("0x" + Long.toHexString(pc));
      LineTable.Row row = table.find(pc).orElseThrow();
      expected.add(row.file() + ":" + row.line());
      assertTrue(row.column() > 0, row.place());
    }
    String[] tool = arguments.toArray(String[]::new);
    assertEquals(expected, Gnu.run(folder, "addr2line", tool).lines().toList());
    assertEquals("program.s:7", expected.getFirst());
    assertTrue(table.find(end).isEmpty());
    assertTrue(table.find(0x7fff_fffcL).isEmpty());
  }
}
