package dev.zhulong.firmware.asm;

/** A name while its meaning is found out: a place in a section, a value, or nothing yet. */
final class AsmSymbol {
  private static final int DEEPEST = 200;

  /** How deep symbols that stand for symbols are being evaluated, in one program. */
  static final class Nesting {
    private int depth;
  }

  private final String name;
  private final Nesting nesting;
  private AsmSection section;
  private long offset;
  private Expression value;
  private boolean global;
  private int type;
  private Expression size;
  private boolean evaluating;

  AsmSymbol(String name, Nesting nesting) {
    this.name = name;
    this.nesting = nesting;
  }

  /** A nameless place. */
  static AsmSymbol at(AsmSection section, long offset) {
    AsmSymbol symbol = new AsmSymbol("", new Nesting());
    symbol.place(section, offset);
    return symbol;
  }

  String name() {
    return name;
  }

  AsmSection section() {
    return section;
  }

  long offset() {
    return offset;
  }

  boolean isLabel() {
    return section != null;
  }

  boolean isDefined() {
    return section != null || value != null;
  }

  Expression value() {
    return value;
  }

  void place(AsmSection labelSection, long labelOffset) {
    section = labelSection;
    offset = labelOffset;
  }

  void set(Expression meaning) {
    value = meaning;
  }

  boolean global() {
    return global;
  }

  void makeGlobal() {
    global = true;
  }

  int type() {
    return type;
  }

  void type(int elfType) {
    type = elfType;
  }

  Expression size() {
    return size;
  }

  void size(Expression bytes) {
    size = bytes;
  }

  /** What it stands for: itself where it is a label or undefined. */
  Value evaluate(Token place) {
    if (value == null) {
      return new Value(0, this, null);
    }
    if (evaluating) {
      throw new SourceError(place, "'%s' is defined by itself", name);
    }
    if (nesting.depth == DEEPEST) {
      throw new SourceError(
          place, "'%s' is defined through more than %d other symbols", name, DEEPEST);
    }
    evaluating = true;
    nesting.depth++;
    try {
      return value.evaluate();
    } finally {
      nesting.depth--;
      evaluating = false;
    }
  }
}
