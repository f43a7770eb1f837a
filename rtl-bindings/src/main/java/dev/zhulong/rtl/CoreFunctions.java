package dev.zhulong.rtl;

import java.lang.foreign.MemorySegment;

/** One instance of the core: the functions of {@code zl_model.h}, whichever back end runs them. */
interface CoreFunctions {
  int read32(int offset);

  void write32(int offset, int value);

  void setMemory(MemoryTiming timing);

  void mapHost(long address, MemorySegment bytes);

  void unmapHost(long address);

  void holdMemory(boolean held);

  int run(long maxCycles, long maxNanoseconds);

  /** Any thread. */
  void stop();

  long cycles();

  boolean interrupt();

  String failure();

  boolean checked();

  int lanes();

  int traceWords();

  int trace(MemorySegment records, long capacity);

  long traceCount();

  int openWave(String path, WaveWindow window);

  int selectMutant(int number);

  int writeCoverage(String path);

  void close();
}
