package dev.zhulong.tests.rig;

import dev.zhulong.hal.Buffer;
import dev.zhulong.hal.Gpu;
import dev.zhulong.hal.Kernel;
import dev.zhulong.hal.Launch;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One kernel with its inputs and the bits that it must give, for a guest that has neither compiler
 * nor simulator.
 */
record GuestCase(
    String name,
    byte[] elf,
    int[] grid,
    List<int[]> buffers,
    Map<String, Number> pushes,
    int output,
    int[] expected) {

  void write(DataOutputStream out) throws IOException {
    out.writeUTF(name);
    out.writeInt(elf.length);
    out.write(elf);
    words(out, grid);
    out.writeInt(buffers.size());
    for (int[] buffer : buffers) {
      words(out, buffer);
    }
    out.writeInt(pushes.size());
    for (Map.Entry<String, Number> push : pushes.entrySet()) {
      out.writeUTF(push.getKey());
      out.writeBoolean(push.getValue() instanceof Float);
      out.writeInt(
          push.getValue() instanceof Float f
              ? Float.floatToRawIntBits(f)
              : push.getValue().intValue());
    }
    out.writeInt(output);
    words(out, expected);
  }

  static GuestCase read(DataInputStream in) throws IOException {
    String name = in.readUTF();
    byte[] elf = in.readNBytes(in.readInt());
    int[] grid = words(in);
    List<int[]> buffers = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      buffers.add(words(in));
    }
    Map<String, Number> pushes = new LinkedHashMap<>();
    for (int left = in.readInt(); left > 0; left--) {
      String member = in.readUTF();
      boolean real = in.readBoolean();
      int bits = in.readInt();
      if (real) {
        pushes.put(member, Float.intBitsToFloat(bits));
      } else {
        pushes.put(member, bits);
      }
    }
    int output = in.readInt();
    return new GuestCase(name, elf, grid, buffers, pushes, output, words(in));
  }

  private static void words(DataOutputStream out, int[] words) throws IOException {
    out.writeInt(words.length);
    for (int word : words) {
      out.writeInt(word);
    }
  }

  private static int[] words(DataInputStream in) throws IOException {
    int[] words = new int[in.readInt()];
    for (int i = 0; i < words.length; i++) {
      words[i] = in.readInt();
    }
    return words;
  }

  /** Runs it; gives the first element that is wrong, or -1. */
  int firstMistake(Gpu gpu) {
    List<Buffer> bound = new ArrayList<>();
    try (Kernel kernel = gpu.load(elf, name)) {
      Launch launch = kernel.launch(grid[0], grid[1], grid[2]);
      for (int i = 0; i < buffers.size(); i++) {
        Buffer buffer = gpu.allocate(buffers.get(i).length * 4L);
        bound.add(buffer);
        buffer.write(buffers.get(i));
        launch.bind(i, buffer);
      }
      for (Map.Entry<String, Number> push : pushes.entrySet()) {
        if (push.getValue() instanceof Float f) {
          launch.push(push.getKey(), f);
        } else {
          launch.push(push.getKey(), push.getValue().intValue());
        }
      }
      launch.submit().await();
      return java.util.Arrays.mismatch(expected, bound.get(output).readInts());
    } finally {
      bound.forEach(Buffer::close);
    }
  }
}
