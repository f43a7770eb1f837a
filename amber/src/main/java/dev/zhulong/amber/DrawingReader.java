package dev.zhulong.amber;

import dev.zhulong.graphics.BlendFactor;
import dev.zhulong.graphics.BlendOp;
import dev.zhulong.graphics.CompareOp;
import dev.zhulong.graphics.PolygonMode;
import dev.zhulong.graphics.StencilOp;
import dev.zhulong.graphics.Topology;
import dev.zhulong.graphics.VertexFormat;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Reads what only graphics pipelines of AmberScript have. */
final class DrawingReader {
  private static final int MAXIMUM_SIZE = 4096;
  private static final int MAXIMUM_LOCATION = 31;

  /** Columns and rows of a grid. */
  static final int MAXIMUM_CELLS = 1024;

  private final Tokens tokens;
  private final BufferReader buffers;

  /** Features and extensions that the script wants. */
  private final Set<String> wanted = new HashSet<>();

  DrawingReader(Tokens tokens, BufferReader buffers) {
    this.tokens = tokens;
    this.buffers = buffers;
  }

  /** Takes note of a feature or an extension that the script wants. */
  void wanted(String name) {
    wanted.add(name.endsWith("KHR") ? name.substring(0, name.length() - 3) : name);
  }

  /** A pipeline's drawing before anything is read. */
  Drawing start() {
    Drawing drawing = new Drawing();
    drawing.depthZeroOne =
        wanted.contains(Capabilities.DEPTH_ZERO_ONE)
            || wanted.contains("VK_EXT_depth_clamp_zero_one")
            || wanted.contains("VK_KHR_depth_clamp_zero_one");
    drawing.depthUnrestricted = wanted.contains(Capabilities.DEPTH_UNRESTRICTED);
    return drawing;
  }

  /** Reads a command of a pipeline; false if it is not one of graphics. */
  boolean read(String command, Drawing drawing) {
    switch (command) {
      case "FRAMEBUFFER_SIZE" -> {
        drawing.width = tokens.integer("a width", MAXIMUM_SIZE);
        drawing.height = tokens.integer("a height", MAXIMUM_SIZE);
        if (drawing.width == 0 || drawing.height == 0) {
          throw tokens.error("a framebuffer without pixels");
        }
      }
      case "VIEWPORT" -> viewport(drawing);
      case "VERTEX_DATA" -> vertexData(drawing);
      case "INDEX_DATA" -> drawing.indices = buffers.reference();
      case "POLYGON_MODE" -> drawing.polygonMode = choice(PolygonMode.class, "a polygon mode");
      case "PATCH_CONTROL_POINTS" -> tokens.integer("a number of points", 32);
      case "DEPTH" -> depth(drawing);
      case "STENCIL" -> stencil(drawing);
      case "BLEND" -> blend(drawing);
      default -> {
        return false;
      }
    }
    return true;
  }

  /** BIND BUFFER … AS color, depth_stencil or resolve. */
  boolean bind(String type, BufferSpec buffer, Drawing drawing) {
    switch (type) {
      case "color" -> {
        tokens.require("LOCATION");
        int location = tokens.integer("LOCATION", 7);
        int level = tokens.take("BASE_MIP_LEVEL") ? tokens.integer("BASE_MIP_LEVEL", 14) : 0;
        drawing.colors.put(location, new Drawing.Color(buffer, level));
      }
      case "depth_stencil" -> drawing.depthBuffer = buffer;
      case "resolve" -> drawing.resolved.add(buffer);
      default -> {
        return false;
      }
    }
    return true;
  }

  /** A topology's name. */
  Topology topology() {
    String name = tokens.next("a topology");
    Topology topology = topology(name);
    if (topology == null) {
      throw tokens.error("there is no topology " + name);
    }
    return topology;
  }

