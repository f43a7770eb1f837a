package dev.zhulong.hal;

import dev.zhulong.firmware.link.KernelInfo;
import dev.zhulong.firmware.link.KernelInfo.Kind;
import dev.zhulong.firmware.texel.DescriptorLayout;
import dev.zhulong.firmware.texel.TexelFormat;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
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
  private final List<Slot> slots;
  private final int[] arguments;
  private final boolean[] pushed;
  private final Map<String, Integer> local = new HashMap<>();
  private final List<Buffer> reachable = new ArrayList<>();
  private LaunchLimits limits = LaunchLimits.DEFAULT;

  /** A descriptor, and what it was given. */
  private static final class Slot {
    private final KernelInfo.Binding binding;
    private final int element;
    private int[] words;
    private Buffer memory;
    private long start;
    private long size;

    private Slot(KernelInfo.Binding binding, int element) {
      this.binding = binding;
      this.element = element;
    }

    /** Word of the argument block that it begins at. */
    private int place() {
      return binding.argumentOffset() / 4 + element * binding.kind().words();
    }

    private String label() {
      return binding.set()
          + "."
          + binding.binding()
          + " ("
          + binding.name()
          + (binding.count() > 1 ? "[" + element + "]" : "")
          + ")";
    }
  }

  Launch(Kernel kernel, int x, int y, int z) {
    if (x < 0 || y < 0 || z < 0) {
      throw new IllegalArgumentException("grid " + x + "," + y + "," + z + " has a negative part");
    }
    this.kernel = kernel;
    this.grid = new int[] {x, y, z};
    this.slots = new ArrayList<>();
    for (KernelInfo.Binding binding : kernel.info().bindings()) {
      for (int element = 0; element < binding.count(); element++) {
        slots.add(new Slot(binding, element));
      }
    }
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
    return bind(set, binding, 0, buffer, offset, bytes);
  }

  /**
   * Binds a part of a buffer to an element of an array of buffers.
   *
   * @param element its index
   * @param offset first byte of the part, a multiple of 16
   * @param bytes size of the part
   * @throws IllegalArgumentException if the kernel has no such binding, or the part is too small,
   *     not aligned or not inside the buffer
   */
  public Launch bind(int set, int binding, int element, Buffer buffer, long offset, long bytes) {
    return bind(slot(set, binding, element, Kind.BUFFER), buffer, offset, bytes);
  }

  /** Binds a buffer to the binding of this name, or to an element of it as {@code name[2]}. */
  public Launch bind(String name, Buffer buffer) {
    for (Slot slot : slots) {
      String whole = slot.binding.name();
      if (slot.element == 0 && whole.equals(name)
          || (whole + "[" + slot.element + "]").equals(name)) {
        require(slot, Kind.BUFFER);
        return bind(slot, buffer, 0, buffer.size());
      }
    }
    throw unknown("binding \"" + name + "\"");
  }

  /** Binds a texture to a binding of set 0. */
  public Launch bind(int binding, Texture texture) {
    return bind(0, binding, 0, texture, 0);
  }

  /** Binds a texture with the sampler that it is read by to a binding of set 0. */
  public Launch bind(int binding, Texture texture, Sampler sampler) {
    return bind(0, binding, 0, texture, 0, sampler);
  }

  /**
   * Binds a texture.
   *
   * @param element index in an array of images, or 0
   * @param firstLevel mip level that the kernel sees as its first
   * @throws IllegalArgumentException if the kernel has no such binding, or declares another format
   */
  public Launch bind(int set, int binding, int element, Texture texture, int firstLevel) {
    Slot slot = slot(set, binding, element, Kind.IMAGE);
    return bindImage(slot, texture.memory(), texture.shape(), texture.descriptor(firstLevel));
  }

  /**
   * Binds a texture with the sampler that it is read by.
   *
   * @param element index in an array of images, or 0
   * @param firstLevel mip level that the kernel sees as its first
   * @throws IllegalArgumentException if the kernel has no such binding
   */
  public Launch bind(
      int set, int binding, int element, Texture texture, int firstLevel, Sampler sampler) {
    Slot slot = slot(set, binding, element, Kind.SAMPLED_IMAGE);
    int[] image = texture.descriptor(firstLevel);
    int[] words = Arrays.copyOf(image, Kind.SAMPLED_IMAGE.words());
    System.arraycopy(sampler.descriptor(), 0, words, image.length, Kind.SAMPLER.words());
    return bindImage(slot, texture.memory(), texture.shape(), words);
  }

  /**
   * Binds a sampler.
   *
   * @param element index in an array of samplers, or 0
   * @throws IllegalArgumentException if the kernel has no such binding
   */
  public Launch bind(int set, int binding, int element, Sampler sampler) {
    slot(set, binding, element, Kind.SAMPLER).words = sampler.descriptor();
    return this;
  }

  /**
   * Binds a part of a buffer as a texel buffer.
   *
   * @param element index in an array of texel buffers, or 0
   * @param format format of its texels
   * @param offset first byte of the part, a multiple of 16
   * @param bytes size of the part
   * @throws IllegalArgumentException if the kernel has no such binding, or the part is not aligned
   *     or not inside the buffer
   */
  public Launch bindTexels(
      int set,
      int binding,
      int element,
      Buffer buffer,
      TexelFormat format,
      long offset,
      long bytes) {
    Slot slot = slot(set, binding, element, Kind.IMAGE);
    requirePart(slot, buffer, offset, bytes);
    int[] words = new int[DescriptorLayout.IMAGE_WORDS];
    words[DescriptorLayout.ADDRESS] = (int) (buffer.address() + offset);
    words[DescriptorLayout.FORMAT] = format.word();
    words[DescriptorLayout.WIDTH] = (int) (bytes / format.bytes());
    words[DescriptorLayout.HEIGHT] = 1;
    words[DescriptorLayout.DEPTH] = 1;
    words[DescriptorLayout.LEVELS] = 1;
    for (int c = 0; c < 4; c++) {
      words[DescriptorLayout.CHANNELS + c] = format.channelWord(c);
    }
    requireFormat(slot, format);
    return put(slot, words, buffer, buffer.address() + offset, bytes);
  }

  /**
   * The words of the descriptor that a binding has been given.
   *
   * @throws IllegalArgumentException if the kernel has no such binding
   * @throws IllegalStateException if it has been given nothing
   */
  public int[] descriptor(int set, int binding) {
    for (Slot slot : slots) {
      if (slot.binding.set() == set && slot.binding.binding() == binding) {
        if (slot.words == null) {
          throw new IllegalStateException("binding " + slot.label() + " has been given nothing");
        }
        return slot.words.clone();
      }
    }
    throw unknown("binding " + set + "." + binding);
  }

  private Launch bindImage(Slot slot, Buffer memory, TextureShape shape, int[] words) {
    requirePart(slot, memory, 0, memory.size());
    requireFormat(slot, shape.format());
    return put(slot, words, memory, memory.address(), memory.size());
  }

  /** A declared format must be the texture's in what decides where texels are. */
  private static void requireFormat(Slot slot, TexelFormat format) {
    TexelFormat declared = TexelFormat.of(slot.binding.element());
    if (declared != null && declared.bytes() != format.bytes()) {
      throw new IllegalArgumentException(
          "binding "
              + slot.label()
              + ": the texture has format "
              + format
              + ", the kernel declares "
              + declared);
    }
  }

  private Slot slot(int set, int binding, int element, Kind kind) {
    for (Slot slot : slots) {
      if (slot.binding.set() == set
          && slot.binding.binding() == binding
          && slot.element == element) {
        require(slot, kind);
        return slot;
      }
    }
    throw unknown("binding " + set + "." + binding + (element == 0 ? "" : "[" + element + "]"));
  }

  private static void require(Slot slot, Kind kind) {
    if (slot.binding.kind() != kind) {
      throw new IllegalArgumentException(
          "binding "
              + slot.label()
              + " is a "
              + slot.binding.kind().label()
              + " in the kernel, not a "
              + kind.label());
    }
  }

  private IllegalArgumentException unknown(String what) {
    List<String> known = slots.stream().map(Slot::label).toList();
    return new IllegalArgumentException(
        "kernel "
            + kernel.info().name()
            + " has no "
            + what
            + "; it has "
            + (known.isEmpty() ? "none" : String.join(", ", known)));
  }

  private void requirePart(Slot slot, Buffer buffer, long offset, long bytes) {
    buffer.requireOpen();
    if (!buffer.belongsTo(kernel.gpu())) {
      throw new IllegalArgumentException(
          "binding " + slot.label() + ": the buffer belongs to another device");
    }
    if (offset < 0 || offset % PART_ALIGNMENT != 0 || bytes < 0 || bytes > buffer.size() - offset) {
      throw new IllegalArgumentException(
          "binding "
              + slot.label()
              + ": "
              + bytes
              + " bytes from "
              + offset
              + " on are not a part of a buffer of "
              + buffer.size()
              + " bytes that begins at a multiple of "
              + PART_ALIGNMENT);
    }
  }

  private Launch bind(Slot slot, Buffer buffer, long offset, long bytes) {
    requirePart(slot, buffer, offset, bytes);
    if (bytes < slot.binding.minimumBytes()) {
      throw new IllegalArgumentException(
          "binding "
              + slot.label()
              + " has "
              + bytes
              + " bytes, the kernel needs at least "
              + slot.binding.minimumBytes());
    }
    long start = buffer.address() + offset;
    return put(slot, new int[] {(int) start, Math.toIntExact(bytes)}, buffer, start, bytes);
  }

  private Launch put(Slot slot, int[] words, Buffer memory, long start, long size) {
    slot.words = words;
    slot.memory = memory;
    slot.start = start;
    slot.size = size;
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

  /**
   * Sets a push constant of 64-bit integer type, or a buffer reference, from a buffer's address.
   */
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
    for (Slot slot : slots) {
      if (slot.words == null && !slot.binding.open()) {
        missing.add("binding " + slot.label());
      } else if (slot.memory != null) {
        slot.memory.requireOpen();
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
    int[] block = arguments.clone();
    List<Regions.Region> regions = new ArrayList<>();
    int[] last = {};
    for (Slot slot : slots) {
      // What an array without a size has not been given is what it was given last.
      int[] words = slot.words == null && slot.element > 0 ? last : slot.words;
      last = words == null ? new int[slot.binding.kind().words()] : words;
      System.arraycopy(last, 0, block, slot.place(), last.length);
      if (slot.memory != null) {
        KernelInfo.Binding binding = slot.binding;
        regions.add(Regions.data(slot.start, slot.size, binding.readable(), binding.writable()));
      }
    }
    KernelInfo.Proof proof = kernel.info().proof();
    if (proof.flagOffset() >= 0) {
      block[proof.flagOffset() / 4] = proof.holds(grid, offset -> block[offset / 4]) ? 1 : 0;
    }
    for (Buffer buffer : reachable) {
      buffer.requireOpen();
      regions.add(Regions.data(buffer.address(), buffer.size(), true, true));
    }
    return Work.grid(kernel, grid, block, placeLocal(block), regions, limits);
  }
}
