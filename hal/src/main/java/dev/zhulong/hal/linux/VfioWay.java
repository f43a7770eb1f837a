package dev.zhulong.hal.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.zhulong.hal.transport.DeviceUnavailableException;
import dev.zhulong.hal.transport.HostMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A function that is bound to vfio-pci: an IOMMU keeps it from all memory but what is mapped. */
final class VfioWay implements Way {
  private static final int PAGE = 4096;

  /** Above what the platform reserves for itself, below 4 GiB for functions of 32 bits. */
  private static final long FIRST_BUS_ADDRESS = 0x1000_0000L;

  /** For functions that reach less than 4 GiB. */
  private static final long LOW_BUS_ADDRESS = 0x10_0000L;

  private static final String[] INTERRUPTS = {"INTx", "MSI", "MSI-X"};

  private final String address;
  private final int busAddressBits;
  private final List<Integer> files = new ArrayList<>();
  private final Map<Integer, Mapping> bars = new HashMap<>();
  private final int container;
  private final int device;
  private final long config;
  private int event = -1;
  private int interrupt = -1;
  private boolean masksItself;
  private final Arena arena = Arena.ofAuto();

  /** What waiting for an interrupt writes to, once for all interrupts. */
  private final MemorySegment waiting = arena.allocate(Long.BYTES, Long.BYTES);

  private final MemorySegment unmask = sized(arena, vfio_h.vfio_irq_set);
  private long nextBusAddress;

  /**
   * Takes the function.
   *
   * @param busAddressBits how far the function can address
   */
  VfioWay(Path dev, SysfsFunction function, int busAddressBits) {
    this.address = function.address();
    this.busAddressBits = busAddressBits;
    this.nextBusAddress = busAddressBits < Integer.SIZE ? LOW_BUS_ADDRESS : FIRST_BUS_ADDRESS;
    String group =
        function
            .iommuGroup()
            .orElseThrow(
                () ->
                    new DeviceUnavailableException(
                        address
                            + " is bound to vfio-pci but is in no IOMMU group; boot with"
                            + " intel_iommu=on or amd_iommu=on, or bind it to uio_pci_generic"));
    try (Arena arena = Arena.ofConfined()) {
      container =
          file(dev.resolve("vfio/vfio"), "load the kernel's module vfio_iommu_type1 (modprobe)");
      long version = libc_h.ioctl(container, vfio_h.VFIO_GET_API_VERSION, 0);
      if (version != vfio_h.VFIO_API_VERSION) {
        throw new DeviceUnavailableException(
            dev + "/vfio/vfio speaks version " + version + " of VFIO, must be 0");
      }
      Path groupFile = dev.resolve("vfio").resolve(group);
      int groupFd = file(groupFile, "another process may have it open");
      MemorySegment status = sized(arena, vfio_h.vfio_group_status);
      check(libc_h.ioctl(groupFd, vfio_h.VFIO_GROUP_GET_STATUS, status), groupFile + " status");
      if ((status.get(JAVA_INT, 4) & vfio_h.VFIO_GROUP_FLAGS_VIABLE) == 0) {
        throw new DeviceUnavailableException(
            "IOMMU group "
                + group
                + " of "
                + address
                + " holds functions of other drivers; bind all of"
                + " /sys/kernel/iommu_groups/"
                + group
                + "/devices to vfio-pci");
      }
      check(
          libc_h.ioctl(
              groupFd, vfio_h.VFIO_GROUP_SET_CONTAINER, arena.allocateFrom(JAVA_INT, container)),
          groupFile + " joining the container");
      check(
          libc_h.ioctl(container, vfio_h.VFIO_SET_IOMMU, vfio_h.VFIO_TYPE1v2_IOMMU),
          "choosing the IOMMU of type 1");
      device =
          check(
              libc_h.ioctl(groupFd, vfio_h.VFIO_GROUP_GET_DEVICE_FD, arena.allocateFrom(address)),
              groupFile + " giving " + address);
      files.add(device);
      config = region(arena, vfio_h.VFIO_PCI_CONFIG_REGION_INDEX).get(JAVA_LONG, 24);
      chooseInterrupt(arena);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private int file(Path path, String remedy) {
    int file =
        (int)
            Errno.check(
                libc_h.open(path.toString(), libc_h.O_RDWR | libc_h.O_CLOEXEC),
                "opening " + path,
                remedy);
    files.add(file);
    return file;
  }

  private int check(long result, String what) {
    return (int) Errno.check(result, "VFIO, " + address + ": " + what, "see dmesg");
  }

  private static MemorySegment sized(Arena arena, StructLayout layout) {
    MemorySegment struct = arena.allocate(layout);
    struct.set(JAVA_INT, 0, (int) layout.byteSize());
    return struct;
  }

  private MemorySegment region(Arena arena, int index) {
    MemorySegment info = sized(arena, vfio_h.vfio_region_info);
    info.set(JAVA_INT, 8, index);
    check(libc_h.ioctl(device, vfio_h.VFIO_DEVICE_GET_REGION_INFO, info), "region " + index);
    return info;
  }

  /** The best kind that the function has. */
  private void chooseInterrupt(Arena arena) {
    for (int index = vfio_h.VFIO_PCI_MSIX_IRQ_INDEX; index >= 0 && event < 0; index--) {
      MemorySegment info = sized(arena, vfio_h.vfio_irq_info);
      info.set(JAVA_INT, 8, index);
      if (libc_h.ioctl(device, vfio_h.VFIO_DEVICE_GET_IRQ_INFO, info) < 0
          || info.get(JAVA_INT, 12) == 0) {
        continue;
      }
      int fd = check(libc_h.eventfd(0, libc_h.EFD_CLOEXEC | libc_h.EFD_NONBLOCK), "an eventfd");
      files.add(fd);
      MemorySegment set = sized(arena, vfio_h.vfio_irq_set);
      set.set(JAVA_INT, 4, vfio_h.VFIO_IRQ_SET_DATA_EVENTFD | vfio_h.VFIO_IRQ_SET_ACTION_TRIGGER);
      set.set(JAVA_INT, 8, index);
      set.set(JAVA_INT, 16, 1);
      set.set(JAVA_INT, 20, fd);
      if (libc_h.ioctl(device, vfio_h.VFIO_DEVICE_SET_IRQS, set) >= 0) {
        event = fd;
        interrupt = index;
        unmask.set(JAVA_INT, 0, (int) vfio_h.vfio_irq_set.byteSize() - 4);
        unmask.set(JAVA_INT, 4, vfio_h.VFIO_IRQ_SET_DATA_NONE | vfio_h.VFIO_IRQ_SET_ACTION_UNMASK);
        unmask.set(JAVA_INT, 8, index);
        unmask.set(JAVA_INT, 16, 1);
        masksItself = (info.get(JAVA_INT, 4) & vfio_h.VFIO_IRQ_INFO_AUTOMASKED) != 0;
      }
    }
  }

  @Override
  public String description() {
    return "VFIO, " + (event < 0 ? "no interrupt" : INTERRUPTS[interrupt]);
  }

  @Override
  public MemorySegment bar(int number) {
    return bars.computeIfAbsent(
            number,
            bar -> {
              try (Arena arena = Arena.ofConfined()) {
                MemorySegment info = region(arena, bar);
                if ((info.get(JAVA_INT, 4) & vfio_h.VFIO_REGION_INFO_FLAG_MMAP) == 0) {
                  throw new DeviceUnavailableException(
                      "BAR " + bar + " of " + address + " cannot be mapped");
                }
                return Mapping.of(
                    device,
                    info.get(JAVA_LONG, 24),
                    info.get(JAVA_LONG, 16),
                    "BAR " + bar + " of " + address,
                    "see dmesg");
              }
            })
        .segment();
  }

  @Override
  public int readConfig(int offset) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocate(2);
      check(libc_h.pread(device, value, config + offset), "reading configuration space");
      return Short.toUnsignedInt(value.get(JAVA_SHORT, 0));
    }
  }

