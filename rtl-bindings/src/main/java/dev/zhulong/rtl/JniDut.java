package dev.zhulong.rtl;

import dev.zhulong.rtl.ffi.JniLibrary;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** A design in a native library, through the Java Native Interface. */
final class JniDut implements DutFunctions {
  private final Arena arena = Arena.ofShared();
  private final JniLibrary library;
  private final long eval;
  private final long step;
  private final long stepUntil;
  private long dut;

  JniDut(Path bridge, Path file) {
    try {
      library = new JniLibrary(bridge, file);
    } catch (RuntimeException e) {
      arena.close();
      throw e;
    }
    try {
      FfmDut.requireVersion(JniLibrary.intOf(find("abi_version")));
      eval = find("eval");
      step = find("step");
      stepUntil = find("step_until");
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private long find(String name) {
    return library.find("zl_dut_" + name);
  }

  private static String string(long address) {
    return FfmDut.string(MemorySegment.ofAddress(address));
  }

  @Override
  public String description() {
    return string(JniLibrary.longOf(find("description")));
  }

  @Override
  public boolean create(int seed) {
    dut = JniLibrary.longOfInt(find("create"), seed);
    return dut != 0;
  }

  @Override
  public long port(int number) {
    return JniLibrary.longOfObjectInt(find("port"), dut, number);
  }

  @Override
  public MemorySegment at(long address, long bytes) {
    return MemorySegment.ofAddress(address).reinterpret(bytes, arena, null);
  }

  @Override
  public MemorySegment memory() {
    return FfmDut.MEMORY;
  }

  @Override
  public int eval() {
    return JniLibrary.intOfObject(eval, dut);
  }

  @Override
  public int step(int clock, long cycles) {
    return JniLibrary.step(step, dut, clock, cycles);
  }

  @Override
  public int stepUntil(int clock, long cycles, int port, long value, boolean equal) {
    return JniLibrary.stepUntil(stepUntil, dut, clock, cycles, port, value, equal ? 1 : 0);
  }

  @Override
  public void advance(long units) {
    JniLibrary.voidOfObjectLong(find("advance"), dut, units);
  }

  @Override
  public long time() {
    return JniLibrary.longOfObject(find("time"), dut);
  }

  @Override
  public String text() {
    return string(JniLibrary.longOfObject(find("text"), dut));
  }

  @Override
  public void forgetText() {
    JniLibrary.voidOfObject(find("forget_text"), dut);
  }

  @Override
  public String stopFile() {
    return string(JniLibrary.longOfObject(find("stop_file"), dut));
  }

  @Override
  public int stopLine() {
    return JniLibrary.intOfObject(find("stop_line"), dut);
  }

  @Override
  public int startTrace(String path) {
    return JniLibrary.intOfObjectText(find("start_trace"), dut, JniLibrary.bytes(path));
  }

  @Override
  public void stopTrace() {
    JniLibrary.voidOfObject(find("stop_trace"), dut);
  }

  @Override
  public long buffer(long bytes) {
    return JniLibrary.longOfLongs(find("buffer"), dut, bytes);
  }

  @Override
  public long save() {
    return JniLibrary.longOfObject(find("save"), dut);
  }

  @Override
  public int restore(long bytes) {
    return JniLibrary.intOfObjectLong(find("restore"), dut, bytes);
  }

  @Override
  public long signal() {
    return JniLibrary.longOfObject(find("signal"), dut);
  }

  @Override
  public int writeCoverage(String path) {
    return JniLibrary.intOfObjectText(find("write_coverage"), dut, JniLibrary.bytes(path));
  }

  @Override
  public void close() {
    if (dut != 0) {
      JniLibrary.voidOfObject(find("destroy"), dut);
    }
    library.close();
    arena.close();
  }
}
