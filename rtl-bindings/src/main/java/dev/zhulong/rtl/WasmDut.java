package dev.zhulong.rtl;

import com.dylibso.chicory.runtime.ExportFunction;
import java.lang.foreign.MemorySegment;

/** A design in WebAssembly. */
final class WasmDut implements DutFunctions {
  private static final int NOT_BUILT = -1;

  private final WasmProgram program;
  private final ExportFunction eval;
  private final ExportFunction step;
  private final ExportFunction stepUntil;
  private long dut;

  WasmDut(WasmProgram program) {
    this.program = program;
    FfmDut.requireVersion((int) call("abi_version"));
    eval = program.function("zl_dut_eval");
    step = program.function("zl_dut_step");
    stepUntil = program.function("zl_dut_step_until");
  }

  private long call(String name, long... arguments) {
    return WasmProgram.first(program.function("zl_dut_" + name).apply(arguments));
  }

  @Override
  public String description() {
    return program.string(call("description"));
  }

  @Override
  public boolean create(int seed) {
    dut = call("create", seed);
    // Ports are views of the memory from now on.
    program.memory().settle();
    return dut != 0;
  }

  @Override
  public long port(int number) {
    return call("port", dut, number);
  }

  @Override
  public MemorySegment at(long address, long bytes) {
    return program.memory().segment(address, bytes);
  }

  @Override
  public MemorySegment memory() {
    return program.memory().segment();
  }

  @Override
  public int eval() {
    return (int) eval.apply(dut)[0];
  }

  @Override
  public int step(int clock, long cycles) {
    return (int) step.apply(dut, clock, cycles)[0];
  }

  @Override
  public int stepUntil(int clock, long cycles, int port, long value, boolean equal) {
    return (int) stepUntil.apply(dut, clock, cycles, port, value, equal ? 1 : 0)[0];
  }

  @Override
  public void advance(long units) {
    call("advance", dut, units);
  }

  @Override
  public long time() {
    return call("time", dut);
  }

  @Override
  public String text() {
    return program.string(call("text", dut));
  }

  @Override
  public void forgetText() {
    call("forget_text", dut);
  }

  @Override
  public String stopFile() {
    return program.string(call("stop_file", dut));
  }

  @Override
  public int stopLine() {
    return (int) call("stop_line", dut);
  }

  @Override
  public int startTrace(String path) {
    return NOT_BUILT;
  }

  @Override
  public void stopTrace() {
    call("stop_trace", dut);
  }

  @Override
  public long buffer(long bytes) {
    return call("buffer", dut, bytes);
  }

  @Override
  public long save() {
    return call("save", dut);
  }

  @Override
  public int restore(long bytes) {
    return (int) call("restore", dut, bytes);
  }

  @Override
  public long signal() {
    return call("signal", dut);
  }

  @Override
  public int writeCoverage(String path) {
    return NOT_BUILT;
  }

  @Override
  public void close() {
    if (dut != 0) {
      call("destroy", dut);
    }
  }
}
