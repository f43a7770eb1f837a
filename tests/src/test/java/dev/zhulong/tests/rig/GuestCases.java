package dev.zhulong.tests.rig;

import dev.zhulong.cli.Workload;
import dev.zhulong.cli.Workloads;
import dev.zhulong.compiler.CompileException;
import dev.zhulong.compiler.CompileOptions;
import dev.zhulong.compiler.ShaderCompiler;
import dev.zhulong.compiler.ShaderSource;
import dev.zhulong.hal.Gpu;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The programs of {@link DeviceConformance}, and what this machine's simulator computes. */
final class GuestCases {
  private GuestCases() {}

  static ConformancePrograms compile(String config) throws CompileException {
    Map<String, byte[]> kernels = new LinkedHashMap<>();
    kernels.put("add", kernel("data[i] = data[i] * 3u + step;"));
    kernels.put("xor", kernel("data[i] ^= step * 40503u + i;"));
    kernels.put("spin", kernel("while (data[i] != 0xffffffffu) data[i] = step;"));
    kernels.put("wild", kernel("data[i + step] = 1u;"));
    List<GuestCase> examples = new ArrayList<>();
    try (Gpu gpu = Gpu.open("sim:?config=" + config)) {
      for (Workload workload : Workloads.all()) {
        byte[] elf = workload.compile().elf();
        examples.add(
            new GuestCase(
                workload.name(),
                elf,
                workload.grid(),
                workload.buffers(),
                workload.pushes(),
                workload.output(),
                workload.run(gpu, elf).output()));
      }
    }
    return new ConformancePrograms(kernels, examples);
  }

  private static byte[] kernel(String statement) throws CompileException {
    String glsl =
        """
        #version 450
        layout(local_size_x = 8) in;
        layout(binding = 0) volatile buffer Data { uint data[]; };
        layout(push_constant) uniform Push { uint step; };
        void main() {
          uint i = gl_GlobalInvocationID.x;
          %s
        }
        """
            .formatted(statement);
    ShaderSource source =
        new ShaderSource(
            "kernel.comp", ShaderSource.Language.GLSL, glsl.getBytes(StandardCharsets.UTF_8));
    // Without bounds checks, so that an access outside of a buffer is a fault.
    return ShaderCompiler.compile(source, new CompileOptions(null, Map.of(), 2, Map.of(), false))
        .elf();
  }
}
