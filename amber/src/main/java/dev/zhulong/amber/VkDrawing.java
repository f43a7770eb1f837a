package dev.zhulong.amber;

import dev.zhulong.amber.Script.Command;
import dev.zhulong.amber.Script.Pipeline;
import dev.zhulong.amber.Script.Tolerance;
import dev.zhulong.compiler.ShaderSource;
import dev.zhulong.graphics.BlendFactor;
import dev.zhulong.graphics.BlendOp;
import dev.zhulong.graphics.CompareOp;
import dev.zhulong.graphics.CullMode;
import dev.zhulong.graphics.LogicOp;
import dev.zhulong.graphics.PolygonMode;
import dev.zhulong.graphics.StencilOp;
import dev.zhulong.graphics.Topology;
import dev.zhulong.graphics.VertexFormat;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What VkScript has for graphics: a state that commands change, vertex data, draws and probes. */
final class VkDrawing {
  private static final int MAXIMUM_SIZE = 4096;

  /** Packed formats are written as one number. */
  private static final List<ElementLayout.Place> NO_PLACES = List.of();

  private final Tokens tokens;
  private final Drawing state = new Drawing();
  private final BufferSpec framebuffer;
  private final List<BufferSpec> buffers = new ArrayList<>();
  private final List<Column> columns = new ArrayList<>();
  private final List<Integer> indices = new ArrayList<>();
  private final Setup setup;
  private List<Double> clearColor = List.of(0.0, 0.0, 0.0, 0.0);
  private double clearDepth = 1;
  private double clearStencil;
  private Pipeline current;
  private String vertexEntry = "main";
  private String fragmentEntry = "main";

  /** What the section [require] says, and the shaders. */
  static final class Setup {
    String framebuffer = "B8G8R8A8_UNORM";
    String depthStencil;
    int width = Drawing.DEFAULT_SIZE;
    int height = Drawing.DEFAULT_SIZE;
    ShaderSource vertex;
    ShaderSource fragment;

    /** Reads a requirement; false if it is another one. */
    boolean read(String word, Tokens tokens) {
      switch (word) {
        case "framebuffer" -> framebuffer = format(tokens);
        case "depthstencil" -> depthStencil = format(tokens);
        case "fbsize" -> {
          width = tokens.integer("a width", MAXIMUM_SIZE);
          height = tokens.integer("a height", MAXIMUM_SIZE);
        }
        default -> {
          return false;
        }
      }
      return true;
    }

    private static String format(Tokens tokens) {
      String name = tokens.next("a format");
      name = name.startsWith("VK_FORMAT_") ? name.substring("VK_FORMAT_".length()) : name;
      if (TypeNames.format(name) == null) {
        throw tokens.error("there is no format \"" + name + "\"");
      }
      return name;
    }
  }

  /** A column of the vertex data. */
  private record Column(
      int location, VertexFormat format, ElementLayout layout, List<byte[]> rows) {}

  VkDrawing(Tokens tokens, Setup setup) {
    this.tokens = tokens;
    this.setup = setup;
    state.width = setup.width;
    state.height = setup.height;
    framebuffer = attachment("framebuffer", setup.framebuffer);
    state.colors.put(0, new Drawing.Color(framebuffer, 0));
    if (setup.depthStencil != null) {
      state.depthBuffer = attachment("depthstencil", setup.depthStencil);
      if (state.depthBuffer.depthFormat() == null) {
        throw tokens.error(setup.depthStencil + " is no depth format");
      }
    }
    if (framebuffer.image() == null) {
      throw tokens.error(setup.framebuffer + " is no format that can be drawn to");
    }
  }

  private BufferSpec attachment(String name, String format) {
    BufferSpec made =
        new BufferSpec(
            name, TypeNames.format(format).layout(), setup.width, format, null, new byte[0]);
    made.attach(setup.width, setup.height);
    buffers.add(made);
    return made;
  }

  /** The attachments, vertices and indices. */
  List<BufferSpec> buffers() {
    return buffers;
  }

