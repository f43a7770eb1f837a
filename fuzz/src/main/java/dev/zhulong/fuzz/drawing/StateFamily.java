package dev.zhulong.fuzz.drawing;

import dev.zhulong.firmware.texel.TexelFormat;
import dev.zhulong.graphics.BlendFactor;
import dev.zhulong.graphics.BlendOp;
import dev.zhulong.graphics.BlendState;
import dev.zhulong.graphics.CompareOp;
import dev.zhulong.graphics.DepthFormat;
import dev.zhulong.graphics.DepthState;
import dev.zhulong.graphics.LogicOp;
import dev.zhulong.graphics.Multisampling;
import dev.zhulong.graphics.StencilFace;
import dev.zhulong.graphics.StencilOp;
import java.util.List;
import java.util.Random;

/**
 * The random state that fragment kernels are compiled for. Neighbouring seeds share it, and with it
 * the kernel; all else is each seed's own.
 *
 * @param depth format, or null for no depth attachment
 * @param logic operation, or null
 * @param depthPrototype what is compiled of depth and stencil, or null
 */
record StateFamily(
    TexelFormat format,
    BlendState blend,
    int writeMask,
    LogicOp logic,
    Multisampling multisampling,
    DepthFormat depth,
    DepthState depthPrototype) {
  private static final int SEEDS = 64;

  private static final List<String> FORMATS =
      List.of(
          "R8G8B8A8_UNORM",
          "B8G8R8A8_SRGB",
          "R16G16B16A16_SFLOAT",
          "R32G32B32A32_SFLOAT",
          "R5G6B5_UNORM_PACK16",
          "R8_UNORM",
          "R16G16_SNORM",
          "B10G11R11_UFLOAT_PACK32");

  /** The family of a seed. */
  static StateFamily of(long seed) {
    Random random = new Random(~Math.floorDiv(seed, SEEDS) * 0x9e3779b97f4a7c15L);
    TexelFormat format = TexelFormat.of(FORMATS.get(random.nextInt(FORMATS.size())));
    DepthFormat depth = random.nextInt(3) == 0 ? null : any(random, DepthFormat.class);
    return new StateFamily(
        format,
        random.nextBoolean() ? blend(random) : null,
        random.nextInt(5) == 0 ? random.nextInt(16) : 15,
        random.nextInt(4) == 0 ? any(random, LogicOp.class) : null,
        new Multisampling(
            random.nextInt(3) == 0 ? 4 : 1,
            random.nextInt(4) == 0,
            random.nextInt(4) == 0,
            random.nextBoolean(),
            random.nextInt(3) == 0 ? random.nextInt(16) : -1),
        depth,
        depth == null ? null : prototype(random, depth));
  }

  private static <E extends Enum<E>> E any(Random random, Class<E> type) {
    return RandomDrawing.any(random, type);
  }

  private static BlendState blend(Random random) {
    BlendFactor[] factors = new BlendFactor[4];
    for (int n = 0; n < 4; n++) {
      factors[n] = BlendFactor.values()[random.nextInt(BlendFactor.SRC1_COLOR.ordinal())];
    }
    return new BlendState(
        factors[0],
        factors[1],
        any(random, BlendOp.class),
        factors[2],
        factors[3],
        any(random, BlendOp.class));
  }

  private static DepthState prototype(Random random, DepthFormat format) {
    return new DepthState(
        format,
        random.nextBoolean(),
        random.nextBoolean(),
        any(random, CompareOp.class),
        false,
        0,
        0,
        0,
        random.nextInt(4) == 0,
        0,
        1,
        random.nextBoolean(),
        face(random),
        face(random));
  }

  private static StencilFace face(Random random) {
    return new StencilFace(
        any(random, StencilOp.class),
        any(random, StencilOp.class),
        any(random, StencilOp.class),
        any(random, CompareOp.class),
        255,
        255,
        0);
  }

  /** The family's depth and stencil with random numbers where kernels read them. */
  DepthState depthState(Random random) {
    DepthState p = depthPrototype;
    return new DepthState(
        p.format(),
        p.test(),
        p.write(),
        p.compare(),
        random.nextBoolean(),
        random.nextInt(3),
        random.nextInt(2),
        random.nextFloat() - 0.5f,
        p.bounds(),
        random.nextFloat() / 2,
        1 - random.nextFloat() / 2,
        p.stencil(),
        numbers(p.front(), random),
        numbers(p.back(), random));
  }

  private static StencilFace numbers(StencilFace face, Random random) {
    return new StencilFace(
        face.fail(),
        face.pass(),
        face.depthFail(),
        face.compare(),
        random.nextInt(256),
        random.nextInt(256),
        random.nextInt(256));
  }
}
