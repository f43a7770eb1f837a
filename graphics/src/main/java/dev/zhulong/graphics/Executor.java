package dev.zhulong.graphics;

import dev.zhulong.compiler.StageShader;
import dev.zhulong.firmware.link.KernelInfo;
import dev.zhulong.firmware.texel.DescriptorLayout;
import dev.zhulong.hal.Buffer;
import dev.zhulong.hal.Kernel;
import dev.zhulong.hal.Launch;
import dev.zhulong.hal.LaunchLimits;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Turns commands into launches, one after the other. */
final class Executor implements AutoCloseable {
  private final GraphicsDevice device;
  private LaunchLimits limits = LaunchLimits.DEFAULT;
  private RenderStatistics statistics = RenderStatistics.NONE;
  private final Map<Attachment, Clear> waiting = new LinkedHashMap<>();
  private Buffer state;
  private Buffer varyings;
  private Buffer triangles;

  /** All zeros between draws: the kernel that reads a bin empties it. */
  private Buffer bins;

  Executor(GraphicsDevice device) {
    this.device = device;
  }

  void limits(LaunchLimits newLimits) {
    limits = newLimits;
  }

  void begin() {
    waiting.clear();
    statistics = RenderStatistics.NONE;
  }

  RenderStatistics statistics() {
    return statistics;
  }

  private void run(Launch launch, int stage) {
    statistics = statistics.plus(stage, launch.limits(limits).submit().await());
  }

  /** A texel with which an attachment is to be filled, and the bits of it that are kept. */
  private record Clear(byte[] value, byte[] keep) {
    boolean whole() {
      return Arrays.equals(keep, new byte[keep.length]);
    }
  }

  // Clears: they wait for a draw, whose tiles can begin with the value.

  /** Carries out the clears that still wait. */
  void finish() {
    waiting.forEach(this::fill);
    waiting.clear();
  }

  private void clear(Attachment target, Clear clear) {
    boolean other =
        waiting.keySet().stream().anyMatch(a -> a.texture().memory() == target.texture().memory());
    if (other || !clear.whole()) {
      finish();
    }
    waiting.put(target, clear);
  }

  /**
   * Gives a draw the clears of its attachments where it goes through all of their tiles, and
   * carries out all others.
   */
  private void take(Draw draw, int[] scissor, int[] words) {
    if (waiting.isEmpty()) {
      return;
    }
    PipelineDescriptor d = draw.pipeline().descriptor();
    RenderTargets targets = draw.targets();
    boolean everywhere =
        targets.layers() == 1
            && scissor[0] == 0
            && scissor[1] == 0
            && scissor[2] == targets.width()
            && scissor[3] == targets.height();
    for (int n = 0; everywhere && n < d.targets.size(); n++) {
      if (d.targets.get(n) != null) {
        take(targets.colors().get(n), n, words);
      }
    }
    if (everywhere && d.depth != null && d.depth.changes()) {
      take(targets.depth(), DrawState.DEPTH - DrawState.COLORS, words);
    }
    finish();
  }

  private void take(Attachment target, int number, int[] words) {
    Attachment cleared =
        waiting.keySet().stream().filter(a -> a.isSame(target)).findFirst().orElse(null);
    if (cleared == null || !waiting.get(cleared).whole()) {
      return;
    }
    Clear clear = waiting.remove(cleared);
    words[DrawState.CLEARED] |= 1 << number;
    int unit = Math.min(target.texture().shape().format().bytes(), 4);
    ByteBuffer value = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    put(value, 0, clear.value(), unit);
    for (int n = 0; n < 4; n++) {
      words[DrawState.CLEAR_VALUES + 4 * number + n] = value.getInt(4 * n);
    }
  }

  void clearColor(Attachment target, double[] colour) {
    byte[] texel = new byte[16];
    target.texture().shape().format().encode(colour, texel, 0);
    clear(target, new Clear(texel, new byte[16]));
  }

