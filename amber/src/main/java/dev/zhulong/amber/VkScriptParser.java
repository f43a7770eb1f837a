package dev.zhulong.amber;

import dev.zhulong.amber.Script.Binding;
import dev.zhulong.amber.Script.Command;
import dev.zhulong.amber.Script.Comparator;
import dev.zhulong.amber.Script.Pipeline;
import dev.zhulong.amber.Script.Tolerance;
import dev.zhulong.compiler.ShaderSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Reads VkScript: sections under headings in brackets. Buffers have no declarations here, so the
 * commands are read twice: first for the buffers' sizes, then for what they do.
 */
final class VkScriptParser {
  private static final int MAXIMUM_BYTES = 1 << 28;
  private static final Pattern SECTION = Pattern.compile("\\[[a-z ]+](\\s*#.*)?");
  private static final Key PUSH_CONSTANTS = new Key(-1, -1);

  private final String file;
  private final String text;
  private Tokens tokens;
  private ShaderSource shader;
  private VkDrawing.Setup setup;

  /** Null until something is drawn, cleared, or given for it. */
  private VkDrawing drawing;

  /** Sizes in bytes, known after the first reading. */
  private final Map<Key, Integer> sizes = new LinkedHashMap<>();

  private final Map<Key, BufferSpec> buffers = new LinkedHashMap<>();
  private final Map<String, Pipeline> pipelines = new LinkedHashMap<>();
  private List<Tolerance> tolerances = List.of();
  private String entryPoint = "main";

  /** Set and binding of a buffer. */
  private record Key(int set, int binding) {}

  private VkScriptParser(Path file, String text) {
    this.file = file.toString();
    this.text = text;
  }

  /**
   * Reads a script.
   *
   * @throws ScriptException if a line is not understood
   * @throws SkipException if it asks for what this machine does not have
   */
  static Script parse(Path file, String text) {
    VkScriptParser parser = new VkScriptParser(file, text);
    parser.sections();
    parser.sizes.forEach(
        (key, bytes) ->
            parser.buffers.put(
                key,
                new BufferSpec(
                    key.equals(PUSH_CONSTANTS) ? "push constants" : key.set + ":" + key.binding,
                    new DataType.Scalar(ScalarType.UINT8).layout(DataType.Standard.STD430),
                    0,
                    null,
                    null,
                    new byte[bytes])));
    List<Command> commands = parser.sections();
    List<BufferSpec> all = new ArrayList<>(parser.buffers.values());
    if (parser.drawing != null) {
      all.addAll(parser.drawing.buffers());
    }
    return new Script(all, commands);
  }

  private List<Command> sections() {
    tokens = new Tokens(text);
    tolerances = List.of();
    entryPoint = "main";
    pipelines.clear();
    setup = new VkDrawing.Setup();
    drawing = null;
    List<Command> commands = new ArrayList<>();
    String section = "";
    while (tokens.nextLine()) {
      if (tokens.peek().startsWith("[")) {
        section = String.join(" ", tokens.rest());
        if (section.contains("shader")) {
          readShader(section);
        }
        continue;
      }
      switch (section) {
        case "[require]" -> require();
        case "[comment]" -> tokens.rest();
        case "[vertex data]" -> drawing().vertexData();
        case "[indices]" -> drawing().indices();
        case "[test]" -> {
          Command command = command();
          tokens.finish();
          if (command != null) {
            commands.add(command);
          }
        }
        default ->
            throw tokens.error(
                section.isEmpty()
                    ? "the first line is neither \"#!amber\" nor a section such as [test]"
                    : "there is no section " + section);
      }
    }
    return commands;
  }

  private void require() {
    String word = tokens.next("a requirement");
    switch (word) {
      case "framebuffer", "depthstencil", "fbsize" -> setup.read(word, tokens);
      case "fence_timeout" -> tokens.integer(word, 0xffff_ffffL);
      default -> {
        // An extension is only asked for here; a shader that needs it is refused by the compiler.
        if (!word.startsWith("VK_")) {
          Capabilities.requireFeature(word);
        }
      }
    }
    tokens.finish();
  }

  private void readShader(String section) {
    int line = tokens.line();
    String body = tokens.raw(l -> SECTION.matcher(l).matches(), false, true);
    int at = section.indexOf(" shader");
    String stage = section.substring(1, Math.max(1, at));
    String form = section.substring(Math.max(0, at)).replace("]", "").strip();
    if (stage.equals("geometry") || stage.startsWith("tessellation")) {
      throw new SkipException("graphics: " + section);
    }
    String numbered = "\n".repeat(line) + body;
    ShaderSource source =
        switch (form) {
          case "shader" -> Shaders.glsl(file, numbered);
          case "shader spirv" -> Shaders.text(file, ShaderSource.Language.SPIRV_TEXT, numbered);
          case "shader spirv hex" -> Shaders.hexadecimal(file, tokens, body);
          case "shader passthrough" -> Shaders.PASSTHROUGH;
          default -> throw new ScriptException(line, "there is no section " + section);
        };
    switch (stage) {
      case "compute" -> shader = source;
      case "vertex" -> setup.vertex = source;
      case "fragment" -> setup.fragment = source;
      default -> throw new ScriptException(line, "there is no section " + section);
    }
  }

  private VkDrawing drawing() {
    if (drawing == null) {
      drawing = new VkDrawing(tokens, setup);
    }
    return drawing;
  }