  /** Reads a line of [vertex data]; the first one names the columns. */
  void vertexData() {
    if (columns.isEmpty()) {
      for (String word : tokens.rest()) {
        columns.add(column(word));
      }
      return;
    }
    for (Column column : columns) {
      byte[] row = new byte[column.format.bytes()];
      boolean packed = column.format.name().contains("_PACK");
      if (packed) {
        long bits = number(tokens.next("a value"));
        for (int n = 0; n < row.length; n++) {
          row[n] = (byte) (bits >>> 8 * n);
        }
      }
      for (ElementLayout.Place place : packed ? NO_PLACES : column.layout.places()) {
        String text = tokens.next("a value");
        try {
          place.type().put(row, place.offset(), place.type().parse(text));
        } catch (IllegalArgumentException e) {
          throw tokens.error(e.getMessage());
        }
      }
      column.rows.add(row);
    }
    tokens.finish();
  }

  private long number(String text) {
    try {
      return Long.decode(text);
    } catch (NumberFormatException e) {
      throw tokens.error("\"" + text + "\" is not a whole number");
    }
  }

  private Column column(String word) {
    String[] parts = word.split("/", -1);
    try {
      int location = Integer.parseInt(parts[0]);
      String name = parts.length == 2 ? parts[1] : format(parts[1], parts[2]);
      name = name.startsWith("VK_FORMAT_") ? name.substring("VK_FORMAT_".length()) : name;
      VertexFormat format = VertexFormat.of(name);
      DataType.Texel texel = TypeNames.format(name);
      if (format != null && texel != null) {
        return new Column(location, format, texel.layout(), new ArrayList<>());
      }
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      // Falls through to the message that covers every other form, too.
    }
    throw tokens.error("\"" + word + "\" is no column: LOCATION/FORMAT or LOCATION/float/vec3");
  }

  /** The format of a type of OpenGL and one of GLSL. */
  private static String format(String type, String shader) {
    char last = shader.charAt(shader.length() - 1);
    int count = Character.isDigit(last) ? last - '0' : 1;
    String kind =
        switch (type) {
          case "byte" -> "8_SINT";
          case "ubyte" -> "8_UINT";
          case "short" -> "16_SINT";
          case "ushort" -> "16_UINT";
          case "int" -> "32_SINT";
          case "uint" -> "32_UINT";
          case "half" -> "16_SFLOAT";
          case "float" -> "32_SFLOAT";
          default -> "64_SFLOAT";
        };
    String[] parts = kind.split("_", 2);
    StringBuilder name = new StringBuilder();
    for (int n = 0; n < count; n++) {
      name.append("RGBA".charAt(n)).append(parts[0]);
    }
    return name + "_" + parts[1];
  }

  /** Reads a line of [indices]. */
  void indices() {
    for (String word : tokens.rest()) {
      indices.add((int) number(word));
    }
  }

  /** Makes buffers of the vertex data and indices, when all are read. */
  private void complete() {
    if (!columns.isEmpty() && state.vertices.isEmpty()) {
      for (Column column : columns) {
        int stride = column.format.bytes();
        ByteBuffer bytes = ByteBuffer.allocate(stride * column.rows.size());
        column.rows.forEach(bytes::put);
        BufferSpec buffer =
            new BufferSpec(
                "vertex data " + column.location,
                column.layout,
                0,
                column.format.name(),
                null,
                bytes.array());
        buffers.add(buffer);
        state.vertices.add(
            new Drawing.VertexData(column.location, buffer, false, column.format, 0, stride));
      }
    }
    if (!indices.isEmpty() && state.indices == null) {
      ByteBuffer bytes = ByteBuffer.allocate(4 * indices.size()).order(ByteOrder.LITTLE_ENDIAN);
      indices.forEach(bytes::putInt);
      ElementLayout layout =
          new DataType.Scalar(ScalarType.UINT32).layout(DataType.Standard.STD430);
      state.indices = new BufferSpec("indices", layout, 0, "R32_UINT", null, bytes.array());
      buffers.add(state.indices);
    }
  }

