package dev.zhulong.compiler;

import java.util.List;
import java.util.stream.Collectors;

/** Thrown when a shader cannot be compiled; the message is fit for a terminal. */
public final class CompileException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<Diagnostic> diagnostics;

  /** An exception for at least one error. */
  public CompileException(List<Diagnostic> diagnostics, Throwable cause) {
    super(diagnostics.stream().map(Diagnostic::toString).collect(Collectors.joining("\n")), cause);
    this.diagnostics = List.copyOf(diagnostics);
  }

  /** The errors, in source order as far as the front end reports them so. */
  public List<Diagnostic> diagnostics() {
    return diagnostics;
  }
}
