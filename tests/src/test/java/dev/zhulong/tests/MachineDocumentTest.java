package dev.zhulong.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.zhulong.firmware.isa.MachineTables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The tables of docs/machine.md are those of the code; -Dzl.tables=apply makes them so. */
class MachineDocumentTest {
  @Test
  void tablesAreThoseOfTheCode() throws IOException {
    Path document = Modules.ROOT.resolve("docs/machine.md");
    String text = Files.readString(document);
    String renewed = MachineTables.renew(text);
    if ("apply".equals(System.getProperty("zl.tables"))) {
      Files.writeString(document, renewed);
    } else {
      assertEquals(renewed, text, "to renew: ./mvnw -pl tests -am verify -Dzl.tables=apply");
    }
    for (String name : MachineTables.all().keySet()) {
      assertEquals(true, text.contains("<!-- table: " + name + " -->"), name);
    }
  }
}
