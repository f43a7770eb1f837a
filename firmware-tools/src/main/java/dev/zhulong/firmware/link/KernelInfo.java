package dev.zhulong.firmware.link;

import dev.zhulong.firmware.isa.Extension;
import dev.zhulong.firmware.texel.DescriptorLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import java.util.regex.Pattern;

/**
 * What a compiled kernel says about itself: the contract between the compiler, which writes it into
 * the image's {@code .zl.kernel} section, and the driver, which launches by it.
 *
 * <p>The section is text in UTF-8, one fact a line: a keyword and its fields, separated by single
 * spaces. {@link #toText()} and {@link #parse(String)} are each other's inverse.
 *
 * <p>A kernel finds its argument block through {@code mscratch}. The block is read-only for the
 * kernel; all words are little-endian 32-bit. A buffer's descriptor is two words, address and size
 * in bytes; an image's and a sampler's are laid out by {@link DescriptorLayout}; push constants lie
 * in the block as the shader declares them.
 *
 * @param name entry point name
 * @param groupX workgroup size in invocations, x
 * @param groupY workgroup size in invocations, y
 * @param groupZ workgroup size in invocations, z
 * @param localBytes local memory bytes of a workgroup
 * @param stackBytes stack bytes that a hart uses at most
 * @param independent whether the warps of a workgroup need not run together (neither barriers nor
 *     local memory)
 * @param console whether the kernel writes to the console
 * @param argumentBytes size of the argument block, a multiple of 4
 * @param bindings resources, in argument-block order
 * @param pushConstants members of the push-constant block, in offset order; may be empty
 * @param formats texts that the kernel prints by, in C's notation; with any, the last two words of
 *     the argument block, but for the proof's, are the address and the size of a buffer for
 *     records: its first word counts the bytes wanted behind it; a record is a word with the
 *     format's number in its low and the number of words that follow in its high half, and those
 * @param proof what makes the kernel's bounds checks needless
 * @param extensions what its instructions need beyond those that every device has
 */
