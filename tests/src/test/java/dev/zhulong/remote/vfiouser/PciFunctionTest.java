package dev.zhulong.remote.vfiouser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zhulong.firmware.isa.HostRegister;
import dev.zhulong.firmware.isa.QueueCommand;
import dev.zhulong.hal.transport.DeviceAddress;
import dev.zhulong.hal.transport.HostBus;
import dev.zhulong.hal.transport.Transport;
import dev.zhulong.hal.transport.TransportProvider;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The function as a virtual machine monitor sees it, message by message. */
class PciFunctionTest {
  private static final int RING = 0x10000;
  private static final int DATA = 0x20000;
  private static final int PAGE = 4096;
  private static final int BOTH = Protocol.DMA_READABLE | Protocol.DMA_WRITABLE;
  private static final long WAIT_NANOSECONDS = 10_000_000_000L;

  private Served served;
  private VfioUserClient client;

  @BeforeEach
  void connect() throws IOException {
    served = Served.by("sim:?config=c1w2t2");
    client = served.connect();
  }

  @AfterEach
  void disconnect() throws IOException {
    client.close();
    served.close();
  }

  private int register(HostRegister register) {
    return client.read32(Protocol.BAR0, register.offset());
  }

  private void register(HostRegister register, int value) {
    client.write32(Protocol.BAR0, register.offset(), value);
  }

  private void master(boolean on) {
    client.write32(Protocol.CONFIG, 4, on ? 6 : 2);
  }

  /** Has the queue do one copy; gives its status at the end. */
  private int copy(int direction, long source, long target, long bytes) {
    register(HostRegister.QUEUE_CONTROL, 0);
    register(HostRegister.QUEUE_BASE, RING);
    register(HostRegister.QUEUE_SIZE, 4);
    register(HostRegister.QUEUE_CONTROL, HostRegister.QUEUE_ENABLE);
    MemorySegment command =
        MemorySegment.ofArray(QueueCommand.copy(direction, source, target, bytes));
    try (Arena arena = Arena.ofConfined()) {
      client.write(Protocol.BAR2, RING, arena.allocate(64, 8).copyFrom(command));
    }
    register(HostRegister.QUEUE_TAIL, 1);
    long deadline = System.nanoTime() + WAIT_NANOSECONDS;
    while (register(HostRegister.QUEUE_HEAD) != 1
        && register(HostRegister.QUEUE_STATUS) >>> 4 == 0) {
      assertTrue(System.nanoTime() < deadline, "the copy does not end");
    }
    int status = register(HostRegister.QUEUE_STATUS);
    if (status >>> 4 != 0) {
      register(HostRegister.CONTROL, HostRegister.CONTROL_RESET);
    }
    return status >>> 4;
  }

  @Test
  void enumeratesAsAnEndpointWithThreeRegions() {
    assertEquals(0x5a4c_1209, client.read32(Protocol.CONFIG, 0));
    assertEquals(0x0b40_0001, client.read32(Protocol.CONFIG, 8));
    StringBuilder capabilities = new StringBuilder();
    int at = client.read32(Protocol.CONFIG, 0x34) & 0xff;
    while (at != 0) {
      int word = client.read32(Protocol.CONFIG, at & -4);
      capabilities.append(word & 0xff).append(' ');
      at = word >>> 8 & 0xff;
    }
    assertEquals("1 16 17 ", capabilities.toString());
    long[] bars = {0x1_0000, 0, 1L << 32, 0, 4096, 0};
    for (int bar = 0; bar < 6; bar++) {
      VfioUserClient.Region region = client.region(bar);
      assertEquals(bars[bar], region.bytes());
      if (region.file() >= 0) {
        assertEquals(2, bar, "only device memory can be mapped");
        SystemCalls.close(region.file());
      }
      client.write32(Protocol.CONFIG, 0x10 + 4 * bar, -1);
    }
    int[] masks = {-0x1_0000, 0, 0xc, -1, -4096, 0};
    for (int bar = 0; bar < 6; bar++) {
      assertEquals(masks[bar], client.read32(Protocol.CONFIG, 0x10 + 4 * bar), "BAR " + bar);
    }
    assertEquals(HostRegister.ID_VALUE, register(HostRegister.ID));
  }

