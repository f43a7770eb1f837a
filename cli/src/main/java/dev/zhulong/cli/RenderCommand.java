package dev.zhulong.cli;

import dev.zhulong.hal.Gpu;
import dev.zhulong.scene.Frame;
import dev.zhulong.scene.PictureFile;
import dev.zhulong.scene.RenderSettings;
import dev.zhulong.scene.SceneRenderer;
import dev.zhulong.scene.Shot;
import dev.zhulong.scene.ShowRenderer;
import dev.zhulong.scene.load.SceneLoader;
import dev.zhulong.scene.model.Scene;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.IntFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code zl render}: a scene's picture. */
@Command(
    name = "render",
    mixinStandardHelpOptions = true,
    description = {
      "Draw a scene (glTF 2.0 as .gltf or .glb, or .obj with materials) on a device.",
      "Metal and rough surfaces, textures, lights, a shadow, a sky; as PNG, or turning as GIF.",
      "Or draw the show of a fragment shader with mainImage (.frag), as zl view does."
    },
    footer = {
      "",
      "Examples:",
      "  zl render examples/graphics/spheres.gltf -o spheres.png --size 320x240 --samples 2",
      "  zl render examples/graphics/terrain.glb -o terrain.gif --turntable 24"
    })
final class RenderCommand implements Callable<Integer> {
  private static final float SHOW_STEP = 0.08f;

  @Spec private CommandSpec spec;
  @Mixin private DeviceOption device;
  @Mixin private ShotOption shot;

  @Parameters(paramLabel = "SCENE", description = "A file in .gltf, .glb, .obj or .frag.")
  private Path file;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      required = true,
      description = "The picture: .png, or .gif; with --turntable either is animated.")
  private Path output;

  @Option(
      names = "--time",
      paramLabel = "SECONDS",
      defaultValue = "0",
      description = "Time of the scene's animation, or of the show. Default: ${DEFAULT-VALUE}")
  private float time;

  @Option(
      names = "--turntable",
      paramLabel = "N",
      description = "Draw N pictures around the scene; an animation runs through once meanwhile.")
  private Integer turntable;

  @Option(names = "--stats", description = "Print the device cycles, by passes and stages.")
  private boolean statistics;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    if (!PictureFile.known(output)) {
      throw new IllegalArgumentException(output + ": pictures are written as .png and .gif");
    }
    if (turntable != null && (turntable < 2 || turntable > 720)) {
      throw new IllegalArgumentException("--turntable " + turntable + "; 2 to 720 are possible");
    }
    List<BufferedImage> pictures = new ArrayList<>();
    if (file.toString().endsWith(".frag")) {
      int[] pixels = shot.pixels();
      try (Gpu gpu = device.open(out);
          ShowRenderer renderer = new ShowRenderer(gpu, file, pixels[0], pixels[1])) {
        renderer.limits(device.limits());
        draw(out, pictures, n -> renderer.render(time + n * SHOW_STEP, new float[4]));
      }
    } else {
      Shot from = shot.shot();
      RenderSettings settings = shot.settings();
      Scene scene = SceneLoader.load(file);
      try (Gpu gpu = device.open(out);
          SceneRenderer renderer = new SceneRenderer(gpu, scene, settings)) {
        renderer.limits(device.limits());
        float step = scene.duration() / count();
        draw(out, pictures, n -> renderer.render(time + n * step, from, 2 * Math.PI * n / count()));
      }
    }
    PictureFile.write(output, pictures, 8);
    return 0;
  }

  private int count() {
    return turntable == null ? 1 : turntable;
  }

  private void draw(PrintWriter out, List<BufferedImage> pictures, IntFunction<Frame> source) {
    for (int n = 0; n < count(); n++) {
      Frame frame = source.apply(n);
      pictures.add(frame.image());
      if (statistics) {
        String which = turntable == null ? "" : "picture " + n + ", ";
        if (frame.shadow().cycles() > 0) {
          out.println(which + "shadow: " + frame.shadow());
        }
        out.println(which + "scene: " + frame.scene());
        if (frame.resolve().cycles() > 0) {
          out.println(which + "colours: " + frame.resolve());
        }
        out.flush();
      }
    }
  }
}