  private Command command() {
    int line = tokens.line();
    String word = tokens.next("a command");
    return switch (word) {
      case "compute" -> compute(line);
      case "ssbo" -> storage(line);
      case "uniform", "push" -> uniform(line);
      case "probe" -> {
        if (!tokens.take("ssbo")) {
          yield drawing().probe(line, false, tolerances);
        }
        yield probe(line);
      }
      case "relative" -> {
        tokens.require("probe");
        yield drawing().probe(line, true, tolerances);
      }
      case "tolerance" -> {
        tolerances = tokens.rest().stream().map(this::tolerance).toList();
        yield null;
      }
      default -> drawing().command(line, word, bindings(), buffers.get(PUSH_CONSTANTS));
    };
  }

  private Tolerance tolerance(String word) {
    boolean percent = word.endsWith("%");
    try {
      return new Tolerance(
          ScalarType.parseDouble(percent ? word.substring(0, word.length() - 1) : word), percent);
    } catch (IllegalArgumentException e) {
      throw tokens.error("tolerance " + e.getMessage());
    }
  }

  private Command compute(int line) {
    if (tokens.take("entrypoint")) {
      entryPoint = tokens.next("the entry point's name");
      return null;
    }
    if (shader == null) {
      throw tokens.error("there is no compute shader");
    }
    int x = tokens.integer("a number of workgroups", Integer.MAX_VALUE);
    int y = tokens.integer("a number of workgroups", Integer.MAX_VALUE);
    int z = tokens.integer("a number of workgroups", Integer.MAX_VALUE);
    return new Script.Run(line, pipelines.computeIfAbsent(entryPoint, this::pipeline), x, y, z);
  }

  /** All buffers at their places. */
  private List<Binding> bindings() {
    List<Binding> bindings = new ArrayList<>();
    buffers.forEach(
        (key, buffer) -> {
          if (!key.equals(PUSH_CONSTANTS)) {
            bindings.add(new Binding(key.set, key.binding, 0, buffer, 0, -1, 0, null, false));
          }
        });
    return bindings;
  }

  private Pipeline pipeline(String entry) {
    BufferSpec push = buffers.get(PUSH_CONSTANTS);
    return new Pipeline(
        "compute",
        shader,
        "compute",
        entry,
        Map.of(),
        bindings(),
        push,
        0,
        Script.KernelSetup.NONE,
        null);
  }

  private Key key() {
    String word = tokens.next("a binding");
    try {
      String[] parts = word.split(":", -1);
      int set = parts.length == 2 ? Integer.parseInt(parts[0]) : 0;
      int binding = Integer.parseInt(parts[parts.length - 1]);
      if (parts.length <= 2 && set >= 0 && binding >= 0) {
        return new Key(set, binding);
      }
    } catch (NumberFormatException e) {
      // Falls through to the message that covers every other form, too.
    }
    throw tokens.error("binding " + word + " must be of the form BINDING or SET:BINDING");
  }

  private ElementLayout layout(DataType.Standard standard) {
    String name = tokens.next("a data type");
    DataType type = TypeNames.vkScript(name);
    if (type == null) {
      throw tokens.error("there is no data type \"" + name + "\"");
    }
    return type.layout(standard);
  }

  private Command storage(int line) {
    Key key = key();
    if (tokens.take("subdata")) {
      return write(line, key, DataType.Standard.STD430);
    }
    grow(key, tokens.integer("a size", MAXIMUM_BYTES));
    return null;
  }

  private Command uniform(int line) {
    if (tokens.take("ubo")) {
      return write(line, key(), DataType.Standard.STD140);
    }
    return write(line, PUSH_CONSTANTS, DataType.Standard.STD430);
  }

  private Command write(int line, Key key, DataType.Standard standard) {
    ElementLayout layout = layout(standard);
    int offset = tokens.integer("an offset", MAXIMUM_BYTES);
    List<String> values = tokens.rest();
    if (values.isEmpty() || values.size() % layout.places().size() != 0) {
      throw tokens.error(
          values.size() + " values do not fill elements of " + layout.places().size() + " values");
    }
    for (int n = 0; n < values.size(); n++) {
      try {
        layout.place(n).type().parse(values.get(n));
      } catch (IllegalArgumentException e) {
        throw tokens.error(e.getMessage());
      }
    }
    int elements = values.size() / layout.places().size();
    grow(key, offset + (long) elements * layout.stride());
    BufferSpec buffer = buffers.get(key);
    return buffer == null ? null : new Script.Write(line, buffer, layout, offset, values);
  }

  private void grow(Key key, long bytes) {
    if (bytes > MAXIMUM_BYTES) {
      throw tokens.error(
          "a buffer of " + bytes + " bytes; at most " + MAXIMUM_BYTES + " are supported");
    }
    sizes.merge(key, (int) bytes, Math::max);
  }

  private Command probe(int line) {
    ElementLayout layout = layout(DataType.Standard.STD430);
    Key key = key();
    int offset = tokens.integer("an offset", MAXIMUM_BYTES);
    String word = tokens.next("a comparator");
    Comparator comparator = null;
    for (Comparator candidate : Comparator.values()) {
      if (candidate.symbol().equals(word)) {
        comparator = candidate;
      }
    }
    if (comparator == null) {
      throw tokens.error("there is no comparator " + word);
    }
    if (!sizes.containsKey(key)) {
      throw tokens.error("there is no buffer at " + key.set + ":" + key.binding);
    }
    BufferSpec buffer = buffers.get(key);
    List<String> values = tokens.rest();
    return buffer == null
        ? null
        : Expectations.checked(
            tokens, line, buffer, layout, offset, comparator, values, tolerances);
  }
}
