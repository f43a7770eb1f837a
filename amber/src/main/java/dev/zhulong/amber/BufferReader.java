package dev.zhulong.amber;

import dev.zhulong.firmware.texel.DescriptorLayout;
import dev.zhulong.firmware.texel.TexelFormat;
import dev.zhulong.hal.TextureShape;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
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
import javax.imageio.ImageIO;

/** Reads the declarations STRUCT, BUFFER and IMAGE of AmberScript. */
final class BufferReader {
  /** More than a test needs, and little enough for the host. */
  private static final long MAXIMUM_BYTES = 1L << 28;

  /** What may stand between a buffer's type and its contents. */
  private static final Set<String> OPTIONS =
      Set.of(
          "MIP_LEVELS",
          "SAMPLES",
          "DIM_1D",
          "DIM_2D",
          "DIM_3D",
          "SIZE",
          "WIDTH",
          "HEIGHT",
          "DEPTH");

  private static final int MAXIMUM_IMAGE = 1 << 14;
  private static final Pattern NUMBERS = Pattern.compile("(?:vec([234])<(\\w+)>|\\w+)");

  private final Tokens tokens;
  private final Path folder;
  private final Map<String, DataType.Struct> structs = new LinkedHashMap<>();
  private final Map<String, BufferSpec> buffers = new LinkedHashMap<>();

  private TexelFormat format;

  /** Name of the format of the buffer being read, or null. */
  private String formatName;

  /** The picture that the buffer being read was filled from, or null. */
  private BufferedImage picture;

  BufferReader(Tokens tokens, Path folder) {
    this.tokens = tokens;
    this.folder = folder;
  }

  List<BufferSpec> all() {
    return List.copyOf(buffers.values());
  }

  /** Takes the name of a buffer that has been declared. */
  BufferSpec reference() {
    String name = tokens.next("a buffer's name");
    BufferSpec buffer = buffers.get(name);
    if (buffer == null) {
      throw tokens.error("there is no buffer \"" + name + "\"; declare it with BUFFER before");
    }
    return buffer;
  }

  boolean isBuffer(String name) {
    return buffers.containsKey(name);
  }

  /** Takes a type's name. */
  DataType type() {
    return type(tokens.next("a data type"));
  }

  private DataType type(String name) {
    DataType type = TypeNames.amber(name, structs);
    if (type == null) {
      throw tokens.error("there is no data type \"" + name + "\"");
    }
    return type;
  }

  /** STRUCT NAME [STRIDE n], members, END. */
  void struct() {
    String name = tokens.next("the struct's name");
    int stride = tokens.take("STRIDE") ? tokens.integer("STRIDE", 1 << 20) : 0;
    tokens.finish();
    List<DataType.Member> members = new ArrayList<>();
    int start = tokens.line();
    while (true) {
      if (!tokens.nextLine()) {
        throw new ScriptException(start, "END is missing");
      }
      if (tokens.take("END")) {
        break;
      }
      DataType.Member member = member();
      if (members.stream().anyMatch(m -> m.name().equals(member.name()))) {
        throw tokens.error("struct " + name + " has two members " + member.name());
      }
      members.add(member);
    }
    if (structs.putIfAbsent(name, new DataType.Struct(name, members, stride)) != null) {
      throw tokens.error("there are two structs " + name);
    }
  }

  private DataType.Member member() {
    String typeName = tokens.next("a data type");
    String name = tokens.next("the member's name");
    int bracket = name.indexOf('[');
    if (bracket > 0) {
      // An array may be told by the name, as in C.
      typeName += name.substring(bracket);
      name = name.substring(0, bracket);
    }
    DataType type = type(typeName);
    int offset = -1;
    while (tokens.has()) {
      String option = tokens.next("an option");
      switch (option) {
        case "OFFSET" -> offset = tokens.integer(option, 1 << 24);
        case "ARRAY_STRIDE" -> type = withArrayStride(type, tokens.integer(option, 1 << 20));
        case "MATRIX_STRIDE" -> {
          DataType.Matrix m = matrix(type, option);
          type = remade(type, m, m.rowMajor(), tokens.integer(option, 1 << 20));
        }
        case "ROW_MAJOR", "COLUMN_MAJOR" -> {
          DataType.Matrix m = matrix(type, option);
          type = remade(type, m, option.equals("ROW_MAJOR"), m.stride());
        }
        default -> throw tokens.error("a struct's member has no option " + option);
      }
    }
    return new DataType.Member(name, type, offset);
  }

  private DataType withArrayStride(DataType type, int stride) {
    if (type instanceof DataType.Array array) {
      return new DataType.Array(array.element(), array.count(), stride);
    }
    throw tokens.error("ARRAY_STRIDE needs an array");
  }

  private DataType.Matrix matrix(DataType type, String option) {
    return switch (type) {
      case DataType.Matrix m -> m;
      case DataType.Array(DataType.Matrix m, _, _) -> m;
      default -> throw tokens.error(option + " needs a matrix");
    };
  }

