package dev.zhulong.remote;

import dev.zhulong.firmware.asm.Assembler;
import dev.zhulong.firmware.isa.CoreShape;
import dev.zhulong.firmware.isa.HostRegister;
import dev.zhulong.firmware.isa.MemoryMap;
import dev.zhulong.firmware.link.ElfFile;
import dev.zhulong.hal.transport.Transport;
import java.lang.foreign.MemorySegment;
import java.time.Duration;

/**
 * Clears what a client's work leaves on the device outside of the client's memory: stacks, and the
 * cores' local memories, which only a program reaches.
 */
final class Scrubber {
  private static final Duration MOST_TIME = Duration.ofSeconds(5);
  private static final long MOST_CYCLES = 10_000_000;

  /** Every lane of a core's first warp stores its share of zeros; mscratch holds local's bytes. */
  private static final String CLEAR_LOCAL =
      """
      _start:
        csrr t0, lanes
        li t1, 32
        sub t1, t1, t0
        li t2, -1
        srl t2, t2, t1
        tmc t2
        csrr t3, mscratch
        csrr t0, lanes
        divu t3, t3, t0
        srli t3, t3, 2
        slli t4, t0, 2
        csrr t5, lane_id
        slli t5, t5, 2
        csrr t6, local_base
        add t5, t5, t6
      1:
        sw zero, 0(t5)
        add t5, t5, t4
        addi t3, t3, -1
        bnez t3, 1b
        tmc zero
      """;

  private final Transport device;
  private final long codeAddress;
  private final int localBytes;
  private final Range stacks;
  private final byte[] code;

  /**
   * For one device.
   *
   * @param codeAddress where its program may be, on a page that no client has
   */
  Scrubber(Transport device, long codeAddress, CoreShape shape, int localBytes) {
    this.device = device;
    this.codeAddress = codeAddress;
    this.localBytes = localBytes;
    this.stacks =
        new Range(
            MemoryMap.LOCAL - ((long) shape.harts() << MemoryMap.LARGEST_STACK_SHIFT),
            MemoryMap.LOCAL);
    ElfFile elf = Assembler.assemble(CLEAR_LOCAL, "clear-local.s");
    this.code = elf.section(".text").orElseThrow().bytes();
    device.copyIn(codeAddress, MemorySegment.ofArray(code));
  }

  /** Where stacks may be, however large a kernel wants them. */
  Range stacks() {
    return stacks;
  }

  void clearStacks() {
    clear(stacks.start(), stacks.end() - stacks.start());
  }

  /** Makes memory zero; reads it first, because an untouched page of a simulator is free. */
  void clear(long address, long bytes) {
    byte[] block = new byte[VirtualDevice.BLOCK_BYTES];
    MemorySegment all = MemorySegment.ofArray(block);
    for (long done = 0; done < bytes; done += block.length) {
      MemorySegment part = all.asSlice(0, Math.min(block.length, bytes - done));
      device.copyOut(address + done, part);
      if (part.mismatch(MemorySegment.ofArray(new byte[(int) part.byteSize()])) >= 0) {
        part.fill((byte) 0);
        device.copyIn(address + done, part);
      }
    }
  }

  /**
   * Makes the local memory of every core zero; the device is idle.
   *
   * @return whether it did so
   */
  boolean clearLocal() {
    write(HostRegister.LAUNCH_MODE, 0);
    write(HostRegister.LAUNCH_ENTRY, (int) codeAddress);
    write(HostRegister.LAUNCH_ARGUMENT, localBytes);
    for (int i = 0; i < HostRegister.REGIONS; i++) {
      int at = HostRegister.REGION_BASE.offset() + i * HostRegister.REGION_STRIDE;
      device.write32(at, i == 0 ? (int) codeAddress : 0);
      device.write32(at + 4, i == 0 ? code.length : 0);
      device.write32(at + 8, i == 0 ? HostRegister.ALLOW_READ | HostRegister.ALLOW_EXECUTE : 0);
    }
    write(HostRegister.CONTROL, HostRegister.CONTROL_LAUNCH);
    long deadline = System.nanoTime() + MOST_TIME.toNanos();
    while (!device.awaitInterrupt(MOST_CYCLES, MOST_TIME)) {
      if (System.nanoTime() - deadline > 0) {
        return false;
      }
    }
    boolean done =
        (device.read32(HostRegister.IRQ_STATUS.offset()) & ~HostRegister.IRQ_CONSOLE)
            == HostRegister.IRQ_DONE;
    write(HostRegister.IRQ_STATUS, HostRegister.IRQ_DONE);
    return done;
  }

  private void write(HostRegister register, int value) {
    device.write32(register.offset(), value);
  }
}
