package dev.zhulong.compiler.ir;

import dev.zhulong.firmware.isa.Csr;
import dev.zhulong.firmware.link.KernelInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads the text form that {@link TextWriter} describes. */
public final class TextReader {
  private static final Pattern TOKEN =
      Pattern.compile(
          "[ \\t\\r]*(?:;[^\\n]*)?(?:"
              + "(\\n)"
              + "|(\"(?:[^\"\\\\\\n]|\\\\.)*\")"
              + "|(%\\w+|\\$\\w+|#\\d+)"
              + "|(0x[0-9a-fA-F]+|[-+]?\\d+(?:\\.\\d+)?(?:[eE][-+]?\\d+)?f?)"
              + "|([A-Za-z_]\\w*)"
              + "|([\\]\\[{}():,=@]))");

  private static final Map<String, Opcode> OPCODES =
      Arrays.stream(Opcode.values())
          .collect(Collectors.toMap(Opcode::dumpName, Function.identity()));
  private static final Map<String, Csr> CSRS =
      Arrays.stream(Csr.values()).collect(Collectors.toMap(Csr::assemblyName, Function.identity()));

  private record Token(String text, int line) {}

  private final List<Token> tokens = new ArrayList<>();
  private final Map<String, Value> values = new HashMap<>();
  private final Map<String, Object> symbols = new HashMap<>();
  private int next;

  private TextReader(String text) {
    Matcher m = TOKEN.matcher(text);
    int at = 0;
    int line = 1;
    int end = text.stripTrailing().length();
    while (at < end) {
      if (!m.find(at) || m.start() != at) {
        throw new IllegalArgumentException(
            "line " + line + ": \"" + text.charAt(at) + "\" begins nothing that is known here");
      }
      at = m.end();
      if (m.group(1) != null) {
        line++;
      } else {
        tokens.add(new Token(m.group().strip(), line));
      }
    }
  }

  /**
   * The kernel that the text describes.
   *
   * @throws IllegalArgumentException if the text is not of this form; the message names the line
   */
  public static Kernel read(String text) {
    return new TextReader(text).kernel();
  }

