package dev.zhulong.tests.rig;

import dev.zhulong.cli.Workload;
import dev.zhulong.cli.Workloads;
import dev.zhulong.compiler.CompileException;
import dev.zhulong.hal.Gpu;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes the examples, with what the simulator of this machine computes for them, for a guest. */
final class GuestCases {
  private GuestCases() {}

  /** Gives how many there are. */
  static int write(Path file, String config) throws IOException, CompileException {
    try (DataOutputStream out =
            new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)));
        Gpu gpu = Gpu.open("sim:?config=" + config)) {
      out.writeInt(Workloads.all().size());
      for (Workload workload : Workloads.all()) {
        byte[] elf = workload.compile().elf();
        int[] expected = workload.run(gpu, elf).output();
        new GuestCase(
                workload.name(),
                elf,
                workload.grid(),
                workload.buffers(),
                workload.pushes(),
                workload.output(),
                expected)
            .write(out);
      }
    }
    return Workloads.all().size();
  }
}
