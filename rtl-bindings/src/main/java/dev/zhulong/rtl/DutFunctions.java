package dev.zhulong.rtl;

import java.lang.foreign.MemorySegment;

/** One instance of a design: the functions of {@code zl_dut.h}, whichever back end runs them. */
interface DutFunctions {
  /** The ports, as {@link InterfaceText} writes them. */
  String description();

  /** Makes the instance; false if the host has no memory for it. */
  boolean create(int seed);

  /** The address of a port. */
  long port(int number);

  /** Memory of the instance; no longer accessible after {@link #close} where it is native. */
  MemorySegment at(long address, long bytes);

  /** All memory there is, in which addresses are offsets; accesses to it are not checked. */
  MemorySegment memory();

  int eval();

  int step(int clock, long cycles);

  int stepUntil(int clock, long cycles, int port, long value, boolean equal);

  void advance(long units);

  long time();

  String text();

  void forgetText();

  String stopFile();

  int stopLine();

  int startTrace(String path);

  void stopTrace();

  long buffer(long bytes);

  long save();

  int restore(long bytes);

  long signal();

  int writeCoverage(String path);

  /** Frees what there is of the instance, and the library. */
  void close();
}