  void clearDepth(Attachment target, DepthFormat format, Float depth, Integer stencil) {
    ByteBuffer value = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer keep = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    float d = depth == null ? 0 : Math.clamp(depth, 0f, 1f);
    int s = stencil == null ? 0 : stencil & 255;
    switch (format) {
      case D16_UNORM -> value.putShort(0, (short) Math.rint(d * 65535));
      case X8_D24_UNORM_PACK32, D24_UNORM_S8_UINT -> {
        value.putInt(0, (int) Math.rint(d * 16777215.0) | s << 24);
        keep.putInt(0, (depth == null ? 0xffffff : 0) | (stencil == null ? 0xff000000 : 0));
      }
      case D32_SFLOAT -> value.putFloat(0, d);
      case D32_SFLOAT_S8_UINT -> {
        value.putFloat(0, d).putInt(4, s);
        keep.putInt(0, depth == null ? -1 : 0).putInt(4, stencil == null ? -1 : 0);
      }
      case S8_UINT -> value.put(0, (byte) s);
    }
    boolean nothing =
        depth == null && !format.hasStencil() || stencil == null && !format.hasDepth();
    if (!nothing) {
      clear(target, new Clear(value.array(), keep.array()));
    }
  }

  private void fill(Attachment target, Clear clear) {
    int bytes = target.texture().shape().format().bytes();
    int unit = Math.min(bytes, 4);
    int period = bytes / unit;
    int count = target.width() * target.height() * target.samples() * period;
    int groups = Math.ceilDiv(count, FillProgram.unitsPerGroup(device.lanes()));
    ByteBuffer push = ByteBuffer.allocate(44).order(ByteOrder.LITTLE_ENDIAN);
    put(push, 0, clear.value(), unit);
    put(push, 16, clear.keep(), unit);
    push.putInt(32, target.firstTexel() * period).putInt(36, count).putInt(40, period);
    Kernel kernel = device.program("clear", FillProgram.text(unit, device.lanes()));
    run(
        kernel
            .launch(groups, 1, 1)
            .bind(DrawState.SET, FillProgram.BUFFER, target.texture().memory())
            .push(push.array()),
        RenderStatistics.CLEAR);
  }

  /** Makes one texel of each pixel's samples. */
  void resolve(Attachment from, Attachment to, boolean average) {
    finish();
    int count = to.width() * to.height();
    ByteBuffer push = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
    push.putInt(from.firstTexel()).putInt(to.firstTexel()).putInt(count);
    String text =
        ResolveProgram.text(
            to.texture().shape().format(), average, from.samples(), device.lanes(), device.units());
    run(
        device
            .program("resolve", text)
            .launch(Math.ceilDiv(count, device.lanes()), 1, 1)
            .bind(DrawState.SET, ResolveProgram.SOURCE, from.texture().memory())
            .bind(DrawState.SET, ResolveProgram.TARGET, to.texture().memory())
            .push(push.array()),
        RenderStatistics.RESOLVE);
  }

  /** Puts units into words. */
  private static void put(ByteBuffer to, int at, byte[] bytes, int unit) {
    for (int n = 0; n < 4; n++) {
      int word = 0;
      for (int k = 0; k < unit; k++) {
        word |= (bytes[n * unit + k] & 255) << 8 * k;
      }
      to.putInt(at + 4 * n, word);
    }
  }

  // Draws.