  private static DataType remade(DataType whole, DataType.Matrix m, boolean rowMajor, int stride) {
    DataType.Matrix made = new DataType.Matrix(m.type(), m.columns(), m.rows(), rowMajor, stride);
    return whole instanceof DataType.Array a
        ? new DataType.Array(made, a.count(), a.stride())
        : made;
  }

  /** BUFFER NAME … or IMAGE NAME …; an image is a buffer of texels here. */
  void buffer() {
    String name = tokens.next("the buffer's name");
    ElementLayout layout = layout();
    long count = -1;
    long width = -1;
    long height = 1;
    long depth = 1;
    int levels = 1;
    int samples = 1;
    boolean volume = false;
    while (OPTIONS.contains(tokens.peek())) {
      String option = tokens.next("an option");
      switch (option) {
        case "MIP_LEVELS" -> levels = tokens.integer(option, DescriptorLayout.MAXIMUM_LEVELS);
        case "SAMPLES" -> {
          samples = tokens.integer(option, 64);
          if (samples != 1 && samples != 4) {
            throw new SkipException("graphics: " + samples + " samples a pixel, not 1 or 4");
          }
        }
        case "SIZE" -> count = tokens.integer(option, MAXIMUM_BYTES);
        case "WIDTH" -> width = tokens.integer(option, 1 << 20);
        case "HEIGHT" -> height = tokens.integer(option, 1 << 14);
        case "DEPTH" -> depth = tokens.integer(option, 1 << 14);
        default -> volume = option.equals("DIM_3D");
      }
    }
    if (width < 0) {
      if (height != 1 || depth != 1) {
        throw tokens.error("HEIGHT and DEPTH need WIDTH");
      }
      width = Math.max(0, count);
    } else if (count >= 0 && count != width * height * depth) {
      throw tokens.error("SIZE " + count + " is not WIDTH by HEIGHT by DEPTH");
    } else {
      count = width * height * depth;
    }
    picture = null;
    byte[] contents = contents(layout, count);
    if (picture != null) {
      width = picture.getWidth();
      height = picture.getHeight();
    }
    int row = (int) (width > 0 ? width : contents.length / layout.stride());
    TextureShape image =
        format == null || row == 0 || row > MAXIMUM_IMAGE
            ? null
            : image(new long[] {row, height, depth}, levels, volume);
    BufferSpec made = new BufferSpec(name, layout, row, formatName, image, contents);
    if (buffers.putIfAbsent(name, made.withSamples(samples).withLevels(levels)) != null) {
      throw tokens.error("there are two buffers " + name);
    }
  }

  private TextureShape image(long[] size, int levels, boolean volume) {
    try {
      return new TextureShape(format, (int) size[0], (int) size[1], (int) size[2], levels, volume);
    } catch (IllegalArgumentException e) {
      throw tokens.error(e.getMessage());
    }
  }

  /** Takes the type or format, and remembers the format that texels of it have. */
  private ElementLayout layout() {
    if (tokens.take("FORMAT")) {
      String name = tokens.next("a format");
      DataType.Texel texel = TypeNames.format(name);
      if (texel == null) {
        throw tokens.error("there is no format \"" + name + "\"");
      }
      format = TexelFormat.of(name);
      formatName = name;
      return texel.layout();
    }
    tokens.require("DATA_TYPE");
    formatName = formatOf(tokens.peek());
    format = TexelFormat.of(formatName);
    DataType type = type();
    DataType.Standard standard = DataType.Standard.STD430;
    if (tokens.take("STD140")) {
      standard = DataType.Standard.STD140;
    } else {
      tokens.take("STD430");
    }
    return type.layout(standard);
  }

  /** The name of the format of texels that are numbers or vectors of a type. */
  private static String formatOf(String type) {
    Matcher m = NUMBERS.matcher(type);
    if (!m.matches()) {
      return type;
    }
    String scalar = m.group(2) == null ? type : m.group(2);
    ScalarType number = TypeNames.scalar(scalar);
    if (number == null) {
      return type;
    }
    int bits = 8 * number.bytes();
    int count = m.group(1) == null ? 1 : Integer.parseInt(m.group(1));
    StringBuilder name = new StringBuilder();
    for (int n = 0; n < count; n++) {
      name.append("RGBA".charAt(n)).append(bits);
    }
    String kind = number.isFloat() ? "_SFLOAT" : scalar.startsWith("u") ? "_UINT" : "_SINT";
    return name + kind;
  }

  private byte[] contents(ElementLayout layout, long count) {
    if (!tokens.has()) {
      return new byte[size(layout, Math.max(0, count))];
    }
    String initializer = tokens.next("an initializer");
    return switch (initializer) {
      case "DATA" -> {
        byte[] made = encode(layout, tokens.untilEnd(), count);
        tokens.finish();
        yield made;
      }
      case "FILL" -> {
        String value = tokens.next("a value");
        yield series(layout, count, initializer, value, "0");
      }
      case "SERIES_FROM" -> {
        String first = tokens.next("the first value");
        tokens.require("INC_BY");
        yield series(layout, count, initializer, first, tokens.next("the increment"));
      }
      case "FILE" -> file(layout, count);
      default -> throw tokens.error("a buffer has no initializer " + initializer);
    };
  }

