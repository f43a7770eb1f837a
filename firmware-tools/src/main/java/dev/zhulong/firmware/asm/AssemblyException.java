package dev.zhulong.firmware.asm;

import java.util.List;
import java.util.stream.Collectors;

/** Assembly text has errors; the message holds all of them, one after the other. */
public final class AssemblyException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final transient List<Diagnostic> diagnostics;

  AssemblyException(List<Diagnostic> diagnostics) {
    super(diagnostics.stream().map(Diagnostic::toString).collect(Collectors.joining("\n")));
    this.diagnostics = List.copyOf(diagnostics);
  }

  /** The errors in the order of the source. */
  public List<Diagnostic> diagnostics() {
    return diagnostics;
  }
}
