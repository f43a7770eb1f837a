package dev.zhulong.compiler.testing;

import dev.zhulong.compiler.ir.Access;
import dev.zhulong.compiler.ir.ConstantTable;
import dev.zhulong.compiler.ir.Constant;
import dev.zhulong.compiler.ir.Folding;
import dev.zhulong.compiler.ir.Instruction;
import dev.zhulong.compiler.ir.Kernel;
import dev.zhulong.compiler.ir.Local;
import dev.zhulong.compiler.ir.Region;
import dev.zhulong.compiler.ir.StackSlot;
import dev.zhulong.compiler.ir.Value;
import dev.zhulong.firmware.isa.Csr;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.function.IntBinaryOperator;

/** Runs kernels of any stage, one invocation a thread. Does not know warps. */
public final class KernelInterpreter {
  private static final int ARGUMENTS = 0x100;
  private static final int FIRST_BUFFER = 0x10000;
  private static final int LOCAL_BASE = 0xffff0000;
  private static final int STACK_BASE = 0x70000000;
  private static final int MEMORY = 1 << 22;

  private final Kernel kernel;
  private final ByteBuffer memory = ByteBuffer.allocate(MEMORY).order(ByteOrder.LITTLE_ENDIAN);

  private KernelInterpreter(Kernel kernel) {
    this.kernel = kernel;
  }

  /**
   * Runs a grid.
   *
   * @param buffers contents of the bindings in order, changed in place
   * @param pushConstants words of the push-constant block
   * @param groups workgroups in x
   */
  public static void run(Kernel kernel, List<int[]> buffers, int[] pushConstants, int groups) {
    KernelInterpreter it = new KernelInterpreter(kernel);
    List<Integer> addresses = new ArrayList<>();
    int at = FIRST_BUFFER;
    for (int n = 0; n < buffers.size(); n++) {
      addresses.add(at);
      it.memory.putInt(ARGUMENTS + 8 * n, at);
      it.memory.putInt(ARGUMENTS + 8 * n + 4, buffers.get(n).length * 4);
      for (int w = 0; w < buffers.get(n).length; w++) {
        it.memory.putInt(at + 4 * w, buffers.get(n)[w]);
      }
      at += buffers.get(n).length * 4 + 256;
    }
    for (int w = 0; w < pushConstants.length; w++) {
      it.memory.putInt(ARGUMENTS + 8 * buffers.size() + 4 * w, pushConstants[w]);
    }
    for (int g = 0; g < groups; g++) {
      it.group(g, groups);
    }
    for (int n = 0; n < buffers.size(); n++) {
      for (int w = 0; w < buffers.get(n).length; w++) {
        buffers.get(n)[w] = it.memory.getInt(addresses.get(n) + 4 * w);
      }
    }
  }

  private void group(int g, int groups) {
    int size = kernel.group().get(0) * kernel.group().get(1) * kernel.group().get(2);
    ByteBuffer shared = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
    CyclicBarrier barrier = new CyclicBarrier(size);
    List<Invocation> all = new ArrayList<>();
    for (int n = 0; n < size; n++) {
      all.add(new Invocation(n, g, groups, shared, barrier));
    }
    if (kernel.independent()) {
      all.forEach(Invocation::run);
      return;
    }
    List<Throwable> failures = java.util.Collections.synchronizedList(new ArrayList<>());
    List<Thread> threads = new ArrayList<>();
    for (Invocation invocation : all) {
      threads.add(
          Thread.ofVirtual()
              .uncaughtExceptionHandler((_, e) -> failures.add(e))
              .start(invocation::run));
    }
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
    if (!failures.isEmpty()) {
      throw new IllegalStateException(failures.getFirst());
    }
  }

  private final class Invocation {
    private final Map<Csr, Integer> csrs = new HashMap<>();
    private final ByteBuffer shared;
    private final ByteBuffer stack = ByteBuffer.allocate(8192).order(ByteOrder.LITTLE_ENDIAN);
    private final Map<StackSlot, Integer> slots = new IdentityHashMap<>();
    private final Map<ConstantTable, Integer> tables = new IdentityHashMap<>();
    private final Map<Local, Integer> locals = new IdentityHashMap<>();
    private final Map<Value, Integer> values = new IdentityHashMap<>();
    private final CyclicBarrier barrier;
    private int stackTop;
    private long steps;

    Invocation(int local, int g, int groups, ByteBuffer shared, CyclicBarrier barrier) {
      this.shared = shared;
      this.barrier = barrier;
      int x = kernel.group().get(0);
      int y = kernel.group().get(1);
      csrs.put(Csr.MSCRATCH, ARGUMENTS);
      csrs.put(Csr.LOCAL_ID_X, local % x);
      csrs.put(Csr.LOCAL_ID_Y, local / x % y);
      csrs.put(Csr.LOCAL_ID_Z, local / x / y);
      csrs.put(Csr.GROUP_ID_X, g);
      csrs.put(Csr.GROUP_ID_Y, 0);
      csrs.put(Csr.GROUP_ID_Z, 0);
      csrs.put(Csr.GRID_SIZE_X, groups);
      csrs.put(Csr.GRID_SIZE_Y, 1);
      csrs.put(Csr.GRID_SIZE_Z, 1);
      csrs.put(Csr.GROUP_LOCAL_BASE, LOCAL_BASE);
    }

    void run() {
      region(kernel.body());
    }

    private int get(Value value) {
      return value instanceof Constant c ? c.bits() : values.get(value);
    }

