package dev.zhulong.compiler.frontend.spirv;

import static dev.zhulong.compiler.ir.Opcode.*;

import dev.zhulong.compiler.frontend.spirv.Pointer.Resource;
import dev.zhulong.compiler.ir.Builder;
import dev.zhulong.compiler.ir.Constant;
import dev.zhulong.compiler.ir.IndexBound;
import dev.zhulong.compiler.ir.Type;
import dev.zhulong.compiler.ir.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;

/**
 * Holds accesses against the buffers that their pointer may come from, by address: those of a
 * kernel's parameters, whose arithmetic is on bytes, and those through pointers that are values.
 * Such a pointer may leave its buffer and come back, so only the access itself counts.
 */
final class PointerBounds {
  /** Buffers that an access is compared with at most, one after the other. */
  private static final int MOST_BUFFERS = 64;

  /** A buffer, and where its size in bytes is. */
  private record Buffer(Value base, ResourceHandle.Descriptor size) {}

  private final SpirvModule module;
  private final SpirvFunction entry;
  private final Ids ids;
  private final Builder b;
  private final BoundsChecks checks;
  private final Map<Integer, Buffer> parameters = new HashMap<>();

  /** By identity, as each pointer that is a value has a resource of its own. */
  private final Map<Resource, List<Buffer>> buffers = new IdentityHashMap<>();

  private BufferRoots roots;

  PointerBounds(
      SpirvModule module, SpirvFunction entry, Ids ids, Builder builder, BoundsChecks checks) {
    this.module = module;
    this.entry = entry;
    this.ids = ids;
    this.b = builder;
    this.checks = checks;
  }

  /** Notes a parameter of the kernel that points to a buffer. */
  void parameter(int id, Resource resource, Value base, ResourceHandle.Descriptor size) {
    Buffer buffer = new Buffer(base, size);
    parameters.put(id, buffer);
    buffers.put(resource, List.of(buffer));
  }

  /**
   * Notes the resource of a pointer that is a value, if all buffers it may lead to are known. In a
   * shader they are at most those that it declares; a kernel may have addresses from elsewhere.
   */
  void value(int id, StorageClass storage, Resource resource) {
    if (!checks.wanted()) {
      return;
    }
    if (roots == null) {
      roots = new BufferRoots(module, entry);
    }
    List<Integer> from = roots.of(id).stream().sorted().toList();
    if (from.isEmpty() && storage == StorageClass.STORAGE_BUFFER) {
      from = storageBuffers();
    }
    List<Buffer> all = new ArrayList<>();
    for (int root : from) {
      if (!add(root, all)) {
        return;
      }
    }
    if (!all.isEmpty() && all.size() <= MOST_BUFFERS) {
      buffers.put(resource, all);
    }
  }

  private List<Integer> storageBuffers() {
    List<Integer> variables = new ArrayList<>();
    for (SpirvInstruction variable : module.globals()) {
      if (ids.type(variable.type()) instanceof SpirvType.Pointer pointer
          && pointer.storage() == StorageClass.STORAGE_BUFFER
          && ids.isPointer(variable.id())) {
        variables.add(variable.id());
      }
    }
    return variables;
  }

  /** The same place, no longer held against its buffer by its indices but by its address. */
  Pointer.Memory byAddress(Pointer.Memory p) {
    Resource r = p.memory();
    if (!checks.wanted() || r.size() == null) {
      return p;
    }
    Resource moved =
        new Resource(
            r.space(),
            r.index(),
            r.explicitLayout(),
            r.readOnly(),
            r.isVolatile(),
            r.usage(),
            null);
    buffers.put(moved, List.of(new Buffer(p.base(), r.size())));
    return new Pointer.Memory(
        p.type(),
        moved,
        p.base(),
        p.dynamic(),
        p.constant(),
        p.matrix(),
        p.componentStride(),
        null);
  }

  /** Adds the buffers of a root; false if their sizes are not known. */
  private boolean add(int root, List<Buffer> all) {
    if (module.kernels() || parameters.containsKey(root)) {
      Buffer buffer = parameters.get(root);
      return buffer != null && all.add(buffer);
    }
    if (!ids.isPointer(root)) {
      return false;
    }
    return switch (ids.pointer(root)) {
      case Pointer.Memory p when p.memory().size() != null ->
          all.add(new Buffer(p.base(), p.memory().size()));
      case Pointer.Descriptors p when !isTrusted(p.resource()) -> addEach(p, all);
      default -> false;
    };
  }

  private static boolean isTrusted(Resource resource) {
    return resource.usage() != null && resource.usage().isTrusted();
  }

  /** Adds the buffers of an array of them; false if they are too many to compare with. */
  private boolean addEach(Pointer.Descriptors p, List<Buffer> all) {
    long count = 1;
    for (SpirvType t = p.type(); t instanceof SpirvType.Array array; t = array.element()) {
      count = Math.min(count * array.length(), MOST_BUFFERS + 1L);
    }
    if (all.size() + count > MOST_BUFFERS) {
      return false;
    }
    for (int n = 0; n < count; n++) {
      var words = new ResourceHandle.Descriptor(p.base(), p.offset() + 4 * n * p.words());
      all.add(new Buffer(words.word(b, 0), words.from(1)));
    }
    return true;
  }

  /** Whether accesses by way of a resource are held against its buffers. */
  boolean covers(Resource resource) {
    return checks.wanted() && buffers.containsKey(resource);
  }

  /**
   * Whether an access lies in one of its buffers; null where that is known to hold.
   *
   * @param p a place that is {@link #covers covered}
   * @param bytes length of the access
   * @param number gives each test its number
   */
  Value inside(Pointer.Memory p, int bytes, IntSupplier number) {
    Value any = null;
    boolean proven = false;
    for (Buffer buffer : buffers.get(p.memory())) {
      int id = number.getAsInt();
      proven |= checks.proven().contains(id);
      int last = bytes - 1;
      Value size = buffer.size().word(b, 0);
      Value length = b.op(SUB, b.op(MAX_U, size, Constant.i32(last)), Constant.i32(last));
      int place = buffer.size().isFixed() ? buffer.size().offset() : -1;
      IndexBound bound = new IndexBound(id, place, last, 1, -1);
      Value inside = b.make(INSIDE, Type.BOOL, bound, offset(p, buffer.base()), length);
      any = any == null ? inside : b.op(B_OR, any, inside);
    }
    return proven ? null : any;
  }

  /** Bytes from a buffer's begin to a place. */
  private Value offset(Pointer.Memory p, Value base) {
    Value moved = p.dynamic();
    if (p.base() != base) {
      Value start = moved == null ? p.base() : b.op(ADD, p.base(), moved);
      moved = b.op(SUB, start, base);
    }
    if (moved == null) {
      return Constant.i32(p.constant());
    }
    return p.constant() == 0 ? moved : b.op(ADD, moved, Constant.i32(p.constant()));
  }
}