  void draw(Draw draw) {
    PipelineDescriptor d = draw.pipeline().descriptor();
    int total = draw.count() * draw.instances();
    boolean restart = d.restart && draw.indices() != null;
    int each = d.topology.primitives(draw.count(), restart);
    long primitives = (long) each * draw.instances();
    int[] scissor = scissor(draw);
    if (primitives == 0 || scissor[0] >= scissor[2] || scissor[1] >= scissor[3]) {
      return;
    }
    int shift = draw.pipeline().tileShift();
    int tilesX = Math.ceilDiv(draw.targets().width(), 1 << shift);
    int tilesY = Math.ceilDiv(draw.targets().height(), 1 << shift);
    int batch = (int) Math.min(primitives, SetupProgram.BATCH);
    int maskWords = Math.ceilDiv(batch, 32);
    SetupProgram setup = draw.pipeline().setup(format(draw));
    state = room(state, DrawState.WORDS * 4L, false);
    varyings = room(varyings, 4L * total * draw.pipeline().outside().words(), false);
    long records = SetupProgram.BATCH + (long) batch * (setup.records() - 1);
    triangles = room(triangles, 4L * SetupProgram.RECORD * records, false);
    int layers = draw.pipeline().outside().layer() ? draw.targets().layers() : 1;
    bins = room(bins, 4L * tilesX * tilesY * layers * maskWords, true);
    int[] words = state(draw, scissor, tilesX, maskWords, each);
    words[DrawState.TILES_Y] = tilesY;
    words[DrawState.LAYERS] = layers;
    take(draw, scissor, words);
    state.write(words);
    vertices(draw, total);
    for (long first = 0; first < primitives; first += batch) {
      int count = (int) Math.min(batch, primitives - first);
      words[DrawState.FIRST_PRIMITIVE] = (int) first;
      words[DrawState.PRIMITIVES] = count;
      state.write(words);
      Kernel kernel = device.program("set-up", setup.text());
      Launch launch = kernel.launch(Math.ceilDiv(count, device.lanes()), 1, 1);
      own(launch, kernel, draw);
      run(launch, RenderStatistics.SETUP);
      fragments(draw, words, scissor, shift);
      words[DrawState.CLEARED] = 0;
    }
  }

  private static IndexFormat format(Draw draw) {
    return draw.indices() == null ? null : draw.indices().format();
  }

  private void vertices(Draw draw, int total) {
    Kernel kernel = draw.pipeline().vertexKernel(format(draw));
    Launch launch = kernel.launch(Math.ceilDiv(total, device.lanes()), 1, 1);
    own(launch, kernel, draw);
    draw.resources().bind(launch, kernel.info());
    run(launch, RenderStatistics.VERTEX);
  }

  private void fragments(Draw draw, int[] words, int[] scissor, int shift) {
    int right = (scissor[2] - 1 >> shift) + 1 - words[DrawState.TILE_X];
    int bottom = (scissor[3] - 1 >> shift) + 1 - words[DrawState.TILE_Y];
    Kernel kernel = draw.pipeline().fragmentKernel();
    Launch launch = kernel.launch(right, bottom, words[DrawState.LAYERS]);
    draw.resources().bind(launch, kernel.info());
    Kernel known = draw.pipeline().fragmentKernel(known(launch, kernel.info()));
    if (known != kernel) {
      launch = known.launch(right, bottom, words[DrawState.LAYERS]);
      draw.resources().bind(launch, known.info());
    }
    own(launch, known, draw);
    run(launch, RenderStatistics.FRAGMENT);
  }

  /** All of the descriptors of images and samplers but addresses. */
  private static RenderPipeline.Known known(Launch launch, KernelInfo info) {
    Map<Long, List<Integer>> words = new HashMap<>();
    for (KernelInfo.Binding binding : info.bindings()) {
      if (binding.count() != 1 || binding.kind() == KernelInfo.Kind.BUFFER) {
        continue;
      }
      List<Integer> list = new ArrayList<>();
      for (int word : launch.descriptor(binding.set(), binding.binding())) {
        list.add(word);
      }
      if (binding.kind() != KernelInfo.Kind.SAMPLER) {
        list.set(DescriptorLayout.ADDRESS, null);
      }
      words.put(StageShader.key(binding.set(), binding.binding()), list);
    }
    return new RenderPipeline.Known(words);
  }

