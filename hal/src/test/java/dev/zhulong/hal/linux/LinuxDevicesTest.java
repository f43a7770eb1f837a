package dev.zhulong.hal.linux;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zhulong.firmware.isa.HostRegister;
import dev.zhulong.hal.DeviceLostException;
import dev.zhulong.hal.Gpu;
import dev.zhulong.hal.transport.DeviceAddress;
import dev.zhulong.hal.transport.DeviceUnavailableException;
import dev.zhulong.hal.transport.Transport;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Devices of Linux whose files are ordinary ones: what is read, written, refused and lost. */
@EnabledOnOs(OS.LINUX)
class LinuxDevicesTest {
  private static final String ADDRESS = "0000:01:00.0";
  private static final int REGISTERS = HostRegister.SPACE_BYTES;
  private static final int MEMORY = 1 << 20;

  @TempDir private Path folder;

  private Path function() {
    return folder.resolve("sys/bus/pci/devices").resolve(ADDRESS);
  }

  /** A function that nobody is bound to. */
  private Path function(int vendor, int device) throws IOException {
    Path function = Files.createDirectories(function());
    Files.createDirectories(folder.resolve("dev"));
    Files.writeString(function.resolve("vendor"), "0x%04x\n".formatted(vendor));
    Files.writeString(function.resolve("device"), "0x%04x\n".formatted(device));
    Files.writeString(function.resolve("enable"), "0");
    Files.writeString(
        function.resolve("resource"),
        """
        0x00000000fe000000 0x%016x 0x0000000000040200
        0x0000000000000000 0x0000000000000000 0x0000000000000000
        0x0000004000000000 0x%016x 0x000000000014220c
        """
            .formatted(0xfe000000L + REGISTERS - 1, 0x4000000000L + MEMORY - 1));
    Files.write(function.resolve("config"), new byte[256]);
    ByteBuffer registers = ByteBuffer.allocate(REGISTERS).order(ByteOrder.LITTLE_ENDIAN);
    registers.putInt(HostRegister.ID.offset(), HostRegister.ID_VALUE);
    Files.write(function.resolve("resource0"), registers.array());
    Files.write(function.resolve("resource2"), new byte[MEMORY]);
    return function;
  }

  private Transport open() {
    return PciTransport.open(folder.resolve("sys"), folder.resolve("dev"), ADDRESS, PciDma.GUARDED);
  }

  @Test
  void registersAndMemoryAreThoseOfTheBars() throws IOException {
    Path function = function(0x1209, 0x5a4c);
    try (Transport device = open()) {
      assertEquals("PCI function 0000:01:00.0 (1209:5a4c), sysfs, polling", device.description());
      assertEquals(HostRegister.ID_VALUE, device.read32(HostRegister.ID.offset()));
      device.write32(HostRegister.LAUNCH_ENTRY.offset(), 0x80001234);
      byte[] data = new byte[1000];
      Arrays.fill(data, (byte) 7);
      device.copyIn(4096 + 3, MemorySegment.ofArray(data));
      byte[] back = new byte[1000];
      device.copyOut(4096 + 3, MemorySegment.ofArray(back));
      assertArrayEquals(data, back);
      assertTrue(device.hostMemory(4096).isEmpty());
    }
    ByteBuffer registers =
        ByteBuffer.wrap(Files.readAllBytes(function.resolve("resource0")))
            .order(ByteOrder.LITTLE_ENDIAN);
    assertEquals(0x80001234, registers.getInt(HostRegister.LAUNCH_ENTRY.offset()));
    assertEquals("1", Files.readString(function.resolve("enable")));
    assertEquals(6, Files.readAllBytes(function.resolve("config"))[4], "memory and bus master");
    byte[] memory = Files.readAllBytes(function.resolve("resource2"));
    assertEquals(0, memory[4096 + 2]);
    assertEquals(7, memory[4096 + 3]);
  }

  @Test
  void theLineIsHighWhenAnEnabledBitIs() throws IOException {
    function(0x1209, 0x5a4c);
    try (Transport device = open()) {
      device.write32(HostRegister.IRQ_STATUS.offset(), HostRegister.IRQ_DONE);
      assertFalse(device.awaitInterrupt(1, Duration.ofMillis(5)));
      device.write32(HostRegister.IRQ_ENABLE.offset(), HostRegister.IRQ_DONE);
      assertTrue(device.awaitInterrupt(1, Duration.ofMillis(5)));
    }
  }

  @Test
  void aFunctionThatIsNotOursIsLeftAlone() throws IOException {
    Path function = function(0x8086, 0x1533);
    DeviceUnavailableException e = assertThrows(DeviceUnavailableException.class, this::open);
    assertTrue(e.getMessage().contains("0000:01:00.0 is 8086:1533"), e.getMessage());
    assertEquals("0", Files.readString(function.resolve("enable")));
    assertEquals(0, Files.readAllBytes(function.resolve("config"))[4]);
  }

