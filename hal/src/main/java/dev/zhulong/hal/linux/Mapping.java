package dev.zhulong.hal.linux;

import java.lang.foreign.MemorySegment;

/** A piece of the address space that a file of the kernel gave; it stays until it is unmapped. */
record Mapping(MemorySegment segment) {
  /**
   * Maps a part of a file.
   *
   * @param what it is, for the message
   */
  static Mapping of(int file, long offset, long bytes, String what, String remedy) {
    return of(bytes, libc_h.MAP_SHARED, file, offset, what, remedy);
  }

  /** Memory of this process. */
  static Mapping anonymous(long bytes) {
    return of(
        bytes,
        libc_h.MAP_PRIVATE | libc_h.MAP_ANONYMOUS,
        -1,
        0,
        "memory for DMA",
        "there is too little of it");
  }

  /** A huge page, shared so that it stays this process's own when a child copies its memory. */
  static Mapping huge(long bytes) {
    return of(
        bytes,
        libc_h.MAP_SHARED | libc_h.MAP_ANONYMOUS | libc_h.MAP_HUGETLB | libc_h.MAP_POPULATE,
        -1,
        0,
        "huge page for DMA",
        "reserve some: echo 8 > /proc/sys/vm/nr_hugepages");
  }

  private static Mapping of(
      long bytes, int flags, int file, long offset, String what, String remedy) {
    long address =
        Errno.check(
            libc_h.mmap(bytes, libc_h.PROT_READ | libc_h.PROT_WRITE, flags, file, offset),
            "mapping " + bytes + " bytes of " + what,
            remedy);
    return new Mapping(MemorySegment.ofAddress(address).reinterpret(bytes));
  }

  void unmap() {
    libc_h.munmap(segment.address(), segment.byteSize());
  }
}
