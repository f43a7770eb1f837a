package dev.zhulong.hal;

import dev.zhulong.firmware.isa.MemoryMap;
import dev.zhulong.firmware.isa.QueueCommand;
import dev.zhulong.hal.transport.HostMemory;
import dev.zhulong.hal.transport.Transport;
import java.lang.foreign.MemorySegment;

/**
 * Copies between the host and device memory: by the transport, or in large pieces by the device
 * itself, through host memory that it can reach. In {@link Mode#AUTO} the first large copy in each
 * direction measures both ways, and what is faster serves from then on.
 */
final class CopyEngine implements AutoCloseable {
  /** Below this a command costs more than it can save. */
  private static final int LEAST_BYTES = 64 << 10;

  /** Two halves: one is filled while the device empties the other. */
  private static final int STAGING_BYTES = 1 << 20;

  private static final int HALF = STAGING_BYTES / 2;

  /** How to choose. */
  enum Mode {
    /** By measurement. */
    AUTO,
    /** Always by the transport. */
    DIRECT,
    /** By the device as far as lines allow, whatever the size. */
    DMA
  }

  private enum Way {
    DIRECT,
    DEVICE
  }

  private final Transport transport;
  private final Engine engine;
  private final Mode mode;
  private final HostMemory staging;

  /** What has been measured to be faster: to the device, from the device; null before. */
  private final Way[] faster = new Way[2];

  private CopyEngine(Transport transport, Engine engine, Mode mode, HostMemory staging) {
    this.transport = transport;
    this.engine = engine;
    this.mode = mode;
    this.staging = staging;
  }

  /**
   * Copies for a device.
   *
   * @throws IllegalArgumentException if copies by the device are asked for and it cannot do any
   */
  static CopyEngine of(Transport transport, Engine engine, DeviceInfo info, Mode mode) {
    boolean useful = mode == Mode.DMA || mode == Mode.AUTO && !transport.sharesMemory();
    HostMemory staging = null;
    if (useful && engine.queued() && info.copies()) {
      staging = transport.hostMemory(STAGING_BYTES).orElse(null);
    }
    if (mode == Mode.DMA && staging == null) {
      throw new IllegalArgumentException(
          transport.description()
              + " cannot copy by itself (it has no copy engine, no command queue is in use, or it"
              + " cannot reach the host's memory); leave copy=dma away");
    }
    return new CopyEngine(transport, engine, mode, staging);
  }

  /** Copies all of {@code source} to device memory. */
  void in(long address, MemorySegment source) {
    copy(address, source, QueueCommand.TO_DEVICE);
  }

  /** Fills all of {@code target} from device memory. */
  void out(long address, MemorySegment target) {
    copy(address, target, QueueCommand.TO_HOST);
  }

  private void copy(long address, MemorySegment bytes, int direction) {
    long size = bytes.byteSize();
    if (staging == null || mode == Mode.AUTO && size < LEAST_BYTES) {
      direct(address, bytes, direction);
      return;
    }
    long head = Math.min(size, -address & MemoryMap.LINE_BYTES - 1);
    long body = size - head & -(long) MemoryMap.LINE_BYTES;
    direct(address, bytes.asSlice(0, head), direction);
    lines(address + head, bytes.asSlice(head, body), direction);
    direct(address + head + body, bytes.asSlice(head + body), direction);
  }

  private void direct(long address, MemorySegment bytes, int direction) {
    if (bytes.byteSize() == 0) {
      return;
    }
    if (direction == QueueCommand.TO_DEVICE) {
      transport.copyIn(address, bytes);
    } else {
      transport.copyOut(address, bytes);
      engine.requireThere();
    }
  }

  private void lines(long address, MemorySegment bytes, int direction) {
    if (mode == Mode.DMA || faster[direction] == Way.DEVICE) {
      byDevice(address, bytes, direction);
    } else if (faster[direction] == Way.DIRECT) {
      direct(address, bytes, direction);
    } else {
      // Both ways do the same to memory, so that doing it twice is only slower, once.
      long start = System.nanoTime();
      direct(address, bytes, direction);
      long middle = System.nanoTime();
      byDevice(address, bytes, direction);
      boolean device = System.nanoTime() - middle < middle - start;
      faster[direction] = device ? Way.DEVICE : Way.DIRECT;
    }
  }

  private void byDevice(long address, MemorySegment bytes, int direction) {
    long size = bytes.byteSize();
    int[] tickets = new int[2];
    for (long done = 0, piece = 0; done < size; done += HALF, piece++) {
      int half = (int) (piece & 1);
      long count = Math.min(HALF, size - done);
      MemorySegment staged = staging.segment().asSlice((long) half * HALF, count);
      long host = staging.address() + (long) half * HALF;
      if (direction == QueueCommand.TO_DEVICE) {
        if (piece >= 2) {
          engine.awaitCopy(tickets[half]);
        }
        staged.copyFrom(bytes.asSlice(done, count));
        tickets[half] = engine.copy(QueueCommand.copy(direction, host, address + done, count));
      } else {
        if (piece == 0) {
          tickets[0] = engine.copy(QueueCommand.copy(direction, address, host, count));
        }
        long next = done + HALF;
        if (next < size) {
          long other = staging.address() + (long) (1 - half) * HALF;
          tickets[1 - half] =
              engine.copy(
                  QueueCommand.copy(direction, address + next, other, Math.min(HALF, size - next)));
        }
        engine.awaitCopy(tickets[half]);
        bytes.asSlice(done, count).copyFrom(staged);
      }
    }
    if (direction == QueueCommand.TO_DEVICE && size > 0) {
      // In order: the last one is done after all others.
      engine.awaitCopy(tickets[(int) ((size - 1) / HALF & 1)]);
    }
  }

  @Override
  public void close() {
    if (staging != null) {
      staging.close();
    }
  }
}
