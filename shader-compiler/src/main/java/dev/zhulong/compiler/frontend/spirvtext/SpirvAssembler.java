package dev.zhulong.compiler.frontend.spirvtext;

import dev.zhulong.compiler.ir.Location;
import dev.zhulong.compiler.ir.Rejection;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Assembles the text form of SPIR-V. It knows operands by their kinds only: whether they make sense
 * together is judged by whoever reads the module.
 */
public final class SpirvAssembler {
  private static final int MAGIC = 0x0723_0203;
  private static final int MAXIMUM_SOURCE = 1 << 24;

  /** As the SPIR-V tools write it at the head of a disassembly. */
  private static final Pattern VERSION =
      Pattern.compile("^\\s*;\\s*Version:\\s*1\\.([0-6])\\s*$", Pattern.MULTILINE);

  private final Grammar grammar = Grammar.get();
  private final List<Token> tokens;
  private int next;

  private int[] words = new int[1024];
  private int count = 5;
  private int instructionStart;

  private final Map<String, Integer> ids = new HashMap<>();
  private final Map<Integer, NumberType> numberTypes = new HashMap<>();
  private final Map<Integer, Integer> valueTypes = new HashMap<>();
  private final Map<Integer, Map<String, Grammar.Entry>> imports = new HashMap<>();

  private int type;
  private int result;
  private String set;

  private SpirvAssembler(List<Token> tokens) {
    this.tokens = tokens;
  }

  /**
   * Assembles a module. Ids are numbered in the order of their appearance.
   *
   * @param name the source's name, for messages
   * @param source its text in UTF-8
   * @return the SPIR-V binary, of the version that a comment at the head names, else 1.6
   * @throws Rejection for the first thing that is no SPIR-V
   */
  public static byte[] assemble(String name, byte[] source) {
    if (source.length > MAXIMUM_SOURCE) {
      throw new Rejection(
          new Location(name, 0, 0),
          "source of " + source.length + " bytes; at most " + MAXIMUM_SOURCE + " are accepted");
    }
    String text = new String(source, StandardCharsets.UTF_8);
    SpirvAssembler assembler = new SpirvAssembler(Token.all(name, text));
    while (assembler.next < assembler.tokens.size()) {
      assembler.instruction();
    }
    Matcher version = VERSION.matcher(text);
    return assembler.module(version.find() ? Integer.parseInt(version.group(1)) : 6);
  }

  private byte[] module(int minor) {
    words[0] = MAGIC;
    words[1] = 0x1_0000 | minor << 8;
    words[2] = 0;
    words[3] = ids.size() + 1;
    words[4] = 0;
    ByteBuffer bytes = ByteBuffer.allocate(count * 4).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asIntBuffer().put(words, 0, count);
    return bytes.array();
  }

  private void instruction() {
    Token first = tokens.get(next++);
    Token assigned = null;
    Token name = first;
    if (first.isId()) {
      assigned = first;
      Token equals = take("'='", first);
      if (!equals.is("=")) {
        throw new Rejection(equals.location(), "expected '=' after " + first.text());
      }
      name = take("an instruction", equals);
    }
    Grammar.Entry entry = name.quoted() ? null : grammar.instruction(name.text());
    if (entry == null) {
      throw new Rejection(name.location(), "'" + name.text() + "' is not an instruction");
    }
    instructionStart = count;
    emit(0);
    type = 0;
    result = 0;
    set = null;
    boolean produces = entry.operands().stream().anyMatch(o -> o.kind().equals("result"));
    if (produces && assigned == null) {
      throw new Rejection(
          name.location(), name.text() + " has a result; write %name = " + name.text());
    }
    if (!produces && assigned != null) {
      throw new Rejection(name.location(), name.text() + " has no result to assign");
    }
    operands(entry.operands(), name, assigned);
    if (!atEnd()) {
      Token extra = tokens.get(next);
      throw new Rejection(
          extra.location(), "'" + extra.text() + "' is one operand too many for " + name.text());
    }
    int length = count - instructionStart;
    if (length > 0xffff) {
      throw new Rejection(
          name.location(),
          name.text() + " takes " + length + " words; an instruction has at most 65535");
    }
    words[instructionStart] = length << 16 | entry.number();
    remember(name);
  }

  /** Keeps what later literals depend on: types of numbers, of values, and instruction sets. */
  private void remember(Token name) {
    if (type != 0 && result != 0) {
      valueTypes.put(result, type);
    }
    switch (name.text()) {
      case "OpTypeInt" ->
          numberType(
              name,
              new NumberType(words[instructionStart + 2], words[instructionStart + 3] != 0, false));
      case "OpTypeFloat" ->
          numberType(name, new NumberType(words[instructionStart + 2], true, true));
      case "OpExtInstImport" -> {
        Map<String, Grammar.Entry> known = grammar.set(set);
        imports.put(result, known == null ? Map.of() : known);
      }
      default -> {}
    }
  }

  private void numberType(Token name, NumberType number) {
    int least = number.floating() ? 16 : 8;
    if (number.width() < least || number.width() > 64 || Integer.bitCount(number.width()) != 1) {
      throw new Rejection(
          name.location(),
          name.text()
              + " of "
              + number.width()
              + " bits; use "
              + (least == 8 ? "8, " : "")
              + "16, 32 or 64");
    }
    numberTypes.put(result, number);
  }

