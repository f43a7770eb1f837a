package dev.zhulong.compiler.frontend.wgsl;

import com.dylibso.chicory.runtime.ByteArrayMemory;
import com.dylibso.chicory.runtime.HostFunction;
import com.dylibso.chicory.runtime.ImportFunction;
import com.dylibso.chicory.runtime.ImportValues;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Memory;
import com.dylibso.chicory.runtime.TableInstance;
import com.dylibso.chicory.runtime.WasmFunctionHandle;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.FunctionImport;
import com.dylibso.chicory.wasm.types.MemoryLimits;
import com.dylibso.chicory.wasm.types.Table;
import com.dylibso.chicory.wasm.types.TableLimits;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One instance of naga. What its JavaScript shell gives it, strings and options by reference, is
 * given by {@link HostObjects}. For one thread at a time; after an exception other than {@link
 * Refused} it is dead.
 */
final class Naga {
  /** 256 MiB: a shader of the largest accepted size stays far below. */
  private static final int MAXIMUM_PAGES = 4096;

  private static final Pattern DECORATION =
      Pattern.compile("^__(wbg_)?(__wbindgen_|wbindgen_)?|_[0-9a-f]{16}$");

  /** Neither flips the y axis of positions nor renames anything. */
  private static final Map<String, Object> OPTIONS =
      Map.of("flags", Map.of("adjustCoordinateSpace", false, "debug", true));

  /** Thrown for a shader that naga refuses; the message is its report. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    Refused(String report) {
      super(report);
    }
  }

  private final HostObjects objects = new HostObjects();
  private final Instance instance;
  private final TableInstance references;
  private final Memory memory;

  Naga() {
    WasmModule module = NagaModule.load();
    instance =
        Instance.builder(module)
            .withMachineFactory(NagaModule::create)
            .withMemoryFactory(ByteArrayMemory::new)
            .withMemoryLimits(
                new MemoryLimits(
                    module.memorySection().orElseThrow().getMemory(0).limits().initialPages(),
                    MAXIMUM_PAGES))
            .withTableFactory(Naga::table)
            .withImportValues(imports(module))
            .build();
    references = instance.exports().table("__wbindgen_externrefs");
    memory = instance.memory();
    call("__wbindgen_start");
  }

  /** Tables grow in place with their limits, which the module would share between instances. */
  private static TableInstance table(Table declared, int initial) {
    TableLimits limits = declared.limits();
    return new TableInstance(
        new Table(
            declared.elementType(),
            new TableLimits(limits.min(), limits.max()),
            declared.initialize()),
        initial);
  }

  /**
   * Translates a module.
   *
   * @return SPIR-V, little-endian
   * @throws Refused if it is not right
   */
  byte[] translate(String source) throws Refused {
    try {
      byte[] text = source.getBytes(StandardCharsets.UTF_8);
      int place = (int) call("__wbindgen_malloc", text.length, 1)[0];
      memory.write(place, text);
      int module = handle(call("parseWgsl", place, text.length));
      int info = handle(call("validate", module));
      long[] written = call("writeSpirv", module, info, objects.add(OPTIONS));
      if (written[3] != 0) {
        throw refused((int) written[2]);
      }
      int bytes = (int) written[1] * 4;
      byte[] spirv = memory.readBytes((int) written[0], bytes);
      call("__wbindgen_free", written[0], bytes, 4);
      call("__wbg_moduleinfo_free", info, 0);
      call("__wbg_module_free", module, 0);
      return spirv;
    } finally {
      objects.keepOnly(held());
    }
  }

  /** The handle that a call gave: a value, an error's place in the table, and which of the two. */
  private int handle(long[] results) throws Refused {
    if (results[2] != 0) {
      throw refused((int) results[1]);
    }
    return (int) results[0];
  }

  private Refused refused(int place) {
    String report = String.valueOf(objects.get(references.ref(place)));
    call("__externref_table_dealloc", place);
    return new Refused(report);
  }

  private Set<Integer> held() {
    Set<Integer> held = new HashSet<>();
    for (int i = 0; i < references.size(); i++) {
      held.add(references.ref(i));
    }
    return held;
  }

  private long[] call(String function, long... arguments) {
    return instance.export(function).apply(arguments);
  }

  private String text(long place, long length) {
    return memory.readString((int) place, (int) length);
  }

  /** Every import of the module; those that no way from WGSL to SPIR-V needs throw. */
  private ImportValues imports(WasmModule module) {
    Map<String, WasmFunctionHandle> known =
        Map.ofEntries(
            Map.entry("init_externref_table", (_, _) -> fillTable()),
            Map.entry("generic", (_, a) -> one(objects.add(text(a[0], a[1])))),
            Map.entry("Error", (_, a) -> one(objects.add(text(a[0], a[1])))),
            Map.entry("throw", (_, a) -> fail(text(a[0], a[1]))),
            Map.entry(
                "get_with_ref_key",
                (_, a) -> one(objects.member(objects.get(a[0]), objects.get(a[1])))),
            Map.entry("in", (_, a) -> one(has(a[1], a[0]))),
            Map.entry("is_object", (_, a) -> one(objects.get(a[0]) instanceof Map<?, ?>)),
            Map.entry("is_string", (_, a) -> one(objects.get(a[0]) instanceof String)),
            Map.entry("is_function", (_, _) -> one(false)),
            Map.entry("is_undefined", (_, a) -> one(a[0] == HostObjects.UNDEFINED)),
            Map.entry(
                "jsval_loose_eq",
                (_, a) -> {
                  Object left = objects.get(a[0]);
                  return one(
                      left == null ? objects.get(a[1]) == null : left.equals(objects.get(a[1])));
                }),
            Map.entry("boolean_get", (_, a) -> one(truth(objects.get(a[0])))));
    List<ImportFunction> functions = new ArrayList<>();
    for (int i = 0; i < module.importSection().importCount(); i++) {
      if (module.importSection().getImport(i) instanceof FunctionImport wanted) {
        String plain = DECORATION.matcher(wanted.name()).replaceAll("");
        functions.add(
            new HostFunction(
                wanted.module(),
                wanted.name(),
                module.typeSection().getType(wanted.typeIndex()),
                known.getOrDefault(plain, (_, _) -> fail("asks for " + wanted.name()))));
      }
    }
    return ImportValues.builder().withFunctions(functions).build();
  }

  private long[] fillTable() {
    int first = references.grow(4, HostObjects.UNDEFINED, instance);
    references.setRef(0, HostObjects.UNDEFINED, instance);
    references.setRef(first + 1, HostObjects.NULL, instance);
    references.setRef(first + 2, HostObjects.of(true), instance);
    references.setRef(first + 3, HostObjects.of(false), instance);
    return new long[0];
  }

  private boolean has(long object, long key) {
    return objects.get(object) instanceof Map<?, ?> map && map.containsKey(objects.get(key));
  }

  /** As the shell answers: neither true nor false is a third number. */
  private static int truth(Object value) {
    return value instanceof Boolean b ? b ? 1 : 0 : 0xff_ffff;
  }

  private static long[] one(boolean value) {
    return one(value ? 1 : 0);
  }

  private static long[] one(long value) {
    return new long[] {value};
  }

  private static long[] fail(String message) {
    throw new IllegalStateException("naga: " + message);
  }
}
