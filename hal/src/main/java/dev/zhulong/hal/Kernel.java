package dev.zhulong.hal;

import dev.zhulong.firmware.link.KernelInfo;

/** A compute kernel, ready to be launched on the device that loaded it. */
public final class Kernel implements AutoCloseable {
  private final Gpu gpu;
  private final Image image;
  private final Buffer arguments;
  private final Buffer prints;
  private final Buffer staged;

  /**
   * A kernel.
   *
   * @param arguments its argument block
   * @param prints where it prints to, or null if it does not
   * @param staged a copy of its image, or null where the device cannot load it by itself
   */
  Kernel(Gpu gpu, Image image, Buffer arguments, Buffer prints, Buffer staged) {
    this.staged = staged;
    this.prints = prints;
    this.gpu = gpu;
    this.image = image;
    this.arguments = arguments;
  }

  /** What the kernel says about itself: workgroup size, bindings, push constants. */
  public KernelInfo info() {
    return image.kernel();
  }

  /**
   * Begins a launch.
   *
   * @param x workgroups along x; y and z likewise
   */
  public Launch launch(int x, int y, int z) {
    arguments.requireOpen();
    return new Launch(this, x, y, z);
  }

  /** Begins a launch of one dimension. */
  public Launch launch(int x) {
    return launch(x, 1, 1);
  }

  Gpu gpu() {
    return gpu;
  }

  Image image() {
    return image;
  }

  /** Where it prints to, or null. */
  PrintBuffer prints() {
    return prints == null ? null : new PrintBuffer(prints.address(), info().formats());
  }

  Buffer arguments() {
    return arguments;
  }

  /** Releases the kernel, after waiting for all submitted work. Closing twice is harmless. */
  @Override
  public void close() {
    arguments.close();
    if (prints != null) {
      prints.close();
    }
    if (staged != null) {
      staged.close();
    }
  }
}
