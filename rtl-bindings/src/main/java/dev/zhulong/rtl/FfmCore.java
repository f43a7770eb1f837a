package dev.zhulong.rtl;

import dev.zhulong.rtl.ffi.zl_model_h;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Path;
import java.util.NoSuchElementException;

/** The core in a native library, through foreign functions. */
final class FfmCore implements CoreFunctions {
  private final Arena library = Arena.ofShared();
  private final zl_model_h functions;
  private final MemorySegment model;

  FfmCore(Path file, MemorySegment memory) {
    try {
      functions = new zl_model_h(SymbolLookup.libraryLookup(file, library));
      requireVersion(functions.zl_model_abi_version());
      model = functions.zl_model_create(memory, memory.byteSize());
      requireMemory(model.address());
    } catch (RuntimeException e) {
      library.close();
      throw e;
    }
  }

  static void requireVersion(int version) {
    if (version != zl_model_h.ZL_MODEL_ABI_VERSION) {
      throw new NoSuchElementException(
          "it has interface version " + version + ", must be " + zl_model_h.ZL_MODEL_ABI_VERSION);
    }
  }

  static void requireMemory(long model) {
    if (model == 0) {
      throw new ModelUnavailableException("the host has no memory left for a cycle model");
    }
  }

  @Override
  public int read32(int offset) {
    return functions.zl_model_read32(model, offset);
  }

  @Override
  public void write32(int offset, int value) {
    functions.zl_model_write32(model, offset, value);
  }

  @Override
  public void setMemory(MemoryTiming timing) {
    functions.zl_model_set_memory(
        model, timing.latency(), timing.cyclesPerLine(), timing.jitter(), timing.seed());
  }

  @Override
  public void mapHost(long address, MemorySegment bytes) {
    functions.zl_model_map_host(model, address, bytes, bytes.byteSize());
  }

  @Override
  public void unmapHost(long address) {
    functions.zl_model_unmap_host(model, address);
  }

  @Override
  public void holdMemory(boolean held) {
    functions.zl_model_hold_memory(model, held ? 1 : 0);
  }

  @Override
  public int run(long maxCycles, long maxNanoseconds) {
    return functions.zl_model_run(model, maxCycles, maxNanoseconds);
  }

  @Override
  public void stop() {
    functions.zl_model_stop(model);
  }

  @Override
  public long cycles() {
    return functions.zl_model_cycles(model);
  }

  @Override
  public boolean interrupt() {
    return functions.zl_model_interrupt(model) != 0;
  }

  @Override
  public String failure() {
    return FfmDut.string(functions.zl_model_failure(model));
  }

  @Override
  public boolean checked() {
    return functions.zl_model_checked() != 0;
  }

  @Override
  public int lanes() {
    return functions.zl_model_lanes();
  }

  @Override
  public int traceWords() {
    return functions.zl_model_trace_words();
  }

  @Override
  public int trace(MemorySegment records, long capacity) {
    return functions.zl_model_trace(model, records, capacity);
  }

  @Override
  public long traceCount() {
    return functions.zl_model_trace_count(model);
  }

  @Override
  public int openWave(String path, WaveWindow window) {
    try (Arena arena = Arena.ofConfined()) {
      return functions.zl_model_open_wave(
          model, arena.allocateFrom(path), window.from(), window.to());
    }
  }

  @Override
  public int selectMutant(int number) {
    return functions.zl_model_select_mutant(model, number);
  }

  @Override
  public int writeCoverage(String path) {
    try (Arena arena = Arena.ofConfined()) {
      return functions.zl_model_write_coverage(model, arena.allocateFrom(path));
    }
  }

  @Override
  public void close() {
    functions.zl_model_destroy(model);
    library.close();
  }
}