  @Test
  void anotherDriversFunctionIsNamedWithTheRemedy() throws IOException {
    Path function = function(0x1209, 0x5a4c);
    Path driver = Files.createDirectories(folder.resolve("sys/bus/pci/drivers/nouveau"));
    Files.createSymbolicLink(function.resolve("driver"), driver);
    DeviceUnavailableException e = assertThrows(DeviceUnavailableException.class, this::open);
    assertTrue(e.getMessage().contains("the kernel's driver nouveau"), e.getMessage());
    assertTrue(e.getMessage().contains("drivers/nouveau/unbind"), e.getMessage());
  }

  @Test
  void vfioWithoutAnIommuSaysWhatToDo() throws IOException {
    Path function = function(0x1209, 0x5a4c);
    Path driver = Files.createDirectories(folder.resolve("sys/bus/pci/drivers/vfio-pci"));
    Files.createSymbolicLink(function.resolve("driver"), driver);
    DeviceUnavailableException e = assertThrows(DeviceUnavailableException.class, this::open);
    assertTrue(e.getMessage().contains("is in no IOMMU group"), e.getMessage());
    Path group = Files.createDirectories(folder.resolve("sys/kernel/iommu_groups/7"));
    Files.createSymbolicLink(function.resolve("iommu_group"), group);
    e = assertThrows(DeviceUnavailableException.class, this::open);
    assertTrue(e.getMessage().contains("vfio/vfio failed with ENOENT"), e.getMessage());
  }

  @Test
  void aDeviceThatDoesNotAnswerIsLost() throws IOException {
    Path function = function(0x1209, 0x5a4c);
    byte[] ones = new byte[REGISTERS];
    Arrays.fill(ones, (byte) -1);
    Files.write(function.resolve("resource0"), ones);
    assertThrows(DeviceLostException.class, () -> Gpu.over(open()));
    byte[] config = new byte[256];
    Arrays.fill(config, (byte) -1);
    Files.write(function.resolve("config"), config);
    DeviceUnavailableException e = assertThrows(DeviceUnavailableException.class, this::open);
    assertTrue(e.getMessage().contains("configuration space reads all-ones"), e.getMessage());
  }

  /** What the kernel does to a removed function's mappings, a shorter file does to these. */
  @Test
  void aRemovedFunctionIsLost() throws IOException {
    Path function = function(0x1209, 0x5a4c);
    try (Transport device = open()) {
      assertEquals(HostRegister.ID_VALUE, device.read32(HostRegister.ID.offset()));
      byte[] bytes = new byte[MEMORY];
      device.copyOut(0, MemorySegment.ofArray(bytes));
      try (RandomAccessFile file =
          new RandomAccessFile(function.resolve("resource2").toFile(), "rw")) {
        file.setLength(0);
      }
      DeviceLostException e =
          assertThrows(
              DeviceLostException.class, () -> device.copyOut(0, MemorySegment.ofArray(bytes)));
      assertTrue(e.getMessage().contains("0000:01:00.0 is gone"), e.getMessage());
    }
  }

  @Test
  void aPlatformDeviceIsItsTwoMaps() throws IOException {
    Path maps = folder.resolve("sys/class/uio/uio3/maps");
    Files.createDirectories(maps.resolve("map0"));
    Files.createDirectories(maps.resolve("map1"));
    Path file = Files.write(folder.resolve("uio3"), new byte[4096 + MEMORY]);
    Files.writeString(maps.resolve("map0/size"), "0x1000\n");
    DeviceUnavailableException e =
        assertThrows(
            DeviceUnavailableException.class, () -> new UioTransport(folder.resolve("sys"), file));
    assertTrue(e.getMessage().contains("map1"), e.getMessage());
    Files.writeString(maps.resolve("map1/size"), "0x%x\n".formatted(MEMORY));
    try (Transport device = new UioTransport(folder.resolve("sys"), file)) {
      device.write32(HostRegister.LAUNCH_ARGUMENT.offset(), 77);
      assertEquals(77, device.read32(HostRegister.LAUNCH_ARGUMENT.offset()));
      device.copyIn(16, MemorySegment.ofArray(new byte[] {1, 2, 3}));
    }
    byte[] content = Files.readAllBytes(file);
    assertEquals(77, content[HostRegister.LAUNCH_ARGUMENT.offset()]);
    assertEquals(3, content[4096 + 18]);
  }

  @Test
  void badAddressesSayWhatIsExpected() {
    LinuxTransportProvider provider = new LinuxTransportProvider();
    for (String[] bad :
        new String[][] {
          {"pci:", "names no device"},
          {"pci:1:2", "is not of the form 0000:01:00.0"},
          {"pci:ffff:ff:1f.7", "no PCI function ffff:ff:1f.7"},
          {"uio:/dev/uio99", "no UIO device /dev/uio99"},
          {"pci:0000:01:00.0?way=vfio", "unknown parameter way"}
        }) {
      RuntimeException e =
          assertThrows(
              RuntimeException.class, () -> provider.open(DeviceAddress.parse(bad[0])), bad[0]);
      assertTrue(e.getMessage().contains(bad[1]), e.getMessage());
    }
  }
}
