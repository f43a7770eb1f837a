package dev.zhulong.graphics;

import dev.zhulong.firmware.link.KernelInfo;
import dev.zhulong.hal.Buffer;
import dev.zhulong.hal.Launch;
import dev.zhulong.hal.Sampler;
import dev.zhulong.hal.Texture;
import java.util.HashMap;
import java.util.Map;

/** Resources by set and binding. The methods change the group and return it. */
public final class BindGroup implements Resources {
  private record Place(int set, int binding) {}

  @FunctionalInterface
  private interface Entry {
    void bind(Launch launch, int set, int binding);
  }

  private final Map<Place, Entry> entries = new HashMap<>();
  private byte[] push;

  /** An empty group. */
  public BindGroup() {}

  /** A buffer. */
  public BindGroup buffer(int set, int binding, Buffer buffer) {
    entries.put(new Place(set, binding), (launch, s, b) -> launch.bind(s, b, buffer));
    return this;
  }

  /** A texture with its sampler. */
  public BindGroup texture(int set, int binding, Texture texture, Sampler sampler) {
    entries.put(
        new Place(set, binding), (launch, s, b) -> launch.bind(s, b, 0, texture, 0, sampler));
    return this;
  }

  /** A texture without a sampler, or a storage image. */
  public BindGroup texture(int set, int binding, Texture texture) {
    entries.put(new Place(set, binding), (launch, s, b) -> launch.bind(s, b, 0, texture, 0));
    return this;
  }

  /** A sampler alone. */
  public BindGroup sampler(int set, int binding, Sampler sampler) {
    entries.put(new Place(set, binding), (launch, s, b) -> launch.bind(s, b, 0, sampler));
    return this;
  }

  /** The bytes of the push constants. */
  public BindGroup push(byte[] bytes) {
    push = bytes.clone();
    return this;
  }

  @Override
  public void bind(Launch launch, KernelInfo info) {
    for (KernelInfo.Binding wanted : info.bindings()) {
      if (Resources.ofShader(wanted)) {
        Entry entry = entries.get(new Place(wanted.set(), wanted.binding()));
        if (entry == null) {
          throw new IllegalArgumentException(
              "set "
                  + wanted.set()
                  + " binding "
                  + wanted.binding()
                  + " ("
                  + wanted.name()
                  + ") is used by the shader and not in the bind group");
        }
        entry.bind(launch, wanted.set(), wanted.binding());
      }
    }
    if (push != null && !info.pushConstants().isEmpty()) {
      launch.push(push);
    }
  }
}
