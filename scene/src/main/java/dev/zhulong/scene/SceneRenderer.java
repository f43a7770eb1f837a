package dev.zhulong.scene;

import dev.zhulong.compiler.StageShader;
import dev.zhulong.firmware.texel.TexelFormat;
import dev.zhulong.graphics.Attachment;
import dev.zhulong.graphics.BindGroup;
import dev.zhulong.graphics.BlendState;
import dev.zhulong.graphics.ColorTarget;
import dev.zhulong.graphics.CommandEncoder;
import dev.zhulong.graphics.CompareOp;
import dev.zhulong.graphics.CullMode;
import dev.zhulong.graphics.DepthFormat;
import dev.zhulong.graphics.DepthState;
import dev.zhulong.graphics.GraphicsDevice;
import dev.zhulong.graphics.IndexFormat;
import dev.zhulong.graphics.PipelineDescriptor;
import dev.zhulong.graphics.RenderPass;
import dev.zhulong.graphics.RenderPipeline;
import dev.zhulong.graphics.RenderStatistics;
import dev.zhulong.graphics.RenderTargets;
import dev.zhulong.graphics.StencilFace;
import dev.zhulong.graphics.Topology;
import dev.zhulong.graphics.VertexAttribute;
import dev.zhulong.graphics.VertexFormat;
import dev.zhulong.graphics.VertexLayout;
import dev.zhulong.hal.Buffer;
import dev.zhulong.hal.Gpu;
import dev.zhulong.hal.LaunchLimits;
import dev.zhulong.hal.Sampler;
import dev.zhulong.hal.Texture;
import dev.zhulong.hal.TextureShape;
import dev.zhulong.scene.model.Light;
import dev.zhulong.scene.model.Material;
import dev.zhulong.scene.model.Material.Alpha;
import dev.zhulong.scene.model.Material.Slot;
import dev.zhulong.scene.model.Matrix;
import dev.zhulong.scene.model.Node;
import dev.zhulong.scene.model.Pose;
import dev.zhulong.scene.model.Primitive;
import dev.zhulong.scene.model.Scene;
import dev.zhulong.scene.model.TextureUse;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** Draws one scene, again and again. One thread at a time may use it. */
public final class SceneRenderer implements AutoCloseable {
  private static final TexelFormat LIGHT = TexelFormat.of("R16G16B16A16_SFLOAT");
  private static final TexelFormat COLORS = TexelFormat.of("R8G8B8A8_SRGB");
  private static final DepthFormat DEPTH = DepthFormat.D32_SFLOAT;
  private static final int MOST_LIGHTS = 8;

  /** A pair of buffers of a primitive. */
  private record Geometry(Buffer vertices, Buffer indices) {}

  /** A primitive at its place. */
  private record Item(
      int node, Primitive primitive, Geometry geometry, Buffer draw, Buffer joints) {}

  /** What pipelines differ in. */
  private record Variant(
      String shader,
      Map<String, String> macros,
      Topology topology,
      Alpha alpha,
      boolean cull,
      boolean mirrored) {}

  private final Gpu gpu;
  private final GraphicsDevice device;
  private final Scene scene;
  private final RenderSettings settings;
  private final TextureStore textures;
  private final Texture light;
  private final Texture depth;
  private final Texture colors;
  private final Texture shadow;
  private final Buffer frame;

  /** Of the first frame, so that a moving scene does not move the camera. */
  private Bounds around;

  private final List<Item> items = new ArrayList<>();
  private final Map<Variant, RenderPipeline> pipelines = new HashMap<>();

