package dev.zhulong.graphics;

import dev.zhulong.compiler.StageShader;
import dev.zhulong.firmware.isa.Extension;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Code of the stages that were compiled last, so that pipelines that differ only in what the
 * kernels read at run time (culling, viewport, bias, references, topology and more) share it.
 */
final class CompiledStages {
  private static final int MAXIMUM = 64;

  /** A shader, or null for a stage without one, within its frame. */
  private record Key(StageShader shader, String frame) {}

  private final Map<Key, byte[]> kept = new LinkedHashMap<>(MAXIMUM, 0.75f, true);

  /** The code of a shader, or null for none, within a frame. */
  byte[] elf(StageShader shader, String frame, Set<Extension> units) {
    Key key = new Key(shader, frame);
    byte[] known = kept.get(key);
    if (known == null) {
      known =
          shader == null
              ? StageShader.driver("depth only", frame, units).elf()
              : shader.within(frame, units).elf();
      kept.put(key, known);
      if (kept.size() > MAXIMUM) {
        kept.remove(kept.keySet().iterator().next());
      }
    }
    return known;
  }
}