  private Pipeline pipeline(List<Script.Binding> bindings, BufferSpec push) {
    complete();
    if (current == null) {
      Drawing drawing = state.copy();
      ShaderSource vertex = setup.vertex == null ? Shaders.PASSTHROUGH : setup.vertex;
      drawing.vertex = new Drawing.Stage(vertex, "vertex", vertexEntry, Map.of());
      drawing.fragment =
          setup.fragment == null
              ? null
              : new Drawing.Stage(setup.fragment, "fragment", fragmentEntry, Map.of());
      current =
          new Pipeline(
              "graphics",
              null,
              null,
              "main",
              Map.of(),
              bindings,
              push,
              0,
              Script.KernelSetup.NONE,
              drawing);
    }
    return current;
  }

  /**
   * Reads a command of [test].
   *
   * @param bindings what the shaders may use
   * @param push push constants, or null
   * @return what is done, or null for a setting
   */
  Command command(int line, String word, List<Script.Binding> bindings, BufferSpec push) {
    return switch (word) {
      case "draw" ->
          tokens.take("rect")
              ? rectangle(line, false, bindings, push)
              : tokens.take("grid")
                  ? rectangle(line, true, bindings, push)
                  : arrays(line, bindings, push);
      case "clear" -> clear(line, bindings, push);
      case "vertex", "fragment" -> {
        tokens.require("entrypoint");
        String name = tokens.next("the entry point's name");
        vertexEntry = word.equals("vertex") ? name : vertexEntry;
        fragmentEntry = word.equals("fragment") ? name : fragmentEntry;
        current = null;
        yield null;
      }
      // Without tessellation shaders, for which a script is skipped, it has no effect.
      case "patch" -> {
        tokens.require("parameter");
        tokens.require("vertices");
        tokens.integer("a number of points", 32);
        yield null;
      }
      default -> {
        setting(word, String.join(" ", tokens.rest()));
        current = null;
        yield null;
      }
    };
  }

  private Command rectangle(
      int line, boolean grid, List<Script.Binding> bindings, BufferSpec push) {
    boolean pixels = tokens.take("ortho");
    if (tokens.take("patch")) {
      throw new SkipException("graphics: tessellation");
    }
    double x = real();
    double y = real();
    double w = real();
    double h = real();
    if (pixels) {
      x = x * 2 / state.width - 1;
      y = y * 2 / state.height - 1;
      w = w * 2 / state.width;
      h = h * 2 / state.height;
    }
    float[] corners;
    if (grid) {
      int columns = tokens.integer("a number of columns", DrawingReader.MAXIMUM_CELLS);
      int rows = tokens.integer("a number of rows", DrawingReader.MAXIMUM_CELLS);
      corners = DrawingReader.grid(x, y, w, h, columns, rows);
    } else {
      corners = DrawingReader.corners(x, y, w, h);
    }
    return new Script.Draw(
        line,
        pipeline(bindings, push),
        grid ? Topology.TRIANGLE_LIST : Topology.TRIANGLE_STRIP,
        corners,
        false,
        0,
        -1,
        0,
        1);
  }

  private Command arrays(int line, List<Script.Binding> bindings, BufferSpec push) {
    tokens.require("arrays");
    boolean indexed = false;
    boolean instanced = false;
    while (true) {
      if (tokens.take("indexed")) {
        indexed = true;
      } else if (tokens.take("instanced")) {
        instanced = true;
      } else {
        break;
      }
    }
    String name = tokens.next("a topology");
    Topology topology = DrawingReader.topology(name);
    if (topology == null) {
      throw tokens.error("there is no topology " + name);
    }
    int first = tokens.integer("the first vertex", Integer.MAX_VALUE);
    int count = tokens.integer("a number of vertices", Integer.MAX_VALUE);
    int instances = instanced && tokens.has() ? tokens.integer("instances", 1 << 20) : 1;
    Pipeline pipeline = pipeline(bindings, push);
    if (indexed && pipeline.drawing().indices == null) {
      throw tokens.error("draw arrays indexed needs a section [indices]");
    }
    return new Script.Draw(line, pipeline, topology, null, indexed, first, count, 0, instances);
  }

