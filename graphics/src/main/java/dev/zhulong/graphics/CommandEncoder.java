package dev.zhulong.graphics;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Records passes, which {@link GraphicsDevice#submit} carries out. */
public final class CommandEncoder {
  private final List<Consumer<Executor>> commands = new ArrayList<>();
  private RenderPass open;

  CommandEncoder() {}

  /**
   * Begins a pass.
   *
   * @throws IllegalStateException if the pass before has not ended
   */
  public RenderPass begin(RenderTargets targets) {
    if (open != null) {
      throw new IllegalStateException("a render pass begins before the one before it has ended");
    }
    open = new RenderPass(this, targets);
    return open;
  }

  void add(Consumer<Executor> command) {
    commands.add(command);
  }

  void ended() {
    open = null;
  }

  List<Consumer<Executor>> finished() {
    if (open != null) {
      throw new IllegalStateException("a render pass is submitted that has not ended; call end()");
    }
    return List.copyOf(commands);
  }
}
