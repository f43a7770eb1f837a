package dev.zhulong.tests.rig;

import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@link DeviceConformance} runs, compiled where there is a compiler.
 *
 * @param kernels by name
 * @param examples with their outputs
 */
record ConformancePrograms(Map<String, byte[]> kernels, List<GuestCase> examples) {
  private void write(DataOutputStream out) throws IOException {
    out.writeInt(kernels.size());
    for (Map.Entry<String, byte[]> kernel : kernels.entrySet()) {
      out.writeUTF(kernel.getKey());
      out.writeInt(kernel.getValue().length);
      out.write(kernel.getValue());
    }
    out.writeInt(examples.size());
    for (GuestCase example : examples) {
      example.write(out);
    }
  }

  void write(Path file) throws IOException {
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
      write(out);
    }
  }

  static ConformancePrograms read(DataInputStream in) throws IOException {
    Map<String, byte[]> kernels = new LinkedHashMap<>();
    for (int left = in.readInt(); left > 0; left--) {
      String name = in.readUTF();
      kernels.put(name, in.readNBytes(in.readInt()));
    }
    List<GuestCase> examples = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      examples.add(GuestCase.read(in));
    }
    return new ConformancePrograms(kernels, examples);
  }
}
