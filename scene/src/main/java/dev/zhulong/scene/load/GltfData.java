package dev.zhulong.scene.load;

import de.javagl.jgltf.impl.v2.Accessor;
import de.javagl.jgltf.impl.v2.AccessorSparse;
import de.javagl.jgltf.impl.v2.Buffer;
import de.javagl.jgltf.impl.v2.BufferView;
import de.javagl.jgltf.impl.v2.GlTF;
import dev.zhulong.scene.model.SceneException;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;

/** The numbers of a glTF file: buffers, views of them, accessors. glTF 2.0, section 3.6. */
final class GltfData {
  private static final int MOST_NUMBERS = 1 << 26;

  private final Path file;
  private final GlTF gltf;
  private final byte[] binary;
  private final byte[][] buffers;
  private long numbers;

  /** Of a file; {@code binary} is the second part of one in binary form, or null. */
  GltfData(Path file, GlTF gltf, byte[] binary) {
    this.file = file;
    this.gltf = gltf;
    this.binary = binary;
    this.buffers = new byte[gltf.getBuffers() == null ? 0 : gltf.getBuffers().size()][];
  }

  SceneException wrong(String place, String what) {
    return new SceneException(file + ": " + place + ": " + what);
  }

  /** An item that another one names by its index. */
  <T> T item(List<T> list, Integer index, String kind, String place) {
    int count = list == null ? 0 : list.size();
    if (index == null || index < 0 || index >= count) {
      throw wrong(
          place, index == null ? "no index into " + kind : kind + "[" + index + "] of " + count);
    }
    T item = list.get(index);
    if (item == null) {
      throw wrong(place, kind + "[" + index + "] is null");
    }
    return item;
  }

  static int or(Integer value, int otherwise) {
    return value == null ? otherwise : value;
  }

  private byte[] buffer(int index, String place) throws IOException {
    Buffer buffer = item(gltf.getBuffers(), index, "buffers", place);
    if (buffers[index] != null) {
      return buffers[index];
    }
    String own = "buffers[" + index + "]";
    byte[] bytes;
    if (buffer.getUri() != null) {
      bytes = resource(buffer.getUri(), own);
    } else if (index == 0 && binary != null) {
      bytes = binary;
    } else {
      throw wrong(own, "neither a uri nor the binary part of a .glb file");
    }
    int length = or(buffer.getByteLength(), 0);
    if (length > bytes.length) {
      throw wrong(own, "byteLength " + length + ", there are " + bytes.length + " bytes");
    }
    buffers[index] = bytes;
    return bytes;
  }

