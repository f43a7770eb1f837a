package dev.zhulong.graphics;

import dev.zhulong.firmware.link.KernelInfo;
import dev.zhulong.hal.Launch;

/** What the shaders of a draw find in their descriptor sets and push constants. */
@FunctionalInterface
public interface Resources {
  /** Nothing. */
  Resources NONE = new BindGroup();

  /**
   * Gives a launch of a shader what it uses.
   *
   * @param launch takes the resources
   * @param info says which the shader uses; sets of 60 and above are not the shader's
   */
  void bind(Launch launch, KernelInfo info);

  /** Whether a binding is the shader's, not the driver's own. */
  static boolean ofShader(KernelInfo.Binding binding) {
    return binding.set() < DrawState.SET;
  }
}
