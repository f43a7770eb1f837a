package dev.zhulong.graphics;

import dev.zhulong.compiler.frontend.stages.StageModule;
import dev.zhulong.firmware.texel.TexelFormat.Kind;
import dev.zhulong.hal.Kernel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A render pipeline: its shaders with the fixed work around them, compiled when first drawn with.
 */
public final class RenderPipeline implements AutoCloseable {
  private static final int MAXIMUM_TARGETS = 8;
  private static final int MAXIMUM_LAYOUTS = 16;
  private static final int LARGE_TILE_WORDS = 8;
  private static final int MAXIMUM_KNOWN = 8;

  /** A built-in variable's number in SPIR-V. */
  private static final int PRIMITIVE_ID = 7;

  /** Words of a pixel's samples: a tile of 8 by 8 then takes 10 KiB. */
  private static final int MAXIMUM_WORDS = 40;

  private final GraphicsDevice device;
  private final PipelineDescriptor descriptor;
  private final Interface outside;
  private final Map<IndexFormat, Kernel> vertexKernels = new HashMap<>();
  private Kernel fragmentKernel;

  /** Fragment kernels for images and samplers of which all but the address is known. */
  private final Map<Known, Kernel> knownKernels = new HashMap<>();

  /** Words of descriptors by binding, compared by their contents. */
  record Known(Map<Long, List<Integer>> words) {}

  RenderPipeline(GraphicsDevice device, PipelineDescriptor descriptor) {
    this.device = device;
    this.descriptor = descriptor;
    require(
        descriptor.targets.size() <= MAXIMUM_TARGETS,
        descriptor.targets.size() + " colour attachments; at most " + MAXIMUM_TARGETS);
    require(
        descriptor.layouts.size() <= MAXIMUM_LAYOUTS,
        descriptor.layouts.size() + " vertex buffers; at most " + MAXIMUM_LAYOUTS);
    require(
        descriptor.lineWidth > 0 && descriptor.lineWidth <= 64,
        "lines of " + descriptor.lineWidth + " pixels; above 0 up to 64 are possible");
    for (int n = 0; n < descriptor.targets.size(); n++) {
      ColorTarget target = descriptor.targets.get(n);
      if (target == null) {
        continue;
      }
      require(
          target.format().kind() != Kind.SHARED_EXPONENT,
          "colour attachment " + n + " has format " + target.format() + ", which is read only");
      require(
          target.blend() == null || !target.format().kind().integer(),
          "colour attachment " + n + " of " + target.format() + " blends; integers cannot");
    }
    StageModule fragment = descriptor.fragment == null ? null : descriptor.fragment.module();
    int words = FragmentFrame.words(descriptor.targets, descriptor.depth);
    require(
        !descriptor.multisampling.many()
            || words * descriptor.multisampling.samples() <= MAXIMUM_WORDS,
        words + " words a sample; with 4 samples at most " + MAXIMUM_WORDS / 4 + " are possible");
    outside = Interface.of(descriptor.vertex.module(), fragment);
    // The frames check that the shaders take in what there is.
    vertexFrame(null).text();
    fragmentFrame().text();
  }

  private void require(boolean holds, String what) {
    if (!holds) {
      throw new IllegalArgumentException(descriptor.label + ": " + what);
    }
  }

  PipelineDescriptor descriptor() {
    return descriptor;
  }

  Interface outside() {
    return outside;
  }

  /** Logarithm of a tile's size: pixels of many words have smaller ones. */
  int tileShift() {
    int words = FragmentFrame.words(descriptor.targets, descriptor.depth);
    return words * descriptor.multisampling.samples() <= LARGE_TILE_WORDS ? 4 : 3;
  }

  private VertexFrame vertexFrame(IndexFormat indices) {
    return new VertexFrame(
        descriptor.vertex.module(),
        descriptor.layouts,
        descriptor.missingInputs,
        outside,
        indices,
        descriptor.restart,
        device.lanes());
  }

  private FragmentFrame fragmentFrame() {
    return new FragmentFrame(
        descriptor.fragment == null ? null : descriptor.fragment.module(),
        outside,
        descriptor.targets,
        descriptor.depth,
        descriptor.logic,
        descriptor.multisampling,
        tileShift(),
        device.lanes(),
        device.units());
  }

  Kernel vertexKernel(IndexFormat indices) {
    return vertexKernels.computeIfAbsent(
        indices,
        format ->
            device
                .gpu()
                .load(
                    device
                        .compiled()
                        .elf(descriptor.vertex, vertexFrame(format).text(), device.units()),
                    descriptor.label + ", vertex"));
  }

  Kernel fragmentKernel() {
    if (fragmentKernel == null) {
      String text = fragmentFrame().text();
      byte[] elf = device.compiled().elf(descriptor.fragment, text, device.units());
      fragmentKernel = device.gpu().load(elf, descriptor.label + ", fragment");
    }
    return fragmentKernel;
  }

  /** The fragment kernel for what a launch of the general one was given. */
  Kernel fragmentKernel(Known known) {
    boolean special =
        !known.words.isEmpty()
            && descriptor.fragment != null
            && (knownKernels.containsKey(known) || knownKernels.size() < MAXIMUM_KNOWN);
    if (!special) {
      return fragmentKernel();
    }
    return knownKernels.computeIfAbsent(
        known,
        k -> {
          Map<Long, Integer[]> words = new HashMap<>();
          k.words.forEach((key, list) -> words.put(key, list.toArray(Integer[]::new)));
          byte[] elf =
              descriptor.fragment.within(fragmentFrame().text(), words, device.units()).elf();
          return device.gpu().load(elf, descriptor.label + ", fragment");
        });
  }

  SetupProgram setup(IndexFormat indices) {
    StageModule fragment = descriptor.fragment == null ? null : descriptor.fragment.module();
    boolean numbered = fragment != null && fragment.builtInInputs().containsKey(PRIMITIVE_ID);
    return new SetupProgram(
        descriptor.topology,
        descriptor.polygonMode,
        outside,
        descriptor.restart ? indices : null,
        descriptor.provokingLast,
        numbered,
        descriptor.depth == null ? 0 : descriptor.depth.format().depthBits(),
        descriptor.multisampling.samples(),
        tileShift(),
        device.lanes());
  }

  @Override
  public void close() {
    vertexKernels.values().forEach(Kernel::close);
    vertexKernels.clear();
    knownKernels.values().forEach(Kernel::close);
    knownKernels.clear();
    if (fragmentKernel != null) {
      fragmentKernel.close();
      fragmentKernel = null;
    }
  }
}
