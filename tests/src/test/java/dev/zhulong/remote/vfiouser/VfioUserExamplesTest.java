package dev.zhulong.remote.vfiouser;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.zhulong.cli.Workload;
import dev.zhulong.cli.Workloads;
import dev.zhulong.compiler.CompileException;
import dev.zhulong.hal.Gpu;
import dev.zhulong.tests.NativeTools;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every example over the wires of a PCI function gives the bits that the device itself gives. */
class VfioUserExamplesTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "sim:?config=c1w4t4",
        "sim:?config=c1w4t4 copy=dma",
        "sim:?config=c1w4t4 launch=registers",
        "rtl:?config=c1w4t4 copy=dma",
        "rtl:wasm copy=dma"
      })
  void examplesGiveTheSameBits(String deviceAndOption) throws CompileException, IOException {
    String[] parts = deviceAndOption.split(" ");
    if (parts[0].startsWith("rtl:?")) {
      NativeTools.assumeVerilator();
    }
    try (Served served = Served.by(parts[0])) {
      String address = "vfio-user:" + served.path() + (parts.length > 1 ? "?" + parts[1] : "");
      for (Workload workload : Workloads.all()) {
        if (parts[0].equals("rtl:wasm") && !workload.name().equals("saxpy")) {
          continue;
        }
        byte[] elf = workload.compile().elf();
        int[] expected;
        try (Gpu gpu = Gpu.open("sim:?config=c1w4t4")) {
          expected = workload.run(gpu, elf).output();
        }
        try (Gpu gpu = Gpu.open(address)) {
          assertArrayEquals(expected, workload.run(gpu, elf).output(), workload::toString);
        }
      }
    }
  }
}