  private void operands(List<Grammar.Operand> operands, Token owner, Token assigned) {
    for (Grammar.Operand operand : operands) {
      if (operand.kind().equals("result")) {
        result = id(assigned);
        emit(result);
      } else if (operand.quantifier() == '1') {
        operand(operand.kind(), owner);
      } else if (operand.quantifier() == '?') {
        if (!atEnd()) {
          operand(operand.kind(), owner);
        }
      } else {
        while (!atEnd()) {
          operand(operand.kind(), owner);
        }
      }
    }
  }

  private void operand(String kind, Token owner) {
    int pair = kind.indexOf('-');
    if (pair > 0) {
      operand(kind.substring(0, pair), owner);
      operand(kind.substring(pair + 1), owner);
      return;
    }
    if (atEnd()) {
      throw new Rejection(
          owner.location(), owner.text() + " ends early; expected " + described(kind));
    }
    Token token = tokens.get(next++);
    if (!token.quoted() && token.text().startsWith("!")) {
      emit(Numbers.word(new Token(token.text().substring(1), false, token.location())));
      return;
    }
    switch (kind) {
      case "type" -> {
        type = id(token);
        emit(type);
      }
      case "id" -> emit(id(token));
      case "int" -> emit(Numbers.word(token));
      case "string" -> string(token);
      case "number" -> number(token, owner);
      case "ext" -> extended(token);
      case "op" -> {
        Grammar.Entry entry = token.quoted() ? null : grammar.instruction("Op" + token.text());
        if (entry == null) {
          throw new Rejection(token.location(), "'" + token.text() + "' is not an instruction");
        }
        emit(entry.number());
        operands(
            entry.operands().stream()
                .filter(o -> !o.kind().equals("type") && !o.kind().equals("result"))
                .toList(),
            token,
            null);
      }
      default -> enumerated(kind, token);
    }
  }

  private static String described(String kind) {
    return switch (kind) {
      case "type", "id" -> "an id";
      case "int", "number" -> "a number";
      case "string" -> "a string";
      case "ext", "op" -> "an instruction";
      default -> "a value of " + kind;
    };
  }

  private void number(Token token, Token owner) {
    // The literals of a switch have the type of its selector, a constant's its own.
    int of = owner.is("OpSwitch") ? valueTypes.getOrDefault(words[instructionStart + 1], 0) : type;
    NumberType number = numberTypes.get(of);
    if (number == null) {
      throw new Rejection(
          token.location(),
          "the type of the number " + token.text() + " is not known here; declare it before");
    }
    for (int word : Numbers.words(token, number)) {
      emit(word);
    }
  }

  private void extended(Token token) {
    Map<String, Grammar.Entry> known = imports.get(words[count - 1]);
    if (known == null) {
      throw new Rejection(
          token.location(), "the instruction set of this OpExtInst is not imported");
    }
    Grammar.Entry entry = token.quoted() ? null : known.get(token.text());
    if (entry == null && !token.text().isEmpty() && Character.isDigit(token.text().charAt(0))) {
      emit(Numbers.word(token));
    } else if (entry == null) {
      throw new Rejection(
          token.location(), "'" + token.text() + "' is not in the imported instruction set");
    } else {
      emit(entry.number());
      operands(entry.operands(), token, null);
    }
  }

  private void enumerated(String kind, Token token) {
    Grammar.Enumeration enumeration = grammar.enumeration(kind);
    // A mask's parameters follow in the order of its bits, whatever the order of their names.
    Map<Integer, Grammar.Entry> chosen = new TreeMap<>(Integer::compareUnsigned);
    int value = 0;
    for (String name :
        enumeration.mask() ? token.text().split("\\|", -1) : new String[] {token.text()}) {
      Grammar.Entry entry = token.quoted() ? null : enumeration.values().get(name);
      if (entry == null) {
        throw new Rejection(
            token.location(), "'" + name + "' is not " + described(kind) + " in SPIR-V 1.6");
      }
      value |= entry.number();
      chosen.put(entry.number(), entry);
    }
    emit(value);
    for (Grammar.Entry entry : chosen.values()) {
      operands(entry.operands(), token, null);
    }
  }

  private void string(Token token) {
    if (!token.quoted()) {
      throw new Rejection(token.location(), "expected a string, found " + token.text());
    }
    set = token.text();
    byte[] bytes = token.text().getBytes(StandardCharsets.UTF_8);
    byte[] padded = Arrays.copyOf(bytes, bytes.length / 4 * 4 + 4);
    ByteBuffer buffer = ByteBuffer.wrap(padded).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      emit(buffer.getInt());
    }
  }

  private int id(Token token) {
    if (!token.isId()) {
      throw new Rejection(
          token.location(), "expected an id such as %name, found '" + token.text() + "'");
    }
    return ids.computeIfAbsent(token.text(), _ -> ids.size() + 1);
  }

  /** Whether the next word starts another instruction. */
  private boolean atEnd() {
    if (next == tokens.size() || tokens.get(next).isOpcode()) {
      return true;
    }
    return tokens.get(next).isId() && next + 1 < tokens.size() && tokens.get(next + 1).is("=");
  }

  private Token take(String expected, Token after) {
    if (next == tokens.size()) {
      throw new Rejection(
          after.location(), "the text ends after " + after.text() + "; expected " + expected);
    }
    return tokens.get(next++);
  }

  private void emit(int word) {
    if (count == words.length) {
      words = Arrays.copyOf(words, words.length * 2);
    }
    words[count++] = word;
  }
}