  private Kernel kernel() {
    expect("kernel");
    final String name = string();
    expect("group");
    expect("(");
    List<Integer> group = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      group.add(integer());
      expect(i < 2 ? "," : ")");
    }
    expect("local");
    final int localBytes = integer();
    expect("arguments");
    final int argumentBytes = integer();
    expect("{");
    List<KernelInfo.Binding> bindings = new ArrayList<>();
    List<KernelInfo.PushConstant> pushes = new ArrayList<>();
    boolean header = true;
    while (header) {
      switch (peek()) {
        case "binding" -> {
          take();
          KernelInfo.Binding buffer =
              new KernelInfo.Binding(
                  integer(),
                  integer(),
                  string(),
                  integer(),
                  integer(),
                  integer(),
                  take(),
                  accept("r"),
                  accept("w"));
          bindings.add(resource(buffer));
        }
        case "push" -> {
          take();
          pushes.add(new KernelInfo.PushConstant(string(), take(), integer(), integer()));
        }
        case "local" -> {
          take();
          String symbol = take();
          Type type = type();
          symbols.put(symbol, new Local(string(), type));
        }
        case "slot" -> {
          take();
          String symbol = take();
          int bytes = integer();
          symbols.put(symbol, new StackSlot(string(), bytes));
        }
        case "table" -> {
          take();
          String symbol = take();
          int[] words = new int[integer()];
          String title = string();
          for (int n = 0; n < words.length; n++) {
            words[n] = integer();
          }
          symbols.put(symbol, new ConstantTable(title, words));
        }
        default -> header = false;
      }
    }
    Region body = new Region();
    region(body);
    if (next != tokens.size()) {
      throw error("\"" + peek() + "\" after the end of the kernel");
    }
    return new Kernel(name, group, localBytes, argumentBytes, bindings, pushes, body);
  }

  /** A binding with the kind and number of its descriptors, where those follow. */
  private KernelInfo.Binding resource(KernelInfo.Binding buffer) {
    for (KernelInfo.Kind kind : KernelInfo.Kind.values()) {
      if (accept(kind.label())) {
        return buffer.of(kind, integer(), accept("open"));
      }
    }
    return buffer;
  }

  private void region(Region region) {
    while (!accept("}")) {
      region.instructions().add(instruction());
    }
  }

  private record Definition(String name, Type type) {}

  private Definition definition() {
    String name = take();
    if (!name.startsWith("%")) {
      throw error("a value like %0 is expected, not \"" + name + "\"");
    }
    expect(":");
    return new Definition(name, type());
  }

  private Instruction instruction() {
    List<Definition> results = new ArrayList<>();
    if (peek().startsWith("%")) {
      do {
        results.add(definition());
      } while (accept(","));
      expect("=");
    }
    String word = take();
    Opcode opcode = OPCODES.get(word);
    if (opcode == null) {
      throw error("there is no opcode \"" + word + "\"");
    }
    List<Type> types = results.stream().map(Definition::type).toList();
    Instruction made =
        switch (opcode) {
          case IF -> {
            Value condition = value();
            Instruction i = new Instruction(opcode, List.of(condition), types, null, location());
            expect("{");
            i.regions().add(new Region());
            region(i.regions().getLast());
            expect("else");
            expect("{");
            i.regions().add(new Region());
            region(i.regions().getLast());
            yield i;
          }
          case LOOP -> loop(types);
          default -> {
            List<Value> operands = operands();
            Object attribute = attribute(opcode);
            yield new Instruction(opcode, operands, types, attribute, location());
          }
        };
    for (int n = 0; n < results.size(); n++) {
      define(results.get(n).name(), made.results().get(n));
    }
    return made;
  }

  private Instruction loop(List<Type> types) {
    Region body = new Region();
    List<Value> inits = new ArrayList<>();
    List<Definition> carried = new ArrayList<>();
    expect("(");
    while (!accept(")")) {
      if (!carried.isEmpty()) {
        expect(",");
      }
      carried.add(definition());
      expect("=");
      inits.add(value());
    }
    for (Definition definition : carried) {
      Argument argument = new Argument(definition.type());
      body.arguments().add(argument);
      define(definition.name(), argument);
    }
    Instruction i = new Instruction(Opcode.LOOP, inits, types, null, location());
    expect("{");
    i.regions().add(body);
    region(body);
    return i;
  }

  private List<Value> operands() {
    List<Value> operands = new ArrayList<>();
    boolean sameLine =
        next < tokens.size() && tokens.get(next).line() == tokens.get(next - 1).line();
    if (sameLine && startsValue(peek())) {
      do {
        operands.add(value());
      } while (accept(","));
    }
    return operands;
  }

  private static boolean startsValue(String token) {
    char c = token.charAt(0);
    return c == '%'
        || c == '-'
        || Character.isDigit(c)
        || token.equals("true")
        || token.equals("false")
        || token.equals("bits");
  }

  private Object attribute(Opcode opcode) {
    String token = peek();
    if (token.equals("[")) {
      return access();
    }
    if (token.startsWith("$")) {
      Object symbol = symbols.get(take());
      if (symbol == null) {
        throw error(token + " is not declared");
      }
      return symbol;
    }
    if (opcode == Opcode.INSIDE) {
      return IndexBound.of(string());
    }
    if (opcode == Opcode.READ_CSR || opcode == Opcode.READ_COUNTER) {
      Csr csr = CSRS.get(take());
      if (csr == null) {
        throw error("there is no CSR \"" + token + "\"");
      }
      return csr;
    }
    return null;
  }

  private Access access() {
    expect("[");
    Space space = constant(Space.class, take());
    int bytes = integer();
    final boolean signed = accept("signed");
    int offset = 0;
    if (peek().startsWith("+") || peek().startsWith("-")) {
      offset = integer();
    }
    int resource = peek().startsWith("#") ? Integer.parseInt(take().substring(1)) : -1;
    boolean readOnly = accept("readonly");
    expect("]");
    return new Access(space, bytes, signed, offset, resource, readOnly);
  }

  private Location location() {
    if (!accept("@")) {
      return null;
    }
    String file = string();
    expect(":");
    int line = integer();
    expect(":");
    return new Location(file, line, integer());
  }

  private Value value() {
    String token = take();
    if (token.startsWith("%")) {
      Value value = values.get(token);
      if (value == null) {
        throw error(token + " is used before its definition");
      }
      return value;
    }
    switch (token) {
      case "true", "false" -> {
        return Constant.bool(token.equals("true"));
      }
      case "bits" -> {
        expect("(");
        int bits = Integer.parseUnsignedInt(take().substring(2), 16);
        expect(")");
        return new Constant(Type.F32, bits);
      }
      default -> {
        try {
          return token.endsWith("f")
              ? Constant.f32(Float.parseFloat(token))
              : Constant.i32(Integer.parseInt(token));
        } catch (NumberFormatException e) {
          throw error("\"" + token + "\" is not a value");
        }
      }
    }
  }

  private void define(String name, Value value) {
    if (values.put(name, value) != null) {
      throw error(name + " is defined twice");
    }
  }

  private Type type() {
    return constant(Type.class, take());
  }

  private <E extends Enum<E>> E constant(Class<E> type, String word) {
    for (E constant : type.getEnumConstants()) {
      if (TextWriter.name(constant).equals(word)) {
        return constant;
      }
    }
    throw error(
        "\""
            + word
            + "\" is not a "
            + type.getSimpleName().toLowerCase(Locale.ROOT)
            + "; known: "
            + Arrays.stream(type.getEnumConstants())
                .map(TextWriter::name)
                .collect(Collectors.joining(", ")));
  }

  private int integer() {
    String token = take();
    try {
      return Integer.parseInt(token);
    } catch (NumberFormatException e) {
      throw error("a number is expected, not \"" + token + "\"");
    }
  }

  private String string() {
    String token = take();
    if (!token.startsWith("\"")) {
      throw error("a quoted name is expected, not \"" + token + "\"");
    }
    StringBuilder text = new StringBuilder();
    for (int i = 1; i < token.length() - 1; i++) {
      char c = token.charAt(i);
      if (c == '\\') {
        c = token.charAt(++i);
        c = c == 'n' ? '\n' : c;
      }
      text.append(c);
    }
    return text.toString();
  }

  private String peek() {
    if (next >= tokens.size()) {
      throw error("the text ends before the kernel does");
    }
    return tokens.get(next).text();
  }

  private String take() {
    String token = peek();
    next++;
    return token;
  }

  private boolean accept(String text) {
    if (next < tokens.size() && tokens.get(next).text().equals(text)) {
      next++;
      return true;
    }
    return false;
  }

  private void expect(String text) {
    String token = take();
    if (!token.equals(text)) {
      throw error("\"" + text + "\" is expected, not \"" + token + "\"");
    }
  }

  private IllegalArgumentException error(String message) {
    int at = Math.clamp(next - 1L, 0, Math.max(tokens.size() - 1, 0));
    int line = tokens.isEmpty() ? 1 : tokens.get(at).line();
    return new IllegalArgumentException("line " + line + ": " + message);
  }
}