  /** The bytes that a uri names: itself, or a file beside this one. */
  byte[] resource(String uri, String place) throws IOException {
    if (uri.startsWith("data:")) {
      int comma = uri.indexOf(',');
      if (comma < 0 || !uri.substring(0, comma).endsWith(";base64")) {
        throw wrong(place, "a data uri must hold base64");
      }
      try {
        return Base64.getMimeDecoder().decode(uri.substring(comma + 1));
      } catch (IllegalArgumentException e) {
        throw new SceneException(
            file + ": " + place + ": the data uri's base64 is broken: " + e.getMessage(), e);
      }
    }
    if (uri.matches("[A-Za-z][A-Za-z0-9+.-]+:.*")) {
      throw wrong(place, "\"" + SceneLoader.brief(uri) + "\" is neither a file nor a data uri");
    }
    String name;
    try {
      name = URLDecoder.decode(uri.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new SceneException(
          file + ": " + place + ": uri \"" + SceneLoader.brief(uri) + "\" is broken", e);
    }
    return SceneLoader.bytes(
        SceneLoader.beside(file, name, file + ": " + place), file + ": " + place);
  }

  /** The bytes of a view. */
  ByteBuffer view(Integer index, String place) throws IOException {
    BufferView view = item(gltf.getBufferViews(), index, "bufferViews", place);
    String own = "bufferViews[" + index + "]";
    byte[] bytes = buffer(or(view.getBuffer(), -1), own);
    long start = or(view.getByteOffset(), 0);
    long length = or(view.getByteLength(), 0);
    if (start < 0 || length < 1 || start + length > bytes.length) {
      throw wrong(
          own, "bytes " + start + " to " + (start + length) + " of a buffer of " + bytes.length);
    }
    return ByteBuffer.wrap(bytes, (int) start, (int) length).slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  private static int components(String type) {
    return switch (type == null ? "" : type) {
      case "SCALAR" -> 1;
      case "VEC2" -> 2;
      case "VEC3" -> 3;
      case "VEC4" -> 4;
      case "MAT4" -> 16;
      default -> 0;
    };
  }

  private int bytes(Integer componentType, String place) {
    return switch (or(componentType, 0)) {
      case 5120, 5121 -> 1;
      case 5122, 5123 -> 2;
      case 5125, 5126 -> 4;
      default -> throw wrong(place, "componentType " + componentType);
    };
  }

  private static double number(ByteBuffer from, int at, int type, boolean normalized) {
    return switch (type) {
      case 5120 -> normalized ? Math.max(from.get(at) / 127.0, -1) : from.get(at);
      case 5121 -> (from.get(at) & 0xff) / (normalized ? 255.0 : 1);
      case 5122 -> normalized ? Math.max(from.getShort(at) / 32767.0, -1) : from.getShort(at);
      case 5123 -> (from.getShort(at) & 0xffff) / (normalized ? 65535.0 : 1);
      case 5125 -> from.getInt(at) & 0xffffffffL;
      default -> from.getFloat(at);
    };
  }

  /** Elements of an accessor. */
  int count(Integer index, String place) {
    Accessor accessor = item(gltf.getAccessors(), index, "accessors", place);
    return or(accessor.getCount(), 0);
  }

  /** Numbers of an element. */
  int width(Integer index, String place) {
    Accessor accessor = item(gltf.getAccessors(), index, "accessors", place);
    int width = components(accessor.getType());
    if (width == 0) {
      throw wrong("accessors[" + index + "]", "elements of type " + accessor.getType());
    }
    return width;
  }

  /**
   * The numbers of an accessor.
   *
   * @param widths how many numbers an element may have
   */
  double[] numbers(Integer index, String place, int... widths) throws IOException {
    Accessor accessor = item(gltf.getAccessors(), index, "accessors", place);
    String own = "accessors[" + index + "]";
    int width = width(index, place);
    boolean fits = false;
    for (int w : widths) {
      fits |= w == width;
    }
    if (!fits) {
      throw wrong(place, own + " has elements of type " + accessor.getType());
    }
    int count = or(accessor.getCount(), 0);
    numbers += (long) count * width;
    if (count < 1 || numbers > MOST_NUMBERS) {
      throw wrong(own, "count " + count + "; a scene may have up to " + MOST_NUMBERS + " numbers");
    }
    int type = or(accessor.getComponentType(), 0);
    int size = bytes(type, own);
    boolean normalized = Boolean.TRUE.equals(accessor.isNormalized()) && type != 5125;
    double[] made = new double[count * width];
    if (accessor.getBufferView() != null) {
      ByteBuffer view = view(accessor.getBufferView(), own);
      int stride =
          or(gltf.getBufferViews().get(accessor.getBufferView()).getByteStride(), width * size);
      if (stride < width * size) {
        throw wrong(
            own, "elements of " + width * size + " bytes in a view of byteStride " + stride);
      }
      read(view, or(accessor.getByteOffset(), 0), stride, type, normalized, width, made, null, own);
    }
    if (accessor.getSparse() != null) {
      replace(accessor.getSparse(), type, normalized, width, made, own);
    }
    for (int n = 0; n < made.length; n++) {
      if (!Double.isFinite(made[n])) {
        throw wrong(own, "element " + n / width + " holds " + made[n]);
      }
    }
    return made;
  }

  /** Reads elements to consecutive places, or to those that {@code places} names. */
  private void read(
      ByteBuffer view,
      int start,
      int stride,
      int type,
      boolean normalized,
      int width,
      double[] made,
      double[] places,
      String own) {
    int size = bytes(type, own);
    int count = places == null ? made.length / width : places.length;
    long end = start + (count - 1L) * stride + (long) width * size;
    if (start < 0 || end > view.capacity()) {
      throw wrong(own, "bytes " + start + " to " + end + " of a bufferView of " + view.capacity());
    }
    for (int n = 0; n < count; n++) {
      int to = (places == null ? n : (int) places[n]) * width;
      for (int k = 0; k < width; k++) {
        made[to + k] = number(view, start + n * stride + k * size, type, normalized);
      }
    }
  }

  private void replace(
      AccessorSparse sparse, int type, boolean normalized, int width, double[] made, String own)
      throws IOException {
    String place = own + ".sparse";
    int count = or(sparse.getCount(), 0);
    if (count < 1 || count > made.length / width) {
      throw wrong(place, "count " + count + " of " + made.length / width);
    }
    if (sparse.getIndices() == null || sparse.getValues() == null) {
      throw wrong(place, "indices and values must be there");
    }
    double[] places = new double[count];
    int indexType = or(sparse.getIndices().getComponentType(), 0);
    read(
        view(sparse.getIndices().getBufferView(), place),
        or(sparse.getIndices().getByteOffset(), 0),
        bytes(indexType, place),
        indexType,
        false,
        1,
        places,
        null,
        place);
    for (double at : places) {
      if (!(at >= 0 && at < made.length / width)) {
        throw wrong(place, "index " + at + " of " + made.length / width + " elements");
      }
    }
    read(
        view(sparse.getValues().getBufferView(), place),
        or(sparse.getValues().getByteOffset(), 0),
        width * bytes(type, place),
        type,
        normalized,
        width,
        made,
        places,
        place);
  }

  /** The numbers of an accessor as floats. */
  float[] floats(Integer index, String place, int... widths) throws IOException {
    double[] numbers = numbers(index, place, widths);
    float[] made = new float[numbers.length];
    for (int n = 0; n < made.length; n++) {
      made[n] = (float) numbers[n];
    }
    return made;
  }
}