  /** A topology by its name in Amber or OpenGL, or null. */
  static Topology topology(String name) {
    String word = name.toUpperCase(Locale.ROOT);
    if (word.contains("ADJACENCY") || word.contains("PATCH")) {
      throw new SkipException("graphics: topology " + name);
    }
    return switch (word) {
      case "GL_POINTS", "POINT_LIST" -> Topology.POINT_LIST;
      case "GL_LINES", "LINE_LIST" -> Topology.LINE_LIST;
      case "GL_LINE_STRIP", "LINE_STRIP" -> Topology.LINE_STRIP;
      case "GL_TRIANGLES", "TRIANGLE_LIST" -> Topology.TRIANGLE_LIST;
      case "GL_TRIANGLE_STRIP", "TRIANGLE_STRIP" -> Topology.TRIANGLE_STRIP;
      case "GL_TRIANGLE_FAN", "TRIANGLE_FAN" -> Topology.TRIANGLE_FAN;
      default -> null;
    };
  }

  private void viewport(Drawing drawing) {
    float x = real();
    float y = real();
    tokens.require("SIZE");
    drawing.viewport = new float[] {x, y, real(), real(), 0, 1};
    if (tokens.take("MIN_DEPTH")) {
      drawing.viewport[4] = real();
    }
    if (tokens.take("MAX_DEPTH")) {
      drawing.viewport[5] = real();
    }
  }

  private void vertexData(Drawing drawing) {
    BufferSpec buffer = buffers.reference();
    tokens.require("LOCATION");
    int location = tokens.integer("LOCATION", MAXIMUM_LOCATION);
    boolean perInstance = false;
    String format = buffer.format();
    int offset = 0;
    int stride = -1;
    while (tokens.has()) {
      String option = tokens.next("an option");
      switch (option) {
        case "RATE" -> {
          String rate = tokens.next("vertex or instance");
          perInstance = rate.equals("instance");
          if (!perInstance && !rate.equals("vertex")) {
            throw tokens.error("RATE is vertex or instance, not " + rate);
          }
        }
        case "FORMAT" -> format = tokens.next("a format");
        case "OFFSET" -> offset = tokens.integer(option, Integer.MAX_VALUE);
        case "STRIDE" -> stride = tokens.integer(option, 1 << 20);
        default -> throw tokens.error("VERTEX_DATA has no option " + option);
      }
    }
    VertexFormat known = format == null ? null : VertexFormat.of(format);
    if (known == null) {
      throw tokens.error(
          "buffer " + buffer.name() + " is not of a format that vertices can have: " + format);
    }
    if (drawing.vertices.stream().anyMatch(v -> v.location() == location)) {
      throw tokens.error("there are two VERTEX_DATA at LOCATION " + location);
    }
    if (stride < 0) {
      stride = format.equals(buffer.format()) ? buffer.layout().stride() : known.bytes();
    }
    drawing.vertices.add(
        new Drawing.VertexData(location, buffer, perInstance, known, offset, stride));
  }

  private float real() {
    String text = tokens.next("a number");
    try {
      return (float) ScalarType.parseDouble(text);
    } catch (IllegalArgumentException e) {
      throw tokens.error(e.getMessage());
    }
  }

