package dev.zhulong.cli;

import dev.zhulong.hal.Gpu;
import dev.zhulong.scene.Frame;
import dev.zhulong.scene.PictureFile;
import dev.zhulong.scene.RenderSettings;
import dev.zhulong.scene.SceneRenderer;
import dev.zhulong.scene.Shot;
import dev.zhulong.scene.load.SceneLoader;
import dev.zhulong.scene.model.Scene;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
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
      "Draw a scene (glTF 2.0 as .gltf or .glb, or .obj with materials) on a device:",
      "metal and rough surfaces, textures, lights, a shadow, a sky; as PNG, or turning as GIF."
    },
    footer = {
      "",
      "Examples:",
      "  zl render examples/graphics/spheres.gltf -o spheres.png --size 320x240 --samples 2",
      "  zl render examples/graphics/terrain.glb -o terrain.gif --turntable 24"
    })
final class RenderCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private DeviceOption device;
  @Mixin private ShotOption shot;

  @Parameters(paramLabel = "SCENE", description = "A file in .gltf, .glb or .obj.")
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
      description = "Time of the scene's animation. Default: ${DEFAULT-VALUE}")
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
    Shot from = shot.shot();
    RenderSettings settings = shot.settings();
    Scene scene = SceneLoader.load(file);
    List<BufferedImage> pictures = new ArrayList<>();
    try (Gpu gpu = device.open(out);
        SceneRenderer renderer = new SceneRenderer(gpu, scene, settings)) {
      renderer.limits(device.limits());
      int count = turntable == null ? 1 : turntable;
      for (int n = 0; n < count; n++) {
        float at = turntable == null ? time : time + scene.duration() * n / count;
        Frame frame = renderer.render(at, from, 2 * Math.PI * n / count);
        pictures.add(frame.image());
        if (statistics) {
          out.println(
              (turntable == null ? "" : "picture " + n + ", ") + "shadow: " + frame.shadow());
          out.println("scene: " + frame.scene());
          out.println("colours: " + frame.resolve());
          out.flush();
        }
      }
    }
    PictureFile.write(output, pictures, 8);
    return 0;
  }
}