    /** Runs a region and returns its terminator. */
    private Instruction region(Region region) {
      for (Instruction i : region.instructions()) {
        if (i.opcode().terminator()) {
          return i;
        }
        instruction(i);
      }
      throw new IllegalStateException("region without terminator");
    }

    private void instruction(Instruction i) {
      if (++steps > 5_000_000) {
        throw new IllegalStateException("the kernel does not end");
      }
      switch (i.opcode()) {
        case LOCAL_GET ->
            values.put(i.result(), locals.getOrDefault((Local) i.attribute(), 0xdeadbeef));
        case LOCAL_SET -> locals.put((Local) i.attribute(), get(i.operand(0)));
        case IF -> {
          Instruction yield = region(i.regions().get(get(i.operand(0)) != 0 ? 0 : 1));
          assign(i.results(), yield.operands());
        }
        case LOOP -> loop(i);
        case READ_CSR -> values.put(i.result(), csrs.get((Csr) i.attribute()));
        case STACK_ADDRESS ->
            values.put(
                i.result(),
                slots.computeIfAbsent(
                    (StackSlot) i.attribute(),
                    slot -> {
                      stackTop += slot.bytes();
                      return STACK_BASE + stackTop - slot.bytes();
                    }));
        case TABLE_ADDRESS ->
            values.put(
                i.result(), tables.computeIfAbsent((ConstantTable) i.attribute(), this::place));
        case BARRIER -> {
          try {
            barrier.await();
          } catch (InterruptedException | BrokenBarrierException e) {
            throw new IllegalStateException(e);
          }
        }
        case MEMORY_FENCE -> {}
        case LOAD -> values.put(i.result(), load(i));
        case STORE -> store(i);
        case ATOMIC_ADD -> atomic(i, Integer::sum);
        case ATOMIC_MIN_S -> atomic(i, Math::min);
        case ATOMIC_MAX_S -> atomic(i, Math::max);
        case ATOMIC_AND -> atomic(i, (a, c) -> a & c);
        case ATOMIC_OR -> atomic(i, (a, c) -> a | c);
        case ATOMIC_XOR -> atomic(i, (a, c) -> a ^ c);
        case ATOMIC_EXCHANGE -> atomic(i, (_, c) -> c);
        case ATOMIC_MIN_U -> atomic(i, (a, c) -> Integer.compareUnsigned(a, c) < 0 ? a : c);
        case ATOMIC_MAX_U -> atomic(i, (a, c) -> Integer.compareUnsigned(a, c) > 0 ? a : c);
        case ATOMIC_COMPARE_EXCHANGE -> {
          int wanted = get(i.operand(1));
          int replacement = get(i.operand(2));
          atomic(i, (a, _) -> a == wanted ? replacement : a);
        }
        default -> {
          List<Constant> operands =
              i.operands().stream().map(v -> new Constant(v.type(), get(v))).toList();
          Constant made = Folding.fold(i.opcode(), operands).orElseThrow();
          values.put(i.result(), made.bits());
        }
      }
    }

    private void assign(List<? extends Value> to, List<Value> from) {
      int[] bits = from.stream().mapToInt(this::get).toArray();
      for (int n = 0; n < bits.length; n++) {
        values.put(to.get(n), bits[n]);
      }
    }

    private void loop(Instruction i) {
      Region body = i.regions().getFirst();
      List<Value> carried = i.operands();
      while (true) {
        assign(body.arguments(), carried);
        Instruction next = region(body);
        carried = next.operands().subList(1, next.operands().size());
        if (get(next.operand(0)) == 0) {
          assign(i.results(), carried);
          return;
        }
        if (++steps > 5_000_000) {
          throw new IllegalStateException("the kernel does not end");
        }
      }
    }

    /** Puts a table beside the slots. */
    private int place(ConstantTable table) {
      int at = stackTop;
      for (int n = 0; n < table.length(); n++) {
        stack.putInt(at + 4 * n, table.word(n));
      }
      stackTop += 4 * table.length();
      return STACK_BASE + at;
    }

    private ByteBuffer memoryOf(Access access) {
      return switch (access.space()) {
        case GLOBAL, ARGUMENTS -> memory;
        case SHARED -> shared;
        case PRIVATE, CONSTANT -> stack;
      };
    }

    private int place(Instruction i) {
      int address = get(i.operand(0)) + i.access().offset();
      return switch (i.access().space()) {
        case GLOBAL, ARGUMENTS -> address;
        case SHARED -> address - LOCAL_BASE;
        case PRIVATE, CONSTANT -> address - STACK_BASE;
      };
    }

    private int load(Instruction i) {
      ByteBuffer from = memoryOf(i.access());
      int at = place(i);
      return switch (i.access().bytes()) {
        case 1 -> i.access().signed() ? from.get(at) : from.get(at) & 0xff;
        case 2 -> i.access().signed() ? from.getShort(at) : from.getShort(at) & 0xffff;
        default -> from.getInt(at);
      };
    }

    private void store(Instruction i) {
      ByteBuffer to = memoryOf(i.access());
      int value = get(i.operand(1));
      switch (i.access().bytes()) {
        case 1 -> to.put(place(i), (byte) value);
        case 2 -> to.putShort(place(i), (short) value);
        default -> to.putInt(place(i), value);
      }
    }

    private void atomic(Instruction i, IntBinaryOperator change) {
      ByteBuffer where = memoryOf(i.access());
      synchronized (where) {
        int old = where.getInt(place(i));
        where.putInt(place(i), change.applyAsInt(old, get(i.operand(1))));
        values.put(i.result(), old);
      }
    }
  }
}
