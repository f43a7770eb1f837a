package dev.zhulong.hal;

import dev.zhulong.firmware.link.KernelInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A launch being put together: {@code kernel.launch(gx, gy, gz).bind(0, a).push("n", 5).submit()}.
 * It may be submitted several times, and changed in between.
 */
public final class Launch {
  private static final int PART_ALIGNMENT = 16;

  private static final int LOCAL_ALIGNMENT = 16;
  private static final int MAXIMUM_LOCAL = 1 << 20;

  private final Kernel kernel;
  private final int[] grid;
  private final Buffer[] buffers;
  private final long[] starts;
  private final long[] sizes;
  private final int[] arguments;
  private final boolean[] pushed;
  private final Map<String, Integer> local = new HashMap<>();
  private final List<Buffer> reachable = new ArrayList<>();
  private LaunchLimits limits = LaunchLimits.DEFAULT;

  Launch(Kernel kernel, int x, int y, int z) {
    if (x < 0 || y < 0 || z < 0) {
      throw new IllegalArgumentException("grid " + x + "," + y + "," + z + " has a negative part");
    }
    this.kernel = kernel;
    this.grid = new int[] {x, y, z};
    this.buffers = new Buffer[kernel.info().bindings().size()];
    this.starts = new long[buffers.length];
    this.sizes = new long[buffers.length];
    this.arguments = new int[kernel.info().argumentBytes() / 4];
    this.pushed = new boolean[kernel.info().pushConstants().size()];
  }

  /** Binds a buffer to a binding of set 0. */
  public Launch bind(int binding, Buffer buffer) {
    return bind(0, binding, buffer);
  }

  /**
   * Binds a buffer.
   *
   * @throws IllegalArgumentException if the kernel has no such binding or the buffer is too small
   */
  public Launch bind(int set, int binding, Buffer buffer) {
    return bind(set, binding, buffer, 0, buffer.size());
  }

  /**
   * Binds a part of a buffer; the kernel sees nothing of the rest.
   *
   * @param offset first byte of the part, a multiple of 16
   * @param bytes size of the part
   * @throws IllegalArgumentException if the kernel has no such binding, or the part is too small,
   *     not aligned or not inside the buffer
   */
  public Launch bind(int set, int binding, Buffer buffer, long offset, long bytes) {
    List<KernelInfo.Binding> bindings = kernel.info().bindings();
    for (int i = 0; i < bindings.size(); i++) {
      if (bindings.get(i).set() == set && bindings.get(i).binding() == binding) {
        return bind(i, bindings.get(i), buffer, offset, bytes);
      }
    }
    throw unknown("binding " + set + "." + binding);
  }

  /** Binds a buffer to the binding of this name; otherwise as by number. */
  public Launch bind(String name, Buffer buffer) {
    List<KernelInfo.Binding> bindings = kernel.info().bindings();
    for (int i = 0; i < bindings.size(); i++) {
      if (bindings.get(i).name().equals(name)) {
        return bind(i, bindings.get(i), buffer, 0, buffer.size());
      }
    }
    throw unknown("binding \"" + name + "\"");
  }

  private IllegalArgumentException unknown(String what) {
    List<String> known = new ArrayList<>();
    kernel.info().bindings().forEach(b -> known.add(label(b)));
    return new IllegalArgumentException(
        "kernel "
            + kernel.info().name()
            + " has no "
            + what
            + "; it has "
            + (known.isEmpty() ? "none" : String.join(", ", known)));
  }

  private static String label(KernelInfo.Binding b) {
    return b.set() + "." + b.binding() + " (" + b.name() + ")";
  }

  private Launch bind(
      int index, KernelInfo.Binding binding, Buffer buffer, long offset, long bytes) {
    buffer.requireOpen();
    if (!buffer.belongsTo(kernel.gpu())) {
      throw new IllegalArgumentException(
          "binding " + label(binding) + ": the buffer belongs to another device");
    }
    if (offset < 0 || offset % PART_ALIGNMENT != 0 || bytes < 0 || bytes > buffer.size() - offset) {
      throw new IllegalArgumentException(
          "binding "
              + label(binding)
              + ": "
              + bytes
              + " bytes from "
              + offset
              + " on are not a part of a buffer of "
              + buffer.size()
              + " bytes that begins at a multiple of "
              + PART_ALIGNMENT);
    }
    if (bytes < binding.minimumBytes()) {
      throw new IllegalArgumentException(
          "binding "
              + label(binding)
              + " has "
              + bytes
              + " bytes, the kernel needs at least "
              + binding.minimumBytes());
    }
    buffers[index] = buffer;
    starts[index] = buffer.address() + offset;
    sizes[index] = bytes;
    return this;
  }

  /**
   * Gives a kernel's parameter that points to local memory so many bytes of it, for each workgroup.
   *
   * @throws IllegalArgumentException if the kernel has no such parameter
   */
  public Launch local(String name, int bytes) {
    if (bytes < 0 || bytes > MAXIMUM_LOCAL) {
      throw new IllegalArgumentException(
          "local memory of " + bytes + " bytes for " + name + "; at most " + MAXIMUM_LOCAL);
    }
    local.put(name, bytes);
    return pushBits(name, 0, "local");
  }

