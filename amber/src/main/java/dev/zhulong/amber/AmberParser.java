package dev.zhulong.amber;

import dev.zhulong.amber.Script.BufferComparator;
import dev.zhulong.amber.Script.Command;
import dev.zhulong.amber.Script.Comparator;
import dev.zhulong.amber.Script.Tolerance;
import dev.zhulong.compiler.ShaderSource;
import dev.zhulong.compiler.frontend.opencl.OpenClCompiler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads AmberScript: files whose first line is {@code #!amber}. */
final class AmberParser {
  private static final int MAXIMUM_REPEAT = 1 << 20;
  private static final Set<String> OTHER_STAGES =
      Set.of(
          "geometry",
          "tessellation_evaluation",
          "tessellation_control",
          "mesh",
          "task",
          "ray_generation",
          "any_hit",
          "closest_hit",
          "miss",
          "intersection",
          "call",
          "callable");

  private final String file;
  private final Tokens tokens;
  private final Map<String, String> virtualFiles = new LinkedHashMap<>();
  private static final int MAXIMUM_INCLUDES = 16;
  private static final int MAXIMUM_TEXT = 1 << 22;
  private static final Pattern INCLUDE = Pattern.compile("\\s*#\\s*include\\s+[\"<](.+)[\">]\\s*");

  private final Map<String, ShaderSource> shaders = new LinkedHashMap<>();
  private final Map<String, String> stages = new LinkedHashMap<>();
  private final BufferReader buffers;
  private final SamplerReader samplers;
  private final DrawingReader drawings;
  private final PipelineReader pipelines;

  private AmberParser(Path file, String text) {
    this.file = file.toString();
    this.tokens = new Tokens(text);
    Path folder = file.toAbsolutePath().getParent();
    this.buffers = new BufferReader(tokens, folder);
    this.samplers = new SamplerReader(tokens);
    this.drawings = new DrawingReader(tokens, buffers);
    this.pipelines = new PipelineReader(tokens, buffers, samplers, shaders, stages, drawings);
  }

  /**
   * Reads a script.
   *
   * @throws ScriptException if a line is not understood
   * @throws SkipException if it asks for what this machine does not have
   */
  static Script parse(Path file, String text) {
    AmberParser parser = new AmberParser(file, text);
    List<Command> commands = parser.commands(false);
    return new Script(parser.buffers.all(), commands);
  }

  private List<Command> commands(boolean repeated) {
    int start = tokens.line();
    List<Command> commands = new ArrayList<>();
    while (tokens.nextLine()) {
      String word = tokens.next("a command");
      if (repeated && word.equals("END")) {
        tokens.finish();
        return commands;
      }
      Command command = command(word);
      if (command != null) {
        commands.add(command);
      } else if (repeated) {
        throw tokens.error(word + " cannot stand in REPEAT");
      }
      tokens.finish();
    }
    if (repeated) {
      throw new ScriptException(start, "END is missing");
    }
    return commands;
  }

  /** What a line does; null for a declaration. */
  private Command command(String word) {
    int line = tokens.line();
    switch (word) {
      case "RUN" -> {
        return run(line);
      }
      case "EXPECT" -> {
        return expect(line);
      }
      case "COPY" -> {
        BufferSpec from = buffers.reference();
        tokens.require("TO");
        BufferSpec to = buffers.reference();
        to.mirror(from);
        if (from == to || from.contents().length != to.contents().length) {
          throw tokens.error("COPY needs two buffers of one size");
        }
        return new Script.Copy(line, from, to);
      }
      case "CLEAR" -> {
        return new Script.Clear(line, graphics(word));
      }
      case "CLEAR_COLOR", "CLEAR_DEPTH", "CLEAR_STENCIL" -> {
        return clearValue(line, word);
      }
      case "REPEAT" -> {
        int count = tokens.integer("REPEAT", MAXIMUM_REPEAT);
        tokens.finish();
        return new Script.Repeat(line, count, commands(true));
      }
      case "SHADER" -> shader();
      case "VIRTUAL_FILE" -> {
        String name = tokens.next("a path");
        tokens.finish();
        virtualFiles.put(name, numbered());
      }
      case "STRUCT" -> buffers.struct();
      case "BUFFER", "IMAGE" -> buffers.buffer();
      case "SAMPLER" -> samplers.sampler();
      case "PIPELINE" -> pipelines.pipeline();
      case "DERIVE_PIPELINE" -> pipelines.derived();
      case "DEVICE_FEATURE", "DEVICE_PROPERTY" -> {
        String feature = tokens.next("a feature");
        Capabilities.requireFeature(feature);
        drawings.wanted(feature);
      }
      case "DEVICE_EXTENSION", "INSTANCE_EXTENSION" -> {
        String extension = tokens.next("an extension");
        Capabilities.requireExtension(extension);
        drawings.wanted(extension);
      }
      case "SET" -> {
        tokens.require("ENGINE_DATA");
        tokens.require("fence_timeout_ms");
        tokens.integer("fence_timeout_ms", 0xffff_ffffL);
      }
      case "DEBUG" -> throw new SkipException("debugger: DEBUG");
      default -> throw tokens.error("there is no command " + word);
    }
    return null;
  }

  /** Takes the name of a graphics pipeline. */
  private Script.Pipeline graphics(String command) {
    Script.Pipeline pipeline = pipelines.reference();
    if (pipeline.drawing() == null) {
      throw tokens.error(command + " needs a graphics pipeline; this one is compute");
    }
    return pipeline;
  }

  private Command clearValue(int line, String command) {
    Script.Pipeline pipeline = graphics(command);
    List<Double> numbers = new ArrayList<>();
    int count = command.equals("CLEAR_COLOR") ? 4 : 1;
    for (int n = 0; n < count; n++) {
      if (command.equals("CLEAR_DEPTH")) {
        try {
          numbers.add(ScalarType.parseDouble(tokens.next("a depth")));
        } catch (IllegalArgumentException e) {
          throw tokens.error(e.getMessage());
        }
      } else {
        int value = tokens.integer("a number", 255);
        numbers.add(count == 4 ? value / 255.0 : value);
      }
    }
    return new Script.ClearValue(line, pipeline, command.equals("CLEAR_STENCIL"), numbers);
  }

  /** The lines up to END, preceded by so many empty ones that messages name the script's lines. */
  private String numbered() {
    return "\n".repeat(tokens.line())
        + tokens.raw(
            l -> l.equals("END") || l.startsWith("END ") || l.startsWith("END#"), true, false);
  }

  private void shader() {
    String stage = tokens.next("a shader type");
    if (OTHER_STAGES.contains(stage)) {
      throw new SkipException("graphics: SHADER " + stage);
    }
    if (!Set.of("compute", "vertex", "fragment", "multi").contains(stage)) {
      throw tokens.error("there is no shader type \"" + stage + "\"");
    }
    String name = tokens.next("the shader's name");
    String format = tokens.next("the shader's format");
    if (format.equals("PASSTHROUGH")) {
      if (!stage.equals("vertex")) {
        throw tokens.error("only a vertex shader can be PASSTHROUGH");
      }
      add(name, stage, Shaders.PASSTHROUGH);
      return;
    }
    if (tokens.take("TARGET_ENV")) {
      tokens.next("a target environment");
    }
    String text;
    if (tokens.take("VIRTUAL_FILE")) {
      String path = tokens.next("a path");
      text = virtualFiles.get(path);
      if (text == null) {
        throw tokens.error("there is no VIRTUAL_FILE " + path);
      }
    } else if (tokens.take("FILE")) {
      byte[] content = file(tokens.next("a path"));
      if (format.equals("SPIRV-BIN")) {
        add(name, stage, new ShaderSource(file, ShaderSource.Language.SPIRV, content));
        return;
      }
      text = new String(content, StandardCharsets.UTF_8);
    } else {
      tokens.finish();
      text = numbered();
    }
    ShaderSource source =
        switch (format) {
          case "GLSL" -> Shaders.text(file, ShaderSource.Language.GLSL, text);
          case "HLSL" -> Shaders.text(file, ShaderSource.Language.HLSL, withIncluded(text, 0));
          case "SPIRV-ASM" -> Shaders.text(file, ShaderSource.Language.SPIRV_TEXT, text);
          case "SPIRV-HEX" -> Shaders.hexadecimal(file, tokens, text);
          case "OPENCL-C" -> {
            if (!OpenClCompiler.isInstalled()) {
              throw new SkipException("OPENCL-C: needs " + OpenClCompiler.PACKAGES);
            }
            yield Shaders.text(file, ShaderSource.Language.OPENCL_C, text);
          }
          default -> throw tokens.error("there is no shader format \"" + format + "\"");
        };
    add(name, stage, source);
  }

  /** A text with the virtual files that it includes; lines keep their numbers. */
  private String withIncluded(String text, int depth) {
    if (!text.contains("#include")) {
      return text;
    }
    if (depth > MAXIMUM_INCLUDES) {
      throw tokens.error("files include each other more than " + MAXIMUM_INCLUDES + " deep");
    }
    StringBuilder whole = new StringBuilder();
    int line = 1;
    for (String part : text.split("\n", -1)) {
      line++;
      Matcher include = INCLUDE.matcher(part);
      String included = include.matches() ? virtualFiles.get(include.group(1)) : null;
      if (included == null) {
        whole.append(part).append('\n');
      } else {
        whole.append(withIncluded(included.stripLeading(), depth + 1));
        whole.append("\n#line ").append(line).append('\n');
      }
      if (whole.length() > MAXIMUM_TEXT) {
        throw tokens.error("a shader of more than " + MAXIMUM_TEXT + " characters");
      }
    }
    return whole.toString();
  }

  private void add(String name, String stage, ShaderSource source) {
    if (shaders.putIfAbsent(name, source) != null) {
      throw tokens.error("there are two shaders " + name);
    }
    stages.put(name, stage);
  }

  /** The bytes of a file beside the script. */
  private byte[] file(String path) {
    Path whole = Path.of(file).resolveSibling(path);
    try {
      return Files.readAllBytes(whole);
    } catch (IOException e) {
      throw tokens.error("file " + whole + " cannot be read");
    }
  }

  private Command run(int line) {
    tokens.take("TIMED_EXECUTION");
    Script.Pipeline pipeline = pipelines.reference();
    tokens.take("TIMED_EXECUTION");
    if (pipeline.drawing() != null) {
      return drawings.draw(line, pipeline);
    }
    if (tokens.peek().startsWith("DRAW_")) {
      throw tokens.error(tokens.peek() + " needs a graphics pipeline; this one is compute");
    }
    int x = tokens.integer("a number of workgroups", Integer.MAX_VALUE);
    int y = tokens.integer("a number of workgroups", Integer.MAX_VALUE);
    int z = tokens.integer("a number of workgroups", Integer.MAX_VALUE);
    return new Script.Run(line, pipeline, x, y, z);
  }

  private Command expect(int line) {
    BufferSpec buffer = buffers.reference();
    if (tokens.take("IDX")) {
      int first = tokens.integer("IDX", Integer.MAX_VALUE);
      return Character.isDigit((tokens.peek() + " ").charAt(0))
          ? pixels(line, buffer, first)
          : values(line, buffer, first);
    }
    String word = tokens.next("IDX or a comparator");
    BufferComparator comparator;
    try {
      comparator = BufferComparator.valueOf(word);
    } catch (IllegalArgumentException e) {
      throw tokens.error("\"" + word + "\" is neither IDX nor a comparator of buffers");
    }
    BufferSpec second = buffers.reference();
    double tolerance = 0;
    if (comparator != BufferComparator.EQ_BUFFER) {
      tokens.require("TOLERANCE");
      tolerance = tolerance(tokens.next("a tolerance")).value();
    }
    return new Script.ExpectBuffer(line, buffer, comparator, second, tolerance);
  }

  private Command values(int line, BufferSpec buffer, int offset) {
    List<Tolerance> tolerances = new ArrayList<>();
    if (tokens.take("TOLERANCE")) {
      while (!isComparator(tokens.peek())) {
        tolerances.add(tolerance(tokens.next("a tolerance or a comparator")));
      }
    }
    String word = tokens.next("a comparator");
    if (!isComparator(word)) {
      throw tokens.error("there is no comparator " + word);
    }
    Comparator comparator = Comparator.valueOf(word);
    if (!tolerances.isEmpty()) {
      if (comparator != Comparator.EQ) {
        throw tokens.error("TOLERANCE needs EQ");
      }
      comparator = Comparator.NEAR;
    }
    return Expectations.checked(
        tokens, line, buffer, buffer.layout(), offset, comparator, tokens.rest(), tolerances);
  }

  /** TOLERANCE and up to four of them, if they are next. */
  private List<Tolerance> tolerances() {
    List<Tolerance> tolerances = new ArrayList<>();
    if (tokens.take("TOLERANCE")) {
      do {
        tolerances.add(tolerance(tokens.next("a tolerance")));
      } while (tokens.has() && !tokens.peek().startsWith("EQ_"));
    }
    return tolerances;
  }

  private static boolean isComparator(String word) {
    return Set.of("EQ", "NE", "LT", "LE", "GT", "GE").contains(word);
  }

  private Tolerance tolerance(String text) {
    boolean percent = text.endsWith("%");
    try {
      double value = ScalarType.parseDouble(percent ? text.substring(0, text.length() - 1) : text);
      return new Tolerance(value, percent);
    } catch (IllegalArgumentException e) {
      throw tokens.error("tolerance " + e.getMessage());
    }
  }

  private Command pixels(int line, BufferSpec buffer, int x) {
    int y = tokens.integer("a row", Integer.MAX_VALUE);
    tokens.require("SIZE");
    int width = tokens.integer("a width", 1 << 20);
    int height = tokens.integer("a height", 1 << 20);
    List<Tolerance> tolerances = tolerances();
    String comparator = tokens.next("EQ_RGB or EQ_RGBA");
    int channels =
        switch (comparator) {
          case "EQ_RGB" -> 3;
          case "EQ_RGBA" -> 4;
          default -> throw tokens.error("there is no comparator " + comparator + " of pixels");
        };
    List<Integer> colour = new ArrayList<>();
    for (int n = 0; n < channels; n++) {
      colour.add(tokens.integer("a colour", 255));
    }
    if (tolerances.isEmpty()) {
      tolerances = tolerances();
    }
    return new Script.ExpectPixels(line, buffer, x, y, width, height, colour, tolerances);
  }
}