  private <E extends Enum<E>> E choice(Class<E> type, String what) {
    String word = tokens.next(what);
    try {
      return Enum.valueOf(type, word.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw tokens.error("\"" + word + "\" is not " + what);
    }
  }

  private boolean enabled() {
    String word = tokens.next("on or off");
    if (!word.equals("on") && !word.equals("off")) {
      throw tokens.error("\"" + word + "\" is neither on nor off");
    }
    return word.equals("on");
  }

  /** The lines up to END, by their first words. */
  private void lines(java.util.function.Consumer<String> line) {
    int start = tokens.line();
    tokens.finish();
    while (tokens.nextLine()) {
      if (tokens.take("END")) {
        return;
      }
      line.accept(tokens.next("a setting"));
      tokens.finish();
    }
    throw new ScriptException(start, "END is missing");
  }

  private void depth(Drawing drawing) {
    lines(
        setting -> {
          switch (setting) {
            case "TEST" -> drawing.depthTest = enabled();
            case "WRITE" -> drawing.depthWrite = enabled();
            case "CLAMP" -> drawing.depthClamp = enabled();
            case "COMPARE_OP" -> drawing.depthCompare = choice(CompareOp.class, "a comparison");
            case "BOUNDS" -> {
              drawing.depthBounds = true;
              tokens.require("min");
              drawing.least = real();
              tokens.require("max");
              drawing.most = real();
            }
            case "BIAS" -> {
              drawing.biased = true;
              tokens.require("constant");
              drawing.bias = real();
              tokens.require("clamp");
              drawing.biasClamp = real();
              tokens.require("slope");
              drawing.slopeBias = real();
            }
            default -> throw tokens.error("DEPTH has no setting " + setting);
          }
        });
  }

  private void stencil(Drawing drawing) {
    List<Drawing.Face> faces = new ArrayList<>();
    String side = tokens.next("front, back or front_and_back");
    switch (side) {
      case "front" -> faces.add(drawing.front);
      case "back" -> faces.add(drawing.back);
      case "front_and_back" -> faces.addAll(List.of(drawing.front, drawing.back));
      default -> throw tokens.error("STENCIL takes front, back or front_and_back, not " + side);
    }
    lines(
        setting -> {
          switch (setting) {
            case "TEST" -> drawing.stencilTest = enabled();
            case "FAIL_OP" -> {
              StencilOp op = stencilOp();
              faces.forEach(f -> f.fail = op);
            }
            case "PASS_OP" -> {
              StencilOp op = stencilOp();
              faces.forEach(f -> f.pass = op);
            }
            case "DEPTH_FAIL_OP" -> {
              StencilOp op = stencilOp();
              faces.forEach(f -> f.depthFail = op);
            }
            case "COMPARE_OP" -> {
              CompareOp op = choice(CompareOp.class, "a comparison");
              faces.forEach(f -> f.compare = op);
            }
            case "COMPARE_MASK" -> {
              int mask = tokens.integer(setting, 255);
              faces.forEach(f -> f.compareMask = mask);
            }
            case "WRITE_MASK" -> {
              int mask = tokens.integer(setting, 255);
              faces.forEach(f -> f.writeMask = mask);
            }
            case "REFERENCE" -> {
              int reference = tokens.integer(setting, 255);
              faces.forEach(f -> f.reference = reference);
            }
            default -> throw tokens.error("STENCIL has no setting " + setting);
          }
        });
  }

  private StencilOp stencilOp() {
    return choice(StencilOp.class, "a stencil operation");
  }

  private void blend(Drawing drawing) {
    drawing.blends = true;
    lines(
        setting -> {
          switch (setting) {
            case "SRC_COLOR_FACTOR" -> drawing.sourceColor = factor();
            case "DST_COLOR_FACTOR" -> drawing.destinationColor = factor();
            case "SRC_ALPHA_FACTOR" -> drawing.sourceAlpha = factor();
            case "DST_ALPHA_FACTOR" -> drawing.destinationAlpha = factor();
            case "COLOR_OP" -> drawing.colorOp = blendOp(tokens.next("a blend operation"));
            case "ALPHA_OP" -> drawing.alphaOp = blendOp(tokens.next("a blend operation"));
            default -> throw tokens.error("BLEND has no setting " + setting);
          }
        });
  }

  private BlendFactor factor() {
    return choice(BlendFactor.class, "a blend factor");
  }

  private BlendOp blendOp(String name) {
    return switch (name) {
      case "add" -> BlendOp.ADD;
      // The format spells these two so.
      case "substract", "subtract" -> BlendOp.SUBTRACT;
      case "reverse_substract", "reverse_subtract" -> BlendOp.REVERSE_SUBTRACT;
      case "min" -> BlendOp.MIN;
      case "max" -> BlendOp.MAX;
      default -> throw new SkipException("graphics: blend operation " + name);
    };
  }

  /** What a script's pipeline draws, after the word RUN and the pipeline's name. */
  Script.Draw draw(int line, Script.Pipeline pipeline) {
    String word = tokens.next("a draw command");
    return switch (word) {
      case "DRAW_RECT" -> rectangle(line, pipeline, false);
      case "DRAW_GRID" -> rectangle(line, pipeline, true);
      case "DRAW_ARRAY" -> array(line, pipeline);
      default -> throw tokens.error("there is no draw command " + word);
    };
  }

  private Script.Draw rectangle(int line, Script.Pipeline pipeline, boolean grid) {
    Drawing d = pipeline.drawing();
    tokens.require("POS");
    double x = real() * 2.0 / d.width - 1;
    double y = real() * 2.0 / d.height - 1;
    tokens.require("SIZE");
    double w = real() * 2.0 / d.width;
    double h = real() * 2.0 / d.height;
    int columns = 1;
    int rows = 1;
    if (grid) {
      tokens.require("CELLS");
      columns = tokens.integer("a number of columns", MAXIMUM_CELLS);
      rows = tokens.integer("a number of rows", MAXIMUM_CELLS);
    }
    return grid
        ? new Script.Draw(
            line,
            pipeline,
            Topology.TRIANGLE_LIST,
            grid(x, y, w, h, columns, rows),
            false,
            0,
            -1,
            0,
            1)
        : new Script.Draw(
            line, pipeline, Topology.TRIANGLE_STRIP, corners(x, y, w, h), false, 0, -1, 0, 1);
  }

  /** The corners of a rectangle as a strip; seen as Vulkan sees facing, it shows its back. */
  static float[] corners(double x, double y, double w, double h) {
    return new float[] {
      (float) x,
      (float) (y + h),
      (float) x,
      (float) y,
      (float) (x + w),
      (float) (y + h),
      (float) (x + w),
      (float) y
    };
  }

  /** Triangles of a grid of cells. */
  static float[] grid(double x, double y, double w, double h, int columns, int rows) {
    float[] made = new float[columns * rows * 12];
    int at = 0;
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        float left = (float) (x + w * column / columns);
        float right = (float) (x + w * (column + 1) / columns);
        float top = (float) (y + h * row / rows);
        float bottom = (float) (y + h * (row + 1) / rows);
        float[] cell = {
          right, bottom, left, bottom, left, top, right, bottom, left, top, right, top
        };
        System.arraycopy(cell, 0, made, at, cell.length);
        at += cell.length;
      }
    }
    return made;
  }

  private Script.Draw array(int line, Script.Pipeline pipeline) {
    Drawing d = pipeline.drawing();
    boolean indexed = tokens.take("INDEXED");
    tokens.require("AS");
    Topology topology = topology();
    indexed |= tokens.take("INDEXED");
    int start = 0;
    int count = -1;
    int firstInstance = 0;
    int instances = 1;
    while (tokens.has()) {
      String option = tokens.next("an option");
      switch (option) {
        case "START_IDX" -> start = tokens.integer(option, Integer.MAX_VALUE);
        case "COUNT" -> count = tokens.integer(option, Integer.MAX_VALUE);
        case "START_INSTANCE" -> firstInstance = tokens.integer(option, Integer.MAX_VALUE);
        case "INSTANCE_COUNT" -> instances = tokens.integer(option, 1 << 20);
        default -> throw tokens.error("DRAW_ARRAY has no option " + option);
      }
    }
    if (indexed && d.indices == null) {
      throw tokens.error("DRAW_ARRAY INDEXED needs a pipeline with INDEX_DATA");
    }
    if (!indexed && d.vertices.isEmpty()) {
      if (count < 0) {
        throw tokens.error("DRAW_ARRAY needs COUNT, as pipeline has no VERTEX_DATA");
      }
      return new Script.Draw(
          line, pipeline, topology, null, false, start, count, firstInstance, instances);
    }
    BufferSpec source = indexed ? d.indices : counted(d);
    int elements = source.contents().length / source.layout().stride();
    if (count < 0) {
      count = elements - start;
    }
    if ((long) start + count > elements || count < 0) {
      throw tokens.error(
          "START_IDX "
              + start
              + " and COUNT "
              + count
              + " go beyond the "
              + elements
              + " elements of "
              + source.name());
    }
    return new Script.Draw(
        line, pipeline, topology, null, indexed, start, count, firstInstance, instances);
  }

  private static BufferSpec counted(Drawing d) {
    return d.vertices.stream()
        .filter(v -> !v.perInstance())
        .findFirst()
        .orElse(d.vertices.getFirst())
        .buffer();
  }
}
