package dev.zhulong.rtl;

import dev.zhulong.rtl.ffi.JniLibrary;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** The core in a native library, through the Java Native Interface. */
final class JniCore implements CoreFunctions {
  private final JniLibrary library;
  private final long read32;
  private final long write32;
  private final long run;
  private final long stop;
  private final long cycles;
  private final long interrupt;
  private final long model;

  JniCore(Path bridge, Path file, MemorySegment memory) {
    library = new JniLibrary(bridge, file);
    try {
      FfmCore.requireVersion(JniLibrary.intOf(find("abi_version")));
      read32 = find("read32");
      write32 = find("write32");
      run = find("run");
      stop = find("stop");
      cycles = find("cycles");
      interrupt = find("interrupt");
      model = JniLibrary.longOfLongs(find("create"), memory.address(), memory.byteSize());
      FfmCore.requireMemory(model);
    } catch (RuntimeException e) {
      library.close();
      throw e;
    }
  }

  private long find(String name) {
    return library.find("zl_model_" + name);
  }

  @Override
  public int read32(int offset) {
    return JniLibrary.intOfObjectInt(read32, model, offset);
  }

  @Override
  public void write32(int offset, int value) {
    JniLibrary.voidOfObjectInts(write32, model, offset, value);
  }

  @Override
  public void setMemory(MemoryTiming timing) {
    JniLibrary.setMemory(
        find("set_memory"),
        model,
        timing.latency(),
        timing.cyclesPerLine(),
        timing.jitter(),
        timing.seed());
  }

  @Override
  public void mapHost(long address, MemorySegment bytes) {
    JniLibrary.mapHost(find("map_host"), model, address, bytes.address(), bytes.byteSize());
  }

  @Override
  public void unmapHost(long address) {
    JniLibrary.intOfObjectLong(find("unmap_host"), model, address);
  }

  @Override
  public void holdMemory(boolean held) {
    JniLibrary.voidOfObjectInt(find("hold_memory"), model, held ? 1 : 0);
  }

  @Override
  public int run(long maxCycles, long maxNanoseconds) {
    return JniLibrary.intOfObjectLongs(run, model, maxCycles, maxNanoseconds);
  }

  @Override
  public void stop() {
    JniLibrary.voidOfObject(stop, model);
  }

  @Override
  public long cycles() {
    return JniLibrary.longOfObject(cycles, model);
  }

  @Override
  public boolean interrupt() {
    return JniLibrary.intOfObject(interrupt, model) != 0;
  }

  @Override
  public String failure() {
    long address = JniLibrary.longOfObject(find("failure"), model);
    return FfmDut.string(MemorySegment.ofAddress(address));
  }

  @Override
  public boolean checked() {
    return JniLibrary.intOf(find("checked")) != 0;
  }

  @Override
  public int lanes() {
    return JniLibrary.intOf(find("lanes"));
  }

  @Override
  public int traceWords() {
    return JniLibrary.intOf(find("trace_words"));
  }

  @Override
  public int trace(MemorySegment records, long capacity) {
    return JniLibrary.intOfObjectLongs(find("trace"), model, records.address(), capacity);
  }

  @Override
  public long traceCount() {
    return JniLibrary.longOfObject(find("trace_count"), model);
  }

  @Override
  public int openWave(String path, WaveWindow window) {
    return JniLibrary.openWave(
        find("open_wave"), model, JniLibrary.bytes(path), window.from(), window.to());
  }

  @Override
  public int selectMutant(int number) {
    return JniLibrary.intOfObjectInt(find("select_mutant"), model, number);
  }

  @Override
  public int writeCoverage(String path) {
    return JniLibrary.intOfObjectText(find("write_coverage"), model, JniLibrary.bytes(path));
  }

  @Override
  public void close() {
    JniLibrary.voidOfObject(find("destroy"), model);
    library.close();
  }
}