  /** A renderer of a scene on a device, which stays open when this is closed. */
  public SceneRenderer(Gpu gpu, Scene scene, RenderSettings settings) {
    this.gpu = gpu;
    this.device = GraphicsDevice.on(gpu);
    this.scene = scene;
    this.settings = settings;
    this.textures = new TextureStore(gpu);
    int width = settings.width() * settings.samples();
    int height = settings.height() * settings.samples();
    light = gpu.texture(TextureShape.of(LIGHT, width, height));
    depth = gpu.texture(TextureShape.of(DEPTH.storage(), width, height));
    colors = gpu.texture(TextureShape.of(COLORS, settings.width(), settings.height()));
    int edge = Math.max(1, settings.shadow());
    shadow = gpu.texture(TextureShape.of(DEPTH.storage(), edge, edge));
    frame = gpu.allocate(4L * frameWords());
    Map<Primitive, Geometry> known = new IdentityHashMap<>();
    for (int n = 0; n < scene.nodes().size(); n++) {
      Node node = scene.nodes().get(n);
      if (node.mesh() < 0 || !node.present()) {
        continue;
      }
      for (Primitive primitive : scene.meshes().get(node.mesh()).primitives()) {
        boolean hangs = primitive.skinned() && node.skin() >= 0;
        // Morphed vertices are a node's own.
        Geometry geometry =
            primitive.targets().isEmpty()
                ? known.computeIfAbsent(primitive, this::upload)
                : upload(primitive);
        Buffer joints =
            hangs ? gpu.allocate(64L * scene.skins().get(node.skin()).joints().length) : null;
        items.add(new Item(n, primitive, geometry, gpu.allocate(4L * 84), joints));
      }
    }
  }

  private static int frameWords() {
    return 3 * 16 + 6 * 4 + MOST_LIGHTS * 16;
  }

  /** Limits the time of each launch. */
  public SceneRenderer limits(LaunchLimits limits) {
    device.limits(limits);
    return this;
  }

  private Geometry upload(Primitive primitive) {
    Buffer vertices = gpu.allocate(4L * primitive.vertices().length);
    vertices.write(primitive.vertices());
    if (primitive.indices() == null || primitive.indices().length == 0) {
      return new Geometry(vertices, null);
    }
    Buffer indices = gpu.allocate(4L * primitive.indices().length);
    indices.write(primitive.indices());
    return new Geometry(vertices, indices);
  }

  /**
   * Draws the scene.
   *
   * @param time seconds of its animation
   * @param shot where from
   * @param turned radians that it has turned around its centre
   */
  public Frame render(float time, Shot shot, double turned) {
    Pose pose = scene.pose(time);
    if (around == null) {
      around = Bounds.of(scene, pose);
    }
    float aspect = (float) settings.width() / settings.height();
    Viewpoint from = shot.viewpoint(scene, pose, around, aspect);
    return render(pose, from.turned(around.center(), turned));
  }

  /** Draws the scene as it is at a time. */
  public Frame render(Pose pose, Viewpoint from) {
    Bounds bounds = Bounds.of(scene, pose);
    List<Words> lights = new ArrayList<>();
    float[] sun = lights(pose, lights);
    boolean shadows = settings.shadow() > 0 && sun != null;
    write(bounds, from, sun, lights, shadows);
    for (Item item : items) {
      write(item, pose);
    }
    RenderStatistics shaded = shadows ? shadows() : RenderStatistics.NONE;
    RenderStatistics drawn = scene(pose, from, shadows);
    RenderStatistics resolved = resolve();
    return new Frame(settings.width(), settings.height(), colors.read(0), shaded, drawn, resolved);
  }

  /** Adds the lights, one that has a shadow first; gives where that comes from, or null. */
  private float[] lights(Pose pose, List<Words> to) {
    float[] sun = null;
    for (int n = 0; n < scene.nodes().size(); n++) {
      Node node = scene.nodes().get(n);
      if (node.light() < 0 || !node.present() || to.size() == MOST_LIGHTS) {
        continue;
      }
      Light light = scene.lights().get(node.light());
      float[] m = pose.matrices().get(n);
      float[] place = {m[12], m[13], m[14]};
      float[] back = Matrix.normalized(new float[] {m[8], m[9], m[10]});
      Words words =
          new Words()
              .add(place, light.range())
              .add(back, light.inner())
              .add(light.color(), light.kind().ordinal())
              .add(light.outer(), 0, 0, 0);
      if (light.kind() == Light.Kind.DIRECTIONAL && sun == null) {
        sun = back;
        to.add(0, words);
      } else {
        to.add(words);
      }
    }
    if (scene.lights().isEmpty() || to.isEmpty()) {
      sun = Matrix.normalized(new float[] {0.45f, 0.8f, 0.55f});
      to.add(new Words().add(new float[3], 0).add(sun, 0).add(3.2f, 3, 2.7f, 0).add(new float[4]));
    }
    return sun;
  }

