package dev.zhulong.cli;

import dev.zhulong.scene.RenderSettings;
import dev.zhulong.scene.Shot;
import picocli.CommandLine.Option;

/** The options of commands that draw scenes. */
final class ShotOption {
  @Option(
      names = "--size",
      paramLabel = "WxH",
      defaultValue = "256x256",
      description = "Pixels. Default: ${DEFAULT-VALUE}")
  private String size;

  @Option(
      names = "--camera",
      paramLabel = "FROM,AT|auto",
      description =
          "Where from and where to, as x,y,z,x,y,z; or so that all is seen. "
              + "Default: the scene's own camera, else auto")
  private String camera;

  @Option(
      names = "--fov",
      paramLabel = "DEGREES",
      defaultValue = "40",
      description = "Angle from bottom to top. Default: ${DEFAULT-VALUE}")
  private float degrees;

  @Option(
      names = "--samples",
      paramLabel = "N",
      defaultValue = "1",
      description = "Draw N times as large each way and average: smooth edges. Default: 1")
  private int samples;

  @Option(
      names = "--shadow",
      paramLabel = "N",
      defaultValue = "512",
      description = "Texels of the shadow map each way, or 0. Default: ${DEFAULT-VALUE}")
  private int shadow;

  @Option(
      names = "--exposure",
      paramLabel = "F",
      defaultValue = "1",
      description = "Multiplies all light. Default: ${DEFAULT-VALUE}")
  private float exposure;

  @Option(
      names = "--sky",
      paramLabel = "F",
      defaultValue = "1",
      description = "Multiplies the sky's light. Default: ${DEFAULT-VALUE}")
  private float sky;

  Shot shot() {
    return Shot.of(camera, degrees);
  }

  RenderSettings settings() {
    int[] pixels = pixels();
    return new RenderSettings(pixels[0], pixels[1], samples, shadow, exposure, sky);
  }

  /** Width and height. */
  int[] pixels() {
    if (!size.matches("\\d{1,4}x\\d{1,4}")) {
      throw new IllegalArgumentException("--size " + size + " must be as 320x240");
    }
    String[] parts = size.split("x");
    return new int[] {Integer.parseInt(parts[0]), Integer.parseInt(parts[1])};
  }
}
