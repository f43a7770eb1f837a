package dev.zhulong.cli;

import dev.zhulong.hal.Gpu;
import dev.zhulong.scene.SceneRenderer;
import dev.zhulong.scene.Shot;
import dev.zhulong.scene.ShowRenderer;
import dev.zhulong.scene.load.SceneLoader;
import dev.zhulong.scene.model.Scene;
import dev.zhulong.scene.view.FrameSource;
import dev.zhulong.scene.view.ViewServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code zl view}: pictures as they are made, in the browser. */
@Command(
    name = "view",
    mixinStandardHelpOptions = true,
    description = {
      "Show a scene that turns, or a fragment shader's show, live in the browser.",
      "Frames come as they are made, with the device cycles of each. Only this machine can look;",
      "Ctrl-C ends it."
    },
    footer = {
      "",
      "Examples:",
      "  zl view examples/graphics/show.frag --size 320x180",
      "  zl view examples/graphics/spheres.gltf --device rtl:"
    })
final class ViewCommand implements Callable<Integer> {
  private static final double SECONDS_A_TURN = 12;

  @Spec private CommandSpec spec;
  @Mixin private DeviceOption device;
  @Mixin private ShotOption shot;

  @Parameters(
      paramLabel = "FILE",
      description = "A scene (.gltf, .glb, .obj) or a fragment shader with mainImage (.frag).")
  private Path file;

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "7080",
      description = "Port of the page; 0 takes any. Default: ${DEFAULT-VALUE}")
  private int port;

  @Option(
      names = "--step",
      paramLabel = "SECONDS",
      defaultValue = "0.1",
      description = "Time of the show from frame to frame. Default: ${DEFAULT-VALUE}")
  private float step;

  @Option(names = "--frames", paramLabel = "N", description = "End after N frames.")
  private long frames = Long.MAX_VALUE;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("--port " + port + "; 0 to 65535 are possible");
    }
    if (!(step >= 0 && step < 1e6f)) {
      throw new IllegalArgumentException("--step " + step + " must be 0 or more seconds");
    }
    if (file.toString().endsWith(".frag")) {
      int[] pixels = shot.pixels();
      try (Gpu gpu = device.open(out);
          ShowRenderer renderer = new ShowRenderer(gpu, file, pixels[0], pixels[1])) {
        renderer.limits(device.limits());
        show(out, renderer::render);
      }
    } else {
      Shot from = shot.shot();
      Scene scene = SceneLoader.load(file);
      try (Gpu gpu = device.open(out);
          SceneRenderer renderer = new SceneRenderer(gpu, scene, shot.settings())) {
        renderer.limits(device.limits());
        float length = scene.duration();
        show(
            out,
            (seconds, _) ->
                renderer.render(
                    length > 0 ? seconds % length : 0,
                    from,
                    2 * Math.PI * seconds / SECONDS_A_TURN));
      }
    }
    return 0;
  }

  private void show(PrintWriter out, FrameSource source) throws IOException {
    CountDownLatch ended = new CountDownLatch(1);
    try (ViewServer server = ViewServer.listen(port)) {
      Thread hook =
          new Thread(
              () -> {
                server.end();
                await(ended);
              });
      Runtime.getRuntime().addShutdownHook(hook);
      out.println("zl: " + server.address() + " shows " + file + "; Ctrl-C ends it");
      out.flush();
      server.show(source, step, frames);
    } finally {
      ended.countDown();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
