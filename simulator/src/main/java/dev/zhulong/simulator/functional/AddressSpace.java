package dev.zhulong.simulator.functional;

import dev.zhulong.firmware.isa.FaultCause;
import dev.zhulong.firmware.isa.HostRegister;
import dev.zhulong.firmware.isa.MemoryMap;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Device memory with the protection regions of the launch; machine contract, memory map. */
final class AddressSpace {
  static final int READ = HostRegister.ALLOW_READ;
  static final int WRITE = HostRegister.ALLOW_WRITE;
  static final int EXECUTE = HostRegister.ALLOW_EXECUTE;

  /** A read and a write of one word: one region has to allow both. */
  static final int ATOMIC = READ | WRITE;

  private static final ValueLayout.OfInt WORD =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort HALF =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final MemorySegment memory;
  private int[] bases = {};
  private long[] sizes = {};
  private int[] allowed = {};

  /** The regions that allowed the last read and write: most accesses stay in one of few buffers. */
  private int readBase;

  private long readSize;
  private int writeBase;
  private long writeSize;

  AddressSpace(MemorySegment memory) {
    this.memory = memory;
  }

  /** Takes over the enabled regions; without any, all memory is allowed. */
  void protect(int[] newBases, long[] newSizes, int[] newAllowed) {
    boolean any = newBases.length > 0;
    bases = any ? newBases : new int[] {(int) MemoryMap.RESULT};
    sizes = any ? newSizes : new long[] {MemoryMap.LOCAL - MemoryMap.RESULT};
    allowed = any ? newAllowed : new int[] {READ | WRITE | EXECUTE};
    readSize = 0;
    writeSize = 0;
  }

  /**
   * Checks an access that lies neither in local memory nor in the console.
   *
   * @param access one kind, or {@link #ATOMIC}
   */
  void check(int address, int bytes, int access) {
    long into = (address - (access == READ ? readBase : writeBase)) & 0xffff_ffffL;
    if (access <= WRITE && into + bytes <= (access == READ ? readSize : writeSize)) {
      return;
    }
    long unsigned = address & 0xffff_ffffL;
    if (unsigned >= MemoryMap.RESULT && unsigned + bytes <= MemoryMap.LOCAL) {
      for (int i = 0; i < bases.length; i++) {
        long inside = (address - bases[i]) & 0xffff_ffffL;
        if (inside + bytes <= sizes[i] && (allowed[i] & access) == access) {
          if (access == READ) {
            readBase = bases[i];
            readSize = sizes[i];
          } else if (access == WRITE) {
            writeBase = bases[i];
            writeSize = sizes[i];
          }
          return;
        }
      }
    }
    throw new FaultSignal(FaultCause.ACCESS, address, access == ATOMIC ? WRITE : access);
  }

  int word(int address) {
    return memory.get(WORD, address & 0xffff_ffffL);
  }

  void word(int address, int value) {
    memory.set(WORD, address & 0xffff_ffffL, value);
  }

  int half(int address) {
    return memory.get(HALF, address & 0xffff_ffffL);
  }

  void half(int address, int value) {
    memory.set(HALF, address & 0xffff_ffffL, (short) value);
  }

  int octet(int address) {
    return memory.get(ValueLayout.JAVA_BYTE, address & 0xffff_ffffL);
  }

  void octet(int address, int value) {
    memory.set(ValueLayout.JAVA_BYTE, address & 0xffff_ffffL, (byte) value);
  }
}