  private void write(
      Bounds bounds, Viewpoint from, float[] sun, List<Words> lights, boolean shadows) {
    float aspect = (float) settings.width() / settings.height();
    float[] clip = from.clip(bounds, aspect);
    float radius = bounds.radius() * 1.01f;
    float[] toSun = sun == null ? new float[] {0, 1, 0} : sun;
    float[] seen =
        Matrix.times(
            Matrix.orthographic(radius, radius, radius, 3 * radius),
            Matrix.view(Matrix.plus(bounds.center(), toSun, 2 * radius), bounds.center()));
    float texel = settings.shadow() == 0 ? 0 : 2 * radius / settings.shadow();
    float sky = settings.sky();
    Words words =
        new Words()
            .add(clip)
            .add(Matrix.inverse(clip))
            .add(seen)
            .add(from.eye(), settings.exposure())
            .add(toSun, shadows ? 0.75f / settings.shadow() : 0);
    float[] color = sun == null ? new float[3] : lights.getFirst().array();
    words
        .add(sun == null ? 0 : color[8], sun == null ? 0 : color[9], sun == null ? 0 : color[10])
        .add(lights.size())
        .add(0.09f * sky, 0.2f * sky, 0.5f * sky, texel)
        .add(0.42f * sky, 0.55f * sky, 0.68f * sky, 0)
        .add(0.11f * sky, 0.1f * sky, 0.085f * sky, 0);
    for (Words one : lights) {
      words.add(one.array());
    }
    for (int n = lights.size(); n < MOST_LIGHTS; n++) {
      words.add(new float[16]);
    }
    frame.write(words.array());
  }

  private void write(Item item, Pose pose) {
    Material material = item.primitive().material();
    float[] matrix = pose.matrices().get(item.node());
    Words words =
        new Words()
            .add(matrix)
            .add(Matrix.normals(matrix))
            .add(material.baseColor())
            .add(material.emissive(), material.cutoff())
            .add(material.metallic(), material.roughness(), material.normalScale())
            .add(material.occlusion());
    for (Slot slot : Slot.values()) {
      TextureUse use = material.textures().get(slot);
      float[] t = use == null ? TextureUse.plain() : use.transform();
      words.add(t[0], t[1], t[2], use == null ? 0 : use.set()).add(t[3], t[4], t[5], 0);
    }
    item.draw().write(words.array());
    if (!item.primitive().targets().isEmpty()) {
      item.geometry().vertices().write(item.primitive().morphed(pose.weights().get(item.node())));
    }
    if (item.joints() != null) {
      Words joints = new Words();
      int skin = scene.nodes().get(item.node()).skin();
      for (float[] joint : pose.joints(scene.skins().get(skin))) {
        joints.add(joint);
      }
      item.joints().write(joints.array());
    }
  }

  private BindGroup resources(Item item, boolean shadows) {
    BindGroup group = new BindGroup().buffer(0, 0, frame).buffer(0, 1, item.draw());
    if (item.joints() != null) {
      group.buffer(0, 2, item.joints());
    }
    if (shadows) {
      group.texture(
          0,
          3,
          shadow,
          Sampler.LINEAR
              .with(Sampler.Address.CLAMP_TO_BORDER)
              .withBorder(1, 1, 1, 1)
              .with(Sampler.Compare.LESS_OR_EQUAL)
              .withLod(0, 0, 0));
    }
    item.primitive()
        .material()
        .textures()
        .forEach(
            (slot, use) ->
                group.texture(
                    0,
                    4 + slot.ordinal(),
                    textures.of(use.picture(), slot == Slot.BASE_COLOR || slot == Slot.EMISSIVE),
                    use.sampler()));
    return group;
  }

