package dev.zhulong.tests.rig;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our code for PCI functions on a device that nobody here wrote, in each way to reach it. */
class EduGuestTest {
  private static final int MOST_SECONDS = 180;
  private static final Set<String> RIGHT =
      Set.of(
          "RIG sysfs identity right",
          "RIG sysfs liveness right",
          "RIG sysfs factorial right",
          "RIG sysfs wires right",
          "RIG uio identity right",
          "RIG uio liveness right",
          "RIG uio factorial right",
          "RIG uio interrupts right",
          "RIG uio wires right",
          "RIG vfio identity right",
          "RIG vfio liveness right",
          "RIG vfio factorial right",
          "RIG vfio interrupts right",
          "RIG vfio dma right",
          "RIG vfio wires right");

  /** Without an IOMMU. */
  private static final Set<String> RIGHT_PLAIN =
      Set.of(
          "RIG sysfs-physical identity right",
          "RIG sysfs-physical liveness right",
          "RIG sysfs-physical factorial right",
          "RIG sysfs-physical dma right",
          "RIG uio-physical identity right",
          "RIG uio-physical liveness right",
          "RIG uio-physical factorial right",
          "RIG uio-physical interrupts right",
          "RIG uio-physical dma right");

  @Test
  void identityFactorialInterruptsAndDma(@TempDir Path folder)
      throws IOException, InterruptedException {
    boot(folder, "iommu", RIGHT);
  }

  @Test
  void dmaToPhysicalAddressesWithoutAnIommu(@TempDir Path folder)
      throws IOException, InterruptedException {
    boot(folder, "plain", RIGHT_PLAIN);
  }

  private static void boot(Path folder, String kind, Set<String> expected)
      throws IOException, InterruptedException {
    Path qemu = Rig.gathered("qemu-release");
    System.out.println("RIG " + Files.readAllLines(qemu.resolve("version")).getFirst());
    Path guest = Rig.gathered("guest");
    Path program = Rig.program("wires.c", folder);
    Rig.jar(folder.resolve("hal.jar"), Path.of("../hal/target/classes"), "");
    Rig.jar(folder.resolve("firmware-tools.jar"), Path.of("../firmware-tools/target/classes"), "");
    Rig.jar(folder.resolve("rig.jar"), Path.of("target/test-classes"), "dev/zhulong/tests/rig");
    List<String> lines = new ArrayList<>();
    int packed =
        Rig.run(
            lines,
            "initramfs",
            guest.toString(),
            Rig.script("edu.init").toString(),
            folder.resolve("initramfs").toString(),
            folder.resolve("hal.jar").toString(),
            folder.resolve("firmware-tools.jar").toString(),
            folder.resolve("rig.jar").toString(),
            program.toString());
    assertEquals(0, packed, () -> String.join("\n", lines));
    Rig.run(
        lines,
        "boot-edu",
        qemu.toString(),
        guest.toString(),
        folder.resolve("initramfs").toString(),
        Integer.toString(MOST_SECONDS),
        kind);
    lines.stream().filter(line -> line.contains("RIG ")).forEach(System.out::println);
    Set<String> right = new TreeSet<>(expected);
    right.removeAll(lines);
    assertTrue(right.isEmpty(), () -> "missing " + right + "\n" + String.join("\n", lines));
  }
}
