package dev.zhulong.tests.rig;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.zhulong.firmware.isa.HostRegister;
import dev.zhulong.hal.transport.HostMemory;
import dev.zhulong.hal.transport.Transport;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * A PCI function by VFIO with a type 1 IOMMU and MSI-X, with no more than a test needs: BARs 0 and
 * 2 mapped, memory for DMA locked by the kernel, and the interrupt as an event descriptor.
 */
final class VfioDevice implements Transport {
  private static final int SET_IOMMU = 0x3b66;
  private static final int GROUP_SET_CONTAINER = 0x3b68;
  private static final int GROUP_GET_DEVICE_FD = 0x3b6a;
  private static final int DEVICE_GET_REGION_INFO = 0x3b6c;
  private static final int DEVICE_SET_IRQS = 0x3b6e;
  private static final int IOMMU_MAP_DMA = 0x3b71;
  private static final int IOMMU_UNMAP_DMA = 0x3b72;
  private static final int TYPE1_V2 = 3;
  private static final int MSIX = 2;
  private static final int EVENTFD_TRIGGER = 4 | 32;
  private static final int O_RDWR_CLOEXEC = 0x80002;
  private static final int EFD_CLOEXEC_NONBLOCK = 0x80800;
  private static final int READ_WRITE = 3;
  private static final int SHARED = 1;
  private static final int PRIVATE_ANONYMOUS = 0x22;
  private static final int CONFIG = 7;
  private static final int COMMAND = 4;
  private static final int MEMORY_AND_MASTER = 0x406;
  private static final long FIRST_BUS_ADDRESS = 0x1000_0000L;
  private static final int PAGE = 4096;
  private static final int MOST_WAIT_MILLISECONDS = 50;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final MethodHandle OPEN =
      handle("open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT), 2);
  private static final MethodHandle IOCTL =
      handle("ioctl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS), 2);
  private static final MethodHandle IOCTL_NUMBER =
      handle("ioctl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG), 2);
  private static final MethodHandle MMAP =
      handle(
          "mmap",
          FunctionDescriptor.of(
              JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
  private static final MethodHandle MUNMAP =
      handle("munmap", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));
  private static final MethodHandle PWRITE =
      handle("pwrite", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG));
  private static final MethodHandle READ =
      handle("read", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
  private static final MethodHandle POLL =
      handle("poll", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
  private static final MethodHandle EVENTFD =
      handle("eventfd", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle CLOSE =
      handle("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  private static final VarHandle REGISTER = JAVA_INT.varHandle();

  private final String function;
  private final int container;
  private final int group;
  private final int device;
  private final int event;
  private final MemorySegment registers;
  private final MemorySegment memory;
  private long nextBusAddress = FIRST_BUS_ADDRESS;
  private int enabled;
  private boolean removed;
  private long interrupts;

  /** A region of the function: bytes, and where in the device's file. */
  private record Region(long bytes, long offset) {}

  /** Takes a function that is bound to vfio-pci, as 0000:00:01.0. */
  VfioDevice(String function) throws IOException {
    this.function = function;
    Path link = Path.of("/sys/bus/pci/devices", function, "iommu_group");
    String number = Files.readSymbolicLink(link).getFileName().toString();
    this.container = open("/dev/vfio/vfio");
    this.group = open("/dev/vfio/" + number);
    try (Arena arena = Arena.ofConfined()) {
      checked("joining the container", ioctl(group, GROUP_SET_CONTAINER, one(arena, container)));
      checked("choosing the IOMMU", ioctl(container, SET_IOMMU, TYPE1_V2));
      this.device =
          checked("the device", ioctl(group, GROUP_GET_DEVICE_FD, arena.allocateFrom(function)));
      this.registers = map(region(arena, 0));
      this.memory = map(region(arena, 2));
      MemorySegment command = arena.allocate(2);
      command.set(JAVA_SHORT, 0, (short) MEMORY_AND_MASTER);
      long at = region(arena, CONFIG).offset() + COMMAND;
      checked("bus mastering", (int) (long) PWRITE.invokeExact(device, command, 2L, at));
      this.event = checked("an eventfd", (int) EVENTFD.invokeExact(0, EFD_CLOEXEC_NONBLOCK));
      MemorySegment irqs = arena.allocate(24, 8);
      irqs.set(JAVA_INT, 0, 24);
      irqs.set(JAVA_INT, 4, EVENTFD_TRIGGER);
      irqs.set(JAVA_INT, 8, MSIX);
      irqs.set(JAVA_INT, 16, 1);
      irqs.set(JAVA_INT, 20, event);
      checked("MSI-X", ioctl(device, DEVICE_SET_IRQS, irqs));
    } catch (Throwable e) {
      throw unreachable(e);
    }
  }

  private static MethodHandle handle(String name, FunctionDescriptor type) {
    return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), type);
  }

  private static MethodHandle handle(String name, FunctionDescriptor type, int firstVariadic) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name),
        type,
        Linker.Option.firstVariadicArg(firstVariadic));
  }

  private static RuntimeException unreachable(Throwable cause) {
    return cause instanceof RuntimeException e ? e : new IllegalStateException(cause);
  }

  private static int checked(String what, int result) {
    if (result < 0) {
      throw new IllegalStateException("VFIO: " + what + " failed");
    }
    return result;
  }

  private static int open(String path) {
    try (Arena arena = Arena.ofConfined()) {
      return checked(path, (int) OPEN.invokeExact(arena.allocateFrom(path), O_RDWR_CLOEXEC));
    } catch (Throwable e) {
      throw unreachable(e);
    }
  }

  private static MemorySegment one(Arena arena, int number) {
    return arena.allocateFrom(JAVA_INT, number);
  }

  private static int ioctl(int file, int request, MemorySegment argument) {
    try {
      return (int) IOCTL.invokeExact(file, (long) request, argument);
    } catch (Throwable e) {
      throw unreachable(e);
    }
  }

  private static int ioctl(int file, int request, long argument) {
    try {
      return (int) IOCTL_NUMBER.invokeExact(file, (long) request, argument);
    } catch (Throwable e) {
      throw unreachable(e);
    }
  }

  private Region region(Arena arena, int index) {
    MemorySegment info = arena.allocate(32, 8);
    info.set(JAVA_INT, 0, 32);
    info.set(JAVA_INT, 8, index);
    checked("region " + index, ioctl(device, DEVICE_GET_REGION_INFO, info));
    return new Region(info.get(JAVA_LONG, 16), info.get(JAVA_LONG, 24));
  }

  private MemorySegment map(Region region) {
    return mapping(region.bytes(), SHARED, device, region.offset());
  }

  private static MemorySegment mapping(long bytes, int kind, int file, long offset) {
    try {
      long at = (long) MMAP.invokeExact(0L, bytes, READ_WRITE, kind, file, offset);
      if (at == -1) {
        throw new IllegalStateException("VFIO: " + bytes + " bytes cannot be mapped");
      }
      return MemorySegment.ofAddress(at).reinterpret(bytes);
    } catch (Throwable e) {
      throw unreachable(e);
    }
  }

  private static void unmap(MemorySegment segment) {
    try {
      int ignored = (int) MUNMAP.invokeExact(segment.address(), segment.byteSize());
    } catch (Throwable e) {
      throw unreachable(e);
    }
  }

  @Override
  public String description() {
    return "VFIO " + function;
  }

  @Override
  public int read32(int offset) {
    if (removed) {
      return -1;
    }
    int value = (int) REGISTER.getVolatile(registers, (long) offset);
    // Every access to a function that has gone may cost a time-out.
    removed = value == -1 && (int) REGISTER.getVolatile(registers, 0L) == -1;
    return value;
  }

  @Override
  public void write32(int offset, int value) {
    if (offset == HostRegister.IRQ_ENABLE.offset()) {
      enabled = value;
    }
    if (!removed) {
      REGISTER.setVolatile(registers, (long) offset, value);
    }
  }

  @Override
  public void copyIn(long address, MemorySegment source) {
    MemorySegment.copy(source, 0, memory, address, source.byteSize());
  }

  @Override
  public void copyOut(long address, MemorySegment target) {
    MemorySegment.copy(memory, address, target, 0, target.byteSize());
  }

  @Override
  public Optional<HostMemory> hostMemory(long bytes) {
    long size = (bytes + PAGE - 1) / PAGE * PAGE;
    MemorySegment segment = mapping(size, PRIVATE_ANONYMOUS, -1, 0);
    long address = nextBusAddress;
    nextBusAddress += size + PAGE;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment map = arena.allocate(32, 8);
      map.set(JAVA_INT, 0, 32);
      map.set(JAVA_INT, 4, READ_WRITE);
      map.set(JAVA_LONG, 8, segment.address());
      map.set(JAVA_LONG, 16, address);
      map.set(JAVA_LONG, 24, size);
      checked("a map for DMA", ioctl(container, IOMMU_MAP_DMA, map));
    }
    return Optional.of(new Mapped(container, segment, address));
  }

  /** Memory that the IOMMU maps. */
  private record Mapped(int container, MemorySegment segment, long address) implements HostMemory {
    @Override
    public void close() {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment map = arena.allocate(24, 8);
        map.set(JAVA_INT, 0, 24);
        map.set(JAVA_LONG, 8, address);
        map.set(JAVA_LONG, 16, segment.byteSize());
        checked("taking a map back", ioctl(container, IOMMU_UNMAP_DMA, map));
      }
      unmap(segment);
    }
  }

  @Override
  public boolean awaitInterrupt(long maxCycles, Duration timeout) {
    if (high()) {
      return true;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment poll = arena.allocate(8, 8);
      poll.set(JAVA_INT, 0, event);
      poll.set(JAVA_SHORT, 4, (short) 1);
      int milliseconds = Math.clamp(timeout.toMillis(), 1, MOST_WAIT_MILLISECONDS);
      int ready = (int) POLL.invokeExact(poll, 1L, milliseconds);
      MemorySegment count = arena.allocate(8, 8);
      if (ready > 0 && (long) READ.invokeExact(event, count, 8L) == 8) {
        interrupts += count.get(JAVA_LONG, 0);
      }
    } catch (Throwable e) {
      throw unreachable(e);
    }
    return high();
  }

  private boolean high() {
    return (read32(HostRegister.IRQ_STATUS.offset()) & enabled) != 0;
  }

  @Override
  public void close() {
    System.out.println("RIG interrupts " + interrupts);
    unmap(registers);
    unmap(memory);
    for (int file : new int[] {event, device, group, container}) {
      try {
        int ignored = (int) CLOSE.invokeExact(file);
      } catch (Throwable e) {
        throw unreachable(e);
      }
    }
  }
}