  @Override
  public void writeConfig(int offset, int value) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(2);
      bytes.set(JAVA_SHORT, 0, (short) value);
      check(libc_h.pwrite(device, bytes, config + offset), "writing configuration space");
    }
  }

  @Override
  public boolean hasInterrupt() {
    return event >= 0;
  }

  @Override
  public boolean await(int milliseconds) {
    // One call where it has come already; the descriptor does not block.
    boolean came = libc_h.read(event, waiting, Long.BYTES) == Long.BYTES;
    if (!came && libc_h.poll(event, waiting, milliseconds) > 0) {
      came = libc_h.read(event, waiting, Long.BYTES) == Long.BYTES;
    }
    if (came && masksItself) {
      check(libc_h.ioctl(device, vfio_h.VFIO_DEVICE_SET_IRQS, unmask), "unmasking the interrupt");
    }
    return came;
  }

  @Override
  public Optional<HostMemory> hostMemory(long bytes) {
    long size = (bytes + PAGE - 1) / PAGE * PAGE;
    long bus = nextBusAddress;
    // A page between two of them catches what runs over.
    long end = bus + size + PAGE;
    if (busAddressBits < Long.SIZE && end > 1L << busAddressBits) {
      throw new DeviceUnavailableException(
          size + " bytes for DMA do not fit the " + busAddressBits + " address bits of " + address);
    }
    Mapping memory = Mapping.anonymous(size);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment map = sized(arena, vfio_h.vfio_iommu_type1_dma_map);
      map.set(JAVA_INT, 4, vfio_h.VFIO_DMA_MAP_FLAG_READ | vfio_h.VFIO_DMA_MAP_FLAG_WRITE);
      map.set(JAVA_LONG, 8, memory.segment().address());
      map.set(JAVA_LONG, 16, bus);
      map.set(JAVA_LONG, 24, size);
      Errno.check(
          libc_h.ioctl(container, vfio_h.VFIO_IOMMU_MAP_DMA, map),
          "mapping " + size + " bytes for DMA of " + address,
          "raise the limit of locked memory (ulimit -l)");
    } catch (RuntimeException e) {
      memory.unmap();
      throw e;
    }
    nextBusAddress = end;
    return Optional.of(new Mapped(this, memory, bus));
  }

  /** Memory that the IOMMU lets the function reach. */
  private record Mapped(VfioWay way, Mapping memory, long address) implements HostMemory {
    @Override
    public MemorySegment segment() {
      return memory.segment();
    }

    @Override
    public void close() {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment map = sized(arena, vfio_h.vfio_iommu_type1_dma_unmap);
        map.set(JAVA_LONG, 8, address);
        map.set(JAVA_LONG, 16, memory.segment().byteSize());
        way.check(
            libc_h.ioctl(way.container, vfio_h.VFIO_IOMMU_UNMAP_DMA, map), "taking a map back");
      }
      memory.unmap();
    }
  }

  @Override
  public void close() {
    bars.values().forEach(Mapping::unmap);
    bars.clear();
    files.reversed().forEach(libc_h::close);
    files.clear();
  }
}
