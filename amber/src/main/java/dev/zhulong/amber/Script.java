package dev.zhulong.amber;

import dev.zhulong.compiler.ShaderSource;
import dev.zhulong.graphics.Topology;
import dev.zhulong.hal.Sampler;
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
   * A pipeline. Compared by identity.
   *
   * @param name the script's name of it
   * @param shader its source
   * @param shaderName the script's name of the shader
   * @param entryPoint the function to start at
   * @param constants values of specialization constants by their number
   * @param bindings buffers that it uses
   * @param pushConstants buffer with its push constants, or null
   * @param subgroupSize lanes that a subgroup must have, or 0 for any
   * @param kernel what an OpenCL kernel gets besides
   * @param drawing what makes it a graphics pipeline, which has no shader in the place above; null
   *     for compute
   */
  record Pipeline(
      String name,
      ShaderSource shader,
      String shaderName,
      String entryPoint,
      Map<Integer, String> constants,
      List<Binding> bindings,
      BufferSpec pushConstants,
      int subgroupSize,
      KernelSetup kernel,
      Drawing drawing) {
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
   * What an OpenCL kernel gets by its parameters.
   *
   * @param resources buffers, images and samplers by parameter
   * @param values numbers by parameter, with the type that they are written as
   * @param options options for the compiler
   */
  record KernelSetup(
      Map<Parameter, Binding> resources, Map<Parameter, Value> values, List<String> options) {
    /** Of shaders. */
    static final KernelSetup NONE = new KernelSetup(Map.of(), Map.of(), List.of());
  }

  /** A parameter by its name, or by its number where the name is null. */
  record Parameter(String name, int number) {
    @Override
    public String toString() {
      return name == null ? "number " + number : name;
    }
  }

  /** Numbers of one type. */
  record Value(ScalarType type, List<String> numbers) {}

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

  /**
   * Draws with a graphics pipeline.
   *
   * @param corners two numbers a vertex that take the place of vertex buffers, or null
   * @param indexed whether vertices are drawn by the pipeline's indices
   * @param start first vertex; with indices it is added to each of them
   * @param count how many; of no meaning with corners
   */
  record Draw(
      int line,
      Pipeline pipeline,
      Topology topology,
      float[] corners,
      boolean indexed,
      int start,
      int count,
      int firstInstance,
      int instances)
      implements Command {}

  /** Sets what a pipeline clears with: a colour of four numbers, or a depth, or a stencil value. */
  record ClearValue(int line, Pipeline pipeline, boolean stencil, List<Double> numbers)
      implements Command {}

  /** Clears a pipeline's attachments. */
  record Clear(int line, Pipeline pipeline) implements Command {}

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
      int line,
      BufferSpec buffer,
      int x,
      int y,
      int width,
      int height,
      List<Integer> colour,
      List<Tolerance> tolerances)
      implements Command {}

  /** Compares a rectangle of an image with a colour, by its channels as numbers. */
  record ProbePixels(
      int line,
      BufferSpec buffer,
      int x,
      int y,
      int width,
      int height,
      List<Double> colour,
      List<Tolerance> tolerances)
      implements Command {}

  /** Compares two buffers. */
  record ExpectBuffer(
      int line, BufferSpec first, BufferComparator comparator, BufferSpec second, double tolerance)
      implements Command {}
}