  private static VertexLayout layout(Primitive primitive, boolean skinned) {
    List<VertexAttribute> attributes = new ArrayList<>();
    int[][] places = {
      {Primitive.POSITION, 3},
      {Primitive.NORMAL, 3},
      {Primitive.TANGENT, 4},
      {Primitive.TEXTURE, 4},
      {Primitive.COLOR, 4},
      {Primitive.JOINTS, 4},
      {Primitive.WEIGHTS, 4}
    };
    for (int n = 0; n < (skinned ? 7 : 5); n++) {
      VertexFormat format =
          VertexFormat.of(places[n][1] == 3 ? "R32G32B32_SFLOAT" : "R32G32B32A32_SFLOAT");
      attributes.add(new VertexAttribute(n, format, 4 * places[n][0]));
    }
    return new VertexLayout(4 * primitive.words(), false, attributes);
  }

  private RenderPipeline pipeline(Item item, boolean mirrored, boolean shadows, boolean depthOnly) {
    Primitive primitive = item.primitive();
    Material material = primitive.material();
    boolean skinned = item.joints() != null;
    boolean masked = material.alpha() == Alpha.MASK;
    Map<String, String> macros = new HashMap<>();
    if (skinned) {
      macros.put("SKINNED", "1");
    }
    if (primitive.topology() == Topology.POINT_LIST) {
      macros.put("POINTS", (3 * settings.samples()) + ".0");
    }
    if (depthOnly) {
      macros.put("DEPTH_ONLY", "1");
      if (masked && material.textures().containsKey(Slot.BASE_COLOR)) {
        macros.put("TEXTURED", "1");
      }
    } else {
      material.textures().keySet().forEach(slot -> macros.put(slot + "_MAP", "1"));
      if (!material.textures().isEmpty()) {
        macros.put("TEXTURED", "1");
      }
      macros.put(
          switch (material.alpha()) {
            case OPAQUE -> "SOLID";
            case MASK -> "MASKED";
            case BLEND -> "BLENDED";
          },
          "1");
      if (material.doubleSided()) {
        macros.put("DOUBLE_SIDED", "1");
      }
      if (material.unlit()) {
        macros.put("UNLIT", "1");
        macros.remove("NORMAL_MAP");
      } else if (shadows) {
        macros.put("SHADOWED", "1");
      }
    }
    Variant variant =
        new Variant(
            depthOnly ? "shadow" : "surface",
            Map.copyOf(macros),
            primitive.topology(),
            depthOnly ? Alpha.OPAQUE : material.alpha(),
            !depthOnly && !material.doubleSided(),
            mirrored);
    return pipelines.computeIfAbsent(variant, v -> made(v, primitive, skinned));
  }

  private RenderPipeline made(Variant variant, Primitive primitive, boolean skinned) {
    boolean depthOnly = variant.shader.equals("shadow");
    StageShader vertex = Shaders.of("surface.vert", variant.macros);
    boolean blends = variant.alpha == Alpha.BLEND;
    DepthState standard = DepthState.of(DEPTH, CompareOp.LESS_OR_EQUAL);
    DepthState state =
        new DepthState(
            DEPTH,
            true,
            !blends,
            CompareOp.LESS_OR_EQUAL,
            false,
            0,
            depthOnly ? 1.5f : 0,
            0,
            false,
            0,
            1,
            false,
            StencilFace.KEEP,
            StencilFace.KEEP);
    PipelineDescriptor descriptor =
        PipelineDescriptor.of(vertex)
            .label(variant.shader + " " + variant.macros.keySet().stream().sorted().toList())
            .layout(layout(primitive, skinned))
            .topology(variant.topology, false)
            .cull(variant.cull ? CullMode.BACK : CullMode.NONE, variant.mirrored)
            .depth(blends || depthOnly ? state : standard);
    if (!depthOnly) {
      descriptor
          .fragment(Shaders.of("surface.frag", variant.macros))
          .target(new ColorTarget(LIGHT, blends ? BlendState.OVER : null, 15));
    } else if (variant.macros.containsKey("TEXTURED")) {
      descriptor.fragment(Shaders.of("shadow.frag", variant.macros));
    }
    return device.pipeline(descriptor);
  }

