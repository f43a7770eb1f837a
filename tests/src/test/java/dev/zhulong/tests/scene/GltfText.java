package dev.zhulong.tests.scene;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;

/** Small glTF files as text. */
final class GltfText {
  private GltfText() {}

  static String uri(float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      bytes.putFloat(value);
    }
    return "data:application/octet-stream;base64,"
        + Base64.getEncoder().encodeToString(bytes.array());
  }

  /**
   * Squares of edge 2 in the xz plane, seen from above by a camera that sees ±2.
   *
   * @param material properties of the one material
   * @param nodes further nodes and their properties, each behind a comma
   * @param more further properties of the file, each behind a comma
   */
  static String squares(String material, String nodes, String more) {
    String buffer =
        uri(
            -1, 0, 1, 1, 0, 1, 1, 0, -1, -1, 0, 1, 1, 0, -1, -1, 0, -1, // places
            0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, // normals
            0, 1, 2, // times
            0, 0, 0, 2, 0, 0, 0, 0, 0); // places of an animation
    int count = 1 + (nodes.isEmpty() ? 0 : nodes.split("\\},\\{").length);
    StringBuilder roots = new StringBuilder("1");
    for (int n = 1; n <= count; n++) {
      roots.append(n == 1 ? ",0" : "," + n);
    }
    return """
        {"asset":{"version":"2.0"},"scene":0,"scenes":[{"nodes":[%s]}],
        "buffers":[{"byteLength":192,"uri":"%s"}],
        "bufferViews":[{"buffer":0,"byteLength":72},{"buffer":0,"byteOffset":72,"byteLength":72},
          {"buffer":0,"byteOffset":144,"byteLength":12},{"buffer":0,"byteOffset":156,"byteLength":36}],
        "accessors":[
          {"bufferView":0,"componentType":5126,"count":6,"type":"VEC3","min":[-1,0,-1],"max":[1,0,1]},
          {"bufferView":1,"componentType":5126,"count":6,"type":"VEC3"},
          {"bufferView":2,"componentType":5126,"count":3,"type":"SCALAR","min":[0],"max":[2]},
          {"bufferView":3,"componentType":5126,"count":3,"type":"VEC3"}],
        "materials":[{%s}],
        "meshes":[{"primitives":[{"attributes":{"POSITION":0,"NORMAL":1},"material":0}]}],
        "cameras":[{"type":"orthographic","orthographic":{"xmag":2,"ymag":2,"znear":0.1,"zfar":9}}],
        "nodes":[{"mesh":0},
          {"camera":0,"translation":[0,5,0],"rotation":[-0.70710678,0,0,0.70710678]}%s]%s}
        """
        .formatted(roots.toString(), buffer, material, nodes, more);
  }
}
