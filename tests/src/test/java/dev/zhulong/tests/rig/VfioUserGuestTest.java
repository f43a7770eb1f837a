package dev.zhulong.tests.rig;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zhulong.compiler.CompileException;
import dev.zhulong.hal.transport.DeviceAddress;
import dev.zhulong.hal.transport.TransportProvider;
import dev.zhulong.remote.vfiouser.VfioUserServer;
import dev.zhulong.tests.NativeTools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The cycle model as a PCI function of a virtual machine: the driver in the guest, which has never
 * heard of simulation, does by VFIO, MSI-X and DMA all that it does on the host.
 */
class VfioUserGuestTest {
  private static final String CONFIG = "c1w4t4";
  private static final int MOST_SECONDS = 240;

  @Test
  void everythingWorksInAGuest(@TempDir Path folder)
      throws IOException, InterruptedException, CompileException {
    NativeTools.assumeVerilator();
    Path qemu = Rig.gathered("qemu-backports");
    Path guest = Rig.gathered("guest");
    ConformancePrograms programs = GuestCases.compile(CONFIG);
    programs.write(folder.resolve("programs"));
    int checks = DeviceConformance.checks(programs).size();
    Rig.jar(folder.resolve("hal.jar"), Path.of("../hal/target/classes"), "");
    Rig.jar(folder.resolve("firmware-tools.jar"), Path.of("../firmware-tools/target/classes"), "");
    Rig.jar(folder.resolve("rig.jar"), Path.of("target/test-classes"), "dev/zhulong/tests/rig");
    Path initramfs = folder.resolve("initramfs");
    List<String> lines = new ArrayList<>();
    int packed =
        Rig.run(
            lines,
            "initramfs",
            guest.toString(),
            Rig.script("vfio-user.init").toString(),
            initramfs.toString(),
            folder.resolve("programs").toString(),
            folder.resolve("hal.jar").toString(),
            folder.resolve("firmware-tools.jar").toString(),
            folder.resolve("rig.jar").toString(),
            Rig.program("wires.c", folder).toString());
    assertEquals(0, packed, () -> String.join("\n", lines));

    List<String> clients = new ArrayList<>();
    Path socket = Files.createTempDirectory("zl").resolve("socket");
    DeviceAddress address = DeviceAddress.parse("rtl:?config=" + CONFIG);
    try (MortalDevice device = new MortalDevice(TransportProvider.find(address).open(address));
        VfioUserServer server = VfioUserServer.listen(socket, device)) {
      Thread serving = new Thread(() -> server.serve(clients::add), "served");
      serving.start();
      Rig.run(
          line -> {
            lines.add(line);
            if (line.equals("RIG fail now")) {
              device.die();
            }
          },
          "boot-vfio-user",
          qemu.toString(),
          guest.toString(),
          initramfs.toString(),
          socket.toString(),
          Integer.toString(MOST_SECONDS));
      server.stop();
      serving.join();
    }
    Files.delete(socket.getParent());
    lines.stream().filter(line -> line.contains("RIG ")).forEach(System.out::println);
    String result = "RIG result " + 2 * checks + " checks, 0 wrong";
    assertTrue(
        lines.contains(result), () -> String.join("\n", lines) + "\n" + String.join("\n", clients));
    assertTrue(lines.contains("RIG wires right"), () -> String.join("\n", lines));
    assertTrue(
        lines.stream().filter(line -> line.matches("RIG interrupts [1-9]\\d*")).count() == 2,
        "MSI-X");
    assertTrue(
        lines.stream().anyMatch(line -> line.matches("RIG lost: .*every register reads all-ones")),
        () -> String.join("\n", lines));
    assertEquals(2 * checks, lines.stream().filter(line -> line.startsWith("RIG right ")).count());
  }
}