  private void draw(RenderPass pass, Item item, RenderPipeline pipeline, boolean shadows) {
    pass.pipeline(pipeline)
        .resources(resources(item, shadows))
        .vertexBuffer(0, item.geometry().vertices(), 0);
    if (item.primitive().indices() == null) {
      pass.draw(item.primitive().count(), 1, 0, 0);
    } else if (item.geometry().indices() != null) {
      pass.indexBuffer(item.geometry().indices(), 0, IndexFormat.UINT32)
          .drawIndexed(item.primitive().indices().length, 1, 0, 0, 0);
    }
  }

  /** What the sun does not see lies in shadow; what light shines through throws none. */
  private RenderStatistics shadows() {
    CommandEncoder encoder = device.encoder();
    RenderPass pass =
        encoder.begin(
            new RenderTargets(
                List.of(), Attachment.of(shadow), settings.shadow(), settings.shadow()));
    pass.clearDepth(DEPTH, 1f, null);
    for (Item item : items) {
      boolean solid = item.primitive().material().alpha() != Alpha.BLEND;
      if (solid && item.primitive().topology() == Topology.TRIANGLE_LIST) {
        draw(pass, item, pipeline(item, false, false, true), false);
      }
    }
    pass.end();
    return device.submit(encoder);
  }

  /** The sky, what is solid, and what light shines through from far to near. */
  private RenderStatistics scene(Pose pose, Viewpoint from, boolean shadows) {
    CommandEncoder encoder = device.encoder();
    RenderPass pass = encoder.begin(RenderTargets.of(Attachment.of(light), Attachment.of(depth)));
    pass.clearDepth(DEPTH, 1f, null);
    pass.pipeline(screen("sky.frag", LIGHT, Map.of()))
        .resources(new BindGroup().buffer(0, 0, frame))
        .draw(3, 1, 0, 0);
    List<Item> order = new ArrayList<>(items);
    float[] eye = from.eye();
    Comparator<Item> farFirst =
        Comparator.comparingDouble(
            item -> {
              float[] m = pose.matrices().get(item.node());
              return -Matrix.length(Matrix.minus(new float[] {m[12], m[13], m[14]}, eye));
            });
    Comparator<Item> solidFirst =
        Comparator.comparing(item -> item.primitive().material().alpha() == Alpha.BLEND);
    order.sort(solidFirst.thenComparing(farFirst));
    for (Item item : order) {
      boolean mirrored = item.joints() == null && Matrix.mirrors(pose.matrices().get(item.node()));
      draw(pass, item, pipeline(item, mirrored, shadows, false), shadows);
    }
    pass.end();
    return device.submit(encoder);
  }

  private RenderStatistics resolve() {
    CommandEncoder encoder = device.encoder();
    encoder
        .begin(RenderTargets.of(Attachment.of(colors), null))
        .pipeline(screen("resolve.frag", COLORS, Map.of("SAMPLES", "" + settings.samples())))
        .resources(new BindGroup().buffer(0, 0, frame).texture(0, 3, light, Sampler.NEAREST))
        .draw(3, 1, 0, 0)
        .end();
    return device.submit(encoder);
  }

  /** A pipeline that draws over the whole of the attachment. */
  private RenderPipeline screen(String shader, TexelFormat format, Map<String, String> macros) {
    Variant variant =
        new Variant(shader, macros, Topology.TRIANGLE_LIST, Alpha.OPAQUE, false, false);
    return pipelines.computeIfAbsent(
        variant,
        v ->
            device.pipeline(
                PipelineDescriptor.of(Shaders.of("screen.vert", Map.of()))
                    .label(shader)
                    .fragment(Shaders.of(shader, macros))
                    .target(ColorTarget.of(format))));
  }

  @Override
  public void close() {
    pipelines.values().forEach(RenderPipeline::close);
    for (Item item : items) {
      item.draw().close();
      item.geometry().vertices().close();
      if (item.geometry().indices() != null) {
        item.geometry().indices().close();
      }
      if (item.joints() != null) {
        item.joints().close();
      }
    }
    frame.close();
    textures.close();
    shadow.close();
    colors.close();
    depth.close();
    light.close();
    device.close();
  }
}