  /** Binds what a kernel uses of the driver's own buffers. */
  private void own(Launch launch, Kernel kernel, Draw draw) {
    for (var binding : kernel.info().bindings()) {
      if (Resources.ofShader(binding)) {
        continue;
      }
      int number = binding.binding();
      Buffer buffer =
          switch (number) {
            case DrawState.STATE -> state;
            case DrawState.TRIANGLES -> triangles;
            case DrawState.BINS -> bins;
            case DrawState.VARYINGS -> varyings;
            case DrawState.INDICES -> draw.indices().buffer();
            case DrawState.DEPTH -> draw.targets().depth().texture().memory();
            default ->
                number >= DrawState.COLORS
                    ? draw.targets().colors().get(number - DrawState.COLORS).texture().memory()
                    : draw.vertices().get(number - DrawState.VERTICES).buffer();
          };
      launch.bind(binding.set(), number, buffer);
    }
  }

  /** Pixels that may be drawn by any of the viewports. */
  private static int[] scissor(Draw draw) {
    int[] all = scissor(draw, 0);
    for (int n = 1; n < (draw.pipeline().outside().viewport() ? DrawState.VIEWPORTS : 1); n++) {
      int[] s = scissor(draw, n);
      if (s[0] < s[2] && s[1] < s[3]) {
        boolean none = all[0] >= all[2] || all[1] >= all[3];
        all =
            none
                ? s
                : new int[] {
                  Math.min(all[0], s[0]),
                  Math.min(all[1], s[1]),
                  Math.max(all[2], s[2]),
                  Math.max(all[3], s[3])
                };
      }
    }
    return all;
  }

  /** Pixels that may be drawn by a viewport: left, top, right, bottom, the last two beyond. */
  private static int[] scissor(Draw draw, int viewport) {
    int[] s = draw.scissors()[viewport];
    return new int[] {
      s[0],
      s[1],
      (int) Math.min((long) s[0] + s[2], draw.targets().width()),
      (int) Math.min((long) s[1] + s[3], draw.targets().height())
    };
  }

  private int[] state(Draw draw, int[] scissor, int tilesX, int maskWords, int each) {
    PipelineDescriptor d = draw.pipeline().descriptor();
    boolean chooses = draw.pipeline().outside().viewport();
    int[] words = new int[chooses ? DrawState.WORDS : DrawState.SINGLE];
    words[DrawState.COUNT] = draw.count();
    words[DrawState.TOTAL] = draw.count() * draw.instances();
    words[DrawState.FIRST] = draw.first();
    words[DrawState.BASE_VERTEX] = draw.indices() == null ? draw.first() : draw.baseVertex();
    words[DrawState.FIRST_INSTANCE] = draw.firstInstance();
    words[DrawState.INDEX_START] = draw.indices() == null ? 0 : draw.indices().start();
    for (int n = 0; n < draw.vertices().size(); n++) {
      Draw.Slice slice = draw.vertices().get(n);
      words[DrawState.VERTEX_STARTS + n] = slice == null ? 0 : slice.start();
    }
    words[DrawState.PRIMITIVES_PER_INSTANCE] = each;
    boolean front = d.cull == CullMode.FRONT || d.cull == CullMode.FRONT_AND_BACK;
    boolean back = d.cull == CullMode.BACK || d.cull == CullMode.FRONT_AND_BACK;
    words[DrawState.FLAGS] =
        (front ? DrawState.FLAG_CULL_FRONT : 0)
            | (back ? DrawState.FLAG_CULL_BACK : 0)
            | (d.clockwise ? DrawState.FLAG_CLOCKWISE : 0)
            | (d.clipsDepth() ? 0 : DrawState.FLAG_NO_DEPTH_CLIP);
    viewport(draw, 0, words, 0);
    if (chooses) {
      for (int n = 0; n < DrawState.VIEWPORTS; n++) {
        int at = DrawState.SINGLE + n * DrawState.VIEWPORT_WORDS;
        viewport(draw, n, words, at - DrawState.SCISSOR);
        depthRange(draw, n, words, at - DrawState.SINGLE + DrawState.VIEWPORT_DEPTHS);
      }
    }
    put(words, DrawState.LINE_WIDTH, d.lineWidth);
    words[DrawState.TILES_X] = tilesX;
    words[DrawState.MASK_WORDS] = maskWords;
    put(words, DrawState.BLEND_CONSTANT, draw.blendConstant());
    if (d.depth != null) {
      put(words, DrawState.BIAS, d.depth.bias(), d.depth.slopeBias(), d.depth.biasClamp());
      put(words, DrawState.BOUNDS_LEAST, d.depth.least(), d.depth.most());
      stencil(words, DrawState.STENCIL, d.depth.front(), draw.references(), 0);
      stencil(words, DrawState.STENCIL + 3, d.depth.back(), draw.references(), 1);
    }
    int shift = draw.pipeline().tileShift();
    words[DrawState.TILE_X] = scissor[0] >> shift;
    words[DrawState.TILE_Y] = scissor[1] >> shift;
    words[DrawState.WIDTH] = draw.targets().width();
    words[DrawState.HEIGHT] = draw.targets().height();
    depthRange(draw, 0, words, DrawState.DEPTH_LEAST);
    List<Attachment> attachments = new ArrayList<>(draw.targets().colors());
    for (int n = 0; n < attachments.size() && n < 8; n++) {
      Attachment one = attachments.get(n);
      words[DrawState.ATTACHMENTS + n] = one == null ? 0 : one.firstTexel();
    }
    if (draw.targets().depth() != null) {
      words[DrawState.ATTACHMENTS + 8] = draw.targets().depth().firstTexel();
    }
    return words;
  }

