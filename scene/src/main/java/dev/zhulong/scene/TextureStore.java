package dev.zhulong.scene;

import dev.zhulong.firmware.texel.TexelFormat;
import dev.zhulong.hal.Gpu;
import dev.zhulong.hal.Texture;
import dev.zhulong.hal.TextureShape;
import dev.zhulong.scene.model.Picture;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;

/** Textures of pictures, with all levels of detail. */
final class TextureStore implements AutoCloseable {
  private static final TexelFormat COLORS = TexelFormat.of("R8G8B8A8_SRGB");
  private static final TexelFormat NUMBERS = TexelFormat.of("R8G8B8A8_UNORM");

  private final Gpu gpu;
  private final Map<Boolean, Map<Picture, Texture>> textures =
      new HashMap<>(Map.of(false, new IdentityHashMap<>(), true, new IdentityHashMap<>()));

  TextureStore(Gpu gpu) {
    this.gpu = gpu;
  }

  /** The texture of a picture that holds colours, or else numbers. */
  Texture of(Picture picture, boolean colors) {
    return textures.get(colors).computeIfAbsent(picture, p -> made(p, colors));
  }

  private Texture made(Picture picture, boolean colors) {
    int width = picture.width();
    int height = picture.height();
    int levels = Math.min(14, 32 - Integer.numberOfLeadingZeros(Math.max(width, height)));
    Texture texture =
        gpu.texture(new TextureShape(colors ? COLORS : NUMBERS, width, height, 1, levels, false));
    byte[] texels = picture.texels();
    for (int level = 0; level < levels; level++) {
      texture.write(level, texels);
      texels = half(texels, width, height, colors);
      width = Math.max(1, width / 2);
      height = Math.max(1, height / 2);
    }
    return texture;
  }

  /** Averages each four texels, of colours in light. */
  private static byte[] half(byte[] texels, int width, int height, boolean colors) {
    int w = Math.max(1, width / 2);
    int h = Math.max(1, height / 2);
    byte[] made = new byte[4 * w * h];
    for (int n = 0; n < made.length; n++) {
      int x = n / 4 % w * 2;
      int y = n / 4 / w * 2;
      boolean light = colors && n % 4 < 3;
      double sum = 0;
      for (int k = 0; k < 4; k++) {
        int from = Math.min(y + k / 2, height - 1) * width + Math.min(x + k % 2, width - 1);
        double value = (texels[4 * from + n % 4] & 0xff) / 255.0;
        sum += light ? Math.pow(value, 2.2) : value;
      }
      double value = light ? Math.pow(sum / 4, 1 / 2.2) : sum / 4;
      made[n] = (byte) Math.round(255 * value);
    }
    return made;
  }

  @Override
  public void close() {
    textures.values().forEach(map -> map.values().forEach(Texture::close));
  }
}