  /** Places what parameters point to behind the kernel's own local memory; returns all of it. */
  private int placeLocal(int[] block) {
    int end = kernel.info().localBytes();
    for (KernelInfo.PushConstant member : kernel.info().pushConstants()) {
      if (member.type().equals("local")) {
        block[member.argumentOffset() / 4] = end;
        int bytes = local.getOrDefault(member.name(), 0);
        end += bytes + LOCAL_ALIGNMENT - 1 & -LOCAL_ALIGNMENT;
      }
    }
    return end;
  }

  /** Sets a push constant of integer type with up to 32 bits; narrower ones take its low bits. */
  public Launch push(String name, int value) {
    return pushBits(name, value, "i32", "u32", "i16", "u16", "i8", "u8");
  }

  /** Sets a push constant of 64-bit integer type, or a buffer reference, from a buffer's address. */
  public Launch push(String name, long value) {
    return pushBits(name, value, "i64", "u64");
  }

  /** Sets a push constant of float type; a 16-bit one is rounded to nearest. */
  public Launch push(String name, float value) {
    for (KernelInfo.PushConstant member : kernel.info().pushConstants()) {
      if (member.name().equals(name) && member.type().equals("f16")) {
        return pushBits(name, Float.floatToFloat16(value), "f16");
      }
    }
    return pushBits(name, Float.floatToRawIntBits(value), "f32");
  }

  /**
   * Lets the kernel read and write buffers that it reaches by address: by references in its push
   * constants or in other buffers.
   */
  public Launch reachable(Buffer... others) {
    for (Buffer buffer : others) {
      buffer.requireOpen();
      if (!buffer.belongsTo(kernel.gpu())) {
        throw new IllegalArgumentException("a reachable buffer belongs to another device");
      }
      reachable.add(buffer);
    }
    return this;
  }

  private Launch pushBits(String name, long bits, String... types) {
    List<KernelInfo.PushConstant> members = kernel.info().pushConstants();
    for (int i = 0; i < members.size(); i++) {
      KernelInfo.PushConstant member = members.get(i);
      if (member.name().equals(name)) {
        if (!List.of(types).contains(member.type())) {
          throw new IllegalArgumentException(
              "push constant "
                  + name
                  + " is "
                  + member.type()
                  + ", not "
                  + String.join("/", types));
        }
        place(member, bits);
        pushed[i] = true;
        return this;
      }
    }
    throw new IllegalArgumentException(
        "kernel "
            + kernel.info().name()
            + " has no push constant \""
            + name
            + "\"; it has "
            + members.stream().map(KernelInfo.PushConstant::name).toList());
  }

  /**
   * Sets push constants from the bytes of the push-constant block, laid out as the shader declares
   * it. Members that do not lie wholly in the bytes stay as they are.
   */
  public Launch push(byte[] block) {
    List<KernelInfo.PushConstant> members = kernel.info().pushConstants();
    ByteBuffer bytes = ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < members.size(); i++) {
      KernelInfo.PushConstant member = members.get(i);
      int size = member.bytes();
      if (member.offset() + size <= block.length) {
        int from = member.offset();
        place(
            member,
            switch (size) {
              case 1 -> bytes.get(from);
              case 2 -> bytes.getShort(from);
              case 4 -> bytes.getInt(from);
              default -> bytes.getLong(from);
            });
        pushed[i] = true;
      }
    }
    return this;
  }

  private void place(KernelInfo.PushConstant member, long bits) {
    int word = member.argumentOffset() / 4;
    int size = member.bytes();
    if (size < 4) {
      int shift = 8 * (member.argumentOffset() % 4);
      int mask = (1 << 8 * size) - 1;
      arguments[word] = arguments[word] & ~(mask << shift) | ((int) bits & mask) << shift;
      return;
    }
    arguments[word] = (int) bits;
    if (size == 8) {
      arguments[word + 1] = (int) (bits >>> 32);
    }
  }

  /** Limits the time; without it, {@link LaunchLimits#DEFAULT}. */
  public Launch limits(LaunchLimits newLimits) {
    limits = newLimits;
    return this;
  }

  /**
   * Hands the launch to the device, behind those submitted before.
   *
   * @return its end
   * @throws IllegalStateException if a binding or push constant has not been given
   */
  public Fence submit() {
    List<String> missing = new ArrayList<>();
    for (int i = 0; i < buffers.length; i++) {
      if (buffers[i] == null) {
        missing.add("binding " + label(kernel.info().bindings().get(i)));
      } else {
        buffers[i].requireOpen();
      }
    }
    for (int i = 0; i < pushed.length; i++) {
      if (!pushed[i]) {
        missing.add("push constant " + kernel.info().pushConstants().get(i).name());
      }
    }
    if (!missing.isEmpty()) {
      throw new IllegalStateException(
          "kernel " + kernel.info().name() + " lacks " + String.join(", ", missing));
    }
    return kernel.gpu().submit(work());
  }

  private Work work() {
    List<KernelInfo.Binding> bindings = kernel.info().bindings();
    int[] block = arguments.clone();
    List<Regions.Region> regions = new ArrayList<>();
    for (int i = 0; i < buffers.length; i++) {
      KernelInfo.Binding binding = bindings.get(i);
      block[binding.argumentOffset() / 4] = (int) starts[i];
      block[binding.argumentOffset() / 4 + 1] = Math.toIntExact(sizes[i]);
      regions.add(Regions.data(starts[i], sizes[i], binding.readable(), binding.writable()));
    }
    for (Buffer buffer : reachable) {
      buffer.requireOpen();
      regions.add(Regions.data(buffer.address(), buffer.size(), true, true));
    }
    return Work.grid(kernel, grid, block, placeLocal(block), regions, limits);
  }
}