public record KernelInfo(
    String name,
    int groupX,
    int groupY,
    int groupZ,
    int localBytes,
    int stackBytes,
    boolean independent,
    boolean console,
    int argumentBytes,
    List<Binding> bindings,
    List<PushConstant> pushConstants,
    List<String> formats,
    Proof proof,
    Set<Extension> extensions) {

  /** Name of the ELF section that holds the text form. */
  public static final String SECTION = ".zl.kernel";

  private static final int VERSION = 3;

  /**
   * One resource that a launch must supply.
   *
   * @param set descriptor set
   * @param binding binding number in the set
   * @param name the shader's name of it, never blank, without spaces
   * @param argumentOffset byte offset of its descriptor in the argument block
   * @param minimumBytes bytes that the shader's fixed part needs; a buffer must have at least these
   * @param strideBytes bytes of an element of its trailing run-time array, or 0 without one
   * @param element type of its scalars when all are alike: {@code i}, {@code u} or {@code f} and
   *     its bits, as {@code f32}; else {@code mixed}
   * @param readable whether the kernel reads it
   * @param writable whether the kernel writes it
   * @param kind what it is
   * @param count descriptors, one after the other: more than 1 for an array
   * @param open whether the shader's array has no size, so that a launch may supply fewer
   */
  public record Binding(
      int set,
      int binding,
      String name,
      int argumentOffset,
      int minimumBytes,
      int strideBytes,
      String element,
      boolean readable,
      boolean writable,
      Kind kind,
      int count,
      boolean open) {
    /** A single buffer. */
    public Binding(
        int set,
        int binding,
        String name,
        int argumentOffset,
        int minimumBytes,
        int strideBytes,
        String element,
        boolean readable,
        boolean writable) {
      this(
          set,
          binding,
          name,
          argumentOffset,
          minimumBytes,
          strideBytes,
          element,
          readable,
          writable,
          Kind.BUFFER,
          1,
          false);
    }

    /** The same with another kind and number of descriptors, fixed or not. */
    public Binding of(Kind newKind, int newCount, boolean newOpen) {
      return new Binding(
          set,
          binding,
          name,
          argumentOffset,
          minimumBytes,
          strideBytes,
          element,
          readable,
          writable,
          newKind,
          newCount,
          newOpen);
    }
  }

  /** What a descriptor describes. */
  public enum Kind {
    /** A buffer: address and size. */
    BUFFER(2),
    /** An image or texel buffer. */
    IMAGE(DescriptorLayout.IMAGE_WORDS),
    /** A sampler. */
    SAMPLER(DescriptorLayout.SAMPLER_WORDS),
    /** An image and, behind it, its sampler. */
    SAMPLED_IMAGE(DescriptorLayout.IMAGE_WORDS + DescriptorLayout.SAMPLER_WORDS);

    private final int words;

    Kind(int words) {
      this.words = words;
    }

    /** Words of a descriptor. */
    public int words() {
      return words;
    }

    /** As in a kernel image. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The kind of a label.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Kind of(String label) {
      return valueOf(label.toUpperCase(Locale.ROOT));
    }
  }

  /**
   * One scalar of the push-constant block.
   *
   * @param name path of the member, as {@code scale} or {@code camera.eye[0]}, without spaces
   * @param type scalar type: {@code i}, {@code u} or {@code f} and its bits, as {@code u32}; {@code
   *     local} for a word that takes the offset of local memory that the launch adds
   * @param offset byte offset as the shader declares it, from the start of the push-constant block
   * @param argumentOffset byte offset in the argument block
   */
  public record PushConstant(String name, String type, int offset, int argumentOffset) {
    private static final Pattern TYPE = Pattern.compile("[iu](8|16|32|64)|f(16|32)|local");

    /** Checks the type. */
    public PushConstant {
      if (!TYPE.matcher(type).matches()) {
        throw new IllegalArgumentException("push constant " + name + " is of type " + type);
      }
    }

    /** Bytes that it takes: the bits in its type's name, divided by eight. */
    public int bytes() {
      return type.equals("local") ? 4 : Integer.parseInt(type.substring(1)) / 8;
    }
  }

  /**
   * Conditions under which no access that they stand for leaves its buffer. The driver looks at
   * them at each launch, and the kernel asks for its answer.
   *
   * @param flagOffset byte offset in the argument block of the word that is 1 if all hold; −1
   *     without conditions
   * @param limits the conditions
   */
  public record Proof(int flagOffset, List<Limit> limits) {
    /** Without conditions. */
    public static final Proof NONE = new Proof(-1, List.of());

    /** Copies the list. */
    public Proof {
      limits = List.copyOf(limits);
    }

    /**
     * Whether all conditions hold.
     *
     * @param grid workgroups in each dimension
     * @param arguments the argument block's word at a byte offset
     */
    public boolean holds(int[] grid, IntUnaryOperator arguments) {
      return limits.stream().allMatch(limit -> limit.holds(grid, arguments));
    }
  }

  /**
   * A condition: the largest index is below the elements that a buffer has for its last member.
   *
   * @param sizeOffset byte offset of the buffer's size in the argument block
   * @param arrayOffset byte offset of the member in the buffer
   * @param strideBytes bytes of an element
   * @param largest the largest index
   */
  public record Limit(int sizeOffset, int arrayOffset, int strideBytes, HostExpression largest) {
    /** Checks the numbers. */
    public Limit {
      if (sizeOffset < 0 || sizeOffset % 4 != 0 || arrayOffset < 0 || strideBytes < 1) {
        throw new IllegalArgumentException("a limit at " + sizeOffset + " of " + strideBytes);
      }
    }

    private boolean holds(int[] grid, IntUnaryOperator arguments) {
      long index = largest.evaluate(grid, arguments);
      long bytes = (arguments.applyAsInt(sizeOffset) & 0xffff_ffffL) - arrayOffset;
      return index >= 0 && index < bytes / strideBytes;
    }
  }

  /** A kernel without conditions that prints nothing. */
  public KernelInfo(
      String name,
      int groupX,
      int groupY,
      int groupZ,
      int localBytes,
      int stackBytes,
      boolean independent,
      boolean console,
      int argumentBytes,
      List<Binding> bindings,
      List<PushConstant> pushConstants) {
    this(
        name,
        groupX,
        groupY,
        groupZ,
        localBytes,
        stackBytes,
        independent,
        console,
        argumentBytes,
        bindings,
        pushConstants,
        List.of(),
        Proof.NONE,
        Set.of());
  }

  /** Copies the lists. */
  public KernelInfo {
    formats = List.copyOf(formats);
    bindings = List.copyOf(bindings);
    pushConstants = List.copyOf(pushConstants);
    extensions = Set.copyOf(extensions);
  }

  /** Byte offset in the argument block of the two words for printing. */
  public int printOffset() {
    return (proof.flagOffset >= 0 ? proof.flagOffset : argumentBytes) - 8;
  }

  /** Invocations of a workgroup. */
  public int groupSize() {
    return groupX * groupY * groupZ;
  }

  /** The text form, with a newline after each line. */
  public String toText() {
    StringBuilder out = new StringBuilder();
    line(out, "version", VERSION);
    line(out, "kernel", name);
    line(out, "group", groupX, groupY, groupZ);
    line(out, "local", localBytes);
    line(out, "stack", stackBytes);
    line(out, "independent", independent);
    line(out, "console", console);
    line(out, "arguments", argumentBytes);
    for (Extension extension : extensions) {
      line(out, "extension", extension);
    }
    for (Binding b : bindings) {
      line(
          out,
          "binding",
          b.set,
          b.binding,
          b.name,
          b.argumentOffset,
          b.minimumBytes,
          b.strideBytes,
          b.element,
          (b.readable ? "r" : "-") + (b.writable ? "w" : "-"),
          b.kind.label(),
          b.count,
          b.open);
    }
    for (PushConstant p : pushConstants) {
      line(out, "push", p.name, p.type, p.offset, p.argumentOffset);
    }
    for (String format : formats) {
      line(out, "format", HexFormat.of().formatHex(format.getBytes(StandardCharsets.UTF_8)));
    }
    if (proof.flagOffset >= 0) {
      line(out, "proof", proof.flagOffset);
      for (Limit l : proof.limits) {
        line(out, "limit", l.sizeOffset, l.arrayOffset, l.strideBytes, l.largest.toText());
      }
    }
    return out.toString();
  }

  private static void line(StringBuilder out, Object... fields) {
    for (int i = 0; i < fields.length; i++) {
      out.append(i == 0 ? "" : " ").append(fields[i]);
    }
    out.append('\n');
  }

  /**
   * Reads the text form.
   *
   * @throws IllegalArgumentException if a line is not of this form; the message names the line
   */
  public static KernelInfo parse(String text) {
    Parser p = new Parser();
    int number = 0;
    for (String line : text.split("\n", -1)) {
      number++;
      if (line.isBlank()) {
        continue;
      }
      try {
        p.accept(line.split(" "));
      } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "%s line %d is not understood: \"%s\"; recompile the kernel",
                SECTION,
                number,
                line),
            e);
      }
    }
    return p.finish();
  }

  private static final class Parser {
    private int version;
    private String name = "";
    private final int[] group = new int[3];
    private int local;
    private int stack;
    private boolean independent;
    private boolean console;
    private int arguments;
    private final List<Binding> bindings = new ArrayList<>();
    private final List<PushConstant> pushConstants = new ArrayList<>();
    private final List<String> formats = new ArrayList<>();
    private final Set<Extension> extensions = EnumSet.noneOf(Extension.class);
    private int flagOffset = -1;
    private final List<Limit> limits = new ArrayList<>();

    void accept(String[] f) {
      switch (f[0]) {
        case "version" -> version = number(f[1]);
        case "kernel" -> name = f[1];
        case "group" -> {
          for (int i = 0; i < 3; i++) {
            group[i] = number(f[1 + i]);
          }
        }
        case "local" -> local = number(f[1]);
        case "stack" -> stack = number(f[1]);
        case "independent" -> independent = Boolean.parseBoolean(f[1]);
        case "console" -> console = Boolean.parseBoolean(f[1]);
        case "arguments" -> arguments = number(f[1]);
        case "binding" ->
            bindings.add(
                new Binding(
                    number(f[1]),
                    number(f[2]),
                    f[3],
                    number(f[4]),
                    number(f[5]),
                    number(f[6]),
                    f[7],
                    f[8].charAt(0) == 'r',
                    f[8].charAt(1) == 'w',
                    Kind.of(f[9]),
                    number(f[10]),
                    Boolean.parseBoolean(f[11])));
        case "extension" -> extensions.add(Extension.valueOf(f[1]));
        case "push" -> pushConstants.add(new PushConstant(f[1], f[2], number(f[3]), number(f[4])));
        case "format" ->
            formats.add(new String(HexFormat.of().parseHex(f[1]), StandardCharsets.UTF_8));
        case "proof" -> flagOffset = number(f[1]);
        case "limit" -> {
          Iterator<String> words = Arrays.asList(f).subList(4, f.length).iterator();
          HostExpression largest = HostExpression.take(words);
          limits.add(new Limit(number(f[1]), number(f[2]), number(f[3]), largest));
          if (words.hasNext()) {
            throw new IllegalArgumentException("words after an expression");
          }
        }
        default -> throw new IllegalArgumentException("unknown keyword " + f[0]);
      }
    }

    private static int number(String text) {
      int value = Integer.parseInt(text);
      if (value < 0) {
        throw new IllegalArgumentException("negative number " + text);
      }
      return value;
    }

    KernelInfo finish() {
      if (version != VERSION) {
        throw new IllegalArgumentException(
            SECTION
                + " has version "
                + version
                + "; this driver reads version "
                + VERSION
                + "; recompile the kernel");
      }
      long groupSize = (long) group[0] * group[1] * group[2];
      if (name.isEmpty() || groupSize < 1 || groupSize > 1 << 20) {
        throw new IllegalArgumentException(
            SECTION + " lacks a kernel name or a usable workgroup size; recompile the kernel");
      }
      return new KernelInfo(
          name,
          group[0],
          group[1],
          group[2],
          local,
          stack,
          independent,
          console,
          arguments,
          bindings,
          pushConstants,
          formats,
          new Proof(flagOffset, limits),
          extensions);
    }
  }
}