  private int size(ElementLayout layout, long count) {
    long bytes = count * layout.stride();
    if (bytes > MAXIMUM_BYTES) {
      throw tokens.error(
          "a buffer of " + bytes + " bytes; at most " + MAXIMUM_BYTES + " are supported");
    }
    return (int) bytes;
  }

  private byte[] encode(ElementLayout layout, List<String> values, long count) {
    requirePlaces(layout);
    int each = layout.places().size();
    if (values.size() % each != 0) {
      throw tokens.error(values.size() + " values do not fill elements of " + each + " values");
    }
    long elements = count < 0 ? values.size() / each : count;
    if (values.size() / each > elements) {
      throw tokens.error(values.size() + " values are too many for SIZE " + elements);
    }
    byte[] bytes = new byte[size(layout, elements)];
    for (int n = 0; n < values.size(); n++) {
      ElementLayout.Place place = layout.place(n);
      place.type().put(bytes, place.offset(), parse(place.type(), values.get(n)));
    }
    return bytes;
  }

  private byte[] series(
      ElementLayout layout, long count, String initializer, String first, String increment) {
    tokens.finish();
    requirePlaces(layout);
    if (count < 0) {
      throw tokens.error(initializer + " needs SIZE before it");
    }
    byte[] bytes = new byte[size(layout, count)];
    boolean moves = !increment.equals("0");
    double real = parseReal(first);
    double step = parseReal(increment);
    long numbers = count * layout.places().size();
    for (int n = 0; n < numbers; n++) {
      ElementLayout.Place place = layout.place(n);
      ScalarType type = place.type();
      long bits;
      if (!moves) {
        bits = parse(type, first);
      } else if (type.isFloat()) {
        bits = type.ofDouble(real);
        real += step;
      } else {
        bits =
            type.truncate(parse(ScalarType.INT64, first) + n * parse(ScalarType.INT64, increment));
      }
      type.put(bytes, place.offset(), bits);
    }
    return bytes;
  }

  private void requirePlaces(ElementLayout layout) {
    if (layout.places().isEmpty()) {
      throw tokens.error("values of this format are not supported; use whole-byte components");
    }
  }

  private long parse(ScalarType type, String text) {
    try {
      return type.wrap(text);
    } catch (IllegalArgumentException e) {
      throw tokens.error(e.getMessage());
    }
  }

  private double parseReal(String text) {
    try {
      return ScalarType.parseDouble(text);
    } catch (IllegalArgumentException e) {
      throw tokens.error(e.getMessage());
    }
  }

  private byte[] file(ElementLayout layout, long count) {
    String kind = tokens.next("TEXT or BINARY");
    if (kind.equals("PNG")) {
      return picture(layout, count);
    }
    boolean text = kind.equals("TEXT");
    String name = text || kind.equals("BINARY") ? tokens.next("a file's name") : kind;
    tokens.finish();
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(folder.resolve(name));
    } catch (IOException e) {
      throw tokens.error("file " + folder.resolve(name) + " cannot be read");
    }
    if (text) {
      List<String> words = List.of(new String(bytes, StandardCharsets.UTF_8).strip().split("\\s+"));
      return encode(layout, words, count);
    }
    byte[] sized = new byte[size(layout, count < 0 ? bytes.length / layout.stride() : count)];
    System.arraycopy(bytes, 0, sized, 0, Math.min(bytes.length, sized.length));
    return sized;
  }

  /** The texels of a picture, which also says how large the image is. */
  private byte[] picture(ElementLayout layout, long count) {
    Path file = folder.resolve(tokens.next("a file's name"));
    tokens.finish();
    try (InputStream in = Files.newInputStream(file)) {
      picture = ImageIO.read(in);
    } catch (IOException e) {
      throw tokens.error("file " + file + " cannot be read as a picture");
    }
    if (picture == null || format == null || format.kind().integer()) {
      throw tokens.error(
          picture == null
              ? "file " + file + " is no PNG picture"
              : "FILE PNG needs a format of fractions, as R8G8B8A8_UNORM");
    }
    int width = picture.getWidth();
    int pixels = width * picture.getHeight();
    if (count >= 0 && count != pixels) {
      throw tokens.error(
          "the picture has " + pixels + " pixels, the buffer " + count + "; leave its size out");
    }
    byte[] texels = new byte[size(layout, pixels)];
    for (int n = 0; n < pixels; n++) {
      int argb = picture.getRGB(n % width, n / width);
      double[] c = {argb >> 16 & 0xff, argb >> 8 & 0xff, argb & 0xff, argb >>> 24};
      for (int k = 0; k < c.length; k++) {
        c[k] /= 255;
      }
      format.encode(c, texels, n * format.bytes());
    }
    return texels;
  }
}
