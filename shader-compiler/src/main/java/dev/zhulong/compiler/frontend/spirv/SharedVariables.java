package dev.zhulong.compiler.frontend.spirv;

import static dev.zhulong.compiler.ir.Opcode.*;

import dev.zhulong.compiler.frontend.spirv.Pointer.Resource;
import dev.zhulong.compiler.ir.Access;
import dev.zhulong.compiler.ir.Argument;
import dev.zhulong.compiler.ir.Builder;
import dev.zhulong.compiler.ir.Constant;
import dev.zhulong.compiler.ir.Instruction;
import dev.zhulong.compiler.ir.Region;
import dev.zhulong.compiler.ir.Space;
import dev.zhulong.compiler.ir.Type;
import dev.zhulong.compiler.ir.Value;
import dev.zhulong.firmware.isa.Csr;
import java.util.ArrayList;
import java.util.List;

/**
 * Variables in local memory. Each has its own place, but blocks with explicit layout, which all
 * start at the same one (SPV_KHR_workgroup_memory_explicit_layout).
 */
final class SharedVariables {
  /** More than any device has. */
  static final int MAXIMUM_BYTES = 1 << 20;

  private final SpirvModule module;
  private final Ids ids;
  private final Builder b;
  private final List<int[]> zeroed = new ArrayList<>();
  private int variables;
  private int bytes;

  SharedVariables(SpirvModule module, Ids ids, Builder builder) {
    this.module = module;
    this.ids = ids;
    this.b = builder;
  }

  /** Whether shared variables are blocks; all are, or none is. */
  static boolean blocks(SpirvModule module, Ids ids) {
    return module.globals().stream()
        .map(v -> ids.type(v.type()))
        .anyMatch(
            t ->
                t instanceof SpirvType.Pointer pointer
                    && pointer.storage() == StorageClass.WORKGROUP
                    && isBlock(module, pointer.pointee()));
  }

  private static boolean isBlock(SpirvModule module, SpirvType type) {
    return type instanceof SpirvType.Struct struct
        && module.decoration(struct.id(), Decoration.BLOCK) != null;
  }

  /** Bytes of local memory that the variables take. */
  int bytes() {
    return bytes;
  }

  /** Whether a variable must be zero at the start. */
  boolean zeroed() {
    return !zeroed.isEmpty();
  }

  /** Gives a variable its place. */
  void bind(SpirvInstruction variable, SpirvType type) {
    boolean block = isBlock(module, type);
    boolean kernel = module.kernels();
    long size = 4 * type.scalars();
    int start = block ? 0 : bytes;
    if (kernel) {
      size = KernelLayout.bytes(type);
      int alignment = KernelLayout.alignment(type);
      start = (bytes + alignment - 1) / alignment * alignment;
    } else if (block) {
      size = Layout.fixedBytes(type, null, module.place());
    }
    if (start + size > MAXIMUM_BYTES) {
      throw SpirvErrors.at(
          module.place(),
          "shared variable \"%s\" takes %d bytes; local memory is much smaller",
          module.name(variable.id()),
          size);
    }
    int identity = block ? -1 : variables++;
    boolean flat = kernel && module.hasGenericValues();
    Resource resource =
        new Resource(
            flat ? Space.GLOBAL : Space.SHARED,
            flat ? -1 : identity,
            block || kernel,
            false,
            false,
            null,
            null);
    int stride = MemoryTranslator.stride(type, block || kernel);
    ids.set(
        variable.id(), new Pointer.Memory(type, resource, base(), null, start, null, stride, null));
    int end = (int) (start + size + 3) & ~3;
    bytes = Math.max(bytes, end);
    boolean undefined =
        variable.operands().length > 1
            && module.definition(variable.operand(1)).op() == SpirvOp.UNDEF;
    if (variable.operands().length > 1 && !undefined) {
      requireNull(variable);
      zeroed.add(new int[] {start, end});
    }
  }

  private void requireNull(SpirvInstruction variable) {
    if (module.definition(variable.operand(1)).op() != SpirvOp.CONSTANT_NULL) {
      throw SpirvErrors.at(
          module.place(),
          "shared variable \"%s\" has an initial value; only zero is possible",
          module.name(variable.id()));
    }
  }

  private Value base() {
    return b.make(READ_CSR, Type.I32, Csr.GROUP_LOCAL_BASE);
  }

  /**
   * Writes zeros, each invocation every so many words, and waits for all to have done so. The last
   * word is written by those, too, whose turn lies behind the end: that spares a branch.
   *
   * @param index number of the invocation in its workgroup
   * @param group invocations of a workgroup
   */
  void zero(Value index, int group) {
    for (int[] range : zeroed) {
      int words = (range[1] - range[0]) / 4;
      if (words <= group) {
        storeZero(index, range[0], words);
        continue;
      }
      Instruction loop = b.append(LOOP, List.of(index), List.of(Type.I32), null);
      Region before = b.region();
      Region body = new Region();
      loop.regions().add(body);
      Argument word = new Argument(Type.I32);
      body.arguments().add(word);
      b.region(body);
      storeZero(word, range[0], words);
      Value next = b.op(ADD, word, Constant.i32(group));
      b.append(NEXT, List.of(b.op(LT_U, next, Constant.i32(words)), next), List.of(), null);
      b.region(before);
    }
    b.effect(BARRIER, null);
  }

  private void storeZero(Value word, int start, int words) {
    Value inside = b.op(MIN_U, word, Constant.i32(words - 1));
    Value address = b.op(ADD, base(), b.op(SHL, inside, Constant.i32(2)));
    b.effect(STORE, new Access(Space.SHARED, 4, false, start, -1, false), address, Constant.i32(0));
  }
}
