package dev.zhulong.compiler.frontend.spirv;

import static dev.zhulong.compiler.ir.Opcode.*;

import dev.zhulong.compiler.frontend.spirv.Pointer.Resource;
import dev.zhulong.compiler.frontend.spirv.Pointer.Usage;
import dev.zhulong.compiler.ir.Access;
import dev.zhulong.compiler.ir.Builder;
import dev.zhulong.compiler.ir.Constant;
import dev.zhulong.compiler.ir.Space;
import dev.zhulong.compiler.ir.Type;
import dev.zhulong.compiler.ir.Value;
import dev.zhulong.firmware.isa.Csr;
import dev.zhulong.firmware.link.KernelInfo;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The parameters of an OpenCL kernel. A pointer to global or constant memory is a buffer, an image
 * and a sampler are what they are to shaders: set 0, the parameter's index as its binding. A
 * pointer to local memory is one word, an offset that the launch chooses. What is passed by value
 * lies behind those descriptors like a C struct of those parameters, each scalar named by its path.
 */
final class KernelArguments {
  private static final int MAXIMUM_BYTES = 4096;
  private static final int NO_ALIAS = 4;
  private static final int BY_VALUE = 2;
  private static final int NO_WRITE = 6;
  private static final int LOCAL_ALIGNMENT = 16;

  /** Operand of an image's type that says how it may be accessed. */
  private static final int ACCESS = 7;

  private static final int READ_ONLY = 0;

  private final SpirvModule module;
  private final Ids ids;
  private final Builder b;
  private final List<Resourced> resources = new ArrayList<>();
  private final List<KernelInfo.PushConstant> values = new ArrayList<>();
  private List<String> types = List.of();
  private boolean usesLocal;
  private int localParameters;
  private int localEnd;
  private int argumentBytes;

  /** A parameter with a descriptor at a byte offset of the argument block. */
  private record Resourced(
      int index, String name, SpirvType type, KernelInfo.Kind kind, int offset, Usage usage) {}

  /**
   * The parameters of a kernel.
   *
   * @param localBytes local memory that the kernel's own variables take
   */
  KernelArguments(SpirvModule module, Ids ids, Builder builder, int localBytes) {
    this.module = module;
    this.ids = ids;
    this.b = builder;
    this.localEnd = localBytes;
  }

  /** Whether a parameter points to local memory that the launch chooses. */
  boolean usesLocal() {
    return usesLocal;
  }

  /** End of local memory that variables and parameters of known size take, in bytes. */
  int localEnd() {
    return localEnd;
  }

  /** Size of the argument block. */
  int argumentBytes() {
    return (argumentBytes + 3) & ~3;
  }

  /** What is passed by value, in order. */
  List<KernelInfo.PushConstant> values() {
    return values;
  }

  /** The buffers, images and samplers, as the translated code uses them. */
  List<KernelInfo.Binding> bindings() {
    List<KernelInfo.Binding> made = new ArrayList<>();
    for (Resourced r : resources) {
      SpirvType element = r.type instanceof SpirvType.Pointer p ? p.pointee() : null;
      String scalars = element == null ? "mixed" : ShaderInterface.elementType(element);
      made.add(
          new KernelInfo.Binding(
                  0,
                  r.index,
                  r.name,
                  r.offset,
                  0,
                  element == null ? 0 : (int) KernelLayout.bytes(element),
                  withSign(r.index, scalars),
                  r.usage.isRead(),
                  r.usage.isWritten())
              .of(r.kind, 1, false));
    }
    return made;
  }