  private Command clear(int line, List<Script.Binding> bindings, BufferSpec push) {
    if (tokens.take("color")) {
      clearColor = List.of(real(), real(), real(), real());
      return null;
    }
    if (tokens.take("depth")) {
      clearDepth = real();
      return null;
    }
    if (tokens.take("stencil")) {
      clearStencil = real();
      return null;
    }
    Pipeline pipeline = pipeline(bindings, push);
    return new Script.Repeat(
        line,
        1,
        List.of(
            new Script.ClearValue(line, pipeline, false, clearColor),
            new Script.ClearValue(line, pipeline, false, List.of(clearDepth)),
            new Script.ClearValue(line, pipeline, true, List.of(clearStencil)),
            new Script.Clear(line, pipeline)));
  }

  private double real() {
    String text = tokens.next("a number");
    try {
      return ScalarType.parseDouble(text);
    } catch (IllegalArgumentException e) {
      throw tokens.error(e.getMessage());
    }
  }

  /**
   * Reads {@code [relative] probe [rect|all] rgb|rgba (x, y, …) (r, g, …)} after the word probe.
   */
  Command probe(int line, boolean relative, List<Tolerance> tolerances) {
    boolean all = tokens.take("all");
    boolean rect = tokens.take("rect");
    String channels = tokens.next("rgb or rgba");
    if (!channels.equals("rgb") && !channels.equals("rgba")) {
      throw tokens.error("probe compares rgb or rgba, not " + channels);
    }
    List<Double> numbers = new ArrayList<>();
    for (String word : String.join(" ", tokens.rest()).split("[(),\\s]+")) {
      if (!word.isEmpty()) {
        try {
          numbers.add(ScalarType.parseDouble(word));
        } catch (IllegalArgumentException e) {
          throw tokens.error(e.getMessage());
        }
      }
    }
    int place = all ? 0 : rect ? 4 : 2;
    if (numbers.size() != place + channels.length()) {
      throw tokens.error(
          "probe takes " + (place + channels.length()) + " numbers here, not " + numbers.size());
    }
    double[] area = {0, 0, relative || all ? 1 : state.width, relative || all ? 1 : state.height};
    for (int n = 0; n < place; n++) {
      area[n] = numbers.get(n);
    }
    if (relative || all) {
      for (int n = 0; n < 4; n++) {
        area[n] *= n % 2 == 0 ? state.width : state.height;
      }
    }
    if (!all && !rect) {
      area[2] = 1;
      area[3] = 1;
    }
    return new Script.ProbePixels(
        line,
        framebuffer,
        (int) area[0],
        (int) area[1],
        (int) area[2],
        (int) area[3],
        List.copyOf(numbers.subList(place, numbers.size())),
        List.copyOf(tolerances));
  }

