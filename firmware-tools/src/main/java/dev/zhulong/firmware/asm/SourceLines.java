package dev.zhulong.firmware.asm;

import dev.zhulong.firmware.link.LineTable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The source lines of a program's instructions, for listings. */
public final class SourceLines {
  /** No instruction has a line. */
  public static final SourceLines NONE = new SourceLines(LineTable.EMPTY, _ -> List.of());

  private final LineTable table;
  private final Function<String, List<String>> files;
  private final Map<String, List<String>> read = new HashMap<>();

  /**
   * Lines by a table.
   *
   * @param files gives a file's lines by its name in the table; an empty list where it is not found
   */
  public SourceLines(LineTable table, Function<String, List<String>> files) {
    this.table = table;
    this.files = files;
  }

  /**
   * {@code file:line} and, below it, the text of that line where the file is found; empty where the
   * table does not say.
   *
   * @param address of an instruction, unsigned 32-bit
   */
  String at(long address) {
    return table.find(address).map(this::text).orElse("");
  }

  private String text(LineTable.Row row) {
    List<String> lines = read.computeIfAbsent(row.file(), files);
    String place = row.file() + ":" + row.line();
    boolean known = row.line() > 0 && row.line() <= lines.size();
    return known ? place + "\n" + lines.get(row.line() - 1) : place;
  }
}