  /** Gives the parameters of an entry point what the launch passes. */
  void bind(String entryPoint, SpirvFunction kernel, MemoryTranslator memory) {
    Value block = b.make(READ_CSR, Type.I32, Csr.MSCRATCH);
    List<SpirvInstruction> parameters = kernel.parameters();
    types = module.argumentTypes(entryPoint);
    for (int n = 0; n < parameters.size(); n++) {
      if (isBuffer(parameters.get(n))) {
        bindBuffer(parameters.get(n), n, block, memory);
      } else if (handleKind(parameters.get(n)) != null) {
        bindHandle(parameters.get(n), n, block);
      }
    }
    int start = argumentBytes;
    for (int n = 0; n < parameters.size(); n++) {
      SpirvInstruction parameter = parameters.get(n);
      if (!isBuffer(parameter) && handleKind(parameter) == null) {
        bindValue(parameter, n, start, block, memory);
      }
    }
    values.sort(Comparator.comparingInt(KernelInfo.PushConstant::offset));
    if (argumentBytes - start > MAXIMUM_BYTES) {
      throw SpirvErrors.at(
          module.place(),
          "the kernel's arguments by value take %d bytes; at most %d are supported",
          argumentBytes - start,
          MAXIMUM_BYTES);
    }
  }

  private SpirvType.Pointer pointer(SpirvInstruction parameter) {
    return ids.type(parameter.type()) instanceof SpirvType.Pointer p ? p : null;
  }

  private boolean isBuffer(SpirvInstruction parameter) {
    SpirvType.Pointer type = pointer(parameter);
    return type != null
        && (type.storage() == StorageClass.CROSS_WORKGROUP
            || type.storage() == StorageClass.CONSTANT_MEMORY
            || type.storage() == StorageClass.GENERIC);
  }

  /** What kind of descriptor an image or a sampler has; null for other parameters. */
  private KernelInfo.Kind handleKind(SpirvInstruction parameter) {
    return switch (ids.type(parameter.type())) {
      case SpirvType.Image _ -> KernelInfo.Kind.IMAGE;
      case SpirvType.Sampler _ -> KernelInfo.Kind.SAMPLER;
      default -> null;
    };
  }

  private Resourced add(SpirvInstruction parameter, int index, KernelInfo.Kind kind) {
    Resourced made =
        new Resourced(
            index,
            name(parameter, index),
            ids.type(parameter.type()),
            kind,
            argumentBytes,
            new Usage());
    resources.add(made);
    argumentBytes += 4 * kind.words();
    return made;
  }

  private void bindHandle(SpirvInstruction parameter, int index, Value block) {
    Resourced made = add(parameter, index, handleKind(parameter));
    int[] type = module.definition(parameter.type()).operands();
    boolean readOnly = type.length > ACCESS && type[ACCESS] == READ_ONLY;
    ids.set(
        parameter.id(),
        ResourceHandle.of(
            made.type,
            new ResourceHandle.Descriptor(block, made.offset),
            readOnly && !module.hasGenericValues() ? resources.size() : -1,
            readOnly,
            made.usage));
  }

  private String name(SpirvInstruction parameter, int index) {
    String name = module.name(parameter.id()).replaceAll("\\s", "_");
    return name.isEmpty() ? "argument" + index : name;
  }

  /** SPIR-V's integers in kernels have no sign; the source's type tells. */
  private String withSign(int index, String element) {
    String declared = index < types.size() ? types.get(index) : "";
    boolean signed = declared.matches("(char|short|int|long)[0-9]*\\*?");
    return signed && element.startsWith("u") ? "i" + element.substring(1) : element;
  }

  private void bindBuffer(
      SpirvInstruction parameter, int index, Value block, MemoryTranslator memory) {
    SpirvType.Pointer type = pointer(parameter);
    Resourced buffer = add(parameter, index, KernelInfo.Kind.BUFFER);
    boolean alone = module.hasParameterAttribute(parameter.id(), NO_ALIAS);
    boolean constant = type.storage() == StorageClass.CONSTANT_MEMORY;
    boolean readOnly = constant || alone && module.hasParameterAttribute(parameter.id(), NO_WRITE);
    Resource resource =
        new Resource(
            Space.GLOBAL,
            alone && !module.hasGenericValues() ? resources.size() : -1,
            true,
            readOnly,
            module.decoration(parameter.id(), Decoration.VOLATILE) != null,
            buffer.usage,
            null);
    Access access = new Access(Space.ARGUMENTS, 4, false, buffer.offset, 0, true);
    Value base = b.make(LOAD, Type.I32, access, block);
    memory
        .bounds()
        .parameter(
            parameter.id(),
            resource,
            base,
            new ResourceHandle.Descriptor(block, buffer.offset + 4));
    SpirvType target = type.pointee();
    int stride = MemoryTranslator.stride(target, true);
    ids.set(
        parameter.id(), new Pointer.Memory(target, resource, base, null, 0, null, stride, null));
  }