  private void setting(String name, String value) {
    switch (name) {
      case "primitiveRestartEnable" -> state.restart = truth(value);
      case "depthClampEnable" -> state.depthClamp = truth(value);
      case "rasterizerDiscardEnable" -> state.discardAll = truth(value);
      case "depthBiasEnable" -> state.biased = truth(value);
      case "logicOpEnable" -> state.logical = truth(value);
      case "blendEnable" -> state.blends = truth(value);
      case "depthTestEnable" -> state.depthTest = truth(value);
      case "depthWriteEnable" -> state.depthWrite = truth(value);
      case "depthBoundsTestEnable" -> state.depthBounds = truth(value);
      case "stencilTestEnable" -> state.stencilTest = truth(value);
      case "topology" -> DrawingReader.topology(cut(value, "VK_PRIMITIVE_TOPOLOGY_"));
      case "polygonMode" -> state.polygonMode = choice(PolygonMode.class, value);
      case "logicOp" -> state.logicOp = choice(LogicOp.class, value);
      case "frontFace" ->
          state.clockwise = value.endsWith("_CLOCKWISE") && !value.endsWith("COUNTER_CLOCKWISE");
      case "cullMode" -> state.cull = cull(value);
      case "depthBiasConstantFactor" -> state.bias = real(value);
      case "depthBiasClamp" -> state.biasClamp = real(value);
      case "depthBiasSlopeFactor" -> state.slopeBias = real(value);
      case "lineWidth" -> state.lineWidth = real(value);
      case "minDepthBounds" -> state.least = real(value);
      case "maxDepthBounds" -> state.most = real(value);
      case "srcColorBlendFactor" -> state.sourceColor = choice(BlendFactor.class, value);
      case "dstColorBlendFactor" -> state.destinationColor = choice(BlendFactor.class, value);
      case "srcAlphaBlendFactor" -> state.sourceAlpha = choice(BlendFactor.class, value);
      case "dstAlphaBlendFactor" -> state.destinationAlpha = choice(BlendFactor.class, value);
      case "colorBlendOp" -> state.colorOp = choice(BlendOp.class, value);
      case "alphaBlendOp" -> state.alphaOp = choice(BlendOp.class, value);
      case "depthCompareOp" -> state.depthCompare = choice(CompareOp.class, value);
      case "colorWriteMask" -> state.writeMask = mask(value);
      default -> {
        if (name.startsWith("front.")) {
          face(state.front, name.substring("front.".length()), value);
        } else if (name.startsWith("back.")) {
          face(state.back, name.substring("back.".length()), value);
        } else {
          throw tokens.error("there is no command " + name);
        }
      }
    }
  }

  private void face(Drawing.Face face, String name, String value) {
    switch (name) {
      case "compareOp" -> face.compare = choice(CompareOp.class, value);
      case "failOp" -> face.fail = choice(StencilOp.class, value);
      case "passOp" -> face.pass = choice(StencilOp.class, value);
      case "depthFailOp" -> face.depthFail = choice(StencilOp.class, value);
      case "compareMask" -> face.compareMask = (int) number(value) & 255;
      case "writeMask" -> face.writeMask = (int) number(value) & 255;
      case "reference" -> face.reference = (int) number(value) & 255;
      default -> throw tokens.error("a stencil face has no " + name);
    }
  }

  private boolean truth(String value) {
    return switch (value) {
      case "true", "1" -> true;
      case "false", "0" -> false;
      default -> throw tokens.error("\"" + value + "\" is neither true nor false");
    };
  }

  private float real(String value) {
    try {
      return (float) ScalarType.parseDouble(value);
    } catch (IllegalArgumentException e) {
      throw tokens.error(e.getMessage());
    }
  }

  private static String cut(String value, String head) {
    return value.startsWith(head) ? value.substring(head.length()) : value;
  }

  /** The value whose name ends a name of Vulkan's. */
  private <E extends Enum<E>> E choice(Class<E> type, String value) {
    E best = null;
    for (E candidate : type.getEnumConstants()) {
      boolean fits = value.equals(candidate.name()) || value.endsWith("_" + candidate.name());
      if (fits && (best == null || candidate.name().length() > best.name().length())) {
        best = candidate;
      }
    }
    if (best == null) {
      throw tokens.error("\"" + value + "\" is not known here");
    }
    return best;
  }

  private static CullMode cull(String value) {
    boolean front = value.contains("FRONT");
    boolean back = value.contains("BACK");
    return front && back
        ? CullMode.FRONT_AND_BACK
        : front ? CullMode.FRONT : back ? CullMode.BACK : CullMode.NONE;
  }

  private int mask(String value) {
    int mask = 0;
    for (String part : value.split("[|\\s]+")) {
      int component = "RGBA".indexOf(cut(part, "VK_COLOR_COMPONENT_").replace("_BIT", ""));
      if (component < 0 || part.isEmpty()) {
        mask |= part.isEmpty() ? 0 : (int) number(part);
      } else {
        mask |= 1 << component;
      }
    }
    return mask;
  }
}
