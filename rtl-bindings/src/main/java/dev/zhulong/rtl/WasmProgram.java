package dev.zhulong.rtl;

import com.dylibso.chicory.compiler.InterpreterFallback;
import com.dylibso.chicory.compiler.MachineFactoryCompiler;
import com.dylibso.chicory.runtime.ExportFunction;
import com.dylibso.chicory.runtime.HostFunction;
import com.dylibso.chicory.runtime.ImportFunction;
import com.dylibso.chicory.runtime.ImportValues;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Machine;
import com.dylibso.chicory.runtime.WasmFunctionHandle;
import com.dylibso.chicory.wasm.ChicoryException;
import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.FunctionImport;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** An instance of a model's WebAssembly module, compiled to the JVM's code. */
final class WasmProgram {
  private static final long[] NOTHING = {};
  // What WASI answers to a program that wants something of a host which has nothing.
  private static final long[] BAD_DESCRIPTOR = {8};
  private static final long[] DONE = {0};

  /** Modules of this process: compiling takes longer than most tests. */
  private static final Map<Path, Compiled> COMPILED = new ConcurrentHashMap<>();

  private final Instance instance;
  private final Map<String, ExportFunction> functions = new HashMap<>();

  /** A module and what runs it. */
  record Compiled(WasmModule module, Function<Instance, Machine> machine) {}

  private WasmProgram(Instance instance) {
    this.instance = instance;
  }

  /**
   * Loads a module and compiles it.
   *
   * @param imports functions of the module {@code zl}
   * @throws IllegalArgumentException if the file is no module
   */
  static WasmProgram load(Path file, Map<String, WasmFunctionHandle> imports) {
    try {
      return start(COMPILED.computeIfAbsent(file, WasmProgram::compile), imports);
    } catch (ChicoryException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static Compiled compile(Path file) {
    WasmModule module = Parser.parse(file);
    return new Compiled(
        module,
        MachineFactoryCompiler.builder(module)
            .withInterpreterFallback(InterpreterFallback.SILENT)
            .compile());
  }

  /** Starts an instance of a module that is compiled. */
  static WasmProgram start(Compiled compiled, Map<String, WasmFunctionHandle> imports) {
    WasmModule module = compiled.module();
    return new WasmProgram(
        Instance.builder(module)
            .withMachineFactory(compiled.machine())
            .withMemoryFactory(WasmMemory::new)
            .withImportValues(imports(module, imports))
            .build());
  }

  private static ImportValues imports(WasmModule module, Map<String, WasmFunctionHandle> own) {
    List<ImportFunction> functions = new ArrayList<>();
    for (int i = 0; i < module.importSection().importCount(); i++) {
      if (module.importSection().getImport(i) instanceof FunctionImport wanted) {
        WasmFunctionHandle function =
            wanted.module().equals("zl")
                ? own.get(wanted.name())
                : wanted.name().equals("proc_exit")
                    ? (_, _) -> abort()
                    : wanted.name().startsWith("environ")
                        ? (caller, a) -> nothing(caller, a)
                        : (_, _) -> BAD_DESCRIPTOR;
        functions.add(
            new HostFunction(
                wanted.module(),
                wanted.name(),
                module.typeSection().getType(wanted.typeIndex()),
                function));
      }
    }
    return ImportValues.builder().withFunctions(functions).build();
  }

  // An environment without variables.
  private static long[] nothing(Instance caller, long[] arguments) {
    for (long address : arguments) {
      caller.memory().writeI32((int) address, 0);
    }
    return DONE;
  }

  private static long[] abort() {
    throw new IllegalStateException(
        "the model has ended itself; most likely its memory is exhausted");
  }

  /** A result that is none. */
  static long[] nothing() {
    return NOTHING;
  }

  ExportFunction function(String name) {
    return functions.computeIfAbsent(name, instance::export);
  }

  /** The result of a function, 0 if it has none. */
  static long first(long[] results) {
    return results == null || results.length == 0 ? 0 : results[0];
  }

  WasmMemory memory() {
    return (WasmMemory) instance.memory();
  }

  /** A text of C. */
  String string(long address) {
    return memory().readCString((int) address, StandardCharsets.UTF_8);
  }
}
