package dev.zhulong.hal;

import dev.zhulong.firmware.isa.HostRegister;
import dev.zhulong.firmware.isa.MemoryMap;
import dev.zhulong.firmware.link.KernelInfo;
import java.util.ArrayList;
import java.util.List;

/**
 * One launch as the engine runs it: the launch block's values, what must be in memory first, and
 * what the program may touch.
 *
 * @param name for messages
 * @param image the program
 * @param mode launch mode register
 * @param argument argument address
 * @param argumentBlock words to be written there first; may be empty
 * @param shape grid and workgroup size, six numbers
 * @param localBytes local memory of a workgroup
 * @param regions what the program may touch; empty allows everything
 * @param limits when to stop it
 * @param prints where its invocations print, or null
 */
record Work(
    String name,
    Image image,
    int mode,
    long argument,
    int[] argumentBlock,
    int[] shape,
    int localBytes,
    List<Regions.Region> regions,
    LaunchLimits limits,
    PrintBuffer prints) {

  static Work grid(
      Kernel kernel,
      int[] grid,
      int[] block,
      int localBytes,
      List<Regions.Region> data,
      LaunchLimits limits) {
    KernelInfo info = kernel.info();
    Image image = kernel.image();
    List<Regions.Region> regions = new ArrayList<>(data);
    for (Image.Segment segment : image.segments()) {
      regions.add(
          new Regions.Region(
              segment.address(),
              segment.memoryBytes(),
              HostRegister.ALLOW_READ | HostRegister.ALLOW_EXECUTE));
    }
    regions.add(Regions.data(kernel.arguments().address(), block.length * 4L, true, false));
    if (info.stackBytes() > 0) {
      int shift = MemoryMap.stackShift(info.stackBytes());
      long bytes = (long) kernel.gpu().info().shape().harts() << shift;
      regions.add(Regions.data(MemoryMap.LOCAL - bytes, bytes, true, true));
    }
    PrintBuffer prints = kernel.prints();
    if (prints != null) {
      regions.add(Regions.data(prints.address(), PrintBuffer.BYTES, true, true));
      block[info.printOffset() / 4] = (int) prints.address();
      block[info.printOffset() / 4 + 1] = PrintBuffer.BYTES;
    }
    int mode = HostRegister.MODE_GRID | (info.independent() ? HostRegister.MODE_INDEPENDENT : 0);
    return new Work(
        "kernel " + info.name(),
        image,
        mode,
        kernel.arguments().address(),
        block,
        new int[] {grid[0], grid[1], grid[2], info.groupX(), info.groupY(), info.groupZ()},
        localBytes,
        regions,
        limits,
        prints);
  }

  /** The same with its argument block elsewhere. */
  Work at(long place) {
    List<Regions.Region> moved =
        regions.stream()
            .map(r -> r.base() == argument ? Regions.data(place, r.size(), true, false) : r)
            .toList();
    return new Work(
        name, image, mode, place, argumentBlock, shape, localBytes, moved, limits, prints);
  }

  static Work raw(Image image, long argument, LaunchLimits limits) {
    return new Work(
        "program " + image.name(),
        image,
        0,
        argument,
        new int[0],
        new int[6],
        0,
        List.of(),
        limits,
        null);
  }
}