  @Test
  void mappedMemoryAndMessagesReachTheSameMemory() {
    VfioUserClient.Region region = client.region(Protocol.BAR2);
    long at =
        SystemCalls.mmap(
            region.bytes(), SystemCalls.PROT_READ, SystemCalls.MAP_SHARED, region.file(), 0);
    SystemCalls.close(region.file());
    MemorySegment mapped = MemorySegment.ofAddress(at).reinterpret(region.bytes());
    client.write32(Protocol.BAR2, 0xffff_fff0L, 0x1234_5678);
    assertEquals(0x1234_5678, mapped.get(ValueLayout.JAVA_INT, 0xffff_fff0L));
    SystemCalls.munmap(at, region.bytes());
  }

  @Test
  void aCopyGoesAcrossMapsAndStopsWhereThereIsNone() {
    int pages = 40;
    int file = SystemCalls.memoryFile("guest", (long) pages * PAGE);
    long at =
        SystemCalls.mmap(
            (long) pages * PAGE,
            SystemCalls.PROT_READ | SystemCalls.PROT_WRITE,
            SystemCalls.MAP_SHARED,
            file,
            0);
    MemorySegment guest = MemorySegment.ofAddress(at).reinterpret((long) pages * PAGE);
    long base = 0x7_0000_0000L;
    // Page by page and in reverse, as an IOMMU may have it.
    for (int page = 0; page < pages; page++) {
      client.map(base + (long) page * PAGE, PAGE, (long) (pages - 1 - page) * PAGE, BOTH, file);
    }
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < pages * PAGE; i += 8) {
      guest.set(ValueLayout.JAVA_LONG, i, random.nextLong());
    }
    int bytes = pages * PAGE;
    assertEquals(4, copy(QueueCommand.TO_DEVICE, base, DATA, bytes), "not a bus master");
    master(true);
    assertEquals(0, copy(QueueCommand.TO_DEVICE, base, DATA, bytes));
    byte[] found = new byte[bytes];
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment target = arena.allocate(bytes);
      client.read(Protocol.BAR2, DATA, target);
      MemorySegment.copy(target, ValueLayout.JAVA_BYTE, 0, found, 0, bytes);
    }
    for (int page = 0; page < pages; page++) {
      assertEquals(
          -1,
          MemorySegment.ofArray(found)
              .asSlice((long) page * PAGE, PAGE)
              .mismatch(guest.asSlice((long) (pages - 1 - page) * PAGE, PAGE)));
    }
    guest.fill((byte) 0);
    assertEquals(0, copy(QueueCommand.TO_HOST, DATA + 64, base + 64, bytes - 128));
    assertEquals(0, guest.get(ValueLayout.JAVA_BYTE, (long) (pages - 1) * PAGE + 63));
    assertEquals(found[64], guest.get(ValueLayout.JAVA_BYTE, (long) (pages - 1) * PAGE + 64));
    client.unmap(base + PAGE, 2 * PAGE);
    assertEquals(4, copy(QueueCommand.TO_DEVICE, base, DATA, bytes));
    assertEquals(0, copy(QueueCommand.TO_DEVICE, base + 3 * PAGE, DATA, PAGE));
    master(false);
    assertEquals(4, copy(QueueCommand.TO_DEVICE, base + 3 * PAGE, DATA, PAGE));
    SystemCalls.munmap(at, (long) pages * PAGE);
    SystemCalls.close(file);
  }

  @Test
  void memoryWithoutAFileIsReachedByMessages() {
    int bytes = 50 * PAGE;
    long base = 0x3_0000_0000L;
    int event = SystemCalls.eventfd();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment first = arena.allocate(bytes);
      MemorySegment second = arena.allocate(bytes);
      client.lend(base, first, -1);
      client.lend(base + bytes, second, -1);
      client.event(Protocol.MSIX, event);
      register(HostRegister.IRQ_ENABLE, -1);
      master(true);
      SplittableRandom random = new SplittableRandom(2);
      for (int i = 0; i < bytes; i += 8) {
        first.set(ValueLayout.JAVA_LONG, i, random.nextLong());
        second.set(ValueLayout.JAVA_LONG, i, random.nextLong());
      }
      // To the device and back again, across both, as four commands of one ring.
      int half = bytes / 2;
      int[][] commands = {
        QueueCommand.copy(QueueCommand.TO_DEVICE, base + half, DATA, bytes),
        QueueCommand.copy(QueueCommand.WITHIN_DEVICE, DATA, DATA + bytes, bytes),
        QueueCommand.copy(QueueCommand.TO_HOST, DATA + bytes, base, bytes),
        QueueCommand.signal(QueueCommand.copy(QueueCommand.TO_HOST, DATA, base + bytes, 64), 9)
      };
      commands[3][0] |= QueueCommand.INTERRUPT;
      byte[] expected = new byte[bytes];
      MemorySegment.copy(first, ValueLayout.JAVA_BYTE, half, expected, 0, half);
      MemorySegment.copy(second, ValueLayout.JAVA_BYTE, 0, expected, half, half);
      register(HostRegister.QUEUE_BASE, RING);
      register(HostRegister.QUEUE_SIZE, 8);
      register(HostRegister.QUEUE_CONTROL, HostRegister.QUEUE_ENABLE);
      for (int i = 0; i < commands.length; i++) {
        MemorySegment command = arena.allocate(QueueCommand.BYTES, 8);
        client.write(
            Protocol.BAR2,
            RING + (long) i * QueueCommand.BYTES,
            command.copyFrom(MemorySegment.ofArray(commands[i])));
      }
      register(HostRegister.QUEUE_TAIL, commands.length);
      long deadline = System.nanoTime() + WAIT_NANOSECONDS;
      boolean seen = false;
      while (register(HostRegister.QUEUE_HEAD) != commands.length) {
        seen |= SystemCalls.poll(event, SystemCalls.POLLIN, 0) > 0;
        assertEquals(commands.length, register(HostRegister.QUEUE_TAIL));
        assertTrue(System.nanoTime() < deadline, "the copies do not end");
      }
      assertFalse(seen, "the interrupt came before the copy was done");
      assertTrue(comes(event));
      assertEquals(9, register(HostRegister.QUEUE_TIMELINE));
      assertEquals(-1, first.mismatch(MemorySegment.ofArray(expected)));
      assertEquals(-1, second.asSlice(0, 64).mismatch(first.asSlice(0, 64)));
      client.withhold(base);
      assertEquals(4, copy(QueueCommand.TO_DEVICE, base, DATA, PAGE), "refused by the client");
      assertEquals(0, copy(QueueCommand.TO_DEVICE, base + bytes, DATA, PAGE));
    }
    SystemCalls.close(event);
  }

  @Test
  void aFileThatIsMadeShorterHarmsNobody(@TempDir Path folder) throws IOException {
    Path path = folder.resolve("file");
    Files.write(path, new byte[PAGE]);
    try (FileChannel open =
            FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(PAGE);
      memory.fill((byte) 3);
      client.lend(0x10_0000, memory, descriptorOf(path));
      open.truncate(0);
      master(true);
      assertEquals(0, copy(QueueCommand.TO_DEVICE, 0x10_0000, DATA, PAGE));
      assertEquals(0x0303_0303, client.read32(Protocol.BAR2, DATA));
    }
  }

  private static int descriptorOf(Path path) throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
      for (Path one : all.toList()) {
        if (Files.isSymbolicLink(one) && Files.readSymbolicLink(one).equals(path)) {
          return Integer.parseInt(one.getFileName().toString());
        }
      }
    }
    throw new IOException(path + " is not open");
  }

  @Test
  void aDeviceCannotChangeWhatItMayOnlyRead() {
    int file = SystemCalls.memoryFile("guest", PAGE);
    client.map(0x10_0000, PAGE, 0, Protocol.DMA_READABLE, file);
    master(true);
    client.write32(Protocol.BAR2, DATA, 77);
    copy(QueueCommand.TO_HOST, DATA, 0x10_0000, 64);
    long at = SystemCalls.mmap(PAGE, SystemCalls.PROT_READ, SystemCalls.MAP_SHARED, file, 0);
    assertEquals(0, MemorySegment.ofAddress(at).reinterpret(4).get(ValueLayout.JAVA_INT, 0));
    SystemCalls.munmap(at, PAGE);
    SystemCalls.close(file);
  }

  @Test
  void mapsThatCannotBeAreRefused() {
    int file = SystemCalls.memoryFile("guest", 2 * PAGE);
    int event = SystemCalls.eventfd();
    client.map(0x10_0000, 2 * PAGE, 0, BOTH, file);
    assertThrows(RuntimeException.class, () -> client.map(0x10_1000, PAGE, 0, BOTH, file), "meets");
    assertThrows(
        RuntimeException.class,
        () -> client.map(0x20_0000, 2 * PAGE, PAGE, BOTH, file),
        "too long");
    assertThrows(RuntimeException.class, () -> client.map(0x20_0000, PAGE, 0, 0, file), "flags");
    assertThrows(RuntimeException.class, () -> client.map(0x20_0040, PAGE, 0, BOTH, file), "pages");
    assertThrows(RuntimeException.class, () -> client.map(-PAGE, 2 * PAGE, 0, BOTH, file), "wraps");
    assertThrows(
        RuntimeException.class, () -> client.map(0x20_0000, PAGE, 0, BOTH, event), "event");
    assertThrows(RuntimeException.class, () -> client.unmap(0x10_0000, PAGE), "splits");
    client.unmap(0x10_0000, 2 * PAGE);
    client.map(0x10_1000, PAGE, 0, BOTH, file);
    SystemCalls.close(file);
    SystemCalls.close(event);
  }

  private static boolean comes(int event) {
    boolean came = SystemCalls.poll(event, SystemCalls.POLLIN, 300) > 0;
    SystemCalls.take(event);
    return came;
  }

  /** Raises the interrupt by a launch that is refused. */
  private void refusedLaunch() {
    register(HostRegister.LAUNCH_MODE, 1);
    for (int axis = 0; axis < 3; axis++) {
      client.write32(Protocol.BAR0, HostRegister.LAUNCH_GRID_X.offset() + 4 * axis, 1);
      // More than a core has lanes.
      client.write32(Protocol.BAR0, HostRegister.LAUNCH_GROUP_X.offset() + 4 * axis, 64);
    }
    register(HostRegister.CONTROL, HostRegister.CONTROL_LAUNCH);
  }

  @Test
  void messagesComeAgainWhileSomethingWaits() {
    int event = SystemCalls.eventfd();
    client.event(Protocol.MSIX, event);
    refusedLaunch();
    assertFalse(comes(event), "not enabled");
    register(HostRegister.IRQ_ENABLE, -1);
    assertTrue(comes(event), "enabled while it waits");
    register(HostRegister.IRQ_STATUS, HostRegister.IRQ_DONE);
    assertTrue(comes(event), "another bit was cleared");
    register(HostRegister.IRQ_STATUS, HostRegister.IRQ_REFUSED);
    assertFalse(comes(event), "all were cleared");
    refusedLaunch();
    assertTrue(comes(event), "a new one");
    assertEquals(63, register(HostRegister.IRQ_ENABLE), "what there is of what was written");
    client.irqs(Protocol.DATA_NONE | Protocol.ACTION_TRIGGER, Protocol.MSIX);
    assertTrue(comes(event), "fired by the client");
    SystemCalls.close(event);
  }

  @Test
  void thePinIsMaskedByEachInterruptUntilTheClientUnmasksIt() {
    int event = SystemCalls.eventfd();
    client.event(Protocol.INTX, event);
    register(HostRegister.IRQ_ENABLE, -1);
    assertEquals(0, client.read32(Protocol.CONFIG, 4) >>> 16 & 8);
    refusedLaunch();
    assertTrue(comes(event));
    assertEquals(8, client.read32(Protocol.CONFIG, 4) >>> 16 & 8);
    refusedLaunch();
    assertFalse(comes(event), "masked");
    client.irqs(Protocol.DATA_NONE | Protocol.ACTION_UNMASK, Protocol.INTX);
    assertTrue(comes(event), "the level is high still");
    register(HostRegister.IRQ_STATUS, -1);
    assertEquals(0, client.read32(Protocol.CONFIG, 4) >>> 16 & 8);
    client.irqs(Protocol.DATA_NONE | Protocol.ACTION_UNMASK, Protocol.INTX);
    assertFalse(comes(event), "low");
    client.write32(Protocol.CONFIG, 4, 0x402);
    refusedLaunch();
    assertFalse(comes(event), "disabled");
    client.write32(Protocol.CONFIG, 4, 2);
    assertTrue(comes(event), "enabled again");
    SystemCalls.close(event);
  }

  @Test
  void aResetTakesBackRegistersAndKeepsMemory() {
    int event = SystemCalls.eventfd();
    client.event(Protocol.MSIX, event);
    register(HostRegister.IRQ_ENABLE, -1);
    client.write32(Protocol.BAR2, DATA, 5);
    master(true);
    client.reset();
    assertEquals(0, register(HostRegister.IRQ_ENABLE));
    assertEquals(0, client.read32(Protocol.CONFIG, 4) & 0xffff);
    assertEquals(5, client.read32(Protocol.BAR2, DATA));
    register(HostRegister.IRQ_ENABLE, -1);
    refusedLaunch();
    assertTrue(comes(event), "the event stays");
    // The same by the function's own control register.
    master(true);
    int control = client.read32(Protocol.CONFIG, 0x50);
    client.write32(Protocol.CONFIG, 0x50, control | 0x8000);
    assertEquals(0, client.read32(Protocol.CONFIG, 4) & 0xffff);
    assertEquals(control, client.read32(Protocol.CONFIG, 0x50));
    SystemCalls.close(event);
  }

  @Test
  void clientsThatVanishLeaveNothingBehind() throws Exception {
    int file = SystemCalls.memoryFile("guest", 2 * PAGE);
    int event = SystemCalls.eventfd();
    client.close();
    served.awaitLeft(1);
    long before = Served.descriptors();
    for (int round = 0; round < 200; round++) {
      VfioUserClient other = served.connect();
      other.map(0x10_0000, PAGE, 0, BOTH, file);
      other.event(Protocol.MSIX, event);
      other.write32(Protocol.CONFIG, 4, 6);
      other.write32(Protocol.BAR0, HostRegister.IRQ_ENABLE.offset(), -1);
      if (round % 2 == 0) {
        // In the middle of a message that brings a descriptor.
        other.wire().sendRaw(new byte[] {1, 0, 2, 0, 48, 0, 0, 0, 0, 0}, file);
      }
      other.close();
      served.awaitLeft(2 + round);
    }
    client = served.connect();
    assertEquals(0, client.read32(Protocol.CONFIG, 4) & 0xffff);
    assertEquals(0, register(HostRegister.IRQ_ENABLE));
    client.close();
    served.awaitLeft(202);
    assertEquals(before, Served.descriptors());
    client = served.connect();
    SystemCalls.close(file);
    SystemCalls.close(event);
  }

  @Test
  void socketsThatAreInUseOrNoSocketsAreLeftAlone(@TempDir Path folder) throws IOException {
    try (Transport none = new Failing(new CountDownLatch(0))) {
      IOException used =
          assertThrows(
              IOException.class, () -> VfioUserServer.listen(Path.of(served.path()), none));
      assertTrue(used.getMessage().contains("in use"), used::getMessage);
      Path text = Files.writeString(folder.resolve("text"), "mine");
      assertThrows(IOException.class, () -> VfioUserServer.listen(text, none));
      assertEquals("mine", Files.readString(text));
      Path missing = folder.resolve("no/socket");
      assertThrows(IOException.class, () -> VfioUserServer.listen(missing, none));
      // What a server that was killed leaves.
      int socket = SystemCalls.socket();
      Path stale = folder.resolve("stale");
      assertEquals(0, SystemCalls.bind(socket, stale.toString()));
      SystemCalls.close(socket);
      VfioUserServer.listen(stale, none).close();
      assertFalse(Files.exists(stale));
    }
  }

  @Test
  void aModelThatFailsReadsAllOnes() throws IOException {
    CountDownLatch failed = new CountDownLatch(1);
    try (Served broken = Served.over(new Failing(failed));
        VfioUserClient other = broken.connect()) {
      assertEquals(7, other.read32(Protocol.BAR0, 0));
      failed.countDown();
      assertEquals(-1, other.read32(Protocol.BAR0, 0));
      other.write32(Protocol.BAR0, 0x20, 1);
      assertEquals(-1, other.read32(Protocol.BAR0, HostRegister.IRQ_ENABLE.offset()));
    }
  }

  @Test
  void noMessageDoesHarm() {
    DeviceAddress address = DeviceAddress.parse("sim:?config=c1w2t2");
    try (Transport device = TransportProvider.find(address).open(address)) {
      ProtocolFuzz.Summary done = ProtocolFuzz.run(device, 100_000, 5);
      assertEquals(0, done.descriptors());
      assertEquals(0, done.mappings());
      assertTrue(done.heapBytes() < 8 << 20, done::toString);
      assertTrue(done.answered() > 10_000 && done.refused() > 10_000, done::toString);
    }
  }

  /** A device of which every register reads 7 until it fails. */
  private record Failing(CountDownLatch failed) implements Transport {
    @Override
    public String description() {
      return "failing";
    }

    @Override
    public int read32(int offset) {
      if (failed.getCount() == 0) {
        throw new IllegalStateException("the model has failed");
      }
      return offset == HostRegister.STATUS.offset() || offset == HostRegister.QUEUE_STATUS.offset()
          ? 0
          : 7;
    }

    @Override
    public void write32(int offset, int value) {}

    @Override
    public void copyIn(long address, MemorySegment source) {}

    @Override
    public void copyOut(long address, MemorySegment target) {}

    @Override
    public Optional<HostBus> hostBus() {
      return Optional.of(
          new HostBus() {
            @Override
            public void map(long address, MemorySegment memory) {}

            @Override
            public void unmap(long address) {}
          });
    }

    @Override
    public boolean awaitInterrupt(long maxCycles, Duration timeout) {
      return false;
    }

    @Override
    public void close() {}
  }
}
