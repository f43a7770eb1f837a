package dev.zhulong.amber;

import dev.zhulong.compiler.ShaderSource;
import dev.zhulong.hal.Sampler;
import dev.zhulong.hal.TextureShape;
import java.util.List;
import java.util.Map;

/**
 * What a script wants: buffers, pipelines, and commands in order.
 *
 * @param buffers all buffers, each once
 * @param commands what is done, in order
 */
record Script(List<BufferSpec> buffers, List<Command> commands) {
  /** What VkScript's {@code ~=} allows where the script sets nothing. */
  static final Tolerance DEFAULT_TOLERANCE = new Tolerance(0.001, true);

  /**
   * A buffer. Compared by identity.
   *
   * @param name the script's name of it
   * @param layout how its numbers lie
   * @param width elements in a row, for pixels
   * @param image its shape where it can be an image, or null
   * @param contents its bytes before the first command
   */
  record BufferSpec(
      String name, ElementLayout layout, int width, TextureShape image, byte[] contents) {
    @Override
    public boolean equals(Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(this);
    }
  }

  /**
   * A compute pipeline. Compared by identity.
   *
   * @param name the script's name of it
   * @param shader its source
   * @param shaderName the script's name of the shader
   * @param entryPoint the function to start at
   * @param constants values of specialization constants by their number
   * @param bindings buffers that it uses
   * @param pushConstants buffer with its push constants, or null
   * @param subgroupSize lanes that a subgroup must have, or 0 for any
   */
  record Pipeline(
      String name,
      ShaderSource shader,
      String shaderName,
      String entryPoint,
      Map<Integer, String> constants,
      List<Binding> bindings,
      BufferSpec pushConstants,
      int subgroupSize) {
    @Override
    public boolean equals(Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(this);
    }
  }

  /**
   * A resource, or a part of it, at a binding.
   *
   * @param element index in the binding's array, or 0
   * @param buffer the buffer or image, or null for a sampler alone
   * @param offset first byte
   * @param range bytes, or −1 for all the rest
   * @param firstLevel mip level that the shader sees as its first
   * @param sampler the sampler, or null
   * @param texels whether the buffer is bound as a texel buffer
   */
  record Binding(
      int set,
      int binding,
      int element,
      BufferSpec buffer,
      long offset,
      long range,
      int firstLevel,
      Sampler sampler,
      boolean texels) {}

  /** How two numbers are compared. */
  enum Comparator {
    EQ("=="),
    NE("!="),
    LT("<"),
    LE("<="),
    GT(">"),
    GE(">="),
    NEAR("~=");

    private final String symbol;

    Comparator(String symbol) {
      this.symbol = symbol;
    }

    String symbol() {
      return symbol;
    }
  }

  /** How two buffers are compared. */
  enum BufferComparator {
    EQ_BUFFER,
    RMSE_BUFFER,
    EQ_HISTOGRAM_EMD_BUFFER
  }

  /**
   * How far a number may be off.
   *
   * @param value the distance
   * @param percent whether it is in hundredths of the expected number
   */
  record Tolerance(double value, boolean percent) {}

  /** Something to do, at a line of the script. */
  sealed interface Command {
    int line();
  }

  /** Launches workgroups. */
  record Run(int line, Pipeline pipeline, int x, int y, int z) implements Command {}

  /** Writes numbers from the host and leaves the bytes between them as they are. */
  record Write(int line, BufferSpec buffer, ElementLayout layout, int offset, List<String> values)
      implements Command {}

  /** Copies all of a buffer. */
  record Copy(int line, BufferSpec from, BufferSpec to) implements Command {}

  /** Does commands several times. */
  record Repeat(int line, int count, List<Command> commands) implements Command {}

  /** Compares numbers of a buffer from a byte on. */
  record ExpectValues(
      int line,
      BufferSpec buffer,
      ElementLayout layout,
      int offset,
      Comparator comparator,
      List<String> values,
      List<Tolerance> tolerances)
      implements Command {}

  /** Compares a rectangle of pixels with a colour of 0 to 255 a channel. */
  record ExpectPixels(
      int line, BufferSpec buffer, int x, int y, int width, int height, List<Integer> colour)
      implements Command {}

  /** Compares two buffers. */
  record ExpectBuffer(
      int line, BufferSpec first, BufferComparator comparator, BufferSpec second, double tolerance)
      implements Command {}
}
