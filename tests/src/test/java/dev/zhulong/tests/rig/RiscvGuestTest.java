package dev.zhulong.tests.rig;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.zhulong.compiler.CompileException;
import dev.zhulong.hal.transport.DeviceAddress;
import dev.zhulong.hal.transport.TransportProvider;
import dev.zhulong.remote.vfiouser.VfioUserServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same driver on riscv64, by sysfs and UIO. It takes minutes and 100 MB of packages, and so
 * runs when it is asked for: {@code -Dzl.rig.riscv64}.
 */
class RiscvGuestTest {
  private static final String SECONDS = "400";
  private static final String CONFIG = "?config=c1w4t4";

  private final List<String> lines = new ArrayList<>();

  @TempDir private Path folder;

  @BeforeEach
  void asked() {
    assumeTrue(
        System.getProperty("zl.rig.riscv64") != null, "skipped: asked for by -Dzl.rig.riscv64");
  }

  private void boot(List<Path> files, Runnable fail, String... socket)
      throws IOException, InterruptedException {
    Path qemu = Rig.gathered("qemu-backports", "riscv64");
    Path guest = Rig.gathered("guest-riscv64");
    Rig.jar(folder.resolve("hal.jar"), Path.of("../hal/target/classes"), "");
    Rig.jar(folder.resolve("firmware-tools.jar"), Path.of("../firmware-tools/target/classes"), "");
    Rig.jar(folder.resolve("rig.jar"), Path.of("target/test-classes"), "dev/zhulong/tests/rig");
    List<String> pack = new ArrayList<>();
    pack.add(guest.toString());
    pack.add(Rig.script("riscv64.init").toString());
    pack.add(folder.resolve("initramfs").toString());
    for (String name : List.of("hal.jar", "firmware-tools.jar", "rig.jar")) {
      pack.add(folder.resolve(name).toString());
    }
    files.forEach(file -> pack.add(file.toString()));
    int packed = Rig.run(lines, "initramfs", pack.toArray(String[]::new));
    assertEquals(0, packed, () -> String.join("\n", lines));
    List<String> boot =
        new ArrayList<>(
            List.of(
                qemu.toString(),
                guest.toString(),
                folder.resolve("initramfs").toString(),
                SECONDS));
    boot.addAll(List.of(socket));
    Rig.run(
        line -> {
          lines.add(line);
          if (line.equals("RIG fail now")) {
            fail.run();
          }
        },
        "boot-riscv64",
        boot.toArray(String[]::new));
    lines.stream().filter(line -> line.contains("RIG ")).forEach(System.out::println);
  }

  @Test
  void aDeviceThatNobodyHereWrote() throws IOException, InterruptedException {
    boot(List.of(), () -> {});
    Set<String> right = new TreeSet<>();
    for (String way : List.of("sysfs", "uio")) {
      for (String what : List.of("identity", "liveness", "factorial")) {
        right.add("RIG " + way + " " + what + " right");
      }
    }
    right.add("RIG uio interrupts right");
    right.removeAll(lines);
    assertTrue(right.isEmpty(), () -> "missing " + right + "\n" + String.join("\n", lines));
  }

  @Test
  void everythingWorksByUio() throws IOException, InterruptedException, CompileException {
    ConformancePrograms programs = GuestCases.compile("c1w4t4");
    Path file = folder.resolve("programs");
    programs.write(file);
    Path socket = Files.createTempDirectory("zl").resolve("socket");
    DeviceAddress address = DeviceAddress.parse("sim:" + CONFIG);
    try (MortalDevice device = new MortalDevice(TransportProvider.find(address).open(address));
        VfioUserServer server = VfioUserServer.listen(socket, device)) {
      Thread serving = new Thread(() -> server.serve(line -> {}), "served");
      serving.start();
      boot(List.of(file), device::die, socket.toString());
      server.stop();
      serving.join();
    }
    Files.delete(socket.getParent());
    int checks = DeviceConformance.checks(programs).size();
    assertTrue(
        lines.contains("RIG result " + checks + " checks, 0 wrong"),
        () -> String.join("\n", lines));
    assertTrue(lines.stream().anyMatch(line -> line.matches("RIG interrupts [1-9]\\d*")), "INTx");
    assertTrue(
        lines.stream().anyMatch(line -> line.matches("RIG lost: .*every register reads all-ones")),
        () -> String.join("\n", lines));
  }
}