  /** Gives a parameter local memory of a known size behind what is taken already. */
  private void bindLocal(SpirvInstruction parameter, String name, SpirvType type, int elements) {
    int start = localEnd + LOCAL_ALIGNMENT - 1 & -LOCAL_ALIGNMENT;
    long end = start + KernelLayout.bytes(type) * Integer.toUnsignedLong(elements);
    if (end > SharedVariables.MAXIMUM_BYTES) {
      throw SpirvErrors.at(
          module.place(),
          "%s elements of local memory for \"%s\" take %d bytes with all before; at most %d exist",
          Integer.toUnsignedString(elements),
          name,
          end,
          SharedVariables.MAXIMUM_BYTES);
    }
    localEnd = (int) end + 3 & ~3;
    Value base = b.make(READ_CSR, Type.I32, Csr.GROUP_LOCAL_BASE);
    ids.set(parameter.id(), b.op(ADD, base, Constant.i32(start)));
  }

  private void bindValue(
      SpirvInstruction parameter, int index, int start, Value block, MemoryTranslator memory) {
    SpirvType.Pointer pointer = pointer(parameter);
    String name = name(parameter, index);
    boolean copied = pointer != null && module.hasParameterAttribute(parameter.id(), BY_VALUE);
    if (pointer != null && !copied) {
      if (pointer.storage() != StorageClass.WORKGROUP) {
        throw SpirvErrors.at(
            module.place(), "kernel parameter \"%s\" points to private memory", name);
      }
      int elements = ids.specialization().localElements(localParameters++);
      if (elements >= 0) {
        bindLocal(parameter, name, pointer.pointee(), elements);
        return;
      }
      usesLocal = true;
      int at = (argumentBytes + 3) & ~3;
      values.add(new KernelInfo.PushConstant(name, "local", at - start, at));
      Access access = new Access(Space.ARGUMENTS, 4, false, at, 0, true);
      Value offset = b.make(LOAD, Type.I32, access, block);
      Value base = b.op(ADD, b.make(READ_CSR, Type.I32, Csr.GROUP_LOCAL_BASE), offset);
      ids.set(parameter.id(), base);
      argumentBytes = at + 4;
      return;
    }
    SpirvType type = copied ? pointer.pointee() : ids.type(parameter.type());
    int alignment = KernelLayout.alignment(type);
    int at = start + (argumentBytes - start + alignment - 1) / alignment * alignment;
    List<Layout.Word> words = new ArrayList<>();
    Layout.words(type, 0, null, true, module.place(), words);
    List<KernelInfo.PushConstant> named = new ArrayList<>();
    ShaderInterface.name(
        module, type, name, ShaderInterface.scalarOffsets(words, at - start), start, named);
    for (KernelInfo.PushConstant p : named) {
      values.add(
          new KernelInfo.PushConstant(
              p.name(), withSign(index, p.type()), p.offset(), p.argumentOffset()));
    }
    Resource resource = new Resource(Space.ARGUMENTS, 0, true, true, false, null, null);
    Value[] loaded = new Value[words.size()];
    for (int n = 0; n < loaded.length; n++) {
      Layout.Word word = words.get(n);
      loaded[n] =
          memory.loadWord(resource, new Layout.Word(word.scalar(), at + word.offset()), block);
    }
    if (copied) {
      memory.stackVariable(parameter.id(), name, type, loaded);
    } else {
      ids.set(parameter.id(), loaded);
    }
    argumentBytes = at + (int) KernelLayout.bytes(type);
  }
}