  /** Words from scissor to depth range of a viewport, so far behind those of the first. */
  private static void viewport(Draw draw, int number, int[] words, int behind) {
    int[] scissor = scissor(draw, number);
    System.arraycopy(scissor, 0, words, DrawState.SCISSOR + behind, 4);
    float[] v = draw.viewports()[number];
    float top = Math.min(v[1], v[1] + v[3]);
    float bottom = Math.max(v[1], v[1] + v[3]);
    int at = DrawState.VIEW + behind;
    words[at] = Math.max(scissor[0], (int) Math.ceil(v[0] - 0.5f));
    words[at + 1] = Math.max(scissor[1], (int) Math.ceil(top - 0.5f));
    words[at + 2] = Math.max(0, Math.min(scissor[2], (int) Math.ceil(v[0] + v[2] - 0.5f)));
    words[at + 3] = Math.max(0, Math.min(scissor[3], (int) Math.ceil(bottom - 0.5f)));
    at = DrawState.VIEWPORT + behind;
    put(words, at, v[0] + v[2] / 2, v[1] + v[3] / 2, v[2] / 2, v[3] / 2, v[4], v[5] - v[4]);
  }

  /** The depths that pixels are brought into. */
  private static void depthRange(Draw draw, int viewport, int[] words, int at) {
    PipelineDescriptor d = draw.pipeline().descriptor();
    if (d.depthLimits != null) {
      put(words, at, d.depthLimits);
      return;
    }
    float[] v = draw.viewports()[viewport];
    boolean within = d.depthClamp || d.clipsDepth();
    put(words, at, within ? Math.min(v[4], v[5]) : 0, within ? Math.max(v[4], v[5]) : 1);
  }

  private static void stencil(int[] words, int at, StencilFace face, int[] references, int side) {
    words[at] = (references == null ? face.reference() : references[side]) & 255;
    words[at + 1] = face.compareMask();
    words[at + 2] = face.writeMask() & 255;
  }

  private static void put(int[] words, int at, float... values) {
    for (int n = 0; n < values.length; n++) {
      words[at + n] = Float.floatToRawIntBits(values[n]);
    }
  }

  /** A buffer of at least a size, the one before if it is large enough. */
  private Buffer room(Buffer before, long bytes, boolean zeroed) {
    if (before != null && before.size() >= bytes) {
      return before;
    }
    if (before != null) {
      before.close();
    }
    Buffer made = device.gpu().allocate(Math.max(bytes, 64));
    if (zeroed) {
      made.write(new int[(int) (made.size() / 4)]);
    }
    return made;
  }

  @Override
  public void close() {
    for (Buffer buffer : new Buffer[] {state, varyings, triangles, bins}) {
      if (buffer != null) {
        buffer.close();
      }
    }
  }
}
