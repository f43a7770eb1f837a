package dev.zhulong.tests.rig;

import dev.zhulong.compiler.CompileException;
import dev.zhulong.hal.transport.DeviceAddress;
import dev.zhulong.hal.transport.Transport;
import dev.zhulong.hal.transport.TransportProvider;
import dev.zhulong.remote.DeviceServer;
import dev.zhulong.remote.ServerOptions;
import dev.zhulong.remote.ServerSecurity;
import dev.zhulong.remote.vfiouser.VfioUserServer;
import dev.zhulong.tests.NativeTools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What the rig checks in a guest, on every device that can be had without one. */
class DeviceConformanceTest {
  private static final String CONFIG = "?config=c1w4t4";
  private static ConformancePrograms programs;
  private static DeviceServer served;
  private static VfioUserServer function;
  private static Thread serving;
  private static Path folder;

  @BeforeAll
  static void serve() throws CompileException, IOException {
    programs = GuestCases.compile("c1w4t4");
    folder = Files.createTempDirectory("zl");
    served =
        DeviceServer.open(
            open("sim:" + CONFIG), "localhost:0", ServerOptions.DEFAULT, ServerSecurity.NONE);
    function = VfioUserServer.listen(folder.resolve("socket"), open("sim:" + CONFIG));
    serving = new Thread(() -> function.serve(line -> {}), "served");
    serving.start();
  }

  @AfterAll
  static void end() throws IOException, InterruptedException {
    served.close();
    function.stop();
    serving.join();
    function.close();
    Files.deleteIfExists(folder.resolve("socket"));
    Files.delete(folder);
  }

  private static Transport open(String text) {
    DeviceAddress address = DeviceAddress.parse(text);
    return TransportProvider.find(address).open(address);
  }

  private static Stream<DynamicTest> all(String address) {
    return DeviceConformance.checks(programs).entrySet().stream()
        .map(check -> DynamicTest.dynamicTest(check.getKey(), () -> check.getValue().on(address)));
  }

  @TestFactory
  Stream<DynamicTest> simulator() {
    return all("sim:" + CONFIG);
  }

  @TestFactory
  Stream<DynamicTest> simulatorCopyingByItself() {
    return all("sim:" + CONFIG + "&copy=dma");
  }

  @TestFactory
  Stream<DynamicTest> simulatorByRegisters() {
    return all("sim:" + CONFIG + "&launch=registers");
  }

  @TestFactory
  Stream<DynamicTest> cycleModel() {
    NativeTools.assumeVerilator();
    return all("rtl:" + CONFIG);
  }

  @TestFactory
  Stream<DynamicTest> cycleModelCopyingByItself() {
    NativeTools.assumeVerilator();
    return all("rtl:" + CONFIG + "&copy=dma");
  }

  @TestFactory
  Stream<DynamicTest> anotherMachine() {
    return all(served.address());
  }

  @TestFactory
  Stream<DynamicTest> pciFunction() {
    return all("vfio-user:" + folder.resolve("socket"));
  }

  @TestFactory
  Stream<DynamicTest> pciFunctionCopyingByItself() {
    return all("vfio-user:" + folder.resolve("socket") + "?copy=dma");
  }
}
